"""The client: one connection that is made again whenever it is lost, and the grids that are joined."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from typing import Self

from tandem_client.connection import PROTOCOL, Connection, Lost, check, rest
from tandem_client.errors import Refused, TandemError, Unanswered, refusal
from tandem_client.follower import Follower
from tandem_client.grid import Grid
from tandem_client.records import Json

TIMEOUT = 30.0  # seconds
CLOSED = {"code": "closed", "message": "This client is closed.", "retry": False}


def connect(
    url: str,
    *,
    key: str | None = None,
    name: str | None = None,
    user: str | None = None,
    timeout: float = TIMEOUT,
) -> Tandem:
    """A client of the server at `url` (`http://localhost:8080`), for as long as it is entered by `async
    with`.

    `key` where the server asks for one; `name` is what others see; `user` becomes the author's id of all
    that is written: keep one where you want to know your own changes again after a restart (else it is
    made up). `timeout`: seconds that a call waits for a connection and its answer, where it is not told
    otherwise; `math.inf` is for ever. A lost connection is made again by itself, as often as it takes; but
    what the server has refused for good is over. Entering raises Refused (code `unauthorized`: no key, or
    a wrong one) and Unanswered; ValueError for a URL that is none.
    """
    auth = {"protocol": PROTOCOL, "user": user or str(uuid.uuid4()), "name": name, "token": key}
    return Tandem(check(url), {key: value for key, value in auth.items() if value is not None}, timeout)


class Tandem:
    """Made by `connect`."""

    def __init__(self, url: str, auth: Json, timeout: float) -> None:
        self.user: str = auth["user"]
        self._url, self._auth, self._timeout = url, auth, timeout
        self._followers: dict[str, Follower] = {}
        self._grids: dict[str, Grid] = {}
        self._connection: Connection | None = None
        self._ready = asyncio.Event()  # connected; or it never will be again, and there is an error
        self._error: Json = None
        self._trouble = ""  # why there was no connection when it was last tried
        self._living: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._living = asyncio.create_task(self._live())
        self._living.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(self._timeout):
                await self._ready.wait()
            self._check()
        except TimeoutError:
            await self._close()
            raise self._unanswered(self._timeout) from None
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    @property
    def connected(self) -> bool:
        """At this moment."""
        return self._connection is not None

    async def grids(self, *, timeout: float | None = None) -> list[Json]:
        """The grids that the key opens: `{id, title, revision, count}`. Raises Refused, Unanswered and
        Closed."""
        found: list[Json] = (await self.ask("list_grids", {}, timeout))["grids"]
        return found

    async def join(self, id: str, *, timeout: float | None = None) -> Grid:
        """The grid, with all its records, and followed from here on; the same one if it is joined again.

        Raises Refused (`not_found`, `forbidden`), Unanswered and Closed."""
        follower = self._followers.get(id)
        if follower is None:
            follower = self._followers[id] = Follower(id)
            self._grids[id] = Grid(follower, self)
            if self._connection is not None:
                self._connection.start(follower.follow(self._connection))
        try:
            async with asyncio.timeout(self.wait(timeout)):
                self._check()
                await follower.joined()
        except TimeoutError:
            raise self._unanswered(self.wait(timeout)) from None
        except Refused:
            self._followers.pop(id, None)
            raise
        return self._grids[id]

    async def ask(self, event: str, payload: Json, timeout: float | None = None) -> Json:
        """An answer of the protocol that is `ok`; for what only reads: it is asked again after a lost
        connection.

        Raises Refused, Unanswered and Closed."""
        try:
            async with asyncio.timeout(self.wait(timeout)):
                while True:
                    await self._ready.wait()
                    self._check()
                    if self._connection is not None:
                        with suppress(Lost):
                            return await self._connection.demand(event, payload)
                    await asyncio.sleep(0)
        except TimeoutError:
            raise self._unanswered(self.wait(timeout)) from None

    def wait(self, timeout: float | None) -> float:
        """Seconds: those, or by default this client's."""
        return self._timeout if timeout is None else timeout

    async def _live(self) -> None:
        """Connect again and again, until the server refuses it for good."""
        attempt = 0
        while self._error is None:
            connection = Connection(self._hear)
            try:
                await connection.open(self._url, self._auth)
                attempt = 0
                self._begin(connection)
                await connection.lost()
            except Lost as lost:
                self._trouble = f" {self._url} is not reached: {lost}."
            except Refused as refused:
                self._trouble = f" {refused.message}"
                if not refused.retry:
                    return self._end({"code": refused.code, "message": refused.message, "retry": False})
            finally:
                self._connection = None
                if self._error is None:
                    self._ready.clear()
                await connection.close()
            await asyncio.sleep(rest(attempt))
            attempt += 1

    def _begin(self, connection: Connection) -> None:
        self._trouble = ""
        self._connection = connection
        self._ready.set()
        for follower in self._followers.values():
            connection.start(follower.follow(connection))

    def _hear(self, event: str, payload: Json) -> None:
        if (follower := self._followers.get(payload["grid"])) is not None:
            follower.hear(event, payload)

    async def _close(self) -> None:
        self._end(CLOSED)
        assert self._living is not None
        self._living.cancel()
        await asyncio.wait([self._living])

    def _ended(self, living: asyncio.Task[None]) -> None:
        if not living.cancelled() and (bug := living.exception()) is not None:
            self._end({"code": "internal", "message": f"A bug of this client: {bug!r}", "retry": False})

    def _end(self, error: Json) -> None:
        self._error = self._error or error
        self._ready.set()
        for follower in self._followers.values():
            follower.end(self._error)

    def _check(self) -> None:
        if self._error is not None:
            raise refusal(self._error)

    def _unanswered(self, timeout: float) -> TandemError:
        return Unanswered(f"No answer within {timeout:g} s.{self._trouble}")
