"""A record is opened from its row, by mouse, key or tap, and the pane's order leads on from there."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Window

pytestmark = pytest.mark.browser

ALL = "28,298 records"


def drawer(window: Window, title: str) -> Locator:
    return window.page.get_by_role("dialog", name=title, exact=True)


async def test_the_button_in_front_of_a_row_and_the_space_bar_open_it(open_window: Open) -> None:
    ann = await open_window()
    keys = ann.page.keyboard
    await ann.left.expect_count(ALL)
    row = ann.left.row("00AK")
    opener = row.get_by_role("button", name="Open record")
    await ann.page.mouse.move(5, 5)
    await expect(opener).to_have_css("opacity", "0")
    await row.hover()
    await expect(opener).to_have_css("opacity", "1")
    await opener.click()
    await expect(drawer(ann, "00AK")).to_be_visible()
    await expect(ann.page).to_have_url(re.compile(r"left\.record=[0-9a-f-]+"))
    await ann.page.go_back()
    await expect(drawer(ann, "00AK")).to_have_count(0)

    cell = await ann.left.cell("00AL", "city")
    await cell.click()
    await keys.press("Space")
    await expect(drawer(ann, "00AL")).to_be_visible()
    await keys.press("Escape")
    await expect(drawer(ann, "00AL")).to_have_count(0)
    await expect(cell).to_be_focused()
    for _ in range(4):
        await keys.press("ArrowLeft")
    await expect(ann.left.row("00AL").get_by_role("button", name="Open record")).to_be_focused()
    await keys.press("Enter")
    await expect(drawer(ann, "00AL")).to_be_visible()
    await ann.page.reload()
    await expect(drawer(ann, "00AL")).to_be_visible()
    await expect(ann.right.region.get_by_role("dialog")).to_have_count(0)


async def test_the_next_record_is_that_of_the_panes_order_over_the_pages_end(
    open_window: Open, database: Database
) -> None:
    ann = await open_window("/?left.sort=-elevation&left.size=25")
    await ann.left.expect_count("1–25 of 28,298")
    known = [each for each in database.records("airports") if "elevation" in each]
    highest = [each["icao"] for each in sorted(known, key=lambda each: -each["elevation"])]
    await (await ann.left.cell(highest[24], "name")).click()
    await ann.page.keyboard.press("Space")
    await expect(drawer(ann, highest[24])).to_contain_text("25 of 28,298")
    await ann.page.keyboard.press("Alt+ArrowDown")
    await expect(drawer(ann, highest[25])).to_contain_text("26 of 28,298")
    await ann.left.expect_count("26–50 of 28,298")
    await ann.page.keyboard.press("Alt+ArrowUp")
    await expect(drawer(ann, highest[24])).to_be_visible()
    await ann.left.expect_count("1–25 of 28,298")


async def test_what_is_changed_beside_the_grid_moves_its_row_when_one_goes_on(
    open_window: Open, database: Database
) -> None:
    ann = await open_window("/?left.sort=elevation")
    await ann.left.expect_count("1–100 of 28,298")
    rows = (await ann.left.texts("icao"))[:4]
    await (await ann.left.cell(rows[1], "name")).click()
    await ann.page.keyboard.press("Space")
    height = drawer(ann, rows[1]).get_by_role("textbox", name="elevation")
    await height.fill("99999")
    await ann.page.keyboard.press("Tab")
    await ann.left.expect_cell(rows[1], "elevation", "99999")
    await expect(drawer(ann, rows[1])).to_contain_text("2 of 28,298")
    assert (await ann.left.texts("icao"))[:4] == rows
    await ann.page.keyboard.press("Alt+ArrowDown")
    await expect(drawer(ann, rows[2])).to_contain_text("2 of 28,298")
    await expect(ann.left.row(rows[1])).to_have_count(0)
    await ann.expect_saved()
    changed = database.record("airports", icao=rows[1])
    assert changed is not None
    assert changed["elevation"] == 99_999


async def test_a_record_deleted_beside_the_grid_leaves_the_cursor_on_the_next(open_window: Open) -> None:
    ann = await open_window()
    await ann.left.expect_count(ALL)
    await (await ann.left.cell("00AK", "name")).click()
    await ann.page.keyboard.press("Space")
    await drawer(ann, "00AK").get_by_role("button", name="Delete record").click()
    await expect(drawer(ann, "00AK")).to_have_count(0)
    await ann.right.expect_count("28,297 records")
    await expect(await ann.left.cell("00AL", "name")).to_be_focused()
    await ann.page.keyboard.press("Control+z")
    await ann.right.expect_count(ALL)


async def test_on_a_phone_a_tap_opens_the_record_and_a_new_one_opens_at_once(
    open_window: Open, database: Database
) -> None:
    ann = await open_window(width=390, height=844, has_touch=True, is_mobile=True)
    await ann.left.expect_count(ALL)
    await expect(ann.left.row("00AK").get_by_role("button", name="Open record")).to_have_css("opacity", "1")
    await (await ann.left.cell("00AK", "icao")).tap()
    await expect(drawer(ann, "00AK")).to_be_visible()
    await drawer(ann, "00AK").get_by_role("button", name="Close").tap()
    await expect(drawer(ann, "00AK")).to_have_count(0)
    await ann.left.row("00AL").get_by_role("checkbox").tap()
    await expect(ann.left.button("Delete record")).to_be_visible()
    await expect(ann.page.get_by_role("dialog")).to_have_count(0)
    await ann.left.button("Add record").tap()
    await ann.page.get_by_role("dialog").get_by_role("textbox", name="icao").fill("ZZ99")
    await ann.page.keyboard.press("Enter")
    await drawer(ann, "ZZ99").get_by_role("button", name="Close").tap()
    await ann.expect_saved()
    assert database.record("airports", icao="ZZ99") == {"icao": "ZZ99"}
