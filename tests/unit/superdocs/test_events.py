"""Events of a stream, one by one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.sighting import Glimpse, Hint
from bot.superdocs.events import parse_event


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("intermediate", Hint.PROGRESS),
        ("proposed_change", Hint.PAUSED),
        ("proposed_change_batch", Hint.PAUSED),
        ("continue_prompt", Hint.PAUSED),
        ("final", Hint.ENDED),
        ("error", Hint.ENDED),
        ("document_sync", Hint.DOCUMENT),
        ("documents_changed", Hint.NOISE),
        ("model_fallback", Hint.NOISE),
        ("ui_pointer", Hint.NOISE),
        ("usage", Hint.NOISE),
    ],
)
def test_every_documented_kind_has_its_hint(kind, hint):
    """The name on the event line decides; without one, the type in the data does."""
    for name, data in (
        (kind, {}),
        (kind, {"type": "intermediate"}),
        ("message", {"type": kind}),
        ("", {"type": kind}),
    ):
        event = parse_event(name, json.dumps(data))
        assert (event.kind, event.glimpse.hint, event.is_known) == (kind, hint, True)


@pytest.mark.parametrize(("name", "kind"), [("thinking", "thinking"), ("message", "")])
def test_unknown_kinds_are_noise_and_say_so(name, kind):
    """An event that nobody knows is harmless, and can be counted."""
    event = parse_event(name, '{"content": "x"}')
    assert (event.kind, event.is_known, event.glimpse) == (kind, False, Glimpse(Hint.NOISE))


def test_progress_is_one_short_line():
    """What SuperDocs says it does becomes one line of bounded length."""
    event = parse_event(
        "intermediate", json.dumps({"content": "Reading\n\tthe  contract" + "!" * 400, "sequence": 3})
    )
    assert event.glimpse.sequence == 3
    assert event.glimpse.text.startswith("Reading the contract!")
    assert len(event.glimpse.text) == 300


def test_only_progress_has_a_text_and_only_documents_have_a_document():
    """A document never slips into a line for people, nor a final word into the progress."""
    document = parse_event("document_sync", json.dumps({"content": "<p>a</p>"})).glimpse
    assert (document.text, document.document_html) == ("", "<p>a</p>")
    final = parse_event("final", json.dumps({"content": "Done.", "result": {}})).glimpse
    assert (final.text, final.document_html) == ("", "")


@pytest.mark.parametrize(
    ("data", "event_id", "sequence"),
    [
        ({"sequence": 4}, "", 4),
        ({"sequence": "4"}, "9", 4),
        ({}, "9", 9),
        ({"sequence": None}, "abc", 0),
        ({"sequence": -3}, "", 0),
        ({"sequence": True}, "", 0),
        ({}, "9" * 30, 0),
    ],
)
def test_the_sequence_is_a_number_from_the_data_or_the_id(data, event_id, sequence):
    """The data's sequence counts, then a numeric id line; anything else is none."""
    assert parse_event("intermediate", json.dumps(data), event_id).glimpse.sequence == sequence


@pytest.mark.parametrize("data", ["plain words", '"plain words"', "[1]", "5", '{"broken": '])
def test_data_that_is_no_object_is_still_an_event(data):
    """The name of an event suffices: what it carries may be anything."""
    assert parse_event("final", data).glimpse.hint is Hint.ENDED
    assert parse_event("intermediate", "plain words").glimpse.text == "plain words"


@pytest.mark.parametrize(
    ("error", "refuses"),
    [
        ("Unauthorized", True),
        ("Authentication failed", True),
        ("Invalid API key", True),
        ("invalid api_key", True),
        ("Invalid or missing token", True),
        ({"message": "Invalid credentials"}, True),
        ("Request timed out", False),
        ("Job not found", False),
        ("The author asked to stop", False),
        ("The token limit was reached", False),
        (None, False),
    ],
)
def test_an_error_about_the_key_is_told_apart(error, refuses):
    """A stream that cannot answer 401 refuses the key with an event; what a job fails of is not about the key."""
    assert parse_event("error", json.dumps({"error": error})).refuses_key is refuses
    assert parse_event("intermediate", json.dumps({"error": error})).refuses_key is False


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=12), st.text(st.characters(codec=None), max_size=40), st.text(max_size=5))
def test_nothing_in_an_event_raises(name, data, event_id):
    """Any event is read, and what it says can be encoded."""
    glimpse = parse_event(name, data, event_id).glimpse
    assert (glimpse.text + glimpse.document_html).encode() is not None


def test_a_document_of_several_is_read_like_any():
    """In a session of several documents the text comes with the id of the one in focus, which changes nothing."""
    told = {"type": "document_sync", "content": "<p>a</p>", "focused_document_id": "doc_2"}
    assert parse_event("document_sync", json.dumps(told)).glimpse.document_html == "<p>a</p>"


@pytest.mark.parametrize("content", ['{"documents": []}', "not JSON", None, 7, {"documents": [{}]}])
def test_news_of_the_documents_stops_nothing(content):
    """Whatever a session tells of its documents, the stream goes on."""
    event = parse_event("documents_changed", json.dumps({"content": content, "sequence": 4}))
    assert event.is_known
    assert (event.glimpse.hint, event.glimpse.sequence) == (Hint.NOISE, 4)
