"""What every measurement of the page needs: a server with records, Chromium, and the page's own figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from tests.browser.chromium import ARGUMENTS, chromium_path
from tests.servers import ROOT, ServerProcess

PRECISE = "--enable-precise-memory-info"
# Tasks above 50 ms, as the browser itself counts them.
LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longTasks.push(Math.round(task.duration));
}).observe({ type: "longtask", buffered: true });
"""


def import_file(database: Path, file: Path, grid: str) -> None:
    command(f"sqlite:///{database}", "import", str(file), "--grid", grid, "--title", grid.title())


def command(url: str, *arguments: str) -> None:
    """`python -m server` on that database."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": url}
    line = [sys.executable, "-m", "server", *arguments]
    subprocess.run(line, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


@asynccontextmanager
async def served(database: Path, **settings: str) -> AsyncIterator[str]:
    """A server of its own on that database; its URL."""
    process = ServerProcess(f"sqlite:///{database}", GRIDS="", **settings)
    await process.start()
    try:
        yield process.url
    finally:
        await process.close()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=[*ARGUMENTS, PRECISE]
        )
        yield browser
        await browser.close()


async def open_page(browser: Browser, url: str) -> Page:
    page = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
    await page.add_init_script(LONG_TASKS)
    await page.goto(url)
    return page


class Meter:
    """Chromium's own figures of one page, from one session: a new one would start from zero."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    @classmethod
    async def on(cls, page: Page) -> Meter:
        session = await page.context.new_cdp_session(page)
        # Of the processor, not of the clock: other programs run on this machine too.
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        return cls(session)

    async def read(self) -> dict[str, float]:
        """`ScriptDuration`, `TaskDuration` and `Timestamp` in seconds, `JSHeapUsedSize` in bytes …"""
        answer = await self._session.send("Performance.getMetrics")
        return {metric["name"]: metric["value"] for metric in answer["metrics"]}

    async def heap(self) -> float:
        """Bytes of script's objects that are still needed."""
        await self._session.send("HeapProfiler.collectGarbage")
        return (await self.read())["JSHeapUsedSize"]


@asynccontextmanager
async def tasks_of(page: Page) -> AsyncIterator[list[float]]:
    """The tasks of the page's main thread meanwhile, there when it is over: each one's milliseconds of the
    processor. By the clock a task is long as well because something else had the processor."""
    browser = page.context.browser
    assert browser is not None
    found: list[float] = []
    await browser.start_tracing(page=page, categories=["toplevel"])
    yield found
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    found += [
        event["tdur"] / 1000
        for event in events
        if event["name"].endswith("RunTask")
        and "tdur" in event
        and names.get((event["pid"], event["tid"])) == "CrRendererMain"
    ]


def renderer_memory() -> int:
    """Bytes resident of the largest renderer process, peak included: VmRSS and VmHWM of /proc."""
    largest = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if b"--type=renderer" in command and b"chromium" in command:
            lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
            largest = max(largest, int(lines["VmHWM"].split()[0]) * 1024)
    return largest
