"""Slack: are the tokens good, may the bot do what the relay does, and can it work in the review channel?

Nothing is posted, and the connection that Slack offers for Socket Mode is not taken.

Sources: https://docs.slack.dev/reference/methods/auth.test,
https://docs.slack.dev/reference/methods/apps.connections.open,
https://docs.slack.dev/reference/methods/conversations.info and, for the scopes in the header of every answer,
https://docs.slack.dev/legacy/legacy-authentication/legacy-oauth-scopes
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import RefusedError, RelayError
from bot.doctor import routes
from bot.doctor.addresses import is_in_the_open
from bot.doctor.finding import State, checked, fault, not_checked, ok, warning
from bot.doctor.scopes import EVENTS, SCOPES
from bot.slack.directory import channel_id, identify
from bot.slack.errors import ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Settings
    from bot.doctor.finding import Findings

_APPS: Final = "https://api.slack.com/apps"
_REINSTALL: Final = f"Open the app at {_APPS}, put manifest.yml into App Manifest, save, then Install App, Reinstall to Workspace."
_NEW_BOT_TOKEN: Final = (
    f"Take the Bot User OAuth Token (xoxb-…) from OAuth & Permissions of the app at {_APPS}, "
    "and set SLACK_BOT_TOKEN to it."
)
_NEW_APP_TOKEN: Final = (
    f"Make a token with the scope connections:write under Basic Information, App-Level Tokens of the app at {_APPS}, "
    "and set SLACK_APP_TOKEN to it."
)
_INSTALL: Final = f"Install the app again (Install App at {_APPS}), and set SLACK_BOT_TOKEN to the new Bot User OAuth Token."
_INVITE: Final = "Check the name, and type /invite @SuperDocs in the channel: one that is private or archived is not seen from outside."
_UNREACHED: Final = (
    "Look at the network, at HTTPS_PROXY, and at SLACK_API_URL, which is https://slack.com/api/ by default."
)

_BOT_CURES: Final[Mapping[str, str]] = {
    "account_inactive": _INSTALL,
    "token_revoked": _INSTALL,
    "token_expired": f"The app rotates its tokens, which the relay does not. Make it anew from manifest.yml at {_APPS}.",
}
"""What to do about a bot token that Slack refuses; a new one is the cure for every other reason."""

_BAD_APP_TOKENS: Final = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "token_revoked",
    }
)
"""Slack's words for an app token that only a new one replaces. For Socket Mode being off none is documented."""

_SOCKET_MODE: Final = (
    f"Turn on Enable Socket Mode under Socket Mode of the app at {_APPS}. If it is on: {_NEW_APP_TOKEN}"
)

_FOUND: Final[Mapping[str, str]] = {
    "invalid_auth": "Slack does not know this token",
    "missing_scope": "the token lacks the scope connections:write",
    "not_allowed_token_type": "the token is of another kind than this setting wants",
    "token_expired": "the token has expired",
    "token_revoked": "the token was revoked",
    "account_inactive": "the app was removed from the workspace",
}
"""What Slack's word for a refused token means. Everything else is said as `bot.slack.errors` says it."""


async def examine(settings: Settings, limit_s: float) -> Findings:
    """Look at everything of Slack's that can be looked at from here."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=[],
        )
        of_the_bot, of_the_app = await asyncio.gather(
            _bot(client, settings, limit_s), _app(client, settings, limit_s)
        )
    return (*in_the_open(settings), *of_the_bot, *of_the_app)


def in_the_open(settings: Settings) -> Findings:
    """Warn of tokens that travel in the open."""
    if not is_in_the_open(settings.slack_api_url):
        return ()
    cure = "Set SLACK_API_URL to an address that begins with https://."
    return (warning("SLACK_API_URL", "the tokens travel without encryption", cure),)


async def _bot(client: AsyncWebClient, settings: Settings, limit_s: float) -> Findings:
    """Look at the bot's token first; what it may and where it works can only be asked with a good one."""
    token = await checked("SLACK_BOT_TOKEN", bot_token(client), limit_s)
    if token[0].state is State.FAULT:
        needing = ("scopes", "RELAY_CHANNEL", *(["RELAY_CONFIG"] if settings.relay_config else []))
        return (*token, *(not_checked(name, "SLACK_BOT_TOKEN") for name in needing))
    found = await checked("RELAY_CHANNEL", channel(client, settings.relay_channel), limit_s)
    return (*token, *found, *await _routes(client, settings, limit_s))


async def _routes(client: AsyncWebClient, settings: Settings, limit_s: float) -> Findings:
    """Look up what the file of routes names, if there is one."""
    listed = settings.relay_config
    if listed is None:
        return ()

    async def examined() -> Findings:
        return await routes.examine(client, (await identify(client)).team_id, listed)

    return await checked("RELAY_CONFIG", examined(), limit_s)


