"""views.* through the real SDK: triggers, stacks, hashes, the Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.state.settings import Settings
from bot.sandbox.slack.state.tickets import Tickets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

    Refused = Callable[[Awaitable[Any], str], Awaitable[dict[str, Any]]]

CHANNEL = "C0LEGAL"


def modal(title: str = "Form", **more: Any) -> dict[str, Any]:
    """Give a dialog without inputs."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "blocks": [{"type": "divider"}],
        **more,
    }


def form(initial: str = "") -> dict[str, Any]:
    """Give a dialog with one input."""
    element = {"type": "plain_text_input", "action_id": "words"}
    block = {
        "type": "input",
        "block_id": "what",
        "label": {"type": "plain_text", "text": "Words"},
        "element": {**element, "initial_value": initial} if initial else element,
    }
    return modal(blocks=[block], submit={"type": "plain_text", "text": "Send"})


HOME = {"type": "home", "blocks": [{"type": "divider"}]}


@pytest.fixture
def trigger(slack: Slack) -> Callable[..., str]:
    """Give fresh trigger ids of Bob's."""
    return lambda **of: slack.workspace.tickets.trigger("U0REV", **of)


class TestOpen:
    async def test_shown_to_whoever_triggered(
        self, slack: Slack, client: AsyncWebClient, trigger: Callable[..., str]
    ) -> None:
        """The dialog opens for the person whose act gave the trigger."""
        view = (await client.views_open(trigger_id=trigger(), view=modal(private_metadata="m")))["view"]
        bob = slack.person("U0REV")
        assert bob.dialog is not None
        assert (bob.dialog.id, bob.dialog.private_metadata, bob.dialog.title) == (view["id"], "m", "Form")
        assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)
        assert slack.person("U0REQ").dialog is None

    async def test_a_bad_view_does_not_cost_the_trigger(
        self, client: AsyncWebClient, trigger: Callable[..., str], refused: Refused
    ) -> None:
        """A refused view says where it is wrong, and its trigger can still be used; a used one cannot."""
        trigger_id = trigger()
        bad = client.views_open(trigger_id=trigger_id, view=modal("x" * 25))
        answer = await refused(bad, "invalid_arguments")
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
        ]
        await client.views_open(trigger_id=trigger_id, view=modal())
        await refused(client.views_open(trigger_id=trigger_id, view=modal()), "exchanged_trigger_id")

    async def test_needs_a_trigger(self, client: AsyncWebClient, refused: Refused) -> None:
        """Without a trigger, or with an invented one, nothing opens."""
        await refused(client.views_open(trigger_id="", view=modal()), "invalid_arguments")
        await refused(client.views_open(trigger_id="1.2.abc", view=modal()), "invalid_trigger_id")

    async def test_home_is_no_dialog(
        self, client: AsyncWebClient, trigger: Callable[..., str], refused: Refused
    ) -> None:
        """A Home tab cannot be opened as a dialog."""
        await refused(client.views_open(trigger_id=trigger(), view=HOME), "invalid_arguments")

    async def test_too_large(
        self, client: AsyncWebClient, trigger: Callable[..., str], refused: Refused
    ) -> None:
        """A view of more than 250 kB is refused although each block is within its limits."""
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 90
        await refused(client.views_open(trigger_id=trigger(), view=modal(blocks=blocks)), "view_too_large")


class TestTrigger:
    def test_three_seconds(self) -> None:
        """A trigger is good for three seconds."""
        now = [1000.0]
        tickets = Tickets(lambda: now[0], Settings())
        early, late = tickets.trigger("U1"), tickets.trigger("U1")
        now[0] += 3
        assert tickets.exchange(early).user == "U1"
        now[0] += 0.01
        with pytest.raises(SlackError, match="expired_trigger_id"):
            tickets.exchange(late)


