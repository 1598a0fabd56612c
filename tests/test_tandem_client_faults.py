"""The Python client when connections, servers and histories go (R2, R3, R5, R7, R9, R10, R13)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest

from server.stores.sql import SqlStore
from tandem_client import Closed, Reset, Result, Tandem, TandemError, Unanswered, add, connect
from tandem_client import connection as wire
from tandem_client.outbox import Entry, Limits, Outbox
from tandem_client.records import Json, Position, uuid7
from tests.bots import PATIENCE, Bot, take, until
from tests.contest import Contest
from tests.dying_server import DyingServer
from tests.proxy import FAULTS, Proxy
from tests.servers import ServerProcess
from tests.upkeep import command

SOON = {"PING_INTERVAL": "1", "PING_TIMEOUT": "1"}  # who is half-open notices it


@pytest.fixture
def chance() -> Random:
    """A new seed each time; pytest shows what is printed where a test fails."""
    seed = int(os.environ.get("TANDEM_SEED") or Random().randrange(2**32))
    print(f"again with: TANDEM_SEED={seed}")  # noqa: T201
    return Random(seed)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long before trying again."""
    monkeypatch.setattr(wire, "FIRST_REST", 0.02)
    monkeypatch.setattr(wire, "LONGEST_REST", 0.2)
    monkeypatch.setattr(wire, "ANSWER", 3)


# Connections


async def test_r3_what_is_in_flight_when_the_connection_is_cut_takes_effect_once(
    server_url: str, chance: Random
) -> None:
    async with Proxy.to(lambda: server_url, chance) as proxy, connect(proxy.url, timeout=PATIENCE) as tandem:
        grid = await tandem.join("tasks")
        changes = grid.changes()
        losses = 0
        for _ in range(15):
            adds = [asyncio.create_task(grid.add({"title": f"{number}"})) for number in range(20)]
            await asyncio.sleep(chance.random() * 0.02)
            losses += not all(each.done() for each in adds)
            proxy.trouble(chance.choice(["cut", "reset"]), share=1)
            results = await asyncio.gather(*adds)
            assert len({result.id for result in results}) == 20
        assert len(grid) == grid.position.revision == 300
        assert [change.revision for change in await take(changes, 300)] == list(range(1, 301))
        assert losses, "nothing was in flight when the connection was cut"


async def test_a_write_waits_for_the_connection_and_tells_whether_it_may_have_been_done(
    server: ServerProcess, chance: Random
) -> None:
    async with Proxy.to(lambda: server.url, chance) as proxy, connect(proxy.url) as tandem:
        grid = await tandem.join("tasks")
        proxy.trouble("half-open", share=1)  # nobody knows of it
        id = uuid7()
        with pytest.raises(Unanswered) as caught:
            await grid.add({"title": "one"}, mutation_id=id, timeout=0.2)
        assert (caught.value.unknown, caught.value.retry) == (True, True)
        await server.kill()
        proxy.trouble("reset", share=1)
        await unconnected(tandem)
        with pytest.raises(Unanswered) as caught:
            await grid.add({"title": "two"}, timeout=0.1)
        assert not caught.value.unknown, "it was never sent"
        with pytest.raises(Unanswered):
            await tandem.grids(timeout=0.1)
        three = asyncio.create_task(grid.add({"title": "three"}))
        await server.start()
        await three
        await grid.add({"title": "one"}, mutation_id=id)
        assert sorted(record.fields["title"] for record in grid.records.values()) == ["one", "three"]


async def test_what_waits_when_the_client_is_closed_is_told(server: ServerProcess) -> None:
    async with connect(server.url) as tandem:
        grid = await tandem.join("tasks")
        await server.kill()
        await unconnected(tandem)
        waiting = asyncio.create_task(grid.add({"title": "one"}))
        await asyncio.sleep(0)
    with pytest.raises(Closed) as caught:
        await waiting
    assert not caught.value.unknown


async def unconnected(tandem: Tandem) -> None:
    async with asyncio.timeout(PATIENCE):
        while tandem.connected:  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)


# Servers


async def test_r9_a_reader_misses_nothing_and_hears_nothing_twice_while_the_server_is_killed(
    tmp_path: Path, chance: Random
) -> None:
    async with (
        DyingServer.on(f"sqlite:///{tmp_path}/tandem.db") as server,
        connect(server.url, timeout=PATIENCE) as tandem,
        connect(server.url, timeout=PATIENCE) as another,
    ):
        grid, writing = await tandem.join("tasks"), await another.join("tasks")
        changes = grid.changes()
        writes: list[asyncio.Task[object]] = []
        for _ in range(6):
            writes += [asyncio.create_task(writing.add({"title": "new"})) for _ in range(50)]
            await asyncio.sleep(chance.random() * 0.1)
            await server.kill()
            await server.start()
        await asyncio.gather(*writes)
        heard = await take(changes, 300)
        assert [change.revision for change in heard] == list(range(1, 301))
        assert len({change.id for change in heard}) == len({change.mutation_id for change in heard}) == 300
        await until(grid, lambda: grid.position == writing.position)
        assert grid.records == writing.records


