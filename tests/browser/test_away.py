"""What others did while one was away is marked, old → new and by whom, until it is seen."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open, run_command
from tests.browser.database import Database
from tests.browser.window import Pane, Window

pytestmark = pytest.mark.browser

ALL = "28,298 records"
AT = "/?left=airports&panes=1"
CHANGES = (  # row, column, what it was, what it is
    ("00AA", "name", "Aero B Ranch Airport", "Aero Ranch"),
    ("00AA", "city", "Leoti", "Leotie"),
    ("00AK", "name", "Lowell Field", "Lowell's Field"),
    ("00AL", "elevation", "820", "1234"),
    ("00AR", "city", "Bennington", "Benton"),
)


def chip(pane: Pane) -> Locator:
    return pane.region.get_by_role("button", name=re.compile("^While you were away: "))


def the_list(window: Window) -> Locator:
    return window.page.get_by_role("dialog", name="While you were away")


def entry(window: Window, record: str) -> Locator:
    heading = window.page.get_by_role("heading", name=record, exact=True)
    return the_list(window).get_by_role("listitem").filter(has=heading)


def marks(pane: Pane) -> Locator:
    return pane.region.locator(".tandem-mark")


async def expect_mark(pane: Pane, row: str, column: str, told: str | re.Pattern[str]) -> None:
    """For the eyes and for the ears."""
    cell = await pane.cell(row, column)
    await expect(cell.locator(".tandem-mark")).to_be_visible()
    await expect(cell).to_have_attribute("aria-description", told)


async def expect_no_mark(pane: Pane, row: str, column: str) -> None:
    cell = await pane.cell(row, column)
    await expect(cell).to_be_visible()
    await expect(cell.locator(".tandem-mark")).to_have_count(0)
    await expect(cell).not_to_have_attribute("aria-description", re.compile("was"))


async def go_offline(window: Window) -> None:
    window.away = True
    await window.context.set_offline(True)
    await expect(window.connection).to_have_text(re.compile("^(Offline|Reconnecting)"))


async def come_back(window: Window) -> None:
    await window.context.set_offline(False)
    await window.expect_saved()


async def change_much(ben: Window) -> None:
    """Five cells, a record deleted, one added; and a value changed and put back."""
    for row, column, _, now in CHANGES:
        await ben.left.edit(row, column, now)
    city = await (await ben.left.cell("00AS", "city")).inner_text()
    await ben.left.edit("00AS", "city", "Nowhere")
    await ben.left.edit("00AS", "city", city)
    await ben.left.row("00AN").get_by_role("checkbox").check()
    await ben.left.button("Delete record").click()
    await ben.left.button("Add record").click()
    await ben.page.keyboard.type("NEW1")
    await ben.page.keyboard.press("Enter")
    await ben.expect_saved()


async def read_and_leave(pane: Pane, row: str, column: str) -> None:
    """Clicks a marked cell, stays until it is taken for read, and goes on."""
    cell = await pane.cell(row, column)
    await cell.click()
    await expect(cell.locator(".tandem-mark")).to_have_css("opacity", "0.4")
    await pane.page.keyboard.press("ArrowLeft")
    await expect_no_mark(pane, row, column)


async def ann_and_ben(open_window: Open, path: str = AT) -> tuple[Window, Window]:
    ann, ben = await open_window(path), await open_window(AT)
    await ben.introduce("Ben")
    for window in (ann, ben):
        await window.left.expect_count(ALL)
    return ann, ben


async def test_what_others_did_during_an_outage_is_marked_until_it_is_seen(open_window: Open) -> None:
    ann, ben = await ann_and_ben(open_window)
    await go_offline(ann)
    await ann.left.edit("00CA", "city", "Ann's own")
    await change_much(ben)
    await expect(chip(ann.left)).to_have_count(0)
    await come_back(ann)
    await expect(chip(ann.left)).to_have_text("7 changes by Ben")
    for row, column, before, _ in CHANGES:
        await expect_mark(ann.left, row, column, f"was “{before}”, changed by Ben now")
    await expect(marks(ann.left)).to_have_count(len(CHANGES))  # the new record stands on the last page
    for column in ("name", "city"):
        await expect_no_mark(ann.left, "00CA", column)
    await expect_no_mark(ann.left, "00AS", "city")
    await expect(ann.left.region.locator("[data-voice]")).to_contain_text(
        "While you were away: 7 changes by Ben"
    )

    # What it was shows where the pointer is, and where the cursor is.
    told = ann.page.get_by_role("tooltip")
    await (await ann.left.cell("00AL", "elevation")).hover()
    await expect(told).to_have_text("Was “820”, changed by Ben now")
    await ann.page.mouse.move(5, 5)
    await expect(told).to_have_count(0)
    await (await ann.left.cell("00AR", "subd")).click()
    await ann.page.keyboard.press("ArrowLeft")
    await expect(told).to_have_text("Was “Bennington”, changed by Ben now")
    await ann.page.keyboard.press("ArrowRight")
    await expect(told).to_have_count(0)
    await expect_mark(ann.left, "00AR", "city", re.compile("Bennington"))  # so quickly nobody reads

    await read_and_leave(ann.left, "00AK", "name")
    await expect(chip(ann.left)).to_have_text("6 changes by Ben")
    await ben.left.edit("00AA", "name", "Aero Ranch Two")  # not seen yet: it goes on changing
    await ann.left.expect_cell("00AA", "name", "Aero Ranch Two")
    await expect_mark(ann.left, "00AA", "name", re.compile("was “Aero B Ranch Airport”, changed by Ben"))
    await ann.left.edit("00AA", "city", "Ann City")  # who writes there has seen it
    await expect_no_mark(ann.left, "00AA", "city")
    await expect(chip(ann.left)).to_have_text("5 changes by Ben")
    await ben.left.expect_cell("00AA", "city", "Ann City")

    await ann.page.reload()
    await expect(chip(ann.left)).to_have_text("5 changes by Ben")
    for column in ("name", "city"):
        await expect_no_mark(ann.left, "00AK", column)
    await expect_no_mark(ann.left, "00AA", "city")
    await expect_mark(ann.left, "00AA", "name", re.compile("was “Aero B Ranch Airport”, changed by Ben"))


async def test_the_list_tells_all_of_it_and_leads_to_each_place(
    open_window: Open, database: Database
) -> None:
    ann, ben = await ann_and_ben(open_window)
    await go_offline(ann)
    await change_much(ben)
    await come_back(ann)
    keys = ann.page.keyboard
    await expect(chip(ann.left)).to_have_text("7 changes by Ben")
    await chip(ann.left).focus()
    await keys.press("Enter")
    await expect(the_list(ann).get_by_role("listitem")).to_have_count(6)
    await expect(entry(ann, "00AA")).to_contain_text("Aero B Ranch Airport")
    await expect(entry(ann, "00AA")).to_contain_text("Aero Ranch")
    await expect(entry(ann, "00AA").get_by_text("Changed by Ben, now")).to_have_count(2)
    await expect(entry(ann, "00AN")).to_contain_text("Deleted by Ben, now")
    await expect(entry(ann, "NEW1")).to_contain_text("Added by Ben, now")
    await expect(entry(ann, "00AS")).to_have_count(0)

    # By keyboard into the list, along it, and to a cell.
    await keys.press("Tab")
    await expect(the_list(ann).get_by_role("button", name="Mark all as seen")).to_be_focused()
    await keys.press("Tab")
    await expect(entry(ann, "NEW1").get_by_role("button")).to_be_focused()
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    place = entry(ann, "00AR").get_by_role("button")
    await expect(place).to_be_focused()
    await keys.press("Enter")
    await expect(the_list(ann)).to_have_count(0)
    cell = await ann.left.cell("00AR", "city")
    await expect(cell).to_be_focused()
    await expect(ann.page.get_by_role("tooltip")).to_have_text("Was “Bennington”, changed by Ben now")

    # By mouse to a record on another page, and to one that is gone.
    await chip(ann.left).click()
    await entry(ann, "NEW1").get_by_role("button").click()
    await expect(ann.left.row("NEW1")).to_be_visible()
    await expect_mark(ann.left, "NEW1", "icao", "added by Ben now")
    await chip(ann.left).click()
    await entry(ann, "00AN").get_by_role("button", name="Restore record").click()
    await expect(entry(ann, "00AN")).to_have_count(0)

    await the_list(ann).get_by_role("button", name="Mark all as seen").click()
    await expect(the_list(ann)).to_have_count(0)
    await expect(chip(ann.left)).to_have_count(0)
    await expect(marks(ann.left)).to_have_count(0)
    await expect(ann.left.region.get_by_role("gridcell").and_(ann.page.locator(":focus"))).to_have_count(1)
    await ann.expect_saved()
    assert database.record("airports", icao="00AN") is not None
    await ann.page.reload()
    await ann.expect_saved()
    await ben.left.edit("00AL", "city", "Seen live")
    await ann.left.button("Go to first page").click()
    await ann.left.expect_cell("00AL", "city", "Seen live")
    await expect(chip(ann.left)).to_have_count(0)


async def test_the_next_visit_marks_what_was_done_since_the_last_one(
    open_window: Open, database: Database
) -> None:
    ann, ben = await ann_and_ben(open_window)
    await ann.close_tab()
    await change_much(ben)
    await ann.open_tab()
    await expect(chip(ann.left)).to_have_text("7 changes by Ben")
    await expect_mark(ann.left, "00AL", "elevation", "was “820”, changed by Ben now")
    # Another page load: the deleted record is on this device no more, but it comes back all the same.
    await ann.page.reload()
    await chip(ann.left).click()
    await entry(ann, "00AN").get_by_role("button", name="Restore record").click()
    await expect(entry(ann, "00AN")).to_have_count(0)
    # The button has gone with the focus: the dialog takes it back in a moment.
    await ann.page.wait_for_function("document.activeElement !== document.body")
    await ann.page.keyboard.press("Escape")
    await ann.expect_saved()
    await ben.left.expect_count("28,299 records")
    assert database.record("airports", icao="00AN") is not None

    # An open record tells it too; and who has read it there has seen it.
    await (await ann.left.cell("00AA", "subd")).click()
    await ann.page.keyboard.press("Space")
    drawer = ann.page.get_by_role("dialog", name="00AA")
    await expect(drawer.get_by_text("Was “Leoti”, changed by Ben")).to_be_visible()
    await expect(drawer.get_by_text("Was “Aero B Ranch Airport”, changed by Ben")).to_be_visible()
    await ann.page.wait_for_function("since => performance.now() - since > 1100", arg=await now(ann))
    await ann.page.keyboard.press("Escape")
    await expect_no_mark(ann.left, "00AA", "name")
    await expect_no_mark(ann.left, "00AA", "city")
    await expect(chip(ann.left)).to_have_text("4 changes by Ben")

    # A backup is restored: a new epoch, of which nobody can tell what happened.
    await ann.close_tab()
    await ben.left.edit("00AA", "subd", "Lost with the backup")
    await ben.expect_saved()
    backup = database.path.with_suffix(".backup")
    run_command(database.path, "backup", backup)
    run_command(database.path, "restore", backup, "--replace")
    await ann.open_tab()
    await expect(chip(ann.left)).to_have_text("Replaced on the server")
    await expect(marks(ann.left)).to_have_count(0)
    await chip(ann.left).click()
    await expect(the_list(ann)).to_contain_text("cannot be told")
    await the_list(ann).get_by_role("button", name="Understood").click()
    await expect(chip(ann.left)).to_have_count(0)


async def now(window: Window) -> float:
    moment: float = await window.page.evaluate("performance.now()")
    return moment


async def test_what_is_seen_in_one_tab_is_seen_in_the_other(open_window: Open) -> None:
    ann, ben = await ann_and_ben(open_window, "/?left=airports&right=airports")
    first = ann.page
    await ann.open_tab()
    second = ann.page
    await ann.left.expect_count(ALL)
    await go_offline(ann)
    await ben.left.edit("00AA", "name", "Aero Ranch")
    await ben.left.edit("00AK", "name", "Lowell's Field")
    await ben.expect_saved()
    await come_back(ann)
    panes = [Pane(page, side) for page in (first, second) for side in ("Left", "Right")]
    for pane in panes:
        await expect(chip(pane)).to_have_text("2 changes by Ben")
        await expect_mark(pane, "00AA", "name", "was “Aero B Ranch Airport”, changed by Ben now")
    await read_and_leave(ann.right, "00AA", "name")
    for pane in panes:
        await expect(chip(pane)).to_have_text("1 change by Ben")
        await expect_no_mark(pane, "00AA", "name")
    await chip(ann.left).click()
    await the_list(ann).get_by_role("button", name="Mark all as seen").click()
    for pane in panes:
        await expect(chip(pane)).to_have_count(0)
        await expect(marks(pane)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1300])
async def test_marks_and_list_are_open_to_all(open_window: Open, scheme: str, width: int) -> None:
    ann = await open_window(AT, width=width, height=800, color_scheme=scheme)
    ben = await open_window(AT)
    await ben.introduce("Ben")
    for window in (ann, ben):
        await window.left.expect_count(ALL)
    await go_offline(ann)
    await change_much(ben)
    await come_back(ann)
    await expect(chip(ann.left)).to_have_text("7 changes by Ben")
    assert await grave_findings(ann.page) == []
    await chip(ann.left).click()
    await expect(the_list(ann).get_by_role("listitem")).to_have_count(6)
    assert await grave_findings(ann.page) == []
    await entry(ann, "00AK").get_by_role("button").click()
    if width < 700:  # a cell is no place to read there
        drawer = ann.page.get_by_role("dialog", name="00AK")
        await expect(drawer.get_by_text("Was “Lowell Field”, changed by Ben")).to_be_visible()
    else:
        await expect(ann.page.get_by_role("tooltip")).to_be_visible()
    assert await grave_findings(ann.page) == []
