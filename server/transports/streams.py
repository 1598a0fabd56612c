"""What the routes share that answer with a long body: who may ask, what is refused, and how a body ends.

A key travels as `Authorization: Bearer KEY`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from server.auth import Identity, identify
from server.config import Settings
from server.errors import Refused
from server.model import PROTOCOL
from server.protocol import failed
from server.stores import StoreBusy

log = structlog.get_logger(__name__)

STATUS = {"invalid_message": 400, "unauthorized": 401, "forbidden": 403, "not_found": 404, "busy": 503}
STALL = 60.0  # seconds; a reader that takes nothing for so long is cut
BUSY = Refused("busy", "The server is busy. Ask again in a moment.")


def admit(settings: Settings, request: web.Request) -> Identity:
    """Whose key the request carries. Raises Refused."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    token = key.strip() if scheme.lower() == "bearer" else ""
    return identify(settings, {"protocol": PROTOCOL, "token": token}, "")


def refusal(refused: Refused) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    if refused.code == "unauthorized":
        headers["WWW-Authenticate"] = "Bearer"
    return web.json_response(failed(refused), status=STATUS[refused.code], headers=headers)


async def send(
    request: web.Request, parts: AsyncIterator[bytes], headers: dict[str, str], **what: str
) -> web.StreamResponse:
    """Answer with the parts, one at a time; what breaks off never passes for whole. `what` is for the log."""
    response = web.StreamResponse(headers={**headers, "Cache-Control": "no-store"})
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    try:
        async for part in parts:
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
