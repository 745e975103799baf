"""What one read of a job means for the record, from every state that the record may be in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.deadline import GLANCE, due
from bot.core.lifecycle import ENDED_JOBS
from bot.core.model import ChangeState, JobState, Outcome, RoundState, Verdict
from bot.core.settling import NEVER_CONFIRMED, settle
from bot.core.sighting import Status
from bot.core.submitting import lose_answer
from tests.make import (
    NOON,
    OTHER,
    TIMING,
    decided,
    facts_of,
    later,
    make_change,
    make_job,
    make_proposal,
    make_proposals,
    make_round,
    seen,
    sent,
)

if TYPE_CHECKING:
    from bot.core.model import Change, Job
    from bot.core.sighting import Sighting


def settled(job: Job, sighting: Sighting, seconds: float = 60) -> Job:
    """Take in a read that was begun so many seconds after noon."""
    return settle(job, sighting, facts_of(*sighting.proposals), later(seconds), TIMING)


def reviewing(*changes: Change, **rest: Any) -> Job:
    return make_job(make_round(*changes, **rest))


def submitting() -> Job:
    """Return a job whose round, one approved change, is SUBMITTING since noon."""
    return make_job(sent(make_round(decided(make_change()))))


def unknown() -> Job:
    """Return a job whose round has lost its answer at noon."""
    return lose_answer(submitting(), submitting().rounds[-1], NOON)


WAITING = seen(*make_proposals(1))
NEXT = seen(make_proposal("ch_1", "10 days", "12 days"))
WORKING, COMPLETED, FAILED, CANCELLED, GONE = (
    seen(status=status)
    for status in (Status.WORKING, Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.GONE)
)
PROMPT = seen(status=Status.PROMPT, prompt="Go on?")


@pytest.mark.parametrize("state", sorted(ENDED_JOBS))
@pytest.mark.parametrize("sighting", [WAITING, WORKING, COMPLETED, FAILED, CANCELLED, GONE, PROMPT])
def test_an_end_is_final(state, sighting):
    """Whatever a late read tells of a job that has ended, the record stays as it is."""
    job = make_job(make_round(), state=state)
    assert settled(job, sighting) == job


class TestReview:
    """SuperDocs waits for decisions."""

    def test_a_pause_opens_a_round_from_its_earliest_evidence(self):
        """The hour runs from when SuperDocs last touched the job, not from when we happened to look."""
        job = settled(make_job(), seen(*make_proposals(2), updated_at=later(50)))
        assert job.state is JobState.REVIEWING
        assert job.rounds[-1].opened_at == later(50)
        assert job.refresh_at == later(60)

    @pytest.mark.parametrize("updated_at", [None, later(500)])
    def test_evidence_is_never_later_than_our_own(self, updated_at):
        """Without SuperDocs' time, or with a clock of theirs that is ahead, our own read is the evidence."""
        assert settled(make_job(), seen(*make_proposals(1), updated_at=updated_at)).rounds[
            -1
        ].opened_at == later(60)

    def test_the_same_pause_changes_nothing(self):
        """Reading an open round again leaves the record as it was."""
        job = reviewing(decided(make_change()), send_at=later(10))
        assert settled(job, WAITING) == job

    def test_a_different_set_renews_the_open_round(self):
        """What differs is superseded and shown before anything is sent."""
        job = settled(reviewing(decided(make_change())), NEXT)
        assert len(job.rounds) == 1
        assert [c.state for c in job.rounds[-1].changes] == [ChangeState.SUPERSEDED, ChangeState.PROPOSED]
        assert job.revision == 1

    def test_what_is_left_complete_is_sent_after_the_time_to_undo(self):
        """The only open change vanished elsewhere: the round does not wait for its deadline."""
        job = settled(reviewing(decided(make_change(1)), make_change(2)), WAITING)
        assert job.rounds[-1].send_at == later(70)

    def test_a_pause_that_names_nothing_teaches_nothing(self):
        """No round without changes, no change withdrawn, and nothing is sent before it says what it waits for."""
        nothing = seen()
        assert settled(make_job(), nothing) == make_job()
        job = settled(reviewing(decided(make_change()), send_at=later(10)), nothing)
        assert job.rounds[-1].changes == (decided(make_change()),)
        assert job.rounds[-1].recheck_at == later(65)
        assert settled(submitting(), nothing).rounds[-1].state is RoundState.SUBMITTING

    def test_a_read_says_that_superdocs_is_back(self):
        """What kept the relay from asking is over; one that says nothing of use heals nothing."""
        away = replace(reviewing(trouble="SuperDocs is away.", failures=2), unread_since=NOON)
        job = settled(away, WAITING)
        assert (job.rounds[-1].trouble, job.rounds[-1].failures, job.unread_since) == ("", 0, None)
        for mute in (seen(), GONE):
            job = settled(away, mute)
            assert (job.rounds[-1].failures, job.unread_since) == (2, None)

    def test_a_pause_that_names_nothing_is_a_trouble(self):
        """People are told what keeps their answers; once it names what it waits for, that is over."""
        job = settled(reviewing(decided(make_change()), send_at=NOON), seen())
        assert job.rounds[-1].trouble == "SuperDocs does not say what it waits for."
        assert settled(job, seen(), 66).revision == job.revision
        assert settled(job, WAITING, 70).rounds[-1].trouble == ""
        assert settled(job, seen(), 3641).rounds[-1].recheck_at == later(3642)

    def test_the_next_set_after_a_submission_is_the_next_round(self):
        """SuperDocs moved on to other proposals, so what was sent is settled, and a new round opens."""
        job = settled(submitting(), NEXT)
        assert [r.state for r in job.rounds] == [RoundState.CONFIRMED, RoundState.OPEN]
        assert job.state is JobState.REVIEWING
        assert job.rounds[-1].changes[0].number == 2

    def test_the_same_set_long_after_the_call_is_a_lost_answer(self):
        """It still waits for what was sent: unknown, and asked again."""
        assert settled(submitting(), WAITING).rounds[-1].state is RoundState.UNKNOWN
        assert settled(submitting(), WAITING, seconds=4).rounds[-1].state is RoundState.SUBMITTING

    def test_a_stale_read_after_the_confirmation_opens_nothing(self):
        """The round was confirmed meanwhile; a read that is older than that shows it waiting once more."""
        job = settled(submitting(), WORKING, seconds=6)
        assert settled(job, WAITING, seconds=7) == job
        assert settled(job, WAITING, seconds=19) == job

    def test_a_stale_read_takes_no_question_away(self):
        """The job asks whether to go on: a read from before the call landed leaves it asking."""
        asked = settled(submitting(), seen(status=Status.PROMPT, prompt="Go on?"), 6)
        assert settled(asked, WAITING, 7) == asked

    def test_a_stale_read_does_not_end_a_prompt(self):
        """SuperDocs took the answers and asks whether to go on; an older read shows the round waiting once more."""
        job = settled(submitting(), PROMPT, seconds=6)
        assert settled(job, WAITING, seconds=7) == job
        assert settled(job, NEXT, seconds=7).state is JobState.REVIEWING

    def test_the_same_proposals_much_later_are_a_new_round(self):
        """SuperDocs proposes again what it proposed before: people are asked again."""
        job = settled(settled(submitting(), WORKING), WAITING, seconds=61)
        assert [r.state for r in job.rounds] == [RoundState.CONFIRMED, RoundState.OPEN]

    def test_what_was_withdrawn_may_be_proposed_again(self):
        """A round that was never sent leaves no doubt about a stale read of its own call."""
        job = settled(settled(reviewing(), WORKING), WAITING, seconds=61)
        assert [r.state for r in job.rounds] == [RoundState.WITHDRAWN, RoundState.OPEN]

    def test_a_review_ends_a_prompt(self):
        """Somebody went on elsewhere, and SuperDocs has proposed since."""
        assert settled(make_job(state=JobState.PROMPTED), WAITING).state is JobState.REVIEWING


