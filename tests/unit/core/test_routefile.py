"""The file of routes: what it means, and everything that is wrong with it, each fault with its line."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.routefile import KEYS, RouteFileError, line_of, parse
from bot.core.routing import Match, Route
from bot.core.schedule import Schedule

EVENING = Schedule(time(18), ZoneInfo("Asia/Tokyo"), frozenset({5}))

WHOLE = """
[[route]]
match = { session = "contract-*", document = "*.docx" }
channel = "#legal-review"
reviewers = ["@carol", "S0LEGAL", "U0BOB"]
approvals = 2
own_edits = false
mention = ["S0LEGAL"]
digest = { at = "08:30", tz = "Europe/Berlin", days = "mon-fri" }

[[route]]
"""


def faults(text: str) -> tuple[str, ...]:
    """Return everything that is wrong with a file."""
    with pytest.raises(RouteFileError) as refusal:
        parse(text, EVENING)
    assert str(refusal.value) == refusal.value.faults[0]
    assert all("\n" not in said for said in refusal.value.faults)
    return refusal.value.faults


def test_every_key_is_read():
    """What is written is what the route says; the second route says nothing."""
    assert parse(WHOLE, EVENING).listed == (
        Route(
            Match("contract-*", "*.docx"),
            channel="#legal-review",
            reviewers=("@carol", "S0LEGAL", "U0BOB"),
            approvals=2,
            own_edits=False,
            mention=("S0LEGAL",),
            schedule=Schedule(time(8, 30), ZoneInfo("Europe/Berlin"), frozenset(range(5))),
        ),
        Route(),
    )


def test_the_guide_s_example_is_read():
    """As it stands there, for whoever copies it."""
    guide = (Path(__file__).parents[3] / "docs" / "routes.md").read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    contracts, sales, rest = parse(example, EVENING).listed
    assert contracts == parse(WHOLE, EVENING).listed[0]
    assert sales == Route(Match(channel="#sales"), own_edits=False)
    assert rest == Route()
    assert [key for key in KEYS if f"| `{key}` |" not in guide] == []


def test_what_a_digest_does_not_say_is_as_the_settings_have_it():
    """An hour alone is an hour in the deployment's zone, on its days."""
    route = '[[route]]\nchannel = "#a"\ndigest = { at = "7:05" }'
    (only,) = parse(route, EVENING).listed
    assert only.schedule == Schedule(time(7, 5), EVENING.zone, EVENING.days)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("chanel = 'x'", "chanel: means nothing here; known are match, channel"),
        ("match = { sesion = 'x' }", "match.sesion: means nothing here"),
        ("match = 'contract'", "match: must be a table"),
        ("match = { document = 3 }", "match.document: must be a pattern"),
        ("match = { channel = 'legal' }", "match.channel: must be a whole #name"),
        ("match = { channel = '#legal-*' }", "match.channel: must be a whole #name"),
        ("channel = 'legal'", "channel: must be #name or an id"),
        ("channel = 7", "channel: must be #name or an id"),
        ("reviewers = '@carol'", "reviewers: must be a list"),
        ("reviewers = ['carol']", "reviewers: must name people and user groups: @name, or ids (U…, S…), not carol"),
        ("reviewers = [['@carol']]", "reviewers: must name people"),
        ("reviewers = ['#legal']", "reviewers: must name people"),
        ("mention = ['@a','@b','@c','@d','@e','@f','@g','@h','@i','@j','@k']", "mention: must be a list of 10"),
        ("approvals = 0", "approvals: must be a number of people"),
        ("approvals = true", "approvals: must be a number of people"),
        ("approvals = 1.5", "approvals: must be a number of people"),
        ("own_edits = 'no'", "own_edits: must be true or false"),
        ("channel = '#a'\ndigest = { hour = '9' }", "digest.hour: means nothing here; known are at, tz, days"),
        ("channel = '#a'\ndigest = { at = '9' }", "digest.at: must be an hour and minute"),
        ("channel = '#a'\ndigest = { at = 09:00:00 }", "digest.at: must be an hour and minute"),
        ("channel = '#a'\ndigest = { tz = 'Mars' }", "digest.tz: must be a zone's name"),
        ("channel = '#a'\ndigest = { days = 'daily' }", "digest.days: must be days of the week"),
        ("digest = { at = '09:00' }", "digest: a digest needs a channel"),
        ("channel = '#a'\nmatch = { channel = '#b' }", "channel: a route that is matched by its channel reviews there"),
        ("reviewers = ['U0A', 'W0B']\napprovals = 3", "approvals: 3 people must approve, and 2 may"),
    ],
)  # fmt: skip
def test_whatever_cannot_be_meant_is_refused(line: str, said: str):
    """A key that is unknown, or a value that no key of this name has; with the number of its line."""
    (fault,) = faults(f"# A comment.\n[[route]]\n{line}\n")
    at, _, sentence = fault.partition(": ")
    assert at in {"line 3", "line 4"}
    assert sentence.startswith(said)


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_lines():
    """Whoever mends a file does it once."""
    text = "[[route]]\napprovals = 0\nmatch = { document = 'a' }\n\n[[route]]\nown_edits = 1\nchannel = 'x'\n[other]\n"
    assert [said.partition(":")[0] for said in faults(text)] == ["line 2", "line 6", "line 7", "line 8"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[route]]\nchannel = \n", "line 2: invalid value"),
        ("[[route]]\nchannel = '#a'\nchannel = '#b'\n", "line 3: cannot overwrite a value"),
        ("[[route]]\nchannel = '#a", "at its end: "),
        ("x" * 100_001, "it is longer than 100,000 characters"),
    ],
)
def test_what_is_no_toml_is_refused_where_it_ends_to_be(text: str, said: str):
    """TOML's own complaint, the line first."""
    (fault,) = faults(text)
    assert fault.startswith(said)


