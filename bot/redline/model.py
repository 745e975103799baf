"""What a redline is made of. The law: nothing here is cut, and both texts can be read back from it.

KEEP and DELETE joined are the old text, KEEP and INSERT joined are the new text. Paragraphs are joined by a
line feed. A break that only one side has stands inside a paragraph as a mark `¶`:

- a paragraph that was split ends in an inserted `¶`: the old text runs on without a break;
- two paragraphs that were merged are one paragraph with a deleted `¶` between their words;
- a paragraph that is wholly inserted or wholly deleted has no mark, and no break on the other side.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PILCROW = "¶"
"""Drawn where a paragraph break was inserted or deleted."""

ELLIPSIS = "…"
"""Drawn where unchanged text is elided."""

HIDDEN = "[hidden] "
"""Drawn before words that a reader of the document would not see."""


class Mark(StrEnum):
    """What became of the text of a span."""

    KEEP = "keep"
    INSERT = "insert"
    DELETE = "delete"
    GAP = "gap"
    """Elided, unchanged text: only excerpts have it, and its text is `…`."""


class Kind(StrEnum):
    """What a paragraph is on the page."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    QUOTE = "quote"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text with one fate."""

    mark: Mark
    text: str
    """What to draw."""
    stands_for: str = ""
    """What the document has there if `text` is a mark drawn in its stead: a line feed under `¶` and `↵`."""
    hidden: bool = False
    """Whether a reader of the document would not see it; of what is kept, of the new one."""

    @property
    def drawn(self) -> str:
        """What to draw, with `[hidden]` before words that the document itself does not draw."""
        if not self.hidden:
            return self.text
        words = self.text.lstrip(" ")
        return f"{self.text[: len(self.text) - len(words)]}{HIDDEN}{words}"

    @property
    def plain(self) -> str:
        """The document's own characters."""
        return self.stands_for or self.text

    @property
    def changed(self) -> bool:
        """Whether the text was inserted or deleted."""
        return self.mark in {Mark.INSERT, Mark.DELETE}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of the page: kind, level and label are the new side's, or the old side's if it was deleted."""

    kind: Kind
    level: int
    """Of a heading 1 to 6, of a list item its depth from 1, else 0."""
    label: str
    """A list item's number (`3.`) or bullet (`•`), else empty. It is no part of the text."""
    spans: tuple[Span, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it was inserted or deleted."""
        return any(span.changed for span in self.spans)

    @property
    def is_split(self) -> bool:
        """Whether it ends in an inserted `¶`: only the new text has a break there."""
        return self.spans[-1:] == (SPLIT,)


UNDRAWN: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""What is named where it stands instead of drawn, ``[U+202E]``: control characters, marks of direction, blank letters,
private use, lone surrogates. The joiners of emoji, Persian and Indic words, and spaces, are drawn as they are."""

SPLIT = Span(Mark.INSERT, PILCROW, "\n")
"""Ends a paragraph that was split."""

MERGE = Span(Mark.DELETE, PILCROW, "\n")
"""Stands between the words of paragraphs that were merged."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much changes."""

    inserted: int
    """Words."""
    deleted: int
    """Words."""
    edits: int
    """Runs of change. A run ends where kept text begins and where its paragraph ends."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something odd about a change, named in one sentence."""

    name: str
    sentence: str
    dangerous: bool
    """Approve must ask again."""


@dataclass(frozen=True, slots=True)
class Redline:
    """Everything that one change would do to the text, complete."""

    operation: str
    """As the provider said it: `edit`, `create`, `delete` or anything else."""
    paragraphs: tuple[Paragraph, ...]
    counts: Counts
    remark: str = ""
    """What a reader of the words would not see, in sentences; empty if there is nothing of the kind."""
    uninspectable: str = ""
    """Why the change cannot be inspected: then there are no paragraphs, and only Deny may be offered."""
    flags: tuple[Flag, ...] = ()

    @property
    def old_text(self) -> str:
        """The text before the change, its paragraphs joined by line feeds."""
        return _one_side(self.paragraphs, Mark.DELETE)

    @property
    def new_text(self) -> str:
        """The text after the change, its paragraphs joined by line feeds."""
        return _one_side(self.paragraphs, Mark.INSERT)


def _one_side(paragraphs: Iterable[Paragraph], own: Mark) -> str:
    text = ""
    for paragraph in paragraphs:
        words = "".join(span.plain for span in paragraph.spans if span.mark in {Mark.KEEP, own})
        text += words if paragraph.is_split or not words else words + "\n"
    return text.removesuffix("\n")
