"""backup, restore and prune as people call them: beside a running server, with its clients there, and
killed in the middle (R3, R9)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest

from server.model import Json, Mutation
from server.stores import Entry
from server.stores.sql import SqlStore
from tests.conftest import OpenStore
from tests.replica import Replica
from tests.servers import ServerProcess
from tests.store_kit import GRIDS, add, change, check_head, check_sound, delete, ids, run, statuses
from tests.upkeep import ROOT, age, command, copy, entries_of

AIRPORTS = ROOT / "server/samples/airports.csv"
PATIENCE = 60  # seconds until a test that waits for something is given up
Connect = Callable[[], Awaitable[Replica]]


def held(file: Path) -> list[Entry]:
    return entries_of(file.read_bytes())


def files(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@asynccontextmanager
async def running(database_url: str) -> AsyncIterator[tuple[ServerProcess, Connect]]:
    """A server process, and how to get replicas of its grid."""
    server = ServerProcess(database_url)
    replicas: list[Replica] = []

    async def connect() -> Replica:
        replicas.append(replica := Replica("tasks", limit=3))
        await replica.connect(server.url)
        return replica

    await server.start()
    try:
        yield server, connect
        for replica in replicas:
            await replica.disconnect()
    finally:
        await server.close()


async def is_level(replica: Replica, store: SqlStore) -> None:
    """Wait until the replica is where the database is, and compare record by record."""
    async with asyncio.timeout(PATIENCE):
        await replica.background.until(lambda: not replica.pending)
        head, snapshot = await check_head(store)
        end = (True, head.epoch, head.revision)
        await replica.background.until(lambda: _place(replica) == end)
    fresh = {id: (r.version, None if r.deleted else r.fields) for id, r in snapshot.items()}
    assert replica.copy.records == fresh
    assert replica.copy.digest() == head.digest
    assert not replica.alarms


def _place(replica: Replica) -> tuple[bool, str | None, int]:
    return replica.copy.complete, replica.copy.epoch, replica.copy.revision


def hold(replica: Replica, mutation: Mutation) -> None:
    """Let the replica have sent it, and lost the answer."""
    content: dict[str, Json] = {"fields": mutation.fields} if mutation.fields else {}
    content |= {"was": mutation.was} if mutation.was else {}
    replica.pending[mutation.mutation_id] = {
        **{"type": mutation.type, "mutation_id": mutation.mutation_id, "id": mutation.id},
        **content,
    }


async def test_r9_clients_of_a_running_server_follow_a_restore(
    database_url: str, open_store: OpenStore, tmp_path: Path
) -> None:
    """Who is connected stays so; who was away with edits sends them again, each taking effect once."""
    store = await open_store(GRIDS)
    file = tmp_path / "b"
    a, b, c, d = ids(4)
    await run(store, add(a, size=1), add(b), add(c), delete(c))
    async with running(database_url) as (server, connect):
        watching, away = await connect(), await connect()
        client = watching._client
        await away.disconnect()
        known, lost = change(a, {"size": 1}, size=2), add(d, size=7)
        await run(store, known)
        await command("backup", file, url=database_url)
        stored = held(file)
        await run(store, lost, delete(b), *[add(id) for id in ids(5)])
        for mutation in (known, lost):
            hold(away, mutation)
        await is_level(watching, store)
        before = (await store.heads())[0]
        said = await command("restore", file, "--replace", url=database_url)
        assert said == f"{file}: 1 grid, 3 records (deleted ones too), 5 changes restored.\n"
        assert entries_of(await copy(store)) == stored
        await is_level(watching, store)
        head = (await store.heads())[0]
        assert head.epoch != before.epoch
        assert (head.revision, before.revision) == (5, 12)
        assert watching.copy.records[a] == (5, {"title": "new", "size": 2})
        assert d not in watching.copy.records
        await away.connect(server.url)
        await is_level(away, store)
        assert watching.mutate("update_record", b, fields={"size": 3}, was={"size": None})
        await is_level(watching, store)
        assert watching._client is client
        assert client is not None
        assert client.alive, "all of it without reconnecting"
        outcomes = [away.results[mutation.mutation_id] for mutation in (known, lost)]
        assert [(r["status"], r["revision"]) for r in outcomes] == [("applied", 5), ("applied", 6)]
        assert [(e["id"], e["fields"]) for e in (await store.history("tasks"))[0][:2]] == [
            (b, {"size": 3}),
            (d, {"title": "new", "size": 7}),
        ]
    await check_sound(store)


async def test_r9_clients_of_a_running_server_follow_a_prune(
    database_url: str, open_store: OpenStore
) -> None:
    store = await open_store(GRIDS)
    a, b, c = ids(3)
    known = change(a, {"size": None}, size=2)
    await run(store, add(a), add(b), add(c), delete(b), known)
    async with running(database_url) as (server, connect):
        watching, away = await connect(), await connect()
        client = watching._client
        await away.disconnect()
        assert b in away.copy.records
        await age(store, 40, range(1, 6))
        before = (await store.heads())[0]
        hold(away, known)
        said = await command("prune", "--before", "30", url=database_url)
        assert said == (
            "tasks: 1 deleted record, 5 changes removed; 5 mutation ids younger than 90 days kept; "
            "it begins a new epoch.\n"
        )
        await is_level(watching, store)
        assert watching._client is client
        await away.connect(server.url)
        await is_level(away, store)
        for replica in (watching, away):
            assert set(replica.copy.records) == {a, c}
            assert replica.copy.epoch != before.epoch
        (outcome,) = away.results.values()
        assert (outcome["status"], outcome["revision"]) == ("applied", 5)
        assert (await store.heads())[0].revision == 5, "R3: it did not take effect again"
        assert await command("prune", "--before", "30", url=database_url) == (
            "Nothing is older than 30 days.\n"
        )


async def test_r2_a_backup_that_is_made_while_a_server_writes_is_sound(
    database_url: str, open_store: OpenStore, tmp_path: Path
) -> None:
    store = await open_store(GRIDS)
    chance = Random(1)
    known = ids(20)
    await run(store, *[add(id) for id in known])
    async with running(database_url) as (_, connect):
        replica = await connect()

        def edit() -> None:
            if not replica.pending:
                for _ in range(10):
                    replica.mutate("update_record", chance.choice(known), fields={"size": chance.random()})
                    replica.mutate("delete_record", chance.choice(known))
                    replica.mutate("restore_record", chance.choice(known))

        writing = True

        def go_on() -> bool:
            if writing:
                edit()
            return not writing and not replica.pending

        replica.background.start(replica.background.until(go_on))
        edit()
        revisions = []
        for number in range(3):
            file = tmp_path / f"{number}.backup"
            await command("backup", file, url=database_url)
            there = await open_store(GRIDS, f"sqlite:///{tmp_path}/{number}.db")
            await command("restore", file, url=f"sqlite:///{tmp_path}/{number}.db")
            revisions.append((await check_sound(there)).revision)
        writing = False
        replica.background.tell()
        await replica.background.until(lambda: not replica.pending)
    assert revisions == sorted(revisions)
    assert 20 < revisions[0] < revisions[2] <= (await check_sound(store)).revision


# --- killed

KILLED = """
import os, signal, sys
from server import backups
from server.cli import cli
from server.stores import copies
from server.stores.sql import SqlStore