class TestStack:
    async def test_three_deep(
        self, client: AsyncWebClient, trigger: Callable[..., str], refused: Refused
    ) -> None:
        """Dialogs stand on one another up to three deep, and know what they stand on."""
        root = (await client.views_open(trigger_id=trigger(), view=modal("1")))["view"]
        second = (await client.views_push(trigger_id=trigger(view_id=root["id"]), view=modal("2")))["view"]
        third = (await client.views_push(trigger_id=trigger(view_id=second["id"]), view=modal("3")))["view"]
        assert (third["root_view_id"], third["previous_view_id"]) == (root["id"], second["id"])
        fourth = client.views_push(trigger_id=trigger(view_id=third["id"]), view=modal("4"))
        await refused(fourth, "push_limit_reached")
        opened = client.views_open(trigger_id=trigger(view_id=third["id"]), view=modal("4"))
        await refused(opened, "push_limit_reached")

    async def test_nothing_to_stand_on(
        self, client: AsyncWebClient, trigger: Callable[..., str], refused: Refused
    ) -> None:
        """Without an open dialog there is nothing to push onto."""
        await refused(client.views_push(trigger_id=trigger(), view=modal()), "not_found")

    async def test_open_from_a_message_begins_anew(
        self, slack: Slack, client: AsyncWebClient, trigger: Callable[..., str]
    ) -> None:
        """A dialog opened from a message takes the place of what was open."""
        await client.views_open(trigger_id=trigger(), view=modal("1"))
        await client.views_open(trigger_id=trigger(), view=modal("2"))
        assert [one.title for one in slack.workspace.views.stack("U0REV")] == ["2"]


class TestUpdate:
    async def test_hash(self, client: AsyncWebClient, trigger: Callable[..., str], refused: Refused) -> None:
        """An update with the hash of an older state is refused; each update changes the hash."""
        view = (await client.views_open(trigger_id=trigger(), view=modal()))["view"]
        update = {"view_id": view["id"], "hash": view["hash"]}
        await client.views_update(view=modal("Later"), **update)
        await refused(client.views_update(view=modal("Too late"), **update), "hash_conflict")

    async def test_typed_words_stay(
        self, slack: Slack, client: AsyncWebClient, trigger: Callable[..., str]
    ) -> None:
        """What a person typed survives an update that keeps block_id and action_id."""
        view = (await client.views_open(trigger_id=trigger(), view=form("first")))["view"]
        bob = slack.person("U0REV")
        assert bob.dialog is not None
        assert bob.dialog.state["what"]["words"]["value"] == "first"
        updated = (await client.views_update(view_id=view["id"], view=form("second")))["view"]
        assert updated["state"]["values"]["what"]["words"]["value"] == "first"

    async def test_by_external_id(
        self, client: AsyncWebClient, trigger: Callable[..., str], refused: Refused
    ) -> None:
        """The app's own id finds a view, and only one open view may have it."""
        await client.views_open(trigger_id=trigger(), view=modal(external_id="mine"))
        await client.views_update(external_id="mine", view=modal("Later", external_id="mine"))
        again = client.views_open(trigger_id=trigger(), view=modal(external_id="mine"))
        await refused(again, "duplicate_external_id")
        await refused(client.views_update(view_id="V0NONE", view=modal()), "not_found")
        await refused(client.api_call("views.update", json={"view": modal()}), "invalid_arguments")


class TestHome:
    async def test_publish(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """A Home tab is published for one user, and guarded by its hash."""
        first = (await client.views_publish(user_id="U0REV", view=HOME))["view"]
        home = slack.person("U0REV").home
        assert home is not None
        assert home.id == first["id"]
        await client.views_publish(user_id="U0REV", view=HOME, hash=first["hash"])
        stale = client.views_publish(user_id="U0REV", view=HOME, hash=first["hash"])
        await refused(stale, "hash_conflict")
        await refused(client.views_publish(user_id="U0NONE", view=HOME), "user_not_found")
        slack.app.has_home = False
        await refused(client.views_publish(user_id="U0REV", view=HOME), "not_enabled")


class TestValidate:
    async def test_blocks_validate(self, client: AsyncWebClient, refused: Refused) -> None:
        """Slack's own validator takes exactly one of blocks, message and view, and points at what is wrong."""
        await client.blocks_validate(blocks=[{"type": "divider"}])
        await client.blocks_validate(message={"text": "x", "blocks": [{"type": "divider"}]})
        await client.blocks_validate(view=modal())
        answer = await refused(client.blocks_validate(blocks=[{"type": "header"}]), "invalid_blocks")
        assert answer["errors"] == [
            {"pointer": "/blocks/0", "code": "missing_field", "message": "missing required field: text"}
        ]
        await refused(client.api_call("blocks.validate", params={}), "invalid_arguments")
