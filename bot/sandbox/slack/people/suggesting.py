"""Typing into a menu whose options the app knows: it is asked for them, again with every character.

Source: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.controls import find_control
from bot.sandbox.slack.delivery import UndeliveredError
from bot.sandbox.slack.errors import ImpossibleActError, SlackError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import payloads
from bot.sandbox.slack.people.shown import Suggested
from bot.sandbox.slack.validate.suggestions import checked_suggestions

if TYPE_CHECKING:
    from bot.sandbox.slack.people.desk import Desk
    from bot.sandbox.slack.views import View

Json = dict[str, Any]
ASKING = frozenset({"external_select", "multi_external_select"})
LEAST_QUERY = 3
"""Characters from which on the app is asked, unless the menu's `min_query_length` says otherwise."""


async def suggest(
    desk: Desk, target: Message | View, action_id: str, words: str, *, block_id: str | None = None
) -> Suggested:
    """Ask the app for options that go with some words, and wait for its answer; Slack never repeats the question.

    Raises:
        ImpossibleActError: There is no such menu, or it does not ask with so few characters.
    """
    target = _as_it_stands(desk, target)
    found = find_control(target.blocks, action_id, block_id)
    if found is None or found[1]["type"] not in ASKING:
        raise ImpossibleActError(f"there is no menu named {action_id} that asks for its options")
    block, element = found
    least = element.get("min_query_length", LEAST_QUERY)
    if len(words) < least:
        raise ImpossibleActError(f"{action_id} asks from {least} characters on")
    payload = payloads.suggestion(desk.workspace, desk.user, target, (block["block_id"], action_id), words)
    try:
        ack = await desk.courier.interaction("interactive", payload)
        return Suggested(checked_suggestions(ack.body))
    except UndeliveredError as failure:
        return Suggested(error=failure.code)
    except SlackError as refusal:
        return Suggested(error=refusal.code, details=refusal.details)


def _as_it_stands(desk: Desk, target: Message | View) -> Message | View:
    """Find a message or a view as it is now.

    Raises:
        ImpossibleActError: It is closed, or where the person is not.
    """
    if isinstance(target, Message):
        desk.channel(target.channel)
        return desk.workspace.messages.find(target.channel, target.ts) or target
    view = desk.workspace.views.find(view_id=target.id)
    if view is None:
        raise ImpossibleActError(f"the view {target.id} is not open any more")
    return view
