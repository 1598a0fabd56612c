"""What a first visit loads and how long it takes: script, first paint, first rows, longest task.

.venv/bin/python -m bench.opening [VISITS]
"""

from __future__ import annotations

import asyncio
import gzip
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from bench.page import LONG_TASKS, chromium, import_file, served
from bench.records import AIRPORTS
from tests.servers import ROOT

VISITS = 7
DIST = ROOT / "webapp" / "dist"
# Of what the page has loaded when it first shows something, and when it shows records.
SEEN = """
const loaded = () => performance.getEntriesByType("resource")
  .filter(({ name, responseEnd }) => name.endsWith(".js") && responseEnd > 0)
  .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]);
window.seen = new Promise((resolve) => {
  let paint = null;
  new PerformanceObserver((list) => {
    const first = list.getEntriesByName("first-contentful-paint")[0];
    if (first !== undefined) paint = { first_paint_ms: first.startTime };
  }).observe({ type: "paint", buffered: true });
  const look = () => {
    if (paint === null || document.querySelector("[role=gridcell][data-field=name]") === null)
      return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => resolve({
      ...paint,
      first_rows_ms: performance.now(),
      longest_task_ms: Math.max(0, ...window.longTasks),
      rows: loaded(),
    })));
  };
  requestAnimationFrame(look);
});
"""
# What the page names itself; the rest is fetched behind the first paint.
NAMED = """async () => {
  const named = new Set((await (await fetch(location.href)).text()).match(/assets\\/[^"]+\\.js/g));
  return performance.getEntriesByType("resource")
    .filter(({ name }) => named.delete(name.slice(location.origin.length + 1)))
    .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]);
}"""
# As Chromium's tools call it: 4G in a town.
SLOW = {"offline": False, "latency": 60, "downloadThroughput": 9e6 / 8, "uploadThroughput": 1.5e6 / 8}


def weights(until: str, scripts: list[tuple[str, int]]) -> dict[str, float]:
    """In kB: packed with gzip, as others tell of theirs; and as they came, packed with Brotli."""
    packed = sum(len(gzip.compress((DIST / path.lstrip("/")).read_bytes())) for path, _ in scripts)
    return {
        f"script_until_first_{until}_kb": packed / 1000,
        f"as_it_came_until_first_{until}_kb": sum(size for _, size in scripts) / 1000,
    }


async def visit(browser: Browser, url: str, slow: bool) -> dict[str, float]:
    """One visit by a browser that has never been there."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = await context.new_page()
    await page.add_init_script(LONG_TASKS + SEEN)
    if slow:
        session = await context.new_cdp_session(page)
        await session.send("Network.enable")
        await session.send("Network.emulateNetworkConditions", SLOW)
    await page.goto(url)
    seen = await page.evaluate("window.seen")
    rows, paint = seen.pop("rows"), await page.evaluate(NAMED)
    await context.close()
    return {**seen, **weights("paint", paint), **weights("rows", rows)}


async def run(visits: int = VISITS) -> dict[str, Any]:
    """Medians, of visits without a delay and over a network of 9 Mbit/s."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "bench.db")
        import_file(database, AIRPORTS, "airports")
        async with served(database) as url, chromium() as browser:
            found: dict[str, Any] = {}
            for name, slow in (("local", False), ("9 Mbit/s, 60 ms", True)):
                all_ = [await visit(browser, f"{url}/?left=airports", slow) for _ in range(visits)]
                found[name] = {key: statistics.median(each[key] for each in all_) for key in all_[0]}
    return found


def show(found: dict[str, Any]) -> None:
    for name, figures in found.items():
        print(f"first visit, {name}")
        for key, value in figures.items():
            print(f"  {key.replace('_', ' '):<36}{value:>8.1f}")


if __name__ == "__main__":
    show(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else VISITS)))
