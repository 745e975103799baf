"""The laws of the round, whatever happens in whatever order: a machine drives the real rules against a SuperDocs.

Two tasks race over one record in the steps that a worker takes: read the job, take the read in, take the turn, call,
note the answer. Reads are stale, calls land late or never, tasks die, people press whatever they see, old cards too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.core import deciding, opening, settling, submitting
from bot.core.deadline import CALL_LIMIT, due, sent_from
from bot.core.errors import BugError, RefusedError
from bot.core.lifecycle import ROUND_TABLE, has_ended
from bot.core.model import Decision, Job, JobState, Proposal, Round, RoundState, Verdict, Via
from bot.core.sighting import Sighting, Status
from bot.core.submitting import Answer
from tests.make import NOON, TIMING, facts_of, make_job, make_proposal, seen

if TYPE_CHECKING:
    from collections.abc import Callable

STALEST: Final = 3.0
"""Seconds by which a read may be older than it looks."""

PEOPLE: Final = ("U0ANN", "U0BOB", "U0CAROL")


@dataclass(slots=True)
class Call:
    """One `/approve` call on its way."""

    round: Round
    answers: tuple[Answer, ...]
    made_at: datetime
    is_over: bool = False
    has_landed: bool = False

    def may_land(self, now: datetime) -> bool:
        return not self.is_over and not self.has_landed and now <= self.made_at + CALL_LIMIT


@dataclass(slots=True)
class Provider:
    """SuperDocs with one job: what it waits on, and what a read that lags behind still shows."""

    past: list[tuple[datetime, Sighting]] = field(default_factory=list)
    pauses: int = 0

    @property
    def now(self) -> Sighting:
        return self.past[-1][1]

    def turns(self, at: datetime, sighting: Sighting) -> None:
        self.past.append((at, replace(sighting, updated_at=at)))

    def read(self, at: datetime, lag: float) -> Sighting:
        shown = [sighting for since, sighting in self.past if since <= at - timedelta(seconds=lag)]
        return shown[-1] if shown else self.past[0][1]

    def land(self, call: Call, at: datetime) -> None:
        """Take a call in: it settles the pause if it answers every change of it."""
        call.has_landed = True
        waiting = {proposal.change_id for proposal in self.now.proposals}
        if self.now.status is Status.REVIEW and waiting == {answer.change_id for answer in call.answers}:
            self.turns(at, seen(status=Status.WORKING))

    def waited(self, since: datetime) -> bool:
        """Say whether it has waited for decisions all the time since a moment."""
        return self.now.status is Status.REVIEW and self.past[-1][0] <= since


@dataclass(slots=True)
class Task:
    """Where one worker's task stands."""

    step: str = "idle"
    sighting: Sighting = field(default_factory=lambda: seen(status=Status.WORKING))
    read_at: datetime = NOON
    call: Call | None = None


