"""The numbers of list items. The law: a list item carries the number that a browser would draw."""

import re
from collections.abc import Mapping

BULLET = "•"
_WHOLE_NUMBER = re.compile(r"\s*([+-]?\d{1,9})", re.ASCII)
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LARGEST_ROMAN = 3999


class Numbering:
    """Counts the items of one list."""

    def __init__(self, tag: str, attributes: Mapping[str, str], depth: int) -> None:
        self.depth = depth
        """1 for a list that is in no other list."""
        # A list that counts down to 1 begins at its length, which nobody knows before its end.
        self._ordered = tag == "ol" and ("reversed" not in attributes or "start" in attributes)
        self._style = attributes.get("type", "1")
        self._step = -1 if "reversed" in attributes else 1
        self._next = _whole_number(attributes.get("start"), 1)

    def label(self, value: str | None) -> str:
        """Label the next item: `3.`, `c.`, `iii.` or a bullet. `value` is the item's own number, if it has one."""
        if not self._ordered:
            return BULLET
        number = _whole_number(value, self._next)
        self._next = number + self._step
        return f"{_written(number, self._style)}."


def _whole_number(text: str | None, otherwise: int) -> int:
    match = _WHOLE_NUMBER.match(text or "")
    return int(match[1]) if match else otherwise


def _written(number: int, style: str) -> str:
    if style in {"a", "A"} and number > 0:
        written = _alphabetic(number)
    elif style in {"i", "I"} and 0 < number <= _LARGEST_ROMAN:
        written = _roman(number)
    else:
        return str(number)
    return written.upper() if style.isupper() else written


def _alphabetic(number: int) -> str:
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return letters


def _roman(number: int) -> str:
    numeral = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        numeral += letters * times
    return numeral
