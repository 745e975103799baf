"""Messages: a summary in, Block Kit out. Pure, and whatever is in the summary, Slack takes the result.

The order on a card: title, warnings, what was asked for, the redline, what changed since an earlier proposal, what
else is to know about the change, where the AI's words are not so, what it says, the legend with the deadline, where it
stands, the buttons. When space is short, the AI's words go first, then what changed since the earlier proposal: the
redline says all of it. When something that a reviewer must see had to go, Approve goes with it: nobody can approve on
a card what the card does not show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Any, Final

from bot.core.model import Origin
from bot.core.summary import (
    Action,
    BacklogSummary,
    CardSummary,
    Does,
    JobSummary,
    NoticeSummary,
    PromptSummary,
    RoundSummary,
    fingerprint,
)
from bot.redline import Excerpt
from bot.redline.flags.disguise import SHOWN_OF_EXPLANATION
from bot.slack import limits
from bot.slack.blocks.backlog import backlog
from bot.slack.blocks.buttons import plain, row
from bot.slack.blocks.notes import DIVIDER, QUOTE, SENTENCE, context, decide_by, paragraphs, rest, standing
from bot.slack.blocks.richtext import (
    block,
    escaped,
    inert,
    one_line,
    quote,
    redline,
    said,
    section,
    sentence,
    status,
    text,
)
from bot.slack.limits import MESSAGE_TOTAL, measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.core.summary import ChangeLine, Line, Since, Summary

Json = dict[str, Any]

_CLAIM: Final = SHOWN_OF_EXPLANATION
WHOLE_CLAIM: Final = 3000
"""Characters of the AI's words on a card, and in the dialog that shows all of a change."""

_SHORT_CLAIM: Final = 200
_NAME: Final = 120
_WARNINGS: Final = 2000
_ASKED: Final = 10
_HEADLINES: Final = (120, 60, 24, 0)
"""Characters of each change's headline in the list of a round, tried in this order until all changes fit."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A message as Slack takes it.

    Attributes:
        text: What notifications, the sidebar and screen readers say.
    """

    text: str
    blocks: list[Json]


def render(summary: Summary) -> Payload:
    """Render a message."""
    return Payload(notification(summary.text), _named(_blocks(summary), fingerprint(summary)))


def notification(words: str) -> str:
    """Give a message's ``text``: one line, in which nothing becomes a mention."""
    line = one_line(words, limits.TEXT_BYTES) or "SuperDocs"
    return limits.cut_bytes(escaped(line), limits.TEXT_BYTES)


def shortened(summary: CardSummary) -> Iterator[list[Json]]:
    """Give a card ever shorter; the last one always fits a message."""
    yield card(summary)
    yield card(replace(summary, claim=limits.cut(summary.claim, _SHORT_CLAIM)))
    yield card(replace(summary, claim=""))
    yield card(replace(summary, claim="", since=None))
    yield card(_bare(summary))
    yield card(_unshown(summary))


def card(summary: CardSummary, claim: int = _CLAIM) -> list[Json]:
    """Give a card's blocks, as long as they are, with so many characters of the AI's words."""
    return [
        {"type": "header", "text": plain(summary.title, limits.HEADER)},
        *_calls(summary.calls),
        *paragraphs(_warnings(summary)),
        *paragraphs(_asked([summary.asked] if summary.asked else [])),
        *_framed(redline(summary.excerpt), _since(summary.since)),
        *paragraphs(_remarks(summary, claim)),
        *_legend(summary),
        *standing(summary.status),
        *row(summary.actions, summary.title),
    ]


def _calls(words: str) -> list[Json]:
    """Name whom the message is to reach: Slack tells them once, when it is posted, and not when it is edited."""
    return paragraphs([section(*sentence(words))] if words else [])


def _blocks(summary: Summary) -> list[Json]:
    match summary:
        case JobSummary():
            return _job(summary)
        case RoundSummary():
            return _round(summary)
        case CardSummary():
            return next(blocks for blocks in shortened(summary) if measure(blocks) <= MESSAGE_TOTAL)
        case PromptSummary():
            return _prompt(summary)
        case NoticeSummary():
            return _notice(summary)
        case BacklogSummary():
            return backlog(summary)


