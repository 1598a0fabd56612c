"""Texts that would run: wherever they are shown they stand there literally, and nothing happens.

That nothing was held back by the content-security-policy either is checked by `open_window`.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Dialog, Request, expect

from server.model import uuid7
from tests.browser.conftest import Open, run_command
from tests.browser.database import Database
from tests.browser.payloads import ELSEWHERE, LINKS, NO_LINKS, PAYLOADS
from tests.browser.window import Window
from tests.servers import ServerProcess
from tests.wire import Client, connected

pytestmark = pytest.mark.browser

AT = "/?left=payloads&panes=1"
SIZE = {"width": 2600, "height": 2400}  # all of it on screen
NUMBERS = [str(number) for number in range(len(PAYLOADS))]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A grid of a file whose header is made of payloads, and its title too."""
    source = tmp_path / "header.csv"
    with source.open("w", newline="") as out:
        csv.writer(out).writerows([PAYLOADS, PAYLOADS, PAYLOADS[::-1]])
    path = tmp_path / "payloads.db"
    run_command(path, "import", source, "--grid", "header", "--title", PAYLOADS[10])
    return Database(path)


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: Database) -> AsyncIterator[ServerProcess]:
    process = ServerProcess(f"sqlite:///{database.path}", GRIDS="tests.browser.payloads")
    await process.start()
    yield process
    await process.close()


@pytest_asyncio.fixture(loop_scope="session")
async def mallory(server: ServerProcess) -> AsyncIterator[Client]:
    """Whoever put it all there, under a name that is one, too."""
    async with connected(server.url, "mallory", name=PAYLOADS[10]) as client:
        added = await client.ok("mutate", {"grid": "payloads", "mutations": [*map(added_as, NUMBERS)]})
        assert {result["status"] for result in added["results"]} == {"applied"}
        yield client


def added_as(number: str) -> dict[str, Any]:
    payload = PAYLOADS[int(number)]
    fields = {
        **{"title": payload, "number": int(number), "words": payload, "notes": f"{payload}\n{payload}"},
        **{"choice": payload, "choices": [payload], "items": [payload], "whole": {"one": payload}},
        **{"mail": '"<script>hit()</script>"@example.org', "link": LINKS[int(number) % len(LINKS)]},
    }
    id = uuid7(counter=int(number))
    return {"type": "add_record", "mutation_id": uuid7(), "id": id, "fields": fields}


GO_TO = """address => {
  history.pushState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}"""


class Watch:
    """What must not happen in a window."""

    def __init__(self, host: str) -> None:
        self.happened: list[str] = []
        self._host = host

    async def over(self, context: BrowserContext) -> None:
        await context.expose_binding("hit", lambda *_: self.happened.append("a payload ran"))
        context.on("request", self._request)
        context.on("dialog", self._dialog)
        context.on("page", lambda page: self.happened.append(f"a window opened: {page.url}"))

    async def _dialog(self, dialog: Dialog) -> None:
        self.happened.append(f"a dialog: {dialog.message}")
        await dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._host, "blob:", "data:image/")):
            self.happened.append(f"a request to {request.url}")


Watched = Callable[[str], Awaitable[Window]]


@pytest_asyncio.fixture(loop_scope="session")
async def watched(open_window: Open) -> AsyncIterator[Watched]:
    """Opens a window on a page, watched from before its first script on."""
    watches: list[Watch] = []

    async def open(path: str) -> Window:
        ann = await open_window("/healthz", viewport=SIZE)
        watches.append(Watch(ann.url.removesuffix("/healthz")))
        await watches[-1].over(ann.context)
        ann.url = ann.url.removesuffix("/healthz") + path
        await ann.page.goto(ann.url)
        return ann

    yield open
    for watch in watches:
        assert watch.happened == []


async def texts(window: Window, column: str) -> list[str]:
    return [text.strip() for text in await window.left.texts(column)]


async def test_in_cells_of_every_type(watched: Watched, mallory: Client) -> None:
    ann = await watched(AT)
    await ann.left.expect_count("40 records")
    assert await texts(ann, "Title") == PAYLOADS
    assert await texts(ann, PAYLOADS[12]) == PAYLOADS  # a column of that name
    assert await texts(ann, "Choice") == PAYLOADS
    assert await texts(ann, "Choices") == PAYLOADS
    assert await texts(ann, "Items") == PAYLOADS
    for column in ("Notes", "Whole"):
        for text, payload in zip(await texts(ann, column), PAYLOADS, strict=True):
            assert payload in text, column
    assert await ann.page.title() == f"Grid {PAYLOADS[0]} · Tandem"
    for element in ("script[src*='evil']", "iframe", "object", "base", "svg[onload]", "img"):
        await expect(ann.page.locator(element)).to_have_count(0)
    for row in (0, 12, 33):  # tooltips, and what a pointer and a focus would set off
        cell = await ann.left.cell(NUMBERS[row], "Notes")
        await cell.hover()
        await cell.click()
        await ann.page.keyboard.press("Tab")


