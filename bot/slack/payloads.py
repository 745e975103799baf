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

from bot.core.errors import RefusedError
from bot.core.feedback import worded
from bot.core.model import Mode
from bot.core.request import SourceFile
from bot.relay.acts import Actor, EditRequest, Reply
from bot.slack import ids
from bot.slack.modals import FILE_TYPES, Memory, seal

Json = dict[str, Any]

_PERSON: Final = re.compile(r"[UW][A-Z0-9]{1,30}")
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{1,30}")
_PLACE: Final = re.compile(r"[CDG][A-Z0-9]{1,30}")
_TS: Final = re.compile(r"\d{1,12}\.\d{1,6}")
_ANY: Final = re.compile(r".*", re.DOTALL)
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
        thread_ts: The thread that the message stands in, or "".
        view: The dialog that it was pressed in, or None.
    """

    actor: Actor
    name: str
    target: str
    words: str
    trigger_id: str
    thread_ts: str
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
class Chosen:
    """A message on which somebody chose the shortcut.

    Attributes:
        file_id: Its first file that can be edited; "" when there is none.
        name: That file's name.
    """

    actor: Actor
    trigger_id: str
    file_id: str
    name: str


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
        user_id=_text(body, "user_id", shape=_PERSON),
        team_id=_text(body, "team_id", shape=_TEAM),
        channel=_text(body, "channel_id", shape=_PLACE),
    )
    verb, words = [*said(_text(body, "text", default="")).split(maxsplit=1), "", ""][:2]
    return Command(actor, verb.lower(), words, _text(body, "trigger_id"))


def parse_press(body: object) -> Press:
    """Read a press of a button or of a menu's entry.

    Raises:
        RefusedError: It is none.
    """
    action = _part(body, "actions", 0)
    name, value = _text(action, "action_id"), _text(action, "value", default="")
    if name == ids.PREFERRED:
        value = _text(action, "selected_option", "value")
    elif name == ids.MENU:
        does, value = ids.parse_menu_value(_text(action, "selected_option", "value"))
        name = does.value
    target, words = ids.parse_value(value)
    is_in_dialog = bool(_part(body, "view", default=None)) and not is_at_home(body)
    view = parse_view(body) if is_in_dialog else None
    trigger_id = _text(body, "trigger_id", default="")
    thread_ts = _text(body, "container", "thread_ts", default="")
    return Press(presser(body), name, target, words, trigger_id, thread_ts, view)


def is_at_home(body: object) -> bool:
    """Say whether something was pressed on somebody's Home."""
    return _part(body, "view", "type", default="") == "home"


def parse_home(body: object) -> Actor | None:
    """Read the event that somebody looks at the app; None where that is not their Home.

    Source: https://docs.slack.dev/reference/events/app_home_opened
    """
    event = _part(body, "event")
    if _text(event, "tab", default="") != "home":
        return None
    return Actor(_text(event, "user", shape=_PERSON), _text(body, "team_id", shape=_TEAM), channel="")


def parse_shortcut(body: object) -> Chosen:
    """Read a shortcut that was chosen in the menu of a message.

    Source: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload

    Raises:
        RefusedError: It is none.
    """
    actor = Actor(
        user_id=_text(body, "user", "id", shape=_PERSON),
        team_id=_text(body, "user", "team_id", shape=_TEAM),
        channel=_text(body, "channel", "id", shape=_PLACE),
    )
    files = _part(body, "message", "files", default=[])
    file: object = next(filter(_is_document, files if isinstance(files, list) else []), {})
    file_id, name = _text(file, "id", default=""), _text(file, "name", default="")
    return Chosen(actor, _text(body, "trigger_id"), file_id, name)


def presser(body: object) -> Actor:
    """Read who did something with a message or in a dialog, and where.

    Raises:
        RefusedError: The payload does not say.
    """
    is_in_view = bool(_part(body, "view", default=None))
    channel = (
        parse_view(body).memory.channel
        if is_in_view
        else _text(body, "container", "channel_id", shape=_PLACE)
    )
    is_ephemeral = bool(_part(body, "container", "is_ephemeral", default=False))
    lasts = not is_in_view and not is_ephemeral
    ts = _text(body, "container", "message_ts", shape=_TS) if lasts else ""
    return Actor(
        user_id=_text(body, "user", "id", shape=_PERSON),
        team_id=_text(body, "user", "team_id", shape=_TEAM),
        channel=channel,
        ts=ts,
    )


def parse_view(body: object) -> View:
    """Read a dialog that comes back, pressed in or submitted.

    Raises:
        RefusedError: It is none of ours.
    """
    try:
        memory = Memory.load(_text(body, "view", "private_metadata", default=""))
    except ValueError as error:
        raise _strange() from error
    values = _part(body, "view", "state", "values", default={})
    below = _text(body, "view", "previous_view_id", default="")
    return View(_text(body, "view", "id"), below, memory, values if isinstance(values, dict) else {})


def parse_edit(body: object) -> EditRequest:
    """Read a submitted edit dialog.

    Raises:
        RefusedError: A field is wrong; `code` names it.
    """
    view = parse_view(body)
    mode = _text(view.values, ids.MODE, ids.MODE, "selected_option", "value")
    return EditRequest(
        key=view.view_id,
        actor=presser(body),
        channel=_text(view.values, ids.CHANNEL, ids.CHANNEL, "selected_conversation", shape=_PLACE),
        instruction=_text(view.values, ids.INSTRUCTION, ids.INSTRUCTION, "value", default=""),
        mode=Mode(mode) if mode in set(Mode) else Mode.REVIEW,
        source=_source(view.values),
    )


