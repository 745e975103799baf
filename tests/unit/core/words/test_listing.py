"""What a backlog says: the pages of a digest, and what waits for one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.backlog import Digest, Tally
from bot.core.chain import Head
from bot.core.model import ChangeState, JobState, MessageRef, Outcome, RoundState, Submission
from bot.core.sighting import Balance
from bot.core.summary import LINES, Action, Does, Line, change_target, round_target
from bot.core.words.listing import facts, lapsed_line, open_line, page, parts, refs_of, stoppable, waiting
from tests.make import NOON, OTHER, REVIEWER, decided, later, make_change, make_job, make_round

BERLIN = ZoneInfo("Europe/Berlin")
LAPSED = make_change(2, state=ChangeState.LAPSED)
TOLD = (Line("Told."),)


def ended(*changes, **rest):
    """Return a job that completed after one round, with its messages up."""
    held = make_round(*(changes or (LAPSED,)), state=RoundState.CONFIRMED)
    job = make_job(held, **{"state": JobState.COMPLETED, "ended_at": later(3500), **rest})
    return job.with_message("round:1", MessageRef("C0LEGAL", "2.0", permalink="https://slack.example/2"))


def digest(opened=0, lapsed=0):
    """Return a digest of so many edits, and their jobs."""
    jobs = [make_job(make_round(submit_at=later(60 + 60 * n)), ref=f"open{n:012}") for n in range(opened)]
    left = [ended(ref=f"lapsed{n:010}") for n in range(lapsed)]
    return Digest("d" * 16, "C0LEGAL", NOON, NOON).listing(jobs + left), {j.ref: j for j in jobs + left}


def pages(begun, jobs):
    """Return everything that a digest says."""
    return [page(begun, part, jobs, TOLD, BERLIN) for part in range(1, parts(begun) + 1)]


class TestOpenLine:
    """A line says what waits, until when, and leads there."""

    def test_a_single_change_is_quoted_and_opens_by_itself(self):
        """Its headline says what it is about."""
        job = make_job(make_round())
        line = open_line(job)
        assert line.status == Line("1 change to review", quote="“10” → “15”")
        assert (line.document, line.deadline_at) == ("supply", later(3480))
        assert line.action == Action(Does.REVIEW, "Review", change_target(job, make_change()))

    def test_several_changes_open_together(self):
        """And none is quoted for the others."""
        job = make_job(make_round(make_change(1), make_change(2)))
        line = open_line(job)
        assert line.status == Line("2 changes to review")
        assert line.action == Action(Does.REVIEW_ALL, "Review", round_target(job, job.rounds[0]))

    def test_what_is_left_of_a_round_is_counted_and_the_last_one_quoted(self):
        """What was replaced is not counted."""
        gone = make_change(4, state=ChangeState.SUPERSEDED)
        job = make_job(make_round(decided(make_change(1)), make_change(2), decided(make_change(3)), gone))
        assert open_line(job).status == Line("1 of 3 changes to review", quote="“20” → “25”")
        assert open_line(job).action == Action(Does.REVIEW_ALL, "Review", round_target(job, job.rounds[0]))

    def test_a_later_round_says_so(self):
        """It answers what was denied before."""
        assert open_line(make_job(make_round(number=2))).status.sentence == "Round 2: 1 change to review"

    def test_it_leads_to_the_round_s_message(self):
        """Once that is up."""
        job = make_job(make_round()).with_message(
            "round:1", MessageRef("C0", "1.0", permalink="https://x.example")
        )
        assert open_line(job).link == "https://x.example"
        assert open_line(make_job(make_round())).link == ""

    def test_a_question_is_quoted_and_answered_where_it_stands(self):
        """It has two answers, so no single button stands for it; it is cut."""
        job = make_job(state=JobState.PROMPTED, prompt="x" * 500, prompts=2)
        line = open_line(job.with_message("prompt:2", MessageRef("C0", "1.0", permalink="https://x.example")))
        assert line.status == Line("SuperDocs asks whether to go on", quote="x" * 119 + "…")
        assert (line.link, line.action, line.deadline_at) == ("https://x.example", None, None)


class TestLapsedLine:
    """A line says what was left, why, and asks for it again."""

    def test_a_single_change_is_named_and_quoted(self):
        """By its number on the card."""
        line = lapsed_line(ended(decided(make_change(1)), LAPSED))
        assert line.status == Line("change 2 lapsed", quote="“20” → “25”")
        assert line.link == "https://slack.example/2"
        assert line.action == Action(Does.ASK_AGAIN, "Ask again", make_job().ref)
        assert line.deadline_at is None

    def test_several_are_counted(self):
        """None is quoted for the others."""
        assert lapsed_line(ended(LAPSED, replace(LAPSED, number=3))).status == Line("2 changes lapsed")

    def test_what_was_approved_and_is_missing_did_not_lapse(self):
        """Each is said as what it is."""
        missing = replace(decided(make_change(1)), outcome=Outcome.NOT_FOUND)
        assert (
            lapsed_line(ended(missing)).status.sentence == "change 1 approved, and not found in the document"
        )
        assert lapsed_line(ended(missing, LAPSED)).status == Line(
            "1 change lapsed; 1 change approved, and not found in the document"
        )

    def test_what_was_sent_and_never_confirmed_is_said_as_that(self):
        """SuperDocs forgot the job: nobody knows what became of it."""
        held = make_round(decided(make_change()), state=RoundState.LAPSED, submission=Submission(1, NOON))
        job = make_job(held, state=JobState.LAPSED)
        assert lapsed_line(job).status.sentence == "change 1 sent, and never confirmed"
        forgotten = job.with_round(replace(held, submission=None, changes=(LAPSED,)))
        assert lapsed_line(forgotten).status.sentence == "change 2 lapsed"

    def test_an_edit_that_came_to_nothing_quotes_what_was_asked_for(self):
        """There is no change to name."""
        job = make_job(state=JobState.LAPSED).with_message(
            "job", MessageRef("C0", "1.0", permalink="https://x.example")
        )
        assert lapsed_line(job).status == Line(
            "lapsed before a change was decided", quote="Give them longer."
        )
        assert lapsed_line(job).link == "https://x.example"

    def test_what_keeps_the_answers_is_said_where_they_are_missing(self):
        """Somebody may still decide, and knows that SuperDocs is away."""
        held = make_round(decided(make_change(1)), make_change(2), trouble="SuperDocs is away.")
        said = open_line(make_job(held)).status.sentence
        assert said == "1 of 2 changes to review (SuperDocs is away)"

    def test_what_was_not_delivered_says_why(self):
        """What may have been taken is called sent all the same."""
        trouble = "SuperDocs could not be reached."
        held = make_round(decided(make_change(1)), make_change(2), state=RoundState.LAPSED, trouble=trouble)
        said = lapsed_line(make_job(held, state=JobState.LAPSED)).status.sentence
        assert said == "2 changes not delivered in time (SuperDocs could not be reached)"
        unsure = replace(held, submission=Submission(1, NOON))
        said = lapsed_line(make_job(unsure, state=JobState.LAPSED)).status.sentence
        assert said == "2 changes sent, and never confirmed"


class TestPages:
    """A digest is as many messages as it takes."""

    def test_what_fits_is_one_message(self):
        """With everything in it: what waits, what was decided, and what can be done."""
        (only,) = pages(*digest(5, 2))
        assert only.title == "Digest of Monday, 23 November"
        assert only.text == "5 edits wait for review, 2 lapsed. Decide the first by 12:01 UTC."
        assert (len(only.open), len(only.lapsed), only.facts) == (5, 2, TOLD)

    def test_the_date_is_the_zone_s(self):
        """Late on Sunday in UTC it is Monday in Berlin."""
        begun, jobs = digest(1)
        late = replace(begun, moment=NOON.replace(day=22, hour=23, minute=30))
        assert page(late, 1, jobs, (), BERLIN).title == "Digest of Monday, 23 November"

    def test_many_edits_go_over_several_messages_each_once(self):
        """In order: the most urgent on the first, and what lapsed after all that is open."""
        begun, jobs = digest(30, 25)
        said = pages(begun, jobs)
        assert [len(one.open) + len(one.lapsed) for one in said] == [LINES, LINES, 15]
        deadlines = [line.deadline_at for one in said for line in one.open]
        assert deadlines == [later(60 + 60 * n) for n in range(30)]
        asked = {line.action.target for one in said for line in one.lapsed}
        assert asked == set(begun.lapsed)

    def test_each_message_says_which_it_is(self):
        """The first also where the others are."""
        titles = [one.title.partition(" · ")[2] for one in pages(*digest(55))]
        assert titles == ["page 1 of 3; the rest is in the thread", "page 2 of 3", "page 3 of 3"]
        assert pages(*digest(55))[1].text == "Page 2 of 3 of what waits."

    def test_facts_and_what_acts_on_all_stand_at_the_end(self):
        """Once."""
        said = pages(*digest(20, 25))
        assert [one.facts for one in said] == [(), (), TOLD]
        assert [bool(one.actions) for one in said] == [False, False, True]

    def test_all_is_asked_again_by_the_digest_s_name(self):
        """It asks first, with the number, since each uses operations."""
        (only,) = pages(*digest(0, 2))
        (action,) = only.actions
        assert (action.does, action.target) == (Does.ASK_ALL_AGAIN, "d" * 16)
        assert action.confirm.startswith("2 edits are asked for again.")

    @pytest.mark.parametrize("lapsed", [0, 1])
    def test_one_edit_needs_no_button_for_all(self, lapsed):
        """It has its own."""
        assert pages(*digest(1, lapsed))[0].actions == ()

    def test_exactly_one_full_page_is_one_page(self):
        """And one more edit is another."""
        assert [parts(digest(n)[0]) for n in (0, LINES, LINES + 1)] == [1, 1, 2]
        begun, _jobs = digest(LINES + 1)
        assert [len(refs_of(begun, part)) for part in (1, 2)] == [LINES, 1]

    def test_what_was_decided_meanwhile_is_counted_and_not_offered(self):
        """As is what was retained no longer; what lapsed meanwhile is offered as that."""
        begun, jobs = digest(5, 1)
        jobs[begun.open[0]] = make_job(make_round(decided(make_change())), ref=begun.open[0])
        jobs[begun.open[1]] = ended(ref=begun.open[1])
        del jobs[begun.open[2]]
        (only,) = pages(begun, jobs)
        assert only.text == "2 edits wait for review, 2 lapsed. Decide the first by 12:04 UTC."
        assert only.facts == (Line("2 more do not wait any longer."), *TOLD)
        offered = {line.action.target.partition(".")[0] for line in only.open + only.lapsed}
        assert offered == {begun.open[1], begun.open[3], begun.open[4], *begun.lapsed}

    @pytest.mark.parametrize(
        ("opened", "lapsed", "text"),
        [
            (1, 0, "1 edit waits for review. Decide the first by 12:01 UTC."),
            (0, 1, "1 edit lapsed, not yet asked again."),
            (0, 3, "3 edits lapsed, not yet asked again."),
        ],
    )
    def test_the_notification_is_one_useful_line(self, opened, lapsed, text):
        """How much waits, and until when the first of it does."""
        assert pages(*digest(opened, lapsed))[0].text == text

    def test_a_question_has_no_deadline_to_name(self):
        """It waits all the same."""
        asks = make_job(state=JobState.PROMPTED, prompt="Go on?")
        begun = Digest("d" * 16, "C0LEGAL", NOON, NOON).listing([asks])
        assert page(begun, 1, {asks.ref: asks}, (), BERLIN).text == "1 edit waits for review."

    def test_a_digest_of_which_nothing_waits_any_longer_says_so(self):
        """It had begun to be posted when the last edit was decided."""
        begun, _jobs = digest(1)
        only = page(begun, 1, {}, (), BERLIN)
        assert (only.text, only.facts) == (
            "Nothing waits any longer.",
            (Line("1 more does not wait any longer."),),
        )


class TestFacts:
    """What was decided since the last digest."""

    def test_counts_people_and_the_median_are_told(self):
        """In the zone's time, from when on."""
        told = Tally(12, 3, 2, ((OTHER, 9), (REVIEWER, 6)), timedelta(minutes=4, seconds=10))
        assert [line.sentence for line in facts(told, NOON, None, BERLIN)] == [
            f"Since Monday, 23 November, 13:00 CET: 12 approved, 3 denied, 2 lapsed. Decided by <@{OTHER}> (9), <@{REVIEWER}> (6).",
            "Median time to decide: 4 min.",
        ]

    def test_what_did_not_happen_is_not_counted(self):
        """And when nothing did, that is said."""
        assert facts(Tally(denied=1, reviewers=((OTHER, 1),)), NOON, None, BERLIN)[0].sentence.endswith(
            f": 1 denied. Decided by <@{OTHER}> (1)."
        )
        alarmed = [line.sentence for line in facts(Tally(in_anyway=2), NOON, None, BERLIN)]
        assert alarmed[1] == (
            "⚠ 2 changes were not approved, and are in the document all the same: please check."
        )
        assert facts(Tally(), NOON, None, BERLIN) == (
            Line("Since Monday, 23 November, 13:00 CET: nothing was decided."),
        )

    def test_few_people_are_named_and_the_others_counted(self):
        """A line stays a line."""
        told = Tally(approved=8, reviewers=tuple((f"U{n}", 1) for n in range(8)))
        assert facts(told, NOON, None, BERLIN)[0].sentence.endswith("<@U4> (1) and 3 more.")

    @pytest.mark.parametrize(
        ("seconds", "said"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 0 min")]
    )
    def test_a_duration_is_told_as_people_tell_it(self, seconds, said):
        """In its largest units."""
        told = Tally(median=timedelta(seconds=seconds))
        assert facts(told, NOON, None, BERLIN)[1] == Line(f"Median time to decide: {said}.")

    def test_operations_are_told_when_they_are_known(self):
        """Used of the month's; never fewer than none."""
        assert facts(Tally(), NOON, Balance("pro", 88, 1500), BERLIN)[-1] == Line(
            "88 of 1,500 operations left this month."
        )

    @pytest.mark.parametrize("balance", [None, Balance(), Balance(remaining=5), Balance(monthly_limit=5)])
    def test_operations_that_are_not_said_are_left_out(self, balance):
        """Half of it says nothing."""
        assert len(facts(Tally(), NOON, balance, BERLIN)) == 1

    @pytest.mark.parametrize(("count", "said"), [(1, "1 entry"), (12_345, "12,345 entries")])
    def test_the_head_of_the_audit_is_told(self, count, said):
        """So much of it that nobody makes another one like it, and of how many entries it is the end."""
        told = facts(Tally(), NOON, Balance("pro", 88, 1500), BERLIN, Head(count, "0123456789abcdef" * 4))
        assert told[-1] == Line(f"Audit: {said}, head 0123456789abcdef.")


class TestWaiting:
    """What waits for one person."""

    def test_it_counts_what_waits(self):
        """In the title and the notification."""
        assert waiting([make_job(make_round())], 0).title == "1 edit waits for you"
        two = waiting([make_job(make_round())] * 2, 0)
        assert (two.title, two.text, len(two.open)) == ("2 edits wait for you", "2 edits wait for you.", 2)

    def test_nothing_is_said_as_nothing(self):
        """Not as an empty list."""
        nothing = waiting([], 0)
        assert (nothing.title, nothing.text, nothing.facts) == (
            "Nothing waits for you",
            "Nothing waits for you.",
            (),
        )

    def test_what_does_not_fit_is_counted(self):
        """The most urgent stand there."""
        many = waiting([make_job(make_round())] * (LINES + 3), 0)
        assert (len(many.open), many.rest) == (LINES, 3)

    def test_channels_that_could_not_be_looked_up_are_owned_up_to(self):
        """Something may wait there."""
        assert waiting([], 1).facts[0].sentence.startswith("What waits in 1 channel could not be looked up")
        assert "in 2 channels" in waiting([], 2).facts[0].sentence


class TestStoppable:
    """What one person may stop."""

    def test_each_line_says_how_far_it_is_and_asks_before_it_stops(self):
        """With the words of whoever asked for it."""
        summary = stoppable([make_job(make_round()), make_job(progress="Reading")], 0)
        assert (summary.title, summary.text) == ("You may stop 2 edits", "You may stop 2 edits.")
        assert [line.status.sentence for line in summary.open] == ["1 change to review", "Working (0:00)"]
        assert {line.status.quote for line in summary.open} == {"Give them longer."}
        action = summary.open[0].action
        assert action is not None
        assert (action.does, action.label, action.target) == (Does.STOP, "Stop", "ref0000000000001")
        assert "Nothing more is proposed" in action.confirm

    def test_nothing_is_said_as_nothing_only_where_that_is_known(self):
        """A channel that could not be looked up may hold something."""
        assert stoppable([], 0).title == "There is no edit that you may stop"
        assert stoppable([], 1).title == "What you may stop is not known"
        assert "1 channel" in stoppable([], 1).facts[0].sentence

    def test_what_does_not_fit_is_counted(self):
        """The newest stand there."""
        many = stoppable([make_job()] * (LINES + 2), 0)
        assert (len(many.open), many.rest) == (LINES, 2)
