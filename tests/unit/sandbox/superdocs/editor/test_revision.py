"""Denied with feedback: proposed again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.editor.revision import revised

EDIT = Proposal(
    "edit",
    "pay",
    "<p>4.1 Pay within <b>30</b> days. Interest is 5 %.</p>",
    "<p>4.1 Pay within <b>60</b> days. Interest must be 8 %.</p>",
    "Because.",
)
DELETION = Proposal("delete", "only", "<p>5.1 One thing. Another thing.</p>", None)
CREATION = Proposal("create", None, None, "<p>Each shall pay in 48 hours, and smile</p>", "", "law")


@pytest.mark.parametrize(
    ("feedback", "html"),
    [
        ("use exactly: Pay <now> & here.", "<p>Pay &lt;now&gt; &amp; here.</p>"),
        ("Please write exactly “Pay now.”", "<p>Pay now.</p>"),
        ("Use exactly this wording:\nPay now.", "<p>Pay now.</p>"),
        ('"45 days" instead of "60 days"', "<p>4.1 Pay within <b>45</b> days. Interest must be 8 %.</p>"),
        ("replace “must be” with “is”", "<p>4.1 Pay within <b>60</b> days. Interest is 8 %.</p>"),
        ('"60 days" → "a week"', "<p>4.1 Pay within <b>a week</b>. Interest must be 8 %.</p>"),
        ('better "sixty days"', "<p>4.1 Pay within <b>sixty</b> days. Interest must be 8 %.</p>"),
        ("shorter", "<p>4.1 Pay within <b>60</b> days.</p>"),
        ("Too strong", "<p>4.1 Pay within <b>60</b> days. Interest should be 8 %.</p>"),
        ("make it 90 days", "<p>4.1 Pay within <b>90</b> days. Interest must be 8 %.</p>"),
        ("45", "<p>4.1 Pay within <b>45</b> days. Interest must be 8 %.</p>"),
        (
            "wrong place?",
            "<p>4.1 Pay within <b>60</b> days. Interest must be 8 %. This takes into account: wrong place.</p>",
        ),
        (
            "Keep the original language but add a link",
            (
                "<p>4.1 Pay within <b>30</b> days. Interest is 5 %. "
                "This takes into account: Keep the original language but add a link.</p>"
            ),
        ),
    ],
)
def test_what_feedback_does_to_an_edit(feedback: str, html: str) -> None:
    """The same place is proposed again with the feedback worked in, and the tags kept."""
    again = revised(EDIT, feedback)
    assert again is not None
    assert (again.operation, again.chunk_id, again.old_html, again.new_html) == (
        "edit",
        "pay",
        EDIT.old_html,
        html,
    )
    assert feedback.split(maxsplit=1)[0] in again.explanation


@pytest.mark.parametrize(
    "feedback", ["keep the original", "Please leave it as it was.", "withdraw this", "exactly: keep"]
)
def test_keeping_the_original_drops_the_change(feedback: str) -> None:
    """There is nothing to propose then; but words that are dictated are words, whatever they are."""
    assert (revised(EDIT, feedback) is None) is not feedback.startswith("exactly")


def test_dictating_the_old_text_drops_the_change() -> None:
    """A revision that equals the original is none."""
    proposal = Proposal("edit", "a", "<p>old</p>", "<p>new</p>")
    assert revised(proposal, "use exactly: old") is None


@pytest.mark.parametrize(
    ("feedback", "html"),
    [
        ("shorter", "<p>5.1 One thing.</p>"),
        ("use exactly: 5.1 A thing.", "<p>5.1 A thing.</p>"),
        ("why?", "<p>5.1 One thing. Another thing. This takes into account: why.</p>"),
    ],
)
def test_a_denied_deletion_becomes_an_edit(feedback: str, html: str) -> None:
    """What shall stay is changed instead, as the feedback says."""
    again = revised(DELETION, feedback)
    assert again is not None
    assert (again.operation, again.old_html, again.new_html) == ("edit", DELETION.old_html, html)


def test_a_deletion_may_be_dropped() -> None:
    """Keeping the original is the usual answer to a deletion."""
    assert revised(DELETION, "keep the original") is None


@pytest.mark.parametrize(
    ("feedback", "html"),
    [
        ("72 hours", "<p>Each shall pay in 72 hours, and smile</p>"),
        ("shorter", "<p>Each shall pay in 48 hours.</p>"),
        ("softer", "<p>Each should pay in 48 hours, and smile</p>"),
    ],
)
def test_a_new_block_is_revised_at_its_place(feedback: str, html: str) -> None:
    """It stays a new block, after the same one."""
    again = revised(CREATION, feedback)
    assert again is not None
    assert (again.operation, again.insert_after_chunk_id, again.new_html) == ("create", "law", html)


@given(st.text(max_size=40), st.sampled_from([EDIT, DELETION, CREATION]))
def test_any_feedback_shows(feedback: str, denied: Proposal) -> None:
    """Whatever it says: the revision differs from the original, and where it can from what was denied."""
    again = revised(denied, feedback)
    assert again is None or again.new_html != denied.old_html
    assert again is None or not feedback.strip() or again.new_html != denied.new_html


def test_a_short_sentence_is_made_shorter_still() -> None:
    """Where there is nothing to leave out at the end, half of the words go."""
    again = revised(Proposal("edit", "a", "<p>x</p>", "<li>One two three four</li>"), "please shorten")
    assert again is not None
    assert again.new_html == "<li>One two.</li>"
