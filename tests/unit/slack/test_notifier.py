"""Strange answers to posts. What happens over the wire stands in `tests/contract/slack/test_notifier.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.core.errors import OutcomeUnknownError
from bot.relay.ports import Place
from bot.slack import notifier as notifying
from bot.slack.files import Files
from bot.slack.notifier import SlackNotifier
from tests.unit.slack.bench import RELAY, FreePacer, RecordingClient
from tests.unit.slack.summaries import card

if TYPE_CHECKING:
    import aiohttp

PLACE = Place("C0LEGAL", "ref1", "document", thread_ts="1.2")


class Taken:
    """A session whose uploads are always taken."""

    status = 200

    def post(self, _url: str, *, data: bytes) -> Taken:
        """Take an upload."""
        assert data
        return self

    async def __aenter__(self) -> Taken:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close nothing."""


@pytest.fixture
def client() -> RecordingClient:
    """Give a client without network."""
    client = RecordingClient()
    client.answers["files.getUploadURLExternal"] = {
        "upload_url": "https://files.slack.com/u",
        "file_id": "F1",
    }
    return client


@pytest.fixture
def notifier(client: RecordingClient, monkeypatch: pytest.MonkeyPatch) -> SlackNotifier:
    """Give a notifier that looks for a file twice without waiting."""
    monkeypatch.setattr(notifying, "_LOOK_AFTER_S", (0, 0))
    return SlackNotifier(client, Files(client, cast("aiohttp.ClientSession", Taken())), FreePacer(), RELAY)


@pytest.mark.parametrize("answer", [{}, {"channel": "C0LEGAL"}, {"channel": "C0LEGAL", "ts": 1}])
async def test_a_post_that_is_not_placed_is_of_unknown_outcome(
    client: RecordingClient, notifier: SlackNotifier, answer: dict[str, Any]
) -> None:
    """An answer without a place is no answer: the message may stand anywhere."""
    client.answers["chat.postMessage"] = answer
    with pytest.raises(OutcomeUnknownError):
        await notifier.post(PLACE, card())


async def test_a_file_that_does_not_appear_is_of_unknown_outcome(
    client: RecordingClient, notifier: SlackNotifier
) -> None:
    """Slack shows a file a little later; after a few looks, looking is left to the next attempt."""
    with pytest.raises(OutcomeUnknownError, match="does not show it yet"):
        await notifier.publish(PLACE, "a.html", "<p>x</p>", "Done.")
    assert len(client.named("conversations.replies")) == 2
    assert len(client.named("files.completeUploadExternal")) == 1


async def test_looking_back_ends(client: RecordingClient, notifier: SlackNotifier) -> None:
    """A channel without end is read for a few pages only."""
    client.answers["conversations.history"] = {"messages": [{}], "response_metadata": {"next_cursor": "more"}}
    assert await notifier.find(Place("C0LEGAL", "ref1", "job")) is None
    assert len(client.named("conversations.history")) == 5
