"""The dialogs: every change complete, page by page, and the form that takes feedback."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.core import judging
from bot.core.model import ChangeState, MessageRef, RoundState, Verdict
from bot.core.proposal import Content
from bot.core.summary import Does, ReadingSummary, change_target
from bot.core.words.reading import (
    MANY_PAGES,
    PAGE_BUDGET,
    SECTION_COST,
    attachments,
    form,
    named,
    needed,
    reading_page,
)
from bot.redline import Flag, Mark, redline
from tests.make import decided, make_change, make_decision, make_job, make_round

if TYPE_CHECKING:
    from bot.core.model import Change, Job

LONG = Content("<p>short</p>", "".join(f"<p>{f'word{n} ' * 150}</p>" for n in range(30)))
SHORT = Content("<p>30 days</p>", "<p>60 days</p>", "Longer.")


def opened(*changes: Change, page: int = 1, content: Content = SHORT, **rest: Any) -> ReadingSummary:
    """Show one page of a dialog on these changes, as their round stands."""
    job = make_job(make_round(*changes, **rest))
    versions = tuple((c.number, c.digest) for c in changes)
    return reading_page(job, versions, {c.digest: content for c in changes}, "token", page)


def offered(summary: ReadingSummary) -> list[list[Does]]:
    return [[action.does for action in section.actions] for section in summary.sections]


def inserted(summaries: list[ReadingSummary]) -> str:
    spans = [
        span.text
        for summary in summaries
        for section in summary.sections
        for paragraph in section.excerpt.paragraphs
        for span in paragraph.spans
        if span.mark is Mark.INSERT
    ]
    return " ".join(" ".join(spans).replace("¶", " ").split())


def test_a_change_is_shown_with_its_buttons():
    """One page, one section, no "approve all" for a single one."""
    summary = opened(make_change())
    assert (summary.title, summary.page, summary.pages) == ("Review the change", 1, 1)
    assert offered(summary) == [[Does.APPROVE, Does.DENY, Does.FEEDBACK, Does.HAND_ON]]
    assert (summary.approves, summary.note, summary.token) == ((), "", "token")


def test_one_approval_of_two_can_be_taken_back_in_the_dialog():
    """As on the card."""
    once = replace(make_change(), decisions=(make_decision(),))
    assert offered(opened(once)) == [[Does.APPROVE, Does.DENY, Does.FEEDBACK, Does.UNDO, Does.HAND_ON]]


def test_several_changes_are_approved_together_at_the_end():
    """Exactly those that are open."""
    summary = opened(make_change(1), decided(make_change(2)), make_change(3))
    assert summary.title == "Review changes"
    assert summary.approves == (1, 3)
    assert offered(summary)[1] == [Does.UNDO]


def test_a_long_change_is_led_through_page_by_page():
    """All of it, in order, each page within its budget; only the last section has buttons."""
    first = opened(make_change(is_whole=False), content=LONG)
    assert first.pages > 1
    pages = [opened(make_change(is_whole=False), content=LONG, page=n) for n in range(1, first.pages + 1)]
    sections = [section for page in pages for section in page.sections]
    assert [bool(section.actions) for section in sections] == [False] * (len(sections) - 1) + [True]
    assert inserted(pages) == " ".join((f"word{n} " * 150).strip() for n in range(30))
    for page in pages:
        length = sum(len(s.text) for x in page.sections for p in x.excerpt.paragraphs for s in p.spans)
        assert length + SECTION_COST * len(page.sections) <= PAGE_BUDGET


def test_what_is_not_whole_on_the_card_can_be_approved_here():
    """The dialog shows everything, so Approve stands at the end of it."""
    assert Does.APPROVE in offered(opened(make_change(is_whole=False)))[-1]


def test_approve_all_stands_on_the_last_page_only():
    """Whoever presses it has been led past everything."""
    changes = [make_change(n) for n in range(1, 4)]
    first = opened(*changes, content=LONG)
    last = opened(*changes, content=LONG, page=first.pages)
    assert (first.approves, last.approves) == ((), (1, 2, 3))
    assert first.note == ""


@pytest.mark.parametrize(("asked", "given"), [(-3, 1), (0, 1), (99, 1)])
def test_a_page_that_does_not_exist_is_the_nearest(asked, given):
    """Pages may become fewer while a dialog is open."""
    assert opened(make_change(), page=asked).page == given


@pytest.mark.parametrize("trait", [{"warnings": ("Hidden text.",)}, {"uninspectable": "Too deep."}])
def test_what_needs_a_look_of_its_own_is_not_approved_with_others(trait):
    """One dangerous or uninspectable change takes "approve all" away, and the dialog says why."""
    summary = opened(make_change(1), make_change(2, **trait))
    assert summary.approves == ()
    assert summary.note.startswith("Some of these changes need a look of their own")


def test_what_was_dangerous_and_is_decided_bars_nothing():
    """Only what would be approved counts."""
    assert opened(decided(make_change(1, warnings=("Hidden.",))), make_change(2)).approves == (2,)


def test_what_cannot_be_inspected_can_only_be_denied():
    """Here as on its card."""
    summary = opened(make_change(uninspectable="Too deep."))
    assert offered(summary) == [[Does.DENY, Does.FEEDBACK, Does.HAND_ON]]
    assert summary.note == ""


def test_when_everything_is_decided_nothing_is_left_to_approve():
    """No submit button, and no note about it."""
    summary = opened(decided(make_change(1)), decided(make_change(2), Verdict.DENY))
    assert (summary.approves, summary.note) == ((), "")


@pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.OPEN}))
def test_a_dialog_on_a_round_that_was_sent_has_no_buttons(state):
    """It can still be read."""
    summary = opened(make_change(1), make_change(2), state=state)
    assert offered(summary) == [[], []]
    assert summary.approves == ()


def test_a_replaced_change_has_no_buttons():
    """The dialog was opened before it was replaced."""
    summary = opened(make_change(1, state=ChangeState.SUPERSEDED, superseded_by=3), make_change(2))
    assert offered(summary) == [[], [Does.APPROVE, Does.DENY, Does.FEEDBACK, Does.HAND_ON]]


def another_version(job: Job) -> ReadingSummary:
    """Read a dialog that shows another version of change 1 than the record has."""
    versions = ((1, "f" * 64), (2, make_change(2).digest))
    return reading_page(job, versions, {"f" * 64: SHORT, make_change(2).digest: SHORT}, "token", 1)


def test_another_version_than_the_record_s_is_never_approved_with_others():
    """The dialog shows what it showed; approving all of it is off."""
    assert another_version(make_job(make_round(make_change(1), make_change(2)))).approves == ()


def test_what_is_not_in_the_record_or_has_no_text_is_left_out():
    """A change of another job, or a text that was retained no longer, makes no section."""
    job = make_job(make_round(make_change(1)))
    versions = ((1, make_change(1).digest), (9, make_change(9).digest))
    summary = reading_page(job, versions, {make_change(9).digest: SHORT}, "token", 1)
    assert summary.sections == ()
    assert (summary.page, summary.pages) == (1, 1)


def test_what_has_no_text_to_show_is_not_approved_with_others():
    """Nobody saw it, so nobody approves it by approving the rest."""
    job = make_job(make_round(make_change(1), make_change(2)))
    versions = tuple((c.number, c.digest) for c in job.rounds[0].changes)
    contents = {digest: SHORT for _number, digest in versions}
    assert reading_page(job, versions, contents, "t", 1).approves == (1, 2)
    del contents[versions[1][1]]
    assert reading_page(job, versions, contents, "t", 1).approves == ()


def test_the_form_shows_the_change_and_starts_from_its_words():
    """The redline again without buttons, and the proposed text to suggest an exact wording from."""
    change = make_change()
    held = make_round(change)
    summary = form(make_job(held), held, change, SHORT)
    assert summary.target == change_target(make_job(held), change)
    assert summary.title == "Deny change 1"
    assert summary.proposed == "60 days"
    assert summary.card.actions == ()
    assert replace(summary.card.excerpt).complete


def test_the_form_says_where_feedback_may_come_too_late():
    """A sibling denied without words may end the edit, whatever is written here."""
    plain, change = decided(make_change(1), Verdict.DENY), make_change(2)
    held = make_round(plain, change)
    (note,) = form(make_job(held), held, change, SHORT).card.notes
    assert note.startswith("Change 1 was denied without feedback")
    calm = make_round(decided(make_change(1), Verdict.DENY, feedback="No."), change)
    assert form(make_job(calm), calm, change, SHORT).card.notes == ()


WARNED = make_change(warnings=("Hidden text.", "Odd link."), is_whole=False)


def test_a_dangerous_change_asks_again_here_too():
    """Each Approve of the dialog repeats the worst sentence; every page says all of them."""
    first = opened(WARNED, content=LONG)
    last = opened(WARNED, content=LONG, page=first.pages)
    approve = last.sections[-1].actions[0]
    assert (approve.does, approve.confirm) == (Does.APPROVE, "Hidden text. And 1 more.")
    assert {section.warnings for page in (first, last) for section in page.sections} == {WARNED.warnings}


def test_the_ai_s_words_stand_on_the_first_page_only():
    """The pages after it are for the change."""
    content = replace(LONG, explanation="Rewritten.")
    pages = [opened(make_change(is_whole=False), content=content, page=page) for page in (1, 2)]
    assert [page.sections[0].claim for page in pages] == ["Rewritten.", ""]


def test_everything_that_is_odd_is_said_here(monkeypatch):
    """A card may have room for some of it only."""
    flags = tuple(Flag("style-changed", f"{'x' * 190} {n}.", dangerous=False) for n in range(9))
    flagged = replace(redline("<p>a</p>", "<p>b</p>"), flags=flags)
    monkeypatch.setattr(judging, "redline", lambda *_sides: flagged)
    summary = opened(make_change(), content=Content("<p>a</p>", "<p>odd in this test only</p>"))
    assert summary.sections[0].flags == tuple(flag.sentence for flag in flags)
    assert summary.sections[0].notes == ()


class TestALaterRound:
    """A change that answers feedback is also compared with what it revises."""

    first = decided(make_change(1), Verdict.DENY, feedback="Shorter.")
    second = make_change(2, revises=1)
    job = make_job(make_round(first, state=RoundState.CONFIRMED), make_round(second, number=2))

    def test_the_first_page_shows_what_changed_since(self):
        """Once, however many pages follow."""
        contents = {self.first.digest: SHORT, self.second.digest: LONG}
        versions = ((2, self.second.digest),)
        pages = reading_page(self.job, versions, contents, "t", 1).pages
        sections = [
            section
            for page in range(1, pages + 1)
            for section in reading_page(self.job, versions, contents, "t", page).sections
        ]
        assert sections[0].since is not None
        assert sections[0].since.sentence == "Since round 1:"
        assert {section.since for section in sections[1:]} == {None}

    def test_a_page_has_room_for_half_as_many(self):
        """A second redline takes blocks, of which a dialog may have a hundred."""
        first = tuple(decided(make_change(n), Verdict.DENY, feedback="No.") for n in range(1, 13))
        again = tuple(make_change(n + 12, revises=n) for n in range(1, 13))
        job = make_job(make_round(*first, state=RoundState.CONFIRMED), make_round(*again, number=2))
        versions = tuple((c.number, c.digest) for c in again)
        contents = {c.digest: Content("<p>a</p>", f"<p>{c.number}</p>") for c in (*first, *again)}
        page = reading_page(job, versions, contents, "t", 1)
        assert all(section.since for section in page.sections)
        assert len(page.sections) == 4

    def test_its_texts_are_those_of_both(self):
        """What a dialog shows, and what that revises."""
        versions = ((1, self.first.digest), (2, self.second.digest))
        assert needed(self.job, versions[1:]) == [self.second.digest, self.first.digest]
        assert needed(self.job, versions) == [self.first.digest, self.second.digest]
        assert needed(self.job, ()) == []


class TestFiles:
    """What a card and its dialog cannot show is given as files."""

    def files(self, change: Change, content: Content, **rest: Any) -> list[tuple[str, str, str]]:
        held = make_round(change, **rest)
        found = attachments(make_job(held), held, {change.digest: content})
        return [(one.slot, one.name, one.content) for one in found]

    def test_what_cannot_be_inspected_comes_as_its_source(self):
        """Both sides as they came, in a text file in which nothing comes alive; what is invisible is named."""
        content = Content("<p>old\0\ud800</p>", "<script>\u202e</script>\n\tü")
        assert self.files(make_change(3, uninspectable="A NUL."), content) == [
            (
                "source:3",
                "change-3-source.txt",
                "=== OLD ===\n<p>old[U+0000][U+D800]</p>\n\n=== NEW ===\n<script>[U+202E]</script>\n\tü\n",
            )
        ]
        missing = self.files(make_change(uninspectable="Nothing."), Content(None, None))
        assert missing[0][2].count("(nothing)") == 2

    def test_what_is_longer_than_anybody_turns_pages_comes_as_two_files(self):
        """The text before and after, to be compared by other means."""
        long = "word " * ((PAGE_BUDGET * MANY_PAGES) // 5)
        files = self.files(make_change(2, is_whole=False), Content("<p>short\u200b</p>", f"<p>{long}</p>"))
        assert [file[:2] for file in files] == [
            ("before:2", "change-2-before.txt"),
            ("after:2", "change-2-after.txt"),
        ]
        assert [file[2] for file in files] == ["short[U+200B]", long.strip()]
        assert self.files(make_change(is_whole=False), LONG) == []

    def test_the_sentences_say_what_the_files_are(self):
        """In our own words: nothing of the document is in them."""
        change = make_change(4, uninspectable="A NUL.")
        held = make_round(change)
        (source,) = attachments(make_job(held), held, {change.digest: SHORT})
        assert source.sentence == "The source of change 4, which cannot be inspected, as SuperDocs sent it."

    @pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.OPEN}))
    def test_when_nobody_can_decide_no_file_is_posted(self, state):
        """They serve a decision."""
        assert self.files(make_change(uninspectable="A NUL."), SHORT, state=state) == []

    def test_a_text_that_is_kept_no_longer_has_no_file(self):
        """Nor has a change that was replaced."""
        change = make_change(uninspectable="A NUL.")
        held = make_round(change)
        assert list(attachments(make_job(held), held, {})) == []
        assert self.files(replace(change, state=ChangeState.SUPERSEDED), SHORT) == []

    def test_a_file_that_is_up_is_not_made_again(self):
        """An intent is no file yet."""
        held = make_round(make_change(uninspectable="A NUL."))
        contents = {held.changes[0].digest: SHORT}
        intended = make_job(held).with_message("source:1", MessageRef("C0LEGAL", attempt=1))
        assert len(list(attachments(intended, held, contents))) == 1
        up = intended.with_message("source:1", MessageRef("C0LEGAL", "1.0"))
        assert list(attachments(up, held, contents)) == []

    def test_only_what_cannot_be_seen_is_named(self):
        """Letters of any script and symbols stand as they are."""
        assert named("é 中 ✅ — \u00a0 a\tb\n") == "é 中 ✅ — \u00a0 a\tb\n"
        assert named("\ue000\x07\u2028") == "[U+E000][U+0007][U+2028]"
