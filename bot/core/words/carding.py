"""What the card of one change says, and what may be done on it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.core.again import may_ask_again
from bot.core.feedback import exact_wording, heeded
from bot.core.judging import Shown, compared, on_card
from bot.core.model import Change, ChangeState, Job, Round, RoundState
from bot.core.proposal import Content
from bot.core.summary import Action, CardSummary, Does, Line, Since, change_target, spoken_of
from bot.core.words.claims import contradictions
from bot.core.words.pieces import calling, cut
from bot.core.words.status import change_status
from bot.redline import Excerpt, Redline, excerpt
from bot.redline.headline import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping


RENDERING: Final = 3
"""Which way of showing a change this is: the audit names it with each decision. It goes up by one whenever people see
anything else of the same bytes: on a card, in a dialog, or in the redline of either. A test holds it to that."""

SIGNS: Final = {"edit": "✎", "create": "+", "delete": "−"}
"""One sign for each operation; a word that we do not know gets the sign of an edit."""

_WORDS: Final = {"edit": "Edit", "create": "New", "delete": "Delete"}

_SPOKEN: Final = 1200
"""Characters of a change in a notification; a phone shows the first hundred, and who hears it hears all."""

_SHORT: Final = 700
"""Characters of what changed since an earlier proposal, on a card."""

_QUESTION: Final = 240
"""Characters of the sentence with which Approve asks again; how many more there are stands behind it."""

_DOCUMENT: Final = 40
"""Characters of a document's name where the session has several."""

_NAMED: Final = re.compile(r"<@\w+>")
_NAMED_AT_THE_END: Final = re.compile(r" (?:by |\()<@\w+>(?:, <@\w+>)*\)?")


def card(job: Job, held: Round, change: Change, contents: Mapping[str, Content]) -> CardSummary:
    """Return what the card of a change says.

    Args:
        job: The record it stands in.
        held: Its round.
        change: The change.
        contents: Texts by digest: its own, and those of the change that it revises, if they are still kept.
    """
    content = contents[change.digest]
    whole = dressed(job, held, change, content, on_card(content, change.operation))
    since = since_earlier(job, change, contents, _SHORT)
    return replace(
        whole,
        since=since if since and since.excerpt.complete else None,
        calls=calling(held.mention) if len(held.changes) == 1 else "",
    )


def dressed(job: Job, held: Round, change: Change, content: Content, shown: Shown) -> CardSummary:
    """Return a card around a given part of the redline; the reading dialog shows other parts than the card."""
    judged = compared(content, change.operation)
    is_open = held.state is RoundState.OPEN and change.is_open
    return CardSummary(
        text=notification(job, held, change, _said(content, change)),
        title=title(job, change),
        excerpt=shown.excerpt,
        inserted=judged.counts.inserted,
        deleted=judged.counts.deleted,
        document=spoken_of(_document(job, change)) if len(held.changes) == 1 else "",
        claim=content.explanation,
        contradictions=_contradicted(content, change.operation),
        flags=shown.flags,
        notes=(*_heeded(job, held, change, judged), *_notes(judged, shown)),
        warnings=change.warnings,
        uninspectable=change.uninspectable,
        asked=asked_for(job, change),
        status=None
        if is_open and not change.decisions and not change.passings and held.approvals == 1
        else change_status(job, held, change),
        deadline_at=held.submit_at if is_open else None,
        actions=actions(job, held, change),
    )


@lru_cache(maxsize=256)
def _contradicted(content: Content, operation: str) -> tuple[str, ...]:
    return contradictions(content.explanation, compared(content, operation))


def since_earlier(job: Job, change: Change, contents: Mapping[str, Content], budget: int) -> Since | None:
    """Show what changed since the proposal that a change revises; None when it revises none, or its text is gone.

    Args:
        job: The record.
        change: A change that may revise another.
        contents: Texts by digest, those of the earlier change among them.
        budget: Characters of redline.
    """
    earlier = job.change(change.revises) if change.revises else None
    held = job.round_of(change.revises)
    if earlier is None or held is None or not contents.keys() >= {earlier.digest, change.digest}:
        return None
    then, now = contents[earlier.digest].new_html, contents[change.digest].new_html
    nothing = Excerpt((), left_out_edits=0, left_out_words=0)
    if then == now:
        return Since(
            f"Nothing has changed since round {held.number}: the same text is proposed again.", nothing
        )
    seen = compared(Content(then, now), "edit")
    if seen.uninspectable:
        return None
    shown = excerpt(seen, budget) if seen.counts.edits else nothing
    return Since(" ".join(filter(None, [f"Since round {held.number}:", seen.remark])), shown)


def title(job: Job, change: Change) -> str:
    """Name a change: its number, what it does, where."""
    name = _WORDS.get(change.operation, change.operation or "Edit")
    return " · ".join(filter(None, [f"Change {change.number}", name, where(job, change)]))


def where(job: Job, change: Change) -> str:
    """Say where a change stands, with the name of its document where the session has several."""
    name = job.document_names.get(change.document_id, "")
    return " · ".join(filter(None, [cut(name, _DOCUMENT), change.place]))


