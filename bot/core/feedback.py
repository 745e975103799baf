"""What a denial asks for: words on what should be different, and perhaps the exact wording, in one text.

And whether what is proposed then is that wording.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Final

from bot.redline import redline
from bot.redline.headline import spoken

_DEPARTURE: Final = 240
"""Characters of how a proposed text departs from the wording that was asked for."""

_EXACTLY: Final = "Use exactly this wording: "
"""Leads the wording, to SuperDocs and to people; it is always the last part."""


def worded(words: str, wording: str) -> str:
    """Join what somebody says and the wording that is to be used exactly; either may be ""."""
    return "\n".join(filter(None, [words, wording and _EXACTLY + wording]))


def exact_wording(feedback: str) -> str:
    """Return the wording that a feedback asks for; "" when it leaves that to SuperDocs."""
    return f"\n{feedback}".partition(f"\n{_EXACTLY}")[2].strip()


@lru_cache(maxsize=256)
def heeded(asked: str, proposed: str) -> str:
    """Say whether a proposed text is the wording that was asked for, and if not, where it departs from it.

    Args:
        asked: See `exact_wording`; not "".
        proposed: The words of the proposal. Neither white space nor formatting counts.
    """
    wanted, given = (" ".join(text.split()) for text in (asked, proposed))
    if wanted == given:
        return "SuperDocs uses exactly the wording that was asked for."
    departs = spoken(redline(_paragraph(wanted), _paragraph(given), "edit"), _DEPARTURE)
    return f"SuperDocs does not use the wording that was asked for. Compared with that: {departs}."


def _paragraph(words: str) -> str:
    return f"<p>{escape(words)}</p>"
