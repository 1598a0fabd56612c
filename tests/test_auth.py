from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from server.access import Access, Identity
from server.auth import NO_KEY
from server.config import Settings, load
from server.errors import Refused
from server.model import Author

KEYED = load({"EDIT_KEY": "pen", "VIEW_KEY": "eye"})
LOOKING = load({"VIEW_KEY": "eye"})
EDITING = load({"EDIT_KEY": "pen"})


def identify(settings: Settings, auth: Any, session: str) -> Identity:
    return Access(settings, Mock()).identify(auth, session, "10.0.0.1")


def refusal(settings: Settings, auth: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        identify(settings, auth, "s1")
    return caught.value


def test_without_keys_everyone_edits() -> None:
    assert identify(Settings(), {"protocol": 1}, "s1") == Identity(Author("s1", "Guest"), NO_KEY)
    assert identify(Settings(), {"protocol": 1, "token": "anything"}, "s1").key.role == "edit"


def test_user_and_name_make_the_author() -> None:
    auth = {"protocol": 1, "user": "u-1", "name": "Ada", "token": None}
    assert identify(Settings(), auth, "s1").author == Author("u-1", "Ada")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("  Ada  ", "Ada"),
        ("A\x00d\x1b\na", "Ada"),
        ("Ada\ud800", "Ada"),
        ("x\u2028y", "xy"),
        ("\u202eadA\u2066", "adA"),
        ("x" * 200, "x" * 80),
        ("x" * 79 + " y", "x" * 79),
        (" \x07 ", "Guest"),
        ("", "Guest"),
        ("Zoë 👩‍🚀", "Zoë 👩‍🚀"),
    ],
)
def test_names_are_cleaned(name: str, kept: str) -> None:
    assert identify(Settings(), {"protocol": 1, "name": name}, "s1").author.name == kept


@pytest.mark.parametrize("user", ["u" * 101, "a\x00", "\ud800", " u", "import"], ids=ascii)
def test_a_user_is_never_altered_and_never_another_one(user: str) -> None:
    with pytest.raises(Refused) as refused:
        identify(Settings(), {"protocol": 1, "user": user}, "s1")
    assert refused.value.code == "invalid_message"


@pytest.mark.parametrize("user", ["", None])
def test_without_a_user_the_session_is_the_author(user: str | None) -> None:
    assert identify(Settings(), {"protocol": 1, "user": user}, "s1").author.id == "s1"


@pytest.mark.parametrize(("token", "role"), [("pen", "edit"), ("eye", "view")])
def test_the_key_tells_the_role(token: str, role: str) -> None:
    assert identify(KEYED, {"protocol": 1, "token": token}, "s1").key.role == role


@pytest.mark.parametrize("token", [None, "", "Pen", "pen ", "pe", "\ud800", "é"])
def test_a_missing_or_wrong_key_is_unauthorized(token: str | None) -> None:
    problem = refusal(KEYED, {"protocol": 1, "token": token})
    assert problem.code == "unauthorized"
    assert "pen" not in problem.message.split()
    assert "eye" not in problem.message.split()


def test_one_key_alone_gives_only_its_own_role() -> None:
    assert identify(LOOKING, {"protocol": 1, "token": "eye"}, "s1").key.role == "view"
    assert refusal(LOOKING, {"protocol": 1}).code == "unauthorized"
    assert refusal(EDITING, {"protocol": 1, "token": ""}).code == "unauthorized"


def test_open_does_not_open_what_has_a_key() -> None:
    assert refusal(load({"OPEN": "1", "EDIT_KEY": "pen"}), {"protocol": 1}).code == "unauthorized"


@pytest.mark.parametrize(
    "auth", [None, [], "1", {}, {"protocol": 2}, {"protocol": "1"}, {"protocol": True}, {"protocol": 1.0}]
)
def test_another_protocol_is_told_the_number(auth: Any) -> None:
    problem = refusal(KEYED, auth)
    assert problem.code == "unsupported_protocol"
    assert "1" in problem.message


@pytest.mark.parametrize("extra", [{"password": "x"}, {"name": 7}, {"user": ["u"]}, {"token": {"a": 1}}])
def test_other_shapes_are_invalid(extra: dict[str, Any]) -> None:
    assert refusal(Settings(), {"protocol": 1, **extra}).code == "invalid_message"
