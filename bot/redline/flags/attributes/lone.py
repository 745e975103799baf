"""What comes and goes with elements that are on one side only, as far as it is not on the page."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.redline.flags import urls
from bot.redline.flags.attributes.differences import (
    FIELDS,
    LINKS,
    PICTURES,
    SOURCES,
    Told,
    is_told_elsewhere,
    kind_of,
    named_field,
    named_link,
    of_attribute,
)
from bot.redline.flags.texts import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.attributes.matching import Matched
    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Tree

_UNSEEN: Final = frozenset({
    "aria-description", "aria-label", "cite", "content", "datetime", "longdesc", "placeholder", "summary", "title",
    "value",
})  # fmt: skip
"""Attributes that say something which is not on the page."""
_NEW: Final = "New {what}: {source}."
_GONE: Final = "The {what} is gone: {source}."


def fresh(change: Compared, matched: Matched) -> Iterator[Told]:
    """Tell what new elements say that is not on the page; their words are seen."""
    for element in matched.fresh:
        source = _source(element)
        if element.tag in PICTURES and source:
            yield Told("image-changed", partial(_of_picture, element, source, _NEW))
        # Of a text that is wholly new, no attribute changes.
        if element.tag in LINKS and source and change.old.html.strip():
            yield Told("attribute-changed", partial(_of_link, element, source, _NEW))
        if element.tag in FIELDS:
            yield from _of_field(element)
        for name, value in _unseen(element):
            yield Told("attribute-changed", partial(of_attribute, element, name, None, value))
    yield from _doubled(change)


def gone(change: Compared, matched: Matched) -> Iterator[Told]:
    """Tell what is lost with elements whose words stay, or that had none; and which anchors and pictures are."""
    staying = {outer for old, _ in matched.held if old for outer in (old, old.parent) if outer}
    ids = _ids(change.new)
    for element in matched.gone:
        anchor, source = element.attributes.get("id", ""), _source(element)
        if anchor and not ids[anchor]:
            yield Told("anchor-changed", partial(_of_anchor, anchor))
        if element.tag in PICTURES and source:
            yield Told("image-changed", partial(_of_picture, element, source, _GONE))
        if element in staying or not element.runs:
            if element.tag in LINKS and source:
                yield Told("attribute-changed", partial(_of_link, element, source, _GONE))
            for name, value in _unseen(element):
                yield Told("attribute-changed", partial(of_attribute, element, name, value, None))


def _of_picture(element: Element, source: str, sentence: str) -> str:
    return sentence.format(what=_named_picture(element), source=urls.shown(source, 110))


def _of_link(element: Element, source: str, sentence: str) -> str:
    return sentence.format(what=named_link(element, 34), source=urls.shown(source, 110))


def _of_anchor(anchor: str) -> str:
    return f"The anchor {quoted(anchor, 60)} is gone: links to it lead nowhere."


def _named_picture(element: Element) -> str:
    words = element.attributes.get("alt", "").strip()
    return f"{kind_of(element)} {quoted(words, 50)}" if words else kind_of(element)


def _source(element: Element) -> str:
    return next((value for name, value in element.attributes.items() if name in SOURCES - {"alt"}), "")


def _of_field(field: Element) -> Iterator[Told]:
    """Tell what a new field says before anybody has filled it in."""
    if "checked" in field.attributes:
        yield Told("form-state-changed", lambda: f"{named_field(field)} is new, and checked already.")
    if field.attributes.get("type", "").strip().lower() == "hidden":
        value = field.attributes.get("value", "")
        yield Told("form-state-changed", lambda: f"A hidden field is new: {quoted(value, 100)}.")


def _unseen(element: Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attributes.items():
        is_unseen = name in _UNSEEN or (name.startswith("data-") and name != "data-chunk-id")
        if is_unseen and value.strip() and element.tag not in FIELDS and not is_told_elsewhere(element, name):
            yield name, value


def _doubled(change: Compared) -> Iterator[Told]:
    """Tell which anchors stand more than once: the first of them takes all links."""
    known = _ids(change.old)
    for anchor, count in _ids(change.new).items():
        if count > max(known[anchor], 1):
            yield Told("anchor-changed", partial(_of_doubled, anchor, count))


def _of_doubled(anchor: str, count: int) -> str:
    return f"The anchor {quoted(anchor, 60)} stands {count} times: links lead to the first of them."


def _ids(tree: Tree) -> Counter[str]:
    return Counter(each.attributes["id"] for each in tree.elements if each.attributes.get("id"))
