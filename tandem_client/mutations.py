"""What can be asked of a grid, as data: for `Grid.mutate`, which takes several at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tandem_client.records import Fields, Json, Record, uuid7

Mutation = dict[str, Json]  # as the wire has it; what the caller has seen may still be missing


def add(fields: Fields, id: str | None = None, *, mutation_id: str | None = None) -> Mutation:
    """A new record; its id, a lower-case UUID, is made here where none is given."""
    return _mutation("add_record", id or uuid7(), mutation_id, fields=dict(fields))


def update(
    record: str | Record, fields: Fields, was: Fields | None = None, *, mutation_id: str | None = None
) -> Mutation:
    """Other values for some fields; None empties one.

    `was` is what you saw in these fields before: who changed one since is not overwritten (R8). By default
    it is what a Record that you give has; of an id it is what the grid shows when you ask. `{}`
    overwrites.
    """
    more: Mutation = {"fields": dict(fields)}
    if was is not None:
        more["was"] = dict(was)
    elif isinstance(record, Record):
        more["was"] = seen(record.fields, fields)
    return _mutation("update_record", _id(record), mutation_id, **more)


def delete(record: str | Record, *, force: bool = False, mutation_id: str | None = None) -> Mutation:
    """Delete the record as you saw it: the Record that you give, else what the grid shows when you ask.
    `force` deletes it whatever others have made of it since."""
    mutation = _mutation("delete_record", _id(record), mutation_id)
    if force or isinstance(record, Record):
        mutation["version"] = None if force or isinstance(record, str) else record.version
    return mutation


def restore(record: str | Record, *, mutation_id: str | None = None) -> Mutation:
    """Bring a deleted record back as it was."""
    return _mutation("restore_record", _id(record), mutation_id)


def seen(shown: Fields, asked: Fields) -> Fields:
    return {name: shown.get(name) for name in asked}


def completed(mutation: Mutation, shown: Callable[[str], Record | None]) -> Mutation:
    """As it is sent: with what the grid shows where the caller has said nothing."""
    mutation = dict(mutation)
    record = shown(mutation["id"])
    if mutation["type"] == "update_record" and "was" not in mutation:
        mutation["was"] = seen(record.fields if record else {}, mutation["fields"])
    if mutation["type"] == "delete_record":
        version = mutation.get("version", record.version if record else None)
        mutation.pop("version", None)
        if version is not None:
            mutation["version"] = version
    return mutation


def _id(record: str | Record) -> str:
    return record if isinstance(record, str) else record.id


def _mutation(type: str, id: str, mutation_id: str | None, **content: Any) -> Mutation:
    return {"type": type, "mutation_id": mutation_id or uuid7(), "id": id, **content}
