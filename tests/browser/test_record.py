"""One record in the drawer: every field edited in place, live, and saved when it is left."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Window

pytestmark = pytest.mark.browser

TASKS = "/?left=tasks&right=tasks"
FIRST, SECOND = "Paint the hangar", "Sweep the runway"


async def two_tasks(open_window: Open, **options: object) -> Window:
    ann = await open_window(TASKS, **{"width": 6000, **options})
    await ann.left.expect_count("0 records")
    for title in (FIRST, SECOND):
        await ann.left.button("Add record").click()
        form = ann.page.get_by_role("dialog", name="Add to Tasks")
        await form.get_by_role("textbox", name="Title").fill(title)
        await ann.page.keyboard.press("Enter")
        await expect(form).to_have_count(0)
    await ann.left.expect_count("2 records")
    return ann


async def open_record(ann: Window, title: str) -> Locator:
    await ann.left.row(title).get_by_role("button", name="Open record").click()
    drawer = ann.page.get_by_role("dialog", name=title)
    await expect(drawer.get_by_role("heading", name=title)).to_be_focused()
    return drawer


def text(drawer: Locator, name: str) -> Locator:
    return drawer.get_by_role("textbox", name=name, exact=True)


async def test_each_field_is_saved_when_it_is_left_or_by_enter(open_window: Open, database: Database) -> None:
    ann = await two_tasks(open_window)
    keys = ann.page.keyboard
    drawer = await open_record(ann, FIRST)
    below = await text(drawer, "Link").bounding_box()
    await text(drawer, "Hours").fill("much")
    await keys.press("Tab")
    await expect(text(drawer, "Hours")).to_have_attribute("aria-invalid", "true")
    assert await text(drawer, "Link").bounding_box() == below  # it does not move from under the pointer
    await text(drawer, "Hours").fill("7.5")
    await keys.press("Tab")
    await ann.right.expect_cell(FIRST, "Hours", "7.50")
    await expect(text(drawer, "Hours")).to_have_value("7.50")
    await text(drawer, "Assignee").fill("ann@example.org")
    await keys.press("Enter")
    await ann.right.expect_cell(FIRST, "Assignee", "ann@example.org")
    await expect(text(drawer, "Assignee")).to_be_focused()
    await drawer.get_by_role("combobox", name="Status").click()
    await ann.page.get_by_role("option", name="doing").click()
    await ann.right.expect_cell(FIRST, "Status", "doing")
    await drawer.get_by_label("Due", exact=True).fill("2026-05-20")
    await text(drawer, "Notes").fill("one line")
    await ann.right.expect_cell(FIRST, "Due", "2026-05-20")
    await keys.press("Enter")
    await keys.type("and another")
    await keys.press("Control+Enter")
    await expect(await ann.right.cell(FIRST, "Notes")).to_contain_text("and another")
    await text(drawer, "Created").press("Enter")
    await expect(text(drawer, "Created")).not_to_be_editable()
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [
        {"hours": "7.50"},
        {"assignee": "ann@example.org"},
        {"status": "doing"},
        {"due": "2026-05-20"},
        {"notes": "one line\nand another"},
    ]


async def test_lists_and_objects_are_saved_when_the_whole_of_them_is_left(
    open_window: Open, database: Database
) -> None:
    ann = await two_tasks(open_window)
    keys = ann.page.keyboard
    drawer = await open_record(ann, FIRST)
    customer = drawer.get_by_role("group", name="Customer")
    await text(customer, "City").fill("Ulm")
    await text(drawer, "Notes").click()
    await expect(text(customer, "Name")).to_have_accessible_description("Name is required.")
    await text(customer, "Name").fill("Ada")
    await text(drawer, "Notes").click()
    await ann.right.expect_cell(FIRST, "Customer", "Ada, Ulm")
    steps = drawer.get_by_role("group", name="Steps")
    await steps.get_by_role("button", name="Add item").click()
    await keys.type("sand")
    await keys.press("Enter")
    await keys.type("paint")
    await steps.get_by_role("button", name="Add item").press("Control+Enter")
    await ann.right.expect_cell(FIRST, "Steps", "sand, paint")
    await expect(steps.get_by_role("textbox")).to_have_count(2)
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [
        {"customer": {"name": "Ada", "city": "Ulm"}},
        {"steps": ["sand", "paint"]},
    ]


async def test_r8_the_field_in_edit_keeps_what_is_typed_the_others_are_live(
    open_window: Open, database: Database
) -> None:
    ann = await two_tasks(open_window)
    ben = await open_window(TASKS, width=6000)
    drawer = await open_record(ann, FIRST)
    await text(drawer, "Link").focus()
    await ben.left.edit(FIRST, "Hours", "3")
    await expect(text(drawer, "Hours")).to_have_value("3.00")
    await ben.left.edit(FIRST, "Link", "https://example.org/ben")
    note = "Guest changed this to “https://example.org/ben”"
    await expect(text(drawer, "Link")).to_have_accessible_description(note)
    await text(drawer, "Link").fill("https://example.org/ann")
    await ann.page.keyboard.press("Tab")
    told = drawer.get_by_role("group", name="Link was not saved")
    await expect(told).to_contain_text("Yours: https://example.org/ann")
    await expect(told).to_contain_text("Theirs: https://example.org/ben")
    await expect(text(drawer, "Link")).to_have_value("https://example.org/ben")
    await told.get_by_role("button", name="Keep mine").click()
    await ben.left.expect_cell(FIRST, "Link", "https://example.org/ann")
    await expect(told).to_have_count(0)
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [
        {"hours": "3.00"},
        {"link": "https://example.org/ben"},
        {"link": "https://example.org/ann"},
    ]


async def test_a_refusal_stands_below_its_field_and_is_edited_again_there(
    open_window: Open, database: Database
) -> None:
    ann = await two_tasks(open_window)
    drawer = await open_record(ann, FIRST)
    due = drawer.get_by_label("Due", exact=True)
    await drawer.get_by_label("Start", exact=True).fill("2026-05-10")
    await due.fill("2026-05-01")
    await ann.page.keyboard.press("Enter")
    told = drawer.get_by_role("group", name="Due was not saved")
    await expect(told).to_contain_text("A task cannot be due before it starts.")
    await told.get_by_role("button", name="Edit again").click()
    await expect(due).to_be_focused()
    await expect(due).to_have_value("2026-05-01")
    await expect(due).to_have_accessible_description("A task cannot be due before it starts.")
    await due.fill("2026-05-20")
    await ann.page.keyboard.press("Enter")
    await expect(told).to_have_count(0)
    await ann.right.expect_cell(FIRST, "Due", "2026-05-20")
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [{"start": "2026-05-10"}, {"due": "2026-05-20"}]


async def test_records_turn_under_the_focus_and_what_is_typed_is_saved_first(
    open_window: Open, database: Database
) -> None:
    ann = await two_tasks(open_window)
    keys = ann.page.keyboard
    first = await open_record(ann, FIRST)
    second = ann.page.get_by_role("dialog", name=SECOND)
    await expect(first.get_by_text("1 of 2")).to_be_visible()
    await text(first, "Hours").fill("1")
    await keys.press("Alt+ArrowDown")
    await expect(second.get_by_text("2 of 2")).to_be_visible()
    await expect(text(second, "Hours")).to_be_focused()
    await expect(text(second, "Hours")).to_have_value("")
    await keys.type("2")
    await keys.press("Alt+ArrowUp")
    await ann.right.expect_cell(FIRST, "Hours", "1.00")
    await ann.right.expect_cell(SECOND, "Hours", "2.00")
    await expect(first.get_by_role("button", name="Previous record")).to_be_disabled()
    await first.get_by_role("button", name="Next record").click()
    await expect(second.get_by_role("button", name="Next record")).to_be_focused()

    await text(second, "Hours").fill("many")
    question = ann.page.get_by_role("dialog", name="Discard changes?")
    await keys.press("Alt+PageUp")
    await question.get_by_role("button", name="Keep editing").click()
    await expect(text(second, "Hours")).to_have_value("many")
    await expect(text(second, "Hours")).to_have_accessible_description(
        "Hours: write a decimal number like 12.50."
    )
    await second.get_by_role("button", name="Close").click()
    await question.get_by_role("button", name="Discard").click()
    await expect(ann.page.get_by_role("dialog")).to_have_count(0)
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [{"hours": "1.00"}, {"hours": "2.00"}]


async def test_what_is_typed_is_saved_too_when_the_drawer_goes_by_itself(
    open_window: Open, database: Database
) -> None:
    ann = await two_tasks(open_window)
    await ann.page.get_by_role("combobox", name="Grid on the left").click()
    await ann.page.get_by_role("option", name="Airports").click()
    await ann.left.expect_count("28,298 records")
    await ann.page.get_by_role("combobox", name="Grid on the left").click()
    await ann.page.get_by_role("option", name="Tasks").click()
    drawer = await open_record(ann, FIRST)
    await text(drawer, "Hours").fill("7")
    await ann.page.go_back()
    await expect(drawer).to_have_count(0)
    await ann.right.expect_cell(FIRST, "Hours", "7.00")
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [{"hours": "7.00"}]


async def test_escape_gives_up_the_field_and_then_the_drawer_and_the_focus_goes_back(
    open_window: Open, database: Database
) -> None:
    ann = await two_tasks(open_window)
    drawer = await open_record(ann, FIRST)
    await text(drawer, "Title").fill("Something else")
    await ann.page.keyboard.press("Escape")
    await expect(text(drawer, "Title")).to_have_value(FIRST)
    await expect(text(drawer, "Title")).to_be_focused()
    due = drawer.get_by_label("Due", exact=True)
    await due.press("1")
    assert await due.evaluate("(input) => input.validity.badInput") is True
    await ann.page.keyboard.press("Escape")
    assert await due.evaluate("(input) => input.validity.badInput") is False
    await ann.page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    await expect(ann.left.row(FIRST).get_by_role("button", name="Open record")).to_be_focused()
    await ann.expect_saved()
    assert database.changes("tasks", "update") == []


async def test_a_record_deleted_meanwhile_says_so_and_comes_back(
    open_window: Open, database: Database
) -> None:
    ann = await two_tasks(open_window)
    ben = await open_window(TASKS, width=6000)
    drawer = await open_record(ann, FIRST)
    await drawer.get_by_label("Start", exact=True).fill("2026-05-10")
    await drawer.get_by_label("Due", exact=True).fill("2026-05-01")
    await ann.page.keyboard.press("Enter")
    told = drawer.get_by_role("group", name="Due was not saved")
    await expect(told.get_by_role("button", name="Edit again")).to_be_visible()
    await ben.left.row(FIRST).get_by_role("checkbox").check()
    await ben.left.button("Delete record").click()
    await expect(drawer.get_by_role("alert")).to_contain_text("This record has been deleted.")
    await expect(text(drawer, "Title")).to_be_disabled()
    await expect(told.get_by_role("button", name="Edit again")).to_have_count(0)
    await told.get_by_role("button", name="Discard").click()
    await drawer.get_by_role("button", name="Restore").click()
    await expect(drawer.get_by_role("alert")).to_have_count(0)
    await expect(text(drawer, "Title")).to_be_enabled()
    await expect(ben.left.row(FIRST)).to_be_visible()
    await drawer.get_by_role("button", name="Delete record").click()
    await expect(ben.left.row(FIRST)).to_have_count(0)
    await ann.expect_saved()
    assert len(database.records("tasks")) == 1


async def test_the_link_is_copied_or_shown_to_be_copied(open_window: Open) -> None:
    ann = await two_tasks(open_window)
    drawer = await open_record(ann, FIRST)
    link = ann.page.get_by_role("dialog", name="Link to this record")
    await ann.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await drawer.get_by_role("button", name="Copy link").click()
    await expect(link.get_by_role("textbox", name="Link copied")).to_be_focused()
    assert await ann.page.evaluate("navigator.clipboard.readText()") == ann.page.url
    await ann.page.keyboard.press("Escape")
    await expect(link).to_have_count(0)
    await ann.page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    )  # plain HTTP
    await drawer.get_by_role("button", name="Copy link").click()
    await expect(link.get_by_role("textbox", name="Link to this record")).to_have_value(ann.page.url)


async def test_on_a_phone_it_takes_the_whole_screen(open_window: Open, database: Database) -> None:
    ann = await two_tasks(open_window, width=390, height=700)  # what is added in the form need not be opened
    drawer = await open_record(ann, FIRST)
    box = await drawer.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 700}
    await text(drawer, "Notes").fill("written with a thumb")
    await drawer.get_by_role("button", name="Close").click()
    await expect(drawer).to_have_count(0)
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [{"notes": "written with a thumb"}]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1600), ("dark", 390)])
async def test_axe_finds_nothing_grave_in_any_state(open_window: Open, scheme: str, width: int) -> None:
    ann = await two_tasks(open_window, color_scheme=scheme, width=width)
    ben = await open_window(TASKS, width=6000)
    drawer = await open_record(ann, FIRST)
    assert await grave_findings(ann.page) == []
    await drawer.get_by_label("Start", exact=True).fill("2026-05-10")
    await drawer.get_by_label("Due", exact=True).fill("2026-05-01")
    await text(drawer, "Hours").fill("many")
    await drawer.get_by_role("combobox", name="Tags").click()
    await expect(drawer.get_by_text("A task cannot be due before it starts.")).to_be_visible()
    assert await grave_findings(ann.page) == []
    await ben.left.row(FIRST).get_by_role("checkbox").check()
    await ben.left.button("Delete record").click()
    await expect(drawer.get_by_role("alert")).to_be_visible()
    assert await grave_findings(ann.page) == []


async def test_what_is_written_and_none_of_the_choices_is_told_and_stays(
    open_window: Open, database: Database
) -> None:
    ann = await open_window(TASKS, width=6000)
    await ann.left.expect_count("0 records")
    keys = ann.page.keyboard
    await ann.left.button("Add record").click()
    form = ann.page.get_by_role("dialog", name="Add to Tasks")
    await form.get_by_role("textbox", name="Title").fill(FIRST)
    tags = form.get_by_role("combobox", name="Tags")
    why = "Tags: “writing” is not one of the choices: bug, idea, legal, urgent."
    await tags.click()
    await keys.type("writing")
    await keys.press("Enter")
    await expect(tags).to_have_accessible_description(why)
    await text(form, "Link").click()
    await expect(tags).to_have_value("writing")
    await form.get_by_role("button", name="Add record").click()
    await expect(tags).to_be_focused()
    await tags.fill("Bug")  # a choice in full needs no Enter
    await text(form, "Link").click()
    await form.get_by_role("button", name="Add record").click()
    await expect(form).to_have_count(0)
    await ann.right.expect_cell(FIRST, "Tags", "bug")

    drawer = await open_record(ann, FIRST)
    tags = drawer.get_by_role("combobox", name="Tags")
    await tags.click()
    await keys.type("writing")
    await keys.press("Tab")
    await expect(tags).to_have_value("writing")
    await expect(tags).to_have_accessible_description(why)
    await tags.fill("le")
    await keys.press("Enter")
    await expect(tags).to_have_value("")
    await keys.press("Tab")
    await ann.right.expect_cell(FIRST, "Tags", "bug, legal")
    await ann.expect_saved()
    assert database.changes("tasks", "update") == [{"tags": ["bug", "legal"]}]
