"""Malformed, hostile and oversize requests and frames: each is answered or cut as the wire says.

After each one the server is alive, another client's edits went on undisturbed meanwhile, and nothing
of the attack is stored.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, WSServerHandshakeError

from server.model import uuid7
from server.transports.packets import CLOSE_FRAME
from tests.frames import HELLO, PATH, PATIENCE, Raw, Running, Start, deaf, masked, polling, raw, run

ID = uuid7()
OTHER = uuid7()
MIB = 2**20


@pytest.fixture
async def running(aiohttp_server: Start, tmp_path: Path) -> AsyncIterator[Running]:
    """A server on which somebody else works during the test, and must not notice it."""
    running = await run(aiohttp_server, tmp_path)
    async with raw(running.url, '40{"protocol":1,"user":"amy","name":"Amy"}') as amy:
        work = asyncio.create_task(edit(amy))
        yield running
        id = await work
        await all_is_well(running, amy, id)


TITLES = [f"edit {n}" for n in range(10)]


async def edit(amy: Raw) -> str:
    """Ten edits in a row, each seen by its author as everyone sees it."""
    assert (await amy.ask("join_grid", {"grid": "tasks"}))["revision"] == 0
    id = uuid7()
    for revision, title in enumerate(TITLES, 1):
        event = "update_record" if revision > 1 else "add_record"
        ack = await amy.ask(
            event, {"grid": "tasks", "mutation_id": uuid7(), "id": id, "fields": {"title": title}}
        )
        assert ack["result"]["revision"] == revision
    return id


async def all_is_well(running: Running, amy: Raw, id: str) -> None:
    pulled = await amy.ask("pull", {"grid": "tasks", "epoch": None, "since": None})
    assert [(record[0], record[1], record[2]["title"]) for record in pulled["records"]] == [
        (id, len(TITLES), TITLES[-1])
    ]
    assert pulled["to"] == len(TITLES)
    history = await amy.ask("history", {"grid": "tasks"})
    assert {change["author"]["id"] for change in history["changes"]} == {"amy"}
    async with raw(running.url) as newcomer:
        assert (await newcomer.ask("list_grids"))["grids"][0]["revision"] == len(TITLES)


def event(name: str, payload: Any) -> str:
    return f"421{json.dumps([name, payload])}"


def add(**changed: Any) -> str:
    """An `add_record` with something wrong about it."""
    given = {"grid": "tasks", "mutation_id": ID, "fields": {"title": "evil"}, **changed}
    return event("add_record", {key: value for key, value in given.items() if value is not ...})


def title(json_text: str) -> str:
    """An `add_record` whose title is written as given, which json.dumps may not do."""
    return add(fields={"title": "PLACE"}).replace('"PLACE"', json_text)


def mutate(mutations: Any, **more: Any) -> str:
    return event("mutate", {"grid": "tasks", "mutations": mutations, **more})


def one(**changed: Any) -> dict[str, Any]:
    given = {"type": "add_record", "mutation_id": ID, "fields": {"title": "evil"}, **changed}
    return {key: value for key, value in given.items() if value is not ...}


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


# One request each, with the acknowledgement id 1: what its answer's error code is.

ANSWERED: dict[str, tuple[str, str]] = {
    "no data": ("421", "invalid_message"),
    "null": ("421null", "invalid_message"),
    "a number": ("421{}", "invalid_message"),
    "an empty list": ("421[]", "invalid_message"),
    "a name that is a number": ("421[1,{}]", "invalid_message"),
    "a name that is null": ("421[null,{}]", "invalid_message"),
    "a name that is a list": ('421[["list_grids"],{}]', "invalid_message"),
    "a name that is an object": ('421[{"list_grids":1}]', "invalid_message"),
    "the name connect": ('421["connect",{"REMOTE_ADDR":"127.0.0.1"},{"protocol":1}]', "unknown_event"),
    "the name disconnect": ('421["disconnect"]', "unknown_event"),
    "the name connect_error": ('421["connect_error",{}]', "unknown_event"),
    "the name __proto__": ('421["__proto__",{}]', "unknown_event"),
    "the name dispatch": ('421["dispatch",{}]', "unknown_event"),
    "an empty name": ('421["",{}]', "unknown_event"),
    "a name of 100,000 letters": (event("x" * 100_000, {}), "unknown_event"),
    "a name that is half a character": ('421["\\ud800",{}]', "unknown_event"),
    "no payload": ('421["list_grids"]', "invalid_message"),
    "two payloads": ('421["list_grids",{},{}]', "invalid_message"),
    "the payload null": ('421["list_grids",null]', "invalid_message"),
    "a payload that is a list": ('421["list_grids",[]]', "invalid_message"),
    "a payload that is text": ('421["join_grid","tasks"]', "invalid_message"),
    "an unknown key": ('421["list_grids",{"all":true}]', "invalid_message"),
    "a key that is half a character": ('421["list_grids",{"\\udfff":1}]', "invalid_message"),
    "nested 500 deep": (f'421["list_grids",{nested(500)}]', "invalid_message"),
    "nested 2,000 deep": (f'421["list_grids",{nested(2_000)}]', "invalid_message"),
    "nested 100,000 deep": (f'421["list_grids",{nested(100_000)}]', "too_large"),
    "200 KB": (event("list_grids", {"x": "x" * 200_000}), "too_large"),
    "almost the largest frame": (event("list_grids", {"x": "x" * (MIB - 100)}), "too_large"),
    "200 KB of add_record": (add(fields={"title": "x" * 200_000}), "too_large"),
    "no grid": ('421["join_grid",{}]', "invalid_message"),
    "an unknown grid": ('421["join_grid",{"grid":"nope"}]', "not_found"),
    "a grid with a path": ('421["join_grid",{"grid":"../../etc/passwd"}]', "not_found"),
    "a grid with SQL": ('421["join_grid",{"grid":"tasks\'; DROP TABLE grids; --"}]', "not_found"),
    "a grid with NUL": ('421["join_grid",{"grid":"tasks\\u0000"}]', "not_found"),
    "a grid with half a character": ('421["join_grid",{"grid":"\\ud800"}]', "not_found"),
    "a grid of 10,000 letters": (event("join_grid", {"grid": "x" * 10_000}), "invalid_message"),
    "a grid that is a list": ('421["join_grid",{"grid":["tasks"]}]', "invalid_message"),
    "since -1": ('421["join_grid",{"grid":"tasks","since":-1}]', "invalid_message"),
    "since 1.5": ('421["join_grid",{"grid":"tasks","since":1.5}]', "invalid_message"),
    "since true": ('421["join_grid",{"grid":"tasks","since":true}]', "invalid_message"),
    "since text": ('421["join_grid",{"grid":"tasks","since":"1"}]', "invalid_message"),
    "since 2^64": ('421["join_grid",{"grid":"tasks","since":18446744073709551616}]', "invalid_message"),
    "since of 5,000 digits": (
        f'421["join_grid",{{"grid":"tasks","since":{"9" * 5_000}}}]',
        "invalid_message",
    ),
    "since 1e999": ('421["join_grid",{"grid":"tasks","since":1e999}]', "invalid_message"),
    "limit -1": ('421["join_grid",{"grid":"tasks","limit":-1}]', "invalid_message"),
    "an epoch that is an object": ('421["join_grid",{"grid":"tasks","epoch":{}}]', "invalid_message"),
    "pull without since": ('421["pull",{"grid":"tasks","epoch":"x"}]', "invalid_message"),
    "history with limit 0": ('421["history",{"grid":"tasks","limit":0}]', "invalid_message"),
    "history of no id": ('421["history",{"grid":"tasks","id":"1 OR 1=1"}]', "invalid_message"),
    "presence without joining": (event("set_presence", {"grid": "tasks", "cell": None}), "not_joined"),
    "presence in no cell": (event("set_presence", {"grid": "tasks", "cell": {"id": 1}}), "invalid_message"),
    "leaving without joining": (event("leave_grid", {"grid": "tasks"}), "not_joined"),
    "no mutation id": (add(mutation_id=...), "invalid_message"),
    "a mutation id in capitals": (add(mutation_id=ID.upper()), "invalid_message"),
    "a mutation id with a line end": (add(mutation_id=f"{ID}\n"), "invalid_message"),
    "a mutation id that is a number": (add(mutation_id=7), "invalid_message"),
    "a record id that is none": (add(id="1"), "invalid_message"),
    "fields that are a list": (add(fields=["title"]), "invalid_message"),
    "no fields": (add(fields=...), "invalid_message"),
    "an unknown field": (add(fields={"title": "evil", "admin": True}), "validation_failed"),
    "a field that is half a character": (title('"evil","\\ud800":1'), "validation_failed"),
    "a title that is a number": (title("7"), "validation_failed"),
    "a title with NUL": (title('"evil\\u0000"'), "validation_failed"),
    "a title with half a character": (title('"evil\\ud800"'), "validation_failed"),
    "a title that is an object": (title('{"$ne":null}'), "validation_failed"),
    "a title nested 17 deep": (title(nested(17)), "validation_failed"),
    "a title nested 300 deep": (title(nested(300)), "validation_failed"),
    "a title nested 50,000 deep": (title(nested(50_000)), "validation_failed"),
    "2^53 + 1": (title("9007199254740993"), "validation_failed"),
    "2^64": (title("18446744073709551616"), "validation_failed"),
    "5,000 digits": (title("1" * 5_000), "validation_failed"),
    "-1e999": (title("-1e999"), "validation_failed"),
    "an update of nothing": (event("update_record", {"grid": "tasks"}), "invalid_message"),
    "an update of what is not there": (
        event("update_record", {"grid": "tasks", "mutation_id": ID, "id": OTHER, "fields": {"title": "x"}}),
        "not_found",
    ),
    "a delete of version 0": (
        event("delete_record", {"grid": "tasks", "mutation_id": ID, "id": OTHER, "version": 0}),
        "invalid_message",
    ),
    "mutations that are an object": (mutate({}), "invalid_message"),
    "a mutation that is null": (mutate([None]), "invalid_message"),
    "a mutation without a type": (mutate([one(type=...)]), "invalid_message"),
    "a mutation of a type that is a list": (mutate([one(type=[])]), "invalid_message"),
    "a mutation of type drop_table": (mutate([one(type="drop_table")]), "invalid_message"),
    "an innocent mutation before a bad one": (mutate([one(), one(mutation_id=None)]), "invalid_message"),
    "a mutation id twice": (mutate([one(), one()]), "invalid_message"),
    "501 mutations": (mutate([one(mutation_id=uuid7()) for _ in range(501)]), "too_large"),
    "atomic that is text": (mutate([one()], atomic="yes"), "invalid_message"),
    "atomic with one bad": (
        mutate([one(), one(mutation_id=OTHER, fields={"title": 7})], atomic=True),
        "validation_failed",
    ),
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_a_request_that_is_answered(running: Running, name: str) -> None:
    request, code = ANSWERED[name]
    async with raw(running.url) as client:
        await client.send(request)
        ack = await client.ack(1)
        assert ack["ok"] is False
        assert ack["error"]["code"] == code, ack
        assert type(ack["error"]["retry"]) is bool
        assert 0 < len(ack["error"]["message"]) < 500
        assert (await client.ask("list_grids"))["ok"]  # on the same connection


# Text messages that cannot be answered: the connection is closed with 1002.

CUT = {
    "never closed, 100,000 deep": f'421["list_grids",{"[" * 100_000}',
    "nothing": "",
    "a letter": "x",
    "an unknown packet": "7",
    "two digits of another alphabet": "٤٢",
    "a client that opens": '0{"sid":"mine"}',
    "a client that pings": "2",
    "a probe where none is due": "2probe",
    "an upgrade where none is due": "5",
    "a no-op": "6",
    "binary in base64": "bAAAA",
    "an empty message": "4",
    "an unknown type": "4x",
    "a type beyond all": "49",
    "a client that refuses": '44{"message":"no"}',
    "a binary event": '451-["x",{"_placeholder":true,"num":0}]',
    "a binary event of 9,999,999,999 parts": '459999999999-["x"]',
    "a binary answer": "461-1[]",
    "an event with attachments": '421-["list_grids"]',
    "an event of another namespace": '42/admin,1["list_grids",{}]',
    "leaving another namespace": "41/admin",
    "a namespace of 10,000 letters": "40/" + "x" * 10_000 + ",{}",
    "an id of 17 digits": '4212345678901234567["list_grids",{}]',
    "an id of 10,000 digits": "42" + "1" * 10_000 + '["list_grids",{}]',
    "a negative id": '42-1["list_grids",{}]',
    "an id in another alphabet": '42١["list_grids",{}]',
    "no id and no data": "42",
    "no id and an empty list": "42[]",
    "no id and an object": "42{}",
    "no id and a reserved name": '42["connect",{}]',
    "no id and 2,000 levels": "42" + nested(2_000),
    "JSON that ends early": '421["list_grids",{',
    "JSON with a tail": '421["list_grids",{}]]',
    "JSON with a comma too many": '421["list_grids",{},]',
    "JSON in single quotes": "421['list_grids',{}]",
    "JSON with a raw line end": '421["list\ngrids",{}]',
    "NaN": '421["add_record",{"fields":{"title":NaN}}]',
    "Infinity": '421["add_record",{"fields":{"title":Infinity}}]',
    "-Infinity": '421["add_record",{"fields":{"title":-Infinity}}]',
    "NaN beside half a character": '421["add_record",{"a":"\\ud800","b":NaN}]',
    "NaN beside many digits": '421["add_record",{"a":11111111111111111111,"b":NaN}]',
}


@pytest.mark.parametrize("name", CUT)
async def test_a_message_that_ends_the_connection(running: Running, name: str) -> None:
    async with raw(running.url) as client:
        await client.send(CUT[name])
        assert await client.end() == 1002


# WebSocket frames made by hand, and the close code they are answered with.

FRAMES: dict[str, tuple[bytes, int | None]] = {
    "binary": (masked(b"\x00\x01", 0x82), 1003),
    "no binary at all": (masked(b"", 0x82), 1003),
    "an unknown opcode": (masked(b"x", 0x83), 1002),
    "an unknown control frame": (masked(b"x", 0x8B), 1002),
    "a reserved bit": (masked(b"3", 0xA1), 1002),
    "a compressed frame that was not agreed": (masked(b"3", 0xC1), 1002),
    "a ping in parts": (masked(b"x", 0x09), 1002),
    "a ping of 126 bytes": (masked(b"x" * 126, 0x89), 1002),
    "a continuation of nothing": (masked(b"x", 0x80), 1002),
    "a message within a message": (masked(b"42", 0x01) + masked(b"[]", 0x81), 1002),
    "text that is no UTF-8": (masked(b"42\xff\xfe"), 1007),
    "half a surrogate pair in UTF-8": (masked(b"42\xed\xa0\x80"), 1007),
    "a close frame of one byte": (masked(b"x", CLOSE_FRAME), 1002),
    "a close code that nobody may send": (masked(struct.pack("!H", 1005), CLOSE_FRAME), 1002),
    "a claim of 2 MiB": (masked(b"x", length=2 * MIB), 1009),
    "a claim of 2^62 bytes": (masked(b"x", length=2**62), 1009),
    "a claim of 2^63 + 1 bytes": (masked(b"x", length=2**63 + 1), 1009),
    "1 MiB and more in one frame": (masked(b"4" + b"x" * MIB), 1009),
    "1 MiB and more in parts": (masked(b"42", 0x01) + masked(b"x" * 300_000, 0x00) * 4, 1009),
}


@pytest.mark.parametrize("name", FRAMES)
async def test_a_frame_that_ends_the_connection(running: Running, name: str) -> None:
    data, code = FRAMES[name]
    async with raw(running.url) as client:
        client.send_bytes(data)
        assert await client.end() == code


async def test_a_message_in_many_parts_is_one_message(running: Running) -> None:
    async with raw(running.url) as client:
        first, *rest = b'421["list_grids",{}]'
        parts = [masked(bytes([first]), 0x01), *(masked(bytes([byte]), 0x00) for byte in rest[:-1])]
        client.send_bytes(b"".join([*parts, masked(bytes(rest[-1:]), 0x80)]))
        assert (await client.ack(1))["ok"]


async def test_half_a_frame_and_then_nothing(running: Running) -> None:
    async with deaf(running.host, HELLO, '421["list_grids",{}]') as sock:
        await asyncio.get_running_loop().sock_sendall(sock, masked(b"42[", length=1_000)[:5])


async def test_a_connection_that_is_reset_in_the_middle(running: Running) -> None:
    async with raw(running.url) as client:
        await client.ask("join_grid", {"grid": "tasks"})
        transport = client.ws._writer.transport
        assert transport is not None
        transport.abort()


@pytest.mark.parametrize("packet", ["3", "3probe", '43["x"]', "4317[{}]", "43" + "[" * 1_000])
async def test_answers_that_nobody_asked_for_are_ignored(running: Running, packet: str) -> None:
    async with raw(running.url) as client:
        for _ in range(50):
            await client.send(packet)
        assert (await client.ask("list_grids"))["ok"]


# Much of it


async def test_a_flood_of_requests_is_answered_one_for_one(running: Running) -> None:
    async with raw(running.url) as client:
        for id in range(2_000):
            client.send_bytes(masked(f'42{id}["list_grids",{{}}]'.encode()))
        answered: set[str] = set()
        while len(answered) < 2_000:
            number, _, body = (await client.text())[2:].partition("[")
            ack = json.loads(f"[{body}")[0]
            assert ack["ok"] or ack["error"]["code"] == "busy"
            assert number not in answered
            answered.add(number)


async def test_a_flood_of_requests_by_one_who_reads_no_answer(running: Running) -> None:
    loop = asyncio.get_running_loop()
    async with (
        raw(running.url) as other,
        deaf(running.host, HELLO, '421["join_grid",{"grid":"tasks"}]') as sock,
    ):
        socket = running.sockets[-1]
        requests = masked(event("x" * 100, {}).encode()) * 1_000

        async def flood() -> None:
            while not socket.blocked:  # however much of the answers the kernel holds
                await loop.sock_sendall(sock, requests)

        sending = asyncio.create_task(flood())
        async with asyncio.timeout(3 * PATIENCE):
            while not socket.blocked:
                assert (await other.ask("list_grids"))["ok"]
        assert socket.backlog < 2 * MIB
        sending.cancel()


async def test_a_flood_of_websocket_pings_by_one_who_reads_no_pong(running: Running) -> None:
    async with deaf(running.host, HELLO, '421["list_grids",{}]') as sock:
        loop = asyncio.get_running_loop()
        sending = asyncio.create_task(loop.sock_sendall(sock, masked(b"x" * 125, 0x89) * 100_000))
        async with raw(running.url) as other:
            assert (await other.ask("list_grids"))["ok"]
            assert all(socket.backlog < MIB for socket in running.sockets)
        sending.cancel()


async def test_hundreds_who_open_and_never_connect(running: Running) -> None:
    async with ClientSession() as session:
        for _ in range(300):
            async with session.get(f"{running.url}{PATH}polling") as answer:
                assert answer.status == 200
        async with raw(running.url) as client:
            assert (await client.ask("list_grids"))["ok"]


async def test_hundreds_of_connects_on_one_socket(running: Running) -> None:
    async with raw(running.url) as client:
        for _ in range(300):
            await client.send(HELLO)
        refusals = [(await client.until("44"))[:3] for _ in range(300)]
        assert set(refusals) == {"44{"}
        assert len(running.sockets) == 2


async def test_joining_and_leaving_all_the_time(running: Running) -> None:
    async with raw(running.url) as client:
        for _ in range(100):
            assert (await client.ask("join_grid", {"grid": "tasks", "limit": 0}))["ok"]
            assert (await client.ask("leave_grid", {"grid": "tasks"}))["ok"]


# Long-polling

POSTS: dict[str, str | bytes] = {
    "nothing": "",
    "a letter": "x",
    "an empty message": "4",
    "separators only": "\x1e\x1e\x1e",
    "a good packet and a bad one": '3\x1e4["x"]',
    "no UTF-8": b'42["\xff"]',
    "binary in base64": "bAAAA",
    "JSONP": "d=42%5B%22list_grids%22%5D",
    "1,001 packets": "\x1e".join(["3"] * 1_001),
    "1 MiB and more": "3" + "x" * MIB,
    "64 MiB": b"3" * 64 * MIB,
    "NaN": '421["list_grids",{"x":NaN}]',
    "no id and no list": "42{}",
    "an upgrade by POST": "5",
    "an event of another namespace": '42/admin,1["list_grids",{}]',
}


@pytest.mark.parametrize("name", POSTS)
async def test_a_post_that_ends_the_session(running: Running, name: str) -> None:
    async with polling(running.url) as client:
        try:
            assert (await client.post(POSTS[name]))[0] == 400
        except ClientError:
            assert name == "64 MiB"  # refused before it has all been sent
        assert (await client.exchange("GET"))[0] == 400


async def test_a_post_that_unpacks_to_far_more(running: Running) -> None:
    async with polling(running.url) as client:
        address = f"{running.url}{PATH}polling&sid={client.sid}"
        bomb = gzip.compress(b"3" * 64 * MIB)
        headers = {"Content-Encoding": "gzip"}
        async with client.session.post(address, data=bomb, headers=headers) as answer:
            assert answer.status == 400
        assert (await client.exchange("GET"))[0] == 400


async def test_a_post_in_chunks_is_read_whole(running: Running) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for byte in b'421["list_grids",{}]':
            yield bytes([byte])

    async with polling(running.url) as client:
        address = f"{running.url}{PATH}polling&sid={client.sid}"
        async with client.session.post(address, data=chunks()) as answer:
            assert answer.status == 200
        assert '"ok":true' in await client.until("431")


async def test_two_polls_at_once_end_the_session(running: Running) -> None:
    async with polling(running.url) as client:
        first = asyncio.create_task(client.get())
        while not running.sockets[-1]._polls.open:
            await asyncio.wait({first}, timeout=0)
        assert (await client.exchange("GET"))[0] == 400
        assert await first == ["1"]


REQUESTS: dict[str, tuple[str, str, int, dict[str, str]]] = {
    "no version": ("GET", "/socket.io/?transport=polling", 400, {}),
    "version 3": ("GET", "/socket.io/?EIO=3&transport=polling", 400, {}),
    "an unknown transport": ("GET", f"{PATH}carrier-pigeon", 400, {}),
    "JSONP of no number": ("GET", f"{PATH}polling&j=alert(1)", 400, {}),
    "an unknown session": ("GET", f"{PATH}polling&sid=nope", 400, {}),
    "a session of 5,000 letters": ("GET", f"{PATH}polling&sid={'x' * 5_000}", 400, {}),
    "a POST to no session": ("POST", f"{PATH}polling", 400, {}),
    "a POST to an unknown session": ("POST", f"{PATH}polling&sid=nope", 400, {}),
    "PUT": ("PUT", f"{PATH}polling", 405, {}),
    "DELETE": ("DELETE", f"{PATH}polling", 405, {}),
    "HEAD": ("HEAD", f"{PATH}polling", 405, {}),
    "a WebSocket without an upgrade": ("GET", f"{PATH}websocket", 400, {}),
    "an upgrade to something else": ("GET", f"{PATH}websocket", 400, {"Upgrade": "h2c"}),
    "an upgrade without a key": ("GET", f"{PATH}websocket", 400, {"Upgrade": "websocket"}),
    "another host": ("GET", f"{PATH}polling", 403, {"Host": "evil.example"}),
    "another origin": ("GET", f"{PATH}polling", 403, {"Origin": "http://evil.example"}),
    "the origin null": ("GET", f"{PATH}polling", 403, {"Origin": "null"}),
    "another host and its origin": (
        "GET",
        f"{PATH}polling",
        403,
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_an_http_request_that_is_refused(running: Running, name: str) -> None:
    method, path, status, headers = REQUESTS[name]
    async with ClientSession() as session:
        before = len(running.sockets)
        async with session.request(method, running.url + path, headers=headers) as answer:
            assert answer.status == status
            assert "<" not in await answer.text()
        assert len(running.sockets) == before


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {"Origin": "http://evil.example"}, 403),
        ("", {"Host": "evil.example"}, 403),
        ("&sid=nope", {}, 400),
        ("", {"Sec-WebSocket-Version": "12"}, 400),
    ],
)
async def test_a_websocket_that_is_refused(
    running: Running, query: str, headers: dict[str, str], status: int
) -> None:
    async with ClientSession() as session:
        with pytest.raises(WSServerHandshakeError) as refused:
            await session.ws_connect(f"{running.url}{PATH}websocket{query}", headers=headers)
        assert refused.value.status == status


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost : evil\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n",
    ],
    ids=["bytes", "version", "long path", "long header", "length", "two lengths", "header", "TLS"],
)
async def test_what_is_no_http_is_answered_with_400(running: Running, data: bytes) -> None:
    host, _, port = running.host.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    assert (await reader.readline()).split(b" ")[1] == b"400"
    writer.close()
    await writer.wait_closed()
