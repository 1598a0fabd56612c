"""Secrets are nowhere but where they belong: a server is set up with canaries, which no log line, answer,
database file or error of a command may hold, whatever is done to it."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner
from marshmallow import Schema, ValidationError, fields, validates_schema

from server.cli import cli
from server.config import SETTINGS, hash_of
from server.model import uuid7
from tests.frames import PATH, raw
from tests.postgres import Cluster
from tests.servers import ROOT
from tests.upkeep import command

PATIENCE = 30
RECORDS = "/api/grids/canary/records"
CRASH = "crash"


class CanarySchema(Schema):
    title = fields.String(required=True)

    @validates_schema
    def crash(self, record: dict[str, Any], **_: Any) -> None:
        if record.get("title") == CRASH:
            raise ZeroDivisionError("on purpose")
        if record.get("title") == "refuse":
            raise ValidationError("On purpose.", "title")


class Watched:
    """A server in a process of its own, everything that it has said, and everything that it has answered."""

    def __init__(self) -> None:
        self.url = ""
        self.said = b""
        self.answered = b""

    async def ask(self, method: str, path: str, **options: Any) -> bytes:
        async with ClientSession(self.url) as session, session.request(method, path, **options) as answer:
            body = await answer.read()
            self.answered += repr((answer.status, dict(answer.headers))).encode() + body
            return body

    async def send(self, data: bytes) -> None:
        """What no client would send."""
        address = urlsplit(self.url)
        reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
        writer.write(data)
        writer.write_eof()
        self.answered += await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()


@asynccontextmanager
async def watched(**environment: str) -> AsyncIterator[Watched]:
    watched = Watched()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-X", "dev", "-m", "server"),  # with all that Python can say: debug mode, every warning
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PORT": "0", "GRIDS": "tests.test_canaries", **environment},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    listening = asyncio.Event()

    async def read(stream: asyncio.StreamReader) -> None:
        async for line in stream:
            watched.said += line
            if not watched.url and b"listening" in line:
                watched.url = "http://localhost:" + line.decode().rpartition("localhost:")[2].strip(' "}\n')
                watched.url = watched.url.partition('"')[0]
                listening.set()

    reading = [asyncio.create_task(read(stream)) for stream in (process.stdout, process.stderr)]
    try:
        async with asyncio.timeout(PATIENCE):
            await listening.wait()
        yield watched
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await asyncio.gather(*reading)
    assert process.returncode == 0


@pytest.fixture
def canaries() -> dict[str, str]:
    """A word for every setting that is secret, those too that this test does not know of."""
    return {
        setting.name: secrets.token_hex(16)
        for setting in SETTINGS
        if setting.secret and setting.name != "DATABASE_URL"
    }


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_no_secret_is_logged_answered_or_stored(
    request: pytest.FixtureRequest, tmp_path: Path, canaries: dict[str, str], log_format: str, database: str
) -> None:
    file = tmp_path / "canary.db"
    url = f"sqlite:///{file}"
    if database == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        canaries["password"] = secrets.token_hex(16)
        url = cluster.create().replace("@/", f":{canaries['password']}@/")
        await command("migrate", url=url)
    assert {"EDIT_KEY", "VIEW_KEY"} <= canaries.keys()
    settings = {"DATABASE_URL": url, "LOG_LEVEL": "debug", "LOG_FORMAT": log_format}
    async with watched(
        **{name: word for name, word in canaries.items() if name != "password"} | settings
    ) as server:
        made = await make_a_key(server, canaries["EDIT_KEY"])
        canaries["made"] = made
        for secret in canaries.values():
            await use_rightly(server, secret)
        for secret in canaries.values():  # last: where so many wrong keys come from, a right one waits
            await use_wrongly(server, secret)
    kept = await asyncio.to_thread(lambda: b"".join(each.read_bytes() for each in tmp_path.iterdir()))
    assert b"session_opened" in server.said
    assert b"ZeroDivisionError" in server.said
    assert server.answered.count(made.encode()) == 1  # once, to whoever has made it
    for name, secret in canaries.items():
        assert secret.encode() not in server.said, name
        assert name == "made" or secret.encode() not in server.answered, name
        assert secret.encode() not in kept, name
    assert (hash_of(made).encode() in kept) == (database == "sqlite")


async def make_a_key(server: Watched, key: str) -> str:
    body = await server.ask(
        "POST", "/api/grids/canary/keys", json={"name": "Ann", "role": "edit"}, headers=bearer(key)
    )
    return body.decode().partition('"token": "')[2].partition('"')[0]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def use_rightly(server: Watched, key: str) -> None:
    """Through every door, and into a bug of the schema."""
    for path in (
        "/api/access",
        "/api/grids",
        "/api/grids/canary/keys",
        f"{RECORDS}",
        "/api/grids/canary/history",
    ):
        await server.ask("GET", path, headers=bearer(key))
    for title in ("a", "refuse", CRASH):
        await server.ask("POST", RECORDS, json={"fields": {"title": title}}, headers=bearer(key))
    async with raw(server.url, None) as client:
        await client.send(f'40{{"protocol":1,"token":"{key}"}}')
        server.answered += (await client.until("4")).encode()
        add = {"grid": "canary", "mutation_id": uuid7(), "fields": {"title": CRASH}}
        for event, payload in (("join_grid", {"grid": "canary"}), ("add_record", add), ("nonsense", {})):
            server.answered += repr(await client.ask(event, payload)).encode()
    async with ClientSession(server.url) as session, session.ws_connect("/ws") as ws:
        await ws.send_json({"id": 1, "type": "connect", "payload": {"protocol": 1, "token": key}})
        server.answered += (await ws.receive()).data.encode()


async def use_wrongly(server: Watched, key: str) -> None:
    """Where a key is put by mistake, and half of it."""
    for path in (
        f"/?key={key}",
        f"/{key}",
        f"/api/{key}",
        f"/api/grids?key={key}",
        f"{PATH}polling&key={key}",
    ):
        await server.ask("GET", path)
    await server.ask("GET", "/healthz", headers={"Cookie": f"key={key}", "Referer": f"http://x/?key={key}"})
    for authorization in (key, f"Basic {key}", f"Bearer {key} {key}", f"Bearer x{key}", f"Bearer {key}x"):
        await server.ask("GET", "/api/access", headers={"Authorization": authorization})
    for body in (f'{{"token":"{key}', f'["{key}"]', f'{{"name":1,"role":"{key}"}}'):
        await server.ask("POST", "/api/grids/canary/keys", data=body, headers=bearer(key))
        await server.ask("POST", RECORDS, data=body, headers=bearer(key))
    answered = server.answered  # what is no HTTP aiohttp repeats to its sender
    for line in (f"Authorization: Bearer {key}\x01", f"Authorization : Bearer {key}", f"Bearer {key}"):
        await server.send(f"GET /api/access HTTP/1.1\r\nHost: localhost\r\n{line}\r\n\r\n".encode())
    server.answered = answered
    await server.send(f"GET /{key}\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    await server.send(f"NONSENSE {key}\r\n\r\n".encode())
    server.answered = answered
    for auth in (f'{{"protocol":1,"token":["{key}"]}}', f'{{"protocol":1,"password":"{key}"}}', f'"{key}"'):
        async with raw(server.url, None) as client:
            await client.send(f"40{auth}")
            server.answered += (await client.until("44")).encode()
    for text in (f"9{key}", f'42["{key}"', f"40/{key},"):
        async with raw(server.url, None) as client:
            await client.send(text)
            await client.end() if not text.startswith("40") else await client.until("44/")
    async with ClientSession(server.url) as session:
        for text in (key, f'{{"id":"{key}"', f'{{"token":"{key}"}}'):
            async with session.ws_connect("/ws") as ws:
                await ws.send_str(text)
                await ws.receive()
        async with session.ws_connect("/ws", protocols=[key]) as ws:
            await ws.close()
        async with session.post(f"{PATH}polling&sid={key}", data=key) as answer:
            assert answer.status == 400  # python-engineio repeats the id, to its sender


# ---- what cannot even start


WORD = "hunter2hunter2"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://user:{WORD}@127.0.0.1:1/db",
        f"postgres://user:{WORD}@127.0.0.1:99999/db",
        f"postgresql://user:{WORD}#@127.0.0.1/db",
        f"postgresql://user:{WORD}/x@127.0.0.1:1/db",
        f"postgresql://user:x@{WORD}@127.0.0.1:1/db",
        f"postgresql://user:{WORD}@[::1/db",
        f"postgresql://user:%zz{WORD}@127.0.0.1:1/db",
        f"postgresql://user:{WORD}@/db?host=/nowhere",
        f"postgresql://127.0.0.1:1/db?user=u&password={WORD}",
        f"postgresql://127.0.0.1:1/db?passwort={WORD}",
        f"mysql://user:{WORD}@127.0.0.1/db",
        f"user:{WORD}@127.0.0.1/db",
    ],
)
def test_no_error_of_a_command_tells_the_databases_password(url: str) -> None:
    for arguments in (["migrate"], ["keys", "list"], ["export", "tasks"]):
        environment = {"DATABASE_URL": url, "LOG_LEVEL": "debug", "LOG_FORMAT": "json", "GRIDS": ""}
        result = CliRunner().invoke(cli, arguments, env=environment)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ") or "\nError: " in result.output
        assert WORD not in result.output
        assert "Traceback" not in result.output


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting.secret])
def test_a_secret_setting_that_is_wrong_is_named_and_not_told(name: str, tmp_path: Path) -> None:
    wrong = f"{WORD}:" if name != "DATABASE_URL" else WORD
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "GRIDS": "", name: wrong}
    result = CliRunner().invoke(cli, ["keys", "list"], env=environment)
    assert name in result.output
    assert WORD not in result.output
