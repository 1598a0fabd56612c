"""Takes the pictures of the documents, docs/images/*.png, from the real page on records made for them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.chromium import ARGUMENTS, chromium_path
from tests.servers import ROOT, ServerProcess
from tests.wire import Client, connected

IMAGES = ROOT / "docs" / "images"
GRIDS = "server.samples.tasks"
KEY = "orange-tulip"
ALL_HERE = re.compile(r"^(28,298 records|[\d,]+ of 28,298)$")
TWO = "/?left=airports&left.sort=city,-name&right=airports&right.q=lake"

TASKS: tuple[dict[str, Any], ...] = (
    {"title": "Paint the hangar doors", "status": "doing", "priority": 2, "due": "2026-12-04"},
    {"title": "Renew the fuel licence", "status": "open", "priority": 1, "due": "2026-11-30"},
    {"title": "Count the spare parts", "status": "done", "priority": 3, "hours": "6.50", "billable": True},
    {"title": "Try the night lights", "status": "open", "tags": ["idea"], "progress": 20},
    {"title": "Mow the east strip", "status": "done", "priority": 4, "hours": "3.00", "billable": False},
    {"title": "Answer the noise survey", "status": "doing", "due": "2026-12-11", "tags": ["legal", "idea"]},
    {"title": "Fix the windsock", "status": "open", "priority": 1, "assignee": "ada@example.org"},
    {"title": "Invite the flying club", "status": "open", "priority": 3, "steps": ["Write", "Print", "Send"]},
)  # fmt: skip


async def add_tasks(client: Client) -> None:
    await client.ok("join_grid", {"grid": "tasks"})
    for task in TASKS:
        await client.add("tasks", **task)


async def stand_at(client: Client, icao: str, field: str, editing: bool = False) -> None:
    """Somebody at that airport, among those that come first."""
    joined = await client.ok("join_grid", {"grid": "airports"})
    ids = {values["icao"]: id for id, _version, values in joined["page"]["records"]}
    await client.ok(
        "set_presence",
        {"grid": "airports", "cell": {"id": ids[icao], "field": field}, "editing": editing},
    )


async def go(page: Page, url: str, path: str) -> None:
    await page.goto(f"{url}{path}#key={KEY}")


async def wide(page: Page, url: str) -> None:
    await go(page, url, TWO)
    await page.get_by_text(ALL_HERE).nth(1).wait_for()


async def phone(page: Page, url: str) -> None:
    await go(page, url, "/?left=tasks&right=airports")
    await page.get_by_role("gridcell", name="Fix the windsock").wait_for()


async def record(page: Page, url: str) -> None:
    await go(page, url, "/?left=tasks&panes=1")
    await page.get_by_role("gridcell", name="Invite the flying club").click()
    await page.keyboard.press("Space")
    await page.get_by_role("textbox", name="Title").wait_for()


async def filtering(page: Page, url: str) -> None:
    conditions = [
        {"field": "country", "op": "is", "value": "US"},
        {"field": "elevation", "op": "at_least", "value": 5000},
    ]
    asked = quote(json.dumps({"join": "and", "of": conditions}))
    await go(page, url, f"/?left=airports&panes=1&left.sort=-elevation&left.filter={asked}")
    await page.get_by_text(ALL_HERE).wait_for()
    await page.get_by_role("button", name="Filter").first.click()


async def sharing(page: Page, url: str) -> None:
    await go(page, url, "/?left=tasks&panes=1")
    await page.get_by_role("gridcell", name="Fix the windsock").wait_for()
    await page.get_by_role("button", name="Share").click()
    await page.get_by_label("For whom is the link?").fill("The flying club")
    await page.get_by_role("button", name="Make link").click()
    await page.get_by_role("img", name="The link as a QR code").wait_for()


PICTURES: dict[str, tuple[Callable[[Page, str], Awaitable[None]], dict[str, Any]]] = {
    "tandem": (wide, {}),
    "dark": (wide, {"color_scheme": "dark"}),
    "phone": (phone, {"viewport": {"width": 390, "height": 844}}),
    "record": (record, {}),
    "filter": (filtering, {}),
    "share": (sharing, {"viewport": {"width": 1100, "height": 760}}),
}


async def take(browser: Browser, url: str, name: str) -> None:
    show, options = PICTURES[name]
    viewport = {"width": 1440, "height": 900}
    context = await browser.new_context(**{"viewport": viewport, "locale": "en-US", **options})
    await context.add_init_script("localStorage.setItem('tandem.name', 'Grace Hopper')")
    page = await context.new_page()
    await show(page, url)
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
    await context.close()
    print(f"docs/images/{name}.png")


async def main() -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = f"sqlite:///{folder}/tandem.db"
        environment = {**os.environ, "DATABASE_URL": database, "GRIDS": GRIDS}
        source = ROOT / "server" / "samples" / "airports.csv"
        command = ["-m", "server", "import", str(source), "--grid", "airports", "--title", "Airports"]
        importing = await asyncio.create_subprocess_exec(
            ".venv/bin/python", *command, env=environment, cwd=ROOT
        )
        assert await importing.wait() == 0
        server = ServerProcess(database, GRIDS=GRIDS, EDIT_KEY=KEY)
        await server.start()
        stack.push_async_callback(server.close)
        ada = await stack.enter_async_context(connected(server.url, "ada", name="Ada Lovelace", token=KEY))
        ben = await stack.enter_async_context(connected(server.url, "ben", name="Ben Nevis", token=KEY))
        await add_tasks(ada)
        await stand_at(ada, "03FA", "name", editing=True)
        await stand_at(ben, "0AK1", "city")
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for name in PICTURES:
            await take(browser, server.url, name)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
