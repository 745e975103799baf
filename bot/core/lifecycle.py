"""The state machines, as tables.

Rule 1: everything that a job, a round or a change may become, and by what, stands in this file.
Rule 2: an event that the table does not list for a state raises and changes nothing.
Rule 3: states without an entry are final.

The diagram in the README is drawn from these tables (`diagram`), and a test compares the two.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from bot.core.errors import BugError
from bot.core.model import Change, ChangeState, Job, JobState, Round, RoundState

if TYPE_CHECKING:
    from collections.abc import Mapping

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class ChangeEvent(StrEnum):
    """What may happen to a change."""

    SHOW = "card up"
    DECIDE = "decided"
    UNDO = "taken back"
    LAPSE = "nobody decided"
    SUPERSEDE = "proposed differently"
    WITHDRAW = "no longer proposed"


class RoundEvent(StrEnum):
    """What may happen to a round."""

    SUBMIT = "all decided, send now, or deadline"
    CONFIRM = "re-read: settled"
    LOSE_ANSWER = "answer lost, strange, or a no"
    STILL_WAITING = "re-read: still waiting"
    END_ELSEWHERE = "decided or ended elsewhere"
    GONE = "gone from SuperDocs"
    GIVE_UP = "too late, or SuperDocs away for a day"


class JobEvent(StrEnum):
    """What may happen to a job."""

    START = "SuperDocs took it"
    PAUSE = "changes proposed"
    PROMPT = "asks to continue"
    RESUME = "SuperDocs works on"
    COMPLETE = "completed"
    FAIL = "failed"
    STOP = "stopped"
    VANISH = "gone from SuperDocs"
    GIVE_UP = "SuperDocs away for too long"


CHANGE_TABLE: Mapping[ChangeState, Mapping[ChangeEvent, ChangeState]] = {
    ChangeState.PROPOSED: {
        ChangeEvent.SHOW: ChangeState.AWAITING,
        # The reading dialog shows changes whose card Slack's pace still holds back.
        ChangeEvent.DECIDE: ChangeState.DECIDED,
        ChangeEvent.LAPSE: ChangeState.LAPSED,
        ChangeEvent.SUPERSEDE: ChangeState.SUPERSEDED,
        ChangeEvent.WITHDRAW: ChangeState.WITHDRAWN,
    },
    ChangeState.AWAITING: {
        ChangeEvent.DECIDE: ChangeState.DECIDED,
        ChangeEvent.LAPSE: ChangeState.LAPSED,
        ChangeEvent.SUPERSEDE: ChangeState.SUPERSEDED,
        ChangeEvent.WITHDRAW: ChangeState.WITHDRAWN,
    },
    ChangeState.DECIDED: {
        ChangeEvent.UNDO: ChangeState.AWAITING,
        ChangeEvent.SUPERSEDE: ChangeState.SUPERSEDED,
        ChangeEvent.WITHDRAW: ChangeState.WITHDRAWN,
    },
}

ROUND_TABLE: Mapping[RoundState, Mapping[RoundEvent, RoundState]] = {
    RoundState.OPEN: {
        RoundEvent.SUBMIT: RoundState.SUBMITTING,
        RoundEvent.END_ELSEWHERE: RoundState.WITHDRAWN,
        RoundEvent.GONE: RoundState.LAPSED,
        RoundEvent.GIVE_UP: RoundState.LAPSED,
    },
    RoundState.SUBMITTING: {
        RoundEvent.CONFIRM: RoundState.CONFIRMED,
        RoundEvent.LOSE_ANSWER: RoundState.UNKNOWN,
    },
    RoundState.UNKNOWN: {
        RoundEvent.STILL_WAITING: RoundState.SUBMITTING,
        RoundEvent.CONFIRM: RoundState.CONFIRMED,
        RoundEvent.GONE: RoundState.LAPSED,
        RoundEvent.GIVE_UP: RoundState.LAPSED,
    },
}

_ENDINGS: Mapping[JobEvent, JobState] = {
    JobEvent.COMPLETE: JobState.COMPLETED,
    JobEvent.FAIL: JobState.FAILED,
    JobEvent.STOP: JobState.STOPPED,
    JobEvent.VANISH: JobState.LAPSED,
}

JOB_TABLE: Mapping[JobState, Mapping[JobEvent, JobState]] = {
    JobState.STARTING: {
        JobEvent.START: JobState.WORKING,
        JobEvent.FAIL: JobState.FAILED,
        JobEvent.STOP: JobState.STOPPED,
    },
    JobState.WORKING: {
        JobEvent.PAUSE: JobState.REVIEWING,
        JobEvent.PROMPT: JobState.PROMPTED,
        **_ENDINGS,
        JobEvent.GIVE_UP: JobState.FAILED,
    },
    JobState.REVIEWING: {JobEvent.RESUME: JobState.WORKING, **_ENDINGS, JobEvent.GIVE_UP: JobState.LAPSED},
    JobState.PROMPTED: {JobEvent.RESUME: JobState.WORKING, **_ENDINGS, JobEvent.GIVE_UP: JobState.FAILED},
}

ENDED_JOBS = frozenset(JobState) - frozenset(JOB_TABLE)
"""Job states that are final."""

SENT_ROUNDS = frozenset({RoundState.SUBMITTING, RoundState.UNKNOWN})
"""Round states in which a call is, or may be, under way."""


def step(table: Mapping[State, Mapping[Event, State]], state: State, event: Event) -> State:
    """Return the state that an event leads to.

    Raises:
        BugError: The table does not list the event for this state.
    """
    try:
        return table[state][event]
    except KeyError:
        sentence = f"{type(state).__name__} {state!r} does not know the event {event!r}."
        raise BugError(sentence) from None


def advance_change(change: Change, event: ChangeEvent) -> Change:
    """Return the change after an event."""
    return replace(change, state=step(CHANGE_TABLE, change.state, event))


def advance_round(held: Round, event: RoundEvent) -> Round:
    """Return the round after an event."""
    return replace(held, state=step(ROUND_TABLE, held.state, event))


def advance_job(job: Job, event: JobEvent) -> Job:
    """Return the job after an event."""
    return replace(job, state=step(JOB_TABLE, job.state, event))


def has_ended(job: Job) -> bool:
    """Say whether the job is in a final state."""
    return job.state in ENDED_JOBS


def diagram(table: Mapping[State, Mapping[Event, State]]) -> str:
    """Draw one table as a Mermaid state diagram, in the table's own order."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(table)).name}"]
    lines += [
        f"    {state.name} --> {after.name}: {event.value}"
        for state, events in table.items()
        for event, after in events.items()
    ]
    finals = {after for events in table.values() for after in events.values()} - set(table)
    lines += [f"    {state.name} --> [*]" for state in sorted(finals, key=lambda s: s.name)]
    return "\n".join(lines)
