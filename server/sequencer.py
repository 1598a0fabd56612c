"""What every reader of a grid is told, in order and without a gap.

Every range, this process's own included, passes the grid's sequencer: what continues is
announced, what is missing is read from `changes`, so other writers (an import beside the server,
another process) may be late or unheard of and only latency suffers. Rules: R5, R6.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextvars import Context
from dataclasses import dataclass

import orjson
import structlog

from server.model import Head, Json, Range
from server.stores import Store, StoreBusy, UnknownGrid

log = structlog.get_logger(__name__)

Announce = Callable[[str, str, Json], None]

ANNOUNCED_BYTES = 128 * 1024  # above it a head is sent instead, and the readers pull
LEAST = 110  # bytes of a change in an announcement: two UUIDs, and what stands around them
HEAD_AFTER = 1.0  # seconds after the last announcement of a burst (R6)
COMPARE_EVERY = 5.0  # seconds between looks at the heads in the database
HEAD_EVERY = 3  # every third look announces the heads: 15 s (R6)
READ = 1_000  # changes at most that one read of a gap brings
LEAP = 5_000  # a longer gap is not announced change by change: the readers pull


@dataclass(slots=True, eq=False)
class _Track:
    """How far one grid has been announced."""

    head: Head  # of what has been announced, or a later one
    revision: int  # announced up to here
    wanted: int  # known to be committed up to here
    filling: asyncio.Task[None] | None = None
    burst: asyncio.TimerHandle | None = None


class Sequencer:
    """Announces the ranges of the grids that somebody in this process has joined."""

    def __init__(self, store: Store, announce: Announce) -> None:
        self._store = store
        self._announce = announce
        self._tracks: dict[str, _Track] = {}
        self._comparing: asyncio.Task[None] | None = None

    def watch(self, head: Head) -> None:
        """Somebody has joined a grid and has read it up to `head`, or later."""
        if head.grid not in self._tracks:
            self._tracks[head.grid] = _Track(head, head.revision, head.revision)
        if self._comparing is None:
            # It belongs to no request, so that its log lines are to name none.
            self._comparing = asyncio.get_running_loop().create_task(self._compare(), context=Context())

    def unwatch(self, grid: str) -> None:
        """The last one has left."""
        track = self._tracks.pop(grid, None)
        if track is not None:
            _stop(track)

    def head(self, grid: str) -> Head | None:
        """The last head known of a grid that is watched."""
        track = self._tracks.get(grid)
        return track.head if track else None

    def offer(self, range: Range) -> None:
        """A range that this process has committed."""
        track = self._tracks.get(range.head.grid)
        if track is None:
            return
        if range.head.epoch != track.head.epoch:
            self._leap(track, range.head)
        elif range.start <= track.revision:
            self._emit(track, range)
        else:
            self._want(track, range.head.revision)

    async def close(self) -> None:
        """Stop all timers and reads."""
        tasks = [track.filling for track in self._tracks.values() if track.filling]
        for track in self._tracks.values():
            _stop(track)
        if self._comparing is not None:
            self._comparing.cancel()
            tasks.append(self._comparing)
        self._tracks.clear()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _emit(self, track: _Track, range: Range) -> None:
        """Announce what of a range is new; what has been announced already is left out."""
        fresh = [change for change in range.changes if change.revision > track.revision]
        if not fresh:
            return
        start, track.revision = track.revision, fresh[-1].revision
        track.wanted = max(track.wanted, track.revision)
        self._know(track, range.head)
        grid = range.head.grid
        payload = None
        if len(fresh) * LEAST <= ANNOUNCED_BYTES:  # else it is not worth writing down
            payload = orjson.dumps(
                {
                    "grid": grid,
                    "epoch": range.head.epoch,
                    "from": start,
                    "to": track.revision,
                    "changes": [change.to_wire() for change in fresh],
                }
            )
        if payload is None or len(payload) > ANNOUNCED_BYTES:
            self._announce(grid, "head", track.head.to_wire())
        else:
            self._announce(grid, "changes", orjson.Fragment(payload))
        self._announce_head_later(track)

    def _announce_head_later(self, track: _Track) -> None:
        _stop_burst(track)
        track.burst = asyncio.get_running_loop().call_later(HEAD_AFTER, self._announce_head, track)

    def _announce_head(self, track: _Track) -> None:
        track.burst = None
        self._announce(track.head.grid, "head", track.head.to_wire())

    def _leap(self, track: _Track, head: Head) -> None:
        """Go on from `head`; the readers learn from it that they must pull."""
        track.revision = track.wanted = head.revision
        self._know(track, head)
        self._announce(head.grid, "head", head.to_wire())

    def _know(self, track: _Track, head: Head) -> None:
        """Keep a newer head; its definition may be new as well."""
        if head.definition != track.head.definition:
            self._announce(head.grid, "grid_changed", {"grid": head.grid, "definition": head.definition})
        track.head = head

    def _want(self, track: _Track, revision: int) -> None:
        """There are changes up to `revision` that nobody here has announced: read them."""
        track.wanted = max(track.wanted, revision)
        if track.filling is None and track.wanted > track.revision:
            track.filling = asyncio.get_running_loop().create_task(self._fill(track))

    async def _fill(self, track: _Track) -> None:
        grid = track.head.grid
        try:
            while track.revision < track.wanted:
                range = None
                if track.wanted - track.revision <= LEAP:
                    range = await self._store.range(grid, track.head.epoch, track.revision, READ)
                if range is None or not range.changes:
                    head, _ = await self._store.describe(grid)
                    self._leap(track, head)
                else:
                    self._emit(track, range)
        except (StoreBusy, UnknownGrid) as problem:  # the next comparison asks again
            log.warning("gap_not_read", grid=grid, reason=str(problem))
        finally:
            track.filling = None

    async def _compare(self) -> None:
        """Look for what other processes have committed, for as long as anyone is here."""
        looks = 0
        try:
            while self._tracks:
                await asyncio.sleep(COMPARE_EVERY)
                looks += 1
                try:
                    heads = await self._store.heads()
                except StoreBusy as problem:
                    log.warning("heads_not_read", reason=str(problem))
                    continue
                except Exception:  # whatever it was: without these looks a lost tail is silent (R6)
                    log.exception("heads_not_read")
                    continue
                self._compare_with(heads, announce=looks % HEAD_EVERY == 0)
        finally:
            self._comparing = None

    def _compare_with(self, heads: Iterable[Head], announce: bool) -> None:
        for head in heads:
            track = self._tracks.get(head.grid)
            if track is None:
                continue
            if head.epoch != track.head.epoch:
                self._leap(track, head)
            elif head.revision >= track.revision:  # else it was read before our own last commit
                self._know(track, head)
                self._want(track, head.revision)
            if announce:
                self._announce_head(track)


def _stop(track: _Track) -> None:
    if track.filling is not None:
        track.filling.cancel()
    _stop_burst(track)


def _stop_burst(track: _Track) -> None:
    if track.burst is not None:
        track.burst.cancel()
