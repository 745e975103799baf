"""Whether the markup is whole.

That is asked of its tags in a row, before a browser repairs them: what is left open at the end would swallow what
follows in the document, and an end tag that closes nothing here closes something there.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import turbohtml
from turbohtml import TokenType

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import spelled
from bot.redline.reading import elements
from bot.redline.remark import ends_inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.model import Flag

_DEEP: Final = 100
"""Open elements beyond which readers of HTML part: some drop what is deeper, some flatten it."""
_MAY_STAY_OPEN: Final = elements.NEVER_DEEPER
_REOPENED: Final = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
"""A browser that closes a paragraph around one of these opens it again in the next."""
_INLINE: Final = _REOPENED | {
    "abbr", "cite", "del", "ins", "kbd", "label", "mark", "q", "samp", "span", "sub", "sup", "var",
}  # fmt: skip
"""An end tag of these reaches no further than the paragraph."""
_NOT_IN_ITSELF: Final = dict.fromkeys(elements.HEADINGS, frozenset(elements.HEADINGS)) | {
    tag: frozenset({tag}) for tag in ("a", "button", "form", "nobr", "select")
}
_PAGE: Final = frozenset({"html", "head", "body"})
_SWALLOWING: Final = elements.RAW | {"plaintext"}
_TABLE: Final = frozenset({"table", "tbody", "thead", "tfoot", "tr", "colgroup"})
_IN_TABLES: Final = (
    _TABLE | elements.CELLS | {"caption", "col", "script", "style", "template", "form", "input"}
)


def find(change: Compared) -> Iterator[Flag]:
    """Find markup that is not whole any more, and what of it reaches beyond the fragment."""
    after = _Tags(change.new.html)
    if not after.broken:
        return
    before = _Tags(change.old.html)
    broken, escaping = after.broken - before.broken, after.escaping - before.escaping
    if broken:
        yield raised("malformed-html", f"The new HTML is not whole: {_listed(broken)}.")
    if escaping:
        sentence = f"The change reaches beyond its place in the document: {_listed(escaping)}."
        yield raised("escapes-chunk", sentence)


def _listed(faults: Counter[str]) -> str:
    first, *more = faults
    return f"{first}, and {len(more)} more" if more else first


class _Tags:
    """Goes through a side's tags and notes what a browser would have to repair."""

    def __init__(self, html: str) -> None:
        self.broken: Counter[str] = Counter()
        """Faults, in words, and how often there are such."""
        self.escaping: Counter[str] = Counter()
        """The same, of those that touch what stands around the fragment."""
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()
        self._leaking: Counter[str] = Counter()
        self._deepest = 0
        for token in turbohtml.tokenize(html, capture_attributes=False):
            self._take(token)
        self._end_of(html)

    def _take(self, token: turbohtml.Token) -> None:
        tag = token.tag or ""
        if token.type is TokenType.START_TAG:
            self._start(tag, is_closed=token.self_closing and self._is_drawing(tag))
        elif token.type is TokenType.END_TAG:
            self._end(tag)
        elif token.type is TokenType.TEXT and (token.data or "").strip() and self._innermost in _TABLE:
            self.broken["text between the cells of a table is drawn before it"] += 1

    @property
    def _innermost(self) -> str:
        return self._open[-1] if self._open else ""

    def _is_drawing(self, tag: str) -> bool:
        return tag in elements.DRAWINGS or any(self._counts[drawing] for drawing in elements.DRAWINGS)

    def _start(self, tag: str, *, is_closed: bool) -> None:
        self._close_implied(tag)
        if any(self._counts[outer] for outer in _NOT_IN_ITSELF.get(tag, ())) and not self._counts["template"]:
            self.broken[f"{_named(tag)} stands inside another"] += 1
        if self._innermost in _TABLE and tag not in _IN_TABLES:
            self.broken[f"{_named(tag)} between the cells of a table is drawn before it"] += 1
        if tag in elements.VOID or is_closed:
            return
        self._counts[tag] += 1
        if tag in _PAGE:  # A browser has them open already.
            return
        self._open.append(tag)
        self._deepest = max(self._deepest, len(self._open))

    def _end(self, tag: str) -> None:
        if tag in _PAGE and self._counts[tag]:
            return
        if tag in elements.VOID or not self._counts[tag]:
            self._leaking[tag] -= 1
            self._stray(tag)
            return
        while self._open and (inner := self._open.pop()) != tag:
            self._unclosed(inner)
        self._counts[tag] -= 1

    def _stray(self, tag: str) -> None:
        fault = f"{_named('/' + tag)} closes nothing"
        self.broken[fault] += 1
        if tag not in _INLINE and tag not in {"br", "p"} and tag not in elements.VOID:
            self.escaping[f"{fault} here"] += 1

    def _unclosed(self, tag: str) -> None:
        self._counts[tag] -= 1
        self._leaking[tag] += tag in _REOPENED
        if tag not in _MAY_STAY_OPEN:
            self.broken[f"{_named(tag)} is not closed"] += 1

    def _close_implied(self, tag: str) -> None:
        """Close what this start tag ends without a word, such as a paragraph before a list."""
        ended, barrier = elements.ended_by(tag)
        if not any(self._counts[outer] for outer in ended):
            return
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index] in ended:
                for inner in reversed(self._open[index:]):
                    self._unclosed(inner)
                del self._open[index:]
                return
            if self._open[index] in barrier or self._open[index] == "template":
                return

    def _end_of(self, html: str) -> None:
        if ends_inside(html):
            swallowing = self._open.pop() if self._innermost in _SWALLOWING else ""
            inside = _named(swallowing) if swallowing else "a tag or a comment"
            self.broken[f"it ends inside {inside}"] += 1
            self.escaping[f"what follows would be swallowed by {inside}"] += 1
        for tag in [each for each in self._open if each not in _MAY_STAY_OPEN]:
            self.broken[f"{_named(tag)} is not closed"] += 1
            self._leaking[tag] += 1
        for tag in +self._leaking:
            self.escaping[f"what follows would stand inside {_named(tag)}, which is not closed"] += 1
        if self._deepest > _DEEP:
            self.broken["it nests so deep that programs differ in what they show"] += 1


def _named(tag: str) -> str:
    return f"<{spelled(tag[:20])}>"
