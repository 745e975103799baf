"""What is drawn and what is not. The law: a text counts as drawn unless something says that it is not.

Looks at inline styles, style sheets in the fragment, attributes, and classes that commonly hide. `sights` looks at a
whole side at once, in one pass; `why_hidden` asks for one element, and does not know the fragment's style sheets.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from bot.redline.flags.texts import spelled
from bot.redline.flags.visibility import colours, ways
from bot.redline.flags.visibility.classes import hides
from bot.redline.flags.visibility.sheet import Sheet
from bot.redline.flags.visibility.sight import PLAIN, UNHEARD, Sight

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from bot.redline.flags.tree import Element, Tree

_NEVER_DRAWN: Final = frozenset({
    "annotation", "audio", "canvas", "datalist", "defs", "desc", "head", "iframe", "metadata", "noembed",
    "noframes", "noscript", "rp", "script", "style", "symbol", "template", "title", "video",
})  # fmt: skip
_IN_DRAWINGS: Final = frozenset({"g", "svg", "text", "textpath", "tspan"})
_SPECIAL: Final = _NEVER_DRAWN | _IN_DRAWINGS | {"details", "dialog", "mark", "summary"}
"""Tags that mean something here without an attribute."""
_SAYING: Final = frozenset({
    "aria-hidden", "bgcolor", "class", "color", "hidden", "href", "popover", "text",
})  # fmt: skip
"""Attributes that may say how a text is drawn, beside styles."""
_TOLD: Final = _SAYING | {"id", "style"}
_LONE: Final = _IN_DRAWINGS | {"details", "dialog", "summary"}
"""Tags that other attributes, or what stands beside them, have a say in."""
_CLOSED: Final = "it is folded away (a closed <details>)"
_MANY: Final = 50
"""Children of a closed part among which its summary is looked for."""


def why_hidden(element: Element | None) -> str:
    """Say why the text in an element is not drawn; empty when it is. Knows inline styles, attributes and classes."""
    unknown = list(takewhile(lambda each: each.sight is None, element.ancestors())) if element else []
    for each in reversed(unknown):
        each.sight = _inside(each, each.parent.sight or PLAIN if each.parent else PLAIN, each.styles)
    return element.sight.why if element and element.sight else ""


def sights(tree: Tree) -> Mapping[Element | None, Sight]:
    """Look at every element of a side, once, also by the style sheets in it; None stands for the top."""
    if not tree.sights:
        sheet = Sheet.of(tree)
        tree.sights[None] = PLAIN
        known: dict[Hashable, Sight] = {}
        for element in tree.elements:
            outer = tree.sights[element.parent]
            said = _said(element, outer)
            if said not in known:
                known[said] = _inside(element, outer, sheet.styles(element))
            tree.sights[element] = known[said]
    return tree.sights


def _said(element: Element, outer: Sight) -> Hashable:
    """Return what is equal for elements that are drawn alike; the element itself where that is not sure."""
    if element.tag in _LONE:
        return element
    return (
        element.tag,
        id(outer),
        *((name, element.attributes[name]) for name in _TOLD & element.attributes.keys()),
    )


def seen_text(tree: Tree) -> str:
    """Return the text that is drawn, white space made plain."""
    found = sights(tree)
    return " ".join("".join(run.text for run in tree.runs if not found[run.holder].why).split())


def hidden_text(tree: Tree) -> str:
    """Return the text that is not drawn, also what scripts and templates hold, white space made plain."""
    found = sights(tree)
    return " ".join("".join(run.text for run in tree.runs if found[run.holder].why).split())


def _inside(element: Element, outer: Sight, styles: Mapping[str, str]) -> Sight:
    """Look at what stands directly in an element, given how the text around it is drawn."""
    if not styles and element.tag not in _SPECIAL and element.attributes.keys().isdisjoint(_SAYING):
        return outer
    if element.tag in _IN_DRAWINGS:
        styles = {**element.attributes, **styles}
        styles = {"color": styles.get("fill", "").replace("none", "transparent"), **styles}
    return Sight(
        gone=outer.gone or _by_attributes(element, outer) or ways.by_styles(styles),
        folded=_folded(element, outer),
        veiled=ways.veil_of(styles.get("visibility", ""), outer.veiled),
        indent=ways.indent_of(styles.get("text-indent", ""), outer.indent),
        size=ways.size_of(styles, outer.size),
        ink=colours.ink(element, styles, outer.ink),
        page=colours.page(element, styles, outer.page),
        opacity=outer.opacity * ways.opacity_of(styles.get("opacity", "")),
        unheard=UNHEARD if element.attributes.get("aria-hidden") == "true" else outer.unheard,
    )


def _folded(element: Element, outer: Sight) -> str:
    if element.tag == "details":
        return "" if "open" in element.attributes else _CLOSED
    return "" if element.tag == "summary" and _is_first_summary(element) else outer.folded


def _is_first_summary(element: Element) -> bool:
    """Say whether it stays outside the fold. Far down it counts as inside: looking for it must not take long."""
    siblings = element.parent.children[:_MANY] if element.parent else []
    return next((each for each in siblings if each.tag == "summary"), None) is element


def _by_attributes(element: Element, outer: Sight) -> str:
    """Say which tag, attribute or class keeps the element from being drawn."""
    attributes = element.attributes
    if element.tag == "details" and outer.folded:
        return outer.folded
    if element.tag in _NEVER_DRAWN:
        return f"it stands in <{element.tag}>"
    if "hidden" in attributes:
        return "it is marked hidden"
    if "popover" in attributes or (element.tag == "dialog" and "open" not in attributes):
        return "it is in a window that is not open"
    hiding = next(filter(hides, dict.fromkeys(attributes.get("class", "").split())), "")
    return f"its class {spelled(hiding[:30])} usually hides" if hiding else ""
