"""Every event of the wire, over a real socket: payloads, acks, statuses and codes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import socketio.exceptions
from aiohttp.test_utils import TestServer

from server.app import build
from server.config import Settings
from server.model import record_digest, uuid7
from tests.wire import Client, connect, connected

GRID = "tasks"
Start = Callable[..., Any]


@pytest.fixture
async def url(aiohttp_server: Start, tmp_path: Path) -> str:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/tandem.db", grids=("server.samples.tasks",))
    server: TestServer = await aiohttp_server(build(settings))
    return str(server.make_url("/"))


@pytest.fixture
async def amy(url: str) -> AsyncIterator[Client]:
    async with connected(url, "amy") as client:
        yield client


@pytest.fixture
async def ben(url: str) -> AsyncIterator[Client]:
    async with connected(url, "ben") as client:
        yield client


async def test_list_grids(amy: Client) -> None:
    await amy.add(GRID, title="A")
    assert await amy.ok("list_grids") == {
        "ok": True,
        "grids": [{"id": GRID, "title": "Tasks", "revision": 1, "count": 1}],
    }


async def test_join_grid_answers_everything_a_replica_needs(amy: Client) -> None:
    id = await amy.add(GRID, title="A")
    joined = await amy.ok("join_grid", {"grid": GRID})
    assert set(joined) == {
        *("ok", "grid", "epoch", "revision", "count", "digest"),
        *("mode", "page", "presence", "session", "limits"),
    }
    assert set(joined["grid"]) == {"id", "title", "definition", "fields"}
    assert {"name", "label", "type", "required", "read_only", "default"} <= set(joined["grid"]["fields"][0])
    assert (joined["mode"], joined["revision"], joined["count"]) == ("reset", 1, 1)
    assert joined["digest"] == record_digest(id, 1)
    page = joined["page"]
    assert (page["mode"], page["from"], page["to"], page["more"]) == ("reset", 0, 1, False)
    assert [record[:2] for record in page["records"]] == [[id, 1]]
    assert page["records"][0][2]["title"] == "A"
    assert joined["limits"] == {"batch": 500, "bytes": 131072, "page": 2000}
    (me,) = joined["presence"]
    assert (me["session"], me["name"], me["cell"], me["editing"]) == (joined["session"], "Amy", None, False)


async def test_join_grid_from_where_one_was_is_a_delta(amy: Client) -> None:
    await amy.add(GRID, title="A")
    epoch = (await amy.ok("join_grid", {"grid": GRID, "limit": 0}))["epoch"]
    id = await amy.add(GRID, title="B")
    joined = await amy.ok("join_grid", {"grid": GRID, "epoch": epoch, "since": 1})
    assert joined["mode"] == joined["page"]["mode"] == "delta"
    assert [record[0] for record in joined["page"]["records"]] == [id]


@pytest.mark.parametrize(
    ("epoch", "since"), [(None, 1), ("another", 1), ("", 1), ("same", None), ("same", 0), ("same", 99)]
)
async def test_r9_mode_is_reset_exactly_when_the_answer_starts_from_0(
    amy: Client, epoch: str | None, since: int | None
) -> None:
    for title in "AB":
        await amy.add(GRID, title=title)
    real = (await amy.ok("join_grid", {"grid": GRID, "limit": 0}))["epoch"]
    asked = {"grid": GRID, "epoch": real if epoch == "same" else epoch, "since": since}
    joined = await amy.ok("join_grid", asked)
    assert (joined["mode"], joined["page"]["from"]) == ("reset", 0)
    assert len(joined["page"]["records"]) == 2
    pulled = await amy.ok("pull", asked)
    assert (pulled["mode"], pulled["from"], pulled["to"]) == ("reset", 0, 2)


async def test_pull_in_pages_with_tombstones(amy: Client) -> None:
    ids = [await amy.add(GRID, title=title) for title in "ABC"]
    await amy.ok("delete_record", {"grid": GRID, "mutation_id": uuid7(), "id": ids[0]})
    epoch = (await amy.ok("join_grid", {"grid": GRID, "limit": 0}))["epoch"]
    first = await amy.ok("pull", {"grid": GRID, "epoch": epoch, "since": 0, "limit": 2})
    assert (first["to"], first["more"]) == (3, True)
    rest = await amy.ok("pull", {"grid": GRID, "epoch": epoch, "since": first["to"], "limit": 2})
    assert rest["records"] == [[ids[0], 4, None]]
    assert (rest["mode"], rest["from"], rest["to"], rest["more"]) == ("delta", 3, 4, False)


async def test_pull_with_limit_0_tells_the_head_alone(amy: Client) -> None:
    await amy.add(GRID, title="A")
    epoch = (await amy.ok("join_grid", {"grid": GRID, "limit": 0}))["epoch"]
    pulled = await amy.ok("pull", {"grid": GRID, "epoch": epoch, "since": 0, "limit": 0})
    assert (pulled["from"], pulled["to"], pulled["more"], pulled["records"]) == (0, 0, True, [])
    level = await amy.ok("pull", {"grid": GRID, "epoch": epoch, "since": 1, "limit": 0})
    assert (level["from"], level["to"], level["more"]) == (1, 1, False)


async def test_r7_everyone_hears_the_same_announcement_the_author_too(amy: Client, ben: Client) -> None:
    epoch = (await amy.ok("join_grid", {"grid": GRID}))["epoch"]
    await ben.ok("join_grid", {"grid": GRID})
    mutation_id = uuid7()
    ack = await amy.ok(
        "add_record", {"grid": GRID, "mutation_id": mutation_id, "fields": {"title": "A", "billable": True}}
    )
    announced = await amy.heard("changes")
    assert announced == await ben.heard("changes")
    result = ack["result"]
    assert announced == {
        "grid": GRID,
        "epoch": epoch,
        "from": 0,
        "to": 1,
        "changes": [[1, result["id"], "add", result["fields"], {"id": "amy", "name": "Amy"}, mutation_id]],
    }


async def test_announcements_of_update_delete_and_restore(amy: Client) -> None:
    await amy.ok("join_grid", {"grid": GRID})
    id = await amy.add(GRID, title="A")
    added = (await amy.heard("changes"))["changes"][0]
    await amy.update(GRID, id, fields={"title": "B"}, was={"title": "A"})
    (update,) = (await amy.heard("changes"))["changes"]
    assert update[:4] == [2, id, "update", {"title": "B"}]
    await amy.ok("delete_record", {"grid": GRID, "mutation_id": uuid7(), "id": id, "version": 2})
    (delete,) = (await amy.heard("changes"))["changes"]
    assert delete[:4] == [3, id, "delete", None]
    await amy.ok("restore_record", {"grid": GRID, "mutation_id": uuid7(), "id": id})
    (restore,) = (await amy.heard("changes"))["changes"]
    assert restore[:4] == [4, id, "add", {**added[3], "title": "B"}]


async def test_r6_a_head_follows_the_last_announcement_of_a_burst(amy: Client) -> None:
    joined = await amy.ok("join_grid", {"grid": GRID})
    ids = [await amy.add(GRID, title=title) for title in "AB"]
    assert await amy.heard("head", lambda head: head["revision"] == 2) == {
        "grid": GRID,
        "epoch": joined["epoch"],
        "definition": joined["grid"]["definition"],
        "revision": 2,
        "count": 2,
        "digest": (record_digest(ids[0], 1) + record_digest(ids[1], 2)) % 2**32,
    }


async def test_a_range_above_128_kb_is_a_head_instead(amy: Client) -> None:
    await amy.ok("join_grid", {"grid": GRID})
    wide = [
        {"type": "add_record", "mutation_id": uuid7(), "fields": {"title": "A" * 120}} for _ in range(500)
    ]
    await amy.ok("mutate", {"grid": GRID, "mutations": wide})
    head = await amy.heard("head", lambda payload: payload["revision"] == 500)
    assert head["count"] == 500
    await amy.add(GRID, title="B")
    announced = await amy.heard("changes")
    assert (announced["from"], announced["to"]) == (500, 501), "the large one was not announced"


async def test_r8_conflict_over_the_wire(amy: Client, ben: Client) -> None:
    id = await amy.add(GRID, title="A")
    await ben.update(GRID, id, fields={"title": "B"}, was={"title": "A"})
    ack = await amy.update(GRID, id, fields={"title": "C"}, was={"title": "A"})
    assert ack["ok"] is False
    assert ack["error"]["code"] == "conflict"
    assert (ack["result"]["status"], ack["result"]["revision"]) == ("conflict", None)
    theirs = ack["result"]["conflicts"]["title"]
    assert (theirs["value"], theirs["revision"], theirs["author"]) == ("B", 2, {"id": "ben", "name": "Ben"})


async def test_r11_a_refusal_names_each_field_and_why(amy: Client) -> None:
    ack = await amy.ask(
        "add_record", {"grid": GRID, "mutation_id": uuid7(), "fields": {"billable": "yes", "ghost": 1}}
    )
    assert (ack["ok"], ack["error"]["code"], ack["result"]["status"]) == (
        False,
        "validation_failed",
        "refused",
    )
    assert {"billable", "ghost"} <= set(ack["error"]["fields"])
    assert (await amy.ok("list_grids"))["grids"][0]["count"] == 0


def deep(levels: int) -> Any:
    """A list in a list, so many times; written by hand where json's own encoder gives up."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [float(2**53 + 2), 2**60, 2**70, 10**4000, "a\0b", "\ud800", deep(17)],
    ids=["2^53+2", "2^60", "2^70", "4001 digits", "NUL", "surrogate", "17 deep"],
)
async def test_a_value_outside_the_wires_limits_is_validation_failed(amy: Client, value: Any) -> None:
    ack = await amy.ask("add_record", {"grid": GRID, "mutation_id": uuid7(), "fields": {"title": value}})
    assert (ack["error"]["code"], ack["result"]["status"]) == ("validation_failed", "refused")


