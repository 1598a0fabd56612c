"""Edits, seen by everyone who looks: left, right, in the other browser, and in the database."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.database import Database

pytestmark = pytest.mark.browser

ALL = "28,298 records"


async def test_an_edit_shows_in_both_panes_and_in_the_other_browser(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    for pane in (ann.left, ann.right, ben.left, ben.right):
        await pane.expect_count(ALL)
    await ann.left.edit("00AA", "name", "Aero B Ranch, renamed")
    for pane in (ann.left, ann.right, ben.left, ben.right):
        await pane.expect_cell("00AA", "name", "Aero B Ranch, renamed")
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"name": "Aero B Ranch, renamed"}]
    await ben.right.edit("00AA", "elevation", "-7")
    await ann.left.expect_cell("00AA", "elevation", "-7")
    record = database.record("airports", icao="00AA")
    assert record is not None
    assert (record["name"], record["elevation"]) == ("Aero B Ranch, renamed", -7)


async def test_a_wrong_value_stays_in_its_editor_and_says_why(open_window: Open, database: Database) -> None:
    ann = await open_window()
    await ann.left.expect_count(ALL)
    await ann.left.edit("00AA", "elevation", "1,5")
    await expect(ann.page.get_by_role("alert")).to_contain_text("“1,5” is not a number")
    editor = (await ann.left.cell("00AA", "elevation")).get_by_role("textbox", name="elevation")
    await expect(editor).to_have_value("1,5")
    await expect(editor).to_have_attribute("aria-invalid", "true")
    await ann.page.keyboard.press("Escape")
    await ann.left.expect_cell("00AA", "elevation", "3435")
    await ann.left.edit("00AA", "elevation", "high")
    await expect(ann.page.get_by_role("alert")).to_contain_text("“high” is not a number")
    await ann.page.keyboard.press("Control+A")
    await ann.page.keyboard.type("12")
    await expect(ann.page.get_by_role("alert")).to_have_count(0)
    await ann.page.keyboard.press("Enter")
    await ann.right.expect_cell("00AA", "elevation", "12")
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"elevation": 12}]


async def test_keys_alone_open_replace_clear_and_leave_editors(open_window: Open, database: Database) -> None:
    ann = await open_window()
    await ann.left.expect_count(ALL)
    keys = ann.page.keyboard
    await (await ann.left.cell("00AA", "city")).click()
    await keys.type("Tribune")  # the first letter opens the editor and replaces
    await keys.press("Tab")
    await keys.press("Delete")  # subd, emptied
    await keys.press("ArrowRight")
    await keys.press("Enter")  # country, opened and left as it is
    await keys.press("Escape")
    await ann.right.expect_cell("00AA", "city", "Tribune")
    await ann.right.expect_cell("00AA", "subd", "")
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"city": "Tribune"}, {"subd": None}]


async def test_a_refused_edit_is_taken_back_with_its_reason(open_window: Open, database: Database) -> None:
    ann, ben = await open_window("/?left=tasks&right=tasks"), await open_window("/?left=tasks&right=tasks")
    await ann.left.button("Add record").click()
    form = ann.page.get_by_role("dialog", name="Add to Tasks")
    await form.get_by_role("button", name="Add record").click()
    await expect(form.get_by_text("Title is required.")).to_be_visible()
    await form.get_by_role("textbox", name="Title").fill("Paint the hangar")
    await form.get_by_label("Start", exact=True).fill("2026-05-10")
    await form.get_by_role("button", name="Add record").click()
    await ben.left.expect_cell("Paint the hangar", "Start", "2026-05-10")

    await ann.left.edit("Paint the hangar", "Due", "05012026")
    mark = ann.left.region.get_by_role("button", name="Not saved: ")
    await expect(mark).to_be_visible()
    await ann.left.expect_cell("Paint the hangar", "Due", "")
    await expect(ann.left.button("1 not saved")).to_be_visible()
    await mark.click()
    reason = ann.page.get_by_role("dialog", name="Due was not saved")
    await expect(reason).to_contain_text("A task cannot be due before it starts.")
    await expect(reason).to_contain_text("Yours: 2026-05-01")
    assert "due" not in database.records("tasks")[0]

    await reason.get_by_role("button", name="Edit again").click()
    editor = (await ann.left.cell("Paint the hangar", "Due")).get_by_label("Due", exact=True)
    await expect(editor).to_have_value("2026-05-01")
    await expect(ann.page.get_by_role("alert")).to_have_text("A task cannot be due before it starts.")
    await ann.page.keyboard.type("05202026")
    await ann.page.keyboard.press("Enter")
    await ben.right.expect_cell("Paint the hangar", "Due", "2026-05-20")
    await expect(mark).to_have_count(0)
    await expect(ann.left.button("1 not saved")).to_have_count(0)
    assert database.records("tasks")[0]["due"] == "2026-05-20"


async def test_each_editor_writes_its_type(open_window: Open, database: Database) -> None:
    ann = await open_window("/?left=tasks&right=airports", width=6000)
    await ann.left.button("Add record").click()
    form = ann.page.get_by_role("dialog", name="Add to Tasks")
    await form.get_by_role("textbox", name="Title").fill("All of it")
    await ann.page.keyboard.press("Enter")
    await expect(ann.left.row("All of it")).to_be_visible()
    keys = ann.page.keyboard

    async def open(column: str) -> None:
        await (await ann.left.cell("All of it", column)).dblclick()

    await ann.left.edit("All of it", "Assignee", "ann@example.org")
    await ann.left.edit("All of it", "Hours", "7.5")
    await ann.left.edit("All of it", "Progress, %", "33.3")
    await ann.left.edit("All of it", "Link", "https://example.org/a")
    await open("Status")
    await ann.page.get_by_role("option", name="doing").click()
    await open("Billable")
    await keys.press("ArrowDown")
    await expect(ann.page.locator("[role=option].Mui-focused")).to_have_text("Yes")
    await keys.press("Enter")
    await open("Tags")
    await ann.page.get_by_role("option", name="idea").click()
    await ann.page.get_by_role("option", name="bug").click()
    await keys.press("Tab")
    await open("Steps")
    steps = ann.page.get_by_role("dialog", name="Steps")
    await steps.get_by_role("button", name="Add item").click()
    await keys.type("sand")
    await keys.press("Enter")
    await keys.type("paint")
    await keys.press("Control+Enter")
    await open("Notes")
    await keys.type("first")
    await keys.press("Shift+Enter")
    await keys.type("second")
    await keys.press("Enter")
    await open("Customer")
    customer = ann.page.get_by_role("dialog", name="Customer")
    await customer.get_by_role("textbox", name="City").fill("Ulm")
    await customer.get_by_role("button", name="Save").click()
    await expect(customer.get_by_text("Name is required.")).to_be_visible()
    await expect(customer.get_by_role("textbox", name="City")).to_have_value("Ulm")
    await customer.get_by_role("textbox", name="Name").fill("Ada")
    await customer.get_by_role("button", name="Save").click()
    await ann.left.expect_cell("All of it", "Customer", "Ada, Ulm")
    await ann.left.expect_cell("All of it", "Hours", "7.50")
    await ann.expect_saved()
    stored = database.records("tasks")[0]
    assert stored.pop("created")
    assert stored == {
        "title": "All of it",
        "status": "doing",
        "assignee": "ann@example.org",
        "hours": "7.50",
        "progress": 33.3,
        "billable": True,
        "tags": ["bug", "idea"],
        "link": "https://example.org/a",
        "customer": {"name": "Ada", "city": "Ulm"},
        "steps": ["sand", "paint"],
        "notes": "first\nsecond",
    }


async def test_r8_what_changes_behind_an_open_editor_is_not_overwritten(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    await (await ann.left.cell("00AA", "name")).dblclick()
    await ben.left.edit("00AA", "name", "Ben's name")
    await ann.right.expect_cell("00AA", "name", "Ben's name")
    await ann.page.keyboard.type(", by Ann")
    await ann.page.keyboard.press("Enter")
    mark = ann.left.region.get_by_role("button", name="Not saved: ")
    await expect(mark).to_be_visible()
    await ann.left.expect_cell("00AA", "name", "Ben's name")
    await mark.click()
    told = ann.page.get_by_role("dialog", name="name was not saved")
    await expect(told).to_contain_text("Yours: Aero B Ranch Airport, by Ann")
    assert database.changes("airports", "update") == [{"name": "Ben's name"}]
    await told.get_by_role("button", name="Take theirs").click()
    await expect(mark).to_have_count(0)
    await ann.expect_saved()
