"""What is stored of a grid besides its records: its definition and where it comes from."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from server.errors import StartError
from server.grids import Grid
from server.model import new_epoch
from server.stores import SCHEMA
from server.stores.rows import GridRow, dump, grid_row
from server.stores.tables import grids


def register(connection: Connection, grid: Grid) -> None:
    """Store a schema class's definition; one that was data before is taken over, if it has all of its fields.

    Raises StartError: whoever gave a class the id of an imported grid unawares would not see what it held."""
    if insert(connection, grid, SCHEMA):
        return
    row = grid_row(connection, grid.id, lock=True)
    if row["source"] != SCHEMA:
        _check_takes_over(row, grid)
    elif row["title"] == grid.title and same(row, grid):
        return
    connection.execute(
        update(grids)
        .where(grids.c.id == grid.id)
        .values(
            title=grid.title,
            fields=dump(grid.fields),
            definition=row["definition"] + 1,
            source=SCHEMA,
        )
    )


def _check_takes_over(row: GridRow, grid: Grid) -> None:
    lost = [field["name"] for field in orjson.loads(row["fields"]) if field["name"] not in grid.names]
    if lost:
        raise StartError(
            f"GRIDS has a schema class for the grid {grid.id!r}, which was imported and has fields that the "
            f"class has not: {', '.join(lost)[:300]}. Add them to it, or give it another id (Meta.grid)."
        )


def insert(connection: Connection, grid: Grid, source: str) -> bool:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(grids)
        .values(
            id=grid.id,
            title=grid.title,
            fields=dump(grid.fields),
            definition=1,
            epoch=new_epoch(),
            revision=0,
            count=0,
            digest=0,
            source=source,
        )
        .on_conflict_do_nothing(index_elements=[grids.c.id])
        .returning(grids.c.id)
    )
    return connection.execute(statement).first() is not None


def set_source(connection: Connection, grid: str, source: str) -> None:
    grid_row(connection, grid, lock=True)
    connection.execute(update(grids).where(grids.c.id == grid).values(source=source))


def same(row: GridRow, grid: Grid) -> bool:
    # as text: a default that changes from 1 to true or 1.0 is a change, too
    return bool(row["fields"] == dump(grid.fields))
