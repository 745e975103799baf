"""The one installed app: its ids, tokens, scopes, events, commands and shortcuts, as its manifest says them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPES = (
    "channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write",
    "groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history",
    "reactions:read", "reactions:write", "team:read", "usergroups:read", "users:read",
)  # fmt: skip
EVENTS = (
    "app_home_opened", "message.channels", "message.groups", "message.im", "message.mpim", "reaction_added",
)  # fmt: skip


@dataclass(frozen=True)
class Command:
    """A slash command of the app."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = True
    """Whether @names and #channels reach the app as ids."""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the app, on a message or global."""

    callback_id: str
    name: str
    type: str = "message"


@dataclass
class App:
    """The app under trial. Every attribute may be changed while the sandbox runs."""

    id: str = "A0RELAY"
    bot_id: str = "B0RELAY"
    user_id: str = "U0RELAY"
    bot_token: str = "xoxb-sandbox"  # noqa: S105 - the sandbox's published token is no secret.
    app_token: str = "xapp-sandbox"  # noqa: S105 - likewise.
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - likewise.
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    """What the bot token may do."""
    app_scopes: set[str] = field(default_factory=lambda: {"connections:write"})
    """What the app-level token may do; a manifest does not give it, a person does."""
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    commands: list[Command] = field(
        default_factory=lambda: [
            Command(
                "/superdocs",
                "Have a document edited, each change reviewed before it is made.",
                "[edit what should be changed | pending | stop | digest | help]",
            )
        ]
    )
    shortcuts: list[Shortcut] = field(
        default_factory=lambda: [Shortcut("edit_with_superdocs", "Edit with SuperDocs")]
    )
    has_home: bool = True
    """Whether the Home tab is switched on."""
    options_url: str = ""
    """Where options of menus are asked for over HTTP; without it they are not. Socket Mode needs none."""

    def install(self, manifest: Mapping[str, Any]) -> None:
        """Take scopes, events, commands, shortcuts and the options URL from an app manifest.

        Source: https://docs.slack.dev/reference/app-manifest
        """
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        self.scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
        self.events = set(settings.get("event_subscriptions", {}).get("bot_events", ()))
        self.commands = [_command(entry) for entry in features.get("slash_commands", ())]
        self.shortcuts = [
            Shortcut(entry["callback_id"], entry["name"], entry["type"])
            for entry in features.get("shortcuts", ())
        ]
        self.has_home = bool(features.get("app_home", {}).get("home_tab_enabled"))
        self.options_url = settings.get("interactivity", {}).get("message_menu_options_url", "")

    def granted(self, token: str) -> set[str] | None:
        """Give the scopes of one of the app's tokens; None for a token that is not the app's."""
        return {self.bot_token: self.scopes, self.app_token: self.app_scopes}.get(token)

    def command(self, name: str) -> Command | None:
        """Find a slash command by its name, slash included."""
        return next((command for command in self.commands if command.command == name), None)


def _command(entry: Mapping[str, Any]) -> Command:
    return Command(
        entry["command"],
        entry.get("description", ""),
        entry.get("usage_hint", ""),
        bool(entry.get("should_escape", False)),
    )
