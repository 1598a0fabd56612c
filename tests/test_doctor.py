"""`python -m server doctor`: each thing that it looks at, where it is well and where it is not."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from aiohttp import web
from click.testing import CliRunner

from server import doctor
from server.cli import cli
from server.stores import examining
from server.stores.database import READERS, WRITERS
from server.stores.examining import examine, sqlite_version
from server.stores.sql import SqlStore, migrate
from tests.postgres import Cluster
from tests.servers import ServerProcess
from tests.store_kit import GRIDS

KEY = "0123456789abcdef0123456789abcdef"
Doctor = Callable[..., dict[str, list[str]]]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _newest_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "sqlite3", _with_version((3, 60, 0)))


def _with_version(version: tuple[int, int, int]) -> Any:
    parts = {name: getattr(sqlite3, name) for name in ("DatabaseError",)}
    return SimpleNamespace(sqlite_version_info=version, **parts)


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Runs it in an empty folder; what it has found, `level: text` by what it is about."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name in ("DATABASE_URL", "GRIDS", "HOST", "PORT", "DYNO", "OPEN", "EDIT_KEY", "VIEW_KEY"):
            monkeypatch.delenv(name)

    def look(code: int = 0, **environment: str) -> dict[str, list[str]]:
        ran = CliRunner().invoke(cli, ["doctor", "--json"], env={"PORT": "0", **environment})
        assert ran.exit_code == code, (ran.output, ran.exception)
        told: dict[str, list[str]] = {}
        for finding in json.loads(ran.stdout):
            told.setdefault(finding["what"], []).append(f"{finding['level']}: {finding['text']}")
        return told

    return look


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the grid `tasks` of tests.store_kit."""
    path = tmp_path_factory.mktemp("doctor") / "tandem.db"

    async def make() -> None:
        store = SqlStore(f"sqlite:///{path}")
        await store.open(GRIDS)
        await store.close()

    asyncio.run(make())
    return path


@pytest.fixture
def database(made: Path, tmp_path: Path) -> str:
    shutil.copyfile(made, tmp_path / "tandem.db")
    return f"sqlite:///{tmp_path}/tandem.db"


