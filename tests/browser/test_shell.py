"""The page around the grids: panes, list of grids, appearance, language, connection, defects, shortcuts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import GRIDS, PAGE, Open, run_command
from tests.browser.database import Database
from tests.browser.window import Window, fetched
from tests.browser.wires import alter, refusing
from tests.servers import ServerProcess

pytestmark = pytest.mark.browser

ALL = "28,298 records"
BOTH = "/?left=airports&right=tasks"
SENTENCE = "This key was withdrawn by the owner of the workshop’s inventory last Friday. " * 4


@pytest_asyncio.fixture(loop_scope="session")
async def bare(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server without any grid."""
    process = ServerProcess(f"sqlite:///{tmp_path / 'bare.db'}", GRIDS="")
    await process.start()
    yield process
    await process.close()


def divider(ann: Window) -> Locator:
    return ann.page.get_by_role("separator", name="Width of the left pane")


def drawer(ann: Window) -> Locator:
    return ann.page.get_by_role("dialog", name="Grids")


def top(ann: Window, name: str) -> Locator:
    return ann.page.get_by_role("banner").get_by_role("button", name=name, exact=True)


async def width(locator: Locator) -> float:
    box = await locator.bounding_box()
    assert box is not None
    return box["width"]


async def fits(page: Page) -> bool:
    return bool(
        await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    )


# ---- panes


async def test_one_pane_or_two_and_back_undoes_it(open_window: Open) -> None:
    ann = await open_window("/?left=tasks&panes=1&utm=a%20b#x=k")
    await ann.left.expect_count("0 records")
    await expect(divider(ann)).to_have_count(0)
    await top(ann, "Two grids side by side").click()
    await ann.right.expect_count("0 records")  # a copy of the first's grid
    await expect(top(ann, "Two grids side by side")).to_have_attribute("aria-pressed", "true")
    assert ann.page.url.endswith("/?left=tasks&right=tasks&utm=a%20b#x=k")
    await ann.page.get_by_role("combobox", name="Grid on the right").click()
    await ann.page.get_by_role("option", name="Airports").click()
    await ann.right.expect_count(ALL)
    await expect(ann.page).to_have_title("Tasks · Airports · Tandem")
    await top(ann, "Two grids side by side").click()  # the one that was worked in stays
    await ann.left.expect_count(ALL)
    await expect(ann.right.region).to_have_count(0)
    await expect(ann.page).to_have_title("Airports · Tandem")
    await ann.page.go_back()
    await ann.left.expect_count("0 records")
    await ann.right.expect_count(ALL)


async def test_the_divider_is_dragged_and_stays_where_it_was_put(open_window: Open) -> None:
    ann = await open_window(BOTH, width=1440, height=800)
    await ann.left.expect_count(ALL)
    left, right = ann.left.region, ann.right.region
    assert await width(left) == await width(right)
    box = await divider(ann).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 100
    await ann.page.mouse.move(x, y)
    await ann.page.mouse.down()
    await ann.page.mouse.move(x + 100, y)
    await ann.page.mouse.move(x + 200, y)
    await ann.page.mouse.up()
    await expect(divider(ann)).to_have_attribute("aria-valuenow", "64")
    assert await width(left) - await width(right) == pytest.approx(400, abs=3)
    await expect(ann.page).to_have_url(re.compile(r"split=64\.2$"))
    await ann.page.mouse.move(x, y, steps=40)  # let go: it does not follow any more
    await expect(divider(ann)).to_have_attribute("aria-valuenow", "64")

    await ann.page.reload()
    await ann.left.expect_count(ALL)
    assert await width(left) - await width(right) == pytest.approx(400, abs=3)
    await divider(ann).dblclick()
    await expect(divider(ann)).to_have_attribute("aria-valuenow", "50")
    assert await width(left) == await width(right)


async def test_the_divider_by_keys_leaves_each_pane_its_least_width(open_window: Open) -> None:
    ann = await open_window(BOTH, width=1000, height=800)
    await ann.left.expect_count(ALL)
    await divider(ann).focus()
    keys = ann.page.keyboard
    await keys.press("End")
    await expect(divider(ann)).to_have_attribute("aria-valuenow", "71")
    assert await width(ann.right.region) == pytest.approx(280, abs=1)
    await keys.press("Home")
    await expect(divider(ann)).to_have_attribute("aria-valuenow", "29")
    assert await width(ann.left.region) == pytest.approx(280, abs=1)
    await keys.press("ArrowLeft")
    await expect(divider(ann)).to_have_attribute("aria-valuenow", "29")
    await keys.press("ArrowRight")
    await expect(divider(ann)).to_have_attribute("aria-valuenow", "31")
    await ann.page.set_viewport_size({"width": 710, "height": 800})
    assert await width(ann.left.region) >= 279
    assert await width(ann.right.region) >= 279
    assert await fits(ann.page)


