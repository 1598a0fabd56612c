"""What the readers of a grid are told: in order, without a gap, whoever wrote it (R5, R6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest

from server import sequencer as module
from server.grids import Grid
from server.model import Author, Change, Head, Range, uuid7
from server.sequencer import Sequencer
from server.stores import StoreBusy

AMY = Author("amy", "Amy")


def change(revision: int, text: str = "x") -> Change:
    return Change(revision, f"id{revision}", "add", {"a": text}, None, AMY, f"m{revision}", "")


class Log:
    """A stored grid: its head and its changes; `reads` tells what was asked of it."""

    def __init__(self) -> None:
        self.head = Head("g", "G", 1, "e", 0, 0, 0)
        self.changes: list[Change] = []
        self.reads: list[int] = []
        self.busy = 0
        self.broken = 0

    def commit(self, count: int = 1, text: str = "x") -> Range:
        start = self.head.revision
        made = [change(revision, text) for revision in range(start + 1, start + count + 1)]
        self.changes += made
        self.head = replace(self.head, revision=start + count, count=start + count)
        return Range(start, made, self.head)

    async def heads(self) -> list[Head]:
        if self.broken:
            self.broken -= 1
            raise RuntimeError("nobody has thought of this")
        return [self.head]

    async def describe(self, grid: str) -> tuple[Head, Grid | None]:
        return self.head, None

    async def range(self, grid: str, epoch: str, after: int, limit: int) -> Range | None:
        self.reads.append(after)
        if self.busy:
            self.busy -= 1
            raise StoreBusy("locked")
        if epoch != self.head.epoch:
            return None
        return Range(after, self.changes[after : after + limit], self.head)


class Room:
    """Everything that was announced."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.arrived = asyncio.Event()

    def announce(self, grid: str, event: str, payload: Any) -> None:
        self.events.append((event, orjson.loads(orjson.dumps(payload))))
        self.arrived.set()

    def ranges(self) -> list[tuple[int, int, list[int]]]:
        told = [payload for event, payload in self.events if event == "changes"]
        return [(p["from"], p["to"], [entry[0] for entry in p["changes"]]) for p in told]

    async def until(self, revision: int, event: str = "changes") -> Any:
        key = "to" if event == "changes" else "revision"
        async with asyncio.timeout(20):
            while True:
                for name, payload in self.events:
                    if name == event and payload[key] >= revision:
                        return payload
                self.arrived.clear()
                await self.arrived.wait()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
async def room() -> Room:
    return Room()


@pytest.fixture
async def sequencer(log: Any, room: Room) -> AsyncIterator[Sequencer]:
    made = Sequencer(log, room.announce)
    made.watch(log.head)
    yield made
    await made.close()


async def test_what_continues_is_announced_at_once(log: Log, room: Room, sequencer: Sequencer) -> None:
    sequencer.offer(log.commit(2))
    sequencer.offer(log.commit())
    assert room.ranges() == [(0, 2, [1, 2]), (2, 3, [3])]
    assert log.reads == []


async def test_a_grid_that_nobody_has_joined_is_not_announced(
    log: Log, room: Room, sequencer: Sequencer
) -> None:
    sequencer.unwatch("g")
    sequencer.offer(log.commit())
    assert room.events == []


async def test_what_another_process_wrote_is_read_before_what_follows_it(
    log: Log, room: Room, sequencer: Sequencer
) -> None:
    log.commit(3)  # nobody tells us
    sequencer.offer(log.commit())
    await room.until(4)
    assert [revision for _, _, told in room.ranges() for revision in told] == [1, 2, 3, 4]


async def test_what_was_announced_is_never_announced_again(
    log: Log, room: Room, sequencer: Sequencer
) -> None:
    first, second = log.commit(2), log.commit(2)
    sequencer.offer(second)  # the gap makes it read everything
    await room.until(4)
    sequencer.offer(first)
    sequencer.offer(second)
    sequencer.offer(Range(1, [*first.changes[1:], *second.changes], second.head))
    assert [revision for _, _, told in room.ranges() for revision in told] == [1, 2, 3, 4]


