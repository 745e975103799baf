"""Somebody's Home, as Slack gets it: within its limits whatever is in it, and alive only where it is ours."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.home import ASKED, DECIDED, Decided, HomeSummary, closed
from bot.core.model import Mode
from bot.core.summary import LINES, Action, BacklogLine, BacklogSummary, Does, Line
from bot.sandbox.slack.validate import view_problems
from bot.slack.home import home
from tests.make import NOON, later
from tests.unit.slack.judges import action_ids, check_block, texts, visible

Json = dict[str, Any]

LINK = "https://sandbox.slack.com/archives/C0LEGAL/p1790000001000100"
WAITING = BacklogLine(
    "Supply agreement",
    Line("3 changes to review"),
    deadline_at=later(3480),
    link=LINK,
    action=Action(Does.REVIEW_ALL, "Review", "ref0000000000001.1"),
)
LAPSED = BacklogLine("Offer", Line("lapsed"), action=Action(Does.ASK_AGAIN, "Ask again", "ref0000000000002"))
SAID = Decided("Supply agreement", Line("Change 2 · Approved by <@U0REV>", quote="“30” → “60”"), NOON, LINK)
FULL = HomeSummary(
    BacklogSummary("1 edit waits for you.", "1 edit waits for you", open=(WAITING,)), (LAPSED,), (SAID,)
)
NOTHING = HomeSummary(BacklogSummary("Nothing waits for you.", "Nothing waits for you"))


def check_home(view: Json) -> None:
    """Have every validator that knows Home read one."""
    assert view_problems(view) == []
    for block in view["blocks"]:
        check_block(block)
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view)) <= 250_000


lines = st.builds(Line, st.text(max_size=300), st.text(max_size=300), st.sampled_from(["", LINK]))
actions = st.builds(
    Action,
    st.sampled_from([Does.REVIEW, Does.ASK_AGAIN]),
    st.text(min_size=1),
    st.text(min_size=1, max_size=200),
)
entries = st.builds(
    BacklogLine,
    st.text(max_size=300),
    lines,
    st.sampled_from([None, NOON]),
    st.sampled_from(["", LINK]),
    st.none() | actions,
)
homes = st.builds(
    HomeSummary,
    st.builds(
        BacklogSummary,
        st.text(),
        st.text(max_size=200),
        open=st.lists(entries, max_size=LINES).map(tuple),
        facts=st.lists(lines, max_size=2).map(tuple),
        rest=st.integers(0, 999),
    ),
    st.lists(entries, max_size=ASKED).map(tuple),
    st.lists(
        st.builds(Decided, st.text(max_size=300), lines, st.just(NOON), st.sampled_from(["", LINK])),
        max_size=DECIDED,
    ).map(tuple),
    st.sampled_from(Mode),
    st.lists(st.text(min_size=1, max_size=200), max_size=2).map(tuple),
)


@given(homes)
def test_slack_takes_any_home(summary: HomeSummary) -> None:
    """Whatever people, documents and the AI have written."""
    check_home(home(summary, NOON))


@pytest.mark.parametrize("letter", ["W", "é", "𝒲", "\x00", "&", "<"])
def test_slack_takes_the_largest_home(letter: str) -> None:
    """As many lines as there can be, each as long as can be, in the letters that take most room."""
    words = Line(letter * 400, letter * 400)
    line = replace(WAITING, document=letter * 400, status=words)
    summary = HomeSummary(
        BacklogSummary(letter, letter * 400, open=(line,) * LINES, facts=(words,), rest=9),
        (line,) * ASKED,
        (replace(SAID, document=letter * 400, status=words),) * DECIDED,
        figures=(letter * 200,) * 2,
    )
    check_home(home(summary, NOON))


def test_it_begins_with_what_waits_and_what_can_be_done() -> None:
    """The button that starts an edit, what waits with its buttons, then what was asked for, and the setting."""
    view = home(FULL, NOON)
    check_home(view)
    assert action_ids(view["blocks"]) == ["edit_document", "review_all", "ask_again", "preferred_mode"]
    assert [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"] == [
        "1 edit waits for you", "Asked for by you", "Your last decisions", "Your setting",
    ]  # fmt: skip


def test_moments_stand_in_the_reader_s_own_zone() -> None:
    """Until when to decide, when one decided, and as of when all this is."""
    said = texts(home(FULL, NOON)["blocks"], "mrkdwn")
    assert any("Decide by <!date^" in words or "decide by <!date^" in words for words in said)
    assert any("Change 2 · Approved by <@U0REV> · <!date^1795435200^" in words for words in said)
    assert said[-1].startswith(
        "As of <!date^1795435200^{date_short_pretty} at {time}|23 November at 12:00 UTC>"
    )


def test_nothing_is_said_as_nothing() -> None:
    """Each part says so, and how to begin."""
    shown = visible(home(NOTHING, NOON)["blocks"])
    assert "Nothing waits for you" in shown
    assert "asks for an edit" in shown


def test_figures_stand_before_the_setting_where_there_are_any() -> None:
    """One small block: most people look at what waits."""
    view = home(replace(FULL, figures=("The last 2 edits: 3 decided.", "By you: 1 decided.")), NOON)
    check_home(view)
    headings = [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]
    assert headings[-2:] == ["In figures", "Your setting"]
    assert "The last 2 edits: 3 decided.\nBy you: 1 decided." in texts(view["blocks"], "mrkdwn")


def test_the_setting_shows_what_is_chosen_whatever_was_chosen_there() -> None:
    """Clients keep a choice for as long as its block keeps its name."""
    settings = [
        next(
            b
            for b in home(replace(NOTHING, mode=mode), NOON)["blocks"]
            if "preferred" in b.get("block_id", "")
        )
        for mode in Mode
    ]
    assert [b["accessory"]["initial_option"]["value"] for b in settings] == list(Mode)
    assert settings[0]["block_id"] != settings[1]["block_id"]


def test_who_can_do_nothing_is_told_why_and_offered_nothing() -> None:
    """Not even the button that would refuse them."""
    view = home(closed("Guests never decide or start edits."), NOON)
    check_home(view)
    assert action_ids(view["blocks"]) == []
    assert "Guests never" in visible(view["blocks"])
