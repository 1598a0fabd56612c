"""The list of what was not saved: by reason, each with its ways out, for one, some or all; after a reload."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.people import AT, PEOPLE, all_there, people_in
from tests.browser.window import Window
from tests.browser.wires import Gate, Spoiled, alter

pytestmark = pytest.mark.browser

TASKS = "/?left=tasks&panes=1"
ROWS = ("Person 000", "Person 001", "Person 002", "Person 003")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return people_in(tmp_path, 6)


def cities_in(database: Database) -> list[str]:
    return [each["city"] for each in database.records(PEOPLE)[:4]]


async def delete(window: Window, row: str) -> None:
    await window.left.row(row).get_by_role("checkbox").check()
    await window.left.button("Delete record").click()
    await expect(window.left.row(row)).to_have_count(0)


def chip(window: Window, count: int) -> Locator:
    """At the top of the page."""
    return window.page.get_by_role("banner").get_by_role("button", name=f"{count} not saved")


async def listed(window: Window, count: int) -> Locator:
    await chip(window, count).click()
    return window.page.get_by_role("dialog", name="Not saved")


def line(dialog: Locator, mine: str) -> Locator:
    return dialog.get_by_role("rowgroup").filter(has=dialog.page.get_by_role("cell", name=mine, exact=True))


async def conflicts(ann: Window, ben: Window, rows: tuple[str, ...]) -> None:
    """Ann is offline; both write a city into the same rows."""
    await ann.go_offline()
    for row in rows:
        await ben.left.edit(row, "city", f"Ben's {row[-1]}")
        await ann.left.edit(row, "city", f"Ann's {row[-1]}")
    await ben.expect_saved()


async def test_r8_a_newer_conflict_comes_back_and_a_step_taken_is_undone_as_one(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(AT), await open_window(AT)
    await all_there(ann, ben)
    await conflicts(ann, ben, ROWS)
    await ann.context.set_offline(False)
    await expect(chip(ann, 4)).to_be_visible()
    await ann.context.set_offline(True)
    await ben.left.edit("Person 003", "city", "Newer")
    await ben.expect_saved()
    dialog = await listed(ann, 4)
    for row in ROWS[1:]:
        await line(dialog, f"Ann's {row[-1]}").get_by_role("checkbox").check()
    await dialog.get_by_role("button", name="Keep mine (3 selected)").click()
    await expect(dialog.get_by_role("tab", name="Changed by others (1)")).to_be_visible()
    await ann.context.set_offline(False)
    await expect(dialog.get_by_role("tab", name="Changed by others (2)")).to_be_visible()
    await expect(line(dialog, "Ann's 3")).to_contain_text("Ben's 3")  # what she has seen before
    await expect(line(dialog, "Ann's 3")).to_contain_text("Newer")
    assert cities_in(database) == ["Ben's 0", "Ann's 1", "Ann's 2", "Newer"]

    await ben.left.edit("Person 003", "city", "Newest")  # it shows where she looks
    await expect(line(dialog, "Ann's 3")).to_contain_text("NewestChanged again by Guest")
    await dialog.get_by_role("button", name="Take theirs (all 2)").click()
    question = ann.page.get_by_role("dialog", name="Take theirs: 2 edits?")
    await question.get_by_role("button", name="Take theirs").click()
    await expect(ann.page.get_by_role("dialog")).to_have_count(0)
    await ann.left.expect_cell("Person 000", "city", "Ben's 0")
    await ann.page.keyboard.press("Control+z")
    for pane in (ann.left, ben.left):
        await pane.expect_cell("Person 000", "city", "Ann's 0")
        await pane.expect_cell("Person 003", "city", "Ann's 3")
    await ann.expect_saved()
    await ann.page.keyboard.press("Control+z")  # the three that were kept, of which two were taken
    for pane in (ann.left, ben.left):
        await pane.expect_cell("Person 001", "city", "Ben's 1")
        await pane.expect_cell("Person 002", "city", "Ben's 2")
    await ann.expect_saved()
    assert cities_in(database) == ["Ann's 0", "Ben's 1", "Ben's 2", "Ann's 3"]


async def test_each_reason_has_its_ways_out_and_the_keyboard_goes_through_them(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(AT), await open_window(AT)
    await all_there(ann, ben)
    await ann.go_offline()
    await ann.left.edit("Person 000", "city", "Mine")
    await ann.left.edit("Person 001", "city", "Mine too")
    await ann.left.edit("Person 005", "city", "Ann's 5")
    for row in ("Person 002", "Person 003"):
        await delete(ann, row)
    for row in ("Person 000", "Person 001"):
        await delete(ben, row)
    for row in ("Person 002", "Person 003", "Person 005"):
        await ben.left.edit(row, "city", f"Ben's {row[-1]}")
    await ben.expect_saved()
    await ann.context.set_offline(False)

    dialog = await listed(ann, 5)
    tabs = dialog.get_by_role("tablist", name="Reasons").get_by_role("tab")
    await expect(tabs).to_have_text(["Changed by others (1)", "Record deleted (2)", "Not deleted (2)"])
    assert await grave_findings(ann.page) == []
    keys = ann.page.keyboard
    await tabs.first.focus()
    await keys.press("ArrowRight")
    await keys.press("Enter")
    await expect(dialog.get_by_role("tabpanel", name="Record deleted (2)")).to_be_visible()
    await expect(line(dialog, "Mine")).to_contain_text(re.compile("Town 000.*Deleted by Guest", re.DOTALL))
    assert await grave_findings(ann.page) == []
    await line(dialog, "Mine").get_by_role("button", name="Restore with my edit").focus()
    await keys.press("Enter")
    restore = line(dialog, "Mine too").get_by_role("button", name="Restore with my edit")
    await expect(restore).to_be_focused()  # of the one that took its place
    await keys.press("Tab")
    await keys.press("Enter")  # Let go
    await dialog.get_by_role("tab", name="Not deleted (2)").click()
    removal = line(dialog, "Delete").filter(has_text="Person 002")
    await removal.get_by_role("button", name="Delete anyway").click()
    await dialog.get_by_role("button", name="Keep the record").click()

    await dialog.get_by_role("button", name="Person 005").click()
    drawer = ann.page.get_by_role("dialog", name="Person 005")
    await expect(drawer).to_be_visible()
    await expect(dialog).to_have_count(0)
    await drawer.get_by_role("button", name="Keep mine").click()
    await expect(chip(ann, 1)).to_have_count(0)
    await ann.expect_saved()
    assert [(each["name"][-1], each["city"]) for each in database.records(PEOPLE)] == [
        ("0", "Mine"),
        ("3", "Ben's 3"),
        ("4", "Town 004"),
        ("5", "Ann's 5"),
    ]


async def test_r10_what_could_not_be_sent_outlives_the_page_and_is_copied_tried_again_or_discarded(
    open_window: Open, database: Database
) -> None:
    ann = await open_window(AT)
    await all_there(ann)
    spoiled = Spoiled()
    await alter(ann.context, requests=spoiled)
    await ann.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await ann.page.reload()
    await all_there(ann)
    for row in ROWS:
        await ann.left.edit(row, "city", f"Ann's {row[-1]}")
    await expect(chip(ann, 4)).to_be_visible()

    ann.url = ann.url.replace(AT, TASKS)
    await ann.close_tab()
    await ann.open_tab()
    await ann.left.expect_count("0 records")
    dialog = await listed(ann, 4)  # though its grid is in no pane
    await expect(dialog.get_by_role("tab", name="Not sent (4)")).to_be_visible()
    await expect(line(dialog, "Ann's 0")).to_contain_text(re.compile("Person 000.*city.*Town 000", re.DOTALL))
    assert await grave_findings(ann.page) == []
    await dialog.get_by_role("button", name="Copy 4 edits").click()
    await expect(dialog.get_by_role("button", name="Copy 4 edits")).to_have_text("Copied")
    copied = await ann.page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == "Record\tField\tBefore\tMine\tTheirs\tBy\tAt\tWhy"
    assert [each.split("\t")[:4] for each in copied.splitlines()[1:]] == [
        [row, "city", f"Town {row[-3:]}", f"Ann's {row[-1]}"] for row in ROWS
    ]

    spoiled.on = False
    await line(dialog, "Ann's 0").get_by_role("button", name="Try again").click()
    await line(dialog, "Ann's 1").get_by_role("button", name="Discard").click()
    await dialog.get_by_role("button", name="Person 002").click()
    await expect(ann.left.region).to_have_accessible_name("Left: People")  # in the place of the other grid
    await expect(ann.page.get_by_role("dialog", name="Person 002")).to_be_visible()
    await ann.page.keyboard.press("Escape")
    dialog = await listed(ann, 2)
    await dialog.get_by_role("button", name="Try again (all 2)").click()
    await expect(dialog).to_have_count(0)
    await ann.expect_saved()
    assert cities_in(database) == ["Ann's 0", "Town 001", "Ann's 2", "Ann's 3"]
    assert len(database.changes(PEOPLE, "update")) == 3


async def test_r10_conflicts_are_there_after_a_reload_without_a_word_from_the_server_on_a_small_screen_too(
    open_window: Open, database: Database
) -> None:
    small = {"width": 390, "height": 760, "color_scheme": "dark"}
    ann, ben = await open_window(AT, **small), await open_window(AT)
    await all_there(ann, ben)
    await ann.go_offline()
    await ben.left.edit("Person 000", "city", "Ben's")
    await ann.left.row("Person 000").get_by_role("gridcell", name="Town 000").click()
    drawer = ann.page.get_by_role("dialog", name="Person 000")
    await drawer.get_by_role("textbox", name="city").fill("Ann's")
    await ann.page.keyboard.press("Tab")
    await drawer.get_by_role("button", name="Close").click()
    await ann.context.set_offline(False)
    await expect(chip(ann, 1)).to_be_visible()

    gate = Gate()
    await gate.stand_in(ann.context)
    await ann.page.reload()
    dialog = await listed(ann, 1)
    card = dialog.get_by_role("listitem")
    told = ["Field", "city", "Before", "Town 000", "Mine", "Ann's", "Theirs"]
    assert (await card.locator("dt, dd").all_inner_texts())[:7] == told
    await expect(card).to_contain_text("Ben's")
    assert await grave_findings(ann.page) == []
    inside = "document.documentElement.scrollWidth <= innerWidth"
    assert await ann.page.evaluate(inside)
    await card.get_by_role("button", name="Keep mine").click()
    await expect(dialog).to_have_count(0)
    await expect(ann.connection).to_contain_text("1 unsent edit")
    gate.open()
    await ben.left.expect_cell("Person 000", "city", "Ann's")
    await ann.expect_saved()
    assert database.changes(PEOPLE, "update") == [{"city": "Ben's"}, {"city": "Ann's"}]
