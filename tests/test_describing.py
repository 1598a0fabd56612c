"""The documents that describe the doors: valid, complete, strict, and there for everybody."""

from __future__ import annotations

import inspect
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner
from jsonschema_rs import Draft7Validator
from marshmallow import Schema
from openapi_spec_validator import validate

from server.cli import cli
from server.commands import COMMANDS
from server.committer import _unjudged
from server.describing import answers, shapes
from server.describing.answers import ANSWERS
from server.describing.asyncapi import asyncapi
from server.describing.openapi import openapi
from server.errors import Refused
from server.fields import COMMON, KEY_TYPES
from server.model import uuid7
from server.protocol import SHAPES
from tests.described import answered, documents, message
from tests.frames import Running, Start, keyed, raw, run
from tests.servers import ROOT
from tests.test_golden import MESSAGES

ASYNCAPI = ROOT / "webapp" / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
PUBLIC = {"/api/openapi.json", "/api/asyncapi.json", "/api/docs", "/api/check", "/healthz"}


def walked(document: Any) -> Iterator[Any]:
    """Every object in it."""
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from walked(value)
    elif isinstance(document, list):
        for value in document:
            yield from walked(value)


def test_the_openapi_document_is_one() -> None:
    validate(documents()[1])


def test_the_asyncapi_document_is_one() -> None:
    if not ASYNCAPI.exists():
        missing = f"{ASYNCAPI.name} of AsyncAPI is missing: npm --prefix webapp ci."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    flaws = [
        flaw.message for flaw in Draft7Validator(json.loads(ASYNCAPI.read_text())).iter_errors(documents()[0])
    ]
    assert flaws == []


@pytest.mark.parametrize("which", [0, 1])
def test_every_reference_leads_somewhere(which: int) -> None:
    document = documents()[which]
    for ref in {part["$ref"] for part in walked(document) if "$ref" in part}:
        place = document
        for step in ref.removeprefix("#/").split("/"):
            place = place[step]
        assert place


