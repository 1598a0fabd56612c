"""A database as two engines, one that writes and one that reads, and the threads that run them.

A transaction is a plain function of a Connection. SQLite has one writer, so one thread writes;
its transactions take the write lock when they begin, never in the middle. On PostgreSQL writers
are kept apart by the grid's row lock. Readers see one snapshot on both.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

import psycopg
import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError

from server.stores import StoreBusy, StoreDown

log = structlog.get_logger(__name__)

T = TypeVar("T")
Transaction = Callable[[Connection], T]

APPLICATION = "tandem"  # each process's name to PostgreSQL begins so
WRITERS = 4  # threads and connections, on PostgreSQL; SQLite has one writer
READERS = 6
LOCK_TIMEOUT = 2  # seconds
STATEMENT_TIMEOUT = 5
IDLE_TIMEOUT = 10
CONNECT_TIMEOUT = 5
# Of SQLite's writer: with its defaults (2,000 and 1,000) a third of its time goes into pages that it drops
# and reads again, or copies from the log into the file although the next transactions change them again.
CACHE = 8_000  # KiB of pages
CHECKPOINT = 4_000  # pages in the log (16 MB)

SQLITE_BUSY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,  # the race for the lock of the WAL file was lost too often
}
# no connection, idle timeout, deadlock, too many connections, lock timeout; statement timeout, and
# a server that stops or starts
POSTGRES_BUSY = ("08", "25P03", "40", "53300", "55P03", "57")


# What no request is to blame for, though somebody has to mend it: all goes on as soon as they have.
SQLITE_DOWN = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
# a standby, a full disk, no memory, a failing disk
POSTGRES_DOWN = ("25006", "53100", "53200", "58")


class Database:
    """Runs transactions, each on a thread; a trouble of the database itself is raised as StoreBusy."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.writer, self.reader = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        self._write_threads = ThreadPoolExecutor(1 if self.is_sqlite else WRITERS, "store-write")
        self._read_threads = ThreadPoolExecutor(READERS, "store-read")

    async def write(self, transaction: Transaction[T]) -> T:
        """Run it and commit: when this returns, it is durable (R2)."""
        return await self._on_thread(self._write_threads, self.writer, transaction)

    async def read(self, transaction: Transaction[T]) -> T:
        """Run it on one snapshot, which cannot write."""
        return await self._on_thread(self._read_threads, self.reader, transaction)

    async def close(self) -> None:
        for threads in (self._write_threads, self._read_threads):
            await asyncio.to_thread(threads.shutdown)
        self.writer.dispose()
        self.reader.dispose()

    async def _on_thread(self, threads: ThreadPoolExecutor, engine: Engine, transaction: Transaction[T]) -> T:
        run = copy_context().run  # the request whose it is stands in its log lines
        return await asyncio.get_running_loop().run_in_executor(threads, run, _run, engine, transaction)


def _run(engine: Engine, transaction: Transaction[T]) -> T:
    try:
        with engine.begin() as connection:
            return transaction(connection)
    except DBAPIError as problem:
        if _passes(problem.orig):
            raise StoreBusy(f"The database is busy or cannot be reached: {problem.orig}") from problem
        log.error("database_failed", reason=str(problem.orig))  # a full disk, a read-only file, a bug
        if _is_down(problem.orig):
            raise StoreDown(f"The database takes nothing at the moment: {problem.orig}") from problem
        raise


def unhurried(connection: Connection) -> None:
    """Say that this transaction does something to all that is stored, and is not stuck."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def _passes(problem: BaseException | None) -> bool:
    """Whether asking again may succeed without anybody repairing anything."""
    if isinstance(problem, sqlite3.Error):
        return _sqlite_code(problem) in SQLITE_BUSY
    if isinstance(problem, psycopg.Error):
        if problem.sqlstate is None:  # it is the client that noticed: no connection, or a lost one
            return isinstance(problem, psycopg.OperationalError)
        return problem.sqlstate.startswith(POSTGRES_BUSY)
    return False


def _is_down(problem: BaseException | None) -> bool:
    if isinstance(problem, sqlite3.Error):
        return _sqlite_code(problem) in SQLITE_DOWN
    return isinstance(problem, psycopg.Error) and (problem.sqlstate or "").startswith(POSTGRES_DOWN)


def _sqlite_code(problem: sqlite3.Error) -> int:
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF


def _sqlite(url: URL) -> tuple[Engine, Engine]:
    def engine(size: int, begin: str, *settings: str) -> Engine:
        # The driver alone begins no transaction before a SELECT, and a deferred one before a
        # write: two reads would see two states, and two writers would fail in the middle.
        arguments = {"isolation_level": None, "timeout": STATEMENT_TIMEOUT}
        made = create_engine(url, pool_size=size, max_overflow=0, connect_args=arguments)
        _at_connect(
            made,
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            *(f"PRAGMA {setting}" for setting in settings),
        )

        @event.listens_for(made, "begin")
        def begin_transaction(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return made

    return (
        engine(1, "BEGIN IMMEDIATE", f"cache_size=-{CACHE}", f"wal_autocheckpoint={CHECKPOINT}"),
        engine(READERS, "BEGIN", "query_only=ON"),
    )


def _postgres(url: URL) -> tuple[Engine, Engine]:
    def engine(size: int, **options: Any) -> Engine:
        arguments = {
            "client_encoding": "utf8",
            "connect_timeout": CONNECT_TIMEOUT,
            "fallback_application_name": f"{APPLICATION} {socket.gethostname()}:{os.getpid()}",
            **url.query,
        }
        made = create_engine(
            url,
            pool_size=size,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args=arguments,
            paramstyle="format",  # rows may be tuples, as they may on SQLite
        )
        _at_connect(
            made,
            f"SET lock_timeout = '{LOCK_TIMEOUT}s'",
            f"SET statement_timeout = '{STATEMENT_TIMEOUT}s'",
            f"SET idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}s'",
        )
        return made.execution_options(**options)

    return (
        engine(WRITERS, isolation_level="READ COMMITTED"),
        engine(READERS, isolation_level="REPEATABLE READ", postgresql_readonly=True),
    )


def _at_connect(engine: Engine, *statements: str) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()