async def test_rubbish_in_the_address_is_not_there(open_window: Open) -> None:
    ann = await open_window(
        "/?left=airports&right=tasks&left.page=x&left.filter=%7B&split=999&panes=7&left.sort=%FF"
    )
    await ann.left.expect_count(ALL)
    await ann.right.expect_count("0 records")
    await expect(divider(ann)).to_have_attribute("aria-valuenow", "50")


# ---- the list of grids


async def test_the_list_of_grids_by_keyboard(open_window: Open, database: Database, tmp_path: Path) -> None:
    ann = await open_window("/?left=airports&panes=1")
    await ann.left.expect_count(ALL)
    (tmp_path / "sizes.csv").write_text("name,size\nOne,1\nTwo,2\n")
    await asyncio.to_thread(run_command, database.path, "import", tmp_path / "sizes.csv", "--title", "Sizes")
    keys = ann.page.keyboard
    await top(ann, "List of grids").focus()
    await keys.press("Enter")
    listed = drawer(ann).get_by_role("listitem")
    await expect(listed).to_contain_text([r"Airports28,298 recordsOpen", "Sizes2 records", "Tasks0 records"])
    await expect(drawer(ann).locator("[aria-current]")).to_have_text("Airports28,298 recordsOpen")
    await keys.press("Escape")
    await expect(drawer(ann)).to_have_count(0)
    await expect(top(ann, "List of grids")).to_be_focused()

    await keys.press("Enter")
    await expect(drawer(ann).get_by_role("button", name="Left")).to_have_attribute("aria-pressed", "true")
    await drawer(ann).get_by_role("button", name="Right").focus()
    await keys.press("Space")
    await drawer(ann).get_by_role("button", name=re.compile("^Sizes")).focus()
    await keys.press("Enter")
    await ann.right.expect_count("2 records")
    await ann.left.expect_count(ALL)
    await expect(ann.page).to_have_title("Airports · Sizes · Tandem")
    assert ann.page.url.endswith("/?left=airports&right=sizes")


