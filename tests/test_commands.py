"""R1: every request is answered exactly once, whatever it is and whatever happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest

from server import commands as module
from server.auth import NO_KEY
from server.commands import COMMANDS, Commands
from server.committer import Reply
from server.errors import Refused
from server.grids import Grid
from server.model import Author, Head, MutationType, uuid7
from server.presence import Presence
from server.protocol import SHAPES
from server.sequencer import Sequencer
from server.service import GridService, Limits
from server.session import Session
from server.stores import Page, StoreBusy

HEAD = Head("g", "G", 1, "e", 5, 5, 0)
GRID = Grid.from_definition("g", "G", [])


class Store:
    """One grid of five revisions; `problem` is raised by whatever reads, which waits at `gate`."""

    def __init__(self) -> None:
        self.problem: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.reading = asyncio.Event()
        self.page_gate = asyncio.Event()
        self.page_gate.set()
        self.limits: list[int] = []

    async def _read(self) -> None:
        self.reading.set()
        await self.gate.wait()
        if self.problem is not None:
            raise self.problem

    async def heads(self) -> list[Head]:
        await self._read()
        return [HEAD]

    async def describe(self, grid: str) -> tuple[Head, Grid]:
        await self._read()
        return HEAD, GRID

    async def page(self, grid: str, epoch: str | None, since: int | None, limit: int, max_bytes: int) -> Page:
        self.limits.append(limit)
        await self.page_gate.wait()
        await self._read()
        return Page(HEAD, "reset", 0, 5, False, [])


class Committer:
    """Answers when told."""

    def __init__(self) -> None:
        self.answer: Reply = lambda answer: None

    def submit(self, grid: str, request: Any, reply: Reply) -> None:
        self.answer = reply


class Bench:
    """Commands over a real service, and everything that was answered."""

    def __init__(self) -> None:
        self.store = Store()
        self.committer = Committer()
        store: Any = self.store
        committer: Any = self.committer
        self.sequencer = Sequencer(store, lambda grid, event, payload: None)
        presence = Presence(lambda grid, event, payload: None)
        self.service = GridService(store, committer, self.sequencer, presence, Limits(page=100))
        self.commands = Commands(self.service)
        self.answers: list[dict[str, Any]] = []
        self.entered = asyncio.Event()
        self.session = self.new_session()

    def new_session(self) -> Session:
        return Session(uuid7(), Author("amy", "Amy"), NO_KEY, lambda _: self.entered.set(), lambda _: None)

    async def ask(self, event: str, *args: Any, size: int = 50) -> dict[str, Any]:
        """The only answer to a request that is served at once."""
        pending = self.commands.dispatch(self.session, event, args, size, self.answers.append)
        if pending is not None:
            await pending
        (answer,) = self.answers
        self.answers.clear()
        return answer


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    await made.sequencer.close()


def code(answer: dict[str, Any]) -> str:
    assert answer["ok"] is False
    return str(answer["error"]["code"])


def test_every_command_has_a_shape_and_a_permission() -> None:
    assert COMMANDS.keys() == SHAPES.keys()
    writes = {name for name, command in COMMANDS.items() if command.permission == "edit"}
    assert writes == {"mutate", *get_args(MutationType)}


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (StoreBusy("locked"), "busy"),
        (RuntimeError("a bug"), "internal"),
        (Refused("not_found", "no"), "not_found"),
    ],
    ids=str,
)
async def test_r1_a_read_that_fails_is_answered(bench: Bench, problem: Exception, expected: str) -> None:
    bench.store.problem = problem
    for event, payload in [("list_grids", {}), ("join_grid", {"grid": "g"})]:
        assert code(await bench.ask(event, payload)) == expected


async def test_r1_a_handler_that_raises_at_once_is_answered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.service, "mutate", lambda *args: 1 / 0)
    asked = {"grid": "g", "mutation_id": uuid7(), "fields": {}}
    assert code(await bench.ask("add_record", asked)) == "internal"


async def test_r1_a_read_past_its_deadline_is_busy(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_DEADLINE", 0.01)
    bench.store.gate.clear()
    assert code(await bench.ask("list_grids", {})) == "busy"


async def test_r1_a_request_that_is_cancelled_is_answered(bench: Bench) -> None:
    bench.store.gate.clear()
    pending = bench.commands.dispatch(bench.session, "list_grids", [{}], 50, bench.answers.append)
    assert pending is not None
    task = asyncio.ensure_future(pending)
    await bench.store.reading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [code(answer) for answer in bench.answers] == ["busy"]


async def test_a_server_that_stops_takes_nothing_new_and_waits_for_what_it_took(bench: Bench) -> None:
    asked = {"grid": "g", "mutation_id": uuid7(), "fields": {}}
    assert bench.commands.dispatch(bench.session, "add_record", [asked], 50, bench.answers.append) is None
    bench.commands.draining = True
    drained = asyncio.ensure_future(bench.commands.drained())
    refused: list[dict[str, Any]] = []
    for event in COMMANDS:
        assert bench.commands.dispatch(bench.session, event, [{}], 50, refused.append) is None
    assert {code(answer) for answer in refused} == {"busy"}
    assert (bench.answers, drained.done()) == ([], False)
    bench.committer.answer([{"mutation_id": asked["mutation_id"], "status": "applied"}])
    await drained
    assert [answer["ok"] for answer in bench.answers] == [True]


async def test_a_mutation_holds_no_later_request(bench: Bench) -> None:
    asked = {"grid": "g", "mutation_id": uuid7(), "fields": {}}
    assert bench.commands.dispatch(bench.session, "add_record", [asked], 50, bench.answers.append) is None
    assert bench.answers == []
    later: list[dict[str, Any]] = []
    pending = bench.commands.dispatch(bench.session, "list_grids", [{}], 50, later.append)
    assert pending is not None
    await pending
    assert later[0]["ok"] is True
    bench.committer.answer(Refused("busy", "later"))
    await bench.commands.drained()
    assert code(bench.answers[0]) == "busy"


async def test_a_failed_mutation_is_answered_without_a_result(bench: Bench) -> None:
    problem = {"code": "internal", "message": "no", "retry": True}
    asked = {"grid": "g", "mutation_id": uuid7(), "fields": {}}
    bench.commands.dispatch(bench.session, "add_record", [asked], 50, bench.answers.append)
    bench.committer.answer([{"status": "failed", "error": problem}])
    await bench.commands.drained()
    assert bench.answers == [{"ok": False, "error": problem}]


@pytest.mark.parametrize(("asked", "taken"), [(None, 100), (101, 100), (7, 7), (0, 0)])
async def test_a_limit_above_the_maximum_is_lowered(bench: Bench, asked: int | None, taken: int) -> None:
    await bench.ask("pull", {"grid": "g", "epoch": "e", "since": 1, "limit": asked})
    assert bench.store.limits == [taken]


async def test_a_grid_is_watched_as_long_as_anyone_has_joined_it(bench: Bench) -> None:
    other = bench.new_session()
    assert (await bench.ask("join_grid", {"grid": "g"}))["ok"] is True
    await bench.service.join_grid(other, "g")
    bench.service.leave_grid(bench.session, "g")
    assert bench.sequencer.head("g") == HEAD
    bench.service.close(other)
    assert bench.sequencer.head("g") is None


async def test_who_has_gone_while_joining_leaves_nothing_behind(bench: Bench) -> None:
    bench.store.page_gate.clear()
    joining = asyncio.ensure_future(bench.service.join_grid(bench.session, "g"))
    await bench.entered.wait()
    bench.service.close(bench.session)
    bench.store.page_gate.set()
    joined = await joining
    assert joined["presence"] == []
    assert bench.sequencer.head("g") is None
