"""Mutations that wait for their outcome, in memory: R3, R7 and R10."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tandem_client.connection import Connection, rest
from tandem_client.errors import Result, TandemError, Unanswered, refusal, result_of
from tandem_client.mutations import Mutation
from tandem_client.records import Json, Position

FAILURES = 3
ENVELOPE = 512  # bytes around the mutations of a request
AGAIN = ("busy", "rate_limited")
ONE_BY_ONE = ("too_large", "invalid_message", "internal")
TOO_LARGE = {"code": "too_large", "message": "Too large for one request.", "retry": False}


class Limits(NamedTuple):
    """Of one request, as `join_grid` tells them."""

    batch: int
    bytes: int


class Entry:
    """One mutation, or an atomic batch: what goes together, and what came of it."""

    def __init__(self, mutations: Sequence[Mutation], atomic: bool = False) -> None:
        self.mutations = mutations
        self.atomic = atomic
        self.size = sum(map(_size, mutations))
        self.done: asyncio.Future[list[Result] | TandemError] = asyncio.get_running_loop().create_future()
        self.unknown = self.doubted = False  # whether it may have been done; before it was last sent
        self.alone = atomic
        self.failures = 0
        self.told: list[Json] | None = None  # answered, but not shown yet (R7)

    @property
    def id(self) -> str:
        return str(self.mutations[0]["mutation_id"])

    def end(self, error: TandemError | None = None) -> None:
        """With what it was told, whatever the replica shows, where there is no error."""
        if not self.done.done():
            self.done.set_result(error or [result_of(told) for told in self.told or ()])


class Outbox:
    """One batch in flight, in order; nothing overtakes. `place` is where the replica is, `behind` makes it
    pull."""

    def __init__(self, place: Callable[[], Position], behind: Callable[[], None]) -> None:
        self._entries: dict[str, Entry] = {}  # by their first mutation's id
        self._work = asyncio.Event()
        self._place, self._behind = place, behind

    async def put(self, entries: Sequence[Entry], timeout: float) -> list[Result]:
        """All their outcomes, in order, when the replica shows them.

        Raises what the first one without an outcome met: Refused where the server did not look at it, or
        Unanswered. Who is cancelled meanwhile does not take back what was sent."""
        by_id = {entry.id: entry for entry in entries}
        if len(by_id) < len(entries) or by_id.keys() & self._entries.keys():
            raise ValueError("This mutation id is waiting for its outcome already.")
        self._entries |= by_id
        self._work.set()
        try:
            if entries:
                await asyncio.wait([entry.done for entry in entries], timeout=timeout)
        finally:
            for entry in entries:
                del self._entries[entry.id]
        for entry in entries:
            late = Unanswered(f"No answer within {timeout:g} s.", unknown=entry.unknown)
            entry.end(late if entry.told is None else None)
        ends = [entry.done.result() for entry in entries]
        results = [result for end in ends if isinstance(end, list) for result in end]
        for end in ends:
            if isinstance(end, TandemError):
                end.results = results
                raise end
        return results

    async def send(self, connection: Connection, grid: str, limits: Limits) -> None:
        """Until the connection is lost; what was not answered then goes again with the next one, first
        (R3)."""
        attempt = 0
        while True:
            batch = self._next(limits)
            if not batch:
                self._work.clear()
                await self._work.wait()
                continue
            for entry in batch:
                entry.doubted, entry.unknown = entry.unknown, True
            mutations = [mutation for entry in batch for mutation in entry.mutations]
            payload = {"grid": grid, "mutations": mutations, "atomic": batch[0].atomic}
            if self._take(batch, await connection.ask("mutate", payload)):
                attempt = 0
            else:
                await asyncio.sleep(rest(attempt))
                attempt += 1

    def settle(self) -> None:
        """The replica has moved: what it shows now is over."""
        here = self._place()
        for entry in [entry for entry in self._entries.values() if entry.told is not None]:
            if all(_is_shown(told, here) for told in entry.told or ()):
                entry.end()

    def caught_up(self) -> None:
        """A pull has ended. What was answered in another epoch counts as unanswered, and goes again (R7)."""
        epoch = self._place().epoch
        for entry in self._entries.values():
            if any(told["epoch"] != epoch for told in entry.told or ()):
                entry.told = None
                self._work.set()

    def end(self, error: Json) -> None:
        """Nothing will be sent any more."""
        for entry in self._entries.values():
            entry.end(refusal(error, unknown=entry.unknown))

    def _next(self, limits: Limits) -> list[Entry]:
        batch: list[Entry] = []
        room, places = limits.bytes - ENVELOPE, limits.batch
        for entry in self._entries.values():
            if entry.done.done() or entry.told is not None:
                continue
            if entry.size > limits.bytes - ENVELOPE:  # the transport would cut it off again and again
                entry.end(refusal(TOO_LARGE))
                continue
            room, places = room - entry.size, places - len(entry.mutations)
            if batch and (entry.alone or room < 0 or places < 0):
                break
            batch.append(entry)
            if entry.alone:
                break
        return batch

    def _take(self, batch: Sequence[Entry], answer: Json) -> bool:
        """False: some of it goes again, in a while."""
        if "results" not in answer:
            return self._take_refusal(batch, answer["error"])
        by_id = {told["mutation_id"]: told for told in answer["results"]}
        for entry in batch:
            told = [by_id[mutation["mutation_id"]] for mutation in entry.mutations]
            failed = any(each["status"] == "failed" for each in told)
            entry.failures += failed
            if not failed or entry.failures == FAILURES:
                entry.told = told
        self.settle()
        if any(told["epoch"] != self._place().epoch for told in answer["results"]):
            self._behind()
        return all(entry.told is not None for entry in batch)

    def _take_refusal(self, batch: Sequence[Entry], error: Json) -> bool:
        """The batch was not judged; but what is busy may do it later."""
        if error["code"] != "busy":
            for entry in batch:
                entry.unknown = entry.doubted
        if error["code"] in AGAIN:
            return False
        for entry in batch:
            if error["code"] in ONE_BY_ONE and len(batch) > 1:
                entry.alone = True
            else:
                entry.end(refusal(error, unknown=entry.unknown))
        return True


def _is_shown(told: Json, here: Position) -> bool:
    """Done: the replica is there. A conflict is told when the replica shows what it tells of."""
    if told["revision"] is not None:
        return bool(told["epoch"] == here.epoch and told["revision"] <= here.revision)
    disputed = [*told.get("conflicts", {}).values(), told.get("error", {})]
    last = max(theirs.get("revision") or 0 for theirs in disputed)
    return bool(told["epoch"] != here.epoch or last <= here.revision)


def _size(mutation: Mutation) -> int:
    """Bytes on the wire. Raises ValueError or TypeError for what JSON cannot carry: it would end the
    connection."""
    json.dumps(mutation, ensure_ascii=False, allow_nan=False).encode()  # NaN, halves of surrogate pairs
    return len(json.dumps(mutation, separators=(",", ":"))) + 1
