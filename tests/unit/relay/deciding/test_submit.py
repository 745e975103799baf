"""One call with all of a round, and never a second before a re-read said that SuperDocs still waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.away import NEVER_ASKED
from bot.core.deadline import pause
from bot.core.errors import BugError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import ChangeState, JobState, RoundState, Submission, Verdict
from bot.core.sighting import Status
from bot.core.submitting import Answer
from bot.relay.acts import Reply
from bot.relay.deciding.decide import send_now
from bot.relay.deciding.submit import submit
from bot.relay.watching.watch import watch
from tests.fakes.world import actor
from tests.make import (
    NOON,
    OTHER,
    decided,
    later,
    make_change,
    make_job,
    make_proposal,
    make_proposals,
    make_round,
    posted,
    seen,
    sent,
)

WORKING = seen(status=Status.WORKING)


async def due(world, *changes, **rest):
    """Keep a job whose round is to be sent now, a minute after it opened; SuperDocs waits for exactly it."""
    held = make_round(*(changes or [decided(make_change())]), **{"send_at": NOON, **rest})
    world.documents.shown = seen(*make_proposals(len(held.changes)))
    world.pass_time(60)
    return await world.keep(make_job(held))


def submitted(world):
    """Return the answers of every call."""
    return [answers for _session, _job, answers in world.documents.called("submit")]


def state(world):
    return world.job().rounds[0].state


async def test_a_complete_round_is_read_sent_and_looked_at(world):
    """The record says so before the call; a yes is noted, and the job is watched at once."""
    ref = await due(
        world, decided(make_change(1)), decided(make_change(2), Verdict.DENY, feedback="Keep it.")
    )
    states = []
    world.documents.then["submit"] = lambda: states.append(state(world))
    await submit(world.given, ref)
    assert [name for name, _arguments in world.documents.calls] == ["read", "submit"]
    assert submitted(world) == [
        (Answer("ch_1", is_approved=True), Answer("ch_2", is_approved=False, feedback="Keep it."))
    ]
    assert states == [RoundState.SUBMITTING]
    assert world.job().rounds[0].submission.is_acknowledged
    assert "watch" in world.queue.steps


async def test_a_yes_is_confirmed_by_what_follows(world):
    """SuperDocs works on: that is what settles the round."""
    ref = await due(world)
    await submit(world.given, ref)
    assert state(world) is RoundState.SUBMITTING
    world.documents.shown = WORKING
    await watch(world.given, ref)
    assert state(world) is RoundState.CONFIRMED


async def test_what_was_replaced_is_not_sent(world):
    """SuperDocs proposes something else under the same id: it is superseded and shown first."""
    ref = await due(world)
    world.documents.shown = seen(make_proposal("ch_1", "10 days", "99 days"))
    await submit(world.given, ref)
    assert submitted(world) == []
    assert [c.state for c in world.job().rounds[0].changes] == [ChangeState.SUPERSEDED, ChangeState.PROPOSED]
    assert world.job().rounds[0].send_at is None


async def test_what_was_decided_elsewhere_is_not_sent(world):
    """The job went on without us."""
    ref = await due(world)
    world.documents.shown = WORKING
    await submit(world.given, ref)
    assert submitted(world) == []
    assert state(world) is RoundState.WITHDRAWN


async def test_two_tasks_make_one_call(world):
    """Both find the round due and read it; the record lets one of them send."""
    ref = await due(world)
    await asyncio.gather(submit(world.given, ref), submit(world.given, ref))
    assert len(submitted(world)) == 1
    world.documents.calls.clear()
    await submit(world.given, ref)
    assert world.documents.calls == []


async def test_a_decision_that_is_taken_back_during_the_read_is_not_sent(world):
    """The undo came first: the round waits again."""
    ref = await due(world)
    world.documents.then["read"] = lambda: world.store.put(make_job(make_round()))
    await submit(world.given, ref)
    assert submitted(world) == []
    assert state(world) is RoundState.OPEN


@pytest.mark.parametrize(
    "error", [OutcomeUnknownError("No answer."), TransientError("429."), RefusedError("400.")]
)
async def test_a_call_without_a_clear_yes_is_asked_about(world, error):
    """Whatever came back: nothing is sent again before a read that can count."""
    world.documents.fails["submit"] = [error]
    ref = await due(world)
    await submit(world.given, ref)
    held = world.job().rounds[0]
    assert (held.state, held.recheck_at) == (RoundState.UNKNOWN, later(65))
    await submit(world.given, ref)
    assert len(submitted(world)) == 1


async def test_a_batch_that_is_not_called_complete_is_asked_about(world):
    """A 200 that does not say so does not mean yes."""
    world.documents.is_complete = False
    await submit(world.given, await due(world))
    assert state(world) is RoundState.UNKNOWN


async def test_what_never_arrived_is_sent_again_after_a_look(world):
    """The same answers, as attempt 2; and again, until SuperDocs is heard."""
    world.documents.fails["submit"] = [OutcomeUnknownError("No answer.")] * 2
    ref = await due(world)
    for _attempt in range(3):
        await submit(world.given, ref)
        world.pass_time(5)
    first, *others = submitted(world)
    assert others == [first, first]
    assert world.job().rounds[0].submission.attempt == 3
    assert world.job().rounds[0].submission.is_acknowledged


async def test_what_arrived_although_the_answer_was_lost_is_not_sent_again(world):
    """The re-read shows it settled: confirmed, once."""
    world.documents.then["submit"] = lambda: setattr(world.documents, "shown", WORKING)
    world.documents.fails["submit"] = [OutcomeUnknownError("No answer.")]
    ref = await due(world)
    await submit(world.given, ref)
    world.pass_time(5)
    await submit(world.given, ref)
    assert len(submitted(world)) == 1
    assert state(world) is RoundState.CONFIRMED
    assert "watch" in world.queue.steps


async def test_a_refusal_of_a_call_that_had_landed_is_no_refusal(world):
    """A repeat that SuperDocs answers with 400, because the first had landed: the round is confirmed."""
    ref = await due(world)
    held = replace(sent(world.job().rounds[0]), state=RoundState.UNKNOWN, recheck_at=later(60))
    world.store.put(make_job(held))
    world.documents.then["submit"] = lambda: setattr(world.documents, "shown", WORKING)
    world.documents.fails["submit"] = [RefusedError("Job is not awaiting approval.")]
    await submit(world.given, ref)
    world.pass_time(5)
    await submit(world.given, ref)
    assert state(world) is RoundState.CONFIRMED
    assert len(submitted(world)) == 1


async def test_a_worker_that_died_in_its_call_is_made_good(world):
    """Another asks when the call's time is up, and sends again when SuperDocs still waits after that."""
    world.documents.fails["submit"] = [KeyboardInterrupt()]
    ref = await due(world)
    with pytest.raises(KeyboardInterrupt):
        await submit(world.given, ref)
    world.pass_time(14)
    await submit(world.given, ref)
    assert state(world) is RoundState.SUBMITTING
    world.pass_time(1)
    await submit(world.given, ref)
    assert state(world) is RoundState.UNKNOWN
    assert len(submitted(world)) == 1
    world.pass_time(5)
    await submit(world.given, ref)
    assert len(submitted(world)) == 2


