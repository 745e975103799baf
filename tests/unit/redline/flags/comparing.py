"""A change of one paragraph as a family of flags gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.redline import redline
from bot.redline.flags.compared import Compared
from bot.redline.flags.tree import parse
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read
from bot.redline.reading.record import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.redline.model import Flag


def compared(old_html: str | None, new_html: str | None, operation: str = "edit") -> Compared:
    """Read a change twice, as the redline does."""
    old, new, looks = old_html or "", new_html or "", Looks()
    paragraphs = redline(old, new, operation).paragraphs
    return Compared(operation, parse(old), parse(new), read(old, looks), read(new, looks), paragraphs)


def of_words(old: str, new: str) -> Compared:
    """Compare two paragraphs, given as HTML without their tags."""
    return compared(f"<p>{old}</p>", f"<p>{new}</p>")


def sentences(find: Callable[[Compared], Iterator[Flag]], old: str, new: str) -> dict[str, str]:
    """Return what a family that looks at trees only says of an edit, by the names of its flags."""
    flags = list(find(Compared("edit", parse(old), parse(new), Reading(), Reading(), ())))
    assert len(flags) == len({flag.name for flag in flags})
    assert all(len(flag.sentence) <= 200 for flag in flags)
    return {flag.name: flag.sentence for flag in flags}
