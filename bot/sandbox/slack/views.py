"""Dialogs and Home tabs: what they hold, and how dialogs stand on one another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox.slack.inputs import initial_state
from bot.sandbox.slack.state.users import TEAM_ID

Json = dict[str, Any]
STACK_DEPTH = 3


@dataclass(frozen=True)
class View:
    """A dialog or Home tab as it stands now; updating makes a new value.

    Source: https://docs.slack.dev/reference/views
    """

    id: str
    owner: str
    """The user who sees it."""
    content: Json
    """What the app sent: type, title, blocks, submit, close, private_metadata, callback_id and so on."""
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    state: Json = field(default_factory=dict)
    """What the person has put into its inputs: block_id → action_id → value."""
    errors: dict[str, str] = field(default_factory=dict)
    """The sentence under each field that the app refused."""
    is_waiting: bool = False
    """Whether its submission has not been answered yet."""

    @property
    def type(self) -> str:
        """Say whether this is a `modal` or `home`."""
        return str(self.content["type"])

    @property
    def callback_id(self) -> str:
        """Give the app's own name for this kind of view."""
        return str(self.content.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """Give what the app stored with the view."""
        return str(self.content.get("private_metadata", ""))

    @property
    def external_id(self) -> str:
        """Give the app's own id for this very view."""
        return str(self.content.get("external_id", ""))

    @property
    def blocks(self) -> list[Json]:
        """Give its blocks."""
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def title(self) -> str:
        """Give the words at its top; a Home tab has none."""
        return str(self.content.get("title", {}).get("text", ""))

    def payload(self) -> Json:
        """Give the view object as Slack's answers and interactions carry it."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "type": self.type,
            "blocks": self.blocks,
            "private_metadata": self.private_metadata,
            "callback_id": self.callback_id,
            "state": {"values": self.state},
            "hash": self.hash,
            "title": self.content.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": bool(self.content.get("clear_on_close")),
            "notify_on_close": bool(self.content.get("notify_on_close")),
            "close": self.content.get("close"),
            "submit": self.content.get("submit"),
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            "app_id": "A0RELAY",
            "external_id": self.external_id,
            "app_installed_team_id": TEAM_ID,
            "bot_id": "B0RELAY",
        }

    def updated(self, content: Json, new_hash: str) -> View:
        """Give the view with new content; what was typed stays where block_id and action_id stay."""
        fresh = initial_state(content["blocks"])
        kept = {
            block: {action: self.state.get(block, {}).get(action, value) for action, value in actions.items()}
            for block, actions in fresh.items()
        }
        return replace(self, content=content, hash=new_hash, state=kept, errors={}, is_waiting=False)


class Views:
    """Everybody's open dialogs and Home tab."""

    def __init__(self) -> None:
        self._stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        """The Home tab of each user for whom the app has published one."""

    def stack(self, user: str) -> list[View]:
        """List a person's open dialogs, the lowest first."""
        return list(self._stacks.get(user, ()))

    def top(self, user: str) -> View | None:
        """Give the dialog that a person sees."""
        stack = self.stack(user)
        return stack[-1] if stack else None

    def set_stack(self, user: str, views: list[View]) -> None:
        """Let these be a person's open dialogs, the lowest first."""
        self._stacks[user] = views

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """Find an open view by Slack's id or by the app's."""
        everything = [view for stack in self._stacks.values() for view in stack] + list(self.homes.values())
        for view in everything:
            if (view_id and view.id == view_id) or (external_id and view.external_id == external_id):
                return view
        return None

    def put(self, view: View) -> View:
        """Store an open view in its new shape."""
        if view.type == "home":
            self.homes[view.owner] = view
        else:
            stack = self.stack(view.owner)
            self.set_stack(view.owner, [view if one.id == view.id else one for one in stack])
        return view