def _named(blocks: list[Json], name: str) -> list[Json]:
    """Give each block an id that no other rendering has: Slack asks for new ones when a message changes.

    Source: https://docs.slack.dev/reference/block-kit/blocks
    """
    return [{**one, "block_id": f"{name}.{index}"} for index, one in enumerate(blocks)]


def _job(summary: JobSummary) -> list[Json]:
    again = [section(text(one_line(summary.asked_again, SENTENCE)))] if summary.asked_again else []
    instruction = one_line(summary.instruction, QUOTE)
    wanted = [quote(text(instruction))] if instruction else []
    return [
        block(
            section(*_brought(summary)), *wanted, *again, section(*status(summary.status, SENTENCE, QUOTE))
        ),
        *row(summary.actions, summary.document),
    ]


def _brought(summary: JobSummary) -> list[Json]:
    """Say how a job came here, and of which document it is. Whom a program names, it only names."""
    name = text(one_line(summary.document, _NAME) or "a document", "bold")
    who = list(sentence(f"<@{summary.requester_id}>")) if summary.requester_id else []
    if summary.origin is Origin.FOUND:
        return [text("Found waiting at SuperDocs: an edit of "), name]
    if summary.origin is Origin.HANDED_OVER:
        named = [text(", asked for by "), *who] if who else []
        return [text("A program handed over an edit of "), name, *named]
    if summary.origin is Origin.PROGRAM:
        wished = [text(" for "), *who] if who else []
        return [text("A program asked for an edit of "), name, *wished]
    return [*(who or [text("Somebody")]), text(" asked for an edit of "), name]


def _prompt(summary: PromptSummary) -> list[Json]:
    asks = section(text("SuperDocs asks: ", "bold"), said(summary.question, limits.TEXT_OBJECT))
    return [block(asks), *standing(summary.status), *row(summary.actions, summary.question)]


def _notice(summary: NoticeSummary) -> list[Json]:
    words = section(*sentence(limits.cut(summary.sentence, limits.TEXT_OBJECT)))
    brought = [quote(text(one_line(summary.quote, QUOTE)))] if summary.quote else []
    return [block(words, *brought), *context(decide_by(summary.deadline_at))]


def _round(summary: RoundSummary) -> list[Json]:
    head = [
        {"type": "header", "text": plain(summary.title, limits.HEADER)},
        *_calls(summary.calls),
        *paragraphs(_asked(summary.asked)),
    ]
    foot = [
        *context(decide_by(summary.deadline_at)),
        *standing(summary.status),
        *row(summary.actions, summary.title),
    ]
    room = MESSAGE_TOTAL - measure(head) - measure(foot) - limits.BLOCK_EXTRA
    return [*head, *paragraphs(_listed(summary.lines, room)), *foot]


def _listed(lines: Sequence[ChangeLine], room: int) -> list[Json]:
    """List as many changes as there is room for, each with as much of its headline, and say how many more."""
    shown: list[Json] = []
    for headline in _HEADLINES:
        shown = [_change(line, headline) for line in lines]
        if sum(map(_cost, shown)) <= room:
            return shown
    room -= _cost(rest(len(lines), "in the thread"))
    costs = accumulate(map(_cost, shown))
    count = sum(1 for _ in takewhile(lambda spent: spent <= room, costs))
    return [*shown[:count], rest(len(lines) - count, "in the thread")]


def _cost(line: Json) -> int:
    """Count a line against a message's total, with the line feed before it."""
    return limits.characters(line) + 1


