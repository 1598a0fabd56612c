"""What of its grid a pane shows: search, filter, sort and fields, by keyboard and mouse."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.database import Database, Fields
from tests.browser.window import Window

pytestmark = pytest.mark.browser

ALL = "28,298 records"
ALL_PAGES = "1–100 of 28,298"


def left(window: Window) -> Locator:
    """The left pane, also while a panel is open: then it is seen, but hidden from who does not see."""
    return window.page.get_by_role("region", name=re.compile("^Left: "), include_hidden=True)


def bar_button(window: Window, name: str) -> Locator:
    """One of the bar's; its name goes on with what is set."""
    bar = left(window).get_by_role("group", name="View", include_hidden=True)
    return bar.get_by_role("button", name=re.compile(f"^{name}"), include_hidden=True)


async def expect_told(window: Window, button: str, name: str) -> None:
    """What the button says of what is set."""
    await expect(bar_button(window, button)).to_have_attribute("aria-label", name)


def panel(window: Window, name: str) -> Locator:
    return window.page.get_by_role("dialog", name=name, exact=True)


def header(window: Window, column: str) -> Locator:
    """One that is sorted by says so after its name."""
    name = re.compile(rf"^{re.escape(column)}\b")
    return left(window).get_by_role("columnheader", name=name, include_hidden=True)


async def column(window: Window, name: str) -> list[str]:
    """What the rows on screen show in a column, from the top."""
    place = await header(window, name).get_attribute("aria-colindex")
    return await left(window).locator(f'[role="gridcell"][aria-colindex="{place}"]').all_inner_texts()


async def expect_top(window: Window, name: str, values: list[str]) -> None:
    """The first rows on screen show these."""
    place = await header(window, name).get_attribute("aria-colindex")
    cells = left(window).locator(f'[role="gridcell"][aria-colindex="{place}"]')
    for index, value in enumerate(values):
        await expect(cells.nth(index)).to_have_text(value)


async def expect_found(window: Window, count: int) -> None:
    """The left pane says that so many records match."""
    pages = f"1–{min(count, 100):,} of {count:,}"
    await expect(left(window).get_by_text(pages, exact=True)).to_be_visible()


async def choose(window: Window, select: Locator, option: str) -> None:
    await select.click()
    await window.page.get_by_role("option", name=option, exact=True).click()


async def add_condition(window: Window, field: str) -> Locator:
    """By the panel's own last button; the condition that is made."""
    dialog = panel(window, "Filter")
    await dialog.get_by_role("button", name="Add condition").last.click()
    await window.page.get_by_role("menuitem", name=field, exact=True).click()
    return dialog.get_by_role("group", name=re.compile("^Condition")).last


async def open_menu(window: Window, column: str) -> None:
    """A column's, by the button in its header; the one before it has gone by then."""
    await expect(window.page.get_by_role("menu")).to_have_count(0)
    await header(window, column).hover()
    await header(window, column).get_by_role("button", name=f"{column} column menu").click()
    await expect(window.page.get_by_role("menu", name=f"{column} column menu")).to_be_visible()


def having(records: list[Fields], field: str, text: str) -> list[Fields]:
    return [each for each in records if text in str(each.get(field, "")).lower()]


async def test_search_finds_words_in_all_fields_and_escape_clears_it(
    open_window: Open, database: Database
) -> None:
    ann = await open_window()
    keys = ann.page.keyboard
    box = ann.left.region.get_by_role("searchbox", name="Search all fields")
    await ann.left.expect_count(ALL)
    await box.click()
    await keys.type("leoti kansas")
    found = [
        each
        for each in database.records("airports")
        if all(any(word in str(value).lower() for value in each.values()) for word in ("leoti", "kansas"))
    ]
    await expect_found(ann, len(found))
    assert sorted(await column(ann, "icao")) == sorted(each["icao"] for each in found)
    await ann.right.expect_count(ALL_PAGES)  # the other pane is another view
    await keys.press("ArrowDown")
    await expect(await ann.left.cell(found[0]["icao"], "icao")).to_be_focused()
    await box.click()

    await keys.press("Escape")
    await expect(box).to_have_value("")
    await expect(box).to_be_focused()
    await ann.left.expect_count(ALL_PAGES)
    await keys.press("Escape")
    await expect(box).not_to_be_focused()

    await box.click()
    await keys.type("leoti")
    await ann.left.button("Clear search").click()
    await expect(box).to_be_focused()
    await expect(box).to_have_value("")
    await ann.left.expect_count(ALL_PAGES)


