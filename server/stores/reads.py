"""What is read, each as one function of a connection that holds one snapshot."""

from __future__ import annotations

from typing import Any, Literal

import orjson
from sqlalchemy import Connection, Select, case, null, or_, select

from server.model import Change, Head, Json, Range, Record
from server.stores import Page
from server.stores.rows import STREAM, change_of, grid_row, head_of, names, record_of
from server.stores.tables import DELETION, changes, grids, records

ENVELOPE = 60  # bytes that a record takes in a page besides its fields: id, version, brackets


def heads(connection: Connection) -> list[Head]:
    return [head_of(row) for row in connection.execute(select(grids).order_by(grids.c.id)).mappings()]


def page(
    connection: Connection, grid: str, epoch: str | None, since: int | None, limit: int, max_bytes: int
) -> Page:
    head = head_of(grid_row(connection, grid))
    # R9: `reset` exactly when the answer starts from 0
    delta = epoch == head.epoch and since is not None and 0 < since <= head.revision
    start = since if since is not None and delta else 0
    mode: Literal["delta", "reset"] = "delta" if delta else "reset"
    if limit <= 0:
        return Page(head, mode, start, start, head.revision > start, [])
    found, more = _records_after(connection, grid, start, limit, max_bytes)
    to = found[-1][1] if more else head.revision
    return Page(head, mode, start, to, more, found)


def _records_after(
    connection: Connection, grid: str, start: int, limit: int, max_bytes: int
) -> tuple[list[list[Json]], bool]:
    data = case((records.c.deleted, null()), else_=records.c.data).label("data")
    query = (
        select(records.c.id, records.c.version, data)
        .where(records.c.grid == grid, records.c.version > start)
        .order_by(records.c.version)
        .limit(limit + 1)
    )
    found: list[list[Json]] = []
    room = max_bytes
    with connection.execute(query, execution_options=STREAM) as rows:
        for id, version, text in rows:
            room -= ENVELOPE + (len(text.encode()) if text else 4)
            if found and (len(found) == limit or room < 0):
                return found, True
            found.append([id, version, orjson.Fragment(text) if text else None])
    return found, False


def range_after(connection: Connection, grid: str, epoch: str, after: int, limit: int) -> Range | None:
    head = head_of(grid_row(connection, grid))
    if epoch != head.epoch or not 0 <= after <= head.revision:
        return None
    query = (
        select(changes)
        .where(changes.c.grid == grid, changes.c.revision > after)
        .order_by(changes.c.revision)
        .limit(limit)
    )
    found = [change_of(row) for row in connection.execute(query)]
    last = found[-1].revision if found else head.revision
    if last - after != len(found):  # history is pruned there
        return None
    return Range(after, found, head)


def history(
    connection: Connection,
    grid: str,
    *,
    id: str | None,
    author: str | None,
    field: str | None,
    deleted: bool,
    before: int | None,
    limit: int,
) -> tuple[list[dict[str, Json]], bool]:
    grid_row(connection, grid)
    query = select(changes).where(changes.c.grid == grid).order_by(changes.c.revision.desc())
    if id is not None:
        query = query.where(changes.c.id == id)
    if author is not None:
        query = query.where(changes.c.author == author)
    if deleted:
        query = query.where(DELETION)
    if before is not None:
        query = query.where(changes.c.revision < before)
    if field is not None:
        query = query.where(or_(names(changes.c.fields, field), names(changes.c.previous, field)))
    else:
        query = query.limit(limit + 1)
    return _take(connection, query, field, limit)


def _take(
    connection: Connection, query: Select[Any], field: str | None, limit: int
) -> tuple[list[dict[str, Json]], bool]:
    found: list[dict[str, Json]] = []
    with connection.execute(query, execution_options=STREAM) as rows:
        for change in map(change_of, rows):
            if field is not None and field not in {**(change.fields or {}), **(change.previous or {})}:
                continue
            if len(found) == limit:
                return found, True
            found.append(_entry(change))
    return found, False


def _entry(change: Change) -> dict[str, Json]:
    return {
        "revision": change.revision,
        "id": change.id,
        "kind": change.kind,
        "fields": change.fields,
        "previous": change.previous,
        "author": change.author.to_wire(),
        "at": change.at,
        "mutation_id": change.mutation_id,
    }


def record(connection: Connection, grid: str, id: str) -> Record | None:
    grid_row(connection, grid)
    row = connection.execute(select(records).where(records.c.grid == grid, records.c.id == id)).first()
    return record_of(row) if row is not None else None


def live_records(connection: Connection, grid: str, after: str, batch: int) -> list[Record]:
    """The next live records by id."""
    grid_row(connection, grid)
    query = (
        select(records)
        .where(records.c.grid == grid, records.c.id > after, ~records.c.deleted)
        .order_by(records.c.id)
        .limit(batch)
    )
    return [record_of(row) for row in connection.execute(query)]
