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
from tests.servers import ServerProcess, serving
from tests.world import World

STEPS = 400


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


@pytest.mark.parametrize("seed", range(2))
async def test_r2_r10_nothing_is_lost_when_the_server_is_killed(server: ServerProcess, seed: int) -> None:
    """Everybody edits all the time while the server is killed with -9 and started again."""
    chance = Random(seed)
    async with World.on(server.database_url, chance) as world:
        world.url = server.url

        async def restart() -> None:
            await server.kill()
            world.edit(chance.choice(world.replicas))
            await server.start()

        for _ in range(3):
            for replica in world.replicas:
                await world.disconnect(replica)
                world.connect(replica)
            for _ in range(chance.randrange(30, 90)):
                world.edit(chance.choice(world.replicas))
                await world.step(restart)
            await restart()
        await world.settle()
        assert sum(len(replica.results) for replica in world.replicas) > 90
