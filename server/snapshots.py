"""All records of a grid, or all that changed, for many readers: pages as `pull` answers them. Rules: R5, R9.

A page is read in its own short transaction, written as a line of JSON and packed on threads, once for
all who ask for it at the same revision.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator
from typing import NamedTuple

import orjson

from server.blocks import Block, pack
from server.protocol import ok
from server.stores import Page, Store

KEPT = 32 * 2**20  # bytes of packed pages that are kept, of all grids together
MAKERS = 2  # pages that are made at a time: other reads find threads free

Blocks = AsyncGenerator[Block, None]


class Place(NamedTuple):
    """Where a page begins. What is read there is the same as long as epoch and revision are."""

    grid: str
    epoch: str
    revision: int
    start: int


class Made(NamedTuple):
    """A packed page; `at` is its place as it was when it was read, `next` where the page after it begins."""

    at: Place
    next: Place | None
    block: Block


class Snapshots:
    """Makes pages of at most `records` records or `max_bytes` of text, and keeps `kept` bytes of them."""

    def __init__(self, store: Store, records: int, max_bytes: int, kept: int = KEPT) -> None:
        self._store = store
        self._records = records
        self._max_bytes = max_bytes
        self._room = kept
        self._kept: OrderedDict[Place, Made] = OrderedDict()  # the least used first
        self._making: dict[Place, asyncio.Task[Made]] = {}
        self._makers = asyncio.Semaphore(MAKERS)

    async def open(self, grid: str, epoch: str | None, since: int | None) -> Blocks:
        """Lines of JSON, each what `pull` would answer next, up to the one with `more: false`.

        Raises UnknownGrid and StoreBusy at once; StoreBusy may also come between two pages.
        """
        # Read for each who asks: a page that is kept, or being made, is never older than the question.
        now = await self._store.page(grid, epoch, since, 0, 0)
        return self._blocks(Place(grid, now.head.epoch, now.head.revision, now.start))

    async def _blocks(self, place: Place | None) -> Blocks:
        while place is not None:
            made = await self._page(place)
            yield made.block
            place = made.next

    async def _page(self, place: Place) -> Made:
        kept = self._kept.get(place)
        if kept is not None:
            self._kept.move_to_end(place)
            return kept
        making = self._making.get(place)
        if making is None:
            making = self._making[place] = asyncio.create_task(self._make(place))
            making.add_done_callback(lambda made: self._keep(place, made))
        return await asyncio.shield(making)  # one who goes away does not end it for the others

    async def _make(self, place: Place) -> Made:
        async with self._makers:
            page = await self._store.page(
                place.grid, place.epoch, place.start, self._records, self._max_bytes
            )
            return await asyncio.to_thread(_packed, place.grid, page)

    def _keep(self, place: Place, making: asyncio.Task[Made]) -> None:
        del self._making[place]
        if making.cancelled() or making.exception() is not None:
            return  # told to those who wait for it
        made = making.result()
        if made.at in self._kept:  # two who came from different revisions have made the same
            return
        self._kept[made.at] = made
        self._room -= len(made.block.packed)
        while self._room < 0:
            _, dropped = self._kept.popitem(last=False)
            self._room += len(dropped.block.packed)


def _packed(grid: str, page: Page) -> Made:
    head = page.head
    at = Place(grid, head.epoch, head.revision, page.start)
    line = orjson.dumps(ok(**page.to_wire()), option=orjson.OPT_APPEND_NEWLINE)
    return Made(at, at._replace(start=page.to) if page.more else None, pack(line))
