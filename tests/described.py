"""What a server says, held against what it says of itself: its AsyncAPI and OpenAPI documents.

The clients of the tests hand everything here that they hear, so each test is also one of the documents.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jsonschema_rs import Draft7Validator, Draft202012Validator

from server.describing.asyncapi import asyncapi
from server.describing.openapi import openapi

Validator = Draft7Validator | Draft202012Validator
MADE_UP = {"news", "bulk", "dropped"}  # announced by tests themselves, to see how something travels


@cache
def documents() -> tuple[Any, Any]:
    """AsyncAPI and OpenAPI, as they travel."""
    return json.loads(json.dumps(asyncapi())), json.loads(json.dumps(openapi(keyed=True)))


@cache
def message(channel: str, name: str) -> Draft7Validator:
    live, _ = documents()
    payload = live["channels"][channel]["messages"][name]["payload"]
    return Draft7Validator({**payload, "components": live["components"]})


def answered(channel: str, event: str, answer: Any) -> None:
    """Fails where this is no answer to that event; one that does not exist is answered like any other."""
    known = f"{event}.answer" in documents()[0]["channels"][channel]["messages"]
    _hold(message(channel, f"{event if known else 'list_grids'}.answer"), answer)


def announced(channel: str, event: str, payload: Any) -> None:
    """Fails where nothing is announced so."""
    if event in MADE_UP:
        return
    _hold(message(channel, event), payload)


@cache
def body(method: str, path: str, status: int, media: str) -> Draft202012Validator | None:
    """What a body is that is told so; None where the address is not the documents' or its answer no JSON."""
    _, rest = documents()
    for template, operations in rest["paths"].items():
        pattern = "/".join(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(part)) for part in template.split("/"))
        if re.fullmatch(pattern, path) and method.lower() in operations:
            response = operations[method.lower()]["responses"][str(status)]
            if "$ref" in response:
                response = rest["components"]["responses"][str(status)]
            schema = response["content"][media]["schema"]
            return Draft202012Validator({**schema, "components": rest["components"]})
    return None


def told(method: str, url: str, status: int, media: str, answer: Any) -> None:
    """Fails where an address under /api does not answer so, with this status, media type and body."""
    path = "/" + url.partition("?")[0].split("/", 3)[-1] if "://" in url else url.partition("?")[0]
    validator = body(method, path, status, media)
    if validator is not None:
        _hold(validator, answer)


def _hold(validator: Validator, value: Any) -> None:
    __tracebackhide__ = True
    if not validator.is_valid(value):
        flaw = next(iter(validator.iter_errors(value)))
        raise AssertionError(
            f"not as described: {flaw.message[:500]} at {flaw.instance_path} of {value!r:.1000}"
        )
