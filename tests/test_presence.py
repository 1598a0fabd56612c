"""Who is where: announced together, expiring by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from server import presence as module
from server.presence import COLORS, Presence, color_of

CELL = {"id": "r", "field": "title"}


class Room:
    def __init__(self) -> None:
        self.told: list[Any] = []
        self.arrived = asyncio.Event()

    def announce(self, grid: str, event: str, payload: Any) -> None:
        assert event == "presence"
        self.told.append(payload)
        self.arrived.set()

    async def next(self) -> dict[str, Any]:
        """The next announcement's sessions, by session."""
        async with asyncio.timeout(20):
            await self.arrived.wait()
        self.arrived.clear()
        return {session["session"]: session for session in self.told.pop(0)["sessions"]}


@pytest.fixture
async def room() -> Room:
    return Room()


@pytest.fixture
async def presence(room: Room) -> AsyncIterator[Presence]:
    made = Presence(room.announce)
    made.join("g", "s1", "Amy", "amy")
    made.join("g", "s2", "Ben", "ben")
    await room.next()
    yield made
    made.close()


async def test_everyone_who_has_joined_is_there_oneself_too(presence: Presence) -> None:
    assert [place["session"] for place in presence.room("g")] == ["s1", "s2"]
    assert presence.room("elsewhere") == []


async def test_many_moves_are_told_once_with_the_last_place(presence: Presence, room: Room) -> None:
    for field in "abc":
        presence.set("g", "s1", {"id": "r", "field": field}, False)
    presence.set("g", "s1", CELL, True)
    told = await room.next()
    assert set(told) == {"s1"}, "only what changed"
    assert (told["s1"]["cell"], told["s1"]["editing"], told["s1"]["name"]) == (CELL, True, "Amy")
    assert room.told == []


async def test_a_repetition_is_not_announced(presence: Presence, room: Room) -> None:
    presence.set("g", "s1", CELL, False)
    await room.next()
    presence.set("g", "s1", CELL, False)
    presence.set("g", "s2", CELL, False)
    assert set(await room.next()) == {"s2"}


async def test_who_leaves_is_gone(presence: Presence, room: Room) -> None:
    presence.leave("g", "s1")
    assert await room.next() == {"s1": {"session": "s1", "gone": True}}


async def test_a_cell_that_nobody_repeats_is_null_again(
    presence: Presence, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CELL_LIVES", 0.15)
    presence.set("g", "s1", CELL, True)
    assert (await room.next())["s1"]["cell"] == CELL
    told = await room.next()
    assert (told["s1"]["cell"], told["s1"]["editing"]) == (None, False)


async def test_a_cell_that_is_repeated_stays(
    presence: Presence, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CELL_LIVES", 0.15)
    presence.set("g", "s1", CELL, False)
    presence.set("g", "s2", CELL, False)
    monkeypatch.setattr(module, "CELL_LIVES", 3600.0)
    presence.set("g", "s2", CELL, False)
    await room.next()
    told = await room.next()
    assert set(told) == {"s1"}
    assert {place["session"]: place["cell"] for place in presence.room("g")} == {"s1": None, "s2": CELL}


def test_a_person_has_one_colour() -> None:
    assert color_of("amy") == color_of("amy")
    assert {color_of(str(number)) for number in range(200)} == set(COLORS)
