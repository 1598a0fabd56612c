"""Who is where in a grid. Never stored: it lives in this process and expires by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from server.model import Json, fnv1a

Announce = Callable[[str, str, Json], None]

FLUSH_EVERY = 0.1  # seconds: at most ten announcements a second and room
CELL_LIVES = 25.0  # seconds after which a cell that nobody repeats is null again

# Told apart by most colour-blind people, and readable as an outline on light and on dark.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#8e44ad", "#c0392b")


def color_of(author_id: str) -> str:
    """The same person has the same colour in every grid and on every day."""
    return COLORS[fnv1a(author_id) % len(COLORS)]


@dataclass(slots=True)
class Place:
    """One session in one grid."""

    name: str
    color: str
    cell: dict[str, str] | None = None
    editing: bool = False
    until: float = 0.0


class Presence:
    """All rooms' places; changes are announced together, at most ten times a second a room."""

    def __init__(self, announce: Announce) -> None:
        self._announce = announce
        self._rooms: dict[str, dict[str, Place]] = {}
        self._changed: dict[str, set[str]] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    def join(self, grid: str, session: str, name: str, author_id: str) -> None:
        room = self._rooms.setdefault(grid, {})
        if session not in room:
            room[session] = Place(name, color_of(author_id))
            self._mark(grid, session)

    def leave(self, grid: str, session: str) -> None:
        room = self._rooms.get(grid, {})
        if room.pop(session, None) is None:
            return
        if room:
            self._mark(grid, session)
        else:
            del self._rooms[grid]

    def set(self, grid: str, session: str, cell: dict[str, str] | None, editing: bool) -> None:
        """Where a session that has joined is now; a repetition only renews it."""
        place = self._rooms[grid][session]
        place.until = asyncio.get_running_loop().time() + CELL_LIVES
        if (place.cell, place.editing) != (cell, editing):
            place.cell, place.editing = cell, editing
            self._mark(grid, session)
        if cell is not None and self._sweeping is None:
            self._sweep_in(CELL_LIVES)

    def room(self, grid: str) -> list[Json]:
        """Everyone who has joined, as the `presence` payload's `sessions`."""
        return [_to_wire(session, place) for session, place in self._rooms.get(grid, {}).items()]

    def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()

    def _mark(self, grid: str, session: str) -> None:
        changed = self._changed.setdefault(grid, set())
        if not changed:
            asyncio.get_running_loop().call_later(FLUSH_EVERY, self._flush, grid)
        changed.add(session)

    def _flush(self, grid: str) -> None:
        room = self._rooms.get(grid, {})
        sessions = [_to_wire(session, room.get(session)) for session in self._changed.pop(grid, ())]
        if room:
            self._announce(grid, "presence", {"grid": grid, "sessions": sessions})

    def _sweep_in(self, seconds: float) -> None:
        self._sweeping = asyncio.get_running_loop().call_later(max(seconds, 0.0), self._sweep)

    def _sweep(self) -> None:
        """Empty the cells that nobody has repeated; come back when the next one is due."""
        self._sweeping = None
        now = asyncio.get_running_loop().time()
        due: list[float] = []
        for grid, room in self._rooms.items():
            for session, place in room.items():
                if place.cell is None:
                    continue
                if place.until <= now:
                    place.cell, place.editing = None, False
                    self._mark(grid, session)
                else:
                    due.append(place.until)
        if due:
            self._sweep_in(min(due) - now)


def _to_wire(session: str, place: Place | None) -> Json:
    if place is None:
        return {"session": session, "gone": True}
    return {
        "session": session,
        "name": place.name,
        "color": place.color,
        "cell": place.cell,
        "editing": place.editing,
    }
