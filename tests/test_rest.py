"""The REST door: records over plain HTTP, live for everybody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from server.model import uuid7
from tests import described
from tests.frames import Running, Start, raw, run

GRID = "/api/grids/tasks"
NOBODY = "019a0000-0000-7000-8000-000000000000"  # a record that was never there
RECORDS = f"{GRID}/records"


class Rest:
    """A caller of one server."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def __call__(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any, ClientResponse]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._session.request(method, path, json=body, headers=given) as answer:
            if answer.status == 304:
                return 304, None, answer
            told = await answer.json()
            described.told(method, path, answer.status, answer.content_type, told)
            return answer.status, told, answer

    async def add(self, **fields: Any) -> Any:
        status, body, _ = await self("POST", RECORDS, {"fields": fields})
        assert status == 201, body
        return body["result"]

    async def code(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """The status of a problem and its code; what every problem has is looked at, too."""
        status, problem, answer = await self(method, path, body, **headers)
        assert answer.content_type == "application/problem+json", problem
        assert problem["status"] == status
        assert problem["type"] == f"urn:tandem:{problem['error']['code']}"
        assert problem["detail"] == problem["error"]["message"]
        assert problem["ok"] is False
        assert answer.headers["Cache-Control"] == "no-store"
        return status, problem["error"]["code"]


@pytest.fixture
async def server(aiohttp_server: Start, tmp_path: Path) -> Running:
    return await run(aiohttp_server, tmp_path)


@pytest.fixture
async def rest(server: Running) -> AsyncIterator[Rest]:
    async with ClientSession(server.url) as session:
        yield Rest(session)


async def test_a_record_from_its_beginning_to_its_return(rest: Rest) -> None:
    status, body, answer = await rest("POST", RECORDS, {"fields": {"title": "Paint"}}, Tandem_Name="Ann")
    assert status == 201
    result = body["result"]
    assert result["status"] == "applied"
    place = answer.headers["Location"]
    assert place == f"{RECORDS}/{result['id']}"
    assert answer.headers["Idempotency-Key"] == result["mutation_id"]

    status, body, answer = await rest("GET", place)
    tag = answer.headers["ETag"]
    assert (status, tag) == (200, f'"{result["revision"]}"')
    assert body["record"]["id"] == result["id"]
    assert body["record"]["fields"]["title"] == "Paint"
    assert (await rest("GET", place, If_None_Match=tag))[0] == 304

    status, body, answer = await rest("PATCH", place, {"fields": {"title": "Paint it"}}, If_Match=tag)
    assert (status, body["result"]["fields"]) == (200, {"title": "Paint it"})
    assert answer.headers["ETag"] != tag

    assert (await rest("DELETE", place))[0] == 200
    assert await rest.code("GET", place) == (410, "gone")
    status, body, _ = await rest("POST", f"{place}/restore")
    assert (status, body["result"]["status"]) == (200, "applied")
    assert (await rest("GET", place))[1]["record"]["fields"]["title"] == "Paint it"

    _, body, _ = await rest("GET", f"{GRID}/history?id={result['id']}&limit=10")
    assert [change["kind"] for change in body["changes"]] == ["add", "delete", "update", "add"]
    assert body["changes"][-1]["author"] == {"id": "rest", "name": "Ann"}
    _, body, _ = await rest("GET", f"{GRID}/history?deleted=true")
    assert [change["kind"] for change in body["changes"]] == ["delete"]


async def test_grids_and_one_of_them(rest: Rest) -> None:
    await rest.add(title="a")
    _, body, _ = await rest("GET", "/api/grids")
    assert [(grid["id"], grid["count"]) for grid in body["grids"]] == [("tasks", 1)]
    _, body, _ = await rest("GET", GRID)
    grid = body["grid"]
    assert (grid["id"], grid["title"], grid["count"]) == ("tasks", "Tasks", 1)
    assert {"epoch", "revision", "digest", "definition"} <= grid.keys()
    assert grid["fields"][0]["name"] == "title"
    assert await rest.code("GET", "/api/grids/nothing") == (404, "not_found")
    assert await rest.code("GET", "/api/grids/nothing/history") == (404, "not_found")


async def test_what_is_written_here_is_live_there(server: Running, rest: Rest) -> None:
    async with raw(server.url) as client:
        await client.ask("join_grid", {"grid": "tasks", "limit": 0})
        result = await rest.add(title="From afar")
        heard = await client.heard("changes")
        assert heard["changes"][0][1] == result["id"]
        assert heard["changes"][0][4] == {"id": "rest", "name": "Guest"}


# R3


async def test_r3_the_same_idempotency_key_does_it_once(rest: Rest) -> None:
    key = uuid7()
    first = await rest("POST", RECORDS, {"fields": {"title": "Once"}}, Idempotency_Key=key)
    again = await rest("POST", RECORDS, {"fields": {"title": "Twice"}}, Idempotency_Key=f'"{key}"')
    assert first[0] == again[0] == 201
    assert again[1]["result"]["id"] == first[1]["result"]["id"]
    assert (await rest("GET", GRID))[1]["grid"]["count"] == 1
    place = f"{RECORDS}/{first[1]['result']['id']}"
    key = uuid7()
    for _ in range(2):  # the second one's version is not the record's any more, but its id is known
        status, body, _ = await rest(
            "PATCH",
            place,
            {"fields": {"title": "New"}},
            If_Match=first[2].headers["ETag"],
            Idempotency_Key=key,
        )
        assert (status, body["result"]["status"]) == (200, "applied")


async def test_r3_a_key_that_is_none_is_refused(rest: Rest) -> None:
    assert await rest.code("POST", RECORDS, {"fields": {}}, Idempotency_Key="7") == (400, "invalid_message")
    batch: Any = {"mutations": []}
    assert await rest.code("POST", f"{GRID}/batch", batch, Idempotency_Key=uuid7()) == (
        400,
        "invalid_message",
    )


# R8


async def test_r8_another_version_is_refused_and_nothing_is_written(rest: Rest) -> None:
    record = await rest.add(title="a")
    place, tag = f"{RECORDS}/{record['id']}", f'"{record["revision"]}"'
    await rest("PATCH", place, {"fields": {"title": "b"}})
    assert await rest.code("PATCH", place, {"fields": {"hours": "1"}}, If_Match=tag) == (412, "changed")
    assert await rest.code("DELETE", place, If_Match=tag) == (412, "changed")
    fields = (await rest("GET", place))[1]["record"]["fields"]
    assert (fields["title"], fields.get("hours")) == ("b", None)
    assert (await rest("PATCH", place, {"fields": {"hours": "1"}}, If_Match="*"))[0] == 200


async def test_r8_another_value_is_a_conflict_that_tells_theirs(rest: Rest) -> None:
    record = await rest.add(title="a")
    place = f"{RECORDS}/{record['id']}"
    await rest("PATCH", place, {"fields": {"title": "b"}}, Tandem_Name="Ben", Tandem_User="ben")
    status, problem, _ = await rest("PATCH", place, {"fields": {"title": "c"}, "was": {"title": "a"}})
    assert (status, problem["error"]["code"]) == (409, "conflict")
    theirs = problem["result"]["conflicts"]["title"]
    assert (theirs["value"], theirs["author"]) == ("b", {"id": "ben", "name": "Ben"})


@pytest.mark.parametrize("tag", ["17", '"0"', 'W/"17"', '"a"', '"1", "2"', '""'])
async def test_r8_a_version_that_is_none_is_refused(rest: Rest, tag: str) -> None:
    place = f"{RECORDS}/{(await rest.add(title='a'))['id']}"
    assert await rest.code("PATCH", place, {"fields": {}}, If_Match=tag) == (400, "invalid_message")


# R11 and R1


async def test_r11_what_the_schema_refuses_is_told_by_field(rest: Rest) -> None:
    status, problem, _ = await rest("POST", RECORDS, {"fields": {"hours": "many", "title": ""}})
    assert (status, problem["error"]["code"]) == (422, "validation_failed")
    assert problem["error"]["fields"].keys() == {"hours", "title"}
    assert (await rest("GET", GRID))[1]["grid"]["count"] == 0


async def test_a_batch_answers_each_and_an_atomic_one_as_a_whole(rest: Rest) -> None:
    def adding(title: str) -> dict[str, Any]:
        return {"type": "add_record", "mutation_id": uuid7(), "id": uuid7(), "fields": {"title": title}}

    status, body, _ = await rest("POST", f"{GRID}/batch", {"mutations": [adding("a"), adding("")]})
    assert (status, [each["status"] for each in body["results"]]) == (200, ["applied", "refused"])
    whole = {"mutations": [adding("b"), adding("")], "atomic": True}
    status, problem, _ = await rest("POST", f"{GRID}/batch", whole)
    assert (status, problem["error"]["code"]) == (422, "validation_failed")
    assert [each["status"] for each in problem["results"]] == ["skipped", "refused"]
    assert (await rest("GET", GRID))[1]["grid"]["count"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", RECORDS, [], (400, "invalid_message")),
        ("POST", RECORDS, {"fields": {}, "more": 1}, (400, "invalid_message")),
        ("POST", RECORDS, {"fields": []}, (400, "invalid_message")),
        ("POST", RECORDS, {"fields": {"title": "x" * 140_000}}, (413, "too_large")),
        ("POST", "/api/grids/nothing/records", {"fields": {}}, (404, "not_found")),
        ("GET", f"{RECORDS}/{NOBODY}", None, (404, "not_found")),
        ("GET", f"{RECORDS}/x%00y", None, (404, "not_found")),
        ("PATCH", f"{RECORDS}/{NOBODY}", {"fields": {"title": "a"}}, (404, "not_found")),
        ("PATCH", f"{RECORDS}/7", {"fields": {"title": "a"}}, (400, "invalid_message")),
        ("DELETE", f"{RECORDS}/{NOBODY}", None, (404, "not_found")),
        ("GET", f"{GRID}/history?limit=many", None, (400, "invalid_message")),
        ("GET", f"{GRID}/history?deleted=maybe", None, (400, "invalid_message")),
        ("GET", f"{GRID}/history?limit=1&limit=2", None, (400, "invalid_message")),
        ("GET", "/api/grids?all=1", None, (400, "invalid_message")),
        ("GET", f"{RECORDS}?since={2**53 + 1}", None, (400, "invalid_message")),
        ("GET", f"{GRID}/export.xml", None, (404, "not_found")),
        ("PUT", GRID, None, (405, "invalid_message")),
    ],
)
async def test_r1_what_cannot_be_done_is_a_problem(
    rest: Rest, method: str, path: str, body: Any, expected: tuple[int, str]
) -> None:
    assert await rest.code(method, path, body) == expected


async def test_r1_a_body_that_is_no_json_and_one_that_says_no_length(rest: Rest) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 1000

    for data, expected in ((b"{", 400), (b"[" * 100_000, 400), (endless(), 413)):
        async with rest._session.post(RECORDS, data=data) as answer:
            assert answer.status == expected
            assert answer.content_type == "application/problem+json"


async def test_r1_a_bug_is_answered(server: Running, rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(server.transport.hall.service, "describe", broken)
    assert await rest.code("GET", GRID) == (500, "internal")


async def test_a_caller_that_asks_too_much_is_told_to_wait(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.session.REQUESTS", 0.001)
    monkeypatch.setattr("server.session.BURST", 2000)
    for _ in range(2):
        await rest("GET", "/api/grids")
    for path in ("/api/grids", GRID, f"{RECORDS}/{NOBODY}", f"{GRID}/export.json"):  # by a command, or not
        status, _, answer = await rest("GET", path)
        assert (status, answer.headers["Retry-After"]) == (429, "1")
