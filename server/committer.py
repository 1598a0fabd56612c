"""Group commit, then the sequencer: the only way a range is announced.

    submit() → lane of the grid → store.commit (a thread, one transaction) → answers → Sequencer.offer

Answers go out before the announcement, so that a writer does not wait for a thousand readers, and
what it sends next shares the next transaction with what has come meanwhile.

No request can cancel what is under way (R2): a request that waits too long is answered `busy`,
and its outcome is found again under its mutation ids (R3).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, replace
from itertools import chain
from time import perf_counter

import structlog

from server.errors import Refused, error
from server.groups import Answer, Result
from server.model import Range, Request
from server.sequencer import Sequencer
from server.stores import Store, StoreBusy, UnknownGrid
from server.tally import Tally

log = structlog.get_logger(__name__)

DEADLINE = 10.0  # seconds until a request that waits is answered `busy`
GROUP = 2_000  # mutations at most in one transaction
WAITING = 20_000  # mutations at most that wait for one grid
WAITING_BYTES = 32 * 2**20  # and their bytes on the wire
TURNS = 2  # of the event loop: one writes and reads, the next one hands on what was read

Reply = Callable[[Answer], None]
Outcome = tuple[list[Answer], list[Range]]  # an answer per request, and what is to be announced

_BUSY = "The server cannot store this now; the outcome is unknown. Ask again with the same mutation ids."


@dataclass(slots=True, eq=False)
class _Entry:
    request: Request
    reply: Reply
    deadline: float
    came: float  # by perf_counter(): the loop's own clock stands still while it announces
    answered: bool = False


class _Lane:
    """What waits for one grid, and the task that commits it while anything does."""

    expiry: asyncio.TimerHandle

    def __init__(self) -> None:
        self.running: list[_Entry] = []  # the transaction that is under way
        self.waiting: deque[_Entry] = deque()
        self.mutations = 0
        self.bytes = 0
        self.task: asyncio.Task[None] | None = None

    def put(self, entry: _Entry) -> None:
        self.waiting.append(entry)
        self.mutations += len(entry.request.mutations)
        self.bytes += entry.request.size

    def take(self) -> list[_Entry]:
        """What goes into the next transaction: everything that waits, up to GROUP mutations."""
        self.running = []
        taken = 0
        while self.waiting and (not self.running or taken + len(self.waiting[0].request.mutations) <= GROUP):
            entry = self.waiting.popleft()
            taken += len(entry.request.mutations)
            self.bytes -= entry.request.size
            self.running.append(entry)
        self.mutations -= taken
        return self.running


class Committer:
    """One lane per grid: mutations that arrive while a commit runs share the next one."""

    def __init__(
        self,
        store: Store,
        sequencer: Sequencer,
        deadline: float = DEADLINE,
        tally: Tally | None = None,
    ) -> None:
        self._tally = tally or Tally()
        self._store = store
        self._sequencer = sequencer
        self._deadline = deadline
        self._lanes: dict[str, _Lane] = {}

    def submit(self, grid: str, request: Request, reply: Reply) -> None:
        """Call `reply` once, later, with the request's results or with why it is refused as a whole.

        Raises Refused("busy") at once, without queueing, where too much waits already.
        """
        loop = asyncio.get_running_loop()
        lane = self._lanes.get(grid) or self._lanes.setdefault(grid, _Lane())
        if lane.mutations + len(request.mutations) > WAITING or lane.bytes + request.size > WAITING_BYTES:
            raise Refused("busy", "Too many edits are waiting for this grid. Ask again in a moment.")
        lane.put(_Entry(request, reply, loop.time() + self._deadline, perf_counter()))
        if lane.task is None:
            # It outlives the request that begins it, whose id is not to stand in its log lines.
            lane.task = loop.create_task(self._run(grid, lane), context=Context())

    @property
    def waiting(self) -> tuple[int, int]:
        """Mutations that wait for their transaction, in all grids, and their bytes on the wire."""
        lanes = self._lanes.values()
        return sum(lane.mutations for lane in lanes), sum(lane.bytes for lane in lanes)

    async def idle(self) -> None:
        """Return when nothing waits and nothing runs."""
        while tasks := [lane.task for lane in self._lanes.values() if lane.task is not None]:
            await asyncio.wait(tasks)

    async def _run(self, grid: str, lane: _Lane) -> None:
        self._expire(lane)
        try:
            # Let everything that this turn of the loop still brings share the transaction.
            await asyncio.sleep(0)
            while lane.take():
                came = lane.running[0].came
                answers, ranges = await self._commit(grid, [entry.request for entry in lane.running])
                for entry, answer in zip(lane.running, answers, strict=True):
                    _settle(entry, answer)
                self._announce(ranges, came)
                # Let what was just written leave, then what has come meanwhile be read.
                for _ in range(TURNS):
                    await asyncio.sleep(0)
        finally:
            lane.expiry.cancel()
            lane.task = None
            del self._lanes[grid]

    def _expire(self, lane: _Lane) -> None:
        """Tell what waits too long that its outcome is unknown (its commit goes on), and look again
        when the next one has: deadlines stand in the order of arrival."""
        loop = asyncio.get_running_loop()
        following = loop.time() + self._deadline  # whoever comes from now on has as long
        for entry in chain(lane.running, lane.waiting):
            if entry.deadline > loop.time():
                following = entry.deadline
                break
            _settle(entry, Refused("busy", _BUSY))
        lane.expiry = loop.call_at(following, self._expire, lane)

    async def _commit(self, grid: str, requests: Sequence[Request]) -> Outcome:
        """Commit; every request gets an answer, whatever happens."""
        began = perf_counter()
        try:
            commit = await self._store.commit(grid, requests)
        except UnknownGrid:
            return [Refused("not_found", f"There is no grid {grid!r}.")] * len(requests), []
        except StoreBusy as busy:
            log.warning("commit_busy", grid=grid, reason=str(busy))
            return [Refused("busy", _BUSY)] * len(requests), []
        except Exception:  # whatever the database raised: find out whose fault it is
            log.exception("commit_failed", grid=grid, requests=len(requests))
            return await self._commit_apart(grid, requests)
        self._tally.commits.add(perf_counter() - began)
        return list(commit.results), [commit.range] if commit.range else []

    def _announce(self, ranges: Sequence[Range], came: float) -> None:
        """`came`: when the first of their mutations did."""
        for range in ranges:
            try:
                self._sequencer.offer(range)
            except Exception:  # it is committed and answered; heads repair the rest (R6)
                log.exception("announcement_failed", grid=range.head.grid)
        if ranges:
            self._tally.announcements.add(perf_counter() - came)

    async def _commit_apart(self, grid: str, requests: Sequence[Request]) -> Outcome:
        """The same once more, mutation by mutation; an atomic batch stays whole."""
        if len(requests) == 1 and (requests[0].atomic or len(requests[0].mutations) == 1):
            return [_failed(requests[0])], []
        answers: list[Answer] = []
        ranges: list[Range] = []
        for request in requests:
            if request.atomic:
                whole, made = await self._commit(grid, [request])
                answers += whole
                ranges += made
                continue
            results: list[Result] = []
            for mutation in request.mutations:
                (answer,), made = await self._commit(grid, [replace(request, mutations=[mutation])])
                ranges += made
                if isinstance(answer, Refused):
                    results.append(_unjudged(mutation.mutation_id, mutation.id, answer))
                else:
                    results += answer
            answers.append(results)
        return answers, ranges


def _settle(entry: _Entry, answer: Answer) -> None:
    if entry.answered:
        return
    entry.answered = True
    try:
        entry.reply(answer)
    except Exception:  # whoever asked cannot be told; the others can
        log.exception("reply_failed")


def _failed(request: Request) -> Answer:
    problem = Refused("internal", "The server could not store this; nothing was done.")
    if request.atomic:
        return problem
    return [_unjudged(m.mutation_id, m.id, problem) for m in request.mutations]


def _unjudged(mutation_id: str, id: str, problem: Refused) -> Result:
    """A mutation that came to no outcome; nothing of it is recorded, so it may be asked again."""
    return {
        "mutation_id": mutation_id,
        "status": "failed",
        "id": id,
        "epoch": None,
        "revision": None,
        "error": error(problem.code, problem.message),
    }
