"""Jobs, lists and answers."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import RefusedError, TransientError
from bot.core.model import Mode
from bot.core.request import Depth, Tier
from bot.core.sighting import Balance, Listed, Options, Sighting, Status
from bot.core.submitting import Answer
from bot.superdocs.wire import (
    parse_balance,
    parse_job,
    parse_list,
    parse_started,
    parse_submitted,
    render_answers,
    render_continue,
    render_segment,
    render_start,
)

CHANGE = {"change_id": "ch_1", "operation": "edit", "old_html": "<p>a</p>", "new_html": "<p>b</p>"}


def paused(**metadata: object) -> dict[str, object]:
    """Return a job that waits."""
    return {"job_id": "job_1", "session_id": "s-1", "status": "awaiting_approval", "metadata": metadata}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", Status.WORKING),
        ("in_progress", Status.WORKING),
        ("queued", Status.WORKING),
        ("processing", Status.WORKING),
        ("completed", Status.COMPLETED),
        ("succeeded", Status.COMPLETED),
        ("failed", Status.FAILED),
        ("cancelled", Status.CANCELLED),
        ("canceled", Status.CANCELLED),
        ("hibernating", Status.WORKING),
        ("", Status.WORKING),
        (None, Status.WORKING),
        (7, Status.WORKING),
        (["completed"], Status.WORKING),
    ],
)
def test_every_status_word_has_a_meaning(word, status):
    """Known words mean what they say; what nobody knows is a job that still works, never one that ended."""
    assert parse_job({"status": word}).status is status


@pytest.mark.parametrize(
    ("kind", "pending", "status"),
    [
        ("change_review", [CHANGE], Status.REVIEW),
        ("change_review", None, Status.REVIEW),
        ("continue_prompt", None, Status.PROMPT),
        ("continue_prompt", [CHANGE], Status.PROMPT),
        (None, [CHANGE], Status.REVIEW),
        (None, json.dumps([CHANGE]), Status.REVIEW),
        (None, None, Status.PROMPT),
        (None, [], Status.PROMPT),
        ("something_new", [CHANGE], Status.REVIEW),
    ],
)
def test_the_two_pauses_are_told_apart(kind, pending, status):
    """SuperDocs' word decides; without one, changes make a review and their absence a prompt."""
    sighting = parse_job(paused(awaiting_kind=kind, pending_changes=pending))
    assert sighting.status is status
    assert bool(sighting.proposals) == (status is Status.REVIEW and pending is not None)


@pytest.mark.parametrize(
    "prompt",
    [{"message": "Continue?"}, '{"message": "Continue?"}', "Continue?", {"content": "Continue?", "x": 1}],
)
def test_the_prompt_is_what_superdocs_asks(prompt):
    """The question is found in whatever holds it."""
    told = prompt if not isinstance(prompt, str) or not prompt.startswith("{") else json.loads(prompt)
    assert parse_job(paused(awaiting_kind="continue_prompt", continue_prompt=told)).prompt == "Continue?"


def test_changes_are_only_pending_while_the_job_waits():
    """What a job that works or ended still lists as pending is history."""
    for status in ("in_progress", "completed", "failed"):
        assert parse_job({**paused(pending_changes=[CHANGE]), "status": status}).proposals == ()


@pytest.mark.parametrize(
    "job",
    [
        {**paused(), "pending_changes": [CHANGE]},
        {**paused(pending_changes=[]), "result": {"document_changes": {"pending_changes": [CHANGE]}}},
        {**paused(), "metadata": json.dumps({"pending_changes": [CHANGE]})},
    ],
)
def test_changes_are_found_in_their_other_places(job):
    """Changes count wherever a pausing job carries them."""
    assert [p.change_id for p in parse_job(job).proposals] == ["ch_1"]


