"""What waits, in which order, for whom; and what became of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.backlog import (
    Digest,
    Tally,
    asked_name,
    daily_name,
    deadline,
    is_open,
    may_stop,
    newest_first,
    tally,
    to_remind,
    urgent_first,
    waits_for,
)
from bot.core.model import (
    ChangeState,
    Job,
    JobState,
    MessageRef,
    Outcome,
    Passing,
    RoundState,
    Submission,
    Verdict,
)
from bot.core.permission import Person, Policy
from bot.core.submitting import begin
from tests.make import (
    NOON,
    OTHER,
    REQUESTER,
    REVIEWER,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_round,
)

ME = Person(REVIEWER)
ANYBODY = Policy()
PROMPTED = make_job(state=JobState.PROMPTED, prompt="Go on?", prompts=1)
LAPSED = make_change(2, state=ChangeState.LAPSED)
DIGEST = Digest("0" * 16, "C0LEGAL", NOON, NOON)


def reviewing(*changes, **rest) -> Job:
    """Return a job whose round has just been opened."""
    return make_job(make_round(*changes, **rest))


def ended(*changes, **rest) -> Job:
    """Return a job that completed after one round."""
    held = make_round(*changes, state=RoundState.CONFIRMED, submission=Submission(1, later(3480)))
    return make_job(held, **{"state": JobState.COMPLETED, "ended_at": later(3500), **rest})


class TestOpen:
    """An edit is open while somebody here can do something about it."""

    def test_a_round_with_something_undecided_is_open(self):
        """One change left of two is enough."""
        assert is_open(reviewing())
        assert is_open(reviewing(decided(make_change(1)), make_change(2)))

    def test_a_question_is_open_until_it_is_answered(self):
        """Whichever way."""
        assert is_open(PROMPTED)
        assert not is_open(replace(PROMPTED, continues=True))
        assert not is_open(replace(PROMPTED, continues=False))

    @pytest.mark.parametrize(
        "job",
        [
            make_job(),
            make_job(state=JobState.STARTING),
            reviewing(decided(make_change())),
            reviewing(make_change(), state=RoundState.SUBMITTING),
            reviewing(make_change(), send_at=NOON, hurried_by=OTHER),
            replace(reviewing(), stop_requested_by=OTHER),
            replace(PROMPTED, stop_requested_by=OTHER),
            ended(LAPSED),
        ],
        ids=["working", "starting", "decided", "sent", "hurried", "stopping", "stopping a question", "ended"],
    )
    def test_what_nobody_can_decide_any_more_is_not_open(self, job):
        """It is under way, decided, on its way out, or over."""
        assert not is_open(job)

    def test_the_most_urgent_comes_first(self):
        """By the moment until which a decision counts; a question has none that is known."""
        soon = make_job(make_round(submit_at=later(60)), ref="soon")
        late = make_job(make_round(submit_at=later(600)), ref="late")
        question = replace(PROMPTED, ref="asks", created_at=later(-999))
        assert urgent_first([question, late, soon]) == (soon, late, question)
        assert [deadline(job) for job in (soon, question)] == [later(60), None]

    def test_what_ended_last_comes_first(self):
        """Of what ended together, always in the same order."""
        jobs = [ended(LAPSED, ref=name, ended_at=later(at)) for name, at in (("b", 5), ("a", 5), ("c", 9))]
        assert [job.ref for job in newest_first(jobs)] == ["c", "a", "b"]


class TestMayStop:
    """What I may stop is what I asked for, and what I may decide."""

    @pytest.mark.parametrize("job", [make_job(), make_job(state=JobState.STARTING), reviewing(), PROMPTED])
    def test_whoever_asked_may_stop_it_wherever_it_is(self, job):
        """Whether or not they may decide, and are still in the channel."""
        policy = Policy(reviewers=frozenset({OTHER}))
        assert may_stop(job, Person(REQUESTER, is_member=False), policy)

    @pytest.mark.parametrize("job", [reviewing(), PROMPTED])
    def test_whoever_may_decide_may_stop_what_is_under_review(self, job):
        """Only in a channel that they see, and only where they may deny."""
        assert may_stop(job, ME, ANYBODY)
        assert not may_stop(job, ME, Policy(reviewers=frozenset({OTHER})))
        assert not may_stop(job, replace(ME, is_member=False), Policy(reviewers=frozenset({REVIEWER})))

    @pytest.mark.parametrize("user_id", [REVIEWER, REQUESTER])
    @pytest.mark.parametrize("job", [replace(reviewing(), stop_requested_by=OTHER), ended(LAPSED)])
    def test_what_ends_already_is_not_stopped(self, job, user_id):
        """By nobody."""
        assert not may_stop(job, Person(user_id), ANYBODY)

    def test_an_edit_of_others_that_shows_nothing_yet_is_not_offered(self):
        """Nor is one that nobody here asked for."""
        assert not may_stop(make_job(), ME, ANYBODY)
        assert not may_stop(make_job(requester_id=""), ME, ANYBODY)

    def test_guests_stop_nothing(self):
        """Not even what is said to be theirs."""
        assert not may_stop(reviewing(), Person(REQUESTER, is_guest=True), ANYBODY)


class TestWaitsFor:
    """What waits for me is what I may decide and have not."""

    def test_a_member_of_the_channel_is_waited_for(self):
        """For a round and for a question."""
        assert waits_for(reviewing(), ME, ANYBODY)
        assert waits_for(PROMPTED, ME, ANYBODY)

    @pytest.mark.parametrize("job", [reviewing(), PROMPTED])
    @pytest.mark.parametrize("policy", [ANYBODY, Policy(reviewers=frozenset({REVIEWER}))])
    def test_who_is_not_in_the_channel_sees_nothing_of_it(self, job, policy):
        """Not even when they are named as a reviewer: the channel may be private."""
        assert not waits_for(job, replace(ME, is_member=False), policy)

    @pytest.mark.parametrize("job", [reviewing(), PROMPTED])
    def test_only_reviewers_are_waited_for_where_there_are_such(self, job):
        """A member who may not decide is not asked to."""
        assert not waits_for(job, ME, Policy(reviewers=frozenset({OTHER})))

    def test_who_has_said_yes_is_not_waited_for(self):
        """The change needs somebody else's approval; one that they have not seen yet still waits."""
        mine = replace(make_change(1), decisions=(make_decision(reviewer_id=REVIEWER),))
        assert not waits_for(reviewing(mine, approvals=2), ME, ANYBODY)
        assert waits_for(reviewing(mine, approvals=2), Person(OTHER), ANYBODY)
        assert waits_for(reviewing(mine, make_change(2), approvals=2), ME, ANYBODY)

    def test_who_may_not_approve_their_own_edit_is_not_waited_for(self):
        """Somebody else is."""
        policy = Policy(own_edits=False)
        assert not waits_for(reviewing(), Person(REQUESTER), policy)
        assert waits_for(reviewing(), ME, policy)

    def test_what_is_not_open_waits_for_nobody(self):
        """It is decided."""
        assert not waits_for(reviewing(decided(make_change())), ME, ANYBODY)


