"""The contract of every store, on every database it runs on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from marshmallow import Schema, fields
from sqlalchemy import Connection, Engine, create_engine, event, text

from server.grids import Grid
from server.model import Json, Mutation, Request, uuid7
from server.mutations import Group
from server.stores import StoreBusy, UnknownGrid, reads, writes
from server.stores.sql import SqlStore
from tests.conftest import OpenStore
from tests.store_kit import (
    AMY,
    BEN,
    GRIDS,
    TASKS,
    Task,
    add,
    change,
    check_sound,
    decoded,
    delete,
    everything,
    ids,
    restore,
    run,
    run_group,
    statuses,
)


@pytest.fixture
async def store(open_store: OpenStore) -> SqlStore:
    return await open_store(GRIDS)


def engines(store: SqlStore) -> list[Engine]:
    return [store._database.writer, store._database.reader]


@contextmanager
def after_statement(engine: Engine, heard: Callable[[str], None]) -> Iterator[None]:
    """Calls `heard` with each statement of the engine, in its thread, when it has been run."""

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard(statement)

    event.listen(engine, "after_cursor_execute", listen)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", listen)


# --- R2: what a commit is


async def test_r2_revisions_are_dense_and_told_in_order(store: SqlStore) -> None:
    a, b = ids(2)
    commit = await store.commit("tasks", [Request([add(a), add(b)], AMY), Request([change(a, size=1)], BEN)])
    assert commit.range is not None
    assert (commit.range.start, commit.head.revision) == (0, 3)
    assert [(c.revision, c.id, c.author) for c in commit.range.changes] == [
        (1, a, AMY),
        (2, b, AMY),
        (3, a, BEN),
    ]
    assert commit.range.head == commit.head == await check_sound(store)
    again = await store.commit("tasks", [Request([delete(b)], AMY)])
    assert again.range is not None
    assert (again.range.start, again.head.revision) == (3, 4)


async def test_r2_a_commit_without_a_change_has_no_range(store: SqlStore) -> None:
    commit = await store.commit("tasks", [Request([change(uuid7(), size=1)], AMY)])
    assert commit.range is None
    assert commit.head.revision == 0


async def test_r2_a_commit_that_fails_stores_nothing(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (a,) = ids(1)
    mutations = [add(a), change(uuid7(), size=1)]

    def fail(*_: Any) -> Any:
        raise RuntimeError("the last statement fails")

    with monkeypatch.context() as patch:
        patch.setattr(writes, "dump", lambda value: fail() if "status" in value else "{}")
        with pytest.raises(RuntimeError, match="last statement"):
            await run(store, *mutations)
    head, records = await everything(store)
    assert (head.revision, head.count, head.digest, records) == (0, 0, 0, {})
    assert statuses(await run(store, *mutations)) == ["applied", "refused"]
    await check_sound(store)


async def test_r2_two_stores_that_write_one_grid_share_its_revisions(open_store: OpenStore) -> None:
    """As two processes would: each has engines and threads of its own."""
    stores = [await open_store(GRIDS), await open_store(GRIDS)]
    shared = ids(4)
    await run(stores[0], *[add(id, size=0) for id in shared])

    async def write(store: SqlStore, turns: int) -> list[int]:
        revisions: list[int] = []
        for turn in range(turns):
            results = await run(store, add(uuid7()), change(shared[turn % 4], size=turn), delete(uuid7()))
            revisions += [r["revision"] for r in results if r["status"] == "applied"]
        return revisions

    told = await asyncio.gather(*[write(store, 15) for store in stores for _ in range(2)])
    revisions = [revision for part in told for revision in part]
    assert sorted(revisions) == list(range(5, 5 + len(revisions)))
    heads = [await check_sound(store) for store in stores]
    assert heads[0] == heads[1]


async def test_r2_sqlite_syncs_every_commit(store: SqlStore) -> None:
    if not store._database.is_sqlite:
        with store._database.writer.begin() as connection:
            assert connection.execute(text("SHOW fsync")).scalar_one() == "on"
            assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
        return
    for engine in engines(store):
        with engine.begin() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2


async def test_as_many_statements_for_many_mutations_as_for_one(store: SqlStore) -> None:
    heard: list[str] = []

    async def count(number: int) -> int:
        heard.clear()
        known = ids(number)
        refused = [change(uuid7(), size=1) for _ in range(number)]
        with after_statement(store._database.writer, heard.append):
            await run(store, *[add(id) for id in known], *[change(id, size=1) for id in known], *refused)
        return len(heard)

    assert await count(1) == await count(300)


# --- R3: once


OUTCOMES: dict[str, Callable[[str, str], Mutation]] = {
    "applied": lambda live, _: change(live, size=5),
    "noop": lambda live, _: restore(live),
    "conflict": lambda live, _: change(live, {"size": 77}, size=5),
    "refused": lambda live, _: change(live, size="many"),
    "gone": lambda _, dead: change(dead, size=5),
    "deleted": lambda live, _: delete(live),
}


@pytest.mark.parametrize("kind", OUTCOMES)
async def test_r3_repeated_mutation_returns_first_outcome(open_store: OpenStore, kind: str) -> None:
    store = await open_store(GRIDS)
    live, dead = ids(2)
    await run(store, add(live, size=1), add(dead), delete(dead))
    mutation = OUTCOMES[kind](live, dead)
    (first, twice) = await run(store, mutation, mutation)
    assert twice == first
    revision = (await check_sound(store)).revision
    first.pop("replaced", None)  # may be missing in a repeated answer
    # in another group, whatever its content, and after a restart
    assert await run(store, replace(mutation, type="add_record", id=uuid7(), fields={})) == [first]
    after_restart = await open_store(GRIDS)
    assert await run(after_restart, mutation, author=BEN) == [first]
    assert (await check_sound(after_restart)).revision == revision


async def test_r3_the_same_id_twice_in_one_group_takes_effect_once(store: SqlStore) -> None:
    (a,) = ids(1)
    mutation = add(a, size=1)
    groups = await run_group(store, [Request([mutation], AMY), Request([mutation], BEN)])
    assert groups[0] == groups[1]
    assert (await check_sound(store)).revision == 1


async def test_r3_failed_is_not_recorded(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """One poisoned mutation in a group fails alone, and may be asked again."""
    a, b, c = ids(3)
    poisoned = add(b, title="poison")
    load_new = Grid.load_new

    def load(grid: Grid, values: Any) -> Any:
        if values["title"] == "poison":
            raise RuntimeError("a bug in somebody's schema")
        return load_new(grid, values)

    with monkeypatch.context() as patch:
        patch.setattr(Grid, "load_new", load)
        assert statuses(await run(store, add(a), poisoned, add(c))) == ["applied", "failed", "applied"]
    head = await check_sound(store)
    assert (head.revision, head.count) == (2, 2)
    assert statuses(await run(store, poisoned)) == ["applied"]
    assert (await check_sound(store)).count == 3


async def test_r3_an_outcome_may_name_what_no_database_can_hold(store: SqlStore) -> None:
    (a,) = ids(1)
    mutation = add(a, **{"half \ud800 and \0": 1})
    (first,) = await run(store, mutation)
    assert first["status"] == "refused"
    assert await run(store, mutation) == [first]


# --- R8: conflicts, as far as the store has a part in them


async def test_r8_two_conflicting_mutations_in_one_group(store: SqlStore) -> None:
    (a,) = ids(1)
    await run(store, add(a, size=1))
    amy, ben = change(a, {"size": 1}, size=2), change(a, {"size": 1}, size=3)
    (first,), (second,) = await run_group(store, [Request([amy], AMY), Request([ben], BEN)])
    assert first["status"] == "applied"
    assert second["status"] == "conflict"
    theirs = second["conflicts"]["size"]
    assert (theirs["value"], theirs["revision"], theirs["author"]) == (2, 2, AMY.to_wire())
    await check_sound(store)


async def test_r8_a_conflict_tells_who_and_when_from_stored_history(store: SqlStore) -> None:
    (a,) = ids(1)
    await run(store, add(a, size=1, note="x"))
    await run(store, change(a, size=2), author=BEN)
    await run(store, change(a, tags=['"size":']))  # looks like it, but is another field
    at = (await store.history("tasks", author="ben"))[0][0]["at"]
    (result,) = await run(store, change(a, {"size": 1, "note": "y"}, size=3, note="z"))
    assert result["conflicts"] == {
        "size": {"value": 2, "revision": 2, "author": BEN.to_wire(), "at": at},
        "note": {**result["conflicts"]["note"], "value": "x", "revision": 1, "author": AMY.to_wire()},
    }
    await run(store, delete(a), author=BEN)
    (gone,) = await run(store, change(a, size=9))
    assert (gone["error"]["code"], gone["error"]["revision"], gone["error"]["author"]) == (
        "gone",
        4,
        BEN.to_wire(),
    )


# --- R9: pages


async def test_r9_reset_exactly_when_the_answer_starts_from_0(store: SqlStore) -> None:
    commit = await store.commit("tasks", [Request([add(id) for id in ids(3)], AMY)])
    epoch = commit.head.epoch
    cases: list[tuple[str | None, int | None, str, int]] = [
        (epoch, 1, "delta", 1),
        (epoch, 3, "delta", 3),
        (epoch, 4, "reset", 0),  # above the head
        (epoch, 0, "reset", 0),
        (epoch, None, "reset", 0),
        (None, 2, "reset", 0),
        ("another", 2, "reset", 0),
    ]
    for asked_epoch, since, mode, start in cases:
        page = await store.page("tasks", asked_epoch, since, 10, 10**6)
        assert (page.mode, page.start, page.to, page.more) == (mode, start, 3, False)
        assert len(page.records) == 3 - start
        none = await store.page("tasks", asked_epoch, since, 0, 10**6)
        assert (none.mode, none.start, none.to, none.records) == (mode, start, start, [])
        assert none.more is (start < 3)


async def test_r9_a_page_of_an_empty_grid(store: SqlStore) -> None:
    page = await store.page("tasks", None, None, 10, 10**6)
    assert (page.mode, page.start, page.to, page.more, page.records) == ("reset", 0, 0, False, [])
    assert (await store.page("tasks", None, None, 0, 10**6)).more is False


async def test_r9_pages_are_by_version_and_cut_by_number_and_by_bytes(store: SqlStore) -> None:
    known = ids(7)
    await run(store, *[add(id, note="x" * 100) for id in known])
    await run(store, change(known[0], size=1))
    for limit, max_bytes, most in [(2, 10**6, 2), (100, 400, 3), (100, 1, 1), (7, 10**6, 7)]:
        seen: list[list[Json]] = []
        page = await store.page("tasks", None, None, limit, max_bytes)
        while True:
            records = decoded(page)
            assert 0 < len(records) <= most
            assert page.to == records[-1][1]
            seen += records
            if not page.more:
                break
            page = await store.page("tasks", page.head.epoch, page.to, limit, max_bytes)
            assert (page.mode, page.start) == ("delta", seen[-1][1])
        assert [record[1] for record in seen] == [2, 3, 4, 5, 6, 7, 8]
        assert [record[0] for record in seen] == [*known[1:], known[0]]


async def test_r9_deleted_records_are_tombstones_from_0_too(store: SqlStore) -> None:
    a, b = ids(2)
    await run(store, add(a), add(b, title="stays"), delete(a))
    page = await store.page("tasks", None, None, 10, 10**6)
    assert decoded(page) == [[b, 2, {"title": "stays"}], [a, 3, None]]
    assert page.head.count == 1


async def test_r9_a_restored_record_is_as_it_was(store: SqlStore) -> None:
    (a,) = ids(1)
    await run(store, add(a, size=4), delete(a))
    (result,) = await run(store, restore(a))
    assert (result["status"], result["fields"]) == ("applied", {"title": "new", "size": 4})
    assert decoded(await store.page("tasks", None, None, 10, 10**6)) == [[a, 3, {"title": "new", "size": 4}]]
    await check_sound(store)


async def test_r9_a_record_that_moves_between_two_pages_comes_with_a_later_one(store: SqlStore) -> None:
    a, b, c = ids(3)
    await run(store, add(a), add(b), add(c))
    first = await store.page("tasks", None, None, 2, 10**6)
    await run(store, change(a, size=1), delete(c))
    seen = [*decoded(first), *decoded(await store.page("tasks", first.head.epoch, first.to, 10, 10**6))]
    assert [(id, version) for id, version, _ in seen] == [(a, 1), (b, 2), (a, 4), (c, 5)]
    _, records = await everything(store)
    assert {id: version for id, version, _ in seen} == {r.id: r.version for r in records.values()}


async def test_r9_a_page_is_one_snapshot(store: SqlStore, open_store: OpenStore) -> None:
    """Another process commits between the page's two reads."""
    other = await open_store(GRIDS)
    await run(store, add(uuid7()))
    loop = asyncio.get_running_loop()
    written: list[int] = []

    def commit_after_head(statement: str) -> None:
        if "FROM grids" in statement and not written:
            asyncio.run_coroutine_threadsafe(run(other, add(uuid7())), loop).result(timeout=30)
            written.append(1)

    with after_statement(store._database.reader, commit_after_head):
        page = await store.page("tasks", None, None, 10, 10**6)
    assert written == [1]
    assert (page.head.revision, page.head.count, page.to, len(page.records)) == (1, 1, 1, 1)
    assert (await everything(store))[0].revision == 2


