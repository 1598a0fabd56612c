"""Which keys are good, and who has one: those of the settings, and those that are stored for a grid.

A key may be made and taken back while the server runs, by another process too: the stored ones are
looked up twice a second. Whoever holds one that was taken back is told of by `on_taken_back`.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog

from server.attempts import Attempts
from server.auth import NO_KEY, Key, Role, claim_of
from server.config import Secret, Settings, hash_of
from server.errors import Refused
from server.model import Author, Json, now
from server.stores import Store, StoreBusy, StoredKey

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.5  # seconds: a key that is taken back is good for no longer
RANDOM = 16  # bytes of a key that is made here
MOST_NAME = 40  # characters
MOST_KEYS = 100  # of one grid that are good

NO_TOKEN = "This server asks for a key: open the link you were given, or ask for one."
WRONG = "The key is not good, or not any more: open the whole link you were given, or ask for a new one."

NO_METRICS = "Metrics are shown to nobody here: METRICS_KEY is not set. Whoever runs this server can set it."
WRONG_METRICS = "Metrics take the METRICS_KEY of this server, as Authorization: Bearer KEY."

TakenBack = Callable[[set[str]], None]


@dataclass(frozen=True, slots=True)
class Identity:
    author: Author
    key: Key


class Access:
    """The keys that are good now."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.keyed = settings.keyed
        self.on_taken_back: list[TakenBack] = []
        self._store = store
        self._attempts = Attempts()
        self._fixed = {
            **_by_hash("edit", settings.edit_key),
            **_by_hash("view", settings.view_key),
        }
        self._metrics = _by_hash("view", settings.metrics_key)
        self._open_metrics = settings.loopback and not settings.keyed
        self._stored: dict[str, Key] = {}
        self._look = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Read the stored keys, and go on looking for those that come and go; where none is asked for
        there is nothing to look for."""
        if self.keyed:
            await self.look()
            self._looking = asyncio.get_running_loop().create_task(self._look_on())

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def identify(self, auth: Json, session_id: str, address: str) -> Identity:
        """Who is behind `auth`, as auth.claim_of has it; `address` is where the request comes from.

        Raises Refused: `unsupported_protocol`, `invalid_message`, `unauthorized`, or `rate_limited`
        after too many wrong keys from there.
        """
        claim = claim_of(auth, session_id)
        if not self.keyed:
            return Identity(claim.author, NO_KEY)
        key = _find(claim.token, self._stored)  # made here, so that nobody guesses them
        if key is None:
            key = self._tried(claim.token, self._fixed, address)
        if key is None:
            raise Refused("unauthorized", WRONG if claim.token else NO_TOKEN)
        return Identity(claim.author, key)

    def admit_metrics(self, token: str, address: str) -> None:
        """Raises Refused for who may not see the metrics: `forbidden`, `unauthorized`, or `rate_limited`.

        No other key opens them. Without METRICS_KEY they are shown where everybody may do everything:
        on this machine alone, and without keys."""
        if not self._metrics:
            if self._open_metrics:
                return
            raise Refused("forbidden", NO_METRICS)
        if self._tried(token, self._metrics, address) is None:
            raise Refused("unauthorized", WRONG_METRICS)

    def _tried(self, token: str, keys: Mapping[str, Key], address: str) -> Key | None:
        """The key, of those that people think of: a wrong one counts. Raises Refused("rate_limited")."""
        self._attempts.admit(address)
        key = _find(token, keys)
        if key is None and token:
            self._attempts.failed(address)
        return key

    def is_good(self, key: Key) -> bool:
        """Whether it still is: it may have been taken back since its holder came."""
        return not self.keyed or key in self._fixed.values() or key in self._stored.values()

    async def list(self, grid: str) -> list[StoredKey]:
        """The keys of one grid that are good, oldest first. Raises UnknownGrid."""
        await self._store.describe(grid)
        return [key for key in await self._store.keys() if key.grid == grid]

    async def add(self, grid: str, name: str, role: Role) -> tuple[StoredKey, str]:
        """Make a key; the second is the key itself, which nobody can ask for again.

        Raises UnknownGrid, and Refused for a name that says nothing or too many keys."""
        name = name.strip()
        if not name or len(name) > MOST_NAME or not name.isprintable():
            raise Refused("invalid_message", f"A key needs a name of 1 to {MOST_NAME} characters.")
        if len(await self.list(grid)) >= MOST_KEYS:
            raise Refused("too_large", f"A grid may have {MOST_KEYS} keys: take one back first.")
        text = secrets.token_urlsafe(RANDOM)
        key = StoredKey(secrets.token_hex(4), grid, role, name, hash_of(text), now())
        await self._store.add_key(key)
        await self.look()
        return key, text

    async def take_back(self, grid: str | None, id: str) -> bool:
        """Make a key good for nothing, at once in this process; False if there is none (of that grid)."""
        found = [key for key in await self._store.keys() if key.id == id and grid in (None, key.grid)]
        if not found:
            return False
        await self._store.remove_key(id)
        await self.look()
        return True

    async def look(self) -> None:
        """Read the stored keys anew; tell of those that are gone."""
        async with self._look:  # one after another: what was read earlier never replaces what was read later
            found = {key.hash: Key(key.id, key.name, key.role, key.grid) for key in await self._store.keys()}
            gone = {key.id for key in self._stored.values()} - {key.id for key in found.values()}
            self._stored = found
        if gone and self.keyed:
            for tell in self.on_taken_back:
                tell(gone)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except StoreBusy as problem:
                log.warning("keys_not_read", reason=str(problem))
            except Exception:  # whatever it was: without these looks no key could be taken back
                log.exception("keys_not_read")


def _find(token: str, keys: Mapping[str, Key]) -> Key | None:
    """All are compared, each in constant time: how long it takes tells nothing about a key."""
    given, found = hash_of(token), None
    for known, key in keys.items():
        if hmac.compare_digest(given, known):
            found = key
    return found


def _by_hash(role: Role, given: Iterable[Secret]) -> dict[str, Key]:
    return {
        secret.hash: Key(f"{role}:{secret.name or number}", secret.name, role)
        for number, secret in enumerate(given, 1)
    }
