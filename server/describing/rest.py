"""What each address under /api does, takes and answers. Those that ask a command are derived from the table
of transports/rest.py. What is missing here, or is not there, is found by a test that walks the router.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from server.describing.answers import (
    ANSWERS,
    Access,
    GridAnswer,
    Health,
    KeyAnswer,
    Keys,
    Page,
    RecordAnswer,
    Seen,
    Success,
)
from server.describing.asked import PAYLOADS, KeyBody, name_of, part_of
from server.describing.parts import many, one, text
from server.describing.shapes import Record
from server.transports import check, export, rest, sharing, snapshot
from server.transports.rest import GRID, RECORD, Ask

JSON = "application/json"
ANY_OBJECT = {"type": "object"}

# The statuses of problems. A write may have any: a known Idempotency-Key is answered as it was first.
PUBLIC = (500,)
READ = (400, 401, 429, 500, 503)
READ_GRID = (*READ, 403, 404)
WRITE = (*READ_GRID, 409, 410, 412, 413, 422)

# By event: the group and the sentence by which the page of all addresses shows its route.
ASKED = {
    "list_grids": ("Grids", "List the grids that the key opens"),
    "add_record": ("Records", "Add a record"),
    "update_record": ("Records", "Change some fields of a record"),
    "delete_record": ("Records", "Delete a record"),
    "restore_record": ("Records", "Bring a deleted record back, as it was"),
    "mutate": ("Records", "Add, change, delete and restore many records"),
    "history": ("History", "List changes, newest first"),
}


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method of one address. `answers` has a shape, a field or a schema by media type."""

    method: str = "GET"
    path: str
    id: str
    tag: str
    about: str
    answers: Mapping[str, Any]
    status: int = 200  # of those
    told: Sequence[str] = ()  # headers of those
    problems: Sequence[int] = READ_GRID
    headers: Sequence[str] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    body: type[Schema] | None = None


def _asking(ask: Ask) -> Route:
    tag, about = ASKED[ask.event]
    fields = PAYLOADS[ask.event]().fields
    adds, single = ask.event == "add_record", ask.writes and ask.event != "mutate"
    versioned = ask.event in ("update_record", "delete_record")
    tagged = single and ask.event != "delete_record"
    return Route(
        method=ask.method,
        path=ask.path,
        id=ask.event,
        tag=tag,
        about=about,
        answers={JSON: ANSWERS[ask.event]},
        status=201 if adds else 200,
        told=["ETag"] * tagged + ["Idempotency-Key"] * single + ["Location"] * adds,
        problems=WRITE if ask.writes else READ_GRID if "{grid}" in ask.path else READ,
        headers=["If-Match"] * versioned
        + ["Idempotency-Key"] * single
        + ["Tandem-User", "Tandem-Name"] * ask.writes,
        query={name: fields[name] for name in ask.query},
        body=part_of(ask.event, ask.takes, f"{name_of(ask.event)}Body") if ask.takes else None,
    )


ROUTES = (
    *map(_asking, rest.ASKS),
    Route(
        path=GRID,
        id="describe_grid",
        tag="Grids",
        about="Tell what a grid is, and its state",
        answers={JSON: GridAnswer},
    ),
    Route(
        path=export.ADDRESS,
        id="export_grid",
        tag="Grids",
        about="Export all records as a file",
        answers={"text/csv": text(), JSON: many(one(Record))},
    ),
    Route(
        path=snapshot.ADDRESS,
        id="read_records",
        tag="Records",
        about="Read all records, or those changed since: lines of JSON, as the protocol's pull",
        answers={"application/x-ndjson": Page},
        query={
            "epoch": text("the one that you hold", required=False),
            "since": PAYLOADS["pull"]().fields["since"],
        },
    ),
    Route(
        path=RECORD,
        id="read_record",
        tag="Records",
        about="Read a record",
        answers={JSON: RecordAnswer},
        told=["ETag"],
        problems=(*READ_GRID, 410),
        headers=["If-None-Match"],
    ),
    Route(
        path="/api/access",
        id="access",
        tag="Keys",
        about="Tell who asks, and what they may",
        answers={JSON: Access},
        problems=READ,
    ),
    Route(
        path=sharing.KEYS, id="list_keys", tag="Keys", about="List the keys of a grid", answers={JSON: Keys}
    ),
    Route(
        method="POST",
        path=sharing.KEYS,
        id="add_key",
        tag="Keys",
        about="Make a key of a grid",
        answers={JSON: KeyAnswer},
        problems=(*READ_GRID, 413),
        body=KeyBody,
    ),
    Route(
        method="DELETE",
        path=f"{sharing.KEYS}/{{key}}",
        id="delete_key",
        tag="Keys",
        about="Take a key back",
        answers={JSON: Success},
    ),
    *(
        Route(
            method=method,
            path=check.CHECK,
            id=id,
            tag="Server",
            about=about,
            answers={JSON: Seen},
            problems=PUBLIC,
        )
        for method, id, about in (
            ("GET", "seen", "Tell what has come of this request after all proxies"),
            ("POST", "seen_with_origin", "The same; browsers send an Origin with it"),
        )
    ),
    Route(
        path="/healthz",
        id="health",
        tag="Server",
        about="Tell whether the process serves",
        answers={JSON: Health},
        problems=PUBLIC,
    ),
    Route(
        path="/api/openapi.json",
        id="openapi",
        tag="Server",
        about="This description",
        answers={JSON: ANY_OBJECT},
        problems=PUBLIC,
    ),
    Route(
        path="/api/asyncapi.json",
        id="asyncapi",
        tag="Server",
        about="The description of Socket.IO and the plain WebSocket",
        answers={JSON: ANY_OBJECT},
        problems=PUBLIC,
    ),
    Route(
        path="/api/docs",
        id="docs",
        tag="Server",
        about="The page to try all of this",
        answers={"text/html": text()},
        problems=PUBLIC,
    ),
)
