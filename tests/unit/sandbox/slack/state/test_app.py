"""The installed app, as its manifest says it."""

from __future__ import annotations

from bot.sandbox.slack.state.app import App, Command, Shortcut

MANIFEST = {
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/superdocs", "description": "Edit", "should_escape": True}],
        "shortcuts": [{"name": "Edit", "type": "message", "callback_id": "edit", "description": "Edit it"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


def test_install() -> None:
    """Installing takes exactly what the manifest grants."""
    app = App()
    app.install(MANIFEST)
    assert app.scopes == {"chat:write", "commands"}
    assert app.events == {"app_home_opened"}
    assert app.commands == [Command("/superdocs", "Edit", "", should_escape=True)]
    assert app.shortcuts == [Shortcut("edit", "Edit", "message")]
    assert app.has_home is True


def test_empty_manifest() -> None:
    """An empty manifest grants nothing."""
    app = App()
    app.install({})
    assert (app.scopes, app.events, app.commands, app.shortcuts, app.has_home) == (
        set(),
        set(),
        [],
        [],
        False,
    )
