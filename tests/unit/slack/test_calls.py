"""Whom the message of a round calls: named once, alive, and within what Slack takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.routefile import MOST_MENTIONED
from bot.core.words.carding import card
from bot.core.words.pieces import calling
from bot.core.words.wording import round_message
from bot.slack import limits
from bot.slack.cards import render
from tests.make import make_change, make_job, make_proposals, make_round
from tests.unit.slack.judges import check_message
from tests.unit.slack.summaries import card as any_card

CALLED = ("U0CAROL", "S0LEGAL")


def test_nobody_is_called_without_a_route_that_says_so():
    """The message is as it was."""
    assert calling(()) == ""
    held = make_round(make_change(1), make_change(2))
    assert round_message(make_job(held), held).calls == ""


def test_the_message_of_several_changes_calls_and_their_cards_do_not():
    """People are told once a round."""
    held = make_round(make_change(1), make_change(2), mention=CALLED)
    job = make_job(held)
    contents = {p.digest: p.content for p in make_proposals(2)}
    assert round_message(job, held).calls == "For <@U0CAROL>, <!subteam^S0LEGAL>."
    assert [card(job, held, change, contents).calls for change in held.changes] == ["", ""]


def test_the_card_of_a_single_change_calls_since_it_is_the_round_s_message():
    """As people and a group that Slack tells, not as words."""
    held = make_round(mention=CALLED)
    contents = {p.digest: p.content for p in make_proposals(1)}
    blocks = render(card(make_job(held), held, held.changes[0], contents)).blocks
    elements = blocks[1]["elements"][0]["elements"]
    assert [element["type"] for element in elements] == ["text", "user", "text", "usergroup", "text"]
    check_message(blocks)
    assert (elements[1]["user_id"], elements[3]["usergroup_id"]) == CALLED


@pytest.mark.parametrize("shown", [any_card(), None], ids=["card", "round"])
def test_as_many_as_a_route_may_mention_fit(shown):
    """With the longest ids that Slack has."""
    calls = calling([f"U{'0' * 30}{n}" for n in range(MOST_MENTIONED)])
    held = make_round(*(make_change(n) for n in range(1, 60)))
    summary = replace(shown or round_message(make_job(held), held), calls=calls)
    blocks = render(summary).blocks
    check_message(blocks)
    assert limits.measure(blocks) <= limits.MESSAGE_TOTAL
