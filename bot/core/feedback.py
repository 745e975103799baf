"""What a denial asks for: words on what should be different, and perhaps the exact wording, in one text."""

from __future__ import annotations

from typing import Final

_EXACTLY: Final = "Use exactly this wording: "
"""Leads the wording, to SuperDocs and to people; it is always the last part."""


def worded(words: str, wording: str) -> str:
    """Join what somebody says and the wording that is to be used exactly; either may be ""."""
    return "\n".join(filter(None, [words, wording and _EXACTLY + wording]))


def exact_wording(feedback: str) -> str:
    """Return the wording that a feedback asks for; "" when it leaves that to SuperDocs."""
    return f"\n{feedback}".partition(f"\n{_EXACTLY}")[2].strip()
