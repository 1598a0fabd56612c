"""The Python client against the real server: what it shows, writes and tells (docs/PYTHON.md)."""

from __future__ import annotations

import asyncio
import json
import math
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from marshmallow import fields

import tandem_client
from server import sequencer
from server.config import Settings
from server.grids import Grid as ServerGrid
from server.model import fnv1a
from server.protocol import UUID
from server.stores.sql import SqlStore
from tandem_client import (
    Closed,
    Conflict,
    Grid,
    Position,
    Refused,
    Tandem,
    TandemError,
    Unanswered,
    add,
    connect,
    delete,
    update,
)
from tandem_client.follower import Follower
from tandem_client.records import record_digest, uuid7
from tests.bots import said, take, until
from tests.doors import through
from tests.frames import Running, Start, keyed, run
from tests.servers import ROOT, serving
from tests.store_kit import Task
from tests.test_golden import read


@pytest.fixture
async def tandem(server_url: str) -> AsyncIterator[Tandem]:
    async with connect(server_url, user="ada", name="Ada") as tandem:
        yield tandem


@pytest.fixture
async def grid(tandem: Tandem) -> Grid:
    return await tandem.join("tasks")


# What it shows


async def test_r13_what_one_client_does_every_other_shows_whatever_the_door(
    server_url: str, grid: Grid
) -> None:
    async with connect(server_url) as tandem, through("rest", server_url) as rest:
        other = await tandem.join("tasks")
        added = await grid.add({"title": "one", "size": 1})
        assert grid[added.id] == (added.id, 1, {"title": "one", "size": 1})
        await until(other, lambda: added.id in other)
        ask = {"grid": "tasks", "mutation_id": uuid7(), "id": added.id, "fields": {"size": 2, "title": "two"}}
        assert (await rest.ask("update_record", ask))["ok"]
        await until(grid, lambda: grid[added.id].version == 2)
        assert grid[added.id].fields == {"title": "two", "size": 2}
        await grid.update(added.id, {"size": None})
        await until(other, lambda: other[added.id].fields == {"title": "two"})
        await other.delete(added.id)
        assert (list(other), len(other), added.id in other) == ([], 0, False)
        await until(grid, lambda: not grid.records)
        await grid.restore(added.id)
        await until(other, lambda: len(other) == 1)
        assert other.records == grid.records
        assert other.position == grid.position == (grid.position.epoch, 5)
        kinds = [(change.kind, change.previous) async for change in grid.history(id=added.id)]
        assert [kind for kind, _ in kinds] == ["add", "delete", "update", "update", "add"]
        assert kinds[2][1] == {"size": 2}


async def test_grids_and_their_descriptions(server_url: str, grid: Grid) -> None:
    async with connect(server_url) as tandem:
        assert await tandem.grids() == [{"id": "tasks", "title": "Tasks", "revision": 0, "count": 0}]
        assert (grid.id, grid.title) == ("tasks", "Tasks")
        assert list(grid.fields) == ["title", "size", "note", "tags", "box"]
        assert grid.fields["title"]["required"] is True
        joined = await tandem.join("tasks")
        assert await tandem.join("tasks") is joined
        with pytest.raises(Refused) as caught:
            await tandem.join("elsewhere")
        assert (caught.value.code, caught.value.retry) == ("not_found", False)


async def test_r5_many_records_come_in_pages_of_any_size(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/t.db", grids=("tests.store_kit",), max_page=700, max_batch=300
    )
    async with serving(settings) as url, connect(url) as tandem:
        grid = await tandem.join("tasks")
        asked = [add({"title": f"number {number}"}) for number in range(5_000)]
        results = await grid.mutate(asked)
        assert [result.id for result in results] == [each["id"] for each in asked]
        assert [result.revision for result in results] == list(range(1, 5_001)), "in order"
        assert sorted(grid) == [each["id"] for each in asked], "ids sort in the order of their making"
        async with connect(url) as other:
            assert (await other.join("tasks")).records == grid.records
            head = await other.ask("join_grid", {"grid": "tasks", "limit": 0})
            assert (head["digest"], head["count"]) == (grid._follower.copy.digest, 5_000)


