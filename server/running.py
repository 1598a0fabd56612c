"""What every command begins with: the settings, an open store, a file to read."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from server import app, config, logs
from server.errors import StartError
from server.stores import Store

Answer = TypeVar("Answer")


def settings(**overrides: object) -> config.Settings:
    settings = config.load(os.environ, **overrides)
    logs.set_up(settings)
    return settings


def with_store(use: Callable[[Store], Awaitable[Answer]]) -> Answer:
    """Run with the store open; it registers no schema classes, so what is stored stays as it is."""

    async def run() -> Answer:
        store = app.make_store(settings())
        try:
            await store.open({})
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(run())


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    try:
        stream = file.open("rb")
    except OSError as problem:
        raise StartError(f"{file} cannot be read: {problem.strerror}.") from None
    with stream:
        if not stream.seekable():
            raise StartError(f"{file} cannot be read twice, as it must be: save it as a file first.")
        yield stream
