"""chat.* through the real SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

    Refused = Callable[[Awaitable[Any], str], Awaitable[dict[str, Any]]]

CHANNEL = "C0LEGAL"
DIVIDER = {"type": "divider"}


def section(text: str, **more: Any) -> dict[str, Any]:
    """Give a section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


class TestPostMessage:
    async def test_answer_and_store(self, slack: Slack, client: AsyncWebClient) -> None:
        """The answer names channel and ts, and the message stands in the channel as the app's."""
        answer = await client.chat_postMessage(channel=CHANNEL, text="hello", blocks=[section("*hello*")])
        stored = slack.messages(CHANNEL)[0]
        assert (answer["channel"], answer["ts"]) == (CHANNEL, stored.ts)
        assert (stored.text, stored.user, stored.bot_id) == ("hello", "U0RELAY", "B0RELAY")

    async def test_ids_and_flags_added(self, client: AsyncWebClient) -> None:
        """Slack gives every block an id and every text its flag, so a read message differs from the sent one."""
        answer = await client.chat_postMessage(channel=CHANNEL, text="x", blocks=[section("a")])
        block = answer["message"]["blocks"][0]
        assert block["block_id"]
        assert block["text"] == {"type": "mrkdwn", "text": "a", "verbatim": False}

    async def test_by_name_and_by_user(self, slack: Slack, client: AsyncWebClient) -> None:
        """A channel may be named with #, and a user's id means their direct message."""
        assert (await client.chat_postMessage(channel="#legal-review", text="x"))["channel"] == CHANNEL
        direct = (await client.chat_postMessage(channel="U0REV", text="x"))["channel"]
        assert slack.channels[direct].with_user == "U0REV"

    async def test_markdown_loses_its_id(self, client: AsyncWebClient) -> None:
        """Slack drops the block_id of a markdown block."""
        blocks = [{"type": "markdown", "text": "# x", "block_id": "mine"}]
        answer = await client.chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)
        assert answer["message"]["blocks"] == [{"type": "markdown", "text": "# x"}]

    async def test_ts_rise(self, client: AsyncWebClient) -> None:
        """No two messages have one ts, however fast they are posted."""
        stamps = [(await client.chat_postMessage(channel=CHANNEL, text="x"))["ts"] for _ in range(5)]
        assert stamps == sorted(set(stamps))

    async def test_long_text_is_cut(self, slack: Slack, client: AsyncWebClient) -> None:
        """A text of more than 40,000 characters is cut there."""
        await client.chat_postMessage(channel=CHANNEL, text="x" * 40_001)
        assert len(slack.messages(CHANNEL)[0].text) == 40_000

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
            ({"channel": "C0GENERAL", "text": "x"}, "not_in_channel"),
            ({"channel": CHANNEL}, "no_text"),
            ({"channel": CHANNEL, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
            ({"channel": CHANNEL, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
            ({"channel": CHANNEL, "text": "x", "blocks": [DIVIDER] * 51}, "invalid_blocks"),
            ({"channel": CHANNEL, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
            ({"channel": CHANNEL, "text": "x", "attachments": [{"nonsense": 1}]}, "invalid_attachments"),
            ({"channel": CHANNEL, "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
            ({"channel": CHANNEL, "text": "x", "attachments": {"color": "#fff"}}, "invalid_attachments"),
            ({"channel": CHANNEL, "attachments": [{"blocks": [{"type": "poem"}]}]}, "invalid_attachments"),
            ({"channel": CHANNEL, "text": "x", "metadata": ["a"]}, "invalid_metadata_format"),
            ({"channel": CHANNEL, "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
            (
                {
                    "channel": CHANNEL,
                    "text": "x",
                    "metadata": {"event_type": "a", "event_payload": {"b": "x" * 2**14}},
                },
                "metadata_too_large",
            ),
        ],
    )
    async def test_refusals(
        self, client: AsyncWebClient, refused: Refused, arguments: Any, code: str
    ) -> None:
        """What Slack refuses is refused with Slack's word for it."""
        await refused(client.api_call("chat.postMessage", json=arguments), code)

    async def test_archived(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """Nothing can be posted in an archived channel, nor changed."""
        posted = await client.chat_postMessage(channel=CHANNEL, text="x")
        slack.channels[CHANNEL].is_archived = True
        await refused(client.chat_postMessage(channel=CHANNEL, text="x"), "is_archived")
        await refused(client.chat_update(channel=CHANNEL, ts=posted["ts"], text="y"), "is_inactive")

    async def test_private_channel_is_invisible(
        self, slack: Slack, client: AsyncWebClient, refused: Refused
    ) -> None:
        """A private channel that the bot is not in does not exist for it."""
        slack.channels["C0GENERAL"].is_private = True
        await refused(client.chat_postMessage(channel="C0GENERAL", text="x"), "channel_not_found")

    async def test_pointer_in_messages(self, client: AsyncWebClient, refused: Refused) -> None:
        """A refusal of blocks says where and why."""
        call = client.chat_postMessage(channel=CHANNEL, text="x", blocks=[DIVIDER, section("x" * 3001)])
        answer = await refused(call, "invalid_blocks")
        expected = "must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
        assert answer["errors"] == [expected]
        assert answer["response_metadata"]["messages"] == [f"[ERROR] {expected}"]

    async def test_total(self, client: AsyncWebClient, refused: Refused) -> None:
        """Although each block is within its limit, all of them together may be too long."""
        blocks = [section("x" * 3000)] * 4
        fits = [*blocks, section("x" * (13_200 - 4 * 3100 - 100))]
        await client.chat_postMessage(channel=CHANNEL, text="x", blocks=fits)
        call = client.chat_postMessage(channel=CHANNEL, text="x", blocks=[*fits, DIVIDER])
        await refused(call, "msg_blocks_too_long")

    async def test_one_table(self, client: AsyncWebClient, refused: Refused) -> None:
        """A message has at most one table."""
        table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
        await client.chat_postMessage(channel=CHANNEL, text="x", blocks=[table])
        answer = await refused(
            client.chat_postMessage(channel=CHANNEL, text="x", blocks=[table, table]), "invalid_attachments"
        )
        assert "only_one_table_allowed" in answer["response_metadata"]["messages"][0]

    async def test_client_msg_id_ignored(self, slack: Slack, client: AsyncWebClient) -> None:
        """Where client_msg_id is ignored, a second post is a second message."""
        for _ in range(2):
            await client.chat_postMessage(channel=CHANNEL, text="x", client_msg_id="7c1f")
        assert len(slack.messages(CHANNEL)) == 2

    async def test_client_msg_id_dropped(self, slack: Slack, client: AsyncWebClient) -> None:
        """Where it is dropped, no message bears it."""
        slack.settings.client_msg_id = "dropped"
        await client.chat_postMessage(channel=CHANNEL, text="x", client_msg_id="7c1f")
        assert slack.messages(CHANNEL)[0].client_msg_id is None

    async def test_client_msg_id_honoured(
        self, slack: Slack, client: AsyncWebClient, refused: Refused
    ) -> None:
        """Where it is honoured, a second post is refused with the documented error and posts nothing."""
        slack.settings.client_msg_id = "honoured"
        await client.chat_postMessage(channel=CHANNEL, text="x", client_msg_id="7c1f")
        again = client.chat_postMessage(channel=CHANNEL, text="x", client_msg_id="7c1f")
        await refused(again, "duplicate_message_not_found")
        assert len(slack.messages(CHANNEL)) == 1

    async def test_reply_to_a_reply(self, slack: Slack, client: AsyncWebClient) -> None:
        """The ts of a reply leads to its thread."""
        parent = (await client.chat_postMessage(channel=CHANNEL, text="parent"))["ts"]
        reply = (await client.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=parent))["ts"]
        await client.chat_postMessage(channel=CHANNEL, text="again", thread_ts=reply)
        assert [one.text for one in slack.messages(CHANNEL, parent)] == ["parent", "reply", "again"]


class TestUpdate:
    @pytest.fixture
    async def ts(self, client: AsyncWebClient) -> str:
        answer = await client.chat_postMessage(
            channel=CHANNEL,
            text="old",
            blocks=[section("old")],
            attachments=[{"color": "#123456", "text": "bar"}],
            metadata={"event_type": "card", "event_payload": {"change": "ch_1"}},
        )
        return str(answer["ts"])

    async def test_text_alone_removes_the_blocks(self, slack: Slack, client: AsyncWebClient, ts: str) -> None:
        """An update with a text and no blocks takes the blocks away, and leaves attachments and metadata."""
        await client.chat_update(channel=CHANNEL, ts=ts, text="new")
        stored = slack.messages(CHANNEL)[0]
        assert (stored.text, stored.blocks) == ("new", [])
        assert stored.attachments == [{"color": "#123456", "text": "bar"}]
        assert stored.metadata == {"event_type": "card", "event_payload": {"change": "ch_1"}}
        assert stored.edited is not None

    async def test_a_message_in_hand_stays_as_seen(
        self, slack: Slack, client: AsyncWebClient, ts: str
    ) -> None:
        """A message that a test holds does not change under it."""
        seen = slack.messages(CHANNEL)[0]
        await client.chat_update(channel=CHANNEL, ts=ts, text="new")
        assert seen.text == "old"

    async def test_text_in_bytes(self, client: AsyncWebClient, ts: str, refused: Refused) -> None:
        """The text of an update is limited to 4,000 bytes, not characters."""
        await client.chat_update(channel=CHANNEL, ts=ts, text="é" * 2000)
        await refused(client.chat_update(channel=CHANNEL, ts=ts, text="é" * 2000 + "x"), "msg_too_long")

    async def test_not_found(self, client: AsyncWebClient, refused: Refused) -> None:
        """What is not there cannot be updated."""
        await refused(client.chat_update(channel=CHANNEL, ts="1.000001", text="x"), "message_not_found")
        await refused(client.chat_delete(channel=CHANNEL, ts="1.000001"), "message_not_found")

    async def test_only_own(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """The app changes and deletes its own messages only."""
        said = await slack.person("U0REV").say(CHANNEL, "mine")
        await refused(client.chat_update(channel=CHANNEL, ts=said.ts, text="x"), "cant_update_message")
        await refused(client.chat_delete(channel=CHANNEL, ts=said.ts), "cant_delete_message")

    async def test_delete(self, slack: Slack, client: AsyncWebClient, ts: str) -> None:
        """A deleted message is gone."""
        await client.chat_delete(channel=CHANNEL, ts=ts)
        assert slack.messages(CHANNEL) == []


class TestEphemeral:
    async def test_seen_by_one(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """An ephemeral message is seen by its user only, is in no history, and cannot be updated."""
        answer = await client.chat_postEphemeral(channel=CHANNEL, user="U0REV", text="psst")
        assert [one.text for one in slack.person("U0REV").ephemerals(CHANNEL)] == ["psst"]
        assert slack.person("U0CAROL").ephemerals(CHANNEL) == []
        assert (await client.conversations_history(channel=CHANNEL))["messages"] == []
        update = client.chat_update(channel=CHANNEL, ts=answer["message_ts"], text="x")
        await refused(update, "message_not_found")

    async def test_only_members(self, client: AsyncWebClient, refused: Refused) -> None:
        """Its user must exist and be in the channel."""
        call = client.chat_postEphemeral(channel=CHANNEL, user="U0STRANGER", text="x")
        await refused(call, "user_not_in_channel")
        await refused(client.chat_postEphemeral(channel=CHANNEL, user="U0NONE", text="x"), "user_not_found")


class TestPermalink:
    async def test_message_and_reply(self, client: AsyncWebClient, refused: Refused) -> None:
        """A permalink has the ts without its dot; a reply's names the thread too."""
        parent = (await client.chat_postMessage(channel=CHANNEL, text="x"))["ts"]
        reply = (await client.chat_postMessage(channel=CHANNEL, text="y", thread_ts=parent))["ts"]
        link = (await client.chat_getPermalink(channel=CHANNEL, message_ts=reply))["permalink"]
        tail = f"/archives/{CHANNEL}/p{reply.replace('.', '')}?thread_ts={parent}&cid={CHANNEL}"
        assert link == f"https://sandbox.slack.com{tail}"
        await refused(client.chat_getPermalink(channel=CHANNEL, message_ts="1.000001"), "message_not_found")
