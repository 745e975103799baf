"""The few shapes that all of Block Kit is made of: texts, numbers, choices, lists, records, variants.

A check looks at a value and notes at its place what is wrong. Lengths are counted in code points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.slack.validate.place import Place

Check = Callable[[Any, Place], None]


def text(most: int, least: int = 0) -> Check:
    """Want a string of at least and at most so many characters."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, str):
            place.fail("must be a string", "invalid_type")
        elif len(value) < least:
            place.fail(f"must be more than {least - 1} characters")
        elif len(value) > most:
            place.fail(f"must be less than {most + 1} characters")

    return check


def whole(least: int, most: int) -> Check:
    """Want a whole number within limits."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            place.fail("must be an integer", "invalid_type")
        elif not least <= value <= most:
            place.fail(f"must be between {least} and {most}")

    return check


def flag(value: Any, place: Place) -> None:
    """Want true or false."""
    if not isinstance(value, bool):
        place.fail("must be a boolean", "invalid_type")


def number(value: Any, place: Place) -> None:
    """Want a number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        place.fail("must be a number", "invalid_type")


def choice(*words: str) -> Check:
    """Want one of a few words."""

    def check(value: Any, place: Place) -> None:
        if value not in words:
            place.fail(f"must be one of: {', '.join(words)}")

    return check


def items(check_one: Check, most: int, least: int = 1) -> Check:
    """Want a list of at least and at most so many values, each of which passes."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, list):
            place.fail("must be an array", "invalid_type")
            return
        if len(value) < least:
            place.fail(f"must have at least {least} items")
        if len(value) > most:
            place.fail(f"no more than {most} items allowed")
        for index, one in enumerate(value):
            check_one(one, place.at(index))

    return check


def record(needs: Mapping[str, Check], takes: Mapping[str, Check] | None = None, *rules: Check) -> Check:
    """Want an object with these keys and no others.

    Args:
        needs: The keys that must be there.
        takes: The keys that may be there.
        rules: What else must hold; looked at only when every key is as it should be.
    """
    known = {**needs, **(takes or {})}

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.fail("must be an object", "invalid_type")
            return
        before = len(place.problems)
        for key in needs.keys() - value.keys():
            place.fail(f"missing required field: {key}", "missing_field")
        for key in value.keys() - known.keys():
            place.fail(f"invalid additional property: {key}", "additional_property")
        for key in value.keys() & known.keys():
            known[key](value[key], place.at(key))
        if len(place.problems) == before:
            for rule in rules:
                rule(value, place)

    return check


def variant(kinds: Mapping[str, Check]) -> Check:
    """Want an object of one of several types, told apart by its `type`."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.fail("must be an object", "invalid_type")
        elif not isinstance(value.get("type"), str):
            place.fail("missing required field: type", "missing_field")
        elif value["type"] not in kinds:
            place.at("type").fail(f"unsupported type: {value['type']}", "unsupported_type")
        else:
            kinds[value["type"]](value, place)

    return check


def typed(name: str) -> dict[str, Check]:
    """Give the `type` key of an object that is always of one type."""
    return {"type": choice(name)}


def one_of(*keys: str) -> Check:
    """Rule: exactly one of these keys is there."""

    def check(value: Any, place: Place) -> None:
        if sum(key in value for key in keys) != 1:
            place.fail(f"must define exactly one of: {', '.join(keys)}")

    return check
