"""Odd characters found in a piece of text, and how many of them become a flag each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import code_point, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.redline.model import Flag

NAMED: Final = 6
"""Characters of one kind that get a flag each; the last one's sentence counts the others."""


class Finding(NamedTuple):
    """An odd character where it stands."""

    name: str
    """Of the flag."""
    character: str
    context: str
    """The word it is in, or what stands around it."""
    say: Callable[[], str]
    """Makes the sentence about this one: of thousands, only a few are asked."""


def flags(findings: Iterable[Finding]) -> Iterator[Flag]:
    """Give one flag for each character of each kind, in the order found."""
    kinds: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        kinds[finding.name][finding.character].append(finding)
    for characters in kinds.values():
        yield from _flags_of_kind(list(characters.values()))


def _flags_of_kind(by_character: list[list[Finding]]) -> Iterator[Flag]:
    for place, (first, *others) in enumerate(by_character[:NAMED], start=1):
        left_out = sum(map(len, by_character[NAMED:])) if place == NAMED else 0
        yield raised(
            f"{first.name} {code_point(first.character)}", counted(first.say(), len(others) + left_out)
        )
