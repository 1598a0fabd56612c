"""The Socket.IO transport's own rules: connecting, order and bounds, slow readers, heartbeat, upgrade."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from structlog.testing import capture_logs

from server.model import uuid7
from server.transports import callers, pipes
from server.transports import polling as polls
from tests.frames import HELLO, PATH, PATIENCE, Raw, Running, Start, deaf, keyed, masked, polling, raw, run

JOIN = {"grid": "tasks", "limit": 0}
BULK = "x" * 60_000


@pytest.fixture
async def running(aiohttp_server: Start, tmp_path: Path) -> Running:
    return await run(aiohttp_server, tmp_path)


def hold(running: Running, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let `list_grids` take until the event that is returned is set."""
    go = asyncio.Event()
    heads = running.transport.hall.service._store.heads

    async def slow() -> Any:
        await go.wait()
        return await heads()

    monkeypatch.setattr(running.transport.hall.service._store, "heads", slow)
    return go


def watch(running: Running, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """An event that is set when the service is told that a session is gone."""
    gone = asyncio.Event()
    close = running.transport.hall.service.close

    def told(session: Any) -> None:
        close(session)
        gone.set()

    monkeypatch.setattr(running.transport.hall.service, "close", told)
    return gone


# Connecting


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ("40", "unsupported_protocol"),
        ("40[]", "unsupported_protocol"),
        ('40{"protocol":2}', "unsupported_protocol"),
        ('40{"protocol":true}', "unsupported_protocol"),
        ('40{"protocol":1,"admin":true}', "invalid_message"),
        ('40{"protocol":1,"name":{}}', "invalid_message"),
        ('40{"protocol":18446744073709551617}', "unsupported_protocol"),
        ('40{"protocol":1,"name":' + "[" * 5000 + "]" * 5000 + "}", "invalid_message"),
        ('40/admin,{"protocol":1}', "invalid_message"),
        ("40/admin", "invalid_message"),
    ],
)
async def test_a_refused_connect_is_a_connect_error_with_code_message_and_retry(
    running: Running, hello: str, code: str
) -> None:
    async with raw(running.url, None) as client:
        await client.send(hello)
        answer = await client.text()
        assert answer.startswith("44/admin,{" if "admin" in hello and "true" not in hello else "44{")
        body = json.loads(answer[answer.index("{") :])
        assert (body["code"], body["retry"]) == (code, False)
        assert body["message"]
        await client.send(HELLO)  # it may try again
        assert (await client.text()).startswith('40{"sid"')


async def test_a_wrong_key_is_refused(aiohttp_server: Start, tmp_path: Path) -> None:
    running = await run(aiohttp_server, tmp_path, **keyed("right", "look"))
    async with raw(running.url, None) as client:
        await client.send('40{"protocol":1,"token":"wrong"}')
        assert json.loads((await client.text())[2:])["code"] == "unauthorized"
        assert (await client.ask("list_grids"))["error"]["code"] == "unauthorized"
    async with raw(running.url, '40{"protocol":1,"token":"look"}') as client:
        assert (await client.ask("list_grids"))["ok"]
        ack = await client.ask("add_record", {"grid": "tasks", "mutation_id": uuid7(), "fields": {}})
        assert ack["error"]["code"] == "forbidden"


async def test_a_second_connect_is_refused_and_changes_nothing(running: Running) -> None:
    async with raw(running.url) as client:
        await client.ask("join_grid", JOIN)
        await client.send(HELLO)
        assert json.loads((await client.until("44"))[2:])["code"] == "invalid_message"
        running.transport.announce("tasks", "news", 1)
        assert await client.heard("news") == 1


async def test_requests_before_connect_are_refused(running: Running) -> None:
    async with raw(running.url, None) as client:
        assert (await client.ask("list_grids"))["error"]["code"] == "unauthorized"
        assert running.transport.rooms._members == {}


async def test_a_client_that_never_connects_is_cut(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "CONNECT_DEADLINE", 0.05)
    async with raw(running.url, None) as client:
        assert await client.end() == 1008
    async with polling(running.url, None) as poller:
        assert await poller.until("1") == "1"
    assert not running.sockets


async def test_the_session_id_is_not_the_one_that_polls(running: Running) -> None:
    async with raw(running.url) as client:
        session = (await client.ask("join_grid", JOIN))["session"]
        assert session != client.opening["sid"]


async def test_who_has_just_gone_is_cut_without_a_word(running: Running) -> None:
    async with raw(running.url):
        (socket,) = running.sockets
        wire: Any = socket._wire
        wire.abort()
        wire.write = Mock(side_effect=RuntimeError("the handler is closed"))  # as uvloop's does
        socket.cut("server stops", 1012)
        assert socket.closed
        assert not running.sockets


