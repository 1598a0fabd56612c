"""The two documents over HTTP. They hold no data, so no key is asked for; http.setup guards them too."""

from __future__ import annotations

from functools import cache

import orjson
from aiohttp import web

from server.describing.asyncapi import asyncapi
from server.describing.openapi import openapi

HEADERS = {"Cache-Control": "no-cache"}


def setup(app: web.Application, keyed: bool) -> None:
    """Serve them, each made when it is asked for the first time."""

    @cache
    def rest() -> bytes:
        return orjson.dumps(openapi(keyed), option=orjson.OPT_NON_STR_KEYS)

    @cache
    def live() -> bytes:
        return orjson.dumps(asyncapi())

    async def serve_rest(_: web.Request) -> web.Response:
        return web.Response(body=rest(), content_type="application/json", headers=HEADERS)

    async def serve_live(_: web.Request) -> web.Response:
        return web.Response(body=live(), content_type="application/json", headers=HEADERS)

    app.router.add_get("/api/openapi.json", serve_rest)
    app.router.add_get("/api/asyncapi.json", serve_live)
