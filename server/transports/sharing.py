"""Keys over HTTP, for the page's Share dialog. It only translates.

    GET    /api/access                who asks, and what they may
    GET    /api/grids/ID/keys         the keys of a grid, never the keys themselves
    POST   /api/grids/ID/keys         {"name", "role"}: make one; its answer alone holds the key
    DELETE /api/grids/ID/keys/KEY     take one back

Permission: view for the first; the others take a key that may edit every grid.
"""

from __future__ import annotations

import structlog
from aiohttp import web

from server.access import Access
from server.auth import Key
from server.errors import Refused
from server.model import Json
from server.protocol import ok
from server.stores import StoredKey
from server.transports.door import NO_STORE, Door, body_of

log = structlog.get_logger(__name__)

KEYS = "/api/grids/{grid}/keys"
MOST_BYTES = 1_000
ROLES = ("view", "edit")


def setup(app: web.Application, access: Access, door: Door) -> None:
    """Serve them; http.setup guards these routes too."""

    def sharer(request: web.Request) -> str:
        """The grid that the request is about. Raises Refused for who may not share."""
        key = door.admit(request, "edit")
        if not access.keyed:
            raise Refused("forbidden", "This server asks for no key: everybody who reaches it may edit.")
        if key.grid is not None:
            raise Refused("forbidden", "Only who may edit every grid can share one.")
        return request.match_info["grid"]

    async def who(request: web.Request) -> web.Response:
        return _ok(**_told(door.admit(request, "view"), access.keyed))

    async def listed(request: web.Request) -> web.Response:
        return _ok(keys=[_shown(key) for key in await access.list(sharer(request))])

    async def made(request: web.Request) -> web.Response:
        grid = sharer(request)
        body, _ = await body_of(request, MOST_BYTES)
        name, role = body.get("name"), body.get("role")
        if not isinstance(name, str) or role not in ROLES or body.keys() - {"name", "role"}:
            raise Refused("invalid_message", 'It takes {"name": a text, "role": "view" or "edit"}.')
        key, text = await access.add(grid, name, role)
        log.info("key_made", holder=key.id, grid=grid, role=role)
        return _ok(key={**_shown(key), "token": text})

    async def taken_back(request: web.Request) -> web.Response:
        id = request.match_info["key"]
        if not await access.take_back(sharer(request), id):
            raise Refused("not_found", "There is no such key (any more).")
        log.info("key_taken_back", holder=id)
        return _ok()

    app.router.add_get("/api/access", door.answering(who))
    app.router.add_get(KEYS, door.answering(listed))
    app.router.add_post(KEYS, door.answering(made))
    app.router.add_delete(f"{KEYS}/{{key}}", door.answering(taken_back))


def _ok(**body: Json) -> web.Response:
    return web.json_response(ok(**body), headers=NO_STORE)


def _told(key: Key, keyed: bool) -> Json:
    may_share = keyed and key.role == "edit" and key.grid is None
    return {"keyed": keyed, "name": key.name, "role": key.role, "grid": key.grid, "may_share": may_share}


def _shown(key: StoredKey) -> Json:
    return {"id": key.id, "name": key.name, "role": key.role, "at": key.at}
