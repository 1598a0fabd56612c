"""Editors by field type: what the keyboard and the mouse do in them, and what of it is stored."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import GRIDS, Open
from tests.browser.database import Database
from tests.browser.window import Window
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

SHAPES = "/?left=shapes&right=shapes"
ONE_PANE = "/?left=shapes&panes=1"
ALL = "28,298 records"
ONE = "First"
COUNT_PICKERS = "HTMLInputElement.prototype.showPicker = function () { window.picked = this.type; }"


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: Database) -> AsyncIterator[ServerProcess]:
    """With a grid for which every kind of editor has to be made."""
    process = ServerProcess(f"sqlite:///{database.path}", GRIDS=f"{GRIDS},tests.browser.shapes")
    await process.start()
    yield process
    await process.close()


async def one_shape(open_window: Open, path: str = SHAPES, width: int = 6000, **options: object) -> Window:
    """One record, added in the form: all columns in sight."""
    ann = await open_window(path, width=width, **options)
    await ann.left.expect_count("0 records")
    await ann.left.button("Add record").click()
    form = ann.page.get_by_role("dialog", name="Add to Shapes")
    await form.get_by_role("textbox", name="Name", exact=True).fill(ONE)
    await form.get_by_role("combobox", name="Size").fill("Large")
    await ann.page.keyboard.press("Enter")
    await ann.page.keyboard.press("Control+Enter")
    await expect(form).to_have_count(0)
    await expect(ann.left.row(ONE)).to_be_visible()
    return ann


async def select(ann: Window, column: str) -> Locator:
    cell = await ann.left.cell(ONE, column)
    await cell.click()
    await expect(cell).to_be_focused()
    return cell


async def open_dialog(ann: Window, column: str) -> Locator:
    await select(ann, column)
    await ann.page.keyboard.press("Enter")
    dialog = ann.page.get_by_role("dialog", name=column)
    await expect(dialog).to_be_visible()
    return dialog


async def copy(ann: Window, text: str) -> None:
    await ann.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await ann.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)


def item(dialog: Locator, place: int) -> Locator:
    return dialog.get_by_role("textbox", name=f"Item {place}")


async def test_enter_goes_down_shift_enter_up_and_tab_sideways(open_window: Open, database: Database) -> None:
    ann = await open_window()
    await ann.left.expect_count(ALL)
    keys = ann.page.keyboard
    await (await ann.left.cell("00AK", "city")).click()
    await keys.type("one")
    await keys.press("Enter")
    await expect(await ann.left.cell("00AL", "city")).to_be_focused()
    await keys.type("two")
    await keys.press("Shift+Enter")
    await expect(await ann.left.cell("00AK", "city")).to_be_focused()
    await ann.expect_saved()  # what was not sent yet would be folded
    await keys.press("F2")
    await keys.type(" more")
    await keys.press("Tab")
    await expect(await ann.left.cell("00AK", "subd")).to_be_focused()
    await keys.press("Enter")
    await keys.press("Shift+Tab")
    await expect(await ann.left.cell("00AK", "city")).to_be_focused()

    await (await ann.left.cell("00AK", "elevation")).click()
    await keys.type("high")
    await keys.press("Shift+Enter")
    await expect(ann.page.get_by_role("alert")).to_contain_text("“high” is not a number")
    await expect((await ann.left.cell("00AK", "elevation")).get_by_role("textbox")).to_be_focused()
    await keys.press("Escape")
    await expect(await ann.left.cell("00AK", "elevation")).to_be_focused()
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"city": "one"}, {"city": "two"}, {"city": "one more"}]


async def test_one_of_two_thousand_choices_is_found_by_typing(open_window: Open, database: Database) -> None:
    ann = await one_shape(open_window)
    keys, option = ann.page.keyboard, ann.page.get_by_role("option")
    await select(ann, "Town")
    await keys.press("Enter")
    await expect(option).to_have_count(2000)
    await keys.press("End")
    await expect(ann.page.locator("[role=option].Mui-focused")).to_have_text("Town 2000")
    await expect(option.last).to_be_in_viewport()
    await keys.type("own 19")
    await expect(option.first).to_have_text("Town 19")
    await expect(option).to_have_count(111)  # 19, 190 to 199, 1900 to 1999
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await ann.right.expect_cell(ONE, "Town", "Town 190")
    await select(ann, "Town")
    await keys.press("Enter")
    await expect(ann.page.get_by_role("option", name="Town 190", exact=True)).to_be_in_viewport()
    await keys.press("Escape")

    await select(ann, "Size")
    await keys.type("GROSSE")  # not one letter but the first stands like this in the option
    await expect(option).to_have_text(["Größe M"])
    await keys.press("Enter")
    await ann.right.expect_cell(ONE, "Size", "Größe M")
    await keys.press("Enter")
    await expect(ann.page.get_by_role("option", name="No value")).to_have_count(0)  # it is required
    await keys.press("Backspace")
    await keys.press("Enter")
    await ann.left.expect_cell(ONE, "Size", "Größe M")
    await ann.expect_saved()
    assert database.changes("shapes", "update") == [{"town": "Town 190"}, {"size": "Größe M"}]


async def test_chips_have_the_colour_of_their_option_in_cells_and_lists(open_window: Open) -> None:
    ann = await one_shape(open_window)
    await select(ann, "Marks")
    await ann.page.keyboard.press("Enter")
    colours = []
    for name in ("Mark 1", "Mark 2"):
        option = ann.page.get_by_role("option", name=name, exact=True)
        colours.append(
            await option.get_by_text(name).evaluate("(chip) => getComputedStyle(chip).backgroundColor")
        )
        await option.click()
    await ann.page.keyboard.press("Tab")
    await ann.left.expect_cell(ONE, "Marks", "Mark 1, Mark 2")
    cell = await ann.left.cell(ONE, "Marks")
    for name, colour in zip(("Mark 1", "Mark 2"), colours, strict=True):
        await expect(cell.get_by_text(name)).to_have_css("background-color", colour)
    assert colours[0] != colours[1]


async def test_a_date_is_picked_pasted_and_set_to_now_by_keyboard(
    open_window: Open, database: Database
) -> None:
    ann = await one_shape(open_window, timezone_id="Asia/Kolkata")
    keys = ann.page.keyboard
    await ann.page.evaluate(COUNT_PICKERS)
    for key in ("Alt+ArrowDown", "F4"):
        await ann.page.evaluate("window.picked = undefined")
        await select(ann, "At")
        await keys.press("Enter")
        await keys.press(key)
        assert await ann.page.evaluate("window.picked") == "datetime-local"
        await keys.press("Escape")
    await (await ann.left.cell(ONE, "At")).dblclick()
    await ann.page.evaluate("window.picked = undefined")
    await ann.page.get_by_role("button", name="Choose At in a calendar").click()
    assert await ann.page.evaluate("window.picked") == "datetime-local"

    await copy(ann, "7/30/2026, 9:15 PM")
    await keys.press("Control+V")
    await keys.press("Enter")
    await ann.right.expect_cell(ONE, "At", "2026-07-30 21:15")
    await ann.expect_saved()  # what was not sent yet would be folded
    await copy(ann, "2026-07-30T09:15:00Z")
    await select(ann, "At")
    await keys.press("Enter")
    await keys.press("Control+V")
    await keys.press("Enter")
    await ann.right.expect_cell(ONE, "At", "2026-07-30 09:15 +00:00")
    await ann.expect_saved()
    await copy(ann, "no date at all")
    await select(ann, "At")
    await keys.press("Enter")
    await keys.press("Control+V")
    await keys.press("Enter")
    await select(ann, "At")
    await keys.press("Control+;")  # no editor opens
    await expect(await ann.right.cell(ONE, "At")).to_have_text(re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d$"))
    await ann.expect_saved()
    first, second, now = (change["at"] for change in database.changes("shapes", "update"))
    assert (first, second) == ("2026-07-30T21:15:00+05:30", "2026-07-30T09:15:00+00:00")
    assert now.endswith("+05:30")


async def test_an_object_is_edited_part_by_part_with_errors_beside_them(
    open_window: Open, database: Database
) -> None:
    ann = await one_shape(open_window)
    keys = ann.page.keyboard
    dialog = await open_dialog(ann, "Address")
    await expect(dialog.get_by_role("textbox", name="Street")).to_be_focused()
    await dialog.get_by_role("textbox", name="Number").fill("0")
    await keys.press("Control+Enter")
    for name, why in (("Street", "Street is required."), ("Number", "Number must be at least 1.")):
        await expect(dialog.get_by_role("textbox", name=name)).to_have_accessible_description(why)
    await dialog.get_by_role("textbox", name="Number").fill("12")
    await expect(dialog.get_by_text("Number must be at least 1.")).to_have_count(0)
    await expect(dialog.get_by_text("Street is required.")).to_be_visible()
    await dialog.get_by_role("textbox", name="Street").fill("Main Street")
    await dialog.get_by_label("Since", exact=True).fill("2020-02-29")
    await dialog.get_by_role("combobox", name="Kinds").fill("wo")
    await keys.press("Enter")
    await keys.press("Control+Enter")
    await expect(dialog).to_have_count(0)
    await ann.right.expect_cell(ONE, "Address", "Main Street, 12, 2020-02-29, work")
    await expect(await ann.left.cell(ONE, "Address")).to_be_focused()
    await ann.expect_saved()
    assert database.changes("shapes", "update") == [
        {"address": {"street": "Main Street", "number": 12, "since": "2020-02-29", "kinds": ["work"]}}
    ]


async def test_what_the_server_refuses_stands_beside_the_part_when_it_is_edited_again(
    open_window: Open, database: Database
) -> None:
    ann = await one_shape(open_window)
    keys = ann.page.keyboard
    dialog = await open_dialog(ann, "Address")
    await dialog.get_by_role("textbox", name="Street").fill("Nowhere")
    await keys.press("Control+Enter")
    await expect(ann.left.region.get_by_role("button", name="Not saved: ")).to_be_visible()
    await select(ann, "Address")
    await keys.press("Control+Enter")
    told = ann.page.get_by_role("dialog", name="Address was not saved")
    await expect(told).to_contain_text("Address › Street: Nobody knows this place.")
    await keys.press("Escape")
    await expect(told).to_have_count(0)
    await expect(await ann.left.cell(ONE, "Address")).to_be_focused()
    await keys.press("Control+Enter")
    await told.get_by_role("button", name="Edit again").press("Enter")
    street = dialog.get_by_role("textbox", name="Street")
    await expect(street).to_have_value("Nowhere")
    await expect(street).to_have_accessible_description("Nobody knows this place.")
    await street.fill("Somewhere")
    await keys.press("Control+Enter")
    await ann.right.expect_cell(ONE, "Address", "Somewhere")
    await expect(ann.left.region.get_by_role("button", name="Not saved: ")).to_have_count(0)

    dialog = await open_dialog(ann, "Words")
    await dialog.get_by_role("button", name="Add item").press("Enter")
    await keys.type("fine")
    await keys.press("Enter")
    await keys.type("Nowhere")
    await keys.press("Control+Enter")
    await ann.left.region.get_by_role("button", name="Not saved: ").click()
    await ann.page.get_by_role("dialog", name="Words was").get_by_role("button", name="Edit again").click()
    await expect(item(dialog, 2)).to_have_accessible_description("Nobody knows this place.")
    await expect(item(dialog, 1)).to_have_accessible_description("")
    await dialog.get_by_role("button", name="Remove item 2").click()
    await expect(item(dialog, 1)).to_be_focused()
    await keys.press("Control+Enter")
    await ann.right.expect_cell(ONE, "Words", "fine")
    await ann.expect_saved()
    assert database.changes("shapes", "update") == [
        {"address": {"street": "Somewhere"}},
        {"words": ["fine"]},
    ]


async def test_the_elements_of_a_list_are_added_moved_and_taken_out_by_keyboard(
    open_window: Open, database: Database
) -> None:
    ann = await one_shape(open_window)
    keys = ann.page.keyboard
    dialog = await open_dialog(ann, "Words")
    await expect(dialog.get_by_role("button", name="Add item")).to_be_focused()
    await keys.press("Enter")
    await keys.type("one")
    await keys.press("Enter")
    await keys.type("two")
    await keys.press("Alt+Shift+ArrowUp")
    await expect(item(dialog, 1)).to_have_value("two")
    await expect(item(dialog, 1)).to_be_focused()
    await dialog.get_by_role("button", name="Move item 1 down").press("Enter")
    await expect(item(dialog, 2)).to_have_value("two")
    await dialog.get_by_role("button", name="Move item 2 up").press("Enter")
    await expect(item(dialog, 1)).to_have_value("two")
    await item(dialog, 2).press("Enter")  # a third and a fourth, which stay empty
    await keys.press("Enter")
    for _ in range(3):
        await keys.down("Backspace")  # held, it takes out one
    await keys.up("Backspace")
    await expect(item(dialog, 3)).to_be_focused()
    await keys.press("Backspace")
    await expect(item(dialog, 2)).to_be_focused()
    await keys.press("Enter")
    await copy(ann, "three\r\n\nfour\n")
    await keys.press("Control+V")
    await expect(item(dialog, 4)).to_have_value("four")
    await expect(item(dialog, 4)).to_be_focused()
    await keys.type(", and too long")
    await keys.press("Control+Enter")
    await expect(item(dialog, 4)).to_have_accessible_description(
        "Item 4 must have at most 10 characters; it has 18."
    )
    await item(dialog, 4).fill("4")
    await keys.press("Control+Enter")
    await ann.right.expect_cell(ONE, "Words", "two, one, three, 4")

    sizes = await open_dialog(ann, "Sizes")
    await keys.press("Enter")
    for number in ("3", "0", "7", "8"):
        await keys.type(number)
        await keys.press("Enter")
    await sizes.get_by_role("button", name="Save").click()
    await expect(sizes.get_by_text("Sizes must have at most 3 elements; it has 4.")).to_be_visible()
    await sizes.get_by_role("button", name="Remove item 2").click()
    await sizes.get_by_role("button", name="Save").click()
    await ann.right.expect_cell(ONE, "Sizes", "3, 7, 8")

    contacts = await open_dialog(ann, "Contacts")
    for place, name in ((1, "Ada"), (2, "Bob")):
        await contacts.get_by_role("button", name="Add item").click()
        group = contacts.get_by_role("group", name=f"Item {place}")
        await expect(group.get_by_role("textbox", name="Name")).to_be_focused()
        await keys.type(name)
    await contacts.get_by_role("button", name="Move item 2 up").click()
    await keys.press("Control+Enter")
    await ann.right.expect_cell(ONE, "Contacts", "Bob, Ada")
    await ann.expect_saved()
    assert database.changes("shapes", "update") == [
        {"words": ["two", "one", "three", "4"]},
        {"sizes": [3, 7, 8]},
        {"contacts": [{"name": "Bob"}, {"name": "Ada"}]},
    ]


async def test_what_was_typed_in_a_dialog_is_not_thrown_away_unasked(
    open_window: Open, database: Database
) -> None:
    ann = await one_shape(open_window)
    keys = ann.page.keyboard
    dialog = await open_dialog(ann, "Address")
    await keys.press("Escape")  # nothing was changed
    await expect(dialog).to_have_count(0)
    await expect(await ann.left.cell(ONE, "Address")).to_be_focused()
    await keys.press("x")  # a letter opens it too, and does not stand in it
    await expect(dialog.get_by_role("textbox", name="Street")).to_have_value("")
    await dialog.get_by_role("textbox", name="Street").fill("Main Street")
    question = ann.page.get_by_role("dialog", name="Discard changes?")
    await keys.press("Escape")
    await question.get_by_role("button", name="Keep editing").press("Enter")
    await expect(dialog.get_by_role("textbox", name="Street")).to_have_value("Main Street")
    await ann.page.mouse.click(5, 5)
    await question.get_by_role("button", name="Discard").click()
    await expect(dialog).to_have_count(0)
    await ann.left.expect_cell(ONE, "Address", "")

    await ann.left.button("Add record").click()
    form = ann.page.get_by_role("dialog", name="Add to Shapes")
    await form.get_by_role("textbox", name="Name", exact=True).fill("Second")
    await keys.press("Escape")
    await question.get_by_role("button", name="Keep editing").click()
    await expect(form.get_by_role("textbox", name="Name", exact=True)).to_have_value("Second")
    await form.get_by_role("button", name="Cancel").click()
    await question.get_by_role("button", name="Discard").click()
    await expect(form).to_have_count(0)
    await ann.expect_saved()
    assert database.changes("shapes", "update") == []
    assert len(database.records("shapes")) == 1


async def test_a_value_that_does_not_fit_is_edited_as_json_and_nothing_of_it_is_lost(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    ann = await one_shape(open_window)
    await ann.expect_saved()
    ann.away = True
    await server.stop()
    odd = {
        "name": ONE,
        "size": "Large",
        "day": "soon",
        "at": "2026-07-30T09:15:00.123456+00:00",
        "address": {"street": "Main", "floor": 3},
        "words": ["a", 5],
    }
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute("UPDATE records SET data = ? WHERE grid = 'shapes'", (json.dumps(odd),))
    await server.start()
    await ann.close_tab()
    ann = await open_window(SHAPES, width=6000)  # another browser: the first keeps what it has seen
    for column, shown in (("Day", "soon"), ("At", "2026-07-30T09:15:00.123")):
        cell = await select(ann, column)
        await ann.page.keyboard.press("Enter")
        await expect(cell.get_by_label(column, exact=True)).to_have_value(shown)
        await ann.page.keyboard.press("Enter")  # as it is, it is not saved
    dialog = await open_dialog(ann, "Address")
    text = dialog.get_by_role("textbox", name="Address")
    await expect(text).to_have_value('{\n  "street": "Main",\n  "floor": 3\n}')
    await expect(dialog.get_by_text("does not fit the description")).to_be_visible()
    await ann.page.keyboard.press("Control+Enter")  # as it is, it is not saved
    await text.fill('{"street": "Main", "number": 3')
    await ann.page.keyboard.press("Control+Enter")
    await expect(dialog.get_by_text("Address is not valid JSON")).to_be_visible()
    await text.fill('{"street": "Main", "number": 3}')
    await ann.page.keyboard.press("Control+Enter")
    await ann.right.expect_cell(ONE, "Address", "Main, 3")
    dialog = await open_dialog(ann, "Words")
    await expect(item(dialog, 1)).to_have_value("a")
    await dialog.get_by_role("textbox", name="Item 2").fill('"five"')
    await ann.page.keyboard.press("Control+Enter")
    await ann.right.expect_cell(ONE, "Words", "a, five")
    await ann.expect_saved()
    assert database.changes("shapes", "update") == [
        {"address": {"street": "Main", "number": 3}},
        {"words": ["a", "five"]},
    ]


async def test_editors_stay_on_the_screen_of_a_phone(open_window: Open, database: Database) -> None:
    ann = await one_shape(open_window, width=390, height=700)
    keys = ann.page.keyboard

    async def go(steps: int) -> None:
        """With a keyboard, as tablets have: a tap opens the record instead."""
        await ann.left.header("Name").focus()
        await keys.press("ArrowDown")
        await expect(await ann.left.cell(ONE, "Name")).to_be_focused()
        for _ in range(steps):
            await keys.press("ArrowRight")
        await keys.press("Enter")

    async def expect_inside(part: Locator) -> None:
        await expect(part).to_be_visible()
        box = await part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 700

    await go(3)
    await expect_inside(ann.page.get_by_role("combobox", name="Marks"))
    await expect_inside(ann.page.get_by_role("listbox", name="Marks"))
    await keys.press("Escape")
    await keys.press("Home")
    await go(6)
    dialog = ann.page.get_by_role("dialog", name="Address")
    await expect_inside(dialog)
    box = await dialog.bounding_box()
    assert box is not None
    assert box["width"] == 390  # the whole screen
    await keys.press("Escape")
    await expect(dialog).to_have_count(0)
    await keys.press("Home")
    await go(10)
    notes = ann.page.get_by_role("dialog", name="Notes")
    await expect_inside(notes)
    await keys.type("first")
    await keys.press("Shift+Enter")
    await keys.type("second")
    await keys.press("Enter")
    await expect(notes).to_have_count(0)
    await ann.expect_saved()
    assert database.changes("shapes", "update") == [{"notes": "first\nsecond"}]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_grave_in_any_editor(open_window: Open, scheme: str) -> None:
    ann = await one_shape(open_window, ONE_PANE, width=3000, color_scheme=scheme)
    keys = ann.page.keyboard
    found = {}
    for column in ("Town", "Marks", "Day", "At", "Address", "Contacts", "Sizes", "Words", "Notes"):
        await select(ann, column)
        await keys.press("Enter")
        adder = ann.page.get_by_role("dialog", name=column).get_by_role("button", name="Add item")
        if column in ("Contacts", "Sizes", "Words"):
            await adder.press("Enter")
        if column == "Address":
            await ann.page.get_by_role("textbox", name="Number").fill("0")
            await keys.press("Control+Enter")
            await expect(ann.page.get_by_text("Street is required.")).to_be_visible()
        found[column] = await grave_findings(ann.page)
        await keys.press("Escape")
        if column == "Address":
            await ann.page.get_by_role("button", name="Discard").click()
        await expect(await ann.left.cell(ONE, column)).to_be_focused()
    await ann.left.button("Add record").click()
    form = ann.page.get_by_role("dialog", name="Add to Shapes")
    await keys.press("Enter")
    await expect(form.get_by_text("Name is required.")).to_be_visible()
    found["form"] = await grave_findings(ann.page)
    assert {column: findings for column, findings in found.items() if findings} == {}
