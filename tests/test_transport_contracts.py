"""What python-socketio and python-engineio really do, and what the transport makes of it.

Each test names one trap: its `library` half fails when an upgrade changes the libraries, and then
the guard may go; its `ours` half fails when the guard is missing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
import socketio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from engineio.payload import Payload

from server import values
from server.config import Settings
from server.errors import Refused
from server.transports import packets
from server.transports.fanout import Server, SocketRooms
from tests.frames import PATH, Running, Start, masked, polling, raw, run


@pytest.fixture
async def running(aiohttp_server: Start, tmp_path: Path) -> Running:
    return await run(aiohttp_server, tmp_path)


Library = Callable[..., Any]


@pytest.fixture
def library(aiohttp_server: Start) -> Library:
    """Starts python-socketio's own server as it comes; returns it with its address."""

    async def start(**options: Any) -> tuple[Any, str]:
        sio = socketio.AsyncServer(async_mode="aiohttp", monitor_clients=False, **options)
        app = web.Application()
        sio.attach(app)
        server: TestServer = await aiohttp_server(app)
        return sio, str(server.make_url("/")).rstrip("/")

    return start


# Every request is answered


async def test_library_answers_nothing_when_a_handler_raises_or_is_missing(library: Library) -> None:
    sio, url = await library(async_handlers=False)

    async def broken(sid: str) -> None:
        raise ValueError("on purpose")

    sio.on("broken", broken)

    async def silent(sid: str) -> None:
        return None

    sio.on("silent", silent)

    async with raw(url, "40") as client:
        for packet in ('421["broken"]', '422["missing"]', '423["silent"]'):
            await client.send(packet)
        assert await client.text() == "433[]"  # the first answer of three, and it looks like success


