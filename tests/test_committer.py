"""Group commit and its lanes: what is shared, what is kept apart, what is answered when."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from server import committer as module
from server.committer import Committer
from server.errors import Refused
from server.groups import Answer
from server.model import Author, Change, Head, Mutation, Range, Request, uuid7
from server.stores import Commit, StoreBusy, UnknownGrid

AMY = Author("amy", "Amy")
HEAD = Head("g", "G", 1, "e", 0, 0, 0)


class Store:
    """Only `commit`: it applies everything, waits at a gate, and fails where it is told to."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Semaphore(0)
        self.poison: set[str] = set()
        self.raises: Exception | None = None
        self.revision = 0

    async def commit(self, grid: str, requests: Sequence[Request]) -> Commit:
        ids = [mutation.mutation_id for request in requests for mutation in request.mutations]
        self.groups.append(ids)
        self.entered.release()
        await self.gate.wait()
        if self.raises:
            raise self.raises
        if self.poison & set(ids):
            raise OSError("this row breaks the statement")
        start, changes, results = self.revision, [], []
        for request in requests:
            answer: list[dict[str, Any]] = []
            for mutation in request.mutations:
                self.revision += 1
                changes.append(
                    Change(self.revision, mutation.id, "add", {}, None, AMY, mutation.mutation_id, "")
                )
                answer.append({"mutation_id": mutation.mutation_id, "status": "applied"})
            results.append(answer)
        head = Head("g", "G", 1, "e", self.revision, self.revision, 0)
        return Commit(list[Answer](results), Range(start, changes, head), head)


class Told:
    """Stands in for the sequencer: what it was offered, and whether it fails."""

    def __init__(self) -> None:
        self.ranges: list[Range] = []
        self.fails = False

    def offer(self, range: Range) -> None:
        if self.fails:
            raise RuntimeError("a bug")
        self.ranges.append(range)


@pytest.fixture
async def store() -> Store:
    return Store()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def committer(store: Any, told: Any) -> Committer:
    return Committer(store, told)


def submit(committer: Committer, grid: str, request: Request) -> asyncio.Future[Answer]:
    """The answer, as somebody who may lose interest waits for it."""
    answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def reply(given: Answer) -> None:
        if not answer.cancelled():
            answer.set_result(given)

    committer.submit(grid, request, reply)
    return answer


def ask(*ids: str, atomic: bool = False, size: int = 0) -> Request:
    mutations = [Mutation("add_record", id, uuid7()) for id in ids or [uuid7()]]
    return Request(mutations, AMY, atomic, size)


def statuses(answer: Answer) -> list[str]:
    assert not isinstance(answer, Refused), answer
    return [result["status"] for result in answer]


def code(answer: Answer) -> str:
    assert isinstance(answer, Refused)
    return answer.code


async def test_what_arrives_while_a_commit_runs_shares_the_next_one(
    store: Store, committer: Committer
) -> None:
    store.gate.clear()
    first = submit(committer, "g", ask("a"))
    await store.entered.acquire()
    later = [submit(committer, "g", ask(id)) for id in "bcd"]
    store.gate.set()
    await asyncio.gather(first, *later)
    assert store.groups == [["a"], ["b", "c", "d"]]


async def test_r2_nothing_is_answered_or_announced_before_it_is_committed(
    store: Store, committer: Committer, told: Told
) -> None:
    store.gate.clear()
    answer = submit(committer, "g", ask("a"))
    await store.entered.acquire()
    assert (answer.done(), told.ranges) == (False, [])
    store.gate.set()
    await answer
    assert statuses(answer.result()) == ["applied"]
    await committer.idle()
    assert [range.head.revision for range in told.ranges] == [1]


async def test_an_answer_does_not_wait_for_the_announcement(committer: Committer, told: Told) -> None:
    order: list[str] = []
    told.offer = lambda range: order.append("announced")  # type: ignore[method-assign]
    committer.submit("g", ask("a"), lambda answer: order.append("answered"))
    await committer.idle()
    assert order == ["answered", "announced"]


async def test_who_cannot_be_answered_stops_nobody(committer: Committer, told: Told) -> None:
    def fail(answer: Answer) -> None:
        raise RuntimeError("a bug")

    committer.submit("g", ask("a"), fail)
    assert statuses(await submit(committer, "g", ask("b"))) == ["applied"]
    await committer.idle()
    assert [range.head.revision for range in told.ranges] == [2]


async def test_what_comes_while_an_announcement_leaves_shares_the_next_commit(
    store: Store, committer: Committer
) -> None:
    def again(answer: Answer) -> None:
        # as a writer's next edit does that hears of its answer while the readers are written to
        asyncio.get_running_loop().call_soon(committer.submit, "g", ask("c"), lambda answer: None)

    store.gate.clear()
    committer.submit("g", ask("a"), again)
    await store.entered.acquire()
    committer.submit("g", ask("b"), lambda answer: None)
    store.gate.set()
    await committer.idle()
    assert store.groups == [["a"], ["b", "c"]]


