"""Everything that is stored as entries of a backup, and back. Rules: R3, R9."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import groupby, islice
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, select, text
from sqlalchemy.dialects import postgresql, sqlite

from server.model import new_epoch
from server.stores import ENTRIES, SCHEMA, Entry, Occupied, UnknownGrid
from server.stores.database import unhurried
from server.stores.rows import STREAM, GridRow, dump, grid_row
from server.stores.tables import changes, grids, outcomes, records

BATCH = 500  # rows that are written at once


JSON = frozenset({"fields", "previous", "data", "result"})  # columns that hold JSON text

# An entry's word → its table, and the column whose value stands under it. A grid's epoch is not told:
# whoever restores gets one of its own.
PARTS = {
    "record": (records, "id"),
    "change": (changes, "revision"),
    "outcome": (outcomes, "mutation_id"),
}


def everything(connection: Connection) -> Generator[Entry]:
    """All entries, of the connection's one snapshot; JSON as it is stored, not parsed."""
    unhurried(connection)
    if connection.dialect.name == "postgresql":  # who takes the entries may be slow; no lock is held
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    for row in connection.execute(select(grids).order_by(grids.c.id)).mappings().all():
        yield _entry("grid", "id", row)
        for word, (table, key) in PARTS.items():
            query = select(table).where(table.c.grid == row["id"]).order_by(table.c[key])
            with connection.execute(query, execution_options=STREAM) as rows:
                for each in rows.mappings():
                    yield _entry(word, key, each)


def _entry(word: str, key: str, row: RowMapping) -> Entry:
    entry: Entry = {word: row[key]}
    for name in ENTRIES[word]:
        value = row[name]
        entry[name] = orjson.Fragment(value) if name in JSON and value is not None else value
    return entry


def restore(
    connection: Connection, ids: Sequence[str], read: Callable[[], Iterable[Entry]], replace: bool
) -> None:
    """Put what `read` gives in the place of the grids `ids`."""
    unhurried(connection)
    stored = {id: row for id in sorted(ids) if (row := _locked(connection, id)) is not None}
    occupied = [id for id, row in stored.items() if row["revision"]]
    if occupied and not replace:
        raise Occupied(
            f"The database holds records of {', '.join(map(repr, occupied))} already: "
            "--replace puts the backup's in their place."
        )
    grid = ""
    for word, entries in groupby(read(), lambda entry: next(iter(entry))):
        if word == "grid":
            for entry in entries:
                grid = entry["grid"]
                _begin(connection, entry, stored.get(grid))
            continue
        table, key = PARTS[word]
        while rows := [{"grid": grid, key: each[word], **_columns(each)} for each in islice(entries, BATCH)]:
            connection.execute(table.insert(), rows)


def _locked(connection: Connection, grid: str) -> GridRow | None:
    try:
        return grid_row(connection, grid, lock=True)
    except UnknownGrid:
        return None


def _begin(connection: Connection, entry: Entry, stored: GridRow | None) -> None:
    """Make a grid ready for its rows. Its own row is updated where there is one, never deleted:
    who waits for its lock on PostgreSQL would find no grid."""
    for table, _ in PARTS.values():
        connection.execute(table.delete().where(table.c.grid == entry["grid"]))
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    columns = _columns(entry)
    values = {"id": entry["grid"], "epoch": new_epoch(), **columns, **_definition(columns, stored)}
    statement = dialect.insert(grids).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=[grids.c.id], set_=values))


def _columns(entry: Entry) -> dict[str, Any]:
    """An entry's values as they are stored, but for its first."""
    _, *values = entry.items()
    return {key: dump(value) if key in JSON and value is not None else value for key, value in values}


def _definition(columns: dict[str, Any], stored: GridRow | None) -> dict[str, Any]:
    """What differs from the backup's definition where the grid is there already: code knows best what
    its class defines, and a number that replicas hold must stand for what they hold."""
    if stored is None:
        return {}
    kept = stored if stored["source"] == SCHEMA else columns
    same = all(kept[key] == stored[key] for key in ("title", "fields"))
    newer = max(stored["definition"], columns["definition"]) + 1
    return {
        **{key: kept[key] for key in ("title", "fields", "source")},
        "definition": stored["definition"] if same else newer,
    }
