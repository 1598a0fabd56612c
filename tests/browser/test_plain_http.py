"""Plain HTTP under another name than localhost: no Web Locks, so a lease holds the outbox."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import GRIDS
from tests.browser.database import Database
from tests.browser.test_reload import kept
from tests.browser.window import Window
from tests.browser.wires import Gate
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

ALL = "28,298 records"
AT = "/?left=airports&right=airports"


def own_address() -> str:
    """This machine's address in its network; nothing is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


@pytest_asyncio.fixture(loop_scope="session")
async def ann(chromium: Browser, database: Database) -> AsyncIterator[Window]:
    server = ServerProcess(f"sqlite:///{database.path}", GRIDS=GRIDS, HOST="0.0.0.0", OPEN="1")
    await server.start()
    context = await chromium.new_context(viewport={"width": 2200, "height": 1000}, locale="en-US")
    window = await Window.open(context, f"http://{own_address()}:{server.url.rpartition(':')[2]}{AT}")
    yield window
    await context.close()
    await server.close()
    # Chromium's own word on a header that it heeds on trustworthy origins only.
    ignored = "The Cross-Origin-Opener-Policy header has been ignored"
    assert [complaint for complaint in window.complaints if ignored not in complaint] == []


async def test_unsent_edits_outlive_their_tab_and_belong_to_one_tab_at_a_time(
    ann: Window, database: Database
) -> None:
    assert await ann.page.evaluate("[isSecureContext, typeof navigator.locks]") == [False, "undefined"]
    await ann.left.expect_count(ALL)
    await kept(ann, 28_298)
    gate = Gate()  # the page itself comes, not a word on its socket
    await gate.stand_in(ann.context)
    await ann.page.reload()
    await ann.left.edit("00AK", "name", "Written without a network")
    await expect(ann.connection).to_contain_text("1 unsent edit")

    first = ann.page
    await ann.open_tab()  # beside the first, which lives
    await ann.left.expect_count(ALL)
    await ann.left.edit("00AL", "name", "Written in the second tab")
    await expect(ann.connection).to_contain_text("1 unsent edit")

    async with first.expect_event("close"):
        await first.close(run_before_unload=True)
    await ann.page.reload()
    await expect(ann.connection).to_contain_text("2 unsent edits")
    for pane in (ann.left, ann.right):
        await pane.expect_cell("00AK", "name", "Written without a network")
        await pane.expect_cell("00AL", "name", "Written in the second tab")

    gate.open()
    await ann.expect_saved()
    changes = database.changes("airports", "update")
    assert changes == [{"name": "Written without a network"}, {"name": "Written in the second tab"}]
