"""A grid by keyboard alone: what the keys do in a cell, and that none of them writes what nobody chose."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Window

pytestmark = pytest.mark.browser

TASKS = "/?left=tasks&right=tasks"
TASK = "Paint the hangar"


async def one_task(open_window: Open, **options: str) -> Window:
    """One record, added in the form, with the status it starts with."""
    ann = await open_window(TASKS, width=6000, **options)  # all columns in sight
    await ann.left.expect_count("0 records")
    await ann.left.button("Add record").click()
    form = ann.page.get_by_role("dialog", name="Add to Tasks")
    await form.get_by_role("textbox", name="Title").fill(TASK)
    await ann.page.keyboard.press("Enter")
    await ann.right.expect_cell(TASK, "Status", "open")
    return ann


async def select(ann: Window, column: str) -> None:
    cell = await ann.left.cell(TASK, column)
    await cell.click()
    await expect(cell).to_be_focused()


def highlighted(ann: Window, name: str) -> Locator:
    """The option that Enter would take."""
    return ann.page.locator("[role=option].Mui-focused").filter(has_text=re.compile(f"^{name}$"))


async def test_tab_goes_along_the_row_and_out_at_its_end(open_window: Open) -> None:
    ann = await one_task(open_window)
    keys = ann.page.keyboard
    await select(ann, "Status")
    await keys.press("Tab")
    await expect(await ann.left.cell(TASK, "Priority")).to_be_focused()
    await keys.press("Shift+Tab")
    await keys.press("Shift+Tab")
    await expect(await ann.left.cell(TASK, "Title")).to_be_focused()
    for leave, key in (("End", "Tab"), ("Home", "Shift+Tab")):
        await keys.press(leave)
        await keys.press(key)
        await expect(ann.left.region.locator('[role="gridcell"]:focus')).to_have_count(0)
        await select(ann, "Status")


async def test_typing_in_a_choice_seeks_an_option_and_keeps_the_value(
    open_window: Open, database: Database
) -> None:
    ann = await one_task(open_window)
    keys, option = ann.page.keyboard, ann.page.get_by_role("option")
    await select(ann, "Status")
    await keys.type("d")
    await expect(highlighted(ann, "doing")).to_be_visible()
    await keys.press("Tab")
    await expect(option).to_have_count(0)
    await expect(await ann.left.cell(TASK, "Priority")).to_be_focused()
    await ann.left.expect_cell(TASK, "Status", "open")

    await select(ann, "Status")
    await keys.type("d")
    await expect(highlighted(ann, "doing")).to_be_visible()
    await keys.press("Escape")
    await expect(option).to_have_count(0)
    await expect(await ann.left.cell(TASK, "Status")).to_be_focused()
    await ann.left.expect_cell(TASK, "Status", "open")

    await select(ann, "Status")
    await keys.press("Enter")
    await expect(highlighted(ann, "open")).to_be_visible()
    await keys.press("Enter")  # opened, and what stands in it taken again
    await expect(option).to_have_count(0)
    await keys.type("none of them")
    await expect(option).to_have_count(0)
    await expect(ann.page.get_by_text("No choice matches")).to_be_visible()
    await keys.press("Enter")  # nothing was found: the edit does not end as if something had been
    await expect(ann.page.get_by_role("combobox", name="Status")).to_have_value("none of them")
    await keys.press("Escape")

    await select(ann, "Status")
    await keys.type("ONE")  # anywhere in it, whatever the case
    await expect(highlighted(ann, "done")).to_be_visible()
    await keys.press("Enter")
    await ann.right.expect_cell(TASK, "Status", "done")
    await select(ann, "Priority")
    await keys.press("Enter")  # and what is empty stays so, if nothing is looked for
    await keys.press("Enter")
    await select(ann, "Billable")
    await keys.press("Enter")
    await expect(option).to_have_count(2)
    await keys.press("Enter")
    await expect(option).to_have_count(0)
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [{"status": "done"}]


async def test_a_choice_is_taken_away_by_its_own_entry_or_by_backspace(
    open_window: Open, database: Database
) -> None:
    ann = await one_task(open_window)
    keys = ann.page.keyboard
    await (await ann.left.cell(TASK, "Status")).dblclick()
    await ann.page.get_by_role("option", name="No value").click()
    await ann.right.expect_cell(TASK, "Status", "")
    await ann.expect_saved()  # what was not sent yet would be folded
    await select(ann, "Status")
    await keys.press("Enter")
    await expect(ann.page.get_by_role("option")).to_have_text(["open", "doing", "done"])
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await ann.right.expect_cell(TASK, "Status", "open")
    await ann.expect_saved()
    await select(ann, "Status")
    await keys.press("Enter")
    await keys.press("Backspace")
    await keys.press("Enter")
    await ann.right.expect_cell(TASK, "Status", "")
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [{"status": None}, {"status": "open"}, {"status": None}]


async def test_a_letter_in_a_cell_of_parts_takes_nothing_away(open_window: Open, database: Database) -> None:
    ann = await one_task(open_window)
    keys = ann.page.keyboard
    await ann.left.edit(TASK, "Due", "05202026")
    await ann.right.expect_cell(TASK, "Due", "2026-05-20")
    await ann.expect_saved()  # what was not sent yet would be folded

    await select(ann, "Due")
    await keys.type("d")
    await expect((await ann.left.cell(TASK, "Due")).get_by_label("Due", exact=True)).to_have_value(
        "2026-05-20"
    )
    await keys.press("Tab")
    await ann.left.expect_cell(TASK, "Due", "2026-05-20")
    await select(ann, "Due")
    await keys.type("06012026")  # the first digit opens the editor and counts
    await keys.press("Enter")
    await ann.right.expect_cell(TASK, "Due", "2026-06-01")

    steps = ann.page.get_by_role("dialog", name="Steps")
    await select(ann, "Steps")
    await keys.press("Enter")
    await steps.get_by_role("button", name="Add item").press("Enter")
    await keys.type("sand")
    await keys.press("Control+Enter")
    await ann.right.expect_cell(TASK, "Steps", "sand")
    await select(ann, "Steps")
    await keys.press("e")  # it opens the dialog and stands nowhere in it
    await expect(steps.get_by_role("textbox", name="Item 1")).to_be_focused()
    await expect(steps.get_by_role("textbox", name="Item 1")).to_have_value("sand")
    await keys.press("Control+Enter")
    await expect(steps).to_have_count(0)
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [
        {"due": "2026-05-20"},
        {"due": "2026-06-01"},
        {"steps": ["sand"]},
    ]


async def test_enter_ticks_choices_tab_saves_them_escape_does_not(
    open_window: Open, database: Database
) -> None:
    ann = await one_task(open_window)
    keys = ann.page.keyboard

    def ticked(name: str) -> Locator:
        return ann.page.get_by_role("option", name=name, selected=True)

    await select(ann, "Tags")
    await keys.press("Enter")
    await expect(ann.page.get_by_role("option")).to_have_count(4)
    await keys.press("Enter")  # nothing was looked for, so nothing is ticked
    await expect(ann.page.get_by_role("option")).to_have_count(0)
    await keys.press("Enter")
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await expect(highlighted(ann, "idea")).to_be_visible()
    await keys.press("Enter")
    await expect(ticked("idea")).to_be_visible()
    await keys.press("Enter")
    await expect(ticked("idea")).to_have_count(0)
    await keys.press("Enter")
    await keys.type("u")
    await keys.press("Enter")
    await expect(ticked("idea")).to_be_visible()
    await expect(ticked("urgent")).to_be_visible()
    await keys.press("Tab")
    await expect(await ann.left.cell(TASK, "Link")).to_be_focused()
    await ann.right.expect_cell(TASK, "Tags", "idea, urgent")
    await ann.expect_saved()  # what was not sent yet would be folded

    await select(ann, "Tags")
    await keys.type("l")
    await expect(highlighted(ann, "legal")).to_be_visible()
    await keys.press("Enter")
    await expect(ticked("legal")).to_be_visible()
    await keys.press("Escape")
    await expect(ann.page.get_by_role("option")).to_have_count(0)
    await ann.left.expect_cell(TASK, "Tags", "idea, urgent")

    await select(ann, "Tags")
    await keys.press("Enter")
    await keys.press("Backspace")  # the last chip
    await expect(ticked("urgent")).to_have_count(0)
    await keys.press("Enter")
    await ann.right.expect_cell(TASK, "Tags", "idea")
    await ann.expect_saved()

    await (await ann.left.cell(TASK, "Tags")).dblclick()
    await ann.page.get_by_role("option", name="bug").click()
    await expect(ticked("bug")).to_be_visible()
    await ann.page.mouse.click(5, 5)
    await ann.right.expect_cell(TASK, "Tags", "bug, idea")
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [
        {"tags": ["idea", "urgent"]},
        {"tags": ["idea"]},
        {"tags": ["bug", "idea"]},
    ]


async def test_delete_clears_and_the_space_bar_toggles_at_once(open_window: Open, database: Database) -> None:
    ann = await one_task(open_window)
    keys = ann.page.keyboard
    for key in ("Delete", "Backspace"):
        await ann.left.edit(TASK, "Hours", "7.5")
        await ann.right.expect_cell(TASK, "Hours", "7.50")
        await ann.expect_saved()  # what was not sent yet would be folded
        await select(ann, "Hours")
        await keys.press(key)
        await ann.right.expect_cell(TASK, "Hours", "")
        await ann.expect_saved()
    await keys.press("Delete")  # empty already: nothing to do
    await select(ann, "Status")
    await keys.press("Delete")
    await ann.right.expect_cell(TASK, "Status", "")

    await select(ann, "Billable")
    await keys.press("Space")
    await ann.right.expect_cell(TASK, "Billable", "Yes")
    await ann.expect_saved()
    await keys.press("Space")
    await ann.right.expect_cell(TASK, "Billable", "No")

    await select(ann, "Title")
    await keys.press("Delete")
    await expect(ann.left.region.get_by_role("alert")).to_have_text("Title is required.")
    await ann.right.expect_cell(TASK, "Title", TASK)
    await expect(ann.left.region.get_by_role("textbox")).to_have_count(0)
    await keys.press("Escape")
    await expect(ann.left.region.get_by_role("alert")).to_have_count(0)
    await select(ann, "Created")
    await keys.press("Delete")  # read only
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [
        {"hours": "7.50"},
        {"hours": None},
        {"hours": "7.50"},
        {"hours": None},
        {"status": None},
        {"billable": True},
        {"billable": False},
    ]


async def test_a_moment_that_is_only_read_is_short_and_in_local_time(
    open_window: Open, database: Database
) -> None:
    ann = await one_task(open_window, timezone_id="Asia/Kolkata")
    await ann.expect_saved()
    stored = database.records("tasks")[0]["created"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(\+00:00|Z)", stored)
    here = datetime.fromisoformat(stored).astimezone(timezone(timedelta(hours=5, minutes=30)))
    await ann.left.expect_cell(TASK, "Created", f"{here:%Y-%m-%d %H:%M:%S}".removesuffix(":00"))


async def test_clicking_elsewhere_with_a_value_that_is_not_taken_leads_back_to_it(
    open_window: Open, database: Database
) -> None:
    ann = await one_task(open_window)
    keys = ann.page.keyboard
    hours = (await ann.left.cell(TASK, "Hours")).get_by_role("textbox")
    await select(ann, "Hours")
    for typed in ("abc", "5000x"):
        await keys.type(typed)  # over what stands in it
        await (await ann.left.cell(TASK, "Title")).click()
        await expect(hours).to_be_focused()
        await expect(hours).to_have_value(typed)
    await (await ann.left.cell(TASK, "Title")).click()  # for the same reason once more
    await expect(hours).to_be_focused()
    await keys.type("12")
    await keys.press("Enter")
    await ann.right.expect_cell(TASK, "Hours", "12.00")
    await select(ann, "Hours")
    await keys.type("abc")
    await ann.left.region.get_by_text("1 record", exact=True).click()
    await expect(hours).to_be_focused()
    await keys.press("Escape")
    await ann.left.expect_cell(TASK, "Hours", "12.00")
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [{"hours": "12.00"}]


async def test_one_value_is_pasted_at_once_and_what_cannot_be_is_told(
    open_window: Open, database: Database
) -> None:
    ann = await one_task(open_window)
    keys = ann.page.keyboard
    await ann.context.grant_permissions(["clipboard-read", "clipboard-write"])

    async def paste(column: str, text: str) -> None:
        await select(ann, column)
        await ann.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        await keys.press("Control+V")

    values = {"Status": "doing", "Tags": "bug, idea", "Billable": "Yes", "Due": "2026-12-20", "Hours": "7.50"}
    for column, text in values.items():
        await paste(column, f"{text}\n")  # as a spreadsheet copies one cell
        await ann.right.expect_cell(TASK, column, text)
        await expect(await ann.left.cell(TASK, column)).to_be_focused()  # no editor is open
    await ann.expect_saved()
    pasted = [
        {"status": "doing"},
        {"tags": ["bug", "idea"]},
        {"billable": True},
        {"due": "2026-12-20"},
        {"hours": "7.50"},
    ]
    assert database.changes("tasks", "update") == pasted

    await paste("Title", "one\ttwo\nthree\tfour")
    await expect(ann.left.region.get_by_text("Only one value can be pasted yet")).to_be_visible()
    await ann.left.expect_cell(TASK, "Title", TASK)

    await paste("Hours", "many")
    await expect(ann.page.get_by_role("alert").filter(has_text="write a decimal number")).to_be_visible()
    await expect((await ann.left.cell(TASK, "Hours")).get_by_role("textbox")).to_have_value("many")
    await keys.press("Escape")
    await ann.left.expect_cell(TASK, "Hours", "7.50")

    await paste("Status", "someday")
    await expect(
        ann.page.get_by_role("alert").filter(has_text="not one of the choices: open, doing, done")
    ).to_be_visible()
    await keys.press("Control+A")
    await keys.type("done")
    await keys.press("Enter")
    await ann.right.expect_cell(TASK, "Status", "done")
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [*pasted, {"status": "done"}]
