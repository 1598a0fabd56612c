"""What becomes of edits when their tab is closed, loaded again, frozen, or has no disk."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.people import AT, PEOPLE, all_there, people_in
from tests.browser.window import Window
from tests.browser.wires import Gate

pytestmark = pytest.mark.browser

ROWS = tuple(f"Person {place:03}" for place in range(6))
NO_DISK = "indexedDB.open = () => { throw new DOMException('Refused by the user.', 'SecurityError'); };"

NO_ROOM = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...values) {
  if (this.name === "outbox") throw new DOMException("The disk is full.", "QuotaExceededError");
  return put.apply(this, values);
};
"""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return people_in(tmp_path, 6)


async def waiting(window: Window, edits: str) -> None:
    """So many are on disk, and none is just being stored."""
    await expect(window.connection).to_have_text(re.compile(f"{edits}(now)?$"))


async def test_r10_edits_of_a_tab_that_was_closed_are_sent_by_another_that_was_open_all_the_time(
    open_window: Open, database: Database
) -> None:
    ann = await open_window(AT)
    await all_there(ann)
    other = Window(ann.context, ann.url)  # of the same browser profile
    await other.open_tab()
    await all_there(other)
    other.away = True
    await ann.go_offline()
    await ann.left.edit("Person 000", "city", "Closed")
    await ann.left.edit("Person 001", "city", "Closed too")
    await waiting(ann, "2 unsent edits")
    await other.left.edit("Person 002", "city", "Open")
    await waiting(other, "1 unsent edit")
    await ann.close_tab()

    await ann.context.set_offline(False)
    await other.left.expect_cell("Person 000", "city", "Closed")
    await other.left.expect_cell("Person 001", "city", "Closed too")
    await other.expect_saved()
    await other.expect_not_reloaded()
    assert other.complaints == []
    stored = [each["city"] for each in database.changes(PEOPLE, "update")]
    assert sorted(stored) == ["Closed", "Closed too", "Open"]  # each once


async def test_r3_a_page_loaded_again_between_request_and_answer_sends_nothing_twice(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(AT), await open_window(AT)
    await all_there(ann, ben)
    gate = Gate()
    await gate.stand_in(ann.context)
    gate.open()
    await ann.page.reload()
    await ann.left.edit("Person 005", "city", "Joined")
    await ben.left.expect_cell("Person 005", "city", "Joined")
    await all_there(ann)
    gate.shut()
    for row in ROWS[:4]:
        await ann.left.edit(row, "city", f"New {row[-1]}")
    await ben.left.expect_cell("Person 000", "city", "New 0")  # it is stored, and she does not know
    await waiting(ann, "4 unsent edits")
    await ann.page.reload()
    for row in ROWS[:4]:
        await ann.left.expect_cell(row, "city", f"New {row[-1]}")
    await waiting(ann, "4 unsent edits")
    gate.open()
    await ann.expect_saved()
    await expect(ann.page.get_by_role("button", name=re.compile("not saved"))).to_have_count(0)
    stored = [each["city"] for each in database.changes(PEOPLE, "update")]
    assert stored == ["Joined", "New 0", "New 1", "New 2", "New 3"]


async def test_a_frozen_tab_catches_up_when_it_wakes_and_its_edits_go_once(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(AT), await open_window(AT)
    await all_there(ann, ben)
    await ann.go_offline()
    await ann.left.edit("Person 000", "city", "Before the sleep")
    await waiting(ann, "1 unsent edit")
    # Chromium freezes no page that can be seen, and without a screen each can: so its script is held.
    script = await ann.context.new_cdp_session(ann.page)
    held = asyncio.Event()
    script.on("Debugger.paused", lambda _event: held.set())
    await script.send("Debugger.enable")
    await script.send("Debugger.pause")
    await held.wait()
    await ann.context.set_offline(False)
    for row in ROWS[1:]:
        await ben.left.edit(row, "city", "While she slept")
    await ben.expect_saved()
    assert {"city": "Before the sleep"} not in database.changes(PEOPLE, "update")
    await script.send("Debugger.resume")
    await script.detach()
    for row in ROWS[1:]:
        await ann.left.expect_cell(row, "city", "While she slept")
    await ben.left.expect_cell("Person 000", "city", "Before the sleep")
    await ann.expect_saved()
    await ann.expect_not_reloaded()
    assert database.changes(PEOPLE, "update").count({"city": "Before the sleep"}) == 1
    assert len(database.changes(PEOPLE, "update")) == 6


async def test_a_browser_that_keeps_nothing_says_so_before_anything_is_edited(
    open_window: Open, database: Database
) -> None:
    ann = await open_window("/?left=tasks&panes=1")
    await ann.context.add_init_script(NO_DISK)
    ann.url = ann.url.replace("left=tasks", f"left={PEOPLE}")
    await ann.close_tab()
    await ann.open_tab()
    await all_there(ann)
    told = ann.left.region.get_by_role("alert")
    await expect(told).to_contain_text("This browser does not keep unsent edits: ")
    await ann.connection.get_by_role("button").first.click()
    about = ann.page.get_by_role("dialog", name="Connection")
    await expect(about).to_contain_text("unsent edits are lost when this tab is closed")
    await ann.page.keyboard.press("Escape")

    await ann.go_offline()
    await ann.left.edit("Person 000", "city", "Only here")
    await waiting(ann, "1 unsent edit")
    questions: list[str] = []

    async def answer(dialog: object) -> None:
        questions.append(dialog.type)  # type: ignore[attr-defined]
        await dialog.dismiss()  # type: ignore[attr-defined]

    ann.page.on("dialog", answer)
    await ann.page.close(run_before_unload=True)
    await ann.left.expect_cell("Person 000", "city", "Only here")  # she stays
    await ann.context.set_offline(False)
    await ann.expect_saved()
    assert questions == ["beforeunload"]
    assert all("the copy on this device is of no use" in complaint for complaint in ann.complaints)
    ann.complaints.clear()
    assert database.changes(PEOPLE, "update") == [{"city": "Only here"}]


async def test_a_disk_without_room_is_told_before_anything_is_edited(open_window: Open) -> None:
    ann = await open_window(AT)
    await all_there(ann)
    await ann.context.add_init_script(NO_ROOM)
    await ann.page.reload()
    await all_there(ann)
    told = ann.left.region.get_by_role("alert")
    await expect(told).to_contain_text("This browser does not keep unsent edits: ")
