"""Records to files: CSV that is imported again with equal values, or JSON. Streaming.

CSV is true to what is stored: a text that a spreadsheet would take for a formula stays as it is.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from decimal import Decimal

import orjson

from server.csvfile import to_line
from server.model import Fields, Json, Record
from server.stores import Store

Batches = AsyncIterator[list[Record]]
Parts = AsyncGenerator[bytes, None]


async def export(store: Store, grid: str, form: str, batch: int = 1000) -> Parts:
    """A grid's records as a file in one of FORMATS, in parts of `batch` records, each part read in a
    transaction of its own.

    Raises UnknownGrid and StoreBusy at once; StoreBusy may also come between two parts.
    """
    _, definition = await store.describe(grid)
    return FORMATS[form](definition.fields, store.records(grid, batch))


async def to_csv(fields: Sequence[Fields], batches: Batches) -> Parts:
    """The labels, then one line per record, in UTF-8: the fields in their order, null as nothing,
    structured values as JSON text."""
    names = [field["name"] for field in fields]
    yield to_line([field["label"] for field in fields]).encode()
    async for batch in batches:
        yield "".join(
            to_line([_cell(record.fields.get(name)) for name in names]) for record in batch
        ).encode()


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _positional(value)
    return orjson.dumps(value).decode()


def _positional(value: float) -> str:
    """Without an exponent, and whole numbers without a fraction: the form that is read as a number."""
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


async def to_json(fields: Sequence[Fields], batches: Batches) -> Parts:
    """One array of `{id, version, fields}`, a record a line."""
    opened = False
    async for batch in batches:
        for record in batch:
            body = {"id": record.id, "version": record.version, "fields": dict(record.fields)}
            yield (b",\n" if opened else b"[\n") + orjson.dumps(body)
            opened = True
    yield b"\n]\n" if opened else b"[]\n"


FORMATS: dict[str, Callable[[Sequence[Fields], Batches], Parts]] = {
    "csv": to_csv,
    "json": to_json,
}
