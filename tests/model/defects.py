"""Deliberate faults, each of which the machine must find: promises that no fault can break would prove nothing.

Each stands in the place of one function or constant of the product, named as it is imported where it is used.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.core import audit, deadline, submitting
from bot.core.lifecycle import SENT_ROUNDS
from bot.core.model import MessageRef, RoundState, Verdict
from bot.core.request import LibraryFile, Returned
from bot.core.submitting import Answer, confirm
from bot.core.summary import fingerprint
from bot.relay.showing import announce

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.core.model import Change, Job, Round

# Kept from before anything is planted.
real_answer, real_steps, real_entries = submitting._answer, deadline._round_steps, audit.entries


async def never(*_given: Any) -> None:
    pass


async def post_without_a_look(*given: Any) -> MessageRef:
    _notifier, place, earlier, note, post = given
    intent = MessageRef(place.channel, attempt=1)
    await note(earlier, intent)
    posted: MessageRef = await post(intent)
    return posted


async def post_without_intent(*given: Any) -> MessageRef:
    _notifier, place, earlier, _note, post = given
    posted: MessageRef = await post(earlier or MessageRef(place.channel))
    return posted


async def edit_nothing(one: Any, job: Job, wanted: Any) -> Job:
    message = job.messages[wanted.slot]
    updated = replace(message, shown=fingerprint(wanted.summary))
    stored: Job = await one.world.store.change(job.ref, announce._shown(wanted.slot, updated, message))
    return stored


def take_silence_for_yes(_made: Round, _error: Exception) -> Any:
    def answered(job: Job, now: datetime) -> Job:
        held = job.round
        return confirm(job, held, now) if held and held.state in SENT_ROUNDS else job

    return answered


def approve_what_is_open(held: Round) -> tuple[Answer, ...]:
    return tuple(Answer(c.change_id, is_approved=c.denial is None) for c in held.live)


def approve_what_was_denied(change_id: str, _namesakes: list[Change]) -> Answer:
    return Answer(change_id, is_approved=True)


def invent_feedback(change_id: str, namesakes: list[Change]) -> Answer:
    return replace(real_answer(change_id, namesakes), feedback="Something else.")


def leave_out_denials(held: Round) -> tuple[Answer, ...]:
    approved = tuple(Answer(c.change_id, is_approved=True) for c in held.live if c.verdict is Verdict.APPROVE)
    return approved or tuple(Answer(c.change_id, is_approved=False) for c in held.live)


def forget_the_deadline(held: Round, timing: Any) -> Iterator[tuple[str, Any, object]]:
    if held.state is not RoundState.OPEN or held.send_at is not None:
        yield from real_steps(held, timing)


async def write_over(library: Any, source: LibraryFile, content: bytes) -> Returned:
    held = await library.read(source.path)
    written = await library.write(source.path, content, held.version)
    return Returned(written.path, version=written.version)


DEFECTS: Final[dict[str, tuple[str, Any]]] = {
    "acks before it stores": ("relay.deciding.decide.record", never),
    "never sweeps": ("engine.due.sweep", never),
    "takes one round for another": ("core.settling.is_same", lambda _held, _proposals: True),
    "takes silence for a yes": ("relay.deciding.submit._unanswered", take_silence_for_yes),
    "approves what nobody decided": ("relay.deciding.submit.answers", approve_what_is_open),
    "approves what was denied": ("core.submitting._answer", approve_what_was_denied),
    "invents feedback": ("core.submitting._answer", invent_feedback),
    "leaves out what was denied": ("relay.deciding.submit.answers", leave_out_denials),
    "takes decisions after sending": ("core.deciding._refuse_closed", lambda _held, _change: None),
    "takes a second verdict": ("core.deciding._refuse_decided", lambda _change, _decision: None),
    "posts again without a look": ("relay.showing.announce.post_once", post_without_a_look),
    "posts without intent": ("relay.showing.announce.post_once", post_without_intent),
    "starts again without a look": ("relay.asking.others.begun_before", never),
    "writes over newer text": ("relay.returning.returned._written", write_over),
    "tells no program": ("core.calling.due_at", lambda _job: None),
    "never edits": ("relay.showing.announce._edit", edit_nothing),
    "forgets the deadline": ("core.deadline._round_steps", forget_the_deadline),
    "leaves the undecided open": ("core.submitting._lapse_open", lambda change: change),
    "audits everything twice": ("store.jobs.entries", lambda *versions: real_entries(*versions) * 2),
    "audits nothing": ("store.jobs.entries", lambda *_versions: ()),
}
"""By what is wrong: (what is replaced, in `bot`; what stands there instead)."""