async def test_a_filter_applies_as_it_is_written(open_window: Open, database: Database) -> None:
    ann = await open_window()
    keys, records = ann.page.keyboard, database.records("airports")
    await ann.left.expect_count(ALL)
    button, dialog = bar_button(ann, "Filter"), panel(ann, "Filter")
    await button.focus()
    await keys.press("Enter")
    await expect(dialog.get_by_role("button", name="Add condition")).to_be_focused()
    await keys.press("Enter")
    await keys.type("city")
    await expect(ann.page.get_by_role("menuitem", name="city")).to_be_focused()
    await keys.press("Enter")
    one = dialog.get_by_role("group", name="Condition 1")
    await expect(one.get_by_role("textbox", name="Value")).to_be_focused()
    await expect_told(ann, "Filter", "Filter")  # what is not said whole does not count
    await expect_found(ann, len(records))
    await keys.type("paris")
    paris = having(records, "city", "paris")
    await expect_found(ann, len(paris))
    await expect_told(ann, "Filter", "Filter, 1 condition")

    two = await add_condition(ann, "elevation")
    await choose(ann, two.get_by_role("combobox", name="Operator"), "≥")
    value = two.get_by_role("textbox", name="Value")
    await value.fill("500.0")
    await expect_found(ann, len([each for each in paris if each.get("elevation", -1) >= 500]))
    await expect(value).to_have_value("500.0")
    await value.fill("500,")
    await expect(two.get_by_text("“500,” is not a number")).to_be_visible()
    await expect_found(ann, len(paris))

    await choose(ann, two.get_by_role("combobox", name="Operator"), "is between")
    await two.get_by_role("textbox", name="From").fill("100")
    await two.get_by_role("textbox", name="To").fill("400")
    middle = [each for each in records if 100 <= each.get("elevation", -1) <= 400]
    await expect_found(ann, len([each for each in middle if each in paris]))
    await expect_told(ann, "Filter", "Filter, 2 conditions")
    await choose(ann, dialog.get_by_role("combobox", name="Join conditions by"), "or")
    await expect_found(ann, len({each["icao"] for each in paris + middle}))

    await two.get_by_role("button", name="Remove condition 2").click()
    await expect_found(ann, len(paris))
    await expect(one.get_by_role("button", name="Remove condition 1")).to_be_focused()
    await dialog.get_by_role("button", name="Clear all").click()
    await expect_found(ann, len(records))
    await expect(dialog.get_by_role("button", name="Add condition")).to_be_focused()
    await keys.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(button).to_be_focused()
    await ann.right.expect_count(ALL_PAGES)


async def test_what_is_written_last_counts_when_the_panel_is_closed_at_once(
    open_window: Open, database: Database
) -> None:
    ann = await open_window()
    await ann.left.expect_count(ALL)
    await bar_button(ann, "Filter").click()
    await add_condition(ann, "city")
    await ann.page.keyboard.type("leoti")
    await ann.page.keyboard.press("Escape")
    await expect_found(ann, len(having(database.records("airports"), "city", "leoti")))


async def test_groups_are_joined_in_their_own_way_and_go_with_their_last_condition(
    open_window: Open, database: Database
) -> None:
    ann = await open_window()
    keys, dialog = ann.page.keyboard, panel(ann, "Filter")
    american = having(database.records("airports"), "country", "us")
    kansas, springs = having(american, "subd", "kansas"), having(american, "city", "springs")
    await ann.left.expect_count(ALL)
    await bar_button(ann, "Filter").click()
    one = await add_condition(ann, "country")
    await one.get_by_role("textbox", name="Value").fill("us")
    await dialog.get_by_role("button", name="Add group").click()
    await ann.page.get_by_role("menuitem", name="subd", exact=True).click()
    group = dialog.get_by_role("group", name="Group 2")
    await expect(group.get_by_role("textbox", name="Value")).to_be_focused()
    await keys.type("kansas")
    await group.get_by_role("button", name="Add condition").click()
    await ann.page.get_by_role("menuitem", name="city", exact=True).click()
    await expect(group.get_by_role("textbox", name="Value").last).to_be_focused()
    await keys.type("springs")
    await expect_found(ann, len({each["icao"] for each in kansas + springs}))
    await choose(ann, group.get_by_role("combobox", name="Join conditions by"), "and")
    await expect(group.get_by_text("All of these")).to_be_visible()
    await expect_found(ann, len([each for each in kansas if each in springs]))

    await group.get_by_role("button", name="Remove condition 2.2").click()
    await expect_found(ann, len(kansas))
    await group.get_by_role("button", name="Add group").click()
    await ann.page.get_by_role("menuitem", name="name", exact=True).click()
    deepest = dialog.get_by_role("group", name="Group 2.2")
    await expect(deepest.get_by_role("button", name="Add condition")).to_be_visible()
    await expect(deepest.get_by_role("button", name="Add group")).to_have_count(0)
    await deepest.get_by_role("button", name="Remove condition 2.2.1").click()
    await expect(deepest).to_have_count(0)
    await group.get_by_role("button", name="Remove condition 2.1").click()
    await expect(group).to_have_count(0)
    await expect_found(ann, len(american))


