"""Socket.IO and the plain WebSocket as AsyncAPI 3.0. Actions are the server's: it receives requests, which it
answers, and sends announcements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marshmallow import Schema

from server.describing import messages
from server.describing.answers import ANNOUNCEMENTS, ANSWERS, failure_of
from server.describing.asked import PAYLOADS, Auth
from server.describing.schemas import Described, Describer
from server.describing.shapes import WireError
from server.model import PROTOCOL, Json

ABOUT = """\
Live records: requests, their answers, and what is announced to whoever has joined a grid. The rules (what may
come twice, late or never, and what to do then) are in docs/PROTOCOL.md."""
HOST = {"host": "{host}", "variables": {"host": {"default": "localhost:8080"}}}
SERVERS = {
    "socketio": {
        **HOST,
        "protocol": "socket.io",
        "pathname": "/socket.io/",
        "description": "Socket.IO 5 over Engine.IO 4, namespace `/`. A request is an event with one payload; "
        "its acknowledgement is the answer. `connect` is CONNECT with its `auth`; `connect_error` is what "
        "may come instead.",
    },
    "websocket": {
        **HOST,
        "protocol": "ws",
        "pathname": "/ws",
        "description": "Each message is one JSON object. A request has an `id`, and so has its answer. "
        "The first request is `connect`.",
    },
}

Shapes = Iterable[type[Schema]]


def asyncapi() -> Described:
    """The document."""
    describer = Describer("")
    socketio = _Channel("socketio", describer)
    socketio.takes("connect", [Auth])
    socketio.sends("connect_error", [WireError])
    for event, payload in PAYLOADS.items():
        socketio.takes(event, [payload], [ANSWERS[event], failure_of(event)])
    for event, payload in ANNOUNCEMENTS.items():
        socketio.sends(event, [payload])
    websocket = _Channel("websocket", describer)
    for event, message in messages.REQUESTS.items():
        websocket.takes(event, [message], messages.ANSWERED[event])
    for event, message in messages.ANNOUNCED.items():
        websocket.sends(event, [message])
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tandem",
            "version": str(PROTOCOL),
            "description": ABOUT,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": SERVERS,
        "channels": {"socketio": socketio.described(), "websocket": websocket.described()},
        "operations": {**socketio.operations, **websocket.operations},
        "components": {"schemas": {name: draft7(each) for name, each in describer.components().items()}},
    }


class _Channel:
    """The messages and operations of one server."""

    def __init__(self, name: str, describer: Describer) -> None:
        self._describer = describer
        self._address = f"#/channels/{name}"
        self._name = name
        self._messages: dict[str, Described] = {}
        self.operations: dict[str, Described] = {}

    def takes(self, event: str, asked: Shapes, answered: Shapes = ()) -> None:
        operation = self._operation("receive", event, self._message(event, event, asked))
        if answered:
            answer = self._message(f"{event}.answer", event, answered)
            operation["reply"] = {"channel": {"$ref": self._address}, "messages": [answer]}

    def sends(self, event: str, told: Shapes) -> None:
        self._operation("send", event, self._message(event, event, told))

    def described(self) -> Described:
        server = {"$ref": f"#/servers/{self._name}"}
        return {"address": None, "servers": [server], "messages": self._messages}

    def _operation(self, action: str, event: str, message: Described) -> Described:
        operation: Described = {
            "action": action,
            "channel": {"$ref": self._address},
            "messages": [message],
        }
        self.operations[f"{self._name}.{event}"] = operation
        return operation

    def _message(self, id: str, name: str, shapes: Shapes) -> Described:
        refs = [self._describer.ref(shape) for shape in shapes]
        self._messages[id] = {"name": name, "payload": refs[0] if len(refs) == 1 else {"oneOf": refs}}
        return {"$ref": f"{self._address}/messages/{id}"}


def draft7(schema: Json) -> Json:
    """As AsyncAPI has schemas: a tuple is written in another way."""
    if isinstance(schema, list):
        return [draft7(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    told = {key: draft7(value) for key, value in schema.items()}
    if isinstance(places := told.pop("prefixItems", None), list):
        told |= {"items": places, "additionalItems": False}
    return told
