"""Opens 350,000 records of 19 fields in Chromium: time to first rows and to the last, and memory.

.venv/bin/python -m bench.large [RECORDS]
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import Page

from bench.page import Meter, chromium, import_file, open_page, renderer_memory, served
from bench.records import FLIGHTS, write_flights

RECORDS = 350_000
MB = 1e6


async def ask(page: Page, count: int) -> tuple[float, float]:
    """Searches all of it in the left pane, then sorts all of it; seconds until each is on screen."""
    pane = page.get_by_role("region", name="Left: Flights")
    start = time.perf_counter()
    await pane.get_by_role("searchbox").fill("n123aa")
    await pane.get_by_text(re.compile(f"^[\\d,]+ of {count:,}$")).wait_for()
    searched = time.perf_counter() - start
    await pane.get_by_role("button", name="Clear search").click()
    await pane.get_by_text(f"{count:,} records", exact=True).wait_for()
    start = time.perf_counter()
    header = pane.get_by_role("columnheader", name="dep_time", exact=False).first
    await header.click()
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert await header.get_attribute("aria-sort") == "ascending"
    return searched, time.perf_counter() - start


async def measure(url: str, count: int) -> None:
    async with chromium() as browser:
        start = time.perf_counter()
        page = await open_page(browser, f"{url}/?left=flights&right=flights")
        await page.get_by_role("gridcell", name="2013", exact=True).first.wait_for(timeout=120_000)
        first = time.perf_counter() - start
        await page.get_by_text(f"{count:,} records", exact=True).nth(1).wait_for(timeout=600_000)
        last = time.perf_counter() - start
        tasks = await page.evaluate("window.longTasks")
        peak = renderer_memory() / MB
        searched, ordered = await ask(page, count)
        heap = await (await Meter.on(page)).heap() / MB
        print(f"records                     {count:>10,} of {len(FLIGHTS)} fields")
        print(f"first rows after            {first:>10.1f} s")
        print(f"all records after           {last:>10.1f} s")
        print(f"script's heap               {heap:>10.0f} MB")
        print(f"renderer process, at most   {peak:>10.0f} MB")
        print(f"longest task                {max(tasks, default=0):>10} ms ({len(tasks)} above 50 ms)")
        print(f"first search after          {searched:>10.1f} s")
        print(f"sorted by a field after     {ordered:>10.1f} s")
        print(f"renderer process, at most   {renderer_memory() / MB:>10.0f} MB")


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, database = Path(folder, "flights.csv"), Path(folder, "bench.db")
        write_flights(file, count)
        import_file(database, file, "flights")
        async with served(database) as url:
            await measure(url, count)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS))