async def test_the_same_reads_without_a_snapshot_do_not_agree(store: SqlStore) -> None:
    """Why the store's reading engine sets what it sets: the driver's own transactions tear."""
    await run(store, add(uuid7()))
    plain = create_engine(store._database.url)
    loop = asyncio.get_running_loop()
    written: list[int] = []

    def commit_after_head(statement: str) -> None:
        if "FROM grids" in statement and not written:
            asyncio.run_coroutine_threadsafe(run(store, add(uuid7())), loop).result(timeout=30)
            written.append(1)

    def read() -> Any:
        with plain.begin() as connection:
            return reads.page(connection, "tasks", None, None, 10, 10**6)

    with after_statement(plain, commit_after_head):
        page = await asyncio.to_thread(read)
    plain.dispose()
    assert page.head.revision == 1
    assert len(page.records) == 2


async def test_readers_cannot_write(store: SqlStore) -> None:
    def write(connection: Connection) -> None:
        connection.execute(text("UPDATE grids SET count = 7"))

    with pytest.raises(Exception, match=r"readonly|read-only"):
        await store._database.read(write)


# --- ranges


async def test_r5_ranges_are_read_from_changes_without_a_gap(store: SqlStore) -> None:
    a, b = ids(2)
    commit = await store.commit("tasks", [Request([add(a), add(b), change(a, size=1), delete(b)], AMY)])
    assert commit.range is not None
    epoch = commit.head.epoch
    whole = await store.range("tasks", epoch, 0, 100)
    assert whole == commit.range
    part = await store.range("tasks", epoch, 1, 2)
    assert part is not None
    assert (part.start, part.head, list(part.changes)) == (1, commit.head, commit.range.changes[1:3])
    end = await store.range("tasks", epoch, 4, 100)
    assert end is not None
    assert (end.start, end.head, end.changes) == (4, commit.head, [])
    assert await store.range("tasks", "another", 0, 100) is None
    assert await store.range("tasks", epoch, 5, 100) is None