async def test_mutate_tells_per_mutation_in_order(amy: Client) -> None:
    id = uuid7()
    batch: list[dict[str, Any]] = [
        {"type": "add_record", "mutation_id": uuid7(), "id": id, "fields": {"title": "A"}},
        {
            "type": "update_record",
            "mutation_id": uuid7(),
            "id": id,
            "fields": {"title": "B"},
            "was": {"title": "X"},
        },
        {"type": "update_record", "mutation_id": uuid7(), "id": id, "fields": {"title": 5}},
        {"type": "update_record", "mutation_id": uuid7(), "id": id, "fields": {}, "was": {"title": "A"}},
        {"type": "delete_record", "mutation_id": uuid7(), "id": uuid7()},
        {"type": "delete_record", "mutation_id": uuid7(), "id": id},
    ]
    ack = await amy.ok("mutate", {"grid": GRID, "mutations": batch})
    told = [(result["status"], result.get("error", {}).get("code")) for result in ack["results"]]
    assert told == [
        ("applied", None),
        ("conflict", "conflict"),
        ("refused", "validation_failed"),
        ("refused", "invalid_message"),
        ("refused", "not_found"),
        ("applied", None),
    ]
    assert [result["mutation_id"] for result in ack["results"]] == [entry["mutation_id"] for entry in batch]
    assert (await amy.ok("mutate", {"grid": GRID, "mutations": batch}))["results"] == ack["results"], "R3"