async def test_another_field_keeps_what_fits_and_back_leads_to_the_view_before(
    open_window: Open, database: Database
) -> None:
    ann = await open_window()
    records = database.records("airports")
    await ann.left.expect_count(ALL)
    await bar_button(ann, "Filter").click()
    one = await add_condition(ann, "city")
    field, operator = (one.get_by_role("combobox", name=name) for name in ("Field", "Operator"))
    value = one.get_by_role("textbox", name="Value")
    await value.fill("london")
    await expect_found(ann, len(having(records, "city", "london")))
    await choose(ann, field, "name")
    await expect_found(ann, len(having(records, "name", "london")))
    await expect(value).to_have_value("london")
    await choose(ann, field, "lat")
    await expect(value).to_have_value("")
    await expect(operator).to_have_text("=")
    await expect_found(ann, len(records))

    await ann.page.keyboard.press("Escape")
    await bar_button(ann, "Filter").click()
    await choose(ann, field, "city")
    await value.fill("leoti")
    await expect_found(ann, len(having(records, "city", "leoti")))
    await ann.page.go_back()  # past all that was done since the panel was opened
    await expect_found(ann, len(records))
    await expect(operator).to_have_text("=")  # the panel follows
    await expect(value).to_have_value("")


async def test_a_pane_is_sorted_by_several_fields_in_the_order_that_is_set(
    open_window: Open, database: Database
) -> None:
    ann = await open_window()
    keys, sort, records = ann.page.keyboard, panel(ann, "Sort"), database.records("airports")
    await ann.left.expect_count(ALL)
    await bar_button(ann, "Sort").focus()
    await keys.press("Enter")
    await expect(sort.get_by_role("button", name="Add field")).to_be_focused()
    for place, field in enumerate(("country", "elevation"), 1):
        await sort.get_by_role("button", name="Add field").click()
        await ann.page.get_by_role("menuitem", name=field, exact=True).click()
        row = sort.get_by_role("group", name=f"{place}. {field}")
        await expect(row.get_by_role("combobox", name="Direction")).to_be_focused()
    placed = [each for each in records if "country" in each and "elevation" in each]
    first = min(each["country"] for each in placed)
    of_first = sorted(each["elevation"] for each in placed if each["country"] == first)
    await expect_top(ann, "country", [first] * 5)
    await expect_top(ann, "elevation", [f"{each:g}" for each in of_first[:5]])

    await sort.get_by_role("button", name="Move elevation up").focus()
    await keys.press("Enter")
    await expect(sort.get_by_role("button", name="Move elevation down")).to_be_focused()
    await expect(sort.get_by_role("status")).to_have_text("elevation is now 1 of 2")
    heights = sorted(each["elevation"] for each in records if "elevation" in each)
    await expect_top(ann, "elevation", [f"{each:g}" for each in heights[:5]])
    direction = sort.get_by_role("group", name="1. elevation").get_by_role("combobox", name="Direction")
    await choose(ann, direction, "descending, 9 to 1")
    await expect(direction).to_contain_text("9 → 1")
    await expect_top(ann, "elevation", [f"{each:g}" for each in heights[::-1][:5]])
    await expect_told(ann, "Sort", "Sort, 2 fields")
    await expect(header(ann, "elevation")).to_contain_text("sorted descending, 1 of 2")
    await expect(header(ann, "country")).to_contain_text("sorted ascending, 2 of 2")

    await sort.get_by_role("button", name="Remove elevation").click()
    await expect(sort.get_by_role("button", name="Remove country")).to_be_focused()
    await keys.press("Enter")
    await expect(sort.get_by_role("button", name="Add field")).to_be_focused()
    await expect_top(ann, "icao", [each["icao"] for each in records[:5]])
    await keys.press("Escape")
    await expect(bar_button(ann, "Sort")).to_be_focused()