what, turns = sys.argv.pop(1), int(sys.argv.pop(1))

def die_at(turn, real):
    turns = iter(range(turn))
    def call(*args, **more):
        if next(turns, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)
    return call

async def restored(self, *args):
    await restore(self, *args)
    os.kill(os.getpid(), signal.SIGKILL)

restore = SqlStore.restore
if what == "row":
    copies._columns = die_at(turns, copies._columns)
elif what == "restored":
    SqlStore.restore = restored
elif what == "entry":
    backups.Contents.add = die_at(turns, backups.Contents.add)
elif what == "rename":
    os.replace = die_at(turns, os.replace)
cli()
"""


@pytest.fixture(scope="session")
def airports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of 28,298 records and as many changes."""
    folder = tmp_path_factory.mktemp("airports")
    for arguments in (["import", AIRPORTS, "--grid", "tasks"], ["backup", folder / "a.backup"]):
        subprocess.run(
            [sys.executable, "-m", "server", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{folder}/a.db", "GRIDS": ""},
            check=True,
        )
    return folder / "a.backup"


async def test_r9_a_restore_that_is_killed_leaves_the_old_state_or_the_new(
    database_url: str, open_store: OpenStore, airports: Path
) -> None:
    store = await open_store({})
    await store.create(GRIDS["tasks"], "x")
    (a,) = ids(1)
    await run(store, add(a), change(a, size=1), delete(a))
    heads, before = await store.heads(), entries_of(await copy(store))
    again = partial(command, url=database_url, code=-signal.SIGKILL, script=KILLED)
    for turns in (0, 1, 500, 28_000, 56_000):
        await again("row", str(turns), "restore", airports, "--replace")
        assert (await store.heads(), entries_of(await copy(store))) == (heads, before)
    assert statuses(await run(store, delete(a))) == ["noop"], "nothing is locked"
    await again("restored", "0", "restore", airports, "--replace")
    stored, restored = entries_of(await copy(store)), held(airports)
    assert stored[0] == {**restored[0], "definition": 2}, "another one than there was"
    assert stored[1:] == restored[1:]
    (head,) = await store.heads()
    assert (head.count, head.revision) == (28_298, 28_298)
    assert head.epoch != heads[0].epoch
    await check_head(store)


@pytest.mark.parametrize(("what", "turns"), [("entry", 0), ("entry", 30_000), ("rename", 0)])
async def test_a_backup_that_is_killed_leaves_no_file_that_looks_complete(
    airports: Path, tmp_path: Path, what: str, turns: int
) -> None:
    url = f"sqlite:///{airports.parent}/a.db"
    file = tmp_path / "b"
    file.write_text("an older one")
    killed = partial(command, url=url, code=-signal.SIGKILL, script=KILLED)
    await killed(what, str(turns), "backup", file, "--force")
    left = files(tmp_path)
    assert left.pop("b") == b"an older one"
    assert [(name[:3], name[-5:]) for name in left] == [(".b.", ".part")]
    await killed(what, str(turns), "backup", tmp_path / "c")
    assert not (tmp_path / "c").exists()
    await command("backup", file, "--force", url=url)
    assert held(file) == held(airports)


# --- what is said


async def test_what_cannot_be_backed_up_or_restored_is_a_sentence(airports: Path, tmp_path: Path) -> None:
    url, empty = f"sqlite:///{airports.parent}/a.db", f"sqlite:///{tmp_path}/empty.db"
    (tmp_path / "there").write_text("x")
    os.mkfifo(tmp_path / "pipe")  # renaming a file over it, or over a device, would be its end
    (tmp_path / "half").write_bytes(files(airports.parent)["a.backup"][:-100])
    calls: list[tuple[str, list[str | Path], str]] = [
        (url, ["backup", tmp_path / "there"], "is there already: choose another name, or --force"),
        (url, ["backup", tmp_path], "is no file that a backup could be written to."),
        (url, ["backup", tmp_path / "pipe", "--force"], "is no file that a backup could be written to."),
        (url, ["backup", tmp_path / "no/folder"], "cannot be written: No such file or directory."),
        (empty, ["backup", tmp_path / "none"], "There is no grid to back up: DATABASE_URL may name"),
        (url, ["restore", airports], "The database holds records of 'tasks' already: --replace"),
        (empty, ["restore", tmp_path / "no"], "cannot be read: No such file or directory."),
        (empty, ["restore", tmp_path / "there"], "is no backup of Tandem"),
        (empty, ["restore", tmp_path / "half"], "is cut off or damaged: the backup does not end as"),
        (empty, ["restore", AIRPORTS], "is no backup of Tandem, or not even its beginning. Nothing was"),
    ]
    for where, arguments, sentence in calls:
        said = await command(*arguments, url=where, code=1)
        assert said.startswith("Error: "), said
        assert sentence in said
        assert said.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == ["empty.db", "half", "pipe", "there"]


@pytest.mark.parametrize("days", ["0", "-1", "x", "1.5", "36501", ""])
async def test_a_number_of_days_that_is_nonsense_is_refused(tmp_path: Path, days: str) -> None:
    said = await command("prune", "--before", days, url=f"sqlite:///{tmp_path}/x.db", code=2)
    assert "Invalid value for '--before'" in said
    assert not (tmp_path / "x.db").exists()


def test_a_backup_to_the_standard_output(airports: Path) -> None:
    command = [sys.executable, "-m", "server", "backup", "-"]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{airports.parent}/a.db", "GRIDS": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert entries_of(done.stdout) == held(airports)
    assert done.stderr == b"-: 1 grid, 28298 records (deleted ones too), 28298 changes.\n"
    with open("/dev/full", "wb") as full:
        failed = subprocess.run(command, cwd=ROOT, env=environment, stdout=full, stderr=subprocess.PIPE)
    assert failed.returncode == 1
    assert failed.stderr == b"Error: The standard output cannot be written: No space left on device.\n"
