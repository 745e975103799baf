"""Is it in the document? Looked up in it, never taken from what SuperDocs says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.core import traces
from bot.core.model import ChangeState, JobState, Outcome, RoundState, Verdict
from bot.core.proposal import Content
from bot.core.traces import Documents
from bot.core.verifying import digests, got_in, noted, outcomes
from tests.make import decided, make_change, make_job, make_round
from tests.unit.core.editing import html, renamed, stories

if TYPE_CHECKING:
    from bot.core.model import Change
    from tests.unit.core.editing import Chunk, Story

FOUND, NOT_FOUND, ANYWAY = Outcome.FOUND, Outcome.NOT_FOUND, Outcome.APPLIED_ANYWAY

BEFORE = (
    '<h1 data-chunk-id="h">Terms</h1><p data-chunk-id="c1">Pay in 30 days.</p><p data-chunk-id="c2">Fees.</p>'
)


def outcome(
    old: str | None, new: str | None, document: str, operation: str = "edit", chunk_id: str = ""
) -> Outcome:
    """Approve one change, and look for it in a document."""
    change = decided(make_change(operation=operation, chunk_id=chunk_id))
    job = make_job(make_round(change, state=RoundState.CONFIRMED))
    return outcomes(job, {change.digest: Content(old, new)}, Documents(document))[1]


def judged(documents: Documents, *changes: tuple[Change, Content], **rest: bool) -> dict[int, Outcome]:
    """Judge one round of changes, which was sent."""
    held = make_round(*(change for change, _ in changes), state=RoundState.CONFIRMED, **rest)
    contents = {change.digest: content for change, content in changes}
    return outcomes(make_job(held, state=JobState.COMPLETED), contents, documents)


def denied(number: int = 1, chunk_id: str = "c1", **rest: str) -> Change:
    """Return a change that somebody denied."""
    return decided(make_change(number, chunk_id=chunk_id, **rest), Verdict.DENY)


def approved(number: int = 2, chunk_id: str = "c2", **rest: str) -> Change:
    """Return a change that somebody approved."""
    return decided(make_change(number, chunk_id=chunk_id, **rest))


EDIT = Content("<p>Pay in 30 days.</p>", "<p>Pay in 60 days.</p>")
DELETION = Content("<p>Pay in 30 days.</p>", None)
CREATION = Content(None, "<p>Fees are due at once.</p>")


def test_what_stands_in_the_document_is_found():
    """The new words are there, however the document lays them out."""
    assert outcome("<p>30 days</p>", "<p>60 days</p>", "<div>\n <p>60\n   days</p></div>") is Outcome.FOUND
    assert outcome("<p>30 days</p>", "<p><b>60</b> days</p>", "<p>60 days</p>") is Outcome.FOUND


def test_what_does_not_stand_there_is_not_found():
    """Completed is not edited."""
    assert outcome("<p>30 days</p>", "<p>60 days</p>", "<p>30 days</p>") is Outcome.NOT_FOUND
    assert outcome("<p>30 days</p>", "<p>60 days</p>", "") is Outcome.NOT_FOUND


def test_what_is_left_of_a_line_is_not_found_in_the_whole_line():
    """Words that were to go still stand there: the rest of their line proves nothing."""
    old, new = "<p>Pay in 30 days of the invoice.</p>", "<p>Pay in 30 days</p>"
    assert outcome(old, new, f"<h1>Terms</h1>{old}") is Outcome.NOT_FOUND
    assert outcome(old, new, f"<h1>Terms</h1>{new}<p>of the invoice.</p>") is Outcome.FOUND
    assert outcome(new, old, new) is Outcome.NOT_FOUND
    assert outcome(new, old, old) is Outcome.FOUND


def test_an_edit_that_leaves_nothing_is_found_when_the_words_are_gone():
    """As a deletion is, whatever SuperDocs calls it."""
    assert outcome("<p>30 days</p>", "<p></p>", "<p>30 days</p>") is Outcome.NOT_FOUND
    assert outcome("<p>30 days</p>", "<p></p>", "<p>Other text.</p>") is Outcome.FOUND


def test_a_change_without_words_is_looked_up_by_its_bytes():
    """The same words lead elsewhere: only the markup tells, and one written anew tells nothing."""
    old, new = '<p><a href="https://a.example">here</a></p>', '<p><a href="https://b.example">here</a></p>'
    assert outcome(old, new, f"<h1>x</h1>{new}") is Outcome.FOUND
    assert outcome(old, new, f"<h1>x</h1>{old}") is Outcome.NOT_FOUND
    assert outcome(old, new, "<h1>x</h1><p><a  href='https://b.example'>here</a></p>") is Outcome.UNKNOWN


def test_every_paragraph_of_a_change_must_be_there():
    """Half of it is not it."""
    new = "<p>One.</p><p>Two.</p>"
    assert outcome("<p>x</p>", new, "<p>One.</p><p>Between.</p><p>Two.</p>") is Outcome.FOUND
    assert outcome("<p>x</p>", new, "<p>One.</p>") is Outcome.NOT_FOUND


def test_a_deletion_is_found_when_the_words_are_gone():
    """And not while any of them still stands there."""
    old = "<p>Old clause.</p><p>Its note.</p>"
    assert outcome(old, None, "<p>Other text.</p>", "delete") is Outcome.FOUND
    assert outcome(old, None, "<p>Its note.</p>", "delete") is Outcome.NOT_FOUND
    assert outcome("<p></p>", None, "<p>Other text.</p>", "delete") is Outcome.FOUND


def test_hidden_markup_is_no_document_text():
    """Words in a comment or a script are not in the document."""
    assert (
        outcome("<p>x</p>", "<p>60 days</p>", "<!-- 60 days --><script>60 days</script>") is Outcome.NOT_FOUND
    )


def test_the_place_of_a_change_counts_before_the_words_elsewhere():
    """Its own passage says what it said: that another clause says the new words proves nothing."""
    document = '<p data-chunk-id="c1">30 days</p><p data-chunk-id="c2">60 days</p>'
    assert outcome("<p>30 days</p>", "<p>60 days</p>", document, chunk_id="c1") is NOT_FOUND
    assert outcome("<p>30 days</p>", "<p>60 days</p>", document, chunk_id="c2") is FOUND


def test_a_document_of_too_many_passages_is_looked_through_by_its_words(monkeypatch):
    """Whoever waits for it gets it: its passages would take longer than its delivery may."""
    elsewhere = '<p data-chunk-id="c1">Pay in 30 days.</p><p data-chunk-id="c2">Pay in 60 days.</p>'
    document = Documents(elsewhere, BEFORE)
    one = (approved(1, "c1"), EDIT)
    assert judged(document, one) == {1: NOT_FOUND}
    monkeypatch.setattr(traces, "MOST_PASSAGES", 1)
    assert judged(document, one) == {1: FOUND}


def test_a_passage_that_is_gone_is_deleted_although_its_words_stand_elsewhere():
    """Two clauses were alike, and one of them was to go."""
    before = '<p data-chunk-id="c1">Fees.</p><p data-chunk-id="c2">Fees.</p>'
    change = approved(1, "c1", operation="delete")
    given = (change, Content("<p>Fees.</p>", None))
    assert judged(Documents('<p data-chunk-id="c2">Fees.</p>', before), given) == {1: FOUND}
    assert judged(Documents(before, before), given) == {1: NOT_FOUND}


def test_a_paragraph_that_is_one_of_several_alike_must_be_new():
    """The document had these very words before: only once more is it the change."""
    given = (approved(1, "", after_id="h", operation="create"), Content(None, "<p>Fees.</p>"))
    added = BEFORE.replace("</h1>", '</h1><p data-chunk-id="n">Fees.</p>')
    assert judged(Documents(added, BEFORE), given) == {1: FOUND}
    assert judged(Documents(BEFORE, BEFORE), given) == {1: NOT_FOUND}


def test_an_address_is_looked_up_in_its_passage_however_it_is_written():
    """Quotes, white space and the chunk's own name tell nothing."""
    old, new = '<p><a href="https://a.example">here</a></p>', '<p><a href="https://b.example">here</a></p>'
    made = "<h1>x</h1><p data-chunk-id=c1><a  href='https://b.example'>here</a></p>"
    assert outcome(old, new, made, chunk_id="c1") is FOUND
    assert outcome(old, new, made.replace("b.ex", "a.ex"), chunk_id="c1") is NOT_FOUND
    assert outcome(old, new, made.replace("b.ex", "c.ex"), chunk_id="c1") is Outcome.UNKNOWN


