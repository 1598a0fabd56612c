"""The messages of the plain WebSocket: what is asked, answered and announced, as one object each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from marshmallow import Schema

from server.describing.answers import ANNOUNCEMENTS, ANSWERS, Connected, Failed, failure_of
from server.describing.asked import PAYLOADS, Auth, name_of
from server.describing.parts import Exactly, one
from server.protocol import Strict


class Numbered(Schema):
    """With the `id` of the request."""

    id = Strict(int, str, required=True)


@cache
def numbered(shape: type[Schema]) -> type[Schema]:
    """The answer to a request with an `id`."""
    return type(f"{shape.__name__}Message", (Numbered, shape), {"__doc__": shape.__doc__})


def _request(event: str, payload: type[Schema]) -> type[Schema]:
    part = one(payload, required=event != "list_grids")
    made = Schema.from_dict({"type": Exactly(event), "payload": part}, name="Asked")
    name = f"{name_of(event)}Message"
    return type(name, (Numbered, made), {"__doc__": f"Asks for `{event}`."})


def _announcement(event: str, payload: type[Schema]) -> type[Schema]:
    made = Schema.from_dict(
        {"type": Exactly(event), "payload": one(payload)}, name=f"{name_of(event)}Announced"
    )
    made.__doc__ = f"Announces `{event}`."
    return made


ASKED: dict[str, type[Schema]] = {"connect": Auth, **PAYLOADS}
REQUESTS = {event: _request(event, payload) for event, payload in ASKED.items()}
ANSWERED: Mapping[str, tuple[type[Schema], type[Schema]]] = {
    event: (numbered(answer), numbered(failure_of(event) if event in ANSWERS else Failed))
    for event, answer in {"connect": Connected, **ANSWERS}.items()
}
ANNOUNCED = {event: _announcement(event, payload) for event, payload in ANNOUNCEMENTS.items()}
