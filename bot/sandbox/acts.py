"""The acts that the page asks for, one function each: `{"user", "act", …}` → `{"ok", "error", "errors"}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import ImpossibleActError
from bot.sandbox.slack.people.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.slack import Slack
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.people.person import Person
    from bot.sandbox.slack.state.files import File
    from bot.sandbox.slack.views import View

    Act = Callable[[Slack, Person, dict[str, Any]], Awaitable[dict[str, Any]]]

Json = dict[str, Any]


async def slash(_: Slack, person: Person, body: Json) -> Json:
    """Type a command."""
    return _told(
        await person.slash(body["channel"], body.get("text", ""), command=body["command"], is_marked=True)
    )


async def press(slack: Slack, person: Person, body: Json) -> Json:
    """Press or choose; `action` is what the payload's `actions` entry says beyond the ids."""
    target = _target(slack, person, body)
    entry = {**body["action"], "block_id": body["block_id"], "action_id": body["action_id"]}
    state = _with_files(slack, body["state"]) if body.get("state") else None
    return _told(await person.act_on(target, entry, state))


async def suggest(slack: Slack, person: Person, body: Json) -> Json:
    """Type into a menu that asks the app for its options, and give these: `options` or `option_groups`."""
    target = _target(slack, person, body)
    found = await person.search(target, body["action_id"], body["words"], block_id=body["block_id"])
    return {"ok": False, "error": found.error} if found.error else {"ok": True, **found.answer}


async def submit(slack: Slack, person: Person, body: Json) -> Json:
    """Send the open dialog; files in its state are named by their ids."""
    view = _open_view(slack, body["view_id"])
    return _told(await person.submit(view, _with_files(slack, body.get("state", {}))))


async def close(slack: Slack, person: Person, body: Json) -> Json:
    """Close the open dialog."""
    return _told(await person.close(_open_view(slack, body["view_id"])))


async def reply(slack: Slack, person: Person, body: Json) -> Json:
    """Post a message, in a thread if one is named."""
    files = [_file(slack, one) for one in body.get("files", [])]
    await person.say(body["channel"], body["text"], files, thread_ts=body.get("thread_ts"), is_marked=True)
    return _told(Shown())


async def open_home(_: Slack, person: Person, body: Json) -> Json:  # noqa: ARG001 - all acts are called alike.
    """Look at the app's Home tab."""
    await person.open_home()
    return _told(Shown())


async def dismiss(_: Slack, person: Person, body: Json) -> Json:
    """Take an error off the screen."""
    person.dismiss(body["id"])
    return _told(Shown())


async def shortcut(_: Slack, person: Person, body: Json) -> Json:
    """Choose a shortcut."""
    return _told(await person.shortcut(body["callback_id"], body.get("channel"), body.get("ts")))


ACTS: dict[str, Act] = {
    "slash": slash,
    "press": press,
    "suggest": suggest,
    "submit": submit,
    "close": close,
    "reply": reply,
    "open_home": open_home,
    "dismiss": dismiss,
    "shortcut": shortcut,
}


def _told(shown: Shown) -> Json:
    if shown.ok:
        return {"ok": True}
    return {"ok": False, "error": shown.error or "the form is not complete", "errors": shown.errors}


def _target(slack: Slack, person: Person, body: Json) -> Message | View:
    if "view_id" in body:
        return _open_view(slack, body["view_id"])
    message = slack.workspace.messages.find(body["channel"], body["ts"])
    if message is None or message.seen_by not in (None, person.id):
        raise ImpossibleActError("that message is gone")
    return message


def _open_view(slack: Slack, view_id: str) -> View:
    view = slack.workspace.views.find(view_id=view_id)
    if view is None:
        raise ImpossibleActError("that view is not open any more")
    return view


def _file(slack: Slack, file_id: str) -> File:
    if file_id not in slack.files:
        raise ImpossibleActError("that file is not there")
    return slack.files[file_id]


def _with_files(slack: Slack, state: Json) -> Json:
    """Put file objects where the page names files by id."""
    return {
        block: {
            action: {**entry, "files": [_file(slack, one).payload() for one in entry["files"]]}
            if entry.get("type") == "file_input"
            else entry
            for action, entry in actions.items()
        }
        for block, actions in state.items()
    }
