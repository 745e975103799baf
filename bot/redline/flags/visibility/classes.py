"""Classes that commonly hide what has them, known by the words in their names."""

from __future__ import annotations

import re
from typing import Final

_CLASS_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HIDING_WORDS: Final = frozenset({
    "collapse", "displaynone", "hidden", "hide", "invisible", "noprint", "offscreen", "screenreader", "sronly",
    "transparent", "visuallyhidden", "vanish",
})  # fmt: skip
_HIDING_PAIRS: Final = (
    {"sr", "only"}, {"screen", "reader"}, {"d", "none"}, {"display", "none"}, {"off", "screen"}, {"opacity", "0"},
    {"scale", "0"}, {"text", "0"}, {"no", "print"}, {"print", "none"}, {"max", "h", "0"},
)  # fmt: skip
_HARMLESS_WORDS: Final = frozenset({
    "backface", "bg", "border", "focus", "not", "overflow", "un",
})  # fmt: skip


def hides(name: str) -> bool:
    """Say whether a class of this name commonly hides what has it, as ``sr-only`` and ``d-none`` do."""
    words = {word.lower() for word in _CLASS_WORD.findall(name)}
    if words & _HARMLESS_WORDS:
        return False
    return bool(words & _HIDING_WORDS) or any(pair <= words for pair in _HIDING_PAIRS)
