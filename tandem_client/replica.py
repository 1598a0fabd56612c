"""A replica of one grid by the rules of docs/PROTOCOL.md: R4, R5, R9 and R13. It asks nothing itself."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from tandem_client.records import UINT32, Author, Change, Fields, Json, Position, Record, record_digest

log = logging.getLogger(__name__)

STASHED = 5_000  # announcements; a pull brings what is dropped
RECENT = 1_000  # changes that whoever iterates need not ask the server for


class Torn(Exception):
    """An update of a record that is not there: this copy is not what the server has."""


class Copy:
    """Confirmed records of one epoch: complete at `revision`, or filling up to `cursor` (R5)."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.records: dict[str, Record] = {}
        self.revision = self.cursor = 0
        self.complete = False
        self.digest = 0

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.revision)

    def take(self, page: Json) -> None:
        """Pages move only the cursor; the last one makes the copy complete."""
        for id, version, fields in page["records"]:
            self._put(id, version, fields)
        self.cursor, self.complete = page["to"], not page["more"]
        if self.complete:
            self.revision = self.cursor

    def apply(self, range: Json) -> list[Change]:
        """Of a range with `from <= revision < to`, the entries above `revision`. Raises Torn."""
        return [self._apply(*entry) for entry in range["changes"] if entry[0] > self.revision]

    def _apply(
        self, revision: int, id: str, kind: Json, fields: Fields | None, author: Json, mutation_id: str
    ) -> Change:
        held = self.records.get(id)
        previous: Fields | None = None
        stored = fields
        if kind != "add":
            if held is None:
                raise Torn(f"{id} changed at {revision}, but is not here")
            previous = held.fields if fields is None else {name: held.fields.get(name) for name in fields}
            stored = None if fields is None else {**held.fields, **fields}
        self._put(id, revision, stored)
        self.revision = self.cursor = revision
        return Change(
            Position(self.epoch, revision), id, kind, fields, previous, Author(**author), mutation_id
        )

    def _put(self, id: str, version: int, fields: Fields | None) -> None:
        held = self.records.pop(id, None)
        if held is not None:
            self.digest = (self.digest - record_digest(held)) & UINT32
        if fields is not None:
            record = Record(id, version, {name: value for name, value in fields.items() if value is not None})
            self.records[id] = record
            self.digest = (self.digest + record_digest(record)) & UINT32


class Replica:
    """Kept equal to the server's grid by whoever gives it what was announced (`hear`) and pulls while it
    is `reading`. `moved` is called when the copy that is shown is complete at another place; `behind` when
    there is something to pull."""

    def __init__(self, moved: Callable[[], None], behind: Callable[[], None]) -> None:
        self.copy = Copy("")  # what is shown
        self.recent: deque[Change] = deque(maxlen=RECENT)  # the last ones, up to the copy's revision, no gap
        self.reading = True  # not joined, or a pull is under way: what is announced is stashed (R4)
        self.alarms: set[Position] = set()  # where the digest was another (R13)
        self._next: Copy | None = None  # filling beside the one that is shown (R9)
        self._stash: deque[tuple[str, Json]] = deque(maxlen=STASHED)
        self._moved, self._behind = moved, behind

    def begin(self) -> Json:
        """Before `join_grid`: what it asks for."""
        self.reading = True
        self._stash.clear()
        return self.since() if (self._next or self.copy).epoch else {}

    def since(self) -> Json:
        """What the next `pull` asks for."""
        target = self._next or self.copy
        return {"epoch": target.epoch, "since": target.cursor}

    def take(self, page: Json) -> None:
        """The answer of `pull`, or the page of `join_grid`'s."""
        target = self._next or self.copy
        if page["mode"] == "reset":  # R9: the old one is shown until this one is complete
            target = self._next = Copy(page["epoch"])
        before = self.copy.position
        target.take(page)
        if not target.complete:
            return
        if target.position != before:
            self.recent.clear()  # nobody has told how it came here
        self.copy, self._next = target, None
        self.reading = False
        stash = list(self._stash)
        self._stash.clear()
        self._moved()
        for entry in stash:
            self.hear(*entry)

    def hear(self, event: str, payload: Json) -> None:
        """A `changes` or a `head`."""
        if self.reading:
            self._stash.append((event, payload))
        elif self._is_behind(event, payload):
            self.pull()

    def pull(self) -> None:
        """Ask the server what is new: what has been announced so far, it covers."""
        self.reading = True
        self._behind()

    def _is_behind(self, event: str, payload: Json) -> bool:
        """Take an announcement into the complete copy; True if only a pull helps (R5)."""
        copy = self.copy
        if payload["epoch"] != copy.epoch:
            return True
        if event == "head":
            return bool(payload["revision"] > copy.revision) or self._is_alarming(payload)
        if payload["from"] > copy.revision:
            return True
        try:
            changes = copy.apply(payload)
        except Torn as torn:
            return self._alarm(str(torn))
        if changes:
            self.recent.extend(changes)
            self._moved()
        return False

    def _is_alarming(self, head: Json) -> bool:
        """R13: another digest at the same revision; once for each a pull from 0, beside this copy."""
        copy = self.copy
        if head["revision"] != copy.revision or copy.position in self.alarms:
            return False
        if (head["digest"], head["count"]) == (copy.digest, len(copy.records)):
            return False
        return self._alarm(f"digest {copy.digest} of {len(copy.records)} is not {head['digest']}")

    def _alarm(self, why: str) -> bool:
        log.warning("This replica differs from the server at %s: %s", self.copy.position, why)
        self.alarms.add(self.copy.position)
        self.recent.clear()  # they may not come as far as the copy does
        self._next = Copy(self.copy.epoch)
        return True
