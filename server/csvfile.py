"""CSV files, read and written: bytes on one side, rows of text cells on the other.

Reading streams: at no time is more in memory than one row, or one chunk of bytes. What one row
cannot be read for is told with its line, and reading goes on behind it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from server.errors import StartError

DELIMITERS = ",;\t|"
CHUNK = 1 << 16  # bytes
MAX_LINE = 1 << 20  # characters; a longer one is not read into memory
SAMPLE_LINES = 200
LINE_ENDS = "\r\n"
MARK = "\udcff"  # stands for bytes that are no text; no decoder gives it by itself
_MARK_BYTES = "tandem.mark"

SURROGATE = re.compile("[\ud800-\udfff]")
QUOTED = re.compile(r'(?<![^,;\t|\r\n])"(?:[^"]|"")*+"(?=[,;\t|\r\n]|\Z)')
PLAIN = re.compile(r"([\w.:+/@-]+( [\w.:+/@-]+)*)?")  # needs no quotes, whatever reads it
BOMS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
FORMATS = {  # what is given in place of a CSV file, by its first bytes
    b"\xff\xfe\x00\x00": "text in UTF-32",
    b"\x00\x00\xfe\xff": "text in UTF-32",
    b"PK\x03\x04": "an Excel workbook or another archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
}
NOT_CSV = "it must be CSV in UTF-8, UTF-16 with a byte order mark, or Windows-1252"

codecs.register_error(_MARK_BYTES, lambda problem: (MARK, getattr(problem, "end", 0)))


class Layout(NamedTuple):
    """How the bytes of a file become cells."""

    encoding: str
    delimiter: str


class Row(NamedTuple):
    line: int  # where it begins, from 1
    cells: list[str]


class Flaw(NamedTuple):
    """A row that cannot be read or stored, and why."""

    line: int
    reason: str


def detect(stream: BinaryIO) -> Layout:
    """The layout of a whole seekable file. Raises StartError, a clause that continues "FILE …"."""
    encoding = _encoding(stream)
    sample = _sample(stream, encoding)
    if not any(line.strip() for line in sample):
        raise StartError("is empty")
    flawed = sum("\0" in line or MARK in line for line in sample)
    if 2 * flawed >= len(sample):
        raise StartError(f"is not a text file: {NOT_CSV}")
    # what stands in quotes separates nothing, whichever delimiter they stand between
    bare = QUOTED.sub("q", "".join(sample))
    return Layout(encoding, max(DELIMITERS, key=lambda delimiter: _evenness(bare, delimiter)))


def _encoding(stream: BinaryIO) -> str:
    """By the byte order mark, else UTF-8 unless its bytes are not, as a whole."""
    stream.seek(0)
    start = stream.read(16)
    for magic, what in FORMATS.items():
        if start.startswith(magic):
            raise StartError(f"is {what}: {NOT_CSV}")
    for bom, encoding in BOMS.items():
        if start.startswith(bom):
            return encoding
    broken, beyond_ascii = _count_utf8(stream)
    return "utf-8" if broken <= beyond_ascii else "cp1252"


def _count_utf8(stream: BinaryIO) -> tuple[int, int]:
    """How many places are no UTF-8, and how many characters beyond ASCII are."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")(_MARK_BYTES)
    broken = beyond = 0
    for chunk in iter(lambda: stream.read(CHUNK), b""):
        text = decoder.decode(chunk)
        if not text.isascii():
            marks = text.count(MARK)
            broken += marks
            beyond += len(text) - len(text.encode("ascii", "ignore")) - marks
    return broken + decoder.decode(b"", True).count(MARK), beyond


def _sample(stream: BinaryIO, encoding: str) -> list[str]:
    """The first lines, some 200 KB at most but for the last one."""
    lines = _Lines(stream, encoding)
    try:
        while len(lines.taken) < SAMPLE_LINES and sum(map(len, lines.taken)) < CHUNK:
            next(lines)
    except (StopIteration, csv.Error):  # the end of the file, or a line without end
        pass
    return lines.taken


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of lines as wide as the first one, and that width; nothing if it is one cell."""
    widths = [line.count(delimiter) + 1 for line in re.split(r"[\r\n]+", sample) if line]
    if widths[0] == 1:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


class _Text(io.TextIOWrapper):
    """Leaves the stream below it open: that is the caller's."""

    def close(self) -> None:
        return


class _Cut(str):
    """The beginning of a line that is too long; the rest has been skipped."""


class _Lines:
    """The lines of a file, their ends kept. It counts them, and can go back to a row's second line."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        stream.seek(0)
        self._text = _Text(stream, encoding, _MARK_BYTES, newline="")
        self._again: list[str] = []
        self.taken: list[str] = []  # the lines of the present row
        self.line = 0  # the number of the last line given

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._read()
        if not line:
            raise StopIteration
        self.line += 1
        self.taken.append(line)
        if isinstance(line, _Cut):
            raise csv.Error(f"the line has more than {MAX_LINE} characters")
        return line

    def _read(self) -> str:
        line = self._text.readline(MAX_LINE)
        if len(line) < MAX_LINE or line[-1] in LINE_ENDS:
            return line
        while (rest := self._text.readline(MAX_LINE)) and rest[-1] not in LINE_ENDS:
            continue
        return _Cut(line)

    def back(self) -> None:
        """Give all lines of the present row but its first once more."""
        self.line -= len(self.taken) - 1
        self._again.extend(reversed(self.taken[1:]))


def rows(stream: BinaryIO, layout: Layout) -> Iterator[Row | Flaw]:
    """All rows of a file but blank lines; a flawed one is told and skipped.

    A stray quote swallows lines until it is closed: only the row that it stands in is lost.
    """
    lines = _Lines(stream, layout.encoding)
    reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
    while True:
        start = lines.line + 1
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            lines.back()
            yield Flaw(start, _reason(str(problem)))
            continue
        if flaw := _flaw_of(lines.taken):
            yield Flaw(start, flaw)
        elif cells:
            yield Row(start, cells)


def _flaw_of(lines: list[str]) -> str | None:
    for line in lines:
        if "\0" in line:
            return "it contains a NUL character"
        if not line.isascii() and SURROGATE.search(line):
            return "it contains bytes that are not text in the file's encoding"
    return None


def _reason(problem: str) -> str:
    """The csv module's words, for people."""
    if problem.startswith("the line has"):
        return problem
    if "field limit" in problem:
        return f"a cell has more than {csv.field_size_limit()} characters, or a quote is never closed"
    if "unexpected end" in problem:
        return "a quote is never closed"
    return "something stands between a closing quote and the next delimiter"


def to_line(cells: Iterable[str]) -> str:
    """One line of CSV (RFC 4180), comma and CRLF. Whatever is not plain is quoted, so that nothing in
    it looks like a delimiter of any file; a lone empty cell too, else the line would be blank."""
    line = ",".join(cell if PLAIN.fullmatch(cell) else _quote(cell) for cell in cells)
    return (line or '""') + "\r\n"


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
