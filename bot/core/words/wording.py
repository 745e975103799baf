"""What the messages of a job, a round and a pause say: the one place for their words.

A message never says more than the record: recorded is not sent, sent is not applied, completed is not edited.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.core.again import may_ask_again, may_edit_again
from bot.core.away import is_kept, undelivered
from bot.core.lifecycle import has_ended
from bot.core.model import (
    Change,
    ChangeState,
    Job,
    JobState,
    Passing,
    Round,
    RoundState,
    Verdict,
)
from bot.core.standing import is_withheld
from bot.core.summary import (
    Action,
    ChangeLine,
    Does,
    JobSummary,
    Line,
    NoticeSummary,
    PromptSummary,
    RoundSummary,
    round_target,
    spoken_of,
)
from bot.core.words.carding import SIGNS, where
from bot.core.words.ending import completed
from bot.core.words.pieces import calling, changes, cut, inert, link, named, numbered
from bot.core.words.status import change_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CALLED: Final = 20
"""People whom a reminder asks by name: a list that is longer is read by nobody."""

INSTRUCTION: Final = 300
"""Characters of the instruction that the job's message quotes."""

_WITHHELD: Final = "The edited document could not be posted here."


def job_message(job: Job) -> JobSummary:
    """Return what the one message of a job says."""
    status = job_status(job)
    return JobSummary(
        text=f"Edit of {spoken_of(job.title) or 'a document'}: {_plain(status)}",
        requester_id=job.requester_id,
        instruction=cut(job.instruction, INSTRUCTION),
        document=spoken_of(job.title),
        status=status,
        origin=job.origin,
        asked_again=_asked_again(job),
        actions=_job_actions(job),
    )


def job_status(job: Job) -> Line:
    """Say where a job stands."""
    if job.stop_requested_by and not has_ended(job):
        return Line(f"Stopping, as <@{job.stop_requested_by}> asked.")
    line = _STATUS[job.state](job)
    return replace(line, sentence=f"{line.sentence} {_WITHHELD}") if is_withheld(job) else line


def round_message(job: Job, held: Round) -> RoundSummary:
    """Return what the message of a round with several changes says."""
    name = changes(len(held.live) or len(held.changes))
    prefix = "" if held.number == 1 else f"Round {held.number}: "
    where = f" in {spoken_of(job.document)}" if job.document else ""
    is_open = held.state is RoundState.OPEN
    heading = f"{prefix}{name} to review{where}" if is_open else f"{prefix}{name}{where}"
    until = f". Decide by {held.submit_at:%H:%M} UTC." if is_open else ""
    return RoundSummary(
        text=f"{heading}{until}",
        title=heading,
        lines=tuple(_change_line(job, held, c) for c in held.changes),
        calls=calling(held.mention),
        status=None if is_open and held.send_at is None and not held.trouble else round_status(job, held),
        asked=tuple(_asked(job, held)),
        deadline_at=held.submit_at if is_open and held.undecided else None,
        actions=_round_actions(job, held),
    )


def round_status(job: Job, held: Round) -> Line | None:
    """Say where a round stands as a whole; None when each of its changes says how it ended."""
    link = _link(job, held.number + 1)
    if not link and held.state is RoundState.CONFIRMED and has_ended(job):
        return None
    return Line(f"Round {held.number + 1} follows.", link=link) if link else Line(_standing(held))


def _standing(held: Round) -> str:
    """Say where a round stands, and what keeps it there."""
    if not held.trouble:
        is_lost = held.state is RoundState.LAPSED and held.may_have_arrived
        return "Sent, and never confirmed by SuperDocs." if is_lost else _ROUND[held.state]
    if is_kept(held):
        return f"{held.trouble} What is decided is kept, and sent when SuperDocs takes it, until {held.deadline_at:%H:%M} UTC."
    if held.state is RoundState.LAPSED and not held.may_have_arrived:
        return f"Lapsed. {undelivered(held.trouble)}"
    return f"Sent, and not confirmed: {held.trouble}"


def prompt_message(job: Job) -> PromptSummary:
    """Return what the message of a continue prompt says."""
    is_open = job.state is JobState.PROMPTED and job.continues is None
    return PromptSummary(
        text=f"SuperDocs asks whether to go on with {spoken_of(job.title) or 'the edit'}.",
        question=job.prompt,
        status=None if is_open else Line(_prompt_status(job)),
        actions=_prompt_actions(job.ref) if is_open else (),
    )


