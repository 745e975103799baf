"""conversations.*, users.* and their neighbours through the real SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

    Refused = Callable[[Awaitable[Any], str], Awaitable[dict[str, Any]]]

CHANNEL = "C0LEGAL"
METADATA = {"event_type": "card", "event_payload": {"change": "ch_1"}}


class TestHistory:
    @pytest.fixture
    async def parent(self, client: AsyncWebClient) -> str:
        """Post a parent with two replies, and one more message."""
        parent = (await client.chat_postMessage(channel=CHANNEL, text="parent", metadata=METADATA))["ts"]
        for text in ("one", "two"):
            await client.chat_postMessage(channel=CHANNEL, text=text, thread_ts=parent, metadata=METADATA)
        await client.chat_postMessage(channel=CHANNEL, text="after")
        return str(parent)

    async def test_newest_first_without_replies(self, client: AsyncWebClient, parent: str) -> None:
        """The history shows the newest first, and replies only as their parent's count."""
        messages = (await client.conversations_history(channel=CHANNEL))["messages"]
        assert [one["text"] for one in messages] == ["after", "parent"]
        assert (messages[1]["reply_count"], messages[1]["thread_ts"]) == (2, parent)

    async def test_thread(self, client: AsyncWebClient, parent: str, refused: Refused) -> None:
        """A thread is its parent and its replies, oldest first."""
        messages = (await client.conversations_replies(channel=CHANNEL, ts=parent))["messages"]
        assert [one["text"] for one in messages] == ["parent", "one", "two"]
        await refused(client.conversations_replies(channel=CHANNEL, ts="1.000001"), "thread_not_found")

    async def test_metadata_only_when_asked(self, client: AsyncWebClient, parent: str) -> None:
        """Message metadata comes back only with include_all_metadata."""
        plain = (await client.conversations_replies(channel=CHANNEL, ts=parent))["messages"]
        full = (await client.conversations_replies(channel=CHANNEL, ts=parent, include_all_metadata=True))[
            "messages"
        ]
        assert [one.get("metadata") for one in plain] == [None] * 3
        assert [one.get("metadata") for one in full] == [METADATA] * 3

    async def test_pages(self, client: AsyncWebClient, parent: str) -> None:
        """A cursor leads on to the rest."""
        first = await client.conversations_replies(channel=CHANNEL, ts=parent, limit=2)
        assert first["has_more"] is True
        cursor = first["response_metadata"]["next_cursor"]
        rest = await client.conversations_replies(channel=CHANNEL, ts=parent, limit=2, cursor=cursor)
        assert [one["text"] for one in rest["messages"]] == ["two"]
        assert rest["has_more"] is False

    async def test_oldest(self, client: AsyncWebClient, parent: str) -> None:
        """`oldest` leaves out what is older, and itself unless inclusive."""
        later = await client.conversations_history(channel=CHANNEL, oldest=parent)
        assert [one["text"] for one in later["messages"]] == ["after"]
        with_it = await client.conversations_history(channel=CHANNEL, oldest=parent, inclusive=True)
        assert [one["text"] for one in with_it["messages"]] == ["after", "parent"]

    async def test_members_only(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """Only channels that the bot is in can be read, and each kind needs its own scope."""
        await refused(client.conversations_history(channel="C0GENERAL"), "not_in_channel")
        slack.channels[CHANNEL].is_private = True
        slack.app.scopes.discard("groups:history")
        answer = await refused(client.conversations_history(channel=CHANNEL), "missing_scope")
        assert answer["needed"] == "groups:history"

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"channel": CHANNEL, "cursor": "nonsense!"}, "invalid_cursor"),
            ({"channel": CHANNEL, "limit": "many"}, "invalid_limit"),
            ({"channel": CHANNEL, "limit": 1001}, "invalid_limit"),
            ({"channel": CHANNEL, "oldest": "long ago"}, "invalid_ts_oldest"),
            ({"channel": "C0NONE"}, "channel_not_found"),
        ],
    )
    async def test_refusals(
        self, client: AsyncWebClient, refused: Refused, arguments: Any, code: str
    ) -> None:
        """Arguments that make no sense are refused."""
        await refused(client.conversations_history(**arguments), code)


