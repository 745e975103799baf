"""The style sheets that a fragment brings along."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.redline.flags.styles import declarations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.redline.flags.tree import Element, Tree

_KEY: Final = re.compile(r"[.#]?[\w-]+|\*")
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The style sheets in a fragment, as far as they name a tag, a class or an id.

    Attributes:
        rules: Selector and declarations of each, in order, also of those inside ``@media``.
        by_key: Declarations by ``tag``, ``.class`` or ``#id``.
    """

    rules: tuple[tuple[str, str], ...]
    by_key: Mapping[str, Mapping[str, str]]
    _merged: dict[tuple[str, str, str], Mapping[str, str]] = field(default_factory=dict)
    """What its rules say of a tag, classes and an id: looked up once for all elements that are alike."""

    @classmethod
    def of(cls, tree: Tree) -> Sheet:
        """Read the style elements of a side."""
        rules = tuple(rule for style in tree.of("style") for rule in _rules(style.text))
        by_key: dict[str, dict[str, str]] = {}
        for selectors, body in rules:
            styles = {name: value for name, value in declarations(body).items() if name in _OF_RULES}
            for key in filter(None, map(_key, selectors.split(","))):
                # A rule of many selectors says the same of each: they share it until another rule adds to one.
                by_key[key] = {**by_key[key], **styles} if key in by_key else styles
        return cls(rules, by_key)

    def styles(self, element: Element) -> Mapping[str, str]:
        """Return what counts for an element: rules by tag, then class, then id, then its own declarations."""
        if not self.by_key:
            return element.styles
        kind = (element.tag, element.attributes.get("class", ""), element.attributes.get("id", ""))
        if kind not in self._merged:
            self._merged[kind] = self._of_kind(*kind)
        ruled = self._merged[kind]
        return {**ruled, **element.styles} if element.styles else ruled

    def _of_kind(self, tag: str, classes: str, name: str) -> Mapping[str, str]:
        last = reversed(dict.fromkeys(reversed(classes.split())))  # Each class once, where it stands last.
        merged: dict[str, str] = {}
        for key in ("*", tag, *(f".{each}" for each in last), f"#{name}"):
            merged.update(self.by_key.get(key, {}))
        return merged


_OF_RULES: Final = frozenset({
    "background", "background-color", "bottom", "clip", "clip-path", "color", "contain", "content-visibility",
    "direction", "display", "filter", "flex-direction", "float", "font", "font-family", "font-size",
    "font-size-adjust", "height", "inset", "left", "letter-spacing", "line-height", "margin", "margin-left",
    "margin-top", "mask", "max-height", "max-width", "opacity", "order", "overflow", "overflow-x", "overflow-y",
    "position", "right", "rotate", "scale", "text-decoration", "text-decoration-line", "text-indent",
    "text-orientation", "text-transform", "top", "transform", "translate", "unicode-bidi", "vertical-align",
    "visibility", "width", "word-spacing", "writing-mode", "zoom",
})  # fmt: skip
"""Properties that rules are read for: however long a rule is, what it adds to an element is short."""


def _rules(css: str) -> Iterator[tuple[str, str]]:
    for part in _COMMENT.sub(" ", css).split("}"):
        head, brace, body = part.rpartition("{")
        if brace:
            yield head.rpartition("{")[2].rpartition(";")[2].strip(), body


def _key(selector: str) -> str:
    """Return the part of a selector that says the most about the element it is for; nothing if it is for a part."""
    last = selector.replace(">", " ").replace("+", " ").replace("~", " ").split()[-1:]
    keys = _KEY.findall(last[0].partition(":")[0].partition("[")[0]) if last and "::" not in last[0] else []
    return max(keys, key=lambda key: "*.#".find(key[0]), default="")
