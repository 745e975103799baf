"""Filling in, sending and closing dialogs, against a real Bolt app."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox.faults import Fault
from bot.sandbox.slack import ImpossibleActError

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack
    from bot.sandbox.slack.people.person import Person
    from bot.sandbox.slack.views import View

CHANNEL = "C0LEGAL"

pytestmark = pytest.mark.usefixtures("connected")


def option(value: str) -> dict[str, Any]:
    """Give an option."""
    return {"text": {"type": "plain_text", "text": value.title(), "emoji": True}, "value": value}


def field(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give an input block."""
    label = {"type": "plain_text", "text": block_id.title()}
    return {"type": "input", "block_id": block_id, "label": label, "element": element, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give a dialog."""
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **more,
    }


PRESSABLE = [
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [{"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}],
    }
]
WORDS = field("words", {"type": "plain_text_input", "action_id": "a", "min_length": 3, "max_length": 9})


@pytest.fixture
def bob(slack: Slack) -> Person:
    """Give a reviewer."""
    return slack.person("U0REV")


class Opener:
    """Opens dialogs for Bob."""

    def __init__(self, slack: Slack, client: AsyncWebClient) -> None:
        self.slack = slack
        self.client = client

    async def __call__(self, view: dict[str, Any]) -> View:
        trigger = self.slack.workspace.tickets.trigger("U0REV", channel=CHANNEL)
        await self.client.views_open(trigger_id=trigger, view=view)
        dialog = self.slack.person("U0REV").dialog
        assert dialog is not None
        return dialog


@pytest.fixture
def opened(slack: Slack, client: AsyncWebClient) -> Opener:
    """Give what opens dialogs for Bob."""
    return Opener(slack, client)


@pytest.fixture
def answers(app: AsyncApp) -> list[dict[str, Any]]:
    """Let the app answer submissions with these, in order, and with an empty ack afterwards."""
    prepared: list[dict[str, Any]] = []

    @app.view("form")
    async def take(ack: Any) -> None:
        await ack(**(prepared.pop(0) if prepared else {}))

    return prepared


class TestValues:
    async def test_every_kind_of_input(
        self, slack: Slack, app: AsyncApp, bob: Person, opened: Opener
    ) -> None:
        """Each kind of input reaches the app under its own key."""
        seen: list[dict[str, Any]] = []

        @app.view("form")
        async def take(ack: Any, view: dict[str, Any]) -> None:
            seen.append(view["state"]["values"])
            await ack()

        kinds: dict[str, tuple[dict[str, Any], Any]] = {
            "text": ({"type": "plain_text_input"}, "hello"),
            "mail": ({"type": "email_text_input"}, "a@b.example"),
            "link": ({"type": "url_text_input"}, "https://a.example"),
            "count": ({"type": "number_input", "is_decimal_allowed": True}, "1.5"),
            "rich": ({"type": "rich_text_input"}, "bold words"),
            "one": ({"type": "static_select", "options": [option("a"), option("b")]}, "b"),
            "some": ({"type": "multi_static_select", "options": [option("a"), option("b")]}, ["a", "b"]),
            "radio": ({"type": "radio_buttons", "options": [option("a"), option("b")]}, "a"),
            "ticks": ({"type": "checkboxes", "options": [option("a"), option("b")]}, ["b"]),
            "who": ({"type": "users_select"}, "U0CAROL"),
            "where": ({"type": "conversations_select"}, CHANNEL),
            "channel": ({"type": "channels_select"}, CHANNEL),
            "day": ({"type": "datepicker"}, "2026-11-22"),
            "hour": ({"type": "timepicker"}, "09:00"),
            "moment": ({"type": "datetimepicker"}, 1_800_000_000),
            "files": ({"type": "file_input"}, [await bob.upload("a.html", b"<p>")]),
        }
        view = modal(*(field(name, {**element, "action_id": "a"}) for name, (element, _) in kinds.items()))
        shown = await bob.submit(await opened(view), {name: value for name, (_, value) in kinds.items()})
        assert shown.ok
        state = {name: dict(entry["a"]) for name, entry in seen[0].items()}
        file = state.pop("files")["files"][0]
        assert (file["name"], file["size"]) == ("a.html", 3)
        assert file["url_private_download"].startswith(slack.workspace.url)
        typed = [{"type": "text", "text": "bold words"}]
        assert state.pop("rich")["rich_text_value"]["elements"][0]["elements"] == typed
        assert {name: (entry.pop("type"), entry) for name, entry in state.items()} == {
            "text": ("plain_text_input", {"value": "hello"}),
            "mail": ("email_text_input", {"value": "a@b.example"}),
            "link": ("url_text_input", {"value": "https://a.example"}),
            "count": ("number_input", {"value": "1.5"}),
            "one": ("static_select", {"selected_option": option("b")}),
            "some": ("multi_static_select", {"selected_options": [option("a"), option("b")]}),
            "radio": ("radio_buttons", {"selected_option": option("a")}),
            "ticks": ("checkboxes", {"selected_options": [option("b")]}),
            "who": ("users_select", {"selected_user": "U0CAROL"}),
            "where": ("conversations_select", {"selected_conversation": CHANNEL}),
            "channel": ("channels_select", {"selected_channel": CHANNEL}),
            "day": ("datepicker", {"selected_date": "2026-11-22"}),
            "hour": ("timepicker", {"selected_time": "09:00"}),
            "moment": ("datetimepicker", {"selected_date_time": 1_800_000_000}),
        }

    async def test_untouched(self, app: AsyncApp, bob: Person, opened: Opener) -> None:
        """What nobody touched is sent as the app prefilled it, or as nothing."""
        seen: list[dict[str, Any]] = []

        @app.view("form")
        async def take(ack: Any, view: dict[str, Any]) -> None:
            seen.append(view["state"]["values"])
            await ack()

        choose = {
            "type": "radio_buttons",
            "action_id": "a",
            "options": [option("x")],
            "initial_option": option("x"),
        }
        empty = field("empty", {"type": "plain_text_input", "action_id": "a"}, optional=True)
        here = field(
            "here",
            {"type": "conversations_select", "action_id": "a", "default_to_current_conversation": True},
        )
        await bob.submit(await opened(modal(field("choose", choose), empty, here)))
        assert seen[0]["choose"]["a"]["selected_option"] == option("x")
        assert seen[0]["empty"]["a"] == {"type": "plain_text_input", "value": None}
        assert seen[0]["here"]["a"]["selected_conversation"] == CHANNEL

    async def test_as_slack_writes_it(self, bob: Person, opened: Opener, answers: list[Any]) -> None:
        """Values may also come as the state that a client sends, several elements to a block."""
        days = [{"type": "datepicker", "action_id": name} for name in ("from", "to")]
        dialog = await opened(modal({"type": "actions", "block_id": "days", "elements": days}, WORDS))
        entries = {name: {"type": "datepicker", "selected_date": "2026-11-22"} for name in ("from", "to")}
        answers.append({"response_action": "errors", "errors": {"words": "No."}})
        shown = await bob.submit(dialog, {"days": entries, "words": "fine"})
        assert shown.dialog is not None
        assert shown.dialog.state["days"] == entries

    async def test_response_urls(self, slack: Slack, app: AsyncApp, bob: Person, opened: Opener) -> None:
        """A chosen conversation brings a response_url where the app wants one."""
        urls: list[dict[str, str]] = []

        @app.view("form")
        async def take(ack: Any, body: dict[str, Any]) -> None:
            urls.extend(body["response_urls"])
            await ack()

        where = {"type": "conversations_select", "action_id": "a", "response_url_enabled": True}
        await bob.submit(await opened(modal(field("where", where))), {"where": CHANNEL})
        assert [(one["block_id"], one["action_id"], one["channel_id"]) for one in urls] == [
            ("where", "a", CHANNEL)
        ]
        await AsyncWebhookClient(urls[0]["response_url"]).send(text="thanks", response_type="in_channel")
        assert [one.text for one in slack.messages(CHANNEL)] == ["thanks"]

    @pytest.mark.parametrize(
        ("element", "value", "complaint"),
        [
            ({"type": "plain_text_input"}, "", "required"),
            ({"type": "plain_text_input", "min_length": 3}, "ab", "at least 3"),
            ({"type": "plain_text_input", "max_length": 3}, "abcd", "at most 3"),
            ({"type": "plain_text_input"}, "x" * 3001, "at most 3000"),
            ({"type": "email_text_input"}, "nobody", "email"),
            ({"type": "url_text_input"}, "example.com", "web address"),
            ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "number"),
            ({"type": "number_input", "is_decimal_allowed": False, "max_value": "10"}, "11", "limits"),
            ({"type": "checkboxes", "options": [option("a")]}, [], "required"),
            ({"type": "file_input", "filetypes": ["html"]}, [{"name": "a.exe"}], "not allowed"),
            ({"type": "file_input", "max_files": 1}, [{"name": "a"}, {"name": "b"}], "Too many"),
        ],
    )
    async def test_slack_checks_first(
        self,
        bob: Person,
        opened: Opener,
        answers: list[Any],
        element: dict[str, Any],
        value: Any,
        complaint: str,
    ) -> None:
        """What Slack itself refuses is told at its field and never reaches the app."""
        answers.append({"response_action": "errors", "errors": {"field": "the app saw it"}})
        dialog = await opened(modal(field("field", {**element, "action_id": "a"})))
        shown = await bob.submit(dialog, {"field": value})
        assert complaint in shown.errors["field"]
        assert bob.dialog is not None
        assert bob.dialog.errors == shown.errors

    async def test_impossible(self, bob: Person, opened: Opener) -> None:
        """Nobody can fill in what is not there, nor send a dialog that is not open."""
        dialog = await opened(modal(WORDS))
        with pytest.raises(ImpossibleActError, match="no input 'other'"):
            await bob.submit(dialog, {"other": "x"})
        await bob.close(dialog)
        with pytest.raises(ImpossibleActError, match="not open"):
            await bob.submit(dialog, {"words": "words"})


class TestAnswers:
    async def test_empty_ack_closes(self, bob: Person, opened: Opener, answers: list[Any]) -> None:
        """An empty ack closes the dialog."""
        assert answers == []
        assert (await bob.submit(await opened(modal(WORDS)), {"words": "fine"})).ok
        assert bob.dialog is None

    async def test_errors(self, bob: Person, opened: Opener, answers: list[Any]) -> None:
        """The app's sentences stand at their fields, and the words stay; then it is taken."""
        answers.append({"response_action": "errors", "errors": {"words": "Not that."}})
        dialog = await opened(modal(WORDS))
        assert (await bob.submit(dialog, {"words": "bad"})).errors == {"words": "Not that."}
        assert bob.dialog is not None
        assert bob.dialog.errors == {"words": "Not that."}
        assert bob.dialog.state["words"]["a"]["value"] == "bad"
        assert (await bob.submit(bob.dialog)).ok

    async def test_update(self, bob: Person, opened: Opener, answers: list[Any]) -> None:
        """The dialog can be replaced in place."""
        answers.append(
            {"response_action": "update", "view": modal(title={"type": "plain_text", "text": "Next"})}
        )
        dialog = await opened(modal(WORDS))
        await bob.submit(dialog, {"words": "fine"})
        assert bob.dialog is not None
        assert (bob.dialog.id, bob.dialog.title) == (dialog.id, "Next")

    async def test_push_then_back_then_clear(
        self, slack: Slack, bob: Person, opened: Opener, answers: list[Any]
    ) -> None:
        """A dialog pushed on another closes back to it; `clear` closes all."""
        answers.append({"response_action": "push", "view": modal(WORDS)})
        root = await opened(modal(WORDS))
        pushed = (await bob.submit(root, {"words": "fine"})).dialog
        assert pushed is not None
        assert pushed.previous_view_id == root.id
        back = (await bob.close(pushed)).dialog
        assert back is not None
        assert back.id == root.id
        answers += [{"response_action": "push", "view": modal(WORDS)}, {"response_action": "clear"}]
        again = (await bob.submit(back)).dialog
        assert again is not None
        await bob.submit(again, {"words": "fine"})
        assert slack.workspace.views.stack("U0REV") == []

    @pytest.mark.parametrize(
        "answer",
        [
            {"response_action": "errors", "errors": {"nonsense": "x"}},
            {"response_action": "update", "view": modal(title={"type": "plain_text", "text": "x" * 25})},
            {"response_action": "push", "view": None},
        ],
    )
    async def test_senseless(self, bob: Person, opened: Opener, answers: list[Any], answer: Any) -> None:
        """An answer that makes no sense is shown to the person as a failure, and the dialog stays."""
        answers.append(answer)
        shown = await bob.submit(await opened(modal(WORDS)), {"words": "fine"})
        assert shown.error is not None
        assert bob.dialog is not None
        assert bob.dialog.is_waiting is False
        assert "trouble" in next(iter(bob.notices.values()))

    async def test_update_while_waiting(
        self, app: AsyncApp, client: AsyncWebClient, bob: Person, opened: Opener
    ) -> None:
        """The app may also update the dialog by call before it acks."""

        @app.view("form")
        async def take(ack: Any, view: dict[str, Any]) -> None:
            await client.views_update(
                view_id=view["id"], view=modal(title={"type": "plain_text", "text": "Wait"})
            )
            await ack(response_action="update", view=modal(title={"type": "plain_text", "text": "Done"}))

        await bob.submit(await opened(modal(WORDS)), {"words": "fine"})
        assert bob.dialog is not None
        assert bob.dialog.title == "Done"


class TestClosing:
    async def test_told_where_asked(self, app: AsyncApp, bob: Person, opened: Opener) -> None:
        """The app hears of a closed dialog if it asked to, and whether all were closed at once."""
        cleared: list[bool] = []

        @app.view_closed("form")
        async def closed(ack: Any, body: dict[str, Any]) -> None:
            cleared.append(body["is_cleared"])
            await ack()

        await bob.close(await opened(modal(WORDS)))
        await bob.close(await opened(modal(WORDS, notify_on_close=True)))
        assert cleared == [False]

    async def test_all_at_once(
        self, app: AsyncApp, slack: Slack, bob: Person, opened: Opener, answers: list[Any]
    ) -> None:
        """Closing everything tells of each dialog that asked, the top first."""
        closed: list[tuple[str, bool]] = []

        @app.view_closed("form")
        async def hear(ack: Any, body: dict[str, Any]) -> None:
            closed.append((body["view"]["id"], body["is_cleared"]))
            await ack()

        answers.append({"response_action": "push", "view": modal(WORDS, notify_on_close=True)})
        root = await opened(modal(WORDS, notify_on_close=True))
        top = (await bob.submit(root, {"words": "fine"})).dialog
        assert top is not None
        await bob.close(top, everything=True)
        assert closed == [(top.id, True), (root.id, True)]
        assert slack.workspace.views.stack("U0REV") == []

    async def test_not_acked(self, slack: Slack, bob: Person, opened: Opener) -> None:
        """A dialog is closed although the app did not hear of it, and the person is told."""
        slack.settings.ack_within_s = 0.05
        slack.faults.add(Fault("envelope", "lost"))
        dialog = await opened(modal(WORDS, notify_on_close=True))
        assert (await bob.close(dialog)).error == "operation_timeout"
        assert bob.dialog is None
        with pytest.raises(ImpossibleActError, match="not open any more"):
            await bob.press(replace(dialog, content=modal(*PRESSABLE)), "more")

    async def test_press_in_a_dialog(
        self, slack: Slack, app: AsyncApp, client: AsyncWebClient, opened: Opener
    ) -> None:
        """A press in a dialog carries the view with what was typed, and its trigger pushes on it."""
        seen: list[dict[str, Any]] = []

        @app.action("more")
        async def more(ack: Any, body: dict[str, Any]) -> None:
            seen.append(body)
            await client.views_push(trigger_id=body["trigger_id"], view=modal(WORDS))
            await ack()

        dialog = await opened(modal(WORDS, *PRESSABLE))
        typed = {"words": {"a": {"type": "plain_text_input", "value": "half"}}}
        shown = await slack.person("U0REV").press(dialog, "more", state=typed)
        assert seen[0]["view"]["state"]["values"]["words"]["a"]["value"] == "half"
        assert shown.dialog is not None
        assert shown.dialog.previous_view_id == dialog.id
