"""What is drawn and what is not. The law: a text counts as drawn unless something says that it is not.

Looks at inline styles, style sheets in the fragment, attributes, and classes that commonly hide. `sights` looks at a
whole side at once, in one pass; `why_hidden` asks for one element, and does not know the fragment's style sheets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.redline.flags.styles import declarations, number
from bot.redline.flags.texts import spelled
from bot.redline.flags.visibility import colours
from bot.redline.flags.visibility.colours import PIXELS, first_number, is_far, is_nothing, numbers_in, pixels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.redline.flags.tree import Element, Tree
    from bot.redline.flags.visibility.colours import Colour


def _names(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


_NEVER_DRAWN: Final = _names(
    "annotation audio canvas datalist defs desc head iframe metadata noembed noframes noscript rp script style symbol template "
    "title video"
)
_IN_DRAWINGS: Final = frozenset({"g", "svg", "text", "textpath", "tspan"})
_FAINT: Final = 1.3
"""Contrast below which a text and its background are one."""
_TINY: Final = 3.0
"""Pixels of type that nobody reads."""
_BARELY: Final = 0.1
"""Opacity below which nothing is left."""
_BLUR: Final = 5.0
_RELATIVE: Final = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}
_SIZES: Final = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0, "initial": 16.0, "unset": 16.0,
}  # fmt: skip
_CALL: Final = re.compile(r"(?<![a-z0-9])([a-z0-9]++)\(([^()]*+)\)")
_CLASS_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HIDING_WORDS: Final = _names(
    "collapse displaynone hidden hide invisible noprint offscreen screenreader sronly transparent visuallyhidden "
    "vanish"
)
_HIDING_PAIRS: Final = (
    {"sr", "only"}, {"screen", "reader"}, {"d", "none"}, {"display", "none"}, {"off", "screen"}, {"opacity", "0"},
    {"scale", "0"}, {"text", "0"}, {"no", "print"}, {"print", "none"}, {"max", "h", "0"},
)  # fmt: skip
_HARMLESS_WORDS: Final = _names("backface bg border focus not overflow un")
_SIDES: Final = ("left", "right", "top", "bottom", "inset")
_EXTENTS: Final = (
    "max-height", "max-width", "max-block-size", "max-inline-size", "height", "width", "block-size", "inline-size",
)  # fmt: skip
_SPECIAL: Final = _NEVER_DRAWN | {"details", "dialog", "mark", "summary"}
"""Tags that mean something here without an attribute."""
_CLOSED: Final = "it is folded away (a closed <details>)"
_MANY: Final = 50
"""Children of a closed part among which its summary is looked for."""
_TIGHT: Final = 7.0
"""Pixels that letters come closer until nothing can be read."""
_HALF: Final = 50
"""Per cent that are cut off from either side until nothing is left."""
_SMALL: Final = 0.05
"""Scale at which ordinary type is a line."""
_KEY: Final = re.compile(r"[.#]?[\w-]+|\*")
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sight:
    """How the text that stands directly in an element is drawn.

    Attributes:
        gone: Why nothing in the element can be seen, whatever is inside; empty when it can.
        folded: The same, but a summary inside stays outside the fold.
        veiled: The same, but an element inside may show itself again.
        indent: The same, for a first line that is moved off the page.
        size: Of type, in pixels.
        ink: Of the text.
        page: What is behind it, opaque.
        opacity: Of everything around it, multiplied.
        unheard: Why screen readers pass it over although eyes see it; empty when they do not.
    """

    gone: str = ""
    folded: str = ""
    veiled: str = ""
    indent: str = ""
    size: float = 16.0
    ink: Colour = colours.BLACK
    page: Colour = colours.WHITE
    opacity: float = 1.0
    unheard: str = ""

    @property
    def why(self) -> str:
        """Say why the text is not drawn, such as ``its letters have no size``; empty when it is drawn."""
        return self.gone or self.folded or self.veiled or self.indent or self._small() or self._pale()

    def _small(self) -> str:
        if self.size > _TINY:
            return ""
        return f"its letters are {self.size:.2g} pixels high" if self.size else "its letters have no size"

    def _pale(self) -> str:
        if self.opacity < _BARELY:
            return "it is transparent"
        if self.ink.alpha < _BARELY:
            return "its colour is transparent"
        seen = colours.over(self.ink._replace(alpha=self.ink.alpha * self.opacity), self.page)
        return "its colour is that of its background" if colours.contrast(seen, self.page) < _FAINT else ""


PLAIN: Final = Sight()
UNHEARD: Final = "screen readers pass it over (aria-hidden)"


def why_hidden(element: Element | None) -> str:
    """Say why the text in an element is not drawn; empty when it is. Knows inline styles, attributes and classes."""
    sight = PLAIN
    for each in reversed(list(element.ancestors()) if element else []):
        sight = _inside(each, sight, each.styles)
    return sight.why


def sights(tree: Tree) -> Mapping[Element | None, Sight]:
    """Look at every element of a side, also by the style sheets in it; None stands for the top."""
    sheet = Sheet.of(tree)
    found: dict[Element | None, Sight] = {None: PLAIN}
    for element in tree.elements:
        is_bare = not element.attributes and not sheet.by_key and element.tag not in _SPECIAL
        outer = found[element.parent]
        found[element] = outer if is_bare else _inside(element, outer, sheet.styles(element))
    return found


def seen_text(tree: Tree) -> str:
    """Return the text that is drawn, white space made plain."""
    found = sights(tree)
    return " ".join("".join(run.text for run in tree.runs if not found[run.holder].why).split())


def hidden_text(tree: Tree) -> str:
    """Return the text that is not drawn, also what scripts and templates hold, white space made plain."""
    found = sights(tree)
    return " ".join("".join(run.text for run in tree.runs if found[run.holder].why).split())


@dataclass(frozen=True, slots=True)
class Sheet:
    """The style sheets in a fragment, as far as they name a tag, a class or an id.

    Attributes:
        rules: Selector and declarations of each, in order, also of those inside ``@media``.
        by_key: Declarations by ``tag``, ``.class`` or ``#id``.
    """

    rules: tuple[tuple[str, str], ...]
    by_key: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, tree: Tree) -> Sheet:
        """Read the style elements of a side."""
        rules = tuple(rule for style in tree.of("style") for rule in _rules(style.text))
        by_key: dict[str, dict[str, str]] = {}
        for selectors, body in rules:
            styles = {name: value for name, value in declarations(body).items() if name in _OF_RULES}
            for key in filter(None, map(_key, selectors.split(","))):
                by_key.setdefault(key, {}).update(styles)
        return cls(rules, by_key)

    def styles(self, element: Element) -> Mapping[str, str]:
        """Return what counts for an element: rules by tag, then class, then id, then its own declarations."""
        if not self.by_key:
            return element.styles
        keys = ("*", element.tag, *(f".{name}" for name in element.attributes.get("class", "").split()))
        merged: dict[str, str] = {}
        for key in (*keys, f"#{element.attributes.get('id', '')}"):
            merged.update(self.by_key.get(key, {}))
        return {**merged, **element.styles}


_OF_RULES: Final = _names(
    "background background-color bottom clip clip-path color contain content-visibility direction display filter "
    "flex-direction float font font-family font-size font-size-adjust height inset left letter-spacing line-height "
    "margin margin-left margin-top mask max-height max-width opacity order overflow overflow-x overflow-y position "
    "right rotate scale text-decoration text-decoration-line text-indent text-orientation text-transform top "
    "transform translate unicode-bidi vertical-align visibility width word-spacing writing-mode zoom"
)
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


def _inside(element: Element, outer: Sight, styles: Mapping[str, str]) -> Sight:
    """Look at what stands directly in an element, given how the text around it is drawn."""
    if not element.attributes and not styles and element.tag not in _SPECIAL:
        return outer
    if element.tag in _IN_DRAWINGS:
        styles = {**element.attributes, **styles}
        styles = {"color": styles.get("fill", "").replace("none", "transparent"), **styles}
    return Sight(
        gone=outer.gone or _by_attributes(element, outer) or _by_styles(styles),
        folded=_folded(element, outer),
        veiled=_veil(styles.get("visibility", ""), outer.veiled),
        indent=_indent(styles.get("text-indent", ""), outer.indent),
        size=_size(styles, outer.size),
        ink=colours.ink(element, styles, outer.ink),
        page=colours.page(element, styles, outer.page),
        opacity=outer.opacity * _opacity(styles.get("opacity", "")),
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
    hiding = next(filter(hides, attributes.get("class", "").split()), "")
    return f"its class {spelled(hiding[:30])} usually hides" if hiding else ""


def hides(name: str) -> bool:
    """Say whether a class of this name commonly hides what has it, as ``sr-only`` and ``d-none`` do."""
    words = {word.lower() for word in _CLASS_WORD.findall(name)}
    if words & _HARMLESS_WORDS:
        return False
    return bool(words & _HIDING_WORDS) or any(pair <= words for pair in _HIDING_PAIRS)


def hiding_style(styles: Mapping[str, str]) -> str:
    """Say which declaration hides whatever has it, colours apart."""
    size, opacity = _size(styles, PLAIN.size), _opacity(styles.get("opacity", ""))
    veil, indent = _veil(styles.get("visibility", ""), ""), _indent(styles.get("text-indent", ""), "")
    return _by_styles(styles) or Sight(veiled=veil, indent=indent, size=size, opacity=opacity).why


def _by_styles(styles: Mapping[str, str]) -> str:
    """Say which declaration keeps the element from being drawn, beside those that are inherited."""
    ways = (_not_displayed, _clipped, _moved_off, _transformed, _filtered, _without_room)
    return next(filter(None, (way(styles) for way in ways)), "")


def _not_displayed(styles: Mapping[str, str]) -> str:
    if styles.get("display") == "none":
        return "its style says display: none"
    if styles.get("content-visibility") == "hidden":
        return "its style says content-visibility: hidden"
    if styles.get("mso-hide") == "all":
        return "its style says mso-hide: all"
    return "its letters stand on each other" if pixels(styles.get("letter-spacing", "")) < -_TIGHT else ""


def _clipped(styles: Mapping[str, str]) -> str:
    clip, path = styles.get("clip", ""), styles.get("clip-path", "")
    numbers = numbers_in(clip)
    if clip.startswith("rect(") and numbers and max(numbers) - min(numbers) < _TINY:
        return "it is clipped to nothing"
    shape, numbers = path.partition("(")[0], numbers_in(path)
    is_nothing = (
        (shape == "inset" and max(numbers, default=0) >= _HALF)
        or (shape in {"circle", "ellipse"} and numbers[:1] == [0.0])
        or (shape == "polygon" and len(set(numbers)) <= 1)
    )
    return "it is clipped to nothing" if is_nothing else ""


def _moved_off(styles: Mapping[str, str]) -> str:
    if styles.get("position", "static") in {"absolute", "fixed", "relative", "sticky"}:
        moves = (value for name, value in styles.items() if name.startswith(_SIDES))
        if any(map(is_far, moves)):
            return "it is moved off the page"
    margins = [value for name, value in styles.items() if name.startswith("margin")]
    if any(is_far(part) and part.startswith("-") for value in margins for part in value.split()):
        return "it is moved off the page"
    return ""


def _transformed(styles: Mapping[str, str]) -> str:
    """Say whether a transformation leaves nothing, or moves what it leaves off the page."""
    calls = _CALL.findall(styles.get("transform", ""))
    calls += [(name, styles[name]) for name in ("scale", "translate") if name in styles]
    for name, arguments in calls:
        numbers = numbers_in(arguments)
        if _flattens(name, numbers):
            return "it is scaled down to nothing"
        if name.startswith("translate") and is_far(arguments.replace(",", " ")):
            return "it is moved off the page"
        if name in {"rotatex", "rotatey"} and numbers[:1] == [90.0]:
            return "it is turned on its edge"
    return ""


def _flattens(name: str, numbers: list[float]) -> bool:
    if name == "matrix" and len(numbers) == len("abcdef"):
        return abs(numbers[0] * numbers[3] - numbers[1] * numbers[2]) < _SMALL**2
    return name.startswith("scale") and any(abs(each) < _SMALL for each in numbers[:2])


def _filtered(styles: Mapping[str, str]) -> str:
    for name, arguments in _CALL.findall(styles.get("filter", "")):
        known = number(arguments)
        if name == "opacity" and known and known[0] / (100 if known[1] == "%" else 1) < _BARELY:
            return "it is transparent"
        if name == "blur" and pixels(arguments) >= _BLUR:
            return "it is blurred"
    return ""


def _without_room(styles: Mapping[str, str]) -> str:
    overflows = " ".join(value for name, value in styles.items() if name.startswith(("overflow", "contain")))
    cuts = any(word in overflows for word in ("hidden", "clip", "strict", "paint"))
    narrow = [name for name in _EXTENTS if name in styles and is_nothing(styles[name])]
    if narrow and (cuts or narrow[0].startswith("max-")):
        return f"its {narrow[0]} is 0"
    return "its line-height is 0" if cuts and is_nothing(styles.get("line-height", "auto")) else ""


def _veil(visibility: str, outer: str) -> str:
    if visibility in {"hidden", "collapse"}:
        return f"its style says visibility: {visibility}"
    return "" if visibility in {"visible", "initial"} else outer


def _indent(indent: str, outer: str) -> str:
    if is_far(indent):
        return "its first line is moved off the page"
    return "" if number(indent) else outer


def _size(styles: Mapping[str, str], outer: float) -> float:
    """Return the size of the type in pixels."""
    if styles.get("font-size-adjust") == "0":
        return 0.0
    zoom = number(styles.get("zoom", "1"))
    scale = zoom[0] / (100 if zoom[1] == "%" else 1) if zoom and zoom[0] else 1.0
    value = styles.get("font-size") or _size_in_shorthand(styles.get("font", ""))
    if value in _SIZES:
        return _SIZES[value] * scale
    found = first_number(value)
    if found is None or (not found[1] and found[0]):
        return outer * scale
    if found[1] in _RELATIVE:
        return abs(found[0]) * _RELATIVE[found[1]] * outer * scale
    return abs(found[0]) * PIXELS.get(found[1], 1.0) * scale


def _size_in_shorthand(font: str) -> str:
    """Return the size in ``bold 0/0 serif``: the first number that is no weight."""
    parts = (part.partition("/")[0] for part in font.split())
    return next((part for part in parts if (known := number(part)) and (known[1] or not known[0])), "")


def _opacity(value: str) -> float:
    known = number(value)
    return min(1.0, max(0.0, known[0] / (100 if known[1] == "%" else 1))) if known else 1.0
