"""HTTP: the built client and its caching, security headers, Host and Origin, health."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from server.access import Access
from server.config import Settings
from server.transports import health, http
from server.transports.origins import host_allowed, origin_allowed
from server.transports.socketio import SocketTransport
from tests.frames import PATH, Start

PAGE = (
    '<!doctype html><meta name="tandem-max-records" content="__MAX_RECORDS__" />'
    '<script nonce="__CSP_NONCE__" src="/assets/index-abc.js"></script><p>__CSP_NONCE__</p>'
)
DOCS = '<!doctype html><script nonce="__CSP_NONCE__" src="/assets/docs-abc.js"></script>'
SCRIPT = "console.log(1);" * 200
HTML = {"Accept": "text/html,application/xhtml+xml"}

Browse = Callable[..., Any]
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "docs.html").write_text(DOCS)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "index-abc.js").write_text(SCRIPT)
    (folder / "assets" / "inter-def.woff2").write_bytes(bytes(range(256)))
    (tmp_path / "secret.txt").write_text("not for you")
    return folder


@pytest.fixture
async def browse(aiohttp_client: Start) -> Browse:
    """Starts the HTTP transport alone; returns a client of it."""

    async def start(dist: Path, **settings: Any) -> Client:
        app = web.Application()
        health.setup(app, Mock(draining=False), health.Database(AsyncMock()))
        http.setup(app, Settings(**settings), dist)
        client: Client = await aiohttp_client(app)
        return client

    return start


@pytest.fixture
async def client(browse: Browse, dist: Path) -> Client:
    started: Client = await browse(dist)
    return started


# The page and its files


async def test_the_page_gets_a_nonce_of_its_own_in_every_answer(client: Client) -> None:
    nonces = []
    for _ in range(2):
        answer = await client.get("/", headers=HTML)
        text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", policy))
        assert text == PAGE.replace("__CSP_NONCE__", nonce).replace("__MAX_RECORDS__", "500000")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_type == "text/html"
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


async def test_the_page_is_told_how_many_records_a_browser_opens(browse: Browse, dist: Path) -> None:
    client: Client = await browse(dist, max_in_browser=1234)
    page = await (await client.get("/", headers=HTML)).text()
    assert '<meta name="tandem-max-records" content="1234" />' in page


def test_the_placeholders_are_where_the_client_has_them() -> None:
    webapp = http.DIST.parent
    assert f'<meta name="tandem-max-records" content="{http.MAX_RECORDS}" />' in (
        (webapp / "index.html").read_text()
    )
    assert f'cspNonce: "{http.NONCE}"' in (webapp / "vite.config.ts").read_text()
    default = f"const MAX_RECORDS = {Settings().max_in_browser:_};"
    assert default in (webapp / "src/sync/changes.ts").read_text()


async def test_the_page_of_the_api_has_one_address_and_the_same_policy(client: Client) -> None:
    answer = await client.get("/api/docs")
    (nonce,) = set(re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]))
    assert answer.headers["Content-Security-Policy"] == http.PAGE_POLICY.format(nonce=nonce)
    assert await answer.text() == DOCS.replace("__CSP_NONCE__", nonce)
    assert (await client.get("/docs.html", headers=HTML)).status == 404


async def test_what_is_under_the_api_has_its_methods_and_no_others(client: Client) -> None:
    answer = await client.post("/api/docs")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_the_policy_of_the_page_allows_nothing_by_default() -> None:
    policy = dict(part.strip().split(" ", 1) for part in http.PAGE_POLICY.split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self' 'nonce-{nonce}'",
        "style-src": "'self' 'nonce-{nonce}'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("path", ["/", "/?left=airports&right=tasks", "/some/view", "/deep/er/link"])
async def test_addresses_of_the_page_lead_to_it(client: Client, path: str) -> None:
    answer = await client.get(path, headers=HTML)
    assert answer.status == 200
    assert "<!doctype html>" in await answer.text()


@pytest.mark.parametrize("path", ["/missing.js", "/assets/old-123.js", "/assets/x", "/api/x", "/socket.iox"])
async def test_other_addresses_do_not(client: Client, path: str) -> None:
    answer = await client.get(path, headers=HTML)
    assert answer.status == 404
    assert answer.content_type == ("application/problem+json" if path == "/api/x" else "text/plain")


async def test_programs_that_ask_for_something_else_do_not_get_the_page(client: Client) -> None:
    assert (await client.get("/some/view", headers={"Accept": "application/json"})).status == 404
    assert (await client.post("/", headers=HTML)).status == 405


async def test_hashed_files_are_kept_for_ever_and_others_are_asked_for_again(client: Client) -> None:
    script = await client.get("/assets/index-abc.js")
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert await script.text() == SCRIPT
    font = await client.get("/assets/inter-def.woff2")
    assert (font.content_type, await font.read()) == ("font/woff2", bytes(range(256)))
    icon = await client.get("/favicon.svg")
    assert (icon.headers["Cache-Control"], icon.content_type) == ("no-cache", "image/svg+xml")
    again = await client.get("/favicon.svg", headers={"If-None-Match": icon.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert (await client.get("/favicon.svg", headers={"If-None-Match": '"other"'})).status == 200


async def test_files_travel_compressed_where_the_browser_takes_that(client: Client) -> None:
    packed = await client.get("/assets/index-abc.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(gzip.compress(SCRIPT.encode(), mtime=0)) < len(SCRIPT)
    assert await packed.text() == SCRIPT
    plain = await client.get("/assets/index-abc.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("taken", "sent"),
    [("gzip, deflate, br, zstd", "br"), ("gzip, br;q=0", "gzip"), ("br", "br"), ("deflate", None)],
)
async def test_what_the_build_has_packed_is_sent_to_those_who_take_it(
    browse: Browse, dist: Path, taken: str, sent: str | None
) -> None:
    (dist / "assets" / "index-abc.js.br").write_bytes(b"packed")
    client: Client = await browse(dist)
    # Brotli is no part of this Python: what travels is looked at as it is.
    async with client.get(
        "/assets/index-abc.js", headers={"Accept-Encoding": taken}, auto_decompress=False
    ) as answer:
        body = await answer.read()
    assert answer.headers.get("Content-Encoding") == sent
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert (body == b"packed") == (sent == "br")
    assert (await client.get("/assets/index-abc.js.br")).status == 404


@pytest.mark.parametrize("path", ["/", "/assets/index-abc.js", "/healthz"])
async def test_head_is_get_without_a_body(client: Client, path: str) -> None:
    got, head = await client.get(path, headers=HTML), await client.head(path, headers=HTML)
    assert head.status == 200
    assert await head.read() == b""
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"),
        *("//etc/passwd.txt", "/assets/..%5c..%5csecret.txt", "/secret.txt%00.js", "/./../secret.txt"),
    ],
)
async def test_no_path_leads_out_of_the_folder(client: Client, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert b"not for you" not in answer
    assert b"root:" not in answer
    assert answer.split(b" ")[1] in {b"404", b"400"}


async def test_a_page_that_was_not_built_says_how_to_build_it(browse: Browse, tmp_path: Path) -> None:
    client: Client = await browse(tmp_path / "nothing")
    answer = await client.get("/", headers=HTML)
    assert answer.status == 503
    assert "make run" in await answer.text()
    assert (await client.get("/healthz")).status == 200


async def test_the_page_that_vite_builds_has_the_placeholder() -> None:
    config = (http.DIST.parent / "vite.config.ts").read_text()
    assert f'cspNonce: "{http.NONCE}"' in config


# What stands on every answer


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", "/", 200), ("GET", "/healthz", 200), ("GET", "/missing.js", 404), ("PUT", "/", 405)),
        *(("GET", "/favicon.svg", 200), ("GET", "/broken", 500), ("GET", "/healthz?evil", 403)),
        *(("GET", PATH + "polling", 200), ("GET", PATH + "carrier-pigeon", 400)),
    ],
)
async def test_security_headers(
    aiohttp_client: Start, tmp_path: Path, dist: Path, method: str, path: str, status: int
) -> None:
    app = web.Application()
    settings = Settings(database_url=f"sqlite:///{tmp_path}/tandem.db", grids=("server.samples.tasks",))

    async def broken(_: web.Request) -> web.Response:
        raise ValueError("on purpose")

    app.router.add_get("/broken", broken)
    http.setup(app, settings, dist)
    SocketTransport(AsyncMock(), Mock(), Access(settings, Mock()), settings).attach(app)
    client: Client = await aiohttp_client(app)
    headers = {"Origin": "http://evil.example"} if "evil" in path else {}
    answer = await client.request(method, path, headers=headers)
    assert answer.status == status
    expected = http.HEADERS | (http.REFUSED if status == 403 else {})
    for name, value in expected.items():
        if name != "Content-Security-Policy":
            assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "Server" not in answer.headers


async def test_healthz_says_nothing_but_ok(client: Client) -> None:
    answer = await client.get("/healthz")
    assert await answer.json() == {"status": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"


# Host


LOCAL = Settings()
ABROAD = Settings(host="0.0.0.0")
NAMED = Settings(host="0.0.0.0", allowed_hosts=("tandem.example",))
BEHIND = Settings(allowed_hosts=("tandem.example",))


@pytest.mark.parametrize(
    ("settings", "host", "allowed"),
    [
        *((LOCAL, "localhost", True), (LOCAL, "localhost:8080", True), (LOCAL, "LOCALHOST", True)),
        *((LOCAL, "127.0.0.1:1", True), (LOCAL, "[::1]:8080", True), (LOCAL, "[::1]", True)),
        *((LOCAL, "evil.example", False), (LOCAL, "localhost.evil.example", False), (LOCAL, "", False)),
        *((LOCAL, "evil.example:80@localhost", False), (LOCAL, "localhost,evil.example", False)),
        *((LOCAL, "[::1].evil.example", False), (LOCAL, "127.0.0.1.evil.example", False)),
        *((ABROAD, "anything.example", True), (ABROAD, "", True)),
        *((NAMED, "tandem.example:443", True), (NAMED, "Tandem.Example", True), (NAMED, "localhost", False)),
        *((BEHIND, "tandem.example", True), (BEHIND, "localhost", True), (BEHIND, "evil.example", False)),
    ],
)
def test_hosts(settings: Settings, host: str, allowed: bool) -> None:
    assert host_allowed(settings, host) is allowed


async def test_a_refused_host_is_told_which_setting_allows_it(client: Client) -> None:
    for path in ("/", "/favicon.svg", "/missing"):
        answer = await client.get(path, headers={"Host": "evil.example"})
        text = await answer.text()
        assert answer.status == 403
        assert "ALLOWED_HOSTS" in text
        assert "'evil.example'" in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_load_balancer_asks_by_whatever_name_or_number(client: Client, path: str) -> None:
    assert (await client.get(path, headers={"Host": "10.1.2.3:8080"})).status == 200
    foreign = {"Host": "10.1.2.3:8080", "Origin": "http://evil.example"}
    assert (await client.get(path, headers=foreign)).status == 403


async def test_two_host_headers_are_refused_by_aiohttp_itself(client: Client) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split(b" ")[1] == b"400"


# Origin

FOREIGN = Settings(host="0.0.0.0", allowed_origins=("https://good.example",))


@pytest.mark.parametrize(
    ("settings", "origin", "host", "allowed"),
    [
        *((LOCAL, None, "localhost", True), (LOCAL, "http://localhost:8080", "localhost:8080", True)),
        *((LOCAL, "https://localhost:8080", "localhost:8080", True),),  # a proxy has ended TLS
        *((LOCAL, "http://localhost:3000", "localhost:8080", False), (LOCAL, "null", "localhost", False)),
        *((LOCAL, "http://evil.example", "localhost", False), (LOCAL, "", "", False)),
        *((LOCAL, "http://[broken", "localhost", False), (LOCAL, "localhost", "localhost", False)),
        *((FOREIGN, "https://good.example", "tandem.example", True),),
        *((FOREIGN, "https://GOOD.example", "tandem.example", True),),
        *((FOREIGN, "http://good.example", "tandem.example", False),),
        *((FOREIGN, "https://good.example.evil", "tandem.example", False),),
    ],
)
def test_origins(settings: Settings, origin: str | None, host: str, allowed: bool) -> None:
    assert origin_allowed(settings, origin, host) is allowed


async def test_the_pages_own_scripts_come_whatever_host_a_proxy_writes(client: Client) -> None:
    """Chromium sends an Origin for them; without them the page could not say what is wrong."""
    script = await client.get("/assets/index-abc.js", headers={"Origin": "http://grid.example"})
    assert script.status == 200
    assert "Access-Control-Allow-Origin" not in script.headers
    stranger = {"Origin": "http://grid.example", "Host": "evil.example"}
    assert (await client.get("/assets/index-abc.js", headers=stranger)).status == 403


async def test_a_refused_origin_is_told_which_setting_allows_it(client: Client) -> None:
    answer = await client.get("/healthz", headers={"Origin": "http://evil.example"})
    text = await answer.text()
    assert answer.status == 403
    assert "ALLOWED_ORIGINS" in text
    assert "'http://evil.example'" in text
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_very_long_header_is_not_repeated_whole(client: Client) -> None:
    answer = await client.get("/healthz", headers={"Origin": "http://" + "e" * 5000})
    assert len(await answer.text()) < 600


async def test_only_an_allowed_foreign_origin_gets_cors_headers(browse: Browse, dist: Path) -> None:
    client: Client = await browse(dist, allowed_origins=("https://good.example",))
    same = await client.get("/healthz", headers={"Origin": f"http://127.0.0.1:{client.port}"})
    assert same.status == 200
    assert "Access-Control-Allow-Origin" not in same.headers
    good = await client.get("/healthz", headers={"Origin": "https://good.example"})
    assert good.headers["Access-Control-Allow-Origin"] == "https://good.example"
    assert good.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in good.headers
    ask = {"Origin": "https://good.example", "Access-Control-Request-Method": "POST"}
    preflight = await client.options("/socket.io/", headers=ask)
    assert preflight.status == 204
    allowed = set(preflight.headers["Access-Control-Allow-Headers"].split(", "))
    assert {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"} <= allowed
    assert (await client.options("/", headers={**ask, "Origin": "https://evil.example"})).status == 403
