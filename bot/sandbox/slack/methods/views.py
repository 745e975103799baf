"""views.*: dialogs and the Home tab.

Source: https://docs.slack.dev/reference/methods/views.open and its neighbours
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.dialogs import new_view, next_hash
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.validate import checked_view
from bot.sandbox.slack.views import STACK_DEPTH, View
from bot.sandbox.slack.web.arguments import missing

if TYPE_CHECKING:
    from bot.sandbox.slack.state.tickets import Trigger
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments

Json = dict[str, Any]


def open_view(workspace: Workspace, arguments: Arguments) -> Json:
    """views.open: a dialog by itself, or on the dialog that the trigger was born in."""
    content, trigger = _opening(workspace, arguments)
    stack = workspace.views.stack(trigger.user) if trigger.view_id else []
    if len(stack) >= STACK_DEPTH:
        raise SlackError("push_limit_reached")
    view = new_view(workspace, trigger.user, content, channel=trigger.channel)
    workspace.set_dialogs(trigger.user, [*stack, view])
    return {"view": view.payload()}


def push(workspace: Workspace, arguments: Arguments) -> Json:
    """views.push: a dialog on top of the open one."""
    content, trigger = _opening(workspace, arguments)
    stack = workspace.views.stack(trigger.user)
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK_DEPTH:
        raise SlackError("push_limit_reached")
    view = new_view(workspace, trigger.user, content, below=stack[-1], channel=trigger.channel)
    workspace.set_dialogs(trigger.user, [*stack, view])
    return {"view": view.payload()}


def update(workspace: Workspace, arguments: Arguments) -> Json:
    """views.update: new content for an open view, by Slack's id or the app's."""
    content = checked_view(arguments, "modal", "home")
    if not (arguments.text("view_id") or arguments.text("external_id")):
        raise missing("view_id")
    view = workspace.views.find(view_id=arguments.text("view_id"), external_id=arguments.text("external_id"))
    if view is None:
        raise SlackError("not_found")
    _refuse_stale(view, arguments)
    _refuse_taken(workspace, content, view)
    return {"view": workspace.store_view(view.updated(content, next_hash(workspace))).payload()}


def publish(workspace: Workspace, arguments: Arguments) -> Json:
    """views.publish: somebody's Home tab."""
    user = workspace.user(arguments.needed("user_id"))
    content = checked_view(arguments, "home")
    if not workspace.app.has_home:
        raise SlackError("not_enabled")
    before = workspace.views.homes.get(user.id)
    if before is None:
        return {"view": workspace.store_view(new_view(workspace, user.id, content)).payload()}
    _refuse_stale(before, arguments)
    return {"view": workspace.store_view(before.updated(content, next_hash(workspace))).payload()}


def _opening(workspace: Workspace, arguments: Arguments) -> tuple[Json, Trigger]:
    """Read the view and use up the trigger, in that order: a bad view does not cost the trigger."""
    content = checked_view(arguments, "modal")
    _refuse_taken(workspace, content, None)
    return content, workspace.tickets.exchange(arguments.needed("trigger_id"))


def _refuse_stale(view: View, arguments: Arguments) -> None:
    if arguments.text("hash") and arguments.text("hash") != view.hash:
        raise SlackError("hash_conflict")


def _refuse_taken(workspace: Workspace, content: Json, view: View | None) -> None:
    """Refuse an external_id that another open view has."""
    external_id = content.get("external_id")
    other = workspace.views.find(external_id=external_id) if external_id else None
    if other and (view is None or other.id != view.id):
        raise SlackError("duplicate_external_id")
