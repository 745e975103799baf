"""SuperDocs is away: what waits, until when it is asked again, and what is said when that was in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.again import is_lapsed, leftovers, may_ask_again
from bot.core.away import (
    NEVER_ASKED,
    UNREAD,
    expired,
    give_up,
    healed,
    is_kept,
    is_too_late,
    lapses_at,
    put_off,
    retry_at,
    troubled,
    unread,
)
from bot.core.deadline import DAY, GLANCE, pause, sent_from
from bot.core.model import ChangeState, JobState, RoundState
from bot.core.submitting import Trouble, lose_answer, turn_down
from tests.make import NOON, OTHER, decided, later, make_change, make_job, make_round, sent

if TYPE_CHECKING:
    from bot.core.model import Job, Round

AWAY = "SuperDocs could not be reached."
END = 3645.0
"""Seconds after noon at which a round lapses that opened at noon."""


def kept(**rest: Any) -> Job:
    """Return a job whose round was decided, and is to be sent now."""
    return make_job(make_round(decided(make_change()), **{"send_at": NOON, **rest}))


def submitting() -> Job:
    """Return a job whose round is SUBMITTING since noon."""
    return make_job(sent(make_round(decided(make_change()))))


def refused(seconds: float = 1) -> Job:
    """Return a job whose round SuperDocs has clearly refused to take."""
    job = submitting()
    return turn_down(job, job.rounds[-1], Trouble("SuperDocs refused the key (401)."), later(seconds))


def unknown(seconds: float = 1) -> Job:
    """Return a job of whose call nobody knows what it did."""
    job = submitting()
    return lose_answer(job, job.rounds[-1], later(seconds))


def latest(job: Job) -> Round:
    return job.rounds[-1]


class TestUntilWhen:
    """The deadline beats every pause."""

    def test_a_round_has_lapsed_a_minute_after_its_deadline(self):
        """With the calls that are under way; a short window is no longer than half of it late."""
        assert lapses_at(make_round()) == later(END)
        assert lapses_at(make_round(deadline_at=later(8), submit_at=later(5))) == later(12)

    def test_only_what_superdocs_certainly_does_not_have_is_kept(self):
        """Open, or clearly refused; not what was sent without an answer."""
        assert is_kept(latest(kept()))
        assert is_kept(latest(refused()))
        assert not is_kept(latest(unknown()))
        assert not is_kept(latest(submitting()))

    @pytest.mark.parametrize("job", [kept(), refused(), unknown()])
    def test_it_is_too_late_from_then_on(self, job):
        """Whatever has not been taken by then is not sent any more."""
        assert not is_too_late(latest(job), later(END - 0.001))
        assert is_too_late(latest(job), later(END))

    def test_a_call_under_way_is_never_too_late(self):
        """Its answer counts."""
        assert not is_too_late(latest(submitting()), later(END))

    def test_with_time_left_the_backoff_is_as_long_as_it_is(self):
        """Nothing hurries."""
        assert retry_at(latest(kept()), NOON, timedelta(seconds=30)) == later(30)

    @pytest.mark.parametrize(("left", "wait"), [(60, 15), (20, 5), (2, 1), (0.5, 0.5)])
    def test_with_little_time_left_it_is_asked_more_often(self, left, wait):
        """A quarter of what is left, a second at least, and never later than the end."""
        asked = retry_at(latest(kept()), later(END - left), timedelta(seconds=30))
        assert asked == later(END - left + wait)

    def test_what_superdocs_asks_for_is_obeyed(self):
        """For less than that, nothing is asked, however little time is left."""
        held = latest(kept())
        assert retry_at(held, NOON, timedelta(seconds=90), 90) == later(90)
        assert retry_at(held, later(END - 20), timedelta(seconds=15), 15) == later(END - 5)

    def test_but_the_deadline_beats_it(self):
        """Asked to wait beyond it, a last call is made before it; after that one, only the end is left."""
        held = latest(kept())
        assert retry_at(held, NOON, timedelta(hours=1), 3600) == later(3540)
        assert retry_at(held, later(3540), timedelta(hours=1), 3600) == later(END)

    def test_after_the_end_the_backoff_is_all_there_is(self):
        """What may have arrived is asked about on and on."""
        assert retry_at(latest(unknown()), later(END), timedelta(seconds=30)) == later(END + 30)


class TestPutOff:
    """SuperDocs could not be asked."""

    def test_a_decision_waits(self):
        """It is sent later, nobody's word is lost, and people are told what keeps it, if that lasts."""
        job = put_off(kept(), AWAY, None, later(1))
        held = latest(job)
        assert (held.state, held.changes) == (RoundState.OPEN, latest(kept()).changes)
        assert sent_from(held) == later(1) + pause(1, job.ref)
        assert (held.trouble, held.failures, job.unread_since) == (AWAY, 1, later(1))
        assert job.refresh_at == later(1) + GLANCE

    def test_what_was_told_is_not_told_again(self):
        """The same trouble is no news; another one is."""
        once = put_off(kept(), AWAY, None, later(1))
        twice = put_off(once, AWAY, None, later(2))
        assert (twice.revision, latest(twice).failures, twice.unread_since) == (once.revision, 2, later(1))
        assert put_off(twice, "SuperDocs is in trouble.", None, later(3)).revision == once.revision + 1

    def test_a_reason_is_said_without_what_is_for_logs(self):
        """No status, no name of an exception, and nothing that comes alive in Slack."""
        told = troubled(kept(), latest(kept()), "<!channel> broke (ReadError): *no*.", NOON)
        assert latest(told).trouble == "!channel broke: no."

    def test_what_may_have_arrived_is_asked_about_later(self):
        """The round stays as it is."""
        job = put_off(unknown(), AWAY, None, later(10))
        assert latest(job).state is RoundState.UNKNOWN
        assert latest(job).recheck_at == later(10) + pause(1, job.ref)

    def test_retry_after_is_obeyed(self):
        """To the second."""
        assert latest(put_off(kept(), AWAY, 40, later(1))).recheck_at == later(41)

    @pytest.mark.parametrize(
        "job",
        [
            make_job(),
            make_job(make_round(state=RoundState.CONFIRMED)),
            replace(kept(), state=JobState.STOPPED),
        ],
    )
    def test_what_waits_for_nothing_is_left_alone(self, job):
        """No round, a settled one, an ended edit."""
        assert put_off(job, AWAY, None, later(1)) is job

    def test_at_the_end_it_lapses(self):
        """The try that fails then was the last one."""
        job = put_off(put_off(kept(), AWAY, None, later(END - 1)), AWAY, None, later(END))
        assert (job.state, latest(job).state) == (JobState.LAPSED, RoundState.LAPSED)


