"""What the messages of a job, a round and a pause say: never more than the record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.lifecycle import has_ended
from bot.core.model import (
    AskedAgain,
    ChangeState,
    JobState,
    MessageRef,
    Mode,
    Origin,
    Outcome,
    RoundState,
    Submission,
    Verdict,
)
from bot.core.summary import Does, Line
from bot.core.words.wording import (
    document_sentence,
    job_message,
    job_status,
    prompt_message,
    reminder,
    round_message,
    round_status,
)
from tests.make import OTHER, REQUESTER, REVIEWER, decided, later, make_change, make_job, make_round

if TYPE_CHECKING:
    from bot.core.model import Change, Job

LINK = "https://slack.example/archives/C0LEGAL/p1"
LAPSED = make_change(2, state=ChangeState.LAPSED)


def posted(job: Job, *slots: str) -> Job:
    """Return the job with these messages up."""
    for slot in slots:
        job = job.with_message(slot, MessageRef("C0LEGAL", "1.0", permalink=f"{LINK}-{slot}"))
    return job


def completed(*changes: Change, **rest: Any) -> Job:
    return make_job(make_round(*changes, state=RoundState.CONFIRMED), state=JobState.COMPLETED, **rest)


def found(change: Change, outcome: Outcome = Outcome.FOUND) -> Change:
    return replace(decided(change), outcome=outcome)


class TestJob:
    """The one message of a job."""

    def test_it_names_who_asked_for_what_in_which_document(self):
        """And one plain line for the phone."""
        summary = job_message(make_job(progress="Reading"))
        assert (summary.requester_id, summary.document) == (REQUESTER, "supply")
        assert summary.instruction == "Give them longer."
        assert summary.text == "Edit of supply: Working (0:00): Reading"

    def test_a_document_without_a_name_is_a_document(self):
        """The line reads well all the same."""
        assert job_message(make_job(document="")).text == "Edit of a document: Working…"

    def test_a_long_instruction_is_cut(self):
        """Quoted by its beginning."""
        summary = job_message(make_job(instruction="x" * 500, progress="y" * 500))
        assert summary.instruction == "x" * 299 + "…"
        assert summary.text.endswith("y…")

    @pytest.mark.parametrize(
        ("traits", "line"),
        [
            ({"state": JobState.STARTING}, Line("Starting…")),
            ({"state": JobState.STARTING, "progress": "Busy."}, Line("Starting: Busy.")),
            ({}, Line("Working…")),
            ({"progress": "Reading"}, Line("Working (0:00):", quote="Reading")),
            ({"progress": "Reading", "progress_at": later(100)}, Line("Working (1:40):", quote="Reading")),
            ({"progress": "Reading", "progress_at": later(-1)}, Line("Working (0:00):", quote="Reading")),
            ({"state": JobState.PROMPTED}, Line("SuperDocs asks whether to go on.")),
            ({"state": JobState.FAILED, "reason": "Quota."}, Line("Failed:", quote="Quota.")),
            ({"state": JobState.STOPPED}, Line("Stopped.")),
            ({"state": JobState.STOPPED, "reason": "Stopped by Bob."}, Line("Stopped by Bob.")),
            ({"state": JobState.LAPSED, "reason": "Too late."}, Line("Lapsed. Too late.")),
            ({"stop_requested_by": OTHER}, Line(f"Stopping, as <@{OTHER}> asked.")),
            (
                {"state": JobState.STOPPED, "reason": "Stopped.", "stop_requested_by": OTHER},
                Line("Stopped."),
            ),
        ],
    )
    def test_it_says_where_the_job_stands(self, traits, line):
        """One line for each state; SuperDocs' words are quoted, ours are not."""
        assert job_status(make_job(**traits)) == line

    @pytest.mark.parametrize("state", JobState)
    def test_every_state_has_a_line(self, state):
        """No job is without one."""
        assert job_status(make_job(make_round(), state=state)).sentence

    @pytest.mark.parametrize(
        ("changes", "number", "sentence"),
        [
            ((make_change(1),), 1, "1 change to review"),
            ((make_change(1), make_change(2), decided(make_change(3))), 1, "2 changes to review"),
            ((make_change(1),), 2, "Round 2: 1 change to review"),
            ((decided(make_change(1)),), 1, "All decided; sending in a moment."),
        ],
    )
    def test_a_review_is_counted_and_linked(self, changes, number, sentence):
        """What is open, in which round, and the way there."""
        job = posted(make_job(make_round(*changes, number=number)), f"round:{number}")
        assert job_status(job) == Line(sentence, link=f"{LINK}-round:{number}")

    @pytest.mark.parametrize(
        ("state", "sentence"),
        [
            (RoundState.SUBMITTING, "Sending the decisions."),
            (RoundState.UNKNOWN, "Sent, not confirmed yet: asking SuperDocs."),
        ],
    )
    def test_a_round_on_its_way_is_no_further_than_that(self, state, sentence):
        """Sending is not sent, sent is not confirmed."""
        assert job_status(make_job(make_round(state=state))) == Line(sentence)

    def test_the_end_says_what_was_found(self):
        """Not what SuperDocs says it did."""
        assert job_status(completed(found(make_change(1)), decided(make_change(2), Verdict.DENY))) == Line(
            "Applied 1 of 2, found in the document."
        )
        assert job_status(completed(found(make_change(1)), LAPSED)).sentence == (
            "Applied 1 of 2, found in the document; 1 lapsed."
        )
        missing = found(make_change(1), Outcome.NOT_FOUND)
        assert job_status(completed(missing, found(make_change(2)))).sentence == (
            "Applied 1 of 2; 1 approved but not found in the document. SuperDocs does not say that change 1 failed."
        )

    def test_the_document_counts_whatever_superdocs_says_and_what_it_says_is_told(self):
        """It called one change unapplied that is there, and agrees on another that is not."""
        there = replace(found(make_change(1)), is_called_unapplied=True)
        missing = replace(found(make_change(2), Outcome.NOT_FOUND), is_called_unapplied=True)
        assert job_status(completed(there, missing)).sentence == (
            "Applied 1 of 2; 1 approved but not found in the document. SuperDocs says that change 1 is not in it."
        )

    def test_what_got_in_although_it_was_denied_comes_first(self):
        """Whoever reads no further has read that."""
        denied = replace(decided(make_change(2), Verdict.DENY), outcome=Outcome.APPLIED_ANYWAY)
        lapsed = replace(LAPSED, number=3, outcome=Outcome.APPLIED_ANYWAY)
        assert job_status(completed(found(make_change(1)), denied)).sentence == (
            "⚠ Change 2 was not approved, and is in the document all the same: please check it. "
            "Applied 1 of 2, found in the document."
        )
        assert job_status(completed(denied, lapsed)).sentence.startswith(
            "⚠ Changes 2 and 3 were not approved, and are in the document all the same: please check it. "
        )

    def test_what_the_documents_do_not_tell_is_neither_found_nor_missing(self):
        """It is in one that nobody could read."""
        assert job_status(completed(found(make_change(1)), decided(make_change(2)))).sentence == (
            "Applied 1 of 2, found in the document; of 1 more the document does not tell."
        )

    def test_a_revised_change_counts_once(self):
        """Whoever asked for one change reads of one, however many rounds it took."""
        denied = decided(make_change(1), Verdict.DENY, feedback="Shorter.")
        revised = found(make_change(2, revises=1))
        rounds = make_round(denied, state=RoundState.CONFIRMED), make_round(revised, number=2)
        job = make_job(*rounds, state=JobState.COMPLETED)
        assert job_status(job).sentence == "Applied 1 of 1, found in the document."

    def test_what_a_stop_denied_is_not_counted_as_approved(self):
        """Somebody had approved it, and then the edit was stopped."""
        held = make_round(decided(make_change(1)), state=RoundState.CONFIRMED, is_stopped=True)
        job = make_job(held, state=JobState.COMPLETED, stop_requested_by=OTHER)
        assert job_status(job).sentence == f"Stopped by <@{OTHER}>. Nothing was applied."

    def test_before_the_document_was_looked_at_nothing_is_called_applied(self):
        """Approved is what the record knows."""
        assert job_status(completed(decided(make_change(1)), LAPSED)).sentence == (
            "Completed; 1 approved; 1 lapsed."
        )
        assert job_status(completed(decided(make_change(1), Verdict.DENY))).sentence == (
            "Completed; nothing was approved."
        )

    def test_what_was_decided_elsewhere_is_not_called_denied(self):
        """Nobody here approved anything, and what somebody else did is not known."""
        held = make_round(make_change(state=ChangeState.WITHDRAWN), state=RoundState.WITHDRAWN)
        job = make_job(held, state=JobState.COMPLETED, has_document=True)
        assert job_status(job).sentence == "Completed; decided elsewhere, nothing was sent from here."

    @pytest.mark.parametrize(
        ("traits", "sentence"),
        [
            ({}, "Completed without proposing a change."),
            ({"has_document": True, "mode": Mode.AUTOMATIC}, "Completed, applied automatically."),
            (
                {"has_document": True},
                "Completed, but SuperDocs changed the document without asking: please check it.",
            ),
        ],
    )
    def test_a_job_that_never_paused_says_what_that_means(self, traits, sentence):
        """A document that was changed in review mode without a review is an alarm."""
        job = make_job(state=JobState.COMPLETED, result="I did it.", **traits)
        assert job_status(job) == Line(sentence, quote="I did it.")

    @pytest.mark.parametrize("origin", [Origin.HANDED_OVER, Origin.FOUND])
    def test_a_program_s_job_that_never_paused_here_is_no_alarm(self, origin):
        """Its mode is the program's choice, and what it waited for may have been decided before."""
        job = make_job(state=JobState.COMPLETED, has_document=True, origin=origin, result="I did it.")
        assert job_status(job) == Line(
            "Completed; nothing of it waited for a decision here.", quote="I did it."
        )

    def test_an_edit_that_a_program_asked_for_is_judged_like_anybody_s(self):
        """Its mode was said to the relay, so a change without asking is an alarm."""
        job = make_job(state=JobState.COMPLETED, has_document=True, origin=Origin.PROGRAM, result="I did it.")
        assert "without asking" in job_status(job).sentence
        automatic = replace(job, mode=Mode.AUTOMATIC)
        assert "applied automatically" in job_status(automatic).sentence

    def test_a_program_s_job_is_told_as_that(self):
        """Nobody is named as asking, nothing as asked for; only what it left can be asked for again."""
        job = make_job(requester_id="", instruction="", document="", origin=Origin.HANDED_OVER)
        summary = job_message(job)
        assert (summary.origin, summary.requester_id, summary.instruction) == (Origin.HANDED_OVER, "", "")
        assert summary.text == "Edit of session slack-1: Working…"
        assert job_message(replace(job, state=JobState.FAILED, reason="Quota.")).actions == ()

    @pytest.mark.parametrize("state", JobState)
    def test_what_can_be_done_does_something(self, state):
        """Stop while it runs, edit further what came of it, or ask again when it came to nothing."""
        job = make_job(make_round(decided(make_change()), state=RoundState.CONFIRMED), state=state)
        offered = [action.does for action in job_message(job).actions]
        ended = has_ended(job)
        after = Does.EDIT_AGAIN if state is JobState.COMPLETED else Does.ASK_AGAIN
        assert offered == [after if ended else Does.STOP]

    def test_what_is_left_over_and_what_came_of_it_may_both_be_gone_on_with(self):
        """A completed edit that left a change to nobody offers both."""
        lapsed = make_round(make_change(state=ChangeState.LAPSED), state=RoundState.CONFIRMED)
        summary = job_message(make_job(lapsed, state=JobState.COMPLETED))
        assert [action.does for action in summary.actions] == [Does.ASK_AGAIN, Does.EDIT_AGAIN]

    def test_an_edit_that_never_began_left_no_document(self):
        """Without a job of SuperDocs there is nothing to edit further."""
        assert job_message(make_job(state=JobState.COMPLETED, job_id="")).actions == ()

    def test_nobody_stops_twice(self):
        """Who wanted it stopped is said instead."""
        assert job_message(make_job(stop_requested_by=OTHER)).actions == ()

    @pytest.mark.parametrize(
        ("numbers", "sentence"),
        [
            ((), "Asked again, as the edit before had ended."),
            ((2,), "Asked again for change 2 of the edit before."),
            ((2, 4, 5), "Asked again for changes 2, 4 and 5 of the edit before."),
        ],
    )
    def test_an_edit_that_asks_again_says_for_what(self, numbers, sentence):
        """By the numbers that people saw."""
        assert job_message(make_job(asks_again=AskedAgain("r", numbers))).asked_again == sentence
        assert job_message(make_job()).asked_again == ""