class TestWorking:
    """SuperDocs works on."""

    def test_a_working_job_works(self):
        """Nothing new."""
        job = make_job()
        assert settled(job, WORKING) == job

    def test_an_open_round_was_decided_elsewhere(self):
        """Its changes are withdrawn, the decisions here were never sent, and the job is watched again."""
        job = settled(reviewing(decided(make_change(1)), make_change(2)), WORKING)
        assert job.state is JobState.WORKING
        assert job.rounds[-1].state is RoundState.WITHDRAWN
        assert {c.state for c in job.rounds[-1].changes} == {ChangeState.WITHDRAWN}
        assert job.rounds[-1].send_at is None
        assert (job.next_at, job.steps) == (later(60), 1)

    def test_what_was_superseded_stays_superseded(self):
        """Only what was live is withdrawn."""
        old = make_change(1, state=ChangeState.SUPERSEDED, superseded_by=2)
        assert settled(reviewing(old, make_change(2)), WORKING).rounds[-1].changes[0] == old

    @pytest.mark.parametrize("job", [reviewing(), submitting()])
    def test_a_read_right_after_the_pause_may_be_older_than_it(self, job):
        """It still shows the work before the pause: nothing is withdrawn, and nothing counts as confirmed."""
        assert settled(job, WORKING, seconds=4.9) == job
        assert settled(job, WORKING, seconds=-3) == job
        assert settled(job, WORKING, seconds=5).state is JobState.WORKING

    def test_a_clock_of_superdocs_that_is_behind_lets_no_older_read_end_a_round(self):
        """The hour begins by it; how stale a read may be is counted from when we saw the pause."""
        opened = settled(make_job(), replace(WAITING, updated_at=later(-30)), 0)
        assert opened.rounds[0].opened_at == later(-30)
        assert settled(opened, WORKING, 4) == opened
        assert settled(opened, WORKING, 5).rounds[0].state is RoundState.WITHDRAWN

    @pytest.mark.parametrize("job", [submitting(), unknown()])
    def test_what_was_sent_is_settled(self, job):
        """It does not wait any more: that is the confirmation, answer or no answer."""
        job = settled(job, WORKING)
        assert (job.state, job.rounds[-1].state) == (JobState.WORKING, RoundState.CONFIRMED)
        assert job.rounds[-1].recheck_at is None
        assert (job.next_at, job.steps) == (later(60), 1)

    def test_a_prompt_that_was_answered_is_over(self):
        """The answer's own answer was lost, but SuperDocs went on."""
        job = settled(make_job(state=JobState.PROMPTED, prompt="Go on?", continues=True), WORKING)
        assert (job.state, job.prompt, job.continues) == (JobState.WORKING, "", None)

    def test_a_prompt_that_nobody_answered_stays(self):
        """A stale read does not take the question away; if it was answered elsewhere, what follows says so."""
        job = make_job(state=JobState.PROMPTED, prompt="Go on?")
        assert settled(job, WORKING) == job


