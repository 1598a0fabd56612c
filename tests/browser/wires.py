"""What passes between a page and the server, held back or altered: a bad network, another server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

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
