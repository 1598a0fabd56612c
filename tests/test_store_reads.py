"""The contract of every store: pages, ranges and history."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text

from server.model import Json, Request, uuid7
from server.stores import reads
from server.stores.sql import SqlStore
from tests.conftest import OpenStore
from tests.store_kit import (
    AMY,
    BEN,
    GRIDS,
    add,
    after_statement,
    change,
    check_sound,
    decoded,
    delete,
    everything,
    ids,
    restore,
    run,
)


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
    await run(store, change(b, tags=["size", '"size":'], box={"size": 1}), delete(a))

    async def revisions(**filters: Any) -> list[int]:
        found, _ = await store.history("tasks", **filters)
        return [c["revision"] for c in found]

    assert await revisions(id=a) == [6, 3, 1]
    assert await revisions(author="ben") == [4, 3]
    assert await revisions(field="size") == [6, 4, 1]  # the delete took it away; what lies deeper is no field
    assert await revisions(field="SIZE") == []
    assert await revisions(field="s%e") == []
    assert await revisions(deleted=True) == [6]
    assert await revisions(before=3) == [2, 1]
    assert await revisions(id=b, author="ben", field="size") == [4]
    assert await revisions(author="no\0body") == []
    assert await revisions(field="\ud800") == []


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({"id": ids(1)[0]}, "changes_record"),
        ({"author": "ben"}, "changes_author"),
        ({"deleted": True}, "changes_deletion"),
        ({"author": "ben", "field": "size", "before": 5}, "changes_author"),
    ],
    ids=["record", "author", "deleted", "author-field-before"],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL plans by its tables' sizes
async def test_history_finds_what_is_asked_for_without_reading_all(
    store: SqlStore, filters: dict[str, Any], index: str
) -> None:
    asked: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(store._database.reader, "before_cursor_execute", listen)
    await store.history("tasks", **filters)
    statement, parameters = asked[-1]
    with store._database.reader.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    (step,) = [row[-1] for row in plan]
    assert f"USING INDEX {index} (" in step  # and no step that sorts


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
