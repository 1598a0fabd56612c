"""One session and its requests, served in order by `Commands.dispatch`; the same for every door that
stays open. Everything that can be answered is answered (R1).
"""

from __future__ import annotations

import asyncio
import functools
import secrets
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from server.access import Access
from server.commands import Commands
from server.errors import Refused
from server.model import Json
from server.protocol import failed
from server.service import GridService
from server.session import Session
from server.transports.pipes import Pipe, Rooms, room_of
from server.transports.polling import MOST_BYTES

log = structlog.get_logger(__name__)

QUEUE = 64  # requests of one session that may wait; the next is answered `busy`
CONNECT_DEADLINE = 10.0  # seconds until a client that has not connected is cut
DRAIN_DEADLINE = 8.0  # seconds for running commits when the process stops: SIGKILL follows after 10 s
LOG_INTERVAL = 1.0  # seconds between two log lines about what strangers send
POLICY_VIOLATION, SERVICE_RESTART = 1008, 1012

Id = TypeVar("Id")  # what a request is known by on the wire
P = TypeVar("P", bound=Pipe)


@dataclass(frozen=True, slots=True)
class Hall:
    """What all callers of one door share."""

    commands: Commands
    service: GridService
    access: Access
    rooms: Rooms

    async def drain(self) -> None:
        """Take nothing new, and wait until what was taken has been answered, or for too long."""
        self.commands.draining = True
        try:
            async with asyncio.timeout(DRAIN_DEADLINE):
                await self.commands.drained()
        except TimeoutError:
            log.warning("drain_timed_out", seconds=DRAIN_DEADLINE)


@dataclass(frozen=True, slots=True)
class Request(Generic[Id]):
    """A request that waits to be served; without an `id` nobody waits for its answer."""

    event: str
    args: list[Json]
    size: int  # bytes
    id: Id | None


class Caller(Generic[P, Id]):
    """The peer of one pipe: at most one session, from its connect on, and its requests in order.

    A door says how an answer (`say`) and an announcement to this one alone (`tell`) look on its wire."""

    def __init__(self, hall: Hall, pipe: P) -> None:
        self.pipe = pipe
        self.session: Session | None = None
        self._hall = hall
        self._queue: deque[Request[Id]] = deque()
        self._queue_size = 0
        self._worker: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(CONNECT_DEADLINE, pipe.cut, "did not connect", POLICY_VIOLATION)

    @property
    def connected(self) -> bool:
        return self.session is not None

    @property
    def key(self) -> str | None:
        return self.session.key.id if self.session is not None else None

    def say(self, id: Id, body: Json) -> bytes:
        """An answer. Raises TypeError or ValueError for what is not JSON."""
        raise NotImplementedError

    def tell(self, event: str, payload: Json) -> bytes:
        """An announcement."""
        raise NotImplementedError

    def resumed(self, missed: bool) -> None:
        """R12: announcements have resumed; then what was missed, then requests."""
        self._hall.commands.tally.resumed += 1
        if self.session is not None and missed:
            for event, payload in self._hall.service.resync(self.session):
                self.pipe.write(self.tell(event, payload))
        self._serve()

    def closed(self, reason: str) -> None:
        self._hall.commands.tally.closed[reason] += 1
        self._deadline.cancel()
        self._queue.clear()
        if self.session is not None:
            log.info("session_closed", session=self.session.id, reason=reason)
            self._hall.service.close(self.session)

    def connect(self, auth: Json) -> Session:
        """Open its session. Raises Refused."""
        if self.session is not None:
            raise Refused("invalid_message", "This client is connected already.")
        id = secrets.token_urlsafe(15)
        rooms, pipe = self._hall.rooms, self.pipe
        try:
            identity = self._hall.access.identify(auth, id, pipe.address)
        except Refused as refused:
            self._hall.commands.tally.refusals[refused.code] += 1
            raise
        self.session = Session(
            id=id,
            author=identity.author,
            key=identity.key,
            enter=lambda grid: rooms.enter(room_of(grid), pipe),
            leave=lambda grid: rooms.leave(room_of(grid), pipe),
        )
        self._deadline.cancel()
        log.info("session_opened", session=id, role=identity.key.role, holder=identity.key.id)
        return self.session

    def ask(self, request: Request[Id], flaw: Refused | None = None) -> None:
        """Serve it when it is its turn; what is wrong with its form is answered at once."""
        refused = self._refusal(request, flaw)
        if refused is not None:
            self._hall.commands.tally.refusals[refused.code] += 1
            self.answer(request.id, failed(refused))
            return
        self._queue.append(request)
        self._queue_size += request.size
        self._serve()

    def answer(self, id: Id | None, body: Json) -> None:
        if id is None:
            return
        try:
            packet = self.say(id, body)
        except (TypeError, ValueError):
            log.exception("answer_not_json")
            packet = self.say(id, failed(Refused("internal", "The answer cannot be said in JSON.")))
        self.pipe.write(packet)

    def _refusal(self, request: Request[Id], flaw: Refused | None) -> Refused | None:
        if self.session is None:
            return Refused("unauthorized", "Connect first: this client has not.")
        if flaw is not None:
            return flaw
        full = len(self._queue) >= QUEUE or self._queue_size + request.size > MOST_BYTES
        if self._queue and full:
            return Refused("busy", "Too many requests wait already. Ask again in a moment.")
        return None

    def _serve(self) -> None:
        """Serve what waits, until something has to be awaited."""
        if self._worker is None and (pending := self._next()) is not None:
            self._worker = asyncio.get_running_loop().create_task(self._work(pending))

    async def _work(self, pending: Coroutine[Any, Any, None] | None) -> None:
        try:
            while pending is not None:
                await pending
                pending = self._next()
        finally:
            self._worker = None

    def _next(self) -> Coroutine[Any, Any, None] | None:
        """Serve until a request wants to be awaited, none is left, or the client is blocked (R12)."""
        while self._queue and self.session is not None and not self.pipe.blocked:
            request = self._queue.popleft()
            self._queue_size -= request.size
            self.session.requests += 1
            answer = functools.partial(self.answer, request.id)
            pending = self._hall.commands.dispatch(
                self.session, request.event, request.args, request.size, answer
            )
            if pending is not None:
                return pending
        return None


class Seldom:
    """Warns that something came that is refused, but not each time: strangers decide how often."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._silent_until = 0.0
        self._unsaid = 0

    def __call__(self, problem: Exception) -> None:
        now = time.monotonic()
        if now < self._silent_until:
            self._unsaid += 1
            return
        reason = problem.code if isinstance(problem, Refused) else type(problem).__name__
        log.warning(self._event, reason=reason, unsaid=self._unsaid)  # never what it was
        self._silent_until, self._unsaid = now + LOG_INTERVAL, 0
