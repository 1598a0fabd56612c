"""Wrong keys, by address: who has tried too many waits, whatever they try next."""

from __future__ import annotations

import ipaddress

import structlog

from server.errors import Refused
from server.meter import Latest, Meter

log = structlog.get_logger(__name__)

AT_ONCE = 10  # wrong keys
PER_SECOND = 0.2
MOST = 10_000  # addresses that are remembered


class Attempts:
    """So many attempts for each address."""

    def __init__(self) -> None:
        self._meters = Latest[str, Meter](lambda: Meter(PER_SECOND, AT_ONCE), MOST)

    def admit(self, address: str) -> None:
        """Raises Refused("rate_limited") where nothing is to be tried from, not even the right key:
        else its answer would tell it."""
        meter = self._meters.known(_place(address))
        if meter is not None and not meter.has():
            seconds = round(1 / PER_SECOND)
            raise Refused(
                "rate_limited", f"Too many wrong keys came from where you are. Try again in {seconds} s."
            )

    def failed(self, address: str) -> None:
        """A wrong key came from there."""
        meter = self._meters.of(_place(address))
        meter.take()
        if not meter.has():
            # Behind a proxy that TRUSTED_PROXIES does not count this is everybody.
            log.warning("too_many_wrong_keys", address=address)


def _place(address: str) -> str:
    """Whose it is: whoever has one address of IPv6 has all of its /64."""
    try:
        whole = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(whole.ipv4_mapped or ipaddress.IPv6Network((int(whole), 64), strict=False))
