"""What is really stored, read past the server."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

Fields = dict[str, Any]


class Database:
    def __init__(self, path: Path) -> None:
        self.path = path

    def records(self, grid: str) -> list[Fields]:
        """The fields of the live records, in natural order."""
        rows = self._read("SELECT data FROM records WHERE grid = ? AND NOT deleted ORDER BY id", grid)
        return [json.loads(data) for (data,) in rows]

    def record(self, grid: str, **fields: Any) -> Fields | None:
        """The one record that has these values; None if there is none."""
        found = [each for each in self.records(grid) if fields.items() <= each.items()]
        assert len(found) <= 1
        return found[0] if found else None

    def changes(self, grid: str, kind: str) -> list[Any]:
        """The fields of all changes of a kind, in order."""
        statement = "SELECT fields FROM changes WHERE grid = ? AND kind = ? ORDER BY revision"
        return [fields and json.loads(fields) for (fields,) in self._read(statement, grid, kind)]

    def head(self, grid: str) -> tuple[str, int]:
        """Epoch and revision."""
        ((epoch, revision),) = self._read("SELECT epoch, revision FROM grids WHERE id = ?", grid)
        return epoch, revision

    def _read(self, statement: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            return connection.execute(statement, values).fetchall()
