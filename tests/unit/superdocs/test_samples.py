"""Every payload that is documented or was reported, read as what it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.model import Mode
from bot.core.sighting import Hint, Options, Rostered, Status, Uploaded
from bot.core.submitting import Answer
from bot.superdocs.documents import parse_roster, parse_uploaded
from bot.superdocs.events import parse_event
from bot.superdocs.framing import Frames, parse_frame
from bot.superdocs.proposals import parse_proposals
from bot.superdocs.wire import (
    parse_balance,
    parse_job,
    parse_list,
    parse_started,
    parse_submitted,
    render_answers,
    render_start,
)

SAMPLES = Path(__file__).parents[2] / "samples"
ELSEWHERE = {"changes", "slack"}
"""Folders that other tests read."""
THREE = ["ch_1", "ch_2", "ch_3"]


def sample(name: str) -> Any:
    """Return a sample's JSON."""
    return json.loads((SAMPLES / name).read_bytes())


def hints(name: str) -> list[tuple[str, Hint]]:
    """Return the kinds and hints of a recorded stream."""
    frames = Frames().feed((SAMPLES / name).read_bytes())
    events = [parse_event(sse.event, sse.data, sse.id) for frame in frames for sse in parse_frame(frame)]
    return [(event.kind, event.glimpse.hint) for event in events]


JOBS = {
    "async-jobs/completed.json": (Status.COMPLETED, []),
    "async-jobs/started.json": (Status.WORKING, []),
    "human-in-the-loop/awaiting_approval.json": (Status.REVIEW, ["ch_1"]),
    "reference/get_job.json": (Status.WORKING, []),
    "reported/completed.json": (Status.COMPLETED, []),
    "reported/completed_in_part.json": (Status.COMPLETED, []),
    "reported/failed_object.json": (Status.FAILED, []),
    "reported/paused_list.json": (Status.REVIEW, THREE),
    "reported/paused_object.json": (Status.REVIEW, THREE),
    "reported/paused_on_prompt.json": (Status.PROMPT, []),
    "reported/paused_single.json": (Status.REVIEW, ["ch_1"]),
    "reported/paused_string.json": (Status.REVIEW, THREE),
    "reported/paused_string_in_string.json": (Status.REVIEW, THREE),
    "reported/paused_wrapped.json": (Status.REVIEW, THREE),
    "reported/working_null.json": (Status.WORKING, []),
}
STREAMS = {
    "reported/continue_prompt.sse": [("continue_prompt", Hint.PAUSED)],
    "reported/session.sse": [
        ("document_sync", Hint.DOCUMENT),
        ("intermediate", Hint.PROGRESS),
        ("model_fallback", Hint.NOISE),
        ("documents_changed", Hint.NOISE),
        ("proposed_change_batch", Hint.PAUSED),
        ("ui_pointer", Hint.NOISE),
        ("final", Hint.ENDED),
        ("usage", Hint.NOISE),
    ],
    "streaming/error.sse": [("error", Hint.ENDED)],
    "streaming/final.sse": [("final", Hint.ENDED)],
    "streaming/intermediate.sse": [("intermediate", Hint.PROGRESS)],
    "streaming/proposed_change.sse": [("proposed_change", Hint.PAUSED)],
    "streaming/usage.sse": [("usage", Hint.NOISE)],
}
OTHERS = {
    "async-jobs/start.request.json",
    "human-in-the-loop/approve_all.request.json",
    "human-in-the-loop/approve_one.request.json",
    "human-in-the-loop/deny_with_feedback.request.json",
    "human-in-the-loop/start.request.json",
    "reference/list_jobs.json",
    "reported/compact_list.json",
    "reported/roster.json",
    "reported/submitted.json",
    "reported/uploaded.json",
    "reported/whoami.json",
    "streaming/proposed_change_content.json",
}


def test_every_sample_is_read_by_a_test_and_says_where_it_is_from():
    """No sample lies about unread, and each folder names the public page."""
    theirs = [path for path in SAMPLES.glob("*/*") if path.parent.name not in ELSEWHERE]
    found = {str(path.relative_to(SAMPLES)) for path in theirs if path.name != "SOURCE"}
    assert found == {*JOBS, *STREAMS, *OTHERS}
    for folder in SAMPLES.iterdir():
        if folder.name == "changes":
            continue  # Nobody has published these.
        assert "https://" in (folder / "SOURCE").read_text()


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_read(name):
    """Each documented or reported job is what its page says it is, without a defect."""
    sighting = parse_job(sample(name))
    assert (sighting.status, [p.change_id for p in sighting.proposals]) == JOBS[name]
    assert not any(proposal.defect for proposal in sighting.proposals)


