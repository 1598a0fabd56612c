"""REST as OpenAPI 3.1: the routes and the shapes, put together by apispec."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from marshmallow import fields as ma

from server.auth import MAX_USER
from server.describing.answers import Problem
from server.describing.rest import JSON, PUBLIC, ROUTES, Route
from server.describing.schemas import Described, Describer, javascript
from server.errors import Refused
from server.exporting import FORMATS
from server.grids import GRID_ID
from server.model import Json
from server.protocol import UUID, failed
from server.transports.door import PROBLEM, STATUS, problem
from server.transports.rest import ETAG

ABOUT = """\
Grids and records over plain HTTP: the same checks, codes and results as over Socket.IO, and live for all
others. What the words mean is told in the protocol's description, docs/PROTOCOL.md, and in docs/API.md."""

KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key that the server was given, or one of a shared link.",
}
UUID_TEXT = {"type": "string", "pattern": javascript(UUID)}
PARAMETERS: dict[str, tuple[str, Described]] = {
    "grid": ("A grid's id.", {"type": "string", "pattern": f"^{GRID_ID.pattern}$"}),
    "id": ("A record's id.", UUID_TEXT),
    "key": ("A key's id, as their list tells it.", {"type": "string"}),
    "form": ("The kind of file.", {"type": "string", "enum": list(FORMATS)}),
    "Idempotency-Key": (
        "The mutation id. The same one again takes no effect, and is answered as it was first. "
        "Without one the server makes it.",
        UUID_TEXT,
    ),
    "If-Match": (
        "The `ETag` that the record must have.",
        {"type": "string", "pattern": rf"^({ETAG.pattern}|\*)$"},
    ),
    "If-None-Match": ("The `ETag` that you hold.", {"type": "string"}),
    "Tandem-User": (
        "Who writes: an id that stays the same.",
        {"type": "string", "pattern": f"^[ -~]{{0,{MAX_USER}}}$"},
    ),
    "Tandem-Name": ("Who writes: a label for other people.", {"type": "string"}),
}
LINKS = {  # from a record that was added to what can be done with it
    id: {
        "operationId": id,
        "parameters": {"grid": "$request.path.grid", "id": "$response.body#/result/id"},
    }
    for id in ("read_record", "update_record", "delete_record", "restore_record")
}
TOLD = {
    "ETag": "The record's version.",
    "Idempotency-Key": "The mutation id.",
    "Location": "The record's address.",
}


def openapi(keyed: bool) -> Described:
    """The document, of a server that asks for a key or of one that does not."""
    describer = Describer(
        "Tandem", info={"description": ABOUT, "license": {"name": "MIT", "identifier": "MIT"}}
    )
    spec = describer.spec
    if keyed:
        spec.components.security_scheme("key", KEY)
    for status in sorted({status for route in ROUTES for status in route.problems}):
        spec.components.response(str(status), _problem(describer, status))
    for name, (about, schema) in PARAMETERS.items():
        place = "path" if name.islower() else "header"
        spec.components.parameter(name, place, {"description": about, "schema": schema})
    for path in dict.fromkeys(route.path for route in ROUTES):
        operations = {
            route.method.lower(): _operation(describer, route, keyed)
            for route in ROUTES
            if route.path == path
        }
        spec.path(path, operations=operations)
    document: Described = spec.to_dict()
    document["components"]["schemas"] = describer.components()
    return document


def _problem(describer: Describer, status: int) -> Described:
    codes = " or ".join(f"`{code}`" for code, each in STATUS.items() if each == status)
    headers = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
    return {
        "description": f"{HTTPStatus(status).phrase}: {codes}.",
        "content": {PROBLEM: {"schema": describer.ref(Problem), "example": _example(status)}},
        **({"headers": headers} if status in (429, 503) else {}),
    }


def _example(status: int) -> Described:
    code = next(code for code, each in STATUS.items() if each == status)
    told: Described = json.loads(
        problem(failed(Refused(code, "A sentence for people.")), "1f0c5d7a9b3e8642").text or ""
    )
    return told


def _operation(describer: Describer, route: Route, keyed: bool) -> Described:
    answers = {media: {"schema": _schema(describer, shape)} for media, shape in route.answers.items()}
    told = {name: {"description": TOLD[name], "schema": {"type": "string"}} for name in route.told}
    operation: Described = {
        "operationId": route.id,
        "tags": [route.tag],
        "summary": route.about,
        "parameters": list(_parameters(describer, route)),
        "responses": {
            route.status: {
                "description": "Done.",
                "content": answers,
                **({"headers": told} if told else {}),
                **({"links": LINKS} if route.id == "add_record" else {}),
            },
            **{status: str(status) for status in route.problems},
        },
    }
    if "If-None-Match" in route.headers:
        operation["responses"][304] = {"description": "It still is what you hold."}
    if keyed:
        operation["security"] = [] if route.problems == PUBLIC else [{"key": []}]
    if route.body is not None:
        content = {JSON: {"schema": describer.ref(route.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(describer: Describer, route: Route) -> Iterator[Any]:
    yield from (name for name in ("grid", "id", "key", "form") if f"{{{name}}}" in route.path)
    yield from route.headers
    for name, field in route.query.items():
        schema = describer.value(field)
        if isinstance(schema["type"], list):  # an address has no null
            schema["type"] = schema["type"][0]
        about = schema.pop("description", "")
        yield {"name": name, "in": "query", "description": about, "schema": schema}


def _schema(describer: Describer, shape: Json) -> Described:
    if isinstance(shape, dict):
        return shape
    return describer.value(shape) if isinstance(shape, ma.Field) else describer.ref(shape)
