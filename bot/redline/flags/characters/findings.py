"""Odd characters found in a piece of text, and how many of them become a flag each."""

from __future__ import annotations

from collections import Counter, defaultdict
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
    """What stands around it: the same character in the same context is the same finding."""
    say: Callable[[], str]
    """Makes the sentence about this one: of thousands, only a few are asked."""


def fresh(found: Iterable[Finding], before: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out of what was found in a new text what the old one had in the same context, as often as it had it."""
    known = Counter(map(_identity, before))
    for finding in found:
        if known[_identity(finding)]:
            known[_identity(finding)] -= 1
        else:
            yield finding


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


def _identity(finding: Finding) -> tuple[str, str, str]:
    return (finding.name, finding.character, finding.context)
