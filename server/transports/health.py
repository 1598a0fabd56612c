"""For those who start, watch and balance servers: `GET /healthz` and `GET /readyz`. Open to all.

/healthz   200 while the process serves, even one that is about to stop
/readyz    200 while it also takes requests and its database answers; else 503 with what is wrong
"""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from aiohttp import web

from server.commands import Commands
from server.model import Head
from server.service import GridService
from server.stores import StoreBusy

log = structlog.get_logger(__name__)

HEALTH, READY = "/healthz", "/readyz"
STATES = {HEALTH, READY}
WITHIN = 2.0  # seconds in which the database answers; whoever asks waits little longer
HEADERS = {"Cache-Control": "no-store"}

STOPS = "The server is stopping: it takes no new requests."
SILENT = f"The database has not answered within {WITHIN:g} s."
FAILS = "The database cannot be read: see the server's log."


def setup(app: web.Application, commands: Commands, database: Database) -> None:
    """Serve them; http.setup refuses them to no Host."""

    async def healthy(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"}, headers=HEADERS)

    async def ready(_: web.Request) -> web.Response:
        trouble = await database.trouble()
        wrong = [STOPS] if commands.draining else []
        wrong += [trouble] if trouble else []
        return web.json_response(
            {"ready": not wrong, "wrong": wrong}, status=503 if wrong else 200, headers=HEADERS
        )

    app.router.add_get(HEALTH, healthy)
    app.router.add_get(READY, ready)


class Database:
    """Its grids, asked for once at a time: however many ask, a database that hangs gets one question."""

    def __init__(self, service: GridService) -> None:
        self._service = service
        self._asking: asyncio.Task[list[Head] | str] | None = None
        self._told: str | None = None

    async def heads(self) -> list[Head] | str:
        """All grids as they stand; or what is wrong, as a sentence, after WITHIN at most."""
        if self._asking is None:
            self._asking = asyncio.get_running_loop().create_task(self._ask())
            self._asking.add_done_callback(self._asked)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WITHIN):
                return await asyncio.shield(self._asking)
        return SILENT

    async def trouble(self) -> str | None:
        """What is wrong with it; the log has it when that changes."""
        told = await self.heads()
        trouble = told if isinstance(told, str) else None
        if trouble != self._told:
            self._told = trouble
            log.warning("not_ready", reason=trouble) if trouble else log.info("ready_again")
        return trouble

    def _asked(self, _: asyncio.Task[list[Head] | str]) -> None:
        self._asking = None

    async def _ask(self) -> list[Head] | str:
        try:
            return await self._service.heads()
        except StoreBusy as problem:
            log.debug("database_silent", reason=str(problem))
        except Exception:
            log.exception("database_failed")
        return FAILS
