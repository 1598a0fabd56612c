"""The page of the API: what it shows is there, and a request by hand gets the real answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import GRIDS, Open
from tests.browser.database import Database
from tests.described import documents
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

DOCS = "/api/docs"


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: Database) -> AsyncIterator[ServerProcess]:
    process = ServerProcess(f"sqlite:///{database.path}", GRIDS=GRIDS, EDIT_KEY="Owner: pen")
    await process.start()
    yield process
    await process.close()


def operation(page: Page, id: str) -> Locator:
    return page.locator(f".opblock[id$='-{id}']")


async def execute(page: Page, id: str) -> tuple[str, Any]:
    """The status and the JSON that the page shows of a request's answer."""
    answer = operation(page, id).locator(".live-responses-table .response")
    await operation(page, id).get_by_role("button", name="Execute").click()
    body = answer.locator(".response-col_description pre").first
    await expect(body).to_contain_text("ok")
    status = await answer.locator(".response-col_status").inner_text()
    return status.split()[0], json.loads(await body.inner_text())


async def use_key(page: Page, key: str) -> None:
    await page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    await dialog.get_by_role("textbox").fill(key)
    await dialog.get_by_role("button", name="Apply credentials").click()
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(dialog).to_have_count(0)


async def test_a_request_by_hand_gets_the_real_answer(open_window: Open, database: Database) -> None:
    ann = await open_window(DOCS)
    await operation(ann.page, "list_grids").get_by_role("button").first.click()
    status, problem = await execute(ann.page, "list_grids")
    assert (status, problem["error"]["code"]) == ("401", "unauthorized")
    assert all("status of 401" in complaint for complaint in ann.complaints)
    ann.complaints.clear()
    await use_key(ann.page, "pen")
    await operation(ann.page, "list_grids").get_by_role("button", name="Clear").click()
    status, body = await execute(ann.page, "list_grids")
    assert status == "200"
    assert body == {
        "ok": True,
        "grids": [
            {"id": "airports", "title": "Airports", "revision": 28_298, "count": 28_298},
            {"id": "tasks", "title": "Tasks", "revision": 0, "count": 0},
        ],
    }


async def test_all_that_is_described_is_shown_on_every_screen(open_window: Open) -> None:
    ids = [each["operationId"] for path in documents()[1]["paths"].values() for each in path.values()]
    for options in ({"width": 1400}, {"width": 390, "height": 800}, {"color_scheme": "dark"}):
        ann = await open_window(DOCS, **options)
        for id in ids:
            await expect(operation(ann.page, id)).to_be_visible()
        scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert await ann.page.evaluate(scrolls) is False
        dark = await ann.page.evaluate("document.documentElement.classList.contains('dark-mode')")
        assert dark is ("color_scheme" in options)
