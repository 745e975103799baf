"""A backlog: what waits, line by line, each with the button that leads on.

A button stands beside a line in a ``section`` alone, and a section takes no rich text. So the words of others are
its ``plain_text`` here, in which nothing comes alive either, and ours stand below them as fields of their own.

Source: https://docs.slack.dev/reference/block-kit/blocks/section-block
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bot.core.summary import LINES
from bot.slack import limits
from bot.slack.blocks.buttons import beside, plain, row
from bot.slack.blocks.notes import capitalized, decide_by, paragraphs, rest
from bot.slack.blocks.richtext import mrkdwn, one_line, section, status, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.core.summary import BacklogLine, BacklogSummary, Line

Json = dict[str, Any]

_FACTS: Final = 1200
"""Characters of all facts together."""

_ADDRESS: Final = re.compile(r"https://[^\s<>|]{1,200}")
"""What may stand in a link's markup; Slack's own addresses have up to 120 characters."""


@dataclass(frozen=True, slots=True)
class _Size:
    """How much of a line is shown, in characters."""

    name: int
    quote: int
    sentence: int
    has_link: bool = True


_SIZES: Final = (
    _Size(120, 120, 120),
    _Size(60, 60, 120),
    _Size(40, 24, 80),
    _Size(24, 0, 50, has_link=False),
)
"""Tried in this order until all lines fit. A line's button leads where its link does."""


def backlog(summary: BacklogSummary) -> list[Json]:
    """Render what waits; what does not fit is counted."""
    fitting = (blocks for blocks in _shortened(summary) if limits.measure(blocks) <= limits.MESSAGE_TOTAL)
    return next(fitting)


def _shortened(summary: BacklogSummary) -> Iterator[list[Json]]:
    """Give a backlog ever shorter: less of each line first, then fewer lines."""
    most = _first(summary, LINES)
    for size in _SIZES:
        yield _blocks(most, size)
    for count in reversed(range(LINES)):
        yield _blocks(_first(most, count), _SIZES[-1])


def _first(summary: BacklogSummary, count: int) -> BacklogSummary:
    """Leave out all lines but the first few, and count them."""
    is_open, lapsed = summary.open[:count], summary.lapsed[: max(0, count - len(summary.open))]
    left_out = len(summary.open) + len(summary.lapsed) - len(is_open) - len(lapsed)
    return replace(summary, open=is_open, lapsed=lapsed, rest=summary.rest + left_out)


def _blocks(summary: BacklogSummary, size: _Size) -> list[Json]:
    return [
        {"type": "header", "text": plain(summary.title, limits.HEADER)},
        *_list("Open", summary.open, size),
        *_list("Lapsed, not yet asked again", summary.lapsed, size),
        *paragraphs([rest(summary.rest)] if summary.rest else []),
        *paragraphs(_facts(summary.facts)),
        *row(summary.actions, summary.title),
    ]


def _list(heading: str, lines: Sequence[BacklogLine], size: _Size) -> list[Json]:
    listed = [_line(line, size) for line in lines]
    return [*paragraphs([section(text(heading, "bold"))]), *listed] if listed else []


def _line(line: BacklogLine, size: _Size) -> Json:
    name = one_line(line.document, size.name) or "A document"
    quoted = one_line(line.status.quote, size.quote)
    where = _link(line.link or line.status.link) if size.has_link else ""
    until = capitalized(" · ".join(filter(None, [decide_by(line.deadline_at), where])))
    ours = [mrkdwn(limits.cut(line.status.sentence, size.sentence)), until]
    shown: Json = {
        "type": "section",
        "text": plain(" · ".join(filter(None, [name, quoted])), limits.TEXT_OBJECT),
        # Verbatim: of our sentences only what we mark up is alive, and no word that looks like an address.
        "fields": [{"type": "mrkdwn", "text": words, "verbatim": True} for words in ours if words],
        "accessory": beside(line.action, name) if line.action else None,
    }
    return {key: part for key, part in shown.items() if part}


def _link(address: str) -> str:
    return f"<{address}|Show in channel>" if _ADDRESS.fullmatch(address) else ""


def _facts(facts: Sequence[Line]) -> list[Json]:
    most = _FACTS // (2 * max(1, len(facts)))
    return [section(*status(fact, most, most)) for fact in facts]
