"""Records over HTTP: `GET /api/grids/ID/records?epoch=&since=`. It only translates.

The body is lines of JSON, each what `pull` answers; see Snapshots. Permission: view.
"""

from __future__ import annotations

import re
from contextlib import aclosing
from functools import partial

from aiohttp import web

from server.blocks import gzip, plain
from server.errors import Refused
from server.model import Json
from server.protocol import parse
from server.service import GridService
from server.transports.door import Door
from server.transports.streams import send, takes

ADDRESS = "/api/grids/{grid}/records"
HEADERS = {"Content-Type": "application/x-ndjson; charset=utf-8", "Vary": "Accept-Encoding"}
PACKED = {**HEADERS, "Content-Encoding": "gzip"}
REVISION = re.compile(r"[0-9]{1,16}")


def setup(app: web.Application, service: GridService, door: Door) -> None:
    """Serve the records; http.setup guards this route too."""

    async def serve(request: web.Request) -> web.StreamResponse:
        grid = request.match_info["grid"]
        key = door.admit(request, "view", grid)
        blocks = await service.snapshot(grid, *_asked(request))
        packed = takes(request, "gzip")
        async with aclosing(gzip(blocks) if packed else plain(blocks)) as parts:
            headers = PACKED if packed else HEADERS
            return await send(request, parts, headers, partial(door.is_good, key), grid=grid)

    app.router.add_get(ADDRESS, door.answering(serve))


def _asked(request: web.Request) -> tuple[str | None, int | None]:
    """`epoch` and `since` as `pull` has them; absent is null. Raises Refused."""
    asked: dict[str, Json] = dict(request.query)
    if len(asked) < len(request.query) or asked.keys() - {"epoch", "since"}:
        raise Refused("invalid_message", "This address takes epoch and since, each once, and nothing else.")
    since = asked.get("since")
    if since is not None and REVISION.fullmatch(since):
        since = int(since)
    asked = parse("pull", {"grid": "", "epoch": asked.get("epoch"), "since": since})
    return asked["epoch"], asked["since"]
