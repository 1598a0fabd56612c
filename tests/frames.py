"""A client that sends what it likes: Engine.IO and Socket.IO by hand, over WebSocket or long-polling."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import re
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from aiohttp.test_utils import TestServer

from server.app import SOCKETS, build
from server.config import Settings, load
from server.transports.socketio import SocketTransport
from server.transports.sockets import Socket
from tests import described

PATIENCE = 20  # seconds until a test that waits has failed
HELLO = '40{"protocol":1}'
PATH = "/socket.io/?EIO=4&transport="

Start = Callable[..., Any]


class Running:
    """A server of the test's, and what is inside it."""

    def __init__(self, server: TestServer) -> None:
        self.url = str(server.make_url("/")).rstrip("/")
        self.host = self.url.removeprefix("http://")
        self.app = server.app
        self.transport: SocketTransport = self.app[SOCKETS]

    @property
    def sockets(self) -> list[Socket]:
        return list(self.transport._server.eio.sockets.values())

    async def http(self, method: str, path: str, token: str = "", body: Any = None) -> tuple[int, Any]:
        """The status of a request with a key, and its JSON where it answers some."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            ClientSession() as session,
            session.request(method, self.url + path, headers=headers, json=body) as answer,
        ):
            is_json = answer.content_type in ("application/json", "application/problem+json")
            told = await answer.json() if is_json else None
            if is_json:
                described.told(method, path, answer.status, answer.content_type, told)
            return answer.status, told


def keyed(edit: str = "", view: str = "") -> dict[str, Any]:
    """Settings with these keys."""
    settings = load({"EDIT_KEY": edit, "VIEW_KEY": view})
    return {"edit_key": settings.edit_key, "view_key": settings.view_key}


async def run(aiohttp_server: Start, folder: Any, **settings: Any) -> Running:
    given = {"database_url": f"sqlite:///{folder}/tandem.db", "grids": ("server.samples.tasks",), **settings}
    return Running(await aiohttp_server(build(Settings(**given))))


class Raw:
    """One WebSocket whose frames the test writes and reads itself."""

    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws = ws
        self.opening: dict[str, Any] = {}
        self._ids = 0
        self._ours = False  # nobody but our server speaks the protocol
        self._asked: dict[int, str] = {}  # events by the ids of their requests

    async def send(self, text: str) -> None:
        self._ours = self._ours or text.startswith('40{"protocol"')
        if request := re.match(r'42(\d{1,9})\["(\w+)"', text):
            self._asked[int(request[1])] = request[2]
        await self.ws.send_str(text)

    def send_bytes(self, data: bytes) -> None:
        """Bytes beside the library, such as a frame that it would not make."""
        transport = self.ws._writer.transport
        assert transport is not None
        transport.write(data)

    async def text(self) -> str:
        """The next packet; pings are answered."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self.ws.receive()
                assert message.type is WSMsgType.TEXT, message
                if message.data != "2":
                    self._judge(str(message.data))
                    return str(message.data)
                await self.send("3")

    def _judge(self, text: str) -> None:
        """Whether it is as described."""
        if not self._ours:
            return
        if text.startswith("42["):
            described.announced("socketio", *json.loads(text[2:]))
        elif (answer := re.match(r"43(\d+)(?=\[)", text)) and (event := self._asked.get(int(answer[1]))):
            described.answered("socketio", event, json.loads(text[answer.end() :])[0])

    async def until(self, start: str) -> str:
        """The next packet that starts so; those before it are dropped."""
        async with asyncio.timeout(PATIENCE):  # of its own: a grid's `head` comes again and again
            while not (text := await self.text()).startswith(start):
                pass
            return text

    async def heard(self, event: str) -> Any:
        return json.loads((await self.until(f'42["{event}"'))[2:])[1]

    async def ask(self, event: str, payload: Any = None) -> dict[str, Any]:
        """Send one request and wait for its acknowledgement."""
        self._ids += 1
        await self.send(f"42{self._ids}" + json.dumps([event, {} if payload is None else payload]))
        return await self.ack(self._ids)

    async def ack(self, id: int) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads((await self.until(f"43{id}["))[2 + len(str(id)) :])[0]
        return answer

    async def end(self) -> int | None:
        """Wait until the server has ended it; returns the close code, None where there was none."""
        return await end_of(self.ws)


