"""Long thinking is done aside, short thinking at once."""

from __future__ import annotations

import threading

import pytest

from bot.core.proposal import Content
from bot.relay.aside import SHORT, aside


@pytest.mark.parametrize(("length", "is_aside"), [(0, False), (SHORT, False), (SHORT + 1, True)])
async def test_only_long_texts_are_worth_a_thread(length, is_aside):
    """Whoever presses a button meanwhile is answered; both sides of all texts count."""
    texts = [Content("o" * (length // 2), None, ""), Content(None, "n" * (length - length // 2), "")]
    here = threading.get_ident()
    assert await aside(texts, lambda: threading.get_ident() != here) is is_aside


async def test_what_thinking_raises_comes_out():
    """In a thread or not."""
    for length in (1, SHORT + 1):
        with pytest.raises(ZeroDivisionError):
            await aside([Content("o" * length, None, "")], lambda: 1 // 0)
