"""REST, asked by a machine that has read its description and nothing else: right requests and wrong ones."""

from __future__ import annotations

import asyncio
import copy
import re
from collections import Counter
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from server.config import Settings
from server.model import uuid7
from tests.described import documents
from tests.frames import keyed
from tests.servers import serving

EXAMPLES = 25  # of each operation, besides what its schema has at its edges

# What a request may be answered that is as described: only who knows the grid's records can tell.
WELL_ASKED = ["2xx", "3xx", "404", "409", "410", "412", "422"]
BADLY_ASKED = ["400", "401", "403", "404", "405", "413", "422", "429"]
# No schema can say that a name is printable, or that `was` has no key which `fields` has not.
ALMOST = {"positive_data_acceptance": {"expected-statuses": [*WELL_ASKED, "400"]}}
CONFIG = SchemathesisConfig.from_dict(
    {
        "auth": {"openapi": {"key": {"bearer": "pen"}}},
        "parameters": {"path.grid": "tasks"},
        "generation": {"max-examples": EXAMPLES, "deterministic": True},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": WELL_ASKED},
            "negative_data_rejection": {"expected-statuses": BADLY_ASKED},
        },
        "operations": [
            {  # it answers for each of its mutations, also for one that is none
                "include-operation-id": "mutate",
                "checks": {"negative_data_rejection": {"enabled": False}, **ALMOST},
            },
            {"include-operation-id": ["add_key", "update_record"], "checks": ALMOST},
        ],
    }
)
KEY = {"Authorization": "Bearer pen"}
HEADERS = {
    each["name"]: re.compile(each["schema"]["pattern"])
    for each in documents()[1]["components"]["parameters"].values()
    if each["in"] == "header" and "pattern" in each["schema"]
}
SCHEMA = schemathesis.openapi.from_dict(documents()[1], config=CONFIG)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A whole server on SQLite, in a thread of its own: who asks waits for answers."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr("server.attempts.AT_ONCE", 1_000_000)  # wrong keys are tried again and again
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    folder = tmp_path_factory.mktemp("asked")
    given: dict[str, Any] = {"database_url": f"sqlite:///{folder}/tandem.db", **keyed(edit="pen")}
    server = serving(Settings(grids=("server.samples.tasks",), **given))
    try:
        yield asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        monkeypatch.undo()


def ask(case: schemathesis.Case[Any], url: str, *others: Any, **more: Any) -> int:
    """The status of its answer, when it is as described; `others` are checks that are left out."""
    if HEADERS["Idempotency-Key"].search(case.headers.get("Idempotency-Key", "")):
        case.headers["Idempotency-Key"] = (
            uuid7()
        )  # R3: a known one is answered as it was first, whatever it asks
    # Headers at the edges are drawn without a look at their pattern, and then held to be right.
    odd = any(name in case.headers and not rule.search(case.headers[name]) for name, rule in HEADERS.items())
    left_out = [*others, *[positive_data_acceptance] * odd]
    answer = case.call_and_validate(base_url=url, excluded_checks=left_out, **more)
    return int(answer.status_code)


@SCHEMA.parametrize()
def test_it_does_what_it_says(case: schemathesis.Case[Any], url: str) -> None:
    ask(case, url)


def in_the_know(ids: list[str]) -> Any:
    """The description of records, to one who knows what the grid's have, and some of them."""
    document = copy.deepcopy(documents()[1])
    document["paths"] = {path: each for path, each in document["paths"].items() if "/records" in path}
    parameters = document["components"]["parameters"]
    parameters["grid"]["schema"], parameters["id"]["schema"] = {"enum": ["tasks"]}, {"enum": ids}
    title = {"type": "string", "pattern": "^[a-z]{1,20}$"}
    schemas = document["components"]["schemas"]
    for body in ("AddRecordBody", "UpdateRecordBody"):
        schemas[body]["properties"]["fields"] = {
            "type": "object",
            "properties": {"title": title},
            "required": ["title"],
            "additionalProperties": False,
        }
    schemas["AddRecordBody"]["properties"]["id"] = {"enum": ids}
    schemas["AddRecordBody"]["required"] = ["fields", "id"]
    del schemas["UpdateRecordBody"]["properties"]["was"]
    return document


def test_it_does_what_it_says_to_those_who_know_its_records(url: str) -> None:
    ids = [uuid7() for _ in range(4)]
    schema = schemathesis.openapi.from_dict(in_the_know(ids), config=CONFIG)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    done = Counter[str]()
    for operation in (*operations, *reversed(operations)):  # what was deleted comes back

        @settings(max_examples=10, derandomize=True, database=None, deadline=None)
        @given(operation.as_strategy())
        def asked(case: schemathesis.Case[Any]) -> None:
            done[case.operation.label] += ask(case, url, ignored_auth, headers=KEY) < 400

        asked()
    assert len(done) == len(operations) == 6
    assert all(done.values()), done
