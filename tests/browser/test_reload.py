"""The next visit: what this device has kept shows before the server says a word, then what is new."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.database import Database
from tests.browser.window import Window
from tests.browser.wires import Gate, alter, refusing
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

ALL = "28,298 records"
AT = "/?left=airports&right=airports"

# Resolves with the head of the kept copy when it stands at that revision.
KEPT = """
async (revision) => {
  const heads = () => new Promise((resolve, reject) => {
    const opening = indexedDB.open("tandem");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = opening.result.transaction("copies").objectStore("copies").getAll();
      asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
    };
  });
  for (;;) {
    const found = (await heads()).find((head) => head.revision >= revision);
    if (found !== undefined) return found;
    await new Promise(requestAnimationFrame);
  }
}
"""


async def kept(window: Window, revision: int) -> None:
    head = await window.page.evaluate(KEPT, revision)
    assert head["revision"] == revision


async def test_the_next_visit_shows_what_was_kept_and_fetches_only_what_changed(
    open_window: Open, database: Database
) -> None:
    ann, ben = await open_window(AT), await open_window(AT)
    await ann.left.expect_count(ALL)
    await kept(ann, 28_298)
    await ann.close_tab()
    await ben.left.expect_count(ALL)
    await ben.left.edit("00AA", "name", "Changed meanwhile")
    await ben.left.edit("00AK", "name", "So was this")
    await ben.expect_saved()

    gate = Gate()
    await gate.stand_in(ann.context)
    await ann.open_tab()
    await ann.left.expect_count(ALL)
    await ann.left.expect_cell("00AA", "name", "Aero B Ranch Airport")
    await ann.right.expect_cell("00AL", "icao", "00AL")
    await expect(ann.connection).not_to_have_text("Live")
    assert gate.requests == []  # not a word from the server so far

    gate.open()
    await ann.left.expect_cell("00AA", "name", "Changed meanwhile")
    await ann.right.expect_cell("00AK", "name", "So was this")
    await ann.expect_saved()
    joins = gate.payloads("join_grid")
    assert [join["since"] for join in joins] == [28_298]
    assert gate.payloads("pull") == []
    assert gate.records == 2
    await kept(ann, 28_300)


async def test_without_a_network_the_page_that_is_loaded_again_shows_its_pending_edits_too(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    ann = await open_window()  # at an address that names no grid: which there are is kept too
    await ann.left.expect_count(ALL)
    await kept(ann, 28_298)
    await ann.left.edit("00AA", "name", "Written before")
    await ann.expect_saved()
    await kept(ann, 28_299)

    gate = Gate()  # the page itself comes, not a word on its socket
    await gate.stand_in(ann.context)
    await ann.page.reload()
    await ann.left.edit("00AK", "name", "Written without a network")
    await expect(ann.connection).to_contain_text("1 unsent edit")
    await ann.page.reload()
    for pane in (ann.left, ann.right):
        await pane.expect_cell("00AA", "name", "Written before")
        await pane.expect_cell("00AK", "name", "Written without a network")
    assert len(database.changes("airports", "update")) == 1

    gate.open()
    await ann.expect_saved()
    assert database.changes("airports", "update")[1:] == [{"name": "Written without a network"}]


async def test_what_was_kept_is_not_shown_to_whom_the_server_lets_in_no_more(open_window: Open) -> None:
    ann = await open_window(AT)
    await ann.left.expect_count(ALL)
    await kept(ann, 28_298)
    await alter(ann.context, refusing("This key was withdrawn."))
    await ann.page.reload()
    await expect(ann.page.get_by_role("alert").filter(has_text="This key was withdrawn.")).to_be_visible()
    await expect(ann.left.region.get_by_text(ALL, exact=True)).to_have_count(0)
    await expect(ann.left.row("00AA")).to_have_count(0)


async def test_another_key_is_another_reader(open_window: Open) -> None:
    ann = await open_window(AT)
    await ann.left.expect_count(ALL)
    await kept(ann, 28_298)
    gate = Gate()
    await gate.stand_in(ann.context)
    await ann.close_tab()
    ann.url += "#key=another"
    await ann.open_tab()
    gate.open()
    await ann.left.expect_count(ALL)
    assert ["since" in join for join in gate.payloads("join_grid")] == [False]