@pytest.mark.parametrize("text", ["", "route = 1", "route = [1]", "route = []", "[route]\nchannel = '#a'"])
def test_a_file_without_routes_is_none(text: str):
    """It would close everything, which nobody means by an empty file."""
    assert faults(text) == ("line 1: it must have one [[route]] or more",)


def test_a_route_that_never_counts_is_refused():
    """The one before it is for everything: whoever wrote it meant another order."""
    assert faults("[[route]]\n[[route]]\nchannel = '#a'\n") == (
        "line 2: the route before is for everything, so this one never counts",
    )


def test_there_are_so_many_routes_and_no_more():
    """What is read is bounded."""
    text = "[[route]]\nmatch = { session = 'a' }\n" * 101
    assert faults(text) == ("line 201: there may be 100 routes at most",)


@pytest.mark.parametrize("name", ["@legal", "S0LEGAL"])
def test_what_may_be_many_people_is_not_counted(name: str):
    """A handle may turn out to be a user group's, and one group holds enough approvers."""
    (only,) = parse(f"[[route]]\nreviewers = ['{name}']\napprovals = 2", EVENING).listed
    assert only.approvals == 2


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("route", 0), 3),
        (("route", 0, "reviewers"), 6),
        (("route", 0, "approvals"), 10),
        (("route", 1), 12),
        (("route", 1, "match", "document"), 14),
        (("nowhere",), 1),
    ],
)
def test_a_line_is_where_the_statement_begins(path: tuple[str | int, ...], line: int):
    """Values over several lines, comments, blank lines and tables within tables do not mislead."""
    text = (
        "# one\n\n[[route]]\nchannel = '''\n[[route]]'''\nreviewers = [ # people\n  '@carol',\n\n]\napprovals = 2\n"
        "# two\n[[route]]\n[route.match]\ndocument = 'x'\n"
    )
    assert line_of(text, path) == line


@given(
    st.lists(st.sampled_from([*WHOLE.split("\n"), "x = 1", "[[route]]", "approvals = 0", "]"]), max_size=12)
)
def test_any_lines_are_read_or_refused_in_lines(lines: list[str]):
    """Never anything else, and every fault is one line."""
    said: tuple[str, ...] = ()
    try:
        parse("\n".join(lines), EVENING)
    except RouteFileError as error:
        said = error.faults
    assert all(len(fault.splitlines()) == 1 for fault in said)