async def _app(client: AsyncWebClient, settings: Settings, limit_s: float) -> Findings:
    if settings.slack_app_token is None:
        return ()
    token = settings.slack_app_token.get_secret_value()
    return await checked("SLACK_APP_TOKEN", app_token(client, token), limit_s)


async def bot_token(client: AsyncWebClient) -> Findings:
    """Ask whose token it is, and what it may do."""
    call = asyncio.ensure_future(client.auth_test())
    try:
        answer = await ask(call)
    except RelayError as error:
        cure = _BOT_CURES.get(error.code, _NEW_BOT_TOKEN) if isinstance(error, RefusedError) else _UNREACHED
        return (fault("SLACK_BOT_TOKEN", _said(error), cure),)
    found = f"{answer.get('user')} in the workspace {answer.get('team')} ({answer.get('team_id')})"
    return (ok("SLACK_BOT_TOKEN", found), *scopes(call.result().headers.get("x-oauth-scopes")))


def scopes(header: str | None) -> Findings:
    """Compare what was granted with what the manifest asks for.

    Args:
        header: The scopes of the token, with commas in between; None when Slack did not tell.
    """
    if header is None:
        cure = f"Compare Bot Token Scopes under OAuth & Permissions of the app at {_APPS} with manifest.yml."
        return (warning("scopes", "Slack's answer does not tell which scopes the token has", cure),)
    granted = {scope.strip() for scope in header.split(",")} - {""}
    missing = [f"{scope} ({purpose})" for scope, purpose in SCOPES.items() if scope not in granted]
    needless = sorted(granted - set(SCOPES))
    found = []
    if missing:
        found.append(fault("scopes", f"missing: {'; '.join(missing)}", _REINSTALL))
    if needless:
        sentence = f"more than the relay uses: {', '.join(needless)}"
        found.append(warning("scopes not needed", sentence, f"{_REINSTALL} The relay does without them."))
    return tuple(found) or (ok("scopes", f"the {len(SCOPES)} of manifest.yml, no more. {_events()}"),)


def _events() -> str:
    return f"Whether the app hears {' and '.join(EVENTS)} only its Event Subscriptions page tells"


async def channel(client: AsyncWebClient, named: str) -> Findings:
    """Ask whether the bot can post in the review channel, and who would read it."""
    try:
        answer = await ask(client.conversations_info(channel=await channel_id(client, named)))
    except RefusedError as error:
        cure = _REINSTALL if error.code == "missing_scope" else _INVITE
        return (fault("RELAY_CHANNEL", f"{named}: {error}", cure),)
    except RelayError as error:
        return (fault("RELAY_CHANNEL", f"{named}: {error}", _UNREACHED),)
    return _judged(answer.get("channel") or {}, named)


def _judged(told: Mapping[str, Any], named: str) -> Findings:
    """Judge a channel.

    Source: https://docs.slack.dev/reference/objects/conversation-object
    """
    name = f"#{told.get('name') or named} ({told.get('id')})"
    if told.get("is_archived"):
        cure = "Unarchive it in Slack, or set RELAY_CHANNEL to another channel."
        return (fault("RELAY_CHANNEL", f"{name} is archived", cure),)
    if not told.get("is_member"):
        return (fault("RELAY_CHANNEL", f"the bot is not a member of {name}", _INVITE),)
    return (ok("RELAY_CHANNEL", f"{name}; the bot is a member"), *_shared(told, name))


def _shared(told: Mapping[str, Any], name: str) -> Findings:
    if not told.get("is_ext_shared") and not told.get("is_pending_ext_shared"):
        return ()
    found = f"{name} is shared with other workspaces: their people see every card, and cannot decide"
    cure = "Set RELAY_CHANNEL to a channel of this workspace alone, if they are not to read the changes."
    return (warning("channel shared outside", found, cure),)


async def app_token(client: AsyncWebClient, token: str) -> Findings:
    """Ask for a connection in Socket Mode, and do not take it: the address is good for one use and soon for none."""
    try:
        await ask(client.apps_connections_open(app_token=token))
    except RefusedError as error:
        cure = _NEW_APP_TOKEN if error.code in _BAD_APP_TOKENS else _SOCKET_MODE
        return (fault("SLACK_APP_TOKEN", _said(error), cure),)
    except RelayError as error:
        return (fault("SLACK_APP_TOKEN", str(error), _UNREACHED),)
    return (ok("SLACK_APP_TOKEN", "Slack offers a connection in Socket Mode"),)


def _said(error: RelayError) -> str:
    """Say what is wrong with a token, with Slack's own word for whoever wants to look it up."""
    if isinstance(error, RefusedError) and error.code in _FOUND:
        return f"{_FOUND[error.code]} ({error.code})"
    return str(error)
