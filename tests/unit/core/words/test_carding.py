"""The card of one change: what it says, and what may be done on it now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.core import judging
from bot.core.feedback import heeded
from bot.core.judging import Shown
from bot.core.model import ChangeState, JobState, MessageRef, Outcome, Passing, RoundState, Verdict
from bot.core.proposal import Content
from bot.core.summary import Does, Line, Since, change_target
from bot.core.words.carding import (
    SIGNS,
    actions,
    approve_action,
    asked_for,
    card,
    dressed,
    notification,
    since_earlier,
    title,
    unnamed,
)
from bot.core.words.status import change_status
from bot.redline import Excerpt, Flag, redline
from tests.make import (
    NOON,
    OTHER,
    REVIEWER,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_proposal,
    make_round,
    sent,
)

if TYPE_CHECKING:
    from bot.core.model import Change, Job, Round
    from bot.core.summary import CardSummary

DENIED = decided(make_change(), Verdict.DENY, feedback="Keep 30.")
APPROVED = decided(make_change())
OPEN = [Does.APPROVE, Does.DENY, Does.FEEDBACK]


def shown(change: Change, content: Content | None = None, **rest: Any) -> CardSummary:
    """Return the card of a round's only change."""
    held = make_round(change, **rest)
    return card(make_job(held), held, change, {change.digest: content or make_proposal().content})


def status(change: Change, round_state: RoundState = RoundState.OPEN, **rest: Any) -> str:
    """Return what the card's status says, up to the words that it quotes."""
    held = make_round(change, state=round_state)
    return change_status(make_job(held, **rest), held, change).sentence.removesuffix(":")


def offered(change: Change, round_state: RoundState = RoundState.OPEN, **rest: Any) -> list[Does]:
    """Return what may be done."""
    held = make_round(change, state=round_state)
    return [action.does for action in actions(make_job(held, **rest), held, change)]


def test_an_open_card_shows_the_change_and_how_to_decide():
    """Title, redline, counts, the AI's claim, the deadline, three buttons; no status before anybody decided."""
    summary = shown(make_change())
    assert summary.title == "Change 1 · Edit · 4.1 Terms"
    assert summary.excerpt.complete
    assert (summary.inserted, summary.deleted) == (1, 1)
    assert summary.claim == "Longer terms."
    assert (summary.status, summary.deadline_at) == (None, later(3480))
    assert [action.does for action in summary.actions] == [*OPEN, Does.HAND_ON]


def test_every_button_names_the_version_that_is_shown():
    """A press on an old card is known by it."""
    change = make_change()
    held = make_round(change)
    job = make_job(held)
    assert {action.target for action in actions(job, held, change)} == {change_target(job, change)}


def test_warnings_and_reasons_stand_on_the_card():
    """Never cut, and apart from the redline."""
    summary = shown(make_change(warnings=("Hidden text.",), uninspectable="Too deep."))
    assert (summary.warnings, summary.uninspectable) == (("Hidden text.",), "Too deep.")


@pytest.mark.parametrize(
    ("operation", "sign", "word"),
    [("edit", "✎", "Edit"), ("create", "+", "New"), ("delete", "−", "Delete"), ("merge", None, "merge"), ("", None, "Edit")],
)  # fmt: skip
def test_operations_have_words(operation, sign, word):
    """Ours for those we know, SuperDocs' own for others, and the plainest when there is none."""
    assert SIGNS.get(operation) == sign
    assert title(make_job(), make_change(operation=operation, place="")) == f"Change 1 · {word}"


def test_the_notification_says_what_and_until_when():
    """One plain line while it is open; afterwards what became of it."""
    summary = shown(make_change())
    assert summary.text == ("Change 1 in supply: removed “30 days”, added “60 days”. Decide by 12:58 UTC.")
    assert shown(APPROVED, state=RoundState.CONFIRMED).text == (
        "Change 1 in supply: removed “30 days”, added “60 days”. Approved · sent"
    )


