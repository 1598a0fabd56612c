"""What the tests of the store share: a grid, mutations in one line, and what must always hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from marshmallow import Schema, fields
from sqlalchemy import Connection, Engine, event

from server.errors import Refused
from server.grids import Grid
from server.groups import Result
from server.model import UINT32, Author, Head, Json, Mutation, Record, Request, record_digest, uuid7
from server.stores import Page
from server.stores import prepared as module
from server.stores.sql import SqlStore

AMY, BEN = Author("amy", "Amy"), Author("ben", "Ben")


class Box(Schema):
    size = fields.Integer()


class Task(Schema):
    class Meta:
        grid = "tasks"
        title = "Tasks"

    title = fields.String(required=True)
    size = fields.Integer()
    note = fields.String()
    tags = fields.List(fields.String())
    box = fields.Nested(Box)


TASKS = Grid.from_schema("tasks", "Tasks", Task)
GRIDS = {"tasks": TASKS}


def add(id: str, **values: Json) -> Mutation:
    return Mutation("add_record", uuid7(), id, {"title": "new", **values})


def change(id: str, was: dict[str, Json] | None = None, **values: Json) -> Mutation:
    return Mutation("update_record", uuid7(), id, values, was or {})


def delete(id: str, version: int | None = None) -> Mutation:
    return Mutation("delete_record", uuid7(), id, version=version)


def restore(id: str) -> Mutation:
    return Mutation("restore_record", uuid7(), id)


def ids(count: int) -> list[str]:
    """New record ids in the order of creation, whatever the clock's grain."""
    return [uuid7(counter=number) for number in range(count)]


async def run(store: SqlStore, *mutations: Mutation, author: Author = AMY) -> list[Result]:
    """The results of one request in a commit of its own."""
    (results,) = await run_group(store, [Request(mutations, author)])
    return results


async def run_group(store: SqlStore, requests: Sequence[Request]) -> list[list[Result]]:
    commit = await store.commit("tasks", requests)
    for answer in commit.results:
        assert not isinstance(answer, Refused), answer.message
    return [answer for answer in commit.results if not isinstance(answer, Refused)]


def statuses(results: Sequence[Result]) -> list[str]:
    return [result["status"] for result in results]


def decoded(page: Page) -> list[list[Json]]:
    """The page's records as they arrive at a client."""
    records: list[list[Json]] = orjson.loads(orjson.dumps(page.records))
    return records


async def everything(
    store: SqlStore, grid: str = "tasks", limit: int = 1000
) -> tuple[Head, dict[str, Record]]:
    """A fresh snapshot: all pages from 0, and the head of the last one."""
    records: dict[str, Record] = {}
    page = await store.page("tasks", None, None, limit, 10**9)
    while True:
        for id, version, values in decoded(page):
            records[id] = Record(id, version, values or {}, deleted=values is None)
        if not page.more:
            return page.head, records
        page = await store.page("tasks", page.head.epoch, page.to, limit, 10**9)


async def check_head(store: SqlStore) -> tuple[Head, dict[str, Record]]:
    """A fresh snapshot, whose count and digest equal a recount (R13)."""
    head, records = await everything(store)
    live = [record for record in records.values() if not record.deleted]
    assert head.count == len(live)
    assert head.digest == sum(record_digest(r.id, r.version) for r in live) & UINT32
    return head, records


async def check_sound(store: SqlStore) -> Head:
    """R2: revisions are dense, and each record stands where its last change put it."""
    head, records = await check_head(store)
    stored = await store.range("tasks", head.epoch, 0, 10**9)
    assert stored is not None
    assert [c.revision for c in stored.changes] == list(range(1, head.revision + 1))
    replayed: dict[str, Record] = {}
    for c in stored.changes:
        old = replayed.get(c.id)
        merged: dict[str, Any] = {**(old.fields if old else {}), **(c.fields or {})}
        values = {} if c.kind == "delete" else {k: v for k, v in merged.items() if v is not None}
        replayed[c.id] = Record(c.id, c.revision, values, deleted=c.kind == "delete")
    assert replayed == records
    return head


@contextmanager
def after_statement(engine: Engine, heard: Callable[[str], None]) -> Iterator[None]:
    """Calls `heard` with each statement of the engine, in its thread, when it has been run."""

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard(statement)

    def prepared(connection: Connection, text: str, use: Callable[[Any], Any]) -> Any:
        answer = original(connection, text, use)
        if connection.engine is engine:
            heard(text)
        return answer

    original, module._on_cursor = module._on_cursor, prepared
    event.listen(engine, "after_cursor_execute", listen)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", listen)
        module._on_cursor = original
