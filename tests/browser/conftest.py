"""A real server with the 28,298 airports, and Chromium windows that look at it."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.chromium import ARGUMENTS, chromium_path
from tests.browser.database import Database
from tests.browser.window import Window
from tests.servers import ROOT, ServerProcess

GRIDS = "server.samples.tasks"
PAGE = ROOT / "webapp" / "dist" / "index.html"

Open = Callable[..., Awaitable[Window]]

expect.set_options(timeout=60_000)  # a deadline, not a pause: each expectation ends when it holds


def missing(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these tests run in one loop, that of Chromium; each window has a profile of its own."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = chromium_path()
    if path is None:
        missing("The browser tests need Chromium: install it, or name it with CHROMIUM=.")
    if not PAGE.exists():
        missing("The browser tests need the built page: npm --prefix webapp run build.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


def run_command(database: Path, *arguments: str | Path) -> None:
    """`python -m server …` on that database, beside whatever server uses it."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{database}", "GRIDS": GRIDS}
    command = [sys.executable, "-m", "server", *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


@pytest.fixture(scope="session")
def airports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection, imported once; each test works on a copy."""
    path = tmp_path_factory.mktemp("airports") / "airports.db"
    source = ROOT / "server" / "samples" / "airports.csv"
    run_command(path, "import", source, "--grid", "airports", "--title", "Airports")
    return path


@pytest.fixture
def database(airports: Path, tmp_path: Path) -> Database:
    copy = tmp_path / "tandem.db"
    shutil.copyfile(airports, copy)
    return Database(copy)


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: Database) -> AsyncIterator[ServerProcess]:
    process = ServerProcess(f"sqlite:///{database.path}", GRIDS=GRIDS)
    await process.start()
    yield process
    await process.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_window(chromium: Browser, server: ServerProcess) -> AsyncIterator[Open]:
    """Opens browsers, each with a profile of its own. At the end none of them may have complained:
    no error on its console, no exception, nothing that the content-security-policy held back."""
    windows: list[Window] = []
    # Not by the name of this machine: there, Engine.IO goes by pings alone and takes "offline" for no news.
    url = server.url.replace("localhost", "127.0.0.1")

    async def open(path: str = "/", width: int = 2200, height: int = 1000, **options: object) -> Window:
        options = {
            "viewport": {"width": width, "height": height},
            "locale": "en-US",
            "service_workers": "block",  # where no test asks for one: it fetches the client once more
            **options,
        }
        context = await chromium.new_context(**options)  # type: ignore[arg-type]
        windows.append(await Window.open(context, url + path))
        return windows[-1]

    yield open
    for window in windows:
        await window.context.close()
    complaints = [complaint for window in windows for complaint in window.complaints]
    assert complaints == []
