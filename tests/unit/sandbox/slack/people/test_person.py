"""What people do, and how it reaches a real Bolt app in Socket Mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.response import BoltResponse

from bot.sandbox.faults import Fault
from bot.sandbox.slack import ImpossibleActError
from bot.sandbox.slack.state.app import Shortcut

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack
    from bot.sandbox.slack.messages import Message

CHANNEL = "C0LEGAL"

pytestmark = pytest.mark.usefixtures("connected")


def button(action_id: str = "go", **more: Any) -> dict[str, Any]:
    """Give a button."""
    return {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": action_id, **more}


def option(value: str) -> dict[str, Any]:
    """Give an option."""
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}


@pytest.fixture
def seen(app: AsyncApp) -> list[dict[str, Any]]:
    """Ack everything, and collect the bodies; the app's own messages are left out."""
    bodies: list[dict[str, Any]] = []

    @app.middleware
    async def take(body: dict[str, Any]) -> BoltResponse:
        bodies.append(body)
        return BoltResponse(status=200, body="")

    return bodies


@pytest.fixture
async def card(client: AsyncWebClient, slack: Slack) -> Message:
    """Post a message with elements of several kinds."""
    elements = [
        button(value="7"),
        button("sure", confirm={
            "title": {"type": "plain_text", "text": "Sure?"},
            "text": {"type": "plain_text", "text": "It is flagged."},
            "confirm": {"type": "plain_text", "text": "Yes"},
            "deny": {"type": "plain_text", "text": "No"},
        }),
        {"type": "overflow", "action_id": "more", "options": [option("stop"), option("again")]},
        {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]},
        {"type": "checkboxes", "action_id": "ticks", "options": [option("x"), option("y")]},
        {"type": "users_select", "action_id": "who"},
        {"type": "datepicker", "action_id": "day"},
    ]  # fmt: skip
    blocks = [{"type": "actions", "block_id": "acts", "elements": elements}]
    await client.chat_postMessage(channel=CHANNEL, text="card", blocks=blocks)
    return slack.messages(CHANNEL)[0]


