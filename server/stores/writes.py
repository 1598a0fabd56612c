"""The one transaction that changes records: what a group of mutations did, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Insert, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.grids import Grid
from server.groups import Group, Result, result_of_change
from server.model import Author, Fields, Head, Mutation, Range, Record, Request, now
from server.mutations import Trace
from server.stores import Commit
from server.stores.prepared import Prepared
from server.stores.rows import STREAM, GridRow, among, dump, grid_row, head_of, listed, load, names, record_of
from server.stores.tables import changes, grids, outcomes, records

SchemaOf = Callable[[GridRow], Grid]


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
    ids = listed(connection, {mutation.id for mutation in mutations})
    found = map(record_of, _RECORDS.rows(connection, grid=grid, ids=ids))
    return {record.id: record for record in found}


def _known_outcomes(connection: Connection, head: Head, mutations: Sequence[Mutation]) -> dict[str, Result]:
    ids = listed(connection, {mutation.mutation_id for mutation in mutations})
    known: dict[str, Result] = {}
    for mutation_id, kind, id, revision, fields in _CHANGES.rows(connection, grid=head.grid, ids=ids):
        known[mutation_id] = result_of_change(head.epoch, kind, id, revision, load(fields), mutation_id)
    for mutation_id, result in _OUTCOMES.rows(connection, grid=head.grid, ids=ids):
        known[mutation_id] = load(result)
    return known


def _named(key: Column[str], *columns: Column[Any]) -> Prepared:
    """Those columns of the rows of a grid whose `key` is among some ids."""
    return Prepared(
        lambda dialect: select(*columns).where(key.table.c.grid == bindparam("grid"), among(dialect, key))
    )


_RECORDS = _named(records.c.id, *records.c)
_CHANGES = _named(
    changes.c.mutation_id,
    *(changes.c[name] for name in ("mutation_id", "kind", "id", "revision", "fields")),
)
_OUTCOMES = _named(outcomes.c.mutation_id, outcomes.c.mutation_id, outcomes.c.result)


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
        _UPSERT.run_for(
            connection,
            [
                (grid, record.id, record.version, record.deleted, texts.of(record.fields))
                for record in group.touched.values()
            ],
        )
    if group.changes:
        _INSERT.run_for(
            connection,
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
        head = group.head
        _MOVE.run(connection, to=head.grid, revision=head.revision, count=head.count, digest=head.digest)
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


def _upsert(dialect: str) -> Insert:
    module: Any = sqlite if dialect == "sqlite" else postgresql
    statement = module.insert(records)
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=[records.c.grid, records.c.id],
        set_={name: statement.excluded[name] for name in ("version", "deleted", "data")},
    )
    return upsert


_UPSERT = Prepared(_upsert, records.c.keys())
_INSERT = Prepared(lambda _: changes.insert(), changes.c.keys())
_MOVE = Prepared(
    lambda _: (
        update(grids)
        .where(grids.c.id == bindparam("to"))
        .values({name: bindparam(name) for name in ("revision", "count", "digest")})
    )
)
