"""The tests' own proxy does to connections what it says."""

from __future__ import annotations

import asyncio
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

import pytest

from tests.proxy import Proxy

TEXT = bytes(range(256)) * 8


class Echo:
    """Through a proxy to a server that says everything again; how the server's end of it ended."""

    def __init__(self, proxy: Proxy, reader: StreamReader, writer: StreamWriter) -> None:
        self.proxy, self.reader, self.writer = proxy, reader, writer

    async def say(self, text: bytes = TEXT) -> None:
        self.writer.write(text)
        await self.writer.drain()


@asynccontextmanager
async def echo() -> AsyncIterator[tuple[Echo, asyncio.Future[str]]]:
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        how = "closed"
        try:
            while data := await reader.read(100):
                writer.write(data)
        except ConnectionResetError:
            how = "reset"
        await _close(writer)
        ended.set_result(how)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    place = server.sockets[0].getsockname()
    async with Proxy.to(lambda: f"http://localhost:{place[1]}", Random(0)) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rpartition(":")[2]))
        made = Echo(proxy, reader, writer)
        await made.say(b"hello")
        assert await reader.readexactly(5) == b"hello"
        yield made, ended
        await _close(writer)
    server.close()
    await server.wait_closed()


async def _close(writer: StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize("fault", ["late", "slow", "sliced"])
async def test_what_is_late_slow_or_sliced_comes_whole(fault: str) -> None:
    async with echo() as (client, _):
        client.proxy.trouble(fault)
        await client.say()
        assert await client.reader.readexactly(len(TEXT)) == TEXT
        client.proxy.calm()
        await client.say()
        assert await client.reader.readexactly(len(TEXT)) == TEXT


async def test_slices_are_as_small_as_they_should_be() -> None:
    proxy = Proxy(lambda: "", Random(0))
    assert proxy._pieces(TEXT) == [TEXT]
    proxy.trouble("sliced")
    pieces = proxy._pieces(TEXT)
    assert b"".join(pieces) == TEXT
    assert max(map(len, pieces)) == proxy._slice


async def test_a_cut_is_told_to_both() -> None:
    async with echo() as (client, ended):
        client.proxy.trouble("cut", share=1)
        assert await client.reader.read() == b""
        assert await ended == "closed"


async def test_a_reset_is_told_to_both() -> None:
    async with echo() as (client, ended):
        client.proxy.trouble("reset", share=1)
        with pytest.raises(ConnectionResetError):
            await client.reader.read()
        assert await ended == "reset"


async def test_half_open_says_nothing_until_it_is_ended() -> None:
    async with echo() as (client, ended):
        client.proxy.trouble("half-open", share=1)
        await client.say()
        assert not client.reader.at_eof()
        client.proxy.trouble("reset", share=1)
        with pytest.raises((IncompleteReadError, ConnectionResetError)):
            await client.reader.readexactly(len(TEXT))
        assert await ended == "reset"
