"""The load: readers who have joined a grid, and writers who edit it. A process of its own, on a core of
its own; prints one line of JSON.

    echo '{"port": 8080, "pid": 1234, "readers": 200, …}' | .venv/bin/python -m bench.load    (see Scenario)
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench.link import Link, Poll
from bench.targets import cpu_of
from server.model import uuid7

DECODED = 100  # one reader in so many has its frames decoded
BUSIEST = 0.8  # of its core; above it the tool is what was measured
SWEEP = 0.005  # seconds between looks at the readers when nobody times them: less work for this tool
CROWD = 50  # readers that are read between two looks at the writers
SETTLE = 0.5  # seconds without traffic after which everybody has everything

Json = Any


@dataclass(frozen=True)
class Scenario:
    """`window`: edits of one writer that wait for their answers; with a `rate` (edits a second, of all
    writers together) each edit goes at its time instead, and its way to every reader is timed."""

    port: int
    pid: int  # the server's
    core: int  # of this tool
    grid: str
    records: Sequence[str]  # ids to edit
    field: str
    readers: int = 200
    writers: int = 10
    window: int = 16
    rate: float = 0.0
    warm: float = 1.0  # seconds before it is measured
    seconds: float = 5.0


@dataclass
class Tally:
    """What the decoded readers have heard, and how long it was on its way."""

    edits: int = 0
    announcements: int = 0
    delays: list[float] = field(default_factory=list)  # seconds


class Load:
    """One run."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._readers = [self._join(n) for n in range(scenario.readers)]
        self._writers = [Link(scenario.port, f"writer-{n}") for n in range(scenario.writers)]
        self._poll = Poll([*self._readers, *self._writers])
        self._reading, self._writing = Poll(self._readers), Poll(self._writers)
        self._tally = Tally()
        self._sent: dict[str, float] = {}
        self._asked = 0
        every = 1 if scenario.rate else DECODED
        self._decoded = self._readers[min(every, scenario.readers) // 2 :: every]
        for reader in self._decoded:
            reader.hear = self._hear
        for writer in self._writers:
            writer.check = _check

    def _join(self, number: int) -> Link:
        link = Link(self._scenario.port, f"reader-{number}")
        answer = link.ask("join_grid", {"grid": self._scenario.grid, "limit": 0})
        if not answer["ok"]:
            raise RuntimeError(f"join_grid: {answer['error']}")
        return link

    def run(self) -> Json:
        self._settle()
        for reader in self._readers:
            reader.bytes = 0  # until now each has heard of those who came after it
        drive = self._pace if self._scenario.rate else self._saturate
        drive(self._scenario.warm)
        before, heard = self._marks(), (self._tally.edits, self._tally.announcements)
        self._tally.delays.clear()
        drive(self._scenario.seconds)
        after = self._marks()
        edits, announcements = self._tally.edits - heard[0], self._tally.announcements - heard[1]
        self._settle()
        return {**self._figures(before, after, edits, announcements), **self._completeness()}

    @property
    def _acked(self) -> int:
        return sum(writer.frames for writer in self._writers)

    def _saturate(self, seconds: float) -> None:
        """Every writer has `window` edits on their way, always."""
        if not self._asked:
            for writer in self._writers:
                writer.send(*(self._edit() for _ in range(self._scenario.window)))
        until = time.perf_counter() + seconds
        sweep = 0.0
        while (now := time.perf_counter()) < until:
            self._go_on(SWEEP)
            if now >= sweep:
                sweep = now + SWEEP
                for number, reader in enumerate(self._reading.ready(0)):
                    reader.receive(now)
                    if number % CROWD == 0:  # a writer's answer does not wait for a thousand readers
                        self._go_on(0)

    def _go_on(self, seconds: float) -> None:
        """Who has an answer sends the next edit."""
        for writer in self._writing.ready(seconds):
            before = writer.frames
            writer.receive(time.perf_counter())
            writer.send(*(self._edit() for _ in range(writer.frames - before)))

    def _pace(self, seconds: float) -> None:
        """One edit after another, each at its time."""
        gap, start = 1 / self._scenario.rate, time.perf_counter()
        for number in range(round(seconds * self._scenario.rate)):
            self._listen(start + number * gap)
            self._writers[number % len(self._writers)].send(self._edit(timed=True))
        self._listen(start + seconds)

    def _listen(self, until: float) -> None:
        while (now := time.perf_counter()) < until:
            for link in self._poll.ready(until - now):
                link.receive(time.perf_counter())

    def _settle(self) -> None:
        """Read on until nothing has come for a while."""
        while ready := self._poll.ready(SETTLE):
            for link in ready:
                link.receive(time.perf_counter())

    def _edit(self, timed: bool = False) -> bytes:
        mutation = uuid7()
        self._asked += 1
        if timed:
            self._sent[mutation] = time.perf_counter()
        record = random.choice(self._scenario.records)
        value = random.randrange(10_000)
        return (
            f'42{self._asked}["update_record",{{"grid":"{self._scenario.grid}","mutation_id":"{mutation}",'
            f'"id":"{record}","fields":{{"{self._scenario.field}":{value}}}}}]'
        ).encode()

    def _hear(self, payload: bytes, now: float) -> None:
        if not payload.startswith(b'42["changes"'):
            return
        changes = orjson.loads(payload[2:])[1]["changes"]
        self._tally.announcements += 1
        self._tally.edits += len(changes)
        if self._sent:
            self._tally.delays += (now - self._sent[change[5]] for change in changes)

    def _marks(self) -> tuple[float, float, float, int]:
        return time.perf_counter(), cpu_of(self._scenario.pid), time.process_time(), self._acked

    def _figures(self, before: Any, after: Any, edits: int, announcements: int) -> Json:
        seconds, server, tool, acked = (b - a for a, b in zip(before, after, strict=True))
        delivered = edits / len(self._decoded) * len(self._readers)
        return {
            "seconds": seconds,
            "edits_per_second": acked / seconds,
            "delivered_per_second": delivered / seconds,
            "edits_per_announcement": edits / announcements,
            "cpu_us_per_delivered": server / delivered * 1e6,
            "cpu_us_per_edit": server / acked * 1e6,
            "server_busy": server / seconds,
            "tool_busy": tool / seconds,
            "valid": tool / seconds <= BUSIEST,
            "delays_ms": percentiles(self._tally.delays),
        }

    def _completeness(self) -> Json:
        """What was lost on the way: nothing, if the figures are to count. Announcements are the same
        bytes for everyone, so who has as many as a decoded reader has heard all that it has."""
        heard = self._tally.edits / len(self._decoded)
        least = min(reader.bytes for reader in self._decoded)
        behind = sum(reader.bytes < least for reader in self._readers)
        return {"unanswered": self._asked - self._acked, "unheard": self._asked - heard, "behind": behind}


def percentiles(seconds: Sequence[float]) -> Json:
    """In milliseconds; None without any."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return {f"p{of}": ordered[min(len(ordered) * of // 100, len(ordered) - 1)] * 1000 for of in (50, 90, 99)}


def _check(payload: bytes) -> None:
    answer = orjson.loads(payload[payload.index(b"[") :])[0]
    if not answer["ok"]:
        raise RuntimeError(f"refused: {answer['error']}")


if __name__ == "__main__":
    asked = Scenario(**orjson.loads(sys.stdin.buffer.read()))
    os.sched_setaffinity(0, {asked.core})
    print(orjson.dumps(Load(asked).run()).decode())
