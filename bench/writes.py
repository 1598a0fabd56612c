"""Acknowledged durable mutations a second, against raw sqlite3 writing the same rows.

.venv/bin/python -m bench.writes [PAIRS]

200 writers that have not joined keep one message each in flight, of one mutation or of a hundred; one reader
has joined. Each run starts from a copy of the same database. Raw is: the rows that the server would store, in
transactions as large as what so many writers have in flight, `executemany`, nothing judged or looked up.
The server has one core, this tool the other; CPU is what the system has accounted to the server's process.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from bench.link import Link, Poll, port_of
from bench.page import import_file
from bench.records import AIRPORTS
from bench.targets import GRID, SERVER_CORE, TOOL_CORE, cpu_of, use_core
from bench.writers import BATCH, Writer, plan
from server.committer import GROUP
from server.model import now
from tests.servers import ServerProcess

PAIRS = 5
TOO_BUSY = 0.8  # of the tool's core: above it the tool is what was measured

UPSERT = (
    "INSERT INTO records (grid, id, version, deleted, data) VALUES (?, ?, ?, 0, ?) ON CONFLICT (grid, id) "
    "DO UPDATE SET version = excluded.version, deleted = excluded.deleted, data = excluded.data"
)
INSERT = (
    "INSERT INTO changes (grid, revision, id, kind, fields, previous, author, author_name, mutation_id, at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
HEAD = "UPDATE grids SET revision = ?, count = ?, digest = ? WHERE id = ?"


def raw(database: Path, writers: list[Writer], batch: int) -> dict[str, float]:
    """Rows written to `database`, as all writers together would bring them: so many mutations a second."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    revision, count, digest = connection.execute("SELECT revision, count, digest FROM grids").fetchone()
    rounds = [
        [(edit, writer.user) for writer in writers for edit in writer.edits[at : at + batch]]
        for at in range(0, len(writers[0].edits), batch)
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


async def served(url: str, writers: list[Writer]) -> dict[str, float]:
    """What the server makes of it: mutations a second, and what they cost."""
    process = ServerProcess(url, GRIDS="")
    use_core(SERVER_CORE)  # the server inherits it
    try:
        await process.start()
        use_core(TOOL_CORE)
        return await asyncio.to_thread(drive, process, writers)
    finally:
        use_core(SERVER_CORE)
        await process.close()


def drive(process: ServerProcess, writers: list[Writer]) -> dict[str, float]:
    port = port_of(process.url)
    reader = Link(port, "reader")
    first = int(reader.ask("join_grid", {"grid": GRID, "limit": 0})["revision"])
    heard = [first]
    reader.hear = lambda body, _: heard.append(_reached(body) or heard[-1])
    for writer in writers:
        writer.link = Link(port, writer.user)
        writer.link.hear = writer.note
    poll = Poll([reader, *(writer.link for writer in writers)])
    messages = sum(len(writer.frames) for writer in writers)
    mutations = sum(len(writer.edits) for writer in writers)
    reader.frames = 0
    before, own, start = cpu_of(process.pid), time.process_time(), time.perf_counter()
    for writer in writers:
        writer.next()
    poll.run(lambda: all(writer.answered == len(writer.frames) for writer in writers), seconds=120)
    seconds = time.perf_counter() - start
    used, own = cpu_of(process.pid) - before, time.process_time() - own
    poll.run(lambda: heard[-1] == first + mutations, seconds=10)  # and the reader has heard of all
    for link in (reader, *(writer.link for writer in writers)):
        link.close()
    refused = sum(writer.refused for writer in writers)
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


def summary(measured: list[dict[str, float]]) -> dict[str, Any]:
    """Medians, and every run as it came."""
    return {
        **{key: median(each[key] for each in measured) for key in measured[0]},
        "valid": max(each["tool"] for each in measured) <= TOO_BUSY,
        "runs": measured,
    }


def run(pairs: int = PAIRS, batches: tuple[int, ...] = (1, BATCH)) -> dict[str, Any]:
    """Raw and the server in turn."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "base.db")
        import_file(base, AIRPORTS, GRID)
        return {str(batch): summary([_pair(base, batch, seed) for seed in range(pairs)]) for batch in batches}


def _pair(base: Path, batch: int, seed: int) -> dict[str, float]:
    with closing(sqlite3.connect(base)) as database:
        writers = plan(database.execute("SELECT id, data FROM records"), batch, seed)
    here, there = base.with_name("raw.db"), base.with_name("server.db")
    for copy in (here, there):
        for left in base.parent.glob(f"{copy.name}*"):
            left.unlink()
        shutil.copyfile(base, copy)
    use_core(SERVER_CORE)
    rows = raw(here, writers, batch)
    measured = asyncio.run(served(f"sqlite:///{there}", writers))
    return {**rows, **measured, "ratio": measured["rate"] / rows["raw"]}


def show(found: dict[str, Any]) -> None:
    print("mutations a message      raw/s  server/s   ratio  raw's CPU  server's    tool")
    for batch, each in found.items():
        note = "" if each["valid"] else "  invalid: the tool's core was too busy"
        print(
            f"{batch:<20}{each['raw']:>10,.0f}{each['rate']:>10,.0f}{each['ratio']:>8.3f}"
            f"{each['raw_us']:>8.0f} µs{each['cpu_us']:>7.0f} µs{each['tool']:>8.0%}{note}"
        )


if __name__ == "__main__":
    show(run(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS))
