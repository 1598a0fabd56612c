"""R13 against the real server: whatever happens to its readers, their connections and itself, complete
replicas equal a fresh snapshot, and every mutation that was acknowledged took effect once."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from server import sequencer
from server.config import Settings
from tests.servers import serving
from tests.world import World

STEPS = 600


# without shrinking: a seed has no smaller one that is alike
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.integers(0, 2**32 - 1))
def test_r13_complete_replicas_equal_a_fresh_snapshot(seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:  # what the server does by the clock, sooner
        patch.setattr(sequencer, "COMPARE_EVERY", 0.05)
        patch.setattr(sequencer, "HEAD_AFTER", 0.02)
        patch.setattr(sequencer, "HEAD_EVERY", 1)
        asyncio.run(_play(Random(seed)))


async def _play(chance: Random) -> None:
    async with AsyncExitStack() as running, AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        configured = Settings(database_url=f"sqlite:///{folder}/tandem.db", grids=("tests.store_kit",))
        world = await stack.enter_async_context(World.on(configured.database_url, chance))

        async def restart() -> None:
            await world.greeted()
            await running.aclose()
            world.url = await running.enter_async_context(serving(configured))

        await restart()
        for _ in range(STEPS):
            await world.step(restart)
        await world.settle()