async def test_an_answer_that_comes_when_another_call_is_under_way_is_not_taken_for_its(world):
    """The first worker stood still for twenty seconds; its lost answer says nothing about the second's call."""
    ref = await due(world)
    second = sent(world.job().rounds[0], submission=Submission(2, later(80)), recheck_at=later(95))
    world.documents.then["submit"] = lambda: world.store.put(make_job(second))
    world.documents.fails["submit"] = [OutcomeUnknownError("No answer.")]
    await submit(world.given, ref)
    assert world.job().rounds[0] == second


async def test_at_the_deadline_the_round_is_sent_as_it_stands(world):
    """Approved is approved, denied is denied, and what nobody decided is denied without words and called lapsed."""
    changes = [
        decided(make_change(1)),
        decided(make_change(2), Verdict.DENY, feedback="Keep it."),
        make_change(3),
    ]
    ref = await due(world, *changes, send_at=None)
    world.pass_time(3480 - 60 - 1)
    await submit(world.given, ref)
    assert submitted(world) == []
    world.pass_time(1)
    await submit(world.given, ref)
    assert submitted(world) == [
        (
            Answer("ch_1", is_approved=True),
            Answer("ch_2", is_approved=False, feedback="Keep it."),
            Answer("ch_3", is_approved=False),
        )
    ]
    assert [c.state for c in world.job().rounds[0].changes] == [
        ChangeState.DECIDED,
        ChangeState.DECIDED,
        ChangeState.LAPSED,
    ]


async def test_too_few_approvals_at_the_deadline_are_a_denial(world):
    """One of two: the change lapses with the approval it had."""
    change = replace(make_change(), decisions=decided(make_change()).decisions)
    ref = await due(world, change, send_at=None, approvals=2)
    world.pass_time(3480)
    await submit(world.given, ref)
    assert submitted(world) == [(Answer("ch_1", is_approved=False),)]
    assert world.job().rounds[0].changes[0].state is ChangeState.LAPSED


