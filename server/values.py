"""JSON values as the wire carries them: their limits, their exact forms, when two are equal.

The `read_…` functions are the strict gates before marshmallow, one per form: each returns the value
that marshmallow shall see, or raises marshmallow's ValidationError with a sentence."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError

from server.model import Json

Reader = Callable[[Json], Json]

MAX_INTEGER = 2**53  # beyond it a double, which a JSON number is in a browser, loses digits
MAX_DEPTH = 16
MAX_DECIMAL = 40  # characters
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
SAFE_URL = re.compile(r"https?://", re.IGNORECASE)  # what a client may make a link of

NOT_TEXT = "Not a valid string."
NOT_INTEGER = "Not a valid integer."
NOT_NUMBER = "Not a valid number."
NOT_BOOLEAN = "Not a valid boolean."
NOT_DATE = "Not a valid date: write it like 2026-07-30."
NOT_DATETIME = "Not a valid date and time: write it with its offset, like 2026-07-30T09:15:00Z."
NOT_DECIMAL = f'Not a valid decimal number: write it as text like "12.50", at most {MAX_DECIMAL} characters.'
NOT_URL = "Not a valid URL: it must start with http:// or https://."
NOT_LIST = "Not a valid list."
NOT_OBJECT = "Not a valid object."

HAS_NUL = "Text must not contain the NUL character."
HAS_SURROGATE = "Text must not contain half of a surrogate pair."
TOO_LARGE = "The number is too large: integers are exact up to 2^53 only."
NOT_FINITE = "NaN and infinities are not allowed."
TOO_DEEP = f"Nested deeper than {MAX_DEPTH} levels."


def is_blank(value: Json) -> bool:
    """Null and empty text mean the same as absent."""
    return value is None or value == ""


def text_flaw(value: str) -> str | None:
    if "\0" in value:
        return HAS_NUL
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return HAS_SURROGATE
    return None


def number_flaw(value: float) -> str | None:
    if isinstance(value, int):
        return None if -MAX_INTEGER <= value <= MAX_INTEGER else TOO_LARGE
    return None if math.isfinite(value) else NOT_FINITE


def flaw(value: Json, depth: int = MAX_DEPTH) -> str | None:
    """Why a JSON value is outside the wire's limits, as a sentence; None if it is within.

    `depth` is how many levels of arrays and objects are still allowed."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return text_flaw(value)
    if isinstance(value, (int, float)):
        return number_flaw(value)
    if depth == 0:
        return TOO_DEEP
    parts = [*value, *value.values()] if isinstance(value, Mapping) else value
    return next((found for part in parts if (found := flaw(part, depth - 1))), None)


def to_json(value: Any) -> Json:
    """What marshmallow serialized, as canonical JSON: decimals are text, whole numbers have no
    fraction (as JavaScript writes them), an object holds nothing blank.

    Raises TypeError for what JSON cannot carry."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value
    if isinstance(value, decimal.Decimal):
        return format(value or abs(value), "f")  # no negative zero
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_json(part) for key, part in value.items() if not is_blank(part)}
    if isinstance(value, (list, tuple)):
        return [to_json(part) for part in value]
    raise TypeError(f"{type(value).__name__} is not JSON")


def json_equal(a: Json, b: Json) -> bool:
    """R8: numbers by value, a boolean is no number, object keys in any order, blank = absent.

    The elements of a list are compared as they are: `[""]` is not `[null]`."""
    return _equal(None if a == "" else a, None if b == "" else b)


def _equal(a: Json, b: Json) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return all(json_equal(a.get(key), b.get(key)) for key in a.keys() | b.keys())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_equal, a, b))
    return bool(a == b)


def read_text(value: Json) -> Json:
    if not isinstance(value, str):
        raise ValidationError(NOT_TEXT)
    if found := text_flaw(value):
        raise ValidationError(found)
    return value


def read_number(value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValidationError(NOT_NUMBER)
    if found := number_flaw(value):
        raise ValidationError(found)
    return value


def read_integer(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValidationError(NOT_INTEGER)
    return read_number(value)


def read_boolean(value: Json) -> Json:
    if not isinstance(value, bool):
        raise ValidationError(NOT_BOOLEAN)
    return value


def read_form(form: re.Pattern[str], sentence: str) -> Reader:
    """A reader of short text that is, as a whole, of one form."""

    def read(value: Json) -> Json:
        if not isinstance(value, str) or len(value) > MAX_DECIMAL or not form.fullmatch(value):
            raise ValidationError(sentence)
        return value

    return read


def read_url(value: Json) -> Json:
    if not SAFE_URL.match(read_text(value)):
        raise ValidationError(NOT_URL)
    return value
