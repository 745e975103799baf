"""What values of styles come to: colours, as style sheets and old attributes write them, and lengths in pixels."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags.styles import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.redline.flags.tree import Element


class Colour(NamedTuple):
    """Red, green, blue and how opaque it is, each from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0


BLACK: Final = Colour(0, 0, 0)
WHITE: Final = Colour(1, 1, 1)
BLUE: Final = Colour(0, 0, 14 / 15)
"""What links are drawn in."""
YELLOW: Final = Colour(1, 1, 0)
CLEAR: Final = Colour(0, 0, 0, 0)

_TABLE: Final = (
    "aliceblue:f0f8ff antiquewhite:faebd7 aqua:00ffff aquamarine:7fffd4 azure:f0ffff beige:f5f5dc "
    "bisque:ffe4c4 black:000000 blanchedalmond:ffebcd blue:0000ff blueviolet:8a2be2 brown:a52a2a "
    "burlywood:deb887 cadetblue:5f9ea0 canvas:ffffff canvastext:000000 chartreuse:7fff00 chocolate:d2691e "
    "coral:ff7f50 cornflowerblue:6495ed cornsilk:fff8dc crimson:dc143c cyan:00ffff darkblue:00008b "
    "darkcyan:008b8b darkgoldenrod:b8860b darkgray:a9a9a9 darkgreen:006400 darkgrey:a9a9a9 darkkhaki:bdb76b "
    "darkmagenta:8b008b darkolivegreen:556b2f darkorange:ff8c00 darkorchid:9932cc darkred:8b0000 "
    "darksalmon:e9967a darkseagreen:8fbc8f darkslateblue:483d8b darkslategray:2f4f4f darkslategrey:2f4f4f "
    "darkturquoise:00ced1 darkviolet:9400d3 deeppink:ff1493 deepskyblue:00bfff dimgray:696969 dimgrey:696969 "
    "dodgerblue:1e90ff firebrick:b22222 floralwhite:fffaf0 forestgreen:228b22 fuchsia:ff00ff gainsboro:dcdcdc "
    "ghostwhite:f8f8ff gold:ffd700 goldenrod:daa520 gray:808080 green:008000 greenyellow:adff2f grey:808080 "
    "honeydew:f0fff0 hotpink:ff69b4 indianred:cd5c5c indigo:4b0082 ivory:fffff0 khaki:f0e68c lavender:e6e6fa "
    "lavenderblush:fff0f5 lawngreen:7cfc00 lemonchiffon:fffacd lightblue:add8e6 lightcoral:f08080 "
    "lightcyan:e0ffff lightgoldenrodyellow:fafad2 lightgray:d3d3d3 lightgreen:90ee90 lightgrey:d3d3d3 "
    "lightpink:ffb6c1 lightsalmon:ffa07a lightseagreen:20b2aa lightskyblue:87cefa lightslategray:778899 "
    "lightslategrey:778899 lightsteelblue:b0c4de lightyellow:ffffe0 lime:00ff00 limegreen:32cd32 linen:faf0e6 "
    "magenta:ff00ff maroon:800000 mediumaquamarine:66cdaa mediumblue:0000cd mediumorchid:ba55d3 "
    "mediumpurple:9370db mediumseagreen:3cb371 mediumslateblue:7b68ee mediumspringgreen:00fa9a "
    "mediumturquoise:48d1cc mediumvioletred:c71585 midnightblue:191970 mintcream:f5fffa mistyrose:ffe4e1 "
    "moccasin:ffe4b5 navajowhite:ffdead navy:000080 oldlace:fdf5e6 olive:808000 olivedrab:6b8e23 orange:ffa500 "
    "orangered:ff4500 orchid:da70d6 palegoldenrod:eee8aa palegreen:98fb98 paleturquoise:afeeee "
    "palevioletred:db7093 papayawhip:ffefd5 peachpuff:ffdab9 peru:cd853f pink:ffc0cb plum:dda0dd "
    "powderblue:b0e0e6 purple:800080 rebeccapurple:663399 red:ff0000 rosybrown:bc8f8f royalblue:4169e1 "
    "saddlebrown:8b4513 salmon:fa8072 sandybrown:f4a460 seagreen:2e8b57 seashell:fff5ee sienna:a0522d "
    "silver:c0c0c0 skyblue:87ceeb slateblue:6a5acd slategray:708090 slategrey:708090 snow:fffafa "
    "springgreen:00ff7f steelblue:4682b4 tan:d2b48c teal:008080 thistle:d8bfd8 tomato:ff6347 transparent:00000000 "
    "turquoise:40e0d0 violet:ee82ee wheat:f5deb3 white:ffffff whitesmoke:f5f5f5 window:ffffff windowtext:000000 "
    "yellow:ffff00 yellowgreen:9acd32"
)
"""Source: https://www.w3.org/TR/css-color-4/#named-colors."""
_NAMED: Final = dict(pair.split(":") for pair in _TABLE.split())

