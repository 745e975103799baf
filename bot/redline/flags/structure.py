"""What markup says about words, list numbers, and whether the markup is whole.

The words of each side are counted under the markup that has a meaning of its own (superscripts, struck or inserted
text, headings, quotations, code). Words that stay and change sides are a finding; new words are not. Bold, italic
and underlined are formatting.

Whether the markup is whole is asked of its tags in a row, before a browser repairs them: what is left open at the end
would swallow what follows in the document, and an end tag that closes nothing here closes something there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import turbohtml
from turbohtml import TokenType

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import counted, quoted, spelled
from bot.redline.reading import elements
from bot.redline.reading.numbering import BULLET, Numbering
from bot.redline.remark import ends_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Run, Tree
    from bot.redline.model import Flag


def find(change: Compared) -> Iterator[Flag]:
    """Find words whose markup says something else now, other list numbers, and markup that is not whole."""
    if any(element.tag in _MEANINGS for tree in (change.old, change.new) for element in tree.elements):
        yield from _markup(_by_meaning(change.old), _by_meaning(change.new))
    yield from _numbering(_Lists(change.old), _Lists(change.new))
    yield from _wholeness(change)


# --- what markup says ------------------------------------------------------------------------------------------------

_MEANINGS: Final = {
    **dict.fromkeys(("sup", "sub", "del", "ins", "q", "blockquote", "pre", "code", *elements.HEADINGS)),
    "s": None, "strike": "s", "samp": "code", "kbd": "code", "tt": "code", "listing": "pre", "xmp": "pre",
}  # fmt: skip
"""Tags that say something about their words, and as which other tag they count."""
_SPEAKS_FOR_ITSELF: Final = frozenset({"del", "ins", "s"})
"""New words in it are a finding too: they look like a decision somebody took."""
_PARTS: Final = re.compile(r"\d+(?:[.,]\d+)+|\w+|\W+")
_WORD: Final = re.compile(r"\d+(?:[.,]\d+)+|\w+")

Under = tuple[str, ...]
"""Meaningful tags around a word, outermost first; or, if they are around parts of it, the word with its tags."""
Counted = dict[Under, Counter[str]]


def _by_meaning(tree: Tree) -> Counted:
    """Count a side's words by the meaningful markup around them."""
    around: dict[Element | None, Under] = {None: ()}
    block: dict[Element | None, Element | None] = {None: None}
    for element in tree.elements:
        outer = around[element.parent]
        around[element] = (
            (*outer, _MEANINGS[element.tag] or element.tag) if element.tag in _MEANINGS else outer
        )
        block[element] = element if element.tag in elements.BLOCKS else block[element.parent]
    counted: Counted = defaultdict(Counter)
    paragraph: list[Run] = []
    for run in tree.runs:
        if paragraph and block[paragraph[-1].holder] is not block[run.holder]:
            _count(paragraph, around, counted)
            paragraph = []
        paragraph.append(run)
    _count(paragraph, around, counted)
    return counted


def _count(paragraph: list[Run], around: Mapping[Element | None, Under], counted: Counted) -> None:
    kinds = {around[run.holder] for run in paragraph}
    if len(kinds) == 1:
        counted[kinds.pop()].update(_WORD.findall("".join(run.text for run in paragraph)))
        return
    pieces: list[tuple[str, Under]] = []
    for run in paragraph:
        for part in _PARTS.findall(run.text):
            if not part[0].isalnum() and part[0] != "_":
                _count_word(pieces, counted)
                pieces = []
            else:
                pieces.append((part, around[run.holder]))
    _count_word(pieces, counted)


def _count_word(pieces: list[tuple[str, Under]], counted: Counted) -> None:
    word = "".join(part for part, _ in pieces)
    kinds = {under for _, under in pieces}
    if len(kinds) == 1:
        counted[kinds.pop()][word] += 1
    elif word:
        counted[("", "".join(_tagged(part, under) for part, under in pieces))][word] += 1


def _tagged(text: str, under: Under) -> str:
    return f"<{under[-1]}>{text}</{under[-1]}>" if under else text


def _markup(old: Counted, new: Counted) -> Iterator[Flag]:
    gone = _differences(old, new)
    come = _differences(new, old)
    lost_under: dict[str, Under] = {word: under for under, words in gone.items() for word in words}
    moves: dict[tuple[Under, Under], list[str]] = defaultdict(list)
    for under, words in come.items():
        for word in words:
            if word in lost_under and lost_under[word] != under:
                moves[lost_under[word], under].append(word)
    named = [
        _moved(was, becomes, words)
        for (was, becomes), words in moves.items()
        if 2 * len(words) >= min(len(gone[was]), len(come[becomes]))
    ]
    named += [
        f"{quoted(' '.join(words), 80)} is new in <{under[-1]}>"
        for under, words in come.items()
        if under and under[-1] in _SPEAKS_FOR_ITSELF and not any(becomes == under for _, becomes in moves)
    ]
    if named:
        sentence = f"The markup of words changes their meaning: {named[0]}."
        yield raised("markup-changed", counted(sentence, len(named) - 1))