async def test_a_reader_waits_for_the_server_as_long_as_it_takes(server: ServerProcess) -> None:
    async with connect(server.url, timeout=PATIENCE) as tandem:
        grid = await tandem.join("tasks")
        start = grid.position
        await grid.add({"title": "one"})
        grid._follower.recent.clear()  # as for one who has been away
        await server.kill()
        await unconnected(tandem)
        tandem._timeout = 0.1
        with pytest.raises(Unanswered):
            await anext(grid.history())
        reading = asyncio.create_task(anext(grid.changes(start)))
        await asyncio.wait([reading], timeout=0.3)
        assert not reading.done()
        await server.start()
        async with asyncio.timeout(PATIENCE):
            assert (await reading).position.revision == 1


@pytest.mark.parametrize("kind", ["kills", "network"])
async def test_r2_r3_r10_r13_nothing_is_lost_or_done_twice_whatever_goes(
    database_url: str, chance: Random, kind: str
) -> None:
    """Bots that fight for the same records: all are answered, all are equal, all have heard everything."""
    async with AsyncExitStack() as stack:
        contest = await stack.enter_async_context(Contest.on(database_url, chance))
        server = await stack.enter_async_context(DyingServer.on(database_url, **SOON))
        proxy = await stack.enter_async_context(Proxy.to(lambda: server.url, chance))
        bots = [await stack.enter_async_context(Bot.on(proxy.url, contest)) for _ in range(4)]
        for turn in range(12):
            await bots[turn % 4].edits(chance.randrange(5, 25))
            if kind == "network":
                proxy.trouble(FAULTS[turn % len(FAULTS)])
            elif turn % 2:
                await server.kill()
                await server.start()
        proxy.calm()
        for bot in bots:
            await bot.idle()
        revision = (await contest.store.heads())[0].revision
        for bot in bots:
            await bot.reach(revision)
        head, snapshot = await contest.tally(bots)
        fresh = {id: (id, r.version, r.fields) for id, r in snapshot.items() if not r.deleted}
        for bot in bots:
            assert bot.grid.records == fresh
            assert bot.grid._follower.copy.digest == head.digest
            assert not bot.grid._follower._replica.alarms
            assert bot.heard == list(range(bot.start + 1, head.revision + 1)), "once, in order"


# Histories


async def test_r7_r9_a_restored_backup_is_one_reset_and_writes_go_on(
    tmp_path: Path, server: ServerProcess
) -> None:
    backup = tmp_path / "b"
    async with connect(server.url) as tandem:
        grid = await tandem.join("tasks")
        changes, kept = grid.changes(), grid.position
        await grid.mutate([add({"title": "kept"}) for _ in range(3)])
        await command("backup", backup, url=server.database_url)
        await grid.mutate([add({"title": "gone"}) for _ in range(5)])
        await take(changes, 8)
        await command("restore", backup, "--replace", url=server.database_url)
        async with asyncio.timeout(PATIENCE):
            reset = await anext(changes)
        assert reset == Reset(grid.position)
        assert (reset.position.revision, len(grid)) == (3, 3)
        assert reset.position.epoch != kept.epoch
        await grid.add({"title": "after"})
        (change,) = await take(changes, 1)
        assert change.position == (reset.position.epoch, 4)
        again = grid.changes(kept)
        assert await anext(again) == Reset(grid.position), "a position of before"
        assert [change.revision for change in await take(grid.changes(reset.position), 1)] == [4]


