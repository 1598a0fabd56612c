"""The rules of a field as data: marshmallow's validators ⇄ the keys of a description.

A description holds the rules that a client can check by itself; the server has them all.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from marshmallow import fields, validate

from server.model import Json
from server.values import to_json

Field = fields.Field[Any]
Description = dict[str, Json]

LENGTH = {"min_length", "max_length"}
OPTIONS = {"options", "option_labels"}
RANGE = {"min", "max", "min_exclusive", "max_exclusive"} | OPTIONS
TEXT = {"pattern", "pattern_flags"} | LENGTH
FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE, "a": re.ASCII}


def bare(field: Field) -> Field:
    """The field without validators and place, to load and dump single values with."""
    twin = copy.copy(field)
    twin.validators, twin.attribute = [], None
    return twin


def dump(field: Field, value: Any) -> Json:
    """One value of a field as JSON."""
    return to_json(bare(field).serialize("value", {"value": value}))


def describe_rules(field: Field) -> Description:
    rules: Description = {}
    for rule in _flat(field.validators):
        for cls, describe in DESCRIBERS:
            if isinstance(rule, cls):
                rules |= describe(field, rule)
                break
    return {key: value for key, value in rules.items() if value is not None}


def _flat(validators: Iterable[Any]) -> Iterator[Any]:
    for each in validators:
        yield from _flat(each.validators) if isinstance(each, validate.And) else (each,)


def _describe_range(field: Field, rule: validate.Range) -> Description:
    return {
        "min": None if rule.min is None else dump(field, rule.min),
        "max": None if rule.max is None else dump(field, rule.max),
        "min_exclusive": None if rule.min_inclusive else True,
        "max_exclusive": None if rule.max_inclusive else True,
    }


def _describe_length(field: Field, rule: validate.Length) -> Description:
    low, high = (rule.min, rule.max) if rule.equal is None else (rule.equal, rule.equal)
    return {"min_length": low, "max_length": high}


def _describe_pattern(field: Field, rule: validate.Regexp) -> Description:
    letters = "".join(letter for letter, flag in FLAGS.items() if rule.regex.flags & flag)
    return {"pattern": rule.regex.pattern, "pattern_flags": letters or None}


def _describe_elements(field: Field, rule: validate.ContainsOnly) -> Description:
    return {"options": to_json(list(rule.choices)), "option_labels": _labels(rule)}


def _describe_options(field: Field, rule: validate.OneOf) -> Description:
    return {"options": [dump(field, choice) for choice in rule.choices], "option_labels": _labels(rule)}


def _labels(rule: validate.OneOf) -> list[str] | None:
    labels = [str(label) for label in rule.labels]
    return labels if len(labels) == len(list(rule.choices)) else None


DESCRIBERS: tuple[tuple[type, Callable[[Field, Any], Description]], ...] = (
    (validate.Range, _describe_range),
    (validate.Length, _describe_length),
    (validate.Regexp, _describe_pattern),
    (validate.ContainsOnly, _describe_elements),  # which is a OneOf too
    (validate.OneOf, _describe_options),
)


def build_rules(
    given: Description, value_of: Callable[[Json], Any] = lambda value: value, *, each: bool = False
) -> list[validate.Validator]:
    """The validators of a description. `value_of` makes of a JSON value what marshmallow compares
    with; with `each` the options are those of a list's elements. Raises ValueError."""
    rules: list[validate.Validator] = []
    if given.keys() & {"min", "max"}:
        low, high = (value_of(given[key]) if key in given else None for key in ("min", "max"))
        inclusive = (not given.get("min_exclusive"), not given.get("max_exclusive"))
        rules.append(validate.Range(low, high, min_inclusive=inclusive[0], max_inclusive=inclusive[1]))
    if given.keys() & LENGTH:
        rules.append(validate.Length(given.get("min_length"), given.get("max_length")))
    if "pattern" in given:
        rules.append(validate.Regexp(_compile(given["pattern"], given.get("pattern_flags", ""))))
    if "options" in given:
        rule = validate.ContainsOnly if each else validate.OneOf
        options, labels = [value_of(option) for option in given["options"]], given.get("option_labels")
        if labels and (len(labels) != len(options) or not all(isinstance(each, str) for each in labels)):
            raise ValueError("has a bad 'option_labels': it needs one text per option")
        rules.append(rule(options, labels))
    return rules


def _compile(pattern: str, letters: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, sum(FLAGS[letter] for letter in letters))
    except (re.error, KeyError) as error:
        raise ValueError(f"has a pattern that is no regular expression: {error}") from None