def test_only_what_was_sent_is_looked_up():
    """Undecided changes stay unknown; so does one whose text was retained no longer."""
    changes = (decided(make_change(1)), make_change(2), decided(make_change(3)))
    job = make_job(make_round(*changes))
    assert digests(job) == [change.digest for change in changes]
    contents = {c.digest: Content("<p>a</p>", "<p>b</p>") for c in changes[:2]}
    assert outcomes(job, contents, Documents("<p>b</p>")) == {1: FOUND}


def test_what_was_found_is_noted_on_its_change():
    """And nothing else of the record changes; what got in anyway can be asked for."""
    job = make_job(make_round(decided(make_change(1)), denied(2)))
    told = noted(job, {2: ANYWAY})
    assert [c.outcome for c in told.rounds[0].changes] == [Outcome.UNKNOWN, ANYWAY]
    assert got_in(told) == (replace(denied(2), outcome=ANYWAY),)
    assert noted(told, {1: Outcome.UNKNOWN, 2: Outcome.UNKNOWN}) == job


def test_a_denied_edit_that_stands_in_its_passage_is_an_alarm():
    """Also when nobody knows the document before: its passage says what was denied."""
    updated = BEFORE.replace("30", "60")
    assert judged(Documents(updated, BEFORE), (denied(), EDIT)) == {1: ANYWAY}
    assert judged(Documents(updated), (denied(), EDIT)) == {1: ANYWAY}
    assert judged(Documents(BEFORE, BEFORE), (denied(), EDIT)) == {}