def reminder(held: Round, people: Sequence[str] = ()) -> NoticeSummary:
    """Say what will happen to an open round if nobody does anything more, and ask by name who is to decide.

    Args:
        held: The round.
        people: Ids of users and user groups.
    """
    sentence = _will_happen(held)
    called = ", ".join(map(named, people[:_CALLED]))
    return NoticeSummary(
        text=f"{sentence} Decide by {held.submit_at:%H:%M} UTC.",
        sentence=f"{called}: {sentence[:1].lower()}{sentence[1:]}" if called else sentence,
        deadline_at=held.submit_at,
    )


def passed_on(job: Job, held: Round, change: Change, passing: Passing) -> NoticeSummary:
    """Ask by name whoever a change was passed on to, or another one whose place it has taken."""
    before = _first_passed(job, passing)
    brings = ", who says:" if passing.note else "."
    what = f"<@{passing.to_id}>, change {change.number}"
    if before.number == change.number:
        text, sentence = "is passed on to you", f"{what} is passed on to you by <@{passing.by_id}>{brings}"
    else:
        text = f"takes the place of change {before.number}, which was passed on to you"
        sentence = f"{what} {text} by <@{passing.by_id}>{brings}"
    return NoticeSummary(
        text=f"Change {change.number} {text}. Decide by {held.submit_at:%H:%M} UTC.",
        sentence=sentence,
        deadline_at=held.submit_at,
        quote=passing.note,
    )


def _first_passed(job: Job, passing: Passing) -> Change:
    """Return the change that somebody had before them when they passed it on."""
    return next(c for held in job.rounds for c in held.changes if passing in c.passings)


def moved_message(job: Job) -> NoticeSummary:
    """Say why an edit goes on in another place."""
    sentence = (
        f"The relay can no longer post in <#{job.moved_from}>: the channel is archived, or the app was removed from it. "
        "This edit goes on here."
    )
    return NoticeSummary(text=sentence.replace(f"<#{job.moved_from}>", "its channel"), sentence=sentence)


def document_sentence(job: Job) -> str:
    """Say what the file is that comes with the end of a job."""
    # A file's name is not ours, and whoever gave it may have given it what would ping people.
    name = inert(job.document) or "The document"
    return f"{name} after this edit. {completed(job).sentence}"


def _will_happen(held: Round) -> str:
    approved = [c.number for c in held.live if c.verdict is Verdict.APPROVE]
    left = [c.number for c in held.undecided]
    parts = (
        [f"{numbered(approved)} {'is' if len(approved) == 1 else 'are'} sent as approved"] if approved else []
    )
    parts.append(f"{numbered(left)} {'lapses' if len(left) == 1 else 'lapse'}")
    more = " more" if len(left) < len(held.live) else ""
    return f"Unless somebody decides{more}, {' and '.join(parts)}."


def _starting(job: Job) -> Line:
    if job.blocked_by and job.unblocked_by:
        return Line(
            f"Starting: the other edit of its session is being stopped, as <@{job.unblocked_by}> asked."
        )
    return Line(f"Starting: {job.progress}" if job.progress else "Starting…")


def _working(job: Job) -> Line:
    if not job.progress:
        return Line("Working…")
    return Line(f"Working ({_elapsed(job)}):", quote=job.progress)


