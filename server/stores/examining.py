"""What a database is like, for `python -m server doctor`. It looks, and changes nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from server.stores import Finding, StoreBusy
from server.stores.database import APPLICATION, READERS, WRITERS, Database
from server.stores.migrations import is_current

OLDEST_SQLITE = (3, 35)  # with RETURNING
# Releases with a fault mended that may damage the file: https://www.sqlite.org/wal.html#walresetbug
MENDED_SQLITE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
OLDEST_POSTGRES = 14  # the oldest that is looked after
ROOM, LITTLE_ROOM = 2**30, 100 * 2**20  # bytes
CHECK_WITHIN = 10  # seconds
STEPS = 100_000  # of SQLite's machine, between two looks at the clock
CONNECTIONS = WRITERS + READERS  # of one server at most

LOSING = {  # what PostgreSQL must not be told, and what happens if it is
    "fsync": "a crash of the machine may destroy the whole database",
    "full_page_writes": "a crash of the machine may destroy pages",
    "synchronous_commit": "a crash loses edits that were acknowledged",
}


async def examine(url: str) -> list[Finding]:
    """Everything about the database at `url`; what cannot be looked at ends with why."""
    database = Database(url)
    found: list[Finding] = []
    try:
        if database.is_sqlite:
            found += sqlite_version(sqlite3.sqlite_version_info)
            file = Path((database.url.database or "").removeprefix("file:"))
            if not is_there(file):
                return [*found, Finding("ok", "database", f"{file} is not there: the first start makes it.")]
            found += room(file)
        look = _sqlite if database.is_sqlite else _postgres
        found += await database.read(lambda connection: list(look(connection)))
        found += await _tables(database)
    except (StoreBusy, DBAPIError) as problem:
        reason = problem.orig if isinstance(problem, DBAPIError) else problem
        said = f"It cannot be used: {str(reason).strip()} Is DATABASE_URL right, and does it run?"
        found.append(Finding("problem", "database", said))
    finally:
        await database.close()
    return found


async def _tables(database: Database) -> list[Finding]:
    if not await database.read(is_current):
        said = "They are not of this version: "
        if database.is_sqlite:
            return [Finding("warning", "tables", f"{said}the next start brings them there.")]
        return [Finding("problem", "tables", f"{said}run python -m server migrate.")]
    try:
        await database.write(_touch)
    except (StoreBusy, DBAPIError) as problem:
        reason = problem.orig if isinstance(problem, DBAPIError) else problem
        said = f"Nothing can be written: {str(reason).strip()} Nobody can edit until that is mended."
        return [Finding("problem", "tables", said)]
    return [Finding("ok", "tables", "They are of this version, and can be written.")]


def _touch(connection: Connection) -> None:
    """What every write needs, without writing: SQLite's write lock, or PostgreSQL's rights."""
    connection.execute(text("UPDATE grids SET title = title WHERE 1 = 0"))


# SQLite


def sqlite_version(version: tuple[int, int, int]) -> list[Finding]:
    name = ".".join(map(str, version))
    if version < OLDEST_SQLITE:
        said = f"{name} is too old: take a Python whose sqlite3 is 3.35 or newer."
        return [Finding("problem", "SQLite", said)]
    branches = {mended[:2]: mended for mended in MENDED_SQLITE}
    if version < branches.get(version[:2], MENDED_SQLITE[-1]):
        said = (
            f"{name} has a very rare fault where two processes write at once, which 3.51.3 mends: "
            "import, restore and prune while no server runs, or take a newer one; and keep backups."
        )
        return [Finding("warning", "SQLite", said)]
    return [Finding("ok", "SQLite", name)]


def is_there(file: Path) -> bool:
    return file.exists()  # asked first, for a connection would make it


def room(file: Path) -> list[Finding]:
    free = shutil.disk_usage(file.parent).free
    told = f"{free / 2**20:,.0f} MB are free in {file.parent}"
    if free < LITTLE_ROOM:
        return [Finding("problem", "disk", f"Only {told}: edits will soon be refused. Make room.")]
    if free < max(ROOM, file.stat().st_size):
        return [Finding("warning", "disk", f"Only {told}: a backup there may not fit. Make room.")]
    return [Finding("ok", "disk", f"{told}.")]


def _sqlite(connection: Connection) -> Iterator[Finding]:
    mode = _one(connection, "PRAGMA journal_mode")  # that each connection of ours has asked to be wal
    if mode != "wal":
        said = (
            f"There is no write-ahead log here (journal_mode stays {mode}). Is the file on a network drive?"
        )
        yield Finding("problem", "durability", f"{said} Put it on a disk of this machine.")
    else:
        yield Finding("ok", "durability", "Write-ahead log, synced at every commit.")
    yield _quick_check(connection)
    others = users(Path(_one(connection, "SELECT file FROM pragma_database_list WHERE name = 'main'")))
    if others is not None:
        yield from _others([f"process {pid}" for pid in others])


def _quick_check(connection: Connection) -> Finding:
    raw: Any = connection.connection.driver_connection
    end = time.monotonic() + CHECK_WITHIN
    raw.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        wrong = raw.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as problem:
        if time.monotonic() > end:
            said = f"Not looked at to the end, which takes more than {CHECK_WITHIN} s. At leisure: "
            return Finding("warning", "integrity", f"{said}sqlite3 FILE 'PRAGMA integrity_check'.")
        wrong = [(str(problem),)]
    finally:
        raw.set_progress_handler(None, 0)
    if wrong == [("ok",)]:
        return Finding("ok", "integrity", "A quick check finds nothing wrong with the file.")
    first = str(wrong[0][0]).strip()
    said = f"The file is damaged ({first}). Stop the server, keep the file, and restore the last backup."
    return Finding("problem", "integrity", said)


def users(file: Path) -> list[int] | None:
    """The processes that have the file open, without this one; None where that cannot be known."""
    if not sys.platform.startswith("linux"):
        return None
    path = os.path.realpath(file)
    pids = [int(process.name) for process in Path("/proc").iterdir() if process.name.isdigit()]
    return sorted(pid for pid in pids if pid != os.getpid() and _has_open(pid, path))


def _has_open(pid: int, path: str) -> bool:
    try:
        return any(os.path.realpath(fd) == path for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False  # it has ended, or is another user's


# PostgreSQL


def _postgres(connection: Connection) -> Iterator[Finding]:
    version = int(_one(connection, "SHOW server_version_num")) // 10_000
    if version < OLDEST_POSTGRES:
        said = f"Version {version} gets no more repairs: take {OLDEST_POSTGRES} or newer."
        yield Finding("warning", "PostgreSQL", said)
    else:
        yield Finding("ok", "PostgreSQL", f"Version {version}.")
    losing = [name for name in LOSING if _one(connection, f"SHOW {name}") == "off"]
    for name in losing:
        yield Finding("problem", "durability", f"{name} is off: {LOSING[name]}. Switch it on.")
    if not losing:
        yield Finding("ok", "durability", "Every commit is synced.")
    yield _room_for_connections(int(_one(connection, _ALLOWED)))
    yield from _others([str(name) for (name,) in connection.execute(text(_PROCESSES))])


# Of this role in this database: the least of three limits, of which -1 is none.
_ALLOWED = """
SELECT least(
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
  (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
  (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()))
"""
# Tandem names each of its processes to PostgreSQL.
_PROCESSES = f"""
SELECT DISTINCT application_name FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE '{APPLICATION} %'
  AND application_name <> current_setting('application_name') ORDER BY 1
"""


def _room_for_connections(allowed: int) -> Finding:
    told = f"{allowed} connections are allowed, and a server takes up to {CONNECTIONS}"
    if allowed < CONNECTIONS:
        return Finding("problem", "connections", f"Only {told}: requests will fail. Allow more.")
    if allowed < 2 * CONNECTIONS:
        said = f"Only {told}: during a deploy the old and the new one may need {2 * CONNECTIONS}."
        return Finding("warning", "connections", said)
    return Finding("ok", "connections", f"{told}.")


def _others(names: list[str]) -> Iterator[Finding]:
    if len(names) > 1:
        said = f"{len(names)} other processes use it ({', '.join(names)}). If several of them are servers, "
        yield Finding("warning", "processes", f"{said}readers of one hear of another's edits up to 5 s late.")
    else:
        yield Finding("ok", "processes", f"In use by {names[0] if names else 'nobody'} at the moment.")


def _one(connection: Connection, query: str) -> Any:
    return connection.execute(text(query)).scalar_one()