class TestCommands:
    async def test_payload(self, slack: Slack, seen: list[dict[str, Any]]) -> None:
        """A command carries everything that Slack sends, mentions as ids with names, the rest escaped."""
        assert (
            await slack.person("U0REQ").slash(CHANNEL, "edit @bob's #general <b> & https://a.example/x.")
        ).ok
        command = seen[0]
        assert command["text"] == (
            "edit <@U0REV|bob>'s <#C0GENERAL|general> &lt;b&gt; &amp; <https://a.example/x>."
        )
        assert (command["channel_id"], command["channel_name"]) == (CHANNEL, "legal-review")
        assert (command["user_id"], command["user_name"], command["team_id"]) == (
            "U0REQ",
            "rita",
            "T0SANDBOX",
        )
        assert command["response_url"].startswith(slack.workspace.url)
        assert command["trigger_id"].count(".") == 2

    async def test_answer_in_the_channel(self, slack: Slack, app: AsyncApp) -> None:
        """An ack may also answer for everybody."""

        @app.command("/superdocs")
        async def run(ack: Any) -> None:
            await ack(response_type="in_channel", text="for all")

        shown = await slack.person("U0REQ").slash(CHANNEL)
        assert shown.message is None
        assert [one.text for one in slack.messages(CHANNEL)] == ["for all"]

    async def test_private_answer(self, slack: Slack, app: AsyncApp) -> None:
        """The text of an ack is shown to the caller only."""

        @app.command("/superdocs")
        async def run(ack: Any) -> None:
            await ack("at your service")

        shown = await slack.person("U0REQ").slash(CHANNEL)
        assert shown.message is not None
        assert slack.person("U0REQ").ephemerals(CHANNEL) == [shown.message]
        assert slack.person("U0REV").ephemerals(CHANNEL) == []
        assert slack.messages(CHANNEL) == []

    async def test_private_answer_with_buttons(self, slack: Slack, app: AsyncApp) -> None:
        """An ack may bring blocks; a button beside a text in them is pressed like any other, without the message."""
        pressed: list[dict[str, Any]] = []

        @app.command("/superdocs")
        async def run(ack: Any) -> None:
            words = {"type": "plain_text", "text": "*as it is*"}
            line = {"type": "section", "block_id": "line", "text": words, "accessory": button()}
            await ack(response_type="ephemeral", text="a list", blocks=[line])

        @app.action("go")
        async def press(ack: Any, body: dict[str, Any]) -> None:
            pressed.append(body)
            await ack()

        rita = slack.person("U0REQ")
        shown = await rita.slash(CHANNEL)
        assert shown.message is not None
        assert (await rita.press(shown.message, "go", block_id="line")).ok
        assert pressed[0]["container"]["is_ephemeral"] is True
        assert "message" not in pressed[0]

    async def test_not_acked(self, slack: Slack, app: AsyncApp) -> None:
        """Without an ack the person is told, and can take the notice off the screen."""
        slack.settings.ack_within_s = 0.05

        @app.command("/superdocs")
        async def run() -> None:
            """Forget to ack."""

        rita = slack.person("U0REQ")
        assert (await rita.slash(CHANNEL)).error == "operation_timeout"
        rita.dismiss(next(iter(rita.notices)))
        assert rita.notices == {}

    async def test_refused_answer(self, slack: Slack, app: AsyncApp) -> None:
        """An answer that Slack would not show is told to the person as a failure."""

        @app.command("/superdocs")
        async def run(ack: Any) -> None:
            await ack(text="x", blocks=[{"type": "poem"}])

        assert (await slack.person("U0REQ").slash(CHANNEL)).error == "invalid_blocks"

    async def test_impossible(self, slack: Slack) -> None:
        """Nobody can type a command that does not exist, or one where they are not."""
        with pytest.raises(ImpossibleActError, match="/other is not a command"):
            await slack.person("U0REQ").slash(CHANNEL, command="/other")
        with pytest.raises(ImpossibleActError, match="is not in"):
            await slack.person("U0STRANGER").slash(CHANNEL)