async def test_fields_are_hidden_and_found_and_one_always_stays(open_window: Open) -> None:
    ann = await open_window()
    fields = panel(ann, "Fields")
    await ann.left.expect_count(ALL)
    await bar_button(ann, "Fields").click()
    await fields.get_by_role("checkbox", name="iata").uncheck()
    await expect(header(ann, "iata")).to_have_count(0)
    await expect(header(ann, "icao")).to_have_count(1)
    await fields.get_by_role("searchbox", name="Find a field").fill("TZ")
    await expect(fields.get_by_role("checkbox")).to_have_count(1)
    await fields.get_by_role("checkbox", name="tz").uncheck()
    await expect(header(ann, "tz")).to_have_count(0)
    await fields.get_by_role("searchbox", name="Find a field").press("Escape")  # the words, not the panel
    await expect(fields.get_by_role("checkbox")).to_have_count(11)
    await expect_told(ann, "Fields", "Fields, 2 hidden")
    await fields.get_by_role("button", name="Hide all").click()
    await expect_told(ann, "Fields", "Fields, 10 hidden")
    await expect(header(ann, "icao")).to_be_visible()
    await expect(fields.get_by_role("checkbox", name="icao")).to_be_disabled()
    await expect(fields.get_by_role("checkbox", name="city")).not_to_be_checked()
    await fields.get_by_role("button", name="Show all").click()
    await expect(header(ann, "iata")).to_be_visible()
    await ann.page.keyboard.press("Escape")
    await expect_told(ann, "Fields", "Fields")


async def test_a_header_offers_to_sort_to_filter_and_to_hide(open_window: Open, database: Database) -> None:
    ann = await open_window()
    keys, item = ann.page.keyboard, ann.page.get_by_role("menuitem")
    value = panel(ann, "Filter").get_by_role("textbox", name="Value")
    leoti = having(database.records("airports"), "city", "leoti")
    await ann.left.expect_count(ALL)
    await ann.left.button("Go to next page").click()
    await ann.left.expect_count("101–200 of 28,298")
    await open_menu(ann, "city")
    await expect(item.filter(has_text="Add to sort")).to_have_count(0)
    await item.filter(has_text="Sort descending").click()
    await ann.left.expect_count(ALL_PAGES)
    await expect(header(ann, "city")).to_have_attribute("aria-sort", "descending")
    await open_menu(ann, "name")
    await item.filter(has_text="Add to sort").click()
    await expect_told(ann, "Sort", "Sort, 2 fields")
    await open_menu(ann, "city")
    await item.filter(has_text="Remove from sort").click()
    await expect_told(ann, "Sort", "Sort, 1 field")
    await expect(header(ann, "name")).to_have_attribute("aria-sort", "ascending")

    await open_menu(ann, "city")
    await item.filter(has_text="Filter by this field").click()
    await expect(value).to_be_focused()
    await keys.type("leoti")
    await expect_found(ann, len(leoti))
    await keys.press("Escape")
    await expect(panel(ann, "Filter")).to_have_count(0)
    await open_menu(ann, "city")
    await item.filter(has_text="Filter by this field").click()
    await expect(value).to_be_focused()  # the condition that is there, not another one
    await expect(value).to_have_value("leoti")
    await keys.press("Escape")
    await expect(panel(ann, "Filter")).to_have_count(0)

    await open_menu(ann, "city")
    await item.filter(has_text="Hide field").click()
    await expect(header(ann, "city")).to_have_count(0)
    await expect_found(ann, len(leoti))


async def test_what_is_beside_the_number_of_records_stays_while_one_searches(open_window: Open) -> None:
    ann = await open_window(width=1440)
    await ann.left.expect_count(ALL)
    before = await bar_button(ann, "Filter").bounding_box()
    await ann.left.region.get_by_role("searchbox").fill("leoti kansas")
    await expect(left(ann).get_by_text(re.compile(r"^\d+ of 28,298$"))).to_be_visible()
    assert await bar_button(ann, "Filter").bounding_box() == before


