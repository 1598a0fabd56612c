"""The words of Tandem as data: nothing here does I/O or knows a library.

See docs/PROTOCOL.md for what each word means.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

Json = Any
Fields = Mapping[str, Json]
NOTHING: Fields = {}
MutationType = Literal["add_record", "update_record", "delete_record", "restore_record"]
MUTATION_TYPES: tuple[MutationType, ...] = ("add_record", "update_record", "delete_record", "restore_record")
Kind = Literal["add", "update", "delete"]

VERSION = "0.1.0"
PROTOCOL = 1  # the wire's version
IMPORTER = "import"  # the author id of imports
UINT32 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it: `id` is client-made or the session's, `name` is a label, not a proof."""

    id: str
    name: str

    def to_wire(self) -> dict[str, str]:
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a grid at one revision, without its records."""

    grid: str
    title: str
    definition: int
    epoch: str
    revision: int
    count: int
    digest: int

    def to_wire(self) -> dict[str, Json]:
        """The `head` announcement's payload."""
        return {
            "grid": self.grid,
            "epoch": self.epoch,
            "definition": self.definition,
            "revision": self.revision,
            "count": self.count,
            "digest": self.digest,
        }


# One or more of these three are made per mutation: a tuple is made four times as fast as a frozen dataclass.


class Record(NamedTuple):
    """One record as stored; a deleted one (tombstone) keeps its last fields."""

    id: str
    version: int
    fields: Fields
    deleted: bool = False


class Mutation(NamedTuple):
    """What a client asks for. `flaw` says what is wrong with its shape; it is judged
    only after the id (R3), because a known id is answered whatever its content is."""

    type: MutationType
    mutation_id: str
    id: str
    fields: Fields = NOTHING
    was: Fields = NOTHING
    version: int | None = None
    flaw: str | None = None


class Change(NamedTuple):
    """A committed fact. `fields` is None for a delete, `previous` None for an add or restore."""

    revision: int
    id: str
    kind: Kind
    fields: Fields | None
    previous: Fields | None
    author: Author
    mutation_id: str
    at: str

    def to_wire(self) -> list[Json]:
        """An entry of a `changes` announcement."""
        return [self.revision, self.id, self.kind, self.fields, self.author.to_wire(), self.mutation_id]


@dataclass(frozen=True, slots=True)
class Range:
    """All changes of one grid from `start` (exclusive) on, in order, without a gap; `head` is the
    grid's at that moment, at the last change or above it."""

    start: int
    changes: Sequence[Change]
    head: Head


@dataclass(frozen=True, slots=True)
class Request:
    """Mutations of one caller for one grid, judged in order; all or nothing when atomic."""

    mutations: Sequence[Mutation]
    author: Author
    atomic: bool = False
    size: int = 0  # bytes on the wire, for the committer's bound


def fnv1a(text: str, seed: int = 0x811C9DC5) -> int:
    """FNV-1a, 32 bits, over the UTF-8 of `text`; `seed` continues an earlier hash."""
    for byte in text.encode():
        seed = (seed ^ byte) * 0x01000193 & 0xFFFFFFFF  # a name here would cost a fifth
    return seed


@lru_cache(4_096)  # records that are edited are edited again
def _begun(id: str) -> int:
    return fnv1a(f"{id}:")


def record_digest(id: str, version: int) -> int:
    """One live record's part of the digest (R13)."""
    return fnv1a(str(version), _begun(id))


def new_epoch() -> str:
    return secrets.token_hex(8)


def uuid7(milliseconds: int | None = None, counter: int | None = None) -> str:
    """A UUID version 7 (RFC 9562): sorts by time, then by `counter` (42 bits) where given."""
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    random = int.from_bytes(os.urandom(10), "big")
    rand_a, rand_b = (random >> 62) & 0xFFF, random & ((1 << 62) - 1)
    if counter is not None:
        rand_a, rand_b = (counter >> 30) & 0xFFF, ((counter & 0x3FFFFFFF) << 32) | (rand_b & UINT32)
    value = (stamp << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def now() -> str:
    """The time as `at` carries it: ISO 8601, UTC, milliseconds."""
    return days_ago(0)


def days_ago(days: int) -> str:
    """The time so many days ago, as `at` carries it: such texts compare as the times do."""
    at = datetime.now(UTC) - timedelta(days=days)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
