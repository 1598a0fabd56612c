"""The composition root: the only file that names concrete stores and transports."""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog
from aiohttp import web

from server.access import Access
from server.commands import Commands
from server.committer import Committer
from server.config import Settings, check_access, make_folder
from server.describing import serving
from server.errors import StartError
from server.grids import Grid, grids_from_module
from server.model import Json
from server.presence import Presence
from server.sequencer import Sequencer
from server.service import GridService, Limits
from server.stores import Finding, Store
from server.stores.examining import examine as examine_database
from server.stores.sql import SqlStore
from server.stores.sql import migrate as migrate_database
from server.tally import Tally
from server.transports import check, export, health, http, metrics, rest, sharing, snapshot, tracing
from server.transports.door import Door
from server.transports.socketio import SocketTransport
from server.transports.websocket import WebSockets

if sys.platform != "win32":
    import uvloop

log = structlog.get_logger(__name__)

STOP_WITHIN = 10.0  # seconds from SIGTERM to the end of the process, at most

SOCKETS: web.AppKey[SocketTransport] = web.AppKey("sockets", SocketTransport)
WEBSOCKETS: web.AppKey[WebSockets] = web.AppKey("websockets", WebSockets)


def load_grids(settings: Settings) -> dict[str, Grid]:
    """The grids of all modules named by GRIDS, by id; raises StartError where an id stands twice."""
    grids: dict[str, Grid] = {}
    for module in settings.grids:
        for id, grid in grids_from_module(module).items():
            if id in grids:
                raise StartError(f"GRIDS: two schema classes make a grid {id!r}; give one another Meta.grid.")
            grids[id] = grid
    return grids


def make_store(settings: Settings) -> Store:
    """The store that the settings name, not yet open."""
    make_folder(settings)
    return SqlStore(settings.database_url)


async def migrate(settings: Settings) -> None:
    """Bring the database to the tables of this version. Raises StoreBusy where it cannot be reached."""
    make_folder(settings)
    await migrate_database(settings.database_url)


async def examine(settings: Settings) -> list[Finding]:
    """What the database that the settings name is like."""
    return await examine_database(settings.database_url)


def build(settings: Settings) -> web.Application:
    """The whole server as an aiohttp application; it opens the store when it starts."""
    grids = load_grids(settings)
    doors: list[Callable[[str, str, Json], None]] = []

    def announce(grid: str, event: str, payload: Json) -> None:
        for door in doors:
            door(grid, event, payload)

    store = make_store(settings)
    sequencer = Sequencer(store, announce)
    tally = Tally()
    committer = Committer(store, sequencer, tally=tally)
    presence = Presence(announce)
    limits = Limits(settings.max_batch, settings.max_bytes, settings.max_page)
    service = GridService(store, committer, sequencer, presence, limits)
    commands = Commands(service, tally)
    access = Access(settings, store)
    door = Door(access, settings.trusted_proxies, tally)
    sockets = SocketTransport(commands, service, access, settings)
    websockets = WebSockets(commands, service, access, settings.trusted_proxies)
    doors += sockets.announce, websockets.announce

    async def life(app: web.Application) -> AsyncIterator[None]:
        await store.open(grids)
        await access.open()
        yield
        await _shut(app)  # idempotent; serve() has done it before, within its own time
        await committer.idle()
        await access.close()
        await sequencer.close()
        presence.close()
        await store.close()

    app = web.Application(handler_args={"auto_decompress": False})  # nobody need pack what they send
    app[SOCKETS] = sockets
    app[WEBSOCKETS] = websockets
    app.cleanup_ctx.append(life)
    tracing.setup(app, settings, tally)
    database = health.Database(service)
    health.setup(app, commands, database)
    check.setup(app, settings)
    pipes = {"socketio": sockets.pipes, "ws": websockets.pipes}
    metrics.setup(app, door, tally, commands, committer, service, database, pipes)
    export.setup(app, service, door)
    snapshot.setup(app, service, door)
    rest.setup(app, commands, service, door)
    sharing.setup(app, access, door)
    serving.setup(app, settings.keyed)
    websockets.attach(app)
    http.setup(app, settings)
    sockets.attach(app)
    return app


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; raises StartError where it cannot start."""
    check_access(settings)
    factory: Any = None if sys.platform == "win32" else uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    app = build(settings)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    gc.collect()
    gc.freeze()  # what is loaded by now stays: collections need not walk through it each time
    try:
        await _listen(runner, settings)
        await _stop_signal()
        log.info("stopping")
        async with asyncio.timeout(STOP_WITHIN - 2):
            await _shut(app)
    except TimeoutError:
        log.warning("stopped_before_all_was_answered")
    finally:
        await runner.cleanup()


async def _shut(app: web.Application) -> None:
    """Let what runs be answered, and close every connection that stays open."""
    await asyncio.gather(app[SOCKETS].shutdown(), app[WEBSOCKETS].shutdown())


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    site = web.TCPSite(runner, settings.host, settings.port)
    try:
        await site.start()
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise StartError(
                f"Port {settings.port} is taken: stop what listens there, or set PORT to another."
            ) from None
        raise StartError(f"Cannot listen on {settings.host}:{settings.port}: {problem.strerror}.") from None
    port = runner.addresses[0][1]
    name = "localhost" if settings.loopback else settings.host
    if settings.open and not settings.keyed and not settings.loopback:
        log.warning("open_to_all", hint="OPEN=1: everyone who reaches this server may edit")
    log.info("listening", url=f"http://{name}:{port}")


async def _stop_signal() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":  # its loops know no signal handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        else:
            loop.add_signal_handler(number, stop.set)
    await stop.wait()