class TestHealed:
    """SuperDocs answers again."""

    def test_what_kept_us_from_asking_is_over(self):
        """And said to be, if that lasts."""
        job = healed(put_off(kept(), AWAY, None, later(1)), later(9))
        assert (latest(job).trouble, latest(job).failures, job.unread_since) == ("", 0, None)
        assert job.revision == 2

    def test_an_open_round_that_was_put_off_is_due_again(self):
        """Whoever reads well in between does not leave it waiting for what SuperDocs asked for before."""
        held = make_round(decided(make_change()), send_at=NOON, recheck_at=later(1800), failures=1)
        assert latest(healed(make_job(held), NOON)).recheck_at is None

    def test_what_it_refused_stays_refused(self):
        """Reading works all the time: that is no sign that the key may approve now."""
        job = refused()
        assert healed(job, later(9)) == job

    def test_a_settled_round_stays_settled(self):
        """How it lapsed is not forgotten because SuperDocs is back."""
        job = expired(put_off(kept(), AWAY, None, later(1)), later(END))
        assert latest(healed(job, later(END + 9))).trouble == AWAY


class TestLapse:
    """Too late."""

    def test_what_could_not_be_delivered_says_why(self):
        """The round, the edit, and what is left over to ask for again."""
        job = expired(put_off(kept(), AWAY, None, later(1)), later(END))
        assert (job.state, job.ended_at, job.next_at) == (JobState.LAPSED, later(END), None)
        assert job.reason == f"Nothing could be delivered in time: {AWAY}"
        assert latest(job).trouble == AWAY
        assert not latest(job).may_have_arrived
        assert (latest(job).send_at, latest(job).recheck_at) == (None, None)
        assert [c.number for c in leftovers(job)] == [1]
        assert may_ask_again(job)

    def test_what_nobody_decided_lapses_with_it(self):
        """What somebody decided keeps their word."""
        job = make_job(make_round(decided(make_change(1)), make_change(2), trouble=AWAY))
        states = [c.state for c in latest(expired(job, later(END))).changes]
        assert states == [ChangeState.DECIDED, ChangeState.LAPSED]

    def test_a_refusal_to_the_end_is_said_as_that(self):
        """SuperDocs answered, and never took it."""
        job = expired(refused(), later(END))
        assert job.reason == "Nothing could be delivered in time: SuperDocs refused the key."

    def test_before_that_nothing_lapses(self):
        """Nor does ever what may have arrived, or has ended."""
        for job, at in ((kept(), END - 1), (unknown(), END), (submitting(), END), (make_job(), END)):
            assert expired(job, later(at)) is job
        ended = replace(kept(), state=JobState.STOPPED)
        assert expired(ended, later(END)) is ended

    def test_a_stopped_edit_has_stopped(self):
        """Nobody could tell SuperDocs, and nothing is applied: that is what was asked for, and no lapse."""
        job = expired(replace(put_off(kept(), AWAY, None, later(1)), stop_requested_by=OTHER), later(END))
        assert (job.state, job.reason) == (JobState.STOPPED, f"Stopped by <@{OTHER}>.")
        assert latest(job).is_stopped
        assert not is_lapsed(job)

    @pytest.mark.parametrize(
        ("job", "why"),
        [(kept(), "The relay came too late."), (unknown(), "SuperDocs did not take what was sent.")],
    )
    def test_without_a_trouble_the_lateness_itself_is_told(self, job, why):
        """Every worker was down; or a re-read after the end says that the call did nothing."""
        over = give_up(job, latest(job), later(END))
        assert (latest(over).state, latest(over).trouble) == (RoundState.LAPSED, why)
        assert not latest(over).may_have_arrived


