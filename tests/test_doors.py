"""What holds whichever door one comes through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.model import uuid7
from tests.doors import LIVE, NAMES, Door, through
from tests.frames import Running, Start, run

JOIN = {"grid": "tasks", "limit": 0}


@pytest.fixture
async def server(aiohttp_server: Start, tmp_path: Path) -> Running:
    return await run(aiohttp_server, tmp_path)


@pytest.fixture(params=NAMES)
async def door(request: pytest.FixtureRequest, server: Running) -> AsyncIterator[Door]:
    async with through(request.param, server.url) as opened:
        yield opened


def adding(**fields: Any) -> dict[str, Any]:
    return {"grid": "tasks", "mutation_id": uuid7(), "id": uuid7(), "fields": fields}


async def count(server: Running) -> Any:
    return (await server.http("GET", "/api/grids/tasks"))[1]["grid"]["count"]


async def test_r1_every_request_is_answered(door: Door) -> None:
    for payload, code in (
        ({**adding(title="a"), "mutation_id": "7"}, "invalid_message"),
        ({**adding(title="a"), "grid": "nothing"}, "not_found"),
        ({**adding(title="a"), "more": 1}, "invalid_message"),
        ({**adding(), "fields": 7}, "invalid_message"),
        (adding(title="x" * 140_000), "too_large"),
    ):
        answer = await door.ask("add_record", payload)
        assert (answer["ok"], answer["error"]["code"]) == (False, code)
        assert isinstance(answer["error"]["retry"], bool)
        assert answer["error"]["message"]


async def test_r1_a_bug_is_answered(door: Door, server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(server.transport.hall.service, "mutate", broken)
    answer = await door.ask("add_record", adding(title="a"))
    assert (answer["ok"], answer["error"]["code"], answer["error"]["retry"]) == (False, "internal", True)


async def test_r3_a_mutation_takes_effect_once(door: Door, server: Running) -> None:
    payload = adding(title="a")
    first = await door.ask("add_record", payload)
    again = await door.ask("add_record", {**payload, "fields": {"title": "b"}})
    assert first["ok"]
    assert again["result"] == first["result"]
    assert await count(server) == 1
    deletion = {"grid": "tasks", "mutation_id": uuid7(), "id": payload["id"]}
    assert (await door.ask("delete_record", deletion))["result"]["status"] == "applied"
    assert (await door.ask("delete_record", deletion))["result"]["status"] == "applied"
    restored = {**deletion, "mutation_id": uuid7()}
    assert (await door.ask("restore_record", restored))["result"]["status"] == "applied"
    assert await count(server) == 1


async def test_r3_what_another_door_has_asked_for_is_known(server: Running) -> None:
    payload = adding(title="a")
    results = []
    for name in NAMES:
        async with through(name, server.url) as door:
            results.append((await door.ask("add_record", payload))["result"])
    assert results[0] == results[1] == results[2]
    assert await count(server) == 1


async def test_r8_nobody_is_overwritten(door: Door) -> None:
    record = adding(title="a")
    await door.ask("add_record", record)

    def changing(was: str, title: str) -> dict[str, Any]:
        fields = {"fields": {"title": title}, "was": {"title": was}}
        return {"grid": "tasks", "mutation_id": uuid7(), "id": record["id"], **fields}

    assert (await door.ask("update_record", changing("a", "b")))["result"]["status"] == "applied"
    answer = await door.ask("update_record", changing("a", "c"))
    assert (answer["ok"], answer["error"]["code"]) == (False, "conflict")
    assert answer["result"]["conflicts"]["title"]["value"] == "b"


async def test_r11_what_is_written_is_valid(door: Door, server: Running) -> None:
    answer = await door.ask("add_record", adding(title="", hours="many"))
    assert answer["error"]["code"] == "validation_failed"
    assert answer["error"]["fields"].keys() == {"title", "hours"}
    late = adding(title="a", start="2026-05-10", due="2026-05-01")
    assert (await door.ask("add_record", late))["error"]["code"] == "validation_failed"
    batch = {"grid": "tasks", "mutations": [{"type": "add_record", **without_grid(late)}]}
    assert (await door.ask("mutate", batch))["results"][0]["status"] == "refused"
    assert await count(server) == 0


def without_grid(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name != "grid"}


@pytest.mark.parametrize("listening", LIVE)
async def test_a_write_reaches_the_readers_of_every_door(door: Door, server: Running, listening: str) -> None:
    async with through(listening, server.url) as reader:
        assert (await reader.ask("join_grid", JOIN))["ok"]
        record = adding(title="a")
        await door.ask("add_record", record)
        heard = await reader.heard("changes")
        assert [(change[1], change[2], change[3]["title"]) for change in heard["changes"]] == [
            (record["id"], "add", "a")
        ]
        assert (await reader.heard("head"))["count"] == 1
