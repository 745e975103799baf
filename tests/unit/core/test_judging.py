"""What a reader must know about one proposal before it has a card."""

from __future__ import annotations

from dataclasses import replace

from bot.core import judging
from bot.core.judging import (
    CARD_BUDGET,
    HEADLINE,
    PLACE,
    Shown,
    afresh,
    compared,
    flags_of,
    judge,
    on_card,
)
from bot.core.model import Job, JobState, RoundState
from bot.core.opening import Facts
from bot.core.proposal import Content
from bot.redline import Flag, redline
from tests.make import make_change, make_job, make_proposal, make_round

DOCUMENT = '<h1>Supply agreement</h1><p data-chunk-id="a">Intro.</p><h2>4.1 Terms</h2><p data-chunk-id="b">30 days</p>'


def test_a_change_stands_under_its_heading():
    """The nearest heading before its chunk, when the document is known."""
    assert judge(make_proposal(chunk_id="b"), DOCUMENT).place == "4.1 Terms"
    assert judge(make_proposal(chunk_id="a"), DOCUMENT).place == "Supply agreement"


def test_a_new_piece_stands_by_its_neighbour():
    """It has no chunk of its own yet."""
    new = make_proposal(old=None, new="No set-off.", chunk_id="", after_id="b")
    assert judge(new, DOCUMENT).place == "4.1 Terms"


def test_without_the_document_its_own_words_name_the_place():
    """As far as it has any."""
    assert judge(make_proposal(), None).place == "30 days"
    assert judge(make_proposal(old=None, new="No set-off."), None).place == ""


def test_one_line_says_what_changes():
    """Short enough for a phone, and so is the place."""
    assert judge(make_proposal(), None).headline == "“30 days” → “60 days”"
    long = judge(make_proposal(old="very long words " * 50, new="short"), None)
    assert len(long.headline) <= HEADLINE
    assert len(long.place) <= PLACE


def test_a_change_too_long_for_a_card_is_not_whole():
    """Then Approve stands in the reading dialog only."""
    assert judge(make_proposal(), None).is_whole
    assert not judge(make_proposal(new="word " * 2000), None).is_whole


def test_what_must_be_named_counts_with_its_name():
    """A card names what is invisible, and has no room for hundreds of names: it is not whole, and no reply approves it."""
    assert judge(make_proposal(new="60\u200b days"), None).is_whole
    assert not judge(make_proposal(new="60" + "\u200b" * 1500 + " days"), None).is_whole


def test_what_cannot_be_inspected_says_why():
    """A defect in what SuperDocs sent is not even compared; too deep nesting is found by the redline."""
    assert judge(make_proposal(defect="It has no id."), DOCUMENT) == Facts(uninspectable="It has no id.")
    deep = replace(make_proposal(), content=Content("<p>x</p>", "<b>" * 3000 + "x"))
    assert "nests deeper" in judge(deep, None).uninspectable


def test_dangerous_flags_become_warnings(monkeypatch):
    """In the redline's order; plain flags are told elsewhere and do not make Approve ask again."""
    flags = (
        Flag("hidden-content", "Hidden text.", dangerous=True),
        Flag("risk-word", "“not” is among them.", dangerous=False),
        Flag("bidi-control", "Letters run backwards.", dangerous=True),
    )
    flagged = replace(redline("<p>a</p>", "<p>flagged</p>"), flags=flags)
    monkeypatch.setattr(judging, "redline", lambda *_sides: flagged)
    proposal = make_proposal(old="a", new="compared in this test only")
    assert judge(proposal, None).warnings == ("Hidden text.", "Letters run backwards.")


def test_the_explanation_is_judged_too():
    """It comes from where the change comes from, and is shown beside it; dangerous flags of both are warnings."""
    calm = make_proposal()
    loud = replace(calm, content=replace(calm.content, explanation="<!channel> please approve"))
    assert judge(calm, None).warnings == ()
    (warning,) = judge(loud, None).warnings
    assert "<!channel>" in warning
    barred = replace(loud, defect="It has no id.")
    assert judge(barred, None) == Facts(uninspectable="It has no id.", warnings=(warning,))
    long = replace(calm, content=replace(calm.content, explanation="Rationale. " * 200))
    assert judge(long, None).warnings == ()
    assert "truncated" in [flag.name for flag in flags_of(long.content, "edit")]


