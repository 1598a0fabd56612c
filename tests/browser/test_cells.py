"""How it stands with a cell, seen and heard: pending, not saved, changed by others."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Pane, Window
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

ALL = "28,298 records"


def voice(pane: Pane) -> Locator:
    """What the pane tells those who do not see it."""
    return pane.region.locator("[data-voice]")


async def describe(cell: Locator, text: str | re.Pattern[str]) -> None:
    await expect(cell).to_have_attribute("aria-description", text)


async def name_is(window: Window, name: str) -> None:
    """Who it is stands in this browser's storage."""
    await window.page.evaluate("(name) => localStorage.setItem('tandem.name', name)", name)
    await window.page.reload()


async def test_an_edit_is_marked_until_the_server_has_it(open_window: Open, server: ServerProcess) -> None:
    ann = await open_window()
    await ann.left.expect_count(ALL)
    ann.away = True
    await server.kill()
    await expect(ann.connection).to_contain_text("Reconnecting")
    await ann.left.edit("00AA", "city", "Tribune")
    for pane in (ann.left, ann.right):
        cell = await pane.cell("00AA", "city")
        await expect(cell).to_have_text("Tribune")
        await describe(cell, "not confirmed yet")
        await expect(cell.locator('[data-state="pending"]')).to_have_count(1)
    await server.start()
    await ann.expect_saved()
    for pane in (ann.left, ann.right):
        cell = await pane.cell("00AA", "city")
        await expect(cell).not_to_have_attribute("aria-description", re.compile("."))
        await expect(cell.locator("[data-state]")).to_have_count(0)


async def test_a_change_by_somebody_else_flashes_with_the_name_and_is_told(open_window: Open) -> None:
    ann, ben = await open_window(), await open_window()
    await name_is(ben, "Ben")
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    await ben.left.edit("00AA", "city", "Tribune")
    cell = await ann.left.cell("00AA", "city")
    flash = cell.locator(".tandem-flash")
    await expect(flash).to_have_css("animation-name", "tandem-flash")
    await expect(flash).to_have_attribute("data-by", "Ben")
    await expect(cell).to_have_text("Tribune")
    await describe(cell, "changed by Ben")
    await expect(ann.page.locator("[data-voice]", has_text="Ben changed city of 00AA")).to_have_count(1)

    # What comes within five seconds is told together: one pane of the two, and nobody's own.
    for row in ("00AK", "00AL", "00AN"):
        await ben.left.edit(row, "city", "Tribune")
    await ann.left.edit("00AR", "city", "Tribune")
    await ben.right.expect_cell("00AR", "city", "Tribune")
    told = "Ben changed city of 00AK; 2 more changes by Ben"
    await expect(ann.page.locator("[data-voice]", has_text=told)).to_have_count(1)
    await expect(ben.page.locator("[data-voice]", has_text="Guest changed city of 00AR")).to_have_count(1)
    await expect(ann.page.locator("[data-voice]", has_text="00AR")).to_have_count(0)
    await expect((await ann.left.cell("00AR", "city")).locator(".tandem-flash")).to_have_count(0)


async def test_a_new_row_flashes_as_a_whole_and_a_deleted_one_is_told(open_window: Open) -> None:
    ann, ben = await open_window("/?left=tasks&right=airports"), await open_window("/?left=tasks")
    await name_is(ben, "Ben")
    await ann.left.expect_count("0 records")
    await ben.left.button("Add record").click()
    form = ben.page.get_by_role("dialog")
    await form.get_by_role("textbox", name="Title").fill("Paint the hangar")
    await ben.page.keyboard.press("Enter")
    row = ann.left.row("Paint the hangar")
    await expect(row.locator(".tandem-flash[data-whole]").first).to_have_attribute("data-by", "Ben")
    await expect(voice(ann.left)).to_have_text("Ben added Paint the hangar")
    await describe(await ann.left.cell("Paint the hangar", "Status"), "added by Ben")
    await (await ann.left.cell("Paint the hangar", "Title")).click()
    await ben.left.row("Paint the hangar").get_by_role("checkbox").check()
    await ben.left.button("Delete record").click()
    await describe(await ann.left.cell("Paint the hangar", "Title"), "deleted by Ben")
    await expect(voice(ann.left)).to_have_text("Ben deleted Paint the hangar")


async def test_nothing_flashes_for_whoever_asked_for_calm(open_window: Open) -> None:
    ann, ben = await open_window(reduced_motion="reduce"), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    await ben.left.edit("00AA", "city", "Tribune")
    await ann.left.expect_cell("00AA", "city", "Tribune")
    flash = (await ann.left.cell("00AA", "city")).locator(".tandem-flash")
    await expect(flash).to_have_css("display", "none")
    await describe(await ann.left.cell("00AA", "city"), "changed by Guest")


async def test_refused_and_conflict_have_marks_and_words_of_their_own(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    cell = await ann.left.cell("00AA", "name")
    await cell.dblclick()
    await ben.left.edit("00AA", "name", "Ben's name")
    await ann.right.expect_cell("00AA", "name", "Ben's name")
    await ann.page.keyboard.type(", by Ann")
    await ann.page.keyboard.press("Enter")
    mark = cell.get_by_role("button", name="Conflict, not saved: ")
    await expect(mark).to_be_visible()
    await describe(cell, re.compile("^not saved: "))
    await expect(cell.locator('[data-state="conflict"]')).to_have_count(1)
    assert await grave_findings(ann.page) == []
    await mark.click()
    told = ann.page.get_by_role("dialog", name="name was not saved")
    await told.get_by_role("button", name="Take theirs").click()
    await expect(mark).to_have_count(0)
    assert database.changes("airports", "update") == [{"name": "Ben's name"}]