def test_what_nobody_decided_was_sent_as_denied():
    """It lapsed, and is in the document all the same; or the edit was stopped, whoever had approved."""
    documents = Documents(BEFORE.replace("30", "60"), BEFORE)
    lapsed = make_change(chunk_id="c1", state=ChangeState.LAPSED)
    assert judged(documents, (lapsed, EDIT)) == {1: ANYWAY}
    assert judged(documents, (approved(1, "c1"), EDIT), is_stopped=True) == {1: ANYWAY}
    assert judged(Documents(BEFORE, BEFORE), (approved(1, "c1"), EDIT), is_stopped=True) == {}


def test_what_was_decided_elsewhere_is_no_alarm():
    """Nobody here knows how: somebody may have approved it there, and what it says, too."""
    documents = Documents(BEFORE.replace("30", "60"), BEFORE)
    withdrawn = make_change(2, chunk_id="c1", state=ChangeState.WITHDRAWN)
    assert judged(documents, (denied(), EDIT), (withdrawn, EDIT)) == {}
    elsewhere = make_round(denied(), state=RoundState.WITHDRAWN)
    assert outcomes(make_job(elsewhere), {denied().digest: EDIT}, documents) == {}


def test_a_denied_edit_that_came_again_and_was_approved_is_no_alarm():
    """The next round may propose the same words."""
    again = decided(make_change(2, chunk_id="c1"))
    rounds = (
        make_round(denied(), state=RoundState.CONFIRMED),
        make_round(again, number=2, state=RoundState.CONFIRMED),
    )
    contents = {denied().digest: EDIT, again.digest: EDIT}
    documents = Documents(BEFORE.replace("30", "60"), BEFORE)
    assert outcomes(make_job(*rounds), contents, documents) == {2: FOUND}


