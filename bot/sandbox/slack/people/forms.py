"""Dialogs: sending them, and what the app's answer does to the stack.

Source: https://docs.slack.dev/surfaces/modals
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.dialogs import new_view, next_hash
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.validate import checked_content
from bot.sandbox.slack.views import STACK_DEPTH, View

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]


def answer_form(workspace: Workspace, view: View, body: Any) -> dict[str, str]:
    """Do what the app's answer to a submission says.

    Args:
        workspace: Where the dialog is open.
        view: The dialog as it was sent.
        body: What came with the ack.

    Returns:
        The sentences for the fields that the app refused.

    Raises:
        SlackError: The answer makes no sense, which the person sees as a failure.
    """
    action = body.get("response_action") if isinstance(body, dict) else None
    if action == "errors":
        return _refused(workspace, view, body.get("errors"))
    if action == "update":
        content = checked_content(body.get("view"), "modal")
        workspace.store_view(view.updated(content, next_hash(workspace)))
    elif action == "push":
        _pushed(workspace, view, body.get("view"))
    elif action == "clear":
        workspace.set_dialogs(view.owner, [])
    elif body:
        raise SlackError("invalid_response_action")
    else:
        leave(workspace, view)
    return {}


def leave(workspace: Workspace, view: View) -> None:
    """Take a dialog, and what stands on it, off the stack."""
    stack = workspace.views.stack(view.owner)
    ids = [one.id for one in stack]
    if view.id in ids:
        workspace.set_dialogs(view.owner, stack[: ids.index(view.id)])


def _refused(workspace: Workspace, view: View, errors: Any) -> dict[str, str]:
    """Show the app's sentences at their fields; they must name inputs of the dialog."""
    known = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= known:
        raise SlackError("invalid_response_action")
    workspace.store_view(replace(view, errors=dict(errors), is_waiting=False))
    return dict(errors)


def _pushed(workspace: Workspace, view: View, content: Any) -> None:
    stack = workspace.views.stack(view.owner)
    if len(stack) >= STACK_DEPTH:
        raise SlackError("push_limit_reached")
    fresh = new_view(workspace, view.owner, checked_content(content, "modal"), below=view)
    workspace.store_view(replace(view, is_waiting=False, errors={}))
    workspace.set_dialogs(view.owner, [*workspace.views.stack(view.owner), fresh])
