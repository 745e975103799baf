"""How a text is set, which changes nothing that it says: curly quotation marks, dashes, dots, drawn lines."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        "…": "...",
    }
)
_DRAWN_LINE: Final = re.compile(r"([_.=·•*-])\1{3,}+")


def set_plainly(text: str) -> str:
    """Undo typography; drawn lines are equal however long they are."""
    plain = text if text.isascii() else text.translate(_MARKS)
    return _DRAWN_LINE.sub(r"\1\1\1\1", plain)
