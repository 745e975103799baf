"""Two readings of one text. The law: a reviewer is shown words only where a second parser reads the same words.

The redline is made of a flat pass over one parser's tokens. Here another parser, Lexbor, builds the tree that a browser
would build, and its words must be the reading's words, in the reading's order. Both follow one standard, so there is
nothing that they may differ in: words that only one of them reads, or that a browser would draw elsewhere (words that
stand in a table but in none of its cells, `1<td>000` outside a table), are words that the redline shows wrongly.

White space is normalised. Where a paragraph, a line or a cell begins or ends, a word ends as well.
"""

from collections.abc import Iterator
from itertools import zip_longest

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.redline.reading import elements
from bot.redline.reading.record import Block, Reading
from bot.redline.words import Sort

_CONTEXT = "template"
"""The standard reads what a template holds by its first tag: a row, a cell or an item needs nothing around it."""


def disagreement(html: str, reading: Reading) -> str:
    """Say in one sentence that a second parser reads other words; nothing when both read the same.

    Args:
        html: One side of a change, within the caps.
        reading: The same side, as the redline shows it.
    """
    ours, theirs = _words_of(reading), _words_in(html)
    if ours == theirs:
        return ""
    agreed = next(
        place for place, (one, other) in enumerate(zip_longest(ours, theirs), start=1) if one != other
    )
    return f"Two parsers read its text differently from word {agreed} on, so nobody can say what a page would show."


def _words_of(reading: Reading) -> list[str]:
    return "\n".join(map(_text_of, reading.blocks)).split()


def _text_of(block: Block) -> str:
    """Return the text of a paragraph with a space at each border of its cells, which the redline draws as `|`."""
    if "|" not in block.text:
        return block.text
    return "".join(" " if token.sort is Sort.CELL else token.written for token in block.tokens)


def _words_in(html: str) -> list[str]:
    return "".join(_drawn(LexborHTMLParser(html, is_fragment=True, fragment_tag=_CONTEXT).root)).split()


def _drawn(first: LexborNode | None) -> Iterator[str]:
    """Give the text of these nodes as it would be drawn, piece by piece, with a space at each border."""
    # No recursion, as in the tree of the flags. A text in this list is what ends an element.
    todo: list[tuple[LexborNode | str, bool]] = [(node, False) for node in _row(first)]
    while todo:
        node, is_drawing = todo.pop()
        if isinstance(node, str):
            yield node
        elif node.is_text_node:
            yield node.text_content or ""
        elif is_drawing or node.tag not in elements.HIDDEN:
            tag = node.tag or ""
            border = " " if tag in elements.BLOCKS else ""
            yield border or _shown_by(node, tag)
            todo.append((border, is_drawing))
            inside = is_drawing or tag in elements.DRAWINGS
            todo += [(child, inside) for child in _row(node.first_child)]


def _row(node: LexborNode | None) -> list[LexborNode]:
    """List a node and those after it, the last one first."""
    row = []
    while node is not None:
        row.append(node)
        node = node.next
    return row[::-1]


def _shown_by(node: LexborNode, tag: str) -> str:
    """Return what an element shows although it holds no text; an image as the reading writes it."""
    if tag == "br":
        return " "
    if tag not in {"img", "image"}:
        return ""
    alternative = " ".join((node.attributes.get("alt") or "").split())
    return f"[image: {alternative}]" if alternative else "[image]"