async def test_r5_no_range_where_history_is_pruned(store: SqlStore) -> None:
    commit = await store.commit("tasks", [Request([add(id) for id in ids(3)], AMY)])
    with store._database.writer.begin() as connection:
        connection.execute(text("DELETE FROM changes WHERE revision <= 2"))
    assert await store.range("tasks", commit.head.epoch, 0, 100) is None
    assert await store.range("tasks", commit.head.epoch, 1, 100) is None
    rest = await store.range("tasks", commit.head.epoch, 2, 100)
    assert rest is not None
    assert [c.revision for c in rest.changes] == [3]
    with store._database.writer.begin() as connection:
        connection.execute(text("DELETE FROM changes"))
    assert await store.range("tasks", commit.head.epoch, 2, 100) is None


# --- history


async def test_history_tells_who_did_what_newest_first(store: SqlStore) -> None:
    a, b = ids(2)
    mutations = [add(a, size=1), add(b), change(a, size=2, note="n"), delete(a), restore(a)]
    await run(store, *mutations[:3])
    await run(store, *mutations[3:], author=BEN)
    found, more = await store.history("tasks")
    assert more is False
    assert [c["revision"] for c in found] == [5, 4, 3, 2, 1]
    assert [c["mutation_id"] for c in found] == [m.mutation_id for m in reversed(mutations)]
    whole = {"title": "new", "size": 2, "note": "n"}
    told = [(c["kind"], c["fields"], c["previous"], c["author"]["name"]) for c in found if c["id"] == a]
    assert told == [
        ("add", whole, None, "Ben"),
        ("delete", None, whole, "Ben"),
        ("update", {"size": 2, "note": "n"}, {"size": 1, "note": None}, "Amy"),
        ("add", {"title": "new", "size": 1}, None, "Amy"),
    ]
    assert set(found[0]) == {"revision", "id", "kind", "fields", "previous", "author", "at", "mutation_id"}


