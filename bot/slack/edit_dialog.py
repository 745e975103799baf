"""The dialog that starts an edit: which document, what to change, and how. Pure, like `cards.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.core.formats import SUFFIXES
from bot.core.model import Mode
from bot.core.request import Depth, Tier
from bot.slack import ids, limits
from bot.slack.blocks.buttons import button, plain
from bot.slack.blocks.richtext import one_line
from bot.slack.modals import field, lines, modal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.modals import Memory

Json = dict[str, Any]

_MODES: Final = {
    Mode.REVIEW: (
        "Review each change",
        "SuperDocs waits, up to an hour, until each change is approved or denied.",
    ),
    Mode.AUTOMATIC: ("Apply automatically", "SuperDocs applies every change at once. Nobody is asked."),
}

_REMEMBERED: Final = {
    Mode.REVIEW: "Your choice is remembered for the next time.",
    Mode.AUTOMATIC: "Chosen already, because you chose it the last time. Your choice is remembered.",
}

_TIERS: Final = {
    Tier.CORE: "Standard (core)",
    Tier.TURBO: "Turbo",
    Tier.PRO: "Pro",
    Tier.MAX: "Max",
}
_DEPTHS: Final = {Depth.FAST: "Fast", Depth.BALANCED: "Balanced", Depth.DEEP: "Deep"}

_FORMATS: Final = "HTML, Word, PDF, Markdown, text or RTF, at most 10 MB."
_WHICH_MODEL: Final = "Contracts, and whatever else is costly to get wrong, deserve Pro or Max."
_HOW_LONG: Final = "How long Standard and Max think before they write. Turbo and Pro do not heed it."

_NAME: Final = 300
"""Characters of a document's name in the dialog; no file system takes more."""


@dataclass(frozen=True, slots=True)
class EditForm:
    """What the edit dialog starts from, or goes on from.

    Attributes:
        mode: What the person chose last; to review, the first time.
        channel: Where changes are reviewed unless the person says otherwise.
        instruction: Words given with the command.
        document: The name of the document that was chosen before; "" to ask for one. No file input takes one
            beforehand: https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
        is_kept: Whether that document is what an edit left behind.
        has_library: Whether there are documents to search.
        path: The document of the library that was found so far, or "".
        picked: The mode that was picked in it so far; None as long as it is the remembered one.
        is_wide: Whether it shows the fields that are rarely wanted.
    """

    mode: Mode
    channel: str
    instruction: str = ""
    document: str = ""
    is_kept: bool = False
    has_library: bool = False
    path: str = ""
    picked: Mode | None = None
    is_wide: bool = False


def edit(form: EditForm, memory: Memory) -> Json:
    """Give the dialog that starts an edit."""
    blocks = [
        *(_chosen(form) if form.document else _asked(form)),
        field(ids.INSTRUCTION, "What should be changed?", lines(ids.INSTRUCTION, form.instruction)),
        field(ids.MODE, "Changes", _mode(form.picked or form.mode), hint=_REMEMBERED[form.mode]),
        field(ids.CHANNEL, "Where to review", _channel(form.channel)),
        *(_rarely_wanted() if form.is_wide else _more()),
    ]
    return modal(ids.EDIT_DIALOG, "Edit a document", blocks, memory, submit="Start")


def modes() -> dict[Mode, Json]:
    """Give the ways in which an edit can be reviewed, as options that say what they mean."""
    return {
        mode: {
            "text": plain(name, limits.OPTION_TEXT),
            "description": plain(meaning, limits.OPTION_TEXT),
            "value": mode.value,
        }
        for mode, (name, meaning) in _MODES.items()
    }


def documents(paths: Iterable[str]) -> list[Json]:
    """Give documents of the library as options. A longer path than an option can carry is left out."""
    return [_document(path) for path in paths if 0 < len(path) <= limits.OPTION_VALUE]


def remembered(name: str) -> str:
    """Return as much of a document's name as a dialog keeps of it."""
    return limits.cut(name, _NAME)


def _chosen(form: EditForm) -> list[Json]:
    """Say which document was chosen; its name is not ours."""
    state = ", as the last edit left it" if form.is_kept else ""
    name = one_line(form.document, _NAME)
    return [{"type": "section", "text": plain(f"Document: {name}{state}", limits.TEXT_OBJECT)}]


def _asked(form: EditForm) -> list[Json]:
    """Ask for a file, and where there is a library for a file or one of its documents."""
    file = {"type": "file_input", "action_id": ids.DOCUMENT, "filetypes": list(SUFFIXES), "max_files": 1}
    given = field(ids.DOCUMENT, "Document", file, hint=_FORMATS, optional=form.has_library)
    if not form.has_library:
        return [given]
    found = field(
        ids.LIBRARY,
        "Or a document of the library",
        _library(form.path),
        hint="Give one of the two.",
        optional=True,
    )
    return [given, found]


def _library(path: str) -> Json:
    """Give the menu that asks for its options with every character, and before the first.

    Source: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
    """
    menu: Json = {
        "type": "external_select",
        "action_id": ids.LIBRARY,
        "placeholder": plain("Type parts of its name", limits.PLACEHOLDER),
        "min_query_length": 0,
    }
    return {**menu, "initial_option": _document(path)} if path else menu


def _document(path: str) -> Json:
    """Give a document as an option: of a long path its end tells more than its beginning."""
    words = limits.cut_start(one_line(path, limits.TEXT_OBJECT), limits.OPTION_TEXT)
    return {"text": plain(words, limits.OPTION_TEXT), "value": path}


def _mode(chosen: Mode) -> Json:
    options = modes()
    return {
        "type": "radio_buttons",
        "action_id": ids.MODE,
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _channel(initial: str) -> Json:
    element: Json = {
        "type": "conversations_select",
        "action_id": ids.CHANNEL,
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    return {**element, "initial_conversation": initial} if initial else element


def _more() -> list[Json]:
    more = button(ids.MORE_FIELDS, "More…", ids.MORE_FIELDS, "model and thinking")
    return [{"type": "actions", "block_id": ids.MORE_FIELDS, "elements": [more]}]


def _rarely_wanted() -> list[Json]:
    """Give the fields for the model and its thinking, with what SuperDocs takes by itself chosen.

    Source: https://docs.superdocs.app/api-reference/v1/async-chat (``model_tier``, ``thinking_depth``)
    """
    return [
        field(ids.TIER, "Model", _menu(ids.TIER, _TIERS, Tier.CORE), hint=_WHICH_MODEL),
        field(ids.DEPTH, "Thinking", _menu(ids.DEPTH, _DEPTHS, Depth.BALANCED), hint=_HOW_LONG),
    ]


def _menu(action_id: str, names: dict[Any, str], initial: Tier | Depth) -> Json:
    options = {
        one: {"text": plain(name, limits.OPTION_TEXT), "value": one.value} for one, name in names.items()
    }
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": list(options.values()),
        "initial_option": options[initial],
    }