async def test_a_partly_known_range_is_announced_from_where_it_is_new(
    log: Log, room: Room, sequencer: Sequencer
) -> None:
    first = log.commit(1)
    sequencer.offer(first)
    second = log.commit(2)
    sequencer.offer(Range(0, [*first.changes, *second.changes], second.head))
    assert room.ranges() == [(0, 1, [1]), (1, 3, [2, 3])]


async def test_a_silent_writer_is_found_by_comparing_heads(
    log: Log, room: Room, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMPARE_EVERY", 0.01)
    log.commit(2)
    await room.until(2)
    assert room.ranges() == [(0, 2, [1, 2])]


async def test_a_gap_that_could_not_be_read_is_asked_for_again(
    log: Log, room: Room, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMPARE_EVERY", 0.01)
    log.busy = 1
    log.commit(2)
    await room.until(2)
    assert log.reads == [0, 0]


async def test_r6_looks_at_the_heads_go_on_whatever_happens_to_one(
    log: Log, room: Room, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMPARE_EVERY", 0.01)
    log.broken = 2
    log.commit()
    await room.until(1)
    assert not log.broken


async def test_a_long_gap_is_a_head_and_the_readers_pull(
    log: Log, room: Room, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAP", 10)
    log.commit(11)
    sequencer.offer(log.commit())
    await room.until(12, "head")
    assert (room.ranges(), log.reads) == ([], [])
    sequencer.offer(log.commit())
    assert room.ranges() == [(12, 13, [13])]


async def test_r9_another_epoch_is_a_head(log: Log, room: Room, sequencer: Sequencer) -> None:
    sequencer.offer(log.commit())
    log.head = replace(log.head, epoch="new")
    sequencer.offer(log.commit())
    assert room.events[-1][0] == "head"
    assert room.events[-1][1]["epoch"] == "new"
    sequencer.offer(log.commit())
    assert room.ranges()[-1] == (2, 3, [3])


async def test_a_range_above_the_limit_is_a_head(log: Log, room: Room, sequencer: Sequencer) -> None:
    sequencer.offer(log.commit(text="y" * module.ANNOUNCED_BYTES))
    assert [event for event, _ in room.events] == ["head"]
    sequencer.offer(log.commit())
    assert room.ranges() == [(1, 2, [2])]


def test_no_change_is_shorter_than_what_is_counted_on() -> None:
    shortest = Change(1, uuid7(), "add", {}, None, Author("", ""), uuid7(), "")
    assert len(orjson.dumps(shortest.to_wire())) >= module.LEAST


async def test_a_range_of_more_changes_than_fit_is_a_head(
    log: Log, room: Room, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Change, "to_wire", lambda _: pytest.fail("nobody will read it"))
    sequencer.offer(log.commit(module.ANNOUNCED_BYTES // module.LEAST + 1))
    assert room.events == [("head", log.head.to_wire())]


async def test_r6_a_head_follows_a_burst(
    log: Log, room: Room, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HEAD_AFTER", 0.01)
    monkeypatch.setattr(module, "HEAD_EVERY", 10**9)  # not the regular one
    for _ in range(3):
        sequencer.offer(log.commit())
    assert await room.until(3, "head") == log.head.to_wire()
    assert [event for event, _ in room.events] == ["changes"] * 3 + ["head"]


async def test_r6_heads_are_announced_while_anyone_is_there(
    log: Log, room: Room, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMPARE_EVERY", 0.01)
    await room.until(0, "head")


async def test_a_new_definition_is_announced(
    log: Log, room: Room, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMPARE_EVERY", 0.01)
    log.head = replace(log.head, definition=2)
    await room.until(0, "head")
    told = [payload for event, payload in room.events if event == "grid_changed"]
    assert told == [{"grid": "g", "definition": 2}]


async def test_heads_read_before_our_own_last_commit_are_ignored(
    log: Log, room: Room, sequencer: Sequencer
) -> None:
    old = log.head
    sequencer.offer(log.commit())
    sequencer._compare_with([old], announce=False)
    assert sequencer.head("g") == log.head