async def test_r13_a_copy_that_differs_is_read_anew_once(grid: Grid) -> None:
    await grid.mutate([add({"title": title}) for title in ("a", "b")])
    shown = dict(grid.records)
    copy = grid._follower.copy
    copy.digest = (copy.digest + 1) & 0xFFFFFFFF
    copy.records.pop(next(iter(shown)))
    await until(grid, lambda: grid._follower.copy is not copy)  # a head follows each burst
    assert grid.records == shown
    assert grid._follower._replica.alarms == {grid.position}


async def test_another_definition_is_fetched(
    tmp_path: Path, grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As during a deploy: another process begins to serve the grid with another schema."""
    monkeypatch.setattr(sequencer, "COMPARE_EVERY", 0.05)

    class Longer(Task):
        weight = fields.Integer()

    store = SqlStore(f"sqlite:///{tmp_path}/inside.db")
    await store.open({"tasks": ServerGrid.from_schema("tasks", "Longer tasks", Longer)})
    await store.close()
    await until(grid, lambda: "weight" in grid.fields)
    assert grid.title == "Longer tasks"


# What it writes


async def test_r8_nobody_is_overwritten_unseen(server_url: str, grid: Grid) -> None:
    async with connect(server_url, user="ben", name="Ben") as tandem:
        other = await tandem.join("tasks")
        added = await grid.add({"title": "one", "size": 1, "note": "n"})
        await until(other, lambda: added.id in other)
        seen = grid[added.id]
        changed = await other.update(added.id, {"size": 2})
        await grid.update(seen, {"note": "another field"})
        with pytest.raises(Conflict) as caught:
            await grid.update(seen, {"size": 3, "title": "three"})
        theirs = caught.value.theirs["size"]
        assert (theirs.value, theirs.revision, theirs.author) == (2, changed.revision, ("ben", "Ben"))
        assert theirs.at is not None
        assert list(caught.value.theirs) == ["size"]
        assert caught.value.results[0].status == "conflict"
        assert grid[added.id].fields == {"title": "one", "size": 2, "note": "another field"}, "shown by now"
        await grid.update(added.id, {"size": 3})  # now it has been seen
        overwritten = await grid.update(seen, {"size": 4}, was={})
        assert overwritten.replaced == {"size": 3}


async def test_r8_a_record_is_deleted_as_it_was_seen(grid: Grid) -> None:
    added = await grid.add({"title": "one"})
    seen = grid[added.id]
    await grid.update(added.id, {"size": 2})
    with pytest.raises(Conflict) as caught:
        await grid.delete(seen)
    assert caught.value.code == "changed"
    assert caught.value.last is not None
    assert (caught.value.last.revision, caught.value.last.author) == (2, ("ada", "Ada"))
    await grid.delete(seen, force=True)
    with pytest.raises(Conflict) as caught:
        await grid.update(seen, {"size": 3})
    assert caught.value.code == "gone"
    with pytest.raises(Conflict) as caught:
        await grid.add({"title": "again"}, added.id)
    assert caught.value.code == "exists"
    assert (await grid.delete(added.id)).status == "noop"


async def test_r7_a_write_returns_when_the_grid_shows_what_came_of_it(
    server_url: str, grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Announcements that come late: the next write has seen what the one before it did, all the same."""
    hear, loop = Follower.hear, asyncio.get_running_loop()

    def late(follower: Follower, event: str, payload: Any) -> None:
        if follower is grid._follower:
            loop.call_later(0.05, hear, follower, event, payload)
        else:
            hear(follower, event, payload)

    async with connect(server_url) as tandem:
        other = await tandem.join("tasks")
        monkeypatch.setattr(Follower, "hear", late)
        added = await grid.add({"title": "one", "size": 0})
        for size in range(1, 5):
            await grid.update(added.id, {"size": size})
            assert grid[added.id].fields["size"] == size
        await other.update(added.id, {"size": 10})
        with pytest.raises(Conflict):
            await grid.update(added.id, {"size": 5})
        assert grid[added.id].fields["size"] == 10, "looking again is enough"
        await other.update(added.id, {"size": 11})
        with pytest.raises(Conflict) as caught:
            await grid.delete(added.id)
        assert caught.value.code == "changed"
        assert grid[added.id].fields["size"] == 11


async def test_r11_what_is_not_valid_is_refused_field_by_field(grid: Grid) -> None:
    with pytest.raises(Refused) as caught:
        await grid.add({"size": "many"})
    assert caught.value.code == "validation_failed"
    assert caught.value.fields.keys() == {"title", "size"}
    assert str(caught.value).startswith("size: ")
    assert not isinstance(caught.value, Conflict)
    assert len(grid) == 0


async def test_a_batch_is_all_or_nothing_where_it_is_atomic(grid: Grid) -> None:
    added = await grid.add({"title": "one"})
    fine, wrong = update(added.id, {"size": 2}), add({"size": 3})
    with pytest.raises(Refused) as caught:
        await grid.mutate([fine, wrong], atomic=True)
    assert caught.value.code == "validation_failed"
    assert [result.status for result in caught.value.results] == ["skipped", "refused"]
    assert grid[added.id].version == 1
    with pytest.raises(Refused) as caught:
        await grid.mutate(
            [update(added.id, {"size": 2}), add({"size": 3}),
             delete(uuid7())]
        )  # fmt: skip
    assert [result.status for result in caught.value.results] == ["applied", "refused", "refused"]
    assert grid[added.id].fields["size"] == 2
    both = [update(added.id, {"size": 5}), add({"title": "two"})]
    assert [r.status for r in await grid.mutate(both, atomic=True)] == ["applied", "applied"]
    assert await grid.mutate([]) == await grid.mutate([], atomic=True) == []


async def test_r3_a_mutation_id_of_ones_own_takes_effect_once(grid: Grid) -> None:
    id = uuid7()
    first = await grid.add({"title": "one"}, mutation_id=id)
    assert await grid.add({"title": "two"}, mutation_id=id) == first
    assert len(grid) == 1


async def test_who_waits_in_one_batch_with_a_malformed_mutation_is_not_spoilt(grid: Grid) -> None:
    """R10: a batch that is answered without results goes again one by one."""
    good = [grid.add({"title": "one"}) for _ in range(3)]
    bad = [grid.update("not-a-uuid", {"size": 1}), grid.add({"title": "x" * 200_000})]
    ends = await asyncio.gather(*good, *bad, return_exceptions=True)
    assert len(grid) == 3
    malformed, large = ends[3:]
    assert isinstance(malformed, Refused)
    assert malformed.code == "invalid_message"
    assert isinstance(large, Refused)
    assert large.code == "too_large"


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800", Decimal(1), {1, 2}, object()])
async def test_what_json_cannot_carry_is_an_error_of_the_caller(
    tandem: Tandem, grid: Grid, value: Any
) -> None:
    """On the wire it would end the connection, and be sent again for ever."""
    connection = tandem._connection
    with pytest.raises((ValueError, TypeError)):
        await grid.add({"title": value})
    await grid.add({"title": "fine"})
    assert tandem._connection is connection


async def test_one_mutation_id_waits_once(grid: Grid) -> None:
    id = uuid7()
    first = asyncio.create_task(grid.add({"title": "one"}, mutation_id=id))
    await asyncio.sleep(0)
    with pytest.raises(ValueError, match="waiting"):
        await grid.add({"title": "one"}, mutation_id=id)
    with pytest.raises(ValueError, match="waiting"):
        await grid.mutate([add({"title": "two"}, mutation_id=(other := uuid7())), add({}, mutation_id=other)])
    await first


# What it tells


async def test_changes_are_told_alike_live_and_from_history(server_url: str, grid: Grid) -> None:
    start, live = grid.position, grid.changes()
    async with connect(server_url, user="ben", name="Ben") as tandem:
        other = await tandem.join("tasks")
        added = await grid.add({"title": "one", "size": 1})
        await until(other, lambda: added.id in other)
        await other.update(added.id, {"size": None, "note": "n"})
        await other.delete(added.id)
        await other.restore(added.id)
        heard = await take(live, 4)
        assert [change.at for change in heard] == [None] * 4
        read = await take(other.changes(start), 4)
    async with connect(server_url) as tandem:
        asked = await take((await tandem.join("tasks")).changes(start), 4)
    assert [*map(said, heard)] == [*map(said, read)] == [*map(said, asked)]
    assert all(change.at for change in asked)
    assert [change.position for change in heard] == [(start.epoch, number) for number in range(1, 5)]
    assert [(change.kind, change.author.name) for change in heard] == [
        ("add", "Ada"), ("update", "Ben"), ("delete", "Ben"), ("add", "Ben"),
    ]  # fmt: skip
    assert heard[1].fields == {"size": None, "note": "n"}
    assert heard[1].previous == {"size": 1, "note": None}
    assert heard[2].previous == {"title": "one", "note": "n"}


async def test_a_slow_reader_misses_nothing_and_costs_no_memory(grid: Grid) -> None:
    changes, twice = grid.changes(), grid.changes()
    first = await grid.add({"title": "first"})
    assert (await take(changes, 1))[0].id == first.id
    for start in range(0, 3_000, 100):
        await grid.mutate([add({"title": f"{start}"}) for _ in range(100)])
    assert len(grid._follower.recent) <= 1_000
    assert [change.revision for change in await take(changes, 3_000)] == list(range(2, 3_002))
    assert [change.revision for change in await take(twice, 3_001)] == list(range(1, 3_002))
    await grid.add({"title": "last"})
    assert (await take(changes, 1))[0].fields == {"title": "last"}


async def test_a_reader_goes_on_where_it_was_when_it_is_started_again(server_url: str, grid: Grid) -> None:
    async with connect(server_url) as tandem:
        bot = await tandem.join("tasks")
        changes = bot.changes()
        await grid.mutate([add({"title": "seen"}) for _ in range(5)])
        kept = (await take(changes, 3))[-1].position
    await grid.mutate([add({"title": "missed"}) for _ in range(600)])
    async with connect(server_url) as tandem:
        again = await tandem.join("tasks")
        rest = await take(again.changes(Position(*json.loads(json.dumps(kept)))), 602)
    assert [change.revision for change in rest] == list(range(4, 606))


async def test_what_a_page_of_history_holds_may_be_large(grid: Grid) -> None:
    """A WebSocket's reader takes no message above 4 MB, if it is not told to."""
    start = grid.position
    await grid.mutate([add({"title": "x" * 60_000}) for _ in range(40)])
    await grid.mutate([update(id, {"title": "y" * 60_000}) for id in grid])
    grid._follower.recent.clear()
    changes = await take(grid.changes(start), 80)
    assert sum(len(str(change.fields) + str(change.previous)) for change in changes) > 4 * 2**20


async def test_the_end_of_a_client_is_told_to_all_who_wait(server_url: str) -> None:
    async with connect(server_url) as tandem:
        grid = await tandem.join("tasks")
        listening = asyncio.create_task(anext(grid.changes()))
        await asyncio.sleep(0)
    for ended in (listening, grid.add({"title": "late"}), tandem.grids(), tandem.join("tasks")):
        with pytest.raises(Closed):
            await ended


# Keys


@pytest.fixture
async def keyed_server(aiohttp_server: Start, tmp_path: Path) -> Running:
    return await run(aiohttp_server, tmp_path, grids=("tests.store_kit",), **keyed("pen", "Visitors: eye"))


async def test_without_a_key_or_with_a_wrong_one_it_is_not_entered(keyed_server: Running) -> None:
    for key in (None, "wrong"):
        with pytest.raises(Refused) as caught:
            async with connect(keyed_server.url, key=key):
                pass
        assert (caught.value.code, caught.value.retry) == ("unauthorized", False)


async def test_a_key_that_may_view_may_not_edit(keyed_server: Running) -> None:
    async with connect(keyed_server.url, key="eye") as tandem:
        grid = await tandem.join("tasks")
        with pytest.raises(Refused) as caught:
            await grid.add({"title": "one"})
        assert (caught.value.code, caught.value.unknown) == ("forbidden", False)
        assert [each async for each in grid.history()] == []


async def test_a_key_taken_back_ends_everything_once_and_for_all(keyed_server: Running) -> None:
    access = keyed_server.transport.hall.access
    stored, key = await access.add("tasks", "Bot", "edit")
    async with connect(keyed_server.url, key=key) as tandem:
        grid = await tandem.join("tasks")
        changes = grid.changes()
        await grid.add({"title": "one"})
        await take(changes, 1)
        await access.take_back("tasks", stored.id)
        with pytest.raises(Refused) as caught:
            await take(changes, 1)
        assert (caught.value.code, caught.value.retry) == ("unauthorized", False)
        with pytest.raises(Refused):
            await grid.add({"title": "two"})
        assert not tandem.connected
        assert tandem._living is not None
        assert tandem._living.done(), "it does not try again"
        assert len(grid) == 1, "what it has it still shows"


# A server that is not there


async def test_who_is_not_connected_is_told_why(unused_tcp_port: int) -> None:
    with pytest.raises(Unanswered) as caught:
        async with connect(f"http://localhost:{unused_tcp_port}", timeout=0.5):
            pass
    assert "Connect call failed" in caught.value.message
    assert caught.value.retry
    for url in ("localhost:8080", "ftp://localhost", "http://"):
        with pytest.raises(ValueError, match="no address"):
            connect(url)


# What it is made of


def test_it_needs_nothing_of_the_servers() -> None:
    code = "import sys, tandem_client; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert {"socketio", "aiohttp", "tandem_client"} <= loaded
    assert not loaded & {"server", "marshmallow", "sqlalchemy", "orjson", "structlog", "click", "alembic"}


UNREACHED = """
import asyncio, signal, tandem_client

async def main():
    before = signal.getsignal(signal.SIGINT)
    try:
        async with tandem_client.connect("http://localhost:1", timeout=0.1):
            pass
    except tandem_client.Unanswered:
        print(signal.getsignal(signal.SIGINT) is before)

asyncio.run(main())
"""


def test_signals_are_left_to_the_program() -> None:
    """In a process of its own: the library takes them once, and for all of its clients."""
    code = [sys.executable, "-c", UNREACHED]
    ran = subprocess.run(code, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("True\n", "")


def test_r13_its_digest_is_the_servers() -> None:
    for each in read("digest")["digests"]:
        terms = [record_digest(tandem_client.Record(id, version, {})) for id, version in each["records"]]
        assert sum(terms) & 0xFFFFFFFF == each["digest"]
    assert record_digest(tandem_client.Record("a", 1, {})) == fnv1a("a:1")


def test_its_ids_are_the_wires_and_sort() -> None:
    made = [uuid7() for _ in range(10_000)]
    assert sorted(made) == made
    assert len(set(made)) == len(made)
    assert all(re.match(UUID, id) and id[14] == "7" and id[19] in "89ab" for id in made)


def test_errors_are_of_one_root() -> None:
    assert issubclass(Conflict, Refused)
    assert all(issubclass(kind, TandemError) for kind in (Refused, Unanswered, Closed))
