"""What is old is forgotten, and nobody is misled by it (R3, R9)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select

from server.grids import Grid
from server.groups import Result
from server.model import Request, days_ago, uuid7
from server.stores import Pruned, UnknownGrid
from server.stores.sql import SqlStore
from server.stores.tables import changes, outcomes
from tests.store_kit import (
    BEN,
    Task,
    add,
    change,
    check_head,
    decoded,
    delete,
    ids,
    restore,
    run,
    statuses,
)
from tests.upkeep import FUTURE, age, bring_back, copy, entries_of

KEEP = days_ago(90)


async def prune(store: SqlStore, days: int, most: int = 1_000) -> tuple[int, list[Pruned]]:
    """All steps, as the command takes them."""
    before = days_ago(days)
    deleted = await store.prune_deleted("tasks", before)
    steps = [await store.prune_history("tasks", before, KEEP, most)]
    while steps[-1].more:
        steps.append(await store.prune_history("tasks", before, KEEP, most))
    return deleted, steps


async def numbers(store: SqlStore) -> tuple[int, int]:
    """How many changes there are, and how many outcomes."""

    def count(connection: Connection) -> tuple[int, int]:
        found = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in TABLES]
        return found[0], found[1]

    return await store._database.read(count)


TABLES = (changes, outcomes)


def codes(results: list[Result]) -> list[str]:
    return [result["error"]["code"] for result in results]


async def test_r9_deletions_that_are_old_enough_are_forgotten_in_a_new_epoch(store: SqlStore) -> None:
    a, b, c = ids(3)
    await run(store, add(a), add(b), add(c), delete(a), delete(b))
    await age(store, 40, range(1, 5))
    before, _ = await check_head(store)
    assert await store.prune_deleted("tasks", days_ago(30)) == 1
    page = await store.page("tasks", before.epoch, 3, 10, 10**6)
    assert page.mode == "reset", "who was away would never hear that it is gone"
    assert [(id, values is None) for id, _, values in decoded(page)] == [(c, False), (b, True)]
    after, _ = await check_head(store)
    assert after.epoch != before.epoch
    assert (after.revision, after.count, after.digest) == (before.revision, before.count, before.digest)
    (result,) = await run(store, restore(a))
    assert (result["status"], result["error"]["code"]) == ("refused", "not_found")
    assert statuses(await run(store, restore(b), add(a))) == ["applied"] * 2
    assert (await check_head(store))[0].count == 3


async def test_r9_pruned_history_ends_the_epoch_before_it_is_gone(store: SqlStore) -> None:
    a, b = ids(2)
    await run(store, add(a), add(b), change(a, size=1), delete(b))
    before, _ = await check_head(store)
    await age(store, 40, range(1, 4))
    assert await store.prune_deleted("tasks", days_ago(30)) == 0
    head, _ = await check_head(store)
    assert head == replace(before, epoch=head.epoch)
    assert head.epoch != before.epoch
    assert (await store.page("tasks", before.epoch, 1, 10, 10**6)).mode == "reset"
    assert await numbers(store) == (4, 0), "whatever its epoch promised was there until it ended"
    step = await store.prune_history("tasks", days_ago(30), KEEP, 2)
    assert step == Pruned(2, 2, 0, more=True)
    assert await store.prune_history("tasks", days_ago(30), KEEP, 2) == Pruned(1, 1, 0, more=False)
    assert (await check_head(store))[0] == head, "one epoch for all steps"
    found, more = await store.history("tasks")
    assert ([entry["revision"] for entry in found], more) == ([4], False)
    assert await store.range("tasks", head.epoch, 2, 10) is None, "a reader is told to pull"
    rest = await store.range("tasks", head.epoch, 3, 10)
    assert rest is not None
    assert [each.revision for each in rest.changes] == [4]


async def test_r3_a_repeated_id_gets_its_first_outcome_after_prune(store: SqlStore) -> None:
    a, b = ids(2)
    mutations = [
        *(add(a, size=1, note="x"), add(b), change(a, {"size": 1}, size=2), delete(b)),
        *(delete(b), change(a, {"size": 9}, size=5), change(a, size="many"), change(b, size=1)),
    ]
    first = await run(store, *mutations)
    assert statuses(first) == ["applied"] * 4 + ["noop", "conflict", "refused", "conflict"]
    await age(store, 89, range(1, 5))
    assert await prune(store, 30) == (1, [Pruned(4, 4, 0, more=False)])
    assert await numbers(store) == (0, 8)
    head, _ = await check_head(store)
    assert await run(store, *mutations, author=BEN) == [{**result, "epoch": head.epoch} for result in first]
    assert (await check_head(store))[0] == head


async def test_r3_ids_are_forgotten_after_90_days_and_no_sooner_than_asked(store: SqlStore) -> None:
    a, b = ids(2)
    await run(store, add(a), add(b), delete(uuid7()))
    await age(store, 91, [1])
    assert await prune(store, 365) == (0, [Pruned(0, 0, 0, more=False)])
    assert await numbers(store) == (2, 1)
    assert await prune(store, 30) == (0, [Pruned(1, 0, 1, more=False)])
    assert await numbers(store) == (1, 0)


async def test_r8_a_conflict_over_pruned_history_has_no_author(store: SqlStore) -> None:
    a, b = ids(2)
    await run(store, add(a, size=1, note="x"), add(b), delete(b))
    await run(store, change(a, note="y"), author=BEN)
    await age(store, 40, range(1, 4))
    assert (await store.prune_history("tasks", days_ago(30), KEEP, 1_000)).changes == 3
    results = await run(
        store, change(a, {"size": 0, "note": "x"}, size=3, note="z"), change(b, size=1), add(a), delete(a, 1)
    )
    assert codes(results) == ["conflict", "gone", "exists", "changed"]
    nobody = {"revision": None, "author": None, "at": None}
    disputed = results[0]["conflicts"]
    assert disputed["size"] == {"value": 1, **nobody}
    assert (disputed["note"]["value"], disputed["note"]["author"]) == ("y", BEN.to_wire())
    assert results[1]["error"].items() >= nobody.items()
    assert results[2]["error"]["author"] == results[3]["error"]["author"] == BEN.to_wire()


@pytest.mark.parametrize(("most", "taken"), [(2, [2, 2, 1]), (5, [5, 0]), (1_000, [5])])
async def test_history_goes_in_bounded_steps_from_its_beginning(
    store: SqlStore, most: int, taken: list[int]
) -> None:
    await run(store, *[add(id) for id in ids(10)])
    await age(store, 40, [1, 2, 3, 4, 5, 8])  # a clock that was wrong
    deleted, steps = await prune(store, 30, most)
    assert (deleted, [step.changes for step in steps]) == (0, taken)
    assert [step.more for step in steps] == [True] * (len(taken) - 1) + [False]
    head, _ = await check_head(store)
    rest = await store.range("tasks", head.epoch, 5, 10)
    assert rest is not None
    assert [each.revision for each in rest.changes] == [6, 7, 8, 9, 10], "what is left is dense"


async def test_r9_a_grid_of_which_nothing_is_pruned_keeps_its_epoch(store: SqlStore) -> None:
    await store.create(Grid.from_schema("other", "Other", Task), "the test")
    await store.commit("other", [Request([add(uuid7()), add(uuid7())], BEN)])
    await run(store, add(uuid7()))

    async def pruned(grid: str) -> bool:
        before = {head.grid: head.epoch for head in await store.heads()}
        await store.prune_deleted(grid, days_ago(30))
        await store.prune_history(grid, days_ago(30), KEEP, 1_000)
        after = {head.grid: head.epoch for head in await store.heads()}
        assert {id for id in after if after[id] != before[id]} <= {grid}
        return after[grid] != before[grid]

    assert not await pruned("other")
    await age(store, 40, [1], "other")
    await age(store, 40, [1])
    assert await pruned("other")
    assert not await pruned("other"), "what was old in it is gone; what is old elsewhere is not its own"
    assert await pruned("tasks")


async def test_nothing_to_prune_changes_nothing(store: SqlStore) -> None:
    await run(store, add(uuid7()))
    before = await store.heads()
    assert await prune(store, 1) == (0, [Pruned(0, 0, 0, more=False)])
    assert await store.heads() == before
    for asked in (store.prune_deleted("no", FUTURE), store.prune_history("no", FUTURE, KEEP, 1)):
        with pytest.raises(UnknownGrid):
            await asked


async def test_a_pruned_grid_is_backed_up_and_restored(store: SqlStore) -> None:
    a, b = ids(2)
    mutations = [add(a), add(b), delete(b), change(a, {"size": None}, size=1)]
    first = await run(store, *mutations)
    await age(store, 40, range(1, 4))
    await prune(store, 30)
    file = await copy(store)
    await bring_back(store, file, replace=True)
    assert entries_of(await copy(store)) == entries_of(file)
    head, _ = await check_head(store)
    assert await run(store, *mutations) == [{**result, "epoch": head.epoch} for result in first]
