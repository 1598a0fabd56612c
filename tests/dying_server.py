"""`python -m server` that kills itself with -9 at a named point: DIE_AT, the DIE_AFTER-th time it comes
there (1 by default). It does to the server from outside what no code in it provides for."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import wraps
from itertools import count
from typing import Any, Self

from server import cli
from server.groups import Group
from server.sequencer import Sequencer
from server.stores import writes
from server.stores.sql import SqlStore, migrate
from tests.servers import ServerProcess

_passed = count(1)


class DyingServer(ServerProcess):
    module = "tests.dying_server"

    @classmethod
    @asynccontextmanager
    async def on(cls, database_url: str, **environment: str) -> AsyncIterator[Self]:
        """Running, and well at first."""
        await migrate(database_url)
        server = cls(database_url, **environment)
        try:
            await server.start()
            yield server
        finally:
            await server.close()


def die() -> None:
    if next(_passed) == int(os.environ.get("DIE_AFTER", "1")):
        os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> None:
    original: Callable[..., Any] = getattr(owner, name)

    @wraps(original)
    def dying(*arguments: Any, **named: Any) -> Any:
        die()
        return original(*arguments, **named)

    setattr(owner, name, dying)


def after(owner: Any, name: str) -> None:
    original: Callable[..., Any] = getattr(owner, name)

    @wraps(original)
    def dying(*arguments: Any, **named: Any) -> Any:
        answer = original(*arguments, **named)
        die()
        return answer

    setattr(owner, name, dying)


def after_awaiting(owner: Any, name: str) -> None:
    original: Callable[..., Any] = getattr(owner, name)

    @wraps(original)
    async def dying(*arguments: Any, **named: Any) -> Any:
        answer = await original(*arguments, **named)
        die()
        return answer

    setattr(owner, name, dying)


def soon_after(owner: Any, name: str, *, instead: bool = False) -> None:
    """Once what was written has left this process; `instead` of the call itself."""
    original: Callable[..., Any] = getattr(owner, name)

    @wraps(original)
    def dying(*arguments: Any, **named: Any) -> Any:
        asyncio.get_running_loop().call_later(0.1, die)
        return None if instead else original(*arguments, **named)

    setattr(owner, name, dying)


POINTS: dict[str, Callable[[], None]] = {
    # the transaction has begun and holds its lock
    "before validation": lambda: before(Group, "run"),
    # every statement has run, COMMIT is the next one
    "before commit": lambda: after(writes, "commit"),
    # the event loop has heard of it, nobody else
    "before ack": lambda: after_awaiting(SqlStore, "commit"),
    # who asked has heard of it, nobody else
    "before announcement": lambda: soon_after(Sequencer, "offer", instead=True),
    # everybody has
    "after announcement": lambda: soon_after(Sequencer, "offer"),
}


if __name__ == "__main__":
    if "DIE_AT" in os.environ:
        POINTS[os.environ["DIE_AT"]]()
    cli.main()