class TestRemind:
    """Whom a reminder asks by name."""

    def test_without_a_roster_nobody_is_singled_out(self):
        """But for whoever something was passed on to."""
        assert to_remind(reviewing(), ANYBODY) == ()
        passed = make_change(passings=(Passing(REVIEWER, "U0FIRST", NOON), Passing(REVIEWER, OTHER, NOON)))
        assert to_remind(reviewing(passed), ANYBODY) == (OTHER,)

    def test_named_reviewers_are_asked_until_they_have_decided(self):
        """Who has approved all that two must approve is left in peace."""
        policy = Policy(reviewers=frozenset({REVIEWER, OTHER}))
        assert to_remind(reviewing(), policy) == (OTHER, REVIEWER)
        mine = replace(make_change(1), decisions=(make_decision(reviewer_id=REVIEWER),))
        assert to_remind(reviewing(mine, approvals=2), policy) == (OTHER,)
        assert to_remind(reviewing(mine, make_change(2), approvals=2), policy) == (OTHER, REVIEWER)

    def test_whoever_it_was_passed_on_to_comes_first_and_once(self):
        """And not at all once they have decided it."""
        policy = Policy(reviewers=frozenset({REVIEWER, OTHER}))
        passed = make_change(passings=(Passing(OTHER, REVIEWER, NOON),))
        assert to_remind(reviewing(passed), policy) == (REVIEWER, OTHER)
        said = replace(passed, decisions=(make_decision(reviewer_id=REVIEWER),))
        assert to_remind(reviewing(said, approvals=2), policy) == (OTHER,)

    def test_who_may_not_approve_is_not_asked_to(self):
        """The requester, where somebody else must."""
        policy = Policy(reviewers=frozenset({REQUESTER, OTHER}), own_edits=False)
        assert to_remind(reviewing(), policy) == (OTHER,)

    def test_user_groups_come_last(self):
        """As groups; where a route is closed nobody is asked."""
        policy = Policy(reviewers=frozenset({OTHER}), groups=frozenset({"S0LEGAL"}))
        assert to_remind(reviewing(), policy) == (OTHER, "S0LEGAL")
        assert to_remind(reviewing(), replace(policy, closed="No.")) == ()
        assert to_remind(reviewing(decided(make_change())), policy) == ()