class TestPresses:
    async def test_payload(self, slack: Slack, card: Message, seen: list[dict[str, Any]]) -> None:
        """A press carries who, where, what, the message as it stands, and what may be done with it."""
        assert (await slack.person("U0REV").press(card, "go")).ok
        body = seen[-1]
        assert body["user"] == {"id": "U0REV", "username": "bob", "name": "bob", "team_id": "T0SANDBOX"}
        assert body["container"] == {
            "type": "message",
            "message_ts": card.ts,
            "channel_id": CHANNEL,
            "is_ephemeral": False,
        }
        assert (body["channel"], body["message"]["ts"]) == ({"id": CHANNEL, "name": "legal-review"}, card.ts)
        action = body["actions"][0]
        assert (action["type"], action["action_id"], action["block_id"], action["value"]) == (
            "button",
            "go",
            "acts",
            "7",
        )
        assert action["action_ts"] > card.ts
        assert body["api_app_id"] == "A0RELAY"

    async def test_a_button_updates_its_message(
        self, slack: Slack, app: AsyncApp, client: AsyncWebClient, card: Message
    ) -> None:
        """The app's update takes the buttons away; an old copy in hand still shows them and can be pressed."""

        @app.action("go")
        async def go(ack: Any, body: dict[str, Any]) -> None:
            await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="done")
            await ack()

        bob = slack.person("U0REV")
        assert (await bob.press(card, "go")).ok
        current = slack.messages(CHANNEL)[0]
        assert (current.text, current.blocks) == ("done", [])
        with pytest.raises(ImpossibleActError, match="nothing named go"):
            await bob.press(current, "go")
        assert (await bob.press(card, "go")).ok

    async def test_forged_value(self, slack: Slack, card: Message, seen: list[dict[str, Any]]) -> None:
        """A test may press with a value that the button does not have."""
        await slack.person("U0REV").press(card, "go", value="8")
        assert seen[-1]["actions"][0]["value"] == "8"

    async def test_confirm(self, slack: Slack, card: Message, seen: list[dict[str, Any]]) -> None:
        """Who says no to "are you sure?" sends nothing."""
        before = len(seen)
        await slack.person("U0REV").press(card, "sure", confirmed=False)
        assert len(seen) == before
        await slack.person("U0REV").press(card, "sure")
        assert seen[-1]["actions"][0]["confirm"]["title"]["text"] == "Sure?"

    @pytest.mark.parametrize(
        ("action_id", "act", "key", "chosen"),
        [
            ("more", {"option": "again"}, "selected_option", option("again")),
            ("pick", {"option": "b"}, "selected_option", option("b")),
            ("ticks", {"value": ["x", "y"]}, "selected_options", [option("x"), option("y")]),
            ("who", {"value": "U0CAROL"}, "selected_user", "U0CAROL"),
            ("day", {"value": "2026-11-22"}, "selected_date", "2026-11-22"),
        ],
    )
    async def test_choices(  # noqa: PLR0917 - parameters of one table.
        self,
        slack: Slack,
        card: Message,
        seen: list[dict[str, Any]],
        action_id: str,
        act: dict[str, Any],
        key: str,
        chosen: Any,
    ) -> None:
        """Each kind of menu says what was chosen under its own key, and the next press's state holds it."""
        bob = slack.person("U0REV")
        await bob.press(card, action_id, **act)
        assert without_flags(seen[-1]["actions"][0][key]) == chosen
        await bob.press(card, "go")
        state = seen[-1]["state"]["values"]["acts"]
        assert without_flags(state.get(action_id, {key: chosen})[key]) == chosen

    async def test_no_such_option(self, slack: Slack, card: Message) -> None:
        """What is not offered cannot be chosen."""
        with pytest.raises(ImpossibleActError, match="offers no option"):
            await slack.person("U0REV").press(card, "pick", option="c")

    async def test_ephemeral(self, slack: Slack, client: AsyncWebClient, seen: list[dict[str, Any]]) -> None:
        """The payload of a press in an ephemeral message does not repeat the message."""
        await client.chat_postEphemeral(
            channel=CHANNEL, user="U0REV", text="x", blocks=[{"type": "actions", "elements": [button()]}]
        )
        bob = slack.person("U0REV")
        await bob.press(bob.ephemerals(CHANNEL)[0], "go")
        assert seen[-1]["container"]["is_ephemeral"] is True
        assert "message" not in seen[-1]

    async def test_in_a_thread(
        self, slack: Slack, client: AsyncWebClient, card: Message, seen: list[dict[str, Any]]
    ) -> None:
        """A press in a thread says which; buttons may stand in an attachment."""
        bar = {"color": "#ff0000", "blocks": [{"type": "actions", "elements": [button("barred")]}]}
        await client.chat_postMessage(channel=CHANNEL, thread_ts=card.ts, text="x", attachments=[bar])
        await slack.person("U0REV").press(slack.messages(CHANNEL)[1], "barred")
        assert seen[-1]["container"]["thread_ts"] == card.ts
        assert seen[-1]["actions"][0]["action_id"] == "barred"

    async def test_never_repeated(self, slack: Slack, card: Message) -> None:
        """A press that gets lost is told to the person, not repeated."""
        slack.settings.ack_within_s, slack.settings.retry_delays_s = 0.05, (0, 0)
        slack.faults.add(Fault("envelope", "lost"))
        assert (await slack.person("U0REV").press(card, "go")).error == "operation_timeout"
        assert len(slack.faults) == 0


