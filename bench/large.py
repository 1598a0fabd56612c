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
from bench.records import write_flights

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


async def measure(url: str, count: int) -> dict[str, float]:
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
        return {
            "records": count,
            "first_rows_s": first,
            "all_records_s": last,
            "heap_mb": await (await Meter.on(page)).heap() / MB,
            "renderer_mb": peak,
            "longest_task_ms": max(tasks, default=0),
            "tasks_above_50_ms": len(tasks),
            "first_search_s": searched,
            "sorted_s": ordered,
            "renderer_asked_mb": renderer_memory() / MB,
        }


async def run(count: int = RECORDS) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file, database = Path(folder, "flights.csv"), Path(folder, "bench.db")
        write_flights(file, count)
        import_file(database, file, "flights")
        async with served(database) as url:
            return await measure(url, count)


def show(found: dict[str, float]) -> None:
    for key, value in found.items():
        print(f"{key.replace('_', ' '):<24}{value:>12,.1f}")


if __name__ == "__main__":
    show(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)))
