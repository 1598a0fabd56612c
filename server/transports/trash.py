"""What is no HTTP is told in one line, and not each time: aiohttp logs a traceback for each, in which
stands what was sent, be it a header with a key."""

from __future__ import annotations

import logging

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

from server.transports.callers import Seldom

_malformed = Seldom("request_malformed")


def set_up() -> None:
    """For the whole process; once more does nothing."""
    logging.getLogger("aiohttp.server").addFilter(_is_ours)
    logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)  # warns of what strangers would speak


def _is_ours(record: logging.LogRecord) -> bool:
    problem = record.exc_info[1] if record.exc_info else None
    if isinstance(problem, (HttpProcessingError, RequestPayloadError)):
        _malformed(problem)
        return False
    return True
