"""Snapshots: pages that many readers share, each as good as an answer of `pull`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from server.blocks import Block, unpack
from server.model import uuid7
from server.snapshots import Blocks, Snapshots
from server.stores import Page, StoreBusy, UnknownGrid
from server.stores.sql import SqlStore
from tests.conftest import OpenStore
from tests.store_kit import GRIDS, add, after_statement, change, delete, everything, ids, run

LATER = "9999"  # a time: everything was made before it
PATIENCE = 20


def snapshots(store: Any, records: int = 2, max_bytes: int = 10**6, **more: int) -> Snapshots:
    return Snapshots(store, records, max_bytes, **more)


def line(block: Block) -> Any:
    text = unpack(block)
    assert text.endswith(b"\n")
    assert text.count(b"\n") == 1
    return orjson.loads(text)


async def read(blocks: Blocks) -> list[Any]:
    return [line(block) async for block in blocks]


async def pulled(store: SqlStore, epoch: str | None = None, since: int | None = None) -> list[Any]:
    """The same by `pull`, page after page."""
    answers: list[Any] = []
    more = True
    while more:
        page = await store.page("tasks", epoch, since, 2, 10**6)
        answers.append(orjson.loads(orjson.dumps({"ok": True, **page.to_wire()})))
        epoch, since, more = page.head.epoch, page.to, page.more
    return answers


@contextmanager
def counting(store: SqlStore) -> Iterator[list[str]]:
    """The statements that read records."""
    read: list[str] = []
    with after_statement(
        store._database.reader, lambda text: read.append(text) if "FROM records" in text else None
    ):
        yield read


async def test_r9_lines_are_what_pull_answers(store: SqlStore) -> None:
    known = ids(5)
    await run(store, *[add(id, note=f"n{n}") for n, id in enumerate(known)])
    await run(store, change(known[0], size=1), delete(known[1]))
    epoch = (await store.heads())[0].epoch
    shared = snapshots(store)
    asked: list[tuple[str | None, int | None]] = [
        *((None, None), (epoch, 0), (epoch, 2), (epoch, 3), (epoch, 7), (epoch, 8), ("other", 3))
    ]
    for each, since in asked * 2:  # made, then kept
        found = await read(await shared.open("tasks", each, since))
        assert found == await pulled(store, each, since)
        assert [answer["more"] for answer in found] == [True] * (len(found) - 1) + [False]


async def test_an_empty_grid_is_one_line(store: SqlStore) -> None:
    (answer,) = await read(await snapshots(store).open("tasks", None, None))
    assert (answer["mode"], answer["to"], answer["more"], answer["records"]) == ("reset", 0, False, [])


async def test_pages_are_cut_by_bytes_too(store: SqlStore) -> None:
    await run(store, *[add(id, note="x" * 100) for id in ids(6)])
    found = await read(await snapshots(store, 100, 400).open("tasks", None, None))
    assert [len(answer["records"]) for answer in found] == [2, 2, 2]


async def test_an_unknown_grid_is_told_at_once(store: SqlStore) -> None:
    with pytest.raises(UnknownGrid):
        await snapshots(store).open("nobody", None, None)


async def test_r9_what_changes_between_two_pages_comes_with_a_later_one(store: SqlStore) -> None:
    a, b, c, d = ids(4)
    await run(store, add(a), add(b), add(c), add(d))
    blocks = await snapshots(store).open("tasks", None, None)
    first = line(await anext(blocks))
    await run(store, change(a, size=1), delete(c))
    seen = [record for answer in [first, *await read(blocks)] for record in answer["records"]]
    assert [(id, version) for id, version, _ in seen] == [(a, 1), (b, 2), (d, 4), (a, 5), (c, 6)]
    _, records = await everything(store)
    assert {id: version for id, version, _ in seen} == {r.id: r.version for r in records.values()}


async def test_r9_an_epoch_that_ends_midway_starts_again_from_0(store: SqlStore) -> None:
    known = ids(5)
    await run(store, *[add(id) for id in known], delete(known[0]))
    blocks = await snapshots(store).open("tasks", None, None)
    first = line(await anext(blocks))
    await store.prune_deleted("tasks", LATER)
    rest = await read(blocks)
    assert (first["mode"], first["to"]) == ("reset", 3)
    assert (rest[0]["mode"], rest[0]["from"]) == ("reset", 0)
    assert rest[0]["epoch"] != first["epoch"]
    assert rest == await pulled(store)


async def test_what_is_kept_costs_one_look_at_the_head(store: SqlStore) -> None:
    await run(store, *[add(id) for id in ids(5)])
    shared = snapshots(store)
    made = await read(await shared.open("tasks", None, None))
    with counting(store) as statements:
        assert await read(await shared.open("tasks", None, None)) == made
        assert await read(await shared.open("tasks", made[0]["epoch"], 2)) == made[1:]
    assert statements == []


async def test_r9_what_is_kept_is_not_used_after_a_change_of_another_process(
    store: SqlStore, open_store: OpenStore
) -> None:
    known = ids(5)
    await run(store, *[add(id) for id in known])
    shared = snapshots(store)
    before = await read(await shared.open("tasks", None, None))
    await run(await open_store(GRIDS), change(known[4], size=1))
    after = await read(await shared.open("tasks", None, None))
    assert after == await pulled(store)
    assert after[-1]["to"] == before[-1]["to"] + 1


async def test_r9_what_is_kept_is_not_used_in_another_epoch(store: SqlStore) -> None:
    known = ids(5)
    await run(store, *[add(id) for id in known], delete(known[0]))
    shared = snapshots(store)
    await read(await shared.open("tasks", None, None))
    await store.prune_deleted("tasks", LATER)
    assert await read(await shared.open("tasks", None, None)) == await pulled(store)


async def test_many_who_ask_at_once_share_one_making(store: SqlStore) -> None:
    await run(store, *[add(id) for id in ids(5)])
    shared = snapshots(store)
    with counting(store) as statements:
        streams = [await shared.open("tasks", None, None) for _ in range(8)]
        first, *others = await asyncio.gather(*map(read, streams))
    assert len(statements) == len(first) == 3
    assert all(other == first for other in others)


class Held:
    """In place of a store: pages are handed out when they are let go, or fail."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.asked = asyncio.Semaphore(0)
        self.go = asyncio.Event()
        self.fails: Exception | None = None
        self.reading = self.most = 0

    async def page(self, grid: str, epoch: str | None, since: int | None, limit: int, size: int) -> Page:
        if limit:
            self.reading += 1
            self.most = max(self.most, self.reading)
            self.asked.release()
            await self.go.wait()
            self.reading -= 1
            if self.fails is not None:
                raise self.fails
        return await self.store.page(grid, epoch, since, limit, size)