async def test_a_grid_that_is_not_there_is_told_with_a_way_out(open_window: Open) -> None:
    ann = await open_window("/?left=airports&right=nowhere")
    told = ann.right.region.get_by_role("alert")
    await expect(told).to_contain_text("No such grid")
    await expect(told).to_contain_text("nowhere")
    await ann.right.button("Choose another grid").click()
    await expect(drawer(ann).get_by_role("button", name="Right", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    await drawer(ann).get_by_role("button", name=re.compile("^Tasks")).click()
    await ann.right.expect_count("0 records")
    await expect(ann.right.region.get_by_role("alert")).to_have_count(0)


async def test_a_server_without_grids_says_how_to_make_one(
    open_window: Open, bare: ServerProcess, tmp_path: Path
) -> None:
    ann = await open_window(permissions=["clipboard-read", "clipboard-write"])
    await ann.page.goto(bare.url)
    await expect(ann.page.get_by_role("heading", name="There is no grid here yet")).to_be_visible()
    await expect(ann.page.get_by_text("class Meta")).to_be_visible()
    await ann.page.get_by_role("button", name="Copy").first.click()
    await expect(ann.page.get_by_role("button", name="Copied")).to_be_visible()
    command = await ann.page.evaluate("navigator.clipboard.readText()")
    assert command == ".venv/bin/python -m server import people.csv --grid people --title People"
    assert await grave_findings(ann.page) == []
    await ann.page.set_viewport_size({"width": 390, "height": 800})
    assert await fits(ann.page)

    (tmp_path / "people.csv").write_text("name\nAda\n")
    people = tmp_path / "people.csv"
    await asyncio.to_thread(run_command, tmp_path / "bare.db", "import", people, "--title", "People")
    await ann.page.get_by_role("button", name="Look again").click()
    await expect(ann.page.get_by_role("gridcell", name="Ada")).to_be_visible()
    ann.away = True  # the server goes before the page, which may still fetch its parts


@pytest_asyncio.fixture(loop_scope="session")
async def careful(database: Database) -> AsyncIterator[ServerProcess]:
    """Lets browsers open small grids only."""
    process = ServerProcess(f"sqlite:///{database.path}", GRIDS=GRIDS, MAX_IN_BROWSER="1000")
    await process.start()
    yield process
    await process.close()


async def test_a_grid_too_large_for_the_browser_can_be_taken_as_a_file(
    open_window: Open, careful: ServerProcess, tmp_path: Path
) -> None:
    ann = await open_window()
    await ann.page.goto(careful.url + BOTH)
    told = ann.left.region.get_by_text("It has 28,298 records; a browser opens up to 1,000 here.")
    await expect(told).to_be_visible()
    await expect(ann.left.region.get_by_role("progressbar")).to_have_count(0)
    await ann.right.expect_count("0 records")
    assert await grave_findings(ann.page) == []
    async with ann.page.expect_download() as download:
        await ann.left.button("Export as CSV").click()
        await ann.page.get_by_role("menuitem", name="To import again").click()
    file = await download.value
    assert file.suggested_filename == "airports.csv"
    await file.save_as(tmp_path / "airports.csv")
    assert (tmp_path / "airports.csv").read_text().count("\n") == 28_299

    ann.away = True  # Chromium tells of the answer that does not come
    await careful.kill()
    await ann.left.button("Export as CSV").click()
    await ann.page.get_by_role("menuitem", name="For a spreadsheet").click()
    await expect(ann.left.region.get_by_role("alert")).to_contain_text("The export failed: The server cannot")


async def test_any_grid_can_be_taken_as_a_file_from_the_list(
    open_window: Open, server: ServerProcess
) -> None:
    ann = await open_window("/?left=tasks&panes=1")
    await ann.page.get_by_role("button", name="List of grids").click()
    export = ann.page.get_by_role("button", name="Export Airports as CSV")
    safe = ann.page.get_by_role("menuitem", name="For a spreadsheet")
    await export.click()
    assert await grave_findings(ann.page) == []
    async with ann.page.expect_download() as download:
        await safe.click()
    file = await download.value
    assert file.suggested_filename == "airports.safe.csv"
    assert (await file.path()).read_text().count("\n") == 28_299
    assert await grave_findings(ann.page) == []
    ann.away = True  # Chromium tells of the answer that does not come
    await server.kill()
    await export.click()
    await safe.click()
    await expect(ann.page.get_by_role("alert").first).to_contain_text("The export failed: ")


# ---- appearance and language


async def test_dark_is_kept_and_there_before_the_first_paint(open_window: Open) -> None:
    ann = await open_window(BOTH, color_scheme="light")
    await ann.left.expect_count(ALL)
    root, ground = ann.page.locator("html"), "getComputedStyle(document.body).backgroundColor"
    await expect(root).to_have_attribute("data-scheme", "light")
    light = await ann.page.evaluate(ground)
    await top(ann, "Appearance").click()
    await ann.page.get_by_role("menuitemradio", name="Dark").click()
    await expect(root).to_have_attribute("data-scheme", "dark")
    assert await ann.page.evaluate(ground) != light
    await expect(ann.page.get_by_role("menu")).to_have_count(0)

    await ann.context.route(re.compile(r"/assets/index-.*\.js"), lambda route: route.abort())
    ann.away = True  # Chromium says that the script did not come
    await ann.page.reload()
    await expect(ann.page.locator('meta[name="color-scheme"]')).to_have_attribute("content", "dark")
    await ann.context.unroute_all()
    await ann.page.reload()
    await expect(root).to_have_attribute("data-scheme", "dark")

    await top(ann, "Appearance").click()
    await expect(ann.page.get_by_role("menuitemradio", name="Dark")).to_have_attribute("aria-checked", "true")
    await ann.page.get_by_role("menuitemradio", name="As the system").click()
    await expect(root).to_have_attribute("data-scheme", "light")
    await ann.page.emulate_media(color_scheme="dark")
    await expect(root).to_have_attribute("data-scheme", "dark")


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
async def test_nothing_moves_for_those_who_want_it_so(open_window: Open, motion: str) -> None:
    ann = await open_window(BOTH, reduced_motion=motion)
    await ann.left.expect_count(ALL)
    longest = """(element, part) => {
        const durations = getComputedStyle(element, part).transitionDuration.split(",");
        return Math.max(...durations.map(parseFloat));
    }"""
    ours = await divider(ann).evaluate(longest, "::before")
    await ann.page.wait_for_function(fetched("GridsDrawer"))  # one that comes as it opens does not move
    await top(ann, "List of grids").click()
    # Material UI waits for as long as it asks the style to take.
    material = await drawer(ann).evaluate("({ style }) => parseFloat(style.transitionDuration) > 0")
    assert [ours > 0.001, material] == [motion != "reduce"] * 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
async def test_axe_finds_nothing_grave(open_window: Open, scheme: str, width: int, height: int) -> None:
    ann = await open_window(BOTH, width=width, height=height, color_scheme=scheme, reduced_motion="reduce")
    await ann.left.expect_count(ALL)
    await expect(ann.left.row("00AA")).to_be_visible()
    findings = await grave_findings(ann.page)
    for name in ("List of grids", "Keyboard shortcuts", "Appearance"):
        await top(ann, name).click()
        await expect(ann.page.get_by_role("dialog").or_(ann.page.get_by_role("menu"))).to_be_visible()
        findings += await grave_findings(ann.page)
        await ann.page.keyboard.press("Escape")
        await expect(ann.page.get_by_role("dialog").or_(ann.page.get_by_role("menu"))).to_have_count(0)
    await ann.connection.get_by_role("button", name="Live").click()
    await expect(ann.page.get_by_role("dialog", name="Connection")).to_contain_text("as the server has it")
    findings += await grave_findings(ann.page)
    await ann.page.goto(ann.url.replace("airports", "nowhere").replace("right=tasks", "panes=1"))
    await expect(ann.page.get_by_role("alert")).to_be_visible()
    findings += await grave_findings(ann.page)
    assert findings == []


async def test_large_letters_and_small_screens_cut_nothing_off(open_window: Open) -> None:
    ann = await open_window(BOTH, width=1440, height=900)
    await ann.left.expect_count(ALL)
    for width, height in (
        (720, 450),
        (640, 400),
        (390, 844),
        (320, 500),
    ):  # 1440 and 1280 pixels at 200 %, phones
        await ann.page.set_viewport_size({"width": width, "height": height})
        for name in ("List of grids", "Two grids side by side", "Appearance", "Keyboard shortcuts"):
            await expect(top(ann, name)).to_be_in_viewport(ratio=1)
        await expect(ann.left.row("00AA")).to_be_visible()
        assert await fits(ann.page)


async def test_the_grids_own_words_follow_the_browser(open_window: Open) -> None:
    ann = await open_window(BOTH, locale="de-DE")
    await ann.left.expect_count("28.298 records")
    await expect(ann.left.button("Zur nächsten Seite")).to_be_visible()
    await expect(ann.right.region.get_by_text("Zeilen pro Seite")).to_be_visible()
    await expect(ann.page.locator("html")).to_have_attribute("lang", "en")  # what the page itself speaks
    asked = """performance.getEntriesByType("resource")
        .map(({ name }) => name).filter((name) => /[a-z]{2}[A-Z]{2}-/.test(name))"""
    assert len(await ann.page.evaluate(asked)) == 2
    await ann.close_tab()

    ben = await open_window(BOTH, locale="en-GB")
    await expect(ben.left.button("Go to next page")).to_be_visible()
    await expect(ben.right.region.get_by_text("No records yet")).to_be_visible()
    assert await ben.page.evaluate(asked) == []


def test_the_first_load_holds_one_language() -> None:
    first = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', PAGE.read_text())
    assert len(first) >= 3
    for name in first:
        script = (PAGE.parent / name).read_text()
        assert "Zur nächsten Seite" not in script
        assert "Keine Einträge" not in script


# ---- the connection


async def test_a_lost_connection_counts_down_and_can_be_tried_now(
    open_window: Open, server: ServerProcess, database: Database
) -> None:
    ann = await open_window("/?left=airports&panes=1")
    await ann.left.expect_count(ALL)
    ann.away = True
    await server.kill()
    await expect(ann.connection).to_have_text(re.compile(r"^Reconnecting in \d+ s"))
    await ann.left.edit("00AA", "name", "Kept")
    await expect(ann.connection).to_have_text(re.compile(r"· 1 unsent edit(now)?$"))
    await ann.page.get_by_role("combobox", name="Grid on the left").click()
    await ann.page.get_by_role("option", name="Tasks").click()
    await expect(ann.connection).to_have_text(re.compile(r"· 1 unsent edit(now)?$"))  # of a grid out of sight
    await expect(ann.left.region.get_by_text("Waiting for the server")).to_be_visible()
    await ann.connection.get_by_role("button", name="Reconnecting").click()
    told = ann.page.get_by_role("dialog", name="Connection")
    await expect(told).to_contain_text("Unsent edits are kept in this browser")
    await ann.page.keyboard.press("Escape")
    await expect(told).to_have_count(0)

    await server.start()
    await ann.connection.get_by_role("button", name="Try to reconnect now").click()
    await ann.expect_saved()
    await ann.left.expect_count("0 records")
    assert database.changes("airports", "update") == [{"name": "Kept"}]


async def test_offline_is_told_with_what_waits(open_window: Open) -> None:
    ann = await open_window("/?left=airports&panes=1", width=1000, height=800)
    await ann.left.expect_count(ALL)
    ann.away = True
    await ann.context.set_offline(True)
    await expect(ann.connection).to_have_text(re.compile("^(Offline|Reconnecting)"))
    await ann.left.edit("00AA", "icao", "00AB")
    await ann.page.set_viewport_size({"width": 390, "height": 800})
    await expect(ann.connection).to_have_text("Offline · 1 unsent edit")
    assert await fits(ann.page)
    await ann.context.set_offline(False)
    await ann.expect_saved()


@pytest.mark.parametrize("width", [1440, 390])
async def test_a_refusal_is_told_whole_in_the_servers_words(open_window: Open, width: int) -> None:
    ann = await open_window(BOTH, width=width, height=800)
    await alter(ann.context, answers=refusing(SENTENCE.strip()))
    await ann.page.reload()
    told = ann.page.get_by_role("alert").filter(has_text=SENTENCE.strip())
    await expect(told).to_be_in_viewport(ratio=1)
    assert await told.evaluate("(alert) => alert.scrollWidth <= alert.clientWidth")
    await expect(ann.connection).to_have_text("Not connected")
    assert await fits(ann.page)
    assert await grave_findings(ann.page) == []
    await expect(told.get_by_role("button", name="Try again")).to_be_enabled()


async def test_a_refusal_can_be_asked_again(open_window: Open) -> None:
    ann = await open_window(BOTH)
    let_in = False
    refuse = refusing("Not today.")
    await alter(ann.context, answers=lambda frame: frame if let_in else refuse(frame))
    await ann.page.reload()
    told = ann.page.get_by_role("alert").filter(has_text="Not today.")
    await expect(told).to_be_visible()
    let_in = True
    await told.get_by_role("button", name="Try again").click()
    await ann.expect_saved()
    await expect(told).to_have_count(0)
    await ann.left.expect_count(ALL)


async def test_the_first_records_come_with_numbers(open_window: Open) -> None:
    ann = await open_window("/?left=airports&panes=1")
    held: list[str] = []
    pages = 0

    def first_page_only(frame: str) -> str | None:
        nonlocal pages
        pages += '"records":[[' in frame
        if pages <= 1:
            return frame
        held.append(frame)
        return None

    await ann.context.route("**/api/grids/*/records*", lambda _: None)  # never answered
    await alter(ann.context, answers=first_page_only)
    await ann.page.reload()
    await ann.left.expect_count("Loading 2,000 of 28,298 records")
    progress = ann.left.region.get_by_role("progressbar", name="Loading records")
    await expect(progress).to_have_attribute("aria-valuenow", "7")
    await expect(ann.left.row("00AA")).to_be_visible()
    assert await grave_findings(ann.page) == []


# ---- defects


async def test_a_defect_in_one_pane_leaves_the_other_and_gives_the_edits_out(
    open_window: Open, database: Database
) -> None:
    ann = await open_window("/?left=airports&panes=1", permissions=["clipboard-read", "clipboard-write"])
    riddles = True

    def with_riddles(frame: str) -> str:
        about_tasks = riddles and '"grid":{"id":"tasks"' in frame
        return frame.replace('"type":"text"', '"type":"riddle"') if about_tasks else frame

    def without_edits(frame: str) -> str | None:
        return None if '["mutate"' in frame else frame

    await alter(ann.context, answers=with_riddles, requests=without_edits)
    await ann.page.reload()
    await ann.left.expect_count(ALL)
    await ann.left.edit("00AA", "name", "Written before the defect")
    await expect(ann.connection).to_have_text("Live · 1 unsent edit")
    await top(ann, "List of grids").click()
    await drawer(ann).get_by_role("button", name="Right").click()
    await drawer(ann).get_by_role("button", name=re.compile("^Tasks")).click()
    told = ann.right.region.get_by_role("alert")
    await expect(told).to_contain_text("This pane has a defect")
    unsent = told.get_by_role("textbox", name="Unsent edits")
    await expect(unsent).to_have_value(re.compile("Written before the defect"))
    assert await unsent.evaluate("(box) => box.readOnly")
    await told.get_by_role("button", name="Copy").click()
    await expect(told.get_by_role("button", name="Copied")).to_be_visible()
    assert await ann.page.evaluate("navigator.clipboard.readText()") == await unsent.input_value()
    assert await grave_findings(ann.page) == []

    await ann.left.edit("00AK", "name", "Written after it")
    await ann.left.expect_cell("00AK", "name", "Written after it")
    await told.get_by_role("button", name="Choose another grid").click()
    await drawer(ann).get_by_role("button", name=re.compile("^Airports")).click()
    await ann.right.expect_cell("00AK", "name", "Written after it")
    riddles = False
    assert ann.complaints
    ann.complaints.clear()  # React tells of defects on the console


async def test_a_defect_of_the_whole_page_says_so_instead_of_a_blank_one(open_window: Open) -> None:
    ann = await open_window("/?left=airports&panes=1")
    await ann.left.expect_count(ALL)
    broken = True
    await alter(
        ann.context,
        answers=lambda frame: re.sub(r'"grids":\[.*?\]', '"grids":[null]', frame) if broken else frame,
        requests=lambda frame: None if '["mutate"' in frame else frame,
    )
    await ann.context.add_init_script("delete Navigator.prototype.clipboard")  # as on plain HTTP
    await ann.page.reload()
    told = ann.page.get_by_role("alert")
    await expect(told).to_contain_text("This page has a defect")
    await expect(told.get_by_role("textbox")).to_have_count(0)  # nothing waits
    assert ann.complaints
    ann.complaints.clear()
    broken = False
    await told.get_by_role("button", name="Reload the page").click()
    await ann.left.expect_count(ALL)

    broken = True
    await ann.left.edit("00AA", "name", "Written before the defect")
    await expect(ann.connection).to_have_text("Live · 1 unsent edit")
    await top(ann, "List of grids").click()
    await told.get_by_role("button", name="Copy").click()
    await expect(told.get_by_role("button", name="Selected: press Ctrl+C")).to_be_visible()
    selected = "(box) => box.value.slice(box.selectionStart, box.selectionEnd)"
    assert "Written before the defect" in await told.get_by_role("textbox", name="Unsent edits").evaluate(
        selected
    )
    assert ann.complaints
    ann.complaints.clear()


# ---- shortcuts


async def test_the_question_mark_lists_the_shortcuts(open_window: Open, database: Database) -> None:
    ann = await open_window(BOTH)
    await ann.left.expect_count(ALL)
    listed = ann.page.get_by_role("dialog", name="Keyboard shortcuts")
    await ann.page.keyboard.press("?")
    await expect(listed).to_contain_text("Go to the other pane")
    await ann.page.keyboard.press("Escape")
    await expect(listed).to_have_count(0)
    cell = await ann.left.cell("00AA", "name")
    await cell.click()
    await ann.page.keyboard.press("?")  # a help, not the beginning of a name
    await expect(listed).to_be_visible()
    await listed.get_by_role("button", name="Close").click()
    await expect(listed).to_have_count(0)
    await expect(cell).to_be_focused()
    await ann.page.keyboard.press("Enter")
    await ann.page.keyboard.type("?/")  # in an editor it is written
    await ann.page.keyboard.press("Enter")
    await expect(listed).to_have_count(0)
    await ann.right.expect_count("0 records")
    await ann.expect_saved()
    assert database.changes("airports", "update") == [{"name": "Aero B Ranch Airport?/"}]
    await top(ann, "Keyboard shortcuts").click()
    await expect(listed).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
async def test_f6_goes_from_pane_to_pane(open_window: Open, width: int) -> None:
    ann = await open_window("/?left=airports&right=airports", width=width, height=800)
    await ann.left.expect_count(ALL)
    if width == 1440:
        await (await ann.left.cell("00AK", "icao")).click()
    else:  # a tap on a cell would open its record
        await ann.left.header("icao").focus()
    await ann.page.keyboard.press("F6")
    await expect(ann.right.region.locator(":focus")).to_have_count(1)
    await expect(ann.right.row("00AA")).to_be_visible()
    await ann.page.keyboard.press("F6")
    await expect(ann.left.region.locator(":focus")).to_have_count(1)
    if width == 1440:  # the other pane stayed
        await expect(await ann.left.cell("00AK", "icao")).to_be_focused()