class TestRound:
    """The message of a round with several changes."""

    def test_its_list_names_the_documents_where_there_are_several(self):
        """Before the place, as on the cards."""
        held = make_round(make_change(1, document_id="d1"), make_change(2))
        lines = round_message(make_job(held, document_names={"d1": "MSA.docx"}), held).lines
        assert [line.place for line in lines] == ["MSA.docx · 4.1 Terms", "4.1 Terms"]

    def test_it_lists_its_changes(self):
        """Number, sign, place, words, state, and the way to each card."""
        held = make_round(make_change(1), decided(make_change(2, operation="delete")))
        job = posted(make_job(held), "card:1")
        first, second = round_message(job, held).lines
        assert (first.number, first.sign, first.place, first.status) == (1, "✎", "4.1 Terms", Line("Open"))
        assert (first.link, second.link) == (f"{LINK}-card:1", "")
        assert (second.sign, second.status) == ("−", Line(f"Approved by <@{REVIEWER}>"))

    def test_while_it_is_open_it_says_until_when(self):
        """In its heading's line, and as a moment for the reader's own zone."""
        held = make_round(make_change(1), make_change(2))
        summary = round_message(make_job(held), held)
        assert summary.title == "2 changes to review in supply"
        assert summary.text == "2 changes to review in supply. Decide by 12:58 UTC."
        assert (summary.status, summary.deadline_at) == (None, later(3480))
        assert [a.does for a in summary.actions] == [
            Does.REVIEW_ALL,
            Does.APPROVE_ALL,
            Does.DENY_ALL,
            Does.SEND_NOW,
        ]
        assert summary.actions[0].label == "Review all (2)"
        assert "2 changes" in summary.actions[2].confirm

    def test_a_complete_round_says_that_it_goes(self):
        """Nothing is left to decide, so nothing is offered and no deadline named."""
        held = make_round(decided(make_change(1)), decided(make_change(2)), send_at=later(10))
        summary = round_message(make_job(held), held)
        assert summary.status == Line("All decided; sending in a moment.")
        assert (summary.deadline_at, summary.actions) == (None, ())

    def test_a_later_round_says_which_it_is_and_what_was_asked_for(self):
        """Feedback and what answers it."""
        denied = decided(make_change(1), Verdict.DENY, feedback="Shorter.")
        first = make_round(denied, state=RoundState.CONFIRMED)
        second = make_round(make_change(2, revises=1), make_change(3), make_change(4, revises=9), number=2)
        summary = round_message(make_job(first, second), second)
        assert summary.title == "Round 2: 3 changes to review in supply"
        assert summary.asked == (Line("Change 2 revises change 1:", quote="Shorter."),)

    def test_a_closed_round_says_where_it_stands(self):
        """And leads to the one that follows, once that is up."""
        first = make_round(decided(make_change(1)), LAPSED, state=RoundState.CONFIRMED)
        job = make_job(first, make_round(make_change(3), number=2), document="")
        summary = round_message(job, first)
        assert (summary.title, summary.status) == ("2 changes", Line("Sent to SuperDocs."))
        assert summary.text == "2 changes"
        job = posted(job, "round:2")
        assert round_status(job, first) == Line("Round 2 follows.", link=f"{LINK}-round:2")

    @pytest.mark.parametrize("state", RoundState)
    def test_every_state_of_a_round_has_a_line(self, state):
        """No round is without one, until its changes say how they ended."""
        held = make_round(state=state)
        assert round_status(make_job(held), held)
        ended = round_status(make_job(held, state=JobState.COMPLETED), held)
        assert (ended is None) is (state is RoundState.CONFIRMED)

    def test_a_round_whose_changes_are_all_gone_counts_those_it_had(self):
        """It does not say "0 changes"."""
        gone = [make_change(n, state=ChangeState.WITHDRAWN) for n in (1, 2)]
        held = make_round(*gone, state=RoundState.WITHDRAWN)
        assert round_message(make_job(held), held).title == "2 changes in supply"

    def test_what_lapsed_is_asked_again_from_the_round_s_message(self):
        """When the job has ended, nobody has asked yet, and something did lapse."""
        held = make_round(decided(make_change(1)), LAPSED, state=RoundState.CONFIRMED)
        ended = make_job(held, state=JobState.COMPLETED)
        assert [a.does for a in round_message(ended, held).actions] == [Does.ASK_AGAIN]
        for job in (replace(ended, asked_again_by="r"), replace(ended, state=JobState.WORKING)):
            assert round_message(job, held).actions == ()
        settled = make_round(decided(make_change(1)), decided(make_change(2)), state=RoundState.CONFIRMED)
        assert round_message(make_job(settled, state=JobState.LAPSED), settled).actions == ()


