"""Attributes: every one that differs and that no other family tells.

`matching` says which element is which, `differences` what differs on those that stay, `lone` what comes and goes with
others, and `chunks` whether the sections can still be found. Styles, classes and what hides are told elsewhere, as is
what acts by itself.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.redline.flags.attributes.chunks import chunks
from bot.redline.flags.attributes.differences import differences
from bot.redline.flags.attributes.lone import fresh, gone
from bot.redline.flags.attributes.matching import match
from bot.redline.flags.compared import raised
from bot.redline.flags.texts import LONGEST, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from bot.redline.flags.attributes.differences import Told
    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Tree
    from bot.redline.model import Flag


_TRIED: Final = 50
"""Findings of one name whose sentences are made; thousands that say the same would take long to find equal."""


def find(change: Compared) -> Iterator[Flag]:
    """Find every attribute that differs and that no other family tells."""
    is_deleted = not change.new.elements and not change.new.runs
    tags = {each.tag for each in chain(change.old.elements, change.new.elements) if each.attributes}
    if is_deleted or _carried(change.old, tags) == _carried(change.new, tags):
        return
    matched = match(change.old, change.new)
    by_name: defaultdict[str, list[Told]] = defaultdict(list)
    for told in chain(
        chunks(change, matched), differences(matched), gone(change, matched), fresh(change, matched)
    ):
        by_name[told.name].append(told)
    for name, each in by_name.items():
        yield raised(name, _joined(each))


def _carried(tree: Tree, tags: Set[str]) -> list[tuple[str, Mapping[str, str]]]:
    return [(each.tag, each.attributes) for each in tree.elements if each.tag in tags]


def _joined(told: Sequence[Told]) -> str:
    """Say as many as there is room for, each once, and how many more there are."""
    said = told[0].sentence()
    for place, each in enumerate(told[1:_TRIED], 1):
        sentence = each.sentence()
        if sentence not in said:
            if len(said) + len(sentence) > LONGEST - len("  And 10,000 more."):
                return counted(said, len(told) - place)
            said += f" {sentence}"
    return counted(said, max(0, len(told) - _TRIED))