async def test_one_who_goes_away_does_not_end_it_for_the_others(store: SqlStore) -> None:
    await run(store, *[add(id) for id in ids(5)])
    held = Held(store)
    shared = snapshots(held)
    leaving, staying = [asyncio.create_task(read(await shared.open("tasks", None, None))) for _ in range(2)]
    await held.asked.acquire()
    leaving.cancel()
    held.go.set()
    async with asyncio.timeout(PATIENCE):
        assert await staying == await pulled(store)
    assert leaving.cancelled()


async def test_a_busy_store_is_told_to_all_who_wait_and_asked_again(store: SqlStore) -> None:
    await run(store, *[add(id) for id in ids(5)])
    held = Held(store)
    held.fails = StoreBusy("The database is locked.")
    held.go.set()
    shared = snapshots(held)
    unheard: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
    both = [read(await shared.open("tasks", None, None)) for _ in range(2)]
    told = await asyncio.gather(*both, return_exceptions=True)
    assert [type(each) for each in told] == [StoreBusy, StoreBusy]
    assert unheard == []
    held.fails = None
    assert await read(await shared.open("tasks", None, None)) == await pulled(store)


async def test_few_pages_are_made_at_a_time(store: SqlStore) -> None:
    """Threads are left for the reads of others, however many ask for different pages."""
    await run(store, *[add(id) for id in ids(9)])
    held = Held(store)
    shared = snapshots(held)
    epoch = (await store.heads())[0].epoch
    asking = [asyncio.create_task(read(await shared.open("tasks", epoch, since))) for since in range(8)]
    async with asyncio.timeout(PATIENCE):
        for _ in range(2):
            await held.asked.acquire()
        held.go.set()
        await asyncio.gather(*asking)
    assert held.most == 2


async def test_what_is_kept_is_bounded_and_the_least_used_goes_first(store: SqlStore) -> None:
    await run(store, *[add(id, note=uuid7() * 10) for id in ids(8)])
    epoch = (await store.heads())[0].epoch
    size = len((await anext(await snapshots(store).open("tasks", epoch, 2))).packed)
    shared = snapshots(store, kept=int(size * 2.5))  # room for two pages
    for since in (2, 4, 2, 6):
        await anext(await shared.open("tasks", epoch, since))
    assert [place.start for place in shared._kept] == [2, 6]


@pytest.mark.parametrize("seed", range(4))
async def test_the_bound_holds_whatever_happens(store: SqlStore, seed: int) -> None:
    draw = random.Random(seed)
    known = ids(12)
    await run(store, *[add(id, note=uuid7()) for id in known])
    room = 1_500
    shared = snapshots(store, kept=room)
    epoch = (await store.heads())[0].epoch
    streams: list[Blocks] = []
    for _ in range(150):
        act = draw.randrange(3)
        if act == 0:
            await run(store, change(draw.choice(known), note=uuid7()))
        elif act == 1 or not streams:
            streams.append(await shared.open("tasks", epoch, draw.randrange(6)))
        else:
            several = draw.sample(streams, min(3, len(streams)))
            for stream, block in zip(
                several, await asyncio.gather(*(anext(stream, None) for stream in several)), strict=True
            ):
                if block is None:
                    streams.remove(stream)
        kept = sum(len(made.block.packed) for made in shared._kept.values())
        assert kept <= room
        assert shared._room == room - kept
