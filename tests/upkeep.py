"""What the tests of backup, restore and prune share."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, update

from server import backups
from server.model import days_ago
from server.stores import Entry
from server.stores.sql import SqlStore
from server.stores.tables import changes, outcomes

ROOT = Path(__file__).parent.parent
FUTURE = "9999"  # later than every `at`


async def copy(store: SqlStore) -> bytes:
    """A backup's file."""
    out = BytesIO()

    def take(entries: Iterator[Entry]) -> None:
        backups.write(entries, out)

    await store.copy(take)
    return out.getvalue()


def entries_of(file: bytes) -> list[Entry]:
    return list(backups.read(BytesIO(file)))


async def bring_back(store: SqlStore, file: bytes, replace: bool = False) -> None:
    stream = BytesIO(file)
    await store.restore(backups.check(stream).grids, lambda: backups.read(stream), replace)


async def age(store: SqlStore, days: int, revisions: Sequence[int] = (), grid: str = "tasks") -> None:
    """Let these changes, and every outcome, have been made so many days ago."""
    at = days_ago(days)

    def write(connection: Connection) -> None:
        mine = changes.c.grid == grid, changes.c.revision.in_(revisions)
        connection.execute(update(changes).where(*mine).values(at=at))
        connection.execute(update(outcomes).where(outcomes.c.grid == grid).values(at=at))

    await store._database.write(write)


async def command(*arguments: str | Path, url: str, code: int = 0, script: str | None = None) -> Any:
    """Run `python -m server …`, or a script that takes the same arguments; what it said."""
    start = ["-m", "server"] if script is None else ["-c", script]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *[*start, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "GRIDS": ""},
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == code, (out, err)
    return out.decode() + err.decode()
