"""What Slack sends, read into what people did. Strict: anything unexpected is refused with a sentence.

Sources: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload,
https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload,
https://docs.slack.dev/interactivity/implementing-slash-commands, https://docs.slack.dev/reference/events/message
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any, Final

from bot.core.feedback import worded
from bot.relay.acts import Actor, Reply
from bot.slack import ids
from bot.slack.modals import Memory, seal
from bot.slack.strict import PERSON, PLACE, TEAM, TS, part, shaped, strange, text

Json = dict[str, Any]

_HEARD: Final = frozenset({"", "file_share", "thread_broadcast"})
"""Subtypes of messages in which somebody says something new."""

_LINK: Final = re.compile(r"<(?P<sign>[#!]?)(?P<target>[^@<>|][^<>|]*)(?:\|(?P<label>[^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Press:
    """A button or menu entry that somebody pressed.

    Attributes:
        name: The action's id; of a menu, the entry's.
        target: What it acts on.
        words: What the button carries along, or "".
        trigger_id: Opens a dialog within three seconds.
        view: The dialog that it was pressed in, or None.
    """

    actor: Actor
    name: str
    target: str
    words: str
    trigger_id: str
    view: View | None


@dataclass(frozen=True, slots=True)
class View:
    """A dialog as it comes back.

    Attributes:
        below: The dialog that this one stands on, or "".
    """

    view_id: str
    below: str
    memory: Memory
    values: Json


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command.

    Attributes:
        verb: Its first word, lower case.
        words: What follows.
    """

    actor: Actor
    verb: str
    words: str
    trigger_id: str


@dataclass(frozen=True, slots=True)
class Denial:
    """A filled-in feedback dialog."""

    actor: Actor
    target: str
    feedback: str


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A filled-in dialog that passes a change on."""

    actor: Actor
    target: str
    to_id: str
    note: str


def parse_command(body: object) -> Command:
    """Read a slash command.

    Raises:
        RefusedError: It is none.
    """
    actor = Actor(
        user_id=text(body, "user_id", shape=PERSON),
        team_id=text(body, "team_id", shape=TEAM),
        channel=text(body, "channel_id", shape=PLACE),
    )
    verb, words = [*said(text(body, "text", default="")).split(maxsplit=1), "", ""][:2]
    return Command(actor, verb.lower(), words, text(body, "trigger_id"))


def parse_press(body: object) -> Press:
    """Read a press of a button or of a menu's entry.

    Raises:
        RefusedError: It is none.
    """
    action = part(body, "actions", 0)
    name, value = text(action, "action_id"), text(action, "value", default="")
    if name == ids.PREFERRED:
        value = text(action, "selected_option", "value")
    elif name == ids.MENU:
        does, value = ids.parse_menu_value(text(action, "selected_option", "value"))
        name = does.value
    target, words = ids.parse_value(value)
    is_in_dialog = bool(part(body, "view", default=None)) and not is_at_home(body)
    view = parse_view(body) if is_in_dialog else None
    trigger_id = text(body, "trigger_id", default="")
    return Press(presser(body), name, target, words, trigger_id, view)


def is_at_home(body: object) -> bool:
    """Say whether something was pressed on somebody's Home."""
    return part(body, "view", "type", default="") == "home"


def parse_home(body: object) -> Actor | None:
    """Read the event that somebody looks at the app; None where that is not their Home.

    Source: https://docs.slack.dev/reference/events/app_home_opened
    """
    event = part(body, "event")
    if text(event, "tab", default="") != "home":
        return None
    return Actor(text(event, "user", shape=PERSON), text(body, "team_id", shape=TEAM), channel="")


def presser(body: object) -> Actor:
    """Read who did something with a message or in a dialog, and where.

    Raises:
        RefusedError: The payload does not say.
    """
    is_in_view = bool(part(body, "view", default=None))
    channel = (
        parse_view(body).memory.channel if is_in_view else text(body, "container", "channel_id", shape=PLACE)
    )
    is_ephemeral = bool(part(body, "container", "is_ephemeral", default=False))
    lasts = not is_in_view and not is_ephemeral
    ts = text(body, "container", "message_ts", shape=TS) if lasts else ""
    return Actor(
        user_id=text(body, "user", "id", shape=PERSON),
        team_id=text(body, "user", "team_id", shape=TEAM),
        channel=channel,
        ts=ts,
    )


