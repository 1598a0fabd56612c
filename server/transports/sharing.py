"""Keys over HTTP, for the page's Share dialog. It only translates.

    GET    /api/access                who asks, and what they may
    GET    /api/grids/ID/keys         the keys of a grid, never the keys themselves
    POST   /api/grids/ID/keys         {"name", "role"}: make one; its answer alone holds the key
    DELETE /api/grids/ID/keys/KEY     take one back

Permission: view for the first; the others take a key that may edit every grid.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from server.access import Access, Identity
from server.errors import Refused
from server.model import Json
from server.protocol import ok
from server.stores import StoreBusy, StoredKey, UnknownGrid
from server.transports.streams import BUSY, Door, refusal

log = structlog.get_logger(__name__)

KEYS = "/api/grids/{grid}/keys"
MOST_BYTES = 1_000
ROLES = ("view", "edit")

Serve = Callable[[web.Request], Awaitable[Json]]


def setup(app: web.Application, access: Access, door: Door) -> None:
    """Serve them; http.setup guards these routes too."""

    def sharer(request: web.Request) -> str:
        """The grid that the request is about. Raises Refused for who may not share."""
        identity = door.admit(request, "edit")
        if not access.keyed:
            raise Refused("forbidden", "This server asks for no key: everybody who reaches it may edit.")
        if identity.key.grid is not None:
            raise Refused("forbidden", "Only who may edit every grid can share one.")
        return request.match_info["grid"]

    async def who(request: web.Request) -> Json:
        return _told(door.admit(request, "view"), access.keyed)

    async def listed(request: web.Request) -> Json:
        return {"keys": [_shown(key) for key in await access.list(sharer(request))]}

    async def made(request: web.Request) -> Json:
        grid = sharer(request)
        body = await _body(request)
        name, role = body.get("name"), body.get("role")
        if not isinstance(name, str) or role not in ROLES or body.keys() - {"name", "role"}:
            raise Refused("invalid_message", 'It takes {"name": a text, "role": "view" or "edit"}.')
        key, text = await access.add(grid, name, role)
        log.info("key_made", holder=key.id, grid=grid, role=role)
        return {"key": {**_shown(key), "token": text}}

    async def taken_back(request: web.Request) -> Json:
        id = request.match_info["key"]
        if not await access.take_back(sharer(request), id):
            raise Refused("not_found", "There is no such key (any more).")
        log.info("key_taken_back", holder=id)
        return {}

    app.router.add_get("/api/access", _answering(who))
    app.router.add_get(KEYS, _answering(listed))
    app.router.add_post(KEYS, _answering(made))
    app.router.add_delete(f"{KEYS}/{{key}}", _answering(taken_back))


def _answering(serve: Serve) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The answer of a route in the wire's words (R1)."""

    async def answer(request: web.Request) -> web.Response:
        try:
            body = await serve(request)
        except Refused as refused:
            return refusal(refused)
        except UnknownGrid:
            return refusal(Refused("not_found", "There is no such grid."))
        except StoreBusy:
            return refusal(BUSY)
        return web.json_response(ok(**body), headers={"Cache-Control": "no-store"})

    return answer


async def _body(request: web.Request) -> dict[str, Json]:
    """The JSON object that a request carries. Raises Refused."""
    if (request.content_length or 0) > MOST_BYTES:
        raise Refused("too_large", f"This takes at most {MOST_BYTES} bytes.")
    try:
        body = json.loads(await request.content.read(MOST_BYTES + 1))
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused("invalid_message", "This takes a JSON object.")
    return body


def _told(identity: Identity, keyed: bool) -> Json:
    key = identity.key
    may_share = keyed and key.role == "edit" and key.grid is None
    return {"keyed": keyed, "name": key.name, "role": key.role, "grid": key.grid, "may_share": may_share}


def _shown(key: StoredKey) -> Json:
    return {"id": key.id, "name": key.name, "role": key.role, "at": key.at}
