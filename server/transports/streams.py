"""What the routes share that answer with a long body: who may ask, what is refused, and how a body ends.

A key travels as `Authorization: Bearer KEY`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import structlog
from aiohttp import web

from server.access import Access, Identity
from server.auth import Permission
from server.errors import Refused
from server.model import PROTOCOL
from server.protocol import failed
from server.stores import StoreBusy
from server.transports.origins import address_of

log = structlog.get_logger(__name__)

STATUS = {
    "invalid_message": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "too_large": 413,
    "rate_limited": 429,
    "busy": 503,
}
STALL = 60.0  # seconds; a reader that takes nothing for so long is cut
BUSY = Refused("busy", "The server is busy. Ask again in a moment.")


class Door:
    """Who comes by HTTP, and what they may."""

    def __init__(self, access: Access, proxies: int) -> None:
        self._access = access
        self._proxies = proxies

    def admit(self, request: web.Request, permission: Permission, grid: str | None = None) -> Identity:
        """Whose key the request carries. Raises Refused where that may not do it."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        token = key.strip() if scheme.lower() == "bearer" else ""
        address = address_of(request, self._proxies)
        identity = self._access.identify({"protocol": PROTOCOL, "token": token}, "", address)
        refusal = identity.key.refusal(permission, grid)
        if refusal is not None:
            raise refusal
        return identity

    def is_good(self, identity: Identity) -> bool:
        """Whether the key has not been taken back since."""
        return self._access.is_good(identity.key)


def refusal(refused: Refused) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    if refused.code == "unauthorized":
        headers["WWW-Authenticate"] = "Bearer"
    return web.json_response(failed(refused), status=STATUS[refused.code], headers=headers)


async def send(
    request: web.Request,
    parts: AsyncIterator[bytes],
    headers: dict[str, str],
    good: Callable[[], bool],
    **what: str,
) -> web.StreamResponse:
    """Answer with the parts, one at a time, while it is `good` to go on; what breaks off never passes
    for whole. `what` is for the log."""
    response = web.StreamResponse(headers={**headers, "Cache-Control": "no-store"})
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    try:
        async for part in parts:
            if not good():
                log.info("stream_forbidden", **what)
                _cut(request)
                break
            async with asyncio.timeout(STALL):
                await response.write(part)
    except ConnectionError:
        log.info("stream_left", **what)
    except (StoreBusy, TimeoutError) as problem:
        log.warning("stream_broken", **what, reason=type(problem).__name__)
        _cut(request)
    return response


def _cut(request: web.Request) -> None:
    """Without an end of the body: what has come so far must not pass for the whole."""
    if request.transport is not None:
        request.transport.abort()