async def test_r9_an_epoch_that_ends_while_its_history_is_read_is_a_reset(
    tmp_path: Path, server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer of `history` does not say of which epoch it is."""
    store = SqlStore(server.database_url)
    async with connect(server.url) as tandem:
        grid = await tandem.join("tasks")
        start = grid.position
        await grid.mutate([add({"title": "old"}) for _ in range(5)])
        grid._follower.recent.clear()  # as for one who has been away
        ask = tandem.ask

        async def end_the_epoch(event: str, payload: Json, timeout: float | None = None) -> Json:
            if event == "history":
                monkeypatch.undo()
                await store.prune_deleted("tasks", "9999")
            return await ask(event, payload, timeout)

        monkeypatch.setattr(tandem, "ask", end_the_epoch)
        async with asyncio.timeout(PATIENCE):
            assert isinstance(await anext(grid.changes(start)), Reset)
        assert grid.position.epoch != start.epoch
    await store.close()


async def test_r9_a_hole_in_the_history_is_a_reset(server: ServerProcess) -> None:
    store = SqlStore(server.database_url)
    async with connect(server.url) as tandem:
        grid = await tandem.join("tasks")
        start = grid.position
        await grid.mutate([add({"title": "old"}) for _ in range(5)])
        await store.prune_history("tasks", "9999", "9999", 3)
        grid._follower.recent.clear()
        changes = grid.changes(start)
        async with asyncio.timeout(PATIENCE):
            assert await anext(changes) == Reset(grid.position)
        await grid.add({"title": "new"})
        assert [change.revision for change in await take(changes, 1)] == [6]
    await store.close()


# The outbox by itself


class Scripted:
    """Instead of a connection: what was asked, and the answers that a test gives."""

    def __init__(self, *answers: Json) -> None:
        self.asked: list[list[str]] = []
        self._answers = list(answers)
        self.over = asyncio.Event()

    async def ask(self, event: str, payload: Json) -> Json:
        self.asked.append([mutation["mutation_id"] for mutation in payload["mutations"]])
        if not self._answers:
            self.over.set()
            await asyncio.Event().wait()
        answer = self._answers.pop(0)
        return answer(payload) if callable(answer) else answer


def applied(epoch: str, status: str = "applied") -> Json:
    def answer(payload: Json) -> Json:
        more = {} if status == "applied" else {"error": {"code": "internal", "message": "", "retry": True}}
        revision = 1 if status == "applied" else None
        results = [
            {"mutation_id": m["mutation_id"], "id": m["id"], "status": status, "epoch": epoch,
             "revision": revision, **more}
            for m in payload["mutations"]
        ]  # fmt: skip
        return {"ok": True, "results": results}

    return answer


def no(code: str) -> Json:
    retry = code in ("busy", "rate_limited", "internal")
    return {"ok": False, "error": {"code": code, "message": code, "retry": retry}}


class Sending:
    """An outbox at a place of the test's, and what it sends."""

    def __init__(self, *answers: Json, epoch: str = "a") -> None:
        self.place = Position(epoch, 1)
        self.pulled = asyncio.Event()
        self.outbox = Outbox(lambda: self.place, self.pulled.set)
        self.wire = Scripted(*answers)
        self.task = asyncio.create_task(self.outbox.send(self.wire, "tasks", Limits(3, 2_000)))  # type: ignore[arg-type]

    def put(self, count: int = 1, timeout: float = PATIENCE, **fields: Json) -> asyncio.Task[list[Result]]:
        entries = [Entry([{"type": "add_record", "mutation_id": uuid7(), "id": uuid7(), "fields": fields}])
                   for _ in range(count)]  # fmt: skip
        self.ids = [entry.id for entry in entries]
        return asyncio.create_task(self.outbox.put(entries, timeout))


@pytest.fixture
async def sending() -> AsyncIterator[type[Sending]]:
    made: list[Sending] = []

    class Kept(Sending):
        def __init__(self, *answers: Json, epoch: str = "a") -> None:
            super().__init__(*answers, epoch=epoch)
            made.append(self)

    yield Kept
    for each in made:
        each.task.cancel()


async def test_r10_one_batch_in_flight_and_in_order(sending: type[Sending]) -> None:
    it = sending(no("busy"), applied("a"), no("rate_limited"), applied("a"), applied("a"))
    await it.put(7)
    first, second, third = it.ids[:3], it.ids[3:6], it.ids[6:]
    assert it.wire.asked == [first, first, second, second, third]


async def test_r10_what_spoils_a_batch_is_found_one_by_one(sending: type[Sending]) -> None:
    it = sending(no("invalid_message"), applied("a"), no("invalid_message"), applied("a"))
    with pytest.raises(TandemError, match="invalid_message") as caught:
        await it.put(3)
    assert it.wire.asked == [it.ids, it.ids[:1], it.ids[1:2], it.ids[2:]]
    assert [result.mutation_id for result in caught.value.results] == [it.ids[0], it.ids[2]]


async def test_r10_what_fails_three_times_is_told(sending: type[Sending]) -> None:
    it = sending(*[applied("a", "failed")] * 3)
    (result,) = await it.put()
    assert (result.status, len(it.wire.asked)) == ("failed", 3)
    assert result.error is not None
    assert (result.error.code, result.error.retry) == ("internal", True)


async def test_r7_what_was_answered_in_another_epoch_goes_again(sending: type[Sending]) -> None:
    it = sending(applied("a"), applied("b"), epoch="b")
    waiting = it.put()
    async with asyncio.timeout(PATIENCE):
        await it.pulled.wait()
    assert not waiting.done(), "the replica does not show it"
    it.outbox.caught_up()
    (result,) = await waiting
    assert (result.epoch, len(it.wire.asked)) == ("b", 2)


async def test_what_is_unknown_stays_so_until_there_is_an_answer(sending: type[Sending]) -> None:
    """Busy: it may be done later. Rate-limited, forbidden: it was not looked at, this time."""
    for answers, unknown in [
        ([no("forbidden")], False),
        ([no("rate_limited"), no("forbidden")], False),
        ([no("busy"), no("forbidden")], True),
    ]:
        it = sending(*answers)
        with pytest.raises(TandemError, match="forbidden") as caught:
            await it.put()
        assert caught.value.unknown is unknown, answers
    it = sending()
    waiting = it.put(timeout=0.05)
    with pytest.raises(Unanswered) as late:
        await waiting
    assert late.value.unknown
    assert not it.outbox._entries


async def test_what_is_too_large_for_any_request_is_never_sent(sending: type[Sending]) -> None:
    it = sending()
    with pytest.raises(TandemError, match="Too large"):
        await it.put(title="x" * 2_000)
    assert it.wire.asked == []