def test_the_notification_warns_who_only_hears_it():
    """Every sentence that stands before the redline; and why nothing but a denial is offered."""
    warned = shown(make_change(warnings=("Hidden text.", "Odd link.")))
    assert warned.text.endswith("Decide by 12:58 UTC. Warning: Hidden text. Warning: Odd link.")
    barred = shown(make_change(uninspectable="Nested too deep."))
    assert barred.text == "Change 1 in supply: Nested too deep. Decide by 12:58 UTC."


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("Denied by <@U1> → change 2:", "Denied → change 2:"),
        ("Approved by <@U1>, <@U2> · sending", "Approved · sending"),
        ("1 of 2 approvals (<@U1>)", "1 of 2 approvals"),
        ("Lapsed: <@U1> had the round sent.", "Lapsed: somebody had the round sent."),
    ],
)
def test_plain_text_names_nobody(sentence, plain):
    """Slack shows ids instead of names there."""
    assert unnamed(sentence) == plain


def test_the_notification_does_without_what_is_missing():
    """No document's name, nothing to say of the change."""
    held = make_round()
    line = notification(make_job(held, document=""), held, held.changes[0], "")
    assert line.startswith("Change 1: please look at the card.")


def test_a_card_that_stands_alone_names_its_document():
    """In a thread the message above it does."""
    alone, beside = make_round(), make_round(make_change(), make_change(2))
    content = Content("<p>10</p>", "<p>15</p>", "")
    contents = {alone.changes[0].digest: content}
    assert card(make_job(alone), alone, alone.changes[0], contents).document == "supply"
    assert card(make_job(beside), beside, beside.changes[0], contents).document == ""


def test_a_decided_card_keeps_its_redline_and_offers_undo():
    """Until the round is sent; the deadline is nobody's any more."""
    summary = shown(APPROVED)
    assert summary.excerpt.complete
    assert summary.status == Line(f"Approved by <@{REVIEWER}>")
    assert summary.deadline_at is None
    assert [action.does for action in summary.actions] == [Does.UNDO]


def test_a_counted_card_shows_who_approved_so_far():
    """One of two: still open, and one's own can be taken back."""
    change = make_change(decisions=(make_decision(),))
    summary = shown(change, approvals=2)
    assert summary.status == Line(f"1 of 2 approvals (<@{REVIEWER}>)")
    assert summary.deadline_at == later(3480)
    assert [action.does for action in summary.actions] == [*OPEN, Does.UNDO, Does.HAND_ON]


def test_a_denial_shows_its_words_as_somebody_else_s():
    """Quoted, apart from our sentence."""
    assert shown(DENIED).status == Line(f"Denied by <@{REVIEWER}>:", quote="Keep 30.")


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        (RoundState.OPEN, ""),
        (RoundState.SUBMITTING, " · sending"),
        (RoundState.UNKNOWN, " · sent, not confirmed yet: asking SuperDocs"),
        (RoundState.CONFIRMED, " · sent"),
    ],
)
def test_a_decision_is_no_further_than_its_round(state, ending):
    """Recorded is not sent, sent is not applied."""
    assert status(APPROVED, state) == f"Approved by <@{REVIEWER}>{ending}"
    assert status(DENIED, state) == f"Denied by <@{REVIEWER}>{ending}"


@pytest.mark.parametrize(
    ("decided_change", "said"),
    [
        (APPROVED, "never confirmed by SuperDocs, so probably not applied"),
        (DENIED, "never confirmed by SuperDocs"),
    ],
)
def test_what_was_never_confirmed_is_said_as_that(decided_change, said):
    """SuperDocs forgot the job after the answer went out."""
    held = sent(make_round(decided_change), state=RoundState.LAPSED)
    assert change_status(make_job(held), held, decided_change).sentence.removesuffix(":").endswith(said)


def test_what_was_never_sent_is_said_as_that():
    """SuperDocs forgot the job before the answer went out."""
    assert status(APPROVED, RoundState.LAPSED).endswith(
        "not sent: SuperDocs gave the edit up, so not applied"
    )
    assert status(DENIED, RoundState.LAPSED).endswith("not sent: SuperDocs gave the edit up")


