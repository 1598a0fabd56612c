"""How a body is packed, how a long one is answered, and how it ends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import structlog
from aiohttp import web

from server.stores import StoreBusy

log = structlog.get_logger(__name__)

STALL = 60.0  # seconds; a reader that takes nothing for so long is cut


def takes(request: web.Request, coding: str) -> bool:
    """Whether its answer may be packed so: named by Accept-Encoding, and not with the weight 0."""
    pattern = rf"(?:^|,)\s*{coding}\s*(?!;\s*q=0(?:\.0*)?\s*(?:,|$))(?:[;,]|$)"
    return re.search(pattern, request.headers.get("Accept-Encoding", ""), re.IGNORECASE) is not None


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
