"""Words that are there and are not drawn, or are drawn as if they said something else.

Words are counted on both sides, drawn and not drawn: what was drawn and is only hidden now has changed its
visibility; what is hidden and was nowhere before is hidden content; what is hidden on both sides is no change.
Styles are judged by the words they cover: a word that stays and comes under a new style reads differently, while
a new word under an old style is an ordinary edit.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags.compared import raised
from bot.redline.flags.styles import declarations
from bot.redline.flags.texts import LONGEST, counted, quoted, spelled
from bot.redline.flags.visibility.colours import pixels
from bot.redline.flags.visibility.hiding import UNHEARD, Sheet, hiding_style, sights

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Tree
    from bot.redline.flags.visibility.hiding import Sight
    from bot.redline.model import Flag

_TOKEN: Final = re.compile(
    r"[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3041-\u30ff\u3400-\u9fff]+|[^\w\s]"
)
_NOT_TEXT: Final = frozenset({"script", "style"})
_FRESH_ENOUGH: Final = 3
"""New words beside many that were drawn before: fewer are a rewording of what is now hidden."""

Mark = tuple[str, str]
"""A property and its value."""


def find(change: Compared) -> Iterator[Flag]:
    """Find what is hidden now, what was, and what style sheets make of the words."""
    found: dict[str, Flag] = {}
    for flag in _all(change):
        found.setdefault(flag.name, flag)
    yield from found.values()


def _all(change: Compared) -> Iterator[Flag]:
    old_sheet, new_sheet = Sheet.of(change.old), Sheet.of(change.new)
    old_sights, new_sights = sights(change.old), sights(change.new)
    yield from _visibility(_Drawn.of(change.old, old_sights), _Drawn.of(change.new, new_sights))
    yield from _fields(change)
    yield from _rules(change.new, old_sheet, new_sheet)
    yield from _generated_in_place(change)
    old_marks = _marked(change.old, old_sheet, old_sights)
    new_marks = _marked(change.new, new_sheet, new_sights)
    if any(old_marks.values()) or any(new_marks.values()):
        yield from _styles(_Styled.of(change.old, old_marks), _Styled.of(change.new, new_marks))


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text)


# --- what is drawn ---------------------------------------------------------------------------------------------------


class _Stretch(NamedTuple):
    """Text without a border, and why it is not drawn; or why it is not heard, although it is drawn."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A side's stretches that are drawn, and those that are not."""

    seen: Sequence[str]
    hidden: Sequence[_Stretch]

    @classmethod
    def of(cls, tree: Tree, seen: Mapping[Element | None, Sight]) -> _Drawn:
        runs = [
            run
            for run in tree.runs
            if run.text.strip() and (not run.holder or run.holder.tag not in _NOT_TEXT)
        ]
        drawn, hidden = [], []
        for why, group in groupby(runs, lambda run: seen[run.holder].why or seen[run.holder].unheard):
            text = " ".join("".join(run.text for run in group).split())
            if why:
                hidden.append(_Stretch(text, why))
            else:
                drawn.append(text)
        return cls(drawn, hidden)

    def words(self) -> Counter[str]:
        """Count the words that are drawn."""
        return Counter(word for text in self.seen for word in _words(text))


def _visibility(old: _Drawn, new: _Drawn) -> Iterator[Flag]:
    if not old.hidden and not new.hidden:
        return
    covered, fresh = _hidden_now(old, new)
    shown = _shown_now(old, new)
    if fresh:
        yield raised("hidden-content", _sentence("New text is not drawn", fresh))
    if covered:
        yield raised("visibility-changed", _sentence("Text is not drawn any more", covered))
    elif shown:
        yield raised("visibility-changed", _sentence("Hidden text is drawn now", shown))


def _hidden_now(old: _Drawn, new: _Drawn) -> tuple[list[_Stretch], list[_Stretch]]:
    """Return the stretches that were drawn before, and those with words that were nowhere."""
    lost, kept = old.words() - new.words(), Counter(stretch.text for stretch in old.hidden)
    hidden_before = Counter(word for stretch in old.hidden for word in _words(stretch.text))
    covered, fresh = [], []
    for stretch in new.hidden:
        if kept[stretch.text]:
            kept[stretch.text] -= 1
            continue
        rest = _without(_words(stretch.text), hidden_before)
        unknown = _without(rest, lost)
        drawn = len(rest) - len(unknown)
        if drawn and drawn >= len(unknown):
            covered.append(stretch)
        if len(unknown) > drawn or len(unknown) >= _FRESH_ENOUGH:
            fresh.append(stretch)
    return covered, fresh


def _shown_now(old: _Drawn, new: _Drawn) -> list[_Stretch]:
    gained, kept = new.words() - old.words(), {stretch.text for stretch in new.hidden}
    shown = []
    for stretch in old.hidden:
        words = _words(stretch.text)
        if stretch.text not in kept and 2 * len(_without(words, gained)) <= len(words):
            shown.append(stretch)
    return shown


