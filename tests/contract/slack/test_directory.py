"""People over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.permission import Person
from bot.sandbox.faults import Fault, Kind
from bot.slack import directory as looking_up
from bot.slack.directory import Identity, SlackDirectory, identify
from tests.fakes.seconds import Seconds

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.relay.ports import Directory
    from bot.sandbox.slack import Slack
    from tests.unit.slack.bench import FreePacer

HOME = "T0SANDBOX"


@pytest.fixture
def clock() -> Seconds:
    """Give a clock that stands."""
    return Seconds()


@pytest.fixture
def directory(client: AsyncWebClient, clock: Seconds) -> SlackDirectory:
    """Give the directory."""
    return SlackDirectory(client, HOME, clock)


async def test_the_relay_knows_itself(client: AsyncWebClient) -> None:
    """The token tells workspace, user and bot."""
    assert await identify(client) == Identity(HOME, "U0RELAY", "B0RELAY")


async def test_a_token_that_is_no_good_is_refused_in_words(slack: Slack, client: AsyncWebClient) -> None:
    """Whoever runs the relay learns what to do."""
    slack.app.bot_token = "xoxb-another"
    with pytest.raises(RefusedError, match="install the app again"):
        await identify(client)


@pytest.mark.parametrize(
    ("user_id", "team_id", "person"),
    [
        ("U0REV", HOME, Person("U0REV")),
        ("U0GUEST", HOME, Person("U0GUEST", is_guest=True)),
        ("U0BOT2", HOME, Person("U0BOT2", is_bot=True)),
        ("U0STRANGER", "T0OTHER", Person("U0STRANGER", is_home=False, is_member=False)),
        ("U0STRANGER", HOME, Person("U0STRANGER", is_home=False, is_member=False)),
        ("U0REV", "T0OTHER", Person("U0REV", is_home=False)),
        ("U0NOBODY", HOME, Person("U0NOBODY", is_home=False, is_member=False)),
    ],
)
async def test_somebody_is_what_the_workspace_says(
    directory: SlackDirectory, user_id: str, team_id: str, person: Person
) -> None:
    """Kind of account, home and membership are looked up; what does not agree counts against somebody."""
    port: Directory = directory
    assert await port.person(user_id, team_id, "C0LEGAL") == person


@pytest.mark.parametrize(
    ("user_id", "person"),
    [
        ("U0REV", Person("U0REV", is_member=False)),
        ("U0GUEST", Person("U0GUEST", is_guest=True, is_member=False)),
        ("U0STRANGER", Person("U0STRANGER", is_home=False, is_member=False)),
        ("U0NOBODY", Person("U0NOBODY", is_home=False, is_member=False)),
    ],
)
async def test_whoever_is_only_named_is_looked_up_alone(
    slack: Slack, directory: SlackDirectory, user_id: str, person: Person
) -> None:
    """Nobody acts, so no workspace is compared, and no channel's members are read."""
    port: Directory = directory
    assert await port.named(user_id) == person
    assert slack.calls.named("conversations.members") == []


async def test_a_deactivated_account_is_known_as_that(slack: Slack, directory: SlackDirectory) -> None:
    """Whoever left decides nothing."""
    slack.people["U0REV"].deleted = True
    assert (await directory.person("U0REV", HOME, "C0LEGAL")).is_deactivated


async def test_without_a_channel_nobody_is_a_member(slack: Slack, directory: SlackDirectory) -> None:
    """Where no channel is meant, none is looked up."""
    assert not (await directory.person("U0REV", HOME, "")).is_member
    assert slack.calls.named("conversations.members") == []