async def test_mutate_atomic(amy: Client) -> None:
    good = {"type": "add_record", "mutation_id": uuid7(), "fields": {"title": "A"}}
    bad = {"type": "add_record", "mutation_id": uuid7(), "fields": {}}
    ack = await amy.ask("mutate", {"grid": GRID, "mutations": [good, bad], "atomic": True})
    assert (ack["ok"], ack["error"]["code"]) == (False, "validation_failed")
    assert [result["status"] for result in ack["results"]] == ["skipped", "refused"]
    assert await amy.ask("mutate", {"grid": GRID, "mutations": [good, bad], "atomic": True}) == ack


@pytest.mark.parametrize(
    "spoiled",
    [
        {"mutation_id": uuid7(), "fields": {}},
        {"type": "drop_table", "mutation_id": uuid7()},
        {"type": "add_record", "fields": {"title": "A"}},
        {"type": "add_record", "mutation_id": uuid7().upper(), "fields": {"title": "A"}},
        {"type": "update_record", "mutation_id": uuid7(), "fields": {"title": "A"}},
        {"type": "delete_record", "mutation_id": uuid7(), "id": "1"},
        "add_record",
    ],
    ids=["no type", "unknown type", "no mutation id", "upper case", "no id", "bad id", "no object"],
)
async def test_a_mutation_that_cannot_be_named_spoils_its_batch(amy: Client, spoiled: Any) -> None:
    good = {"type": "add_record", "mutation_id": uuid7(), "fields": {"title": "A"}}
    error = await amy.refused("mutate", {"grid": GRID, "mutations": [good, spoiled]})
    assert error["code"] == "invalid_message"
    assert (await amy.ok("list_grids"))["grids"][0]["count"] == 0


