"""Records to files: CSV that is imported again with equal values, CSV for spreadsheets, or JSON. Streaming.

CSV is true to what is stored, but a spreadsheet would run a text that looks like a formula: for it there is
a form in which none does.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from decimal import Decimal
from functools import partial

import orjson

from server.csvfile import to_line
from server.model import Fields, Json, Record
from server.stores import Store

Batches = AsyncIterator[list[Record]]
Parts = AsyncGenerator[bytes, None]

# Where a spreadsheet may see a formula begin: at the start of a cell, and behind what some take for the end
# of one, or of a line, whatever quotes stand around it.
FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[\s\"']*[=+\-@＝＋－＠])")
HARMLESS = re.compile(r"[+-]?\d+(?:[.,]\d+)*")  # as a whole: a number


async def export(store: Store, grid: str, form: str, batch: int = 1000) -> Parts:
    """A grid's records as a file in one of FORMATS, in parts of `batch` records, each part read in a
    transaction of its own.

    Raises UnknownGrid and StoreBusy at once; StoreBusy may also come between two parts.
    """
    _, definition = await store.describe(grid)
    return FORMATS[form](definition.fields, store.records(grid, batch))


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


def _harmless(value: Json) -> str:
    """A text that begins like a formula gets an apostrophe, which says "text" to a spreadsheet."""
    cell = _cell(value)
    return cell if HARMLESS.fullmatch(cell) else FORMULA.sub("'", cell)


async def to_csv(fields: Sequence[Fields], batches: Batches, cell: Callable[[Json], str] = _cell) -> Parts:
    """The labels, then one line per record, in UTF-8: the fields in their order, null as nothing,
    structured values as JSON text."""
    names = [field["name"] for field in fields]
    yield to_line([cell(field["label"]) for field in fields]).encode()
    async for batch in batches:
        yield "".join(to_line([cell(record.fields.get(name)) for name in names]) for record in batch).encode()


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
    "safe.csv": partial(to_csv, cell=_harmless),
    "json": to_json,
}