async def test_in_links(watched: Watched, mallory: Client, database: Database) -> None:
    """Those are stored past the server, which takes none of them."""
    for link in NO_LINKS:
        refused = await mallory.refused(
            "add_record",
            {"grid": "payloads", "mutation_id": uuid7(), "fields": {"title": "x", "link": link}},
        )
        assert refused["fields"].keys() == {"link"}
    with closing(sqlite3.connect(database.path)) as connection, connection:
        for number, link in enumerate(NO_LINKS):
            connection.execute(
                "UPDATE records SET data = json_set(data, '$.link', ?) WHERE grid = 'payloads'"
                " AND json_extract(data, '$.number') = ?",
                (link, number),
            )
    ann = await watched(AT)
    await ann.left.expect_count("40 records")
    shown = await texts(ann, "Link")
    assert shown[: len(NO_LINKS)] == [link.strip().replace("\t", " ") for link in NO_LINKS] or shown[
        : len(NO_LINKS)
    ] == [link.strip() for link in NO_LINKS]
    hrefs = await ann.page.locator("a[href]").evaluate_all("all => all.map((each) => each.href)")
    web, mail = [each for each in hrefs if not each.startswith("mailto:")], hrefs
    assert len(web) == len(PAYLOADS) - len(NO_LINKS)
    assert all(each.startswith("https://example.org/") for each in web)
    assert all(each.startswith(("https://example.org/", "mailto:")) for each in mail)
    rels = await ann.page.locator("a[target]").evaluate_all("all => all.map((each) => each.rel)")
    assert set(rels) == {"noreferrer"}
    for number in range(len(NO_LINKS)):
        await (await ann.left.cell(NUMBERS[number], "Link")).click()


async def test_in_names_history_and_the_panel_of_a_record(watched: Watched, mallory: Client) -> None:
    ann = await watched(AT)
    await ann.left.expect_count("40 records")
    page = ann.page
    await mallory.ok("join_grid", {"grid": "payloads", "limit": 1})
    record = (await mallory.ok("pull", {"grid": "payloads", "epoch": None, "since": 0}))["records"][0][0]
    cell = {"id": record, "field": "notes"}
    await mallory.ok("set_presence", {"grid": "payloads", "cell": cell, "editing": True})
    at = await ann.left.cell("0", "Notes")
    await expect(at).to_have_attribute("aria-description", f"{PAYLOADS[10]} is editing this")
    await at.hover()
    await page.get_by_role("button", name="You and 1 other", exact=True).click()
    await expect(page.get_by_role("dialog", name="People")).to_contain_text(PAYLOADS[10])
    await page.keyboard.press("Escape")

    await at.click(button="right")
    await page.get_by_role("menuitem", name="Open record").click()
    drawer = page.get_by_role("dialog", name=PAYLOADS[0])
    await expect(drawer.get_by_role("textbox", name=PAYLOADS[12])).to_have_value(PAYLOADS[0])
    await drawer.get_by_role("tab", name="History").click()
    await expect(drawer).to_contain_text(PAYLOADS[10])  # who
    await page.keyboard.press("Escape")
    await ann.left.button("History: what has been done, and deleted records").click()
    panel = page.get_by_role("dialog", name=f"History of Grid {PAYLOADS[0]}")
    for payload in PAYLOADS[-3:]:
        await expect(panel.get_by_text(payload).first).to_be_visible()
    await page.keyboard.press("Escape")

    await mallory.update("payloads", record, fields={"title": PAYLOADS[21]})  # and live
    await ann.left.expect_cell("0", "Title", PAYLOADS[21])


