"""Files to fields and records, streaming: `survey` looks at every cell of a CSV file and decides what
each column is, `records` reads the file once more and converts. Neither keeps rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, NamedTuple

from server.cells import KINDS, NULLS, Candidates, Kind
from server.csvfile import Flaw, Layout, Row, detect, rows
from server.errors import StartError
from server.fields import INHERITED
from server.model import Json

MAX_COLUMNS = 1000
MAX_LABEL = 180  # characters; a number may follow it
BATCH = 1000  # rows
FLAWS_KEPT = 20
MARGIN = re.compile(r"^[\s\ufeff]+|[\s\ufeff]+$")

Batch = list[tuple[int, dict[str, Json]]]  # (line, fields) of each record


class Column(NamedTuple):
    name: str
    label: str
    kind: Kind
    nulls: int  # cells that read NA, N/A or NULL and are no value

    def definition(self) -> dict[str, Json]:
        return {"name": self.name, "label": self.label, "type": self.kind.type}


@dataclass(slots=True)
class Flaws:
    """Rows that were not taken: how many, and the first of them."""

    count: int = 0
    first: list[Flaw] = field(default_factory=list)

    def add(self, flaw: Flaw) -> None:
        self.count += 1
        self.first = sorted([*self.first, flaw])[:FLAWS_KEPT]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file holds; `count` rows are good, as far as they can be read."""

    layout: Layout
    has_header: bool
    columns: list[Column]
    count: int
    flaws: Flaws


def survey(stream: BinaryIO, keep_na: bool = False, tick: Callable[[], None] = lambda: None) -> Survey:
    """Read a whole seekable file; `tick` is called now and then.

    Raises StartError, a clause that continues "FILE …"."""
    layout = detect(stream)
    flaws = Flaws()
    taken = _good(rows(stream, layout), flaws.add)
    first = next(taken, None)
    if first is None:
        raise StartError(f"has no row that can be read: line {flaws.first[0].line}: {flaws.first[0].reason}")
    if len(first.cells) > MAX_COLUMNS:
        raise StartError(f"has {len(first.cells)} columns; {MAX_COLUMNS} are the most")
    candidates = [Candidates(keep_na) for _ in first.cells]
    count = 0
    for batch in _batches(taken):
        count += len(batch)
        _see(candidates, batch)
        tick()
    has_header = _has_header(first.cells, candidates, count)
    if not has_header:
        count += 1
        _see(candidates, [first])
    if not count:
        told = f"; line {flaws.first[0].line}: {flaws.first[0].reason}" if flaws.count else ""
        raise StartError(f"has a header but no record{told}")
    labels = _labels(first.cells if has_header else [""] * len(first.cells))
    columns = [
        Column(name, label, each.kind(), each.nulls if each.kind().nulls else 0)
        for name, label, each in zip(_names(labels), labels, candidates, strict=True)
    ]
    return Survey(layout, has_header, columns, count, flaws)


def _good(found: Iterable[Row | Flaw], tell: Callable[[Flaw], None]) -> Iterator[Row]:
    """The rows that are as wide as the first one; of the others it tells."""
    width = 0
    for each in found:
        if isinstance(each, Flaw):
            tell(each)
        elif width and len(each.cells) != width:
            tell(Flaw(each.line, f"it has {_cells(len(each.cells))} instead of {width}"))
        else:
            width = len(each.cells)
            yield each


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _batches(taken: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(taken, BATCH)):
        yield batch


def _see(candidates: list[Candidates], batch: list[Row]) -> None:
    for each, cells in zip(candidates, zip(*(row.cells for row in batch), strict=True), strict=True):
        each.see(cells)


def _has_header(first: list[str], candidates: list[Candidates], count: int) -> bool:
    """A name above values shows a header, a value above values shows none; else there is one."""
    if not count:
        return not any(kind.fits(cell) for cell in first for kind in KINDS)
    votes = {each.header_vote(MARGIN.sub("", cell)) for each, cell in zip(candidates, first, strict=True)}
    return 1 in votes or -1 not in votes


def _labels(header: Sequence[str]) -> list[str]:
    """The header as printed; empty and repeated cells get numbers."""
    cleaned = [MARGIN.sub("", MARGIN.sub("", cell)[:MAX_LABEL]) for cell in header]
    return _unique((label or f"Column {place}" for place, label in enumerate(cleaned, 1)), " ")


def _names(labels: Sequence[str]) -> list[str]:
    """What the fields are called on the wire: letters, digits and underscores."""
    slugs = [slug(label) or f"column_{place}" for place, label in enumerate(labels, 1)]
    odd = (name[0].isdigit() or name in INHERITED for name in slugs)
    return _unique((f"_{name}" if is_odd else name for name, is_odd in zip(slugs, odd, strict=True)), "_")


def slug(text: str) -> str:
    """Letters, digits and single underscores between them; may be empty."""
    return "_".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)))


def _unique(texts: Iterable[str], joint: str) -> list[str]:
    wanted = list(texts)
    taken = set(wanted)
    seen: set[str] = set()
    result = []
    for text in wanted:
        number, name = 2, text
        while name in seen or (name != text and name in taken):
            name, number = f"{text}{joint}{number}", number + 1
        seen.add(name)
        result.append(name)
    return result


def records(stream: BinaryIO, found: Survey) -> Iterator[Batch]:
    """The file's records in batches, in order, as (line, fields); empty cells are left out.

    Rows that the survey has told as flawed are passed over."""
    taken = _good(rows(stream, found.layout), lambda flaw: None)
    if found.has_header:
        next(taken)
    names = [column.name for column in found.columns]
    for batch in _batches(taken):
        cells = zip(*(row.cells for row in batch), strict=True)
        values = [_convert(column, each) for column, each in zip(found.columns, cells, strict=True)]
        yield [
            (row.line, {name: value for name, value in zip(names, record, strict=True) if value is not None})
            for row, record in zip(batch, zip(*values, strict=True), strict=True)
        ]


def _convert(column: Column, cells: Iterable[str]) -> list[Json]:
    blank = NULLS | {""} if column.kind.nulls else {""}
    return [None if cell in blank else column.kind.convert(cell) for cell in cells]