class TestMessages:
    async def test_reply(self, slack: Slack, client: AsyncWebClient, seen: list[dict[str, Any]]) -> None:
        """A reply is an event with its thread, the mention as an id, the rest escaped."""
        posted = await client.chat_postMessage(channel=CHANNEL, text="card")
        reply = await slack.person("U0REV").reply(CHANNEL, posted["ts"], "@superdocs approve 2 <now>")
        body = seen[-1]
        event = body["event"]
        assert (event["thread_ts"], event["ts"]) == (posted["ts"], reply.ts)
        assert event["text"] == "<@U0RELAY> approve 2 &lt;now&gt;"
        assert event["blocks"][0]["elements"][0]["elements"] == [
            {"type": "user", "user_id": "U0RELAY"},
            {"type": "text", "text": " approve 2 <now>"},
        ]
        assert (event["channel"], event["channel_type"], event["user"]) == (CHANNEL, "channel", "U0REV")
        assert body["event_id"].startswith("Ev")
        assert body["authorizations"][0]["user_id"] == "U0RELAY"

    async def test_file_share(self, slack: Slack, seen: list[dict[str, Any]]) -> None:
        """A message with a file has the subtype file_share and the file's object."""
        rita = slack.person("U0REQ")
        file = await rita.upload("contract.html", b"<p>")
        await rita.say(CHANNEL, "here", [file])
        assert seen[-1]["event"]["subtype"] == "file_share"
        assert seen[-1]["event"]["files"][0]["name"] == "contract.html"

    async def test_only_what_is_subscribed(self, slack: Slack, seen: list[dict[str, Any]]) -> None:
        """An event comes only if it is subscribed, its scope is granted, and the bot is there."""
        bob = slack.person("U0REV")
        await bob.say("C0GENERAL", "the bot is not here")
        slack.app.scopes.discard("channels:history")
        await bob.say(CHANNEL, "no scope")
        slack.app.scopes.add("channels:history")
        slack.app.events.discard("message.channels")
        await bob.say(CHANNEL, "not subscribed")
        assert seen == []

    async def test_direct(self, slack: Slack, client: AsyncWebClient, seen: list[dict[str, Any]]) -> None:
        """A direct message is of the channel type im."""
        direct = (await client.conversations_open(users="U0REV"))["channel"]["id"]
        await slack.person("U0REV").say(direct, "hi")
        assert seen[-1]["event"]["channel_type"] == "im"

    async def test_edit_and_delete(self, slack: Slack, seen: list[dict[str, Any]]) -> None:
        """What a person changes or takes back comes as an event of its own kind; only one's own can be."""
        bob = slack.person("U0REV")
        said = await bob.say(CHANNEL, "approve")
        assert (await bob.edit(CHANNEL, said.ts, "never mind")).text == "never mind"
        changed = seen[-1]["event"]
        assert (changed["subtype"], changed["previous_message"]["text"]) == ("message_changed", "approve")
        with pytest.raises(ImpossibleActError, match="no message of U0REQ"):
            await slack.person("U0REQ").delete(CHANNEL, said.ts)
        await bob.delete(CHANNEL, said.ts)
        assert seen[-1]["event"]["deleted_ts"] == said.ts
        assert slack.messages(CHANNEL) == []

    async def test_an_admin_deletes_what_others_wrote(self, slack: Slack, client: AsyncWebClient) -> None:
        """The app's messages too."""
        slack.people["U0CAROL"].is_admin = True
        posted = await client.chat_postMessage(channel=CHANNEL, text="card")
        await slack.person("U0CAROL").delete(CHANNEL, posted["ts"])
        assert slack.messages(CHANNEL) == []

    async def test_reaction(self, slack: Slack, client: AsyncWebClient, seen: list[dict[str, Any]]) -> None:
        """A reaction is an event that names the message."""
        posted = await client.chat_postMessage(channel=CHANNEL, text="card")
        await slack.person("U0REV").react(CHANNEL, posted["ts"], "eyes")
        events = [body["event"] for body in seen if body["event"]["type"] == "reaction_added"]
        assert [event["reaction"] for event in events] == ["eyes"]
        assert events[0]["item"] == {"type": "message", "channel": CHANNEL, "ts": posted["ts"]}

    async def test_impossible(self, slack: Slack) -> None:
        """Nobody can reply where nothing stands, write in an archived channel, or upload what is too large."""
        bob = slack.person("U0REV")
        with pytest.raises(ImpossibleActError, match="no message"):
            await bob.reply(CHANNEL, "1.000001", "x")
        slack.channels[CHANNEL].is_archived = True
        with pytest.raises(ImpossibleActError, match="archived"):
            await bob.say(CHANNEL, "x")
        slack.settings.upload_bytes = 3
        with pytest.raises(ImpossibleActError, match="larger"):
            await bob.upload("a.txt", b"abcd")


