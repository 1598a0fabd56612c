"""Who else is here: their names and colours, the cell they are at, and that they are gone when they go."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.window import Window
from tests.servers import ServerProcess
from tests.wire import connected

pytestmark = pytest.mark.browser

ALL = "28,298 records"
ALONE = "Only you are here"


def people(window: Window) -> Locator:
    return window.page.get_by_role("dialog", name="People")


def opener(window: Window, text: str) -> Locator:
    return window.page.get_by_role("button", name=text, exact=True)


async def expect_at(window: Window, row: str, column: str, told: str) -> None:
    """In both panes, for the eyes and for the ears."""
    for pane in (window.left, window.right):
        cell = await pane.cell(row, column)
        await expect(cell).to_have_attribute("aria-description", told)
        await expect(cell.locator(".tandem-others")).to_be_visible()
        await expect(pane.region.locator(".tandem-others")).to_have_count(1)


async def test_others_are_outlined_at_their_cell_until_their_tab_is_closed(open_window: Open) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    await ben.introduce("Ben Nevis")
    keys = ben.page.keyboard
    await (await ben.right.cell("00AK", "city")).click()
    await expect_at(ann, "00AK", "city", "Ben Nevis is here")
    await keys.press("ArrowDown")
    await expect_at(ann, "00AL", "city", "Ben Nevis is here")
    await keys.type("Ne")
    await expect_at(ann, "00AL", "city", "Ben Nevis is editing this")
    await keys.press("Escape")
    await expect_at(ann, "00AL", "city", "Ben Nevis is here")
    await expect(ben.left.region.locator(".tandem-others")).to_have_count(0)  # nobody sees himself

    await opener(ann, "You and 1 other").click()
    await expect(people(ann)).to_contain_text("Ben Nevis")
    await expect(people(ann)).to_contain_text("city of 00AL in Airports")
    await ann.page.keyboard.press("Escape")
    await ben.close_tab()
    await expect(opener(ann, ALONE)).to_be_visible()
    await expect(ann.left.region.locator(".tandem-others")).to_have_count(0)


async def test_a_name_is_asked_once_kept_and_stands_at_what_one_does(open_window: Open) -> None:
    ann, ben = await open_window(), await open_window()
    await ben.left.expect_count(ALL)
    await ann.left.expect_count(ALL)
    await ann.introduce("  Ann  ")
    await ann.page.reload()
    await ann.left.expect_count(ALL)
    await expect(opener(ann, "What is your name?")).to_have_count(0)
    await ann.left.edit("00AK", "city", "Anntown")
    cell = await ben.left.cell("00AK", "city")
    await expect(cell).to_have_text("Anntown")
    await expect(cell).to_have_attribute("aria-description", "changed by Ann")

    await opener(ann, "You and 1 other").click()
    name = people(ann).get_by_role("textbox")
    await expect(name).to_have_value("Ann")
    await name.fill("Ann B.")
    await people(ann).get_by_role("button", name="Save").click()
    await (await ann.left.cell("00AN", "name")).click()
    await expect_at(ben, "00AN", "name", "Ann B. is here")
    await ann.expect_saved()


async def test_a_field_of_an_open_record_is_a_place_too(open_window: Open) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    await (await ben.left.cell("00AK", "icao")).click()
    await ben.page.keyboard.press("Space")
    await ben.page.get_by_role("dialog", name="00AK").get_by_role("textbox", name="city").click()
    await expect_at(ann, "00AK", "city", "Guest is editing this")
    await ben.page.keyboard.press("Escape")
    await expect_at(ann, "00AK", "icao", "Guest is here")


async def test_many_people_are_a_few_faces_and_a_number(open_window: Open, server: ServerProcess) -> None:
    ann = await open_window()
    await ann.left.expect_count(ALL)
    async with AsyncExitStack() as stack:
        for number in range(9):
            client = await stack.enter_async_context(connected(server.url, f"Person {number}"))
            await client.ok("join_grid", {"grid": "airports", "limit": 0})
        everybody = opener(ann, "You and 9 others")
        await expect(everybody).to_have_text(re.compile(r"^\+5(P\d){4}\?You and 9 others$"))
        await everybody.click()
        for number in range(9):
            await expect(people(ann).get_by_text(f"Person {number}", exact=True)).to_have_count(1)
        assert await grave_findings(ann.page) == []
    await expect(people(ann)).to_contain_text("Nobody else is here now.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_faces_and_outlines_have_no_grave_findings(open_window: Open, scheme: str) -> None:
    ann, ben = await open_window(color_scheme=scheme), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    await (await ben.left.cell("00AK", "city")).click()
    await expect_at(ann, "00AK", "city", "Guest is here")
    assert await grave_findings(ann.page) == []
    await ann.page.set_viewport_size({"width": 390, "height": 800})
    await expect(opener(ann, "You and 1 other")).to_be_visible()
    scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert await ann.page.evaluate(scrolls) is False
    assert await grave_findings(ann.page) == []
