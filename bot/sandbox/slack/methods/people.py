"""users.*, usergroups.*, bots.info, team.info and auth.test: who is who.

Source: https://docs.slack.dev/reference/methods/users.info and its neighbours
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods.pages import page
from bot.sandbox.slack.state.users import TEAM_DOMAIN, TEAM_ID, TEAM_NAME

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments

Json = dict[str, Any]


def auth_test(workspace: Workspace, arguments: Arguments) -> Json:  # noqa: ARG001 - every method is called alike.
    """auth.test: whose token this is."""
    app = workspace.app
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": workspace.users[app.user_id].name,
        "team_id": TEAM_ID,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def team_info(workspace: Workspace, arguments: Arguments) -> Json:  # noqa: ARG001 - every method is called alike.
    """team.info."""
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "", "icon": {}}}


def bot_info(workspace: Workspace, arguments: Arguments) -> Json:
    """bots.info."""
    wanted = arguments.text("bot") or workspace.app.bot_id
    for user in workspace.users.values():
        if user.bot_id == wanted:
            app_id = workspace.app.id if wanted == workspace.app.bot_id else "A0BOT2"
            return {
                "bot": {
                    "id": wanted,
                    "deleted": user.deleted,
                    "name": user.real_name,
                    "updated": 1700000000,
                    "app_id": app_id,
                    "user_id": user.id,
                    "icons": {},
                }
            }
    raise SlackError("bot_not_found")


def user_info(workspace: Workspace, arguments: Arguments) -> Json:
    """users.info."""
    return {"user": workspace.user(arguments.text("user")).payload()}


def list_users(workspace: Workspace, arguments: Arguments) -> Json:
    """users.list."""
    piece, leading_on = page([user.payload() for user in workspace.users.values()], arguments, default=1000)
    return {"members": list(piece), "cache_ts": int(workspace.clock()), **leading_on}


def list_groups(workspace: Workspace, arguments: Arguments) -> Json:
    """usergroups.list."""
    with_users = arguments.flag("include_users")
    return {
        "usergroups": [
            group.payload() | ({"users": group.users} if with_users else {})
            for group in workspace.groups.values()
        ]
    }


def list_group_users(workspace: Workspace, arguments: Arguments) -> Json:
    """usergroups.users.list."""
    group = workspace.groups.get(arguments.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}
