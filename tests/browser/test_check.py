"""/check says in words what is in the way, and where the page can work all the same, it does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import GRIDS, Open
from tests.browser.database import Database
from tests.browser.window import REPORT_VIOLATIONS, Window
from tests.reverse import ReverseProxy
from tests.servers import ROOT, ServerProcess

pytestmark = pytest.mark.browser

ALL = "28,298 records"
AT = "/?left=airports&right=airports"
KEY = "a key of the self-test"


class Check:
    """The page with its steps."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.verdict = page.get_by_role("status")

    def step(self, name: str) -> Locator:
        exactly = self.page.get_by_text(name, exact=True)
        return self.page.get_by_role("listitem").filter(has=exactly)

    async def expect(self, name: str, state: str, *said: str) -> None:
        step = self.step(name)
        await expect(step).to_have_attribute("data-state", state)
        for each in said:
            await expect(step).to_contain_text(each)

    async def ended(self) -> None:
        await expect(self.page.get_by_role("button", name="Check again")).to_be_enabled()


Try = Callable[..., Awaitable[Check]]
Front = Callable[..., Awaitable[ReverseProxy]]


@pytest_asyncio.fixture(loop_scope="session")
async def check(chromium: Browser) -> AsyncIterator[Try]:
    """Opens the page at that server, until it has ended; nothing of it may be held back by its policy."""
    contexts: list[Any] = []
    held_back: list[str] = []

    async def open(url: str, path: str = "/check", **options: object) -> Check:
        context = await chromium.new_context(locale="en-US", service_workers="block", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        await page.add_init_script(REPORT_VIOLATIONS)
        page.on("console", lambda said: held_back.extend(re.findall("held back.*", said.text)))
        await page.goto(url + path)
        found = Check(page)
        await found.ended()
        return found

    yield open
    for context in contexts:
        await context.close()
    assert held_back == []


@pytest_asyncio.fixture(loop_scope="session")
async def front() -> AsyncIterator[Front]:
    """Starts a reverse proxy before a server."""
    async with AsyncExitStack() as stack:

        async def start(server: ServerProcess, **settings: Any) -> ReverseProxy:
            return await stack.enter_async_context(ReverseProxy(server.url, **settings).serving())

        yield start


@pytest_asyncio.fixture(loop_scope="session")
async def proxied(database: Database) -> AsyncIterator[ServerProcess]:
    """A server that counts on one proxy."""
    process = ServerProcess(f"sqlite:///{database.path}", GRIDS=GRIDS, TRUSTED_PROXIES="1")
    await process.start()
    yield process
    await process.close()


async def test_all_is_well(server: ServerProcess, check: Try) -> None:
    found = await check(server.url)
    await expect(found.verdict).to_have_text("Everything works.")
    states = await found.page.get_by_role("listitem").evaluate_all(
        "rows => rows.map(row => row.dataset.state)"
    )
    assert states == ["passed"] * 10 + ["skipped"]  # without a service worker, as these tests are
    await found.expect("WebSocket", "passed", "a question was answered in")
    await found.page.get_by_role("button", name="Check again").click()
    await found.ended()
    await expect(found.verdict).to_have_text("Everything works.")


async def test_all_is_well_behind_a_proxy_that_is_right(
    proxied: ServerProcess, front: Front, check: Try
) -> None:
    found = await check((await front(proxied, scheme="http")).url)
    await expect(found.verdict).to_have_text("Everything works.")
    await found.expect("What the proxy passes on", "passed", "counts its proxies right (1)")


async def test_a_proxy_without_upgrade_is_told_and_the_page_works_by_long_polling(
    proxied: ServerProcess, front: Front, check: Try, chromium: Browser, database: Database
) -> None:
    proxy = await front(proxied, upgrade=False)
    found = await check(proxy.url)
    await found.expect("Long-polling", "passed", "a question was answered in")
    await found.expect(
        "WebSocket",
        "failed",
        "a proxy does not pass on the upgrade",
        "the page works by long-polling",
        "proxy_set_header Upgrade $http_upgrade;",
    )
    await expect(found.verdict).to_contain_text("a proxy does not pass on the upgrade")

    contexts = [await chromium.new_context(viewport={"width": 2200, "height": 1000}) for _ in range(2)]
    ann = await Window.open(contexts[0], proxy.url + AT)
    ben = await Window.open(contexts[1], proxied.url + AT)
    for window in (ann, ben):
        await window.left.expect_count(ALL)
        await window.expect_saved()
    await ann.left.edit("00AK", "name", "Through the polling proxy")
    await ben.right.expect_cell("00AK", "name", "Through the polling proxy")
    await ben.left.edit("00AL", "name", "By a WebSocket")
    await ann.right.expect_cell("00AL", "name", "By a WebSocket")
    await ann.expect_saved()
    await ann.connection.get_by_role("button", name="Live").click()
    await ann.page.get_by_role("button", name="Details").click()
    transport = ann.page.get_by_role("dialog", name="How it stands").get_by_text("polling", exact=True)
    await expect(transport).to_be_visible()
    assert {change["name"] for change in database.changes("airports", "update")} == {
        *("Through the polling proxy", "By a WebSocket")
    }
    for context in contexts:
        await context.close()


async def test_a_proxy_that_writes_another_host_is_told_and_the_page_leads_here(
    proxied: ServerProcess, front: Front, check: Try, chromium: Browser
) -> None:
    """nginx without `proxy_set_header Host`: the page comes, but its Origin is another than its Host."""
    address = proxied.url.replace("http://localhost", "127.0.0.1")
    proxy = await front(proxied, host=address)
    found = await check(proxy.url)
    here = proxy.url.removeprefix("http://")
    await found.expect(
        "What the proxy passes on",
        "failed",
        f"The address here is {here}, but the server is asked for {address}",
        "proxy_set_header Host $http_host;",
    )
    sentence = f"Refused: pages of the Origin '{proxy.url}' may not use the server at '{address}'."
    await found.expect("Pages from here", "failed", sentence, "ALLOWED_ORIGINS")
    for transport in ("Long-polling", "WebSocket"):
        await found.expect(transport, "failed", "the server refuses pages from this address")

    context = await chromium.new_context()
    page = await context.new_page()
    await page.goto(proxy.url)
    chip = page.get_by_role("group", name="Connection")
    await expect(chip).to_contain_text("Not connected")
    await expect(page.get_by_role("alert")).to_contain_text(sentence)
    await chip.get_by_role("button").first.click()
    async with context.expect_page() as opened:
        await page.get_by_role("dialog").get_by_role("link", name="Find out why").click()
    beside = Check(await opened.value)
    await beside.expect("Pages from here", "failed", sentence)
    await context.close()


async def test_a_refused_host_is_told_by_the_server_itself(
    proxied: ServerProcess, front: Front, chromium: Browser
) -> None:
    proxy = await front(proxied, host="evil.example")
    context = await chromium.new_context()
    page = await context.new_page()
    await page.goto(f"{proxy.url}/check")
    await expect(page.get_by_text("'evil.example' is no name that this server")).to_be_visible()
    await expect(page.get_by_text("ALLOWED_HOSTS")).to_be_visible()
    await context.close()


SOCKET = """
url => new Promise(done => {
  const socket = new WebSocket(url);
  socket.onopen = () => done("open");
  socket.onclose = () => done("closed");
})
"""


async def a_page(_: web.Request) -> web.Response:
    return web.Response(text="<p>A page", content_type="text/html")


async def test_a_page_from_elsewhere_gets_a_socket_only_where_its_origin_is_allowed(
    proxied: ServerProcess, chromium: Browser
) -> None:
    app = web.Application()
    app.router.add_get("/", a_page)
    elsewhere = web.AppRunner(app)
    await elsewhere.setup()
    await web.TCPSite(elsewhere, "127.0.0.1", 0).start()
    origin = f"http://localhost:{elsewhere.addresses[0][1]}"
    page = await chromium.new_page()
    await page.goto(origin)
    for allowed, end in (("", "closed"), (origin, "open")):
        await proxied.stop()
        await proxied.start(ALLOWED_ORIGINS=allowed)
        assert await page.evaluate(SOCKET, proxied.url.replace("http", "ws") + "/ws") == end
    await page.close()
    await elsewhere.cleanup()


@pytest.mark.parametrize(
    ("forwarded", "said"),
    [
        (0, ("names 0, and the server counts on 1", "Set TRUSTED_PROXIES=0", "$proxy_add_x_forwarded_for")),
        (2, ("names 2, and the server counts on 1", "Set TRUSTED_PROXIES=2")),
    ],
)
async def test_wrongly_counted_proxies_are_told(
    proxied: ServerProcess, front: Front, check: Try, forwarded: int, said: tuple[str, ...]
) -> None:
    found = await check((await front(proxied, forwarded=forwarded)).url)
    await found.expect("What the proxy passes on", "warning", *said)
    await expect(found.verdict).to_contain_text("Tandem works here, but: X-Forwarded-For")


async def test_a_wrong_scheme_is_told(proxied: ServerProcess, front: Front, check: Try) -> None:
    found = await check((await front(proxied, scheme="https")).url)
    await found.expect("What the proxy passes on", "warning", "says https, but the page came over http")


async def test_a_proxy_that_collects_answers_is_told(
    proxied: ServerProcess, front: Front, check: Try
) -> None:
    found = await check((await front(proxied, collects=True, upgrade=False)).url)
    await found.expect("Answers in pieces", "warning", "A proxy collects", "proxy_buffering off;")


async def test_a_server_that_is_gone_is_told_while_the_page_is_open(
    proxied: ServerProcess, front: Front, check: Try
) -> None:
    direct, behind = await check(proxied.url), await check((await front(proxied)).url)
    await proxied.stop()
    for found, said in ((direct, "Nothing answers at http://localhost:"), (behind, "A proxy answered 502")):
        await found.page.get_by_role("button", name="Check again").click()
        await found.expect("The server", "failed", said, "python -m server doctor")
        await found.expect("WebSocket", "skipped", "the server does not answer")
        await found.expect("Storage", "passed")
        await found.page.context.set_offline(True)
        await found.page.get_by_role("button", name="Check again").click()
        await found.expect("The server", "failed", "This device says that it has no network.")


async def test_a_server_that_is_not_ready_is_told(server: ServerProcess, check: Try) -> None:
    found = await check(server.url)
    wrong = {"ready": False, "wrong": ["The database cannot be read."]}
    await found.page.route("**/readyz", lambda route: route.fulfill(status=503, json=wrong))
    await found.page.get_by_role("button", name="Check again").click()
    await found.expect("The server", "warning", "is not ready: The database cannot be read.")


async def test_something_else_in_its_place_is_told(server: ServerProcess, check: Try) -> None:
    found = await check(server.url)
    login = "<h1>Welcome to our hotel</h1>"
    await found.page.route("**/healthz", lambda route: route.fulfill(body=login, content_type="text/html"))
    await found.page.get_by_role("button", name="Check again").click()
    await found.expect("The server", "failed", "Something else than Tandem answered (200)", "hotel")


async def test_a_clock_that_is_off_is_told(server: ServerProcess, check: Try) -> None:
    found = await check(server.url)
    await found.page.evaluate("const now = Date.now; Date.now = () => now() + 600_000")
    await found.page.get_by_role("button", name="Check again").click()
    await found.expect("The clock", "warning", "differ by 10 min")


async def test_the_key_that_the_page_keeps_is_tried(database: Database, check: Try) -> None:
    server = ServerProcess(f"sqlite:///{database.path}", GRIDS=GRIDS, EDIT_KEY=KEY)
    await server.start()
    try:
        found = await check(server.url)
        await found.expect("The key", "failed", "no key", "Open the link that you were given")
        await found.expect("WebSocket", "failed", "The way is free, but the server refuses: This server asks")
        await found.page.goto(f"{server.url}/#key={KEY}")
        await expect(found.page.get_by_role("group", name="Connection")).to_have_text("Live")
        await found.page.goto(f"{server.url}/check")
        await found.ended()
        await found.expect("The key", "passed", "It is good: you may edit.")
        await expect(found.verdict).to_have_text("Everything works.")
        wrong = await check(server.url, "/check#key=wrong")
        await wrong.expect("The key", "failed", "The key is not good", "ask for a new link")
        assert "wrong" not in wrong.page.url
    finally:
        await server.close()


async def test_a_browser_that_keeps_nothing_is_told(server: ServerProcess, check: Try) -> None:
    found = await check(server.url)
    await found.page.evaluate("() => { IDBFactory.prototype.open = () => { throw new DOMException('no') } }")
    await found.page.get_by_role("button", name="Check again").click()
    await found.expect("Storage", "warning", "This browser keeps nothing")


# The page itself


async def test_the_service_worker_lets_it_come_from_the_server(open_window: Open) -> None:
    ann = await open_window(service_workers="allow")
    await ann.page.wait_for_function("navigator.serviceWorker.ready")
    await ann.page.goto(ann.page.url.split("?")[0] + "check")
    found = Check(ann.page)
    await found.expect("Without a network", "passed", "is kept on this device")
    await expect(found.verdict).to_have_text("Everything works.")


def test_it_is_not_kept_on_the_device() -> None:
    dist = ROOT / "webapp" / "dist"
    kept = (dist / "sw.js").read_text()
    (script,) = re.findall(r'src="/(assets/check-[^"]+)"', (dist / "check.html").read_text())
    assert (dist / script).exists()
    assert script not in kept
    assert "check.html" not in kept
    assert re.search(r"assets/index-[\w-]+\.js", kept)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_can_be_read_by_all_and_on_a_phone(
    proxied: ServerProcess, front: Front, check: Try, scheme: str
) -> None:
    proxy = await front(proxied, upgrade=False, collects=True, forwarded=2)
    size = {"width": 360, "height": 740}
    found = await check(proxy.url, viewport=size, color_scheme=scheme)
    assert await grave_findings(found.page) == []
    assert await found.page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_what_was_found_can_be_copied(server: ServerProcess, check: Try) -> None:
    found = await check(server.url, permissions=["clipboard-read", "clipboard-write"])
    await found.page.get_by_role("button", name="Copy as text").click()
    await expect(found.page.get_by_role("button", name="Copied")).to_be_visible()
    text = await found.page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(server.url)
    assert "passed: WebSocket: Connected" in text
