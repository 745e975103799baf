"""What a document does by itself, and what it says where only programs read: scripts, frames, handlers, comments.

Only what the old side does not have alarms. Tags that a browser drops where a fragment stands alone, as ``<body>``
and ``<frame>``, count too: in another place it may keep them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from bot.redline.flags import urls
from bot.redline.flags.compared import raised
from bot.redline.flags.texts import LONGEST, counted, quoted
from bot.redline.flags.tree import Element

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Tree
    from bot.redline.model import Flag
    from bot.redline.reading.record import Reading


Item = TypeVar("Item", bound="Hashable")

_ACTING: Final = frozenset({
    "animate", "animatemotion", "animatetransform", "applet", "base", "discard", "embed", "fencedframe",
    "foreignobject", "frame", "frameset", "handler", "iframe", "listener", "object", "portal", "script", "set",
    "webview",
})  # fmt: skip
_LOADING: Final = frozenset(
    {"import", "manifest", "modulepreload", "prefetch", "preload", "prerender", "stylesheet"}
)
"""What a ``<link>`` must be called to have a say in how the document looks or what it does."""
_HARMLESS: Final = frozenset({"", "content-language", "content-type", "default-style", "x-ua-compatible"})
"""Headers that a ``<meta>`` may stand for."""
_LOOKS: Final = frozenset({"class", "data-chunk-id", "height", "id", "style", "title", "width"})
"""Attributes that do not change what an element does."""
_ACTIVE_CSS: Final = re.compile(
    r"@import|expression\s*+\(|(?<![\w-])behaviou?r\s*+:|-moz-binding|(?:java|vb)script\s*+:", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"(?:(?:https?|wss?|ftp):)?//[\w\[%-][^\s'\"`<>\\)]*+", re.IGNORECASE)
_SHORTEST_HANDLER: Final = "oncut"
_LONGEST_COMMENT: Final = 145


class Act(NamedTuple):
    """Something that acts without being asked. Two of them are the same if they do the same."""

    where: str
    """As ``<script>`` or ``onclick of <p>``."""
    what: str
    """All of its code or attributes."""
    reach: str
    """For the sentence: the address that it reaches, or else how its code begins."""

    @property
    def named(self) -> str:
        """Return what a sentence calls it."""
        return f"{self.where} {self.reach}".strip()


def find(change: Compared) -> Iterator[Flag]:
    """Find what would act by itself, and comments that nobody sees."""
    if acts := _fresh(_acts(change.old, change.old_reading), _acts(change.new, change.new_reading)):
        yield raised("active-content", _told(acts))
    if comments := _fresh(_comments(change.old), _comments(change.new)):
        first = quoted(comments[0], _LONGEST_COMMENT)
        yield raised("comment-changed", counted(f"A comment unseen on the page: {first}.", len(comments) - 1))


def _fresh(old: Iterable[Item], new: Iterable[Item]) -> list[Item]:
    """Return what the new side has more of than the old one."""
    known = Counter(old)
    fresh = []
    for item in new:
        known[item] -= 1
        if known[item] < 0:
            fresh.append(item)
    return fresh


def _told(acts: Sequence[Act]) -> str:
    """Name as many as there is room for."""
    named = list(dict.fromkeys(act.named for act in acts))
    sentence = f"The document would act by itself: {named[0]}"
    for place, name in enumerate(named[1:], 1):
        if len(sentence) + len(name) > LONGEST - len(". And 10,000 more."):
            return counted(f"{sentence}.", len(named) - place)
        sentence += f", {name}"
    return f"{sentence}."


def _comments(tree: Tree) -> Iterator[str]:
    return filter(None, (" ".join(comment.split()) for comment in tree.comments))


def _acts(tree: Tree, reading: Reading) -> Iterator[Act]:
    for element in (*tree.elements, *_dropped(tree, reading)):
        if _is_acting(element):
            yield _act_of(element)
        yield from _acts_in_attributes(element)


def _dropped(tree: Tree, reading: Reading) -> Iterator[Element]:
    """Give elements for the tags that the tree has no place for."""
    built = {"image", *(element.tag for element in tree.elements)}
    starts = (tag for tag in reading.tags if not tag.startswith("/"))
    for tag, attributes in zip(starts, reading.attributes, strict=False):
        if tag not in built:
            yield Element(tag, dict(attributes), None, 0)


def _is_acting(element: Element) -> bool:
    attributes = element.attributes
    match element.tag:
        case "link":
            return bool(_LOADING & set(attributes.get("rel", "").lower().split()))
        case "meta":
            return attributes.get("http-equiv", "").strip().lower() not in _HARMLESS
        case "template":
            return "shadowrootmode" in attributes or "shadowroot" in attributes
        case "form":
            return bool(attributes.get("action", "").strip())
        case "style":
            return _is_active_css("".join(run.text for run in element.runs))
        case _:
            return element.tag in _ACTING


def _act_of(element: Element) -> Act:
    code = "".join(run.text for run in element.runs) if element.tag in {"script", "style"} else ""
    kept = sorted((name, value) for name, value in element.attributes.items() if name not in _LOOKS)
    return Act(_tagged(element), f"{kept}{code}", _reach(element, code))


def _tagged(element: Element) -> str:
    """Write a tag with the one attribute that makes it act."""
    name = {"link": "rel", "meta": "http-equiv"}.get(element.tag, "")
    which = f" {name}={urls.legible(element.attributes.get(name, ''), 20)}" if name else ""
    return f"<{urls.legible(element.tag, 20)}{which}>"


def _reach(element: Element, code: str) -> str:
    for _, value in urls.addresses(element):
        return urls.shown(value, 80)
    return _in_code(element.attributes.get("srcdoc", "") or code)


def _in_code(code: str) -> str:
    """Return the first address in a program, or else how it begins."""
    if found := _ADDRESS.search(code):
        return urls.shown(found[0], 80)
    return quoted(code, 40) if code.strip() else ""


def _acts_in_attributes(element: Element) -> Iterator[Act]:
    where = f"of <{urls.legible(element.tag, 20)}>"
    for name, value in element.attributes.items():
        if name.startswith("on") and name.isalpha() and len(name) >= len(_SHORTEST_HANDLER):
            yield Act(f"{urls.legible(name, 30)} {where}", value, _in_code(value))
        elif name == "formaction" and value.strip():
            yield Act(f"{name} {where}", value, urls.shown(value, 80))
        elif name == "style" and _is_active_css(value):
            yield Act(f"style {where}", value, _in_code(urls.plain_css(value)))
    for name, value in urls.addresses(element):
        is_told = name == "formaction" or element.tag in urls.DRAWING or _is_acting(element)
        if not is_told and urls.read(value).runs:
            yield Act(f"{name} {where}", value, urls.shown(value, 80))


def _is_active_css(css: str) -> bool:
    return bool(css) and _ACTIVE_CSS.search(urls.plain_css(css)) is not None
