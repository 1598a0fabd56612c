"""One table of everything a client may ask, and the one place that answers (R1).

A command is a name, a shape (protocol.SHAPES), a permission and a handler. Mutations have their own
way: they are handed to the committer in order and answered when committed, holding nobody.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

import structlog
from structlog.contextvars import bound_contextvars

from server.auth import Permission
from server.errors import Refused, error
from server.groups import DONE, Answer, Result
from server.model import Json, Mutation, MutationType
from server.protocol import failed, ok, parse, parse_mutation, parse_single
from server.service import GridService
from server.session import Session
from server.stores import StoreBusy
from server.tally import Tally

log = structlog.get_logger(__name__)

Ack = dict[str, Json]
Send = Callable[[Ack], None]

READ_DEADLINE = 10.0  # seconds until a read is answered `busy`
UNKNOWN = "unknown"  # in counts: the name of an event that there is none of
ENVELOPE = len('["",]')  # bytes of a request beside its event's name and its payload

SINGLE = get_args(MutationType)


@dataclass(frozen=True, slots=True)
class Command:
    """What may be asked; `handler` is None for what writes, see Commands._write."""

    permission: Permission
    handler: Callable[..., Any] | None = None


COMMANDS: dict[str, Command] = {
    "list_grids": Command("view", GridService.list_grids),
    "join_grid": Command("view", GridService.join_grid),
    "leave_grid": Command("view", GridService.leave_grid),
    "pull": Command("view", GridService.pull),
    "history": Command("view", GridService.history),
    "set_presence": Command("view", GridService.set_presence),
    "mutate": Command("edit"),
    **{name: Command("edit") for name in SINGLE},
}


class Commands:
    """Judges and runs requests. `draining` is set when the process stops: nothing new is taken."""

    def __init__(self, service: GridService, tally: Tally | None = None) -> None:
        self.draining = False
        self.tally = tally or Tally()
        self._service = service
        self._unanswered = 0
        self._drained = asyncio.Event()
        self._drained.set()

    @property
    def unanswered(self) -> int:
        """Requests that were taken and are not answered yet."""
        return self._unanswered

    def dispatch(
        self,
        session: Session,
        event: str,
        args: Sequence[Json],
        size: int,
        answer: Send,
        version: int | None = None,
    ) -> Coroutine[Any, Any, None] | None:
        """Run one request; `answer` is called exactly once, now or later. Never raises.

        Returns None when the session's next request may be served, else a coroutine that is to
        be awaited first. `size` is the bytes of its JSON, `["event",payload]`. `version` is the one
        that the record of an update must have, for doors that can say so.
        """
        once = self._counted(session, event, answer)
        try:
            command = self._admit(session, event, args, size)
            if command.handler is None:
                self._write(session, event, args[0], size, once, version)
                return None
            payload = parse(event, args[0])
            outcome = command.handler(self._service, session, **payload)
            if asyncio.iscoroutine(outcome):
                return self._read(outcome, session, event, once)
            once(outcome)
        except Refused as refused:
            once(failed(refused))
        except Exception:  # the one place that turns a bug into an answer
            log.exception("request_failed", command=event, request=session.reference(session.requests))
            once(_internal())
        return None

    async def drained(self) -> None:
        """Return when every request that was taken has been answered."""
        await self._drained.wait()

    def _counted(self, session: Session, event: str, answer: Send) -> Send:
        self._unanswered += 1
        self._drained.clear()
        self.tally.requests[event if event in COMMANDS else UNKNOWN] += 1
        number = session.requests

        def once(ack: Ack) -> None:
            self._unanswered -= 1
            if not self._unanswered:
                self._drained.set()
            if not ack["ok"]:
                self._refuse(session, number, event, ack["error"])
            elif "results" in ack:
                self.tally.refusals.update(r["error"]["code"] for r in ack["results"] if "error" in r)
            answer(ack)

        return once

    def _refuse(self, session: Session, number: int, event: str, problem: dict[str, Json]) -> None:
        """Count it; what is the server's own fault is told with a word by which its log line is found."""
        self.tally.refusals[problem["code"]] += 1
        if problem["code"] == "internal":
            reference = session.reference(number)
            log.error("answered_internal", command=event, request=reference)
            problem["message"] = f"{problem['message']} (Request {reference}.)"

    def _admit(self, session: Session, event: str, args: Sequence[Json], size: int) -> Command:
        command = COMMANDS.get(event)
        if command is None:
            raise Refused("unknown_event", f"There is no event {event[:60]!r}; see docs/PROTOCOL.md.")
        if self.draining:
            raise Refused("busy", "This server is stopping. Connect again and ask again.")
        most = self._service.limits.bytes
        payload = size - len(event) - ENVELOPE
        if payload > most:
            raise Refused("too_large", f"A request may have {most} bytes; this one has {payload}.")
        if len(args) != 1:
            raise Refused("invalid_message", f"{event} takes one object as its payload.")
        grid = args[0].get("grid") if isinstance(args[0], dict) else None
        refusal = session.key.refusal(command.permission, grid)
        if refusal is not None:
            raise refusal
        session.allowance.spend(size)
        return command

    async def _read(
        self, outcome: Coroutine[Any, Any, Ack], session: Session, event: str, answer: Send
    ) -> None:
        try:
            with bound_contextvars(request=session.reference(session.requests)):
                async with asyncio.timeout(READ_DEADLINE):
                    ack = await outcome
        except Refused as refused:
            ack = failed(refused)
        except (StoreBusy, TimeoutError):
            ack = failed(Refused("busy", "The server is busy. Ask again in a moment."))
        except asyncio.CancelledError:
            answer(failed(Refused("busy", "The connection is closing.")))
            raise
        except Exception:  # the coroutine half of dispatch()
            log.exception("request_failed", command=event, request=session.reference(session.requests))
            ack = _internal()
        answer(ack)

    def _write(
        self, session: Session, event: str, payload: Json, size: int, answer: Send, version: int | None
    ) -> None:
        if event == "mutate":
            body = parse(event, payload)
            grid, atomic = body["grid"], body.get("atomic", False)
            mutations, form = self._batch(body["mutations"]), _batch_ack
        else:
            grid, mutation = parse_single(cast(MutationType, event), payload)
            if version is not None:
                mutation = mutation._replace(version=version)
            atomic, mutations, form = False, [mutation], _single_ack
        reply = functools.partial(_answer_with, form, atomic, answer)
        self._service.mutate(session, grid, mutations, atomic, size, reply)

    def _batch(self, entries: list[Json]) -> list[Mutation]:
        most = self._service.limits.batch
        if len(entries) > most:
            raise Refused("too_large", f"A batch may have {most} mutations; this one has {len(entries)}.")
        mutations = [parse_mutation(entry) for entry in entries]
        if len({mutation.mutation_id for mutation in mutations}) < len(mutations):
            raise Refused("invalid_message", "A mutation id stands twice in this batch.")
        return mutations


def _answer_with(
    form: Callable[[list[Result], bool], Ack], atomic: bool, answer: Send, outcome: Answer
) -> None:
    answer(failed(outcome) if isinstance(outcome, Refused) else form(outcome, atomic))


def _single_ack(results: list[Result], atomic: bool) -> Ack:
    """A single-record event's ack: a failed mutation has come to no result."""
    (result,) = results
    if result["status"] in DONE:
        return ok(result=result)
    if result["status"] == "failed":
        return {"ok": False, "error": result["error"]}
    return {"ok": False, "error": result["error"], "result": result}


def _batch_ack(results: list[Result], atomic: bool) -> Ack:
    wrong = [result for result in results if result["status"] not in DONE]
    if atomic and wrong:
        first = next((result for result in wrong if result["status"] != "skipped"), wrong[0])
        return {"ok": False, "error": first["error"], "results": results}
    return ok(results=results)


def _internal() -> Ack:
    return {"ok": False, "error": error("internal", "The server failed on this request; nothing was done.")}
