"""The keys of grids: rows and nothing else; see server/access.py."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Connection, delete, select

from server.auth import Role
from server.stores import StoredKey
from server.stores.tables import keys


def all_keys(connection: Connection) -> list[StoredKey]:
    rows: Any = connection.execute(select(keys).order_by(keys.c.at, keys.c.id))
    return [StoredKey(r.id, r.grid, cast(Role, r.role), r.name, r.hash, r.at) for r in rows]


def add(connection: Connection, key: StoredKey) -> None:
    connection.execute(
        keys.insert().values(id=key.id, grid=key.grid, role=key.role, name=key.name, hash=key.hash, at=key.at)
    )


def remove(connection: Connection, id: str) -> None:
    connection.execute(delete(keys).where(keys.c.id == id))
