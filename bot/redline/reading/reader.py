"""HTML to a record of it. The law: text is shown unless a browser would not draw it, and then it is noted.

One pass over a flat stream of tokens as the HTML standard cuts them (`turbohtml.tokenize`); no tree is built, so
neither depth nor broken nesting costs anything.
"""

from collections.abc import Set
from typing import NamedTuple

import turbohtml
from turbohtml import TokenType

from bot.redline.model import Kind
from bot.redline.reading import elements
from bot.redline.reading.looks import Looks, Piece
from bot.redline.reading.numbering import Numbering
from bot.redline.reading.record import Attributes, Block, Reading
from bot.redline.reading.writer import Writer


def read(html: str, looks: Looks) -> Reading:
    """Read one side. Never fails: every text is HTML, however broken."""
    reader = Reader(looks)
    for token in turbohtml.tokenize(html, capture_source=True):
        reader.take(token)
    return reader.finish()


class _Place(NamedTuple):
    """What the open elements mean for the text in them."""

    kind: Kind = Kind.PARAGRAPH
    level: int = 0
    look: int = 0
    list: Numbering | None = None
    is_preformatted: bool = False
    is_row: bool = False
    is_hidden: bool = False
    is_drawing: bool = False


class Open(NamedTuple):
    """An element that is open."""

    tag: str
    place: _Place


class Reader:
    """Keeps the open elements and the paragraph being written."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._reading = Reading()
        self._open: list[Open] = []
        self._writer = Writer(looks)
        self._label = ""
        self._cells = 0

    def take(self, token: turbohtml.Token) -> None:
        """Go on by one token."""
        match token.type:
            case TokenType.TEXT:
                self._text(token.data or "")
            case TokenType.START_TAG:
                self._start(token.tag or "", tuple(sorted(token.attrs or ())), has_slash=token.self_closing)
            case TokenType.END_TAG:
                self._end(token.tag or "")
            case _:
                self._aside(token.data or "", token.source or "")

    def finish(self) -> Reading:
        """Return everything that was read."""
        self._end_block()
        return self._reading

    @property
    def innermost(self) -> Open | None:
        """Return the innermost open element."""
        return self._open[-1] if self._open else None

    @property
    def is_hidden(self) -> bool:
        """Say whether text that stood here would not be drawn."""
        return self._place.is_hidden

    def depth_of(self, opening: Open, at_most: int) -> int:
        """Return how many elements stand around an open one, this very one; -1 when it is closed.

        Args:
            opening: It was open once.
            at_most: How many did then, or at any time since.
        """
        deepest = min(at_most, len(self._open) - 1)
        return next((depth for depth in range(deepest, -1, -1) if self._open[depth] is opening), -1)

    @property
    def _place(self) -> _Place:
        return self._open[-1].place if self._open else _NOWHERE

    def _text(self, text: str) -> None:
        if self._place.is_hidden:
            self._reading.note_hidden(self._open[-1].tag, text)
        else:
            self._writer.add(Piece(text, self._place.look), preformatted=self._place.is_preformatted)

    def _aside(self, text: str, source: str) -> None:
        """Note a comment or a declaration. In a drawing `<![CDATA[` is none: a browser shows what it holds."""
        if self._place.is_drawing and text.startswith(_CDATA):
            self._text(text.removeprefix(_CDATA).removesuffix("]]"))
        else:
            self._reading.comments.append(source)

    def _start(self, tag: str, attributes: Attributes, *, has_slash: bool) -> None:
        self._reading.note(tag, attributes)
        # Only in drawings does a slash close an element: <p/> is an open <p>.
        is_closed = has_slash and (self._place.is_drawing or tag in elements.DRAWINGS)
        self._close_implied(tag)
        if not self._place.is_hidden:
            self._draw(tag, dict(attributes))
        if tag not in elements.VOID and not is_closed:
            self._enter(tag, attributes)

    def _draw(self, tag: str, attributes: dict[str, str]) -> None:
        """Write what a start tag itself shows: a border, a line break, an image."""
        if tag in elements.CELLS and self._place.is_row:
            self._begin_cell()
        elif tag in elements.BLOCKS:
            self._border(is_row=tag == "tr")
        elif tag == "br":
            self._writer.break_line()
        elif tag in {"img", "image"}:
            alternative = " ".join(attributes.get("alt", "").split())
            text = f"[image: {alternative}]" if alternative else "[image]"
            self._writer.add_word(text, self._place.look)

    def _begin_cell(self) -> None:
        self._cells += 1
        if self._cells > 1:
            self._writer.begin_cell()

    def _border(self, *, is_row: bool) -> None:
        """End the paragraph; within a table's row only the line."""
        if self._place.is_row and not is_row:
            self._writer.break_line_in_cell()
        else:
            self._end_block()

    def _end_block(self) -> None:
        tokens = self._writer.take()
        if tokens:
            self._reading.blocks.append(Block(self._place.kind, self._place.level, self._label, tokens))
            self._label = ""
        self._writer = Writer(self._looks)
        self._cells = 0

    def _enter(self, tag: str, attributes: Attributes) -> None:
        place = self._place_in(tag, attributes)
        self._open.append(Open(tag, place))
        if tag == "li" and not place.is_hidden and not place.is_row:
            numbering = place.list or Numbering("ul", {}, 1)
            self._label = numbering.label(dict(attributes).get("value"))

    def _place_in(self, tag: str, attributes: Attributes) -> _Place:
        outer = self._place
        kind, level = _kind_in(tag, outer)
        return _Place(
            kind=kind,
            level=level,
            look=self._looks.inside(outer.look, tag, _seen(tag, attributes)),
            list=_list_in(tag, attributes, outer),
            is_preformatted=outer.is_preformatted or tag in elements.PREFORMATTED,
            is_row=outer.is_row or tag == "tr",
            is_hidden=outer.is_hidden or (tag in elements.HIDDEN and not outer.is_drawing),
            is_drawing=outer.is_drawing or tag in elements.DRAWINGS,
        )

    def _end(self, tag: str) -> None:
        self._reading.tags.append(f"/{tag}")
        # The standard reads </br> as <br>, and </p> outside any paragraph as an empty one.
        if tag == "br" or (tag == "p" and self._innermost({"p"}, _OUTSIDE) is None):
            if not self._place.is_hidden:
                self._draw(tag, {})
        else:
            close = self._close_outright if tag in _OUTRIGHT else self._close_inline
            close(tag)

    def _close_implied(self, tag: str) -> None:
        ended, barrier = elements.ended_by(tag)
        if ended and (index := self._innermost(ended, barrier)) is not None:
            self._close_from(index)

    def _close_outright(self, tag: str) -> None:
        """Close an element and everything in it."""
        barrier = _OUTSIDE_TABLE if tag in _OF_TABLES else _OUTSIDE
        if (index := self._innermost({tag}, barrier)) is not None:
            self._close_from(index)

    def _close_inline(self, tag: str) -> None:
        """Close an inline element. If it stands around a block, the block stays open, as it does in a browser."""
        if (index := self._innermost({tag}, set())) is not None:
            has_block = any(inner.tag in elements.BLOCKS for inner in self._open[index:])
            del self._open[index : index + 1 if has_block else None]

    def _innermost(self, tags: Set[str], barrier: Set[str]) -> int | None:
        """Find the innermost open element of these, unless a barrier stands before it; a template is always one."""
        for index in range(len(self._open) - 1, -1, -1):
            tag = self._open[index].tag
            if tag in tags:
                return index
            if tag in barrier or tag == "template":
                return None
        return None

    def _close_from(self, index: int) -> None:
        closed = {opened.tag for opened in self._open[index:]}
        if not self._place.is_hidden and closed & _BORDERED:
            self._border(is_row="tr" in closed)
        if "li" in closed:
            self._label = ""
        del self._open[index:]


