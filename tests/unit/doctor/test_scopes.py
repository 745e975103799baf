"""What the doctor compares with is what the manifest says, word for word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from bot.doctor.scopes import EVENTS, SCOPES

TEXT = (Path(__file__).parents[3] / "manifest.yml").read_text()
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)


def test_the_scopes_are_those_of_the_manifest():
    """With the same words on what each is for, in the same order."""
    assert list(SCOPES) == MANIFEST["oauth_config"]["scopes"]["bot"]
    assert list(SCOPES.items()) == re.findall(r"^ +- (\S+:\S+|commands) # (.+)$", TEXT, re.MULTILINE)


def test_the_events_are_those_of_the_manifest():
    """And so is what a person is told to look for."""
    assert list(EVENTS) == MANIFEST["settings"]["event_subscriptions"]["bot_events"]