@pytest.mark.parametrize("error", [TransientError("Down."), RefusedError("The key is refused.")])
async def test_what_cannot_be_read_is_not_sent(world, error):
    """It is tried again a little later; the decisions stay, and the round stays open."""
    world.documents.fails["read"] = [error, error]
    ref = await due(world)
    await submit(world.given, ref)
    assert submitted(world) == []
    held = world.job().rounds[0]
    first, second = (pause(failures, ref) for failures in (1, 2))
    assert (held.state, held.recheck_at, held.failures) == (RoundState.OPEN, later(60) + first, 1)
    assert held.trouble == str(error)
    world.pass_time(first.total_seconds())
    await submit(world.given, ref)
    assert world.job().rounds[0].recheck_at == later(60) + first + second
    world.pass_time(second.total_seconds())
    await submit(world.given, ref)
    assert len(submitted(world)) == 1
    assert (world.job().rounds[0].failures, world.job().rounds[0].trouble) == (0, "")


async def test_a_store_that_fails_is_not_told_as_trouble_of_superdocs(world, monkeypatch):
    """What was decided stays due; nobody reads on a card that SuperDocs keeps it waiting."""
    ref = await due(world)

    async def save_contents(_ref, _contents):
        raise TransientError("The store does not answer.")

    with monkeypatch.context() as down:
        down.setattr(world.store, "save_contents", save_contents)
        with pytest.raises(TransientError):
            await submit(world.given, ref)
    held = world.job().rounds[0]
    assert (held.state, held.trouble, held.failures) == (RoundState.OPEN, "", 0)
    await submit(world.given, ref)
    assert len(submitted(world)) == 1


async def test_a_pause_that_names_nothing_is_never_answered(world):
    """SuperDocs waits and does not say for what: an empty set would approve what nobody saw."""
    ref = await due(world, send_at=None)
    world.documents.shown = seen()
    world.pass_time(3480)
    for _try in range(3):
        await submit(world.given, ref)
        world.pass_time(5)
    assert submitted(world) == []
    world.documents.shown = seen(*make_proposals(1))
    await submit(world.given, ref)
    assert len(submitted(world)) == 1


async def test_a_job_that_vanishes_while_it_is_read_changes_nothing_else(world):
    """A read that fails after the round went: there is nothing to put off."""
    ref = await due(world)
    world.documents.then["read"] = lambda: world.store.put(make_job())
    world.documents.fails["read"] = [TransientError("Down.")]
    await submit(world.given, ref)
    assert world.job() == make_job()


async def test_a_round_that_was_renewed_between_read_and_turn_is_left_alone(world):
    """Another task's read brought it in line with something else: what is sent is what this task has read."""
    ref = await due(world, hurried_by=OTHER)
    renewed = make_job(make_round(decided(make_change(1)), make_change(2), send_at=NOON, hurried_by=OTHER))
    real_change, changes = world.store.change, []

    async def change(ref, modifier):
        changes.append(ref)
        if len(changes) == 2:  # The first took the read in, the second would take the turn.
            world.store.put(renewed)
        return await real_change(ref, modifier)

    world.store.change = change
    await submit(world.given, ref)
    assert submitted(world) == []
    assert world.job() == renewed


async def test_a_round_that_was_replaced_between_read_and_turn_is_left_alone(world):
    """The next round opened meanwhile: this task's read was not of it."""
    ref = await due(world)
    await send_now(world.given, actor(), f"{ref}.1")
    second = make_round(make_change(2), number=2, send_at=NOON)
    both = make_job(replace(world.job().rounds[0], state=RoundState.CONFIRMED), second)
    real_change, changes = world.store.change, []

    async def change(ref, modifier):
        changes.append(ref)
        if len(changes) == 2:  # The first took the read in, the second would take the turn.
            world.store.put(both)
        return await real_change(ref, modifier)

    world.store.change = change
    await submit(world.given, ref)
    assert submitted(world) == []
    assert world.job() == both


@pytest.mark.parametrize(
    "job",
    [
        make_job(),
        make_job(make_round(), state=JobState.COMPLETED),
        make_job(make_round()),
        make_job(make_round(decided(make_change()), send_at=later(61))),
        make_job(make_round(decided(make_change()), send_at=NOON, recheck_at=later(61))),
        make_job(replace(sent(make_round()), recheck_at=None)),
        make_job(make_round(state=RoundState.CONFIRMED), state=JobState.WORKING),
    ],
)
async def test_a_task_that_comes_for_nothing_does_nothing(world, job):
    """No round, an ended job, people to be waited for, early, under way, or settled."""
    world.pass_time(60)
    await submit(world.given, await world.keep(job))
    assert world.documents.calls == []
    assert world.job() == job


