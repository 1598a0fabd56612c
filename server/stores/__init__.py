"""The store: where grids live. `Store` is what the rest of the server knows of it.

A store keeps grids, their records (tombstones too), every change, and the outcome of every
mutation that made none (R3). It never announces anything, and knows nothing of sessions.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from server.auth import Role
from server.errors import StartError, TandemError
from server.grids import Grid
from server.groups import Answer
from server.model import Head, Json, Range, Record, Request

SCHEMA = "schema"  # the source of a grid that is a schema class

T = TypeVar("T")
# One stored row as a backup has it: without the grid that it belongs to, which the last `grid` entry
# before it tells. The first key names what it is, and its value is the row's own key.
Entry = dict[str, Json]
ENTRIES = {
    "grid": ("title", "fields", "definition", "revision", "count", "digest", "source"),
    "record": ("version", "deleted", "data"),
    "change": ("id", "kind", "fields", "previous", "author", "author_name", "mutation_id", "at"),
    "outcome": ("result", "at"),
}


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of one grid as it is stored; `hash` is all that is kept of the key itself."""

    id: str
    grid: str
    role: Role
    name: str
    hash: str
    at: str  # when it was made


@dataclass(frozen=True, slots=True)
class Finding:
    """What `python -m server doctor` has found about one thing, and what to do about it."""

    level: Literal["ok", "warning", "problem"]
    what: str
    text: str


class StoreBusy(TandemError):
    """Nothing is known to be stored, and asking again may succeed: the database is locked, too
    slow or not there, or the grid's stored definition is not this process's (a deploy goes on)."""


class StoreDown(StoreBusy):
    """The same until somebody mends it: the disk is full or broken, or takes no writes."""


class UnknownGrid(TandemError):
    """There is no grid of that id."""


class Occupied(StartError):
    """Grids that hold something are not replaced by a backup's unless that is asked for."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit did: an answer per request, in order; `range` is None without a change."""

    results: list[Answer]
    range: Range | None
    head: Head


@dataclass(frozen=True, slots=True)
class Page:
    """Records with `start < version <= to`, by version, all of one snapshot, whose head is `head`.

    A record is `[id, version, fields]`, where `fields` is None for a tombstone, else an
    `orjson.Fragment` of the stored text: it is sent as it was stored, neither parsed nor written anew.
    """

    head: Head
    mode: Literal["delta", "reset"]
    start: int
    to: int
    more: bool
    records: list[list[Json]]

    def to_wire(self) -> dict[str, Json]:
        """What `pull` answers, besides `ok`."""
        return {
            "mode": self.mode,
            "epoch": self.head.epoch,
            "from": self.start,
            "to": self.to,
            "more": self.more,
            "records": self.records,
        }


@dataclass(frozen=True, slots=True)
class Pruned:
    """What one step of `prune_history` did."""

    changes: int  # removed
    kept: int  # of these, how many mutation ids stay known
    forgotten: int  # mutation ids that do not, of those without a change
    more: bool  # there may be older ones left: ask again


class Store(Protocol):
    """Every method may raise StoreBusy; those that take a grid's id raise UnknownGrid."""

    async def open(self, grids: Mapping[str, Grid]) -> None:
        """Connect, and register the grids that are schema classes of this process, by id: a new
        one is made, one whose title or fields differ from the stored ones gets a new definition."""

    async def close(self) -> None:
        """Wait for what runs, and let the database go."""

    async def heads(self) -> list[Head]:
        """The heads of all grids, by id."""

    async def describe(self, grid: str) -> tuple[Head, Grid]:
        """A grid's head and its definition, of one snapshot."""

    async def create(self, grid: Grid, source: str) -> bool:
        """Make an empty grid whose definition is data; False if its id is taken. `source` tells
        where it comes from and how far it got, in words of the caller's own."""

    async def source(self, grid: str) -> str:
        """What `create` or `set_source` was last given; SCHEMA for a schema class."""

    async def set_source(self, grid: str, source: str) -> None:
        """Replace what `source` answers."""

    async def commit(self, grid: str, requests: Sequence[Request]) -> Commit:
        """Judge and store the mutations of all requests, one after another, in one transaction.

        Returns only when it is durable (R2). If it raises, nothing was stored, but for a
        connection lost during COMMIT itself: then it is unknown, and asking again tells (R3).
        """

    async def page(self, grid: str, epoch: str | None, since: int | None, limit: int, max_bytes: int) -> Page:
        """What changed after revision `since` of `epoch`, or everything (R9), as one snapshot.

        At most `limit` records, and fewer when their text exceeds `max_bytes` (but never none
        for that reason); `limit` 0 asks for the head alone.
        """

    async def record(self, grid: str, id: str) -> Record | None:
        """One record as it is stored, a deleted one too; None for an id that was never known."""

    async def range(self, grid: str, epoch: str, after: int, limit: int) -> Range | None:
        """At most `limit` changes after revision `after`, without a gap, and the grid's head, which
        may lie above them. None when the epoch is another, `after` lies above the head, or history
        is pruned there: then only a pull helps."""

    async def history(
        self,
        grid: str,
        *,
        id: str | None = None,
        author: str | None = None,
        field: str | None = None,
        deleted: bool = False,
        before: int | None = None,
        limit: int = 100,
    ) -> tuple[list[dict[str, Json]], bool]:
        """Changes as the wire's `history` gives them, newest first, and whether there are more.

        `author` is an author's id; `field` asks for changes that touched it; `deleted` for
        deletions only; `before` is an exclusive revision.
        """

    def records(self, grid: str, batch: int = 1000) -> AsyncIterator[list[Record]]:
        """The live records by id, in batches, each its own short transaction."""

    async def copy(self, take: Callable[[Iterator[Entry]], T]) -> T:
        """What `take` makes of everything there is, of one moment: each grid's entry, by id, then
        its records (tombstones too), its changes and its outcomes. `take` is called on a thread of
        the store's; entries come as they are read, and nobody waits for it."""

    async def restore(self, grids: Sequence[str], read: Callable[[], Iterable[Entry]], replace: bool) -> None:
        """Store what `read` gives as `copy` gave it, in one transaction: of `grids`, which are all
        that it has, nothing else is left; each gets a new epoch (R9). What a schema class defines
        keeps its definition. Raises Occupied, where `replace` is false, and what `read` raises;
        whatever it raises, nothing has changed."""

    async def prune_deleted(self, grid: str, before: str) -> int:
        """Begin a prune: forget the records that were deleted before that time (as `at` has it); how
        many. If there are any, or changes that old, the grid gets a new epoch: one for all steps of a
        prune, and before history is removed (R9)."""

    async def prune_history(self, grid: str, before: str, keep: str, most: int) -> Pruned:
        """Go on with it: remove the oldest changes, at most so many, of those made before `before`. The
        mutation ids made since `keep` stay known, with their outcomes (R3)."""

    async def keys(self) -> list[StoredKey]:
        """The keys of all grids, oldest first."""

    async def add_key(self, key: StoredKey) -> None:
        """Store a key; its grid is there."""

    async def remove_key(self, id: str) -> None:
        """Forget a key, if there is one."""
