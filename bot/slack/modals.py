"""Dialogs: what to read before approving, what should be different, who should decide. Pure, like `cards.py`.

The dialog that starts an edit stands in `edit_dialog.py`.

What a dialog must remember stands in its private metadata: ids only, and never anything that is decided on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from bot.core.passing import LONGEST_NOTE
from bot.slack import ids, limits
from bot.slack.blocks.buttons import button, plain
from bot.slack.blocks.richtext import block, inert, section, sentence
from bot.slack.blocks.richtext import text as rich
from bot.slack.cards import WHOLE_CLAIM, card, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.summary import CardSummary, FeedbackSummary, PassingSummary, ReadingSummary

Json = dict[str, Any]

PHRASES: Final = ("Keep the original", "Shorter", "Too strong", "Wrong place")
"""Ready phrases to start a denial's feedback from."""

_SUGGEST_CHANGED: Final = "Change this text, and SuperDocs is told to use exactly your wording."
_SUGGEST_NEW: Final = "What you write here, SuperDocs is told to use exactly, instead of removing the text."

_PASSED_ON: Final = "They are asked by name in the thread. You may still decide it yourself."


@dataclass(frozen=True, slots=True)
class Memory:
    """What a dialog remembers of where it came from.

    Attributes:
        channel: Where the person was.
        token: The reading dialog's name for the versions it shows; "" elsewhere.
        page: The reading dialog's page; 0 elsewhere.
        target: What the feedback dialog denies; "" elsewhere.
        wording: `seal` of the wording that the feedback dialog proposes, to see whether it was changed.
        phrases: How often a ready phrase was taken.
        offers: The numbers of the changes that the reading dialog's button offers to approve, as the bits of a
            hexadecimal number: private metadata is short; "" when it offers none.
        document: The file that the edit dialog is about, if it was chosen before; "" elsewhere.
        continues: The finished edit whose document the edit dialog is about; "" elsewhere.
        name: What that file or document is called; "" elsewhere.
    """

    channel: str = ""
    token: str = ""
    page: int = 0
    target: str = ""
    wording: str = ""
    phrases: int = 0
    offers: str = ""
    document: str = ""
    continues: str = ""
    name: str = ""

    @property
    def offered(self) -> frozenset[int]:
        """Return the numbers of the changes that the reading dialog's button offers to approve."""
        bits = int(self.offers or "0", 16)
        return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)

    def offering(self, numbers: Iterable[int]) -> Memory:
        """Return what a reading dialog remembers whose button offers to approve these changes."""
        bits = sum(1 << number for number in numbers)
        return replace(self, offers=f"{bits:x}" if bits else "")

    def dump(self) -> str:
        """Write it as a view's private metadata."""
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @classmethod
    def load(cls, metadata: str) -> Memory:
        """Read a view's private metadata.

        Raises:
            ValueError: It is none of ours.
        """
        found = json.loads(metadata or "{}")
        kinds = {field.name: type(field.default) for field in fields(cls)}
        if not isinstance(found, dict) or any(type(found[key]) is not kinds.get(key) for key in found):
            message = "not the memory of a dialog"
            raise ValueError(message)
        return cls(**found)


def reading(summary: ReadingSummary, memory: Memory) -> Json:
    """Give one page of the dialog that shows changes complete.

    If a page cannot be shown whole, it says so and offers no approval, of anything.
    """
    memory = replace(memory, token=summary.token, page=summary.page).offering(summary.approves)
    sections = [part for shown in summary.sections for part in card(shown, WHOLE_CLAIM)]
    note = summary.note if summary.sections else summary.note or "There is nothing left to show here."
    blocks = [*_note(note), *sections, *_turning(summary)]
    submit = f"Approve all ({len(summary.approves)})" if summary.approves else ""
    whole = modal(ids.READING_DIALOG, summary.title, blocks, memory, submit=submit)
    if fits(whole):
        return whole
    sorry = "This page is too large to show, so nothing on it can be approved here."
    return modal(ids.READING_DIALOG, summary.title, [*_note(sorry), *_turning(summary)], memory)


