"""Many records come as one stream over HTTP; where that is not to be had, page by page on the socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Request, Route, expect

from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Window
from tests.browser.wires import Gate

pytestmark = pytest.mark.browser

AT = "/?left=airports&left.sort=-elevation&right=airports"
PLAIN = "/?left=airports&right=airports"
ALL = "28,298 records"
STREAM = "**/api/grids/airports/records?*"

Handle = Callable[[Route], Awaitable[None]]


async def elsewhere(open_window: Open, handle: Handle | None = None) -> tuple[Window, Gate, list[str]]:
    """A browser whose socket and streams are watched, not yet at the grid; the streams' addresses."""
    window = await open_window("/healthz", service_workers="allow")
    gate = Gate()
    gate.open()
    await gate.stand_in(window.context)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/records?" in request.url:
            asked.append(request.url)

    window.context.on("request", note)
    if handle is not None:
        await window.context.route(STREAM, handle)
    return window, gate, asked


async def visit(window: Window, database: Database) -> None:
    """Every record is there: those are on screen that are highest of all."""
    await window.page.goto(window.url.replace("/healthz", AT))
    await window.left.expect_count("1–100 of 28,298")
    await window.right.expect_count(ALL)
    known = [each for each in database.records("airports") if "elevation" in each]
    highest = [each["icao"] for each in sorted(known, key=lambda each: -each["elevation"])]
    await expect(window.left.row(highest[0])).to_be_visible()
    assert (await window.left.texts("icao"))[:20] == highest[:20]


async def test_all_records_come_as_one_stream_which_is_kept_nowhere(
    open_window: Open, database: Database
) -> None:
    ann, gate, asked = await elsewhere(open_window)
    await visit(ann, database)
    assert len(asked) == 1
    assert asked[0].endswith("&since=2000")  # the first page came with the answer of join_grid
    assert gate.payloads("pull") == []
    await ann.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    found = await ann.page.evaluate(
        """async () => {
          const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
          const requests = await Promise.all(caches_.map((cache) => cache.keys()));
          return requests.flat().map(({ url }) => new URL(url).pathname);
        }"""
    )
    assert found
    assert [path for path in found if path.startswith("/api/")] == []


async def test_without_the_stream_they_come_page_by_page(open_window: Open, database: Database) -> None:
    async def refuse(route: Route) -> None:
        await route.fulfill(status=404, body="A proxy that knows nothing of it.")

    ann, gate, asked = await elsewhere(open_window, refuse)
    ann.away = True  # Chromium writes that it was a 404
    await visit(ann, database)
    assert len(asked) == 1
    assert [payload["since"] for payload in gate.payloads("pull")] == list(range(2_000, 28_298, 2_000))


async def test_a_stream_that_ends_early_is_gone_on_with_page_by_page(
    open_window: Open, database: Database
) -> None:
    async def cut(route: Route) -> None:
        answer = await route.fetch()
        text = await answer.text()
        third = text.find("\n", text.find("\n", text.find("\n") + 1) + 1)
        await route.fulfill(status=200, body=text[: third + 10_000])

    ann, gate, asked = await elsewhere(open_window, cut)
    await visit(ann, database)
    assert len(asked) == 1
    assert [payload["since"] for payload in gate.payloads("pull")] == list(range(8_000, 28_298, 2_000))


async def test_an_edit_of_somebody_else_during_the_stream_is_there_after_it(open_window: Open) -> None:
    ben = await open_window(PLAIN)
    await ben.left.expect_count(ALL)
    come, go = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        """It has left the server before the edit, and comes here after it."""
        answer = await route.fetch()
        body = await answer.body()
        come.set()
        await go.wait()
        await route.fulfill(status=200, body=body)

    ann, gate, _ = await elsewhere(open_window, hold)
    await ann.page.goto(ann.url.replace("/healthz", PLAIN))
    await ann.left.expect_cell("00AA", "name", "Aero B Ranch Airport")
    async with asyncio.timeout(60):
        await come.wait()
    await ben.left.edit("00AA", "name", "Changed meanwhile")
    await ben.expect_saved()
    go.set()
    await ann.left.expect_count(ALL)
    await ann.left.expect_cell("00AA", "name", "Changed meanwhile")
    assert gate.payloads("pull") == []
