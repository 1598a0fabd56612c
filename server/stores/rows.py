"""Rows and texts of the tables ⇄ the words of the model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    Text,
    any_,
    bindparam,
    func,
    select,
)

from server.model import Author, Change, Head, Json, Record
from server.stores import UnknownGrid
from server.stores.prepared import Prepared
from server.stores.tables import grids

GridRow = Mapping[str, Any]  # by column

# For a query of which only the first rows may be wanted: PostgreSQL's driver would fetch them all.
STREAM = {"stream_results": True, "max_row_buffer": 500}

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def dump(value: Json) -> str:
    return orjson.dumps(value).decode()


def load(text: str | None) -> Json:
    return None if text is None else orjson.loads(text)


def is_storable(*texts: str | None) -> bool:
    """Whether a database can hold them; what it cannot hold, it cannot know either."""
    return not any(text and _UNSTORABLE.search(text) for text in texts)


def grid_row(connection: Connection, grid: str, *, lock: bool = False) -> GridRow:
    """The grid's row, as the first statement of a transaction. With `lock` no other transaction
    writes to this grid until this one ends (SQLite: the transaction itself is that lock).
    """
    found = (_LOCKED if lock else _GRID).rows(connection, id=grid)
    if not found:
        raise UnknownGrid(grid)
    return dict(zip(_COLUMNS, found[0], strict=True))


_COLUMNS = grids.c.keys()
_GRID = Prepared(lambda _: select(grids).where(grids.c.id == bindparam("id")))
_LOCKED = Prepared(lambda _: select(grids).where(grids.c.id == bindparam("id")).with_for_update())


def head_of(row: Mapping[Any, Any]) -> Head:
    return Head(
        grid=row["id"],
        title=row["title"],
        definition=row["definition"],
        epoch=row["epoch"],
        revision=row["revision"],
        count=row["count"],
        digest=row["digest"],
    )


def record_of(row: Sequence[Any]) -> Record:
    _, id, version, deleted, data = row
    return Record(id, version, load(data), bool(deleted))


def change_of(row: Row[Any]) -> Change:
    return Change(
        row.revision,
        row.id,
        row.kind,
        load(row.fields),
        load(row.previous),
        Author(row.author, row.author_name),
        row.mutation_id,
        row.at,
    )


def among(dialect: str, column: ColumnElement[str]) -> ColumnElement[bool]:
    """`column IN :ids` for any number of ids, with one parameter; see `listed`."""
    if dialect == "sqlite":
        given = func.json_each(bindparam("ids")).table_valued("value")
        return column.in_(select(given.c.value))
    return column == any_(bindparam("ids", type_=ARRAY(Text)))


def listed(connection: Connection, ids: Iterable[str]) -> str | list[str]:
    """`ids` as `among` takes them."""
    return dump(list(ids)) if connection.dialect.name == "sqlite" else list(ids)


def names(column: ColumnElement[Any], field: str) -> ColumnElement[bool]:
    """Whether the JSON text may have the key `field`. It may be a key deeper down, or differ in
    case: look at the loaded value, too."""
    return column.contains(dump(field) + ":", autoescape=True)