class TestAway:
    """Something keeps the decisions from SuperDocs."""

    AWAY = "SuperDocs could not be reached."
    KEPT = f"{AWAY} What is decided is kept, and sent when SuperDocs takes it, until 13:00 UTC."

    @pytest.mark.parametrize("changes", [(make_change(1),), (decided(make_change(1)), make_change(2))])
    def test_an_open_round_says_what_keeps_it_and_until_when(self, changes):
        """So does the message of the edit."""
        held = make_round(*changes, trouble=self.AWAY)
        assert round_message(make_job(held), held).status == Line(self.KEPT)
        assert job_status(make_job(held)) == Line(self.KEPT)

    def test_what_superdocs_refused_is_kept_as_well(self):
        """It was called, and certainly did not take it."""
        call = Submission(1, later(0), is_refused=True)
        held = make_round(state=RoundState.UNKNOWN, submission=call, trouble=self.AWAY)
        assert round_status(make_job(held), held) == Line(self.KEPT)

    def test_what_may_have_arrived_is_not_called_kept(self):
        """Nobody knows what became of it."""
        call = Submission(1, later(0))
        for state in (RoundState.SUBMITTING, RoundState.UNKNOWN, RoundState.LAPSED):
            held = make_round(state=state, submission=call, trouble=self.AWAY)
            assert round_status(make_job(held), held) == Line(f"Sent, and not confirmed: {self.AWAY}")
        held = make_round(state=RoundState.LAPSED, submission=call)
        assert round_status(make_job(held), held) == Line("Sent, and never confirmed by SuperDocs.")

    def test_what_was_not_delivered_says_so_and_is_asked_for_again(self):
        """With the edit's end."""
        changes = (decided(make_change(1)), decided(make_change(2)))
        held = make_round(*changes, state=RoundState.LAPSED, trouble=self.AWAY)
        summary = round_message(make_job(held, state=JobState.LAPSED), held)
        assert summary.status == Line(f"Lapsed. Nothing could be delivered in time: {self.AWAY}")
        assert [action.does for action in summary.actions] == [Does.ASK_AGAIN]


