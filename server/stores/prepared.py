"""Statements that every transaction runs: compiled once for each database, and handed to the driver.

SQLAlchemy takes ten times as long to build a statement, to look it up and to wrap what it answers as
SQLite takes to run it. Values go to the driver as they are, and rows come back as tuples: of the types
that we store, only a boolean comes back otherwise (SQLite: 0 or 1).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]
Make = Callable[[str], ClauseElement]


class Prepared:
    """`make` gives the statement for a dialect's name; `columns` are the ones that an INSERT fills."""

    def __init__(self, make: Make, columns: Sequence[str] | None = None) -> None:
        self._make = make
        self._columns = columns
        self._compiled: dict[str, tuple[str, list[str]]] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Row]:
        """What it answers, with the values of its bindparams by name."""
        text, order = self._text(connection.dialect)
        given = tuple([values[name] for name in order])
        found: list[Row] = _on_cursor(connection, text, lambda cursor: cursor.execute(text, given).fetchall())
        return found

    def run(self, connection: Connection, **values: Any) -> None:
        """Run it with the values of its bindparams, by name."""
        text, order = self._text(connection.dialect)
        self._run_many(connection, text, [tuple([values[name] for name in order])])

    def run_for(self, connection: Connection, rows: list[Row]) -> None:
        """Run it for each row, whose values are in the order of `columns`."""
        text, _ = self._text(connection.dialect)
        self._run_many(connection, text, rows)

    def _run_many(self, connection: Connection, text: str, rows: list[Row]) -> None:
        _on_cursor(connection, text, lambda cursor: cursor.executemany(text, rows))

    def _text(self, dialect: Dialect) -> tuple[str, list[str]]:
        found = self._compiled.get(dialect.name)
        if found is None:
            compiled: Any = self._make(dialect.name).compile(dialect=dialect, column_keys=self._columns)
            found = self._compiled[dialect.name] = (str(compiled), list(compiled.positiontup))
        return found


def _on_cursor(connection: Connection, text: str, use: Callable[[Any], Any]) -> Any:
    """Raises DBAPIError, as SQLAlchemy does; that a connection is lost it sees at the rollback."""
    cursor = connection.connection.cursor()
    try:
        return use(cursor)
    except (sqlite3.Error, psycopg.Error) as problem:
        raise DBAPIError(text, None, problem) from problem
    finally:
        cursor.close()