def parse_denial(body: object) -> Denial:
    """Read a submitted feedback dialog: the words, and the exact wording if it was changed.

    Raises:
        RefusedError: It is none of ours.
    """
    view = parse_view(body)
    wording = _text(view.values, ids.WORDING, ids.WORDING, "value", default="").strip()
    is_changed = view.memory.wording != "" and seal(wording) != view.memory.wording
    return Denial(presser(body), view.memory.target, worded(typed(view), wording if is_changed else ""))


def parse_passing(body: object) -> PassedOn:
    """Read a submitted dialog that passes a change on.

    Raises:
        RefusedError: It is none of ours.
    """
    view = parse_view(body)
    to_id = _text(view.values, ids.PERSON, ids.PERSON, "selected_user", shape=_PERSON)
    note = _text(view.values, ids.NOTE, ids.NOTE, "value", default="")
    return PassedOn(presser(body), view.memory.target, to_id, note)


def typed(view: View) -> str:
    """Return what stands in the feedback field of a dialog, or ""."""
    block_id = f"{ids.FEEDBACK}_{view.memory.phrases}"
    return _text(view.values, block_id, ids.FEEDBACK, "value", default="").strip()


def parse_reply(body: object) -> Reply | None:
    """Read a message event; None unless a person newly said something in a thread."""
    event = _part(body, "event")
    return parse_said(event, _text(event, "channel", default=""), _text(body, "team_id", default=""))


def parse_said(message: object, channel: str, home: str) -> Reply | None:
    """Read a message, told of by an event or read back; None unless a person said it in a thread.

    Args:
        message: As Slack has it now.
        channel: Where it stands.
        home: The workspace that told of it, which is its author's where the message names none.
    """
    thread_ts, ts = _text(message, "thread_ts", default=""), _text(message, "ts", default="")
    is_person = not _text(message, "bot_id", default="") and _text(message, "user", default="")
    is_new = _text(message, "subtype", default="") in _HEARD
    if not (is_person and is_new and thread_ts and ts and thread_ts != ts):
        return None
    team = _text(message, "user_team", default="") or _text(message, "team", default="") or home
    actor = Actor(
        user_id=_text(message, "user", shape=_PERSON),
        team_id=_shaped(team, _TEAM),
        channel=_shaped(channel, _PLACE),
        ts=_text(message, "ts", shape=_TS),
    )
    is_edited = _part(message, "edited", default=None) is not None
    return Reply(actor, thread_ts, said(_text(message, "text", default="")), is_edited)


def message_id(value: object) -> str:
    """Return what names a message in its channel; "" when the value names none."""
    return value if isinstance(value, str) and _TS.fullmatch(value) else ""


def parse_deletion(body: object) -> tuple[str, str] | None:
    """Read a message event; the channel and the id of the message that it says is deleted, else None.

    Source: https://docs.slack.dev/reference/events/message/message_deleted
    """
    event = _part(body, "event")
    if _text(event, "subtype", default="") != "message_deleted":
        return None
    return _text(event, "channel", shape=_PLACE), _text(event, "deleted_ts", shape=_TS)


def said(words: str) -> str:
    """Undo Slack's escapes, so that words are what was typed; mentions of people stay as they are.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return html.unescape(_LINK.sub(_typed, words)).strip() if "&" in words or "<" in words else words.strip()


def _typed(link: re.Match[str]) -> str:
    sign = {"#": "#", "!": "@", "": ""}[link["sign"]]
    return sign + (link["label"] or link["target"])


def _source(values: Json) -> SourceFile | None:
    """Read the file that was given, or None."""
    given = _part(values, ids.DOCUMENT, ids.DOCUMENT, "files", default=None)
    if not given:
        return None
    return source_of(_part(given, 0))


def source_of(file: object) -> SourceFile:
    """Read a file object.

    Source: https://docs.slack.dev/reference/objects/file-object

    Raises:
        RefusedError: Slack says nothing of where it is.
    """
    url = _text(file, "url_private_download", default="") or _text(file, "url_private", default="")
    if not url:
        sentence = "Slack keeps this file from the relay. Please upload a copy of your own."
        raise RefusedError(sentence, code=ids.DOCUMENT)
    return SourceFile(_text(file, "id"), _text(file, "name"), url)


def _is_document(file: object) -> bool:
    """Say whether a file is of a kind that the edit dialog takes."""
    name, kind = _text(file, "name", default=""), _text(file, "filetype", default="")
    return kind in FILE_TYPES or name.lower().endswith(tuple(f".{one}" for one in FILE_TYPES))


_NEEDED: Final = object()


def _part(value: object, *path: str | int, default: object = _NEEDED) -> object:
    """Follow a path into a payload; what is missing or null is the default, or refused."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            value = None
    if value is not None:
        return value
    if default is _NEEDED:
        raise _strange()
    return default


def _text(value: object, *path: str | int, default: object = _NEEDED, shape: re.Pattern[str] = _ANY) -> str:
    """Follow a path to a text of some shape, or refuse."""
    return _shaped(_part(value, *path, default=default), shape)


def _shaped(found: object, shape: re.Pattern[str]) -> str:
    if not isinstance(found, str) or not shape.fullmatch(found):
        raise _strange()
    return found


def _strange() -> RefusedError:
    sentence = (
        "Slack sent something that the relay does not understand, so nothing was done. Please try again."
    )
    return RefusedError(sentence, code="payload")