def notification(job: Job, held: Round, change: Change, said: str) -> str:
    """Return the one plain line that a phone shows, and a screen reader reads.

    Args:
        job: The record.
        held: The change's round.
        change: The change.
        said: What changes, in words.
    """
    document = spoken_of(_document(job, change))
    line = f"Change {change.number}{f' in {document}' if document else ''}: {(said or 'please look at the card').removesuffix('.')}"
    if held.state is RoundState.OPEN and change.is_open:
        warned = [f"Warning: {sentence}" for sentence in change.warnings]
        return " ".join([f"{line}. Decide by {held.submit_at:%H:%M} UTC.", *warned])
    return f"{line}. {unnamed(change_status(job, held, change).sentence).rstrip(':')}"


def _document(job: Job, change: Change) -> str:
    return job.document_names.get(change.document_id, "") or job.document


def _said(content: Content, change: Change) -> str:
    return change.uninspectable or spoken(compared(content, change.operation), _SPOKEN)


def unnamed(sentence: str) -> str:
    """Return a sentence of ours without the people in it: a notification's plain text can only show their ids."""
    return _NAMED.sub("somebody", _NAMED_AT_THE_END.sub("", sentence))


def asked_for(job: Job, change: Change) -> Line | None:
    """Say what a change answers: the feedback on the one that it revises."""
    earlier = job.change(change.revises) if change.revises else None
    if earlier is None or earlier.denial is None:
        return None
    sentence = f"Revises change {earlier.number}, which <@{earlier.denial.reviewer_id}> denied:"
    return Line(sentence, quote=earlier.denial.feedback)


def _heeded(job: Job, held: Round, change: Change, judged: Redline) -> tuple[str, ...]:
    """Say whether the wording that somebody asked for is the one that is proposed; nothing where that is not certain."""
    earlier = job.change(change.revises) if change.revises else None
    asked = exact_wording(earlier.denial.feedback) if earlier and earlier.denial else ""
    # Where several changes answer one denial, the wording may be spread over them.
    is_shared = any(c.revises == change.revises for c in held.live if c.number != change.number)
    if not asked or judged.uninspectable or is_shared:
        return ()
    return (heeded(asked, judged.new_text),)


def actions(job: Job, held: Round, change: Change) -> tuple[Action, ...]:
    """Return what may be done on a card now."""
    target = change_target(job, change)
    if held.state is not RoundState.OPEN or not change.is_live:
        return _afterwards(job, held, change)
    if change.state is ChangeState.DECIDED:
        return (Action(Does.UNDO, "Undo", target),)
    taken_back = (Action(Does.UNDO, "Undo", target),) if change.decisions else ()
    return (*_approval(change, target), *denials(held, target), *taken_back, *passing_on(job, target))


def denials(held: Round, target: str) -> tuple[Action, ...]:
    """Return the two ways to say no; the one without words asks first where it would make somebody's feedback void."""
    return (
        Action(Does.DENY, "Deny", target, confirm=_void(held)),
        Action(Does.FEEDBACK, "Deny with feedback…", target),
    )


def _void(held: Round) -> str:
    """Say which feedback SuperDocs may no longer answer: it stops at a denial without words."""
    answered = [str(c.number) for c in held.live if c.denial and c.denial.feedback]
    if not answered:
        return ""
    numbers = f"{'change' if len(answered) == 1 else 'changes'} {', '.join(answered)}"
    return (
        f"A denial without feedback may end the edit: the feedback on {numbers} then brings no new proposal."
    )


def approve_action(change: Change, target: str) -> Action:
    """Return the way to say yes; a dangerously flagged change asks again, with its worst sentence."""
    confirm = change.warnings[0] if change.warnings else ""
    if len(confirm) > _QUESTION:
        confirm = f"{confirm[: _QUESTION - 1]}…"
    if len(change.warnings) > 1:
        confirm = f"{confirm} And {len(change.warnings) - 1} more."
    return Action(Does.APPROVE, "Approve", target, confirm=confirm)


def passing_on(job: Job, target: str) -> tuple[Action, ...]:
    """Return the way to hand a change over; where one person reviews alone, there is nobody to hand it to."""
    return () if job.moved_from else (Action(Does.HAND_ON, "Pass on…", target),)


def _approval(change: Change, target: str) -> tuple[Action, ...]:
    if change.uninspectable:
        return ()
    if not change.is_whole:
        return (Action(Does.REVIEW, "Review whole change", target),)
    return (approve_action(change, target),)


def _afterwards(job: Job, held: Round, change: Change) -> tuple[Action, ...]:
    """A single card is its round's message: what lapsed there is asked again there."""
    is_left = ChangeState.LAPSED is change.state or held.state is RoundState.LAPSED
    if len(held.changes) == 1 and is_left and may_ask_again(job):
        return (Action(Does.ASK_AGAIN, "Ask again", job.ref),)
    return ()


def _notes(judged: Redline, shown: Shown) -> tuple[str, ...]:
    """Say what no word shows, and how much is left out, both in edits and in what is odd about them."""
    left_out = [
        _counted_out(shown.excerpt) if not shown.excerpt.complete else "",
        f"{_several(shown.left_out, 'more thing')} to know" if shown.left_out else "",
    ]
    missing = " and ".join(filter(None, left_out))
    return tuple(filter(None, [judged.remark, f"And {missing} that do not fit here." if missing else ""]))


def _counted_out(shown: Excerpt) -> str:
    return f"{_several(shown.left_out_edits, 'more edit')} ({_several(shown.left_out_words, 'word')})"


def _several(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