def test_what_two_flags_say_together_is_one_warning():
    """Approve asks once about one link."""
    old = '<p><a href="https://bank.example">bank.example</a></p>'
    proposal = make_proposal(old=old, new=old.replace("https://bank", "https://evil"))
    names = [flag.name for flag in flags_of(proposal.content, "edit")]
    assert names == ["link-text-mismatch", "link-target-changed"]
    assert len(judge(proposal, None).warnings) == 1


def with_flags(monkeypatch, *flags: Flag, new: str) -> Shown:
    """Choose what fits the card of a change of many words that raises these flags."""
    content = Content("<p>old</p>", f"<p>{new}</p>")
    flagged = replace(redline(content.old_html, content.new_html), flags=flags)
    monkeypatch.setattr(judging, "redline", lambda *_sides: flagged)
    monkeypatch.setattr(judging, "explained", lambda _text: ())
    return on_card(content, "edit")


def test_flags_without_danger_are_said_on_the_card(monkeypatch):
    """All of them where there is room, which there is for most."""
    named = (Flag("moved-text", "Moved.", dangerous=False), Flag("risk-word", "“not”.", dangerous=False))
    hidden = Flag("hidden-content", "Hidden.", dangerous=True)
    shown = with_flags(monkeypatch, hidden, *named, new="few words")
    assert (shown.flags, shown.left_out, shown.is_whole) == (("Moved.", "“not”."), 0, True)


def test_a_flag_that_does_not_fit_is_counted_and_takes_approve_away(monkeypatch):
    """Nobody approves on a card what the card does not say."""
    many = [Flag("style-changed", f"{'x' * 190} {n}.", dangerous=False) for n in range(9)]
    shown = with_flags(monkeypatch, *many, new="other words")
    assert (len(shown.flags), shown.left_out, shown.is_whole) == (6, 3, False)


def test_the_redline_makes_room_for_warnings(monkeypatch):
    """They are never cut; what then does not fit is counted."""
    many = [Flag("hidden-content", f"{'x' * 190} {n}.", dangerous=True) for n in range(15)]
    words = " ".join(f"word{n}" for n in range(500))
    calm = with_flags(monkeypatch, new=words)
    assert calm.is_whole
    shown = with_flags(monkeypatch, *many, new=words + " more")
    assert not shown.is_whole
    assert shown.excerpt.left_out_edits == 1
    drawn = sum(len(span.text) for paragraph in shown.excerpt.paragraphs for span in paragraph.spans)
    assert drawn + 15 * 190 < CARD_BUDGET + 700


def test_the_same_change_is_compared_once():
    """A job's cards are rendered again and again."""
    content = Content("<p>old</p>", "<p>new</p>")
    assert compared(content, "edit") is compared(Content("<p>old</p>", "<p>new</p>"), "edit")


HIDDEN = Content("<p>Pay.</p>", "<p>Pay.<span style='display:none'>Twice.</span></p>")


def opened_before() -> Job:
    """Return a job whose round was opened by a version that saw nothing odd."""
    return make_job(make_round(make_change(1, digest="d" * 64), make_change(2)), state=JobState.REVIEWING)


def test_an_open_round_is_judged_by_what_is_known_now():
    """What an older version did not see is warned of all the same; what it had said stays said."""
    job = opened_before()
    assert [c.warnings for c in job.rounds[0].changes] == [(), ()]
    first, second = afresh(job, {"d" * 64: HIDDEN}).rounds[0].changes
    assert "Twice." in first.warnings[0]
    assert second.warnings == ()
    said = replace(job.rounds[0].changes[0], warnings=("It was odd.",))
    known = afresh(job.with_round(job.rounds[0].with_change(said)), {"d" * 64: HIDDEN}).rounds[0].changes[0]
    assert known.warnings[-1] == "It was odd."
    assert len(known.warnings) == len(first.warnings) + 1


def test_a_round_that_is_settled_stays_as_it_was_shown():
    """Nobody decides on it any more."""
    job = opened_before()
    sent = job.with_round(replace(job.rounds[0], state=RoundState.CONFIRMED))
    assert afresh(sent, {"d" * 64: HIDDEN}) == sent
    assert afresh(make_job(), {}) == make_job()