@pytest.mark.parametrize("code", ["not_awaiting", "wrong_endpoint", "gone"])
async def test_a_no_that_an_earlier_call_may_have_brought_about_is_asked_about(world, code):
    """Nobody is told that SuperDocs refused it: perhaps it has it."""
    world.documents.fails["submit"] = [RefusedError("No.", code=code)]
    await submit(world.given, await due(world))
    assert (state(world), world.job().rounds[0].trouble) == (RoundState.UNKNOWN, "")
    assert world.job().rounds[0].may_have_arrived


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(TransientError("Wait.", retry_after_s=40), 40), (RefusedError("No.", code="key_refused"), 5)],
)
async def test_a_clear_no_is_told_and_tried_again(world, error, seconds):
    """Its sentence is the round's trouble until it is taken; as late as SuperDocs asks."""
    world.documents.fails["submit"] = [error, error]
    ref = await due(world)
    await submit(world.given, ref)
    held = world.job().rounds[0]
    assert (held.trouble, held.may_have_arrived) == (str(error), False)
    assert held.recheck_at == later(60 + seconds)
    for _attempt in range(2):
        world.pass_time(seconds)
        await submit(world.given, ref)
    assert len(submitted(world)) == 3
    assert world.job().rounds[0].trouble == ""
    assert world.events().count("round.held_up") == world.events().count("round.freed") == 1


class TestTooLate:
    """A minute after the deadline nothing is sent any more."""

    AWAY = TransientError("SuperDocs could not be reached.")

    async def test_what_superdocs_was_away_for_lapses(self, world):
        """It was asked until then, nothing was sent, and the audit says so."""
        world.documents.fails["read"] = [self.AWAY] * 200
        ref = await due(world)
        while world.job().state is JobState.REVIEWING:
            await submit(world.given, ref)
            held = world.job().rounds[0]
            if held.recheck_at is not None:
                world.pass_time((held.recheck_at - world.store.clock.now).total_seconds())
        assert world.store.clock.now == later(3645)
        assert (state(world), submitted(world)) == (RoundState.LAPSED, [])
        assert world.job().reason == "Nothing could be delivered in time: SuperDocs could not be reached."
        assert world.store.audit[-2].detail == "not delivered"
        assert world.events()[-2:] == ["round.lapsed", "job.lapsed"]

    async def test_within_the_minute_it_is_still_sent(self, world):
        """SuperDocs is back, and still waits."""
        world.documents.fails["read"] = [self.AWAY]
        ref = await due(world)
        world.pass_time(3575)
        await submit(world.given, ref)
        world.pass_time(3)
        await submit(world.given, ref)
        assert len(submitted(world)) == 1

    async def test_after_a_trouble_no_further_call_makes_it_later(self, world):
        """The end is said at the end, also when SuperDocs hangs."""
        ref = await due(world, trouble="SuperDocs is away.", failures=9)
        world.pass_time(3600)
        await submit(world.given, ref)
        assert state(world) is RoundState.LAPSED
        assert world.documents.calls == []

    async def test_when_every_worker_was_down_it_is_read_and_not_sent(self, world):
        """SuperDocs still waits, by its own clock; what it would be told now nobody expects any more."""
        ref = await due(world)
        world.pass_time(3600)
        await submit(world.given, ref)
        assert (state(world), submitted(world)) == (RoundState.LAPSED, [])
        assert world.job().rounds[0].trouble == "The relay came too late."

    async def test_what_ended_meanwhile_is_said_as_it_ended(self, world):
        """The read tells more than the lateness does."""
        ref = await due(world)
        world.documents.shown = seen(status=Status.COMPLETED)
        world.pass_time(3600)
        await submit(world.given, ref)
        assert (world.job().state, state(world)) == (JobState.COMPLETED, RoundState.WITHDRAWN)

    async def test_a_lost_answer_is_asked_about_and_not_repeated(self, world):
        """It still waits, so the call did nothing: that is said, and nothing is sent."""
        ref = await due(world)
        held = replace(sent(world.job().rounds[0]), state=RoundState.UNKNOWN, recheck_at=later(3645))
        world.store.put(make_job(held))
        world.pass_time(3600)
        await submit(world.given, ref)
        assert (state(world), submitted(world)) == (RoundState.LAPSED, [])
        assert not world.job().rounds[0].may_have_arrived

    async def test_what_may_have_arrived_waits_for_a_day(self, world):
        """Then nobody can say any more, and that is said."""
        world.documents.fails["read"] = [self.AWAY] * 3
        ref = await due(world)
        world.store.put(make_job(replace(sent(world.job().rounds[0]), state=RoundState.UNKNOWN)))
        for seconds in (3600, 86399):
            world.pass_time(seconds)
            await submit(world.given, ref)
            assert state(world) is RoundState.UNKNOWN
        world.pass_time(40)
        await submit(world.given, ref)
        assert (world.job().state, world.job().reason) == (JobState.LAPSED, NEVER_ASKED)


