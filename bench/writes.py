"""Acknowledged durable mutations a second, against raw sqlite3 writing the same rows.

.venv/bin/python -m bench.writes [PAIRS]

200 writers that have not joined keep one message each in flight, of one mutation or of a hundred; one reader
has joined. Each run starts from a copy of the same database. Raw is: the rows that the server would store, in
transactions as large as what so many writers have in flight, `executemany`, nothing judged or looked up.
The server has one core, this tool the other; CPU is what the system has accounted to the server's process.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from bench.link import Link, Poll, frame
from bench.page import import_file
from bench.targets import GRID, SERVER_CORE, TOOL_CORE, cpu_of, use_core
from server.committer import GROUP
from server.model import now, uuid7
from server.stores.rows import dump
from tests.servers import ROOT, ServerProcess

PAIRS = 5
WRITERS = 200
BATCH = 100
# Mutations of one run: some seconds of work.
AMOUNT = {1: 20_000, BATCH: 60_000}
TOO_BUSY = 0.8  # of the tool's core: above it the tool is what was measured
Row = tuple[Any, ...]

UPSERT = (
    "INSERT INTO records (grid, id, version, deleted, data) VALUES (?, ?, ?, 0, ?) ON CONFLICT (grid, id) "
    "DO UPDATE SET version = excluded.version, deleted = excluded.deleted, data = excluded.data"
)
INSERT = (
    "INSERT INTO changes (grid, revision, id, kind, fields, previous, author, author_name, mutation_id, at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
HEAD = "UPDATE grids SET revision = ?, count = ?, digest = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Edit:
    """One mutation as it is sent, and what of its rows does not depend on when it is stored."""

    mutation: dict[str, Any]
    data: str
    fields: str
    previous: str | None

    def rows(self, revision: int, author: str, at: str) -> tuple[Row, Row]:
        """Its row of `records` and its row of `changes`."""
        id, mutation_id = self.mutation["id"], self.mutation["mutation_id"]
        kind = "add" if self.previous is None else "update"
        return (
            (GRID, id, revision, self.data),
            (GRID, revision, id, kind, self.fields, self.previous, author, author, mutation_id, at),
        )


def edits(draw: random.Random, records: list[tuple[str, dict[str, Any]]]) -> Iterator[Edit]:
    """One writer's: of ten, five updates with `was`, four without, one add. Only it writes to `records`."""
    number = 0
    while True:
        number += 1
        id, fields = draw.choice(records)
        if number % 10 == 0:
            id = uuid7()
            mutation = {"type": "add_record", "mutation_id": uuid7(), "id": id, "fields": fields}
            text = dump(fields)
            yield Edit(mutation, text, text, None)
            continue
        values: dict[str, Any] = {"elevation": draw.randint(0, 9_000)}
        if number % 3 == 0:
            values["city"] = f"City {number}"
        previous = {name: fields.get(name) for name in values}
        if previous.items() & values.items():  # a noop has no rows
            continue
        mutation = {"type": "update_record", "mutation_id": uuid7(), "id": id, "fields": values}
        if number % 2:
            mutation["was"] = previous
        fields |= values
        yield Edit(mutation, dump(fields), dump(values), dump(previous))


@dataclass
class Writer:
    """What one writer sends, in order, and how far it is."""

    user: str
    edits: list[Edit]
    frames: list[bytes]
    link: Link = field(init=False)
    sent: int = 0
    answered: int = 0
    refused: int = 0

    def next(self) -> None:
        if self.sent < len(self.frames):
            self.sent += 1
            self.link.socket.sendall(self.frames[self.sent - 1])

    def note(self, answer: bytes, _: float) -> None:
        """An answer has come: the next one goes."""
        if not answer.startswith(b"43"):
            return
        self.answered += 1
        good = b'[{"ok":true,' in answer[:40]
        if good and b'"results"' in answer[:40]:  # of a batch every result counts
            good = answer.count(b'"status":"applied"') == BATCH
        self.refused += not good
        self.next()


def writers(database: Path, batch: int, seed: int) -> list[Writer]:
    with sqlite3.connect(database) as connection:
        stored = [(id, json.loads(data)) for id, data in connection.execute("SELECT id, data FROM records")]
    draw = random.Random(seed)
    draw.shuffle(stored)
    return [_writer(draw, f"writer-{n}", stored[n::WRITERS], batch) for n in range(WRITERS)]


