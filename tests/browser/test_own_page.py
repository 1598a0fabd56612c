"""The example of a page of one's own: built with the npm package, served from another origin than Tandem."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests import own_page
from tests.browser.conftest import GRIDS, Open
from tests.printed import files
from tests.servers import ServerProcess
from tests.wire import connected

Show = Callable[..., Awaitable["ToDo"]]


class ToDo:
    """The example in a browser with a profile of its own."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.context = page.context

    @classmethod
    async def open(cls, context: BrowserContext, url: str) -> ToDo:
        to_do = cls(await context.new_page(), url)
        await to_do.page.goto(url)
        return to_do

    @property
    def state(self) -> Locator:
        return self.page.get_by_role("status")

    def task(self, title: str) -> Locator:
        return self.page.get_by_role("list", name="To do").get_by_role("listitem").filter(has_text=title)

    @property
    def not_saved(self) -> Locator:
        return self.page.get_by_role("list", name="Not saved").get_by_role("listitem")

    async def add(self, title: str) -> None:
        await self.page.get_by_label("New task").fill(title)
        await self.page.get_by_role("button", name="Add").click()

    async def done(self, title: str) -> None:
        await self.task(title).get_by_role("button", name="Done").click()


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[str]:
    """Files, on an origin of their own."""
    app = web.Application()

    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(folder / "index.html")

    app.router.add_get("/", index)
    app.router.add_static("/", folder)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def origin(tmp_path: Path) -> AsyncIterator[str]:
    """Of the example's page, which is to lie in `page/dist`."""
    folder = tmp_path / "page" / "dist"
    folder.mkdir(parents=True)
    async with serving(folder) as origin:
        yield origin


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path, origin: str) -> AsyncIterator[ServerProcess]:
    """It lets the page in, and has no airports."""
    process = ServerProcess(f"sqlite:///{tmp_path}/tandem.db", GRIDS=GRIDS, ALLOWED_ORIGINS=origin)
    await process.start()
    yield process
    await process.close()


@pytest_asyncio.fixture(loop_scope="session")
async def show(chromium: Browser, server: ServerProcess, origin: str, tmp_path: Path) -> AsyncIterator[Show]:
    """Builds the page for the server, and opens it."""
    url = server.url.replace("localhost", "127.0.0.1")
    await asyncio.to_thread(own_page.build, tmp_path / "page", url)
    context = await chromium.new_context(locale="en-US")
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield lambda fragment="": ToDo.open(context, f"{origin}/{fragment}")
    await context.close()
    assert complaints == []


async def test_edits_go_both_ways(show: Show, open_window: Open) -> None:
    """In StrictMode, which mounts twice: it is joined once, and an edit is made once."""
    to_do = await show()
    await expect(to_do.state).to_have_text("live · complete · 0 to do · 0 not sent")
    await to_do.add("Paint the hangar")
    window = await open_window("/?left=tasks")
    await window.left.expect_cell("Paint the hangar", "Status", "open")
    await expect(to_do.state).to_have_text("live · complete · 1 to do · 0 not sent")

    await to_do.done("Paint the hangar")
    await expect(to_do.task("Paint the hangar")).to_have_count(0)
    await window.left.expect_cell("Paint the hangar", "Status", "done")
    await window.left.edit("Paint the hangar", "Title", "Paint it again")
    await window.left.edit("Paint it again", "Status", "open")
    await expect(to_do.task("Paint it again")).to_have_count(1)


async def test_r10_over_a_cut_network(show: Show, open_window: Open) -> None:
    """What is edited without a network shows at once, outlives the tab, and goes when there is one."""
    to_do = await show()
    await to_do.add("Sweep the hangar")
    await to_do.add("Paint the hangar")
    await expect(to_do.state).to_have_text("live · complete · 2 to do · 0 not sent")
    window = await open_window("/?left=tasks")
    await to_do.context.set_offline(True)
    await expect(to_do.state).to_contain_text("offline")
    await to_do.done("Sweep the hangar")
    await to_do.add("Lock it")
    await expect(to_do.state).to_contain_text("2 to do · 2 not sent")
    await window.left.edit("Paint the hangar", "Title", "Paint it blue")
    await window.left.expect_cell("Sweep the hangar", "Status", "open")

    await to_do.page.close()
    await to_do.context.set_offline(False)
    to_do = await ToDo.open(to_do.context, to_do.url)
    await expect(to_do.state).to_have_text("live · complete · 2 to do · 0 not sent")
    await window.left.expect_cell("Sweep the hangar", "Status", "done")
    await window.left.expect_cell("Lock it", "Status", "open")
    await expect(to_do.task("Paint it blue")).to_have_count(1)