class TestTally:
    """What was decided since a moment, by whom, how fast."""

    def test_changes_are_counted_by_what_became_of_them(self):
        """Approved, denied, lapsed."""
        job = ended(decided(make_change(1)), LAPSED, decided(make_change(3), Verdict.DENY, reviewer_id=OTHER))
        told = tally([job], later(-1), later(9999))
        assert (told.approved, told.denied, told.lapsed) == (1, 1, 1)
        assert told.reviewers == ((OTHER, 1), (REVIEWER, 1))

    def test_a_span_begins_after_one_moment_and_ends_with_the_other(self):
        """So that two spans which touch count everything once."""
        job = reviewing(decided(make_change(1)), decided(make_change(2), at=later(10)), make_change(3))
        assert [
            tally([job], since, since + timedelta(seconds=10)).approved for since in (later(-10), NOON)
        ] == [1, 1]
        assert tally([job], later(10), later(20)) == Tally()

    def test_who_decided_most_comes_first(self):
        """A change that needed two approvals is one change and two people's decisions."""
        both = replace(
            decided(make_change(1)),
            decisions=(make_decision(), make_decision(reviewer_id=OTHER, at=later(60))),
        )
        told = tally([ended(both, decided(make_change(2), reviewer_id=OTHER))], later(-1), later(60))
        assert (told.approved, told.reviewers) == (2, ((OTHER, 2), (REVIEWER, 1)))

    def test_the_median_counts_from_when_the_round_was_seen(self):
        """Not from when SuperDocs says that it paused, by a clock of its own; half took longer."""
        changes = [decided(make_change(n), at=later(at)) for n, at in ((1, 70), (2, 90), (3, 500))]
        seen = ended(*changes)
        held = replace(seen.rounds[0], seen_at=later(60))
        assert tally([seen.with_round(held)], NOON, later(999)).median == timedelta(seconds=30)
        assert tally([seen], NOON, later(999)).median == timedelta(seconds=90)
        assert tally([], NOON, later(999)).median is None

    def test_what_got_into_a_document_although_it_was_denied_is_counted_when_the_edit_ended(self):
        """Whoever reads the next digest learns of it."""
        job = replace(ended(replace(make_change(1), outcome=Outcome.APPLIED_ANYWAY)), ended_at=later(30))
        assert tally([job], NOON, later(30)).in_anyway == 1
        assert tally([job], later(30), later(60)).in_anyway == 0

    def test_what_was_taken_back_or_replaced_is_not_counted(self):
        """It waits again, or is another change."""
        superseded = replace(decided(make_change(1)), state=ChangeState.SUPERSEDED)
        assert tally([reviewing(superseded, make_change(2))], later(-1), later(9999)) == Tally()

    def test_what_was_denied_because_somebody_stopped_the_edit_did_not_lapse(self):
        """They wanted it so."""
        job = replace(reviewing(make_change(1), make_change(2)), stop_requested_by=OTHER)
        assert tally([begin(job, job.rounds[0], later(5))], NOON, later(9)).lapsed == 0
        job = reviewing(make_change(1), make_change(2))
        assert tally([begin(job, job.rounds[0], later(5))], NOON, later(9)).lapsed == 2

    def test_what_superdocs_forgot_lapsed_when_that_was_seen(self):
        """Nothing was ever sent."""
        held = make_round(LAPSED, state=RoundState.LAPSED)
        job = make_job(held, state=JobState.LAPSED, ended_at=later(4000))
        assert tally([job], later(3999), later(4000)).lapsed == 1
        assert tally([job], NOON, later(3999)).lapsed == 0


class TestDigest:
    """The record of one digest."""

    def test_it_lists_what_waits_in_order(self):
        """Open ones by urgency, lapsed ones newest first; what is neither is left out."""
        jobs = [
            ended(LAPSED, ref="old"),
            make_job(make_round(submit_at=later(9)), ref="late"),
            make_job(ref="working"),
            make_job(make_round(submit_at=later(5)), ref="soon"),
            ended(LAPSED, ref="new", ended_at=later(9999)),
            ended(LAPSED, ref="again", asked_again_by="other"),
        ]
        listed = DIGEST.listing(jobs)
        assert (listed.open, listed.lapsed) == (("soon", "late"), ("new", "old"))

    def test_a_part_is_up_once_its_place_is_known(self):
        """An intent is no message."""
        intended = DIGEST.with_message(2, MessageRef("C0LEGAL", attempt=1))
        assert not DIGEST.is_up(2)
        assert not intended.is_up(2)
        posted = intended.with_message(2, MessageRef("C0LEGAL", "1.5"))
        assert posted.is_up(2)
        assert not posted.is_up(1)

    def test_a_name_is_sixteen_hex_digits_and_follows_from_what_it_names(self):
        """The same moment in another zone is the same; another channel, moment or request is not."""
        berlin = NOON.astimezone(datetime.now(UTC).astimezone().tzinfo)
        name = daily_name("C0LEGAL", NOON)
        assert name == daily_name("C0LEGAL", berlin)
        assert len(name) == 16
        assert int(name, 16) >= 0
        names = {
            name,
            daily_name("C0OTHER", NOON),
            daily_name("C0LEGAL", later(60)),
            asked_name("1"),
            asked_name("2"),
        }
        assert len(names) == 5