async def test_every_route_is_described_and_none_besides(aiohttp_server: Start, tmp_path: Path) -> None:
    app: web.Application = (await run(aiohttp_server, tmp_path)).app
    found = {
        (route.method.lower(), route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    served = {route for route in found if route[1].startswith("/api/") or route[1] in PUBLIC}
    paths = documents()[1]["paths"]
    assert {(method, path) for path, operations in paths.items() for method in operations} == served


def test_every_parameter_of_a_path_is_described() -> None:
    document = documents()[1]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            refs = [each["$ref"].rpartition("/")[2] for each in operation["parameters"] if "$ref" in each]
            named = [document["components"]["parameters"][ref] for ref in refs]
            assert {each["name"] for each in named if each["in"] == "path"} == set(
                re.findall(r"{(\w+)}", path)
            )


def test_every_event_is_described_with_its_answer() -> None:
    live = documents()[0]
    assert ANSWERS.keys() == SHAPES.keys() == COMMANDS.keys()
    for channel in ("socketio", "websocket"):
        for event in COMMANDS:
            operation = live["operations"][f"{channel}.{event}"]
            assert operation["action"] == "receive"
            assert operation["reply"]["messages"] == [
                {"$ref": f"#/channels/{channel}/messages/{event}.answer"}
            ]


def test_no_shape_is_described_in_vain() -> None:
    named = {
        name.removesuffix("Message")  # of the plain WebSocket
        for document in documents()
        for name in document["components"]["schemas"]
    }
    classes = {
        name
        for module in (answers, shapes)
        for name, shape in inspect.getmembers(module, inspect.isclass)
        if issubclass(shape, Schema) and shape.__module__ == module.__name__
    }
    assert classes <= named


def test_a_fields_description_has_the_keys_that_fields_have() -> None:
    schemas = documents()[1]["components"]["schemas"]
    assert schemas["FieldDescription"]["properties"].keys() == KEY_TYPES.keys() | {"min", "max"}
    assert schemas["FieldRules"]["properties"].keys() == (KEY_TYPES.keys() | {"min", "max"}) - COMMON | {
        "type"
    }


# Strict: what is too much or too little is seen


def described(golden: dict[str, Any]) -> list[tuple[Draft7Validator, Any]]:
    event, payload = golden["event"], golden["payload"]
    found = [(message("socketio", event), payload)]
    if golden["direction"] == "client":
        found.append((message("socketio", f"{event}.answer"), golden["ack"]))
    return found


@pytest.mark.parametrize("golden", MESSAGES, ids=lambda golden: f"{golden['event']}: {golden['name']}")
def test_every_golden_message_is_as_described(golden: dict[str, Any]) -> None:
    for validator, value in described(golden):
        assert validator.is_valid(value)
        assert not validator.is_valid({**value, "more_than_told": 1})


FREE = {"fields", "was", "replaced", "previous", "conflicts"}  # keys by which a grid's own fields come


def spoiled(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The value with one more key, or one item more, at each place in it."""
    if isinstance(value, dict):
        yield path, {**value, "more_than_told": 1}
        for key, part in value.items():
            if key not in FREE:
                yield from ((where, {**value, key: made}) for where, made in spoiled(part, (*path, key)))
    elif isinstance(value, list):
        for index, part in enumerate(value[:2]):
            yield from (
                (where, [*value[:index], made, *value[index + 1 :]])
                for where, made in spoiled(part, (*path, index))
            )


@pytest.mark.parametrize("event", ["join_grid", "pull", "mutate", "history", "changes", "head"])
def test_one_key_too_many_is_seen_wherever_it_is(event: str) -> None:
    golden = next(each for each in MESSAGES if each["event"] == event)
    count = 0
    for validator, value in described(golden):
        for where, made in spoiled(value):
            if "default" in where or "options" in where:  # any JSON
                continue
            assert not validator.is_valid(made), where
            count += 1
    assert count


@pytest.mark.parametrize(
    ("event", "key"),
    [("head", "digest"), ("changes", "from"), ("presence", "sessions"), ("grid_changed", "definition")],
)
def test_an_announcement_has_all_its_keys(event: str, key: str) -> None:
    payloads: dict[str, dict[str, Any]] = {
        "head": {"grid": "g", "epoch": "e", "definition": 1, "revision": 0, "count": 0, "digest": 0},
        "changes": {"grid": "g", "epoch": "e", "from": 0, "to": 0, "changes": []},
        "presence": {"grid": "g", "sessions": [{"session": "s", "gone": True}]},
        "grid_changed": {"grid": "g", "definition": 2},
    }
    full = payloads[event]
    assert message("socketio", event).is_valid(full)
    assert not message("socketio", event).is_valid({name: full[name] for name in full if name != key})


def test_an_entry_has_its_places_and_no_more() -> None:
    id = "0192abcd-0000-7000-8000-00000000000a"
    page = {"ok": True, "mode": "reset", "epoch": "e", "from": 0, "to": 1, "more": False}
    for entry, right in (
        ([id, 1, None], True),
        ([id, 1, {}, 0], False),
        ([id, 1], False),
        ([1, id, None], False),
    ):
        assert message("socketio", "pull.answer").is_valid({**page, "records": [entry]}) is right


# Served


async def test_the_documents_are_there_for_everybody(aiohttp_server: Start, tmp_path: Path) -> None:
    server = await run(aiohttp_server, tmp_path, **keyed(edit="pen"))
    assert await server.http("GET", "/api/openapi.json") == (200, documents()[1])
    assert await server.http("GET", "/api/asyncapi.json") == (200, documents()[0])
    for path, operations in documents()[1]["paths"].items():
        for operation in operations.values():
            assert operation["security"] == ([] if path in PUBLIC else [{"key": []}])


async def test_a_server_without_keys_asks_for_none(aiohttp_server: Start, tmp_path: Path) -> None:
    server = await run(aiohttp_server, tmp_path)
    _, document = await server.http("GET", "/api/openapi.json")
    assert not any("security" in part or "securitySchemes" in part for part in walked(document))


@pytest.mark.parametrize(("name", "document"), [("openapi", openapi(keyed=True)), ("asyncapi", asyncapi())])
def test_the_command_line_writes_them(name: str, document: Any) -> None:
    result = CliRunner().invoke(cli, ["describe", name])
    assert result.exit_code == 0
    assert json.loads(result.output) == json.loads(json.dumps(document))


async def test_what_is_not_as_described_is_seen_by_the_tests_clients(
    aiohttp_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server: Running = await run(aiohttp_server, tmp_path)
    service = server.transport.hall.service

    async def more(*_: Any) -> Any:
        return {"ok": True, "grids": [], "more": 1}

    monkeypatch.setattr(type(service), "list_grids", more)
    monkeypatch.setitem(COMMANDS, "list_grids", type(COMMANDS["list_grids"])("view", more))
    async with raw(server.url) as client:
        with pytest.raises(AssertionError, match="not as described"):
            await client.ask("list_grids")
    with pytest.raises(AssertionError, match="not as described"):
        await server.http("GET", "/api/grids")


def test_the_answer_of_mutations_that_failed_is_as_described() -> None:
    """Seldom seen: while the database is away, in a request that is not atomic."""
    failed = _unjudged(uuid7(), uuid7(), Refused("busy", "The server is busy."))
    answered("socketio", "mutate", {"ok": True, "results": [failed]})