def feedback(summary: FeedbackSummary, memory: Memory, typed: str = "") -> Json:
    """Give the dialog that takes what should be different.

    Args:
        summary: What is denied.
        memory: Where the dialog came from, and how many phrases were taken.
        typed: What the feedback starts from.
    """
    offers_wording = len(inert(summary.proposed)) <= limits.INPUT_TEXT
    memory = replace(memory, target=summary.target, wording=seal(summary.proposed) if offers_wording else "")
    phrases = [button(f"{ids.PHRASE}_{index}", phrase, phrase) for index, phrase in enumerate(PHRASES)]
    blocks = [
        *_shown(replace(summary.card, actions=())),
        _remark("To start from:"),
        {"type": "actions", "elements": phrases},
        field(f"{ids.FEEDBACK}_{memory.phrases}", "What should change?", lines(ids.FEEDBACK, typed)),
    ]
    if offers_wording:
        hint = _SUGGEST_CHANGED if summary.proposed.strip() else _SUGGEST_NEW
        wording = lines(ids.WORDING, summary.proposed)
        blocks.append(field(ids.WORDING, "Suggest the exact wording", wording, hint=hint, optional=True))
    return modal(ids.FEEDBACK_DIALOG, summary.title, blocks, memory, submit="Deny")


def passing(summary: PassingSummary, memory: Memory) -> Json:
    """Give the dialog in which somebody is chosen to whom a change is passed on."""
    memory = replace(memory, target=summary.target)
    name = section(rich(summary.name, "bold"), rich(f"\n{summary.headline}" if summary.headline else ""))
    note = {**lines(ids.NOTE, ""), "max_length": LONGEST_NOTE}
    blocks = [
        block(name),
        field(
            ids.PERSON,
            "Who should decide?",
            {"type": "users_select", "action_id": ids.PERSON},
            hint=_PASSED_ON,
        ),
        field(ids.NOTE, "What do you want to tell them?", note, optional=True),
    ]
    return modal(ids.PASSING_DIALOG, summary.title, blocks, memory, submit="Pass on")


def notice(title: str, words: str) -> Json:
    """Give a dialog that only says something."""
    return modal("", title, _note(words), Memory())


def seal(wording: str) -> str:
    """Name a wording, whatever its white space, in a few characters."""
    return hashlib.sha256(" ".join(inert(wording).split()).encode()).hexdigest()[:16]


def fits(view: Json) -> bool:
    """Say whether Slack takes a view of this size."""
    size = len(json.dumps(view))
    return len(view["blocks"]) <= limits.VIEW_BLOCKS and size <= limits.VIEW_BYTES


def modal(callback_id: str, title: str, blocks: list[Json], memory: Memory, submit: str = "") -> Json:
    """Give a dialog; without words on its button it only says something."""
    view: Json = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.VIEW_TITLE),
        "blocks": blocks,
        "close": plain("Cancel" if submit else "Close", limits.VIEW_TITLE),
        "private_metadata": memory.dump(),
    }
    if submit:
        view["submit"] = plain(submit, limits.VIEW_TITLE)
    return view


def field(block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    """Give a field with its label, and a hint under it."""
    whole: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, limits.LABEL),
        "element": element,
        "optional": optional,
    }
    if hint:
        whole["hint"] = plain(hint, limits.LABEL)
    return whole


def lines(action_id: str, initial: str) -> Json:
    """Give a field of several lines, prefilled with as much as a field takes."""
    element: Json = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": True,
        "max_length": limits.INPUT_TEXT,
    }
    if initial.strip():
        element["initial_value"] = limits.cut(inert(initial), limits.INPUT_TEXT)
    return element


def _shown(summary: CardSummary) -> list[Json]:
    """Give a card without its buttons, as long as a message would show it."""
    return next(blocks for blocks in shortened(summary) if limits.measure(blocks) <= limits.MESSAGE_TOTAL)


def _note(words: str) -> list[Json]:
    """Say a sentence of ours, with the people that it names."""
    return [block(section(*sentence(words)))] if words else []


def _turning(summary: ReadingSummary) -> list[Json]:
    """Give the buttons that lead to the pages before and after, and say where one is."""
    if summary.pages <= 1:
        return []
    elements = []
    if summary.page > 1:
        elements.append(button(ids.PAGE_BACK, "Previous page", str(summary.page - 1)))
    if summary.page < summary.pages:
        elements.append(button(ids.PAGE_ON, "Next page", str(summary.page + 1)))
    turning = [{"type": "actions", "elements": elements}] if elements else []
    return [_remark(f"Page {summary.page} of {summary.pages}"), *turning]


def _remark(words: str) -> Json:
    return {"type": "context", "elements": [plain(words, limits.TEXT_OBJECT)]}