async def end_of(ws: ClientWebSocketResponse) -> int | None:
    """Read until the server has ended it. The code is its own: `close_code` says 1006 where the connection
    was gone before the library could answer."""
    code = None
    async with asyncio.timeout(PATIENCE):
        while not ws.closed:
            message = await ws.receive()
            if message.type is WSMsgType.CLOSE:
                code = message.data
    return code


@asynccontextmanager
async def raw(url: str, hello: str | None = HELLO, **options: Any) -> AsyncIterator[Raw]:
    """An open WebSocket, connected to the namespace unless `hello` is None."""
    async with (
        ClientSession() as session,
        session.ws_connect(f"{url}{PATH}websocket", max_msg_size=2**26, **options) as ws,
    ):
        client = Raw(ws)
        client.opening = json.loads((await client.text())[1:])
        if hello is not None:
            await client.send(hello)
            assert (await client.text()).startswith('40{"sid":')
        yield client


class Polling:
    """One long-polling session."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self.session = session
        self.url = url
        self.sid = ""
        self._packets: list[str] = []

    async def get(self) -> list[str]:
        status, text = await self.exchange("GET")
        assert status == 200, text
        return text.split("\x1e")

    async def post(self, body: str | bytes) -> tuple[int, str]:
        return await self.exchange("POST", body)

    async def exchange(self, method: str, body: str | bytes | None = None) -> tuple[int, str]:
        address = f"{self.url}{PATH}polling" + (f"&sid={self.sid}" if self.sid else "")
        data = body if body is None else io.BytesIO(body.encode() if isinstance(body, str) else body)
        async with asyncio.timeout(PATIENCE), self.session.request(method, address, data=data) as response:
            return response.status, await response.text()

    async def until(self, start: str) -> str:
        """The next packet that starts so, by as many polls as it takes."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self._packets:
                    packet = self._packets.pop(0)
                    if packet == "2":
                        await self.post("3")
                    if packet.startswith(start):
                        return packet
                self._packets = await self.get()


@asynccontextmanager
async def polling(url: str, hello: str | None = HELLO) -> AsyncIterator[Polling]:
    """A long-polling session, connected to the namespace unless `hello` is None."""
    async with ClientSession() as session:
        client = Polling(session, url)
        client.sid = json.loads((await client.get())[0][1:])["sid"]
        if hello is not None:
            assert (await client.post(hello))[0] == 200
            await client.until('40{"sid":')
        yield client


def masked(payload: bytes, first: int = 0x81, length: int | None = None) -> bytes:
    """A client's WebSocket frame; `length` is what its header claims, if not the truth."""
    size = len(payload) if length is None else length
    mask = os.urandom(4)
    if size < 126:
        header = struct.pack("!BB", first, 0x80 | size)
    elif size < 65_536:
        header = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        header = struct.pack("!BBQ", first, 0x80 | 127, size)
    return header + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


@asynccontextmanager
async def deaf(
    host: str, *texts: str, path: str = f"{PATH}websocket", until: bytes = b"431["
) -> AsyncIterator[socket.socket]:
    """A WebSocket that sends these messages, reads until that answer and then nothing any more.

    Its receive buffer is small and fixed, so what it does not read stays with the server.
    """
    loop = asyncio.get_running_loop()
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        address, _, port = host.partition(":")
        await loop.sock_connect(sock, (address, int(port)))
        key = base64.b64encode(os.urandom(16)).decode()
        await loop.sock_sendall(
            sock,
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode(),
        )
        seen = b""
        for text in texts:
            await loop.sock_sendall(sock, masked(text.encode()))
        async with asyncio.timeout(PATIENCE):
            while until not in seen:
                seen += await loop.sock_recv(sock, 4096)
        yield sock