class Relay(RuleBasedStateMachine):
    """One record, two tasks, three people, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.job = make_job()
        self.provider = Provider()
        self.provider.turns(NOON - timedelta(seconds=60), seen(status=Status.WORKING))
        self.tasks = (Task(), Task())
        self.calls: list[Call] = []
        self.names: dict[int, str] = {}
        self.verdicts: dict[tuple[int, str], dict[str, Verdict]] = {}

    # The record changes in one place, as it does in the store.

    def change(self, modifier: Callable[[Job, datetime], Job]) -> None:
        before, self.job = self.job, modifier(self.job, self.now)
        assert not has_ended(before) or self.job == before, "an end is final"
        for held in before.rounds:
            if held.state not in ROUND_TABLE:
                assert self.job.rounds[held.number - 1] == held, "a settled round stays settled"
        for change in (c for held in self.job.rounds for c in held.changes):
            assert self.names.setdefault(change.number, change.digest) == change.digest, (
                "a number is given once"
            )
        assert [*self.names] == sorted(self.names), "numbers run on"

    # What SuperDocs does by itself.

    def proposals(self, names: list[int], text: int) -> tuple[Proposal, ...]:
        pause = self.provider.pauses
        return tuple(make_proposal(f"ch_{n}", f"{n}", f"{n} pause {pause} text {text}") for n in names)

    @initialize(names=st.lists(st.integers(1, 3), min_size=1, unique=True), is_under_way=st.booleans())
    def begins(self, names: list[int], *, is_under_way: bool) -> None:
        """It pauses; in half of the stories the answers are already on their way."""
        self.pauses(names)
        if is_under_way:
            self.hurries(0, 0.0)
            self.sends_now(PEOPLE[0])
            self.hurries(0, 0.0)

    @precondition(lambda self: self.provider.now.status is Status.WORKING)
    @rule(names=st.lists(st.integers(1, 3), min_size=1, unique=True))
    def pauses(self, names: list[int]) -> None:
        """It proposes: ids repeat from pause to pause, texts do not."""
        self.provider.pauses += 1
        self.provider.turns(self.now, seen(*self.proposals(names, 0)))

    @rule(
        act=st.sampled_from([*[""] * 9, "propose otherwise", "decide elsewhere", "end"]),
        names=st.lists(st.integers(1, 3), unique=True),
        end=st.sampled_from([Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.GONE]),
    )
    def does_something(self, act: str, names: list[int], end: Status) -> None:
        """Within a pause, changes are revised, withdrawn and come back, and now and then it names none at all."""
        is_waiting = self.provider.now.status is Status.REVIEW
        if act == "propose otherwise" and is_waiting:
            self.provider.turns(self.now, seen(*self.proposals(names, len(names) % 2)))
        if act == "decide elsewhere" and is_waiting:
            self.provider.turns(self.now, seen(status=Status.WORKING))
        if act == "end":
            self.provider.turns(self.now, seen(status=end))

    @rule(seconds=st.sampled_from([0.2, 1, 2.5, 5, 5, 5, 10, 10, 16, 1800]))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    # What people do.

    @precondition(lambda self: self.names)
    @rule(
        data=st.data(),
        who=st.sampled_from(PEOPLE),
        verdict=st.sampled_from(Verdict),
        via=st.sampled_from(Via),
    )
    def decides(self, data: st.DataObject, who: str, verdict: Verdict, via: Via) -> None:
        """Somebody presses on a card: mostly on a new one, now and then on any that ever was."""
        number = data.draw(st.sampled_from(sorted(self.names, reverse=True)))
        digest = self.names[number]
        decision = Decision(verdict, who, self.now, via, "Shorter." if verdict is Verdict.DENY else "")
        held = self.job.round_of(number)
        try:
            self.change(lambda job, _now: deciding.decide(job, number, digest, decision, TIMING))
        except RefusedError:
            return
        assert held is not None
        assert held.state is RoundState.OPEN, "nothing is decided after it was sent"
        self.verdicts.setdefault((number, digest), {})[who] = verdict

    @precondition(lambda self: self.names)
    @rule(
        data=st.data(),
        who=st.sampled_from(PEOPLE),
        act=st.sampled_from(["send", "send", "send", "undo", "stop"]),
    )
    def does_otherwise(self, data: st.DataObject, who: str, act: str) -> None:
        match act:
            case "send":
                self.sends_now(who)
            case "undo":
                self.undoes(data.draw(st.sampled_from(sorted(self.names, reverse=True))), who)
            case "stop" if not has_ended(self.job):
                self.change(lambda job, _now: replace(job, stop_requested_by=who))

    def undoes(self, number: int, who: str) -> None:
        held = self.job.round_of(number)
        try:
            self.change(lambda job, now: deciding.undo(job, number, who, now))
        except RefusedError:
            return
        assert held is not None
        assert held.state is RoundState.OPEN, "nothing is taken back after it was sent"
        del self.verdicts[number, self.names[number]][who]

    def sends_now(self, who: str) -> None:
        try:
            self.change(lambda job, now: deciding.send_now(job, len(job.rounds), who, now))
        except RefusedError:
            assert self.job.rounds[-1].state is not RoundState.OPEN

    # What the two tasks do, step by step.

    @rule(who=st.integers(0, 1), lag=st.floats(0, STALEST), is_told=st.booleans())
    def works(self, who: int, lag: float, is_told: bool) -> None:
        """One task takes its next step."""
        self.steps(self.tasks[who], lag, is_told=is_told)

    def steps(self, task: Task, lag: float, *, is_told: bool) -> None:
        match task.step:
            case "idle":
                self.reads(task, lag)
            case "read":
                self.takes_in(task)
            case "ready":
                self.takes_its_turn(task)
            case "calling":
                self.hears(task, is_told=is_told)

    @rule(who=st.integers(0, 1), lag=st.floats(0, STALEST))
    def hurries(self, who: int, lag: float) -> None:
        """One task goes all the way to its call."""
        while (before := self.tasks[who].step) != "calling":
            self.steps(self.tasks[who], lag, is_told=False)
            if before != "idle" and self.tasks[who].step == "idle":
                break

    @precondition(lambda self: any(task.step == "calling" for task in self.tasks))
    @rule(who=st.integers(0, 1))
    def dies(self, who: int) -> None:
        """A worker is gone; what it has sent flies on."""
        self.tasks[who].step = "idle"

    @precondition(lambda self: any(call.may_land(self.now) for call in self.calls))
    @rule(data=st.data())
    def lands(self, data: st.DataObject) -> None:
        flying = [call for call in self.calls if call.may_land(self.now)]
        self.provider.land(data.draw(st.sampled_from(flying)), self.now)

    def reads(self, task: Task, lag: float) -> None:
        task.sighting, task.read_at = self.provider.read(self.now, lag), self.now
        task.step = "read"

    def takes_in(self, task: Task) -> None:
        before = self.job.round
        facts = facts_of(*task.sighting.proposals)
        self.change(lambda job, _now: settling.settle(job, task.sighting, facts, task.read_at, TIMING))
        held = self.job.round
        if before is not None and before.state is RoundState.OPEN:
            is_withdrawn = self.job.rounds[before.number - 1].state is RoundState.WITHDRAWN
            assert not (is_withdrawn and self.provider.waited(before.opened_at)), "it waits all the time"
        task.step = "ready" if held is not None and opening.is_same(held, task.sighting.proposals) else "idle"

    def takes_its_turn(self, task: Task) -> None:
        task.step = "idle"
        held = self.job.round
        assert held is not None
        is_open = held.state is RoundState.OPEN and sent_from(held) <= task.read_at
        if not is_open and not submitting.may_send_again(held, task.read_at):
            return
        shown = {proposal.digest for proposal in task.sighting.proposals}
        assert shown == {change.digest for change in held.live}, "what is sent is what was read"
        for earlier in (call for call in self.calls if call.round.number == held.number):
            assert not earlier.has_landed, "nothing is sent again that has arrived"
            assert not earlier.may_land(self.now), "nothing is sent again that may still arrive"
        self.change(lambda job, now: submitting.begin(job, held, now))
        task.call = self.calls_superdocs(self.job.rounds[-1])
        task.step = "calling"

    def calls_superdocs(self, held: Round) -> Call:
        """Check what is sent against what people said, by the machine's own books."""
        answers = submitting.answers(self.job, held)
        assert [a.change_id for a in answers] == [c.change_id for c in held.live], "the set is complete"
        assert answers, "nothing is not a set"
        for answer, change in zip(answers, held.live, strict=True):
            said = self.verdicts.get((change.number, change.digest), {})
            is_approved = bool(said) and set(said.values()) == {Verdict.APPROVE}
            assert answer.is_approved is (is_approved and not self.job.stop_requested_by), "as they said"
            assert not answer.feedback or Verdict.DENY in said.values(), "words come with a denial only"
        call = Call(held, answers, self.now)
        self.calls.append(call)
        return call

    def hears(self, task: Task, *, is_told: bool) -> None:
        """The answer comes, or its time is up, or the line breaks: then nothing lands any more."""
        assert task.call is not None
        made = task.call.round
        if task.call.has_landed and is_told:
            self.change(lambda job, now: submitting.acknowledge(job, made, now))
        else:
            task.call.is_over = True
            self.change(lambda job, now: submitting.lose_answer(job, made, now))
        task.step = "idle"

    # What holds at every moment.

    @invariant()
    def one_round_at_a_time(self) -> None:
        """Only the latest round may be unsettled, and it is while people or SuperDocs are waited for."""
        unsettled = [held.number for held in self.job.rounds if held.state in ROUND_TABLE]
        assert unsettled in ([], [len(self.job.rounds)])
        assert (self.job.state is JobState.REVIEWING) == bool(unsettled) or has_ended(self.job)

    @invariant()
    def nothing_is_forgotten(self) -> None:
        """Whatever is under review, or under way, is due at some moment."""
        if self.job.state is JobState.REVIEWING:
            assert "submit" in {item.step for item in due(self.job, TIMING)}

    @invariant()
    def what_is_decided_stands_in_the_record(self) -> None:
        """No decision that was taken is ever lost, and none appears that nobody made."""
        recorded = {
            (c.number, c.digest): {d.reviewer_id: d.verdict for d in c.decisions}
            for held in self.job.rounds
            for c in held.changes
            if c.decisions
        }
        assert recorded == {version: said for version, said in self.verdicts.items() if said}