def test_only_what_was_found_is_called_applied():
    """The updated document decides; looked for in vain is said too; and what SuperDocs says, where that differs."""
    found, missing = (replace(APPROVED, outcome=outcome) for outcome in (Outcome.FOUND, Outcome.NOT_FOUND))
    assert status(found, RoundState.CONFIRMED).endswith(" · applied, found in the document")
    assert status(replace(found, is_called_unapplied=True), RoundState.CONFIRMED).endswith(
        " · applied, found in the document, although SuperDocs says that it is not"
    )
    assert status(missing, RoundState.CONFIRMED).endswith(
        ", not found in the document, although SuperDocs does not say so"
    )
    assert status(replace(missing, is_called_unapplied=True), RoundState.CONFIRMED).endswith(
        ", not found in the document, as SuperDocs says, too"
    )


def test_what_is_in_the_document_although_it_was_denied_says_so_first():
    """With who denied it and in which words; or that nobody approved it; or that the edit was stopped."""
    anyway = replace(DENIED, outcome=Outcome.APPLIED_ANYWAY)
    held = make_round(anyway, state=RoundState.CONFIRMED)
    line = change_status(make_job(held), held, anyway)
    assert line.sentence == f"⚠ In the document all the same, although <@{REVIEWER}> denied it:"
    assert DENIED.denial is not None
    assert line.quote == DENIED.denial.feedback
    plain = replace(decided(make_change(), Verdict.DENY), outcome=Outcome.APPLIED_ANYWAY)
    assert status(plain, RoundState.CONFIRMED).endswith(f"although <@{REVIEWER}> denied it.")
    lapsed = make_change(state=ChangeState.LAPSED, outcome=Outcome.APPLIED_ANYWAY)
    assert status(lapsed, RoundState.CONFIRMED).endswith("although nobody approved it.")
    stopped = replace(held, is_stopped=True)
    assert change_status(make_job(stopped), stopped, anyway).sentence.endswith(
        "although the edit was stopped before it was applied."
    )


def test_where_a_session_has_several_documents_a_change_names_its_own():
    """In its title, its notification and beside its counts; a name that fills the title is cut."""
    job = make_job(document_names={"d1": "MSA.docx", "d2": "N" * 60})
    change = make_change(1, document_id="d1")
    held = make_round(change)
    assert title(job, change) == "Change 1 · Edit · MSA.docx · 4.1 Terms"
    shown = dressed(job, held, change, make_proposal().content, Shown(Excerpt((), 0, 0), ()))
    assert (shown.document, shown.text.split(":")[0]) == ("MSA", "Change 1 in MSA")
    assert title(job, replace(change, document_id="d2")) == f"Change 1 · Edit · {'N' * 39}… · 4.1 Terms"
    assert title(job, replace(change, document_id="")) == "Change 1 · Edit · 4.1 Terms"


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.STOPPED, JobState.LAPSED])
def test_an_approval_without_a_document_is_said_as_that(state):
    """Sent, but the edit came to nothing."""
    assert status(APPROVED, RoundState.CONFIRMED, state=state).endswith(
        " · sent, but the edit ended without a document"
    )


@pytest.mark.parametrize("state", [JobState.COMPLETED, JobState.FAILED, JobState.STOPPED, JobState.LAPSED])
def test_feedback_that_brought_nothing_is_said_as_that(state):
    """Whoever wrote it knows that nobody took it up; a plain denial asked for nothing."""
    assert status(DENIED, RoundState.CONFIRMED, state=state).endswith(" · no new proposal came")
    plain = decided(make_change(), Verdict.DENY)
    assert status(plain, RoundState.CONFIRMED, state=state).endswith(" · sent")


def test_several_approvers_are_all_named():
    """In the order in which they came."""
    change = replace(APPROVED, decisions=(make_decision(), make_decision(reviewer_id=OTHER)))
    assert status(change) == f"Approved by <@{REVIEWER}>, <@{OTHER}>"


def answered() -> Job:
    """Return a job in which change 2 answers the feedback on change 1."""
    return make_job(
        make_round(DENIED, state=RoundState.CONFIRMED), make_round(make_change(2, revises=1), number=2)
    )


