"""A CSV file into a grid of its own, through the store's one way in (R11), each row once (R3).

A row's mutation id is made from the grid, the file's digest and the row's line. So an import that
was killed goes on when it is run again, and a server may run on the same database meanwhile.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import BinaryIO, TypeVar

import orjson

from server.csvfile import Flaw
from server.errors import Refused, StartError
from server.grids import Grid, Invalid
from server.importing import Batch, Flaws, Survey, records, survey
from server.model import IMPORTER, Author, Json, Mutation, Request, uuid7
from server.stores import SCHEMA, Store, StoreBusy, UnknownGrid

PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 10.0)  # seconds between tries while the database is busy
NAMESPACE = uuid.UUID("5f1b6c1e-0f7a-5b53-9b0e-7a9f4f2f8f6d")

Report = Callable[[str, int], None]  # what is done, and the position in the file
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported grid comes from, as its row in the store tells."""

    file: str
    sha256: str
    keep_na: bool
    done: bool = False

    def to_text(self) -> str:
        return orjson.dumps(asdict(self)).decode()


@dataclass(slots=True)
class Outcome:
    """What an import did. `survey` is None if the whole file was there already."""

    grid: str
    survey: Survey | None = None
    added: int = 0
    known: int = 0  # rows that an earlier run had added
    flaws: Flaws = field(default_factory=Flaws)


class FlawedFile(StartError):
    """With `strict`: some rows cannot be taken, so nothing was written."""

    def __init__(self, message: str, flaws: Flaws) -> None:
        super().__init__(message)
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Loader:
    """One file on its way into one grid."""

    stream: BinaryIO  # seekable
    file: str  # its name, which becomes the author's
    grid: str
    title: str
    keep_na: bool = False
    strict: bool = False
    progress: Report = lambda stage, position: None

    async def run(self, store: Store) -> Outcome:
        """Raises StartError with a sentence, before anything is written."""
        source = self._source()
        stored = await self._stored_source(store)
        if stored is not None:
            _check_same(self.grid, stored, source)
            if stored.done:
                return Outcome(self.grid)
        found = self._survey()
        grid = Grid.from_definition(self.grid, self.title, [column.definition() for column in found.columns])
        if self.strict:
            self._judge(grid, found)
        if not await patiently(lambda: store.create(grid, source.to_text())):
            # begun by an earlier run, or by another one since we looked: of this file, or not
            _check_same(self.grid, await self._stored_source(store), source)
        outcome = Outcome(self.grid, found, flaws=found.flaws)
        await self._load(store, outcome, found, source)
        await patiently(lambda: store.set_source(self.grid, replace(source, done=True).to_text()))
        return outcome

    def _source(self) -> Source:
        self.stream.seek(0)
        digest = hashlib.file_digest(self.stream, "sha256")  # type: ignore[arg-type]
        return Source(self.file, digest.hexdigest(), self.keep_na)

    async def _stored_source(self, store: Store) -> Source | None:
        """None if there is no such grid."""
        try:
            text = await patiently(lambda: store.source(self.grid))
        except UnknownGrid:
            return None
        if text == SCHEMA:
            raise defined_in_python(self.grid)
        return Source(**orjson.loads(text))

    def _survey(self) -> Survey:
        try:
            return survey(self.stream, self.keep_na, lambda: self._at("Reading"))
        except StartError as problem:
            raise StartError(f"{self.file} {problem}.") from None

    def _judge(self, grid: Grid, found: Survey) -> None:
        for batch in self._batches(found, "Checking"):
            for line, fields in batch:
                try:
                    grid.load_new(fields)
                except Invalid as invalid:
                    found.flaws.add(Flaw(line, str(invalid)))
        if found.flaws.count:
            message = f"{self.file} is refused as a whole (--strict): nothing was written."
            raise FlawedFile(message, found.flaws)

    async def _load(self, store: Store, outcome: Outcome, found: Survey, source: Source) -> None:
        author = Author(IMPORTER, self.file)
        started = time.time_ns() // 1_000_000
        for batch in self._batches(found, "Loading"):
            mutations = [
                Mutation("add_record", _mutation_id(self.grid, source, line), uuid7(started, line), fields)
                for line, fields in batch
            ]
            commit = await patiently(partial(store.commit, self.grid, [Request(mutations, author)]))
            results = commit.results[0]
            if isinstance(results, Refused):  # as a whole, which an atomic request alone can be
                raise results
            refused = [
                Flaw(line, _reason(result["error"]))
                for (line, _), result in zip(batch, results, strict=True)
                if "error" in result
            ]
            for flaw in refused:
                outcome.flaws.add(flaw)
            added = len(commit.range.changes) if commit.range else 0
            outcome.added += added
            outcome.known += len(batch) - len(refused) - added

    def _batches(self, found: Survey, stage: str) -> Iterator[Batch]:
        for batch in records(self.stream, found):
            yield batch
            self._at(stage)

    def _at(self, stage: str) -> None:
        self.progress(stage, self.stream.tell())


def defined_in_python(grid: str) -> StartError:
    """An import makes a grid of its own; it knows nothing of a schema class."""
    return StartError(f"Grid {grid!r} is defined in Python (GRIDS): choose another with --grid.")


def _check_same(grid: str, stored: Source | None, source: Source) -> None:
    """One grid holds one file: raises StartError for another one."""
    if stored is None or stored.sha256 != source.sha256:
        what = f"the records of {stored.file} as it was then" if stored else "other records"
        raise StartError(
            f"Grid {grid!r} holds {what}, and this file differs: choose another grid with --grid."
        )
    if stored.keep_na != source.keep_na:
        how = "with" if stored.keep_na else "without"
        raise StartError(
            f"Grid {grid!r} holds this file, imported {how} --keep-na: choose another with --grid."
        )


def _mutation_id(grid: str, source: Source, line: int) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{grid} {source.sha256} {line}"))


def _reason(problem: dict[str, Json]) -> str:
    fields = problem.get("fields") or {}
    return "; ".join(f"{name}: {' '.join(said)}" for name, said in fields.items()) or problem["message"]


async def patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """What the store answers, asked again for half a minute while it is busy: a server may be writing."""
    for pause in PAUSES:
        try:
            return await ask()
        except StoreBusy:
            await asyncio.sleep(pause)
    return await ask()