def test_denied_words_that_an_approved_change_says_are_no_alarm():
    """They stand in the document because of that one, as whole words or within a longer line."""
    longer = Content("<p>Fees.</p>", "<p>Whoever buys: Pay in 60 days. Or else.</p>")
    updated = BEFORE.replace("Fees.", "Whoever buys: Pay in 60 days. Or else.")
    assert judged(Documents(updated, BEFORE), (denied(), EDIT), (approved(), longer)) == {2: FOUND}


def test_denied_words_elsewhere_are_an_alarm_unless_they_stood_there_before():
    """The passage was let be, or is not known: the words came in by another way."""
    made = BEFORE + "<p>Fees are due at once.</p>"
    creation = denied(chunk_id="", after_id="c1", operation="create")
    assert judged(Documents(made, BEFORE), (creation, CREATION)) == {1: ANYWAY}
    assert judged(Documents(made, made), (creation, CREATION)) == {}
    assert judged(Documents(made), (creation, CREATION)) == {}
    again = made.replace("<h1", "<p>Fees are due at once.</p><h1")
    assert judged(Documents(again, made), (creation, CREATION)) == {1: ANYWAY}


def test_denied_words_within_longer_words_are_no_alarm():
    """An approved 25 days holds 5 days, and does not say it."""
    denied_five = Content(None, "<p>5 days</p>")
    twenty = Content("<p>Fees.</p>", "<p>25 days</p>")
    updated = BEFORE.replace("Fees.", "25 days")
    creation = denied(chunk_id="", operation="create")
    assert judged(Documents(updated, BEFORE), (creation, denied_five), (approved(), twenty)) == {2: FOUND}


def test_a_denied_deletion_whose_passage_is_gone_is_an_alarm():
    """Unless the words only moved to a passage with another name, or an approved change took them out."""
    deletion = denied(operation="delete")
    without = BEFORE.replace('<p data-chunk-id="c1">Pay in 30 days.</p>', "")
    assert judged(Documents(without, BEFORE), (deletion, DELETION)) == {1: ANYWAY}
    assert judged(Documents(BEFORE.replace('"c1"', '"n1"'), BEFORE), (deletion, DELETION)) == {}
    also = approved(2, "c1", operation="delete")
    assert judged(Documents(without, BEFORE), (deletion, DELETION), (also, DELETION)) == {2: FOUND}


def test_a_denied_deletion_in_a_document_without_names_is_told_by_its_words():
    """They stood there, and do not any more."""
    deletion = denied(chunk_id="", operation="delete")
    before = "<p>Pay in 30 days.</p><p>Fees.</p>"
    assert judged(Documents("<p>Fees.</p>", before), (deletion, DELETION)) == {1: ANYWAY}
    assert judged(Documents(before, before), (deletion, DELETION)) == {}
    assert judged(Documents("<p>Fees.</p>"), (deletion, DELETION)) == {}


def test_a_denied_change_of_an_address_is_an_alarm():
    """No word shows it; the passage's form does."""
    old, new = '<p><a href="https://a.example">here</a></p>', '<p><a href="https://b.example">here</a></p>'
    before, updated = (one.replace("<p", '<p data-chunk-id="c1"') for one in (old, new))
    assert judged(Documents(updated, before), (denied(), Content(old, new))) == {1: ANYWAY}
    assert judged(Documents(before, before), (denied(), Content(old, new))) == {}
    same = approved(2, "c1")
    assert judged(Documents(updated, before), (denied(), Content(old, new)), (same, Content(old, new))) == {
        2: FOUND
    }


def test_without_all_texts_of_what_was_approved_nothing_is_an_alarm():
    """Nobody knows what else may have brought the words."""
    held = make_round(denied(), approved(), state=RoundState.CONFIRMED)
    documents = Documents(BEFORE.replace("30", "60"), BEFORE)
    assert outcomes(make_job(held), {denied().digest: EDIT}, documents) == {}