@pytest.mark.parametrize("name", [name for name, (_, ids) in JOBS.items() if ids == THREE])
def test_every_form_of_one_batch_is_the_same_batch(name):
    """However a batch is written, its changes have the same digests: none is asked about twice."""
    first = parse_job(sample("reported/paused_list.json")).proposals
    assert parse_job(sample(name)).proposals == first
    assert [p.operation for p in first] == ["edit", "create", "delete"]
    assert [p.after_id for p in first] == ["", "c-1", ""]


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_read(name):
    """Each documented or reported event hints at what its page says it means."""
    assert hints(name) == STREAMS[name]


def test_the_documented_results_are_taken_over():
    """The words, the document and the usage of the documented result arrive."""
    done = parse_job(sample("async-jobs/completed.json"))
    assert done.response == "I've restructured the document into 5 sections..."
    assert done.updated_html == '<div data-chunk-id="...">...</div>'
    assert done.usage == {"monthly_used": 44, "monthly_limit": 500, "monthly_remaining": 456}
    assert parse_job(sample("reported/paused_on_prompt.json")).prompt == "This is a large edit. Continue?"
    assert parse_job(sample("reported/failed_object.json")).error == "The model gave up."


def test_the_other_answers_are_read():
    """Started jobs, approvals, lists, proposals and accounts in their documented forms."""
    assert parse_started(sample("async-jobs/started.json")) == "job_abc123"
    assert parse_submitted(sample("reported/submitted.json"))
    assert parse_balance(sample("reported/whoami.json")).remaining == 456
    assert [job.status for job in parse_list(sample("reference/list_jobs.json"))] == [Status.WORKING]
    assert [job.change_ids for job in parse_list(sample("reported/compact_list.json"))] == [
        ("ch_1", "ch_2"),
        (),
    ]
    (proposal,) = parse_proposals(sample("streaming/proposed_change_content.json"))
    assert (proposal.change_id, proposal.defect) == ("ch_1", "")


def test_the_documents_are_read():
    """Uploads and rosters in the forms that were reported."""
    within_30, within_60 = (f'<p data-chunk-id="c-1">within {days} days</p>' for days in (30, 60))
    assert parse_uploaded(sample("reported/uploaded.json")) == Uploaded(within_30, "doc_primary")
    durable = "5c1f7a52-0b6e-4f0c-9a55-2f6d0c6f8b11"
    assert parse_roster(sample("reported/roster.json")) == (
        Rostered("doc_primary", "Supply agreement.docx", within_60, durable),
        Rostered("doc_ab12"),
    )


def test_a_success_in_part_says_which():
    """What SuperDocs says it did not apply, and that the month is used up, arrives."""
    done = parse_job(sample("reported/completed_in_part.json"))
    assert done.unapplied == {"ch_2"}
    assert done.is_quota_spent
    assert not parse_job(sample("reported/completed.json")).is_quota_spent


def test_our_requests_are_the_documented_ones():
    """What is sent has the names and the types of the documented requests."""
    start = sample("human-in-the-loop/start.request.json")
    wanted = (start["session_id"], start["message"], Mode.REVIEW, start["document_html"])
    assert render_start(*wanted, Options()) == start
    assert sample("async-jobs/start.request.json").keys() < start.keys()
    documented = sample("human-in-the-loop/approve_all.request.json")
    answers = [Answer(c["change_id"], is_approved=c["approved"]) for c in documented["changes"]]
    # The page says true at the top beside a denial; ours says what holds for all, and each change its own.
    assert render_answers("JOB_ID", answers) == {**documented, "approved": False}
    single = sample("human-in-the-loop/approve_one.request.json")
    assert (
        render_answers("JOB_ID", [Answer(single.pop("change_id"), is_approved=True)]).keys() > single.keys()
    )
    denied = sample("human-in-the-loop/deny_with_feedback.request.json")
    body = render_answers("JOB_ID", [Answer("ch_1", is_approved=False, feedback=denied["feedback"])])
    assert body["changes"] == [{name: denied[name] for name in ("change_id", "approved", "feedback")}]
