"""The page while others edit what it shows: 500 edits a second on 100,000 records while somebody scrolls and
types; and what one edit costs, by number of records.

.venv/bin/python -m bench.edits [SECONDS]
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from bench.others import others, writers
from bench.page import Meter, chromium, import_file, open_page, served, tasks_of
from bench.records import write_airports

RESTED = 0.05  # seconds of script in one of a page where nothing happens
SECONDS = 20
RECORDS = 100_000
PER_SECOND = 500
SIZES = (1_000, 10_000, 100_000, 350_000)
# Sorted and searched on one side, plain on the other: what costs most and what costs least.
VIEWS = {
    "plain": "/?left=airports&right=airports",
    "sorted, searched": "/?left=airports&left.sort=country,-elevation&left.q=a&right=airports",
}


async def use(page: Page) -> None:
    """Somebody who scrolls, writes in a cell and searches, over and over. By mouse and keys alone: to find
    an element by its role takes Playwright longer, in the page's own thread, than all that is measured."""
    pane = page.get_by_role("region", name="Left: Airports")
    search = await pane.get_by_role("searchbox").bounding_box()
    rows = await pane.get_by_role("grid").bounding_box()
    assert search is not None
    assert rows is not None
    mouse, keyboard = page.mouse, page.keyboard
    while True:
        await mouse.move(rows["x"] + 300, rows["y"] + 300)
        for step in [240] * 12 + [-240] * 12:
            await mouse.wheel(0, step)
            await asyncio.sleep(0.05)
        await mouse.dblclick(rows["x"] + 300, rows["y"] + 200)
        await keyboard.type("Aerodrome", delay=60)
        await keyboard.press("Escape")
        await mouse.click(search["x"] + 60, search["y"] + search["height"] / 2)
        await keyboard.type("ir", delay=60)
        await asyncio.sleep(0.5)
        await keyboard.press("Backspace", delay=60)
        await keyboard.press("Backspace", delay=60)
        await asyncio.sleep(0.5)


@asynccontextmanager
async def used(page: Page) -> AsyncIterator[None]:
    user = asyncio.create_task(use(page))
    yield
    assert not user.done(), user.exception()
    user.cancel()
    await asyncio.gather(user, return_exceptions=True)


async def opened(browser: Browser, url: str, count: int) -> Page:
    page = await open_page(browser, url)
    await page.get_by_text(f"{count:,} records", exact=True).first.wait_for(timeout=600_000)
    await page.wait_for_load_state("networkidle")
    await asyncio.sleep(5)  # the copy on the device is being written
    await rested(await Meter.on(page))
    return page


async def rested(meter: Meter) -> None:
    """Wait until the page has made ahead what the next questions will need, or for a minute."""
    for _ in range(60):
        before = await meter.read()
        await asyncio.sleep(1)
        after = await meter.read()
        if after["ScriptDuration"] - before["ScriptDuration"] < RESTED:
            return


async def measure(page: Page, meter: Meter, editing: Any) -> dict[str, float]:
    """What the page's main thread did while `editing` went on; that tells how many edits there were."""
    await page.evaluate("window.longTasks.length = 0")
    before, cpu = await meter.read(), os.times()
    async with tasks_of(page) as worked:
        sent = await editing
    after, end = await meter.read(), os.times()
    tasks = await page.evaluate("window.longTasks")
    wall = after["Timestamp"] - before["Timestamp"]
    script = after["ScriptDuration"] - before["ScriptDuration"]
    return {
        "edits_per_s": sent / wall,
        "script_ms_per_edit": script * 1000 / sent,
        "script_share": script / wall,
        "main_thread_share": (after["TaskDuration"] - before["TaskDuration"]) / wall,
        "longest_task_ms": max(tasks, default=0),
        "tasks_above_50_ms": len(tasks),
        "longest_task_cpu_ms": max(worked, default=0),
        "above_50_ms_of_cpu": sum(task > 50 for task in worked),
        "heap_mb": await meter.heap() / 1e6,
        "load_tool_cpu": (end.user - cpu.user + end.system - cpu.system) / wall,
    }


@asynccontextmanager
async def airports(count: int) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        file, database = Path(folder, "airports.csv"), Path(folder, "bench.db")
        write_airports(file, count)
        import_file(database, file, "airports")
        async with served(database) as url:
            yield url


async def busy(seconds: int = SECONDS, count: int = RECORDS) -> dict[str, dict[str, float]]:
    """Many edits while somebody uses the page, by view."""
    found = {}
    async with airports(count) as url, chromium() as browser:
        for name, path in VIEWS.items():
            page = await opened(browser, url + path, count)
            meter = await Meter.on(page)
            async with writers(url) as editors, used(page):
                found[name] = await measure(page, meter, others(editors, seconds, PER_SECOND))
            await page.close()
    return found


async def by_size(sizes: tuple[int, ...] = SIZES, seconds: int = 5) -> dict[str, dict[str, float]]:
    """50 single edits a second and nobody at the page: script per edit, by number of records."""
    found: dict[str, dict[str, float]] = {}
    for count in sizes:
        async with airports(count) as url, chromium() as browser:
            for name, path in VIEWS.items():
                page = await opened(browser, url + path, count)
                meter = await Meter.on(page)
                async with writers(url, 1) as editors:
                    figures = await measure(page, meter, others(editors, seconds, 50))
                found[f"{count:,}, {name}"] = figures
                await page.close()
    return found


def show(title: str, found: dict[str, dict[str, float]]) -> None:
    print(f"{title}\n\n| | {' | '.join(found)} |\n{'|---' * (len(found) + 1)}|")
    for key in next(iter(found.values())):
        figures = " | ".join(f"{each[key]:,.2f}" for each in found.values())
        print(f"| {key.replace('_', ' ')} | {figures} |")
    print()


async def run(seconds: int = SECONDS) -> dict[str, Any]:
    return {"busy": await busy(seconds), "by_size": await by_size()}


def show_all(found: dict[str, Any]) -> None:
    show(f"{PER_SECOND} edits/s on {RECORDS:,} records, in use", found["busy"])
    show("50 edits/s, by number of records", found["by_size"])


if __name__ == "__main__":
    show_all(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)))