async def test_a_member_is_found_pages_away(
    slack: Slack, directory: SlackDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large channel is read page by page, until the person is found."""
    monkeypatch.setattr(looking_up, "_PAGE", 2)
    assert (await directory.person("U0CAROL", HOME, "C0LEGAL")).is_member
    assert len(slack.calls.named("conversations.members")) > 1


async def test_a_good_answer_is_believed_for_a_minute(
    slack: Slack, directory: SlackDirectory, clock: Seconds
) -> None:
    """A second press does not ask again; a minute later, it does."""
    for _ in range(2):
        await directory.person("U0REV", HOME, "C0LEGAL")
    assert (len(slack.calls.named("users.info")), len(slack.calls.named("conversations.members"))) == (1, 1)
    clock.now += 60
    slack.people["U0REV"].is_restricted = True
    assert (await directory.person("U0REV", HOME, "C0LEGAL")).is_guest


async def test_what_refuses_is_looked_up_each_time(slack: Slack, directory: SlackDirectory) -> None:
    """Whoever joins the channel may decide at once."""
    slack.channels["C0LEGAL"].members.remove("U0REV")
    slack.people["U0REV"].is_restricted = True
    refused = await directory.person("U0REV", HOME, "C0LEGAL")
    assert (refused.is_member, refused.is_guest) == (False, True)
    slack.people["U0REV"].is_restricted = False
    slack.channels["C0LEGAL"].members.append("U0REV")
    assert await directory.person("U0REV", HOME, "C0LEGAL") == Person("U0REV")


@pytest.mark.parametrize("method", ["users.info", "conversations.members"])
@pytest.mark.parametrize("kind", ["error", "lost", "rate"])
async def test_a_failed_look_up_is_an_error_and_never_an_answer(
    slack: Slack, directory: SlackDirectory, pacer: FreePacer, method: str, kind: Kind
) -> None:
    """What is not known refuses: nobody decides on a guess."""
    times = 2 if kind == "lost" else 1  # The HTTP library asks a second time by itself.
    slack.faults.add(Fault(method, kind, times, error="internal_error" if kind == "error" else None))
    with pytest.raises(TransientError):
        await directory.person("U0REV", HOME, "C0LEGAL")
    pacer.holds.clear()  # Slack's pause is over.
    assert await directory.person("U0REV", HOME, "C0LEGAL") == Person("U0REV")


async def test_a_slow_look_up_is_given_up_in_time(
    slack: Slack, directory: SlackDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack waits three seconds for everything: a look-up may not take them all."""
    monkeypatch.setattr(looking_up, "LOOKUP_S", 0.02)
    slack.faults.add(Fault("users.info", "slow", delay_s=0.2))
    with pytest.raises(TransientError, match="in time"):
        await directory.person("U0REV", HOME, "C0LEGAL")


async def test_a_channel_that_the_relay_may_not_see_is_refused(
    directory: SlackDirectory, slack: Slack
) -> None:
    """A channel without the app says what to do."""
    with pytest.raises(RefusedError):
        await directory.person("U0REV", HOME, "C0NOWHERE")
    assert slack.calls.named("conversations.members")


async def test_a_channel_that_the_relay_is_in_can_be_posted_in(directory: Directory) -> None:
    """Nothing is said about a channel in which all is well."""
    await directory.check_reachable("C0LEGAL")


@pytest.mark.parametrize(
    ("channel", "code"), [("C0GENERAL", "not_in_channel"), ("C0NOWHERE", "channel_not_found")]
)
async def test_a_channel_that_the_relay_is_not_in_is_refused_with_the_cure(
    directory: Directory, channel: str, code: str
) -> None:
    """Whether the relay is outside or Slack shows it no such channel: invite it, or choose another."""
    with pytest.raises(RefusedError, match="invite it") as refused:
        await directory.check_reachable(channel)
    assert refused.value.code == code


async def test_what_is_refused_for_another_reason_says_nothing_of_the_channel(
    slack: Slack, directory: Directory
) -> None:
    """A permission that the app lacks closes no channel: who reads the code goes on there."""
    slack.faults.add(Fault("conversations.info", "error", status=200, error="missing_scope"))
    with pytest.raises(RefusedError) as refused:
        await directory.check_reachable("C0LEGAL")
    assert refused.value.code == "channel"


async def test_an_archived_channel_is_refused(slack: Slack, directory: Directory) -> None:
    """Nobody reviews where nobody can write."""
    slack.channels["C0LEGAL"].is_archived = True
    with pytest.raises(RefusedError, match="archived") as refused:
        await directory.check_reachable("C0LEGAL")
    assert refused.value.code == "is_archived"
