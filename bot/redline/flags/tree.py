"""One side of a change as a browser would build it: elements with their attributes and styles, and the text in them.

The reading (`bot.redline.reading`) is a flat pass that loses no text; this is the second look, at what belongs to what:
which words a link has, which cell stands under which header, what an ancestor hides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import turbohtml

from bot.redline.flags.styles import declarations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.redline.flags.visibility.sight import Sight

_CONTEXTS: Final = {
    "tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "thead": "table", "tfoot": "table",
    "caption": "table", "colgroup": "table", "col": "colgroup",
}  # fmt: skip
"""Where a fragment that begins with such a tag must be read, so that the tag is not dropped."""

_NO_STYLES: Final[Mapping[str, str]] = MappingProxyType({})
_FIRST_TAG: Final = re.compile(r"\s*<([a-zA-Z]+)")


@dataclass(slots=True, eq=False)
class Element:
    """One element.

    Attributes:
        tag: In lower case.
        attributes: Values by name in lower case, as the parser decoded them; "" for one without a value.
        parent: None for what stands at the top of the fragment.
        order: Counts elements from 0, in document order.
    """

    tag: str
    attributes: Mapping[str, str]
    parent: Element | None
    order: int
    children: list[Element] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    """The texts in it and in everything below it, in document order."""
    sight: Sight | None = None
    """How its text is drawn as it and its ancestors say, once somebody asked; see `visibility.hiding`."""

    @property
    def styles(self) -> Mapping[str, str]:
        """Return its own style declarations; see `declarations`."""
        return declarations(self.attributes["style"]) if "style" in self.attributes else _NO_STYLES

    @property
    def text(self) -> str:
        """Return all text in it, hidden or not, white space made plain."""
        return " ".join("".join(run.text for run in self.runs).split())

    def ancestors(self) -> Iterator[Element]:
        """Give the element itself, then what holds it, outwards."""
        inner: Element | None = self
        while inner is not None:
            yield inner
            inner = inner.parent

    def within(self, *tags: str) -> Element | None:
        """Return the innermost element of one of these tags that holds it (or that it is)."""
        return next((outer for outer in self.ancestors() if outer.tag in tags), None)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A text between two tags; `holder` is None at the top of the fragment."""

    text: str
    holder: Element | None


@dataclass(frozen=True, slots=True)
class Tree:
    """One side.

    Attributes:
        html: As it came.
        elements: In document order.
        runs: Every text, also in scripts and templates, in document order.
        comments: With declarations and processing instructions.
        sights: How the text in each element is drawn, once somebody asked; see `visibility.hiding`.
    """

    html: str
    elements: tuple[Element, ...]
    runs: tuple[Run, ...]
    comments: tuple[str, ...]
    sights: dict[Element | None, Sight] = field(default_factory=dict, compare=False)

    def of(self, *tags: str) -> tuple[Element, ...]:
        """Return the elements of these tags."""
        return tuple(element for element in self.elements if element.tag in tags)


def parse(html: str) -> Tree:
    """Build one side. Never fails on what the caps let through; takes time in proportion to the length."""
    first = _FIRST_TAG.match(html)
    context = _CONTEXTS.get(first[1].lower(), "body") if first else "body"
    root = turbohtml.parse_fragment(html, context, positions=False)
    elements: list[Element] = []
    runs: list[Run] = []
    comments: list[str] = []
    # No recursion: what is nested as deep as the caps allow must not depend on Python's stack.
    todo: list[tuple[turbohtml.Node, Element | None]] = [
        (child, None) for child in reversed(list(root.children))
    ]
    while todo:
        node, parent = todo.pop()
        if isinstance(node, turbohtml.Text | turbohtml.CData):
            _hold(Run(node.text, parent), runs)
        elif isinstance(node, turbohtml.Element):
            element = _element(node, parent, len(elements))
            elements.append(element)
            todo += [(child, element) for child in reversed(_children(node))]
        elif isinstance(node, turbohtml.DocumentFragment):
            todo += [(child, parent) for child in reversed(list(node.children))]
        else:
            comments.append(str(getattr(node, "data", "") or ""))
    return Tree(html, tuple(elements), tuple(runs), tuple(comments))


def _children(node: turbohtml.Element) -> list[turbohtml.Node]:
    shadow = node.shadow_root
    return [*([shadow] if shadow is not None else []), *node.children]


def _element(node: turbohtml.Element, parent: Element | None, order: int) -> Element:
    attributes = {name.lower(): _joined(value) for name, value in node.attrs.items()}
    element = Element(node.tag.lower(), attributes, parent, order)
    if parent is not None:
        parent.children.append(element)
    return element


def _joined(value: object) -> str:
    """Return an attribute's value as one text: the parser splits some (``class``, ``rel``) into a list."""
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _hold(run: Run, runs: list[Run]) -> None:
    runs.append(run)
    if run.holder is not None:
        for outer in run.holder.ancestors():
            outer.runs.append(run)
