"""What a browser's self-test (`/check`) asks: what came here of its requests. Open to all.

GET  /api/check          what this server has seen of the request; nothing of it is secret
POST /api/check          the same: browsers send an Origin with it, and show why it is refused
GET  /check/stream       a few lines, one after another: a proxy that collects them shows
"""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web

from server.config import Settings
from server.model import PROTOCOL, now
from server.transports.origins import SHOWN, forwarded

CHECK, STREAM = "/api/check", "/check/stream"
PIECES, APART = 4, 0.25  # lines of a stream, and the seconds between two of them
HEADERS = {"Cache-Control": "no-store"}


def setup(app: web.Application, settings: Settings) -> None:
    """Serve them; http.setup guards these routes too."""

    async def seen(request: web.Request) -> web.Response:
        headers = request.headers
        return web.json_response(
            {
                "ok": True,
                "protocol": PROTOCOL,
                "at": now(),
                "host": headers.get("Host", "")[:SHOWN],
                "origin": headers.get("Origin", "")[:SHOWN] or None,
                "scheme": headers.get("X-Forwarded-Proto", "")[:SHOWN] or None,
                "forwarded": len(forwarded(request)),  # not by whom: their addresses are their own
                "proxies": settings.trusted_proxies,
                "keyed": settings.keyed,
            },
            headers=HEADERS,
        )

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/plain; charset=utf-8"})
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
            for piece in range(PIECES):
                await response.write(b"%d\n" % piece)
                await asyncio.sleep(APART)
        return response

    app.router.add_get(CHECK, seen)
    app.router.add_post(CHECK, seen)
    app.router.add_get(STREAM, stream)
