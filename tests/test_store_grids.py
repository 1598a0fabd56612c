"""The contract of every store: grids, their definitions and where they come from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from marshmallow import Schema, fields

from server.errors import StartError
from server.grids import Grid
from server.model import Mutation, Request, uuid7
from server.stores import StoreBusy, UnknownGrid
from server.stores.sql import SqlStore
from tests.conftest import OpenStore
from tests.store_kit import (
    AMY,
    GRIDS,
    TASKS,
    Task,
    add,
    change,
    check_sound,
    delete,
    ids,
    run,
    statuses,
)


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


async def test_a_class_takes_no_imported_grid_over_whose_fields_it_has_not(open_store: OpenStore) -> None:
    """Whoever has named it so unawares would see nothing of them."""
    store = await open_store({})
    fields = [*Grid.from_schema("people", "People", Other).fields, {"name": "born", "type": "date"}]
    assert await store.create(Grid.from_definition("people", "People", fields), "people.csv: done")
    with pytest.raises(StartError, match=r"'people', which was imported.* has not: born\."):
        await open_store({"people": Grid.from_schema("people", "Us", Other)})
    assert await store.source("people") == "people.csv: done"


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
