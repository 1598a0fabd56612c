"""The server goes away, at the worst moment too: nothing is lost, nothing is sent twice, nobody reloads."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

ALL = "28,298 records"
ROWS = ("00AA", "00AK", "00AL", "00AN", "00AR", "00AS", "00CA", "00CL")


async def test_a_killed_server_loses_nothing_and_nobody_reloads(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    ann.away = ben.away = True

    for place, row in enumerate(ROWS):
        if place == 3:  # what was just sent may have no answer yet
            await server.kill()
        if place == 6:
            await server.start()
        await ann.left.edit(row, "name", f"Ann's {row}")
        await ben.right.edit(row, "city", f"Ben's {row}")

    for window in (ann, ben):
        for row in ROWS:
            await window.left.expect_cell(row, "name", f"Ann's {row}")
            await window.right.expect_cell(row, "city", f"Ben's {row}")
        await window.expect_saved()
        await window.expect_not_reloaded()
    for row in ROWS:
        record = database.record("airports", icao=row)
        assert record is not None
        assert (record["name"], record["city"]) == (f"Ann's {row}", f"Ben's {row}")
    expected = [{"name": f"Ann's {row}"} for row in ROWS] + [{"city": f"Ben's {row}"} for row in ROWS]
    assert sorted(map(str, database.changes("airports", "update"))) == sorted(map(str, expected))  # each once


async def test_edits_of_a_closed_tab_are_sent_when_it_opens_again(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    ann.away = ben.away = True
    await server.kill()
    await expect(ann.connection).to_contain_text("Reconnecting")
    await ann.left.edit("00AA", "name", "Written without a server")
    await ann.right.edit("00AK", "city", "So was this")
    await expect(ann.connection).to_have_text(re.compile("2 unsent edits(now)?$"))  # on disk, both
    await ann.close_tab()

    await server.start()
    await ben.left.expect_cell("00AA", "name", "Aero B Ranch Airport")
    await ann.open_tab()
    for pane in (ann.left, ben.left, ben.right):
        await pane.expect_cell("00AA", "name", "Written without a server")
        await pane.expect_cell("00AK", "city", "So was this")
    await ann.expect_saved()
    await ben.expect_not_reloaded()
    assert database.changes("airports", "update") == [
        {"name": "Written without a server"},
        {"city": "So was this"},
    ]


async def test_the_same_cell_edited_on_both_sides_of_an_outage_overwrites_nobody(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    ann.away = True
    await ann.context.set_offline(True)
    await expect(ann.connection).to_have_text(re.compile("^(Offline|Reconnecting)"))
    await ben.left.edit("00AA", "name", "Ben was first")
    await ben.expect_saved()
    await ann.left.edit("00AA", "name", "Ann was second")
    await ann.context.set_offline(False)

    mark = ann.left.region.get_by_role("button", name="Not saved: ")
    await ann.left.expect_cell("00AA", "name", "Ben was first")
    await mark.click()
    told = ann.page.get_by_role("dialog", name="name was not saved")
    await expect(told).to_contain_text("Yours: Ann was second")
    await expect(told).to_contain_text("Ben was first")
    assert database.changes("airports", "update") == [{"name": "Ben was first"}]
    await told.get_by_role("button", name="Keep mine").click()
    for pane in (ann.left, ann.right, ben.left):
        await pane.expect_cell("00AA", "name", "Ann was second")
    await ann.expect_saved()
    await expect(mark).to_have_count(0)
    record = database.record("airports", icao="00AA")
    assert record is not None
    assert record["name"] == "Ann was second"
