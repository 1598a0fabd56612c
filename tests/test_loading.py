"""A file into a grid: each row once (R3), through the schema (R11), on both databases."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from server import loading
from server.config import Settings
from server.errors import StartError
from server.grids import Grid
from server.importing import BATCH
from server.loading import FlawedFile, Loader, Outcome
from server.model import Record, Request
from server.stores import Commit, Store, StoreBusy, UnknownGrid
from server.stores.sql import SqlStore
from tests.client import Client
from tests.conftest import OpenStore
from tests.servers import serving
from tests.store_kit import AMY, add, delete, ids, run

COUNT = 2 * BATCH + 500
OTHER = '{"file": "x.csv", "sha256": "0", "keep_na": false}'
FILE = b"name,size\n" + b"".join(b"n%d,%d\n" % (n, n) for n in range(COUNT))


def loader(data: bytes = FILE, **options: Any) -> Loader:
    given = {"stream": io.BytesIO(data), "file": "people.csv", "grid": "people", "title": "People", **options}
    return Loader(**given)


async def live(store: SqlStore, grid: str = "people") -> list[Record]:
    """The live records in the grid's natural order."""
    return [record async for batch in store.records(grid) for record in batch]


async def check_whole(store: SqlStore) -> None:
    """Every row is there once, in the file's order, and so is its change."""
    records = await live(store)
    assert [record.fields for record in records] == [{"name": f"n{n}", "size": n} for n in range(COUNT)]
    head, _ = await store.describe("people")
    assert (head.count, head.revision) == (COUNT, COUNT)


