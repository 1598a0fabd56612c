"""Everything into one file and back, between all databases (R3, R9); no file but a whole one."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pytest
from marshmallow import fields

from server import backups
from server.backups import BadBackup
from server.errors import StartError
from server.grids import Grid
from server.model import Mutation, Request, uuid7
from server.stores import ENTRIES, Entry, Occupied
from server.stores.copies import PARTS
from server.stores.sql import SqlStore
from server.stores.tables import grids
from tests.conftest import OpenStore
from tests.postgres import Cluster
from tests.store_kit import (
    AMY,
    BEN,
    GRIDS,
    TASKS,
    Task,
    add,
    after_statement,
    change,
    check_sound,
    delete,
    ids,
    restore,
    run,
    statuses,
)
from tests.upkeep import FUTURE, bring_back, command, copy, entries_of

ROOT = Path(__file__).parent.parent
TWO = {**GRIDS, "other": Grid.from_schema("other", "Other", Task)}


async def lived_in(store: SqlStore) -> list[Mutation]:
    """A grid with everything that there can be; its mutations, of every status."""
    a, b, c = ids(3)
    mutations = [
        add(a, size=1, note=' é\u2028😀\\"\n ', tags=["x"], box={"size": 1}),
        add(b),
        add(c),
        delete(b),
        change(a, {"size": 1}, size=2, note=None),
        restore(a),
        change(a, {"size": 9}, size=5),
        change(a, size="many"),
        delete(c),
        restore(c),
    ]
    for author in (AMY, BEN):
        await run(store, *mutations, author=author)
    return mutations


# --- the store


async def test_r9_a_backup_is_of_one_moment(open_store: OpenStore) -> None:
    """Another process commits to both grids while the first is read."""
    store, other = await open_store(TWO), await open_store(TWO)
    for grid in TWO:
        await store.commit(grid, [Request([add(uuid7())], AMY)])
    loop = asyncio.get_running_loop()
    written: list[str] = []

    def commit_after_heads(statement: str) -> None:
        if "FROM grids" in statement and not written:
            for grid in TWO:
                work = other.commit(grid, [Request([add(uuid7())], AMY)])
                asyncio.run_coroutine_threadsafe(work, loop).result(timeout=30)
                written.append(grid)

    with after_statement(store._database.reader, commit_after_heads):
        file = await copy(store)
    assert len(written) == 2
    assert [(next(iter(e)), e.get("revision", e.get("version"))) for e in entries_of(file)] == [
        *(("grid", 1), ("record", 1), ("change", None)),
        *(("grid", 1), ("record", 1), ("change", None)),
    ]


@pytest.mark.postgres
async def test_a_backup_goes_from_any_database_to_any_other(
    open_store: OpenStore, database_url: str, tmp_path: Path, postgres: Cluster
) -> None:
    store = await open_store(TWO)
    await lived_in(store)
    first = await copy(store)
    other = postgres.create() if database_url.startswith("sqlite") else f"sqlite:///{tmp_path}/other.db"
    away = await open_store({}, other)
    await bring_back(away, first)
    there = await copy(away)
    assert entries_of(there) == entries_of(first)
    await check_sound(away)
    home = await open_store({}, postgres.create())
    await bring_back(home, there)
    assert entries_of(await copy(home)) == entries_of(first)


async def test_r3_what_a_backup_knows_is_known_when_it_is_restored(store: SqlStore) -> None:
    mutations = await lived_in(store)
    known = await run(store, *mutations)
    file = await copy(store)
    late = add(uuid7(), size=3)
    await run(store, late)
    await bring_back(store, file, replace=True)
    (head,) = await store.heads()
    again = await run(store, *mutations)
    assert again == [{**result, "epoch": head.epoch} for result in known]
    assert len({result["status"] for result in again}) == 4
    assert [h.revision for h in await store.heads()] == [head.revision], "nothing happened twice"
    assert statuses(await run(store, late)) == ["applied"], "what the backup does not have may come again"
    await check_sound(store)


async def test_r9_a_restored_grid_is_the_backups_in_a_new_epoch(open_store: OpenStore) -> None:
    store = await open_store(TWO)
    await lived_in(store)
    file = await copy(store)
    (before,) = [head for head in await store.heads() if head.grid == "tasks"]
    await run(store, add(uuid7()), *[change(r.id, size=7) async for b in store.records("tasks") for r in b])
    await bring_back(store, file, replace=True)
    assert entries_of(await copy(store)) == entries_of(file)
    (after,) = [head for head in await store.heads() if head.grid == "tasks"]
    assert after.epoch != before.epoch
    page = await store.page("tasks", before.epoch, 1, 10, 10**6)
    assert page.mode == "reset"
    await bring_back(store, file, replace=True)
    assert (await store.heads())[1].epoch not in (before.epoch, after.epoch), "each time another one"


async def test_restore_replaces_nothing_unasked_and_leaves_other_grids_alone(open_store: OpenStore) -> None:
    away = await open_store(GRIDS)
    await lived_in(away)
    file = await copy(away)
    assert [entry["grid"] for entry in entries_of(file) if "grid" in entry] == ["tasks"]
    store = await open_store(TWO)
    await store.commit("other", [Request([add(uuid7())], AMY)])
    before = entries_of(await copy(store))
    with pytest.raises(Occupied, match=r"holds records of 'tasks' already: --replace "):
        await bring_back(store, file)
    assert entries_of(await copy(store)) == before
    other = (await store.heads())[0]
    await bring_back(store, file, replace=True)
    assert (await store.heads())[0] == other


async def test_restore_into_grids_that_a_server_has_made_and_nobody_used(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = await open_store(GRIDS)
    mutations = await lived_in(store)
    fresh = await open_store(GRIDS, f"sqlite:///{tmp_path}/fresh.db")
    await bring_back(fresh, await copy(store))
    assert entries_of(await copy(fresh)) == entries_of(await copy(store))
    assert len(await run(fresh, *mutations)) == len(mutations)


class Grown(Task):
    owner = fields.String()


async def test_what_code_defines_stays_as_the_code_has_it(open_store: OpenStore) -> None:
    old = await open_store(GRIDS)
    (a,) = ids(1)
    await run(old, add(a))
    file = await copy(old)
    new = await open_store({"tasks": Grid.from_schema("tasks", "To do", Grown)})
    await bring_back(new, file, replace=True)
    head, grid = await new.describe("tasks")
    assert (head.title, head.definition, "owner" in grid.names) == ("To do", 2, True)
    assert statuses(await run(new, change(a, owner="amy"))) == ["applied"], "without a restart"


async def test_a_definitions_number_never_stands_for_another_definition(open_store: OpenStore) -> None:
    store = await open_store({})
    await store.create(Grid.from_definition("tasks", "Tasks", TASKS.fields), "a.csv")
    file = await copy(store)
    await bring_back(store, file)
    assert (await store.heads())[0].definition == 1, "it is the same"
    entries = entries_of(file)
    for title, number, expected in [("Renamed", 1, 2), ("Again", 7, 8)]:
        entries[0] |= {"title": title, "definition": number}
        await store.restore(["tasks"], lambda: iter(entries), replace=False)
        head, _ = await store.describe("tasks")
        assert (head.title, head.definition) == (title, expected)


async def test_restore_is_all_or_nothing(store: SqlStore) -> None:
    await lived_in(store)
    file = await copy(store)
    await run(store, add(uuid7()))
    before, heads = entries_of(await copy(store)), await store.heads()

    def breaks_off(after: int) -> Iterator[Entry]:
        for number, entry in enumerate(entries_of(file)):
            if number == after:
                raise BadBackup("breaks off")
            yield entry

    for after in (0, 1, 6, 12):
        with pytest.raises(BadBackup, match="breaks off"):
            await store.restore(["tasks"], lambda after=after: breaks_off(after), True)  # type: ignore[misc]
        assert (entries_of(await copy(store)), await store.heads()) == (before, heads)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_r2_who_waits_for_a_grid_that_is_being_restored_finds_it(
    store: SqlStore, open_store: OpenStore, postgres: Cluster
) -> None:
    """A server's commit waits for the row lock: it goes on in the new epoch."""
    other = await open_store(GRIDS)
    await lived_in(store)
    file = await copy(store)
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.Future[list[dict[str, object]]]] = []

    def commits_meanwhile() -> Iterator[Entry]:
        loop.call_soon_threadsafe(lambda: waiting.append(asyncio.ensure_future(run(other, add(uuid7())))))
        name = str(store._database.url.database)
        with postgres.connect(name) as connection:
            while not connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                connection.execute("SELECT pg_sleep(0.02)")
        yield from entries_of(file)

    await store.restore(["tasks"], commits_meanwhile, True)
    ((result,),) = [await each for each in waiting]
    (head,) = await store.heads()
    assert (result["status"], result["epoch"], result["revision"]) == ("applied", head.epoch, head.revision)
    await check_sound(store)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_goes_over_everything_is_not_stuck(store: SqlStore) -> None:
    """The times that end a stuck statement, or a transaction that idles, would end it too."""
    heard: list[str] = []
    with after_statement(store._database.reader, heard.append):
        await copy(store)
    assert "SET LOCAL statement_timeout = 0" in heard
    assert "SET LOCAL idle_in_transaction_session_timeout = 0" in heard
    for work in (
        store.restore([], lambda: iter(()), False),
        store.prune_deleted("tasks", FUTURE),
        store.prune_history("tasks", FUTURE, FUTURE, 1),
    ):
        heard.clear()
        with after_statement(store._database.writer, heard.append):
            await work
        assert heard[0] == "SET LOCAL statement_timeout = 0"