async def test_r8_what_is_not_taken_waits_for_its_user(show: Show, open_window: Open) -> None:
    to_do = await show()
    await to_do.add("x" * 121)
    await expect(to_do.not_saved).to_contain_text("Longer than maximum length 120")
    await to_do.page.reload()
    await to_do.not_saved.get_by_role("button", name="Discard").click()
    await expect(to_do.not_saved).to_have_count(0)

    await to_do.add("Paint the hangar")
    await expect(to_do.state).to_contain_text("1 to do · 0 not sent")
    window = await open_window("/?left=tasks")
    await window.left.expect_cell("Paint the hangar", "Status", "open")
    await to_do.context.set_offline(True)
    await expect(to_do.state).to_contain_text("offline")
    await to_do.done("Paint the hangar")
    await window.left.edit("Paint the hangar", "Status", "doing")
    await window.left.expect_cell("Paint the hangar", "Status", "doing")
    await to_do.context.set_offline(False)
    await expect(to_do.task("Paint the hangar")).to_have_count(1)
    await to_do.not_saved.get_by_role("button", name="Save mine").click()
    await expect(to_do.state).to_contain_text("0 to do · 0 not sent")
    await window.left.expect_cell("Paint the hangar", "Status", "done")


async def test_the_key_of_a_link_opens_it_and_leaves_the_address(show: Show, server: ServerProcess) -> None:
    await server.stop()
    await server.start(EDIT_KEY="tick tock")
    to_do = await show("#key=tick%20tock")
    await expect(to_do.state).to_contain_text("live · complete")
    assert to_do.page.url.endswith("/")
    await to_do.page.evaluate("localStorage.clear(); sessionStorage.clear()")
    await to_do.page.reload()
    await expect(to_do.state).to_contain_text("refused")


async def test_a_page_that_is_not_let_in_is_told_so(show: Show, server: ServerProcess) -> None:
    """Its browser lets it read no answer: not the sentence either in which the server says why."""
    await server.stop()
    await server.start(ALLOWED_ORIGINS="https://another.example")
    to_do = await show()
    await expect(to_do.state).to_contain_text("refused")
    here = to_do.url.rstrip("/")
    there = server.url.replace("localhost", "127.0.0.1")
    said = f"The server at {there} does not let pages of {here} in."
    await expect(to_do.page.get_by_role("alert")).to_contain_text(said)


async def test_the_tutorials_page_is_live_in_both_directions(
    chromium: Browser, origin: str, tmp_path: Path
) -> None:
    printed = files("tutorial/own-page.md")
    (tmp_path / "books.py").write_text(printed["books.py"])
    database = f"sqlite:///{tmp_path}/tandem.db"
    server = ServerProcess(database, GRIDS="books", ALLOWED_ORIGINS=origin, PYTHONPATH=str(tmp_path))
    await server.start()
    url = server.url.replace("localhost", "127.0.0.1")
    page_files = {
        name: printed[name].replace("http://localhost:8080", url) for name in ("index.html", "main.tsx")
    }
    context = await chromium.new_context(locale="en-US")
    try:
        await asyncio.to_thread(own_page.build, tmp_path / "page", url, page_files)
        page = await context.new_page()
        await page.goto(origin)
        async with connected(server.url) as tandem:
            await tandem.ok("join_grid", {"grid": "books"})
            await tandem.add("books", title="Emma", status="lent", lent_to="ann@example.org")
            lent = page.get_by_role("list", name="Lent").get_by_role("listitem")
            await expect(lent).to_have_text("Emma has ann@example.org Back")
            await lent.get_by_role("button", name="Back").click()
            await expect(lent).to_have_count(0)  # at once; the server hears of it later
            await tandem.heard("changes", lambda told: told["changes"][-1][2] == "update")
            ((_, _, book),) = (await tandem.ok("join_grid", {"grid": "books"}))["page"]["records"]
            assert book == {"title": "Emma", "status": "here"}
    finally:
        await context.close()
        await server.close()
