"""What all routes under /api share: who may ask, and how it is said that they may not.

A key travels as `Authorization: Bearer KEY`. An error is a problem document (RFC 9457) that holds the
wire's own answer as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.web import RequestPayloadError

from server.access import Access
from server.auth import Key, Permission
from server.errors import Refused
from server.meter import Latest
from server.model import PROTOCOL, Author, Json
from server.protocol import failed
from server.session import Allowance, Session
from server.stores import StoreBusy, UnknownGrid
from server.tally import Tally
from server.transports import packets
from server.transports.origins import address_of
from server.transports.tracing import ID, route_of

log = structlog.get_logger(__name__)

STATUS = {
    "invalid_message": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "exists": 409,
    "skipped": 409,
    "gone": 410,
    "changed": 412,
    "too_large": 413,
    "validation_failed": 422,
    "rate_limited": 429,
    "internal": 500,
    "busy": 503,
}
LATER = {"rate_limited": "1", "busy": "1"}  # seconds to wait, for Retry-After
PROBLEM = "application/problem+json"
NO_STORE = {"Cache-Control": "no-store"}
BODY_WITHIN = 30.0  # seconds
MOST_CALLERS = 10_000  # whose requests are counted

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Who comes by HTTP, and what they may."""

    def __init__(self, access: Access, proxies: int, tally: Tally | None = None) -> None:
        self.tally = tally or Tally()
        self._access = access
        self._proxies = proxies
        self._allowances = Latest[tuple[str, str], Allowance](Allowance, MOST_CALLERS)

    def session(self, request: web.Request) -> Session:
        """A session for one request. Those from one address with one key share what they may ask for."""
        address = address_of(request, self._proxies)
        identity = self._access.identify(_auth(request), "", address)
        key, author = identity.key, identity.author
        if not author.id:  # without a user of its own, whoever has the key is one
            author = Author(f"key:{key.id}" if key.id else "rest", author.name)
        allowance = self._allowances.of((address, key.id))
        return Session(request.get(ID, ""), author, key, _nowhere, _nowhere, allowance)

    def admit(self, request: web.Request, permission: Permission, grid: str | None = None) -> Key:
        """The key of a request that no command serves; it counts as well. Raises Refused where it may not."""
        session = self.session(request)
        refusal = session.key.refusal(permission, grid)
        if refusal is not None:
            raise refusal
        session.allowance.spend(len(request.path_qs))
        return session.key

    def admit_metrics(self, request: web.Request) -> None:
        """Raises Refused for who may not see them."""
        self._access.admit_metrics(_bearer(request), address_of(request, self._proxies))

    def is_good(self, key: Key) -> bool:
        """Whether it has not been taken back since."""
        return self._access.is_good(key)

    def answering(self, handler: Handler) -> Handler:
        """The handler, with whatever it raises told as a problem (R1)."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Refused as refused:
                told = refused
            except UnknownGrid as unknown:
                told = Refused("not_found", f"There is no grid {str(unknown)[:100]!r}.")
            except StoreBusy:
                told = Refused("busy", "The server is busy. Ask again in a moment.")
            except web.HTTPException:
                raise
            except Exception:  # a bug is answered, too
                log.exception("request_failed", route=route_of(request))
                quoted = f"(Request {request.get(ID, '')}.)"
                told = Refused("internal", f"The server failed on this request. {quoted}")
            self.tally.refusals[told.code] += 1
            return problem(failed(told), request.get(ID, ""))

        return answer


def nowhere(request: web.Request, raised: web.HTTPException) -> web.Response:
    """What the router raises for an address, or a method of one, that is not there, as a problem."""
    id = request.get(ID, "")
    if isinstance(raised, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(raised.allowed_methods))
        refused = Refused("invalid_message", f"This address takes {allowed}.")
        answer = problem(failed(refused), id, raised.status)
        answer.headers["Allow"] = allowed
        return answer
    return problem(failed(Refused("not_found", "There is nothing at this address.")), id)


def problem(ack: Json, id: str, status: int | None = None) -> web.Response:
    """A failed answer of the wire's as a problem document; `id` is that of the request."""
    error = ack["error"]
    code = error["code"]
    status = status or STATUS[code]
    headers = dict(NO_STORE)
    if code == "unauthorized":
        headers["WWW-Authenticate"] = "Bearer"
    if code in LATER:
        headers["Retry-After"] = LATER[code]
    body = {
        "type": f"urn:tandem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": error["message"],
        "instance": f"urn:tandem:request:{id}",  # what to quote
        **ack,
    }
    return web.json_response(body, status=status, headers=headers, content_type=PROBLEM)


async def body_of(request: web.Request, most: int) -> tuple[dict[str, Json], int]:
    """The JSON object that a request carries, and its bytes. Raises Refused."""
    if "Content-Encoding" in request.headers:  # nothing is unpacked, see app.py
        raise Refused("invalid_message", "The body must be sent as it is, without a Content-Encoding.")
    if (request.content_length or 0) > most:
        raise Refused("too_large", f"A request may have {most} bytes; this one has {request.content_length}.")
    text = b""
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for part in request.content.iter_any():
                text += part
                if len(text) > most:
                    raise Refused("too_large", f"A request may have {most} bytes; this one has more.")
        body = packets.loads(text.decode())
    except (TimeoutError, ConnectionError, RequestPayloadError, ValueError):  # it breaks off, or is no JSON
        body = None
    if not isinstance(body, dict):
        raise Refused("invalid_message", "The body must be a JSON object.")
    return body, len(text)


def _bearer(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _auth(request: web.Request) -> dict[str, Json]:
    """What a request says of who sent it, as a connect's `auth` has it."""
    return {
        "protocol": PROTOCOL,
        "token": _bearer(request),
        "user": request.headers.get("Tandem-User", ""),
        "name": request.headers.get("Tandem-Name", ""),
    }


def _nowhere(_: str) -> None:
    """A request joins no room."""