class TestChannels:
    async def test_list(self, client: AsyncWebClient, refused: Refused) -> None:
        """The list has the channels of the types asked for, and says where the bot is."""
        channels = (await client.conversations_list())["channels"]
        assert {one["name"]: one["is_member"] for one in channels} == {
            "legal-review": True,
            "general": False,
            "shared": True,
        }
        assert (await client.conversations_list(types="im"))["channels"] == []
        await refused(client.conversations_list(types="nonsense"), "invalid_types")

    async def test_archived_and_private_are_left_out(self, slack: Slack, client: AsyncWebClient) -> None:
        """Archived channels are left out on request, private ones that the bot is not in always."""
        slack.channels["C0SHARED"].is_archived = True
        slack.channels["C0GENERAL"].is_private = True
        answer = await client.conversations_list(
            types="public_channel,private_channel", exclude_archived=True
        )
        assert [one["id"] for one in answer["channels"]] == [CHANNEL]

    async def test_pages(self, client: AsyncWebClient) -> None:
        """The SDK's own paging goes through the whole list."""
        pages = [page["channels"] async for page in await client.conversations_list(limit=2)]
        assert [len(page) for page in pages] == [2, 1]

    async def test_of_user(self, client: AsyncWebClient) -> None:
        """users.conversations lists the channels somebody is in."""
        mine = (await client.users_conversations(user="U0STRANGER"))["channels"]
        assert [one["id"] for one in mine] == ["C0SHARED"]

    async def test_info(self, client: AsyncWebClient, refused: Refused) -> None:
        """A channel's info says whether it is shared with others."""
        shared = (await client.conversations_info(channel="C0SHARED", include_num_members=True))["channel"]
        assert (shared["is_ext_shared"], shared["num_members"]) == (True, 7)
        assert (await client.conversations_info(channel=CHANNEL))["channel"]["is_ext_shared"] is False
        await refused(client.conversations_info(channel="C0NONE"), "channel_not_found")

    async def test_members(self, client: AsyncWebClient) -> None:
        """Members come in pieces too."""
        answer = await client.conversations_members(channel=CHANNEL, limit=2)
        assert answer["members"] == ["U0REQ", "U0REV"]
        assert answer["response_metadata"]["next_cursor"]

    async def test_open(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """A direct message is opened once and found again; a deactivated user has none."""
        first = (await client.conversations_open(users="U0REV"))["channel"]["id"]
        again = (await client.conversations_open(users=["U0REV"], return_im=True))["channel"]
        assert (again["id"], again["is_im"], again["user"]) == (first, True, "U0REV")
        slack.people["U0CAROL"].deleted = True
        await refused(client.conversations_open(users="U0CAROL"), "user_disabled")
        await refused(client.conversations_open(users="U0NONE"), "user_not_found")
        await refused(
            client.conversations_open(users=["U0REV", "U0REQ"]), "method_not_supported_for_channel_type"
        )
        await refused(client.conversations_open(channel="C0LEGAL"), "users_list_not_supplied")


class TestPeople:
    @pytest.mark.parametrize(
        ("user", "marks"),
        [
            ("U0REQ", {"is_bot": False, "is_restricted": False, "team_id": "T0SANDBOX"}),
            ("U0GUEST", {"is_restricted": True, "is_ultra_restricted": False}),
            ("U0STRANGER", {"is_stranger": True, "team_id": "T0OTHER"}),
            ("U0BOT2", {"is_bot": True}),
        ],
    )
    async def test_info(self, client: AsyncWebClient, user: str, marks: dict[str, Any]) -> None:
        """users.info tells members, guests, strangers and bots apart."""
        payload = (await client.users_info(user=user))["user"]
        assert {key: payload[key] for key in marks} == marks

    async def test_not_found(self, client: AsyncWebClient, refused: Refused) -> None:
        """Unknown users, groups and bots are refused, each in its own words."""
        await refused(client.users_info(user="U0NONE"), "user_not_found")
        await refused(client.usergroups_users_list(usergroup="S0NONE"), "no_such_subteam")
        await refused(client.bots_info(bot="B0NONE"), "bot_not_found")

    async def test_lists(self, client: AsyncWebClient) -> None:
        """All users, the groups and their members can be listed."""
        assert len((await client.users_list())["members"]) == 7
        groups = (await client.usergroups_list(include_users=True))["usergroups"]
        assert [(one["id"], one["users"]) for one in groups] == [("S0LEGAL", ["U0REV", "U0CAROL"])]
        assert (await client.usergroups_users_list(usergroup="S0LEGAL"))["users"] == ["U0REV", "U0CAROL"]

    async def test_own_identity(self, client: AsyncWebClient) -> None:
        """auth.test, bots.info and team.info say who the app is and where."""
        me = await client.auth_test()
        assert (me["user_id"], me["bot_id"], me["team_id"]) == ("U0RELAY", "B0RELAY", "T0SANDBOX")
        assert (await client.bots_info(bot=me["bot_id"]))["bot"]["app_id"] == "A0RELAY"
        assert (await client.team_info())["team"]["name"] == "Sandbox"


class TestReactions:
    async def test_add_and_remove(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """The app reacts once, and takes back only what it did."""
        said = await slack.person("U0REV").say(CHANNEL, "approve")
        await client.reactions_add(channel=CHANNEL, name="white_check_mark", timestamp=said.ts)
        assert slack.messages(CHANNEL)[0].reactions == (("white_check_mark", ("U0RELAY",)),)
        again = client.reactions_add(channel=CHANNEL, name="white_check_mark", timestamp=said.ts)
        await refused(again, "already_reacted")
        await client.reactions_remove(channel=CHANNEL, name="white_check_mark", timestamp=said.ts)
        assert slack.messages(CHANNEL)[0].reactions == ()
        once_more = client.reactions_remove(channel=CHANNEL, name="white_check_mark", timestamp=said.ts)
        await refused(once_more, "no_reaction")

    async def test_refusals(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """An emoji's name has a form, and the message must be there, in a living channel with the bot in it."""
        await refused(client.reactions_add(channel=CHANNEL, name="✅", timestamp="1.000001"), "invalid_name")
        await refused(
            client.reactions_add(channel=CHANNEL, name="ok", timestamp="1.000001"), "message_not_found"
        )
        await refused(client.reactions_add(channel=CHANNEL, name="ok", timestamp=""), "no_item_specified")
        elsewhere = client.reactions_add(channel="C0GENERAL", name="ok", timestamp="1.000001")
        await refused(elsewhere, "not_in_channel")
        slack.channels[CHANNEL].is_archived = True
        await refused(client.reactions_add(channel=CHANNEL, name="ok", timestamp="1.000001"), "is_archived")
