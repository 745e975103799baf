"""Reading what Slack sends. How it is acted on stands in `test_listeners.py`."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import RefusedError
from bot.relay.acts import Actor
from bot.slack import payloads
from bot.slack.edit_payloads import parse_edit, parse_search
from bot.slack.modals import Memory
from tests.unit.slack.bench import chosen, deleted, pressed, said, slash, target

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

SUBMITTED: Json = {
    "type": "view_submission",
    "user": {"id": "U0REV", "team_id": "T0SANDBOX"},
    "view": {
        "id": "V0TOP",
        "private_metadata": Memory(channel="C0LEGAL", target=target()).dump(),
        "state": {
            "values": {
                "document": {
                    "document": {"files": [{"id": "F1", "name": "a.html", "url_private": "https://f"}]}
                },
                "instruction": {"instruction": {"value": "friendlier"}},
                "mode": {"mode": {"selected_option": {"value": "approve_all"}}},
                "channel": {"channel": {"selected_conversation": "C0LEGAL"}},
                "feedback_0": {"feedback": {"value": "keep it"}},
                "person": {"person": {"selected_user": "U0CAROL"}},
                "note": {"note": {"value": None}},
            }
        },
    },
}
READERS: list[tuple[Callable[[object], object], Json]] = [
    (payloads.parse_command, slash("edit it")),
    (payloads.parse_press, pressed("approve", target())),
    (payloads.parse_press, pressed("approve", target(), view=SUBMITTED["view"])),
    (payloads.parse_press, chosen("ask_again|ref")),
    (parse_edit, SUBMITTED),
    (parse_search, {**SUBMITTED, "type": "block_suggestion", "value": "supply"}),
    (payloads.parse_denial, SUBMITTED),
    (payloads.parse_passing, SUBMITTED),
    (payloads.parse_reply, said("approve")),
    (payloads.parse_deletion, deleted("1790000002.000100", {})),
]


@pytest.mark.parametrize(("read", "body"), READERS)
def test_what_slack_sends_is_read(read: Callable[[object], object], body: Json) -> None:
    """Each payload, as it is documented, is understood."""
    assert read(body) is not None


@pytest.mark.parametrize(("read", "body"), READERS)
@given(data=st.data())
def test_whatever_is_wrong_with_a_payload_is_refused_in_words(
    read: Callable[[object], object], body: Json, data: st.DataObject
) -> None:
    """Any part of any payload may be missing, null or of another kind: nothing but a sentence comes of it."""
    spoilt = copy.deepcopy(body)
    where: Any = spoilt
    path = data.draw(st.sampled_from(_paths(body)))
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = data.draw(st.sampled_from([None, 7, "", [], {}, "x\n", [None], {"id": 1}, True]))
    with suppress(RefusedError):
        read(spoilt)


@pytest.mark.parametrize("nonsense", [None, [], "", 1, {"view": 1}])
@pytest.mark.parametrize("read", [reader for reader, _ in READERS])
def test_nonsense_is_refused_in_words(read: Callable[[object], object], nonsense: object) -> None:
    """What is no payload at all is refused, too."""
    with pytest.raises(RefusedError, match="nothing was done"):
        read(nonsense)


def test_who_pressed_a_message_acts_on_that_message() -> None:
    """The card's own ts is told, so that a copied card decides nothing."""
    assert payloads.presser(pressed("approve", target(), ts="1.2")) == Actor(
        "U0REV", "T0SANDBOX", "C0LEGAL", "1.2"
    )


def test_who_presses_in_a_dialog_acts_on_no_message() -> None:
    """In a dialog, the place is the one that the dialog remembers."""
    body = pressed("approve", target(), view=SUBMITTED["view"])
    assert payloads.presser(body) == Actor("U0REV", "T0SANDBOX", "C0LEGAL", "")


def test_a_message_that_only_one_person_sees_is_no_card() -> None:
    """An ephemeral message has a ts that names nothing lasting."""
    body = pressed("deny_with_feedback", target())
    body["container"]["is_ephemeral"] = True
    assert payloads.presser(body).ts == ""


def test_the_edit_is_named_by_its_dialog() -> None:
    """A dialog delivered twice is the same request."""
    assert parse_edit(SUBMITTED).key == parse_edit(SUBMITTED).key == "V0TOP"


def test_somebody_of_another_workspace_is_of_that_workspace() -> None:
    """In a shared channel, the author's own workspace counts, not the one that the event came to."""
    reply = payloads.parse_reply(said("approve", user_team="T0OTHER"))
    assert reply is not None
    assert reply.actor.team_id == "T0OTHER"


def test_a_reply_says_whether_it_was_edited() -> None:
    """Read back, a message has the words it has now; Slack says that they are not the first."""
    plain, edited = said("approve"), said("approve", edited={"user": "U0REV", "ts": "1790000150.000100"})
    read = [payloads.parse_reply(body) for body in (plain, edited)]
    assert [reply and reply.is_edited for reply in read] == [False, True]


@pytest.mark.parametrize("body", [said("approve"), said("deny", subtype="message_changed")])
def test_only_a_deletion_is_a_deletion(body: Json) -> None:
    """What somebody says or changes deletes nothing."""
    assert payloads.parse_deletion(body) is None


@pytest.mark.parametrize(
    ("value", "named"),
    [("1790000100.000100", "1790000100.000100"), ("", ""), ("soon", ""), (None, ""), (1.5, "")],
)
def test_only_a_message_s_name_names_one(value: object, named: str) -> None:
    """Seconds and a count, as text."""
    assert payloads.message_id(value) == named


def test_the_beginning_of_a_thread_is_no_reply_in_it() -> None:
    """Slack names a thread by its first message, which has the same ts."""
    assert payloads.parse_reply(said("approve", thread_ts="1.2", ts="1.2")) is None


@pytest.mark.parametrize(
    ("marked", "typed"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("see <https://a.example|the terms>", "see the terms"),
        ("see <https://a.example>", "see https://a.example"),
        ("in <#C0LEGAL|legal>", "in #legal"),
        ("<!here> all", "@here all"),
        ("<@U0RELAY> approve", "<@U0RELAY> approve"),
        ("  plain \n", "plain"),
    ],
)
def test_words_are_read_as_they_were_typed(marked: str, typed: str) -> None:
    """Slack's escapes and links are undone; a mention stays, since a command may begin with one."""
    assert payloads.said(marked) == typed


def _paths(part: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the way to each part of a payload."""
    steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path for step, below in steps for path in [(*above, step), *_paths(below, (*above, step))]]
