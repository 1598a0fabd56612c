"""Links: what they are made of, what who opens one may do, and what remains to whom one was taken back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import GRIDS, Open
from tests.browser.database import Database
from tests.browser.people import AT, people_in
from tests.browser.window import Window
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

KEYED = {"EDIT_KEY": "Owner: pen", "VIEW_KEY": "Visitors: eye"}
OPEN = pytest.mark.parametrize("server", [{}], indirect=True)  # asks for no key
ANN = "Person 000"
NOT_EDITED = "Nothing was changed: your link may look at this grid, but not edit it."


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return people_in(tmp_path, 6)


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[ServerProcess]:
    keys = getattr(request, "param", KEYED)
    process = ServerProcess(f"sqlite:///{database.path}", GRIDS=GRIDS, **keys)
    await process.start()
    yield process
    await process.close()


async def enter(open_window: Open, key: str, **options: object) -> Window:
    window = await open_window(f"{AT}#key={key}", **options)
    await window.left.expect_count("6 records")
    return window


async def follow(open_window: Open, link: str, **options: object) -> Window:
    """The link in another browser; its server is called by another name there."""
    window = await open_window(link.partition("/?")[2].join(["/?", ""]), **options)
    await window.left.expect_count("6 records")
    return window


def shared(window: Window) -> Locator:
    return window.page.get_by_role("dialog", name="Share People")


def chip(window: Window) -> Locator:
    return window.left.region.get_by_text("View only", exact=True)


async def open_share(window: Window) -> Locator:
    await window.page.get_by_role("banner").get_by_role("button", name="Share People").click()
    await expect(shared(window)).to_be_visible()
    return shared(window)


async def make_link(window: Window, name: str, may: str) -> str:
    dialog = shared(window)
    await dialog.get_by_role("textbox", name="For whom is the link?").fill(name)
    await dialog.get_by_role("button", name=may).click()
    await dialog.get_by_role("button", name="Make link").click()
    link = dialog.get_by_role("textbox", name=f"Link for {name} · {may.lower()}")
    await expect(link).to_be_focused()
    return await link.input_value()


async def take_back(window: Window, name: str) -> None:
    dialog = shared(window)
    await dialog.get_by_role("button", name=f"Take back the link for {name}").click()
    await dialog.get_by_role("button", name=f"Take back now? The link for {name}").click()
    await expect(dialog.get_by_role("button", name=re.compile(f"link for {name}"))).to_have_count(0)


# ---- who may look only


async def test_a_viewer_cannot_edit_in_any_way_and_is_told_so(open_window: Open, database: Database) -> None:
    before = database.head("people")
    eve = await enter(open_window, "eye")
    keys, told = eve.page.keyboard, eve.left.region.get_by_role("alert")
    await expect(chip(eve)).to_be_visible()
    await chip(eve).hover()
    await expect(eve.page.get_by_role("tooltip")).to_contain_text("Ask whoever gave it to you")
    for name in ("Add record", "Nothing to undo", "Nothing to redo"):
        await expect(eve.left.button(name)).to_have_count(0)
    await expect(eve.left.region.get_by_role("checkbox")).to_have_count(0)

    cell = await eve.left.cell(ANN, "city")
    await eve.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await eve.page.evaluate("navigator.clipboard.writeText('pasted')")
    for key in ("x", "Enter", "F2", "Delete", "Backspace", "Control+V"):
        await cell.click()
        await expect(told).to_have_count(0)
        await keys.press(key)
        await expect(told).to_have_text(NOT_EDITED)
        await keys.press("Escape")
    await expect(told).to_have_count(0)
    await cell.dblclick()
    await expect(told).to_have_text(NOT_EDITED)
    await expect(eve.left.region.get_by_role("textbox")).to_have_count(0)
    await keys.press("Shift+Space")
    await expect(eve.left.region.get_by_role("group", name="1 record selected")).to_have_count(0)
    await keys.press("Control+Z")

    await cell.click(button="right")
    items = eve.page.get_by_role("menuitem")
    await expect(items).to_contain_text(["Open record", "History of this record", "History of city"])
    await expect(items).to_have_count(3)  # and nothing else
    await items.first.click()
    drawer = eve.page.get_by_role("dialog", name=ANN)
    await expect(drawer.get_by_role("textbox", name="city")).not_to_be_editable()
    for name in ("Duplicate record", "Delete record"):
        await expect(drawer.get_by_role("button", name=name)).to_have_count(0)
    await drawer.get_by_role("tab", name="History").click()
    await expect(drawer.get_by_text("Here the record begins.")).to_be_visible()
    await expect(drawer.get_by_role("button", name=re.compile("^Restore"))).to_have_count(0)
    await expect(drawer.get_by_text("As it is now")).to_have_count(0)  # said where one may go back
    await eve.page.goto(eve.page.url.partition("?")[0] + "?left=tasks&panes=1")
    await expect(eve.left.region.get_by_text("No records yet")).to_be_visible()
    await expect(eve.left.button("Add the first record")).to_have_count(0)
    await eve.expect_saved()
    assert database.head("people") == before


async def test_deleted_records_are_seen_by_a_viewer_and_brought_back_by_others(open_window: Open) -> None:
    owner, eve = await enter(open_window, "pen"), await enter(open_window, "eye")
    await expect(chip(eve)).to_be_visible()
    await eve.go_offline()
    await (await owner.left.cell(ANN, "city")).click(button="right")
    await owner.page.get_by_role("menuitem", name="Delete record").click()
    await owner.left.expect_count("5 records")
    await owner.expect_saved()
    await eve.context.set_offline(False)
    await eve.left.region.get_by_role("button", name=re.compile("^While you were away: ")).click()
    away = eve.page.get_by_role("dialog", name="While you were away")
    await expect(away.get_by_role("heading", name=ANN)).to_be_visible()
    await expect(away.get_by_role("button", name="Restore record")).to_have_count(0)
    await eve.page.keyboard.press("Escape")
    for window, buttons in ((owner, 1), (eve, 0)):
        await window.left.expect_count("5 records")
        await window.left.button("History: what has been done, and deleted records").click()
        panel = window.page.get_by_role("dialog", name="History of People")
        await panel.get_by_role("tab", name="Deleted records").click()
        await expect(panel.get_by_text(ANN).first).to_be_visible()
        await expect(panel.get_by_role("button", name=f"Restore {ANN}")).to_have_count(buttons)
        await panel.get_by_role("button", name=ANN, exact=True).click()
        record = window.page.get_by_role("dialog", name=ANN)
        gone = record.get_by_role("alert").filter(has_text="This record has been deleted.")
        await expect(gone).to_be_visible()
        await expect(gone.get_by_role("button", name="Restore")).to_have_count(buttons)


async def test_a_viewer_stays_one_without_a_network(open_window: Open) -> None:
    eve = await enter(open_window, "eye")
    await expect(chip(eve)).to_be_visible()
    await eve.context.route("**/api/access", lambda route: None)  # never answered
    await eve.page.reload()
    await eve.left.expect_count("6 records")
    await expect(chip(eve)).to_be_visible()


# ---- the key


async def test_the_key_leaves_the_address_and_is_kept_for_the_next_tab(open_window: Open) -> None:
    eve = await enter(open_window, "eye")
    assert "eye" not in eve.page.url
    assert "key" not in eve.page.url
    await eve.page.reload()
    await eve.left.expect_count("6 records")
    first = eve.page
    eve.url = eve.page.url
    await eve.open_tab()
    await eve.left.expect_count("6 records")
    await expect(chip(eve)).to_be_visible()

    await eve.page.evaluate("location.hash = 'key=pen'")  # another link, in this tab
    await expect(eve.left.button("Add record")).to_be_visible()
    assert "pen" not in eve.page.url
    await expect(chip(eve)).to_have_count(0)
    await eve.open_tab()
    await expect(eve.left.button("Add record")).to_be_visible()
    await first.reload()  # a tab that was opened with another one keeps that
    eve.page = first
    await expect(chip(eve)).to_be_visible()


async def test_a_browser_with_links_to_two_grids_opens_each_with_its_own(
    open_window: Open, server: ServerProcess
) -> None:
    """Whichever was opened last, and though the addresses have lost their keys: bookmarks, say."""
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer pen"}) as owner:
        keys = []
        for grid in ("people", "tasks"):
            made = {"name": "Eve", "role": "view"}
            async with owner.post(f"{server.url}/api/grids/{grid}/keys", json=made) as answer:
                keys.append((await answer.json())["key"]["token"])
    eve = await enter(open_window, keys[0])
    people = eve.page.url
    await eve.page.goto(f"{people.partition('?')[0]}?left=tasks&panes=1#key={keys[1]}")
    await eve.left.expect_count("0 records")
    await expect(chip(eve)).to_be_visible()

    eve.url = people
    await eve.open_tab()
    await eve.left.expect_count("6 records")
    await eve.page.goto(people.replace("left=people", "left=tasks"))
    await eve.left.expect_count("0 records")
    await eve.page.goto(people)
    await eve.left.expect_count("6 records")


# ---- sharing


async def test_links_are_made_and_do_what_they_say(open_window: Open, database: Database) -> None:
    owner = await enter(open_window, "pen")
    keys = owner.page.keyboard
    await owner.page.get_by_role("banner").get_by_role("button", name="Share People").press("Enter")
    dialog = shared(owner)
    await expect(dialog.get_by_text("Nobody has a link of this grid alone yet.")).to_be_visible()
    await expect(dialog.get_by_role("textbox", name="For whom is the link?")).to_be_focused()
    await keys.type("Ben")
    await keys.press("Enter")  # by keyboard: one that may look, as it stands there
    made = dialog.get_by_role("textbox", name="Link for Ben · can view")
    await expect(made).to_be_focused()
    view = await made.input_value()
    await expect(dialog.get_by_role("img", name="The link as a QR code")).to_be_visible()
    await owner.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await dialog.get_by_role("button", name="Copy link").click()
    await expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    assert await owner.page.evaluate("navigator.clipboard.readText()") == view
    edit = await make_link(owner, "Cleo", "Can edit")
    assert re.fullmatch(r"http://[^/]+/\?left=people&panes=1#key=[\w-]{22}", edit)
    assert edit != view
    await expect(dialog.get_by_role("listitem")).to_contain_text(["Can view · since", "Can edit · since"])

    ben, cleo = await follow(open_window, view), await follow(open_window, edit)
    await expect(chip(ben)).to_be_visible()
    await expect(ben.left.button("Add record")).to_have_count(0)
    await cleo.left.edit(ANN, "city", "Ulm")
    await ben.left.expect_cell(ANN, "city", "Ulm")
    await cleo.expect_saved()
    assert database.record("people", name=ANN, city="Ulm") is not None
    await cleo.page.get_by_role("button", name="List of grids").click()
    offered = cleo.page.get_by_role("navigation", name="Grids")
    await expect(offered.get_by_role("listitem")).to_have_count(1)

    await cleo.page.keyboard.press("Escape")
    hers = await open_share(cleo)  # who may not share has a link all the same
    await expect(hers.get_by_role("textbox", name="Your own link")).to_have_value(
        cleo.page.url.partition("/?")[0] + "/?" + edit.partition("/?")[2]
    )
    await expect(hers.get_by_text("Whoever has it may edit, as you may.")).to_be_visible()
    await expect(hers.get_by_role("button", name="Make link")).to_have_count(0)


async def test_one_press_takes_nothing_back(open_window: Open) -> None:
    owner = await enter(open_window, "pen")
    dialog = await open_share(owner)
    await make_link(owner, "Ben", "Can edit")
    first = dialog.get_by_role("button", name="Take back the link for Ben")
    await first.click()
    await owner.page.keyboard.press("Escape")
    await expect(first).to_be_visible()
    await first.dblclick()
    await expect(dialog.get_by_role("listitem")).to_have_count(1)
    await dialog.get_by_role("textbox", name="For whom is the link?").click()
    await expect(first).to_be_visible()
    await dialog.get_by_role("button", name="Close").click()
    await open_share(owner)
    await expect(dialog.get_by_role("listitem")).to_have_count(1)
    await take_back(owner, "Ben")
    await expect(dialog.get_by_role("listitem")).to_have_count(0)


async def test_to_whom_a_link_is_taken_back_that_is_told_and_what_was_not_sent_is_kept(
    open_window: Open, database: Database
) -> None:
    owner = await enter(open_window, "pen")
    dialog = await open_share(owner)
    cleo = await follow(open_window, await make_link(owner, "Cleo", "Can edit"))
    await cleo.go_offline()
    await cleo.left.edit(ANN, "city", "Ulm")
    await expect(cleo.connection).to_contain_text("1 unsent edit")
    await take_back(owner, "Cleo")
    await cleo.context.set_offline(False)
    told = cleo.page.get_by_role("alert").filter(has_text="Your link was taken back.")
    await expect(told).to_contain_text("Your 1 unsent edit is kept on this device: copy it")
    await cleo.left.expect_cell(ANN, "city", "Ulm")
    await cleo.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await told.get_by_role("button", name="Copy 1 edit").click()
    await expect(told.get_by_role("button", name="Copy 1 edit")).to_have_text("Copied")
    assert '"city":"Ulm"' in await cleo.page.evaluate("navigator.clipboard.readText()")

    await cleo.page.reload()
    await expect(told).to_contain_text("Your 1 unsent edit is kept on this device")
    assert database.record("people", name=ANN, city="Ulm") is None
    cleo.url = cleo.page.url + "#" + (await make_link(owner, "Cleo", "Can edit")).partition("#")[2]
    await cleo.page.close()
    await cleo.open_tab()
    await cleo.left.expect_cell(ANN, "city", "Ulm")
    await cleo.expect_saved()
    assert database.record("people", name=ANN, city="Ulm") is not None
    await expect(dialog.get_by_role("listitem")).to_have_count(1)


async def test_a_link_is_taken_back_from_an_open_page(open_window: Open) -> None:
    owner = await enter(open_window, "pen")
    await open_share(owner)
    ben = await follow(open_window, await make_link(owner, "Ben", "Can view"))
    await take_back(owner, "Ben")
    told = ben.page.get_by_role("alert").filter(has_text="Your link was taken back.")
    await expect(told).to_be_visible()
    await expect(told).not_to_contain_text("unsent")
    await ben.expect_not_reloaded()
    await ben.page.reload()
    await expect(told).to_be_visible()
    await expect(ben.left.region).to_contain_text("No records here")
    await expect(ben.left.region).not_to_contain_text("Waiting for the server")


async def test_a_key_that_may_only_look_from_now_on(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    owner = await enter(open_window, "pen")
    await owner.left.row("Person 001").get_by_role("checkbox").check()
    chosen = owner.left.region.get_by_role("group", name="1 record selected")
    await expect(chosen).to_be_visible()
    owner.away = True
    await server.stop()
    await owner.left.edit(ANN, "city", "Ulm")
    await expect(owner.connection).to_contain_text("1 unsent edit")
    await server.start(EDIT_KEY="Other: other", VIEW_KEY="Owner: pen")
    await expect(chip(owner)).to_be_visible()
    told = owner.page.get_by_role("alert").filter(has_text="may only look at this grid now.")
    await expect(told).to_contain_text("Your 1 unsent edit is kept on this device")
    await expect(chosen).to_have_count(0)
    await owner.page.keyboard.press("Control+Z")
    await expect(owner.page.get_by_role("status").filter(has_text=NOT_EDITED)).to_be_attached()
    await owner.left.expect_cell(ANN, "city", "Ulm")
    await owner.expect_not_reloaded()
    assert database.record("people", name=ANN, city="Ulm") is None


@OPEN
async def test_without_keys_the_link_is_plain_and_says_who_may_edit(open_window: Open) -> None:
    ann = await open_window(AT)
    await ann.left.expect_count("6 records")
    await ann.expect_saved()
    dialog = await open_share(ann)
    await expect(dialog.get_by_role("textbox", name="Link to this grid")).to_have_value(ann.page.url)
    await expect(dialog.get_by_text("everybody who reaches it can open this link and edit")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Make link")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 1200), ("dark", 390)])
async def test_everybody_can_read_it(open_window: Open, scheme: str, width: int, tmp_path: Path) -> None:
    height = 844 if width < 700 else 1000
    owner = await enter(open_window, "pen", width=width, height=height, color_scheme=scheme)
    await open_share(owner)
    await make_link(owner, "The office in Ulm", "Can edit")
    assert await grave_findings(owner.page) == []
    await owner.page.screenshot(path=tmp_path / "share.png")
    eve = await enter(open_window, "eye", width=width, height=height, color_scheme=scheme)
    await expect(chip(eve)).to_be_visible()
    assert await grave_findings(eve.page) == []
    assert await eve.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await eve.page.screenshot(path=tmp_path / "view.png")
