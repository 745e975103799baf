"""How a view comes into being."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.controls import controls
from bot.sandbox.slack.inputs import initial_state
from bot.sandbox.slack.views import View

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]


def next_hash(workspace: Workspace) -> str:
    """Give a hash that no view has had."""
    return f"{workspace.clock():.0f}.{secrets.token_hex(4)}"


def new_view(
    workspace: Workspace, user: str, content: Json, *, below: View | None = None, channel: str | None = None
) -> View:
    """Give a new view for a user, not yet shown.

    Args:
        workspace: Where it will be shown.
        user: Who will see it.
        content: What the app sent, checked and completed.
        below: The dialog that it is pushed on.
        channel: Where the person is, for inputs that default to the current conversation.
    """
    view_id = workspace.new_id("V")
    return View(
        view_id,
        user,
        content,
        next_hash(workspace),
        root_view_id=below.root_view_id if below else view_id,
        previous_view_id=below.id if below else None,
        state=_prefilled(content["blocks"], channel),
    )


def _prefilled(blocks: list[Json], channel: str | None) -> Json:
    """Give the first state of a dialog, the current conversation chosen where the app asked for it."""
    state = initial_state(blocks)
    for block, element in controls(blocks):
        if (
            element.get("default_to_current_conversation")
            and element["type"] == "conversations_select"
            and channel
        ):
            state[block["block_id"]][element["action_id"]]["selected_conversation"] = channel
    return state
