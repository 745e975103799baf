"""A machine that drives the real rules against a SuperDocs, in any order of events.

Two tasks race over one record in the steps that a worker takes: read the job, take the read in, take the turn, call,
note the answer. Reads are stale, calls land late or never, workers die, people press whatever they see, old cards too.
Every step is held to the laws by the machine's own books, never by the rules' own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.core import away, deciding, opening, settling, submitting
from bot.core.deadline import due, sent_from
from bot.core.errors import RefusedError
from bot.core.lifecycle import ROUND_TABLE, has_ended
from bot.core.model import Decision, Job, JobState, Round, RoundState, Verdict, Via
from bot.core.sighting import Sighting, Status
from tests.make import NOON, TIMING, facts_of, make_job, seen
from tests.unit.core.provider import Call, Provider

if TYPE_CHECKING:
    from collections.abc import Callable


STALEST: Final = 3.0
"""Seconds by which a read may be older than it looks."""

PEOPLE: Final = ("U0ANN", "U0BOB")

ENDS: Final = (Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.GONE)

GRACE: Final = timedelta(seconds=60)
"""How long after its deadline a round may still be sent."""

NO: Final = submitting.Trouble("SuperDocs refused the key.")

FEEDBACK: Final = {Verdict.APPROVE: "", Verdict.DENY: "Shorter."}

WORK: Final = [*["time"] * 3, "step", *["go"] * 4, "land", *["lose"] * 2, "die"]
GOING_ON: Final = [*["pause"] * 6, *["otherwise"] * 2, "elsewhere", "hour", "end", *["away"] * 3, "day"]
ACTS: Final = [*["decide"] * 8, *["send"] * 2, "undo", "stop"]
"""What may happen, each as often as it stands here."""


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance decides about one step of the relay.

    Attributes:
        who: Which task goes on, and who presses.
        lag: Seconds by which a read lags behind.
        seconds: How long nothing happens.
        is_told: Whether an answer that was given is heard.
    """

    who: int
    lag: float
    seconds: float
    is_told: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says, and on which card, counted from the newest."""

    verdict: Verdict
    via: Via
    back: int


CHANCES: Final = st.builds(
    Chance,
    who=st.integers(0, 1),
    lag=st.sampled_from([0.0, STALEST]),
    seconds=st.sampled_from([0.5, 2.5, 5, 5, 5, 15]),
    is_told=st.booleans(),
)

NAMES: Final = st.lists(st.integers(1, 3), min_size=1, unique=True)
"""Which change ids a pause names: they repeat from pause to pause."""


@dataclass(slots=True)
class Task:
    """Where one worker's task stands."""

    step: str = "idle"
    sighting: Sighting = field(default_factory=lambda: seen(status=Status.WORKING))
    read_at: datetime = NOON
    call: Call | None = None


