"""A pane's headers, pages and widths: what they do, what stands in the address, and the way back."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.database import Database, Fields
from tests.browser.window import Pane, Window

pytestmark = pytest.mark.browser

ALL = "28,298 records"


def by_country_then_height(records: list[Fields]) -> list[tuple[str, float]]:
    """Highest first in each country; such without a height last."""
    known = [(each["country"], each.get("elevation")) for each in records if "country" in each]
    ordered = sorted(known, key=lambda pair: (pair[0], pair[1] is None, -(pair[1] or 0)))
    return [(country, height) for country, height in ordered if height is not None]


async def shown(pane: Pane, count: int) -> list[tuple[str, float]]:
    countries, heights = await pane.texts("country"), await pane.texts("elevation")
    return [(country, float(height)) for country, height in zip(countries, heights, strict=True)][:count]


async def test_headers_sort_by_several_fields_by_mouse_and_by_keyboard(
    open_window: Open, database: Database
) -> None:
    ann = await open_window()
    pane, keys = ann.left, ann.page.keyboard
    await pane.expect_count(ALL)
    expected = by_country_then_height(database.records("airports"))[:12]

    await pane.header("country").click()
    await expect(pane.header("country")).to_have_attribute("aria-sort", "ascending")
    await pane.header("elevation").click(modifiers=["Shift"])
    await pane.header("elevation").click(modifiers=["Shift"])
    await expect(pane.header("elevation")).to_contain_text("sorted descending, 2 of 2")
    await expect(pane.header("country")).to_contain_text("sorted ascending, 1 of 2")
    assert await shown(pane, 12) == expected
    await expect(ann.page).to_have_url(re.compile("left.sort=country,-elevation$"))
    assert (await ann.right.texts("icao"))[:2] == ["00AA", "00AK"]

    await ann.page.go_back()
    await expect(pane.header("elevation")).to_contain_text("sorted ascending, 2 of 2")
    await ann.page.go_back()
    await expect(pane.header("country")).to_have_attribute("aria-sort", "ascending")
    await expect(pane.header("elevation")).not_to_contain_text("sorted")
    await ann.page.go_back()
    await expect(pane.header("country")).to_have_attribute("aria-sort", "none")
    assert (await pane.texts("icao"))[:2] == ["00AA", "00AK"]

    await (await pane.cell("00AA", "country")).click()
    await keys.press("ArrowUp")
    await expect(pane.header("country")).to_be_focused()
    await keys.press("Enter")
    await keys.press("ArrowRight")
    await keys.press("Shift+Enter")
    await keys.press("Shift+Enter")
    await expect(pane.header("elevation")).to_contain_text("sorted descending, 2 of 2")
    await expect(pane.header("elevation")).to_be_focused()
    assert await shown(pane, 12) == expected
    await keys.press("Shift+Enter")
    await expect(pane.header("elevation")).not_to_contain_text("sorted")


async def test_a_headers_menu_opens_by_keyboard(open_window: Open) -> None:
    ann = await open_window()
    pane, keys = ann.left, ann.page.keyboard
    await pane.expect_count(ALL)
    await pane.header("city").click()
    await keys.press("Control+Enter")
    await keys.press("ArrowDown")
    await expect(ann.page.get_by_role("menuitem", name="Sort ascending")).to_be_focused()
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(pane.header("city")).to_have_attribute("aria-sort", "descending")
    await keys.press("Control+Enter")
    await ann.page.get_by_role("menuitem", name="Hide field").click()
    await expect(pane.header("city")).to_have_count(0)
    await expect(ann.right.header("city")).to_be_visible()
    await expect(ann.page).to_have_url(re.compile("left.hide=city"))
    await ann.page.reload()
    await expect(pane.header("name")).to_be_visible()
    await expect(pane.header("city")).to_have_count(0)


async def drag_end(ann: Window, header: Locator, by: int) -> float:
    """Pulls the line at the header's end; how wide it is then."""
    box = await header.bounding_box()
    assert box is not None
    await ann.page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 10)
    await ann.page.mouse.down()
    await ann.page.mouse.move(box["x"] + box["width"] - 1 + by, box["y"] + 10, steps=5)
    await ann.page.mouse.up()
    after = await header.bounding_box()
    assert after is not None
    assert after["width"] == pytest.approx(box["width"] + by, abs=2)
    return float(after["width"])


async def test_a_width_that_was_pulled_stands_in_the_address(open_window: Open) -> None:
    ann = await open_window()
    pane = ann.left
    await pane.expect_count(ALL)
    other = await ann.right.header("name").bounding_box()
    width = await drag_end(ann, pane.header("name"), 80)
    await expect(ann.page).to_have_url(re.compile(rf"left.width=name:{round(width)}"))
    assert await ann.right.header("name").bounding_box() == other
    await ann.page.reload()
    await pane.expect_count(ALL)
    again = await pane.header("name").bounding_box()
    assert again is not None
    assert again["width"] == pytest.approx(width, abs=2)


async def test_pages_stand_in_the_address_and_the_focus_stays_on_the_button(open_window: Open) -> None:
    ann = await open_window()
    pane = ann.left
    await pane.expect_count(ALL)
    await (await pane.cell("00AK", "city")).click()
    await pane.button("Go to next page").focus()
    await ann.page.keyboard.press("Enter")
    await pane.expect_count("101–200 of 28,298")
    await ann.page.keyboard.press("Enter")
    await pane.expect_count("201–300 of 28,298")
    await expect(pane.button("Go to next page")).to_be_focused()
    await expect(pane.region.get_by_role("textbox")).to_have_count(0)
    await ann.page.reload()
    await pane.expect_count("201–300 of 28,298")
    await ann.page.go_back()
    await pane.expect_count("101–200 of 28,298")
    await ann.page.go_back()
    await pane.expect_count("1–100 of 28,298")
    await ann.right.expect_count("1–100 of 28,298")


async def test_a_page_beyond_the_end_is_the_last(open_window: Open) -> None:
    ann = await open_window("/?left.page=999999&left.size=25")
    await ann.left.expect_count("28,276–28,298 of 28,298")
    await ann.left.button("Go to previous page").click()
    await ann.left.expect_count("28,251–28,275 of 28,298")
    await expect(ann.page).to_have_url(re.compile("left.page=1131&"))
