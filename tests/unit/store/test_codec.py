"""Whatever text a person or an AI wrote, a record can be stored and read again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BugError
from bot.core.model import AskedAgain, ChangeState, Job, MessageRef, Outcome, Verdict
from bot.core.proposal import Content
from bot.core.request import HandedText, LibraryFile, SourceFile
from bot.relay.ports import Reading
from bot.store.codec import CONTENT, JOB, READING
from tests.make import NOON, decided, later, make_change, make_job, make_round, sent

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def whole_job() -> Job:
    """Return a job in which nothing has its default."""
    first = sent(make_round(decided(make_change(1, warnings=("Hidden.",)), Verdict.DENY, feedback="Ü")))
    second = make_round(
        make_change(2, state=ChangeState.SUPERSEDED, superseded_by=3, outcome=Outcome.FOUND),
        number=2, send_at=NOON, hurried_by="U0", recheck_at=later(1), reminded=1, reminded_at=NOON, approvals=2,
    )  # fmt: skip
    return make_job(
        first, second, source=SourceFile("F0", "a.html", "https://files.example/a"), asks_again=AskedAgain("r", (1, 2)),
        next_at=NOON, stop_at=NOON, missing_at=NOON, continues=False, progress="x", progress_at=NOON,
    ).with_message("job", MessageRef("C0", "1.0", "digest", 2, "https://slack.example"))  # fmt: skip


def test_a_job_is_read_as_it_was_written():
    """Enums, tuples, moments and what is not there."""
    assert JOB.load(JOB.dump(whole_job())) == whole_job()
    assert JOB.load(JOB.dump(make_job())) == make_job()


def test_stored_text_may_come_back_decoded():
    """Clients answer in bytes or in text."""
    assert JOB.load(JOB.dump(whole_job()).decode()) == whole_job()


@given(old=st.none() | TEXT, new=st.none() | TEXT, words=TEXT)
def test_any_text_survives(old, new, words):
    """Every character that UTF-8 can hold; absent stays absent."""
    content = Content(old, new, words)
    assert CONTENT.load(CONTENT.dump(content)) == content


def test_a_lone_surrogate_becomes_a_question_mark():
    """It cannot be written; the rest of the text can."""
    assert CONTENT.load(CONTENT.dump(Content("a\ud800b", None))) == Content("a?b", None)


def test_a_dialog_s_versions_keep_their_order():
    """They are approved as they were shown."""
    reading = Reading("r", 1, ((2, "b"), (1, "a")))
    assert READING.load(READING.dump(reading)) == reading


def test_fields_that_are_not_there_yet_take_their_defaults():
    """A record that an older version wrote can be read."""
    stored = json.loads(JOB.dump(make_job()))
    for name in ("revision", "prompts", "messages", "progress_at"):
        del stored[name]
    assert JOB.load(json.dumps(stored)) == replace(make_job(), revision=0)


@pytest.mark.parametrize(
    "source",
    [
        SourceFile("F1", "a.docx", "https://files.example/F1"),
        LibraryFile("b/a.docx"),
        LibraryFile("b/a.docx", "v1"),
        HandedText(7, "a.html"),
        None,
    ],
)
def test_where_a_document_came_from_is_never_taken_for_another_place(source):
    """Each kind reads back as itself; an older version knew the first one only, and wrote it as it is now."""
    assert JOB.load(JOB.dump(make_job(source=source))) == make_job(source=source)


@pytest.mark.parametrize(
    ("stored", "words"), [('{"ref": {"a": "30 days"}}', r"ref \(string_type\)"), ('"30 days', "all of it")]
)
def test_what_cannot_be_read_is_named_and_not_quoted(stored, words):
    """The error ends up in a log, and records hold what people and documents say."""
    with pytest.raises(BugError, match=words) as error:
        JOB.load(stored)
    assert "30 days" not in str(error.value)
    assert error.value.__cause__ is None
