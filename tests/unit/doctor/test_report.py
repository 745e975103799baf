"""The report: one line a finding, a cure where there is one, and a count at the end."""

from __future__ import annotations

import json

import pytest

from bot.doctor.finding import Finding, Findings, State, fault, not_checked, ok, warning
from bot.doctor.report import as_json, as_text

WELL = ok("settings", "all of them can be read")
WARNED = warning("ALLOW_VOLATILE", "true", "Unset it.")
BROKEN = fault("RELAY_CHANNEL", "archived", "Choose another.")
SKIPPED = not_checked("scopes", "SLACK_BOT_TOKEN")


def test_a_finding_is_a_line_and_its_cure_another():
    """A fault is written large; nothing depends on a colour."""
    assert as_text((WELL, WARNED, BROKEN, SKIPPED)).splitlines() == [
        "ok           settings: all of them can be read",
        "warning      ALLOW_VOLATILE: true",
        "             Unset it.",
        "FAULT        RELAY_CHANNEL: archived",
        "             Choose another.",
        "not checked  scopes: waits for SLACK_BOT_TOKEN",
        "",
        "1 fault, 1 warning, 1 not checked.",
    ]


@pytest.mark.parametrize(
    ("findings", "summary"),
    [
        ((WELL,), "All is well."),
        ((WARNED,), "No faults, 1 warning."),
        ((WARNED, WARNED, BROKEN), "1 fault, 2 warnings."),
        ((BROKEN, BROKEN), "2 faults, no warnings."),
    ],
)
def test_the_last_line_counts(findings: Findings, summary: str):
    """In words that read."""
    assert as_text(findings).splitlines()[-1] == summary


def test_a_program_gets_a_list():
    """Each finding with all of its fields; the state in lower case."""
    assert json.loads(as_json((WELL, BROKEN))) == [
        {"name": "settings", "state": "ok", "found": "all of them can be read", "cure": ""},
        {"name": "RELAY_CHANNEL", "state": "fault", "found": "archived", "cure": "Choose another."},
    ]


def test_what_others_wrote_stays_on_its_line():
    """A workspace may be called anything: no line break, no escape sequence and no change of direction gets through."""
    (line, *_rest) = as_text((Finding("x", State.OK, "a\nb\x1b[2Jc\u202ed"),)).splitlines()
    assert line == "ok           x: a b [2Jc d"