def run(examples: int = 120, **rest: object) -> None:
    """Run the machine, the same way every time."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # Hypothesis has no types here.
        Relay,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **rest,  # type: ignore[arg-type] # As given.
        ),
    )


def test_the_laws_of_the_round_hold_in_any_order():
    """Thousands of steps: nothing is sent twice, nothing undecided is approved, nothing decided is lost."""
    run()


def approve_everything(_job: Job, held: Round) -> tuple[Answer, ...]:
    return tuple(Answer(change.change_id, is_approved=True) for change in held.live)


def leave_out_the_denied(job: Job, held: Round) -> tuple[Answer, ...]:
    return tuple(answer for answer in submitting_answers(job, held) if answer.is_approved)


submitting_answers = submitting.answers

DEFECTS: Final = {
    "sends again on a hunch": (
        submitting,
        "may_send_again",
        lambda held, _now: held.state is RoundState.UNKNOWN,
    ),
    "trusts reads that are stale": (submitting, "STALE", timedelta(0)),
    "forgets the time limit of a call": (submitting, "CALL_LIMIT", timedelta(seconds=5)),
    "approves what nobody decided": (submitting, "answers", approve_everything),
    "leaves out what is denied": (submitting, "answers", leave_out_the_denied),
    "decides after sending": (deciding, "_refuse_closed", lambda _held, _change: None),
    "takes an answer for another call's": (
        submitting,
        "_under_way",
        lambda job, _made: (
            job.rounds[-1].submission if job.rounds[-1].state is RoundState.SUBMITTING else None
        ),
    ),
    "sends what is not what was read": (opening, "is_same", lambda _held, _proposals: True),
    "believes one read that the job is gone on": (settling, "STALE", timedelta(0)),
    "counts from one in every round": (
        opening,
        "_change",
        lambda job, number, *rest: replace(make_numbered(job, number, *rest), number=1 + number % 2),
    ),
}

make_numbered = opening._change


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_machine_finds_each_planted_defect(defect, monkeypatch):
    """A law that no order of events can break would prove nothing."""
    module, name, broken = DEFECTS[defect]
    monkeypatch.setattr(module, name, broken)
    with pytest.raises((AssertionError, BugError)):
        run(400, phases=(Phase.generate,), report_multiple_bugs=False)