_HEX: Final = re.compile(r"#?(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_FUNCTION: Final = re.compile(r"(rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(([^()]*)\)?")
_PART: Final = re.compile(r"#[0-9a-f]++|[a-z]++(?:\([^()]*+\))?")
PIXELS: Final = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "em": 16.0,
    "rem": 16.0, "ex": 8.0, "ch": 8.0, "lh": 19.0, "rlh": 19.0, "%": 5.0, "vw": 5.0, "vh": 5.0, "vmin": 5.0,
    "vmax": 5.0, "dvw": 5.0, "dvh": 5.0, "svh": 5.0, "lvh": 5.0,
}  # fmt: skip
"""A hundred per cent of anything count as beyond the edge."""
_NUMERAL: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)[a-z%]*")
_FAR: Final = 500.0
"""Pixels beyond the edge of any page."""
_NEARLY_BLACK: Final = 0.04045
"""Below it a screen's brightness grows evenly."""
_TURN: Final = {"": 360.0, "deg": 360.0, "grad": 400.0, "rad": 6.283185307179586, "turn": 1.0}


@lru_cache(maxsize=1024)
def colour(value: str) -> Colour | None:
    """Return the colour that a value (lower case) names; None when it names none, or one that others decide."""
    value = value.strip()
    if value in _NAMED:
        return _from_hex(_NAMED[value])
    if value.startswith("#") and _HEX.fullmatch(value):
        return _from_hex(value[1:])
    called = _FUNCTION.fullmatch(value)
    return _from_function(called[1], called[2]) if called else None


@lru_cache(maxsize=1024)
def over(upper: Colour, lower: Colour) -> Colour:
    """Return what is seen where a colour, more or less clear, lies on an opaque one."""
    red, green, blue = (
        above * upper.alpha + below * (1 - upper.alpha)
        for above, below in zip(upper[:3], lower[:3], strict=True)
    )
    return Colour(red, green, blue)


@lru_cache(maxsize=1024)
def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two opaque colours: 1 for the same, 21 for black and white.

    Source: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink(element: Element, styles: Mapping[str, str], outer: Colour) -> Colour:
    """Return the colour of an element's text; `outer` is that of the text around it."""
    own = styles.get("-webkit-text-fill-color") or styles.get("color", "")
    if own == "initial":
        return BLACK
    if own and (found := colour(own)):
        return found
    old = {"font": "color", "body": "text"}.get(element.tag, "")
    if found := _old_colour(element.attributes.get(old, "")):
        return found
    if element.tag == "a" and "href" in element.attributes and own not in {"inherit", "unset"}:
        return BLUE
    return BLACK if element.tag == "mark" else outer


