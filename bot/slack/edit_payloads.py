"""What the edit dialog sends while it is filled in, and once it is; and the message it is opened for. Strict.

Sources: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload,
https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.core.errors import RefusedError
from bot.core.formats import format_of
from bot.core.model import Mode
from bot.core.request import Depth, LibraryFile, SourceFile, Tier
from bot.relay.acts import Actor, EditRequest
from bot.slack import ids, limits
from bot.slack.payloads import parse_view, presser
from bot.slack.strict import PERSON, PLACE, TEAM, part, shaped, text

if TYPE_CHECKING:
    from enum import StrEnum

    from bot.slack.payloads import View

    W = TypeVar("W", bound=StrEnum)

Json = dict[str, Any]

_OFFERED: Final = re.compile(rf"[^\x00-\x1f\x7f]{{0,{limits.OPTION_VALUE}}}")
"""A path as the menu offers them; whoever writes to Slack by hand could send any."""


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
class Search:
    """Words that stand in the menu of the library's documents."""

    actor: Actor
    words: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields of an edit dialog that is open, or submitted; "" and None where nothing does.

    Attributes:
        path: The document of the library.
    """

    path: str
    instruction: str
    mode: Mode
    channel: str
    tier: Tier | None
    depth: Depth | None


def parse_shortcut(body: object) -> Chosen:
    """Read a shortcut that was chosen in the menu of a message.

    Source: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload

    Raises:
        RefusedError: It is none.
    """
    actor = Actor(
        user_id=text(body, "user", "id", shape=PERSON),
        team_id=text(body, "user", "team_id", shape=TEAM),
        channel=text(body, "channel", "id", shape=PLACE),
    )
    files = part(body, "message", "files", default=[])
    file: object = next(filter(_is_document, files if isinstance(files, list) else []), {})
    file_id, name = text(file, "id", default=""), text(file, "name", default="")
    return Chosen(actor, text(body, "trigger_id"), file_id, name)


def parse_search(body: object) -> Search:
    """Read what somebody typed to find a document of the library.

    Raises:
        RefusedError: It is none of ours.
    """
    return Search(presser(body), text(body, "value", default=""))


def parse_edit(body: object) -> EditRequest:
    """Read a submitted edit dialog.

    Raises:
        RefusedError: A field is wrong; `code` names it.
    """
    view = parse_view(body)
    filled = filled_in(view)
    return EditRequest(
        key=view.view_id,
        actor=presser(body),
        channel=text(view.values, ids.CHANNEL, ids.CHANNEL, "selected_conversation", shape=PLACE),
        instruction=filled.instruction,
        mode=filled.mode,
        source=_source(view, filled.path),
        tier=filled.tier,
        depth=filled.depth,
        continues_ref=view.memory.continues,
    )


def filled_in(view: View) -> Filled:
    """Read the fields of an edit dialog; a file is not among them, for no dialog can be given one."""
    return Filled(
        path=shaped(_option(view, ids.LIBRARY), _OFFERED),
        instruction=text(view.values, ids.INSTRUCTION, ids.INSTRUCTION, "value", default=""),
        mode=_known(Mode, _option(view, ids.MODE)) or Mode.REVIEW,
        channel=text(view.values, ids.CHANNEL, ids.CHANNEL, "selected_conversation", default=""),
        tier=_known(Tier, _option(view, ids.TIER)),
        depth=_known(Depth, _option(view, ids.DEPTH)),
    )


def source_of(file: object) -> SourceFile:
    """Read a file object.

    Source: https://docs.slack.dev/reference/objects/file-object

    Raises:
        RefusedError: Slack says nothing of where it is.
    """
    url = text(file, "url_private_download", default="") or text(file, "url_private", default="")
    if not url:
        sentence = "Slack keeps this file from the relay. Please upload a copy of your own."
        raise RefusedError(sentence, code=ids.DOCUMENT)
    return SourceFile(text(file, "id"), text(file, "name"), url)


def _source(view: View, path: str) -> SourceFile | LibraryFile | None:
    """Read the one document that was given; None where there is none."""
    given = part(view.values, ids.DOCUMENT, ids.DOCUMENT, "files", default=None)
    if given and path:
        sentence = "Give one document: a file, or one of the library. Take back one of the two."
        raise RefusedError(sentence, code=ids.LIBRARY)
    if path:
        return LibraryFile(path)
    return source_of(part(given, 0)) if given else None


def _option(view: View, name: str) -> str:
    """Return the value that is chosen in a field, or ""."""
    return text(view.values, name, name, "selected_option", "value", default="")


def _known(kind: type[W], word: str) -> W | None:
    return kind(word) if word in set(kind) else None


def _is_document(file: object) -> bool:
    """Say whether a file is of a kind that the edit dialog takes."""
    return format_of(text(file, "name", default="")) is not None
