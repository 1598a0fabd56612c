"""The servers that are measured, each a process on a core of its own: Tandem on SQLite as it ships, and
Node's `socket.io` without any storage (peers/server.mjs)."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.link import port_of
from bench.page import import_file
from bench.records import AIRPORTS
from tests.servers import ROOT, ServerProcess

PEERS = Path(__file__).parent / "peers"
GRID, FIELD = "airports", "elevation"
CORES = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [0]
SERVER_CORE, TOOL_CORE = CORES[0], CORES[-1]
EDITED = 1_000  # records that are edited, chosen at random


class Lacking(RuntimeError):
    """This machine has not what a suite needs; the sentence tells what."""


@dataclass(frozen=True)
class Target:
    """A server that listens."""

    port: int
    pid: int


class Sample:
    """Records in a database, the airports or those of a file; each server gets a copy of its own."""

    def __init__(self, folder: Path, file: Path = AIRPORTS, edited: int = EDITED) -> None:
        self._folder = folder
        self._file = folder / f"{file.stem}.db"
        import_file(self._file, file, GRID)
        with closing(sqlite3.connect(self._file)) as database:
            rows = database.execute("SELECT id FROM records ORDER BY random() LIMIT ?", [edited])
            self.ids = [row[0] for row in rows]

    def copy(self) -> Path:
        """Its pages are on the disk: none waits to be written when a commit is."""
        for leftover in self._folder.glob("copy.db*"):  # of the server before
            leftover.unlink()
        made = Path(shutil.copy(self._file, self._folder / "copy.db"))
        with made.open("rb") as opened:
            os.fsync(opened.fileno())
        return made


@asynccontextmanager
async def tandem(sample: Sample) -> AsyncIterator[Target]:
    process = ServerProcess(f"sqlite:///{sample.copy()}", GRIDS="")
    await process.start()
    try:
        yield Target(port_of(process.url), process.pid)
    finally:
        await process.close()


@asynccontextmanager
async def peer(mode: str) -> AsyncIterator[Target]:
    """`per-edit` or `coalescing`."""
    if not (PEERS / "node_modules").exists():
        raise Lacking("the servers to compare with are not installed (make bench does it)")
    process = await asyncio.create_subprocess_exec("node", str(PEERS / "server.mjs"), mode, stdout=PIPE)
    try:
        assert process.stdout is not None
        yield Target(orjson.loads(await process.stdout.readline())["port"], process.pid)
    finally:
        process.kill()
        await process.wait()


async def load(target: Target, sample: Sample, **scenario: Any) -> dict[str, Any]:
    """What `bench.load` measured of it, in a process on the other core."""
    given = {"port": target.port, "pid": target.pid, "core": TOOL_CORE, "grid": GRID, "field": FIELD}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load"), cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    said, _ = await process.communicate(orjson.dumps({**given, "records": sample.ids, **scenario}))
    if process.returncode:
        raise RuntimeError("bench.load failed")
    return dict(orjson.loads(said))


def use_core(core: int) -> None:
    """Run on that core only, and with me whatever I start. Raises Lacking where there is but one: server
    and load would measure each other."""
    if len(CORES) < 2:
        raise Lacking("it needs two cores, one for the server and one for the load")
    os.sched_setaffinity(0, {core})


def cpu_of(pid: int) -> float:
    """Seconds of user and system time of a process, as the operating system accounts for them; by the
    clock that clock_getcpuclockid(3) gives, as /proc tells hundredths only."""
    return time.clock_gettime(~pid << 3 | 2)
