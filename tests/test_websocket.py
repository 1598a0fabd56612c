"""The plain WebSocket: what is its own; what it shares with the others is in test_doors.py."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from server.app import WEBSOCKETS
from server.model import uuid7
from server.transports import callers, pipes
from tests.doors import plain
from tests.frames import PATIENCE, Running, Start, deaf, keyed, run

JOIN = {"grid": "tasks", "limit": 0}
BULK = "x" * 60_000


@pytest.fixture
async def server(aiohttp_server: Start, tmp_path: Path) -> Running:
    return await run(aiohttp_server, tmp_path)


def lines(server: Running) -> list[Any]:
    return list(server.app[WEBSOCKETS].pipes)


async def test_it_connects_joins_and_leaves(server: Running) -> None:
    async with plain(server.url) as client:
        await client.send(id="first", type="connect", payload={"protocol": 1, "user": "amy", "name": "Amy"})
        hello = await client.answer("first")
        assert hello["ok"]
        joined = await client.ask("join_grid", JOIN)
        assert joined["session"] == hello["session"]
        presence = await client.heard("presence")
        assert [each["name"] for each in presence["sessions"]] == ["Amy"]
        assert (await client.ask("leave_grid", {"grid": "tasks"})) == {"ok": True}
        server.app[WEBSOCKETS].announce("tasks", "news", {"a": 1})
        assert (await client.ask("list_grids"))["ok"]
    async with asyncio.timeout(PATIENCE):
        while lines(server):  # noqa: ASYNC110, nothing tells of it
            await asyncio.sleep(0.01)
    assert server.app[WEBSOCKETS].rooms._members == {}


async def test_before_it_connects_nothing_is_served(server: Running) -> None:
    async with plain(server.url) as client:
        assert (await client.ask("list_grids"))["error"]["code"] == "unauthorized"
        assert (await client.ask("connect", {"protocol": 2}))["error"]["code"] == "unsupported_protocol"
        assert (await client.ask("connect", {"protocol": 1}))["ok"]
        assert (await client.ask("connect", {"protocol": 1}))["error"]["code"] == "invalid_message"


async def test_a_key_is_asked_for_and_its_role_holds(aiohttp_server: Start, tmp_path: Path) -> None:
    server = await run(aiohttp_server, tmp_path, **keyed("pen", "eye"))
    async with plain(server.url) as client:
        assert (await client.ask("connect", {"protocol": 1, "token": "no"}))["error"][
            "code"
        ] == "unauthorized"
        assert (await client.ask("connect", {"protocol": 1, "token": "eye"}))["ok"]
        adding = {"grid": "tasks", "mutation_id": uuid7(), "fields": {"title": "a"}}
        assert (await client.ask("add_record", adding))["error"]["code"] == "forbidden"
        assert (await client.ask("pull", {"grid": "tasks", "epoch": None, "since": None}))["ok"]


async def test_a_key_that_is_taken_back_ends_it(aiohttp_server: Start, tmp_path: Path) -> None:
    server = await run(aiohttp_server, tmp_path, **keyed("pen"))
    access = server.transport.hall.access
    stored, text = await access.add("tasks", "Ann", "edit")
    async with (
        plain(server.url, protocol=1, token=text) as ann,
        plain(server.url, protocol=1, token="pen") as ben,
    ):
        await access.take_back("tasks", stored.id)
        assert await ann.end() == 1008
        assert (await ben.ask("list_grids"))["ok"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "7",
        "[]",
        "{}",
        '{"type":"list_grids"}',
        '{"id":true,"type":"x"}',
        '{"id":1.5}',
        '{"id":"' + "x" * 101 + '"}',
    ],
)
async def test_what_cannot_be_answered_ends_it(server: Running, text: str) -> None:
    async with plain(server.url, protocol=1) as client:
        await client.ws.send_str(text)
        assert await client.end() == 1002


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": 7}, "invalid_message"),
        ({}, "invalid_message"),
        ({"type": "nothing"}, "unknown_event"),
        ({"type": "join_grid"}, "invalid_message"),
        ({"type": "join_grid", "payload": {"grid": "tasks", "more": 1}}, "invalid_message"),
        ({"type": "list_grids", "payload": [1]}, "invalid_message"),
        ({"type": "list_grids", "payload": None}, "invalid_message"),
        ({"type": "list_grids", "more": 1}, "invalid_message"),
    ],
)
async def test_r1_what_is_asked_wrongly_is_answered(server: Running, message: Any, code: str) -> None:
    async with plain(server.url, protocol=1) as client:
        await client.send(id="a", **message)
        assert (await client.answer("a"))["error"]["code"] == code
        assert (await client.ask("list_grids"))["ok"]


async def test_binary_messages_end_it(server: Running) -> None:
    async with plain(server.url, protocol=1) as client:
        await client.ws.send_bytes(b"{}")
        assert await client.end() == 1003


async def test_who_never_connects_is_cut(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "CONNECT_DEADLINE", 0.05)
    async with plain(server.url) as client:
        assert await client.end() == 1008


async def test_another_origin_is_refused(server: Running) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        async with (
            ClientSession() as session,
            session.ws_connect(f"{server.url}/ws", headers={"Origin": "https://evil.example"}),
        ):
            pass
    assert refused.value.status == 403


async def test_r12_a_client_that_does_not_read_costs_so_much_and_catches_up(server: Running) -> None:
    async with plain(server.url, protocol=1) as client, plain(server.url, protocol=1) as quick:
        await client.ask("join_grid", JOIN)
        (line,) = [each for each in lines(server) if each.peer.session.joined]
        while not line.blocked:
            server.app[WEBSOCKETS].announce("tasks", "bulk", {"bulk": BULK})
        for _ in range(50):
            server.app[WEBSOCKETS].announce("tasks", "bulk", {"bulk": BULK})
        assert line.backlog <= pipes.BOUND
        assert (await quick.ask("list_grids"))["ok"]  # nobody else waits
        assert (await client.heard("head"))["grid"] == "tasks"
        assert (await client.heard("presence"))["grid"] == "tasks"
        assert (await client.ask("list_grids"))["ok"]


async def test_r12_who_stays_blocked_is_cut(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "SLOW", 0.1)
    hello = '{"id":1,"type":"connect","payload":{"protocol":1}}'
    join = '{"id":2,"type":"join_grid","payload":{"grid":"tasks","limit":0}}'
    async with deaf(server.host, hello, join, path="/ws", until=b'{"id":2,"ok":true'):
        (line,) = lines(server)
        while not line.blocked:
            server.app[WEBSOCKETS].announce("tasks", "bulk", {"bulk": BULK})
        async with asyncio.timeout(PATIENCE):
            while lines(server):  # noqa: ASYNC110, nothing tells of it
                await asyncio.sleep(0.01)
    assert server.app[WEBSOCKETS].rooms._members == {}


async def test_a_server_that_stops_says_so(server: Running) -> None:
    async with plain(server.url, protocol=1) as client:
        await server.app[WEBSOCKETS].shutdown()
        assert await client.end() == 1012
