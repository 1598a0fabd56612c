"""Blocks: packed one by one, one gzip stream in any order."""

from __future__ import annotations

import gzip as standard
import random
from collections.abc import AsyncIterator, Sequence

import pytest

from server.blocks import Block, gzip, pack, plain, unpack

DRAW = random.Random(5)
BODIES = [b"", b"a", b"{}\n" * 20_000, DRAW.randbytes(70_000), b"\0" * 1000, b"a"]


async def one_by_one(blocks: Sequence[Block]) -> AsyncIterator[Block]:
    for block in blocks:
        yield block


@pytest.mark.parametrize("order", [[], [0], [2], [0, 1, 2, 3, 4, 5], [3, 2, 2, 4, 0, 1]])
async def test_blocks_in_any_order_are_one_gzip_stream(order: list[int]) -> None:
    blocks = [pack(body) for body in BODIES]
    chosen = [blocks[index] for index in order]
    whole = b"".join(BODIES[index] for index in order)
    # decompress() checks length and checksum
    assert standard.decompress(b"".join([part async for part in gzip(one_by_one(chosen))])) == whole
    assert b"".join([part async for part in plain(one_by_one(chosen))]) == whole


async def test_without_its_end_it_is_no_gzip_stream() -> None:
    *parts, _ = [part async for part in gzip(one_by_one([pack(b"abc")]))]
    with pytest.raises(EOFError):
        standard.decompress(b"".join(parts))


def test_a_block_is_small_and_gives_back_what_was_packed() -> None:
    block = pack(BODIES[2])
    assert len(block.packed) < 1_000
    assert unpack(block) == BODIES[2]
