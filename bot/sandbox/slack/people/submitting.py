"""Sending a dialog, and closing one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.delivery import UndeliveredError
from bot.sandbox.slack.errors import ImpossibleActError, SlackError
from bot.sandbox.slack.inputs import complaints
from bot.sandbox.slack.people import payloads
from bot.sandbox.slack.people.forms import answer_form, leave

if TYPE_CHECKING:
    from bot.sandbox.slack.people.desk import Desk
    from bot.sandbox.slack.people.shown import Shown
    from bot.sandbox.slack.views import View

TROUBLE = "We had some trouble connecting"


def on_top(desk: Desk, view_id: str) -> View:
    """Find the dialog that the person sees, which must be this one."""
    top = desk.workspace.views.top(desk.user_id)
    if top is None or top.id != view_id:
        raise ImpossibleActError(f"the dialog {view_id} is not open on top")
    return top


async def submit(desk: Desk, view: View, state: dict[str, Any]) -> Shown:
    """Send a dialog with these values; what Slack's own checks refuse never reaches the app."""
    workspace = desk.workspace
    refused = complaints(view.blocks, state)
    sent = workspace.store_view(replace(view, state=state, errors=refused, is_waiting=not refused))
    if refused:
        return desk.shown(errors=refused)
    try:
        ack = await desk.courier.interaction("interactive", payloads.submitted(workspace, desk.user, sent))
        errors = answer_form(workspace, workspace.views.find(view_id=sent.id) or sent, ack.body)
    except (UndeliveredError, SlackError) as failure:
        _stop_waiting(desk, sent)
        return desk.failed(TROUBLE, failure.code)
    return desk.shown(errors=errors)


async def close(desk: Desk, view: View, *, everything: bool) -> Shown:
    """Close a dialog, or all at once; the app is told where it asked to be."""
    workspace = desk.workspace
    stack = workspace.views.stack(desk.user_id)
    gone = list(reversed(stack)) if everything or view.content.get("clear_on_close") else [view]
    for one in gone:
        leave(workspace, one)
    for one in gone:
        if one.content.get("notify_on_close"):
            payload = payloads.closed(workspace, desk.user, one, is_cleared=len(gone) > 1)
            try:
                await desk.courier.interaction("interactive", payload)
            except UndeliveredError as failure:
                return desk.failed(TROUBLE, failure.code)
    return desk.shown()


def _stop_waiting(desk: Desk, view: View) -> None:
    open_still = desk.workspace.views.find(view_id=view.id)
    if open_still:
        desk.workspace.store_view(replace(open_still, is_waiting=False))