def _without(words: Sequence[str], stock: Counter[str]) -> list[str]:
    """Return the words that are not in the stock, and take the others out of it."""
    left = []
    for word in words:
        if stock[word] > 0:
            stock[word] -= 1
        else:
            left.append(word)
    return left


def _sentence(fact: str, stretches: Sequence[_Stretch]) -> str:
    text, why = stretches[0]
    reason = f"Drawn, but {why}" if why == UNHEARD else f"{fact} ({why})"
    # The words themselves matter most: they have all the room there is.
    words = quoted(text, LONGEST - len(f"{reason}: “” And 10,000 more."))
    return counted(f"{reason}: {words}", len(stretches) - 1)


def _fields(change: Compared) -> Iterator[Flag]:
    """Find form fields that are not drawn and hold a value."""
    new = Counter(_hidden_fields(change.new)) - Counter(_hidden_fields(change.old))
    for name, value in new:
        sentence = f"A form field that is not drawn ({quoted(name, 30)}) holds {quoted(value, 100)}."
        yield raised("hidden-content", sentence)
        return


def _hidden_fields(tree: Tree) -> Iterator[tuple[str, str]]:
    for field in tree.of("input"):
        value = field.attributes.get("value", "")
        if value.strip() and field.attributes.get("type", "").strip().lower() == "hidden":
            yield field.attributes.get("name", ""), value


# --- style sheets ----------------------------------------------------------------------------------------------------


def _rules(tree: Tree, old: Sheet, new: Sheet) -> Iterator[Flag]:
    """Find new rules: they draw text of their own, hide, or change how words read."""
    known = set(old.rules)
    for selector, body in dict.fromkeys(new.rules):
        styles = {} if (selector, body) in known else declarations(body)
        rule = f"{selector} {{ {body} }}"
        if generated := _generated(styles):
            yield _generation(tree, rule, generated)
        elif why := hiding_style(styles):
            yield raised(
                "visibility-changed", f"A style sheet hides what it names ({why}): {quoted(rule, 90)}"
            )
        elif any(_is_notable(mark) for mark in styles.items()):
            yield raised("style-changed", f"A style sheet changes how words are drawn: {quoted(rule, 120)}")


def _generated_in_place(change: Compared) -> Iterator[Flag]:
    """Find the first declaration in an element itself that draws something that is not in the text."""
    known = {generated for element in change.old.elements if (generated := _generated(element.styles))}
    for element in change.new.elements:
        generated = _generated(element.styles) if "style" in element.attributes else None
        if generated and generated not in known:
            yield _generation(change.new, element.attributes["style"], generated)
            return


def _generation(tree: Tree, source: str, mark: Mark) -> Flag:
    """Quote the source, which has its capitals, and what it comes to where that is written elsewhere or escaped."""
    names = list(dict.fromkeys(_ATTRIBUTE.findall(mark[1])))[:_NAMES]
    drawn = [each.attributes[name] for each in tree.elements for name in names if name in each.attributes]
    drawn += [mark[1]] * ("\\" in source)
    holds = f" It reads {quoted(' '.join(dict.fromkeys(drawn)), 50)}." if drawn else ""
    return raised(
        "css-generated-content", f"A style draws what is not in the text: {quoted(source, 90)}{holds}"
    )


_NAMES: Final = 3
"""Attributes that one declaration is followed to."""
_ATTRIBUTE: Final = re.compile(r"attr\(\s*([\w-]+)")


def _generated(styles: Mapping[str, str]) -> Mark | None:
    """Return the declaration that draws text, or numbers, of its own."""
    for name, value in styles.items():
        draws = name == "content" and value not in {"", "none", "normal", '""', "''", "inherit", "initial"}
        counts = name in {"counter-reset", "counter-increment", "counter-set"} and value != "none"
        marks = name in {"list-style", "list-style-type"} and ('"' in value or "'" in value)
        if draws or counts or marks:
            return name, value
    return None


# --- styles of words -------------------------------------------------------------------------------------------------

_ALWAYS: Final = frozenset({
    "clip-path", "direction", "flex-direction", "mask", "mask-image", "order", "position", "rotate",
    "scale", "text-orientation", "transform", "translate", "unicode-bidi", "word-spacing", "writing-mode",
    "-webkit-text-security",
})  # fmt: skip
"""A text that has it reads differently from what its characters say, also a new one."""

_ON_KEPT_WORDS: Final = frozenset({
    "filter", "float", "font-feature-settings", "font-size", "grid-area", "grid-row", "opacity",
    "text-combine-upright", "text-transform", "vertical-align", "-webkit-line-clamp",
})  # fmt: skip
"""New words may well come with it; words that get it were meant otherwise."""