_BORDERED = elements.BLOCKS - elements.CELLS
_OUTRIGHT = elements.BLOCKS | elements.HIDDEN | elements.DRAWINGS
_OUTSIDE_TABLE = frozenset({"table"})
_OF_TABLES = frozenset({"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
_OUTSIDE = elements.CELLS | {"caption", "marquee", "object", "table"}
"""What an end tag in them does not reach: a stray </div> in a cell does not end the <div> around its table."""

_NOWHERE = _Place()
_CDATA = "[CDATA["


def _kind_in(tag: str, outer: _Place) -> tuple[Kind, int]:
    if outer.is_row or tag == "tr":
        return Kind.TABLE_ROW, 0
    if tag in elements.HEADINGS:
        return Kind.HEADING, elements.HEADINGS[tag]
    if tag == "li":
        return Kind.LIST_ITEM, outer.list.depth if outer.list else 1
    if tag == "blockquote":
        return Kind.QUOTE, 0
    return (Kind.CODE, 0) if tag in elements.PREFORMATTED else (outer.kind, outer.level)


def _list_in(tag: str, attributes: Attributes, outer: _Place) -> Numbering | None:
    if tag not in elements.LISTS:
        return outer.list
    return Numbering(tag, dict(attributes), outer.list.depth + 1 if outer.list else 1)


def _seen(tag: str, attributes: Attributes) -> Attributes:
    """Leave out what has no part in how the words look: targets, and data that programs keep with an element."""
    return tuple(
        (name, value)
        for name, value in attributes
        if not name.startswith("data-") and not (tag == "a" and name == "href")
    )
