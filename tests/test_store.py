"""The contract of every store, on every database it runs on: what a commit is, and what it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from server.grids import Grid
from server.groups import Group
from server.model import Mutation, Request, uuid7
from server.stores import writes
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
    run_group,
    statuses,
)


def engines(store: SqlStore) -> list[Engine]:
    return [store._database.writer, store._database.reader]


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
    assert await run(store, mutation._replace(type="add_record", id=uuid7(), fields={})) == [first]
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


async def test_r3_an_outcome_may_tell_of_what_no_database_can_hold(store: SqlStore) -> None:
    (a,) = ids(1)
    mutation = add(a, **{"half \ud800 and \0": 1})
    (first,) = await run(store, mutation)
    assert first["status"] == "refused"
    assert await run(store, mutation) == [first]


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
    await run(store, change(a, tags=['"size":'], box={"size": 3}))  # looks like it, but is not
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