async def test_history_filters(store: SqlStore) -> None:
    a, b = ids(2)
    await run(store, add(a, size=1), add(b))
    await run(store, change(a, note="x"), change(b, size=3), author=BEN)
    await run(store, change(b, tags=["size", '"size":']), delete(a))

    async def revisions(**filters: Any) -> list[int]:
        found, _ = await store.history("tasks", **filters)
        return [c["revision"] for c in found]

    assert await revisions(id=a) == [6, 3, 1]
    assert await revisions(author="ben") == [4, 3]
    assert await revisions(field="size") == [6, 4, 1]  # the delete took it away; a text is no field
    assert await revisions(field="SIZE") == []
    assert await revisions(field="s%e") == []
    assert await revisions(deleted=True) == [6]
    assert await revisions(before=3) == [2, 1]
    assert await revisions(id=b, author="ben", field="size") == [4]
    assert await revisions(author="no\0body") == []
    assert await revisions(field="\ud800") == []


async def test_history_pages_with_before(store: SqlStore) -> None:
    (a,) = ids(1)
    await run(store, add(a, size=0), *[change(a, size=n, note=str(n)) for n in range(1, 10)])
    several: list[dict[str, Any]] = [{}, {"field": "size"}, {"id": a}]
    for filters in several:
        seen: list[int] = []
        before = None
        while True:
            found, more = await store.history("tasks", before=before, limit=4, **filters)
            seen += [c["revision"] for c in found]
            assert len(found) == 4 if more else 2
            if not more:
                break
            before = seen[-1]
        assert seen == list(range(10, 0, -1))


