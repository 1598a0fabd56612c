"""The one transaction that changes records: what a group of mutations did, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, RowMapping, Select, Table, Update, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.grids import Grid
from server.groups import Group, Result, result_of_change
from server.model import Author, Fields, Head, Mutation, Range, Record, Request, now
from server.mutations import Trace
from server.stores import Commit
from server.stores.rows import STREAM, among, dump, grid_row, head_of, load, names, record_of
from server.stores.tables import changes, grids, outcomes, records

SchemaOf = Callable[[RowMapping], Grid]


def commit(connection: Connection, grid: str, requests: Sequence[Request], schema_of: SchemaOf) -> Commit:
    """Judge and write; the statements are as many for one mutation as for a thousand."""
    row = grid_row(connection, grid, lock=True)
    head = head_of(row)
    mutations = [mutation for request in requests for mutation in request.mutations]
    group = Group(
        schema_of(row),
        head,
        _known_records(connection, grid, mutations),
        _known_outcomes(connection, head, mutations),
        lambda id, field: _trace(connection, grid, id, field),
        now(),
    )
    results = [group.run(request) for request in requests]
    _write(connection, grid, group)
    made = Range(head.revision, group.changes, group.head) if group.changes else None
    return Commit(results, made, group.head)


def _known_records(connection: Connection, grid: str, mutations: Sequence[Mutation]) -> dict[str, Record]:
    ids = {mutation.id for mutation in mutations}
    query = select(records).where(records.c.grid == grid, among(connection, records.c.id, ids))
    return {record.id: record for record in map(record_of, connection.execute(query).all())}


def _known_outcomes(connection: Connection, head: Head, mutations: Sequence[Mutation]) -> dict[str, Result]:
    ids = {mutation.mutation_id for mutation in mutations}
    known: dict[str, Result] = {}
    for row in connection.execute(_with_ids(connection, changes, head.grid, ids)):
        known[row.mutation_id] = result_of_change(
            head.epoch, row.kind, row.id, row.revision, load(row.fields), row.mutation_id
        )
    for row in connection.execute(_with_ids(connection, outcomes, head.grid, ids)):
        known[row.mutation_id] = load(row.result)
    return known


def _with_ids(connection: Connection, table: Table, grid: str, ids: set[str]) -> Select[Any]:
    return select(table).where(table.c.grid == grid, among(connection, table.c.mutation_id, ids))


def _trace(connection: Connection, grid: str, id: str, field: str | None) -> Trace | None:
    """The last stored change of a record, or of one of its fields; a conflict asks for it."""
    query = (
        select(changes).where(changes.c.grid == grid, changes.c.id == id).order_by(changes.c.revision.desc())
    )
    if field is None:
        query = query.limit(1)
    else:
        query = query.where(or_(changes.c.kind != "update", names(changes.c.fields, field)))
    with connection.execute(query, execution_options=STREAM) as rows:
        for row in rows:
            if field is None or row.kind != "update" or field in load(row.fields):
                return Trace(row.revision, Author(row.author, row.author_name), row.at)
    return None


def _write(connection: Connection, grid: str, group: Group) -> None:
    texts = _Texts()
    if group.touched:
        _write_rows(
            connection,
            _upsert,
            [
                (grid, record.id, record.version, record.deleted, texts.of(record.fields))
                for record in group.touched.values()
            ],
        )
    if group.changes:
        _write_rows(
            connection,
            _insert,
            [
                (
                    grid,
                    change.revision,
                    change.id,
                    change.kind,
                    texts.of(change.fields),
                    texts.of(change.previous),
                    change.author.id,
                    change.author.name,
                    change.mutation_id,
                    change.at,
                )
                for change in group.changes
            ],
        )
        connection.execute(_move_head(group.head))
    if group.recorded:
        at = now()
        rows = [
            {"grid": grid, "mutation_id": mutation_id, "result": dump(result), "at": at}
            for mutation_id, result in group.recorded.items()
        ]
        connection.execute(outcomes.insert(), rows)


class _Texts:
    """The JSON of each fields object, written once: an add's record and change share theirs."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}  # by identity; the group holds the objects meanwhile

    def of(self, fields: Fields | None) -> str | None:
        if fields is None:
            return None
        if id(fields) not in self._texts:
            self._texts[id(fields)] = dump(fields)
        return self._texts[id(fields)]


def _write_rows(connection: Connection, insert: Callable[[str], Insert], rows: list[tuple[Any, ...]]) -> None:
    """Rows as tuples in the order of the table's columns, handed to the driver as they are."""
    connection.exec_driver_sql(_compiled(insert, connection.dialect), rows)


@lru_cache
def _compiled(insert: Callable[[str], Insert], dialect: Dialect) -> str:
    statement = insert(dialect.name)
    return str(statement.compile(dialect=dialect, column_keys=statement.table.columns.keys()))


def _insert(_dialect: str) -> Insert:
    return changes.insert()


def _upsert(dialect: str) -> Insert:
    module: Any = sqlite if dialect == "sqlite" else postgresql
    statement = module.insert(records)
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=[records.c.grid, records.c.id],
        set_={name: statement.excluded[name] for name in ("version", "deleted", "data")},
    )
    return upsert


def _move_head(head: Head) -> Update:
    return (
        update(grids)
        .where(grids.c.id == head.grid)
        .values(revision=head.revision, count=head.count, digest=head.digest)
    )