class TestUnread:
    """For a day, nobody can say what became of an edit."""

    @pytest.mark.parametrize("state", [JobState.WORKING, JobState.PROMPTED])
    def test_a_job_that_cannot_be_read_for_a_day_ends_in_words(self, state):
        """Nobody waits for it for ever."""
        since = unread(make_job(state=state, next_at=NOON), NOON)
        assert (since.state, since.unread_since) == (state, NOON)
        assert unread(since, later(1)) == since
        over = unread(since, NOON + DAY)
        assert (over.state, over.reason, over.next_at) == (JobState.FAILED, UNREAD, None)
        assert over.ended_at == NOON + DAY
        assert over.refresh_at == NOON + DAY

    @pytest.mark.parametrize("job", [submitting(), unknown()])
    def test_what_was_sent_and_never_confirmed_is_said_as_that(self, job):
        """Its card says that it may have been taken."""
        over = unread(replace(job, unread_since=NOON), NOON + DAY)
        assert (over.state, latest(over).state, over.reason) == (
            JobState.LAPSED,
            RoundState.LAPSED,
            NEVER_ASKED,
        )
        assert latest(over).may_have_arrived

    def test_an_open_round_has_a_deadline_of_its_own(self):
        """However long SuperDocs has been away."""
        job = replace(kept(), unread_since=NOON)
        assert unread(job, NOON + DAY) == job

    def test_an_end_is_final(self):
        """No later failure changes it."""
        job = replace(kept(), state=JobState.COMPLETED, unread_since=NOON)
        assert unread(job, NOON + DAY) is job
