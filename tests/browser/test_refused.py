"""What was not taken, wherever its record is now: told with its reason, and settled in one or two keys."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Window

pytestmark = pytest.mark.browser

ALL = "28,298 records"
TASKS = "/?left=tasks&right=tasks"
TASK = "Paint the hangar"


async def not_saved(ann: Window) -> Locator:
    """The dialog that lists it all."""
    await ann.left.button("1 not saved").click()
    return ann.page.get_by_role("dialog", name="Not saved")


async def settled(ann: Window) -> None:
    """The dialog closes by itself with its last entry, and one goes on in the grid."""
    await expect(ann.page.get_by_role("dialog")).to_have_count(0)
    await expect(ann.left.region.locator('[role="gridcell"]:focus')).to_have_count(1)


async def test_r8_a_conflict_tells_who_and_when_and_is_settled_by_keyboard(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    for column in ("name", "city"):
        await (await ann.left.cell("00AA", column)).dblclick()
        await ben.left.edit("00AA", column, f"Ben's {column}")
        await ann.right.expect_cell("00AA", column, f"Ben's {column}")
        note = f"Guest changed this to “Ben's {column}”"  # before she has to decide
        heard = ann.left.region.get_by_role("status").filter(has_text=note)
        await expect(heard).to_have_count(1)
        await expect(ann.page.locator(".MuiPaper-elevation6").filter(has_text=note)).to_be_visible()
        await expect((await ann.left.cell("00AA", column)).get_by_role("textbox")).to_be_focused()
        await ann.page.keyboard.press("Control+A")
        await ann.page.keyboard.type(f"Ann's {column}")
        await ann.page.keyboard.press("Enter")
    await ann.left.expect_cell("00AA", "name", "Ben's name")
    await expect(ann.left.button("2 not saved")).to_be_visible()

    keys = ann.page.keyboard
    await (await ann.left.cell("00AA", "name")).click()
    await keys.press("Control+Enter")
    told = ann.page.get_by_role("dialog", name="name was not saved")
    await expect(told).to_contain_text("Yours: Ann's name")
    await expect(told).to_contain_text("Theirs: Ben's name")
    await expect(told).to_contain_text(re.compile(r"Changed by Guest, (now|1 minute ago)"))
    await expect(told.get_by_role("time")).to_have_attribute("title", re.compile(r"\d{4}"))
    assert await grave_findings(ann.page) == []
    await told.get_by_role("button", name="Keep mine").press("Enter")
    await ben.right.expect_cell("00AA", "name", "Ann's name")
    await (await ann.left.cell("00AA", "city")).click()
    await keys.press("Control+Enter")
    await ann.page.get_by_role("button", name="Take theirs").press("Enter")
    await expect(ann.left.region.get_by_role("button", name=re.compile("[Nn]ot saved"))).to_have_count(0)
    await ann.left.expect_cell("00AA", "city", "Ben's city")
    await keys.press("Control+Enter")  # there is nothing to tell any more
    await expect(ann.page.get_by_role("dialog")).to_have_count(0)
    await ann.expect_saved()
    record = database.record("airports", icao="00AA")
    assert record is not None
    assert (record["name"], record["city"]) == ("Ann's name", "Ben's city")


async def test_an_edit_of_a_deleted_record_brings_it_back_if_its_user_wants(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(), await open_window()
    await ann.left.expect_count(ALL)
    await ben.left.expect_count(ALL)
    await (await ann.left.cell("00AA", "city")).dblclick()
    await ben.left.row("00AA").get_by_role("checkbox").check()
    await ben.left.button("Delete record").click()
    await ann.left.expect_count("28,297 records")
    await ann.page.keyboard.press("Control+A")
    await ann.page.keyboard.type("Tribune")
    await ann.page.keyboard.press("Enter")
    dialog = await not_saved(ann)
    row = dialog.get_by_role("row").filter(has_text="Tribune")
    await expect(row.get_by_role("cell", name="city", exact=True)).to_be_visible()
    await expect(dialog).to_contain_text(re.compile("Deleted by Guest, (now|1 minute ago)"))
    await dialog.get_by_role("button", name="Restore with my edit").click()
    await settled(ann)
    for pane in (ann.left, ben.left, ben.right):
        await pane.expect_cell("00AA", "city", "Tribune")
    await ann.expect_saved()
    record = database.record("airports", icao="00AA")
    assert record is not None
    assert record["name"] == "Aero B Ranch Airport"


async def test_a_refused_record_is_edited_again_with_the_reasons_beside_its_fields(
    open_window: Open, database: Database
) -> None:
    ann = await open_window(TASKS)
    await ann.left.expect_count("0 records")
    await ann.left.button("Add record").click()
    form = ann.page.get_by_role("dialog", name="Add to Tasks")
    await form.get_by_role("textbox", name="Title").fill(TASK)
    await form.get_by_label("Start", exact=True).fill("2026-05-10")
    await form.get_by_label("Due", exact=True).fill("2026-05-01")
    await form.get_by_role("button", name="Add record").click()
    await expect(ann.left.button("1 not saved")).to_be_visible()
    await ann.left.expect_cell(TASK, "Start", "2026-05-10")  # nothing that was written is lost
    await expect(await ann.left.cell(TASK, "Due")).to_contain_text("2026-05-01")
    told = ann.left.row(TASK).get_by_role("button", name=re.compile("^Not saved"))
    await expect(told).to_have_count(1)
    await expect((await ann.left.cell(TASK, "Due")).get_by_role("button")).to_have_count(1)
    await expect(await ann.left.cell(TASK, "Start")).to_have_attribute("aria-description", "not saved")
    await expect(ann.left.region.get_by_text(re.compile(r"\d deleted"))).to_have_count(0)
    dialog = await not_saved(ann)
    await expect(dialog).to_contain_text("Due: A task cannot be due before it starts.")
    assert await grave_findings(ann.page) == []
    await dialog.get_by_role("button", name="Edit again").click()
    due = form.get_by_label("Due", exact=True)
    await expect(due).to_be_focused()
    await expect(ann.page.locator(".MuiBackdrop-root")).to_have_count(1)
    await form.get_by_role("button", name="Cancel").click()
    await dialog.get_by_role("button", name="Close").click()
    await expect(ann.left.button("1 not saved")).to_be_focused()
    await ann.page.keyboard.press("Enter")
    await dialog.get_by_role("button", name="Edit again").click()
    await expect(due).to_be_focused()
    await expect(due).to_have_accessible_description("A task cannot be due before it starts.")
    await expect(form.get_by_role("textbox", name="Title")).to_have_value(TASK)
    await due.fill("2026-05-20")
    await form.get_by_role("combobox", name="Status").press("Backspace")  # its default, taken away
    await form.get_by_role("button", name="Add record").click()
    await settled(ann)
    await ann.right.expect_cell(TASK, "Due", "2026-05-20")
    await ann.expect_saved()
    assert len(database.records("tasks")) == 1

    await ann.left.edit(TASK, "Due", "05012026")
    due_cell = await ann.left.cell(TASK, "Due")
    await expect(due_cell.locator("[data-text='2026-05-01']")).to_be_visible()
    await due_cell.get_by_role("button").hover()
    why = "“2026-05-01” was not saved: A task cannot be due before it starts."
    await expect(ann.page.get_by_role("tooltip", name=why)).to_be_visible()
    await due_cell.get_by_role("button").click()
    told = ann.page.get_by_role("dialog", name="Due was not saved").get_by_role("button")
    await expect(told).to_have_text(["Edit again", "Try again", "Discard"])
    await ann.page.keyboard.press("Escape")
    dialog = await not_saved(ann)
    await dialog.get_by_role("button", name="Edit again").click()
    again = ann.page.get_by_role("dialog", name="Edit again")
    await expect(again.get_by_role("textbox", name="Title")).to_have_count(0)  # of the edit only
    await again.get_by_label("Due", exact=True).fill("2026-05-30")
    await again.get_by_role("button", name="Save").click()
    await settled(ann)
    await ann.right.expect_cell(TASK, "Due", "2026-05-30")
    await ann.expect_saved()
    assert database.records("tasks")[0]["due"] == "2026-05-30"