# --- grids and definitions


class Grown(Task):
    owner = fields.String()


class Other(Schema):
    name = fields.String(required=True)


async def test_a_schema_class_gets_a_new_definition_when_its_fields_or_title_change(
    open_store: OpenStore,
) -> None:
    store = await open_store(GRIDS)
    head, grid = await store.describe("tasks")
    assert (head.title, head.definition, head.revision, grid) == ("Tasks", 1, 0, TASKS)
    again, _ = await (await open_store(GRIDS)).describe("tasks")
    assert again == head
    grown = Grid.from_schema("tasks", "Tasks", Grown)
    store = await open_store({"tasks": grown})
    head, grid = await store.describe("tasks")
    assert (head.definition, grid) == (2, grown)
    store = await open_store({"tasks": Grid.from_schema("tasks", "To do", Grown)})
    assert [(h.definition, h.title, h.epoch) for h in await store.heads()] == [(3, "To do", head.epoch)]
    assert await store.source("tasks") == "schema"


async def test_r11_a_definition_changed_by_another_process_makes_writes_busy(open_store: OpenStore) -> None:
    old = await open_store(GRIDS)
    (a,) = ids(1)
    await run(old, add(a, size=1))
    new = await open_store({"tasks": Grid.from_schema("tasks", "Tasks", Grown)})
    with pytest.raises(StoreBusy, match="another version"):
        await run(old, change(a, size=2))
    assert statuses(await run(new, change(a, owner="amy"))) == ["applied"]
    head, grid = await old.describe("tasks")  # it still reads what is stored
    assert (head.definition, "owner" in grid.names) == (2, True)
    assert [h.revision for h in await old.heads()] == [2]
    unaware = await open_store({})
    with pytest.raises(StoreBusy, match="another version"):
        await run(unaware, change(a, size=2))
    back = await open_store(GRIDS)  # rolled back: a third definition, equal to the first
    assert statuses(await run(back, change(a, size=2))) == ["applied"]
    assert statuses(await run(old, change(a, size=3))) == ["applied"]


async def test_a_grid_defined_by_data(open_store: OpenStore) -> None:
    store = await open_store(GRIDS)
    people = Grid.from_schema("people", "People", Other)
    data = Grid.from_definition("people", "People", people.fields)
    assert await store.create(data, "people.csv: begun") is True
    assert await store.create(data, "again") is False
    assert await store.source("people") == "people.csv: begun"
    await store.set_source("people", "people.csv: done")
    other = await open_store({})
    assert await other.source("people") == "people.csv: done"
    head, grid = await other.describe("people")
    assert (head.title, head.definition, grid.fields) == ("People", 1, people.fields)
    commit = await other.commit(
        "people", [Request([Mutation("add_record", uuid7(), uuid7(), {"name": "x"})], AMY)]
    )
    assert commit.head.revision == 1
    assert [h.grid for h in await store.heads()] == ["people", "tasks"]
    owner = await open_store({"people": Grid.from_schema("people", "Us", Other)})  # taken over by a class
    assert await owner.source("people") == "schema"
    assert (await owner.describe("people"))[0].definition == 2


