"""Which Host and Origin headers are served, and where a request comes from.

A page of a stranger's can make a browser send requests here: by name (DNS rebinding, seen in Host)
or from its own origin. Browsers do not stop WebSockets across origins; the server must.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aiohttp import web

from server.config import Settings

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^][:@,/\s]*)(?::[0-9]*)?")
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}
SHOWN = 200  # characters of a stranger's header that a refusal repeats


def host_allowed(settings: Settings, host: str) -> bool:
    """`host` is the Host header, with or without a port."""
    name = _name(host)
    if settings.loopback:
        return name in LOOPBACK_NAMES or name in settings.allowed_hosts
    return not settings.allowed_hosts or name in settings.allowed_hosts


def origin_allowed(settings: Settings, origin: str | None, host: str) -> bool:
    """Same origin, or named by ALLOWED_ORIGINS; programs send none."""
    return origin is None or same_origin(origin, host) or origin.lower() in settings.allowed_origins


def same_origin(origin: str, host: str) -> bool:
    """By host and port: the scheme may differ, where a proxy has ended TLS."""
    try:
        there = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(there) and there.lower() == host.lower()


def refusal(settings: Settings, host: str, origin: str | None) -> str | None:
    """Why a request is not served, as a sentence that names the setting; None if it is."""
    if not host_allowed(settings, host):
        bound = ", which is bound to loopback," if settings.loopback else ""
        return (
            f"Refused: the Host header {host[:SHOWN]!r} is no name that this server{bound} answers to. "
            "Whoever runs it can add it to ALLOWED_HOSTS."
        )
    if origin is not None and not origin_allowed(settings, origin, host):
        return (
            f"Refused: pages of the Origin {origin[:SHOWN]!r} may not use the server at {host[:SHOWN]!r}. "
            "Whoever runs it can add that origin to ALLOWED_ORIGINS."
        )
    return None


def address_of(request: web.Request, proxies: int) -> str:
    """Where it comes from, as the farthest of so many trusted proxies saw it: each adds what it saw at
    the right of X-Forwarded-For, and what stands to the left of theirs anybody may have written."""
    seen = forwarded(request)
    told = seen[-proxies:][0] if proxies and seen else ""
    return told or request.remote or ""


def forwarded(request: web.Request) -> list[str]:
    """X-Forwarded-For: who has asked, as each proxy on the way has seen it."""
    text = ",".join(request.headers.getall("X-Forwarded-For", []))
    return [each.strip() for each in text.split(",")] if text else []


def _name(host: str) -> str:
    """The name in a Host header, without its port; an IPv6 address keeps its brackets."""
    match = HOST.fullmatch(host.lower())
    return match[1] if match else ""
