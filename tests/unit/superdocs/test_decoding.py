"""JSON that somebody else wrote."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import TransientError
from bot.superdocs.decoding import (
    as_object,
    clean,
    decoded,
    has_surrogate,
    parse_body,
    parse_count,
    parse_instant,
)


def test_a_body_that_is_not_utf8_is_still_read():
    """Bytes that are no text spoil the one string they stand in, not the answer."""
    body = parse_body(b'{"status": "completed", "error": "caf\xe9"}')
    assert isinstance(body, dict)
    assert body["status"] == "completed"
    assert has_surrogate(body["error"])


def test_raw_control_characters_are_read():
    """A raw line break inside a string, which has been seen, does not cost the answer."""
    assert parse_body(b'{"a": "one\ntwo\x01"}') == {"a": "one\ntwo\x01"}


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{", b'{"a":', b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"nonsense"]
)
def test_what_is_no_json_is_an_error_of_ours(body):
    """An unreadable answer, also one nested too deeply, is a passing trouble and says nothing of its content."""
    with pytest.raises(TransientError, match="not readable JSON"):
        parse_body(body)


def test_a_number_of_thousands_of_digits_costs_nothing():
    """A number that Python refuses to read does not cost the answer."""
    assert parse_body(b'{"progress": ' + b"9" * 5000 + b', "status": "x"}') == {"progress": -1, "status": "x"}


def test_strings_are_opened_three_times_and_no_more():
    """JSON in a string in a string is opened; what is deeper stays a string, so the work is bounded."""
    once, thrice, four_times = '["a"]', r'"\"[1]\""', r'"\"\\\"[1]\\\"\""'
    assert decoded(once) == ["a"]
    assert decoded(thrice) == [1]
    assert decoded(four_times) == "[1]"


@pytest.mark.parametrize("raw", [None, 5, 1.5, True, [], {}, "plain words", "{broken", ["x"]])
def test_what_is_no_json_string_stays_as_it_is(raw):
    """Values that are no JSON in a string are left alone."""
    assert decoded(raw) == raw


@pytest.mark.parametrize(
    ("raw", "expected"),
    [({"a": 1}, {"a": 1}), ('{"a": 1}', {"a": 1}), (None, {}), ([], {}), ("x", {}), (3, {}), ("[1]", {})],
)
def test_an_object_is_an_object_or_nothing(raw, expected):
    """Where an object belongs, anything else counts as an empty one."""
    assert as_object(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "2026-09-01T09:00:25Z",
        "2026-09-01T09:00:25+00:00",
        "2026-09-01T11:00:25+02:00",
        "2026-09-01T09:00:25",
        " 2026-09-01 09:00:25 ",
    ],
)
def test_times_are_aware_and_utc(raw):
    """Every way of writing one instant gives that instant in UTC; a missing zone is UTC."""
    told = parse_instant(raw)
    assert told == datetime(2026, 9, 1, 9, 0, 25, tzinfo=UTC)
    assert told.tzinfo is UTC


@pytest.mark.parametrize(
    "raw", [None, "", "<string>", "yesterday", 5, 1.5, [], {}, "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_time_is_none(raw):
    """Anything but a time is the absence of one."""
    assert parse_instant(raw) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (0, 0),
        (7, 7),
        (7.0, 7),
        ("12", 12),
        (-1, None),
        (True, None),
        (None, None),
        ("", None),
        ("٣", None),
        ("1e3", None),
        (float("nan"), None),
        (float("inf"), None),
        (10**30, None),
        ("9" * 40, None),
        ([], None),
    ],
)
def test_counts_are_small_and_not_negative(raw, expected):
    """A count is a number that can be one, and nothing else is."""
    assert parse_count(raw) == expected


@given(st.text(alphabet=st.characters(codec=None)), st.integers(1, 50))
def test_clean_text_can_always_be_encoded(text, limit):
    """Whatever comes in can be written as UTF-8 afterwards, and is no longer than asked."""
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert cleaned.encode().decode() == cleaned
    assert clean("ab\ud800c") == "ab\ufffdc"


@given(st.binary(max_size=200))
def test_no_body_raises_anything_else(body):
    """Any bytes are either read or refused with our error."""
    try:
        parse_body(body)
    except TransientError:
        assert True
