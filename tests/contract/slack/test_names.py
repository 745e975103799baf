"""What names mean, and who is in a user group, over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.sandbox.faults import Fault
from bot.sandbox.slack.state.users import User, UserGroup
from bot.slack.directory import SlackDirectory
from bot.slack.names import certain, meanings
from tests.fakes.seconds import Seconds

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

HOME = "T0SANDBOX"
LEGAL = frozenset({"S0LEGAL"})


@pytest.fixture
def clock() -> Seconds:
    """Give a clock that stands."""
    return Seconds()


@pytest.fixture
def directory(client: AsyncWebClient, clock: Seconds) -> SlackDirectory:
    """Give the directory."""
    return SlackDirectory(client, HOME, clock)


def asked(slack: Slack) -> int:
    """Count how often a group's members were asked for."""
    return sum(call.name == "usergroups.users.list" for call in slack.calls)


# Names.


async def test_channels_people_and_groups_are_found_by_name(client: AsyncWebClient) -> None:
    """Ids are left as they are, and nothing is asked of their kind."""
    found = await meanings(client, HOME, ["#legal-review", "@carol", "@Legal", "U0BOB", "@carol"])
    assert found == {"#legal-review": ("C0LEGAL",), "@carol": ("U0CAROL",), "@Legal": ("S0LEGAL",)}
    assert certain(found) == {"#legal-review": "C0LEGAL", "@carol": "U0CAROL", "@Legal": "S0LEGAL"}


async def test_a_workspace_is_asked_for_no_more_than_is_named(slack: Slack, client: AsyncWebClient) -> None:
    """Its channels where one is named, its people and groups where somebody is, and nothing for ids."""
    assert await meanings(client, HOME, ["C0LEGAL", "U0BOB", "S0LEGAL"]) == {}
    assert not list(slack.calls)
    await meanings(client, HOME, ["#legal-review"])
    assert [call.name for call in slack.calls] == ["conversations.list"]


@pytest.mark.parametrize("name", ["#no-such-channel", "@nobody", "@otherbot", "@sam"])
async def test_what_is_not_there_means_nothing(client: AsyncWebClient, name: str) -> None:
    """Nor do bots and people of other workspaces."""
    found = await meanings(client, HOME, [name])
    assert (found, certain(found)) == ({name: ()}, {})


async def test_closed_accounts_mean_nothing(slack: Slack, client: AsyncWebClient) -> None:
    """Whoever takes over their name is somebody else."""
    slack.people["U0CAROL"].deleted = True
    assert await meanings(client, HOME, ["@carol"]) == {"@carol": ()}


async def test_a_name_that_several_have_is_not_certain(slack: Slack, client: AsyncWebClient) -> None:
    """Anybody may call themselves what a reviewer is called, or a group."""
    slack.people["U0MALLORY"] = User("U0MALLORY", "Carol", "Mallory")
    slack.groups["S0BOB"] = UserGroup("S0BOB", "bob", "Bobs", [])
    found = await meanings(client, HOME, ["@carol", "@bob"])
    assert found == {"@carol": ("U0CAROL", "U0MALLORY"), "@bob": ("S0BOB", "U0REV")}
    assert certain(found) == {}


async def test_people_are_found_where_the_plan_has_no_groups(slack: Slack, client: AsyncWebClient) -> None:
    """A handle may only mean a person there."""
    slack.faults.add(Fault(name="usergroups.list", kind="error", error="plan_upgrade_required"))
    assert await meanings(client, HOME, ["@carol"]) == {"@carol": ("U0CAROL",)}


async def test_a_permission_that_is_missing_is_told(slack: Slack, client: AsyncWebClient) -> None:
    """It is not taken for a name that means nothing."""
    slack.faults.add(Fault(name="usergroups.list", kind="error", error="missing_scope"))
    with pytest.raises(RefusedError, match="permission"):
        await meanings(client, HOME, ["@carol"])


# Groups.


async def test_a_group_s_members_are_looked_up(directory: SlackDirectory) -> None:
    """Only the groups that were asked about are told, and one that is not there has nobody in it."""
    assert await directory.groups_of("U0REV", {"S0LEGAL", "S0GONE"}) == LEGAL
    assert await directory.groups_of("U0REQ", LEGAL) == frozenset()
    assert await directory.groups_of("U0REV", frozenset()) == frozenset()


async def test_who_left_a_group_is_out_of_it_within_a_minute(
    slack: Slack, directory: SlackDirectory, clock: Seconds
) -> None:
    """What lets somebody decide is believed for sixty seconds and no longer."""
    assert await directory.groups_of("U0REV", LEGAL) == LEGAL
    slack.groups["S0LEGAL"].users.remove("U0REV")
    clock.now += 59.9
    assert await directory.groups_of("U0REV", LEGAL) == LEGAL
    clock.now += 0.1
    assert await directory.groups_of("U0REV", LEGAL) == frozenset()


async def test_who_joined_a_group_is_in_it_at_once(
    slack: Slack, directory: SlackDirectory, clock: Seconds
) -> None:
    """As soon as the last look is a few seconds old: presses in vain do not use up what Slack allows."""
    assert await directory.groups_of("U0REQ", LEGAL) == frozenset()
    slack.groups["S0LEGAL"].users.append("U0REQ")
    clock.now += 4.9
    assert await directory.groups_of("U0REQ", LEGAL) == frozenset()
    assert asked(slack) == 1
    clock.now += 0.1
    assert await directory.groups_of("U0REQ", LEGAL) == LEGAL
    assert asked(slack) == 2


@pytest.mark.parametrize("fault", [{"status": 503}, {"error": "internal_error"}, {"error": "missing_scope"}])
async def test_a_look_up_that_fails_says_nothing(
    slack: Slack, directory: SlackDirectory, fault: dict[str, Any]
) -> None:
    """Neither that somebody is a reviewer nor that they are none."""
    slack.faults.add(Fault(name="usergroups.users.list", kind="error", **fault))
    with pytest.raises((TransientError, RefusedError)):
        await directory.groups_of("U0REV", LEGAL)
    assert await directory.groups_of("U0REV", LEGAL) == LEGAL
