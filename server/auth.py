"""Who is at the door: from `auth` of a connect to an identity and a role, the same for every transport.

A name is a label, never a proof; what decides is the key (`token`).
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from typing import Literal

from server.config import Settings
from server.errors import Refused
from server.model import IMPORTER, PROTOCOL, Author, Json

MAX_NAME = 80  # characters
MAX_USER = 100
GUEST = "Guest"
DROPPED = {"Cc", "Cs", "Zl", "Zp"}  # categories: control characters (NUL too), lone surrogates, line ends

Role = Literal["view", "edit"]


@dataclass(frozen=True, slots=True)
class Identity:
    author: Author
    role: Role


def identify(settings: Settings, auth: Json, session_id: str) -> Identity:
    """The identity behind `auth = {protocol: 1, user?, name?, token?}`.

    Raises Refused: `unsupported_protocol`, `invalid_message` or `unauthorized`.
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
    return Identity(Author(_user(auth) or session_id, name), _role(settings, _text(auth, "token")))


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
    kept = "".join(character for character in text if unicodedata.category(character) not in DROPPED)
    return kept.strip()[:limit].strip()


def _role(settings: Settings, token: str) -> Role:
    if not settings.keyed:
        return "edit"
    if _same(token, settings.edit_key):
        return "edit"
    if _same(token, settings.view_key):
        return "view"
    raise Refused("unauthorized", "This server asks for a key: open the link you were given, or ask for one.")


def _same(token: str, key: str | None) -> bool:
    """Compared in constant time: how long it takes tells nothing about the key."""
    if key is None:
        return False
    return hmac.compare_digest(token.encode(errors="surrogatepass"), key.encode(errors="surrogatepass"))
