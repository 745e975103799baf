"""Strange answers about people. What happens over the wire stands in `tests/contract/slack/test_directory.py`."""

from __future__ import annotations

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.slack import directory as looking_up
from bot.slack.directory import SlackDirectory
from tests.unit.slack.bench import RecordingClient

HOME = "T0SANDBOX"
MEMBER = {"user": {"id": "U0REV", "team_id": HOME}}


@pytest.fixture
def client() -> RecordingClient:
    """Give a client without network that knows one member."""
    client = RecordingClient()
    client.answers = {"users.info": MEMBER, "conversations.members": {"members": ["U0REV"]}}
    return client


async def test_an_answer_that_says_nothing_refuses(client: RecordingClient) -> None:
    """An account without facts is not taken for a good one."""
    client.answers["users.info"] = {}
    with pytest.raises(TransientError):
        await SlackDirectory(client, HOME).person("U0REV", HOME, "C0LEGAL")


async def test_a_stranger_is_none_of_ours_whatever_the_team_says(client: RecordingClient) -> None:
    """Slack's own word on strangers counts beside the team's id."""
    client.answers["users.info"] = {"user": {"id": "U0REV", "team_id": HOME, "is_stranger": True}}
    assert not (await SlackDirectory(client, HOME).person("U0REV", HOME, "C0LEGAL")).is_home


async def test_a_missing_permission_is_told_as_that(client: RecordingClient) -> None:
    """A scope that the app lacks is no fact about the person."""
    client.refuse("users.info", "missing_scope")
    with pytest.raises(RefusedError, match="permission"):
        await SlackDirectory(client, HOME).person("U0REV", HOME, "C0LEGAL")


async def test_an_endless_channel_is_given_up(client: RecordingClient) -> None:
    """Somebody who is on none of the pages that are read in time is not known to be absent: try again."""
    client.answers["conversations.members"] = {"members": [], "response_metadata": {"next_cursor": "more"}}
    with pytest.raises(TransientError, match="more members"):
        await SlackDirectory(client, HOME).person("U0REV", HOME, "C0LEGAL")


async def test_what_is_remembered_is_bounded(
    client: RecordingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace with very many people does not fill the memory."""
    monkeypatch.setattr(looking_up, "_MOST_KEPT", 1)
    directory = SlackDirectory(client, HOME)
    for user_id in ("U0REV", "U0CAROL", "U0REV"):
        client.answers["conversations.members"] = {"members": [user_id]}
        assert (await directory.person(user_id, HOME, "C0LEGAL")).is_member
    assert len(client.named("users.info")) == 3
