"""What can be pressed."""

from __future__ import annotations

from typing import Any

from bot.core.summary import Action, Does
from bot.slack.blocks.buttons import button, plain, row
from tests.unit.slack.summaries import APPROVE, DENY, FEEDBACK, REF, REVIEW, TARGET

STOP = Action(Does.STOP, "Stop this edit", REF, confirm="Nothing more is applied.")
AGAIN = Action(Does.ASK_AGAIN, "Ask again", REF)
SEND = Action(Does.SEND_NOW, "Send now, deny the rest", f"{REF}.1")


def elements(*actions: Action) -> list[dict[str, Any]]:
    """Give the elements of a row."""
    return [element for block in row(actions, "Change 2") for element in block["elements"]]


def test_nothing_to_do_is_no_block() -> None:
    """A message without actions has no empty row."""
    assert row((), "Change 2") == []


def test_one_button_stands_out_and_a_denial_warns() -> None:
    """Approve is primary and Deny is red; the rest is plain."""
    assert [e.get("style") for e in elements(APPROVE, DENY, FEEDBACK)] == ["primary", "danger", None]
    assert [e.get("style") for e in elements(REVIEW, DENY)] == ["primary", "danger"]


def test_a_button_names_its_change_to_those_who_hear_it() -> None:
    """A screen reader says what is approved, not only that something is."""
    assert elements(APPROVE)[0]["accessibility_label"] == "Approve: Change 2"
    assert elements(FEEDBACK)[0]["accessibility_label"] == "Deny with feedback: Change 2"


def test_a_button_says_what_it_acts_on_and_nothing_more() -> None:
    """The value is the target."""
    assert (elements(DENY)[0]["action_id"], elements(DENY)[0]["value"]) == ("deny", TARGET)


def test_what_must_ask_first_asks() -> None:
    """The confirmation repeats the warning, and its button the action."""
    warned = Action(Does.APPROVE, "Approve", TARGET, confirm="Hidden text was added.")
    confirm = elements(warned)[0]["confirm"]
    assert confirm["text"]["text"] == "Hidden text was added."
    assert (confirm["confirm"]["text"], confirm["deny"]["text"]) == ("Approve", "Cancel")
    assert confirm["text"]["type"] == "plain_text"


def test_what_is_rarely_wanted_is_in_the_menu() -> None:
    """Stop, Ask again and Send now stand in the overflow menu, which is last."""
    *_, menu = elements(AGAIN, APPROVE, SEND)
    assert [option["value"] for option in menu["options"]] == [f"ask_again|{REF}", f"send_now|{REF}.1"]


def test_a_menu_of_one_entry_asks_for_it() -> None:
    """A menu's question belongs to its only entry."""
    (menu,) = elements(STOP)
    assert menu["type"] == "overflow"
    assert menu["confirm"]["text"]["text"] == "Nothing more is applied."


def test_what_must_ask_is_a_button_beside_a_menu() -> None:
    """A menu of several entries cannot ask for one of them: that one is a button."""
    asking, menu = elements(STOP, AGAIN)
    assert (asking["type"], asking["action_id"]) == ("button", "stop_edit")
    assert "confirm" in asking
    assert "confirm" not in menu


def test_a_label_is_never_empty_nor_an_emoji() -> None:
    """Slack refuses empty labels; colons in document text stay colons."""
    assert plain("", 75) == {"type": "plain_text", "text": "…", "emoji": False}


def test_a_value_is_cut_to_what_slack_takes() -> None:
    """Words that a button carries are cut before Slack refuses them."""
    assert len(button("a", "b", "x" * 3000)["value"]) == 2000