async def test_in_what_was_not_taken_and_what_is_said(watched: Watched, mallory: Client) -> None:
    ann = await watched(AT)
    await ann.left.expect_count("40 records")
    page = ann.page
    await ann.left.edit("1", PAYLOADS[12], f"refuse {PAYLOADS[11]}")  # the rule's message repeats it
    refused = ann.left.button("1 not saved")
    await expect(refused).to_be_visible()
    await refused.click()
    dialog = page.get_by_role("dialog", name="Not saved")
    await expect(dialog).to_contain_text(f"Not refuse {PAYLOADS[11]}")
    await dialog.get_by_role("button", name="Discard").first.click()
    await expect(dialog).to_have_count(0)

    record = (await mallory.ok("pull", {"grid": "payloads", "epoch": None, "since": 0}))["records"][2][0]
    await (await ann.left.cell("2", "Title")).dblclick()
    await mallory.update("payloads", record, fields={"title": PAYLOADS[22]})
    await expect(ann.left.region.get_by_role("status").filter(has_text=PAYLOADS[22])).to_have_count(1)
    await page.keyboard.press("Control+A")
    await page.keyboard.type(PAYLOADS[23])
    await page.keyboard.press("Enter")
    await refused.click()
    row = dialog.get_by_role("row").filter(has_text=PAYLOADS[23])
    await expect(row).to_contain_text(PAYLOADS[22])
    await expect(dialog).to_contain_text(PAYLOADS[10])  # by whom
    await dialog.get_by_role("button", name="Take theirs").first.click()
    await expect(dialog).to_have_count(0)

    await (await ann.left.cell("3", "Number")).click(button="right")
    await page.get_by_role("menuitem", name="Delete record").click()
    await ann.left.expect_count("39 records")
    await ann.left.button("Filter").click()
    await page.keyboard.press("Escape")
    await ann.left.button("Sort").click()
    await page.keyboard.press("Escape")


async def test_in_headers_titles_and_lists(watched: Watched, mallory: Client) -> None:
    ann = await watched("/?left=header&panes=1")
    await ann.page.set_viewport_size({"width": 16_000, "height": 600})
    await ann.left.expect_count("2 records")
    for payload in PAYLOADS:
        header = ann.left.region.get_by_role("columnheader").filter(has_text=payload)
        await expect(header.first).to_be_attached()
    cells = await ann.left.region.get_by_role("gridcell").all_inner_texts()
    assert [text for text in cells if text in PAYLOADS] == [*PAYLOADS, *PAYLOADS[::-1]]
    await ann.page.set_viewport_size({"width": 1_600, "height": 900})
    await ann.page.get_by_role("button", name="List of grids").click()
    listed = ann.page.get_by_role("navigation", name="Grids")
    await expect(listed).to_contain_text([f"Grid {PAYLOADS[0]}"])
    await expect(listed).to_contain_text([PAYLOADS[10]])
    await listed.get_by_role("button", name=re.compile("^Export Grid")).click()
    await ann.page.keyboard.press("Escape")


async def test_in_the_address_and_in_what_the_browser_keeps(
    watched: Watched, mallory: Client, server: ServerProcess
) -> None:
    ann = await watched(AT)
    await ann.left.expect_count("40 records")
    host = ann.url.partition("/?")[0]
    await ann.page.evaluate(
        """payload => {
          for (const key of ["tandem.name", "tandem.mode", "tandem.seen.payloads", "tandem.user"])
            localStorage.setItem(key, payload);
        }""",
        PAYLOADS[12],
    )
    for number, payload in enumerate(PAYLOADS):
        text = quote(payload, safe="")
        filtered = {"join": "and", "of": [{"field": "title", "op": "contains", "value": payload}]}
        parts = [
            *("left=payloads", f"left.q={text}", f"left.sort={text}", f"left.hide={text}", "panes=1"),
            *(f"left.width={text}:200", f"left.record={text}", f"left.density={text}", f"{text}={text}"),
            f"left.filter={quote(json.dumps(filtered))}",
        ]
        address = f"{host}/{text[:60].replace('.', '')}?{'&'.join(parts)}#{text}"
        if number % 8 == 0:
            await ann.page.goto(address)
        else:  # as by the button "back": quicker
            await ann.page.evaluate(GO_TO, address)
        await expect(ann.left.region.get_by_role("searchbox")).to_have_value(payload)
        found = ann.left.region.get_by_role("gridcell", name=payload, exact=True)
        await expect(found.first).to_be_visible()
    await ann.page.goto(f"{host}/?left={quote(PAYLOADS[12], safe='')}&panes=1")
    await expect(ann.page.get_by_text(PAYLOADS[12]).first).to_be_visible()  # there is no such grid
    kept = await ann.page.evaluate("caches.keys().then((names) => names.length)")
    assert kept == 0  # no service worker here
    assert ELSEWHERE not in ann.page.url.partition("?")[0]
