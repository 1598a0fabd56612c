"""/readyz and /healthz: what load balancers act on, under what really happens to a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from aiohttp import ClientConnectionError, ClientSession

from server.stores.sql import migrate
from server.transports import health
from server.transports.health import FAILS, SILENT, STOPS, Database
from tests.load import Load
from tests.postgres import Cluster
from tests.servers import ServerProcess

PATIENCE = 60  # seconds until a test that waits has failed


async def asked(http: ClientSession, path: str = "/readyz") -> tuple[int, Any]:
    async with http.get(path) as answer:
        return answer.status, await answer.json()


async def until(http: ClientSession, status: int) -> Any:
    """Ask until it answers that; what it says then."""
    async with asyncio.timeout(PATIENCE):
        while (answer := await asked(http))[0] != status:
            pass
    return answer[1]


@pytest.fixture
async def on_postgres(own_postgres: Cluster) -> AsyncIterator[ServerProcess]:
    url = own_postgres.create()
    await migrate(url)
    process = ServerProcess(url)
    await process.start()
    yield process
    await process.close()


@pytest.mark.postgres
async def test_it_is_not_ready_while_its_database_is_gone(
    on_postgres: ServerProcess, own_postgres: Cluster
) -> None:
    async with ClientSession(on_postgres.url) as http:
        assert await asked(http) == (200, {"ready": True, "wrong": []})
        await asyncio.to_thread(own_postgres.stop)
        assert await until(http, 503) == {"ready": False, "wrong": [FAILS]}
        assert (await asked(http, "/healthz"))[0] == 200
        await asyncio.to_thread(own_postgres.start)
        assert await until(http, 200) == {"ready": True, "wrong": []}
    told = [line["event"] for line in on_postgres.log if line["event"] in ("not_ready", "ready_again")]
    assert told == ["not_ready", "ready_again"]  # once, however often it was asked


@pytest.mark.postgres
async def test_it_is_not_ready_from_the_moment_it_is_told_to_stop(
    on_postgres: ServerProcess, own_postgres: Cluster
) -> None:
    """Edits go on; one of them waits for its grid's lock, so that the server has something to end."""
    database = on_postgres.database_url.partition("@/")[2].partition("?")[0]
    async with Load.on(on_postgres.database_url, Random()) as load, ClientSession(on_postgres.url) as http:
        load.serve(on_postgres.url)
        await load.moment()
        with own_postgres.connect(database) as holder:
            holder.execute("BEGIN")
            holder.execute("SELECT 1 FROM grids FOR UPDATE")
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            with own_postgres.connect(database) as watcher:
                while watcher.execute(waits).fetchall() == [(0,)]:  # noqa: ASYNC110, nothing tells of it
                    await asyncio.sleep(0.01)
            load.up.clear()
            stopping = asyncio.create_task(on_postgres.stop())
            assert await until(http, 503) == {"ready": False, "wrong": [STOPS]}
            assert await asked(http, "/healthz") == (200, {"status": "ok"})
            holder.execute("ROLLBACK")
        assert await stopping == 0
        with pytest.raises(ClientConnectionError):
            await asked(http, "/healthz")
        await on_postgres.start()
        load.serve(on_postgres.url)
        load.up.set()
        await load.settle()


async def test_a_database_that_hangs_is_asked_once_and_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "WITHIN", 0.01)
    answer = asyncio.Event()
    service = Mock(heads=AsyncMock(side_effect=answer.wait))
    database = Database(service)
    assert await asyncio.gather(*(database.trouble() for _ in range(5))) == [SILENT] * 5
    assert service.heads.call_count == 1
    answer.set()
    await asyncio.sleep(0)
    monkeypatch.undo()
    assert await database.trouble() is None


async def test_what_else_goes_wrong_is_no_readiness_either() -> None:
    database = Database(Mock(heads=AsyncMock(side_effect=ZeroDivisionError("on purpose"))))
    assert await database.trouble() == FAILS
