"""What happened in a grid: every change once and in order, from any position on; or backwards, as history."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Sequence
from itertools import islice
from typing import Protocol

from tandem_client.follower import Follower
from tandem_client.records import Change, Json, Position, Reset, change_of

PAGE = 250  # changes in one question; with what they replaced they may be large


class Asks(Protocol):
    """What a grid needs of its client."""

    async def ask(self, event: str, payload: Json, timeout: float | None = None) -> Json:
        """An answer that is `ok`, over reconnects. Raises Refused, Unanswered and Closed."""

    def wait(self, timeout: float | None) -> float:
        """Seconds: those, or by default the client's."""


class Feed:
    def __init__(self, follower: Follower, asks: Asks) -> None:
        self._follower, self._asks = follower, asks

    async def changes(self, position: Position) -> AsyncGenerator[Change | Reset, None]:
        """See `Grid.changes`. It holds no more than one page: whoever is slow reads it from the server
        later."""
        while True:
            news = self._follower.news
            for item in await self._after(position):
                position = item.position
                yield item
            if position == self._follower.copy.position:
                self._follower.check()
                await asyncio.shield(news)

    async def history(self, **filters: Json) -> AsyncGenerator[Change, None]:
        """See `Grid.history`."""
        payload = {name: value for name, value in filters.items() if value is not None and value is not False}
        more = True
        while more:
            answer = await self._ask("history", None, limit=PAGE, **payload)
            more = answer["more"]
            for told in answer["changes"]:
                payload["before"] = told["revision"]
                yield change_of(self._follower.copy.epoch, told)

    async def _after(self, position: Position) -> Sequence[Change | Reset]:
        """What comes next, if anything."""
        here, recent = self._follower.copy.position, self._follower.recent
        if position.epoch != here.epoch or position.revision > here.revision:
            return [Reset(here)]
        if recent and recent[0].revision <= position.revision + 1:
            return list(islice(recent, position.revision + 1 - recent[0].revision, None))
        if position == here:
            return []
        return await self._past(position, min(here.revision, position.revision + PAGE))

    async def _past(self, position: Position, last: int) -> Sequence[Change | Reset]:
        """From the server's history, which is dense as long as the epoch lasts."""
        epoch, start = position
        told = (await self._ask("history", math.inf, before=last + 1, limit=last - start))["changes"]
        if (await self._ask("pull", math.inf, epoch=epoch, since=last, limit=0))["epoch"] != epoch:
            news = self._follower.news
            self._follower.pull()  # the replica has not heard of it yet
            await asyncio.shield(news)
            return []
        if len(told) < last - start:
            return [Reset(self._follower.copy.position)]
        return [change_of(epoch, entry) for entry in reversed(told)]

    async def _ask(self, event: str, timeout: float | None, **payload: Json) -> Json:
        return await self._asks.ask(event, {"grid": self._follower.grid, **payload}, timeout)
