"""What a CSV file's cells are: the kinds of values that a column may hold, and which one it does.

A column has a type only if every filled cell has the canonical form of it, the form in which its
value is written out again: so `00AA`, `007`, `+49 30 1` and a post code stay text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.model import Json
from server.values import DATE, DATETIME

NULLS = frozenset({"NA", "N/A", "NULL"})  # no value, in a column of numbers or dates
LONG = 200  # characters; a longer text wants the editor for long texts
MAX_DIGITS = 15  # significant ones: as many as a double keeps
INTEGER = re.compile(r"0|-?[1-9][0-9]*")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
LETTER = re.compile(r"[^\W\d_]")
DIGIT = re.compile(r"\d")


def is_integer(cell: str) -> bool:
    return INTEGER.fullmatch(cell) is not None and len(cell.lstrip("-")) <= MAX_DIGITS


def is_number(cell: str) -> bool:
    if is_integer(cell):
        return True
    if len(cell) > 2 * MAX_DIGITS or NUMBER.fullmatch(cell) is None:
        return False
    return len(cell.lstrip("-").replace(".", "").lstrip("0")) <= MAX_DIGITS


def is_boolean(cell: str) -> bool:
    return cell in ("true", "false")


def is_date(cell: str) -> bool:
    return DATE.fullmatch(cell) is not None and _parses(dt.date.fromisoformat, cell)


def is_datetime(cell: str) -> bool:
    return DATETIME.fullmatch(cell) is not None and _parses(dt.datetime.fromisoformat, cell)


def _parses(parse: Callable[[str], object], cell: str) -> bool:
    try:
        parse(cell)
    except ValueError:
        return False
    return True


def is_code(cell: str) -> bool:
    """Digits and no letters: a telephone number, a post code, a date of another form. Stays text,
    but tells a column's cells from its header."""
    return DIGIT.search(cell) is not None and LETTER.search(cell) is None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column may be. `nulls`: cells that read NA, N/A or NULL are no value in it."""

    type: str
    fits: Callable[[str], bool]
    convert: Callable[[str], Json] = str
    nulls: bool = False


KINDS = (
    Kind("integer", is_integer, int, nulls=True),
    Kind("number", is_number, float, nulls=True),
    Kind("boolean", is_boolean, lambda cell: cell == "true"),
    Kind("date", is_date, nulls=True),
    Kind("datetime", is_datetime, nulls=True),
    Kind("text", is_code),
)
TEXT = Kind("text", lambda cell: True)
LONG_TEXT = Kind("long_text", lambda cell: True)


@dataclass(slots=True)
class Candidates:
    """What one column may still be, after the cells seen so far."""

    keep_na: bool
    kinds: tuple[Kind, ...] = KINDS
    filled: bool = False  # a cell other than empty and those of NULLS
    long: bool = False
    nulls: int = 0

    def see(self, cells: Sequence[str]) -> None:
        """Looks at each distinct cell once: a column mostly holds the same few, again and again."""
        distinct = set(cells) - {""}
        if any(kind.nulls for kind in self.kinds):
            self.nulls += sum(map(cells.count, distinct & NULLS))
        values = distinct - NULLS
        self.filled = self.filled or bool(values)
        self.long = self.long or any(len(cell) > LONG or "\n" in cell or "\r" in cell for cell in distinct)
        self.kinds = tuple(kind for kind in self.kinds if all(map(kind.fits, self._judged(kind, distinct))))

    def _judged(self, kind: Kind, distinct: set[str]) -> set[str]:
        return distinct - NULLS if kind.nulls and not self.keep_na else distinct

    def kind(self) -> Kind:
        """The narrowest kind that fits; without a filled cell it is text, `NA`s and all."""
        narrowest = self.kinds[0] if self.filled and self.kinds else TEXT
        return LONG_TEXT if self.long and narrowest.type == "text" else narrowest

    def header_vote(self, cell: str) -> int:
        """Whether the first row's cell, without outer spaces, is a name rather than a value of this
        column: 1, -1 or 0."""
        kind = self.kind()
        if kind in (TEXT, LONG_TEXT) or cell == "" or cell in NULLS:
            return 0
        return -1 if kind.fits(cell) else 1
