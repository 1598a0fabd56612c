"""HTTP beside the sockets: the client, the page of the API, and what holds for every answer.

The client's files are read once, when the server starts: a request for a path is a look-up in a
table, so no path leads anywhere else.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from server.config import Settings
from server.transports import trash
from server.transports.door import nowhere
from server.transports.health import STATES
from server.transports.origins import origin_allowed, refusal, same_origin
from server.transports.streams import takes

IN_WHEEL = Path(__file__).parents[1] / "webapp"  # where a wheel has the built client (pyproject.toml)
DIST = IN_WHEEL if IN_WHEEL.is_dir() else Path(__file__).parents[2] / "webapp" / "dist"
NONCE = "__CSP_NONCE__"  # stands in index.html where each answer's own nonce goes
MAX_RECORDS = "__MAX_RECORDS__"  # stands there where MAX_IN_BROWSER goes
NONCE_BYTES = 16
TYPES = {  # by ending; the standard library's depend on the machine, and browsers are told not to guess
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
OTHER_TYPE = "application/octet-stream"
PACKED = ".br"  # the build of the client packs these, each beside its file
HASHED = "/assets/"  # Vite puts a hash of the content into these names
FOREVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"
FOREIGN = web.RequestKey("foreign_origin", str)  # in a request: its Origin, if another one and allowed

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# A page that is not let in may find out that somebody answers, to tell its user so.
REFUSED = {"Cross-Origin-Resource-Policy": "cross-origin"}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
API = "/api/"
DOCS = "/api/docs"
CHECK = "/check"
# A worker is held to the policy of its own script's answer; it fetches what it keeps of the client.
WORKER = "/sw.js"
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"

NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Tandem</title>
<h1>The page has not been built</h1>
<p>The server runs, but <code>webapp/dist</code> is missing. Run <code>make run</code>,
or <code>npm --prefix webapp ci</code> and <code>npm --prefix webapp run build</code>, and start it again.</p>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the built client; `packed` are its smaller forms by their encodings, the best first."""

    body: bytes
    packed: Mapping[str, bytes]
    type: str
    caching: str
    etag: str


def setup(app: web.Application, settings: Settings, dist: Path = DIST) -> None:
    """Serve the client built into `dist`, and guard every route of `app`, those of others too."""
    trash.set_up()
    client = Client(settings)

    async def read(_: web.Application) -> None:
        await asyncio.to_thread(client.read, dist)

    app.middlewares.append(_guard(settings))
    app.on_response_prepare.append(_secure)
    app.on_startup.append(read)
    app.router.add_get(DOCS, client.serve_docs)
    app.router.add_get("/{path:(?!api/).*}", client.serve)  # an address under /api is there or not


class Client:
    """The built client: its files by path, its page for every address that it navigates to, the self-test,
    and the page that shows the API."""

    def __init__(self, settings: Settings) -> None:
        self._max_records = str(settings.max_in_browser)
        self._assets: dict[str, Asset] = {}
        self._page: str | None = None
        self._check: str | None = None
        self._docs: str | None = None

    def read(self, dist: Path) -> None:
        """Read all files; without any, the page says how to build them."""
        files = [path for path in dist.rglob("*") if path.is_file() and path.suffix != PACKED]
        self._assets = {f"/{path.relative_to(dist).as_posix()}": _asset(path, dist) for path in files}
        self._page, self._docs = self._take("/index.html"), self._take("/docs.html")
        self._check = self._take("/check.html")

    def _take(self, path: str) -> str | None:
        page = self._assets.pop(path, None)
        return page.body.decode().replace(MAX_RECORDS, self._max_records) if page else None

    async def serve(self, request: web.Request) -> web.Response:
        asset = self._assets.get(request.path)
        if asset is not None:
            return _file(request, asset)
        if _navigates(request):
            return _answer_page(self._check if request.path == CHECK else self._page)
        raise web.HTTPNotFound(text="There is nothing at this address.")

    async def serve_docs(self, _: web.Request) -> web.Response:
        return _answer_page(self._docs)


def _answer_page(page: str | None) -> web.Response:
    if page is None:
        return web.Response(status=503, text=NOT_BUILT, content_type="text/html")
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    return web.Response(
        text=page.replace(NONCE, nonce),
        content_type="text/html",
        headers={
            "Content-Security-Policy": PAGE_POLICY.format(nonce=nonce),
            "Cache-Control": "no-store",  # the nonce is for one answer only
        },
    )


def _asset(path: Path, dist: Path) -> Asset:
    body = path.read_bytes()
    hashed = f"/{path.relative_to(dist).as_posix()}".startswith(HASHED)
    return Asset(
        body=body,
        packed={name: form for name, form in _forms(path, body) if len(form) < len(body)},
        type=TYPES.get(path.suffix, OTHER_TYPE),
        caching=FOREVER if hashed else ALWAYS_ASK,
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    )


def _forms(path: Path, body: bytes) -> Iterator[tuple[str, bytes]]:
    """Brotli takes seconds to pack well: the build of the client has done it."""
    brotli = path.with_name(path.name + PACKED)
    if brotli.is_file():
        yield "br", brotli.read_bytes()
    yield "gzip", gzip.compress(body, mtime=0)


def _file(request: web.Request, asset: Asset) -> web.Response:
    headers = {"Cache-Control": asset.caching, "ETag": asset.etag, "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = asset.type
    if request.path == WORKER:
        headers["Content-Security-Policy"] = WORKER_POLICY
    for encoding, form in asset.packed.items():
        if takes(request, encoding):
            return web.Response(body=form, headers={**headers, "Content-Encoding": encoding})
    return web.Response(body=asset.body, headers=headers)


def _navigates(request: web.Request) -> bool:
    """Whether a person goes there: a page is asked for, by a name that is no file's."""
    last = request.path.rpartition("/")[2]
    reserved = request.path.startswith((API, "/socket.io", HASHED))
    return not reserved and "." not in last and _takes_html(request)


def _takes_html(request: web.Request) -> bool:
    accept = request.headers.get("Accept", "*/*")
    return "text/html" in accept or "*/*" in accept


def _guard(settings: Settings) -> Middleware:
    """Host and Origin, before any route sees the request; but for those that load balancers ask, by any
    name or number, and that tell nothing to steal."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = request.headers.get("Host", "")  # two of them aiohttp refuses itself
        origin = request.headers.get("Origin")
        if request.path in STATES and origin is None:
            return await handler(request)
        # Browsers send an Origin for the page's own scripts, too: where a proxy writes another Host they
        # must come all the same, for it is they that say so. Nobody else can read them.
        public = request.path.startswith(HASHED)
        problem = refusal(settings, host, None if public else origin)
        if problem is not None:
            raise web.HTTPForbidden(text=problem, headers=REFUSED)
        if origin is not None and not same_origin(origin, host) and origin_allowed(settings, origin, host):
            request[FOREIGN] = origin
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return web.Response(status=204)
        try:
            return await handler(request)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as raised:
            if not request.path.startswith(API):
                raise
            return nowhere(request, raised)

    return guard


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    """What stands on every answer."""
    headers = response.headers
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.popall("Server", None)
    if "Origin" in request.headers:
        headers.add("Vary", "Origin")
    if FOREIGN in request:
        headers["Access-Control-Allow-Origin"] = request[FOREIGN]
        headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
        headers["Access-Control-Allow-Headers"] = (
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Tandem-Name, Tandem-User"
        )
        headers["Access-Control-Expose-Headers"] = "ETag, Idempotency-Key, Location, X-Request-ID"
