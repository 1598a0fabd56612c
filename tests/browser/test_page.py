"""The page as a whole: all records by pages and in order, adding, deleting, its address, small screens."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open, run_command
from tests.browser.database import Database

pytestmark = pytest.mark.browser

ALL = "28,298 records"
AS_PEOPLE_READ = """(names) => {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return names.toSorted(([a, x], [b, y]) => compare(a, b) || (x < y ? -1 : 1)).map(([name]) => name);
}"""


async def names_in_order(page: Page, records: list[dict[str, Any]]) -> list[str]:
    """As the browser's own collation puts them, with a stable order of equal names."""
    named = [[record["name"], place] for place, record in enumerate(records) if "name" in record]
    return list(await page.evaluate(AS_PEOPLE_READ, named))


async def test_all_records_are_there_page_by_page_and_in_order(open_window: Open, database: Database) -> None:
    ann = await open_window()
    pane, records = ann.left, database.records("airports")
    await pane.expect_count(ALL)
    codes = [record["icao"] for record in records]
    shown = await pane.texts("icao")
    assert shown == codes[: len(shown)]
    await pane.button("Go to last page").click()
    await pane.expect_count("28,201–28,298 of 28,298")
    await expect(pane.row(codes[28_200])).to_be_visible()
    assert (await pane.texts("icao"))[:10] == codes[28_200:28_210]
    await pane.button("Go to previous page").click()
    await pane.expect_count("28,101–28,200 of 28,298")
    await expect(pane.row(codes[28_100])).to_be_visible()

    await pane.region.get_by_role("combobox", name="Records per page:").click()
    await ann.page.get_by_role("option", name="25", exact=True).click()
    await pane.button("Go to first page").click()
    await pane.expect_count("1–25 of 28,298")
    await pane.button("Go to last page").click()
    await pane.expect_count("28,276–28,298 of 28,298")
    await expect(pane.row(codes[-1])).to_be_visible()
    assert await pane.texts("icao") == codes[28_275:]
    await ann.right.expect_count("1–100 of 28,298")  # the other pane has a page of its own


async def test_a_header_sorts_all_records(open_window: Open, database: Database) -> None:
    ann = await open_window()
    pane, records = ann.left, database.records("airports")
    await pane.expect_count(ALL)
    names = await names_in_order(ann.page, records)
    by_elevation = sorted((r for r in records if "elevation" in r), key=lambda r: r["elevation"])

    await pane.header("name").click()
    await expect(pane.header("name")).to_have_attribute("aria-sort", "ascending")
    assert (await pane.texts("name"))[:15] == names[:15]
    await pane.button("Go to last page").click()
    await pane.expect_count("28,201–28,298 of 28,298")
    assert (await pane.texts("name"))[:15] == [*names, *[""] * 100][28_200:28_215]

    await pane.button("Go to first page").click()
    await pane.header("name").click()
    await expect(pane.header("name")).to_have_attribute("aria-sort", "descending")
    assert (await pane.texts("name"))[:15] == names[::-1][:15]

    await pane.header("elevation").click()
    assert [float(text) for text in (await pane.texts("elevation"))[:15]] == [
        record["elevation"] for record in by_elevation[:15]
    ]
    await pane.header("elevation").click()
    await expect(pane.header("elevation")).to_have_attribute("aria-sort", "descending")
    highest = [record["elevation"] for record in by_elevation[::-1][:15]]
    assert [float(text) for text in (await pane.texts("elevation"))[:15]] == highest

    top = (await pane.texts("icao"))[0]  # the highest becomes the lowest: its row goes, the next is first
    await pane.edit(top, "elevation", "-5000")
    await expect(pane.row(top)).to_have_count(0)
    assert [float(text) for text in (await pane.texts("elevation"))[:5]] == highest[1:6]


async def test_adding_and_deleting_shows_everywhere(open_window: Open, database: Database) -> None:
    ann, ben = await open_window(), await open_window()
    await ben.left.expect_count(ALL)
    await ann.left.expect_count(ALL)
    await ann.left.button("Add record").click()
    await ann.page.keyboard.type("ZZ99")
    await ann.page.keyboard.press("Tab")
    await ann.left.edit("ZZ99", "elevation", "42")
    for pane in (ann.left, ann.right, ben.left, ben.right):
        await pane.expect_count("28,299 records")
    await ann.expect_saved()
    assert database.record("airports", icao="ZZ99") == {"icao": "ZZ99", "elevation": 42}

    await ann.left.region.get_by_role("searchbox").fill("zz99")
    await ann.left.row("ZZ99").get_by_role("checkbox").check()
    await ann.left.button("Delete record").click()
    await ben.left.expect_count(ALL)
    await expect(ann.left.row("ZZ99")).to_have_count(0)

    for row in ("00AA", "00AK"):
        await ben.left.row(row).get_by_role("checkbox").check()
    await ben.left.button("Delete 2 records").click()
    for pane in (ann.right, ben.left, ben.right):
        await pane.expect_count("28,296 records")
    await ann.left.expect_count("0 of 28,296")  # what it searches for is gone
    await expect(ben.left.row("00AK")).to_have_count(0)
    await ben.expect_saved()
    assert database.record("airports", icao="00AA") is None
    assert len(database.records("airports")) == 28_296
    assert database.changes("airports", "delete") == [None] * 3


