"""REST: grids and records over plain HTTP, by the same commands as every door. It only translates.

    GET    /api/grids                          the grids that the key opens
    GET    /api/grids/ID                       one: its fields, epoch, revision, count, digest
    POST   /api/grids/ID/records               {"fields", "id"?}: add a record
    GET    /api/grids/ID/records/RECORD        one record
    PATCH  /api/grids/ID/records/RECORD        {"fields", "was"?}: change some fields
    DELETE /api/grids/ID/records/RECORD        delete it
    POST   /api/grids/ID/records/RECORD/restore
    POST   /api/grids/ID/batch                 {"mutations", "atomic"?}
    GET    /api/grids/ID/history               ?id= &author= &field= &deleted=true &before= &limit=

(All records at once: snapshot.py, export.py.) `Idempotency-Key` is the mutation id: repeated with the
same one, a write is answered what it was answered first (R3); without one the server makes it, and
says it. A record's version is its `ETag`; with `If-Match` a write is refused where it is another.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from server.commands import ENVELOPE, Commands
from server.errors import Refused
from server.model import Json, Record, uuid7
from server.protocol import ok
from server.service import GridService
from server.transports.door import NO_STORE, Door, body_of, problem
from server.transports.tracing import ID

GRID = "/api/grids/{grid}"
RECORDS = f"{GRID}/records"
RECORD = f"{RECORDS}/{{id}}"
ETAG = re.compile(r'"([1-9][0-9]{0,14})"')
NUMBER = re.compile(r"[0-9]{1,16}")
TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Ask:
    """A route that asks a command: `takes` names what its body may hold, `query` what its address may."""

    method: str
    path: str
    event: str
    takes: tuple[str, ...] = ()
    query: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        return self.method != "GET"


ASKS = (
    Ask("GET", "/api/grids", "list_grids"),
    Ask("POST", RECORDS, "add_record", takes=("fields", "id")),
    Ask("PATCH", RECORD, "update_record", takes=("fields", "was")),
    Ask("DELETE", RECORD, "delete_record"),
    Ask("POST", f"{RECORD}/restore", "restore_record"),
    Ask("POST", f"{GRID}/batch", "mutate", takes=("mutations", "atomic")),
    Ask(
        "GET",
        f"{GRID}/history",
        "history",
        query=("id", "author", "field", "deleted", "before", "limit"),
    ),
)


def setup(app: web.Application, commands: Commands, service: GridService, door: Door) -> None:
    """Serve them; http.setup guards these routes too."""

    async def grid(request: web.Request) -> web.Response:
        id = request.match_info["grid"]
        door.admit(request, "view", id)
        return _json(ok(grid=await service.describe(id)))

    async def record(request: web.Request) -> web.Response:
        id = request.match_info["grid"]
        door.admit(request, "view", id)
        found = await service.record(id, request.match_info["id"])
        tag = _tag(found.version)
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag, **NO_STORE})
        return _json(ok(record=_shown(found)), {"ETag": tag})

    def asking(ask: Ask) -> Any:
        async def serve(request: web.Request) -> web.Response:
            session = door.session(request)
            payload, size = await _payload(request, ask, service.limits.bytes)
            version = _version(request, ask, payload)
            if ask.event == "mutate" or not ask.writes:
                key = {}
            else:
                key = {"Idempotency-Key": payload.setdefault("mutation_id", uuid7())}
            answered: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

            def answer(ack: Json) -> None:
                if not answered.done():
                    answered.set_result(ack)

            pending = commands.dispatch(session, ask.event, [payload], size, answer, version)
            if pending is not None:
                await pending
            return _answer(ask, request, await answered, key)

        return door.answering(serve)

    app.router.add_get(GRID, door.answering(grid))
    app.router.add_get(RECORD, door.answering(record))
    for ask in ASKS:
        app.router.add_route(ask.method, ask.path, asking(ask))


async def _payload(request: web.Request, ask: Ask, most: int) -> tuple[dict[str, Json], int]:
    """What the command takes, put together, and the bytes it came in. Raises Refused."""
    payload: dict[str, Json] = dict(request.match_info)
    size = len(ask.event) + ENVELOPE + len(request.path_qs)
    stray = request.query.keys() - set(ask.query)
    if stray or len(set(request.query)) < len(request.query):
        takes = ", ".join(ask.query) or "nothing"
        raise Refused("invalid_message", f"This address takes {takes} after a question mark, each once.")
    payload |= {name: _typed(name, text) for name, text in request.query.items()}
    if ask.takes:
        body, more = await body_of(request, most)
        if body.keys() - set(ask.takes):
            raise Refused("invalid_message", f"The body takes {', '.join(ask.takes)}, nothing else.")
        payload |= body
        size += more
    if "Idempotency-Key" in request.headers:
        if ask.event == "mutate" or not ask.writes:
            raise Refused(
                "invalid_message", "Idempotency-Key is for one record: each mutation has its own id."
            )
        payload["mutation_id"] = request.headers["Idempotency-Key"].strip('"')
    return payload, size


def _typed(name: str, text: str) -> Json:
    """A value of the address as the command takes it; what is none is left for the command to refuse."""
    if name == "deleted":
        return TRUTH.get(text, text)
    return int(text) if name in ("before", "limit") and NUMBER.fullmatch(text) else text


def _version(request: web.Request, ask: Ask, payload: dict[str, Json]) -> int | None:
    """The version that the record must have. Raises Refused."""
    text = request.headers.get("If-Match")
    if text is None or text == "*":
        return None
    match = ETAG.fullmatch(text)
    if match is None or ask.event not in ("update_record", "delete_record"):
        raise Refused(
            "invalid_message", 'If-Match takes one version, such as "17", to change or delete a record.'
        )
    if ask.event == "delete_record":
        payload["version"] = int(match[1])
        return None
    return int(match[1])


def _answer(ask: Ask, request: web.Request, ack: Json, headers: Mapping[str, str]) -> web.Response:
    if not ack["ok"]:
        response = problem(ack, request.get(ID, ""))
        response.headers.update(headers)
        return response
    result = ack.get("result")
    if result is None:
        return _json(ack, headers)
    told = dict(headers)
    if ask.event != "delete_record":
        told["ETag"] = _tag(result["revision"])
    if ask.event != "add_record":
        return _json(ack, told)
    told["Location"] = f"{request.path}/{result['id']}"
    return _json(ack, told, 201)


def _json(body: Json, headers: Mapping[str, str] = NO_STORE, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers={**NO_STORE, **headers}, dumps=_dumps)


def _dumps(body: Json) -> str:
    return orjson.dumps(body).decode()


def _tag(version: int) -> str:
    return f'"{version}"'


def _shown(record: Record) -> dict[str, Json]:
    return {"id": record.id, "version": record.version, "fields": record.fields}
