"""Menus that ask the app for their options as one types, against a real Bolt app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.slack import ImpossibleActError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack
    from bot.sandbox.slack.people.person import Person
    from bot.sandbox.slack.views import View

CHANNEL = "C0LEGAL"
Json = dict[str, Any]

pytestmark = pytest.mark.usefixtures("connected")


def plain(text: str) -> Json:
    """Give a plain_text object."""
    return {"type": "plain_text", "text": text}


def option(value: str, text: str = "") -> Json:
    """Give an option."""
    return {"text": plain(text or value), "value": value}


def modal(**menu: Any) -> Json:
    """Give a dialog with one menu that asks the app, and a field of words; None leaves a key out."""
    whole = {"type": "external_select", "action_id": "library", "min_query_length": 0, **menu}
    asking = {key: value for key, value in whole.items() if value is not None}
    fields = {"which": asking, "words": {"type": "plain_text_input", "action_id": "words"}}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Send"),
        "blocks": [
            {"type": "input", "block_id": name, "label": plain(name), "element": element, "optional": True}
            for name, element in fields.items()
        ],
    }


@pytest.fixture
def bob(slack: Slack) -> Person:
    """Give a reviewer."""
    return slack.person("U0REV")


@pytest.fixture
def opened(slack: Slack, client: AsyncWebClient, bob: Person) -> Callable[..., Awaitable[View]]:
    """Give what opens a dialog for Bob."""

    async def open_dialog(**menu: Any) -> View:
        trigger = slack.workspace.tickets.trigger("U0REV", channel=CHANNEL)
        await client.views_open(trigger_id=trigger, view=modal(**menu))
        assert bob.dialog is not None
        return bob.dialog

    return open_dialog


@pytest.fixture
def asked(app: AsyncApp) -> list[Json]:
    """Let the app offer two contracts of which the value holds the words; give what it was asked."""
    heard: list[Json] = []

    @app.options("library")
    async def offer(ack: Any, body: Json) -> None:
        heard.append(body)
        found = [name for name in ("supply.docx", "lease.pdf") if body["value"] in name]
        await ack(options=[option(name) for name in found])

    return heard


@pytest.fixture
def answer(app: AsyncApp) -> list[Any]:
    """Let the app answer with what is put into this list."""
    prepared: list[Any] = []

    @app.options("library")
    async def offer(ack: Any) -> None:
        await ack(prepared[-1])

    return prepared


async def test_each_search_asks_the_app(bob: Person, opened: Any, asked: list[Json]) -> None:
    """The app hears which menu of which view, and what stands in it; it is given no trigger."""
    dialog = await opened()
    found = await bob.search(dialog, "library", "sup")
    assert found.values == ["supply.docx"]
    assert (await bob.search(dialog, "library")).values == ["supply.docx", "lease.pdf"]
    body = asked[0]
    assert {
        "type": "block_suggestion",
        "block_id": "which",
        "action_id": "library",
        "value": "sup",
    }.items() <= body.items()
    assert body["container"] == {"type": "view", "view_id": dialog.id}
    assert body["view"]["callback_id"] == "form"
    assert body["user"]["id"] == "U0REV"
    assert not {"trigger_id", "response_url"} & body.keys()


async def test_what_is_chosen_is_sent_with_the_form(
    app: AsyncApp, bob: Person, opened: Any, asked: list[Json]
) -> None:
    """The whole option is in the state, as with any menu."""
    sent: list[Json] = []

    @app.view("form")
    async def take(ack: Any, view: Json) -> None:
        sent.append(view["state"]["values"])
        await ack()

    dialog = await opened()
    (supply,) = (await bob.search(dialog, "library", "sup")).options
    assert (await bob.submit(dialog, {"library": supply})).ok
    assert sent[0]["which"]["library"] == {"type": "external_select", "selected_option": supply}
    assert len(asked) == 1


async def test_what_the_app_chose_beforehand_is_chosen(opened: Any) -> None:
    """`initial_option` stands in the state although nobody has searched."""
    dialog = await opened(initial_option=option("lease.pdf"))
    chosen = dialog.state["which"]["library"]["selected_option"]
    assert chosen["value"] == "lease.pdf"


async def test_an_update_keeps_what_was_chosen_and_typed(
    client: AsyncWebClient, bob: Person, opened: Any, asked: list[Json]
) -> None:
    """Where block_id and action_id stay, a choice outlives views.update, which may add fields."""
    dialog = await opened()
    (supply,) = (await bob.search(dialog, "library", "sup")).options
    await bob.press(dialog, "library", value=supply)
    wider = modal()
    wider["blocks"].append({**wider["blocks"][1], "block_id": "more"})
    await client.views_update(view_id=dialog.id, view=wider)
    assert bob.dialog is not None
    assert bob.dialog.state["which"]["library"]["selected_option"] == supply
    assert bob.dialog.state["more"]["words"]["value"] is None
    assert len(asked) == 1


async def test_groups_are_taken_as_well(bob: Person, opened: Any, answer: list[Any]) -> None:
    """Options may come in groups with a label each."""
    answer.append({"option_groups": [{"label": plain("2026"), "options": [option("a"), option("b")]}]})
    assert (await bob.search(await opened(), "library")).values == ["a", "b"]


async def test_nothing_found_is_no_error(bob: Person, opened: Any, answer: list[Any]) -> None:
    """An empty list is an answer."""
    answer.append({"options": []})
    found = await bob.search(await opened(), "library")
    assert (found.values, found.error) == ([], None)


async def test_as_many_and_as_long_as_slack_takes(bob: Person, opened: Any, answer: list[Any]) -> None:
    """A hundred options, texts of 75 and values of 150 characters."""
    answer.append({"options": [option(f"{n:0150}", f"{n:075}") for n in range(100)]})
    assert len((await bob.search(await opened(), "library")).values) == 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": [option(str(n)) for n in range(101)]},
        {"option_groups": [{"label": plain("x"), "options": [option("a")]}] * 101},
        {"options": [option("a", "t" * 76)]},
        {"options": [option("v" * 151)]},
        {"options": [option("")]},
        {"options": [{"text": {"type": "mrkdwn", "text": "*a*"}, "value": "a"}]},
        {"options": [{"text": "a", "value": "a"}]},
        {"options": [{"text": plain("a")}]},
        {"options": [], "option_groups": []},
        {"options": [], "text": "none"},
        {"option_groups": [{"label": plain("l" * 76), "options": [option("a")]}]},
        {},
        "words",
    ],
)
async def test_anything_else_is_refused(bob: Person, opened: Any, answer: list[Any], wrong: Any) -> None:
    """Too many, too long, of another kind: the person sees that nothing loaded."""
    answer.append(wrong)
    found = await bob.search(await opened(), "library")
    assert (found.values, found.error) == ([], "invalid_options")
    assert found.details["response_metadata"]["messages"]


async def test_an_app_that_takes_too_long_offers_nothing(
    slack: Slack, bob: Person, opened: Any, asked: list[Json]
) -> None:
    """After three seconds Slack waits no longer, and does not ask again by itself."""
    assert slack.settings.ack_within_s == 3
    slack.settings.ack_within_s = 0.05
    slack.faults.add(Fault("ack", "lost"))
    found = await bob.search(await opened(), "library", "sup")
    assert (found.values, found.error) == ([], "operation_timeout")
    assert len(asked) == 1


@pytest.mark.parametrize(("least", "few", "enough"), [(2, "s", "su"), (None, "su", "sup")])
async def test_too_few_characters_ask_nobody(
    bob: Person, opened: Any, asked: list[Json], least: int | None, few: str, enough: str
) -> None:
    """Below `min_query_length`, which is 3 where the app does not say, there is no question."""
    dialog = await opened(min_query_length=least)
    with pytest.raises(ImpossibleActError, match="characters on"):
        await bob.search(dialog, "library", few)
    assert (await bob.search(dialog, "library", enough)).values == ["supply.docx"]
    assert len(asked) == 1


async def test_only_such_menus_ask(bob: Person, opened: Any) -> None:
    """A field of words has nothing to ask, and neither has a view that is closed."""
    dialog = await opened()
    with pytest.raises(ImpossibleActError, match="no menu"):
        await bob.search(dialog, "words")
    await bob.close(dialog)
    with pytest.raises(ImpossibleActError, match="not open"):
        await bob.search(dialog, "library")


async def test_menus_in_messages_ask_too(
    client: AsyncWebClient, bob: Person, asked: list[Json], slack: Slack
) -> None:
    """The app hears in which message; a private one is not repeated to it."""
    menu = {"type": "external_select", "action_id": "library", "min_query_length": 0}
    blocks = [{"type": "actions", "block_id": "row", "elements": [menu]}]
    await client.chat_postMessage(channel=CHANNEL, text="Which?", blocks=blocks)
    await client.chat_postEphemeral(channel=CHANNEL, user="U0REV", text="Which?", blocks=blocks)
    everybodys, private = slack.messages(CHANNEL)[-1], bob.ephemerals(CHANNEL)[-1]
    assert (await bob.search(everybodys, "library", "lease")).values == ["lease.pdf"]
    assert (await bob.search(private, "library", "lease", block_id="row")).values == ["lease.pdf"]
    assert [body["channel"]["id"] for body in asked] == [CHANNEL] * 2
    assert asked[0]["message"]["ts"] == asked[0]["container"]["message_ts"] == everybodys.ts
    assert "message" not in asked[1]