class TestPrompt:
    """SuperDocs asks whether to go on."""

    def test_the_question_is_taken_in(self):
        """Counted, without an answer, and not watched while people think."""
        job = settled(make_job(next_at=NOON, continues=True), PROMPT)
        assert job.state is JobState.PROMPTED
        assert (job.prompt, job.prompts, job.continues, job.next_at) == ("Go on?", 1, None, None)
        assert job.refresh_at == later(60)

    def test_another_question_is_asked_anew(self):
        """The answer that was given to the one before does not go to it."""
        job = make_job(state=JobState.PROMPTED, prompt="More?", prompts=1, continues=True, next_at=NOON)
        asked = settled(job, PROMPT)
        assert (asked.prompt, asked.prompts, asked.continues, asked.next_at) == ("Go on?", 2, None, None)

    def test_a_stopped_edit_asks_nobody(self):
        """Whoever stopped it has answered: no."""
        asked = settled(make_job(stop_requested_by=OTHER), PROMPT)
        assert (asked.continues, asked.answered_by) == (False, OTHER)
        assert [item.step for item in due(asked, TIMING)] == ["refresh", "resume"]

    def test_the_same_question_changes_nothing(self):
        """Reading it again asks nobody again."""
        job = make_job(state=JobState.PROMPTED, prompt="Go on?", prompts=1)
        assert settled(job, PROMPT) == job

    @pytest.mark.parametrize(
        ("job", "state"), [(submitting(), RoundState.CONFIRMED), (reviewing(), RoundState.WITHDRAWN)]
    )
    def test_a_question_ends_the_round_before_it(self, job, state):
        """The job does not wait for the round any more: sent and settled, or decided elsewhere."""
        job = settled(job, PROMPT)
        assert (job.state, job.rounds[-1].state) == (JobState.PROMPTED, state)
        assert job.next_at is None