MEASURED = """
import resource
from server.cli import cli

try:
    cli()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


async def test_a_backup_takes_a_bounded_amount_of_memory(
    store: SqlStore, database_url: str, tmp_path: Path
) -> None:
    async def measure(name: str) -> int:
        said = await command("backup", tmp_path / name, url=database_url, script=MEASURED)
        return int(said.split()[-1]) * 1024

    await run(store, add(uuid7()))
    least = await measure("a")
    for _ in range(16):
        await run(store, *[add(uuid7(), note="x" * 10_000) for _ in range(500)])
    assert await measure("b") - least < 25 * 2**20, "of 160 MB"


# --- the file


def small() -> bytes:
    out = BytesIO()
    entries: list[Entry] = [
        {"grid": "g", **dict.fromkeys(ENTRIES["grid"], 1), "title": "G", "fields": []},
        {"record": "r", "version": 1, "deleted": False, "data": {"a": 1.0}},
        {"outcome": "m", "result": {}, "at": "2026"},
    ]
    backups.write(entries, out)
    return out.getvalue()


def repacked(edit: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """The same with other lines."""
    return gzip.compress(b"".join(edit(gzip.decompress(small()).splitlines(keepends=True))))


def test_every_column_is_in_a_backup_but_the_epoch() -> None:
    for word, (table, key) in PARTS.items():
        assert {"grid", key, *ENTRIES[word]} == set(table.columns.keys())
    assert {"id", "epoch", *ENTRIES["grid"]} == set(grids.columns.keys())


def test_the_format_is_documented() -> None:
    text = (ROOT / "docs/BACKUP.md").read_text()
    for word, keys in ENTRIES.items():
        assert f'| `{{"{word}": ' in text, word
        line = next(line for line in text.splitlines() if line.startswith(f'| `{{"{word}": '))
        assert [key for key in keys if f'"{key}"' not in line] == []
    assert f'{{"format": "{backups.FORMAT}", "version": {backups.VERSION}, ' in text


def test_a_file_that_is_cut_off_anywhere_is_refused() -> None:
    whole = small()
    assert len(entries_of(whole)) == 3
    for size in range(len(whole)):
        with pytest.raises(BadBackup):
            entries_of(whole[:size])


def test_a_damaged_file_is_refused_or_gives_what_was_written() -> None:
    whole = small()
    damaged = 0
    for place in range(len(whole)):
        for bit in (1, 128):
            other = bytearray(whole)
            other[place] ^= bit
            try:
                assert entries_of(bytes(other)) == entries_of(whole)  # a byte that says nothing
            except BadBackup:
                damaged += 1
    assert damaged > len(whole)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda lines: lines[:-1], "cut off or damaged"),  # well packed, but without its end
        (lambda lines: [*lines[:-2], lines[-1]], "cut off or damaged"),
        (lambda lines: [*lines, lines[-2]], "cut off or damaged"),
        (lambda lines: [*lines[:2], lines[2].replace(b"1.0", b"2.0"), *lines[3:]], "cut off or damaged"),
        (lambda lines: [lines[0], *lines[2:]], "cut off or damaged"),  # a record of no grid
        (lambda lines: [lines[0], b'{"thing": 1}\n', *lines[1:]], "cut off or damaged"),
        (lambda lines: [lines[0], b"[]\n", *lines[1:]], "cut off or damaged"),
        (lambda lines: [lines[0].replace(b":1,", b":2,"), *lines[1:]], r"later version .* \(format 2; "),
        (lambda lines: [lines[0].replace(b"tandem", b"random"), *lines[1:]], "is no backup of Tandem"),
        (lambda lines: lines[1:], "is no backup of Tandem"),
        (lambda lines: [b"[" * 10_000], "is no backup of Tandem"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(
    edit: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    with pytest.raises(BadBackup, match=said):
        backups.check(BytesIO(repacked(edit)))


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n" * 100, b"\x1f\x8b", orjson.dumps({"format": 1})])
def test_a_foreign_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadBackup, match="no backup of Tandem"):
        backups.check(BytesIO(data))


@pytest.mark.parametrize(
    "wrong",
    [
        *({"grid": id} for id in ("../etc", 'g";\r\nX: y', "<script>", "", "G", "x" * 64, 7, None)),
        *({"fields": described} for described in (1, None, [1], [{"name": "a", "type": "shell"}])),
        {"fields": [{"name": "constructor", "type": "text"}]},
        {"fields": [{"name": "a", "type": "text", "pattern": "("}]},
    ],
    ids=str,
)
def test_a_file_with_a_grid_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    out = BytesIO()
    grid = {"grid": "g", **dict.fromkeys(ENTRIES["grid"], 1), "title": "G", "fields": []}
    backups.write([{**grid, **wrong}], out)
    with pytest.raises(BadBackup, match="holds a grid that cannot be: "):
        backups.check(out)


def test_a_file_that_unpacks_to_one_endless_line_is_refused() -> None:
    whole = repacked(lambda lines: [lines[0], b'{"record":"' + b"x" * (3 * backups.LINE_MOST)])
    tracemalloc.start()
    with pytest.raises(BadBackup, match="cut off or damaged"):
        backups.check(BytesIO(whole))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3 * backups.LINE_MOST


def test_a_backup_is_not_written_through_a_symbolic_link(tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "link"
    precious.write_text("kept")
    link.symlink_to(precious)
    with backups.whole_file(link, overwrite=True) as out:
        out.write(b"new")
    assert precious.read_text() == "kept"
    assert (link.read_bytes(), link.is_symlink()) == (b"new", False)
    assert link.stat().st_mode & 0o077 == 0  # for its owner alone


def test_what_a_file_holds_is_told() -> None:
    contents = backups.check(BytesIO(small()))
    assert contents.grids == ["g"]
    assert contents.numbers == {"grid": 1, "record": 1, "change": 0, "outcome": 1}


def _half(out: BinaryIO) -> None:
    out.write(b"half")
    raise BadBackup("breaks off")


def test_a_whole_file_is_there_when_it_is_complete_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "b"
    with pytest.raises(BadBackup), backups.whole_file(path, False) as out:
        _half(out)
    assert list(tmp_path.iterdir()) == []
    with backups.whole_file(path, False) as out:
        out.write(b"1")
        assert not path.exists()
    assert path.read_bytes() == b"1"
    assert path.stat().st_mode & 0o077 == 0, "there is everything in it"
    with pytest.raises(StartError, match="is there already"), backups.whole_file(path, False):
        pass
    with backups.whole_file(path, True) as out:
        out.write(b"2")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("b", b"2")]


def test_a_file_that_came_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "b"
    with pytest.raises(StartError, match="is there already"), backups.whole_file(path, False):
        path.write_bytes(b"another's")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("b", b"another's")]


def test_a_disk_that_is_full_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    def fail(_: int) -> Entry:
        raise OSError(28, "No space left on device")

    path = tmp_path / "b"
    said = "b cannot be written: No space left on device"
    with pytest.raises(StartError, match=said), backups.whole_file(path, False) as out:
        backups.write(map(fail, [1]), out)
    assert list(tmp_path.iterdir()) == []
