"""Permanent names. Messages in channels keep them for ever, so a name that was ever posted is never reused.

An action's id is what it does (`bot.core.summary.Does`); its value names what it acts on, and nothing more:
what a value means, and whether it may be done, is for the relay to say (`bot.relay.targets`), on the record.
"""

from __future__ import annotations

from typing import Final

from bot.core.errors import RefusedError
from bot.core.summary import Does

COMMAND: Final = "/superdocs"

MENU: Final = "more"
"""The overflow menu; an entry's value is ``does|target``."""

PAGE_BACK: Final = "page_back"
PAGE_ON: Final = "page_on"
"""The reading dialog's page buttons; the value is the number of the page they lead to."""

PHRASE: Final = "phrase"
"""The feedback dialog's ready phrases: ``phrase_0``, ``phrase_1``…"""

SHORTCUT: Final = "edit_with_superdocs"
"""In the menu of a message: its file is the document."""

EDIT: Final = "edit_document"
PREFERRED: Final = "preferred_mode"
"""On somebody's Home: the button that opens the edit dialog, and the choice of a mode, which is its value."""

MORE_FIELDS: Final = "more_fields"
"""The edit dialog's button that shows its last two fields."""

EDIT_DIALOG: Final = "edit_dialog"
READING_DIALOG: Final = "reading_dialog"
FEEDBACK_DIALOG: Final = "feedback_dialog"
PASSING_DIALOG: Final = "passing_dialog"

DOCUMENT: Final = "document"
LIBRARY: Final = "library"
INSTRUCTION: Final = "instruction"
MODE: Final = "mode"
CHANNEL: Final = "channel"
TIER: Final = "tier"
DEPTH: Final = "depth"
"""The edit dialog's fields, as block ids and as action ids. A refusal's `code` names the field that is wrong."""

FEEDBACK: Final = "feedback"
WORDING: Final = "wording"
"""The feedback dialog's fields. The block of the first has a count after it: a new block takes a new text."""

PERSON: Final = "person"
NOTE: Final = "note"
"""The fields of the dialog that passes a change on."""

MESSAGE_EVENT: Final = "superdocs_relay_message"
"""The type of the metadata by which our messages are known again."""

_SEPARATOR: Final = "|"


def parse_value(value: str) -> tuple[str, str]:
    """Read a button's value: what it acts on, and the words that it carries after a line feed, if any."""
    target, _, words = value.partition("\n")
    return target, words


def with_words(target: str, words: str) -> str:
    """Give the value of a button that carries somebody's words to the dialog it opens."""
    return f"{target}\n{words}"


def menu_value(does: Does, target: str) -> str:
    """Give the value of a menu's entry."""
    return does.value + _SEPARATOR + target


def parse_menu_value(value: str) -> tuple[Does, str]:
    """Read the value of a menu's entry.

    Raises:
        RefusedError: It is no value of ours.
    """
    name, _, target = value.partition(_SEPARATOR)
    return parse_does(name), target


def parse_does(name: str) -> Does:
    """Read an action's id.

    Raises:
        RefusedError: The relay does no such thing.
    """
    try:
        return Does(name)
    except ValueError as error:
        sentence = "The relay does not know this button. Use a newer message."
        raise RefusedError(sentence, code="action") from error
