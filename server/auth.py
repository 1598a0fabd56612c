"""Who is at the door: from `auth` of a connect to an author and a key, the same for every door.

A name is a label, never a proof; what decides is the key (`token`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from server.errors import Refused
from server.model import IMPORTER, PROTOCOL, Author, Json

MAX_NAME = 80  # characters
MAX_USER = 100
GUEST = "Guest"
DROPPED = {"Cc", "Cs", "Zl", "Zp"}  # categories: control characters (NUL too), lone surrogates, line ends
TURNING = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # what stands beside a name, too

Role = Literal["view", "edit"]
Permission = Literal["view", "edit"]


@dataclass(frozen=True, slots=True)
class Key:
    """What somebody may who has it: `role`, in one `grid` or, where that is None, in all."""

    id: str  # names it in lists and logs; the key itself is kept nowhere
    name: str
    role: Role
    grid: str | None = None

    def refusal(self, permission: Permission, grid: Json) -> Refused | None:
        """Why its holder may not do that; None if they may. `grid` is None for what is of no grid."""
        if self.grid is not None and grid is not None and grid != self.grid:
            return Refused("forbidden", "This link is for another grid.")
        if permission == "edit" and self.role != "edit":
            return Refused("forbidden", "This link may look, but not edit.")
        return None


NO_KEY = Key("", "", "edit")  # what everybody has where no key is asked for


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of themselves."""

    author: Author
    token: str


def claim_of(auth: Json, session_id: str) -> Claim:
    """What `auth = {protocol: 1, user?, name?, token?}` says.

    Raises Refused: `unsupported_protocol` or `invalid_message`.
    """
    if not isinstance(auth, dict):
        raise Refused("unsupported_protocol", f"Connect with auth = {{protocol: {PROTOCOL}}}.")
    protocol = auth.get("protocol")
    if type(protocol) is not int or protocol != PROTOCOL:
        raise Refused("unsupported_protocol", f"This server speaks protocol {PROTOCOL} only.")
    unknown = auth.keys() - {"protocol", "user", "name", "token"}
    if unknown:
        raise Refused("invalid_message", "auth takes protocol, user, name and token, nothing else.")
    name = _clean(_text(auth, "name"), MAX_NAME) or GUEST
    return Claim(Author(_user(auth) or session_id, name), _text(auth, "token"))


def _user(auth: dict[str, Json]) -> str:
    """Kept as it is or refused: an id that was altered would make one's own edits another's."""
    user = _text(auth, "user")
    if user != _clean(user, MAX_USER):
        raise Refused("invalid_message", f"auth.user must be at most {MAX_USER} printable characters.")
    if user == IMPORTER:
        raise Refused("invalid_message", f"auth.user cannot be {IMPORTER!r}: that is who imports files.")
    return user


def _text(auth: dict[str, Json], key: str) -> str:
    value = auth.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused("invalid_message", f"auth.{key} must be a text.")
    return value


def _clean(text: str, limit: int) -> str:
    kept = "".join(each for each in text if unicodedata.category(each) not in DROPPED and each not in TURNING)
    return kept.strip()[:limit].strip()