def test_a_denial_leads_to_what_answers_it():
    """And the answer says what it was asked for, and by whom."""
    job = answered()
    assert change_status(job, job.rounds[0], DENIED).sentence == f"Denied by <@{REVIEWER}> → change 2:"
    assert change_status(job, job.rounds[0], DENIED).link == ""
    linked = job.with_message("round:2", MessageRef("C0LEGAL", "2.0", permalink="https://slack.example/2"))
    assert change_status(linked, job.rounds[0], DENIED).link == "https://slack.example/2"
    asked = asked_for(job, job.rounds[1].changes[0])
    assert asked == Line(f"Revises change 1, which <@{REVIEWER}> denied:", quote="Keep 30.")


@pytest.mark.parametrize(
    ("asked", "notes"),
    [
        (
            "Shorter.\nUse exactly this wording: 25  days",
            ("SuperDocs uses exactly the wording that was asked for.",),
        ),
        (
            "Use exactly this wording: 26 days",
            (heeded("26 days", "25 days"),),
        ),
        ("Shorter.", ()),
    ],
)
def test_the_answer_to_an_exact_wording_says_whether_it_is_that(asked, notes):
    """The reviewer need not compare it word by word."""
    denied = decided(make_change(), Verdict.DENY, feedback=asked)
    held = make_round(make_change(2, revises=1), number=2)
    job = make_job(make_round(denied, state=RoundState.CONFIRMED), held)
    contents = {held.changes[0].digest: make_proposal("ch_2", "20 days", "25 days").content}
    assert card(job, held, held.changes[0], contents).notes == notes


PASSED = Passing(REVIEWER, OTHER, NOON)


def test_a_change_that_was_passed_on_says_so_until_it_is_decided():
    """To whom and by whom, the last time; on its card and in the list of its round."""
    change = make_change(passings=(replace(PASSED, to_id="U0FIRST"), PASSED))
    assert status(change) == f"Open · passed on to <@{OTHER}> by <@{REVIEWER}>"
    held = make_round(change)
    summary = card(
        make_job(held), held, change, {change.digest: make_proposal("ch_1", "10 days", "15 days").content}
    )
    assert summary.status is not None
    assert summary.status.sentence.startswith("Open · passed on to")
    once = replace(change, decisions=(make_decision(),))
    assert status(once).startswith("1 of 1 approvals")
    assert status(once).endswith(f" · passed on to <@{OTHER}> by <@{REVIEWER}>")
    assert "passed" not in status(decided(change))


def test_an_edit_that_one_person_reviews_alone_is_not_passed_on():
    """In direct messages there is nobody else."""
    held = make_round()
    alone = make_job(held, moved_from="C0CLOSED", channel=REVIEWER)
    assert [action.does for action in actions(alone, held, held.changes[0])] == OPEN


def test_where_it_is_not_certain_whether_a_wording_was_used_nothing_is_said():
    """Several changes may answer one denial, and what cannot be inspected may hold it."""
    denied = decided(make_change(), Verdict.DENY, feedback="Use exactly this wording: 26 days")
    before = make_round(denied, state=RoundState.CONFIRMED)
    contents = {
        make_change(n).digest: make_proposal(f"ch_{n}", f"{n}0 days", f"{n}5 days").content for n in (2, 3)
    }
    both = make_round(make_change(2, revises=1), make_change(3, revises=1), number=2)
    assert card(make_job(before, both), both, both.changes[0], contents).notes == ()
    replaced = replace(
        both, changes=(both.changes[0], replace(both.changes[1], state=ChangeState.SUPERSEDED))
    )
    assert card(make_job(before, replaced), replaced, replaced.changes[0], contents).notes != ()
    unclear = make_proposal("ch_2", "20 days", "<div>" * 9000)
    odd = make_round(make_change(2, revises=1, digest=unclear.digest), number=2)
    assert judging.compared(unclear.content, "edit").uninspectable
    notes = card(make_job(before, odd), odd, odd.changes[0], {unclear.digest: unclear.content}).notes
    assert not any("wording" in note for note in notes)


def test_a_plain_denial_asks_where_it_would_void_feedback():
    """SuperDocs stops at a denial without words, whatever else was asked for in the round."""
    held = make_round(DENIED, decided(make_change(2), Verdict.DENY), make_change(3))
    deny = next(a for a in actions(make_job(held), held, held.changes[2]) if a.does is Does.DENY)
    assert "the feedback on change 1 then" in deny.confirm
    calm = make_round(make_change(), make_change(2))
    assert [a.confirm for a in actions(make_job(calm), calm, calm.changes[0])] == ["", "", "", ""]


