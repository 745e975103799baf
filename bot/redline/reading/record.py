"""What was read of one side of a change. The law: whatever HTML can hold is in one of these lists.

Words stand in blocks. Everything else stands beside them, class by class, so that a difference which no word tells
can be named: tags, attributes, links, images, comments, what is hidden, what is embedded.
"""

from dataclasses import dataclass, field
from functools import cached_property

from bot.redline.model import Kind
from bot.redline.reading import elements
from bot.redline.words import Token, written

Attributes = tuple[tuple[str, str], ...]
"""Names and values, in alphabetical order."""


@dataclass(frozen=True)
class Block:
    """One paragraph of one side."""

    kind: Kind
    level: int
    label: str
    tokens: tuple[Token, ...]
    """At least one, and `END` after it."""

    @cached_property
    def text(self) -> str:
        """Its words as a browser would space them."""
        return written(self.tokens[:-1])


@dataclass(slots=True)
class Reading:
    """One side of a change: its paragraphs, and what it holds besides, in document order."""

    blocks: list[Block] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    """Names; those of end tags with a slash."""
    attributes: list[Attributes] = field(default_factory=list)
    """Of each start tag, in alphabetical order, without targets of links and sources of images."""
    links: list[str] = field(default_factory=list)
    """Targets."""
    images: list[str] = field(default_factory=list)
    """Sources."""
    comments: list[str] = field(default_factory=list)
    """With declarations and processing instructions, as they are written."""
    scripts: list[str] = field(default_factory=list)
    """With style sheets: their start tags and what they hold."""
    hidden: list[str] = field(default_factory=list)
    """What else is not drawn, such as templates and frames: their start tags and text."""
    embedded: list[tuple[str, Attributes]] = field(default_factory=list)
    """Start tags of things that do or show something without being words."""

    @property
    def text(self) -> str:
        """All words, paragraphs joined by line feeds."""
        return "\n".join(block.text for block in self.blocks)

    def note(self, tag: str, attributes: Attributes) -> None:
        """Note a start tag: whatever it means must not differ unnoticed."""
        apart = {"a": "href", "img": "src", "image": "src"}.get(tag)
        self.tags.append(tag)
        self.attributes.append(tuple((name, value) for name, value in attributes if name != apart))
        if apart:
            targets = self.links if tag == "a" else self.images
            targets.extend(value for name, value in attributes if name == apart)
        if tag in elements.EMBEDDED:
            self.embedded.append((tag, attributes))
        if tag in elements.HIDDEN:
            self.note_hidden(tag, f"<{tag} {attributes}>")

    def note_hidden(self, tag: str, text: str) -> None:
        """Note something that is not drawn, and the innermost element that holds it."""
        (self.scripts if tag in elements.SCRIPTS else self.hidden).append(text)