class TestHomeAndShortcuts:
    async def test_home(self, slack: Slack, app: AsyncApp, client: AsyncWebClient) -> None:
        """Opening Home tells the app, which publishes; from the second time on the event has the view."""
        events: list[dict[str, Any]] = []

        @app.event("app_home_opened")
        async def opened(event: dict[str, Any]) -> None:
            events.append(event)
            view = {"type": "home", "blocks": [{"type": "actions", "elements": [button("refresh")]}]}
            await client.views_publish(user_id=event["user"], view=view)

        bob = slack.person("U0REV")
        first = await bob.open_home()
        assert first is not None
        assert first == bob.home
        await bob.open_home()
        assert [event["tab"] for event in events] == ["home", "home"]
        assert ["view" in event for event in events] == [False, True]

    async def test_press_in_home(
        self, slack: Slack, client: AsyncWebClient, seen: list[dict[str, Any]]
    ) -> None:
        """A press in the Home tab carries the view and no channel."""
        view = {"type": "home", "blocks": [{"type": "actions", "elements": [button("refresh")]}]}
        await client.views_publish(user_id="U0REV", view=view)
        bob = slack.person("U0REV")
        assert bob.home is not None
        await bob.press(bob.home, "refresh")
        assert seen[-1]["view"]["type"] == "home"
        assert seen[-1]["container"] == {"type": "view", "view_id": bob.home.id}
        assert "channel" not in seen[-1]

    async def test_message_shortcut(self, slack: Slack, seen: list[dict[str, Any]]) -> None:
        """A shortcut on a message carries the message."""
        slack.app.shortcuts.append(Shortcut("edit", "Edit with SuperDocs"))
        rita = slack.person("U0REQ")
        said = await rita.say(CHANNEL, "look")
        assert (await rita.shortcut("edit", CHANNEL, said.ts)).ok
        assert (seen[-1]["type"], seen[-1]["callback_id"]) == ("message_action", "edit")
        assert seen[-1]["message"]["text"] == "look"
        slack.settings.ack_within_s = 0.05
        slack.faults.add(Fault("envelope", "lost"))
        assert (await rita.shortcut("edit", CHANNEL, said.ts)).error == "operation_timeout"

    async def test_global_shortcut(self, slack: Slack, seen: list[dict[str, Any]]) -> None:
        """A global shortcut has no channel; what the app does not have cannot be chosen."""
        slack.app.shortcuts.append(Shortcut("start", "Start", "global"))
        await slack.person("U0REQ").shortcut("start")
        assert seen[-1]["type"] == "shortcut"
        with pytest.raises(ImpossibleActError, match="no global shortcut other"):
            await slack.person("U0REQ").shortcut("other")


def without_flags(value: Any) -> Any:
    """Take away the `emoji` flags that Slack adds to texts."""
    if isinstance(value, list):
        return [without_flags(one) for one in value]
    if isinstance(value, dict):
        return {key: without_flags(one) for key, one in value.items() if key != "emoji"}
    return value