_PLAIN: Final = frozenset({
    "0", "0%", "1", "1.0", "100%", "auto", "baseline", "bottom", "capitalize", "column", "embed",
    "horizontal-tb", "inherit", "initial", "isolate", "ltr", "middle", "mixed", "none", "normal",
    "plaintext", "relative", "revert", "row", "static", "sticky", "text-bottom", "text-top", "top",
    "unset",
})  # fmt: skip
_SMALL_PRINT: Final = 9.0
"""Pixels of type below which it is small print."""
_GLYPHS: Final = ("wingdings", "webdings", "symbol", "dingbats")
_STRUCK: Final = frozenset({"del", "s", "strike"})
_RIGHT_TO_LEFT: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def _is_notable(mark: Mark) -> bool:
    """Say whether a declaration changes how words read, rather than how they look."""
    name, value = mark
    if name.startswith("text-decoration") or name in {"font", "font-family"}:
        return _is_always_notable(mark)
    if name == "font-size":
        return pixels(value) < _SMALL_PRINT
    return name in _ALWAYS | _ON_KEPT_WORDS and value not in _PLAIN


def _is_always_notable(mark: Mark) -> bool:
    """Say whether it does so also where it comes with new words."""
    name, value = mark
    if name.startswith("text-decoration"):
        return "line-through" in value or "overline" in value
    if name in {"font", "font-family"}:
        return any(glyphs in value for glyphs in _GLYPHS)
    return name in _ALWAYS and value not in _PLAIN


@dataclass(frozen=True, slots=True)
class _Styled:
    """The words of a side, counted by the notable declarations that cover them.

    Attributes:
        words: All that are drawn.
        covered: Those under each declaration.
        first: The first text under each.
    """

    words: Counter[str]
    covered: Mapping[Mark, Counter[str]]
    first: Mapping[Mark, str]

    @classmethod
    def of(cls, tree: Tree, marks: _Marks) -> _Styled:
        words: Counter[str] = Counter()
        covered: dict[Mark, Counter[str]] = {}
        first: dict[Mark, str] = {}
        for run in tree.runs:
            found = _words(run.text)
            words.update(found)
            for mark in marks[run.holder] if found else ():
                covered.setdefault(mark, Counter()).update(found)
                first.setdefault(mark, run.text)
        return cls(words, covered, first)


_Marks = dict["Element | None", tuple[Mark, ...]]
"""The notable declarations that the text in each element is under."""


def _marked(tree: Tree, sheet: Sheet, seen: Mapping[Element | None, Sight]) -> _Marks:
    marks: _Marks = {None: ()}
    for element in tree.elements:
        is_bare = not element.attributes and not sheet.by_key and element.tag not in _OF_THEMSELVES
        own = () if is_bare or seen[element].why else _marks(element, sheet.styles(element))
        marks[element] = tuple(dict.fromkeys((*marks[element.parent], *own)))
    return marks


_OF_THEMSELVES: Final = frozenset({"bdo"})


def _marks(element: Element, styles: Mapping[str, str]) -> list[Mark]:
    """Return the declarations of an element that change how its words read."""
    if element.tag == "bdo" or "dir" in element.attributes:
        styles = {"direction": element.attributes.get("dir", "").lower(), **styles}
    found = [mark for mark in styles.items() if _is_notable(mark)]
    if element.tag == "bdo":
        found.append(("unicode-bidi", "bidi-override"))
    if element.tag in _STRUCK and "none" in styles.get(
        "text-decoration", styles.get("text-decoration-line", "")
    ):
        found.append(("text-decoration", "none"))
    if any(name == "direction" for name, _ in found) and _RIGHT_TO_LEFT.search(element.text):
        found = [mark for mark in found if mark[0] != "direction"]
    return found


def _styles(old: _Styled, new: _Styled) -> Iterator[Flag]:
    """Find words that stay and read differently, and new words whose style says something of its own."""
    come = [mark for mark in new.covered if _comes(mark, old, new)]
    gone = [mark for mark in old.covered if _covers_kept_words(mark, new, old)]
    if come:
        yield raised("style-changed", _styled(new.first, come, "is now drawn with"))
    elif gone:
        yield raised("style-changed", _styled(old.first, gone, "is no longer drawn with"))
    turned = [mark for mark in come if mark[0] in {"unicode-bidi", "direction"}]
    if turned:
        yield raised("bidi-control", _styled(new.first, turned, "is drawn in another order, by"))


def _comes(mark: Mark, before: _Styled, after: _Styled) -> bool:
    """Say whether a declaration is new and speaks for itself, or words that stay come under it."""
    is_new = mark not in before.covered
    return (is_new and _is_always_notable(mark)) or _covers_kept_words(mark, before, after)


def _covers_kept_words(mark: Mark, before: _Styled, after: _Styled) -> bool:
    covered = before.covered.get(mark, Counter())
    return bool(
        (after.covered[mark] - covered) & (before.words - covered) - (after.words - after.covered[mark])
    )


def _styled(first: Mapping[Mark, str], marks: Sequence[Mark], fact: str) -> str:
    named = ", ".join(f"{name[:30]}: {spelled(value[:40])}" for name, value in marks[:2])
    return counted(f"{quoted(first[marks[0]], 40)} {fact} {named}.", max(0, len(marks) - 2))
