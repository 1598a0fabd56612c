"""How it stands: what page, device and server know of each other, for those who help."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Window
from tests.browser.wires import alter
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

ALL = "28,298 records"
AT = "/?left=airports&right=airports"


async def inspect(window: Window) -> Locator:
    await window.connection.get_by_role("button").first.click()
    await window.page.get_by_role("dialog", name="Connection").get_by_role("button", name="Details").click()
    panel = window.page.get_by_role("dialog", name="How it stands")
    await expect(panel).to_be_visible()
    return panel


def told(part: Locator, label: str) -> Locator:
    """What stands beside that label."""
    return part.locator("dt", has_text=re.compile(f"^{re.escape(label)}")).locator("xpath=../dd")


def airports(panel: Locator) -> Locator:
    return panel.get_by_role("region", name="Airports (airports)")


async def report(page: Page, panel: Locator) -> str:
    await panel.get_by_role("button", name="Copy as text").click()
    await expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    text: str = await page.evaluate("navigator.clipboard.readText()")
    return text


async def test_it_tells_how_the_connection_and_each_grid_stand(
    open_window: Open, database: Database, server: ServerProcess
) -> None:
    ann = await open_window(AT, permissions=["clipboard-read", "clipboard-write"])
    await ann.left.expect_count(ALL)
    await ann.left.edit("00AA", "name", "Told below")
    await ann.expect_saved()
    panel = await inspect(ann)
    connection = panel.get_by_role("region", name="Connection")
    await expect(told(connection, "State")).to_have_text("live")
    await expect(told(connection, "Transport")).to_have_text("websocket")
    await expect(told(connection, "Last round trip")).to_have_text(re.compile(r"^\d+ ms, mutate, "))
    grid = airports(panel)
    epoch, revision = database.head("airports")
    await expect(told(grid, "Epoch")).to_have_text(epoch)
    await expect(told(grid, "Revision")).to_have_text(f"{revision:,}")
    assert await grave_findings(ann.page) == []

    await grid.get_by_role("button", name="Compare with the server").click()
    await expect(grid.get_by_role("status")).to_have_text("Equal: the same records on both sides.")
    here = await told(grid, "Here").inner_text()
    assert here == await told(grid, "At the server").inner_text()
    assert f"of 28,298 records at revision {revision:,} of {epoch}" in here
    text = await report(ann.page, panel)
    assert here in text
    assert "Unsent edits outlive the tab: yes" in text

    ann.away = True
    await server.kill()
    await expect(told(connection, "State")).to_have_text("reconnecting")
    # That it was lost, and soon that it cannot be had again.
    why = re.compile("The connection was lost|The server cannot be reached")
    await expect(told(connection, "Last error")).to_contain_text(why)
    await grid.get_by_role("button", name="Compare with the server").click()
    await expect(grid.get_by_role("status")).to_contain_text("Not connected")


async def test_r13_what_differs_is_found(open_window: Open, database: Database) -> None:
    ann = await open_window("/?left=airports&panes=1", width=390, height=844)
    await ann.left.expect_count(ALL)

    def forge(frame: str) -> str:
        """Another server, that counts otherwise."""
        return re.sub(r'"digest":\d+', '"digest":7', frame)

    await alter(ann.context, forge)
    await ann.page.reload()
    await ann.left.expect_count(ALL)
    panel = await inspect(ann)
    grid = airports(panel)
    await expect(told(grid, "Repaired")).to_have_text("1 time")
    await grid.get_by_role("button", name="Compare with the server").click()
    await expect(grid.get_by_role("status")).to_contain_text("Different")
    await expect(told(grid, "At the server")).to_contain_text("00000007 of 28,298 records")
    # It has said so on its console, once, and read everything again.
    ann.complaints[:] = [each for each in ann.complaints if "differs from the server" not in each]


async def test_plain_http_elsewhere_than_here_says_which_guarantees_are_off(
    open_window: Open, database: Database, server: ServerProcess
) -> None:
    """The browser takes that name for this machine; so does the server, by its setting."""
    await server.kill()
    server.environment["ALLOWED_HOSTS"] = "tandem.test"
    await server.start()
    ann = await open_window(AT)
    await ann.close_tab()
    ann.url = ann.url.replace("127.0.0.1", "tandem.test")
    await ann.open_tab()
    await ann.left.expect_count(ALL)
    await ann.left.edit("00AA", "name", "By plain HTTP")
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"name": "By plain HTTP"}]

    await ann.connection.get_by_role("button").first.click()
    about = ann.page.get_by_role("dialog", name="Connection")
    await expect(about).to_contain_text("plain HTTP, where browsers offer less")
    await ann.page.keyboard.press("Escape")
    device = (await inspect(ann)).get_by_role("region", name="This device")
    for label in ("Page opens without a network", "Secure connection", "Tabs know of each other"):
        await expect(told(device, label)).to_have_text("no")
    await expect(told(device, "Unsent edits outlive the tab")).to_have_text("yes")
