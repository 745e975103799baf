"""What the change is called and what it is: an edit that deletes, a creation that replaces, a change of nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import IGNORABLE, ended, quoted
from bot.redline.remark import ends_inside
from bot.redline.words import Sort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.model import Flag
    from bot.redline.reading.record import Reading

KNOWN: Final = frozenset({"create", "delete", "edit"})

_SEEN: Final = re.compile(rf"[^\s{IGNORABLE}]")


def find(change: Compared) -> Iterator[Flag]:
    """Give a flag for an operation that is not what it is called, and one for a change of nothing."""
    if said := _mismatch(change):
        yield raised("operation-mismatch", said)
    if change.old.html == change.new.html:
        yield raised("no-op", "Nothing changes: old and new are the same to the last character.")
    elif change.old_reading == change.new_reading and not ends_inside(change.new.html):
        yield raised("no-op", "Nothing that can be seen changes: the source is only spelled differently.")


def _mismatch(change: Compared) -> str:
    old, new = change.old_reading, change.new_reading
    if change.operation not in KNOWN:
        return f"The operation is called {quoted(change.operation, 40)}, which is none of create, edit and delete."
    if change.operation == "create" and not _is_empty(old):
        return ended(f"Called a creation, but it replaces what stands there: {quoted(old.text, 90)}")
    if change.operation == "edit" and _is_empty(new) and not _is_empty(old):
        return f"Called an edit, but nothing is left of {quoted(old.text, 90)}: it is a deletion."
    if change.operation == "edit" and not change.old.html.strip():
        return ended(f"Called an edit, but nothing stands there yet: it adds {quoted(new.text, 90)}")
    if change.operation == "delete" and not _is_empty(new):
        return ended(f"Called a deletion, but it would leave {quoted(new.text, 90)}")
    return ""


def _is_empty(reading: Reading) -> bool:
    """Say whether a side shows nothing at all."""
    words = (
        token for block in reading.blocks for token in block.tokens if token.sort in {Sort.WORD, Sort.POINT}
    )
    return not (reading.images or reading.embedded or any(_SEEN.search(word.text) for word in words))
