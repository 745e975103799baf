"""Pressing buttons and choosing in menus: in messages, dialogs and the Home tab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.controls import find_control
from bot.sandbox.slack.delivery import UndeliveredError
from bot.sandbox.slack.errors import ImpossibleActError
from bot.sandbox.slack.inputs import KINDS, initial_state
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import payloads
from bot.sandbox.slack.people.actions import action

if TYPE_CHECKING:
    from bot.sandbox.slack.people.desk import Desk
    from bot.sandbox.slack.people.shown import Shown
    from bot.sandbox.slack.views import View

Json = dict[str, Any]


def chosen(
    desk: Desk,
    target: Message | View,
    action_id: str,
    *,
    block_id: str | None,
    value: Any,
    option: str | None,
) -> Json:
    """Give the `actions` entry for using an element of what the person sees.

    Raises:
        ImpossibleActError: There is no such element, or no such option in it.
    """
    found = find_control(_blocks(target), action_id, block_id)
    if found is None:
        raise ImpossibleActError(f"there is nothing named {action_id} to press")
    return action(desk.workspace, *found, value=value, option=option)


def completed_entry(desk: Desk, target: Message | View, entry: Json) -> Json:
    """Give the entry that a client made, with the element's own type and texts and the time.

    Raises:
        ImpossibleActError: There is no such element.
    """
    found = find_control(_blocks(target), entry["action_id"], entry["block_id"])
    if found is None:
        raise ImpossibleActError(f"there is nothing named {entry['action_id']} to press")
    block, element = found
    own = action(desk.workspace, block, element) if element["type"] == "button" else {}
    return {**own, **entry, "type": element["type"], "action_ts": desk.workspace.messages.next_ts()}


async def press(desk: Desk, target: Message | View, entry: Json, state: Json | None) -> Shown:
    """Send a press to the app and wait for its ack. Slack never repeats one.

    Args:
        desk: Of the person.
        target: The message, dialog or Home tab as the person saw it; the app gets it as it stands now.
        entry: What was pressed, as the payload's `actions` has it.
        state: What is in the inputs around it, if that changed.
    """
    if isinstance(target, Message):
        payload = _in_message(desk, target, entry, state)
    else:
        payload = _in_view(desk, target, entry, state)
    try:
        await desk.courier.interaction("interactive", payload)
    except UndeliveredError as failure:
        return desk.failed("Your action", failure.code)
    return desk.shown()


def _in_message(desk: Desk, target: Message, entry: Json, state: Json | None) -> Json:
    """Give the payload of a press in a message, and remember what this person has put in there."""
    desk.channel(target.channel)
    workspace, place = desk.workspace, (desk.user_id, target.channel, target.ts)
    message = workspace.messages.find(target.channel, target.ts) or target
    typed = _after(_blocks(message), state or workspace.typed.get(place, {}), entry)
    workspace.typed[place] = typed
    return payloads.pressed_in_message(workspace, desk.user, message, entry, typed)


def _in_view(desk: Desk, target: View, entry: Json, state: Json | None) -> Json:
    """Give the payload of a press in a view that is still open, and keep what was put in there."""
    workspace = desk.workspace
    view = workspace.views.find(view_id=target.id)
    if view is None:
        raise ImpossibleActError(f"the view {target.id} is not open any more")
    typed = _after(view.blocks, state or view.state, entry)
    return payloads.pressed_in_view(
        workspace, desk.user, workspace.store_view(replace(view, state=typed)), entry
    )


def _blocks(target: Message | View) -> list[Json]:
    attached = [block for one in getattr(target, "attachments", []) for block in one.get("blocks", [])]
    return target.blocks + attached


def _after(blocks: list[Json], state: Json, entry: Json) -> Json:
    """Give the state once the press is in it: a choice counts, a button does not."""
    whole = {**initial_state(blocks), **state}
    kind = KINDS.get(entry["type"])
    if kind is None:
        return whole
    kept = {"type": entry["type"], kind.key: entry.get(kind.key)}
    return {**whole, entry["block_id"]: {**whole.get(entry["block_id"], {}), entry["action_id"]: kept}}
