"""Records over HTTP: what is in the body, who gets it, and readers that are slow or gone."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from server.app import build
from server.blocks import Block, pack
from server.config import Settings
from server.model import uuid7
from server.snapshots import Blocks
from server.stores import StoreBusy
from server.stores.sql import SqlStore, migrate
from server.transports import http, snapshot, streams
from tests.frames import keyed
from tests.servers import ServerProcess
from tests.store_kit import GRIDS, add, delete, ids, run
from tests.streaming import asking, streaming
from tests.wire import connected

RECORDS = "/api/grids/tasks/records"
PLAIN = {"Accept-Encoding": "identity"}
PATIENCE = 20  # seconds until a test that waits has failed

Client = TestClient[web.Request, web.Application]
Start = Callable[..., Any]


@pytest.fixture
async def serve(aiohttp_client: Start, tmp_path: Path) -> Start:
    """Starts a whole server whose grid `tasks` has `count` records and a tombstone."""

    async def start(count: int = 0, **settings: Any) -> Client:
        url = f"sqlite:///{tmp_path}/snapshot.db"
        await migrate(url)
        store = SqlStore(url)
        await store.open(GRIDS)
        if count:
            *kept, gone = ids(count + 1)
            await run(store, *(add(id, title=f"t{n}") for n, id in enumerate(kept)), add(gone))
            await run(store, delete(gone))
        await store.close()
        given = {"database_url": url, "grids": ("tests.store_kit",), **settings}
        client: Client = await aiohttp_client(build(Settings(**given)), auto_decompress=False)
        return client

    return start


def lines(body: bytes) -> list[Any]:
    return [orjson.loads(line) for line in body.splitlines()]


async def test_the_body_is_lines_that_pull_answers(serve: Start) -> None:
    client = await serve(5, max_page=2)
    answer = await client.get(RECORDS)
    assert answer.status == 200
    body = gzip.decompress(await answer.read())
    first, *_, last = lines(body)
    assert {**first, "records": []} == {
        "ok": True,
        "mode": "reset",
        "epoch": first["epoch"],
        "from": 0,
        "to": 2,
        "more": True,
        "records": [],
    }
    assert (last["from"], last["to"], last["more"]) == (4, 7, False)
    records = [record for line in lines(body) for record in line["records"]]
    assert [fields and fields["title"] for _, _, fields in records] == ["t0", "t1", "t2", "t3", "t4", None]
    again = await client.get(RECORDS, headers=PLAIN)
    assert "Content-Encoding" not in again.headers
    assert await again.read() == body


async def test_it_goes_on_where_one_stands(serve: Start) -> None:
    client = await serve(5, max_page=2)
    (whole, *_) = lines(await (await client.get(RECORDS, headers=PLAIN)).read())

    async def asked(**query: str) -> list[tuple[str, int]]:
        body = await (await client.get(RECORDS, params=query, headers=PLAIN)).read()
        return [(line["mode"], line["from"]) for line in lines(body)]

    assert await asked(epoch=whole["epoch"], since="2") == [("delta", 2), ("delta", 4)]
    assert await asked(epoch=whole["epoch"], since="7") == [("delta", 7)]
    whole_again = [("reset", 0), ("delta", 2), ("delta", 4)]
    for query in ({"since": "2"}, {"epoch": whole["epoch"]}, {"epoch": "", "since": "2"}):
        assert await asked(**query) == whole_again
    assert await asked(epoch=whole["epoch"], since=str(2**53)) == whole_again


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [
        *(("gzip", True), ("br, gzip;q=0.5", True), ("deflate,GZIP , br", True), ("gzip;q=1", True)),
        *(("", False), ("identity", False), ("gzip;q=0", False), ("br, gzip ; q=0.000", False)),
        *(("x-gzipped", False), ("gzip2", False), ("deflate", False)),
    ],
)
async def test_it_is_packed_for_those_who_take_it(serve: Start, accepts: str, packed: bool) -> None:
    client = await serve(1)
    answer = await client.get(RECORDS, headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert answer.headers["Vary"] == "Accept-Encoding"
    body = await answer.read()
    assert lines(gzip.decompress(body) if packed else body)[0]["ok"] is True


async def test_it_has_the_headers_of_every_answer_and_is_kept_nowhere(serve: Start) -> None:
    client = await serve(1)
    for answer in (await client.get(RECORDS), await client.head(RECORDS)):
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"] == http.HEADERS["Content-Security-Policy"]
    assert await answer.read() == b""  # HEAD


@pytest.mark.parametrize("grid", ["nobody", "Tasks", "a%2Fb", "%22%0d%0a", "%00", "x" * 200, "%ff"])
async def test_an_unknown_grid_is_an_envelope(serve: Start, grid: str) -> None:
    client = await serve()
    answer = await client.get(f"/api/grids/{grid}/records")
    assert answer.status == 404
    body = await answer.json()
    assert (body["ok"], body["error"]["code"], body["error"]["retry"]) == (False, "not_found", False)


@pytest.mark.parametrize(
    "query",
    [
        *("since=", "since=x", "since=-1", "since=1.0", "since=1e3", "since=%D9%A1", "since=1" + "0" * 16),
        *("since=1&since=2", "epoch=a&epoch=b", "limit=10", "since=1&token=x", "Since=1"),
    ],
)
async def test_a_question_that_is_none_is_refused(serve: Start, query: str) -> None:
    client = await serve(1)
    answer = await client.get(f"{RECORDS}?{query}")
    assert answer.status == 400
    assert (await answer.json())["error"]["code"] == "invalid_message"


@pytest.mark.parametrize("epoch", ["%00", "%ff", "x" * 5000, "%F0%9F%98%80", "'--"])
async def test_any_epoch_may_be_asked_for(serve: Start, epoch: str) -> None:
    client = await serve(1)
    answer = await client.get(f"{RECORDS}?epoch={epoch}&since=1", headers=PLAIN)
    assert lines(await answer.read())[0]["mode"] == "reset"


async def test_other_methods_are_not_there(serve: Start) -> None:
    client = await serve()
    assert (await client.put(RECORDS)).status == 405
    assert (await client.delete(RECORDS)).status == 405


@pytest.mark.parametrize(
    ("authorization", "status"),
    [(None, 401), ("Bearer wrong", 401), ("Basic eye", 401), ("Bearer eye", 200), ("bearer pen-ü", 200)],
)
async def test_with_keys_it_needs_one_of_them(serve: Start, authorization: str | None, status: int) -> None:
    client = await serve(**keyed("pen-ü", "eye"))
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = await client.get(RECORDS, headers=headers)
    assert answer.status == status
    if status == 401:
        assert (await answer.json())["error"]["code"] == "unauthorized"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_host_and_origin_are_guarded_here_too(serve: Start) -> None:
    client = await serve()
    assert (await client.get(RECORDS, headers={"Host": "evil.example"})).status == 403
    assert (await client.get(RECORDS, headers={"Origin": "https://evil.example"})).status == 403


async def test_r9_an_edit_is_in_the_next_body(server: ServerProcess) -> None:
    async with connected(server.url, "amy") as amy, ClientSession(server.url) as session:
        id = await amy.add("tasks", title="one")
        for title in ("two", "three"):
            assert (await amy.update("tasks", id, fields={"title": title}))["ok"]
            answer = await session.get(RECORDS)
            (line,) = lines(await answer.read())
            assert [fields for _, _, fields in line["records"]] == [{"title": title}]
            pull = await amy.ok("pull", {"grid": "tasks", "epoch": None, "since": None})
            assert line == pull


# Streams that do not come to their end


class Source:
    """In place of the service: hands out blocks for as long as they are taken."""

    def __init__(self, then: Exception | None = None) -> None:
        self.then = then
        self.closed = asyncio.Event()

    async def snapshot(self, grid: str, epoch: str | None, since: int | None) -> Blocks:
        return self._blocks(pack("".join(f'"{uuid7()}"\n' for _ in range(2_000)).encode()))

    async def _blocks(self, block: Block) -> Blocks:
        try:
            while True:
                yield block
                if self.then is not None:
                    raise self.then
        finally:
            self.closed.set()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_a_client_that_goes_away_ends_the_stream_quietly(encoding: str) -> None:
    source = Source()
    with capture_logs() as logs:
        async with streaming(snapshot.setup, source) as port, asyncio.timeout(PATIENCE):
            async with asking(port, RECORDS, encoding):
                pass
            await source.closed.wait()
    assert [line["event"] for line in logs] == ["stream_left"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_r12_a_reader_that_takes_nothing_is_cut(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STALL", 0.1)
    source = Source()
    with capture_logs() as logs:
        async with (
            streaming(snapshot.setup, source) as port,
            asking(port, RECORDS, encoding),
            asyncio.timeout(PATIENCE),
        ):
            await source.closed.wait()
    assert [(line["event"], line["reason"]) for line in logs] == [("stream_broken", "TimeoutError")]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_what_breaks_midway_does_not_pass_for_the_whole(encoding: str) -> None:
    source = Source(then=StoreBusy("The database is locked."))
    with capture_logs() as logs:
        async with (
            streaming(snapshot.setup, source) as port,
            asking(port, RECORDS, encoding) as reader,
            asyncio.timeout(PATIENCE),
        ):
            body = await reader.read()  # to the end of the connection
    assert len(body) > 1_000
    assert not body.endswith(b"\r\n0\r\n\r\n")  # the last chunk, which says that this was all
    assert [line["event"] for line in logs] == ["stream_broken"]


async def test_what_has_come_of_a_broken_one_can_be_used(serve: Start) -> None:
    """Each line leaves the server whole, and can be unpacked without those after it."""
    client = await serve(5, max_page=2)
    packed = await (await client.get(RECORDS)).read()
    whole = lines(gzip.decompress(packed))
    half = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed[: len(packed) // 2])
    come = half[: half.rindex(b"\n") + 1]
    assert 0 < len(lines(come)) < len(whole)
    assert lines(come) == whole[: len(lines(come))]


async def test_a_busy_store_is_an_envelope() -> None:
    class Busy(Source):
        async def snapshot(self, grid: str, epoch: str | None, since: int | None) -> Blocks:
            raise StoreBusy("The database is locked.")

    async with (
        streaming(snapshot.setup, Busy()) as port,
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        answer = await session.get(RECORDS)
        assert answer.status == 503
        assert (await answer.json())["error"]["code"] == "busy"
