"""When a program is told of an outcome, in which words, and until when that is tried."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from bot.core.audit import Entry, entries
from bot.core.calling import (
    LARGEST_HTML,
    delivered,
    due_at,
    given_up,
    is_given_up,
    message_id,
    payload,
    postponed,
    redriven,
)
from bot.core.deadline import due
from bot.core.lifecycle import ENDED_JOBS
from bot.core.model import JobState, RoundState
from bot.core.report import JobReport, report
from bot.core.request import Callback
from tests.make import NOON, TIMING, decided, later, make_change, make_job, make_round

URL = "https://hooks.example.com/done?token=secret"


def called(**rest):
    """Return a job that has ended at noon, of a program that wants to hear of it."""
    callback = Callback(URL, **rest.pop("callback", {}))
    return make_job(**{"state": JobState.COMPLETED, "ended_at": NOON, "callback": callback, **rest})


@pytest.mark.parametrize("state", sorted(JobState))
def test_a_program_is_told_when_its_edit_has_ended(state):
    """However it did; and not before."""
    assert due_at(called(state=state)) == (NOON if state in ENDED_JOBS else None)


def test_an_outcome_waits_for_its_document():
    """What was found in it is part of what is told; a Slack or a library that is away for hours is no part of it."""
    assert due_at(called(publish_at=later(1))) == due_at(called(publish_at=later(3600))) == later(60)


def test_nobody_is_told_who_did_not_ask():
    """Most edits have no program."""
    assert due_at(replace(called(), callback=None)) is None


def test_what_is_due_has_a_key_for_each_attempt():
    """So that a later one is not dropped for an earlier."""
    first = due(called(), TIMING)
    assert [(item.step, item.at, item.key) for item in first] == [
        ("deliver", NOON, "deliver:ref0000000000001:0")
    ]
    (second,) = due(postponed(called(), NOON, "Away."), TIMING)
    assert second.key == "deliver:ref0000000000001:1"


def test_it_is_tried_for_a_day_less_and_less_often():
    """Each wait within a tenth of its length; then it is given up, with what kept it."""
    job, now, waits = called(), NOON, []
    while (at := due_at(job)) is not None:
        waits.append((at - now).total_seconds())
        now = at
        job = postponed(job, now, "The callback's host answered 500.")
    for waited, meant in zip(waits, [0, 5, 300, 1800, 7200, 18_000, 36_000, 21_600], strict=True):
        assert meant * 0.9 <= waited <= meant * 1.1
    assert timedelta(hours=21) < now - NOON < timedelta(hours=26)
    assert job.callback == Callback(URL, None, 8, None, "The callback's host answered 500.")
    assert is_given_up(job.callback)


def test_those_that_failed_together_do_not_come_back_together():
    """Each job has its own spread, which a restart does not change."""
    at = {
        due_at(postponed(called(ref=f"ref{n:013}", callback={"attempts": 2, "next_at": NOON}), NOON, ""))
        for n in range(50)
    }
    assert len(at) > 40


@pytest.mark.parametrize(("asked", "waited"), [(None, 5.5), (0.0, 5.5), (60.0, 60.0), (1e9, 36_000.0)])
def test_a_program_that_asks_to_wait_is_obeyed(asked, waited):
    """Never sooner than it asks; and never so late that it would be forgotten."""
    at = due_at(postponed(called(), NOON, "Busy.", asked))
    assert at is not None
    assert (at - NOON).total_seconds() == pytest.approx(waited, abs=1)


def test_what_is_refused_for_ever_is_not_tried_again():
    """The first time, too."""
    job = given_up(called(), "It wants to hear no more.")
    assert due_at(job) is None
    assert job.callback == Callback(URL, None, 1, None, "It wants to hear no more.")


def test_what_was_taken_is_not_told_again():
    """Not by a task that comes late with a failure, either."""
    job = delivered(postponed(called(), NOON, "Away."), later(6))
    assert job.callback == Callback(URL, None, 1, later(6), "")
    assert due_at(job) is None
    assert postponed(job, later(7), "Away.") == job
    assert given_up(job, "No.") == job


@pytest.mark.parametrize(
    "job",
    [given_up(called(), "No."), delivered(called(), NOON), postponed(called(), NOON, "Away."), called()],
)
def test_it_can_be_had_told_again(job):
    """At once, and for a whole day, whatever became of it."""
    again = redriven(job, later(100))
    assert due_at(again) == later(100)
    assert again.callback == Callback(URL, later(100))


def test_the_id_stays_the_same():
    """However often it is told; another job has another."""
    job = called()
    assert message_id(job) == "msg_ref0000000000001_completed"
    assert message_id(redriven(postponed(job, NOON, "Away."), NOON)) == message_id(job)
    assert "." not in message_id(job), "the signature has dots between its parts"


def test_the_payload_is_what_get_answers():
    """The same report, under the standard's three names."""
    held = make_round(decided(make_change()), state=RoundState.CONFIRMED)
    job = replace(called(result="Müller “done”"), rounds=(held,), has_document=True)
    told = json.loads(payload(job, "<p>15 days</p>"))
    assert list(told) == ["type", "timestamp", "data"]
    assert (told["type"], told["timestamp"]) == ("edit.completed", "2026-11-23T12:00:00Z")
    data = told["data"]
    assert (data["has_document"], data.pop("document_html")) == (True, "<p>15 days</p>")
    assert data == TypeAdapter(JobReport).dump_python(report(job), mode="json")


@pytest.mark.parametrize("state", sorted(ENDED_JOBS))
def test_the_type_says_how_it_ended(state):
    """So a program can choose what it hears."""
    assert json.loads(payload(called(state=state), None))["type"] == f"edit.{state.value}"


@pytest.mark.parametrize(
    ("html", "is_sent"),
    [("ü" * (LARGEST_HTML // 2), True), ("ü" * (LARGEST_HTML // 2) + "x", False), (None, False)],
)
def test_a_large_document_is_not_sent_along(html, is_sent):
    """Counted in bytes; that there is one is said."""
    data = json.loads(payload(called(has_document=html is not None), html))["data"]
    assert data["document_html"] == (html if is_sent else None)
    assert data["has_document"] is (html is not None)


def test_no_text_keeps_a_program_from_being_told():
    """A lone surrogate, which UTF-8 cannot hold, becomes a question mark; the address is not told."""
    sent = payload(called(result="a\ud800b"), "<p>\udfff</p>")
    data = json.loads(sent)["data"]
    assert (data["result"], data["document_html"]) == ("a?b", "<p>?</p>")
    assert b"token=secret" not in sent


def test_the_audit_says_whether_a_program_was_told():
    """Delivered, given up, or driven anew; each attempt in between is none of its business, and neither is the address."""
    job = called()
    late = postponed(job, NOON, "Away.")
    ref = job.ref
    assert entries(job, late) == ()
    assert entries(late, delivered(late, NOON)) == (Entry("callback.delivered", ref, detail="attempt 2"),)
    lost = given_up(late, "No.")
    assert entries(late, lost) == (Entry("callback.given_up", ref, detail="attempt 2"),)
    assert entries(lost, redriven(lost, NOON)) == (Entry("callback.redriven", ref),)
    done = delivered(job, NOON)
    assert entries(done, redriven(done, later(1))) == (Entry("callback.redriven", ref),)
    assert entries(late, redriven(late, NOON)) == ()
