"""The servers that are measured, each a process on a core of its own: Tandem on SQLite as it ships, and
Node's `socket.io` without any storage (peers/server.mjs)."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.page import import_file
from tests.servers import ROOT, ServerProcess

PEERS = Path(__file__).parent / "peers"
GRID, FIELD = "airports", "elevation"
SERVER_CORE, TOOL_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")
EDITED = 1_000  # records that are edited, chosen at random


@dataclass(frozen=True)
class Target:
    """A server that listens."""

    port: int
    pid: int


class Sample:
    """The airports in a database; each server gets a copy of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "sample.db"
        import_file(self._file, ROOT / "server" / "samples" / "airports.csv", GRID)
        with sqlite3.connect(self._file) as database:
            rows = database.execute("SELECT id FROM records ORDER BY random() LIMIT ?", [EDITED])
            self.ids = [row[0] for row in rows]

    def copy(self) -> Path:
        for leftover in self._folder.glob("copy.db*"):  # of the server before
            leftover.unlink()
        return Path(shutil.copy(self._file, self._folder / "copy.db"))


@asynccontextmanager
async def tandem(sample: Sample) -> AsyncIterator[Target]:
    process = ServerProcess(f"sqlite:///{sample.copy()}", GRIDS="")
    await process.start()
    try:
        yield Target(int(process.url.rpartition(":")[2]), process.pid)
    finally:
        await process.close()


@asynccontextmanager
async def peer(mode: str) -> AsyncIterator[Target]:
    """`per-edit` or `coalescing`."""
    process = await asyncio.create_subprocess_exec("node", str(PEERS / "server.mjs"), mode, stdout=PIPE)
    try:
        assert process.stdout is not None
        yield Target(orjson.loads(await process.stdout.readline())["port"], process.pid)
    finally:
        process.kill()
        await process.wait()


async def load(target: Target, sample: Sample, **scenario: Any) -> dict[str, Any]:
    """What `bench.load` measured of it, in a process on the other core."""
    given = {"port": target.port, "pid": target.pid, "grid": GRID, "field": FIELD, "records": sample.ids}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load", orjson.dumps({**given, **scenario}).decode()),
        cwd=ROOT,
        stdout=PIPE,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("bench.load failed")
    return dict(orjson.loads(said))


def use_core(core: int) -> None:
    """Run on that core only, and with me whatever I start. Raises OSError where there is no such core."""
    os.sched_setaffinity(0, {core})


def cpu_of(pid: int) -> float:
    """Seconds of user and system time of a process, as the operating system accounts for them."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