def page(element: Element, styles: Mapping[str, str], outer: Colour) -> Colour:
    """Return the colour behind an element's text; `outer` is what is behind the text around it. Pictures are clear."""
    own = styles.get("background-color") or styles.get("background") or styles.get("background-image", "")
    found = _first_colour(own) if own else _old_colour(element.attributes.get("bgcolor", ""))
    if not own and element.tag == "mark":
        found = YELLOW
    return over(found, outer) if found else outer


def pixels(value: str) -> float:
    """Return the first length in a value in pixels, near enough to tell far from near; 0 when there is none."""
    known = first_number(value)
    return known[0] * PIXELS.get(known[1], 1.0) if known else 0.0


def first_number(value: str) -> tuple[float, str] | None:
    """Return the first number anywhere in a value, and its unit."""
    numeral = _NUMERAL.search(value)
    return number(numeral[0]) if numeral else None


def numbers_in(value: str) -> list[float]:
    """Return all numbers in a value, without their units."""
    return [known[0] for numeral in _NUMERAL.findall(value) if (known := number(numeral))]


def is_far(value: str) -> bool:
    """Say whether a length in a value leads beyond the edge of the page."""
    return any(abs(pixels(numeral)) >= _FAR for numeral in _NUMERAL.findall(value))


def is_nothing(value: str) -> bool:
    """Say whether a length leaves no room for a letter."""
    known = number(value)
    return known is not None and abs(known[0]) * PIXELS.get(known[1], 1.0) <= 1


def _luminance(one: Colour) -> float:
    red, green, blue = (_linear(part) for part in one[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= _NEARLY_BLACK else ((part + 0.055) / 1.055) ** 2.4)


def _from_hex(digits: str) -> Colour:
    if len(digits) < len("rrggbb"):
        digits = "".join(digit * 2 for digit in digits)
    return Colour(*(int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2)))


def _from_function(name: str, arguments: str) -> Colour | None:
    parts = arguments.replace(",", " ").replace("/", " ").split()
    if name == "color":
        parts = parts[1:]
    numbers = [number("0" if part == "none" else part) for part in parts]
    known = [each for each in numbers if each is not None]
    if len(known) != len(parts) or len(known) not in {3, 4}:
        return None
    red, green, blue = _channels(name, known)
    alpha = _share(known[3], 1) if len(known) == len(Colour._fields) else 1.0
    return Colour(_bounded(red), _bounded(green), _bounded(blue), _bounded(alpha))


def _channels(name: str, numbers: list[tuple[float, str]]) -> tuple[float, float, float]:
    first, second, third = numbers[:3]
    if name in {"rgb", "color"}:
        whole = 255 if name == "rgb" else 1
        return _share(first, whole), _share(second, whole), _share(third, whole)
    hue = first[0] / _TURN.get(first[1], 360.0)
    if name == "hsl":
        return hls_to_rgb(hue, _bounded(_share(third, 100)), _bounded(_share(second, 100)))
    if name == "hwb":
        white, black = _share(second, 100), _share(third, 100)
        red, green, blue = (part * (1 - white - black) + white for part in hls_to_rgb(hue % 1, 0.5, 1))
        return red, green, blue
    # Of the perceptual spaces the lightness is enough: it is what makes a text vanish on a white page.
    grey = _share(first, 1 if name.startswith("ok") else 100)
    return grey, grey, grey


def _share(value: tuple[float, str], whole: float) -> float:
    return value[0] / (100 if value[1] == "%" else whole)


def _bounded(part: float) -> float:
    return min(1.0, max(0.0, part))


def _old_colour(value: str) -> Colour | None:
    """Return the colour of an attribute such as ``bgcolor``, which may leave the ``#`` out."""
    value = value.strip().lower()
    return colour(value) or (_from_hex(value.removeprefix("#")) if _HEX.fullmatch(value) else None)


def _first_colour(value: str) -> Colour | None:
    """Return the first colour in a shorthand such as ``background``, also one inside a gradient."""
    parts = _PART.findall(value.rpartition("gradient(")[2])
    return next((found for part in parts if (found := colour(part))), None)