async def test_ours_answers_an_unknown_event_and_an_exception(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise ValueError("on purpose")

    monkeypatch.setattr(running.transport.hall.service._store, "heads", broken)
    async with raw(running.url) as client:
        assert (await client.ask("missing"))["error"]["code"] == "unknown_event"
        assert (await client.ask("list_grids"))["error"]["code"] == "internal"


# Reserved names


async def test_library_runs_its_handlers_for_a_client_that_sends_their_names(library: Library) -> None:
    sio, url = await library(async_handlers=False)
    called = []

    async def connect(sid: str, environ: Any, auth: Any) -> None:
        called.append(environ)

    sio.on("connect", connect)

    async with raw(url, "40{}") as client:
        await client.send('421["connect","a forged environ","a forged auth"]')
        await client.until("431")
        assert called[1] == "a forged environ"


@pytest.mark.parametrize("name", sorted(packets.RESERVED))
async def test_ours_refuses_reserved_names(running: Running, name: str) -> None:
    async with raw(running.url) as client:
        assert (await client.ask(name))["error"]["code"] == "unknown_event"
        assert len(running.sockets) == 1
        assert (await client.ask("list_grids"))["ok"]


# Connecting


async def test_library_leaks_a_client_whose_connect_handler_raises(library: Library) -> None:
    sio, url = await library(async_handlers=False)

    async def connect(sid: str, environ: Any, auth: Any) -> None:
        raise ValueError("on purpose")

    sio.on("connect", connect)

    async with raw(url, None) as client:
        await client.send("40{}")
        await client.send("40{}")
        assert (await client.text()).startswith("44")  # of the second: the first is half connected
        assert len(sio.manager.rooms["/"][None]) == 1


async def test_ours_answers_a_connect_that_fails_and_keeps_nothing(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with raw(running.url, None) as client:
        with monkeypatch.context() as broken:
            broken.setattr(running.transport.hall.access, "identify", lambda *_: 1 / 0)
            await client.send('40{"protocol":1}')
            refused = json.loads((await client.text())[2:])
        assert (refused["code"], refused["retry"]) == ("internal", True)
        peer: Any = running.sockets[0].peer
        assert peer.session is None
        await client.send('40{"protocol":1}')
        assert (await client.text()).startswith('40{"sid"')


async def test_library_runs_a_connect_handler_twice_after_a_type_error(library: Library) -> None:
    sio, url = await library(async_handlers=False)
    called = []

    async def connect(sid: str, environ: Any, auth: Any = None) -> None:
        called.append(sid)
        if len(called) == 1:
            raise TypeError("on purpose")

    sio.on("connect", connect)
    async with raw(url, None) as client:
        await client.send("40")
        await client.text()
        assert len(called) == 2


async def test_ours_looks_at_a_connect_once(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    def broken(*_: Any) -> None:
        called.append(1)
        raise TypeError("on purpose")

    monkeypatch.setattr(running.transport.hall.access, "identify", broken)
    async with raw(running.url, None) as client:
        await client.send("40")
        assert (await client.text()).startswith("44")
        assert called == [1]


# JSON


async def test_library_takes_nan_and_sends_it_to_everyone(library: Library) -> None:
    sio, url = await library(async_handlers=False)

    async def say(sid: str, value: Any) -> None:
        await sio.emit("said", value)

    sio.on("say", say)

    async with raw(url, "40") as client, raw(url, "40") as other:
        await client.send('42["say",{"a":NaN}]')
        assert await other.text() == '42["said",{"a":NaN}]'  # no browser can read that


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
async def test_ours_cuts_whoever_sends_nan(running: Running, value: str) -> None:
    async with raw(running.url) as client:
        await client.send(f'421["pull",{{"grid":{value}}}]')
        assert await client.end() == 1002


def test_orjson_makes_floats_of_large_integers_and_raises_on_half_a_surrogate_pair() -> None:
    assert isinstance(orjson.loads("18446744073709551616"), float)
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads('"\\ud800"')
    with pytest.raises(TypeError):
        orjson.dumps("\ud800")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18446744073709551616", 2**64),
        ("-9223372036854775809", -(2**63) - 1),
        ('["\\ud800"]', ["\ud800"]),
        ("1e999", float("inf")),
        ('{"a":1,"a":2}', {"a": 2}),
        ('["1234567890123456789",1.5]', ["1234567890123456789", 1.5]),
    ],
)
def test_ours_reads_what_can_be_judged_later(text: str, value: Any) -> None:
    assert packets.loads(text) == value
    assert type(packets.loads(text)) is type(value)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a":-Infinity}', "[1", "[1]x", "", "'a'", '"\x00"'])
def test_ours_refuses_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"not JSON|Expecting|Extra data|Invalid control"):
        packets.loads(text)


def test_a_number_of_many_digits_is_too_large_and_no_exception() -> None:
    with pytest.raises(ValueError, match="4300 digits"):
        json.loads("1" * 5000)
    assert packets.loads("1" * 5000) > 2**64
    assert packets.loads("1" * 399) == int("1" * 399)


@pytest.mark.parametrize("depth", [1_000, 5_000, 100_000])
def test_deep_nesting_can_be_decoded_and_is_still_too_deep(depth: int) -> None:
    with pytest.raises(ValueError, match="depth limit"):
        orjson.loads("[" * 2000 + "]" * 2000)
    name, deep, after = packets.loads('["e",' + "[" * depth + r'"\"[["' + "]" * depth + ',{"a":1}]')
    assert (name, after) == ("e", {"a": 1})
    assert values.flaw(deep)
    with pytest.raises(ValueError, match="Expecting"):
        packets.loads('["e",' + "[" * depth)


def test_answers_repeat_what_orjson_cannot_write() -> None:
    body = {"ok": False, "name": "\ud800", "records": orjson.Fragment(b'{"a":1}'), "n": 2**70}
    assert json.loads(packets.dump(body)) == {**body, "records": {"a": 1}}


# Binary packets


async def test_library_waits_for_as_many_attachments_as_a_client_announces(library: Library) -> None:
    sio, url = await library(async_handlers=False)
    async with raw(url, "40") as client:
        await client.send('459999999999-["x"]')
        await client.send("4kept as an attachment")
        await client.send("5")
        assert await client.text() == "6"  # it has read all that
        (kept,) = sio._binary_packet.values()
        assert kept.attachment_count == 9_999_999_999
        assert kept.attachments == ["kept as an attachment"]


@pytest.mark.parametrize(
    "packet", ['459999999999-["x"]', "451-[]", '461-1["x"]', '421-["pull"]', "44{}", "47"]
)
async def test_ours_cuts_whoever_sends_other_packets_than_a_client_may(running: Running, packet: str) -> None:
    async with raw(running.url) as client:
        await client.send(packet)
        assert await client.end() == 1002
        assert not running.sockets


def test_packets_that_cannot_be_answered_are_refused_and_others_carry_their_flaw() -> None:
    with pytest.raises(ValueError, match="starts with its name"):
        packets.read('2{"a":1}')
    flaw = packets.read('27{"a":1}').flaw
    assert isinstance(flaw, Refused)
    assert flaw.code == "invalid_message"


# Order, and the heartbeat


async def test_library_runs_the_events_of_a_client_at_once(library: Library) -> None:
    sio, url = await library()
    second_has_run = asyncio.Event()

    async def first(sid: str) -> None:
        await second_has_run.wait()

    sio.on("first", first)

    async def second(sid: str) -> None:
        second_has_run.set()

    sio.on("second", second)

    async with raw(url, "40") as client:
        await client.send('421["first"]')
        await client.send('422["second"]')
        assert [await client.text(), await client.text()] == ["432[]", "431[]"]


async def test_library_reads_no_pong_while_a_handler_runs_in_order(library: Library) -> None:
    sio, url = await library(async_handlers=False, ping_interval=0.05, ping_timeout=0.05)
    stop = asyncio.Event()

    async def slow(sid: str) -> None:
        await stop.wait()

    sio.on("slow", slow)

    async with raw(url, "40") as client:
        await client.send('421["slow"]')
        while (await client.ws.receive()).data == "2":
            await client.send("3")  # each ping is answered, and it is closed all the same
        assert client.ws.closed
        stop.set()


async def test_ours_serves_in_order_and_reads_pongs_meanwhile(
    aiohttp_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await run(aiohttp_server, tmp_path, ping_interval=0.05, ping_timeout=1.0)
    go = asyncio.Event()
    heads = running.transport.hall.service._store.heads

    async def slow() -> Any:
        await go.wait()
        return await heads()

    monkeypatch.setattr(running.transport.hall.service._store, "heads", slow)
    async with raw(running.url) as client:
        await client.send('421["list_grids",{}]')
        await client.send('422["missing",{}]')
        for _ in range(3):
            message = await client.ws.receive()
            assert message.data == "2"
            await client.send("3")
        go.set()
        assert (await client.until("43")).startswith("431[")
        assert (await client.until("43")).startswith("432[")


# What waits for a client


async def test_library_queues_without_a_bound(library: Library) -> None:
    sio, url = await library(async_handlers=False)
    async with raw(url, "40"):
        for _ in range(3000):
            await sio.emit("news", "x" * 1000)
        (socket,) = sio.eio.sockets.values()
        assert socket.queue.maxsize == 0


async def test_library_makes_a_task_per_recipient_and_ours_none(
    library: Library, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    sio, url = await library(async_handlers=False)
    made: list[Any] = []
    create = asyncio.create_task

    def counting(coroutine: Any) -> Any:
        made.append(coroutine)
        return create(coroutine)

    async with raw(url, "40"), raw(url, "40"):
        with monkeypatch.context() as watched:
            watched.setattr(asyncio, "create_task", counting)
            await sio.emit("news", 1)
        assert len(made) == 2
    async with raw(running.url) as one, raw(running.url) as two:
        for client in (one, two):
            assert (await client.ask("join_grid", {"grid": "tasks"}))["ok"]
        before = asyncio.all_tasks()
        running.transport.announce("tasks", "news", {"a": 1})
        assert asyncio.all_tasks() == before
        assert await one.heard("news") == await two.heard("news") == {"a": 1}


async def test_emit_goes_through_the_rooms(running: Running) -> None:
    async with raw(running.url) as client:
        await client.ask("join_grid", {"grid": "tasks"})
        await running.transport._server.emit("news", {"a": 1}, room="grid:tasks")
        assert await client.heard("news") == {"a": 1}


def test_a_server_frame_is_the_same_for_everyone_and_a_websocket_reads_it() -> None:
    for size in (0, 125, 126, 65_535, 65_536):
        frame = packets.frame(b"x" * size)
        assert frame[0] == 0x81
        assert frame[1] & 0x80 == 0  # not masked
        assert frame.endswith(b"x" * size)


# The end of a connection


async def test_library_does_not_notice_that_a_malformed_frame_ended_a_client(library: Library) -> None:
    sio, url = await library(async_handlers=False)
    gone = []

    async def disconnect(sid: str, reason: str) -> None:
        gone.append(sid)

    sio.on("disconnect", disconnect)

    async with raw(url, "40") as client:
        await client.send("x")
        await client.end()
    assert not gone
    assert len(sio.eio.sockets) == 1  # until its ping times out


async def test_ours_ends_the_session_at_once(running: Running) -> None:
    async with raw(running.url) as client, raw(running.url) as other:
        for each in (client, other):
            await each.ask("join_grid", {"grid": "tasks"})
        await client.send("x")
        assert await client.end() == 1002
        assert len(running.sockets) == 1
        gone = [who for who in (await other.heard("presence"))["sessions"] if who.get("gone")]
        while not gone:
            gone = [who for who in (await other.heard("presence"))["sessions"] if who.get("gone")]


async def test_library_closes_too_large_a_message_with_1009_and_so_do_we(
    library: Library, running: Running
) -> None:
    _, url = await library(async_handlers=False)
    for address in (url, running.url):
        async with raw(address) as client:
            client.send_bytes(masked(b"", length=2**24))
            assert await client.end() == 1009


# Compression


async def test_library_compresses_per_recipient_and_ours_does_not(library: Library, running: Running) -> None:
    _, url = await library()
    for address, accepted in ((url, True), (running.url, False)):
        async with raw(address, compress=15) as client:
            assert bool(client.ws.compress) is accepted


async def test_library_compresses_polls_in_the_event_loop_and_ours_does_not(running: Running) -> None:
    assert Server(SocketRooms(), lambda *_: True).eio.http_compression is False
    async with polling(running.url) as client:
        await client.post('421["history",{"grid":"' + "x" * 5000 + '"}]')
        async with client.session.get(f"{running.url}{PATH}polling&sid={client.sid}") as answer:
            assert "Content-Encoding" not in answer.headers


# Long-polling


async def test_library_drops_a_post_of_17_packets_with_200(library: Library) -> None:
    sio, url = await library(async_handlers=False)
    served = []

    async def count(sid: str, number: int) -> None:
        served.append(number)

    sio.on("count", count)

    assert Payload.max_decode_packets == 16
    async with polling(url, "40") as client:
        assert await client.post("\x1e".join(f'42["count",{n}]' for n in range(17))) == (200, "OK")
        assert served == []
        await client.post('42["count",99]')
        assert served == [99]


async def test_ours_takes_a_post_of_many_packets(running: Running) -> None:
    async with polling(running.url) as client:
        assert (await client.post("\x1e".join(f'42{n}["missing",{{}}]' for n in range(60))))[0] == 200
        await client.until("4359[")


# Origins and addresses


async def origin(url: str, value: str) -> int:
    async with (
        ClientSession() as session,
        session.get(f"{url}{PATH}polling", headers={"Origin": value}) as answer,
    ):
        return answer.status


async def test_library_with_an_empty_list_of_origins_checks_none_and_ours_does(
    library: Library, running: Running
) -> None:
    _, url = await library(cors_allowed_origins=[])
    assert await origin(url, "http://evil.example") == 200
    assert await origin(running.url, "http://evil.example") == 403


async def test_library_serves_a_rebound_name_and_ours_does_not(library: Library, running: Running) -> None:
    _, url = await library()
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    for address, status in ((url, 200), (running.url, 403)):
        async with (
            ClientSession() as session,
            session.get(f"{address}{PATH}polling", headers=headers) as answer,
        ):
            assert answer.status == status


async def test_the_engine_checks_origins_itself_too(aiohttp_server: Start) -> None:
    allowed = Settings(allowed_origins=("https://good.example",))
    server = Server(SocketRooms(), lambda origin, environ: origin in (None, *allowed.allowed_origins))
    server.eio.draining = True
    app = web.Application()
    server.attach(app)
    url = str((await aiohttp_server(app)).make_url("/")).rstrip("/")
    assert await origin(url, "https://good.example") == 503
    assert await origin(url, "https://evil.example") == 400


async def test_library_calls_every_client_127_0_0_1_and_ours_tells_the_truth(library: Library) -> None:
    sio, _ = await library()
    request: Any = aiohttp.test_utils.make_mocked_request("GET", "/").clone(remote="192.0.2.7")
    assert sio.eio._async["translate_request"](request)["REMOTE_ADDR"] == "127.0.0.1"
    engine = Server(SocketRooms(), lambda *_: True).eio
    assert engine._async["translate_request"](request)["REMOTE_ADDR"] == "192.0.2.7"
    assert sio.eio._async["translate_request"](request)["REMOTE_ADDR"] == "127.0.0.1"  # still its own


# Stopping


async def test_ours_closes_open_sockets_with_1012_when_it_stops(running: Running) -> None:
    async with raw(running.url) as client, polling(running.url) as poller:
        poll = asyncio.create_task(poller.get())
        await client.ask("list_grids")
        await running.transport.shutdown()
        assert await client.end() == 1012
        assert await poll == ["1"]
        assert not running.sockets
        assert (await poller.exchange("GET"))[0] == 400
        poller.sid = ""
        assert (await poller.exchange("GET"))[0] == 503
