"""The words of Tandem as data: what a grid holds, and what happened to it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Json = Any
Fields = Mapping[str, Json]
Kind = Literal["add", "update", "delete"]

UINT32 = 0xFFFFFFFF


class Position(NamedTuple):
    """A place in a grid's history: all changes up to `revision` are known. As JSON it is a list of the two;
    `Position(*stored)` brings it back."""

    epoch: str
    revision: int


class Author(NamedTuple):
    """Who did it: `id` is the `user` of a client, `name` is a label, not a proof."""

    id: str
    name: str


class Record(NamedTuple):
    """A record as stored; `version` is the revision of its last change. An empty field is not in `fields`."""

    id: str
    version: int
    fields: Fields


class Change(NamedTuple):
    """A committed fact.

    `fields`: what it stored: of an add (or a restore) all, of an update the changed ones (None: empty
    now), of a delete None. `previous`: what the same fields held before, of a delete all, of an add None.
    `at`: ISO 8601, UTC; None where it was heard live.
    """

    position: Position
    id: str
    kind: Kind
    fields: Fields | None
    previous: Fields | None
    author: Author
    mutation_id: str
    at: str | None = None

    @property
    def revision(self) -> int:
        return self.position.revision


class Reset(NamedTuple):
    """What happened between the last position and this one cannot be told: the epoch has ended (a backup was
    restored, history was pruned). Look at the grid's records; changes go on from here."""

    position: Position


class Theirs(NamedTuple):
    """What is stored in a disputed field, since when and by whom; these three are None where nobody knows."""

    value: Json
    revision: int | None
    author: Author | None
    at: str | None


def change_of(epoch: str, told: Json) -> Change:
    """An entry of the wire's history."""
    return Change(
        Position(epoch, told["revision"]),
        told["id"],
        told["kind"],
        told["fields"],
        told["previous"],
        Author(**told["author"]),
        told["mutation_id"],
        told["at"],
    )


def record_digest(record: Record) -> int:
    """One live record's part of the digest (R13): FNV-1a, 32 bits."""
    value = 0x811C9DC5
    for byte in f"{record.id}:{record.version}".encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF  # a name here would cost a fifth
    return value


_last = 0


def uuid7() -> str:
    """A UUID version 7 (RFC 9562, 6.2 method 3) that sorts after all that this process has made before: a
    grid's natural order is by id."""
    global _last
    ticks = _last = max(_last + 1, time.time_ns() * 4096 // 1_000_000)  # 48 bits of ms, 12 bits of a ms
    low = int.from_bytes(os.urandom(8), "big") >> 2
    text = f"{(ticks >> 12) << 80 | 7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62 | low:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
