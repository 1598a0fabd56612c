"""The store when processes die, locks are held, disks are full and connections are cut."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, create_engine, text

from server.errors import StartError
from server.model import Json, uuid7
from server.stores import StoreBusy, StoreDown, database
from server.stores.sql import SqlStore, migrate
from tests.conftest import OpenStore
from tests.postgres import Cluster
from tests.store_kit import GRIDS, add, after_statement, change, check_sound, run, statuses

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)

ROOT = Path(__file__).parent.parent


async def start_writer(url: str, turns: int) -> Process:
    arguments = [sys.executable, "-m", "tests.store_writer", url, str(turns)]
    writer = await asyncio.create_subprocess_exec(*arguments, cwd=ROOT, stdout=PIPE)
    assert await told_by(writer) == b"open\n"
    return writer


async def told_by(writer: Process) -> bytes:
    assert writer.stdout is not None
    return await writer.stdout.readline()


async def rest_of(writer: Process) -> list[bytes]:
    """The whole lines that are left when the process has ended."""
    assert writer.stdout is not None
    return [line for line in (await writer.stdout.read()).splitlines(keepends=True) if line.endswith(b"\n")]


async def test_r2_what_was_acknowledged_survives_kill_9(database_url: str, open_store: OpenStore) -> None:
    """One process is killed in the middle of its writes while another goes on, three times."""
    store = await open_store(GRIDS)
    acknowledged: dict[str, Json] = {}
    for turns in (1, 4, 9):
        killed, other = await asyncio.gather(
            start_writer(database_url, 10**6), start_writer(database_url, 12)
        )
        lines = [await told_by(killed) for _ in range(turns)]
        killed.send_signal(signal.SIGKILL)
        lines += await rest_of(killed) + await rest_of(other)
        assert (await killed.wait(), await other.wait()) == (-signal.SIGKILL, 0)
        for line in lines:
            acknowledged |= orjson.loads(line)
        head = await check_sound(store)
        stored = await store.range("tasks", head.epoch, 0, 10**9)
        assert stored is not None
        by_id = {c.mutation_id: ["applied", c.revision] for c in stored.changes}
        assert len(by_id) == head.revision
        recorded = await store._database.read(_outcome_ids)
        for mutation_id, (status, revision) in acknowledged.items():
            if status == "applied":
                assert by_id[mutation_id] == [status, revision]
            else:
                assert mutation_id in recorded
        assert not recorded & set(by_id)
        if store._database.is_sqlite:
            assert await store._database.read(_integrity) == "ok"
    assert len(acknowledged) > 12 * 3


def _outcome_ids(connection: Connection) -> set[str]:
    return set(connection.execute(text("SELECT mutation_id FROM outcomes")).scalars())


def _integrity(connection: Connection) -> str:
    return str(connection.execute(text("PRAGMA integrity_check")).scalar_one())


@pytest.fixture
async def impatient(monkeypatch: pytest.MonkeyPatch, open_store: OpenStore) -> SqlStore:
    """A store that gives up on locks and statements soon."""
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.1)
    monkeypatch.setattr(database, "STATEMENT_TIMEOUT", 0.3)
    monkeypatch.setattr(database, "IDLE_TIMEOUT", 0.5)
    return await open_store(GRIDS)


@contextmanager
def locked(store: SqlStore, statement: str) -> Any:
    """Another program holds a lock that every writer needs."""
    other = create_engine(store._database.url)
    with other.connect() as connection:
        connection.execute(text(statement))
        yield
        connection.rollback()
    other.dispose()


async def test_a_lock_held_too_long_is_busy_and_stores_nothing(impatient: SqlStore) -> None:
    lock = "UPDATE grids SET count = count"  # takes SQLite's write lock, PostgreSQL's row lock
    mutation = add(uuid7())
    with locked(impatient, lock):
        with pytest.raises(StoreBusy):
            await run(impatient, mutation)
        assert (await impatient.heads())[0].revision == 0  # readers do not wait for writers
    assert statuses(await run(impatient, mutation)) == ["applied"]
    await check_sound(impatient)


@on_postgres
async def test_a_statement_that_takes_too_long_is_busy(impatient: SqlStore) -> None:
    def hang(connection: Connection) -> None:
        connection.execute(text("SELECT pg_sleep(60)"))

    for transact in (impatient._database.write, impatient._database.read):
        with pytest.raises(StoreBusy):
            await transact(hang)
    assert statuses(await run(impatient, add(uuid7()))) == ["applied"]


@on_postgres
async def test_a_transaction_that_idles_lets_the_grid_go(impatient: SqlStore, postgres: Cluster) -> None:
    def idle(connection: Connection) -> None:
        connection.execute(text("SELECT * FROM grids FOR UPDATE"))
        me = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with postgres.connect("postgres") as other:
            while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [me]).fetchone():
                other.execute("SELECT pg_sleep(0.05)")
        connection.execute(text("UPDATE grids SET revision = 7"))

    with pytest.raises(StoreBusy, match="idle-in-transaction"):
        await impatient._database.write(idle)
    assert statuses(await run(impatient, add(uuid7()))) == ["applied"]
    assert (await check_sound(impatient)).revision == 1


@on_postgres
async def test_postgres_keeps_the_times_that_are_set(store: SqlStore) -> None:
    limits = {
        "lock_timeout": "2s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "10s",
    }
    with store._database.writer.connect() as connection:
        assert {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in limits} == limits


@on_sqlite
async def test_a_full_disk_is_raised_and_stores_nothing(store: SqlStore) -> None:
    (first,) = await run(store, add(uuid7(), note="x"))
    with store._database.writer.connect() as connection:  # the one that writes
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    mutations = [change(first["id"], size=2), *[add(uuid7(), note="x" * 3000) for _ in range(50)]]
    with pytest.raises(StoreDown, match="full"):
        await run(store, *mutations)
    assert (await check_sound(store)).revision == 1
    with store._database.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert set(statuses(await run(store, *mutations))) == {"applied"}
    assert (await check_sound(store)).revision == 52


@on_postgres
async def test_a_postgres_that_only_reads_is_told_and_waited_for(store: SqlStore, postgres: Cluster) -> None:
    """As after a failover to a standby."""
    name = store._database.url.database
    setting = f'ALTER DATABASE "{name}" SET default_transaction_read_only = '
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    mutation = add(uuid7())
    with postgres.connect("postgres") as connection:
        connection.execute((setting + "on").encode())
        connection.execute(cut, [name])
        with pytest.raises(StoreDown, match="read-only"):
            await run(store, mutation)
        assert (await store.heads())[0].revision == 0
        connection.execute((setting + "off").encode())
        connection.execute(cut, [name])
    assert statuses(await run(store, mutation)) == ["applied"]


@on_postgres
async def test_cut_connections_are_made_anew(store: SqlStore, postgres: Cluster) -> None:
    await run(store, add(uuid7()))
    name = store._database.url.database
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with postgres.connect("postgres") as connection:
        assert connection.execute(cut, [name]).fetchall()

    def cut_in_the_middle(inner: Connection) -> None:
        with postgres.connect("postgres") as outer:
            outer.execute(cut, [name])
        inner.execute(text("SELECT 1"))

    with pytest.raises(StoreBusy):
        await store._database.write(cut_in_the_middle)
    assert statuses(await run(store, add(uuid7()))) == ["applied"]
    assert (await check_sound(store)).revision == 2


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/nowhere/tandem.db", "postgresql+psycopg://nobody@/none?host=/tmp/tandem-none"]
)
async def test_a_database_that_is_not_there_is_a_sentence(url: str) -> None:
    store = SqlStore(url)
    for start in (store.open(GRIDS), migrate(url)):
        with pytest.raises(StartError, match="DATABASE_URL: the database cannot be used"):
            await start
    with pytest.raises(StoreBusy):
        await store.heads()
    await store.close()


async def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("milk\n" * 1000)
    store = SqlStore(f"sqlite:///{tmp_path}/notes.txt")
    with pytest.raises(StartError, match="not a database"):
        await store.open(GRIDS)
    await store.close()


async def test_close_waits_for_what_runs(store: SqlStore, open_store: OpenStore) -> None:
    loop = asyncio.get_running_loop()
    begun = asyncio.Event()

    def tell(_: str) -> None:
        loop.call_soon_threadsafe(begun.set)

    with after_statement(store._database.writer, tell):
        writing = asyncio.gather(run(store, *[add(uuid7()) for _ in range(300)]))
        await begun.wait()
        await store.close()
    assert (await (await open_store(GRIDS)).heads())[0].count == 300
    ((*results,),) = await writing
    assert set(statuses(results)) == {"applied"}