class TestPrompt:
    """The message of a pause that is no review."""

    def test_it_asks_what_superdocs_asks(self):
        """Its words are quoted, ours frame them."""
        summary = prompt_message(make_job(state=JobState.PROMPTED, prompt="Go on?"))
        assert (summary.question, summary.status) == ("Go on?", None)
        assert [a.does for a in summary.actions] == [Does.CONTINUE, Does.HALT]
        assert "go on with supply." in summary.text

    def test_an_answered_one_says_by_whom(self):
        """And cannot be answered again."""
        job = make_job(state=JobState.PROMPTED, continues=True, answered_by=OTHER, document="")
        summary = prompt_message(job)
        assert (summary.status, summary.actions) == (Line(f"<@{OTHER}> answered."), ())
        assert "the edit" in summary.text

    def test_one_that_went_on_by_itself_was_answered_elsewhere(self):
        """Nobody here is named."""
        assert prompt_message(make_job(prompts=1)).status == Line("Answered elsewhere.")


class TestReminder:
    """What will happen if nobody does anything more."""

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ((make_change(1),), "Unless somebody decides, change 1 lapses."),
            ((make_change(1), make_change(2)), "Unless somebody decides, changes 1 and 2 lapse."),
            (
                (decided(make_change(1)), make_change(2), make_change(3)),
                "Unless somebody decides more, change 1 is sent as approved and changes 2 and 3 lapse.",
            ),
            (
                (decided(make_change(1), Verdict.DENY), make_change(2)),
                "Unless somebody decides more, change 2 lapses.",
            ),
        ],
    )
    def test_it_says_what_is_sent_and_what_lapses(self, changes, sentence):
        """By their numbers, and until when that can be changed: the moment it is sent, not the end of the hour."""
        notice = reminder(make_round(*changes))
        assert notice.sentence == sentence
        assert notice.text == f"{sentence} Decide by 12:58 UTC."
        assert notice.deadline_at == later(3480)


def test_a_reminder_asks_people_by_name():
    """User groups too; the notification can only show ids, and leaves them out. Of many, some are named."""
    notice = reminder(make_round(make_change(1)), (REVIEWER, "S0LEGAL"))
    assert notice.sentence == f"<@{REVIEWER}>, <!subteam^S0LEGAL>: unless somebody decides, change 1 lapses."
    assert "U0" not in notice.text
    assert reminder(make_round(), tuple(f"U{n:03}" for n in range(99))).sentence.count("<@") == 20


def test_the_document_comes_with_a_sentence():
    """What it is, and what was found in it."""
    job = completed(found(make_change(1)))
    assert document_sentence(job) == "supply.html after this edit. Applied 1 of 1, found in the document."
    assert document_sentence(replace(job, document="")).startswith("The document after this edit.")
    loud = replace(job, document="<!subteam^S0ALL> *x*.html")
    assert document_sentence(loud).startswith("!subteam^S0ALL x.html after")