async def test_choices_and_days_are_put_in_by_keyboard(open_window: Open) -> None:
    ann = await open_window("/?left=tasks&right=tasks")
    keys, option = ann.page.keyboard, ann.page.get_by_role("option")
    await ann.left.expect_count("0 records")
    await bar_button(ann, "Filter").click()
    tags = await add_condition(ann, "Tags")
    await expect(tags.get_by_role("combobox", name="Choices")).to_be_focused()
    for letters, name in (("ur", "urgent"), ("bu", "bug")):
        await keys.press("Control+A")
        await keys.type(letters)
        await expect(option).to_have_text([name])
        await keys.press("ArrowDown")
        await keys.press("Enter")
    await keys.press("Escape")  # the list; the panel stays
    await expect(option).to_have_count(0)
    chips = tags.locator(".MuiChip-label")
    await expect(chips).to_have_text(["bug", "urgent"])  # as they are described, not as they were chosen
    await keys.press("Control+A")
    await keys.press("Delete")
    await keys.press("Backspace")
    await expect(chips).to_have_text(["bug"])

    due = await add_condition(ann, "Due")
    await expect(due.get_by_label("Value")).to_be_focused()
    await keys.type("05202026")
    await expect(due.get_by_label("Value")).to_have_value("2026-05-20")
    await choose(ann, due.get_by_role("combobox", name="Operator"), "is within")
    await choose(ann, due.get_by_role("combobox", name="Value"), "the past … days")
    await expect(due.get_by_role("textbox", name="Days")).to_have_value("7")
    await expect_told(ann, "Filter", "Filter, 2 conditions")
    await due.get_by_role("textbox", name="Days").fill("x")
    await expect(due.get_by_text("“x” is not a number")).to_be_visible()
    await expect_told(ann, "Filter", "Filter, 1 condition")


async def test_panels_are_sheets_on_a_phone(open_window: Open) -> None:
    ann = await open_window(width=390, height=800)
    await ann.left.expect_count(ALL)
    for name in ("Filter", "Sort", "Fields"):
        await bar_button(ann, name).click()
        sheet = panel(ann, name)
        await expect(sheet.get_by_role("button", name="Close")).to_be_in_viewport()
        box = await sheet.bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 390)
        assert await sheet.evaluate("(sheet) => sheet.scrollWidth <= sheet.clientWidth")
        await sheet.get_by_role("button", name="Close").click()
        await expect(sheet).to_have_count(0)
        await expect(bar_button(ann, name)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_panels_have_no_grave_findings(open_window: Open, scheme: str) -> None:
    ann = await open_window("/?left=tasks&right=airports", color_scheme=scheme)
    page, dialog = ann.page, panel(ann, "Filter")
    await ann.right.expect_count(ALL)
    await bar_button(ann, "Filter").click()
    assert await grave_findings(page) == []
    for field in ("Title", "Hours", "Tags", "Due"):
        await add_condition(ann, field)
    hours = dialog.get_by_role("group", name="Condition 2")
    await hours.get_by_role("textbox", name="Value").fill("x")
    await expect(hours.get_by_text("write a decimal number")).to_be_visible()
    await dialog.get_by_role("button", name="Add group").click()
    await page.get_by_role("menuitem", name="Status", exact=True).click()
    await expect(dialog.get_by_role("group", name="Group 5")).to_be_visible()
    assert await grave_findings(page) == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await bar_button(ann, "Sort").click()
    for field in ("Due", "Title"):
        await panel(ann, "Sort").get_by_role("button", name="Add field").click()
        await page.get_by_role("menuitem", name=field, exact=True).click()
    await expect(panel(ann, "Sort").get_by_role("combobox", name="Direction").last).to_be_focused()
    assert await grave_findings(page) == []
    await page.keyboard.press("Escape")
    await expect(panel(ann, "Sort")).to_have_count(0)
    await bar_button(ann, "Fields").click()
    await expect(panel(ann, "Fields").get_by_role("checkbox", name="Title")).to_be_visible()
    assert await grave_findings(page) == []
    await page.keyboard.press("Escape")
    await expect(panel(ann, "Fields")).to_have_count(0)
    await bar_button(ann, "Density").click()
    await expect(page.get_by_role("menuitemradio", name="Compact", checked=True)).to_be_focused()
    assert await grave_findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_headers_and_their_menu_have_no_grave_findings(open_window: Open, scheme: str) -> None:
    ann = await open_window(color_scheme=scheme)
    await ann.left.expect_count(ALL)
    for column, choice in (("city", "Sort ascending"), ("name", "Add to sort")):
        await open_menu(ann, column)
        assert await grave_findings(ann.page) == []
        await ann.page.get_by_role("menuitem").filter(has_text=choice).click()
    await expect(header(ann, "name")).to_contain_text("sorted ascending, 2 of 2")
    assert await grave_findings(ann.page) == []
