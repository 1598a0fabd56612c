"""The golden messages and facts in `golden/`: the web client's tests read the same files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.errors import CODES
from server.model import MUTATION_TYPES, UINT32, fnv1a, record_digest
from server.protocol import parse, parse_mutation, parse_single
from server.values import json_equal

GOLDEN = Path(__file__).parent / "golden"


def read(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


FILES = [path.stem for path in sorted(GOLDEN.glob("*.json"))]
MESSAGES = [message for file in FILES if isinstance(read(file), list) for message in read(file)]
REQUESTS = [message for message in MESSAGES if message["direction"] == "client"]


@pytest.mark.parametrize("message", REQUESTS, ids=lambda message: f"{message['event']}: {message['name']}")
def test_the_server_takes_every_golden_request(message: dict[str, Any]) -> None:
    event, payload = message["event"], message["payload"]
    if event in MUTATION_TYPES:
        assert parse_single(event, payload)[1].flaw is None
        return
    for mutation in parse(event, payload).get("mutations", []):
        assert parse_mutation(mutation).flaw is None


@pytest.mark.parametrize("message", REQUESTS, ids=lambda message: f"{message['event']}: {message['name']}")
def test_r1_every_golden_answer_is_an_envelope(message: dict[str, Any]) -> None:
    ack = message["ack"]
    results = [*ack.get("results", []), *([ack["result"]] if "result" in ack else [])]
    errors = [body["error"] for body in (ack, *results) if "error" in body]
    assert ack["ok"] is ("error" not in ack)
    assert all(error["retry"] is CODES[error["code"]] for error in errors)


@pytest.mark.parametrize("verdict", ["equal", "unequal"])
def test_r8_equality(verdict: str) -> None:
    for a, b in read("equality")[verdict]:
        assert json_equal(a, b) is json_equal(b, a) is (verdict == "equal"), (a, b)


def test_r13_digests() -> None:
    facts = read("digest")
    for each in facts["fnv1a"]:
        assert fnv1a(each["text"]) == each["fnv1a"], each["text"]
    for each in facts["digests"]:
        assert sum(record_digest(id, version) for id, version in each["records"]) & UINT32 == each["digest"]
