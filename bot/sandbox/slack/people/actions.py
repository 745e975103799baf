"""The `actions` entry of a press: which element, and what was chosen in it.

Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.inputs import KINDS, entered, option_of

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]


def action(
    workspace: Workspace, block: Json, element: Json, *, value: Any = None, option: str | None = None
) -> Json:
    """Give the entry for one press.

    Args:
        workspace: For the time.
        block: The block it stands in.
        element: What is pressed or chosen in.
        value: What a person put into it; for a button, a value other than its own, as a forger would send.
        option: The value of the option that was chosen.
    """
    entry = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": workspace.messages.next_ts(),
    }
    entry |= {key: element[key] for key in ("placeholder", "confirm") if key in element}
    if element["type"] == "button":
        return entry | _button(element, value)
    if element["type"] == "overflow":
        return entry | {"selected_option": option_of(element, option or value)}
    if element["type"] in KINDS:
        chosen = option if option is not None else value
        return entry | entered(
            element, [chosen] if _wants_list(element) and isinstance(chosen, str) else chosen
        )
    return entry


def _button(element: Json, value: Any) -> Json:
    own: Json = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    return own if value is None else {**own, "value": value}


def _wants_list(element: Json) -> bool:
    return isinstance(KINDS[element["type"]].empty, list)
