"""Records as a whole: added where the cursor is, duplicated, ticked over pages, deleted, and brought back."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.database import Database, Fields
from tests.browser.window import Pane, Window

pytestmark = pytest.mark.browser

ALL = "28,298 records"


def told(pane: Pane, text: str) -> Locator:
    """What a screen reader hears of the pane."""
    return pane.region.get_by_role("status").filter(has_text=text)


async def tab_to(window: Window, target: Locator) -> None:
    """By the Tab key alone, in not too many steps."""
    await expect(target).to_be_visible()
    for _ in range(12):
        await window.page.keyboard.press("Tab")
        if await target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError("the Tab key does not lead there")


def having(records: list[Fields], text: str) -> list[Fields]:
    return [each for each in records if any(text in str(value).lower() for value in each.values())]


async def test_deleted_records_come_back_by_the_key_and_by_the_button(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    for row in ("00AA", "00AK"):
        await ann.left.row(row).get_by_role("checkbox").check()
    await ann.left.button("Delete 2 records").click()  # all in sight: nobody asks
    await expect(ann.left.row("00AA")).to_have_count(0)
    await expect(ann.left.row("00AL").get_by_role("checkbox")).to_be_focused()  # the next row
    await expect(told(ann.left, "Deleted 2 records")).to_have_count(1)
    await ben.right.expect_count("28,296 records")
    await ann.page.keyboard.press("Control+z")
    for pane in (ann.left, ann.right, ben.left, ben.right):
        await pane.expect_count(ALL)
    await expect(ann.left.row("00AA")).to_be_visible()
    await expect(ann.left.button("Undo")).to_have_count(0)

    await (await ann.left.cell("00AL", "name")).click(button="right")
    await ann.page.get_by_role("menuitem", name="Delete record").click()
    await ben.left.expect_count("28,297 records")
    await expect(await ann.left.cell("00AN", "name")).to_be_focused()
    await tab_to(ann, ann.left.button("Undo"))
    await ann.page.keyboard.press("Enter")
    await ben.left.expect_count(ALL)
    await ann.expect_saved()
    assert database.changes("airports", "delete") == [None] * 3
    assert len(database.records("airports")) == 28_298
    restored = database.record("airports", icao="00AL")
    assert restored is not None
    assert restored["name"] == "Epps Airpark"


async def test_ticks_stay_over_pages_and_all_that_match_can_be_ticked(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    pane = ann.left
    await pane.expect_count(ALL)
    await ben.left.expect_count(ALL)
    alaska = len(having(database.records("airports"), "alaska"))
    assert 500 < alaska < 5_000

    await pane.row("00AA").get_by_role("checkbox").check()
    await pane.button("Go to next page").click()
    await pane.expect_count("101–200 of 28,298")
    await pane.region.get_by_role("checkbox", name="Select all rows").check()
    bar = pane.region.get_by_role("group", name="101 records selected")
    await expect(bar).to_be_visible()
    await bar.get_by_role("button", name="Select all 28,298", exact=True).click()
    await expect(pane.region.get_by_role("group", name="28,298 records selected")).to_be_visible()
    await pane.button("Clear selection").click()
    await expect(pane.region.get_by_role("checkbox", checked=True)).to_have_count(0)

    await pane.region.get_by_role("searchbox").fill("alaska")
    await pane.expect_count(f"1–100 of {alaska:,}")
    await pane.region.get_by_role("checkbox", name="Select all rows").check()
    await pane.button(f"Select all {alaska:,} matching").click()
    await pane.button(f"Delete {alaska:,} records").click()
    question = ann.page.get_by_role("dialog", name=f"Delete {alaska:,} records?")
    await question.get_by_role("button", name="Cancel").click()
    await expect(question).to_have_count(0)
    await pane.button(f"Delete {alaska:,} records").click()
    await question.get_by_role("button", name=f"Delete {alaska:,} records").click()
    await expect(pane.region.get_by_text("No record matches")).to_be_visible()
    await ben.left.expect_count(f"{28_298 - alaska:,} records")
    await ann.expect_saved()
    assert having(database.records("airports"), "alaska") == []

    await pane.button("Undo").click()
    await ben.left.expect_count(ALL)
    await pane.expect_count(f"1–100 of {alaska:,}")
    await ann.expect_saved()
    assert len(having(database.records("airports"), "alaska")) == alaska
    await pane.region.get_by_role("searchbox").fill("no such airport")
    await pane.button("Clear filter and search").click()
    await pane.expect_count("1–100 of 28,298")


async def test_an_empty_record_stays_where_it_was_made_until_the_cursor_leaves_it(
    open_window: Open, database: Database
) -> None:
    ann = await open_window()
    keys = ann.page.keyboard
    await ann.left.expect_count(ALL)
    await (await ann.left.cell("00AK", "name")).click()
    await ann.left.button("Add record").click()
    await ann.left.expect_count("28,299 records")
    made = ann.left.region.get_by_role("row").nth(3)  # the header, 00AA, 00AK
    first = made.get_by_role("gridcell").nth(2)
    await expect(first).to_be_focused()
    await keys.type("ZZ99")
    await keys.press("Tab")
    await keys.press("ArrowRight")
    await keys.type("Made here")
    await keys.press("Tab")
    await expect(made).to_contain_text("Made here")
    assert (await ann.left.texts("icao"))[:4] == ["00AA", "00AK", "ZZ99", "00AL"]
    await keys.press("ArrowDown")
    await expect(ann.left.row("ZZ99")).to_have_count(0)
    await expect(await ann.left.cell("00AL", "city")).to_be_focused()
    await ann.right.region.get_by_role("searchbox").fill("zz99")
    await ann.right.expect_cell("ZZ99", "name", "Made here")
    await ann.expect_saved()
    assert database.record("airports", icao="ZZ99") == {"icao": "ZZ99", "name": "Made here"}


async def test_a_record_made_below_the_rows_in_sight_takes_what_is_typed_at_once(
    open_window: Open, database: Database
) -> None:
    condition = {"field": "icao", "op": "starts_with", "value": "00"}
    asked = quote(json.dumps({"join": "and", "of": [condition]}))
    ann = await open_window(f"/?left=airports&panes=1&left.filter={asked}", width=1400, height=500)
    found = [each for each in database.records("airports") if str(each.get("icao", "")).startswith("00")]
    assert 30 < len(found) < 100  # more than are in sight, and room on the page
    await ann.left.expect_count(f"{len(found):,} of 28,298")
    await ann.left.button("Add record").click()
    made = ann.left.region.get_by_role("row").last.get_by_role("gridcell").nth(2)
    await expect(made).to_be_focused()
    await expect(made).to_be_in_viewport(ratio=1)
    await ann.page.keyboard.type("ZZ99")
    await ann.page.keyboard.press("Enter")
    await ann.expect_saved()
    assert database.record("airports", icao="ZZ99") == {"icao": "ZZ99"}


async def test_a_row_that_goes_out_of_sight_when_one_leaves_it_can_be_followed(open_window: Open) -> None:
    ann = await open_window("/?left=airports&left.sort=name&left.q=kansas&panes=1", width=1400)
    keys = ann.page.keyboard
    await ann.left.expect_count(re.compile(r"^[\d,]+ of 28,298$"))
    first, second = (await ann.left.texts("icao"))[:2]
    await ann.left.edit(first, "name", "Zzz Field")  # Enter goes down: the row is left
    told = ann.left.region.get_by_role("group", name="The record that you left went to its place")
    await expect(ann.left.row(first)).to_have_count(0)
    await expect(await ann.left.cell(second, "name")).to_be_focused()
    await told.get_by_role("button", name="Go to it").click()
    await expect(ann.left.row(first)).to_be_in_viewport()
    await expect(told).to_have_count(0)

    await ann.left.edit(first, "subd", "Elsewhere")
    await ann.left.edit(first, "name", "Nowhere")
    await keys.press("ArrowUp")
    hidden = ann.left.region.get_by_role("group", name="The record that you left does not match")
    await hidden.get_by_role("button", name="Open it").click()
    await expect(ann.page.get_by_role("dialog", name=first)).to_be_visible()
    await ann.expect_saved()


async def test_a_copy_stands_behind_its_original_and_can_be_taken_back(
    open_window: Open, database: Database
) -> None:
    ann = await open_window()
    await ann.left.expect_count(ALL)
    await (await ann.left.cell("00AK", "name")).click()
    await ann.page.keyboard.press("Shift+F10")
    await ann.page.get_by_role("menuitem", name="Duplicate record").press("Enter")
    await ann.right.expect_count("28,299 records")
    assert (await ann.left.texts("icao"))[:4] == ["00AA", "00AK", "00AK", "00AL"]
    await expect(ann.left.region.get_by_role("row").nth(3).get_by_role("gridcell").nth(4)).to_be_focused()
    await ann.expect_saved()
    twins = [each for each in database.records("airports") if each["icao"] == "00AK"]
    assert len(twins) == 2
    assert twins[0] == twins[1]
    await ann.page.keyboard.press("Control+z")
    await ann.right.expect_count(ALL)
    await ann.expect_saved()
    assert len(database.records("airports")) == 28_298