def _writer(draw: random.Random, user: str, records: list[tuple[str, dict[str, Any]]], batch: int) -> Writer:
    made = list(islice(edits(draw, records), AMOUNT[batch] // WRITERS))
    if batch == 1:
        frames = [
            _event(str(edit.mutation["type"]), {"grid": GRID} | _without_type(edit.mutation), number)
            for number, edit in enumerate(made)
        ]
    else:
        frames = [
            _event("mutate", {"grid": GRID, "mutations": [e.mutation for e in made[at : at + batch]]}, at)
            for at in range(0, len(made), batch)
        ]
    return Writer(user, made, frames)


def _event(name: str, payload: dict[str, Any], id: int) -> bytes:
    return frame(b"42%d" % id + orjson.dumps([name, payload]))


def _without_type(mutation: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mutation.items() if key != "type"}


# --- raw


def raw(database: Path, plan: list[Writer], batch: int) -> dict[str, float]:
    """Rows written to `database`, as all writers together would bring them: so many mutations a second."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    revision, count, digest = connection.execute("SELECT revision, count, digest FROM grids").fetchone()
    rounds = [
        [(edit, writer.user) for writer in plan for edit in writer.edits[at : at + batch]]
        for at in range(0, len(plan[0].edits), batch)
    ]
    groups = [all[at : at + GROUP] for all in rounds for at in range(0, len(all), GROUP)]
    at = now()
    used, start = time.process_time(), time.perf_counter()
    for group in groups:
        pairs = [edit.rows(revision + n, user, at) for n, (edit, user) in enumerate(group, 1)]
        revision += len(group)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(UPSERT, [records for records, _ in pairs])
        connection.executemany(INSERT, [changes for _, changes in pairs])
        connection.execute(HEAD, (revision, count, digest, GRID))
        connection.execute("COMMIT")
    used, seconds = time.process_time() - used, time.perf_counter() - start
    connection.close()
    rows = sum(map(len, groups))
    return {"raw": rows / seconds, "raw_us": used / rows * 1e6}


# --- the server


async def served(url: str, plan: list[Writer]) -> dict[str, float]:
    """What the server makes of it: mutations a second, and what they cost."""
    process = ServerProcess(url, GRIDS="")
    use_core(SERVER_CORE)  # the server inherits it
    try:
        await process.start()
        use_core(TOOL_CORE)
        return await asyncio.to_thread(drive, process, plan)
    finally:
        use_core(SERVER_CORE)
        await process.close()


def drive(process: ServerProcess, plan: list[Writer]) -> dict[str, float]:
    port = int(process.url.rpartition(":")[2])
    reader = Link(port, "reader")
    first = int(reader.ask("join_grid", {"grid": GRID, "limit": 0})["revision"])
    heard = [first]
    reader.hear = lambda body, _: heard.append(_reached(body) or heard[-1])
    for writer in plan:
        writer.link = Link(port, writer.user)
        writer.link.hear = writer.note
    poll = Poll([reader, *(writer.link for writer in plan)])
    messages = sum(len(writer.frames) for writer in plan)
    mutations = sum(len(writer.edits) for writer in plan)
    reader.frames = 0
    before, own, start = cpu_of(process.pid), time.process_time(), time.perf_counter()
    for writer in plan:
        writer.next()
    poll.run(lambda: all(writer.answered == len(writer.frames) for writer in plan), seconds=120)
    seconds = time.perf_counter() - start
    used, own = cpu_of(process.pid) - before, time.process_time() - own
    poll.run(lambda: heard[-1] == first + mutations, seconds=10)  # and the reader has heard of all
    for link in (reader, *(writer.link for writer in plan)):
        link.socket.close()
    refused = sum(writer.refused for writer in plan)
    if refused:
        raise RuntimeError(f"{refused} of {messages} messages were not applied")
    return {
        "rate": mutations / seconds,
        "cpu_us": used / mutations * 1e6,
        "tool": own / seconds,
        "announcements": reader.frames,
    }


REACHED = re.compile(rb'42\["changes",.*?"to":(\d+)|(?:42\["head"|43).*?"revision":(\d+)')


def _reached(body: bytes) -> int:
    """The revision that a message of the reader's tells; 0 for one that tells none."""
    found = REACHED.match(body)
    return int(found[1] or found[2]) if found else 0


# --- the measurement


def run(pairs: int = PAIRS, batches: tuple[int, ...] = (1, BATCH)) -> dict[str, Any]:
    """Raw and the server in turn; medians, and every pair as it came."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "base.db")
        import_file(base, ROOT / "server" / "samples" / "airports.csv", GRID)
        for batch in batches:
            measured = [_pair(base, batch, seed) for seed in range(pairs)]
            found[str(batch)] = {
                **{key: median(each[key] for each in measured) for key in measured[0]},
                "valid": max(each["tool"] for each in measured) <= TOO_BUSY,
                "pairs": measured,
            }
    return found


def _pair(base: Path, batch: int, seed: int) -> dict[str, float]:
    plan = writers(base, batch, seed)
    here, there = base.with_name("raw.db"), base.with_name("server.db")
    for copy in (here, there):
        for left in base.parent.glob(f"{copy.name}*"):
            left.unlink()
        shutil.copyfile(base, copy)
    use_core(SERVER_CORE)
    rows = raw(here, plan, batch)
    measured = asyncio.run(served(f"sqlite:///{there}", plan))
    return {**rows, **measured, "ratio": measured["rate"] / rows["raw"]}


def print_table(found: dict[str, Any]) -> None:
    print("mutations a message      raw/s  server/s   ratio  raw's CPU  server's    tool")
    for batch, each in found.items():
        note = "" if each["valid"] else "  invalid: the tool's core was too busy"
        print(
            f"{batch:<20}{each['raw']:>10,.0f}{each['rate']:>10,.0f}{each['ratio']:>8.3f}"
            f"{each['raw_us']:>8.0f} µs{each['cpu_us']:>7.0f} µs{each['tool']:>8.0%}{note}"
        )


if __name__ == "__main__":
    print_table(run(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS))