async def margin(world):
    """Keep a job whose round is to be sent as it stands, with an answer in its thread that nobody heard."""
    job = posted(make_job(make_round(make_change(1), make_change(2))))
    world.notifier.standing |= {message.ts: slot for slot, message in job.messages.items()}
    world.documents.shown = seen(*make_proposals(2))
    world.notifier.say(Reply(actor(OTHER, "300.000100"), job.messages["round:1"].ts, "approve 1"))
    world.pass_time(3480)
    return await world.keep(job)


async def test_what_was_said_last_is_heard_before_a_round_is_sent_as_it_stands(world):
    """A dead connection swallowed it a moment ago: it counts all the same."""
    ref = await margin(world)
    await submit(world.given, ref)
    assert submitted(world) == [(Answer("ch_1", is_approved=True), Answer("ch_2", is_approved=False))]


async def test_a_slack_that_does_not_answer_keeps_no_round_back(world):
    """What is decided is sent; what was said in vain has lapsed."""
    ref = await margin(world)
    world.notifier.fails["replies"] = [TransientError("Slack is away.")]
    await submit(world.given, ref)
    assert submitted(world) == [(Answer("ch_1", is_approved=False), Answer("ch_2", is_approved=False))]


async def test_nobody_is_asked_for_more_where_all_is_said(world):
    """A round that is complete is sent at once."""
    await submit(world.given, await due(world))
    assert world.notifier.called("replies") == []


async def test_a_message_that_cannot_be_answered_keeps_no_round_back(world):
    """Hearing what was said last is a courtesy: whatever is wrong with it, what is decided is sent."""
    ref = await margin(world)
    world.notifier.fails["replies"] = [BugError("The relay sent Slack something that it does not take.")]
    await submit(world.given, ref)
    assert len(submitted(world)) == 1


async def refused_then_stopped(world, error):
    """Have SuperDocs answer the first call so, and somebody stop the edit then; send again."""
    world.documents.fails["submit"] = [error]
    ref = await due(world)
    await submit(world.given, ref)
    world.store.put(replace(world.job(ref), stop_requested_by=OTHER))
    world.pass_time(30)
    await submit(world.given, ref)
    return submitted(world)


async def test_a_stopped_edit_is_denied_where_superdocs_has_refused_its_approval(world):
    """It certainly does not have it: nothing of the edit is applied any more."""
    first, second = await refused_then_stopped(world, TransientError("Busy.", retry_after_s=5))
    assert first == (Answer("ch_1", is_approved=True),)
    assert second == (Answer("ch_1", is_approved=False),)


async def test_what_may_have_arrived_is_not_contradicted(world):
    """The answer was lost: a further call says the same, whoever stopped the edit since."""
    first, second = await refused_then_stopped(world, OutcomeUnknownError("No answer."))
    assert first == second == (Answer("ch_1", is_approved=True),)


async def test_once_one_may_have_arrived_no_later_refusal_makes_it_undone(world):
    """Lost, then refused, then stopped: the first one binds."""
    world.documents.fails["submit"] = [OutcomeUnknownError("No answer."), TransientError("Busy.")]
    ref = await due(world)
    for _call in range(2):
        await submit(world.given, ref)
        world.pass_time(30)
    world.store.put(replace(world.job(ref), stop_requested_by=OTHER))
    await submit(world.given, ref)
    assert set(submitted(world)) == {(Answer("ch_1", is_approved=True),)}


async def test_a_process_that_stood_still_after_its_turn_does_not_call(world, monkeypatch):
    """Another one may have called meanwhile; its own call is put off, and made after another look."""
    ref = await due(world)
    times = iter([0.0, 40.0])
    monkeypatch.setattr("bot.relay.deciding.submit._clock", lambda: next(times, 0.0))
    await submit(world.given, ref)
    assert submitted(world) == []
    assert not world.job().rounds[0].may_have_arrived
    world.pass_time(30)
    await submit(world.given, ref)
    assert len(submitted(world)) == 1