class TestEnd:
    """SuperDocs is done with the job."""

    def test_what_superdocs_calls_unapplied_is_noted_unless_its_id_is_another_s_too(self):
        """Ids may come again in a later round: then nobody knows which one is meant."""
        first, second = decided(make_change(1)), decided(make_change(2))
        earlier = make_round(replace(first, number=3, change_id="ch_2"), state=RoundState.CONFIRMED)
        told = replace(COMPLETED, unapplied=frozenset({"ch_1", "ch_2", "ch_9"}))
        held = sent(make_round(first, second, number=2))
        job = settled(make_job(earlier, held), told)
        called = [c.number for r in job.rounds for c in r.changes if c.is_called_unapplied]
        assert called == [1]

    @pytest.mark.parametrize(("html", "outcome"), [(None, Outcome.NOT_FOUND), ("<p>x</p>", Outcome.UNKNOWN)])
    def test_without_a_document_superdocs_word_is_all_there_is(self, html, outcome):
        """It says that an approved change is not in it; with a document, that is looked up."""
        told = replace(COMPLETED, unapplied=frozenset({"ch_1"}), updated_html=html)
        job = settled(make_job(sent(make_round(decided(make_change(1))))), told)
        assert job.rounds[0].changes[0].outcome is outcome

    def test_a_completed_job_keeps_its_words_and_document(self):
        """The document is to be posted; its text stays out of the record."""
        job = settled(make_job(next_at=NOON), replace(COMPLETED, response="Done.", updated_html="<p>x</p>"))
        assert (job.state, job.ended_at, job.next_at) == (JobState.COMPLETED, later(60), None)
        assert (job.result, job.has_document, job.publish_at) == ("Done.", True, later(60))

    @pytest.mark.parametrize("html", [None, ""])
    def test_a_job_without_a_document_posts_none(self, html):
        """Completed is not edited."""
        job = settled(make_job(), replace(COMPLETED, updated_html=html))
        assert (job.has_document, job.publish_at) == (False, None)

    def test_a_failed_job_says_why(self):
        """In SuperDocs' words, or that there were none."""
        assert settled(make_job(), replace(FAILED, error="Quota.")).reason == "Quota."
        assert settled(make_job(), FAILED).reason == "SuperDocs gave no reason."

    def test_a_cancelled_job_says_who_stopped_it(self):
        """Somebody here, or somebody at SuperDocs."""
        stopped = settled(make_job(stop_requested_by=OTHER), CANCELLED)
        assert (stopped.state, stopped.reason) == (JobState.STOPPED, f"Stopped by <@{OTHER}>.")
        assert settled(make_job(), CANCELLED).reason == "Stopped at SuperDocs."

    @pytest.mark.parametrize("end", [COMPLETED, FAILED, CANCELLED])
    @pytest.mark.parametrize(
        ("job", "state"),
        [
            (submitting(), RoundState.CONFIRMED),
            (unknown(), RoundState.CONFIRMED),
            (reviewing(), RoundState.WITHDRAWN),
            (make_job(make_round(state=RoundState.CONFIRMED), state=JobState.WORKING), RoundState.CONFIRMED),
            (make_job(state=JobState.PROMPTED), None),
            (make_job(state=JobState.WORKING), None),
        ],
    )
    def test_the_end_settles_the_round(self, end, job, state):
        """Sent ones are confirmed, open ones were withdrawn, settled ones stay."""
        job = settled(job, end)
        assert job.state in ENDED_JOBS
        assert (job.rounds[-1].state if job.rounds else None) is state
        assert job.next_at is None


