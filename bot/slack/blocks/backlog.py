"""A backlog: what waits, line by line, each with the button that leads on.

A button stands beside a line in a ``section`` alone, and a section takes no rich text. So the words of others are
its ``plain_text`` here, in which nothing comes alive either, and ours stand below them in small print.

Source: https://docs.slack.dev/reference/block-kit/blocks/section-block
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bot.core.summary import LINES
from bot.slack import limits
from bot.slack.blocks.buttons import beside, plain, row
from bot.slack.blocks.notes import DIVIDER, context, decide_by, paragraphs, rest
from bot.slack.blocks.richtext import mrkdwn, one_line, section, status, text, unmarked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.core.summary import Action, BacklogLine, BacklogSummary, Line

Json = dict[str, Any]

_FACTS: Final = 1200
"""Characters of all facts together."""

_ADDRESS: Final = re.compile(r"https://[^\s<>|]{1,200}")
"""What may stand in a link's markup; Slack's own addresses have up to 120 characters."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a line is shown, in characters.

    Attributes:
        is_tight: All in one text, and times in UTC: half as many blocks.
    """

    name: int
    quote: int
    sentence: int
    has_link: bool = False
    is_tight: bool = False


SIZES: Final = (
    Size(120, 120, 120, has_link=True),
    Size(60, 60, 120, has_link=True),
    Size(60, 40, 80),
    Size(24, 0, 50, is_tight=True),
)
"""Tried in this order until all lines fit. A line's button leads where its link does."""


def backlog(summary: BacklogSummary) -> list[Json]:
    """Render what waits; what does not fit is counted."""
    fitting = (blocks for blocks in _shortened(summary) if limits.measure(blocks) <= limits.MESSAGE_TOTAL)
    return next(fitting)


def _shortened(summary: BacklogSummary) -> Iterator[list[Json]]:
    """Give a backlog ever shorter: less of each line first, then fewer lines."""
    most = _first(summary, LINES)
    for size in SIZES:
        yield _blocks(most, size)
    for count in reversed(range(LINES)):
        yield _blocks(_first(most, count), SIZES[-1])


def _first(summary: BacklogSummary, count: int) -> BacklogSummary:
    """Leave out all lines but the first few, and count them."""
    is_open, lapsed = summary.open[:count], summary.lapsed[: max(0, count - len(summary.open))]
    left_out = len(summary.open) + len(summary.lapsed) - len(is_open) - len(lapsed)
    return replace(summary, open=is_open, lapsed=lapsed, rest=summary.rest + left_out)


def _blocks(summary: BacklogSummary, size: Size) -> list[Json]:
    # Where nothing lapsed, the title says it all.
    lists = (
        _list("Open" if summary.lapsed else "", summary.open, size),
        _list("Lapsed, not yet asked again", summary.lapsed, size),
    )
    return [
        {"type": "header", "text": plain(summary.title, limits.HEADER)},
        *_parted([*_parted(*lists), *_left_out(summary)], paragraphs(_facts(summary.facts))),
        *row(summary.actions, summary.title),
    ]


def remarks(summary: BacklogSummary) -> list[Json]:
    """Say how many more there are, and what else is to know of all."""
    return [*_left_out(summary), *paragraphs(_facts(summary.facts))]


def _left_out(summary: BacklogSummary) -> list[Json]:
    return paragraphs([rest(summary.rest)] if summary.rest else [])


def _parted(*parts: list[Json]) -> list[Json]:
    """Put a line between those parts that there are."""
    lined = [block for part in parts if part for block in (DIVIDER, *part)]
    return lined[1:]


def _list(heading: str, lines: Sequence[BacklogLine], size: Size) -> list[Json]:
    head = paragraphs([section(text(heading, "bold"))] if heading and lines else [])
    return [*head, *(block for line in lines for block in entry(line, size))]


def entry(line: BacklogLine, size: Size, when: str = "") -> list[Json]:
    """Give a line: the words of others with the button, and ours below.

    Args:
        line: What it says.
        size: How much of it.
        when: Of which moment it speaks, as markup; until when it can be decided, if none is given.
    """
    name = one_line(line.document, size.name) or "A document"
    others = [name, one_line(line.status.quote, size.quote)]
    ours = _joined([limits.cut(line.status.sentence, size.sentence), when or decide_by(line.deadline_at)])
    if size.is_tight:
        return [_beside(_joined([*others, unmarked(ours)]), line.action, name)]
    # What has no button is decided where its link leads.
    link = _link(line.link or line.status.link) if size.has_link or not line.action else ""
    return [_beside(_joined(others), line.action, name), *context(_joined([mrkdwn(ours), link]))]


def _beside(words: str, action: Action | None, name: str) -> Json:
    button = {"accessory": beside(action, name)} if action else {}
    return {"type": "section", "text": plain(words, limits.TEXT_OBJECT), **button}


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(filter(None, parts))


def _link(address: str) -> str:
    return f"<{address}|Show>" if _ADDRESS.fullmatch(address) else ""


def _facts(facts: Sequence[Line]) -> list[Json]:
    most = _FACTS // (2 * max(1, len(facts)))
    return [section(*status(fact, most, most)) for fact in facts]
