"""A reference replica by the rules of docs/PROTOCOL.md, to the letter: R4 to R9 and R13.
It reconnects when told to and keeps its outbox in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.model import UINT32, Json, Record, record_digest, uuid7
from tests.client import Background, Client, Lost


@dataclass(eq=False)
class Copy:
    """Confirmed records: complete at `revision`, or filling, where it is the pull's cursor (R5)."""

    epoch: str | None = None
    revision: int = 0
    complete: bool = False
    records: dict[str, tuple[int, Json]] = field(default_factory=dict)  # null fields: deleted

    def digest(self) -> int:
        return sum(record_digest(id, v) for id, (v, f) in self.records.items() if f is not None) & UINT32


class Replica:
    def __init__(self, grid: str, limit: int = 1000, **auth: Json) -> None:
        self.copy = Copy()  # what is shown
        self.pending: dict[str, Json] = {}  # by mutation id: not answered, or overlays still (R7)
        self.results: dict[str, Json] = {}
        self.alarms: set[tuple[str | None, int]] = set()  # where the digest was another (R13)
        self._grid, self._limit, self._auth = grid, limit, auth
        self._filling: Copy | None = None
        self._stash: list[tuple[str, Json]] | None = None  # a list while joining or pulling (R4)
        self._client: Client | None = None
        self._in_flight = False
        self.background = Background()

    async def connect(self, url: str) -> None:
        """Connect, join, catch up; then what is pending goes, or goes again. Raises Lost."""
        client = Client(self._hear)
        self._stash = []
        await client.connect(url, **self._auth)
        self._client, start = client, self._filling or self.copy
        since = {} if start.epoch is None else {"epoch": start.epoch, "since": start.revision}
        await self._pull((await self._ask("join_grid", limit=self._limit, **since))["page"])
        self.background.start(self._send())

    async def disconnect(self) -> None:
        if self._client is not None:
            await self._client.close()
            await self.background.ended()
            self._client = None

    def mutate(self, type: str, id: str, **content: Json) -> str:
        """Accept a mutation, to be sent now or when connected again; its id."""
        mutation_id = uuid7()
        self.pending[mutation_id] = {"type": type, "mutation_id": mutation_id, "id": id, **content}
        self.background.start(self._send())
        return mutation_id

    def shows(self, snapshot: Mapping[str, Record]) -> bool:
        """R13: deleted records too."""
        fresh = {id: (r.version, None if r.deleted else r.fields) for id, r in snapshot.items()}
        return self.copy.records == fresh

    def seen(self, id: str) -> tuple[int, Json]:
        """A record's version and fields; null where it is deleted, version 1 where it was never there."""
        return self.copy.records.get(id, (1, None))

    def _hear(self, event: str, payload: Json) -> None:
        if self._stash is not None:
            self._stash.append((event, payload))
        elif self._is_behind(event, payload):
            self._stash = [(event, payload)]
            self.background.start(self._pull(None))

    def _is_behind(self, event: str, payload: Json) -> bool:
        """Take an announcement into the complete copy; True if only a pull helps (R5)."""
        copy = self.copy
        if event not in ("changes", "head"):
            return False
        if payload["epoch"] != copy.epoch:
            return True
        if event == "head":
            return bool(payload["revision"] > copy.revision) or self._is_alarming(payload)
        if payload["from"] <= copy.revision < payload["to"]:
            for revision, id, _kind, fields, _author, _mutation_id in payload["changes"]:
                if revision > copy.revision:
                    old = copy.records.get(id, (0, None))[1] or {}
                    copy.records[id] = (revision, _filled(fields and {**old, **fields}))
            copy.revision = payload["to"]
            self._settle()
        return bool(payload["from"] > copy.revision)

    def _is_alarming(self, head: Json) -> bool:
        """R13: another digest at the same revision; once for each a pull from 0, beside this copy."""
        place = (self.copy.epoch, self.copy.revision)
        if head["revision"] != place[1] or head["digest"] == self.copy.digest() or place in self.alarms:
            return False
        self.alarms.add(place)
        self._filling = Copy(self.copy.epoch)
        return True

    async def _pull(self, page: Json) -> None:
        """Page by page until complete, then the stash (R5); `page` is the first, where it is there."""
        while self._stash is not None:
            copy = self._filling or self.copy
            page = page or await self._ask("pull", epoch=copy.epoch, since=copy.revision, limit=self._limit)
            if page["mode"] == "reset":  # R9: the old one is shown until this one is complete
                copy = Copy(page["epoch"])
            self._filling, copy.complete = copy, not page["more"]
            copy.records |= {id: (version, _filled(fields)) for id, version, fields in page["records"]}
            copy.revision, page = page["to"], None
            if copy.complete:
                self._swap(copy)
                stash, self._stash = self._stash, None
                if any(self._is_behind(*entry) for entry in stash):
                    self._stash = []

    def _swap(self, copy: Copy) -> None:
        if copy.epoch != self.copy.epoch:  # R7: what is still here counts as unanswered
            self.results = {id: r for id, r in self.results.items() if id not in self.pending}
            self.background.start(self._send())
        self.copy, self._filling = copy, None
        self._settle()

    def _settle(self) -> None:
        """Overlays end when the copy of their result's epoch is complete at their revision (R7)."""
        for result in [self.results[id] for id in self.pending if id in self.results]:
            there = self.copy.complete and self.copy.epoch == result["epoch"]
            if result["revision"] is None or (there and self.copy.revision >= result["revision"]):
                del self.pending[result["mutation_id"]]
        self.background.tell()

    async def _send(self) -> None:
        """One batch in flight; what is not answered goes again, first and under its id (R10)."""
        while self._client is not None and not self._in_flight:
            if not (batch := [m for id, m in self.pending.items() if id not in self.results][:100]):
                return
            self._in_flight = True
            try:
                results = (await self._ask("mutate", mutations=batch))["results"]
            finally:
                self._in_flight = False
            self.results |= {r["mutation_id"]: r for r in results if r["status"] != "failed"}
            self._settle()

    async def _ask(self, event: str, **payload: Json) -> Any:
        if self._client is None:
            raise Lost
        return await self._client.demand(event, {"grid": self._grid, **payload})


def _filled(fields: Json) -> Json:
    return fields and {name: value for name, value in fields.items() if value is not None}