class TestGone:
    """SuperDocs does not know the job any more."""

    def test_one_read_is_not_believed(self):
        """The first may be stale: the record only notes when it was said, and shows nothing."""
        job = settled(reviewing(), GONE)
        assert (job.missing_at, job.state, job.revision) == (later(60), JobState.REVIEWING, 0)
        assert settled(job, GONE, seconds=64.9) == job

    def test_a_job_that_is_seen_again_was_never_gone(self):
        """The note is taken back, and counts from the start next time."""
        job = settled(settled(reviewing(), GONE), WAITING, seconds=62)
        assert job.missing_at is None
        assert settled(job, GONE, seconds=70).state is JobState.REVIEWING

    def test_an_open_round_lapses_with_its_job(self):
        """Nobody decided in time: what was decided stays said, the rest lapsed, nothing was sent."""
        held = make_round(decided(make_change(1), Verdict.DENY), make_change(2), send_at=later(70))
        job = settled(settled(make_job(held, next_at=NOON), GONE), GONE, seconds=65)
        assert (job.state, job.rounds[-1].state) == (JobState.LAPSED, RoundState.LAPSED)
        assert [c.state for c in job.rounds[-1].changes] == [ChangeState.DECIDED, ChangeState.LAPSED]
        assert job.reason == "SuperDocs gave the edit up before it was answered."
        assert (job.ended_at, job.next_at, job.rounds[-1].send_at) == (later(65), None, None)

    def test_what_superdocs_was_away_for_is_said_as_that(self):
        """It gave the edit up while nobody could reach it: that was not the reviewers' doing."""
        away = reviewing(decided(make_change()), trouble="SuperDocs could not be reached.", failures=4)
        job = settled(settled(away, GONE), GONE, seconds=65)
        assert job.reason == "Nothing could be delivered in time: SuperDocs could not be reached."
        assert job.rounds[-1].trouble == "SuperDocs could not be reached."

    @pytest.mark.parametrize("job", [submitting(), unknown()])
    def test_what_was_sent_and_never_confirmed_is_said_as_that(self, job):
        """Sent, and then the job was forgotten: nobody claims that it was applied."""
        job = settled(settled(job, GONE), GONE, seconds=65)
        assert (job.state, job.rounds[-1].state) == (JobState.LAPSED, RoundState.LAPSED)
        assert job.reason == NEVER_CONFIRMED

    @pytest.mark.parametrize(
        "job",
        [
            make_job(),
            make_job(state=JobState.PROMPTED),
            make_job(make_round(state=RoundState.CONFIRMED), state=JobState.WORKING),
        ],
    )
    def test_a_job_that_waited_for_nobody_is_forgotten(self, job):
        """Without a round to answer, that is all there is to say; a settled round stays settled."""
        gone = settled(settled(job, GONE), GONE, seconds=65)
        assert (gone.state, gone.rounds) == (JobState.LAPSED, job.rounds)
        assert gone.reason == "SuperDocs no longer knows this edit."


def test_a_confirmation_is_shown_only_if_it_lasts():
    """What comes next is on its way; a card that says "sent" for a moment would cost one of Slack's edits."""
    job = make_job(sent(make_round(decided(make_change()))), refresh_at=None)
    moved_on = settle(job, seen(status=Status.WORKING), {}, later(30), TIMING)
    assert moved_on.rounds[0].state is RoundState.CONFIRMED
    assert moved_on.refresh_at == later(30) + GLANCE


def test_a_withdrawal_is_shown_at_once():
    """Whoever looks at an open card must not decide what is no longer asked."""
    withdrawn = settle(make_job(make_round()), seen(status=Status.WORKING), {}, later(30), TIMING)
    assert withdrawn.rounds[0].state is RoundState.WITHDRAWN
    assert withdrawn.refresh_at == later(30)
