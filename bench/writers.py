"""Writers who each keep one message on its way, of one mutation or of a hundred: what they send, in order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson

from bench.link import Link, frame
from bench.targets import GRID
from server.model import uuid7
from server.stores.rows import dump

WRITERS = 200
BATCH = 100
# Mutations of one run: some seconds of work.
AMOUNT = {1: 20_000, BATCH: 60_000}
Row = tuple[Any, ...]
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """One mutation as it is sent, and what of its rows does not depend on when it is stored."""

    mutation: dict[str, Any]
    data: str
    fields: str
    previous: str | None

    def rows(self, revision: int, author: str, at: str) -> tuple[Row, Row]:
        """Its row of `records` and its row of `changes`."""
        id, mutation_id = self.mutation["id"], self.mutation["mutation_id"]
        kind = "add" if self.previous is None else "update"
        return (
            (GRID, id, revision, self.data),
            (GRID, revision, id, kind, self.fields, self.previous, author, author, mutation_id, at),
        )


def edits(draw: random.Random, records: list[tuple[str, Fields]]) -> Iterator[Edit]:
    """One writer's: of ten, five updates with `was`, four without, one add. Only it writes to `records`."""
    number = 0
    while True:
        number += 1
        id, fields = draw.choice(records)
        if number % 10 == 0:
            id = uuid7()
            mutation = {"type": "add_record", "mutation_id": uuid7(), "id": id, "fields": fields}
            text = dump(fields)
            yield Edit(mutation, text, text, None)
            continue
        values: dict[str, Any] = {"elevation": draw.randint(0, 9_000)}
        if number % 3 == 0:
            values["city"] = f"City {number}"
        previous = {name: fields.get(name) for name in values}
        if previous.items() & values.items():  # a noop has no rows
            continue
        mutation = {"type": "update_record", "mutation_id": uuid7(), "id": id, "fields": values}
        if number % 2:
            mutation["was"] = previous
        fields |= values
        yield Edit(mutation, dump(fields), dump(values), dump(previous))


@dataclass
class Writer:
    """What one writer sends, in order, and how far it is."""

    user: str
    edits: list[Edit]
    frames: list[bytes]
    link: Link = field(init=False)
    sent: int = 0
    answered: int = 0
    refused: int = 0

    def next(self) -> None:
        if self.sent < len(self.frames):
            self.sent += 1
            self.link.socket.sendall(self.frames[self.sent - 1])

    def note(self, answer: bytes, _: float) -> None:
        """An answer has come: the next one goes."""
        if not answer.startswith(b"43"):
            return
        self.answered += 1
        good = b'[{"ok":true,' in answer[:40]
        if good and b'"results"' in answer[:40]:  # of a batch every result counts
            good = answer.count(b'"status":"applied"') == BATCH
        self.refused += not good
        self.next()


def plan(stored: Iterable[tuple[str, str]], batch: int, seed: int) -> list[Writer]:
    """Of the grid's records, (id, data), each writer has a share of its own."""
    records = [(id, orjson.loads(data)) for id, data in stored]
    draw = random.Random(seed)
    draw.shuffle(records)
    return [_writer(draw, f"writer-{n}", records[n::WRITERS], batch) for n in range(WRITERS)]


def _writer(draw: random.Random, user: str, records: list[tuple[str, Fields]], batch: int) -> Writer:
    made = list(islice(edits(draw, records), AMOUNT[batch] // WRITERS))
    if batch == 1:
        frames = [
            _event(str(edit.mutation["type"]), {"grid": GRID} | _without_type(edit.mutation), number)
            for number, edit in enumerate(made)
        ]
    else:
        frames = [
            _event("mutate", {"grid": GRID, "mutations": [e.mutation for e in made[at : at + batch]]}, at)
            for at in range(0, len(made), batch)
        ]
    return Writer(user, made, frames)


def _event(name: str, payload: dict[str, Any], id: int) -> bytes:
    return frame(b"42%d" % id + orjson.dumps([name, payload]))


def _without_type(mutation: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mutation.items() if key != "type"}