def change(url: str, statement: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(statement)


def test_all_is_well(look: Doctor, database: str) -> None:
    told = look(DATABASE_URL=database, GRIDS="tests.store_kit", EDIT_KEY=KEY)
    assert {level for lines in told.values() for level in [line.split(":")[0] for line in lines]} == {"ok"}
    wanted = "Python access proxies SQLite disk durability integrity processes tables grids page port backups"
    assert set(told) == set(wanted.split())


def test_it_is_one_line_for_each_and_without_colours_in_a_pipe(look: Doctor, database: str) -> None:
    ran = CliRunner().invoke(cli, ["doctor"], env={"PORT": "0", "DATABASE_URL": database, "EDIT_KEY": "hush"})
    assert ran.exit_code == 0
    *lines, last = ran.stdout.splitlines()
    assert "\x1b" not in ran.output
    assert all(line.split()[0] in ("ok", "warning", "problem") for line in lines)
    assert last == f"0 problems, {sum(line.startswith('warning') for line in lines)} warnings."
    shown = CliRunner().invoke(cli, ["doctor"], env={"PORT": "0"}, color=True)
    assert "\x1b[32mok" in shown.output


# Settings


def test_a_wrong_setting_is_told_and_ends_it(look: Doctor) -> None:
    told = look(1, TRUSTED_PROXIES="many")
    assert told["settings"][0].startswith("problem: TRUSTED_PROXIES cannot be 'many'")
    assert "port" not in told


@pytest.mark.parametrize(
    ("environment", "begins"),
    [
        ({"HOST": "0.0.0.0"}, "problem: HOST is 0.0.0.0"),
        ({"HOST": "0.0.0.0", "OPEN": "1"}, "warning: OPEN=1"),
        ({"HOST": "0.0.0.0", "EDIT_KEY": KEY}, "ok: A key is asked for"),
        ({"ALLOWED_HOSTS": "grid.example.org"}, "problem: No key is asked for"),
        ({"TRUSTED_PROXIES": "1"}, "problem: No key is asked for"),
        ({}, "ok: No key is asked for, and only this machine"),
    ],
)
def test_who_gets_in(look: Doctor, environment: dict[str, str], begins: str) -> None:
    told = look(int(begins.startswith("problem")), **environment)
    assert told["access"][0].startswith(begins)


@pytest.mark.parametrize("key", ["hush", "a" * 40, "Ann: password1234"])
@pytest.mark.parametrize("setting", ["EDIT_KEY", "VIEW_KEY", "METRICS_KEY"])
def test_a_weak_key_is_told_by_its_name_never_by_itself(look: Doctor, key: str, setting: str) -> None:
    told = look(**{"EDIT_KEY": KEY, setting: f"good:{KEY}1, {key}"})
    name = "Ann" if key.startswith("Ann") else "2"
    assert told["keys"] == [
        f"warning: Key {name} of {setting} can be guessed. Make one by: openssl rand -hex 16"
    ]
    assert key.removeprefix("Ann: ") not in str(told)


@pytest.mark.parametrize(
    ("environment", "begins"),
    [
        ({"TRUSTED_PROXIES": "1"}, "warning: A proxy stands before it"),
        ({"TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": "grid.example.org"}, "ok: TRUSTED_PROXIES is 1"),
        ({"ALLOWED_HOSTS": "grid.example.org"}, "warning: People come through a proxy"),
        ({"DYNO": "web.1", "TRUSTED_PROXIES": "0"}, "warning: People come through a proxy"),
        ({"DYNO": "web.1"}, "ok: TRUSTED_PROXIES is 1"),
    ],
)
def test_proxies(look: Doctor, database: str, environment: dict[str, str], begins: str) -> None:
    told = look(EDIT_KEY=KEY, DATABASE_URL=database, **environment)
    assert told["proxies"][0].startswith(begins)


# SQLite


@pytest.mark.parametrize(
    ("version", "level"),
    [
        *(((3, 34, 1), "problem"), ((3, 40, 1), "warning"), ((3, 44, 5), "warning"), ((3, 44, 6), "ok")),
        *(((3, 50, 6), "warning"), ((3, 50, 7), "ok"), ((3, 51, 2), "warning"), ((3, 51, 3), "ok")),
    ],
)
def test_versions_of_sqlite(version: tuple[int, int, int], level: str) -> None:
    (finding,) = sqlite_version(version)
    assert finding.level == level


def test_a_database_that_is_not_there_yet_is_not_made_by_looking(look: Doctor, tmp_path: Path) -> None:
    assert look()["database"] == ["ok: data/tandem.db is not there: the first start makes it."]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("free", "level"), [(50 * 2**20, "problem"), (500 * 2**20, "warning"), (2**32, "ok")]
)
def test_room_on_the_disk(
    look: Doctor, database: str, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert look(int(level == "problem"), DATABASE_URL=database)["disk"][0].startswith(level)


def test_a_file_that_is_no_database_is_told(look: Doctor, tmp_path: Path) -> None:
    (tmp_path / "tandem.db").write_text("Dear diary " * 1000)
    told = look(1, DATABASE_URL=f"sqlite:///{tmp_path}/tandem.db")
    assert told["database"][0].startswith("problem: It cannot be used: file is not a database")


def test_a_damaged_file_is_told(look: Doctor, database: str) -> None:
    path = Path(database.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection, connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'changes'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    told = look(1, DATABASE_URL=database)
    assert told["integrity"][0].startswith("problem: The file is damaged (")


def test_a_check_that_takes_too_long_is_given_up(
    look: Doctor, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining, "CHECK_WITHIN", 0)
    monkeypatch.setattr(examining, "STEPS", 1)
    told = look(DATABASE_URL=database)
    assert told["integrity"][0].startswith("warning: Not looked at to the end")


async def test_a_disk_without_shared_memory_has_no_write_ahead_log(tmp_path: Path) -> None:
    """As a network drive: SQLite then stays with what it had, and says nothing."""
    path = tmp_path / "tandem.db"
    path.touch()
    found = await examine(f"sqlite:///file:{path}?vfs=unix-dotfile&uri=true")
    told = [finding for finding in found if finding.what == "durability"]
    assert [finding.level for finding in told] == ["problem"], found
    assert "journal_mode stays delete" in told[0].text


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Only Linux tells who has a file open.")
async def test_who_else_has_the_file_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tandem.db"
    servers = [ServerProcess(url), ServerProcess(url)]
    for server, (level, said) in zip(servers, [("ok", "process {}"), ("warning", "2 other")], strict=True):
        await server.start()
        (told,) = [finding for finding in await examine(url) if finding.what == "processes"]
        assert told.level == level
        assert said.format(server.pid) in told.text
    for server in servers:
        await server.stop()
    (told,) = [finding for finding in await examine(url) if finding.what == "processes"]
    assert "nobody" in told.text


def test_older_tables_are_told(look: Doctor, database: str) -> None:
    change(database, "UPDATE alembic_version SET version_num = '0000'")
    assert look(DATABASE_URL=database)["tables"][0].startswith("warning: They are not of this version")


def test_a_database_that_cannot_be_written_is_told(look: Doctor, database: str) -> None:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        told = look(1, DATABASE_URL=database)
    assert told["tables"][0].startswith("problem: Nothing can be written:")


# Grids


def test_a_schema_that_does_not_load_is_told(look: Doctor, database: str) -> None:
    told = look(1, DATABASE_URL=database, GRIDS="no.such.module")
    assert told["grids"][0].startswith("problem: GRIDS")


def test_a_grid_whose_schema_is_not_named_is_told(look: Doctor, database: str) -> None:
    (told,) = look(DATABASE_URL=database)["grids"]
    assert told.startswith("warning: tasks is defined in Python")


def test_records_that_no_longer_pass_are_counted(
    look: Doctor, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for id, data in (("1", '{"title": "Fine"}'), ("2", '{"title": 5}'), ("3", "{}")):
        change(database, f"INSERT INTO records VALUES ('tasks', '{id}', {id}, 0, '{data}')")
    change(database, "UPDATE grids SET count = 3")
    asked = {"DATABASE_URL": database, "GRIDS": "tests.store_kit"}
    (told,) = look(**asked)["grids"]
    assert told.startswith(
        "warning: tasks: of 3 records 2 do not pass its schema: python -m server check tasks"
    )
    monkeypatch.setattr(doctor, "RECORDS_WITHIN", -1)
    (told,) = look(**asked)["grids"]
    assert "of 0 records (of 3: there was no time for all)" in told


# Around it


def test_a_client_that_is_not_built_is_told(
    look: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "DIST", tmp_path / "none")
    assert look(1)["page"][0].startswith("problem: There is none in")


async def port_told(look: Doctor, code: int, **environment: str) -> str:
    return (await asyncio.to_thread(lambda: look(code, **environment)))["port"][0]


async def test_a_port_that_a_tandem_has(look: Doctor, tmp_path: Path) -> None:
    server = ServerProcess(f"sqlite:///{tmp_path}/tandem.db")
    await server.start()
    port = server.environment["PORT"]
    assert "and is ready" in await port_told(look, 0, PORT=port)
    assert "and is ready" in await port_told(look, 0, PORT=port, HOST="0.0.0.0", EDIT_KEY=KEY)
    await server.stop()
    assert await port_told(look, 0, PORT=port) == f"ok: 127.0.0.1:{port} is free."


async def test_a_tandem_that_is_not_ready(look: Doctor) -> None:
    app = web.Application()
    body = {"ready": False, "wrong": ["The server is stopping."]}

    async def not_ready(_: web.Request) -> web.Response:
        return web.json_response(body, status=503)

    app.router.add_get("/readyz", not_ready)
    told = await _beside(app, look)
    assert told.startswith("problem: A Tandem answers")
    assert told.endswith("is not ready: The server is stopping.")


async def _beside(app: web.Application, look: Doctor) -> str:
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return await port_told(look, 1, PORT=str(runner.addresses[0][1]))
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("answers", [True, False])
async def test_a_port_that_another_program_has(
    look: Doctor, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    monkeypatch.setattr(doctor, "ANSWER_WITHIN", 0.1)
    if answers:
        assert "taken by another program" in await _beside(web.Application(), look)
        return
    with socket.create_server(("127.0.0.1", 0)) as silent:
        told = await port_told(look, 1, PORT=str(silent.getsockname()[1]))
    assert "taken by another program" in told


async def test_an_address_that_is_not_this_machines(look: Doctor) -> None:
    told = await port_told(look, 1, HOST="192.0.2.1", PORT="8080", EDIT_KEY=KEY)
    assert told.startswith("problem: 192.0.2.1:8080 cannot be listened on")


# PostgreSQL


@pytest.fixture
async def on_postgres(own_postgres: Cluster) -> str:
    url = own_postgres.create()
    await migrate(url)
    return url


async def told_of(url: str, what: str) -> list[str]:
    return [f"{each.level}: {each.text}" for each in await examine(url) if each.what == what]


@pytest.mark.postgres
async def test_postgres_is_well(on_postgres: str) -> None:
    found = await examine(on_postgres)
    assert {finding.level for finding in found} == {"ok"}, found
    assert {finding.what for finding in found} == {
        *("PostgreSQL", "durability", "connections", "processes", "tables")
    }


@pytest.mark.postgres
async def test_what_is_wrong_with_a_postgres(
    on_postgres: str, own_postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_postgres.connect("postgres") as owner:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            owner.execute(f"ALTER SYSTEM SET {name} = off".encode())
        owner.execute("SELECT pg_reload_conf()")
        while owner.execute("SHOW fsync").fetchall() != [("off",)]:  # noqa: ASYNC110, nothing tells of it
            await asyncio.sleep(0.01)
        durability = await told_of(on_postgres, "durability")
        assert [line.split(" is off")[0] for line in durability] == [
            *("problem: fsync", "problem: full_page_writes", "problem: synchronous_commit")
        ]

        database = on_postgres.partition("@/")[2].partition("?")[0]
        one = WRITERS + READERS
        for allowed, level in ((one - 1, "problem"), (2 * one - 1, "warning"), (2 * one, "ok")):
            owner.execute(f"ALTER DATABASE {database} CONNECTION LIMIT {allowed}".encode())
            (connections,) = await told_of(on_postgres, "connections")
            assert connections.startswith(f"{level}: "), connections
            assert f"{allowed} connections are allowed" in connections

        monkeypatch.setattr(examining, "OLDEST_POSTGRES", 99)
        assert (await told_of(on_postgres, "PostgreSQL"))[0].startswith("warning: Version ")

        owner.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on".encode())
        (tables,) = await told_of(on_postgres, "tables")
        assert tables.startswith("problem: Nothing can be written:"), tables
    await asyncio.to_thread(own_postgres.stop)
    assert (await told_of(on_postgres, "database"))[0].startswith("problem: It cannot be used:")


@pytest.mark.postgres
async def test_which_processes_use_a_postgres(on_postgres: str) -> None:
    servers = [ServerProcess(on_postgres), ServerProcess(on_postgres)]
    for server, level in zip(servers, ("ok", "warning"), strict=True):
        await server.start()
        (told,) = await told_of(on_postgres, "processes")
        assert told.startswith(f"{level}: ")
        assert f":{server.pid}" in told
    for server in servers:
        await server.stop()


@pytest.mark.postgres
async def test_a_postgres_without_tables_is_to_be_migrated(own_postgres: Cluster) -> None:
    (told,) = await told_of(own_postgres.create(), "tables")
    assert told.startswith("problem: They are not of this version: run python -m server migrate")
