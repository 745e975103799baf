"""Bytes into events."""

import itertools
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.superdocs.framing import Frames, parse_frame

SESSION = (Path(__file__).parents[2] / "samples/reported/session.sse").read_bytes()
EVENT = b"event: intermediate\ndata: {}\n\n"


def read(chunks: Iterable[bytes], frames: Frames | None = None) -> list[tuple[str, str, str]]:
    """Return (event, data, id) of everything that some chunks hold."""
    frames = frames or Frames()
    whole = [frame for chunk in chunks for frame in frames.feed(chunk)]
    return [(event.event, event.data, event.id) for frame in whole for event in parse_frame(frame)]


def one_by_one(stream: bytes) -> list[bytes]:
    """Cut bytes into single ones."""
    return [stream[i : i + 1] for i in range(len(stream))]


WHOLE = read([SESSION])


def test_a_recorded_session_is_read_whole():
    """The events of a session come in their order; comments and keep-alives give none."""
    assert [name for name, _, _ in WHOLE] == [
        "document_sync",
        "intermediate",
        "model_fallback",
        "documents_changed",
        "proposed_change_batch",
        "ui_pointer",
        "final",
        "usage",
    ]


def test_any_split_gives_the_same_events():
    """Wherever the network cuts the stream into two, nothing is lost or doubled."""
    whole = b"".join(Frames().feed(SESSION))
    for at in range(len(SESSION)):
        frames = Frames()
        assert b"".join([*frames.feed(SESSION[:at]), *frames.feed(SESSION[at:])]) == whole


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CR LF", "CR"])
def test_every_line_end_is_a_line_end_byte_by_byte(line_end):
    """All three line ends of the specification work, even one byte at a time, and the last event does not wait."""
    stream = SESSION.replace(b"\n", line_end)
    assert read(one_by_one(stream)) == WHOLE
    assert read([stream]) == WHOLE


def test_mixed_line_ends_work():
    """Line ends may differ from line to line."""
    for ends in itertools.product([b"\n", b"\r\n", b"\r"], repeat=3):
        # A CR and then a LF would be one line end: that is no event yet.
        if (ends[1], ends[2]) == (b"\r", b"\n"):
            continue
        stream = b"event: final" + ends[0] + b"data: {}" + ends[1] + ends[2] + EVENT
        assert [name for name, _, _ in read(one_by_one(stream))] == ["final", "intermediate"]


def test_a_byte_order_mark_does_not_hide_the_first_event():
    """A mark before the first line does not cost its name, whole or in pieces."""
    assert read([b"\xef\xbb\xbf" + EVENT]) == read([EVENT])
    assert read(one_by_one(b"\xef\xbb\xbf" + EVENT)) == read([EVENT])


def test_a_cut_event_is_no_event():
    """At whatever byte the stream ends, only whole events count."""
    before = len(read([EVENT]))
    for at in range(len(EVENT)):
        assert len(read([EVENT, EVENT[:at]])) == before


def test_keep_alives_after_an_id_give_nothing():
    """After an id line, comments do not come out as events without data."""
    stream = b"id: 7\nevent: final\ndata: {}\n\n: keep-alive\n\n\n\nretry: 5\n\nid: 8\n\nevent: ping\n\n"
    assert read([stream]) == [("final", "{}", "7")]


def test_lines_of_data_belong_together():
    """Several data lines are one text, as the specification says."""
    assert read([b"data: one\ndata: two\ndata\n\n"]) == [("message", "one\ntwo\n", "")]


def test_text_is_utf8():
    """Text is read as UTF-8, and what is not is dropped and counted, not guessed at."""
    frames = Frames()
    stream = "data: café\n\n".encode() + "data: café\n\n".encode("latin-1") + EVENT
    assert [data for _, data, _ in read([stream], frames)] == ["café", "{}"]
    assert frames.dropped == 1


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_an_event_without_end_takes_no_memory(size):
    """A line that never ends is forgotten as it comes; the event after it is read again."""
    frames = Frames(limit=1000)
    for _ in range(5000 // size + 2):
        assert frames.feed(b"x" * size) == []
        assert len(frames._pending) <= 1000
    assert [name for name, _, _ in read([b"\n\n", EVENT], frames)] == ["intermediate"]
    assert frames.dropped == 1


def test_a_large_event_inside_one_chunk_is_dropped():
    """An event over the limit is dropped however it comes, and its neighbours stay."""
    frames = Frames(limit=100)
    big = b"data: " + b"x" * 200 + b"\n\n"
    assert len(read([EVENT + big + EVENT + big, big, EVENT], frames)) == 3
    assert frames.dropped == 3


def test_an_event_of_just_the_limit_passes():
    """The limit itself is allowed."""
    event = b"data: " + b"x" * 92 + b"\n\n"
    assert len(event) == 100
    frames = Frames(limit=100)
    assert len(read(one_by_one(event), frames)) == 1
    assert frames.dropped == 0