def _elapsed(job: Job) -> str:
    """Return how far into the edit the last word on it came, as minutes and seconds."""
    seconds = max(0, round(((job.progress_at or job.created_at) - job.created_at).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"


def _reviewing(job: Job) -> Line:
    held = job.rounds[-1]
    link = _link(job, held.number)
    if held.state is RoundState.OPEN and held.undecided and not held.trouble:
        prefix = "" if held.number == 1 else f"Round {held.number}: "
        return Line(f"{prefix}{changes(len(held.undecided))} to review", link=link)
    return Line(_standing(held), link=link)


def _prompted(job: Job) -> Line:
    return Line("SuperDocs asks whether to go on.", link=link(job, f"prompt:{job.prompts}"))


def _failed(job: Job) -> Line:
    return Line("Failed:", quote=job.reason)


def _stopped(job: Job) -> Line:
    return Line(job.reason or "Stopped.")


def _gone(job: Job) -> Line:
    return Line(f"Lapsed. {job.reason}")


_STATUS: Final = {
    JobState.STARTING: _starting,
    JobState.WORKING: _working,
    JobState.REVIEWING: _reviewing,
    JobState.PROMPTED: _prompted,
    JobState.COMPLETED: completed,
    JobState.FAILED: _failed,
    JobState.STOPPED: _stopped,
    JobState.LAPSED: _gone,
}

_ROUND: Final = {
    RoundState.OPEN: "All decided; sending in a moment.",
    RoundState.SUBMITTING: "Sending the decisions.",
    RoundState.UNKNOWN: "Sent, not confirmed yet: asking SuperDocs.",
    RoundState.CONFIRMED: "Sent to SuperDocs.",
    RoundState.LAPSED: "Lapsed: SuperDocs gave the edit up.",
    RoundState.WITHDRAWN: "Decided or ended elsewhere.",
}


def _job_actions(job: Job) -> tuple[Action, ...]:
    if has_ended(job):
        return _further_actions(job)
    if job.stop_requested_by:
        return ()
    return (*_stop_other(job), stop_action(job, "Stop this edit"))


def _further_actions(job: Job) -> tuple[Action, ...]:
    """Return how to go on from an edit that has ended: with what it left, or with its document."""
    again = (Action(Does.ASK_AGAIN, "Ask again", job.ref),) if may_ask_again(job) else ()
    further = (Action(Does.EDIT_AGAIN, "Edit again…", job.ref),) if may_edit_again(job) else ()
    return again + further


def _stop_other(job: Job) -> tuple[Action, ...]:
    """Return the way to stop the edit of somebody else that keeps this one waiting."""
    if not job.blocked_by or job.unblocked_by:
        return ()
    confirm = "It was started outside this relay. It is cancelled, or all that it waits on is denied; then this one starts."
    return (Action(Does.STOP_OTHER, "Stop the other edit", job.ref, confirm=confirm),)


def stop_action(job: Job, label: str) -> Action:
    """Return the way to stop an edit; it asks first, and says what that does."""
    confirm = "Nothing more is proposed or applied. What was approved but not sent yet is not applied either."
    return Action(Does.STOP, label, job.ref, confirm=confirm)


def _round_actions(job: Job, held: Round) -> tuple[Action, ...]:
    target = round_target(job, held)
    if held.state is not RoundState.OPEN:
        has_lapsed = held.state is RoundState.LAPSED or any(
            c.state is ChangeState.LAPSED for c in held.changes
        )
        return (Action(Does.ASK_AGAIN, "Ask again", job.ref),) if has_lapsed and may_ask_again(job) else ()
    count = len(held.undecided)
    if not count:
        return ()
    deny_all = f"{changes(count)} will be denied without feedback; SuperDocs then stops."
    rest = f"{changes(count)} that nobody decided will be denied, and the round is sent now."
    is_odd = any(change.warnings or change.uninspectable for change in held.undecided)
    # What is warned of is approved by itself, or not at all.
    approve_all = () if is_odd else (Action(Does.APPROVE_ALL, "Approve all…", target),)
    return (
        Action(Does.REVIEW_ALL, f"Review all ({len(held.live)})", target),
        *approve_all,
        Action(Does.DENY_ALL, "Deny all…", target, confirm=deny_all),
        Action(Does.SEND_NOW, "Send now, deny the rest", target, confirm=rest),
    )


def _prompt_actions(ref: str) -> tuple[Action, ...]:
    return (Action(Does.CONTINUE, "Continue", ref), Action(Does.HALT, "Stop here", ref))


def _prompt_status(job: Job) -> str:
    if not job.answered_by:
        return "Answered elsewhere."
    return f"<@{job.answered_by}> answered."


def _change_line(job: Job, held: Round, change: Change) -> ChangeLine:
    message = job.messages.get(f"card:{change.number}")
    return ChangeLine(
        number=change.number,
        sign=SIGNS.get(change.operation, SIGNS["edit"]),
        place=where(job, change),
        headline=change.headline,
        status=change_status(job, held, change),
        link=message.permalink if message else "",
    )


def _asked(job: Job, held: Round) -> Iterable[Line]:
    for change in held.changes:
        earlier = job.change(change.revises) if change.revises else None
        if earlier is not None and earlier.denial is not None:
            yield Line(
                f"Change {change.number} revises change {earlier.number}:", quote=earlier.denial.feedback
            )


def _asked_again(job: Job) -> str:
    if job.asks_again is None:
        return ""
    if not job.asks_again.numbers:
        return "Asked again, as the edit before had ended."
    return f"Asked again for {numbered(list(job.asks_again.numbers))} of the edit before."


def _link(job: Job, round_number: int) -> str:
    return link(job, f"round:{round_number}")


def _plain(line: Line) -> str:
    return f"{line.sentence} {cut(line.quote, 120)}".strip()
