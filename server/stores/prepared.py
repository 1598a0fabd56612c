"""Statements that every transaction runs, compiled once for each database.

SQLAlchemy takes ten times as long to build a statement and to look it up as SQLite takes to run it.
Values go to the driver as they are: of the types that we store, only a boolean comes back otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect

Make = Callable[[str], ClauseElement]


class Prepared:
    """`make` gives the statement for a dialect's name; `columns` are the ones that an INSERT fills."""

    def __init__(self, make: Make, columns: Sequence[str] | None = None) -> None:
        self._make = make
        self._columns = columns
        self._compiled: dict[str, tuple[str, list[str]]] = {}

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Run it with the values of its bindparams, by name."""
        text, order = self._text(connection.dialect)
        return connection.exec_driver_sql(text, tuple(values[name] for name in order))

    def run_for(self, connection: Connection, rows: list[tuple[Any, ...]]) -> None:
        """Run it for each row, whose values are in the order of `columns`."""
        text, _ = self._text(connection.dialect)
        connection.exec_driver_sql(text, rows)

    def _text(self, dialect: Dialect) -> tuple[str, list[str]]:
        found = self._compiled.get(dialect.name)
        if found is None:
            compiled: Any = self._make(dialect.name).compile(dialect=dialect, column_keys=self._columns)
            found = self._compiled[dialect.name] = (str(compiled), list(compiled.positiontup))
        return found
