"""A long time without the server: what nobody else has touched goes by itself; the rest is decided."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.people import AT, PEOPLE, all_there, people_in
from tests.browser.window import Window

pytestmark = pytest.mark.browser

HOUR = 3_600_000
FIRST = {"name": "Person 000", "city": "Town 000"}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return people_in(tmp_path, 100)


async def write_down(window: Window, column: str, letter: str, rows: int) -> None:
    """Into the first rows of a column, each with its number: Enter goes on to the row below."""
    keys = window.page.keyboard
    await keys.press("Control+Home")  # rows out of sight are not there
    await window.left.region.get_by_role("row").nth(1).get_by_role("gridcell", name=FIRST[column]).click()
    for row in range(rows):
        await keys.type(f"{letter}{row}")
        await keys.press("Enter")
    last = window.left.region.get_by_role("gridcell", name=f"{letter}{rows - 1}", exact=True)
    await expect(last).to_be_visible()


async def list_of(window: Window, count: int) -> Locator:
    await window.page.get_by_role("banner").get_by_role("button", name=f"{count} not saved").click()
    dialog = window.page.get_by_role("dialog", name="Not saved")
    await expect(dialog.get_by_role("tab", name=f"Changed by others ({count})")).to_be_visible()
    return dialog


def line(dialog: Locator, mine: str) -> Locator:
    return dialog.get_by_role("row").filter(has=dialog.page.get_by_role("cell", name=mine, exact=True))


async def test_r8_r10_an_hour_offline_with_200_edits_of_which_40_conflict(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(AT), await open_window(AT)
    await ann.left.expect_count("100 records")
    await ann.close_tab()
    await ann.context.clock.install()  # her time, from the next load on
    await ann.open_tab()
    await all_there(ann, ben, count=100)
    await ann.go_offline()

    async def at_home() -> None:
        await write_down(ann, "name", "n", 100)
        await write_down(ann, "city", "c", 100)

    async def meanwhile() -> None:
        await write_down(ben, "name", "N", 20)
        await write_down(ben, "city", "C", 20)
        await ben.expect_saved()

    await asyncio.gather(at_home(), meanwhile())
    await expect(ann.connection).to_contain_text(re.compile(r"200 unsent edits(now)?$"))
    await ann.page.clock.fast_forward(HOUR)
    await ann.context.set_offline(False)
    dialog = await list_of(ann, 40)
    sent = Counter(map(str, database.changes(PEOPLE, "update")))
    theirs = [{"name": f"N{row}"} for row in range(20)] + [{"city": f"C{row}"} for row in range(20)]
    free = [{"name": f"n{row}"} for row in range(20, 100)] + [{"city": f"c{row}"} for row in range(20, 100)]
    assert sent == Counter(map(str, theirs + free))  # each once

    await expect(dialog.get_by_role("row")).to_have_count(41)
    for row in range(20):
        for column, was in (("name", f"Person {row:03}"), ("city", f"Town {row:03}")):
            cells = line(dialog, f"{column[0]}{row}").get_by_role("cell")
            assert (await cells.all_inner_texts())[1:4] == [column, was, f"{column[0]}{row}"]
            await expect(cells.nth(4)).to_have_text(f"{column[0].upper()}{row}Guest, 1 hour ago")
    assert await grave_findings(ann.page) == []

    for row in range(5):
        await line(dialog, f"n{row}").get_by_role("checkbox").check()
    await dialog.get_by_role("button", name="Keep mine (5 selected)").click()
    await expect(dialog.get_by_role("row")).to_have_count(36)
    await ann.page.keyboard.press("Tab")
    await dialog.get_by_role("button", name="Take theirs (all 35)").press("Enter")
    question = ann.page.get_by_role("dialog", name="Take theirs: 35 edits?")
    await question.get_by_role("button", name="Take theirs").press("Enter")
    await expect(ann.page.get_by_role("dialog")).to_have_count(0)
    await expect(ann.page.get_by_role("button", name=re.compile("not saved"))).to_have_count(0)
    await ann.expect_saved()
    await ann.expect_not_reloaded()

    names = [f"n{row}" if row < 5 or row >= 20 else f"N{row}" for row in range(100)]
    cities = [f"c{row}" if row >= 20 else f"C{row}" for row in range(100)]
    stored = [(each["name"], each["city"]) for each in database.records(PEOPLE)]
    assert stored == list(zip(names, cities, strict=True))
    assert len(database.changes(PEOPLE, "update")) == 205
    for window in (ann, ben):
        await window.page.keyboard.press("Control+Home")
        for row in range(20):
            await window.left.expect_cell(names[row], "city", cities[row])
