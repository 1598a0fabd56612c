"""Records that everybody edits at once, and what must be true of them when all is quiet again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from typing import Protocol

from sqlalchemy import Connection, select

from server.model import Head, Json, Record, Request, uuid7
from server.stores.sql import SqlStore, migrate
from server.stores.tables import outcomes
from tests.replica import Replica
from tests.store_kit import BEN, GRIDS, add, change, check_head, delete, ids, run


class Contestant(Protocol):
    """Who edits, and is told what came of it."""

    results: dict[str, Json]  # the wire's, by mutation id

    def seen(self, id: str) -> tuple[int, Json]:
        """A record's version and fields; null where it is deleted, version 1 where it was never there."""

    def mutate(self, type: str, id: str, **content: Json) -> object:
        """Ask for it, without waiting."""


STORED = 30  # records at the beginning: as many pages for who reads them one by one

EDIT_WEIGHTS = {"add": 2, "update": 12, "blind": 4, "refused": 1, "delete": 4, "changed": 1, "restore": 4}


def pick(chance: Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


class Contest:
    """The grid `tasks` of a database, looked at beside the server that serves it."""

    def __init__(self, store: SqlStore, chance: Random) -> None:
        self.store = store
        self.chance = chance
        self.lost = self.twice = 0  # mutations, as `compare` found them
        self._ids = ids(STORED)
        self._serial = 0

    @classmethod
    @asynccontextmanager
    async def on(cls, database_url: str, chance: Random) -> AsyncIterator[Contest]:
        await migrate(database_url)
        store = SqlStore(database_url)
        try:
            await store.open(GRIDS)
            contest = cls(store, chance)
            await run(store, *[add(id, size=0) for id in contest._ids])
            yield contest
        finally:
            await store.close()

    def edit(self, replica: Contestant) -> None:
        """It edits one of the records that everybody fights for, as it sees it."""
        self._serial += 1
        name = self.chance.choice(["title", "note"])
        id = self.chance.choice(self._ids)
        version, seen = replica.seen(id)
        asked = {name: f"edit {self._serial}"}
        update = partial(replica.mutate, "update_record", id)
        match pick(self.chance, EDIT_WEIGHTS):
            case "add":
                self._ids.append(uuid7())
                replica.mutate("add_record", self._ids[-1], fields={"title": "new", **asked})
            case "update":
                update(fields=asked, was={name: (seen or {}).get(name)})
            case "blind":
                update(fields={"size": self._serial, "note": None})
            case "refused":
                update(fields={**asked, "size": "many"})
            case "delete":
                replica.mutate("delete_record", id)
            case "changed":
                replica.mutate("delete_record", id, version=version)
            case "restore":
                replica.mutate("restore_record", id)

    async def write_beside(self) -> None:
        """As an import beside the server does, which no session hears of."""
        id = self.chance.choice(self._ids)
        mutations = [change(id, size=-self._serial), delete(self._ids[0]), add(uuid7())]
        await self.store.commit("tasks", [Request(mutations, BEN)])

    async def compare(self, replicas: Sequence[Replica]) -> Head:
        """R13: besides, all are equal."""
        head, snapshot = await self.tally(replicas)
        for replica in replicas:
            assert replica.copy.complete
            assert replica.copy.epoch == head.epoch
            assert replica.shows(snapshot)
            assert replica.copy.digest() == head.digest
            assert not replica.alarms
        return head

    async def tally(self, contestants: Sequence[Contestant]) -> tuple[Head, dict[str, Record]]:
        """R2, R3: nothing that was acknowledged is lost, nothing took effect twice. A fresh snapshot."""
        head, snapshot = await check_head(self.store)
        stored = await self.store.range("tasks", head.epoch, 0, 10**9)
        assert stored is not None
        revisions = {c.mutation_id: c.revision for c in stored.changes}
        recorded = await self.store._database.read(_recorded)
        results = [result for each in contestants for result in each.results.values()]
        self.lost = sum(not _is_kept(result, revisions, recorded) for result in results)
        self.twice = len(stored.changes) - len(revisions) + len(recorded & set(revisions))
        assert (self.lost, self.twice) == (0, 0), "acknowledged and lost, applied twice"
        assert sorted(revisions.values()) == list(range(1, head.revision + 1))
        return head, snapshot


def _is_kept(result: Json, revisions: dict[str, int], recorded: set[str]) -> bool:
    """Whether what was acknowledged is stored, as it was acknowledged."""
    id: str = result["mutation_id"]
    if result["status"] == "applied":
        return bool(revisions.get(id) == result["revision"])
    return id in recorded and id not in revisions


def same_outcomes(first: dict[str, Json], repeated: Iterable[Json]) -> None:
    """R3: an epoch may have begun since, and what was replaced may be missing in a repeated answer."""

    def told(result: Json) -> Json:
        return {name: value for name, value in result.items() if name not in ("epoch", "replaced")}

    for result in repeated:
        assert told(result) == told(first[result["mutation_id"]])


def _recorded(connection: Connection) -> set[str]:
    return set(connection.execute(select(outcomes.c.mutation_id)).scalars())