def parse_view(body: object) -> View:
    """Read a dialog that comes back, pressed in or submitted.

    Raises:
        RefusedError: It is none of ours.
    """
    try:
        memory = Memory.load(text(body, "view", "private_metadata", default=""))
    except ValueError as error:
        raise strange() from error
    values = part(body, "view", "state", "values", default={})
    below = text(body, "view", "previous_view_id", default="")
    return View(text(body, "view", "id"), below, memory, values if isinstance(values, dict) else {})


def parse_denial(body: object) -> Denial:
    """Read a submitted feedback dialog: the words, and the exact wording if it was changed.

    Raises:
        RefusedError: It is none of ours.
    """
    view = parse_view(body)
    wording = text(view.values, ids.WORDING, ids.WORDING, "value", default="").strip()
    is_changed = view.memory.wording != "" and seal(wording) != view.memory.wording
    return Denial(presser(body), view.memory.target, worded(typed(view), wording if is_changed else ""))


def parse_passing(body: object) -> PassedOn:
    """Read a submitted dialog that passes a change on.

    Raises:
        RefusedError: It is none of ours.
    """
    view = parse_view(body)
    to_id = text(view.values, ids.PERSON, ids.PERSON, "selected_user", shape=PERSON)
    note = text(view.values, ids.NOTE, ids.NOTE, "value", default="")
    return PassedOn(presser(body), view.memory.target, to_id, note)


def typed(view: View) -> str:
    """Return what stands in the feedback field of a dialog, or ""."""
    block_id = f"{ids.FEEDBACK}_{view.memory.phrases}"
    return text(view.values, block_id, ids.FEEDBACK, "value", default="").strip()


def parse_reply(body: object) -> Reply | None:
    """Read a message event; None unless a person newly said something in a thread."""
    event = part(body, "event")
    return parse_said(event, text(event, "channel", default=""), text(body, "team_id", default=""))


def parse_said(message: object, channel: str, home: str) -> Reply | None:
    """Read a message, told of by an event or read back; None unless a person said it in a thread.

    Args:
        message: As Slack has it now.
        channel: Where it stands.
        home: The workspace that told of it, which is its author's where the message names none.
    """
    thread_ts, ts = text(message, "thread_ts", default=""), text(message, "ts", default="")
    is_person = not text(message, "bot_id", default="") and text(message, "user", default="")
    is_new = text(message, "subtype", default="") in _HEARD
    if not (is_person and is_new and thread_ts and ts and thread_ts != ts):
        return None
    team = text(message, "user_team", default="") or text(message, "team", default="") or home
    actor = Actor(
        user_id=text(message, "user", shape=PERSON),
        team_id=shaped(team, TEAM),
        channel=shaped(channel, PLACE),
        ts=text(message, "ts", shape=TS),
    )
    is_edited = part(message, "edited", default=None) is not None
    return Reply(actor, thread_ts, said(text(message, "text", default="")), is_edited)


def message_id(value: object) -> str:
    """Return what names a message in its channel; "" when the value names none."""
    return value if isinstance(value, str) and TS.fullmatch(value) else ""


def parse_deletion(body: object) -> tuple[str, str] | None:
    """Read a message event; the channel and the id of the message that it says is deleted, else None.

    Source: https://docs.slack.dev/reference/events/message/message_deleted
    """
    event = part(body, "event")
    if text(event, "subtype", default="") != "message_deleted":
        return None
    return text(event, "channel", shape=PLACE), text(event, "deleted_ts", shape=TS)


def said(words: str) -> str:
    """Undo Slack's escapes, so that words are what was typed; mentions of people stay as they are.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return html.unescape(_LINK.sub(_typed, words)).strip() if "&" in words or "<" in words else words.strip()


def _typed(link: re.Match[str]) -> str:
    sign = {"#": "#", "!": "@", "": ""}[link["sign"]]
    return sign + (link["label"] or link["target"])
