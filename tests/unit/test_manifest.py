"""The app's manifest: Slack takes it, it lets the relay do everything it does, and it asks for nothing else."""

from __future__ import annotations

import ast
import asyncio
import copy
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import yaml
from jsonschema import Draft7Validator
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.home import closed
from bot.core.model import Mode
from bot.core.request import SourceFile
from bot.relay.ports import Place
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.methods import METHODS
from bot.sandbox.slack.state.app import App
from bot.sandbox.slack.state.channels import Channel
from bot.slack import ids, modals
from bot.slack.directory import SlackDirectory, channel_id, identify
from bot.slack.edit_dialog import EditForm, edit
from bot.slack.files import Files
from bot.slack.listeners import build
from bot.slack.modals import Memory
from bot.slack.names import certain, meanings
from bot.slack.notifier import SlackNotifier
from bot.slack.socket import Socket
from tests.make import NOON
from tests.unit.slack.bench import FreePacer
from tests.unit.slack.summaries import EXAMPLES, card

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.sandbox.slack import Slack

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
MANIFEST: Json = yaml.safe_load((ROOT / "manifest.yml").read_text())
FEATURES: Json = MANIFEST["features"]
SETTINGS: Json = MANIFEST["settings"]
SCOPES: list[str] = MANIFEST["oauth_config"]["scopes"]["bot"]
EVENTS: list[str] = SETTINGS["event_subscriptions"]["bot_events"]

