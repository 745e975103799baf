"""The numbers that list items are drawn with."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import quoted, spelled
from bot.redline.reading.numbering import BULLET, Numbering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Tree
    from bot.redline.model import Flag

_TYPES: Final = {
    "decimal": "1", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I",
}  # fmt: skip
_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]{1,9}\s*")


class _Item(NamedTuple):
    """A list item: the number it is drawn with, and what its list and itself say about numbers."""

    label: str
    rule: str


class _Lists:
    """A side's lists: the items by their own words, and the first item of each list."""

    def __init__(self, tree: Tree) -> None:
        self.items: dict[str, list[_Item]] = defaultdict(list)
        self.firsts: list[tuple[int, _Item]] = []
        texts = _own_texts(tree)
        for each in tree.of("ol", "ul", "menu"):
            items = [child for child in each.children if child.tag == "li"]
            kind, rule = _rule(each, len(items))
            numbering = Numbering("ol" if kind else "ul", {**each.attributes, **kind}, 1)
            labelled = list(_labelled(items, numbering, rule))
            for item, label in zip(items, labelled, strict=True):
                self.items[texts.get(item, "")].append(label)
            self.firsts += [(len(items), label) for label in labelled[:1]]


def _own_texts(tree: Tree) -> dict[Element, str]:
    """Return each item's words, those of lists in it left out."""
    item: dict[Element | None, Element | None] = {None: None}
    for element in tree.elements:
        item[element] = element if element.tag == "li" else item[element.parent]
    texts: dict[Element, list[str]] = defaultdict(list)
    for run in tree.runs:
        if (holder := item[run.holder]) is not None:
            texts[holder].append(run.text)
    return {element: " ".join("".join(parts).split()) for element, parts in texts.items()}


def _rule(each: Element, length: int) -> tuple[dict[str, str], str]:
    """Return the attributes that number a list (none for bullets), and how to name them."""
    style = each.styles.get("list-style-type") or each.styles.get("list-style", "")
    drawn = next((word for word in style.split() if word in _TYPES or word in {"none", "disc", "circle"}), "")
    is_numbered = drawn in _TYPES or (each.tag == "ol" and drawn not in {"none", "disc", "circle"})
    own = {name: each.attributes[name] for name in ("start", "type", "reversed") if name in each.attributes}
    named = [
        each.tag,
        *(f"{name}={value}" if value else name for name, value in own.items()),
        *([style] * bool(style)),
    ]
    if "reversed" in own:
        own.setdefault("start", str(length))
    if drawn in _TYPES:
        own["type"] = _TYPES[drawn]
    return ({"type": "1", **own} if is_numbered else {}), " ".join(named)


def _labelled(items: Iterable[Element], numbering: Numbering, rule: str) -> Iterator[_Item]:
    for item in items:
        label = natural = numbering.label(None)
        if _NUMBER.fullmatch(value := item.attributes.get("value", "")):
            label = numbering.label(value)
        if label != natural:
            rule = f"{rule}, value={value}"  # It counts for all items after this one as well.
        yield _Item(label, rule)


def find(change: Compared) -> Iterator[Flag]:
    """Find items that have another number because their list says so, not because others came or went."""
    old, new = _Lists(change.old), _Lists(change.new)
    for text, items in new.items.items():
        before = old.items.get(text, [])
        for was, becomes in zip(before, items, strict=False):
            if was.label != becomes.label and was.rule != becomes.rule:
                yield _renumbered(text, was, becomes)
                return
    if len(old.firsts) == len(new.firsts):
        for (length, was), (new_length, becomes) in zip(old.firsts, new.firsts, strict=True):
            if was.rule != becomes.rule and was.label != becomes.label and length == new_length:
                yield _renumbered("", was, becomes)
                return


def _renumbered(text: str, was: _Item, becomes: _Item) -> Flag:
    item = quoted(text, 60) if text else "an item"
    sentence = f"The numbers of a list change: {item} was {_label(was)}, is {_label(becomes)} now."
    return raised("list-numbering-changed", sentence)


def _label(item: _Item) -> str:
    return f"{'without a number' if item.label == BULLET else item.label} ({spelled(item.rule[:30])})"
