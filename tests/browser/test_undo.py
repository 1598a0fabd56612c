"""Undo and redo: one history for the page, which touches only what is still one's own, and tells the rest."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Pane, Window

pytestmark = pytest.mark.browser

ALL = "28,298 records"
NAME, CITY = "Aero B Ranch Airport", "Leoti"
NOTHING = "Nothing to undo"


def heard(pane: Pane, text: str) -> Locator:
    return pane.region.get_by_role("status").filter(has_text=text)


async def ready(*windows: Window) -> None:
    for window in windows:
        await window.left.expect_count(ALL)


async def test_edits_are_undone_and_done_again_by_key_whichever_pane_made_them(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    keys = ann.page.keyboard
    await ready(ann, ben)
    await expect(ann.left.button(NOTHING)).to_have_attribute("aria-disabled", "true")
    await ann.left.edit("00AA", "name", "Ann's name")
    await ann.right.edit("00AK", "city", "Ann's city")
    await ann.expect_saved()
    await ben.left.expect_cell("00AA", "name", "Ann's name")
    for pane in (ann.left, ann.right):
        await expect(pane.button("Undo: edit of city")).to_be_visible()

    await (await ann.left.cell("00AN", "name")).click()
    await keys.press("Control+z")
    await expect(await ann.left.cell("00AK", "city")).to_be_focused()  # in the pane that has the focus
    await expect(heard(ann.left, "Undone: edit of city")).to_have_count(1)
    await keys.press("Control+z")
    await expect(await ann.left.cell("00AA", "name")).to_be_focused()
    for pane in (ann.left, ann.right, ben.left, ben.right):
        await pane.expect_cell("00AA", "name", NAME)
        await pane.expect_cell("00AK", "city", "Anchor Point")
    await keys.press("Control+z")
    await expect(heard(ann.left, NOTHING)).to_have_count(1)
    await keys.press("Control+y")
    await ben.left.expect_cell("00AA", "name", "Ann's name")
    await expect(heard(ann.left, "Redone: edit of name")).to_have_count(1)
    await keys.press("Control+Shift+z")
    await ben.left.expect_cell("00AK", "city", "Ann's city")
    await ann.expect_saved()
    assert database.changes("airports", "update") == [
        {"name": "Ann's name"},
        {"city": "Ann's city"},
        {"city": "Anchor Point"},
        {"name": NAME},
        {"name": "Ann's name"},
        {"city": "Ann's city"},
    ]
    await expect(ben.left.button(NOTHING)).to_be_visible()  # nobody undoes what others did


async def test_in_an_open_editor_the_key_is_the_inputs_own(open_window: Open, database: Database) -> None:
    ann = await open_window()
    keys = ann.page.keyboard
    await ready(ann)
    await ann.left.edit("00AA", "name", "Ann's name")
    await (await ann.left.cell("00AK", "name")).dblclick()
    await keys.type("typed")
    await keys.press("Control+z")
    await keys.press("Escape")
    await ann.left.expect_cell("00AA", "name", "Ann's name")
    await ann.left.region.get_by_role("searchbox").press("Control+z")
    await ann.left.expect_cell("00AA", "name", "Ann's name")
    await expect(ann.left.button("Undo: edit of name")).to_be_visible()
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"name": "Ann's name"}]


async def test_r8_what_somebody_changed_since_is_left_alone_and_listed(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ready(ann, ben)
    await ann.left.edit("00AA", "name", "Ann's name")
    await ann.left.edit("00AA", "city", "Ann's city")
    await ben.left.expect_cell("00AA", "city", "Ann's city")
    await ben.left.edit("00AA", "name", "Ben's name")
    await ann.left.expect_cell("00AA", "name", "Ben's name")

    await ann.left.button("Undo: edit of city").click()
    await ben.left.expect_cell("00AA", "city", CITY)
    await ann.left.button("Undo: edit of name").click()
    notice = ann.page.get_by_role("group", name="Undo: 1 left alone")
    await notice.get_by_role("button", name="Show").click()
    told = ann.page.get_by_role("dialog", name="Left alone by undo")
    await expect(told).to_contain_text("name of 00AA")
    await expect(told).to_contain_text("Now: Ben's name")
    await expect(told).to_contain_text(re.compile(r"Changed by Guest, (now|1 minute ago)"))
    assert await grave_findings(ann.page) == []
    await told.get_by_role("button", name="Close").press("Enter")
    await expect(told).to_have_count(0)
    await expect(notice).to_have_count(0)
    await expect(ann.left.button("Redo: edit of city")).to_be_visible()  # the other one is Ben's for good
    await expect(ann.left.region.get_by_role("button", name=re.compile("[Nn]ot saved"))).to_have_count(0)
    await ann.expect_saved()
    record = database.record("airports", icao="00AA")
    assert record is not None
    assert (record["name"], record["city"]) == ("Ben's name", CITY)


async def test_r8_of_many_records_those_that_somebody_changed_stay(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ready(ann, ben)
    for row in ("00AK", "00AL"):
        await ann.left.row(row).get_by_role("checkbox").check()
    await ann.left.button("Duplicate 2 records").click()
    await ann.expect_saved()
    await ann.right.region.get_by_role("searchbox").fill("00al")
    await ben.left.region.get_by_role("searchbox").fill("00al")
    await ben.left.expect_count("2 of 28,300")
    copy = ben.left.row("00AL").last
    await copy.get_by_role("gridcell", name="Epps Airpark").dblclick()
    await ben.page.keyboard.press("Control+A")
    await ben.page.keyboard.type("Ben's airport")
    await ben.page.keyboard.press("Enter")
    await ann.right.expect_cell("Ben's airport", "icao", "00AL")
    await (await ann.left.cell("00AA", "icao")).click()
    await ann.page.keyboard.press("Control+z")
    notice = ann.page.get_by_role("group", name="Undo: 1 done, 1 left alone")
    await notice.get_by_role("button", name="Show").click()
    told = ann.page.get_by_role("dialog", name="Left alone by undo")
    await expect(told).to_contain_text("It has been changed since.Changed by Guest")
    await told.get_by_role("button", name="Close").click()
    await ann.right.expect_count("2 of 28,299")
    await ann.expect_saved()
    assert len(database.records("airports")) == 28_299
    assert database.record("airports", name="Ben's airport") is not None


async def test_offline_the_undo_of_an_unsent_edit_sends_nothing_and_the_rest_waits(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    keys = ann.page.keyboard
    await ready(ann, ben)
    await ann.left.edit("00AK", "name", "Sent before")
    await ann.expect_saved()
    ann.away = True
    await ann.context.set_offline(True)
    await expect(ann.connection).to_have_text(re.compile("^(Offline|Reconnecting)"))
    await ann.left.edit("00AA", "name", "Never sent")
    await expect(ann.connection).to_contain_text("1 unsent edit")
    await keys.press("Control+z")
    await ann.left.expect_cell("00AA", "name", NAME)
    await expect(ann.connection).not_to_contain_text("unsent")
    await keys.press("Control+z")  # of what was sent: it goes when it can
    await ann.left.expect_cell("00AK", "name", "Lowell Field")
    await expect(ann.connection).to_contain_text("1 unsent edit")
    await ann.context.set_offline(False)
    await ben.left.expect_cell("00AK", "name", "Lowell Field")
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"name": "Sent before"}, {"name": "Lowell Field"}]
    await keys.press("Control+y")
    await ben.left.expect_cell("00AK", "name", "Sent before")
    await ann.expect_not_reloaded()


async def test_records_made_deleted_and_changed_are_steps_of_one_history(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    keys = ann.page.keyboard
    await ready(ann, ben)
    for row in ("00AA", "00AK"):
        await ann.left.row(row).get_by_role("checkbox").check()
    await ann.left.button("Delete 2 records").click()
    await ben.left.expect_count("28,296 records")
    await ann.left.edit("00AL", "city", "Elsewhere")
    await ann.left.button("Undo").click()  # of exactly that delete, though the edit came later
    await ben.left.expect_count(ALL)
    await expect(ann.left.button("Undo")).to_have_count(0)
    await ann.left.expect_cell("00AL", "city", "Elsewhere")
    await expect(ann.left.button("Redo: delete of 2 records")).to_be_visible()
    await ann.left.button("Redo: delete of 2 records").click()
    await ben.left.expect_count("28,296 records")
    await ann.left.button("Undo: delete of 2 records").click()
    await ben.left.expect_count(ALL)

    await (await ann.left.cell("00AN", "name")).click()
    await ann.left.button("Add record").click()
    await ann.left.expect_count("28,299 records")
    await keys.type("ZZ99")
    await keys.press("Enter")
    await ann.left.expect_count("28,299 records")
    await ann.expect_saved()
    await keys.press("Control+z")
    await keys.press("Control+z")
    await expect(heard(ann.left, "Undone: new record")).to_have_count(1)
    await ben.left.expect_count(ALL)
    await keys.press("Control+Shift+Z")
    await ben.left.expect_count("28,299 records")
    await ann.expect_saved()
    assert len(database.records("airports")) == 28_299
    assert database.record("airports", icao="ZZ99") is None  # its text is the next step


async def test_on_a_phone_the_buttons_have_room_and_speak_of_the_other_grid(open_window: Open) -> None:
    ann = await open_window("/?left=airports&right=tasks&panes=1", width=390, height=844)
    pane = ann.left
    await pane.expect_count(ALL)
    await (await pane.cell("00AA", "name")).click()
    await ann.page.get_by_role("dialog").get_by_role("textbox", name="name").fill("By phone")
    await ann.page.get_by_role("button", name="Close").first.click()
    button = pane.button("Undo: edit of name")
    await expect(button).to_be_in_viewport(ratio=1)
    await expect(pane.button("Add record")).to_be_in_viewport(ratio=1)
    await button.click()
    await pane.expect_cell("00AA", "name", NAME)
    assert await ann.page.evaluate("document.documentElement.scrollWidth") <= 390
