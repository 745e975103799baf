"""Cutting and counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.limits import BLOCK_EXTRA, characters, cut, cut_bytes, cut_start, measure


def test_what_fits_is_not_touched() -> None:
    """A text of exactly the limit stays as it is."""
    assert cut("12345", 5) == "12345"


def test_what_is_cut_says_so_within_the_limit() -> None:
    """The ellipsis counts."""
    assert cut("123456", 5) == "1234…"


@pytest.mark.parametrize("limit", [0, -3])
def test_no_room_is_no_text(limit: int) -> None:
    """A limit of nothing gives nothing, not an ellipsis."""
    assert cut("123456", limit) == ""


@pytest.mark.parametrize(
    "escape", ["&amp;", "&lt;", "[U+202E]", "[U+E0001]", "<@U0BOB>", "<!date^1^{time}|14:32>"]
)
def test_a_cut_never_falls_into_an_escape(escape: str) -> None:
    """Wherever the limit falls, an escape is there whole or not at all."""
    text = f"ab{escape}cd"
    for limit in range(1, len(text)):
        kept = cut(text, limit).removesuffix("…")
        assert len(kept) < limit
        assert kept == text[: len(kept)]
        assert escape in kept or not set(kept) & set("&[<")

    for limit in range(1, len(text)):
        kept = cut_start(text, limit).removeprefix("…")
        assert len(kept) < limit
        assert kept == text[len(text) - len(kept) :]
        assert escape in kept or not set(kept) & set("&[<")


def test_of_what_is_cut_at_its_start_the_end_stays() -> None:
    """As `cut`, from the other side."""
    assert (cut_start("12345", 5), cut_start("123456", 5), cut_start("1", 0)) == ("12345", "…3456", "")


def test_a_lone_sign_is_no_escape() -> None:
    """A less-than sign in a formula may be cut after."""
    assert cut("a < b and c", 5) == "a < …"


@given(text=st.text(st.characters(exclude_categories=["Cs"])), limit=st.integers(3, 60))
def test_bytes_are_counted_where_slack_counts_bytes(text: str, limit: int) -> None:
    """A text is never longer than so many bytes, nor cut without need."""
    kept = cut_bytes(text, limit)
    assert len(kept.encode()) <= limit
    assert kept == text or kept.endswith("…")


def test_every_drawn_character_counts_and_every_block() -> None:
    """Texts, addresses and fallbacks count; names of things do not."""
    button = {
        "type": "button",
        "action_id": "approve",
        "value": "x" * 99,
        "text": {"type": "plain_text", "text": "Yes"},
    }
    link = {"type": "link", "url": "https://a.example", "text": "there", "style": {"bold": True}}
    assert characters(button) == 3
    assert characters(link) == 22
    assert measure([{"type": "actions", "elements": [button]}, {"type": "divider"}]) == 3 + 2 * BLOCK_EXTRA
