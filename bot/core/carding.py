"""What the card of one change says, and what may be done on it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.core.again import may_ask_again
from bot.core.away import is_kept
from bot.core.claims import contradictions
from bot.core.feedback import exact_wording, heeded
from bot.core.judging import Shown, compared, on_card
from bot.core.lifecycle import has_ended
from bot.core.model import Change, ChangeState, Job, JobState, Outcome, Round, RoundState
from bot.core.pieces import calling
from bot.core.proposal import Content
from bot.core.summary import Action, CardSummary, Does, Line, Since, change_target, spoken_of
from bot.redline import Excerpt, Redline, excerpt
from bot.redline.headline import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.model import Decision

RENDERING: Final = 2
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
        title=title(change),
        excerpt=shown.excerpt,
        inserted=judged.counts.inserted,
        deleted=judged.counts.deleted,
        document=spoken_of(job.document) if len(held.changes) == 1 else "",
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


def title(change: Change) -> str:
    """Name a change: its number, what it does, where."""
    place = f" · {change.place}" if change.place else ""
    return f"Change {change.number} · {_WORDS.get(change.operation, change.operation or 'Edit')}{place}"


def notification(job: Job, held: Round, change: Change, said: str) -> str:
    """Return the one plain line that a phone shows, and a screen reader reads.

    Args:
        job: The record.
        held: The change's round.
        change: The change.
        said: What changes, in words.
    """
    where = f" in {spoken_of(job.document)}" if job.document else ""
    line = f"Change {change.number}{where}: {(said or 'please look at the card').removesuffix('.')}"
    if held.state is RoundState.OPEN and change.is_open:
        warned = [f"Warning: {sentence}" for sentence in change.warnings]
        return " ".join([f"{line}. Decide by {held.submit_at:%H:%M} UTC.", *warned])
    return f"{line}. {unnamed(change_status(job, held, change).sentence).rstrip(':')}"


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


def change_status(job: Job, held: Round, change: Change) -> Line:
    """Say where a change stands: never more than the record knows."""
    if change.state is ChangeState.SUPERSEDED:
        sentence = f"Replaced by change {change.superseded_by}: SuperDocs proposes something else now."
        return Line(sentence, link=_link(job, change.superseded_by))
    if change.state is ChangeState.WITHDRAWN:
        return Line(_without_us(job))
    if change.state is ChangeState.LAPSED:
        return Line(_lapsed(held))
    if change.state is ChangeState.DECIDED:
        return _decided(job, held, change)
    return Line(_counted(held, change))


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


def mention(decision: Decision) -> str:
    """Name who decided."""
    return f"<@{decision.reviewer_id}>"


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


def _counted(held: Round, change: Change) -> str:
    people = ", ".join(mention(d) for d in change.decisions)
    counted = (
        f"{len(change.decisions)} of {held.approvals} approvals ({people})" if people else _unapproved(held)
    )
    if not change.passings:
        return counted
    last = change.passings[-1]
    return f"{counted} · passed on to <@{last.to_id}> by <@{last.by_id}>"


def _unapproved(held: Round) -> str:
    return "Open" if held.approvals == 1 else f"Open: {held.approvals} people must approve"


def _decided(job: Job, held: Round, change: Change) -> Line:
    if change.denial is not None:
        sentence = f"Denied by {mention(change.denial)}{_denied_since(job, held, change)}"
        feedback = change.denial.feedback
        link = _link(job, _answer(job, change))
        return Line(f"{sentence}:" if feedback else sentence, feedback, link)
    people = ", ".join(mention(d) for d in change.decisions)
    return Line(f"Approved by {people}{_approved_since(job, held, change)}")


def _denied_since(job: Job, held: Round, change: Change) -> str:
    if held.state is RoundState.LAPSED:
        return _never_arrived(held)
    if answer := _answer(job, change):
        return f" → change {answer}"
    if held.state is RoundState.CONFIRMED and has_ended(job) and change.denial and change.denial.feedback:
        return " · no new proposal came"
    return _sending(held)


def _answer(job: Job, change: Change) -> int:
    """Return the number of the change that answers the feedback on this one, or 0."""
    return next((c.number for r in job.rounds for c in r.changes if c.revises == change.number), 0)


def _link(job: Job, number: int) -> str:
    """Return the address of a change's card, or ""; a change that is alone in its round has the round's message."""
    held = job.round_of(number)
    if held is None:
        return ""
    message = job.messages.get(f"card:{number}" if len(held.changes) > 1 else f"round:{held.number}")
    return message.permalink if message else ""


def _approved_since(job: Job, held: Round, change: Change) -> str:
    if held.is_stopped:
        return " · not applied: the edit was stopped"
    if held.state is RoundState.LAPSED:
        return f"{_never_arrived(held)}, so {'probably ' if held.may_have_arrived else ''}not applied"
    if change.outcome is Outcome.FOUND:
        return " · applied, found in the document"
    if change.outcome is Outcome.NOT_FOUND:
        return ", not found in the document"
    if held.state is RoundState.CONFIRMED and job.state in {
        JobState.FAILED,
        JobState.STOPPED,
        JobState.LAPSED,
    }:
        return " · sent, but the edit ended without a document"
    return _sending(held)


def _never_arrived(held: Round) -> str:
    """Say how far the answer came when the edit lapsed with it."""
    if held.may_have_arrived:
        return " · never confirmed by SuperDocs"
    if held.trouble:
        return f" · not delivered in time ({held.trouble.rstrip('.')})"
    return " · not sent: SuperDocs gave the edit up"


def _sending(held: Round) -> str:
    """Say how far the answer is on its way to SuperDocs."""
    if is_kept(held):
        return f" · {kept(held)}" if held.trouble else ""
    if held.state is RoundState.CONFIRMED:
        return " · sent"
    if held.trouble:
        return f" · sent, not confirmed yet ({held.trouble.rstrip('.')})"
    return (
        " · sent, not confirmed yet: asking SuperDocs" if held.state is RoundState.UNKNOWN else " · sending"
    )


def kept(held: Round) -> str:
    """Say what becomes of decisions that SuperDocs cannot be given just now."""
    reason = held.trouble.rstrip(".")
    return (
        f"not sent yet ({reason}); kept, and sent when SuperDocs takes it, until {held.deadline_at:%H:%M} UTC"
    )


def _lapsed(held: Round) -> str:
    """Say why nobody's word counts on a change: the clock, or somebody who sent the round before."""
    if held.is_stopped:
        return "Denied with the rest: the edit was stopped."
    if held.hurried_by:
        return f"Lapsed: <@{held.hurried_by}> had the round sent before anybody decided this."
    return "Lapsed: nobody decided in time, and nothing was applied."


def _without_us(job: Job) -> str:
    if job.state in {JobState.STOPPED, JobState.FAILED}:
        return "Withdrawn: the edit ended before this was sent."
    return "Decided or withdrawn elsewhere; nothing was sent from here."


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
