"""Settings, read once from the environment; a wrong one stops the start with a sentence that names it."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from server.errors import StartError

T = TypeVar("T")

SQLITE = "sqlite:///"
DEFAULT_DATABASE = f"{SQLITE}data/tandem.db"
TRUTH = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
KEYS = ("EDIT_KEY", "VIEW_KEY", "METRICS_KEY")
DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",  # as hosting platforms hand it out; SQLAlchemy refuses it
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


@dataclass(frozen=True, slots=True)
class Secret:
    """A key of the environment's: of the key itself only its hash is kept."""

    name: str
    hash: str


def hash_of(key: str) -> str:
    """What is kept of a key, and compared. One that this server makes cannot be guessed from it."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides. Keys and the database's address never show in its repr."""

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = field(default=DEFAULT_DATABASE, repr=False)  # as SQLAlchemy takes it
    grids: tuple[str, ...] = ()  # modules with schema classes
    allowed_hosts: tuple[str, ...] = ()  # lower case; empty = any, but on loopback only loopback names
    allowed_origins: tuple[str, ...] = ()  # `scheme://host[:port]`, lower case; empty = same origin
    open: bool = False
    edit_key: tuple[Secret, ...] = field(default=(), repr=False)
    view_key: tuple[Secret, ...] = field(default=(), repr=False)
    metrics_key: tuple[Secret, ...] = field(default=(), repr=False)
    trusted_proxies: int = 0  # that stand before this server, one after another
    log_format: str = "console"
    log_level: str = "info"
    max_batch: int = 500  # mutations of one request
    max_bytes: int = 131_072  # bytes of one request
    max_page: int = 2000  # records of one page
    max_in_browser: int = 500_000  # records of a grid that a browser opens
    dyno: bool = False
    ping_interval: float = 25.0  # seconds
    ping_timeout: float = 20.0

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def keyed(self) -> bool:
        """Whether a key is asked for (server/auth.py)."""
        return bool(self.edit_key or self.view_key)


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: `parse` gives its value or raises ValueError, `right` says what it takes."""

    name: str
    right: str
    parse: Callable[[str], Any]
    secret: bool = False


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(text)
        return text.lower()

    return parse


def _matching(pattern: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(text)
        return text

    return parse


def _several(one: Callable[[str], T]) -> Callable[[str], tuple[T, ...]]:
    return lambda text: tuple(one(part.strip()) for part in text.split(",") if part.strip())


def _truth(text: str) -> bool:
    if text.lower() not in TRUTH:
        raise ValueError(text)
    return TRUTH[text.lower()]


def _database(text: str) -> str:
    scheme, _, rest = text.partition("://")
    driver = DRIVERS.get(scheme)
    if driver is None or not rest:
        raise ValueError(text)
    if driver == "sqlite":
        _matching(r"/(?!:memory:).+")(rest)  # several connections share it, so it must be a file
    elif (there := urlsplit(text)).port == 0 or there.netloc.count("@") > 1:
        # Reading .port raises ValueError where it is none. Behind the first @ SQLAlchemy sees the host, which
        # errors name, be it half of a password that holds another.
        raise ValueError(text)
    return f"{driver}://{rest}"


def _origin(text: str) -> str:
    return _matching(r"[a-z][a-z0-9+.-]*://[^/\s*]+")(text.lower().rstrip("/"))


def _secret(text: str) -> Secret:
    """`KEY`, or `name:KEY`: a name shows in lists and logs, where a key never does."""
    name, key = split_key(text)
    if not key or (":" in text and not re.fullmatch(r"[\w .-]{1,40}", name)):
        raise ValueError(text)
    return Secret(name, hash_of(key))


def split_key(text: str) -> tuple[str, str]:
    """The name, which may be missing, and the key of `KEY` or `name:KEY`."""
    name, _, key = text.rpartition(":")
    return name.strip(), key.strip()


def _host_name(text: str) -> str:
    return _matching(r"[^/\s*]+")(text.lower())


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HOST", "an address or name to listen on, such as 127.0.0.1", _matching(r"[A-Za-z0-9.:_%\[\]-]+")
    ),
    Setting("PORT", "a whole number from 0 (any free one) to 65535", _whole(0, 65535)),
    Setting(
        "DATABASE_URL",
        "sqlite:///path/to/file.db or postgresql://user:password@host/database",
        _database,
        secret=True,
    ),
    Setting(
        "GRIDS", "module names, separated by commas", _several(_matching(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"))
    ),
    Setting("ALLOWED_HOSTS", "host names without a scheme, separated by commas", _several(_host_name)),
    Setting("ALLOWED_ORIGINS", "origins such as https://example.org, separated by commas", _several(_origin)),
    Setting("OPEN", "1 or 0", _truth),
    Setting(
        "EDIT_KEY", "a word, or several as name:word, separated by commas", _several(_secret), secret=True
    ),
    Setting(
        "VIEW_KEY", "a word, or several as name:word, separated by commas", _several(_secret), secret=True
    ),
    Setting(
        "METRICS_KEY", "a word, or several as name:word, separated by commas", _several(_secret), secret=True
    ),
    Setting("TRUSTED_PROXIES", "a whole number from 0 to 9", _whole(0, 9)),
    Setting("LOG_FORMAT", "console or json", _one_of("console", "json")),
    Setting("LOG_LEVEL", "debug, info, warning or error", _one_of("debug", "info", "warning", "error")),
    Setting("MAX_BATCH", "a whole number from 1 to 10000", _whole(1, 10_000)),
    Setting("MAX_BYTES", "a whole number from 1024 to 1000000", _whole(1024, 1_000_000)),
    Setting("MAX_PAGE", "a whole number from 1 to 10000", _whole(1, 10_000)),
    Setting("MAX_IN_BROWSER", "a whole number from 1 to 10000000", _whole(1, 10_000_000)),
)


def load(environ: Mapping[str, str], **overrides: object) -> Settings:
    """The settings of `environ`; an override (by a field's name; None = not given) goes before it.

    Raises StartError, one sentence that names the setting and what it takes, never a key's value.
    """
    given = {
        **environ,
        **{name.upper(): str(value) for name, value in overrides.items() if value is not None},
    }
    values = {setting.name.lower(): _parse(setting, given[setting.name]) for setting in _named(given)}
    hashes = [secret.hash for name in KEYS for secret in values.get(name.lower(), ())]
    if len(set(hashes)) < len(hashes):
        raise StartError(
            "EDIT_KEY, VIEW_KEY and METRICS_KEY hold the same key twice: give each its own, or leave one out."
        )
    dyno = bool(given.get("DYNO"))
    if dyno:
        values.setdefault("host", "0.0.0.0")
        values.setdefault("trusted_proxies", 1)
        if "database_url" not in values:
            raise StartError(
                "DATABASE_URL is missing, and a dyno's own disk is lost at every restart: "
                "attach a PostgreSQL database, or set DATABASE_URL."
            )
    return Settings(dyno=dyno, **values)


def _named(given: Mapping[str, str]) -> list[Setting]:
    """Those that are set; an empty text is not."""
    return [setting for setting in SETTINGS if given.get(setting.name, "").strip()]


def _parse(setting: Setting, text: str) -> Any:
    try:
        return setting.parse(text.strip())
    except ValueError:
        shown = "what it is set to" if setting.secret else repr(text)
        raise StartError(f"{setting.name} cannot be {shown}: it takes {setting.right}.") from None


def check_access(settings: Settings) -> None:
    """Raise StartError if strangers could edit without anyone having said that they may."""
    if not (settings.loopback or settings.keyed or settings.open):
        raise StartError(
            f"HOST is {settings.host}, where others can reach this server: "
            "set EDIT_KEY (who has it may edit) or VIEW_KEY (may look), or OPEN=1 to let everyone edit."
        )


def make_folder(settings: Settings) -> None:
    """Make the folder of an SQLite database's file; one whose own folder is not there is taken for a typing
    error. Raises StartError if it cannot be made."""
    if not settings.database_url.startswith(SQLITE):
        return
    folder = Path(settings.database_url.removeprefix(SQLITE).partition("?")[0]).parent
    try:
        folder.mkdir(exist_ok=True)
    except OSError as problem:
        raise StartError(
            f"DATABASE_URL names a file in {folder}, which cannot be made: {problem.strerror}."
        ) from problem