async def test_a_row_in_edit_stays_where_it_is(open_window: Open) -> None:
    ann, ben = await open_window(), await open_window()
    await ben.left.expect_count(ALL)
    await ann.left.expect_count(ALL)
    await (await ann.left.cell("00AR", "name")).dblclick()
    await ann.page.keyboard.press("Control+A")
    await ann.page.keyboard.type("Kept in place")
    await ben.left.row("00AA").get_by_role("checkbox").check()
    await ben.left.button("Delete record").click()
    await ann.left.expect_count("28,297 records")
    await expect(ann.left.row("00AA")).to_be_visible()  # greyed, until the editor is closed
    await ann.page.keyboard.press("Enter")
    await expect(ann.left.row("00AA")).to_have_count(0)
    await ben.left.expect_cell("00AR", "name", "Kept in place")


async def test_the_address_says_which_grids_stand_side_by_side(open_window: Open) -> None:
    ann = await open_window("/?left=airports&right=tasks")
    await ann.left.expect_count(ALL)
    await ann.right.expect_count("0 records")
    await ann.page.get_by_role("combobox", name="Grid on the right").click()
    await ann.page.get_by_role("option", name="Airports").click()
    await ann.right.expect_count(ALL)
    assert ann.page.url.endswith("/?left=airports&right=airports")
    await ann.page.go_back()
    await ann.right.expect_count("0 records")


async def test_an_unknown_grid_is_told(open_window: Open) -> None:
    ann = await open_window("/?left=airports&right=nowhere")
    await ann.left.expect_count(ALL)
    await expect(ann.right.region.get_by_role("alert")).to_contain_text("nowhere")


async def test_a_small_screen_shows_one_pane_at_a_time(open_window: Open) -> None:
    ann = await open_window("/?left=airports&right=tasks", width=390, height=800)
    await ann.left.expect_count(ALL)
    await expect(ann.right.region).to_have_count(0)
    await ann.page.get_by_role("tab", name="Right: Tasks").click()
    await ann.right.expect_count("0 records")
    await expect(ann.left.region).to_have_count(0)
    scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert await ann.page.evaluate(scrolls) is False


async def test_a_grid_imported_meanwhile_can_be_chosen_and_takes_no_place(
    open_window: Open, database: Database, tmp_path: Path
) -> None:
    ann = await open_window("/?left=tasks")
    await ann.left.expect_count("0 records")
    await ann.right.expect_count(ALL)
    (tmp_path / "aaa.csv").write_text("name,size\nOne,1\nTwo,2\n")
    await asyncio.to_thread(run_command, database.path, "import", tmp_path / "aaa.csv", "--title", "Sizes")
    await ann.page.get_by_role("combobox", name="Grid on the left").click()
    await ann.page.get_by_role("option", name="Sizes").click()
    await ann.left.expect_count("2 records")
    await expect(ann.left.row("Two")).to_be_visible()
    await ann.right.expect_count(ALL)  # the first by name now, but nobody asked for it there


async def test_the_buttons_that_turn_pages_are_in_sight_on_any_width(open_window: Open) -> None:
    ann = await open_window("/?left=airports&right=tasks", width=720, height=700)
    await ann.left.expect_count(ALL)
    size = ann.left.region.get_by_role("combobox", name="Records per page:")
    for width, roomy in ((720, False), (800, False), (1000, False), (1280, True)):
        await ann.page.set_viewport_size({"width": width, "height": 700})
        await expect(size).to_be_visible(visible=roomy)
        for turn, told in (("last", "28,201–28,298 of 28,298"), ("first", "1–100 of 28,298")):
            await ann.left.button(f"Go to {turn} page").click()
            await ann.left.expect_count(told)
            pane = await ann.left.region.bounding_box()
            button = await ann.left.button("Go to last page").bounding_box()
            assert pane is not None
            assert button is not None
            assert pane["x"] < button["x"] < button["x"] + button["width"] < pane["x"] + pane["width"]
