"""Questions to a pane of 100,000 records in the real page: from the key or click to the rows on screen.

.venv/bin/python -m bench.asking [RECORDS]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from typing import Any

from playwright.async_api import Page

from bench.edits import airports, opened
from bench.page import Meter, chromium

RECORDS = 100_000
TURNS = 5
PAUSE_MS = 200  # of somebody who types: a search is asked when the keys rest so long
# Milliseconds from the last key or click to the frame that shows what came of it; `wanted` tells that it did.
CLOCK = """
window.since = 0;
for (const type of ["keydown", "click"])
  addEventListener(type, ({ timeStamp }) => { window.since = timeStamp; }, true);
window.until = (wanted) => new Promise((resolve) => {
  const look = () => {
    if (!wanted()) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - window.since)));
  };
  requestAnimationFrame(look);
});
null; // else Playwright calls the function
"""
# The records on screen, and which of how many they are.
SEEN = """() => [
  ...document.querySelectorAll("[role=gridcell][data-field=icao], .MuiTablePagination-displayedRows")
].map((each) => each.textContent).join()"""


class Asking:
    """One pane, and what each question to it took."""

    def __init__(self, page: Page, meter: Meter) -> None:
        self._page = page
        self._meter = meter
        self.times: dict[str, list[dict[str, float]]] = {}

    async def ask(self, name: str, doing: Any, pause: float = 0) -> None:
        """`doing` makes the page show other rows; `pause`: what the page waits by itself, in ms."""
        page = self._page
        await asyncio.sleep(0.5)
        before = await page.evaluate(SEEN)
        used = (await self._meter.read())["ScriptDuration"]
        waiting = asyncio.create_task(page.evaluate(f"until(() => ({SEEN})() !== {before!r})"))
        await doing
        took = await asyncio.wait_for(waiting, 60) - pause
        script = ((await self._meter.read())["ScriptDuration"] - used) * 1000
        self.times.setdefault(name, []).append({"ms": took, "script_ms": script})


async def center(page: Page, selector: str) -> tuple[float, float]:
    box = await page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + min(40, box["width"] / 2), box["y"] + box["height"] / 2


async def measure(page: Page, url: str, count: int) -> dict[str, dict[str, float]]:
    asking = Asking(page, await Meter.on(page))
    mouse, keys = page.mouse, page.keyboard
    for _ in range(TURNS):
        await page.goto(f"{url}/?left=airports&panes=1")
        await page.get_by_text(f"{count:,} records", exact=True).first.wait_for(timeout=600_000)
        await page.wait_for_load_state("networkidle")
        await asyncio.sleep(4)
        await page.evaluate(CLOCK)
        name, country = [
            await center(page, f"[role=columnheader][data-field={field}]") for field in ("name", "country")
        ]
        next_page = await center(page, "button[aria-label='Go to next page']")
        search = await center(page, "input[type=search], [role=searchbox]")
        await asking.ask("sort by a field", mouse.click(*country))
        await keys.down("Shift")
        await asking.ask("sort by two fields", mouse.click(*name))
        await asking.ask("the same, the other way", mouse.click(*name))
        await keys.up("Shift")
        await asking.ask("next page", mouse.click(*next_page))
        await mouse.click(*search)
        await asking.ask("first search", keys.type("air"), PAUSE_MS)
        await asking.ask("search further", keys.type("p"), PAUSE_MS)
        await asking.ask("search cleared", keys.press("Escape"))
        await page.get_by_role("button", name="Filter").first.click()
        panel = page.get_by_role("dialog", name="Filter")
        await panel.get_by_role("button", name="Add condition").last.click()
        await page.get_by_role("menuitem", name="city", exact=True).click()
        await panel.get_by_role("textbox").last.click()
        await asking.ask("filter by a text", keys.press("z"), PAUSE_MS)
    return {
        name: {key: statistics.median(time[key] for time in times) for key in times[0]}
        for name, times in asking.times.items()
    }


async def run(count: int = RECORDS) -> dict[str, dict[str, float]]:
    """Medians by question."""
    async with airports(count) as url, chromium() as browser:
        page = await opened(browser, f"{url}/?left=airports&panes=1", count)
        return await measure(page, url, count)


def show(found: dict[str, dict[str, float]]) -> None:
    print("ms until the rows are on screen, of these script")
    for question, figures in found.items():
        print(f"  {question:<26}{figures['ms']:>8.0f}{figures['script_ms']:>8.0f}")


if __name__ == "__main__":
    show(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)))