async def test_r2_a_request_that_gives_up_does_not_stop_its_commit(
    store: Store, committer: Committer, told: Told
) -> None:
    store.gate.clear()
    answer = submit(committer, "g", ask("a"))
    await store.entered.acquire()
    answer.cancel()
    store.gate.set()
    await committer.idle()
    assert [range.head.revision for range in told.ranges] == [1]


async def test_r2_past_its_deadline_a_request_is_answered_busy_and_still_committed(
    store: Any, told: Any
) -> None:
    committer = Committer(store, told, deadline=0.01)
    store.gate.clear()
    running = submit(committer, "g", ask("a"))
    await store.entered.acquire()
    waiting = submit(committer, "g", ask("b"))
    for answer in (running, waiting):
        assert code(await answer) == "busy"
    late = submit(committer, "g", ask("c"))
    assert code(await late) == "busy"
    store.gate.set()
    await committer.idle()
    assert store.groups == [["a"], ["b", "c"]]


async def test_one_that_breaks_the_transaction_fails_alone(store: Store, committer: Committer) -> None:
    store.poison = {"b"}
    store.gate.clear()
    submit(committer, "g", ask("first"))
    await store.entered.acquire()
    answers = [
        submit(committer, "g", ask("a")),
        submit(committer, "g", ask("b", "c")),
        submit(committer, "g", ask("d")),
    ]
    store.gate.set()
    told = [statuses(answer) for answer in await asyncio.gather(*answers)]
    assert told == [["applied"], ["failed", "applied"], ["applied"]]


async def test_an_atomic_batch_is_run_again_whole(store: Store, committer: Committer) -> None:
    store.poison = {"b"}
    answer = await submit(committer, "g", ask("a", "b", atomic=True))
    assert isinstance(answer, Refused)
    assert answer.code == "internal"
    assert all(group in (["a", "b"],) for group in store.groups)


async def test_an_atomic_batch_stays_whole_beside_one_that_breaks(store: Store, committer: Committer) -> None:
    store.poison = {"x"}
    answers = [submit(committer, "g", ask("x")), submit(committer, "g", ask("a", "b", atomic=True))]
    _, batch = await asyncio.gather(*answers)
    assert statuses(batch) == ["applied", "applied"]
    assert store.groups == [["x", "a", "b"], ["x"], ["a", "b"]]


@pytest.mark.parametrize(
    ("problem", "code"), [(StoreBusy("locked"), "busy"), (UnknownGrid("g"), "not_found")], ids=str
)
async def test_a_store_that_cannot_is_told_by_code(
    store: Store, committer: Committer, problem: Exception, code: str
) -> None:
    store.raises = problem
    answer = await submit(committer, "g", ask("a"))
    assert isinstance(answer, Refused)
    assert answer.code == code


async def test_a_full_queue_answers_busy_without_queueing(
    store: Store, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING", 2)
    store.gate.clear()
    running = submit(committer, "g", ask("a"))
    await store.entered.acquire()
    waiting = submit(committer, "g", ask("b", "c"))
    with pytest.raises(Refused) as refused:
        submit(committer, "g", ask("d"))
    assert refused.value.code == "busy"
    store.gate.set()
    await asyncio.gather(running, waiting)
    await submit(committer, "g", ask("d"))
    assert store.groups == [["a"], ["b", "c"], ["d"]]


async def test_waiting_bytes_are_bounded_too(
    store: Store, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING_BYTES", 100)
    store.gate.clear()
    running = submit(committer, "g", ask("a", size=90))
    with pytest.raises(Refused):
        submit(committer, "g", ask("b", size=20))
    store.gate.set()
    await running


async def test_a_transaction_holds_a_bounded_number_of_mutations(
    store: Store, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GROUP", 3)
    answers = [submit(committer, "g", ask(*ids)) for ids in (["a", "b"], ["c", "d"], ["e"], ["f"])]
    await asyncio.gather(*answers)
    assert store.groups == [["a", "b"], ["c", "d", "e"], ["f"]]


async def test_grids_do_not_wait_for_each_other(store: Store, committer: Committer) -> None:
    store.gate.clear()
    one = submit(committer, "one", ask("a"))
    two = submit(committer, "two", ask("b"))
    await store.entered.acquire()
    await store.entered.acquire()
    store.gate.set()
    await asyncio.gather(one, two)


async def test_an_announcement_that_fails_costs_no_answer(committer: Committer, told: Told) -> None:
    told.fails = True
    assert statuses(await submit(committer, "g", ask("a"))) == ["applied"]


async def test_idle_waits_for_what_runs(store: Store, committer: Committer) -> None:
    store.gate.clear()
    answer = submit(committer, "g", ask("a"))
    idle = asyncio.ensure_future(committer.idle())
    await store.entered.acquire()
    assert not idle.done()
    store.gate.set()
    await idle
    assert answer.done()