METHODS_OF_THE_SDK = {name for name in dir(AsyncWebClient) if re.fullmatch("[a-z]+_[A-Za-z_]+", name)} - {
    "api_call"
}
LISTING, READING = {"channels:read", "groups:read"}, {"channels:history", "groups:history"}
METHOD_SCOPES: dict[str, set[str]] = {
    "auth.test": set(),
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": READING | {"im:history"},
    "conversations.info": LISTING,
    "conversations.list": LISTING,
    "conversations.members": LISTING | {"im:read"},
    "conversations.replies": READING | {"im:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "reactions.add": {"reactions:write"},
    "usergroups.list": {"usergroups:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.conversations": {"im:read"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""What each method that the relay calls needs, for public and private channels; and for the direct messages in which
an edit goes on whose channel is closed.

Source: the pages of the methods, for example https://docs.slack.dev/reference/methods/conversations.members
"""

EVENT_SCOPES: dict[str, set[str]] = {
    "app_home_opened": set(),
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
}
"""Source: https://docs.slack.dev/reference/events/message.channels"""

FEATURE_SCOPES = {
    "a slash command": {"commands"},
    "a shortcut": {"commands"},
    "a file that is given in a dialog": {"files:read"},
}

LIMITS = Draft7Validator(
    yaml.safe_load((ROOT / "tests" / "samples" / "slack" / "manifest.limits.yml").read_text())
)
"""What Slack takes for each key that the manifest uses; a key that is not listed is refused."""

ADDRESS = "https://relay.acme.test/slack/events"


# What Slack takes.


@pytest.fixture(scope="module")
def over_http() -> Json:
    """Give the manifest for HTTP: what the command in its head makes of it."""
    (command,) = re.findall(r"^#   (sed .*)$", (ROOT / "manifest.yml").read_text(), re.MULTILINE)
    changed = subprocess.run(shlex.split(command), cwd=ROOT, capture_output=True, text=True, check=True)
    manifest: Json = yaml.safe_load(changed.stdout)
    return manifest


def test_slack_takes_it_as_it_is():
    """Every key is known, every text is as long as it may be, and there is no address: it is for Socket Mode."""
    assert list(LIMITS.iter_errors(MANIFEST)) == []
    assert SETTINGS["socket_mode_enabled"] is True


def test_slack_takes_it_over_http(over_http: Json):
    """Presses, commands, replies and searches all go to the one address that the relay serves."""
    assert list(LIMITS.iter_errors(over_http)) == []
    addresses = [
        over_http["features"]["slash_commands"][0]["url"],
        over_http["settings"]["interactivity"]["request_url"],
        over_http["settings"]["interactivity"]["message_menu_options_url"],
        over_http["settings"]["event_subscriptions"]["request_url"],
    ]
    assert addresses == [ADDRESS] * 4


def test_nothing_but_the_way_to_slack_changes_over_http(over_http: Json):
    """The same scopes, events and texts: an app may be switched over without being installed again."""
    del over_http["features"]["slash_commands"][0]["url"]
    del over_http["settings"]["interactivity"]["request_url"]
    del over_http["settings"]["interactivity"]["message_menu_options_url"]
    del over_http["settings"]["event_subscriptions"]["request_url"]
    over_http["settings"]["socket_mode_enabled"] = True
    assert over_http == MANIFEST


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("settings.nonsense", True),
        ("display_information.name", "N" * 36),
        ("display_information.long_description", "Too short."),
        ("features.slash_commands.0.command", "superdocs"),
        ("settings.interactivity.request_url", ADDRESS),
        ("settings.interactivity.message_menu_options_url", ADDRESS),
        ("settings.socket_mode_enabled", False),
    ],
)
def test_the_limits_can_tell(path: str, value: object):
    """Unknown keys, wrong lengths, and half a switch to HTTP are found."""
    broken = copy.deepcopy(MANIFEST)
    *above, last = path.split(".")
    inner: Any = broken
    for step in above:
        inner = inner[int(step)] if step.isdecimal() else inner[step]
    inner[last] = value
    assert not LIMITS.is_valid(broken)


def test_the_command_is_the_one_that_the_relay_listens_to():
    """Names of people and channels come as ids, which is what the payloads expect."""
    (command,) = FEATURES["slash_commands"]
    assert command["command"] == ids.COMMAND
    assert command["should_escape"] is True


def test_the_shortcut_is_the_one_that_the_relay_listens_to():
    """It stands in the menu of messages, where files are."""
    (shortcut,) = FEATURES["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", ids.SHORTCUT)


def test_the_demo_offers_what_the_manifest_offers():
    """Its app is installed without one: the command with its hint, and the shortcut, are there all the same."""
    offered, installed = App(), App()
    installed.install(MANIFEST)
    assert (offered.commands, offered.shortcuts) == (installed.commands, installed.shortcuts)


def test_the_hint_names_what_may_follow_the_command():
    """Whoever types the command sees its words; each of them does something."""
    (command,) = FEATURES["slash_commands"]
    words = {part.split()[0] for part in command["usage_hint"].strip("[]").split("|")}
    assert words == {"edit", "pending", "stop", "digest", "help"}


def test_nothing_is_switched_on_that_nobody_serves():
    """Home is drawn for whoever opens it; direct messages take an edit whose channel is closed, and replies to it."""
    assert FEATURES["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


# What the relay does needs exactly these scopes.


def test_every_method_that_the_code_calls_is_in_the_table():
    """A new call cannot come in without its scope being thought of."""
    assert set(_methods_called()) == set(METHOD_SCOPES)


def test_every_event_that_the_code_listens_to_is_subscribed():
    """And nothing is subscribed that nobody listens to."""
    assert {event.partition(".")[0] for event in EVENTS} == set(_events_listened_to())
    assert set(EVENTS) == set(EVENT_SCOPES)


def test_there_is_an_event_for_each_kind_of_channel_that_may_be_chosen():
    """The dialog offers public and private channels: replies are heard in both, and in direct messages."""
    dialog = edit(EditForm(Mode.REVIEW, channel="C0LEGAL"), Memory(channel="C0LEGAL"))
    elements = [block["element"] for block in dialog["blocks"] if block["type"] == "input"]
    (chooser,) = (element for element in elements if element["type"] == "conversations_select")
    heard = {"public": "message.channels", "private": "message.groups"}
    spoken = {event for event in EVENTS if event.startswith("message.")}
    assert {heard[kind] for kind in chooser["filter"]["include"]} | {"message.im"} == spoken


def test_no_scope_is_missing_and_none_is_unused():
    """What the methods, events and features need, together, is what the app asks for."""
    needed = [*METHOD_SCOPES.values(), *EVENT_SCOPES.values(), *FEATURE_SCOPES.values()]
    assert sorted(SCOPES) == sorted(set().union(*needed))
    assert len(SCOPES) == len(set(SCOPES))


# And so it is, in a Slack that refuses what is not allowed.


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """Serve a Slack with the app installed from this manifest, in a public and in a private channel."""
    async with Sandbox() as sandbox:
        sandbox.slack.settings.retry_delays_s = ()
        sandbox.slack.install(MANIFEST)
        members = ["U0REV", "U0RELAY"]
        sandbox.slack.channels["C0BOARD"] = Channel("C0BOARD", "board", members, is_private=True)
        yield sandbox.slack


@pytest.fixture
async def client(slack: Slack) -> AsyncIterator[AsyncWebClient]:
    """Give the SDK's client."""
    async with aiohttp.ClientSession() as session:
        url = f"{slack.workspace.url}/api/"
        yield AsyncWebClient(slack.app.bot_token, base_url=url, session=session, retry_handlers=[])


@pytest.mark.parametrize("name", ["legal-review", "board"])
async def test_every_call_of_the_relay_is_allowed(slack: Slack, client: AsyncWebClient, name: str):
    """Each method that the code calls is called, in a public and in a private channel, and nothing is refused."""
    assert client.session is not None
    files = Files(client, client.session)
    notifier = SlackNotifier(client, files, FreePacer(), await identify(client))
    channel = await channel_id(client, f"#{name}")
    await _messages(slack, notifier, channel)
    await _people_and_files(slack, client, files, channel)
    await _dialogs(slack, client, channel)
    await _home(slack, notifier)
    assert {call.name for call in slack.calls} >= set(METHOD_SCOPES)
    assert {call.status for call in slack.calls} == {200}


@pytest.mark.parametrize("channel", ["C0LEGAL", "C0BOARD"])
async def test_what_is_said_in_threads_reaches_the_relay(slack: Slack, client: AsyncWebClient, channel: str):
    """A reply is delivered from a public and from a private channel."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    app = build(client)

    async def hear(event: Json) -> None:
        heard.put_nowait(event["text"])

    app.event("message")(hear)
    socket = Socket(app, slack.app.app_token)
    await socket.connect()
    reviewer = slack.person("U0REV")
    above = await reviewer.say(channel, "first")
    await reviewer.reply(channel, above.ts, "approve")
    async with asyncio.timeout(5):
        assert [await heard.get(), await heard.get()] == ["first", "approve"]
    await socket.close()


def test_the_sandbox_knows_what_the_table_knows():
    """The strict Slack asks for one of the scopes that the table names, for every method."""
    for name, scopes in METHOD_SCOPES.items():
        assert bool(METHODS[name].scopes) is bool(scopes), name
        assert scopes <= set(METHODS[name].scopes), name


async def _messages(slack: Slack, notifier: SlackNotifier, channel: str) -> None:
    """Post, edit, find, link, tell and tick."""
    round_, document = Place(channel, "ref1", "round:1"), "Supply agreement.html"
    above = await notifier.post(round_, EXAMPLES["round_open"])
    in_thread = Place(channel, "ref1", "card:2", thread_ts=above.ts)
    below = await notifier.post(in_thread, card())
    await notifier.update(below, card())
    assert await notifier.permalink(below)
    assert (await notifier.find(round_), await notifier.find(in_thread)) != (None, None)
    assert await notifier.find(Place("U0REV", "ref1", "moved")) is None
    await notifier.tell(channel, "U0REV", "Nothing was recorded.", thread_ts=above.ts)
    reply = await slack.person("U0REV").reply(channel, above.ts, "approve 2")
    await notifier.acknowledge(channel, reply.ts)
    place = Place(channel, "ref1", "document", thread_ts=above.ts)
    assert await notifier.publish(place, document, "<p>60 days</p>", "After this edit.")


async def _people_and_files(slack: Slack, client: AsyncWebClient, files: Files, channel: str) -> None:
    """Look somebody up, and fetch the file that they gave."""
    directory = SlackDirectory(client, "T0SANDBOX")
    await directory.check_reachable(channel)
    person = await directory.person("U0REV", "T0SANDBOX", channel)
    assert (person.is_home, person.is_member) == (True, True)
    assert await directory.groups_of("U0REV", {"S0LEGAL"}) == {"S0LEGAL"}
    assert certain(await meanings(client, "T0SANDBOX", ["@legal"])) == {"@legal": "S0LEGAL"}
    given = await slack.person("U0REV").upload("supply.html", b"<p>30 days</p>")
    url = given.payload()["url_private_download"]
    assert await files.given(given.id) == SourceFile(given.id, given.name, url)
    assert await files.download(SourceFile(given.id, given.name, url)) == b"<p>30 days</p>"


async def _dialogs(slack: Slack, client: AsyncWebClient, channel: str) -> None:
    """Open a dialog, stack one on it, and change that."""
    tickets, notice = slack.workspace.tickets, modals.notice("Title", "Sentence.")
    await client.views_open(trigger_id=tickets.trigger("U0REV", channel=channel), view=notice)
    opened = slack.person("U0REV").dialog
    assert opened is not None
    await client.views_push(trigger_id=tickets.trigger("U0REV", view_id=opened.id), view=notice)
    await client.views_update(view_id=opened.id, view=notice)


async def _home(slack: Slack, notifier: SlackNotifier) -> None:
    """Show somebody their Home."""
    await notifier.show_home("U0REV", closed("Guests never decide."), NOON)
    assert slack.person("U0REV").home is not None


def _methods_called() -> Iterator[str]:
    """Name every method of the Web API that the product's code calls on Slack's client."""
    for node in _nodes(ROOT / "bot" / "app.py", *(ROOT / "bot" / "slack").rglob("*.py")):
        if isinstance(node, ast.Attribute) and node.attr in METHODS_OF_THE_SDK:
            yield node.attr.replace("_", ".")


def _events_listened_to() -> Iterator[str]:
    """Name every event that the listeners are registered for."""
    for node in _nodes(ROOT / "bot" / "slack" / "listeners.py"):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "event":
            (name,) = node.args
            assert isinstance(name, ast.Constant)
            yield str(name.value)


def _nodes(*paths: Path) -> Iterator[ast.AST]:
    for path in paths:
        yield from ast.walk(ast.parse(path.read_text()))
