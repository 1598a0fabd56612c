"""Keys: which are good, who may what with them, and what happens when one is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientPayloadError, ClientSession, web

from server import access as module
from server.access import Access
from server.attempts import AT_ONCE, MOST, Attempts
from server.auth import Key
from server.commands import COMMANDS
from server.config import load
from server.errors import Refused
from server.meter import Meter
from server.model import uuid7
from server.session import JOINED
from server.stores import UnknownGrid
from server.stores.sql import SqlStore
from tests.frames import Running, Start, keyed, raw, run
from tests.store_kit import GRIDS

GRID = next(iter(GRIDS))
JOIN = {"grid": "tasks", "limit": 0}


def hello(token: str) -> str:
    return f'40{{"protocol":1,"token":"{token}"}}'


@pytest.fixture
async def keys(store: SqlStore) -> AsyncIterator[Access]:
    """The keys of a server that asks for one, over a store."""
    await store.open(GRIDS)
    made = Access(load({"EDIT_KEY": "pen", "VIEW_KEY": "Visitors: eye"}), store)
    yield made
    await made.close()


def identified(access: Access, token: str, address: str = "10.0.0.1") -> Key:
    return access.identify({"protocol": 1, "token": token}, "s1", address).key


def code_of(access: Access, token: str, address: str = "10.0.0.1") -> str:
    with pytest.raises(Refused) as caught:
        identified(access, token, address)
    return caught.value.code


async def test_a_key_of_one_grid_is_made_found_and_taken_back(keys: Access, store: SqlStore) -> None:
    stored, text = await keys.add(GRID, " The office ", "view")
    assert (stored.name, stored.role, stored.grid) == ("The office", "view", GRID)
    assert identified(keys, text) == Key(stored.id, "The office", "view", GRID)
    assert await keys.list(GRID) == [stored]
    key = identified(keys, text)
    assert keys.is_good(key)
    assert not await keys.take_back("another", stored.id)
    assert await keys.take_back(GRID, stored.id)
    assert not keys.is_good(key)
    assert code_of(keys, text) == "unauthorized"
    assert await keys.list(GRID) == []
    assert not await keys.take_back(None, stored.id)


async def test_of_a_key_nothing_but_its_hash_is_stored(keys: Access, store: SqlStore) -> None:
    _, text = await keys.add(GRID, "Ann", "edit")
    assert len(text) >= 22  # 128 bits
    assert text not in repr(await store.keys())
    assert text not in repr(keys._stored)
    _, other = await keys.add(GRID, "Ann", "edit")
    assert other != text


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\nb", "a\x00"])
async def test_a_key_needs_a_name(keys: Access, name: str) -> None:
    with pytest.raises(Refused) as caught:
        await keys.add(GRID, name, "edit")
    assert caught.value.code == "invalid_message"


async def test_a_key_needs_a_grid_that_is_there(keys: Access) -> None:
    with pytest.raises(UnknownGrid):
        await keys.add("nothing", "Ann", "edit")


async def test_a_grid_has_so_many_keys(keys: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEYS", 2)
    for _ in range(2):
        stored, _ = await keys.add(GRID, "Ann", "edit")
    with pytest.raises(Refused) as caught:
        await keys.add(GRID, "Ann", "edit")
    assert caught.value.code == "too_large"
    await keys.take_back(GRID, stored.id)
    await keys.add(GRID, "Ann", "edit")


async def test_what_another_process_makes_and_takes_back_is_seen(
    keys: Access, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.01)
    told: list[set[str]] = []
    keys.on_taken_back.append(told.append)
    await keys.open()
    elsewhere = Access(load({"EDIT_KEY": "pen"}), store)
    stored, text = await elsewhere.add(GRID, "Ann", "edit")
    await until(lambda: stored.hash in keys._stored)
    assert identified(keys, text).id == stored.id
    await elsewhere.take_back(None, stored.id)
    await until(lambda: stored.hash not in keys._stored)
    assert told == [{stored.id}]


async def test_what_was_read_earlier_never_replaces_what_was_read_later(
    keys: Access, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, text = await keys.add(GRID, "Ann", "edit")
    key, read, late = identified(keys, text), asyncio.Event(), asyncio.Event()

    async def slow() -> Any:
        monkeypatch.undo()
        found = await store.keys()
        read.set()
        await late.wait()
        return found

    monkeypatch.setattr(store, "keys", slow)
    looking = asyncio.create_task(keys.look())
    await read.wait()
    taking = asyncio.create_task(keys.take_back(GRID, stored.id))
    await until(lambda: keys._look.locked() or taking.done())
    while await store.keys():
        pass  # it is gone from the store
    late.set()
    await asyncio.gather(looking, taking)
    assert not keys.is_good(key)


async def test_where_no_key_is_asked_for_nothing_is_looked_for(store: SqlStore) -> None:
    await store.open(GRIDS)
    access = Access(load({}), store)
    await access.open()
    assert access._looking is None
    await access.close()


async def test_the_looks_outlive_a_database_that_fails(
    keys: Access, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.01)
    await keys.open()
    _, text = await keys.add(GRID, "Ann", "edit")
    failed = asyncio.Event()

    async def fail() -> Any:
        failed.set()
        raise ZeroDivisionError("on purpose")

    with monkeypatch.context() as broken:
        broken.setattr(store, "keys", fail)
        async with asyncio.timeout(10):
            await failed.wait()
    assert identified(keys, text).role == "edit"  # those known before stay good
    before = identified(keys, text)
    await Access(load({"EDIT_KEY": "pen"}), store).take_back(None, before.id)
    await until(lambda: not keys.is_good(before))


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110, nothing tells of it
            await asyncio.sleep(0.01)


# Wrong keys


async def test_after_too_many_wrong_keys_an_address_waits(keys: Access) -> None:
    for _ in range(AT_ONCE):
        assert code_of(keys, "wrong") == "unauthorized"
    assert code_of(keys, "wrong") == "rate_limited"
    assert code_of(keys, "pen") == "rate_limited"  # else it would be known to be right
    assert identified(keys, "pen", "10.0.0.2").role == "edit"


async def test_who_has_a_key_that_nobody_guesses_never_waits(keys: Access) -> None:
    _, text = await keys.add(GRID, "Ann", "edit")
    for _ in range(AT_ONCE + 1):
        code_of(keys, "wrong")
    assert identified(keys, text).name == "Ann"


async def test_who_has_one_address_of_ipv6_has_all_of_its_network(keys: Access) -> None:
    for number in range(AT_ONCE):
        assert code_of(keys, "wrong", f"2001:db8:1:2:{number:x}::{number:x}") == "unauthorized"
    assert code_of(keys, "pen", "2001:db8:1:2:ffff:ffff:ffff:ffff") == "rate_limited"
    assert identified(keys, "pen", "2001:db8:1:3::1").role == "edit"
    for _ in range(AT_ONCE):
        code_of(keys, "wrong", "::ffff:10.0.0.7")
    assert code_of(keys, "pen", "10.0.0.7") == "rate_limited"  # the same one, written otherwise
    assert identified(keys, "pen", "::ffff:10.0.0.8").role == "edit"
    assert identified(keys, "pen", "no address at all").role == "edit"


async def test_no_key_is_no_guess(keys: Access) -> None:
    for _ in range(AT_ONCE + 1):
        assert code_of(keys, "") == "unauthorized"
    assert identified(keys, "eye").role == "view"


def test_so_many_addresses_are_remembered() -> None:
    attempts = Attempts()
    for number in range(MOST + 5):
        attempts.failed(str(number))
    assert len(attempts._meters._values) == MOST
    assert attempts._meters.known("4") is None


def test_a_meter_fills_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("server.meter.time.monotonic", lambda: now)
    meter = Meter(rate=2, most=3)
    assert [meter.take() for _ in range(4)] == [True, True, True, False]
    now += 0.6
    assert meter.take()
    assert not meter.take()
    now += 60
    assert not meter.take(4)
    assert meter.take(3)


# Every event and every route, with every kind of key


KINDS = ("none", "wrong", "view", "another", "taken back")


@pytest.fixture
async def server(aiohttp_server: Start, tmp_path: Path) -> Running:
    return await run(aiohttp_server, tmp_path, grids=("server.samples.tasks",), **keyed("pen", "eye"))


async def token_of(server: Running, kind: str) -> str:
    access = server.transport.hall.access
    if kind == "another":
        await make_another(server)
        return (await access.add("another", "A", "edit"))[1]
    if kind == "taken back":
        stored, text = await access.add("tasks", "T", "edit")
        await access.take_back(None, stored.id)
        return text
    return {"none": "", "wrong": "wrong", "view": "eye"}[kind]


async def make_another(server: Running) -> None:
    from_tasks = await server.transport.hall.access._store.describe("tasks")
    await server.transport.hall.access._store.create(
        type(from_tasks[1]).from_definition("another", "Another", from_tasks[1].fields), "test"
    )


PAYLOADS: dict[str, Any] = {
    "list_grids": {},
    "join_grid": JOIN,
    "leave_grid": {"grid": "tasks"},
    "pull": {"grid": "tasks", "epoch": None, "since": None},
    "history": {"grid": "tasks"},
    "set_presence": {"grid": "tasks", "cell": None},
    "mutate": {"grid": "tasks", "mutations": []},
    "add_record": {"grid": "tasks", "mutation_id": uuid7(), "fields": {"title": "a"}},
    "update_record": {"grid": "tasks", "mutation_id": uuid7(), "id": uuid7(), "fields": {}},
    "delete_record": {"grid": "tasks", "mutation_id": uuid7(), "id": uuid7()},
    "restore_record": {"grid": "tasks", "mutation_id": uuid7(), "id": uuid7()},
}


def test_the_payloads_are_all_events() -> None:
    assert PAYLOADS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("kind", KINDS)
async def test_no_event_is_served_beyond_its_permission(server: Running, kind: str) -> None:
    token = await token_of(server, kind)
    for event, command in COMMANDS.items():
        async with raw(server.url, None) as client:
            await client.send(hello(token))
            if kind in ("none", "view", "another"):
                await client.until("44" if kind == "none" else "40")
            answer = await client.ask(event, PAYLOADS[event])
            if kind not in ("view", "another"):
                assert answer["error"]["code"] in ("unauthorized", "rate_limited"), event
            elif event == "list_grids":
                assert [grid["id"] for grid in answer["grids"]] == (
                    ["tasks"] if kind == "view" else ["another"]
                )
            elif kind == "another" or command.permission == "edit":
                assert answer["error"]["code"] == "forbidden", event
            else:
                assert answer["ok"] or answer["error"]["code"] == "not_joined", event


# What every route is, and who may use it; "all" are open to everybody, with a key or without.
ROUTES = {
    ("GET", "/healthz"): "all",
    ("GET", "/readyz"): "all",
    ("GET", "/metrics"): "metrics",
    ("GET", "/api/check"): "all",
    ("POST", "/api/check"): "all",
    ("GET", "/check/stream"): "all",
    ("GET", "/{path}"): "all",
    **{(method, "/socket.io/"): "all" for method in ("GET", "POST", "OPTIONS")},  # CONNECT asks for a key
    ("GET", "/ws"): "all",  # its first message shows a key
    ("GET", "/api/openapi.json"): "all",  # they hold no data
    ("GET", "/api/asyncapi.json"): "all",
    ("GET", "/api/docs"): "all",
    ("GET", "/api/access"): "own",
    ("GET", "/api/grids"): "own",
    ("GET", "/api/grids/{grid}"): "view",
    ("GET", "/api/grids/{grid}/history"): "view",
    ("GET", "/api/grids/{grid}/records/{id}"): "view",
    ("POST", "/api/grids/{grid}/records"): "edit",
    ("PATCH", "/api/grids/{grid}/records/{id}"): "edit",
    ("DELETE", "/api/grids/{grid}/records/{id}"): "edit",
    ("POST", "/api/grids/{grid}/records/{id}/restore"): "edit",
    ("POST", "/api/grids/{grid}/batch"): "edit",
    ("GET", "/api/grids/{grid}/records"): "view",
    ("GET", "/api/grids/{grid}/export.{form}"): "view",
    ("GET", "/api/grids/{grid}/keys"): "share",
    ("POST", "/api/grids/{grid}/keys"): "share",
    ("DELETE", "/api/grids/{grid}/keys/{key}"): "share",
}


BODIES = {
    "/api/grids/{grid}/keys": {"name": "N", "role": "view"},
    "/api/grids/{grid}/records": {"fields": {"title": "a"}},
    "/api/grids/{grid}/records/{id}": {"fields": {"title": "a"}},
    "/api/grids/{grid}/batch": {"mutations": []},
}


def test_every_route_says_who_may_use_it(server: Running) -> None:
    app: web.Application = server.app
    found = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert found == ROUTES.keys()


@pytest.mark.parametrize("kind", [*KINDS, "edit", "grid"])
async def test_no_route_is_served_beyond_its_permission(server: Running, kind: str) -> None:
    if kind == "grid":
        token = (await server.transport.hall.access.add("tasks", "G", "edit"))[1]
    else:
        token = "pen" if kind == "edit" else await token_of(server, kind)
    for (method, path), permission in ROUTES.items():
        if permission == "all":
            continue
        address = path.format(grid="tasks", form="csv", key="none", id=uuid7())
        status, body = await server.http(method, address, token, BODIES.get(path))
        said = status, body["error"]["code"] if isinstance(body, dict) and not body["ok"] else None
        if permission == "metrics":
            assert said == (403, "forbidden"), address  # of METRICS_KEY alone
        elif kind in ("none", "wrong", "taken back"):
            assert said in ((401, "unauthorized"), (429, "rate_limited")), address
        elif (
            (kind == "another" and permission != "own")
            or (permission == "share" and kind != "edit")
            or (permission == "edit" and kind == "view")
        ):
            assert said == (403, "forbidden"), address
        else:
            assert said in ((404, "not_found"), (200, None), (201, None)), address


# Taken back while it is used


async def test_a_key_that_is_taken_back_ends_its_sessions_and_no_others(server: Running) -> None:
    access = server.transport.hall.access
    stored, text = await access.add("tasks", "Ann", "edit")
    async with raw(server.url, None) as ann, raw(server.url, None) as ben:
        await ann.send(hello(text))
        await ann.until("40")
        assert (await ann.ask("join_grid", JOIN))["ok"]
        await ben.send(hello("pen"))
        await ben.until("40")
        assert (await ben.ask("join_grid", JOIN))["ok"]
        await access.take_back("tasks", stored.id)
        assert await ann.end() == 1008
        answer = await ben.ask("pull", PAYLOADS["pull"])
        assert answer["ok"], answer
        assert [socket.peer.key for socket in server.sockets] == ["edit:1"]


async def test_a_key_that_is_taken_back_ends_a_body_that_is_on_its_way(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = server.transport.hall.access
    stored, text = await access.add("tasks", "Ann", "view")

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0.01)

    async def export(*_: Any) -> AsyncIterator[bytes]:
        return endless()

    monkeypatch.setattr(server.transport.hall.service, "export", export)
    headers = {"Authorization": f"Bearer {text}"}
    async with (
        ClientSession() as session,
        session.get(f"{server.url}/api/grids/tasks/export.csv", headers=headers) as answer,
        asyncio.timeout(20),
    ):
        assert await answer.content.readexactly(1000)
        await access.take_back("tasks", stored.id)
        with pytest.raises(ClientPayloadError):
            await answer.read()


# Limits of a session


async def test_a_session_that_asks_too_much_is_answered(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.session.REQUESTS", 1)
    monkeypatch.setattr("server.session.BURST", 3)
    async with raw(server.url, None) as client, raw(server.url, None) as other:
        for each in (client, other):
            await each.send(hello("pen"))
            await each.until("40")
        answers = [await client.ask("list_grids") for _ in range(5)]
        assert [answer["ok"] for answer in answers][:3] == [True] * 3
        refused = [answer["error"] for answer in answers if not answer["ok"]]
        assert refused
        assert {(each["code"], each["retry"]) for each in refused} == {("rate_limited", True)}
        assert (await other.ask("list_grids"))["ok"]


async def test_a_session_that_sends_too_many_bytes_is_answered(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.session.BYTES", 100)
    async with raw(server.url, None) as client:
        await client.send(hello("pen"))
        await client.until("40")
        long = {"grid": "tasks", "mutation_id": uuid7(), "fields": {"title": "x" * 490}}
        assert (await client.ask("add_record", long))["error"]["code"] == "rate_limited"
        assert (await client.ask("list_grids"))["ok"]


async def test_presence_is_limited_by_itself(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.session.MOVES", 0.001)
    monkeypatch.setattr("server.session.BURST", 2000)
    async with raw(server.url, None) as client:
        await client.send(hello("pen"))
        await client.until("40")
        await client.ask("join_grid", JOIN)
        moves = [await client.ask("set_presence", {"grid": "tasks", "cell": None}) for _ in range(4)]
        assert [move["ok"] for move in moves] == [True, True, False, False]
        assert moves[3]["error"]["code"] == "rate_limited"
        assert (await client.ask("pull", PAYLOADS["pull"]))["ok"]


async def test_a_session_joins_so_many_grids(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert JOINED > 2
    monkeypatch.setattr("server.service.JOINED", 1)
    await make_another(server)
    async with raw(server.url, None) as client:
        await client.send(hello("pen"))
        await client.until("40")
        assert (await client.ask("join_grid", JOIN))["ok"]
        other = await client.ask("join_grid", {"grid": "another", "limit": 0})
        assert other["error"]["code"] == "rate_limited"
        assert (await client.ask("join_grid", JOIN))["ok"]  # again, the same one
        await client.ask("leave_grid", {"grid": "tasks"})
        assert (await client.ask("join_grid", {"grid": "another", "limit": 0}))["ok"]
