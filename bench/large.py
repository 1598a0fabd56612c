"""Opens 350,000 records of 19 fields in Chromium: time to first rows and to the last, and memory.

.venv/bin/python -m bench.large [RECORDS]
"""

from __future__ import annotations

import asyncio
import csv
import random
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bench.page import Meter, chromium, import_file, open_page, renderer_memory, served

RECORDS = 350_000
FIELDS = [
    *("year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time", "sched_arr_time"),
    *(
        "arr_delay",
        "carrier",
        "flight",
        "tailnum",
        "origin",
        "dest",
        "air_time",
        "distance",
        "hour",
        "minute",
    ),
    "time_hour",
]
MB = 1e6


def flight(draw: random.Random, n: int) -> list[Any]:
    """In the shape of a real one: small whole numbers, short codes, a date-time; some empty."""
    month, day, hour, minute = (draw.randint(*of) for of in ((1, 12), (1, 28), (5, 23), (0, 59)))
    late = draw.choice(["", draw.randint(-20, 180)])
    return [
        *(2013, month, day, hour * 100 + minute, hour * 100, late, hour * 100 + 90, hour * 100 + 95, late),
        *(draw.choice(["AA", "B6", "DL", "EV", "UA", "US"]), n % 6000 + 1, f"N{draw.randint(100, 4000)}AA"),
        *("JFK", draw.choice(["ATL", "BOS", "LAX", "MIA", "ORD", "SFO"])),
        *(draw.randint(30, 600), draw.randint(100, 4900), hour, minute),
        f"2013-{month:02}-{day:02}T{hour:02}:00:00Z",
    ]


def write_flights(file: Path, count: int) -> None:
    draw = random.Random(2026)
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(FIELDS)
        writer.writerows(flight(draw, n) for n in range(count))


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
        print(f"records                     {count:>10,} of {len(FIELDS)} fields")
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
