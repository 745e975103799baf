"""Who somebody is and what a name means, as the workspace says now. What cannot be looked up is not known, and refuses.

Sources: https://docs.slack.dev/reference/methods/users.info,
https://docs.slack.dev/reference/methods/conversations.members,
https://docs.slack.dev/reference/methods/usergroups.users.list
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from bot.core.errors import RefusedError, TransientError
from bot.core.permission import Person
from bot.core.routing import CHANNEL
from bot.core.standing import CLOSED
from bot.slack.errors import ask
from bot.slack.names import channels

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from slack_sdk.web.async_client import AsyncWebClient

REMEMBER_S: Final = 60.0
"""How long a fact that lets somebody decide is believed. What refuses is looked up again each time."""

SAME_S: Final = 5.0
"""How long a user group is not asked for again, whoever is not in it: Slack allows twenty such calls a minute, and
those who press in vain must not use them up."""

LOOKUP_S: Final = 2.0
"""How long a look-up may take: Slack waits three seconds for the whole answer."""

_PAGE: Final = 1000
_PAGES: Final = 20
K = TypeVar("K")
V = TypeVar("V")

_MOST_KEPT: Final = 10_000
_UNREACHABLE: Final = (
    "The relay is not in <#{channel}>: invite it there (/invite), or choose another channel."
)
_UNKNOWN: Final = frozenset({"user_not_found", "user_not_visible"})
_NO_GROUP: Final = frozenset(
    {"no_such_subteam", "subteam_not_found", "users_not_found", "plan_upgrade_required"}
)
"""Slack's words for a user group with nobody in it that may decide: gone, disabled, or not in the workspace's plan."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the relay itself is in Slack.

    Attributes:
        team_id: The workspace it is installed in.
        user_id: The bot's user id.
        bot_id: The bot's own id.
    """

    team_id: str
    user_id: str
    bot_id: str


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack whose token this is.

    Raises:
        RefusedError: The token is not good.
    """
    answer = await ask(client.auth_test())
    return Identity(str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id") or ""))


async def channel_id(client: AsyncWebClient, name: str) -> str:
    """Return the id of a channel that is given by id or as ``#name``.

    Raises:
        RefusedError: The relay sees no such channel; the text says what to do.
    """
    if CHANNEL.fullmatch(name):
        return name
    wanted = name.removeprefix("#")
    async for channel in channels(client):
        if channel.get("name") == wanted:
            return str(channel["id"])
    sentence = f"There is no channel #{wanted} that the relay can see: check the name, or invite it there."
    raise RefusedError(sentence, code="channel_not_found")


@dataclass(slots=True)
class SlackDirectory:
    """The workspace's people (`bot.relay.ports.Directory`).

    Attributes:
        home: The workspace that the relay is installed in.
        clock: Seconds that only go forward.
    """

    client: AsyncWebClient
    home: str
    clock: Callable[[], float] = time.monotonic
    _accounts: dict[str, tuple[float, Person]] = field(default_factory=dict)
    _members: dict[tuple[str, str], tuple[float, bool]] = field(default_factory=dict)
    _channels: dict[str, tuple[float, str]] = field(default_factory=dict)
    _groups: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)

    async def person(self, user_id: str, team_id: str, channel: str) -> Person:
        """Look somebody up: who they are, and whether they are in the channel.

        Raises:
            TransientError: The look-up failed or took too long.
            RefusedError: The relay may not look.
        """
        try:
            async with asyncio.timeout(LOOKUP_S):
                account, is_member = await asyncio.gather(
                    self._account(user_id), self._is_member(user_id, channel)
                )
        except TimeoutError as error:
            raise TransientError("Slack did not say in time who you are. Please try again.") from error
        is_home = account.is_home and team_id == self.home
        return replace(account, is_home=is_home, is_member=is_member)

    async def named(self, user_id: str) -> Person:
        """Look up somebody who is only named, and does nothing here.

        Raises:
            TransientError: The look-up failed or took too long.
        """
        try:
            async with asyncio.timeout(LOOKUP_S):
                return replace(await self._account(user_id), is_member=False)
        except TimeoutError as error:
            raise TransientError("Slack did not say in time who that is. Please try again.") from error

    async def groups_of(self, user_id: str, wanted: Collection[str]) -> frozenset[str]:
        """Return those of some user groups that somebody is in.

        Raises:
            TransientError: One of the look-ups failed or took too long.
            RefusedError: The relay may not look.
        """
        try:
            async with asyncio.timeout(LOOKUP_S):
                rosters = await asyncio.gather(*(self._roster(user_id, group) for group in wanted))
        except TimeoutError as error:
            raise TransientError(
                "Slack did not say in time who the reviewers are. Please try again."
            ) from error
        return frozenset(group for group, roster in zip(wanted, rosters, strict=True) if user_id in roster)

    async def members_of(self, group: str) -> frozenset[str]:
        """Return who is in a user group; nobody where there is no such group.

        Raises:
            TransientError: The look-up failed.
            RefusedError: The relay may not look.
        """
        return await self._roster("", group)

    async def channel_id(self, name: str) -> str:
        """Return the id of a channel that is given by id or as ``#name``; a name is believed for a minute.

        Raises:
            RefusedError: The relay sees no such channel; the text says what to do.
        """
        known = self._fresh(self._channels, name)
        if known is None:
            known = await channel_id(self.client, name)
            self._remember(self._channels, name, known)
        return known

    async def check_reachable(self, channel: str) -> None:
        """Make sure that the relay can post in a channel.

        Source: https://docs.slack.dev/reference/methods/conversations.info

        Raises:
            RefusedError: It cannot; the text says what to do. The code is one of `standing.CLOSED` where the channel
                is why, else ``channel``.
            TransientError: Slack does not say now.
        """
        try:
            async with asyncio.timeout(LOOKUP_S):
                answer = await ask(self.client.conversations_info(channel=channel))
        except TimeoutError as error:
            raise TransientError(
                "Slack did not say in time what this channel is. Please try again."
            ) from error
        except RefusedError as error:
            code = error.code if error.code in CLOSED else "channel"
            raise RefusedError(_UNREACHABLE.format(channel=channel), code=code) from error
        found = answer.get("channel") or {}
        if found.get("is_archived"):
            raise RefusedError(f"<#{channel}> is archived: choose another channel.", code="is_archived")
        if not found.get("is_member"):
            raise RefusedError(_UNREACHABLE.format(channel=channel), code="not_in_channel")

    async def _account(self, user_id: str) -> Person:
        known = self._fresh(self._accounts, user_id)
        if known is not None:
            return known
        try:
            answer = await ask(self.client.users_info(user=user_id))
        except RefusedError as error:
            if error.code not in _UNKNOWN:
                raise
            return Person(user_id, is_home=False)
        account = _person(user_id, answer.get("user"), self.home)
        if account == Person(user_id):
            self._remember(self._accounts, user_id, account)
        return account

    async def _roster(self, user_id: str, group: str) -> frozenset[str]:
        """Return who is in a user group; one that was removed or disabled has nobody in it."""
        known = self._fresh(self._groups, group)
        if known is not None and (user_id in known or self._is_same(group)):
            return known
        try:
            answer = await ask(self.client.usergroups_users_list(usergroup=group))
        except RefusedError as error:
            if error.code not in _NO_GROUP:
                raise
            return frozenset()
        users = answer.get("users")
        if not isinstance(users, list):
            raise TransientError("Slack did not say who the reviewers are. Please try again.")
        roster = frozenset(map(str, users))
        self._remember(self._groups, group, roster)
        return roster

    def _is_same(self, group: str) -> bool:
        return self.clock() - self._groups[group][0] < SAME_S

    async def _is_member(self, user_id: str, channel: str) -> bool:
        if not channel or self._fresh(self._members, (channel, user_id)):
            return bool(channel)
        cursor = ""
        for _ in range(_PAGES):
            call = self.client.conversations_members(channel=channel, cursor=cursor or None, limit=_PAGE)
            answer = await ask(call)
            if user_id in (answer.get("members") or []):
                self._remember(self._members, (channel, user_id), True)  # noqa: FBT003 -- the value kept.
                return True
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return False
        raise TransientError("This channel has more members than Slack lists in time.")

    def _fresh(self, kept: dict[K, tuple[float, V]], key: K) -> V | None:
        at, value = kept.get(key, (-math.inf, None))
        return value if self.clock() - at < REMEMBER_S else None

    def _remember(self, kept: dict[K, tuple[float, V]], key: K, value: V) -> None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = (self.clock(), value)


def _person(user_id: str, user: object, home: str) -> Person:
    """Read a user object; what it does not say counts against them."""
    if not isinstance(user, dict):
        raise TransientError("Slack did not say who you are. Please try again.")
    return Person(
        user_id,
        is_home=user.get("team_id") == home and not user.get("is_stranger"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot")),
        is_deactivated=bool(user.get("deleted")),
    )
