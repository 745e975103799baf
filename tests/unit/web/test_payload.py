"""What counts as a payload: everything that Slack sends, and nothing that Bolt would stumble over."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from bot.slack import ids
from bot.web.payload import is_payload
from tests.unit.slack.bench import chosen, pressed, said, slash, target

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PRESS = pressed("approve", target())
VIEW = {"id": "V1", "type": "modal", "callback_id": ids.EDIT_DIALOG, "state": {"values": {}}}
FILLED_IN: dict[str, Any] = {"type": "view_submission", "user": {"id": "U0REV"}, "view": VIEW}


def form(payload: object) -> str:
    """Write an interactive payload as Slack does."""
    return "payload=" + quote(json.dumps(payload))


@pytest.mark.parametrize(
    "payload", [PRESS, chosen("stop:x"), FILLED_IN, {"type": "shortcut", "callback_id": "x"}]
)
def test_presses_dialogs_and_shortcuts_are_payloads(payload: dict[str, Any]):
    """In a form's one field."""
    assert is_payload(form(payload), FORM)


def test_commands_and_checks_are_payloads():
    """A form's fields are the payload."""
    assert is_payload(urlencode(slash("edit ü & more")), FORM)
    assert is_payload("ssl_check=1&token=t", FORM)


def test_events_are_payloads():
    """As JSON, whatever they say they are."""
    verification = {"type": "url_verification", "token": "t", "challenge": "c"}
    for event in (
        said("hello"),
        verification,
        said("hi") | {"authorizations": [{"team_id": "T1", "enterprise_id": None}]},
    ):
        assert is_payload(json.dumps(event), JSON)
        assert is_payload(json.dumps(event), "")


def test_what_slack_leaves_empty_may_be_null():
    """An organisation's installation has no team, a workspace of its own no enterprise."""
    assert is_payload(form(PRESS | {"team": None, "enterprise": None, "message": None}), FORM)


@pytest.mark.parametrize(
    "body",
    [
        "", " ", "}", "null", "[]", "7", '"x"', "[{}]", "\ufeff{}", "payload=7", "9" * 5000, "{", "{}", '{"a":1}}', "{'a':1}",
        "[" * 100_000, '{"a":' * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_object_is_no_payload(body: str):
    """Cut off, a bare value, empty, or without end."""
    assert not is_payload(body, JSON)


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "{}", "{'a':1}", '{"a":' * 100_000, "payload=", "payload=7", "payload=[]", "payload={}", "payload=%7B",
        form("[" * 100_000), "payload=" + "[" * 100_000, "&".join(f"a{n}=1" for n in range(101)),
    ],
)  # fmt: skip
def test_a_form_without_an_object_is_no_payload(body: str):
    """Or one with more fields than anything of Slack's."""
    assert not is_payload(body, FORM)


def test_brackets_are_counted_before_anything_is_read():
    """As many as the largest dialog has, and more, are read; a bomb of them is not, even where it is well-formed."""
    many = {"type": "x", "values": [[]] * 15_000}
    bomb = {"type": "x", "values": [[]] * 25_000}
    assert is_payload(json.dumps(many), JSON)
    assert is_payload(form(many), FORM)
    assert not is_payload(json.dumps(bomb), JSON)
    assert not is_payload(form(bomb), FORM)
    assert not is_payload(form(bomb).lower(), FORM)


@pytest.mark.parametrize(
    "change",
    [
        {"type": None}, {"type": []}, {"event": []}, {"event": None}, {"actions": {}}, {"actions": []}, {"actions": [{}]},
        {"actions": ["x"]}, {"actions": None}, {"user": 7}, {"user": {"type": 7}}, {"team": True}, {"channel": [7]},
        {"view": "x"}, {"message": 1.5}, {"container": []}, {"authorizations": [7]}, {"authorizations": {}},
        {"response_urls": ["x"]}, {"enterprise": 1}, {"callback_id": {}},
    ],
)  # fmt: skip
def test_a_part_of_another_kind_makes_it_none(change: dict[str, Any]):
    """Where Slack has an object, a list is nothing that anybody can read."""
    assert is_payload(form(PRESS), FORM)
    assert not is_payload(form(PRESS | change), FORM)


@pytest.mark.parametrize("payload", [PRESS, FILLED_IN, said("x")], ids=["press", "dialog", "event"])
def test_what_a_payload_is_about_must_be_there(payload: dict[str, Any]):
    """The press without what was pressed, the dialog without the dialog, the event without the event."""
    about = next(name for name in ("actions", "view", "event") if name in payload)
    assert is_payload(json.dumps(payload), JSON)
    assert not is_payload(json.dumps({name: part for name, part in payload.items() if name != about}), JSON)