class Through:
    """A store that is another one, but for what a test replaces."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class Killed(Exception):
    pass


class Dying(Through):
    """Dies at its second commit: before it, or when it is done but nobody has heard."""

    def __init__(self, store: SqlStore, heard: bool) -> None:
        super().__init__(store)
        self.commits = 0
        self.heard = heard

    async def commit(self, grid: str, requests: Sequence[Request]) -> Commit:
        self.commits += 1
        if self.commits == 2 and not self.heard:
            raise Killed
        commit = await self._store.commit(grid, requests)
        if self.commits == 2:
            raise Killed
        return commit


class Ruled(Through):
    """Makes grids whose `size` must not exceed a limit."""

    async def create(self, grid: Grid, source: str) -> bool:
        return await self._store.create(ruled(grid), source)


def ruled(grid: Grid) -> Grid:
    fields = [{**field, "max": 5} if field["name"] == "size" else field for field in grid.fields]
    return Grid.from_definition(grid.id, grid.title, fields)


def as_store(store: Any) -> Store:
    whole: Store = store
    return whole


async def outcome_of(store: Any, **options: Any) -> Outcome:
    return await loader(**options).run(as_store(store))


async def test_a_file_becomes_a_grid(store: SqlStore) -> None:
    outcome = await outcome_of(store)
    assert (outcome.added, outcome.known, outcome.flaws.count) == (COUNT, 0, 0)
    await check_whole(store)
    head, grid = await store.describe("people")
    assert (head.title, [(field["name"], field["type"]) for field in grid.fields]) == (
        "People",
        [("name", "text"), ("size", "integer")],
    )


async def test_every_row_is_a_change_by_the_import(store: SqlStore) -> None:
    await outcome_of(store)
    changes, _ = await store.history("people", author="import", limit=5)
    assert [(change["kind"], change["fields"]["size"]) for change in changes] == [
        ("add", COUNT - 1 - n) for n in range(5)
    ]
    assert changes[0]["author"] == {"id": "import", "name": "people.csv"}


async def test_progress_is_told_by_the_position_in_the_file(store: SqlStore) -> None:
    told: list[tuple[str, int]] = []
    await outcome_of(store, strict=True, progress=lambda stage, position: told.append((stage, position)))
    assert [stage for stage, _ in told] == ["Reading"] * 3 + ["Checking"] * 3 + ["Loading"] * 3
    assert told[-1][1] == len(FILE)


async def test_the_same_file_again_is_not_even_parsed(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await outcome_of(store)

    def survey(*_: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(loading, "survey", survey)
    again = await outcome_of(store, file="renamed.csv", title="Other")
    assert (again.survey, again.added) == (None, 0)
    await check_whole(store)


@pytest.mark.parametrize("heard", [False, True])
async def test_r3_a_killed_import_goes_on_where_it_stopped(store: SqlStore, heard: bool) -> None:
    with pytest.raises(Killed):
        await outcome_of(Dying(store, heard))
    assert len(await live(store)) == (2 if heard else 1) * BATCH
    outcome = await outcome_of(store)
    done = (2 if heard else 1) * BATCH
    assert (outcome.added, outcome.known) == (COUNT - done, done)
    await check_whole(store)
    assert (await outcome_of(store)).survey is None


async def test_r3_what_was_deleted_meanwhile_does_not_come_back(store: SqlStore) -> None:
    with pytest.raises(Killed):
        await outcome_of(Dying(store, heard=False))
    first = (await live(store))[0]
    await store.commit("people", [Request([delete(first.id)], AMY)])
    await outcome_of(store)
    assert [record.fields["name"] for record in await live(store)] == [f"n{n}" for n in range(1, COUNT)]


async def test_r3_two_imports_at_once_make_each_record_once(open_store: OpenStore) -> None:
    one, two = await open_store({}), await open_store({})
    outcomes = await asyncio.gather(outcome_of(one), outcome_of(two))
    assert sum(outcome.added for outcome in outcomes) == COUNT
    records = await live(one)
    assert sorted(record.fields["size"] for record in records) == list(range(COUNT))


async def test_another_process_writes_meanwhile(open_store: OpenStore, store: SqlStore) -> None:
    other = await open_store({})
    written = 0

    async def write() -> None:
        nonlocal written
        for id in ids(20):
            await run(store, add(id))
            written += 1

    outcome, _ = await asyncio.gather(outcome_of(other), write())
    assert (outcome.added, written) == (COUNT, 20)
    await check_whole(other)


async def test_open_pages_hear_of_an_import_beside_the_server(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tandem.db"
    heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
    async with serving(Settings(database_url=url)) as address:
        store, client = SqlStore(url), Client(lambda event, payload: heard.put_nowait((event, payload)))
        await store.open({})
        with pytest.raises(Killed):
            await outcome_of(Dying(store, heard=True))
        await client.connect(address)
        joined = await client.demand("join_grid", {"grid": "people", "limit": 0})
        assert joined["count"] == joined["revision"] == 2 * BATCH
        await outcome_of(store)
        await store.close()
        async with asyncio.timeout(60):
            reached = 0
            while reached < COUNT:
                event, payload = await heard.get()
                reached = payload["to"] if event == "changes" else payload.get("revision", reached)
        listed = await client.demand("list_grids", {})
        assert listed["grids"] == [{"id": "people", "title": "People", "revision": COUNT, "count": COUNT}]
        await client.close()


async def test_another_file_needs_another_grid(store: SqlStore) -> None:
    await outcome_of(store)
    with pytest.raises(StartError, match=r"'people' holds the records of people\.csv.*--grid"):
        await outcome_of(store, data=b"name,size\nx,1\n", file="other.csv")
    assert len(await live(store)) == COUNT
    await outcome_of(store, data=b"name,size\nx,1\n", grid="other")
    assert len(await live(store, "other")) == 1


async def test_another_file_made_the_grid_while_this_one_was_read(store: SqlStore) -> None:
    class Late(Through):
        async def source(self, grid: str) -> str:
            """As it was before the other import."""
            if await self._store.create(Grid.from_definition(grid, "x", []), OTHER):
                raise UnknownGrid(grid)
            return await self._store.source(grid)

    with pytest.raises(StartError, match=r"holds the records of x\.csv"):
        await outcome_of(Late(store))
    assert await live(store) == []


async def test_the_same_file_with_other_wishes_needs_another_grid(store: SqlStore) -> None:
    await outcome_of(store)
    with pytest.raises(StartError, match=r"without --keep-na.*--grid"):
        await outcome_of(store, keep_na=True)


async def test_a_grid_defined_in_python_is_not_written_to(store: SqlStore) -> None:
    with pytest.raises(StartError, match=r"'tasks' is defined in Python.*--grid"):
        await outcome_of(store, grid="tasks")
    assert await live(store, "tasks") == []


async def test_r11_a_row_that_the_schema_refuses_is_told_and_the_rest_is_loaded(store: SqlStore) -> None:
    outcome = await outcome_of(Ruled(store), data=b"name,size\na,5\nb\nc,6\nd,4\n")
    assert (outcome.added, outcome.known) == (2, 0)
    assert [record.fields["name"] for record in await live(store)] == ["a", "d"]
    assert [(flaw.line, flaw.reason.partition(":")[0]) for flaw in outcome.flaws.first] == [
        (3, "it has 1 cell instead of 2"),
        (4, "size"),
    ]
    assert outcome.flaws.count == 2


@pytest.mark.parametrize("data", [b"name,size\na,5\nb\nd,4\n", b"name,size\na,5\nc,6\nd,4\n"])
async def test_strict_refuses_the_file_before_anything_is_written(
    store: SqlStore, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    class RuledGrid(Grid):
        @classmethod
        def from_definition(cls, *given: Any) -> Grid:
            return ruled(Grid.from_definition(*given))

    monkeypatch.setattr(loading, "Grid", RuledGrid)
    with pytest.raises(FlawedFile, match=r"people\.csv is refused as a whole") as caught:
        await outcome_of(store, data=data, strict=True)
    assert [flaw.line for flaw in caught.value.flaws.first] == [3]
    with pytest.raises(UnknownGrid):
        await store.describe("people")


async def test_strict_takes_a_file_without_flaws(store: SqlStore) -> None:
    assert (await outcome_of(store, strict=True)).added == COUNT


async def test_what_is_no_csv_file_makes_no_grid(store: SqlStore) -> None:
    with pytest.raises(StartError, match=r"^people\.csv is empty\.$"):
        await outcome_of(store, data=b"")
    with pytest.raises(UnknownGrid):
        await store.describe("people")


async def test_it_waits_while_the_database_is_busy(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy(Through):
        tries = 0

        async def commit(self, grid: str, requests: Sequence[Request]) -> Commit:
            self.tries += 1
            if self.tries % 2:
                raise StoreBusy("locked")
            return await self._store.commit(grid, requests)

    monkeypatch.setattr(loading, "PAUSES", (0.0, 0.0))
    assert (await outcome_of(Busy(store))).added == COUNT
    await check_whole(store)


async def test_it_gives_up_when_the_database_stays_busy(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locked(Through):
        tries = 0

        async def source(self, grid: str) -> str:
            self.tries += 1
            raise StoreBusy("locked")

    monkeypatch.setattr(loading, "PAUSES", (0.0, 0.0))
    locked = Locked(store)
    with pytest.raises(StoreBusy):
        await outcome_of(locked)
    assert locked.tries == 3