def test_a_change_that_answers_nothing_says_nothing():
    """No revision, an unknown one, or one that nobody denied."""
    assert asked_for(answered(), make_change()) is None
    assert asked_for(answered(), make_change(revises=9)) is None
    assert asked_for(make_job(make_round(APPROVED)), make_change(2, revises=1)) is None


def test_what_is_over_without_a_decision_says_why():
    """Replaced, withdrawn, stopped, lapsed: four different things."""
    assert status(make_change(state=ChangeState.SUPERSEDED, superseded_by=4)).startswith(
        "Replaced by change 4"
    )
    gone = make_change(state=ChangeState.WITHDRAWN)
    assert status(gone).startswith("Decided or withdrawn elsewhere")
    for state in (JobState.STOPPED, JobState.FAILED):
        assert status(gone, state=state) == "Withdrawn: the edit ended before this was sent."
    assert status(make_change()) == "Open"


def test_what_nobody_decided_says_who_had_it_sent():
    """The clock, somebody who sent the round before, or somebody who stopped the edit."""
    change = make_change(state=ChangeState.LAPSED)

    def lapsed(**traits: Any) -> str:
        held = make_round(change, state=RoundState.CONFIRMED, **traits)
        return change_status(make_job(held), held, change).sentence

    assert lapsed() == "Lapsed: nobody decided in time, and nothing was applied."
    assert lapsed(hurried_by=OTHER) == f"Lapsed: <@{OTHER}> had the round sent before anybody decided this."
    assert lapsed(hurried_by=OTHER, is_stopped=True) == "Denied with the rest: the edit was stopped."


def test_what_was_approved_and_then_stopped_is_not_applied():
    """The record keeps who approved it; the card does not say more than that."""
    held = make_round(APPROVED, state=RoundState.CONFIRMED, is_stopped=True)
    sentence = change_status(make_job(held), held, APPROVED).sentence
    assert sentence == f"Approved by <@{REVIEWER}> · not applied: the edit was stopped"


def test_what_is_not_whole_is_approved_in_the_dialog_only():
    """The card offers the dialog where Approve would stand."""
    assert offered(make_change(is_whole=False)) == [Does.REVIEW, *OPEN[1:], Does.HAND_ON]


def test_what_cannot_be_inspected_can_only_be_denied():
    """However short it is."""
    assert offered(make_change(uninspectable="Too deep.")) == [*OPEN[1:], Does.HAND_ON]
    assert offered(make_change(uninspectable="Too deep.", is_whole=False)) == [*OPEN[1:], Does.HAND_ON]


@pytest.mark.parametrize(
    ("warnings", "question"),
    [
        ((), ""),
        (("Hidden text.",), "Hidden text."),
        (("Hidden text.", "Link.", "Bidi."), "Hidden text. And 2 more."),
        (("x" * 400, "Link."), "x" * 239 + "… And 1 more."),
    ],
)
def test_a_dangerous_change_asks_again_with_its_worst_sentence(warnings, question):
    """And how many there are besides."""
    assert approve_action(make_change(warnings=warnings), "t").confirm == question


@pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.OPEN}))
def test_after_the_round_nothing_can_be_pressed(state):
    """A button that does nothing does not stand there."""
    assert offered(APPROVED, state) == []
    assert offered(make_change(), state) == []


@pytest.mark.parametrize("state", [ChangeState.SUPERSEDED, ChangeState.WITHDRAWN])
def test_a_change_that_is_no_longer_proposed_offers_nothing(state):
    """Its round goes on without it."""
    assert offered(make_change(state=state)) == []