def _differences(one: Counted, other: Counted) -> dict[Under, Counter[str]]:
    found = {under: words - other.get(under, Counter()) for under, words in one.items()}
    return {under: words for under, words in found.items() if words}


def _moved(was: Under, becomes: Under, words: Iterable[str]) -> str:
    text = " ".join(words)
    if "" in {*was[:1], *becomes[:1]}:
        return f"{quoted(_drawn(was, text), 60)} becomes {quoted(_drawn(becomes, text), 60)}"
    return f"{quoted(text, 80)} was {_place(was)}, is {_place(becomes)} now"


def _drawn(under: Under, text: str) -> str:
    return under[1] if under[:1] == ("",) else _tagged(text, under)


def _place(under: Under) -> str:
    return f"in <{under[-1]}>" if under else "plain"


# --- list numbers ----------------------------------------------------------------------------------------------------

_TYPES: Final = {
    "decimal": "1", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I",
}  # fmt: skip


class _Item(NamedTuple):
    """A list item: the number it is drawn with, and what its list and itself say about numbers."""

    label: str
    rule: str


class _Lists:
    """A side's lists: the items by their own words, and the first item of each list."""

    def __init__(self, tree: Tree) -> None:
        self.items: dict[str, list[_Item]] = defaultdict(list)
        self.firsts: list[tuple[int, _Item]] = []
        texts = _own_texts(tree)
        for each in tree.of("ol", "ul", "menu"):
            items = [child for child in each.children if child.tag == "li"]
            kind, rule = _rule(each, len(items))
            numbering = Numbering("ol" if kind else "ul", {**each.attributes, **kind}, 1)
            labelled = list(_labelled(items, numbering, rule))
            for item, label in zip(items, labelled, strict=True):
                self.items[texts.get(item, "")].append(label)
            self.firsts += [(len(items), label) for label in labelled[:1]]


def _own_texts(tree: Tree) -> dict[Element, str]:
    """Return each item's words, those of lists in it left out."""
    item: dict[Element | None, Element | None] = {None: None}
    for element in tree.elements:
        item[element] = element if element.tag == "li" else item[element.parent]
    texts: dict[Element, list[str]] = defaultdict(list)
    for run in tree.runs:
        if (holder := item[run.holder]) is not None:
            texts[holder].append(run.text)
    return {element: " ".join("".join(parts).split()) for element, parts in texts.items()}


def _rule(each: Element, length: int) -> tuple[dict[str, str], str]:
    """Return the attributes that number a list (none for bullets), and how to name them."""
    style = each.styles.get("list-style-type") or each.styles.get("list-style", "")
    drawn = next((word for word in style.split() if word in _TYPES or word in {"none", "disc", "circle"}), "")
    is_numbered = drawn in _TYPES or (each.tag == "ol" and drawn not in {"none", "disc", "circle"})
    own = {name: each.attributes[name] for name in ("start", "type", "reversed") if name in each.attributes}
    named = [
        each.tag,
        *(f"{name}={value}" if value else name for name, value in own.items()),
        *([style] * bool(style)),
    ]
    if "reversed" in own:
        own.setdefault("start", str(length))
    if drawn in _TYPES:
        own["type"] = _TYPES[drawn]
    return ({"type": "1", **own} if is_numbered else {}), " ".join(named)


def _labelled(items: Iterable[Element], numbering: Numbering, rule: str) -> Iterator[_Item]:
    for item in items:
        label = natural = numbering.label(None)
        if _NUMBER.fullmatch(value := item.attributes.get("value", "")):
            label = numbering.label(value)
        if label != natural:
            rule = f"{rule}, value={value}"  # It counts for all items after this one as well.
        yield _Item(label, rule)


_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]{1,9}\s*")


def _numbering(old: _Lists, new: _Lists) -> Iterator[Flag]:
    """Find items that have another number because their list says so, not because others came or went."""
    for text, items in new.items.items():
        before = old.items.get(text, [])
        for was, becomes in zip(before, items, strict=False):
            if was.label != becomes.label and was.rule != becomes.rule:
                yield _renumbered(text, was, becomes)
                return
    if len(old.firsts) == len(new.firsts):
        for (length, was), (new_length, becomes) in zip(old.firsts, new.firsts, strict=True):
            if was.rule != becomes.rule and was.label != becomes.label and length == new_length:
                yield _renumbered("", was, becomes)
                return


def _renumbered(text: str, was: _Item, becomes: _Item) -> Flag:
    item = quoted(text, 60) if text else "an item"
    sentence = f"The numbers of a list change: {item} was {_label(was)}, is {_label(becomes)} now."
    return raised("list-numbering-changed", sentence)


def _label(item: _Item) -> str:
    return f"{'without a number' if item.label == BULLET else item.label} ({spelled(item.rule[:30])})"


# --- whole markup ----------------------------------------------------------------------------------------------------

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


def _wholeness(change: Compared) -> Iterator[Flag]:
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
