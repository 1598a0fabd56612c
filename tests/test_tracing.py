"""Request ids: in the answer, in every log line of the request, and in what a user can quote."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import ClientConnectionError, ClientSession, web
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from server import sequencer
from server.config import Settings
from server.model import uuid7
from server.stores import reads
from server.stores.sql import SqlStore
from server.tally import Tally
from server.transports import check, tracing
from tests.frames import Start, raw, run
from tests.servers import ServerProcess

ID = re.compile(r"[0-9a-f]{16}")
PROXIES = "tandem-1.proxy_0001"
ADD = {"grid": "tasks", "mutation_id": uuid7(), "fields": {"title": "One"}}


async def answered(url: str, path: str, **headers: str) -> str:
    async with ClientSession(url) as http, http.get(path, headers=headers) as answer:
        (id,) = answer.headers.getall("X-Request-ID")
        await answer.read()
        return id


@pytest.fixture
def start(aiohttp_server: Start, tmp_path: Path) -> Callable[..., Any]:
    return lambda **settings: run(aiohttp_server, tmp_path, **settings)


@pytest.mark.parametrize(
    "path", ["/healthz", "/nothing.js", "/api/grids", "/socket.io/?EIO=4&transport=polling"]
)
async def test_every_answer_has_an_id_of_its_own(start: Callable[..., Any], path: str) -> None:
    server = await start()
    first, second = [await answered(server.url, path) for _ in range(2)]
    assert ID.fullmatch(first)
    assert first != second


@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [
        (1, PROXIES, True),
        (0, PROXIES, False),
        *(
            (1, bad, False)
            for bad in ("short", "x" * 101, "with space in it", 'quo"ted-12345', "ünlaut-12345")
        ),
    ],
)
async def test_a_proxys_id_is_taken_where_there_is_one_and_it_is_sane(
    start: Callable[..., Any], proxies: int, given: str, taken: bool
) -> None:
    server = await start(trusted_proxies=proxies)
    found = await answered(server.url, "/healthz", **{"X-Request-ID": given})
    assert (found == given) is taken
    assert taken or ID.fullmatch(found)


async def test_every_log_line_of_a_request_has_its_id(tmp_path: Path) -> None:
    process = ServerProcess(f"sqlite:///{tmp_path}/t.db", TRUSTED_PROXIES="1", LOG_LEVEL="debug")
    await process.start()
    try:
        path = "/api/grids/tasks/records?epoch=secret"
        assert await answered(process.url, path, **{"X-Request-ID": PROXIES}) == PROXIES
    finally:
        await process.stop()
    (line,) = [line for line in process.log if line.get("request") == PROXIES]
    assert (line["event"], line["method"], line["route"], line["status"]) == (
        "http",
        "GET",
        "/api/grids/{grid}/records",
        200,
    )
    assert "secret" not in str(process.log)
    assert "request" not in next(line for line in process.log if line["event"] == "listening")


@contextmanager
def logged() -> Iterator[list[Any]]:
    """What is logged here meanwhile, with what is bound to it."""
    with capture_logs(processors=[merge_contextvars]) as lines:
        yield lines


async def test_a_line_of_the_stores_threads_has_it_too(
    start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start()
    real = reads.heads

    def heads(connection: Any) -> Any:
        structlog.get_logger().warning("on_a_thread")
        return real(connection)

    monkeypatch.setattr(reads, "heads", heads)
    with logged() as lines:
        id = await answered(server.url, "/api/grids")
    assert [line["request"] for line in lines if line["event"] == "on_a_thread"] == [id]


async def test_a_commit_is_of_no_single_request(
    start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start()
    real = SqlStore.commit

    async def commit(*arguments: Any, **more: Any) -> Any:
        structlog.get_logger().warning("committing")
        return await real(*arguments, **more)

    monkeypatch.setattr(SqlStore, "commit", commit)
    with logged() as lines:
        body = {"fields": {"title": "One"}}
        assert (await server.http("POST", "/api/grids/tasks/records", body=body))[0] == 201
    (line,) = [line for line in lines if line["event"] == "committing"]
    assert "request" not in line


async def test_what_goes_on_after_a_request_is_of_none(
    start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "COMPARE_EVERY", 0.01)
    server = await start()
    with logged() as lines:
        async with raw(server.url) as ann:
            monkeypatch.setattr(reads, "heads", fail)
            await ann.ask("join_grid", {"grid": "tasks", "limit": 0})
            async with asyncio.timeout(20):
                while not (failed := [line for line in lines if line["event"] == "heads_not_read"]):
                    await ann.ask("pull", {"grid": "tasks", "epoch": None, "since": None, "limit": 0})
    assert "request" not in failed[0]
    (opened,) = [line for line in lines if line["event"] == "session_opened"]
    assert ID.fullmatch(opened["request"]), "of the request that the socket began with"


async def given_up(_: web.Request) -> web.Response:
    raise asyncio.CancelledError


async def test_a_request_that_is_given_up_is_no_success(aiohttp_client: Start) -> None:
    app, tally = web.Application(), Tally()
    tracing.setup(app, Settings(), tally)
    app.router.add_get("/x", given_up)
    client = await aiohttp_client(app)
    with pytest.raises(ClientConnectionError):
        await client.get("/x")
    assert tally.http == {("GET", "/x", 499): 1}


# What a user can quote


def fail(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError("on purpose")


async def test_a_problem_document_names_its_request(
    start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start()
    monkeypatch.setattr(reads, "heads", fail)
    monkeypatch.setattr(SqlStore, "describe", fail)
    for path in ("/api/grids", "/api/grids/tasks"):  # a command's, and one beside the commands
        with logged() as lines:
            async with ClientSession(server.url) as http, http.get(path) as answer:
                id, body = answer.headers["X-Request-ID"], await answer.json()
        assert answer.status == 500
        assert body["instance"] == f"urn:tandem:request:{id}"
        assert body["detail"].endswith(f"(Request {id}.)")
        assert body["detail"] == body["error"]["message"]
        failure = next(line for line in lines if line["event"] == "request_failed")
        assert failure["request"] == id
        assert failure["exc_info"]
        (ended,) = [line for line in lines if line["event"] == "http"]
        assert (ended["log_level"], ended["status"], ended["request"]) == ("warning", 500, id)


async def test_a_route_that_answers_nothing_by_itself_names_its_request_too(
    start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start()
    monkeypatch.setattr(check, "now", fail)
    with logged() as lines:
        async with ClientSession(server.url) as http, http.get("/api/check") as answer:
            text = await answer.text()
    assert answer.status == 500
    assert answer.headers["X-Request-ID"] in text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert next(line for line in lines if line["event"] == "http_failed")["exc_info"]


async def test_on_a_socket_it_is_the_session_and_the_number_of_the_request(
    start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start()
    async with raw(server.url) as ann:
        session = (await ann.ask("join_grid", {"grid": "tasks", "limit": 0}))["session"]
        monkeypatch.setattr(reads, "heads", fail)
        with logged() as lines:
            error = (await ann.ask("list_grids"))["error"]
        assert error["message"].endswith(f"(Request {session}-2.)")
        failure = next(line for line in lines if line["event"] == "request_failed")
        assert (failure["request"], failure["command"]) == (f"{session}-2", "list_grids")

        monkeypatch.setattr(SqlStore, "commit", fail)
        with logged() as lines:
            add = {"grid": "tasks", "mutation_id": uuid7(), "fields": {"title": "One"}}
            error = (await ann.ask("add_record", add))["error"]
        assert error["message"].endswith(f"(Request {session}-3.)")
        assert [line["request"] for line in lines if line["event"] == "answered_internal"] == [f"{session}-3"]