async def test_one_mutation_id_twice_spoils_its_batch(amy: Client) -> None:
    add = {"type": "add_record", "mutation_id": uuid7(), "fields": {"title": "A"}}
    error = await amy.refused("mutate", {"grid": GRID, "mutations": [add, add]})
    assert error["code"] == "invalid_message"


async def test_batches_above_the_limits_are_too_large(amy: Client) -> None:
    many = [{"type": "add_record", "mutation_id": uuid7(), "fields": {"title": "A"}} for _ in range(501)]
    assert (await amy.refused("mutate", {"grid": GRID, "mutations": many}))["code"] == "too_large"
    asked = {"grid": GRID, "mutation_id": uuid7(), "fields": {"title": "A", "notes": ""}}
    room = 131_072 - len(json.dumps(asked, separators=(",", ":")))
    asked["fields"] = {"title": "A", "notes": "x" * (room + 1)}
    assert (await amy.refused("add_record", asked))["code"] == "too_large"
    asked["fields"] = {"title": "A", "notes": "x" * room}
    await amy.ok("add_record", asked)


async def test_a_single_event_with_a_was_that_changes_nothing_is_invalid(amy: Client) -> None:
    id = await amy.add(GRID, title="A")
    ack = await amy.update(GRID, id, fields={"title": "B"}, was={"billable": False})
    assert ack["error"]["code"] == "invalid_message"


async def test_unknown_events_and_keys_are_answered(amy: Client) -> None:
    assert (await amy.refused("drop_grid", {}))["code"] == "unknown_event"
    assert (await amy.refused("join_grid", {"grid": GRID, "offset": 1}))["code"] == "invalid_message"
    ack = await amy.ask("join_grid", {"grid": GRID}, "and more")
    assert ack["error"]["code"] == "invalid_message"
    assert (await amy.refused("join_grid", [GRID]))["code"] == "invalid_message"


@pytest.mark.parametrize(
    ("event", "more"),
    [
        ("join_grid", {}),
        ("pull", {"epoch": "e", "since": 0}),
        ("add_record", {"mutation_id": uuid7(), "fields": {}}),
        ("mutate", {"mutations": []}),
        ("history", {}),
    ],
)
async def test_a_grid_that_is_not_there_is_not_found(amy: Client, event: str, more: dict[str, Any]) -> None:
    assert (await amy.refused(event, {"grid": "ghost", **more}))["code"] == "not_found"


