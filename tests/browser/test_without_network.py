"""The page itself stays on the device: it opens without a network, and a new
release waits for the next visit."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from playwright.async_api import Locator, expect

from tests.browser.conftest import PAGE, Open
from tests.browser.database import Database
from tests.browser.test_inspector import inspect
from tests.browser.test_reload import ALL, kept
from tests.browser.window import Window, fetched
from tests.servers import ROOT, ServerProcess

pytestmark = pytest.mark.browser

AT = "/?left=airports&right=airports"


# Resolves when another release has been fetched whole.
WAITING = """
async () => {
  const registration = await navigator.serviceWorker.ready;
  while (registration.waiting === null) await new Promise(requestAnimationFrame);
}
"""

ACTIVE = """
async () => {
  while (self.serviceWorker.state !== "activated") await new Promise((resolve) => setTimeout(resolve, 20));
}
"""


async def page_kept(window: Window) -> None:
    async with asyncio.timeout(60):
        await window.page.evaluate("navigator.serviceWorker.ready.then(() => null)")


async def visit(open_window: Open) -> Window:
    """A browser that has kept the page, and the airports."""
    window = await open_window(AT, service_workers="allow")
    await window.left.expect_count(ALL)
    await page_kept(window)
    await kept(window, 28_298)
    return window


async def forget_http(window: Window) -> None:
    """What the browser has kept by itself may go at any time."""
    session = await window.context.new_cdp_session(window.page)
    await session.send("Network.clearBrowserCache")
    await session.detach()


async def test_r10_the_page_opens_without_a_server_with_its_grid_and_its_pending_edits(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    ann = await visit(open_window)
    await ann.left.edit("00AA", "name", "Written before")
    await ann.expect_saved()
    await kept(ann, 28_299)

    ann.away = True
    await server.kill()
    await ann.page.reload()
    await ann.left.expect_count(ALL)
    await ann.right.expect_cell("00AA", "name", "Written before")
    await ann.left.edit("00AK", "name", "Written without a server")
    await expect(ann.connection).to_contain_text("1 unsent edit")
    await ann.close_tab()
    await ann.open_tab()
    await ann.right.expect_cell("00AK", "name", "Written without a server")
    assert database.changes("airports", "update") == [{"name": "Written before"}]

    await server.start()
    await ann.expect_saved()
    await ann.expect_not_reloaded()
    assert database.changes("airports", "update") == [
        {"name": "Written before"},
        {"name": "Written without a server"},
    ]


async def test_without_a_network_the_page_opens_at_any_of_its_addresses(
    open_window: Open, server: ServerProcess
) -> None:
    ann = await visit(open_window)
    ann.away = True
    await ann.context.set_offline(True)
    await ann.page.goto(ann.url.replace("/?", "/elsewhere?") + "&left.q=Aero%20B%20Ranch")
    await ann.left.expect_cell("00AA", "name", "Aero B Ranch Airport")
    await expect(ann.connection).to_contain_text("Offline")


async def test_an_error_of_what_stands_before_the_server_is_no_page(
    open_window: Open, server: ServerProcess
) -> None:
    ann = await visit(open_window)
    ann.away = True
    await server.kill()
    async with answering(503, server.url):
        await ann.page.reload()
        await ann.left.expect_count(ALL)


@asynccontextmanager
async def answering(status: int, url: str) -> AsyncIterator[None]:
    """A proxy that has lost its server."""

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, text="No server.")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", urlsplit(url).port).start()
    yield
    await runner.cleanup()


async def test_the_language_that_is_used_is_kept_too(open_window: Open, server: ServerProcess) -> None:
    ann = await open_window(AT, service_workers="allow", locale="de-DE")
    await page_kept(ann)
    await ann.page.reload()  # from now on by way of the worker
    await ann.left.expect_count(re.compile(r"^28[.,]298 records$"))
    await kept(ann, 28_298)
    await expect(ann.left.region.get_by_text("Zeilen pro Seite")).to_be_visible()
    await forget_http(ann)
    ann.away = True
    await server.kill()
    await ann.page.reload()
    await expect(ann.left.region.get_by_text("Zeilen pro Seite")).to_be_visible()


def release(folder: Path) -> Path:
    """Another release in a folder of its own: its page is called Tandem 2, its scripts have other names."""
    shutil.copytree(ROOT / "server", folder / "server")
    dist = shutil.copytree(PAGE.parent, folder / "webapp" / "dist")
    scripts = list(dist.glob("assets/*.js"))
    names = re.compile("|".join(rf"\b{re.escape(path.name)}" for path in scripts))
    for path in (dist / "index.html", dist / "sw.js", *scripts):
        text = names.sub(lambda name: f"2-{name[0]}", path.read_text())
        text = text.replace("name:`Tandem`", "name:`Tandem 2`")
        path.write_text(re.sub(r'(?<="revision":")\w+(?=","url":"/")', "2", text))
    for path in scripts:
        path.rename(path.with_name(f"2-{path.name}"))
    return folder


def heading(window: Window) -> Locator:
    return window.page.get_by_role("heading", level=1)


async def test_a_part_that_the_server_has_no_more_is_told_and_a_reload_brings_the_new_release(
    open_window: Open, server: ServerProcess, tmp_path: Path
) -> None:
    """Without a service worker, as on plain HTTP, and before the page had the time to fetch it."""
    ann = await open_window()
    ann.away = True
    await ann.context.route(re.compile(r"/assets/Inspector-"), lambda route: route.abort())
    await ann.page.goto(server.url.replace("localhost", "127.0.0.1") + AT)
    await ann.left.expect_count(ALL)
    await server.kill()
    server.root = release(tmp_path / "release")
    await server.start()
    await ann.expect_saved()
    await ann.connection.get_by_role("button").first.click()
    await ann.page.get_by_role("button", name="Details").click()
    missing = ann.page.get_by_role("dialog", name="This part of the page did not come")
    await missing.get_by_role("button", name="Cancel").click()
    await ann.left.edit("00AA", "name", "The rest goes on")
    await ann.expect_saved()
    await ann.connection.get_by_role("button").first.click()
    await ann.page.get_by_role("button", name="Details").click()
    await missing.get_by_role("button", name="Reload").click()
    await expect(heading(ann)).to_have_text("Tandem 2")
    await ann.left.expect_cell("00AA", "name", "The rest goes on")


async def test_what_is_not_open_yet_is_fetched_once_the_records_are_there(
    open_window: Open, server: ServerProcess
) -> None:
    """So that it opens without a network, also where there is no service worker."""
    ann = await open_window(AT)
    await ann.left.expect_count(ALL)
    await ann.page.wait_for_function(fetched("Inspector"))
    ann.away = True
    await server.kill()
    await expect(await inspect(ann)).to_contain_text("Epoch")


async def test_a_new_release_takes_over_at_the_next_visit_never_under_an_open_page(
    open_window: Open, server: ServerProcess, tmp_path: Path
) -> None:
    ann = await visit(open_window)
    ann.away = True

    await server.kill()
    server.root = release(tmp_path / "release")
    await server.start()
    await ann.expect_saved()
    await ann.expect_not_reloaded()
    await expect(heading(ann)).to_have_text("Tandem")
    # Its parts are still there when they are first wanted, though no longer at the server.
    await expect(await inspect(ann)).to_contain_text("Epoch")

    await ann.page.reload()
    await expect(heading(ann)).to_have_text("Tandem 2")
    await ann.left.expect_count(ALL)
    await ann.page.evaluate(WAITING)
    await forget_http(ann)
    await server.kill()
    # This page is newer than the worker that answers it, and may want any of its parts.
    await expect(await inspect(ann)).to_contain_text("Epoch")
    worker = ann.context.service_workers[-1]
    await ann.close_tab()  # the last page of the old one: its worker goes with it
    await worker.evaluate(ACTIVE)
    await ann.open_tab()
    await expect(heading(ann)).to_have_text("Tandem 2")
    await ann.left.expect_count(ALL)
