"""apps.connections.open: the address of the next Socket Mode connection.

Source: https://docs.slack.dev/reference/methods/apps.connections.open
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments


def open_connection(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:  # noqa: ARG001 - as all methods.
    """apps.connections.open: each address is good for one connection."""
    address = workspace.url.replace("http", "ws", 1)
    return {"url": f"{address}/socket?ticket={workspace.tickets.socket()}&app_id={workspace.app.id}"}
