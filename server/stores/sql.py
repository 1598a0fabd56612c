"""The store on SQLAlchemy Core: one code for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from server.errors import StartError
from server.grids import Grid
from server.model import Head, Json, Range, Record, Request
from server.stores import (
    SCHEMA,
    Commit,
    Entry,
    Page,
    Pruned,
    StoreBusy,
    StoredKey,
    StoreDown,
    T,
    UnknownGrid,
    copies,
    definitions,
    keys,
    pruning,
    reads,
    writes,
)
from server.stores.database import Database, unhurried
from server.stores.migrations import is_current, upgrade
from server.stores.rows import GridRow, grid_row, head_of, is_storable, load

_MIGRATION_LOCK = 0x7A4DE3  # any number that no other program locks in this database


class SqlStore:
    """A `Store` in the database at `url`, as SQLAlchemy takes it."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._schemas = _Schemas()

    async def open(self, grids: Mapping[str, Grid]) -> None:
        """Raises StartError, with a sentence for whoever starts the server."""
        self._schemas.classes = dict(grids)
        with _starting():
            if self._database.is_sqlite:
                await self._database.write(_migrate)
            elif not await self._database.read(is_current):
                raise StartError("The database lacks tables of this version: run python -m server migrate.")
            for grid in grids.values():
                await self._database.write(partial(definitions.register, grid=grid))

    async def close(self) -> None:
        await self._database.close()

    async def heads(self) -> list[Head]:
        return await self._database.read(reads.heads)

    async def describe(self, grid: str) -> tuple[Head, Grid]:
        _check(grid)
        row = await self._database.read(partial(grid_row, grid=grid))
        return head_of(row), self._schemas.for_reading(row)

    async def create(self, grid: Grid, source: str) -> bool:
        return await self._database.write(partial(definitions.insert, grid=grid, source=source))

    async def source(self, grid: str) -> str:
        _check(grid)
        row = await self._database.read(partial(grid_row, grid=grid))
        return str(row["source"])

    async def set_source(self, grid: str, source: str) -> None:
        _check(grid)
        await self._database.write(partial(definitions.set_source, grid=grid, source=source))

    async def commit(self, grid: str, requests: Sequence[Request]) -> Commit:
        _check(grid)
        schema_of = self._schemas.for_writing
        return await self._database.write(
            partial(writes.commit, grid=grid, requests=requests, schema_of=schema_of)
        )

    async def page(self, grid: str, epoch: str | None, since: int | None, limit: int, max_bytes: int) -> Page:
        _check(grid)
        return await self._database.read(
            partial(reads.page, grid=grid, epoch=epoch, since=since, limit=limit, max_bytes=max_bytes)
        )

    async def record(self, grid: str, id: str) -> Record | None:
        _check(grid)
        if not is_storable(id):
            return None
        return await self._database.read(partial(reads.record, grid=grid, id=id))

    async def range(self, grid: str, epoch: str, after: int, limit: int) -> Range | None:
        _check(grid)
        return await self._database.read(
            partial(reads.range_after, grid=grid, epoch=epoch, after=after, limit=limit)
        )

    async def history(
        self,
        grid: str,
        *,
        id: str | None = None,
        author: str | None = None,
        field: str | None = None,
        deleted: bool = False,
        before: int | None = None,
        limit: int = 100,
    ) -> tuple[list[dict[str, Json]], bool]:
        _check(grid)
        if not is_storable(id, author, field):
            return [], False
        return await self._database.read(
            partial(
                reads.history,
                grid=grid,
                id=id,
                author=author,
                field=field,
                deleted=deleted,
                before=before,
                limit=limit,
            )
        )

    async def records(self, grid: str, batch: int = 1000) -> AsyncIterator[list[Record]]:
        _check(grid)
        after = ""
        while found := await self._database.read(
            partial(reads.live_records, grid=grid, after=after, batch=batch)
        ):
            yield found
            after = found[-1].id

    async def copy(self, take: Callable[[Iterator[Entry]], T]) -> T:
        def read(connection: Connection) -> T:
            with closing(copies.everything(connection)) as entries:  # also where `take` has failed
                return take(entries)

        with _sentence():
            return await self._database.read(read)

    async def restore(self, grids: Sequence[str], read: Callable[[], Iterable[Entry]], replace: bool) -> None:
        with _sentence():
            await self._database.write(partial(copies.restore, ids=grids, read=read, replace=replace))

    async def prune_deleted(self, grid: str, before: str) -> int:
        _check(grid)
        with _sentence():
            return await self._database.write(partial(pruning.deleted, grid=grid, before=before))

    async def prune_history(self, grid: str, before: str, keep: str, most: int) -> Pruned:
        _check(grid)
        with _sentence():
            return await self._database.write(
                partial(pruning.history, grid=grid, before=before, keep=keep, most=most)
            )

    async def keys(self) -> list[StoredKey]:
        return await self._database.read(keys.all_keys)

    async def add_key(self, key: StoredKey) -> None:
        await self._database.write(partial(keys.add, key=key))

    async def remove_key(self, id: str) -> None:
        await self._database.write(partial(keys.remove, id=id))


class _Schemas:
    """Compiled schemas. A definition's number is read in the transaction that needs its schema;
    what is kept belongs to that number, so it cannot be out of date."""

    def __init__(self) -> None:
        self.classes: dict[str, Grid] = {}
        self._kept: dict[str, tuple[tuple[str, int], Grid]] = {}

    def for_reading(self, row: GridRow) -> Grid:
        """What is stored, whoever wrote it."""
        stamp = (row["epoch"], row["definition"])
        kept = self._kept.get(row["id"])
        if kept is not None and kept[0] == stamp:
            return kept[1]
        grid = self._class_of(row) or Grid.from_definition(row["id"], row["title"], load(row["fields"]))
        self._kept[row["id"]] = (stamp, grid)
        return grid

    def for_writing(self, row: GridRow) -> Grid:
        """For a schema class it is this process's own class, with its rules in code, or none."""
        grid = self.for_reading(row)
        if row["source"] == SCHEMA and grid is not self.classes.get(row["id"]):
            raise StoreBusy(
                f"The definition of grid {row['id']!r} is stored by another version of this server; "
                "this process writes to it again when both run the same version."
            )
        return grid

    def _class_of(self, row: GridRow) -> Grid | None:
        grid = self.classes.get(row["id"])
        return grid if grid is not None and row["source"] == SCHEMA and definitions.same(row, grid) else None


async def migrate(url: str) -> None:
    """Bring the database to the tables of today. Raises StartError where that cannot be done."""
    database = Database(url)
    try:
        with _starting():
            await database.write(_migrate)
    finally:
        await database.close()


@contextmanager
def _starting() -> Iterator[None]:
    try:
        yield
    except (StoreBusy, DBAPIError) as problem:
        reason = problem.orig if isinstance(problem, DBAPIError) else problem
        raise StartError(f"DATABASE_URL: the database cannot be used: {reason}") from problem


@contextmanager
def _sentence() -> Iterator[None]:
    """For what is asked on a command line: a full disk or a read-only file is a sentence."""
    try:
        yield
    except (StoreDown, DBAPIError) as problem:
        reason = problem.orig if isinstance(problem, DBAPIError) else problem
        raise StartError(f"The database failed, and nothing was changed: {reason}.") from problem


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        unhurried(connection)
        # two at once would trip over each other
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
    if not is_current(connection):
        upgrade(connection)


def _check(grid: str) -> None:
    if not is_storable(grid):
        raise UnknownGrid(grid)