def test_a_lapsed_single_card_offers_to_ask_again():
    """Once the job has ended, on the round's own message; among several, the round's message does."""
    lapsed = make_change(state=ChangeState.LAPSED)
    assert offered(lapsed, RoundState.CONFIRMED, state=JobState.COMPLETED) == [Does.ASK_AGAIN]
    assert offered(lapsed, RoundState.CONFIRMED, state=JobState.WORKING) == []
    assert offered(APPROVED, RoundState.CONFIRMED, state=JobState.LAPSED) == []
    held: Round = make_round(lapsed, make_change(2), state=RoundState.CONFIRMED)
    assert actions(make_job(held, state=JobState.COMPLETED), held, lapsed) == ()


def test_what_does_not_fit_is_counted():
    """The card says how much it leaves out, and offers the dialog that does not."""
    long = Content("<p>start</p>", "<p>" + "word " * 3000 + "</p>")
    assert shown(make_change(), long).notes[-1].startswith("And ")


@pytest.mark.parametrize(
    ("edits", "words", "flags", "note"),
    [
        (1, 1, 0, "And 1 more edit (1 word) that do not fit here."),
        (14, 212, 0, "And 14 more edits (212 words) that do not fit here."),
        (2, 3, 1, "And 2 more edits (3 words) and 1 more thing to know that do not fit here."),
        (0, 0, 2, "And 2 more things to know that do not fit here."),
    ],
)
def test_one_is_counted_as_one(edits, words, flags, note):
    """Edits, words, and what is odd about them, each in its own number."""
    held, content = make_round(), make_proposal().content
    part = Shown(Excerpt((), left_out_edits=edits, left_out_words=words), (), flags)
    assert dressed(make_job(held), held, held.changes[0], content, part).notes == (note,)


def test_what_no_word_shows_is_noted():
    """The redline's remark stands on the card."""
    link = Content('<a href="https://a.example">T</a>', '<a href="https://b.example">T</a>')
    assert shown(make_change(), link).notes == (
        "The words are the same; the markup differs (a link's target).",
    )
    assert shown(make_change()).notes == ()


def test_what_is_odd_without_danger_is_said_beside_the_warnings(monkeypatch):
    """In the order of the flags; the dangerous ones are the change's warnings already."""
    flags = (
        Flag("confusable", "“pаy” holds a Cyrillic letter.", dangerous=True),
        Flag("moved-text", "A paragraph moved.", dangerous=False),
        Flag("risk-word", "“not” is added.", dangerous=False),
    )
    given = replace(redline("<p>a</p>", "<p>b</p>"), flags=flags)
    monkeypatch.setattr(judging, "redline", lambda *_sides: given)
    summary = shown(make_change(), Content("<p>a</p>", "<p>said in this test only</p>"))
    assert summary.flags == ("A paragraph moved.", "“not” is added.")
    assert summary.warnings == ()


def test_a_claim_that_is_not_so_stands_beside_the_facts():
    """A reviewer need not find out by counting."""
    summary = shown(make_change(), Content("<p>30 days</p>", "<p>60 days</p>", "Only formatting."))
    assert summary.contradictions == ("SuperDocs says “Only formatting”, but 1 word is added and 1 removed.",)
    assert shown(make_change()).contradictions == ()