def _change(line: ChangeLine, headline: int) -> Json:
    name = text(f"Change {line.number}", "bold")
    linked = {**name, "type": "link", "url": line.link} if line.link.startswith("https://") else name
    where = [text(f" {one_line(line.sign, 3)} {one_line(line.place, _NAME // 2)}".rstrip())]
    words = [text(" · "), text(one_line(line.headline, headline))] if line.headline and headline else []
    return section(linked, *where, *words, text(" · "), *status(line.status, _NAME, _NAME // 2))


def _asked(lines: Sequence[Line]) -> list[Json]:
    """Say what was asked for when the round before was denied."""
    shown = [section(*status(line, _NAME, QUOTE)) for line in lines[:_ASKED]]
    return [*shown, rest(len(lines) - _ASKED, "in the thread")] if len(lines) > _ASKED else shown


def _warnings(summary: CardSummary) -> list[Json]:
    """Give the sentences that must be read before the redline. They name the document's own words: inert."""
    sentences = list(summary.warnings)
    if summary.uninspectable:
        sentences.append(
            f"This change cannot be inspected, so it can only be denied. {summary.uninspectable}"
        )
    return [section(text(f"⚠ {words}", "bold")) for words in sentences]


def _framed(*parts: Json | list[Json] | None) -> list[Json]:
    """Set parts that show document text between lines that no text can draw, so that none passes for words of ours."""
    framed: list[Json] = []
    for part in filter(None, parts):
        framed += [DIVIDER, *(part if isinstance(part, list) else [part])]
    return [*framed, DIVIDER] if framed else []


def _since(since: Since | None) -> list[Json]:
    """Show what changed since an earlier proposal."""
    if since is None:
        return []
    marked = redline(since.excerpt)
    left_out = (
        [section(text(f"And {since.excerpt.left_out_edits} more.", "italic"))]
        if not since.excerpt.complete
        else []
    )
    return [
        block(section(text(since.sentence, "bold"))),
        *([marked] if marked else []),
        *paragraphs(left_out),
    ]


def _remarks(summary: CardSummary, claim: int) -> list[Json]:
    """Give what stands after the redline: what else is to know of the change, and what the AI says of it."""
    flags = " · ".join(inert(sentence).removesuffix(".") for sentence in summary.flags)
    remarks = [section(text(f"⚠ {contradiction}", "bold")) for contradiction in summary.contradictions]
    remarks += [section(text(flags))] if flags else []
    remarks += [section(text(note)) for note in summary.notes]
    if summary.claim:
        words = said(summary.claim, claim, "italic")
        remarks.append(section(text("SuperDocs says: ", "italic"), words))
    return remarks


def _legend(summary: CardSummary) -> list[Json]:
    """Name the document, count the words and explain the marks, of those that the redline shows."""
    counted = [f"+{summary.inserted}"] if summary.inserted else []
    counted += [f"−{summary.deleted}"] if summary.deleted else []
    marks = ["struck = removed"] if summary.deleted else []
    marks += ["bold underlined = added"] if summary.inserted else []
    is_shown = counted and summary.excerpt.paragraphs
    unit = "word" if summary.inserted + summary.deleted == 1 else "words"
    parts = [f"{' '.join(counted)} {unit}", ", ".join(marks)] if is_shown else []
    where = [plain(f"In {summary.document}", _NAME)] if summary.document else []
    return context(" · ".join([*parts, *filter(None, [decide_by(summary.deadline_at)])]), where)


def _reviewed(actions: Sequence[Action]) -> tuple[Action, ...]:
    """Lead to the whole change where Approve would stand: the card no longer shows everything."""
    leads_there = any(action.does is Does.REVIEW for action in actions)
    kept = [action for action in actions if action.does is not Does.APPROVE or not leads_there]
    return tuple(_review(action) if action.does is Does.APPROVE else action for action in kept)


def _review(approval: Action) -> Action:
    return Action(Does.REVIEW, "Review whole change", approval.target)


def _bare(summary: CardSummary) -> CardSummary:
    """Give a card with its warnings and its redline only."""
    return replace(
        summary,
        claim="",
        contradictions=(),
        flags=(),
        notes=(),
        since=None,
        actions=_reviewed(summary.actions),
    )


def _unshown(summary: CardSummary) -> CardSummary:
    """Give a card that says that it cannot show its change."""
    nothing = Excerpt((), left_out_edits=1, left_out_words=0)
    warnings = limits.cut(" ".join(inert(words) for words in summary.warnings), _WARNINGS)
    return replace(
        _bare(summary),
        excerpt=nothing,
        warnings=tuple(filter(None, [warnings])),
        notes=("This change is too large to show on a card.",),
        uninspectable=limits.cut(inert(summary.uninspectable), _WARNINGS),
    )