async def test_leave_grid_ends_the_announcements(amy: Client, ben: Client) -> None:
    await amy.ok("join_grid", {"grid": GRID})
    await ben.ok("join_grid", {"grid": GRID})
    await amy.ok("leave_grid", {"grid": GRID})
    await ben.heard("presence", lambda p: any(s.get("gone") for s in p["sessions"]))
    amy.events.clear()
    await ben.add(GRID, title="A")
    await ben.heard("head")
    assert amy.events == []
    assert (await amy.refused("leave_grid", {"grid": GRID}))["code"] == "not_joined"


async def test_presence_tells_who_is_where(amy: Client, ben: Client) -> None:
    assert (await amy.refused("set_presence", {"grid": GRID, "cell": None}))["code"] == "not_joined"
    me = (await amy.ok("join_grid", {"grid": GRID}))["session"]
    await ben.ok("join_grid", {"grid": GRID})
    cell = {"id": uuid7(), "field": "title"}
    await amy.ok("set_presence", {"grid": GRID, "cell": cell, "editing": True})
    seen = await ben.heard("presence", lambda p: any(s.get("cell") == cell for s in p["sessions"]))
    (place,) = [session for session in seen["sessions"] if session["session"] == me]
    assert set(place) == {"session", "name", "color", "cell", "editing"}
    assert (place["name"], place["editing"]) == ("Amy", True)
    await amy.sio.disconnect()
    gone = await ben.heard("presence", lambda p: any(s.get("gone") for s in p["sessions"]))
    assert gone["sessions"] == [{"session": me, "gone": True}]


async def test_history_newest_first_page_by_page(amy: Client, ben: Client) -> None:
    id = await amy.add(GRID, title="A")
    await ben.update(GRID, id, fields={"title": "B"}, was={"title": "A"})
    await amy.ok("delete_record", {"grid": GRID, "mutation_id": uuid7(), "id": id})
    told = await amy.ok("history", {"grid": GRID, "limit": 2})
    assert told["more"] is True
    delete, update = told["changes"]
    assert set(delete) == {"revision", "id", "kind", "fields", "previous", "author", "at", "mutation_id"}
    assert (delete["kind"], delete["fields"], delete["previous"]["title"]) == ("delete", None, "B")
    assert (update["fields"], update["previous"]) == ({"title": "B"}, {"title": "A"})
    assert update["author"] == {"id": "ben", "name": "Ben"}
    rest = await amy.ok("history", {"grid": GRID, "before": update["revision"]})
    assert ([c["kind"] for c in rest["changes"]], rest["more"]) == (["add"], False)
    filters: list[tuple[dict[str, Any], list[int]]] = [
        ({"author": "ben"}, [2]),
        ({"field": "title"}, [3, 2, 1]),
        ({"deleted": True}, [3]),
    ]
    for query, revisions in filters:
        told = await amy.ok("history", {"grid": GRID, "id": id, **query})
        assert [change["revision"] for change in told["changes"]] == revisions


@pytest.mark.parametrize(
    ("auth", "code"),
    [({"protocol": 2}, "unsupported_protocol"), ({"protocol": 1, "extra": 1}, "invalid_message")],
)
async def test_a_refused_connect_says_why(url: str, auth: dict[str, Any], code: str) -> None:
    client = Client()
    told: list[Any] = []
    client.sio.on("connect_error", told.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.sio.connect(url, auth=auth, transports=["websocket"])
    data = told[0].pop("data")
    assert set(data) == {"code", "message", "retry"}
    assert (data["code"], told[0]) == (code, data)


async def test_without_a_user_the_session_is_the_author(url: str) -> None:
    client = await connect(url)
    session = (await client.ok("join_grid", {"grid": GRID}))["session"]
    await client.add(GRID, title="A")
    (change,) = (await client.heard("changes"))["changes"]
    assert change[4]["id"] == session
    await client.sio.disconnect()