async def test_disconnect_leaves(running: Running) -> None:
    async with raw(running.url) as client:
        await client.ask("join_grid", JOIN)
        await client.send("41")
        assert await client.end() == 1000
        assert running.transport.rooms._members == {}


async def test_a_client_that_leaves_while_it_joins_leaves_nothing_behind(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = watch(running, monkeypatch)
    go, reached, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()
    describe = running.transport.hall.service._store.describe

    async def slow(grid: str) -> Any:
        reached.set()
        await go.wait()
        finished.set()
        return await describe(grid)

    monkeypatch.setattr(running.transport.hall.service._store, "describe", slow)
    async with raw(running.url) as client:
        await client.send('421["join_grid",{"grid":"tasks"}]')
        await reached.wait()
    await asyncio.wait_for(gone.wait(), PATIENCE)
    go.set()
    await finished.wait()
    await running.transport.hall.commands.drained()
    assert running.transport.rooms._members == {}
    async with raw(running.url) as other:
        assert len((await other.ask("join_grid", JOIN))["presence"]) == 1


# Requests


async def test_an_event_without_an_id_is_executed_and_not_answered(running: Running) -> None:
    async with raw(running.url) as client:
        fields = {"mutation_id": uuid7(), "fields": {"title": "A"}}
        await client.send("42" + json.dumps(["add_record", {"grid": "tasks", **fields}]))
        await client.send('421["list_grids",{}]')
        assert (await client.text()).startswith("431[")
        async with asyncio.timeout(PATIENCE):
            while (await client.ask("list_grids"))["grids"][0]["revision"] < 1:
                pass


async def test_the_same_id_twice_is_answered_twice(running: Running) -> None:
    async with raw(running.url) as client:
        await client.send('425["missing",{}]')
        await client.send('425["missing",{}]')
        assert [(await client.text())[:4], (await client.text())[:4]] == ["435[", "435["]


async def test_more_requests_than_may_wait_are_answered_busy_at_once(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = hold(running, monkeypatch)
    async with raw(running.url) as client:
        await client.send('420["list_grids",{}]')
        for id in range(1, callers.QUEUE + 3):
            await client.send(f'42{id}["missing",{{}}]')
        for id in (callers.QUEUE + 1, callers.QUEUE + 2):  # these overtake: they were never queued
            text = await client.text()
            assert text.startswith(f"43{id}[")
            assert json.loads(text[len(f"43{id}") :])[0]["error"] == {
                "code": "busy",
                "message": "Too many requests wait already. Ask again in a moment.",
                "retry": True,
            }
        go.set()
        order = [int((await client.text()).partition("[")[0][2:]) for _ in range(callers.QUEUE + 1)]
        assert order == list(range(callers.QUEUE + 1))


async def test_waiting_requests_are_bounded_in_bytes_too(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = hold(running, monkeypatch)
    async with raw(running.url) as client:
        await client.send('420["list_grids",{}]')
        large = "x" * (polls.MOST_BYTES // 2)
        for id in (1, 2, 3):
            await client.send(f'42{id}["missing","{large}"]')
        assert (await client.text()).startswith('432[{"ok":false,"error":{"code":"busy"')
        assert (await client.text()).startswith("433[")
        go.set()
        assert (await client.ack(1))["error"]["code"] == "unknown_event"


async def test_what_waits_when_its_client_leaves_is_not_served(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, gone = hold(running, monkeypatch), watch(running, monkeypatch)
    served: list[str] = []
    dispatch = running.transport.hall.commands.dispatch

    def noting(session: Any, event: str, *rest: Any) -> Any:
        served.append(event)
        return dispatch(session, event, *rest)

    monkeypatch.setattr(running.transport.hall.commands, "dispatch", noting)
    async with raw(running.url) as client:
        peer: Any = running.sockets[0].peer
        await client.send('421["list_grids",{}]')
        await client.send('42["add_record",{}]')
        await turns(running)
        assert len(peer._queue) == 1
    await asyncio.wait_for(gone.wait(), PATIENCE)
    go.set()
    await running.transport.hall.commands.drained()
    await turns(running)
    assert "list_grids" in served
    assert "add_record" not in served


async def test_mutations_are_served_without_a_task_and_answered_in_order(running: Running) -> None:
    async with raw(running.url) as client:
        for id in range(20):
            body = {"grid": "tasks", "mutation_id": uuid7(), "fields": {"title": str(id)}}
            await client.send(f"42{id}" + json.dumps(["add_record", body]))
        order = [int((await client.text()).partition("[")[0][2:]) for _ in range(20)]
        assert order == list(range(20))
        assert running.sockets[0].peer._worker is None  # type: ignore[attr-defined]


async def test_an_answer_that_is_not_json_becomes_internal(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        running.transport.hall.commands, "dispatch", lambda *given: given[4]({"ok": True, "oops": object()})
    )
    async with raw(running.url) as client:
        assert (await client.ask("list_grids"))["error"]["code"] == "internal"


async def test_an_announcement_that_is_not_json_is_logged_and_raises_nothing(running: Running) -> None:
    async with raw(running.url) as client:
        await client.ask("join_grid", JOIN)
        running.transport.announce("tasks", "news", object())
        running.transport.announce("tasks", "news", 1)
        assert await client.heard("news") == 1


async def test_trash_is_logged_seldom_and_never_what_it_was(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "LOG_INTERVAL", 3600.0)
    with capture_logs() as logs:
        for _ in range(5):
            async with raw(running.url) as client:
                await client.send('421["my secret"')
                await client.end()
    told = [entry for entry in logs if entry["log_level"] == "warning"]
    assert [(entry["event"], entry["unsaid"]) for entry in told] == [("packet_malformed", 0)]
    assert "secret" not in repr(logs)


# R12: slow readers


def flood(running: Running) -> int:
    """Announce until some client is blocked; returns how many announcements that took."""
    for count in range(1, 2_000):
        running.transport.announce("tasks", "bulk", {"bulk": BULK})
        if any(socket.blocked for socket in running.sockets):
            return count
    raise AssertionError("nobody was ever blocked")


async def test_r12_what_waits_for_a_client_that_does_not_read_is_bounded(running: Running) -> None:
    async with raw(running.url) as client:
        await client.ask("join_grid", JOIN)
        (socket,) = running.sockets
        flood(running)
        for _ in range(100):
            running.transport.announce("tasks", "bulk", {"bulk": BULK})
        assert socket.blocked
        assert socket.backlog <= pipes.BOUND


async def test_r12_first_announcements_resume_then_what_was_missed_then_requests(running: Running) -> None:
    async with raw(running.url) as client:
        await client.ask("join_grid", JOIN)
        await client.send('427["list_grids",{}]')  # not read before the loop runs, and then it is blocked
        written = flood(running)
        running.transport.announce("tasks", "dropped", True)
        events = []
        while not (text := await client.text()).startswith("437["):
            events.append(json.loads(text[2:])[0])
        assert events.count("bulk") == written - 1  # the last one did not fit any more
        assert events[-2:] == ["head", "presence"]
        running.transport.announce("tasks", "news", 1)
        assert await client.heard("news") == 1


async def test_r12_answers_are_still_sent_to_a_blocked_client(running: Running) -> None:
    async with raw(running.url) as client:
        await client.ask("join_grid", JOIN)
        (socket,) = running.sockets
        flood(running)
        before = socket.backlog
        socket.peer.answer(5, {"ok": True})  # type: ignore[attr-defined]
        assert socket.backlog > before
        assert await client.ack(5) == {"ok": True}


async def turns(running: Running) -> None:
    """Let the server look at all its connections again and again."""
    async with raw(running.url) as other:
        for _ in range(20):
            assert (await other.ask("missing"))["ok"] is False


async def test_r12_nothing_more_is_read_of_a_blocked_client(running: Running) -> None:
    async with deaf(running.host, HELLO, '421["join_grid",{"grid":"tasks","limit":0}]') as sock:
        (socket,) = running.sockets
        flood(running)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(sock, masked(b"3") + masked(b"it would be cut for this"))
        await turns(running)
        assert socket.blocked
        assert not socket.closed


async def test_r12_nothing_more_is_served_to_a_blocked_client(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = hold(running, monkeypatch)
    async with deaf(running.host, HELLO, '421["join_grid",{"grid":"tasks","limit":0}]') as sock:
        loop = asyncio.get_running_loop()
        for id in (2, 3):
            await loop.sock_sendall(sock, masked(f'42{id}["list_grids",{{}}]'.encode()))
        (socket,) = running.sockets
        await turns(running)
        peer: Any = socket.peer
        assert len(peer._queue) == 1
        flood(running)
        go.set()
        await running.transport.hall.commands.drained()
        await turns(running)
        assert socket.blocked
        assert len(peer._queue) == 1


async def test_r12_a_client_that_stays_blocked_is_cut(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipes, "SLOW", 0.1)
    gone = watch(running, monkeypatch)
    async with deaf(running.host, HELLO, '421["join_grid",{"grid":"tasks","limit":0}]'):
        flood(running)
        await asyncio.wait_for(gone.wait(), PATIENCE)
        assert not running.sockets
        assert running.transport.rooms._members == {}


async def test_r12_nobody_waits_for_a_blocked_client(running: Running) -> None:
    async with raw(running.url) as slow, raw(running.url) as quick:
        for client in (slow, quick):
            await client.ask("join_grid", JOIN)
        first, second = running.sockets
        while not first.blocked:
            running.transport.announce("tasks", "bulk", {"bulk": BULK})
            await quick.heard("bulk")
        running.transport.announce("tasks", "news", 1)
        assert await quick.heard("news") == 1
        assert not second.blocked


async def test_r12_holds_for_polling_too(running: Running) -> None:
    async with polling(running.url) as client:
        await client.post('421["join_grid",{"grid":"tasks","limit":0}]')
        await client.until("431")
        (socket,) = running.sockets
        flood(running)
        assert socket.backlog <= pipes.BOUND
        held = asyncio.create_task(client.post('422["list_grids",{}]'))
        await turns(running)
        assert not held.done()
        packets = await client.get()
        assert all(packet.startswith('42["bulk"') for packet in packets if packet[1] != "6")
        assert (await client.until("42"))[:9] == '42["head"'
        assert (await held)[0] == 200
        await client.until("432[")


async def test_r12_a_poller_that_never_comes_back_is_cut(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipes, "SLOW", 0.1)
    gone = watch(running, monkeypatch)
    async with polling(running.url) as client:
        await client.post('421["join_grid",{"grid":"tasks","limit":0}]')
        await client.until("431")
        flood(running)
        await asyncio.wait_for(gone.wait(), PATIENCE)
        assert not running.sockets


# Heartbeat


async def test_a_client_that_answers_no_ping_is_cut_at_once(
    aiohttp_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await run(aiohttp_server, tmp_path, ping_interval=0.05, ping_timeout=0.05)
    gone = watch(running, monkeypatch)
    async with raw(running.url) as client:
        assert await client.end() is None  # aborted: nobody would read a close frame
        await asyncio.wait_for(gone.wait(), PATIENCE)


async def test_a_client_that_answers_pings_stays(aiohttp_server: Start, tmp_path: Path) -> None:
    running = await run(aiohttp_server, tmp_path, ping_interval=0.02, ping_timeout=5.0)
    async with raw(running.url) as client:
        for _ in range(5):
            assert (await client.ws.receive()).data == "2"
            await client.send("3")
        assert (await client.ask("list_grids"))["ok"]


# From polling to WebSocket


async def test_an_upgrade_loses_nothing(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = watch(running, monkeypatch)
    async with polling(running.url) as poller:
        (socket,) = running.sockets
        running.transport.rooms.enter("grid:tasks", socket)
        poll = asyncio.create_task(poller.get())
        while not socket._polls.open:
            await asyncio.wait({poll}, timeout=0)
        address = f"{running.url}{PATH}websocket&sid={poller.sid}"
        async with poller.session.ws_connect(address) as ws:
            client = Raw(ws)
            await client.send("2probe")
            assert await client.text() == "3probe"
            assert await poll == ["6"]
            assert await refuses(poller.session, address)
            running.transport.announce("tasks", "news", 1)
            running.transport.announce("tasks", "news", 2)
            await client.send("5")
            assert [await client.heard("news"), await client.heard("news")] == [1, 2]
            assert (await client.ask("list_grids"))["ok"]
            assert (await poller.exchange("GET"))[0] == 400
            assert (await poller.post("3"))[0] == 400
            assert await refuses(poller.session, address)
            assert not gone.is_set()
        await asyncio.wait_for(gone.wait(), PATIENCE)


async def refuses(session: ClientSession, address: str) -> bool:
    with pytest.raises(WSServerHandshakeError) as refused:
        await session.ws_connect(address)
    return refused.value.status == 400


@pytest.mark.parametrize("words", [("2hello",), ("5",), ("2probe", "40"), ("x",)])
async def test_a_failed_upgrade_leaves_the_session_polling(running: Running, words: tuple[str, ...]) -> None:
    async with polling(running.url) as poller:
        address = f"{running.url}{PATH}websocket&sid={poller.sid}"
        async with poller.session.ws_connect(address) as ws:
            client = Raw(ws)
            for word in words:
                await client.send(word)
            await client.end()
        await poller.post('421["list_grids",{}]')
        await poller.until("431")


async def test_a_poll_during_an_upgrade_ends_at_once(running: Running) -> None:
    async with polling(running.url) as poller:
        address = f"{running.url}{PATH}websocket&sid={poller.sid}"
        async with poller.session.ws_connect(address) as ws:
            client = Raw(ws)
            await client.send("2probe")
            await client.text()
            assert await poller.get() == ["6"]
            await client.send("5")
            assert (await client.ask("list_grids"))["ok"]
