"""What has been done, by whom and when: of a record, a cell, a grid; and how all of it can be had again."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from server.model import uuid7
from tests.browser.conftest import Open, run_command
from tests.browser.database import Database
from tests.browser.window import Window
from tests.servers import ServerProcess
from tests.wire import Client, connected

pytestmark = pytest.mark.browser

ALL = "28,298 records"
NAME, CITY = "Aero B Ranch Airport", "Leoti"
ONE = "/?left=airports&panes=1"
TASKS = "/?left=tasks&panes=1"


async def ready(*windows: Window) -> None:
    for window in windows:
        await window.left.expect_count(ALL)


async def call(window: Window, name: str) -> None:
    """The user says who they are."""
    await window.page.get_by_role("button", name="What is your name?").click()
    await window.page.get_by_role("textbox", name="Your name").fill(name)
    await window.page.keyboard.press("Enter")
    await expect(window.page.get_by_role("button", name="What is your name?")).to_have_count(0)


def entries(panel: Locator) -> Locator:
    return panel.get_by_role("list", name=re.compile("newest first$")).get_by_role("listitem")


async def open_history(window: Window, row: str, column: str = "name") -> Locator:
    """Of the record, by the menu of its row."""
    await (await window.left.cell(row, column)).click(button="right")
    await window.page.get_by_role("menuitem", name="History of this record").click()
    drawer = window.page.get_by_role("dialog", name=row)
    await expect(entries(drawer)).not_to_have_count(0)
    return drawer


async def open_panel(window: Window, title: str = "Airports") -> Locator:
    await window.left.region.get_by_role("button", name="History:").click()
    panel = window.page.get_by_role("dialog", name=f"History of {title}")
    await expect(panel.get_by_role("heading", name=f"History of {title}")).to_be_focused()
    return panel


def restore(scope: Locator, what: str) -> Locator:
    return scope.get_by_role("button", name=what, exact=True)


def alter(database: Database, statement: str, *values: Any) -> None:
    """Past the server: what would take it years, or another definition of the grid."""
    with closing(sqlite3.connect(database.path)) as connection, connection:
        assert connection.execute(statement, values).rowcount > 0


async def delete(client: Client, grid: str, id: str) -> None:
    await client.ok("delete_record", {"grid": grid, "mutation_id": uuid7(), "id": id})


async def airport_ids(client: Client, *icaos: str) -> list[str]:
    joined = await client.ok("join_grid", {"grid": "airports"})
    ids = {values["icao"]: id for id, _version, values in joined["page"]["records"]}
    return [ids[icao] for icao in icaos]


async def test_a_record_tells_who_changed_what_and_gives_a_value_or_a_version_back(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(ONE), await open_window(ONE)
    await ready(ann, ben)
    await call(ben, "Ben")
    await ann.left.edit("00AA", "name", "Ann's name")
    await ann.expect_saved()
    await ben.left.expect_cell("00AA", "name", "Ann's name")
    await ben.left.edit("00AA", "city", "Ben's city")
    await ben.left.edit("00AA", "name", "Ben's name")
    await ben.expect_saved()
    await ann.left.expect_cell("00AA", "name", "Ben's name")

    drawer = await open_history(ann, "00AA")
    await expect(entries(drawer)).to_have_count(4)
    newest, second, third, first = (entries(drawer).nth(at) for at in range(4))
    await expect(newest).to_contain_text(re.compile("Ben changed · (now|1 minute ago)"))
    await expect(newest).to_contain_text("Ann's name→ became Ben's name")
    await expect(newest.get_by_text("As it is now")).to_be_visible()
    await expect(newest.locator("time")).to_have_attribute(
        "title", re.compile(r"\d+/\d+/\d+, \d+:\d+:\d+ [AP]M")
    )
    await expect(second).to_contain_text(f"{CITY}→ became Ben's city")
    await expect(third).to_contain_text("Guest (you) changed")
    await expect(first).to_contain_text("Import of airports.csv added")
    await expect(drawer.get_by_text("Here the record begins.")).to_be_visible()

    await restore(second, f"Restore city: {CITY}").click()
    await expect(ann.left.region.get_by_role("group", name="city is restored")).to_be_visible()
    for window in (ann, ben):
        await window.left.expect_cell("00AA", "city", CITY)
    await expect(entries(drawer)).to_have_count(5)  # and the list tells it, too
    await expect(entries(drawer).first).to_contain_text("Guest (you) changed")
    await expect(restore(drawer, f"Restore city: {CITY}")).to_have_count(0)  # it is so now

    await restore(entries(drawer).last, "Restore this version").click()
    for window in (ann, ben):
        await window.left.expect_cell("00AA", "name", NAME)
    await expect(entries(drawer)).to_have_count(6)
    await expect(entries(drawer).last.get_by_text("As it is now")).to_be_visible()
    await ann.page.keyboard.press("Control+z")  # the focus is still in the drawer
    await ben.left.expect_cell("00AA", "name", "Ben's name")
    await ann.expect_saved()
    assert database.changes("airports", "update") == [
        {"name": "Ann's name"},
        {"city": "Ben's city"},
        {"name": "Ben's name"},
        {"city": CITY},
        {"name": NAME},
        {"name": "Ben's name"},
    ]


async def test_the_history_of_a_cell_by_key_of_one_field_only(open_window: Open, database: Database) -> None:
    ann = await open_window(ONE)
    await ready(ann)
    keys = ann.page.keyboard
    await ann.left.edit("00AA", "city", "Elsewhere")
    await ann.left.edit("00AA", "name", "Ann's name")
    await ann.expect_saved()
    await (await ann.left.cell("00AA", "city")).click()
    await keys.press("Control+Alt+H")
    drawer = ann.page.get_by_role("dialog", name="00AA")
    await expect(drawer.get_by_role("tab", name="History")).to_have_attribute("aria-selected", "true")
    await expect(entries(drawer)).to_have_count(2)
    await expect(entries(drawer).first).to_contain_text(f"city{CITY}→ became Elsewhere")
    await expect(entries(drawer).last).not_to_contain_text("elevation")
    await expect(drawer.get_by_role("button", name="Restore this version")).to_have_count(0)
    await restore(entries(drawer).last, f"Restore city: {CITY}").press("Enter")
    await expect(drawer.locator(":focus")).to_have_count(1)  # though the button has gone
    await ann.left.expect_cell("00AA", "city", CITY)
    await drawer.get_by_role("button", name="All fields of the record").press("Enter")
    await expect(entries(drawer)).to_have_count(4)
    await keys.press("Escape")
    await expect(drawer).to_have_count(0)
    await expect(await ann.left.cell("00AA", "city")).to_be_focused()
    await ann.expect_saved()
    assert database.changes("airports", "update")[-1] == {"city": CITY}

    await keys.press("Shift+F10")
    await ann.page.get_by_role("menuitem", name="History of city").press("Enter")
    await expect(entries(drawer)).to_have_count(3)
    await keys.press("Escape")
    await keys.press("Space")  # the record itself opens with its fields
    await expect(drawer.get_by_role("tab", name="Fields")).to_have_attribute("aria-selected", "true")


async def test_the_grids_history_is_live_filtered_and_leads_to_its_records(
    open_window: Open, server: ServerProcess
) -> None:
    ann = await open_window(ONE)
    await ready(ann)
    panel = await open_panel(ann)
    await expect(entries(panel)).to_have_count(50)
    await expect(entries(panel).first).to_contain_text("Import of airports.csv added")
    await panel.get_by_role("button", name="Show more").click()
    await expect(entries(panel)).to_have_count(100)
    async with connected(server.url, "ben") as ben, connected(server.url, "cleo") as cleo:
        first, second, third = await airport_ids(ben, "00AA", "00AK", "00AL")
        await ben.update("airports", first, fields={"city": "Ben's city"})
        await expect(entries(panel)).to_have_count(101)
        await expect(entries(panel).first).to_contain_text(re.compile("Ben changed.*00AA", re.S))
        await cleo.update("airports", second, fields={"name": "Cleo's name"})
        await cleo.update("airports", third, fields={"city": "Cleo's city"})
        await expect(entries(panel)).to_have_count(103)

        await panel.get_by_role("combobox", name="Person").click()
        await ann.page.get_by_role("option", name="Cleo").click()
        await expect(entries(panel)).to_have_count(2)
        await panel.get_by_role("combobox", name="Field").click()
        await ann.page.get_by_role("option", name="city").click()
        await expect(entries(panel)).to_have_count(1)
        await ben.update("airports", second, fields={"city": "Ben again"})  # of somebody else
        await cleo.update("airports", first, fields={"city": "Cleo again"})
        await expect(entries(panel)).to_have_count(2)
        await expect(entries(panel).first).to_contain_text("Ben's city→ became Cleo again")

    await entries(panel).last.get_by_role("button", name="00AL").click()
    await expect(await ann.left.cell("00AL", "city")).to_be_focused()
    await ann.left.region.get_by_role("searchbox").fill("00AK")
    await ann.left.expect_count("1 of 28,298")
    await entries(panel).first.get_by_role("button", name="00AA").click()
    drawer = ann.page.get_by_role("dialog", name="00AA")
    await expect(drawer.get_by_role("textbox", name="city")).to_have_value("Cleo again")
    await ann.page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    await panel.get_by_role("combobox", name="Field").focus()
    await ann.page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(ann.left.region.get_by_role("button", name="History:")).to_be_focused()


async def test_deleted_records_are_found_by_what_they_held_and_brought_back_many_at_once(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    before = database.records("airports")
    async with connected(server.url, "cleo") as cleo:  # before anybody has opened the grid
        ids = await airport_ids(cleo, "00AA", "00AK", "00AL")
        for id in ids:
            await delete(cleo, "airports", id)
        ann, ben = await open_window(ONE), await open_window(ONE)
        for window in (ann, ben):
            await window.left.expect_count("28,295 records")
        panel = await open_panel(ann)
        await panel.get_by_role("tab", name="Deleted records").click()
        await expect(entries(panel)).to_have_count(3)
        await expect(entries(panel).first).to_contain_text(re.compile("Cleo deleted.*Harvest", re.S))

        await panel.get_by_role("searchbox", name="Search deleted records").fill("LEOTI")
        await expect(entries(panel)).to_have_count(1)
        await restore(panel, "Restore 00AA").click()
        for window in (ann, ben):
            await window.left.expect_cell("00AA", "name", NAME)
        await expect(entries(panel).first).to_contain_text("Restored since")
        await ann.page.keyboard.press("Control+z")
        await ben.left.expect_count("28,295 records")
        await expect(restore(panel, "Restore 00AA")).to_be_visible()

        await panel.get_by_role("searchbox", name="Search deleted records").press("Escape")
        await expect(entries(panel)).to_have_count(3)
        await panel.get_by_role("checkbox", name="Choose all 3").check()
        await panel.get_by_role("checkbox", name="Choose 00AK").uncheck()
        await restore(panel, "Restore 2 records").click()
        await expect(ann.left.region.get_by_role("group", name="Restored 2 records")).to_be_visible()
        await ben.left.expect_count("28,297 records")
        await expect(entries(panel).filter(has_text="Restored since")).to_have_count(2)

        await ben.left.region.get_by_role(
            "button", name="History:"
        ).click()  # somebody else, by keyboard alone
        await ben.page.get_by_role("tab", name="Changes").focus()
        await ben.page.keyboard.press("ArrowRight")
        await ben.page.keyboard.press("Enter")
        await ben.page.get_by_role("button", name="Restore 00AK").press("Enter")
    for window in (ann, ben):
        await ready(window)
        await window.expect_saved()
    await expect(entries(panel).filter(has_text="Restored since")).to_have_count(3)
    assert database.records("airports") == before


async def test_deleted_records_of_long_ago_are_found_by_a_search_or_page_by_page(
    open_window: Open, server: ServerProcess
) -> None:
    async with connected(server.url, "cleo") as cleo:
        joined = await cleo.ok("join_grid", {"grid": "airports", "limit": 61})
        gone = [
            {"type": "delete_record", "mutation_id": uuid7(), "id": id}
            for id, _version, _values in joined["page"]["records"]
        ]
        await cleo.ok("mutate", {"grid": "airports", "mutations": gone})
    ann = await open_window(ONE)
    await ann.left.expect_count("28,237 records")
    panel = await open_panel(ann)
    await panel.get_by_role("tab", name="Deleted records").click()
    await expect(entries(panel)).to_have_count(50)
    await expect(entries(panel).filter(has_text=CITY)).to_have_count(0)
    await panel.get_by_role("searchbox", name="Search deleted records").fill(CITY)
    await expect(entries(panel)).to_have_count(1)
    await expect(restore(panel, "Restore 00AA")).to_be_visible()
    await panel.get_by_role("searchbox", name="Search deleted records").fill("nothing like it")
    await expect(panel.get_by_text("No deleted record has these words.")).to_be_visible()
    await panel.get_by_role("tab", name="Changes").click()
    await panel.get_by_role("tab", name="Deleted records").click()
    await panel.get_by_role("button", name="Show more").press("Enter")
    await expect(entries(panel)).to_have_count(61)
    await expect(panel.get_by_text("Nothing older of the kind is kept.")).to_be_focused()


async def test_a_record_that_is_gone_tells_its_history_and_comes_back_from_it(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    async with connected(server.url, "cleo") as cleo:
        await cleo.ok("join_grid", {"grid": "tasks"})
        task = await cleo.add("tasks", title="Paint the hangar", status="doing")
        await delete(cleo, "tasks", task)
    ann = await open_window(TASKS)
    panel = await open_panel(ann, "Tasks")
    await entries(panel).first.get_by_role("button", name="Paint the hangar").click()
    drawer = ann.page.get_by_role("dialog", name="Record without a title")
    await expect(entries(drawer)).to_have_count(2)
    await expect(entries(drawer).first).to_contain_text("Cleo deleted")
    await drawer.get_by_role("button", name="Restore record").click()
    await ann.left.expect_cell("Paint the hangar", "Status", "doing")
    drawer = ann.page.get_by_role("dialog", name="Paint the hangar")
    await expect(entries(drawer)).to_have_count(3)
    await expect(entries(drawer).first).to_contain_text("Guest (you) restored")
    await ann.expect_saved()
    assert database.record("tasks", title="Paint the hangar", status="doing") is not None


async def test_r8_a_value_is_not_restored_over_what_somebody_has_changed_meanwhile(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(ONE), await open_window(ONE)
    await ready(ann, ben)
    await ann.left.edit("00AA", "name", "Ann's name")
    await ann.expect_saved()
    await ben.left.expect_cell("00AA", "name", "Ann's name")
    drawer = await open_history(ann, "00AA")
    ann.away = True
    await ann.context.set_offline(True)
    await restore(entries(drawer).first, f"Restore name: {NAME}").click()
    await ann.left.expect_cell("00AA", "name", NAME)  # at once
    await expect(drawer.get_by_text("Your last change is not confirmed yet")).to_be_visible()
    await ben.left.edit("00AA", "name", "Ben's name")
    await ben.expect_saved()
    await ann.context.set_offline(False)

    await expect(ann.left.button("1 not saved")).to_be_visible()
    await ann.left.expect_cell("00AA", "name", "Ben's name")
    await expect(entries(drawer).first).to_contain_text("Ann's name→ became Ben's name")
    await drawer.get_by_role("button", name="Show the fields").click()
    told = drawer.get_by_role("group", name="name was not saved")
    await expect(told).to_contain_text(f"Yours: {NAME}")
    await expect(told).to_contain_text("Theirs: Ben's name")
    await told.get_by_role("button", name="Keep mine").click()
    await ben.left.expect_cell("00AA", "name", NAME)
    await ann.expect_saved()
    assert database.changes("airports", "update") == [
        {"name": "Ann's name"},
        {"name": "Ben's name"},
        {"name": NAME},
    ]


async def test_without_a_connection_it_says_so_and_comes_with_the_connection(open_window: Open) -> None:
    ann = await open_window(ONE)
    await ready(ann)
    drawer = await open_history(ann, "00AA")  # its part of the page has been loaded
    await ann.page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    ann.away = True
    await ann.context.set_offline(True)
    await expect(ann.connection).to_contain_text("Offline")
    await (await ann.left.cell("00AK", "name")).click()
    await ann.page.keyboard.press("Control+Alt+H")
    drawer = ann.page.get_by_role("dialog", name="00AK")
    await expect(drawer.get_by_text("There is no connection to the server.")).to_be_visible()
    await expect(entries(drawer)).to_have_count(0)
    await ann.context.set_offline(False)
    await expect(entries(drawer)).to_have_count(1)
    await expect(drawer.get_by_text("There is no connection to the server.")).to_have_count(0)


async def test_what_has_been_pruned_is_said_and_what_is_left_can_be_restored(
    open_window: Open, database: Database
) -> None:
    ann = await open_window(ONE)
    await ready(ann)
    await ann.left.edit("00AA", "city", "Elsewhere")
    await ann.expect_saved()
    alter(database, "UPDATE changes SET at = '2020-01-01T00:00:00.000Z' WHERE author = 'import'")
    run_command(database.path, "prune", "--before", "30")

    drawer = await open_history(ann, "00AA")
    pruned = "What happened before has been removed from the history on this server."
    await expect(entries(drawer)).to_have_count(1)
    await expect(drawer.get_by_text(pruned)).to_be_visible()
    await restore(drawer, f"Restore city: {CITY}").click()  # what the edit replaced is known from itself
    await ann.left.expect_cell("00AA", "city", CITY)
    await ann.page.keyboard.press("Escape")
    panel = await open_panel(ann)
    await expect(entries(panel)).to_have_count(2)
    await expect(panel.get_by_text(pruned)).to_be_visible()
    await panel.get_by_role("tab", name="Deleted records").click()
    await expect(panel.get_by_text("No record has been deleted, as far as is known.")).to_be_visible()
    await ann.page.keyboard.press("Escape")
    await (await ann.left.cell("00AK", "name")).click(button="right")
    await ann.page.get_by_role("menuitem", name="History of this record").click()
    gone = "What has happened here has been removed from the history on this server."
    await expect(ann.page.get_by_role("dialog", name="00AK").get_by_text(gone)).to_be_visible()


async def test_values_of_a_field_that_is_no_more_or_only_read_are_shown_and_stay(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    async with connected(server.url, "ben") as ben:
        await ben.ok("join_grid", {"grid": "tasks"})
        task = await ben.add("tasks", title="Paint the hangar", status="open", link="https://example.org/")
        await ben.update("tasks", task, fields={"link": "https://example.org/paint", "status": "done"})
        statement = "UPDATE changes SET fields = replace(fields, '\"link\"', '\"site\"'), previous = replace(previous, '\"link\"', '\"site\"') WHERE grid = 'tasks'"  # fmt: skip  # noqa: E501
        alter(database, statement)  # so was the field called then
        await ben.update("tasks", task, fields={"link": None, "status": "doing"})
    ann = await open_window(TASKS)
    await ann.left.expect_count("1 record")
    drawer = await open_history(ann, "Paint the hangar", "Title")
    second = entries(drawer).nth(1)
    await expect(second).to_contain_text("sitehttps://example.org/→ became https://example.org/paint")
    no_field = "There is no field “site” in this grid any more: this value cannot be restored."
    await expect(second.get_by_text(no_field)).to_have_count(1)
    await expect(second.get_by_role("button", name=re.compile("Restore site"))).to_have_count(0)
    await expect(entries(drawer).last).to_contain_text("Created")
    await expect(drawer.get_by_role("button", name=re.compile("Restore Created"))).to_have_count(0)
    await restore(second, "Restore this version").click()  # all that can be had again
    await ann.left.expect_cell("Paint the hangar", "Status", "done")
    await ann.expect_saved()
    assert database.changes("tasks", "update")[-1] == {"status": "done", "link": "https://example.org/paint"}


async def test_on_a_phone_the_history_takes_the_whole_screen(open_window: Open, database: Database) -> None:
    ann = await open_window(ONE, width=390, height=844)
    await ready(ann)
    await (await ann.left.cell("00AA", "icao")).click()
    drawer = ann.page.get_by_role("dialog", name="00AA")
    await drawer.get_by_role("textbox", name="name").fill("Ann's name")
    await drawer.get_by_role("tab", name="History").click()
    await expect(entries(drawer)).to_have_count(2)
    await restore(entries(drawer).first, f"Restore name: {NAME}").click()
    await expect(entries(drawer)).to_have_count(3)
    await drawer.get_by_role("button", name="Close").click()
    panel = await open_panel(ann)
    assert await panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    await entries(panel).first.get_by_role("button", name="00AA").click()
    await expect(drawer.get_by_role("textbox", name="name")).to_have_value(NAME)
    await drawer.get_by_role("button", name="Close").click()
    await panel.get_by_role("button", name="Close").click()
    await expect(panel).to_have_count(0)
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"name": "Ann's name"}, {"name": NAME}]
