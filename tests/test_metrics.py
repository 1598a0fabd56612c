"""/metrics: what it shows is what has happened, and nobody sees it without its own key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from server.attempts import AT_ONCE
from server.config import load
from server.model import uuid7
from server.service import GridService
from server.stores import StoreBusy
from server.transports import health, pipes
from tests.frames import PATIENCE, Running, Start, deaf, keyed, masked, polling, raw, run
from tests.test_repository import ROOT, rows, section

JOIN = {"grid": "tasks", "limit": 0}
Labels = tuple[tuple[str, str], ...]


async def read(server: Running, **headers: str) -> dict[tuple[str, Labels], float]:
    """Every sample by its name and labels."""
    async with (
        asyncio.timeout(PATIENCE),
        ClientSession() as http,
        http.get(f"{server.url}/metrics", headers=headers) as answer,
    ):
        text = await answer.text()
        assert answer.status == 200, text
        assert answer.headers["Content-Type"].startswith("text/plain; version=1.0.0")
        assert answer.headers["Cache-Control"] == "no-store"
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def one(samples: dict[tuple[str, Labels], float], name: str, **labels: str) -> float | None:
    return samples.get((name, tuple(sorted(labels.items()))))


@pytest.fixture
async def server(aiohttp_server: Start, tmp_path: Path) -> Running:
    return await run(aiohttp_server, tmp_path)


def add(**fields: Any) -> dict[str, Any]:
    return {"grid": "tasks", "mutation_id": uuid7(), "fields": fields}


async def test_sessions_readers_and_revisions_are_those_of_now(server: Running) -> None:
    async with raw(server.url) as ann, polling(server.url) as _, ClientSession() as http:
        await ann.ask("join_grid", JOIN)
        async with http.ws_connect(f"{server.url}/ws") as ws:
            await ws.send_json({"id": 1, "type": "connect", "payload": {"protocol": 1}})
            assert (await ws.receive_json())["ok"]
            await ann.ask("add_record", add(title="One"))
            await ann.ask("add_record", add(title="Two"))
            samples = await read(server)
    assert one(samples, "tandem_sessions", door="socketio", transport="websocket") == 1
    assert one(samples, "tandem_sessions", door="socketio", transport="polling") == 1
    assert one(samples, "tandem_sessions", door="ws", transport="websocket") == 1
    assert one(samples, "tandem_grid_readers", grid="tasks") == 1
    assert one(samples, "tandem_grid_revision", grid="tasks") == 2
    assert one(samples, "tandem_grid_records", grid="tasks") == 2
    assert one(samples, "tandem_database_up") == 1
    resident = one(samples, "process_resident_memory_bytes")
    assert resident is not None
    assert resident > 1e6


async def test_requests_refusals_and_how_long_commits_took_are_counted(server: Running) -> None:
    async with raw(server.url) as ann:
        await ann.ask("join_grid", JOIN)
        added = (await ann.ask("add_record", add(title="One")))["result"]
        await ann.ask("add_record", add(title=""))  # not valid
        update = {**add(title="Mine", status="done"), "id": added["id"], "was": {"title": "Another's"}}
        conflicting = {"type": "update_record", **update}
        conflicting.pop("grid")
        assert (await ann.ask("mutate", {"grid": "tasks", "mutations": [conflicting]}))["ok"]
        await ann.ask("no_such_event")
        samples = await read(server)
    assert one(samples, "tandem_requests_total", event="add_record") == 2
    assert one(samples, "tandem_requests_total", event="mutate") == 1
    assert one(samples, "tandem_requests_total", event="unknown") == 1
    assert one(samples, "tandem_requests_total", event="no_such_event") is None
    for code in ("validation_failed", "conflict", "unknown_event"):
        assert one(samples, "tandem_refusals_total", code=code) == 1, code
    assert one(samples, "tandem_commit_seconds_count") == 3
    assert one(samples, "tandem_commit_seconds_bucket", le="+Inf") == 3
    assert one(samples, "tandem_announce_seconds_count") == 1  # the others changed nothing
    spent = one(samples, "tandem_commit_seconds_sum"), one(samples, "tandem_announce_seconds_sum")
    assert all(seconds is not None and 0 < seconds < 60 for seconds in spent)
    assert one(samples, "tandem_unanswered_requests") == 0
    assert one(samples, "tandem_waiting_mutations") == 0


async def test_what_strangers_write_makes_no_series(server: Running) -> None:
    async with ClientSession(server.url) as http:
        for method, path in (("GET", "/a"), ("GET", "/b.js"), ("BREW", "/c"), ("PUT", "/api/grids/tasks")):
            async with http.request(method, path) as answer:
                assert answer.status >= 400 or path == "/a"
        async with http.get("/api/grids/tasks") as answer:
            assert answer.status == 200
    samples = await read(server)
    found = {labels for name, labels in samples if name == "tandem_http_requests_total"}
    assert {dict(labels)["route"] for labels in found} == {"/{path}", "none", "/api/grids/{grid}"}
    assert {dict(labels)["method"] for labels in found} == {"GET", "none"}
    route = {"method": "GET", "route": "/api/grids/{grid}"}
    assert one(samples, "tandem_http_requests_total", **route, status="200") == 1


@pytest.mark.parametrize("reads", [False, True])
async def test_r12_slow_readers_show_until_they_read_again_or_are_cut(
    server: Running, monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    monkeypatch.setattr(pipes, "SLOW", 60 if reads else 0.5)
    pull = '421["pull",{"grid":"tasks","epoch":null,"since":null}]'
    async with raw(server.url) as ann:
        for _ in range(20):
            assert (await ann.ask("add_record", add(title="a", notes="x" * 4_000)))["ok"]
        async with deaf(server.host, '40{"protocol":1}', '421["list_grids",{}]') as sock:
            loop = asyncio.get_running_loop()
            for _ in range(60):
                await loop.sock_sendall(sock, masked(pull.encode()))
            await seen(server, "tandem_slow_readers", 1)
            if reads:
                async with asyncio.timeout(PATIENCE):
                    while one(await read(server), "tandem_slow_readers_resumed_total") == 0:
                        await loop.sock_recv(sock, 2**20)
            else:
                await seen(server, "tandem_connections_closed_total", 1, reason="does not read")
        await seen(server, "tandem_slow_readers", 0)


async def seen(server: Running, name: str, value: float, **labels: str) -> None:
    async with asyncio.timeout(30):
        while one(await read(server), name, **labels) != value:  # noqa: ASYNC110, nothing tells of it
            await asyncio.sleep(0.01)


async def test_without_its_database_the_rest_is_shown(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(_: GridService) -> Any:
        raise StoreBusy("on purpose")

    monkeypatch.setattr(GridService, "heads", busy)
    samples = await read(server)
    assert one(samples, "tandem_database_up") == 0
    assert one(samples, "tandem_grid_revision", grid="tasks") is None
    assert one(samples, "tandem_unanswered_requests") == 0


async def test_a_database_that_hangs_is_not_waited_for(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: GridService) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(health, "WITHIN", 0.01)
    monkeypatch.setattr(GridService, "heads", hang)
    assert one(await read(server), "tandem_database_up") == 0


async def test_several_applications_of_a_process_count_apart(
    server: Running, aiohttp_server: Start, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = await run(aiohttp_server, tmp_path / "other")
    async with raw(server.url) as ann:
        await ann.ask("list_grids")
        assert one(await read(server), "tandem_requests_total", event="list_grids") == 1
        assert one(await read(other), "tandem_requests_total", event="list_grids") is None


# Who may see them


async def said(server: Running, token: str = "") -> tuple[int, Any]:
    status, body = await server.http("GET", "/metrics", token)
    return status, body and body["error"]


@pytest.fixture
def behind(aiohttp_server: Start, tmp_path: Path) -> Callable[..., Any]:
    def start(**settings: Any) -> Any:
        given = {**keyed("pen", "eye"), "metrics_key": load({"METRICS_KEY": "gauge"}).metrics_key, **settings}
        return run(aiohttp_server, tmp_path, **given)

    return start


async def test_their_key_alone_opens_them_and_opens_nothing_else(behind: Callable[..., Any]) -> None:
    server = await behind()
    assert one(await read(server, Authorization="Bearer gauge"), "tandem_database_up") == 1
    _, text = await server.transport.hall.access.add("tasks", "Ann", "edit")
    for token in ("", "pen", "eye", text, "wrong"):
        status, error = await said(server, token)
        assert (status, error["code"]) == (401, "unauthorized"), token
        assert "METRICS_KEY" in error["message"]
    assert (await server.http("GET", "/api/grids", "gauge"))[0] == 401


async def test_wrong_keys_wait_here_and_everywhere(behind: Callable[..., Any]) -> None:
    server = await behind()
    for _ in range(AT_ONCE):
        assert (await said(server, "wrong"))[0] == 401
    assert (await said(server, "gauge"))[0] == 429
    assert (await server.http("GET", "/api/grids", "pen"))[0] == 429


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"metrics_key": ()}, 403),
        ({"metrics_key": (), "edit_key": ()}, 403),  # a VIEW_KEY alone
        ({"metrics_key": (), "edit_key": (), "view_key": ()}, 200),
        ({"metrics_key": (), "edit_key": (), "view_key": (), "host": "0.0.0.0", "open": True}, 403),
        ({"edit_key": (), "view_key": ()}, 401),
    ],
)
async def test_without_a_key_only_who_may_do_everything_on_this_machine_sees_them(
    behind: Callable[..., Any], settings: dict[str, Any], status: int
) -> None:
    found, error = await said(await behind(**settings))
    assert found == status
    if status == 403:
        assert "METRICS_KEY is not set" in error["message"]


async def test_of_its_key_only_the_hash_is_kept(behind: Callable[..., Any]) -> None:
    server = await behind()
    access = server.transport.hall.access
    assert "gauge" not in repr(vars(access))


# The documents


async def test_every_metric_is_documented_and_no_other(server: Running) -> None:
    async with raw(server.url) as ann:
        await ann.ask("list_grids")
    async with ClientSession() as http, http.get(f"{server.url}/metrics") as answer:
        families = list(text_string_to_metric_families(await answer.text()))
    table = section((ROOT / "docs/OPERATING.md").read_text(), "Metrics")
    told = {name: kind for name, kind, *_ in rows(table)}
    suffix = {"counter": "_total"}
    found = {
        family.name + suffix.get(family.type, ""): family.type
        for family in families
        if family.name.startswith("tandem_")
    }
    assert told == found
