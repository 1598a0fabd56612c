"""Fixtures that several files share: databases, and stores in them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from server.config import Settings
from server.grids import Grid
from server.stores.sql import SqlStore, migrate
from tests.postgres import Cluster, find_binaries, running_cluster
from tests.servers import ServerProcess, serving
from tests.store_kit import GRIDS


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, or the end of a test that needs one."""
    binaries = find_binaries()
    if binaries is None:
        reason = "PostgreSQL's programs are not installed (Debian: apt-get install postgresql)."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with running_cluster(binaries) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server that lives as long as the tests do."""
    with cluster() as running:
        yield running


@pytest.fixture
def own_postgres() -> Iterator[Cluster]:
    """One for a single test, which may stop it."""
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind, one after the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/tandem.db"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.create()


class OpenStore(Protocol):
    async def __call__(self, grids: Mapping[str, Grid], url: str | None = None) -> SqlStore: ...


@pytest.fixture
async def open_store(database_url: str) -> AsyncIterator[OpenStore]:
    """Opens stores, several on one database if asked again; they are closed with the test."""
    async with AsyncExitStack() as stack:

        async def open(grids: Mapping[str, Grid], url: str | None = None) -> SqlStore:
            await migrate(url or database_url)
            store = SqlStore(url or database_url)
            stack.push_async_callback(store.close)
            await store.open(grids)
            return store

        yield open


@pytest.fixture
async def store(open_store: OpenStore) -> SqlStore:
    """An open store with the grid `tasks`, empty."""
    return await open_store(GRIDS)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server in a process of its own, running, with an empty grid `tasks` on SQLite."""
    process = ServerProcess(f"sqlite:///{tmp_path}/server.db")
    await process.start()
    yield process
    await process.close()


@pytest.fixture
async def server_url(tmp_path: Path) -> AsyncIterator[str]:
    """The same inside this process: quicker to start, but it cannot be killed."""
    settings = Settings(database_url=f"sqlite:///{tmp_path}/inside.db", grids=("tests.store_kit",))
    async with serving(settings) as url:
        yield url
