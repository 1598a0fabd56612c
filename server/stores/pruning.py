"""Forgetting what is old: deleted records, and history. Rules: R3, R9.

History is removed from its beginning, so what is left is dense, and each step is a transaction of
its own that leaves a sound grid behind: whoever writes meanwhile waits for one step, not for all.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, select, update

from server.groups import result_of_change
from server.model import new_epoch
from server.stores import Pruned
from server.stores.database import unhurried
from server.stores.rows import dump, grid_row, load
from server.stores.tables import changes, grids, outcomes, records


def deleted(connection: Connection, grid: str, before: str) -> int:
    """Remove the tombstones of deletions made before `before`. The first step of a prune: it ends
    the epoch (R9) before anything is gone, history that the steps after it remove included."""
    unhurried(connection)
    row = grid_row(connection, grid, lock=True)
    young = (
        select(changes.c.revision)
        .where(changes.c.grid == grid, changes.c.at >= before)
        .order_by(changes.c.revision)
        .limit(1)
    )
    first = connection.execute(young).scalar()
    last = row["revision"] if first is None else first - 1
    old = records.delete().where(
        records.c.grid == grid, records.c.version <= last, records.c.deleted.is_(True)
    )
    found = connection.execute(old).rowcount
    if found or _has_history(connection, grid, last):
        connection.execute(update(grids).where(grids.c.id == grid).values(epoch=new_epoch()))
    return found


def _has_history(connection: Connection, grid: str, until: int) -> bool:
    query = select(changes.c.revision).where(changes.c.grid == grid, changes.c.revision <= until).limit(1)
    return connection.execute(query).scalar() is not None


def history(connection: Connection, grid: str, before: str, keep: str, most: int) -> Pruned:
    """Remove the oldest changes, at most `most`; `deleted` has ended the epoch that had them."""
    unhurried(connection)
    epoch = grid_row(connection, grid, lock=True)["epoch"]
    query = select(changes).where(changes.c.grid == grid).order_by(changes.c.revision).limit(most)
    old = list(takewhile(lambda row: row.at < before, connection.execute(query)))
    kept = [_outcome(epoch, row) for row in old if row.at >= keep]
    if kept:
        connection.execute(outcomes.insert(), kept)
    if old:
        last = old[-1].revision
        connection.execute(changes.delete().where(changes.c.grid == grid, changes.c.revision <= last))
    if len(old) == most:
        return Pruned(len(old), len(kept), 0, more=True)
    known = outcomes.delete().where(outcomes.c.grid == grid, outcomes.c.at < min(before, keep))
    return Pruned(len(old), len(kept), connection.execute(known).rowcount, more=False)


def _outcome(epoch: str, row: Row[Any]) -> dict[str, str]:
    """What a repeated mutation is answered from when its change is gone."""
    result = result_of_change(epoch, row.kind, row.id, row.revision, load(row.fields), row.mutation_id)
    return {"grid": row.grid, "mutation_id": row.mutation_id, "result": dump(result), "at": row.at}