def test_a_change_in_another_document_is_looked_for_there_or_not_at_all():
    """What nobody gave us tells nothing, and is not called missing."""
    own, other = approved(1, "c1", document_id="d1"), approved(2, "x1", document_id="d2")
    content = Content("<p>A</p>", "<p>B</p>")
    given = ((own, EDIT), (other, content))
    main = Documents(BEFORE.replace("30", "60"), BEFORE)
    assert judged(main, *given) == {1: FOUND, 2: Outcome.UNKNOWN}
    job = make_job(make_round(own, other, state=RoundState.CONFIRMED))
    contents = {change.digest: text for change, text in given}
    others = {"d2": Documents('<p data-chunk-id="x1">A</p>')}
    assert outcomes(job, contents, main, others) == {1: FOUND, 2: NOT_FOUND}


def test_a_change_that_a_later_round_went_on_from_was_made():
    """What it said does not stand there any more, because people approved what came after it."""
    first, second = approved(1, "c1"), approved(2, "c1")
    rounds = (
        make_round(first, state=RoundState.CONFIRMED),
        make_round(second, number=2, state=RoundState.CONFIRMED),
    )
    contents = {first.digest: EDIT, second.digest: Content("<p>Pay in 60 days.</p>", "<p>Pay now.</p>")}
    made = Documents(BEFORE.replace("Pay in 30 days", "Pay now"), BEFORE)
    assert outcomes(make_job(*rounds), contents, made) == {1: FOUND, 2: FOUND}
    assert outcomes(make_job(*rounds), contents, Documents(BEFORE, BEFORE)) == {1: NOT_FOUND, 2: NOT_FOUND}


def judge(story: Story, after: tuple[Chunk, ...], *, named: bool = True) -> dict[int, Outcome]:
    """Judge a story by what SuperDocs made of the document."""
    documents = Documents(html(after, named=named), html(story.before, named=named))
    return outcomes(story.job, story.contents, documents)


def faithful(story: Story) -> dict[int, Outcome]:
    """Return what there is to say when SuperDocs did what it was told."""
    return {step.number: FOUND for step in story.steps if step.is_approved}


@settings(max_examples=50, deadline=None)
@given(stories())
def test_what_was_done_as_told_is_all_found_and_raises_no_alarm(story):
    """Whatever repeats itself, is split, deleted, denied, proposed again or changed further in the next round."""
    assert judge(story, story.after()) == faithful(story)


@settings(max_examples=50, deadline=None)
@given(stories(is_plain=True), st.sampled_from(["named", "named anew", "without names"]))
def test_words_alone_tell_it_where_names_do_not(story, layout):
    """Documents whose chunks were named anew, or never had names."""
    after = renamed(story.after()) if layout == "named anew" else story.after()
    assert judge(story, after, named=layout != "without names") == faithful(story)


@settings(max_examples=50, deadline=None)
@given(stories())
def test_without_the_document_before_nothing_is_an_alarm_that_is_none(story):
    """Less is known, and nothing is invented."""
    found = outcomes(story.job, story.contents, Documents(html(story.after())))
    assert ANYWAY not in found.values()


@settings(max_examples=50, deadline=None)
@given(stories(is_plain=True), st.data())
def test_whatever_goes_amiss_is_told_and_nothing_else(story, data):
    """An approved change that was not made is not found; a denied one that was made is an alarm; the rest is as it is."""
    assume(story.steps)
    amiss = data.draw(st.sampled_from(story.steps))
    told = NOT_FOUND if amiss.is_approved else ANYWAY
    assert judge(story, story.after(amiss)) == {**faithful(story), amiss.number: told}


@settings(max_examples=50, deadline=None)
@given(stories(), st.data())
def test_what_goes_amiss_in_a_passage_is_told_although_the_words_repeat_themselves(story, data):
    """Its name tells it from all that are like it."""
    first = replace(story, rounds=story.rounds[:1])
    in_place = [step for step in first.steps if step.old is not None and len(step.new or ()) < 2]
    assume(in_place)
    amiss = data.draw(st.sampled_from(in_place))
    told = NOT_FOUND if amiss.is_approved else ANYWAY
    assert judge(first, first.after(amiss))[amiss.number] is told