class TestALaterRound:
    """What changed since the earlier proposal stands beside what changes in the document."""

    def since(
        self, then: str | None, now: str | None, budget: int = 1000, **earlier: Content
    ) -> Since | None:
        job = answered()
        denied, change = job.rounds[0].changes[0], job.rounds[1].changes[0]
        contents = {
            denied.digest: Content("<p>30 days</p>", then),
            change.digest: Content("<p>30 days</p>", now),
        }
        return since_earlier(job, change, contents | earlier, budget)

    def test_the_two_proposals_are_compared(self):
        """And not the document with either."""
        since = self.since("<p>60 days</p>", "<p>45 days</p>")
        assert since is not None
        assert since.sentence == "Since round 1:"
        marked = [(span.mark.value, span.text) for span in since.excerpt.paragraphs[0].spans]
        assert marked == [("delete", "60"), ("insert", "45"), ("keep", " days")]

    def test_the_same_proposal_again_is_said(self):
        """Somebody's feedback was not heard."""
        since = self.since("<p>60 days</p>", "<p>60 days</p>")
        assert since == Since(
            "Nothing has changed since round 1: the same text is proposed again.", Excerpt((), 0, 0)
        )

    def test_what_differs_in_markup_only_is_said(self):
        """There are no words to mark."""
        since = self.since("<p>60 days</p>", "<p><b>60</b> days</p>")
        assert since is not None
        assert since.sentence == "Since round 1: Formatting only: “60” is now bold."
        assert since.excerpt.paragraphs == ()

    def test_what_cannot_be_compared_is_left_away(self):
        """Two deletions, what cannot be inspected, a text that is kept no longer, a change that revises none."""
        assert self.since(None, None) is not None
        assert self.since("<p>\0</p>", "<p>x</p>") is None
        job = answered()
        change = job.rounds[1].changes[0]
        assert since_earlier(job, change, {change.digest: Content(None, "<p>x</p>")}, 1000) is None
        assert since_earlier(job, job.rounds[0].changes[0], {}, 1000) is None

    def test_a_card_shows_it_only_when_it_is_short(self):
        """The reading dialog shows more of it."""
        job = answered()
        denied, change = job.rounds[0].changes[0], job.rounds[1].changes[0]
        then = Content("<p>30 days</p>", "<p>60 days</p>")
        for now, is_shown in (("<p>45 days</p>", True), (f"<p>{'word ' * 300}</p>", False)):
            contents = {denied.digest: then, change.digest: Content("<p>30 days</p>", now)}
            assert (card(job, job.rounds[1], change, contents).since is not None) is is_shown


AWAY = "SuperDocs could not be reached."
KEPT = " · not sent yet (SuperDocs could not be reached); kept, and sent when SuperDocs takes it, until 13:00 UTC"


def troubled(change: Change, *, is_refused: bool = False, **rest: Any) -> str:
    """Return what the status of a change says whose round something keeps from SuperDocs."""
    held = make_round(change, trouble=AWAY)
    if rest["state"] is not RoundState.OPEN:
        held = sent(held)
        assert held.submission is not None
        held = replace(held, submission=replace(held.submission, is_refused=is_refused))
    held = replace(held, **rest)
    return change_status(make_job(held), held, held.changes[0]).sentence.removesuffix(":")


@pytest.mark.parametrize(("change", "said"), [(APPROVED, "Approved"), (DENIED, "Denied")])
def test_a_decision_that_superdocs_cannot_be_given_is_kept(change, said):
    """Why, and until when: also where SuperDocs was called and clearly said no."""
    assert troubled(change, state=RoundState.OPEN) == f"{said} by <@{REVIEWER}>{KEPT}"
    assert troubled(change, state=RoundState.UNKNOWN, is_refused=True) == f"{said} by <@{REVIEWER}>{KEPT}"


@pytest.mark.parametrize("state", [RoundState.SUBMITTING, RoundState.UNKNOWN])
def test_what_may_have_arrived_is_not_called_unsent(state):
    """Only nobody can ask what became of it."""
    assert troubled(APPROVED, state=state).endswith(
        " · sent, not confirmed yet (SuperDocs could not be reached)"
    )


def test_what_could_not_be_delivered_is_said_as_that():
    """And what may have been taken is not."""
    undelivered = " · not delivered in time (SuperDocs could not be reached)"
    assert troubled(APPROVED, state=RoundState.LAPSED, is_refused=True) == (
        f"Approved by <@{REVIEWER}>{undelivered}, so not applied"
    )
    assert troubled(DENIED, state=RoundState.LAPSED, is_refused=True) == (
        f"Denied by <@{REVIEWER}>{undelivered}"
    )
    assert troubled(APPROVED, state=RoundState.LAPSED).endswith(
        "never confirmed by SuperDocs, so probably not applied"
    )


def test_what_nobody_has_decided_does_not_wait_for_superdocs():
    """The card is open as ever."""
    assert troubled(make_change(), state=RoundState.OPEN) == "Open"


def test_an_undelivered_single_card_offers_to_ask_again():
    """What was approved and never arrived is asked for like what nobody decided."""
    held = make_round(APPROVED, state=RoundState.LAPSED, trouble=AWAY)
    job = make_job(held, state=JobState.LAPSED)
    assert [action.does for action in actions(job, held, APPROVED)] == [Does.ASK_AGAIN]
