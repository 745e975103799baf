"""Words that are there and are not drawn, or are drawn as if they said something else.

`hiding` says how each element's text is drawn (`sight`, by its `sheet`, its `classes` and the `ways` of a style); the
others compare both sides: `drawn` the words that come into sight and leave it, `fields` what forms hold unseen, `rules`
what style sheets do, `styled` the words that come under declarations that change how they read (`marks`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.redline.flags.visibility import drawn, fields, rules, styled
from bot.redline.flags.visibility.hiding import sights
from bot.redline.flags.visibility.marks import marked
from bot.redline.flags.visibility.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.model import Flag


def find(change: Compared) -> Iterator[Flag]:
    """Find what is hidden now, what was, and what style sheets make of the words."""
    found: dict[str, Flag] = {}
    for flag in _all(change):
        found.setdefault(flag.name, flag)
    yield from found.values()


def _all(change: Compared) -> Iterator[Flag]:
    old_sheet, new_sheet = Sheet.of(change.old), Sheet.of(change.new)
    old_sights, new_sights = sights(change.old), sights(change.new)
    yield from drawn.moved(drawn.Drawn.of(change.old, old_sights), drawn.Drawn.of(change.new, new_sights))
    yield from fields.filled(change)
    yield from rules.of_sheets(change.new, old_sheet, new_sheet)
    yield from rules.in_place(change)
    old_marks = marked(change.old, old_sheet, old_sights)
    new_marks = marked(change.new, new_sheet, new_sights)
    if any(old_marks.values()) or any(new_marks.values()):
        yield from styled.restyled(
            styled.Styled.of(change.old, old_marks), styled.Styled.of(change.new, new_marks)
        )
