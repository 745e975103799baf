"""What every family of flags looks at: both sides of a change, and what the redline shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.redline.flags.names import is_dangerous
from bot.redline.model import Flag

if TYPE_CHECKING:
    from bot.redline.flags.tree import Tree
    from bot.redline.model import Paragraph
    from bot.redline.reading.record import Reading


@dataclass(frozen=True, slots=True)
class Compared:
    """A change, read twice.

    Attributes:
        operation: As the provider said it.
        old: What the document has now, as a browser would build it; empty when it has nothing there.
        new: What it would have.
        old_reading: The same as the redline read it: words in blocks, and lists of what is beside them.
        new_reading: The same.
        paragraphs: The redline, complete.
    """

    operation: str
    old: Tree
    new: Tree
    old_reading: Reading
    new_reading: Reading
    paragraphs: tuple[Paragraph, ...]


def raised(name: str, sentence: str) -> Flag:
    """Make a flag.

    Args:
        name: One of `names`, and the code point after a space where there is one.
        sentence: For a lawyer; names the thing.
    """
    return Flag(name, sentence, dangerous=is_dangerous(name))