@pytest.mark.parametrize(
    ("changes", "unapplied"),
    [
        ([{"change_id": "a", "status": "Failed"}, {"change_id": "b", "status": "applied"}], {"a"}),
        ([{"change_id": "a", "status": "discarded"}, {"change_id": "b", "status": "denied"}], {"a", "b"}),
        ([{"change_id": "a", "status": "auto_approved"}, {"change_id": "b", "status": "postponed"}], set()),
        ('[{"change_id": "a", "status": "error"}]', {"a"}),
        ([{"change_id": "a", "status": None}, "a", None, 7, {}], set()),
        ({"a": "failed"}, set()),
        (None, set()),
    ],
)
def test_what_was_not_applied_is_known_as_far_as_it_is_said(changes, unapplied):
    """Only a clear word takes a change off the document; the others leave it to the document itself."""
    job = {"status": "completed", "result": {"document_changes": {"changes": changes}}}
    assert parse_job(job).unapplied == unapplied


@pytest.mark.parametrize(
    ("told", "is_spent"), [(True, True), (False, False), (None, False), ("true", False), (1, False)]
)
def test_a_spent_month_is_said_clearly_or_not_at_all(told, is_spent):
    """Only SuperDocs' clear yes stops anything, wherever it stands."""
    usage = {"monthly_used": 500, "monthly_limit": 500, "quota_exhausted": told}
    for job in ({"usage": usage}, {"result": {"usage": usage}}):
        sighting = parse_job({**job, "status": "completed"})
        assert sighting.is_quota_spent is is_spent
        assert sighting.usage == {"monthly_used": 500, "monthly_limit": 500}


def test_a_completed_job_brings_the_document_and_the_words():
    """The end of a job brings its document, its closing words, and what is left of the month."""
    told = {
        "job_id": "job_1",
        "session_id": "s-1",
        "status": "completed",
        "updated_at": "2026-09-01T09:05:00Z",
        "usage": {"monthly_used": 1, "ops_charged": 2},
        "result": {
            "response": "Done.",
            "document_changes": {"updated_html": "<p>b</p>"},
            "usage": {
                "monthly_used": 44,
                "monthly_limit": 500,
                "monthly_remaining": 456,
                "was_billable": True,
            },
        },
    }
    assert parse_job(told) == Sighting(
        Status.COMPLETED,
        job_id="job_1",
        session_id="s-1",
        updated_at=datetime(2026, 9, 1, 9, 5, tzinfo=UTC),
        response="Done.",
        updated_html="<p>b</p>",
        usage={"monthly_used": 44, "monthly_limit": 500, "monthly_remaining": 456, "ops_charged": 2},
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("It broke.", "It broke."),
        ({"message": "It broke.", "code": "x"}, "It broke."),
        ({"code": "model_error"}, "model_error"),
        ({"message": None, "type": "Timeout"}, "Timeout"),
        (None, ""),
        (["what"], ""),
    ],
)
def test_the_error_is_a_sentence_in_both_forms(error, sentence):
    """A failed job says why, whether its error is a string or an object."""
    assert parse_job({"status": "failed", "error": error}).error == sentence


def test_texts_for_people_are_bounded():
    """A job's words never become a message of any length."""
    job = {"status": "failed", "error": "x" * 50_000, "result": {"response": "y" * 50_000 + "\ud800"}}
    sighting = parse_job(job)
    assert (len(sighting.error), len(sighting.response)) == (10_000, 10_000)


@pytest.mark.parametrize("payload", [None, [], "x", 5, True])
def test_an_answer_that_is_no_job_is_a_passing_trouble(payload):
    """What is no object tells nothing about the job."""
    with pytest.raises(TransientError):
        parse_job(payload)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
JOB_FIELDS = ["job_id", "session_id", "updated_at", "error", "usage", "metadata", "result", "pending_changes"]
META_FIELDS = ["awaiting_kind", "continue_prompt", "pending_change_ids", "pending_batch_decisions"]


