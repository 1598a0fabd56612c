"""What passes between a page and the server, held back or altered: a bad network, another server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.async_api import BrowserContext, WebSocketRoute

Alter = Callable[[str], str | None]  # a frame, as another one, or None: it does not pass


def passing(frame: str) -> str | None:
    return frame


async def alter(context: BrowserContext, answers: Alter = passing, requests: Alter = passing) -> None:
    """From the next load of a page of this browser on."""

    def relay(alter: Alter, send: Callable[[str], None]) -> Callable[[str | bytes], None]:
        def forward(frame: str | bytes) -> None:
            altered = alter(frame if isinstance(frame, str) else frame.decode())
            if altered is not None:
                send(altered)

        return forward

    def route(page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        server.on_message(relay(answers, page.send))
        page.on_message(relay(requests, server.send))

    await context.route_web_socket(re.compile("/socket.io/"), route)


def refusing(sentence: str) -> Alter:
    """A server that lets nobody in."""
    data = {"code": "unauthorized", "message": sentence, "retry": False}
    refusal = "44" + json.dumps({"message": "refused", "data": data})
    return lambda frame: refusal if frame.startswith("40") else frame


class Spoiled:
    """A server that does not understand the edits of this browser, until it does."""

    def __init__(self) -> None:
        self.on = True

    def __call__(self, frame: str) -> str:
        return frame.replace('"mutations":', '"changes":') if self.on else frame


class Gate:
    """Holds back what the server says until it is opened; notes what passed, as the page sees it."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []  # (event, payload)
        self.records = 0  # in pages that have come
        self._waiting: list[Callable[[], None]] | None = []

    async def stand_in(self, context: BrowserContext) -> None:
        """From the next load of a page of this browser on."""

        def route(page: WebSocketRoute) -> None:
            server = page.connect_to_server()
            server.on_message(lambda frame: self._answer(str(frame), page.send))
            page.on_message(lambda frame: self._request(str(frame), server.send))

        await context.route_web_socket(re.compile("/socket.io/"), route)

    def open(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        for pass_on in waiting:
            pass_on()

    def shut(self) -> None:
        """From now on it holds back again."""
        self._waiting = []

    def payloads(self, event: str) -> list[dict[str, Any]]:
        return [payload for name, payload in self.requests if name == event]

    def _answer(self, frame: str, send: Callable[[str], None]) -> None:
        def pass_on() -> None:
            self.records += self._records_in(frame)
            send(frame)

        if self._waiting is None:
            pass_on()
        else:
            self._waiting.append(pass_on)

    def _request(self, frame: str, send: Callable[[str], None]) -> None:
        if event := re.match(r"42\d*(\[.*)", frame, re.DOTALL):
            name, payload = json.loads(event[1])
            self.requests.append((name, payload))
        send(frame)

    @staticmethod
    def _records_in(frame: str) -> int:
        acknowledged = re.match(r"43\d+(\[.*)", frame, re.DOTALL)
        answer = json.loads(acknowledged[1])[0] if acknowledged else {}
        return len(answer.get("page", answer).get("records", ()))
