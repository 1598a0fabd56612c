"""A grid as a file over HTTP: `GET /api/grids/ID/export.csv` (or `.json`). It only translates.

Permission: view, which every identity has. A key travels as `Authorization: Bearer KEY`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from aiohttp import web

from server.auth import identify
from server.config import Settings
from server.errors import Refused
from server.model import PROTOCOL
from server.protocol import failed
from server.service import GridService
from server.stores import StoreBusy

log = structlog.get_logger(__name__)

ADDRESS = "/api/grids/{grid}/export.{form:csv|json}"
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
STATUS = {"unauthorized": 401, "forbidden": 403, "not_found": 404, "busy": 503}
STALL = 60.0  # seconds; a reader that takes nothing for so long is cut


def setup(app: web.Application, service: GridService, settings: Settings) -> None:
    """Serve the exports; http.setup guards this route too."""

    async def serve(request: web.Request) -> web.StreamResponse:
        grid, form = request.match_info["grid"], request.match_info["form"]
        try:
            identify(settings, {"protocol": PROTOCOL, "token": _key(request)}, "")
            parts = await service.export(grid, form)
        except Refused as refused:
            return _refusal(refused)
        except StoreBusy:
            return _refusal(Refused("busy", "The server is busy. Ask again in a moment."))
        async with aclosing(parts):
            return await _stream(request, parts, grid, form)

    app.router.add_get(ADDRESS, serve)


async def _stream(
    request: web.Request, parts: AsyncGenerator[bytes, None], grid: str, form: str
) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": TYPES[form],
            # A grid's id is made of a-z, 0-9, "-" and "_": a file name everywhere, with nothing to escape.
            "Content-Disposition": f'attachment; filename="{grid}.{form}"',
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    try:
        async for part in parts:
            async with asyncio.timeout(STALL):
                await response.write(part)
    except ConnectionError:
        log.info("export_left", grid=grid)
    except (StoreBusy, TimeoutError) as problem:
        log.warning("export_broken", grid=grid, reason=type(problem).__name__)
        _cut(request)
    return response


def _cut(request: web.Request) -> None:
    """Without an end of the body: what has come so far must not pass for the whole."""
    if request.transport is not None:
        request.transport.abort()


def _key(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _refusal(refused: Refused) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    if refused.code == "unauthorized":
        headers["WWW-Authenticate"] = "Bearer"
    return web.json_response(failed(refused), status=STATUS[refused.code], headers=headers)