@settings(deadline=None, max_examples=80)
@given(
    st.dictionaries(st.sampled_from([*JOB_FIELDS, "status"]), ANYTHING),
    st.dictionaries(st.sampled_from(META_FIELDS), ANYTHING),
)
def test_wrong_types_anywhere_never_raise(job, metadata):
    """Whatever a job holds, it is read, and everything said about it can be encoded."""
    sighting = parse_job({"metadata": metadata, **job})
    said = (sighting.job_id, sighting.session_id, sighting.prompt, sighting.response, sighting.error)
    assert "".join(said).encode() is not None
    assert all(isinstance(count, int) and count >= 0 for count in sighting.usage.values())


@settings(deadline=None, max_examples=80)
@given(
    st.dictionaries(st.sampled_from([f for f in JOB_FIELDS if f != "metadata"]), ANYTHING),
    st.dictionaries(st.sampled_from([f for f in META_FIELDS if f != "awaiting_kind"]), ANYTHING),
)
def test_no_field_beside_them_hides_the_changes(job, metadata):
    """A pausing job with a whole change is a review of that change, whatever else it holds."""
    told = {**job, "status": "awaiting_approval", "metadata": {**metadata, "pending_changes": [CHANGE]}}
    sighting = parse_job(told)
    assert sighting.status is Status.REVIEW
    assert [p.content.new_html for p in sighting.proposals] == ["<p>b</p>"]


def test_a_list_names_what_waits():
    """A list tells jobs, their standing and the ids they wait on, in its order."""
    jobs = [
        {"job_id": "job_2", "session_id": "s-2", "status": "awaiting_approval"},
        paused(pending_changes=[CHANGE]),
        {"job_id": "job_0", "session_id": "s-0", "status": "completed"},
    ]
    expected = (
        Listed("job_2", "s-2", Status.REVIEW),
        Listed("job_1", "s-1", Status.REVIEW, ("ch_1",)),
        Listed("job_0", "s-0", Status.COMPLETED),
    )
    assert parse_list({"jobs": jobs, "total": 3}) == expected
    assert parse_list(jobs) == expected


@pytest.mark.parametrize(
    "metadata",
    [
        {"pending_changes": ["ch_1", "ch_2"]},
        {"pending_change_ids": ["ch_1", "ch_2"]},
        {"pending_changes": '["ch_1", "ch_2"]'},
    ],
)
def test_compact_lists_name_ids_in_every_form(metadata):
    """However a compact list writes the pending ids, they are found."""
    (listed,) = parse_list({"jobs": [{**paused(), "metadata": metadata}]})
    assert listed.change_ids == ("ch_1", "ch_2")


def test_a_compact_prompt_is_a_prompt():
    """A list that says what the pause is about is believed."""
    (listed,) = parse_list({"jobs": [paused(awaiting_kind="continue_prompt")]})
    assert listed.status is Status.PROMPT


@pytest.mark.parametrize("jobs", [None, 5, {}, "x", [None, 5, "job", {"status": "completed"}, []]])
def test_what_is_no_job_is_not_listed(jobs):
    """Only what has an id can be looked at."""
    assert parse_list({"jobs": jobs}) == ()


@pytest.mark.parametrize(
    ("answer", "complete"),
    [
        ({"status": "ok", "batch_complete": True}, True),
        ({"status": "ok", "batch_complete": False}, False),
        ({"status": "ok", "message": "Approval processed"}, False),
        ({"batch_complete": "true"}, False),
        ({"batch_complete": 1}, False),
        (None, False),
        ([], False),
    ],
)
def test_only_true_is_complete(answer, complete):
    """A batch is complete when SuperDocs says exactly that."""
    assert parse_submitted(answer) is complete


@pytest.mark.parametrize(
    ("answer", "job_id"), [({"job_id": "j"}, "j"), ({}, ""), ({"job_id": None}, ""), ([], "")]
)
def test_a_started_job_has_an_id(answer, job_id):
    """The id of a started job is what the answer names, or nothing."""
    assert parse_started(answer) == job_id


