from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import orjson
import pytest
import structlog

from server import logs
from server.config import Settings


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What stands on stderr."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_is_one_object_a_line(said: Callable[[], str]) -> None:
    logs.set_up(Settings(log_format="json"))
    structlog.get_logger("server.x").info("listening", url="http://localhost:1")
    logging.getLogger("library").warning("odd %s", "thing")
    ours, theirs = map(orjson.loads, said().splitlines())
    assert (ours["event"], ours["url"], ours["level"], ours["logger"]) == (
        "listening",
        "http://localhost:1",
        "info",
        "server.x",
    )
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("odd thing", "warning", "library")
    assert ours["timestamp"].endswith("Z")


def test_the_level_holds_for_libraries_too(said: Callable[[], str]) -> None:
    logs.set_up(Settings(log_level="warning"))
    structlog.get_logger().info("quiet")
    logging.getLogger("library").info("quiet")
    structlog.get_logger().warning("heard")
    (line,) = said().splitlines()
    assert "heard" in line


def test_a_look_at_the_database_is_not_told(said: Callable[[], str]) -> None:
    logs.set_up(Settings(log_level="info"))
    logging.getLogger("alembic.runtime.migration").info("Context impl SQLiteImpl.")
    assert said() == ""


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_secrets_are_never_written(said: Callable[[], str], log_format: str) -> None:
    logs.set_up(Settings(log_format=log_format))
    log = structlog.get_logger()
    log.info("x", token="hush", edit_key="hush", Password="hush", database_url="hush", author="amy", monkey=1)
    logging.getLogger("library").warning("y", extra={"secret": "hush"})

    def fail(token: str) -> None:
        raise ValueError("broken")

    try:
        fail("hu" + "sh")
    except ValueError:
        log.exception("z")
    text = said()
    assert "hush" not in text
    assert "amy" in text
    assert "broken" in text
    assert "Traceback" in text


FORGED = (
    "/a\n2026-11-26T00:00:00Z [info     ] session_opened [server] role=edit",
    "/a\r\x1b[2K\x1b[1A all is well",
    "\x1b]0;title\x07\x9b31m",
    "a\u2028b\u202ec\u0085d",
    'b" level="critical" x="',
    "x role=edit holder='edit:1'",
)


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.parametrize("text", FORGED, ids=ascii)
def test_what_strangers_send_forges_no_line_and_no_value(
    said: Callable[[], str], log_format: str, text: str
) -> None:
    logs.set_up(Settings(log_format=log_format))
    structlog.get_logger().info("asked", path=text, found=[text])
    logging.getLogger("library").warning("odd %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger().exception("broken", why=text)
    written = said()
    assert all(each.isprintable() for each in written.split("\n"))
    if log_format == "json":
        assert [orjson.loads(line)["level"] for line in written.splitlines()] == ["info", "warning", "error"]
        return
    first, second, third, *more = written.splitlines()
    assert ("path='" in first or 'path="' in first) == bool(set(text) & set(" =\"'"))
    assert [line[:2] for line in (first, second, third)] == ["20"] * 3  # the time
    assert "odd" in second
    assert {line[:4] for line in more} == {"    "}  # the traceback, which begins no line
