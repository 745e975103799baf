"""The texts of a tree that a redline shows as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.redline.reading import elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.flags.tree import Element, Run, Tree


def read_runs(tree: Tree) -> Iterator[Run]:
    """Give the texts that a redline shows of a side, in their order."""
    unread: dict[Element | None, bool] = {None: False}
    drawing: dict[Element | None, bool] = {None: False}
    for element in tree.elements:
        outer = element.parent
        unread[element] = unread[outer] or (element.tag in elements.HIDDEN and not drawing[outer])
        drawing[element] = drawing[outer] or element.tag in elements.DRAWINGS
    return (run for run in tree.runs if not unread[run.holder])


def ink(texts: Iterable[str]) -> str:
    """Join texts without their spaces: what two parsers agree on, letter by letter."""
    return "".join("".join(texts).split())
