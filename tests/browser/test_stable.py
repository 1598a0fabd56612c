"""Nothing moves under anybody's hands: what others do shows in place, and waits to be placed."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from server.model import uuid7
from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Pane, Window
from tests.servers import ServerProcess
from tests.wire import connected

pytestmark = pytest.mark.browser

ALL = "28,298 records"
SORTED = "/?left.sort=elevation&right.sort=elevation"


def chip(pane: Pane) -> Locator:
    return pane.region.locator(".MuiChip-clickable", has_text="")


async def lowest(pane: Pane) -> list[str]:
    return (await pane.texts("icao"))[:6]


async def two_at_the_lowest(open_window: Open) -> tuple[Window, Window, list[str]]:
    ann, ben = await open_window(SORTED), await open_window(SORTED)
    for window in (ann, ben):
        await window.left.expect_count("1–100 of 28,298")
    return ann, ben, await lowest(ann.left)


async def test_rows_wait_while_one_writes_and_go_where_they_belong_when_asked(
    open_window: Open, database: Database
) -> None:
    ann, ben, rows = await two_at_the_lowest(open_window)
    await (await ann.left.cell(rows[2], "city")).dblclick()
    await ann.page.keyboard.type(", where Ann writes")
    await ben.left.edit(rows[0], "elevation", "99999")
    await ann.left.expect_cell(rows[0], "elevation", "99999")  # at once, in place
    await expect(chip(ann.left)).to_have_text("1 moved")
    await ben.left.row(rows[1]).get_by_role("checkbox").check()
    await ben.left.button("Delete record").click()
    await expect(chip(ann.left)).to_have_text("1 moved, 1 deleted")
    assert await lowest(ann.left) == rows
    await expect(await ann.left.cell(rows[1], "icao")).to_have_attribute(
        "aria-description", "deleted by Guest"
    )
    await ann.right.expect_count("28,297 records")

    await ann.page.keyboard.press("Enter")  # the edit is over, the cursor is in the row below
    await expect(await ann.left.cell(rows[3], "city")).to_be_focused()
    await chip(ann.left).focus()
    await ann.page.keyboard.press("Enter")
    await expect(chip(ann.left)).to_have_count(0)
    assert (await lowest(ann.left))[:4] == rows[2:6]
    await ann.expect_saved()
    changed = database.record("airports", icao=rows[2])
    assert changed is not None
    assert changed["city"].endswith(", where Ann writes")


async def test_rows_go_where_they_belong_by_themselves_when_one_rests(open_window: Open) -> None:
    ann, ben, rows = await two_at_the_lowest(open_window)
    await (await ann.left.cell(rows[1], "name")).click()
    await ben.left.edit(rows[0], "elevation", "99999")
    await expect(ann.left.row(rows[0])).to_have_count(0)  # nobody touches Ann's pane
    await expect(chip(ann.left)).to_have_count(0)
    await expect(await ann.left.cell(rows[1], "name")).to_be_focused()
    # The row with the cursor keeps its place, the others close up around it.
    assert (await lowest(ann.left))[:5] == [rows[2], rows[1], *rows[3:6]]

    await ben.left.edit(rows[1], "elevation", "99998")  # the row with the cursor stays
    await ann.left.expect_cell(rows[1], "elevation", "99998")
    await ben.left.edit(rows[2], "elevation", "99997")
    await expect(ann.left.row(rows[2])).to_have_count(0)
    await expect(await ann.left.cell(rows[1], "name")).to_be_focused()
    await ann.page.keyboard.press("ArrowDown")
    await ann.page.mouse.move(5, 5)
    await expect(ann.left.row(rows[1])).to_have_count(0)


async def test_ones_own_edit_moves_its_row_when_the_cursor_leaves_it(open_window: Open) -> None:
    ann, _ben, rows = await two_at_the_lowest(open_window)
    await (await ann.left.cell(rows[1], "elevation")).dblclick()
    await ann.page.keyboard.press("Control+A")
    await ann.page.keyboard.type("99999")
    await ann.page.keyboard.press("Tab")
    await ann.left.expect_cell(rows[1], "elevation", "99999")
    assert await lowest(ann.left) == rows
    await ann.page.keyboard.press("ArrowDown")
    await expect(ann.left.row(rows[1])).to_have_count(0)
    await expect(chip(ann.left)).to_have_count(0)


async def test_what_somebody_deleted_can_be_seen_and_restored_but_not_edited(
    open_window: Open, database: Database
) -> None:
    ann, ben, rows = await two_at_the_lowest(open_window)
    cell = await ann.left.cell(rows[1], "name")
    await cell.click()
    await ben.left.row(rows[1]).get_by_role("checkbox").check()
    await ben.left.button("Delete record").click()
    await expect(cell).to_have_attribute("aria-description", "deleted by Guest")
    await ann.page.keyboard.press("Enter")
    await ann.page.keyboard.type("x")
    await ann.page.keyboard.press("Delete")
    await cell.dblclick()
    await expect(ann.left.region.get_by_role("textbox")).to_have_count(0)
    await expect(ann.left.row(rows[1]).get_by_role("checkbox")).to_be_disabled()
    await cell.click(button="right")
    await ann.page.get_by_role("menuitem", name="Restore record").click()
    await ben.left.expect_count(ALL)
    await expect(cell).not_to_have_attribute("aria-description", "deleted by Guest")
    await ann.expect_saved()
    assert database.record("airports", icao=rows[1]) is not None
    assert database.changes("airports", "update") == []


async def test_a_row_that_goes_while_another_comes_is_gone_all_the_same(
    open_window: Open, server: ServerProcess
) -> None:
    ann = await open_window("/?left.q=00A")
    await ann.right.expect_count(ALL)
    await (await ann.left.cell("00AL", "name")).dblclick()  # while one writes, nothing is placed
    gone = await ann.left.row("00AK").get_attribute("data-id")
    both = [
        {"type": "delete_record", "mutation_id": uuid7(), "id": gone},
        {"type": "add_record", "mutation_id": uuid7(), "fields": {"icao": "ZZ98"}},
    ]
    async with connected(server.url) as ben:  # as many records as before, and as many match
        await ben.ok("mutate", {"grid": "airports", "mutations": both})
    await expect(ann.left.row("00AK").get_by_role("checkbox")).to_be_disabled()
    await ann.right.expect_count(ALL)
