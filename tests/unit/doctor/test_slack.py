"""What the bot was granted is compared with what it needs; a token is not sent in the open without a word."""

from __future__ import annotations

from typing import Any

import pytest

from bot.config import load
from bot.doctor import slack, superdocs
from bot.doctor.finding import State
from bot.doctor.scopes import SCOPES

SETTINGS: dict[str, Any] = {
    "slack_bot_token": "xoxb-unit",
    "slack_signing_secret": "unit",
    "superdocs_api_key": "sk_unit",
    "relay_channel": "C0LEGAL",
}


@pytest.mark.parametrize("separator", [",", ", "])
def test_exactly_what_is_asked_for_is_well(separator: str):
    """Whichever way Slack writes the list."""
    (finding,) = slack.scopes(separator.join(SCOPES))
    assert finding.state is State.OK


def test_nothing_granted_is_all_missing():
    """Each scope with what it is for."""
    (finding,) = slack.scopes("")
    assert finding.state is State.FAULT
    assert all(f"{scope} ({purpose})" in finding.found for scope, purpose in SCOPES.items())


def test_scopes_that_are_not_told_are_not_missing():
    """A proxy may keep the header to itself: then a person must compare."""
    (finding,) = slack.scopes(None)
    assert finding.state is State.WARNING
    assert "manifest.yml" in finding.cure


@pytest.mark.parametrize(("family", "setting"), [(slack, "SLACK_API_URL"), (superdocs, "SUPERDOCS_BASE_URL")])
def test_a_secret_that_would_travel_in_the_open_is_a_warning(family: Any, setting: str):
    """Whether or not anybody answers there."""
    assert family.in_the_open(load(**SETTINGS)) == ()
    (finding,) = family.in_the_open(load(**SETTINGS, **{setting.lower(): "http://far.example/"}))
    assert (finding.name, finding.state) == (setting, State.WARNING)
    assert "begins with https://" in finding.cure