@pytest.mark.parametrize("grid", ["nothing", "", "no\0thing", "\ud800"])
async def test_an_unknown_grid_is_said_to_be_unknown(store: SqlStore, grid: str) -> None:
    asked: list[Callable[[], Awaitable[Any]]] = [
        lambda: store.describe(grid),
        lambda: store.commit(grid, [Request([add(uuid7())], AMY)]),
        lambda: store.page(grid, None, None, 1, 1),
        lambda: store.range(grid, "e", 0, 1),
        lambda: store.history(grid),
        lambda: store.source(grid),
        lambda: store.set_source(grid, "x"),
        lambda: anext(store.records(grid)),
    ]
    for ask in asked:
        with pytest.raises(UnknownGrid):
            await ask()


async def test_grids_do_not_see_each_other(open_store: OpenStore) -> None:
    store = await open_store({**GRIDS, "other": Grid.from_schema("other", "Other", Task)})
    mutation = add(uuid7())
    for grid in ("tasks", "other"):  # the same record and mutation ids, too
        commit = await store.commit(grid, [Request([mutation], AMY)])
        assert (commit.head.revision, commit.head.count) == (1, 1)
    await store.commit("other", [Request([delete(mutation.id)], AMY)])
    assert (await check_sound(store)).count == 1
    assert len((await store.history("tasks"))[0]) == 1


# --- values and order


async def test_values_come_back_as_they_were_put_in(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "title": "x",
        "z": 1.0,
        "a": 1,
        "e": 1e300,
        "n": -0.0,
        "t": ' é\u2028😀\\"\n ',
        "d": {"b": [True, {}], "a": 0.1},
    }
    monkeypatch.setattr(Grid, "load_new", lambda *_: values)
    (a,) = ids(1)
    await run(store, add(a))
    (record,) = decoded(await store.page("tasks", None, None, 1, 1))
    assert repr(record[2]) == repr(values)
    ((entry,), _) = await store.history("tasks")
    assert repr(entry["fields"]) == repr(values)


async def test_records_come_by_id_bytewise_in_batches(store: SqlStore) -> None:
    known = ["-", "B", "_", "a", "a-b", "ab", "b", "é", "😀"]
    await run(store, *[add(id) for id in reversed(known)], delete("ab"))
    batches = [batch async for batch in store.records("tasks", 3)]
    assert [len(batch) for batch in batches] == [3, 3, 2]
    assert [r.id for batch in batches for r in batch] == [id for id in known if id != "ab"]
    assert batches[0][0].fields == {"title": "new"}


async def test_r13_count_and_digest_are_kept_incrementally(store: SqlStore) -> None:
    known = ids(12)
    await run(store, *[add(id) for id in known])
    for step, id in enumerate(known):
        turn = [
            [change(id, size=step)],
            [delete(id)],
            [delete(id), restore(id)],
            [delete(id), change(id, size=1)],
        ]
        await run(store, *turn[step % 4])
        await check_sound(store)


async def test_a_group_sees_what_it_wrote_itself(store: SqlStore) -> None:
    (a,) = ids(1)
    group = [add(a, size=1), change(a, {"size": 1}, size=2), delete(a), change(a, size=3), restore(a), add(a)]
    assert statuses(await run(store, *group)) == ["applied"] * 3 + ["conflict", "applied", "conflict"]
    await check_sound(store)


async def test_atomic_batches_apply_whole_or_not_at_all(store: SqlStore) -> None:
    a, b, c = ids(3)
    batch = Request([add(a), change(b, size=1), add(c)], AMY, atomic=True)
    ((skipped, refused, also),) = await run_group(store, [batch])
    assert [r["status"] for r in (skipped, refused, also)] == ["skipped", "refused", "skipped"]
    assert await run_group(store, [batch]) == [[skipped, refused, also]]
    assert (await check_sound(store)).revision == 0
    whole = Request([add(a), change(a, size=1)], AMY, atomic=True)
    first = await run_group(store, [whole])
    assert [r["status"] for r in first[0]] == ["applied", "applied"]
    assert [r["revision"] for r in (await run_group(store, [whole]))[0]] == [1, 2]


def test_the_group_is_given_to_the_store_whole() -> None:
    """What the store writes is all that a group says there is to write."""
    public = {name for name in vars(Group) if not name.startswith("_")}
    assert public == {"run", "head"}