class Record(RuleBasedStateMachine):
    """One record, two tasks, and time: what may happen, and what must hold whatever does."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.job = make_job()
        self.provider = Provider([(NOON - timedelta(seconds=60), seen(status=Status.WORKING))])
        self.tasks = (Task(), Task())
        self.calls: list[Call] = []
        self.digests: dict[int, str] = {}
        self.verdicts: dict[int, dict[str, Verdict]] = {}
        self.stopped: dict[int, bool] = {}

    def change(self, modifier: Callable[[Job, datetime], Job]) -> None:
        """Change the record in one place, as the store does, and hold every change of it to the laws."""
        before, self.job = self.job, modifier(self.job, self.now)
        assert not has_ended(before) or self.job == before, "an end is final"
        for held in before.rounds:
            is_settled = held.state not in ROUND_TABLE
            after = self.job.rounds[held.number - 1]
            assert not is_settled or after == held, "a settled round stays settled"
            if after.state is RoundState.LAPSED and not after.may_have_arrived:
                assert not any(map(self.may_have_landed, self.calls_of(after))), "what is undelivered is that"
        for change in (c for held in self.job.rounds for c in held.changes):
            assert self.digests.setdefault(change.number, change.digest) == change.digest, (
                "numbers are given once"
            )
        assert [*self.digests] == sorted(self.digests), "numbers run on"

    def calls_of(self, held: Round) -> list[Call]:
        """Return every call that was made for a round."""
        return [call for call in self.calls if call.round.number == held.number]

    def may_have_landed(self, call: Call) -> bool:
        """Say whether a call took effect, or still may."""
        return call.took_effect or call.may_land(self.now)

    def send_now(self, who: str) -> None:
        """Have the latest round sent as it stands."""
        try:
            self.change(lambda job, now: deciding.send_now(job, len(job.rounds), who, now))
        except RefusedError:
            assert not self.job.rounds or self.job.rounds[-1].state is not RoundState.OPEN

    def work(self, event: str, chance: Chance) -> None:
        """Time passes, a task goes on or dies, a call arrives, an answer is lost."""
        task = self.tasks[chance.who]
        match event:
            case "time":
                self.now += timedelta(seconds=chance.seconds)
            case "step":
                self.step(task, chance.lag, is_told=chance.is_told)
            case "go":
                self.hurry(task, chance.lag)
            case "land":
                self.land()
            case "lose" if task.step == "calling":
                self.land()
                self.step(task, 0, is_told=False)
            case "die":
                task.step = "idle"

    def step(self, task: Task, lag: float, *, is_told: bool) -> None:
        """One task takes its next step."""
        match task.step:
            case "idle":
                self._read(task, lag)
            case "read":
                self._take_in(task)
            case "ready":
                self._take_its_turn(task)
            case "calling":
                self._hear(task, is_told=is_told)

    def hurry(self, task: Task, lag: float) -> None:
        """One task goes as far as it can without waiting for SuperDocs."""
        if task.step == "idle":
            self._read(task, lag)
        if task.step == "read":
            self._take_in(task)
        if task.step == "ready":
            self._take_its_turn(task)

    def land(self) -> None:
        """The oldest call that may arrives, also that of a worker who died."""
        flying = (call for call in self.calls if call.may_land(self.now))
        for call in (*flying,)[:1]:
            self.provider.land(call, self.now)

    def _read(self, task: Task, lag: float) -> None:
        held = self.job.round
        if held is not None and held.trouble and away.is_kept(held) and away.is_too_late(held, self.now):
            self.change(away.expired)
            return
        if self.provider.is_away:
            if held is not None and (held.recheck_at is None or held.recheck_at <= self.now):
                self.change(lambda job, now: away.put_off(job, "SuperDocs is away.", None, now))
            return
        task.sighting, task.read_at = self.provider.read(self.now, lag), self.now
        task.step = "read"

    def _take_in(self, task: Task) -> None:
        before = self.job.round
        facts = facts_of(*task.sighting.proposals)
        self.change(lambda job, _now: settling.settle(job, task.sighting, facts, task.read_at, TIMING))
        if before is not None and before.state is RoundState.OPEN:
            is_withdrawn = self.job.rounds[before.number - 1].state is RoundState.WITHDRAWN
            assert not (is_withdrawn and self.provider.waits_since(before.opened_at)), "it waits all the time"
        held = self.job.round
        task.step = "ready" if held is not None and opening.is_same(held, task.sighting.proposals) else "idle"
        if task.step == "idle":
            self.change(away.expired)

    def _take_its_turn(self, task: Task) -> None:
        task.step = "idle"
        held = self.job.rounds[-1]
        is_same = opening.is_same(held, task.sighting.proposals)
        is_open = held.state is RoundState.OPEN and sent_from(held) <= task.read_at
        if not is_same or not (is_open or submitting.may_send_again(held, task.read_at)):
            self.change(away.expired)
        elif away.is_too_late(held, self.now):
            self.change(lambda job, now: away.give_up(job, held, now))
        else:
            self._send(task, held)

    def _send(self, task: Task, held: Round) -> None:
        assert self.now < held.deadline_at + GRACE, "nothing is sent when its time is over"
        shown = {proposal.digest for proposal in task.sighting.proposals}
        assert shown == {change.digest for change in held.live}, "what is sent is what was read"
        for earlier in self.calls_of(held):
            assert not earlier.took_effect, "nothing is sent again that took effect"
            assert not earlier.may_land(self.now), "nothing is sent again that may still arrive"
        self.stopped.setdefault(held.number, self.job.stop_requested_by != "")
        self.change(lambda job, now: submitting.begin(job, held, now))
        task.call = self._call(self.job.rounds[-1])
        task.step = "calling"

    def _call(self, held: Round) -> Call:
        """Check what is sent against what people said."""
        answers = submitting.answers(held)
        assert answers, "nothing is not a set"
        assert [a.change_id for a in answers] == [c.change_id for c in held.live], "the set is complete"
        for answer, change in zip(answers, held.live, strict=True):
            said = {*self.verdicts.get(change.number, {}).values()}
            is_wanted = said == {Verdict.APPROVE} and not self.stopped[held.number]
            assert answer.is_approved is is_wanted, "approved is what was approved, and nothing else"
            assert not answer.feedback or Verdict.DENY in said, "words come with a denial only"
        call = Call(held, answers, self.now)
        self.calls.append(call)
        return call

    def _hear(self, task: Task, *, is_told: bool) -> None:
        """The answer comes, or a no before it has arrived, or the line breaks: then nothing lands any more."""
        assert task.call is not None
        made = task.call.round
        if task.call.took_effect and is_told:
            self.change(lambda job, now: submitting.acknowledge(job, made, now))
        elif task.call.may_land(self.now) and is_told:
            task.call.is_over = True
            self.change(lambda job, now: submitting.turn_down(job, made, NO, now))
        else:
            task.call.is_over = True
            self.change(lambda job, now: submitting.lose_answer(job, made, now))
        task.step = "idle"

    @invariant()
    def one_round_at_a_time(self) -> None:
        """Only the latest round may be unsettled, and it is exactly while the job is under review."""
        unsettled = [held.number for held in self.job.rounds if held.state in ROUND_TABLE]
        assert unsettled in ([], [len(self.job.rounds)])
        assert (self.job.state is JobState.REVIEWING) == bool(unsettled)

    @invariant()
    def nothing_is_forgotten(self) -> None:
        """Whatever is under review, or under way, is due at some moment."""
        if self.job.state is JobState.REVIEWING:
            at = next(item.at for item in due(self.job, TIMING) if item.step == "submit")
            held = self.job.rounds[-1]
            is_ending = self.now >= held.deadline_at or held.state is not RoundState.OPEN
            assert is_ending or at <= held.deadline_at, "its time is not slept through"

    @invariant()
    def decisions_stand_in_the_record(self) -> None:
        """None that was taken is ever lost, and none appears that nobody made."""
        recorded = {
            change.number: {d.reviewer_id: d.verdict for d in change.decisions}
            for held in self.job.rounds
            for change in held.changes
            if change.decisions
        }
        assert recorded == {number: said for number, said in self.verdicts.items() if said}


class Sending(Record):
    """Round after round is sent as it stands, and its answers are on their way."""

    @initialize(names=NAMES)
    def begin(self, names: list[int]) -> None:
        """SuperDocs pauses, somebody has it sent as it stands, and the call is made."""
        self.provider.pauses += 1
        self.provider.propose(self.now, names, 0)
        self.hurry(self.tasks[0], 0)
        self.now += timedelta(seconds=10)
        self.send_now(PEOPLE[0])
        self.hurry(self.tasks[0], 0)

    @rule(event=st.sampled_from([*WORK, "again", "again"]), names=NAMES, chance=CHANCES)
    def happen(self, event: str, names: list[int], chance: Chance) -> None:
        """One rule for everything, so that no story leaves a part of it out."""
        if event == "again" and self.provider.status is Status.WORKING:
            self.begin(names)
        self.work(event, chance)


class Relay(Record):
    """The whole story: SuperDocs goes its own way, and two people press what they like."""

    @initialize(names=NAMES)
    def begin(self, names: list[int]) -> None:
        """SuperDocs pauses."""
        self.provider.propose(self.now, names, 0)
        self.hurry(self.tasks[0], 0)

    @rule(
        event=st.sampled_from([*WORK, *WORK, *GOING_ON, *ACTS]),
        names=NAMES,
        text=st.integers(0, 2),
        end=st.sampled_from(ENDS),
        said=st.builds(Said, st.sampled_from(Verdict), st.sampled_from(Via), st.integers(0, 9)),
        chance=CHANCES,
    )
    def happen(
        self, event: str, names: list[int], text: int, end: Status, said: Said, chance: Chance
    ) -> None:
        """One rule for everything, so that no story leaves a part of it out."""
        if event in GOING_ON:
            self.go_on(event, names, text, end)
        elif event in ACTS and self.digests:
            self.press(event, PEOPLE[chance.who], said)
        else:
            self.work(event, chance)

    def go_on(self, event: str, names: list[int], text: int, end: Status) -> None:
        """SuperDocs proposes, proposes otherwise within a pause (or names nothing), goes on elsewhere, or ends."""
        is_waiting = self.provider.status is Status.REVIEW
        match event:
            case "pause" if self.provider.status is Status.WORKING:
                self.provider.pauses += 1
                self.provider.propose(self.now, names, 0)
            case "otherwise" if is_waiting:
                self.provider.propose(self.now, names if text else [], text % 2)
            case "elsewhere" if is_waiting:
                self.provider.turn(self.now, seen(status=Status.WORKING))
            case "hour":
                self.now += timedelta(seconds=1800)
            case "day":
                self.now += timedelta(days=1)
            case "away":
                self.provider.is_away = not self.provider.is_away
            case "end":
                self.provider.turn(self.now, seen(status=end))

    def press(self, act: str, who: str, said: Said) -> None:
        """Somebody presses on a card, one of the newest or any that ever was."""
        numbers = sorted(self.digests, reverse=True)
        number = numbers[said.back % len(numbers)]
        match act:
            case "decide":
                self.decide(number, Decision(said.verdict, who, self.now, said.via, FEEDBACK[said.verdict]))
            case "undo":
                self.undo(number, who)
            case "send":
                self.send_now(who)
            case "stop" if not has_ended(self.job):
                self.change(lambda job, _now: replace(job, stop_requested_by=who))

    def decide(self, number: int, decision: Decision) -> None:
        """Record what somebody says, in the record and in our own books."""
        digest = self.digests[number]
        if self._is_taken(number, lambda job: deciding.decide(job, number, digest, decision, TIMING)):
            self.verdicts.setdefault(number, {})[decision.reviewer_id] = decision.verdict

    def undo(self, number: int, who: str) -> None:
        """Take back what somebody said, if they said anything."""
        if self._is_taken(number, lambda job: deciding.undo(job, number, who, self.now)):
            del self.verdicts[number][who]

    def _is_taken(self, number: int, act: Callable[[Job], Job]) -> bool:
        held = self.job.round_of(number)
        try:
            self.change(lambda job, _now: act(job))
        except RefusedError:
            return False
        assert held is not None
        assert held.state is RoundState.OPEN, "nothing is said or taken back after it was sent"
        return True