def test_the_balance_tells_what_it_is_told():
    """A balance holds what was said, and None for what was not."""
    assert parse_balance({"tier": "free", "quota": {"remaining": 3, "monthly_limit": 500}}) == Balance(
        "free", 3, 500
    )
    assert parse_balance({"quota": None}) == Balance()


def test_a_list_says_what_was_asked_for():
    """Whoever is kept waiting by a job can be told what it does, as long as the list says it."""
    jobs = [{"job_id": "job_1", "metadata": {"message": "x" * 1000}}, {"job_id": "job_2", "metadata": None}]
    first, second = parse_list({"jobs": jobs})
    assert first.message.startswith("xxx")
    assert len(first.message) == 300
    assert second.message == ""


@pytest.mark.parametrize("mode", list(Mode))
def test_a_start_always_says_the_mode(mode):
    """The mode is one of the two words that SuperDocs knows: any other silently applies everything."""
    body = render_start("s-1", "Do it.", mode, None, Options())
    assert body == {"message": "Do it.", "session_id": "s-1", "approval_mode": mode.value}
    assert render_start("s-1", "Do it.", mode, "<p>a</p>", Options()) == {**body, "document_html": "<p>a</p>"}


def test_a_start_says_only_what_was_chosen():
    """Model, depth and document have SuperDocs' own words, and what nobody chose is left to SuperDocs."""
    chosen = Options(Tier.MAX, Depth.DEEP, "doc_2")
    body = render_start("s-1", "Do it.", Mode.REVIEW, None, chosen)
    told = {name: body[name] for name in ("model_tier", "thinking_depth", "document_id")}
    assert json.loads(json.dumps(told)) == {
        "model_tier": "max",
        "thinking_depth": "deep",
        "document_id": "doc_2",
    }
    assert render_start("s-1", "Do it.", Mode.REVIEW, None, Options(depth=Depth.FAST)).keys() == {
        "message",
        "session_id",
        "approval_mode",
        "thinking_depth",
    }


def test_answers_name_every_change():
    """Each change has an explicit word; feedback goes with denials only; the word at the top is a yes to all."""
    answers = [
        Answer("a", is_approved=True, feedback="ignored"),
        Answer("b", is_approved=False, feedback="keep it"),
    ]
    assert render_answers("job_1", [*answers, Answer("c", is_approved=False)]) == {
        "job_id": "job_1",
        "approved": False,
        "changes": [
            {"change_id": "a", "approved": True},
            {"change_id": "b", "approved": False, "feedback": "keep it"},
            {"change_id": "c", "approved": False},
        ],
    }
    assert render_answers("job_1", answers[:1])["approved"] is True


def test_no_answers_are_no_yes():
    """An empty set approves nothing, whatever the word at the top would be read as."""
    assert render_answers("j", []) == {"job_id": "j", "approved": False, "changes": []}


def test_a_change_without_an_id_makes_the_top_word_a_no():
    """What cannot be named is never sent under an empty name, and is denied by the word for the rest."""
    body = render_answers("j", [Answer("a", is_approved=True), Answer("", is_approved=False)])
    assert body == {"job_id": "j", "approved": False, "changes": [{"change_id": "a", "approved": True}]}


def test_a_continue_is_explicit():
    """Both answers to a prompt are said, never implied."""
    assert render_continue("j", goes_on=False) == {"job_id": "j", "continue": False}
    assert render_continue("j", goes_on=True) == {"job_id": "j", "continue": True}


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("job_1", "job_1"),
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("..%2f", "..%252f"),
        ("ü", "%C3%BC"),
        ("\ud800", "%3F"),
    ],
)
def test_ids_are_one_segment_of_a_path(name, segment):
    """No id can lead a call to another address."""
    assert render_segment(name) == segment


@pytest.mark.parametrize("name", ["", ".", "..", "..."])
def test_what_is_no_segment_is_refused(name):
    """An empty id would list everything, and dots would climb: neither is asked for."""
    with pytest.raises(RefusedError):
        render_segment(name)
