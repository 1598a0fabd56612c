"""Structured logs on stderr: lines for people, or JSON for machines."""

from __future__ import annotations

import io
import logging
import re
import sys
import textwrap
from typing import TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, WrappedLogger

from server.config import Settings

SECRET = re.compile(
    r"(^|_)(token|key|password|secret|auth|authorization|cookie|database_url)$", re.IGNORECASE
)
HIDDEN = "***"


def set_up(settings: Settings) -> None:
    """Everything that is logged, by libraries too, passes here, from LOG_LEVEL up."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper("iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_ending(settings))
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells each look at the database


def _ending(settings: Settings) -> list[structlog.typing.Processor]:
    plain = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if settings.log_format == "json":
        return [plain, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_traceback)
    return [plain, unforgeable, console]


def hide_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """What is named like a secret is never written, whoever logs it."""
    for name in event:
        if SECRET.search(name):
            event[name] = HIDDEN
    return event


def unforgeable(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """What a stranger sent begins no line and moves no cursor. (structlog quotes what would pass for
    several values; JSON escapes by itself.)"""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _escaped(value)
    return event


def _escaped(text: str) -> str:
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def _traceback(out: TextIO, problem: ExcInfo) -> None:
    """Indented, for it may quote what a stranger sent. No local variables, as rich tracebacks, the
    default, would show: keys among them."""
    plain = io.StringIO()
    structlog.dev.plain_traceback(plain, problem)
    lines = plain.getvalue().strip("\n").split("\n")
    out.write("\n" + textwrap.indent("\n".join(map(_escaped, lines)), "    "))
