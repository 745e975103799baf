"""What in a style keeps a text from being drawn: each way by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.redline.flags.styles import number
from bot.redline.flags.visibility.colours import PIXELS, first_number, is_far, is_nothing, numbers_in, pixels
from bot.redline.flags.visibility.sight import BARELY, PLAIN, TINY, Sight

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLUR: Final = 5.0
_RELATIVE: Final = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}
_SIZES: Final = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0, "initial": 16.0, "unset": 16.0,
}  # fmt: skip
_CALL: Final = re.compile(r"(?<![a-z0-9])([a-z0-9]++)\(([^()]*+)\)")
_SIDES: Final = ("left", "right", "top", "bottom", "inset")
_EXTENTS: Final = (
    "max-height", "max-width", "max-block-size", "max-inline-size", "height", "width", "block-size", "inline-size",
)  # fmt: skip
_TIGHT: Final = 7.0
"""Pixels that letters come closer until nothing can be read."""
_HALF: Final = 50
"""Per cent that are cut off from either side until nothing is left."""
_SMALL: Final = 0.05
"""Scale at which ordinary type is a line."""


def hiding_style(styles: Mapping[str, str]) -> str:
    """Say which declaration hides whatever has it, colours apart."""
    size, opacity = size_of(styles, PLAIN.size), opacity_of(styles.get("opacity", ""))
    veil, indent = veil_of(styles.get("visibility", ""), ""), indent_of(styles.get("text-indent", ""), "")
    return by_styles(styles) or Sight(veiled=veil, indent=indent, size=size, opacity=opacity).why


def by_styles(styles: Mapping[str, str]) -> str:
    """Say which declaration keeps the element from being drawn, beside those that are inherited."""
    if not styles:
        return ""
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
    if clip.startswith("rect(") and numbers and max(numbers) - min(numbers) < TINY:
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
        if name == "opacity" and known and known[0] / (100 if known[1] == "%" else 1) < BARELY:
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


def veil_of(visibility: str, outer: str) -> str:
    """Say why a text is veiled: by what its element says, or else by what is said around it."""
    if visibility in {"hidden", "collapse"}:
        return f"its style says visibility: {visibility}"
    return "" if visibility in {"visible", "initial"} else outer


def indent_of(indent: str, outer: str) -> str:
    """Say why a first line is out of sight: by its own indent, or else by the one around it."""
    if is_far(indent):
        return "its first line is moved off the page"
    return "" if number(indent) else outer


def size_of(styles: Mapping[str, str], outer: float) -> float:
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


def opacity_of(value: str) -> float:
    """Return an opacity between 0 and 1; 1 where none is said."""
    known = number(value)
    return min(1.0, max(0.0, known[0] / (100 if known[1] == "%" else 1))) if known else 1.0
