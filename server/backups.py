"""A backup: everything that a store has of one moment ⇄ one file (docs/BACKUP.md).

gzip'd lines of JSON: a header, the entries of `Store.copy`, and an end with their numbers and a
checksum, so that a file which was cut off is known to be. It goes from any database to any other.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from server.errors import StartError
from server.grids import Grid
from server.model import Json, now
from server.stores import ENTRIES, Entry

FORMAT = "tandem-backup"
VERSION = 1
HEADER_MOST = 1_000  # bytes of the first line
LINE_MOST = 2**26  # bytes of any other: far more than a record has, far less than memory
LEVEL = 6  # of compression: 9 takes three times as long for 1 % less
END = "end"


class BadBackup(StartError):
    """A file that cannot be restored; the text goes on after the file's name."""


@dataclass(slots=True)
class Contents:
    """What a backup holds: the grids' ids, and how many entries of each kind."""

    grids: list[str] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(ENTRIES, 0)))

    def add(self, entry: Entry) -> None:
        word = next(iter(entry), "")
        if tuple(entry) != (word, *ENTRIES.get(word, ())):
            raise ValueError(word)
        if word == "grid":
            self.grids.append(entry[word])
        elif not self.grids:
            raise ValueError(word)
        self.numbers[word] += 1


def write(entries: Iterable[Entry], out: BinaryIO) -> Contents:
    """Write a whole backup, an entry at a time; what is in it."""
    contents = Contents()
    checksum = hashlib.sha256()
    # no name and no time: the header tells what is to be told
    with gzip.GzipFile("", "wb", LEVEL, out, mtime=0) as packed:

        def put(line: Json) -> None:
            text = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            checksum.update(text)
            packed.write(text)

        put({"format": FORMAT, "version": VERSION, "at": now()})
        for entry in entries:
            contents.add(entry)
            put(entry)
        put({END: dict(contents.numbers), "sha256": checksum.hexdigest()})
    return contents


def check(stream: BinaryIO) -> Contents:
    """What is in a file, which is read to its end. Raises BadBackup."""
    contents = Contents()
    for entry in read(stream):
        contents.add(entry)
        if "grid" in entry:
            _check_grid(entry)
    return contents


def _check_grid(entry: Entry) -> None:
    """A server must be able to serve it, whoever made the file."""
    try:
        Grid.from_definition(entry["grid"], entry["title"], entry["fields"])
    except (StartError, TypeError, AttributeError) as problem:
        raise BadBackup(f"holds a grid that cannot be: {problem}") from None


def read(stream: BinaryIO) -> Iterator[Entry]:
    """The entries of a file, from its beginning. Raises BadBackup, for some flaws only at the end."""
    stream.seek(0)
    lines = cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    checksum = hashlib.sha256(_header(lines))
    contents = Contents()
    try:
        while line := lines.readline(LINE_MOST):
            if not line.endswith(b"\n"):
                raise ValueError(END)
            entry = orjson.loads(line)
            if END in entry:
                if entry != {END: dict(contents.numbers), "sha256": checksum.hexdigest()} or lines.read(1):
                    raise ValueError(END)
                return
            checksum.update(line)
            contents.add(entry)
            yield entry
    except (OSError, EOFError, zlib.error, ValueError, TypeError) as problem:
        raise _damaged(contents) from problem
    raise _damaged(contents)


def _header(lines: BinaryIO) -> bytes:
    """The first line, if this is a backup that can be read here."""
    try:
        line = lines.readline(HEADER_MOST)
        header = orjson.loads(line)
        known, version = header["format"] == FORMAT, int(header["version"])
    except (OSError, EOFError, zlib.error, ValueError, TypeError, LookupError) as problem:
        raise BadBackup("is no backup of Tandem, or not even its beginning") from problem
    if not known:
        raise BadBackup("is no backup of Tandem")
    if version != VERSION:
        raise BadBackup(f"was made by a later version of Tandem (format {version}; this one reads {VERSION})")
    return line


def _damaged(contents: Contents) -> BadBackup:
    read = sum(contents.numbers.values())
    return BadBackup(f"is cut off or damaged: the backup does not end as it should after {read} entries")


@contextmanager
def whole_file(path: Path, overwrite: bool) -> Iterator[BinaryIO]:
    """A file that has its name only when it is complete and on the disk. Whoever is killed leaves
    another one, `.NAME.….part`, which nobody takes for it. Raises StartError."""
    _check_free(path, overwrite)
    try:
        # only its owner may read it, as there is everything in it
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
        ) as part:
            try:
                yield cast(BinaryIO, part)
                part.flush()
                os.fsync(part.fileno())
                part.close()  # else Windows does not rename it
                _check_free(path, overwrite)
                os.replace(part.name, path)
            except BaseException:
                part.close()
                os.unlink(part.name)
                raise
        _sync_folder(path.parent)
    except OSError as problem:
        raise StartError(f"{path} cannot be written: {problem.strerror}.") from problem


def _check_free(path: Path, overwrite: bool) -> None:
    if path.exists() and not path.is_file():
        raise StartError(f"{path} is no file that a backup could be written to.")
    if path.exists() and not overwrite:
        raise StartError(f"{path} is there already: choose another name, or --force to write over it.")


def _sync_folder(folder: Path) -> None:
    """Make the new name outlive a power cut; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
