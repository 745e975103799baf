"""The routes: does everything that they name mean something, can the relay work there, and may those people decide?

Sources: https://docs.slack.dev/reference/methods/users.info, https://docs.slack.dev/reference/methods/usergroups.list
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.core.errors import RefusedError, RelayError
from bot.core.permission import Person, check_person
from bot.core.routing import CHANNEL, GROUP
from bot.doctor.finding import fault, ok
from bot.slack.directory import SlackDirectory
from bot.slack.names import meanings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.core.routing import Routes
    from bot.doctor.finding import Finding, Findings

_NAME: Final = "RELAY_CONFIG"
_UNREACHED: Final = "Look at what is said of SLACK_BOT_TOKEN and its scopes, and try again."
_CHANNEL_CURE: Final = (
    "Check the name; if the channel is private, type /invite @SuperDocs in it. Its id (C…) does as well."
)
_PERSON_CURE: Final = (
    "Check the name, or write the id: Copy member ID in their profile (U…), a group's in its address (S…)."
)
_SEVERAL_CURE: Final = "Write the id of the one that is meant: names that several share mean nobody."
_INVITE: Final = "Type /invite @SuperDocs in the channel, or name another one."
_EMPTY: Final = "Put people into the group, or name another one."
_REPLACE: Final = "Name somebody else: whoever may not decide does not count towards the approvals."


async def examine(client: AsyncWebClient, home: str, routes: Routes) -> Findings:
    """Look up everything that the routes name.

    Args:
        client: With the bot's token.
        home: The workspace that the relay is installed in.
        routes: As the file has them.
    """
    try:
        found = await meanings(client, home, routes.named)
        named = {name: found.get(name, (name,)) for name in routes.named}
        deciding = {name for route in routes.listed for name in route.reviewers}
        faults = [one async for one in _faults(SlackDirectory(client, home), named, deciding)]
    except RelayError as error:
        return (fault(_NAME, f"the names in it cannot be looked up: {error}", _UNREACHED),)
    if faults:
        return tuple(faults)
    count = len(routes.listed)
    return (ok(_NAME, f"{count} {'route' if count == 1 else 'routes'}; every name in it means something"),)


async def _faults(
    directory: SlackDirectory, named: Mapping[str, tuple[str, ...]], deciding: Collection[str]
) -> AsyncIterator[Finding]:
    for name, ids in named.items():
        if len(ids) != 1:
            yield _uncertain(name, ids)
        elif trouble := await _trouble(directory, name, ids[0], decides=name in deciding):
            yield trouble


def _uncertain(name: str, ids: tuple[str, ...]) -> Finding:
    if ids:
        return fault(_NAME, f"{name} may mean {' or '.join(ids)}: its routes are closed", _SEVERAL_CURE)
    cure = _CHANNEL_CURE if name.startswith("#") else _PERSON_CURE
    return fault(_NAME, f"{name} means nothing in this workspace: its routes are closed", cure)


async def _trouble(directory: SlackDirectory, name: str, one: str, *, decides: bool) -> Finding | None:
    """Say what keeps a channel from being worked in, or somebody from deciding; None when nothing does."""
    if CHANNEL.fullmatch(one):
        return await _of_channel(directory, name, one)
    if GROUP.fullmatch(one):
        has_members = bool(await directory.members_of(one))
        return (
            None
            if has_members
            else fault(_NAME, f"nobody is in {name} ({one}), or there is no such group", _EMPTY)
        )
    person = await directory.named(one)
    try:
        # Who is only mentioned need not be one who may decide, but somebody.
        check_person(person if decides else Person(one, is_home=person.is_home))
    except RefusedError as error:
        return fault(_NAME, f"{name} ({one}) may not decide: {error}", _REPLACE)
    return None


async def _of_channel(directory: SlackDirectory, name: str, channel: str) -> Finding | None:
    try:
        await directory.check_reachable(channel)
    except RefusedError:
        return fault(_NAME, f"the relay cannot post in {name} ({channel})", _INVITE)
    return None
