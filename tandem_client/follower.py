"""What keeps one grid's replica equal to the server's, and sends what waits, over one connection after
another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tandem_client.connection import Connection
from tandem_client.errors import Refused, refusal
from tandem_client.outbox import Limits, Outbox
from tandem_client.records import Json
from tandem_client.replica import Copy, Replica


class Follower:
    """`outbox` is for what is to be sent; `recent` changes are the replica's."""

    def __init__(self, grid: str) -> None:
        self.grid = grid
        self.title = ""
        self.fields: Mapping[str, Mapping[str, Json]] = {}
        self._definition = 0
        self._described = asyncio.Event()  # another definition than this one is announced
        self._due = asyncio.Event()  # something is to be asked for
        self._replica = Replica(self._moved, self._due.set)
        self.recent = self._replica.recent
        self.outbox = Outbox(lambda: self.copy.position, self.pull)
        self.news: asyncio.Future[None] = asyncio.get_running_loop().create_future()  # done at the next move
        self._error: Json = None  # it will not be followed any more

    @property
    def copy(self) -> Copy:
        return self._replica.copy

    async def joined(self) -> None:
        """Return when the replica is complete for the first time. Raises Refused and Closed."""
        self.check()
        while not self.copy.complete:
            await asyncio.shield(self.news)
            self.check()

    def check(self) -> None:
        """Raises what has ended it."""
        if self._error is not None:
            raise refusal(self._error)

    def pull(self) -> None:
        """Ask the server what is new, unless that is being done."""
        if not self._replica.reading:
            self._replica.pull()

    async def follow(self, connection: Connection) -> None:
        """Until the connection is lost; for good when the server refuses to be followed."""
        try:
            await self._follow(connection)
        except Refused as refused:
            self.end({"code": refused.code, "message": refused.message, "retry": refused.retry})

    def hear(self, event: str, payload: Json) -> None:
        """An announcement."""
        if event in ("head", "grid_changed") and payload["definition"] != self._definition:
            self._described.set()
            self._due.set()
        if event in ("changes", "head"):
            self._replica.hear(event, payload)

    def end(self, error: Json) -> None:
        """It will not be followed any more."""
        self._error = self._error or error
        self.outbox.end(error)
        self._tell()

    async def _follow(self, connection: Connection) -> None:
        replica = self._replica
        joined = await connection.demand("join_grid", {"grid": self.grid, **replica.begin()})
        self._describe(joined["grid"])
        replica.hear("head", joined)
        self._take(joined["page"])
        limits = Limits(joined["limits"]["batch"], joined["limits"]["bytes"])
        connection.start(self.outbox.send(connection, self.grid, limits))
        while True:
            self._due.clear()
            while replica.reading:
                self._take(await connection.demand("pull", {"grid": self.grid, **replica.since()}))
            if self._described.is_set():
                self._described.clear()
                await self._fetch(connection)
            await self._due.wait()

    async def _fetch(self, connection: Connection) -> None:
        answer = await connection.demand("join_grid", {"grid": self.grid, "limit": 0})
        self._describe(answer["grid"])

    def _take(self, page: Json) -> None:
        self._replica.take(page)
        if not self._replica.reading:
            self.outbox.caught_up()

    def _describe(self, grid: Json) -> None:
        self.title, self._definition = grid["title"], grid["definition"]
        self.fields = {field["name"]: field for field in grid["fields"]}
        self._tell()

    def _moved(self) -> None:
        self.outbox.settle()
        self._tell()

    def _tell(self) -> None:
        self.news.set_result(None)
        self.news = asyncio.get_running_loop().create_future()
