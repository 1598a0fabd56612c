"""The copy on the device: how long it takes to write, and to be on screen at the next visit without a server.

.venv/bin/python -m bench.reload [RECORDS]    (the airports; or so many flights)
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import BrowserContext, Page

from bench.page import LONG_TASKS, chromium, import_file, served
from bench.records import AIRPORTS, write_flights
from tests.browser.wires import Gate

SAMPLE = 28_298  # airports
# How long the first transaction that writes a copy is open, in ms.
WRITES = """
window.written = new Promise((resolve) => {
const open = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const made = open.call(this, stores, mode, options);
  if (mode === "readwrite" && [...made.objectStoreNames].includes("blocks")) {
    const start = performance.now();
    made.addEventListener("complete", () => resolve(Math.round(performance.now() - start)));
  }
  return made;
};
});
"""


async def visit(context: BrowserContext, url: str, count: int) -> tuple[Page, float]:
    """The page, and the seconds until it says that it has all records."""
    page = await context.new_page()
    start = time.perf_counter()
    await page.goto(url)
    await page.get_by_text(f"{count:,} records", exact=True).first.wait_for(timeout=600_000)
    return page, time.perf_counter() - start


async def longest_task(page: Page) -> float:
    return float(max(await page.evaluate("window.longTasks.splice(0)"), default=0))


async def measure(url: str, count: int) -> dict[str, float]:
    async with chromium() as browser:
        context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        await context.add_init_script(LONG_TASKS)
        await context.add_init_script(WRITES)
        page, first = await visit(context, url, count)
        fetching = await longest_task(page)
        written = await page.evaluate("window.written")
        writing = await longest_task(page)
        usage = await page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)")
        await page.close()
        gate = Gate()  # never opened: there is no server any more
        await gate.stand_in(context)
        page, second = await visit(context, url, count)
        return {
            "records": count,
            "first_visit_s": first,
            "its_longest_task_ms": fetching,
            "written_ms": written,
            "longest_task_while_writing_ms": writing,
            "on_disk_mb": usage / 1e6,
            "next_visit_without_server_s": second,
            "longest_task_then_ms": await longest_task(page),
        }


async def run(count: int | None = None) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file, database = AIRPORTS, Path(folder, "bench.db")
        grid = "airports"
        if count is not None:
            file, grid = Path(folder, "flights.csv"), "flights"
            write_flights(file, count)
        import_file(database, file, grid)
        async with served(database) as url:
            return await measure(f"{url}/?left={grid}", count or SAMPLE)


def show(found: dict[str, float]) -> None:
    for key, value in found.items():
        print(f"{key.replace('_', ' '):<32}{value:>10,.1f}")


if __name__ == "__main__":
    show(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else None)))
