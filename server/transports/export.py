"""A grid as a file over HTTP: `GET /api/grids/ID/export.csv` (or `.safe.csv`, `.json`). It only translates.

Permission: view.
"""

from __future__ import annotations

from contextlib import aclosing
from functools import partial

from aiohttp import web

from server.service import GridService
from server.transports.door import Door
from server.transports.streams import send

ADDRESS = "/api/grids/{grid}/export.{form}"
ROUTE = ADDRESS.replace("{form}", r"{form:csv|safe\.csv|json}")
CSV = "text/csv; charset=utf-8"
TYPES = {"csv": CSV, "safe.csv": CSV, "json": "application/json"}


def setup(app: web.Application, service: GridService, door: Door) -> None:
    """Serve the exports; http.setup guards this route too."""

    async def serve(request: web.Request) -> web.StreamResponse:
        grid, form = request.match_info["grid"], request.match_info["form"]
        key = door.admit(request, "view", grid)
        parts = await service.export(grid, form)
        headers = {
            "Content-Type": TYPES[form],
            # A grid's id is made of a-z, 0-9, "-" and "_": a file name everywhere, with nothing to escape.
            "Content-Disposition": f'attachment; filename="{grid}.{form}"',
        }
        async with aclosing(parts):
            return await send(request, parts, headers, partial(door.is_good, key), grid=grid, form=form)

    app.router.add_get(ROUTE, door.answering(serve))
