"""What names of channels, people and user groups mean, as the workspace says now.

A name that means several things means nothing here: display names are whatever their owners like.

Sources: https://docs.slack.dev/reference/methods/conversations.list, https://docs.slack.dev/reference/methods/users.list,
https://docs.slack.dev/reference/methods/usergroups.list, https://docs.slack.dev/reference/methods/users.conversations
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from bot.core.errors import RefusedError
from bot.core.routing import is_id
from bot.slack.errors import ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping

    from slack_sdk.web.async_client import AsyncWebClient

    Json = dict[str, Any]
    Call = Callable[[str | None], Coroutine[Any, Any, Any]]

_PAGE: Final = 1000
_DIRECT_PAGE: Final = 999
_NO_GROUPS: Final = "plan_upgrade_required"
"""Slack's word for a workspace that has no user groups at all."""


async def meanings(client: AsyncWebClient, home: str, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Look up ``#channels`` and ``@people`` or ``@groups``; return the ids that each may mean, none for unknown ones.

    Args:
        client: Slack's.
        home: The workspace that the relay is installed in: nobody else is found.
        names: Ids among them are left out.

    Raises:
        RefusedError: The relay may not look.
        TransientError: Slack does not say now.
    """
    wanted = [name for name in dict.fromkeys(names) if not is_id(name)]
    channels = any(name.startswith("#") for name in wanted)
    handles = any(name.startswith("@") for name in wanted)
    found = await asyncio.gather(
        *([_channels(client)] if channels else []),
        *([_people(client, home), _groups(client)] if handles else []),
    )
    return {
        name: tuple(sorted({item for kind in found for item in kind.get(name.casefold(), ())}))
        for name in wanted
    }


def certain(found: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return what those names mean that mean one thing."""
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


async def channels(client: AsyncWebClient) -> AsyncIterator[Json]:
    """Give every channel that the relay can see, as Slack describes it."""

    def page(cursor: str | None) -> Coroutine[Any, Any, Any]:
        kinds = "public_channel,private_channel"
        return client.conversations_list(types=kinds, exclude_archived=True, limit=_PAGE, cursor=cursor)

    async for channel in _all(page, "channels"):
        yield channel


async def direct_messages(client: AsyncWebClient, user_id: str) -> str:
    """Return the id of the relay's direct messages with somebody; "" while there are none.

    Raises:
        RefusedError: The relay may not look.
        TransientError: Slack does not say now.
    """

    def page(cursor: str | None) -> Coroutine[Any, Any, Any]:
        return client.users_conversations(types="im", limit=_DIRECT_PAGE, cursor=cursor)

    async for direct in _all(page, "channels"):
        if direct.get("user") == user_id:
            return str(direct["id"])
    return ""


async def _channels(client: AsyncWebClient) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    async for channel in channels(client):
        found[f"#{channel.get('name')}".casefold()].add(str(channel["id"]))
    return found


async def _people(client: AsyncWebClient, home: str) -> dict[str, set[str]]:
    """Find people by either of their names; those who are not at home here, bots and closed accounts have none."""
    found: dict[str, set[str]] = defaultdict(set)
    async for user in _all(lambda cursor: client.users_list(limit=_PAGE, cursor=cursor), "members"):
        is_away = user.get("team_id") != home or user.get("is_stranger")
        if is_away or user.get("deleted") or user.get("is_bot"):
            continue
        for name in (user.get("name"), (user.get("profile") or {}).get("display_name")):
            found[f"@{name}".casefold()].add(str(user["id"]))
    return found


async def _groups(client: AsyncWebClient) -> dict[str, set[str]]:
    """Find user groups by their handles; those that are disabled are not told."""
    try:
        answer = await ask(client.usergroups_list())
    except RefusedError as error:
        if error.code != _NO_GROUPS:
            raise
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    for group in answer.get("usergroups") or []:
        found[f"@{group.get('handle')}".casefold()].add(str(group["id"]))
    return found


async def _all(call: Call, key: str) -> AsyncIterator[Json]:
    """Give everything that a list has, page by page."""
    cursor: str | None = None
    while True:
        answer = await ask(call(cursor))
        for item in answer.get(key) or []:
            yield item
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return
