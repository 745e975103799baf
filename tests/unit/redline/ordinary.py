"""Ordinary edits of ordinary texts: what people and assistants do to documents all day, and no reason for an alarm.

The texts are brought into HTML as an importer would bring them. The same installation gives the same edits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final, TypeVar

from tests.unit.redline.prose import ADDITIONS, LANGUAGES, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

One = TypeVar("One")

WORDING: Final = frozenset({"risk-word", "case-only", "punctuation-only", "moved-text", "truncated"})
"""Flags that may well be true of any edit of words."""
MARKUP: Final = frozenset({"markup-changed", "style-changed", "attribute-changed"})

SYNONYMS: Final = {
    "use": "employ", "work": "undertaking", "software": "program", "copies": "duplicates", "source": "origin",
    "other": "further", "with": "including", "any": "whichever", "following": "below", "which": "that",
    "provided": "supplied", "name": "title", "value": "amount", "used": "applied", "object": "item",
}  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """One edit.

    Attributes:
        kind: In words.
        may_name: Flags that are true of it.
    """

    kind: str
    old_html: str | None
    new_html: str | None
    operation: str
    may_name: frozenset[str]


class Dice:
    """Picks as if by chance, and the same each time."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        """Give a number from 0, below `limit`."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit

    def one(self, of: Sequence[One]) -> One:
        """Pick one."""
        return of[self.below(len(of))]


def _html(text: str) -> str:
    """Turn a text's own emphasis into tags, as an importer would."""
    text = re.sub(r"``?([^`]+)``?", r"<code>\1</code>", escape(text, quote=False))
    return re.sub(r"(?<!\w)\*\*?([^*]+)\*\*?(?!\w)", r"<em>\1</em>", text)


def _chunk(inner: str, tag: str = "p") -> str:
    return f'<{tag} data-chunk-id="11111111-1111-4111-8111-111111111111">{inner}</{tag}>'


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[a-z]{2}[.;:]) ", text)


Pair = tuple[str, str]


def _reworded(text: str, dice: Dice) -> Pair:
    words = text.split(" ")
    at = dice.below(len(words))
    words[at] = SYNONYMS.get(words[at].lower(), dice.one(tuple(SYNONYMS.values())))
    return _chunk(_html(text)), _chunk(_html(" ".join(words)))


def _typo(text: str, dice: Dice) -> Pair:
    words = text.split(" ")
    at = dice.one([number for number, word in enumerate(words) if word.isalpha() and word.islower()] or [0])
    word, cut = words[at], dice.below(len(words[at]))
    slip = dice.one(
        (word[:cut] + word[cut + 1 :], word[:cut] + word[cut : cut + 1] + word[cut:], word[1::-1] + word[2:])
    )
    return _chunk(_html(" ".join([*words[:at], slip or word, *words[at + 1 :]]))), _chunk(_html(text))


def _clause_added(text: str, dice: Dice) -> Pair:
    sentences = _sentences(text)
    place = dice.below(len(sentences) + 1)
    added = [*sentences[:place], dice.one(_sentences(dice.one(texts()))), *sentences[place:]]
    return _chunk(_html(text)), _chunk(_html(" ".join(added)))


def _sentence_deleted(text: str, dice: Dice) -> Pair:
    return _clause_added(text, dice)[::-1]


def _sentence_rewritten(text: str, dice: Dice) -> Pair:
    sentences = _sentences(text)
    sentences[dice.below(len(sentences))] = dice.one(_sentences(dice.one(texts())))
    return _chunk(_html(text)), _chunk(_html(" ".join(sentences)))


def _sentences_swapped(text: str, dice: Dice) -> Pair:
    first, second = text, dice.one(texts())
    return _chunk(f"{_html(first)} {_html(second)}"), _chunk(f"{_html(second)} {_html(first)}")


def _rows(text: str, dice: Dice) -> list[list[str]]:
    words = [word.strip(".,;:()\"'") for word in text.split(" ")][:12]
    return [
        ["Item", "Count", "Price"],
        *([word, str(dice.below(90)), f"€ {dice.below(900)}.00"] for word in words),
    ]


def _table(rows: list[list[str]]) -> str:
    head, *body = rows
    lines = ["".join(f"<th>{_html(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{_html(cell)}</td>" for cell in row) for row in body]
    return _chunk("".join(f"<tr>{line}</tr>" for line in lines), "table")


def _cell(text: str, dice: Dice) -> Pair:
    rows = _rows(text, dice)
    changed = [list(row) for row in rows]
    dice.one(changed[1:])[dice.below(3)] = str(dice.below(5000))
    return _table(rows), _table(changed)


def _row_added(text: str, dice: Dice) -> Pair:
    rows = _rows(text, dice)
    place = 1 + dice.below(len(rows))
    return _table(rows), _table([*rows[:place], ["Delivery", "1", "€ 15.00"], *rows[place:]])


def _list(items: list[str], tag: str) -> str:
    return _chunk("".join(f"<li>{_html(item)}</li>" for item in items), tag)


def _item_added(text: str, dice: Dice) -> Pair:
    items, tag = _sentences(text), dice.one(("ul", "ol"))
    place = dice.below(len(items) + 1)
    return _list(items, tag), _list([*items[:place], "One more point.", *items[place:]], tag)


def _item_removed(text: str, dice: Dice) -> Pair:
    return _item_added(text, dice)[::-1]


def _around(text: str, dice: Dice, before: str, after: str) -> Pair:
    """Put something around a few words."""
    words = [_html(word) for word in text.split(" ")]
    start = dice.below(len(words))
    end = min(len(words), start + 1 + dice.below(4))
    marked = [*words[:start], f"{before}{' '.join(words[start:end])}{after}", *words[end:]]
    return _chunk(" ".join(words)), _chunk(" ".join(marked))


def _emphasis_added(text: str, dice: Dice) -> Pair:
    tag = dice.one(("b", "strong", "i", "em", "u"))
    return _around(text, dice, f"<{tag}>", f"</{tag}>")


def _emphasis_removed(text: str, dice: Dice) -> Pair:
    return _emphasis_added(text, dice)[::-1]


def _styled(text: str, dice: Dice) -> Pair:
    styles = (
        "font-weight:bold",
        "color:#333333",
        "font-style: italic;",
        "font-size:14pt",
        "background-color: yellow",
        "color: red",
    )
    return _around(text, dice, f'<span style="{dice.one(styles)}">', "</span>")


def _aligned(text: str, dice: Dice) -> Pair:
    style = dice.one(("text-align:center", "margin-left:36pt", "line-height:1.5", "text-indent:2em"))
    return _chunk(_html(text)), _chunk(_html(text)).replace("<p ", f'<p style="{style}" ', 1)


def _link_added(text: str, dice: Dice) -> Pair:
    url = dice.one(
        (
            "https://www.acme.example/terms",
            "mailto:legal@acme.example",
            "#section-2",
            "https://docs.acme.example/a?b=1",
        )
    )
    return _around(text, dice, f'<a href="{url}">', "</a>")


def _beside_link(text: str, dice: Dice) -> Pair:
    link = ' See <a href="https://www.acme.example/terms">our terms</a> for more.'
    old, new = _reworded(text, dice)
    return old.replace("</p>", f"{link}</p>"), new.replace("</p>", f"{link}</p>")


def _link_renamed(text: str, dice: Dice) -> Pair:
    link = '<a href="https://www.acme.example/terms">{}</a>'
    words = dice.one(("our terms", "the general terms", "Terms of Service"))
    return tuple(_chunk(f"{_html(text)} {link.format(name)}") for name in ("the terms", words))  # type: ignore[return-value] # Two of them.


def _heading(text: str, dice: Dice) -> Pair:
    words = text.rstrip(".").split(" ")[:6]
    title = " ".join(words).title()
    tag = dice.one(("h1", "h2", "h3"))
    return _chunk(escape(" ".join(words)), tag), _chunk(
        escape(dice.one((title, f"{title} and Scope", f"{1 + dice.below(9)}. {title}"))), tag
    )


def _heading_level(text: str, dice: Dice) -> Pair:
    title = escape(" ".join(text.rstrip(".").split(" ")[:6]))
    return _chunk(title, "h2"), _chunk(title, dice.one(("h1", "h3", "h4")))


def _number(text: str, dice: Dice) -> Pair:
    form = dice.one(("within {} days", "a fee of ${},000.00", "{} %", "clause {}.2", "by 1 March 20{}"))
    numbers = 10 + dice.below(40), 60 + dice.below(30)
    old, new = (_chunk(f"{_html(text)} The figure is {form.format(number)}.") for number in numbers)
    return old, new


def _typeset(text: str, dice: Dice) -> Pair:
    plain = f'{text} The "Work" isn\'t done - see pages 3-4...'
    set_ = (
        plain.replace(' "', " “")
        .replace('" ', "” ")
        .replace("'", "’")
        .replace(" - ", " – ")
        .replace("3-4", "3–4")
    )
    return _chunk(_html(plain)), _chunk(_html(dice.one((set_, set_.replace("...", "…")))))


def _comma(text: str, dice: Dice) -> Pair:
    words = text.split(" ")
    at = dice.below(len(words) - 1)
    words[at] = words[at].rstrip(",") if words[at].endswith(",") else f"{words[at]},"
    return _chunk(_html(text)), _chunk(_html(" ".join(words)))


def _capital(text: str, dice: Dice) -> Pair:
    words = text.split(" ")
    at = dice.below(len(words))
    words[at] = words[at].swapcase() if len(words[at]) < 3 else words[at].title()
    return _chunk(_html(text)), _chunk(_html(" ".join(words)))


def _language(_text: str, dice: Dice) -> Pair:
    sentence = dice.one(tuple(LANGUAGES.values()))
    words = sentence.split(" ")
    if len(words) < 3:
        return _chunk(sentence), _chunk(sentence[1:] + sentence[:1])
    at, other = dice.below(len(words)), dice.below(len(words))
    words[at], words[other] = words[other], words[at]
    return _chunk(sentence), _chunk(" ".join(words if at != other else words[1:]))


def _language_added(text: str, dice: Dice) -> Pair:
    return _chunk(_html(text)), _chunk(f"{_html(text)} {dice.one(tuple(LANGUAGES.values()))}")


def _translated(_text: str, dice: Dice) -> Pair:
    sentences = tuple(LANGUAGES.values())
    at = dice.below(len(sentences))
    return _chunk(sentences[at]), _chunk(sentences[at - 1])


def _special(text: str, dice: Dice) -> Pair:
    return _chunk(_html(text)), _chunk(f"{_html(text)} {escape(dice.one(ADDITIONS))}")


def _split(text: str, dice: Dice) -> Pair:
    other = dice.one(texts())
    return _chunk(f"<p>{_html(text)} {_html(other)}</p>", "div"), _chunk(
        f"<p>{_html(text)}</p><p>{_html(other)}</p>", "div"
    )


def _merged(text: str, dice: Dice) -> Pair:
    return _split(text, dice)[::-1]


def _image_added(text: str, dice: Dice) -> Pair:
    source = dice.one(("images/chart.png", "data:image/png;base64,iVBORw0KGgo="))
    return _chunk(_html(text)), _chunk(f'{_html(text)} <img src="{source}" alt="Sales by year" width="400">')


def _indented(text: str, dice: Dice) -> Pair:
    items = _sentences(text)
    old = _list(items, "ul")
    return old, dice.one(
        (old.replace("<li>", "\n  <li>"), old.replace("</li>", "</li>\n"), old.replace("><", ">\n<"))
    )


def _quoted(text: str, dice: Dice) -> Pair:
    other = _html(dice.one(texts()))
    return _chunk(f"<p>{_html(text)}</p>", "div"), _chunk(
        f"<p>{_html(text)}</p><blockquote><p>{other}</p></blockquote>", "div"
    )


def _created(text: str, dice: Dice) -> Pair:
    more = dice.one(
        (
            "",
            "<ul><li>First</li><li>Second</li></ul>",
            '<p>See <a href="https://www.acme.example">Acme</a>.</p>',
            "<hr>",
        )
    )
    return "", _chunk(
        f"<h2>{dice.one(('Scope', 'Terms', 'Notices'))}</h2><p>{_html(text)}</p>{more}", "section"
    )


def _deleted(text: str, dice: Dice) -> Pair:
    return _created(text, dice)[::-1]


KINDS: Final[dict[str, tuple[Callable[[str, Dice], Pair], frozenset[str]]]] = {
    "a word reworded": (_reworded, WORDING),
    "a typing error corrected": (_typo, WORDING),
    "a clause added": (_clause_added, WORDING | MARKUP),
    "a sentence deleted": (_sentence_deleted, WORDING | MARKUP),
    "a sentence rewritten": (_sentence_rewritten, WORDING | MARKUP),
    "two sentences swapped": (_sentences_swapped, WORDING | MARKUP),
    "a table's cell": (_cell, WORDING | {"table-cell-changed"}),
    "a table's row added": (_row_added, WORDING | {"table-structure-changed", "table-cell-changed"}),
    "a list item added": (_item_added, WORDING | {"list-numbering-changed"}),
    "a list item removed": (_item_removed, WORDING | {"list-numbering-changed"}),
    "emphasis added": (_emphasis_added, MARKUP),
    "emphasis removed": (_emphasis_removed, MARKUP),
    "a soft style": (_styled, MARKUP),
    "a paragraph aligned": (_aligned, MARKUP),
    "a link added": (_link_added, MARKUP),
    "words beside a link": (_beside_link, WORDING),
    "a link's words": (_link_renamed, WORDING),
    "a heading renamed": (_heading, WORDING),
    "a heading's level": (_heading_level, MARKUP),
    "a number changed": (_number, WORDING),
    "typographic marks": (_typeset, WORDING),
    "a comma": (_comma, WORDING),
    "a capital": (_capital, WORDING),
    "words in another language": (_language, WORDING),
    "a sentence in another language": (_language_added, WORDING),
    "a translation": (_translated, WORDING),
    "something special": (_special, WORDING),
    "a paragraph split": (_split, WORDING | MARKUP | {"whitespace-change"}),
    "paragraphs merged": (_merged, WORDING | MARKUP | {"whitespace-change"}),
    "an image added": (_image_added, WORDING | {"image-changed"}),
    "white space between tags": (_indented, frozenset({"no-op", "whitespace-change"})),
    "a quotation added": (_quoted, WORDING | MARKUP),
    "a section created": (_created, WORDING),
    "a section deleted": (_deleted, WORDING),
}


def edits(each: int = 36) -> Iterator[Edit]:
    """Give `each` edits of every kind."""
    for number, (kind, (make, may_name)) in enumerate(KINDS.items()):
        for turn in range(each):
            dice = Dice(number * 1000 + turn)
            old, new = make(dice.one(texts()), dice)
            if old != new:
                yield Edit(kind, old or None, new or None, _operation(old, new), may_name)


def _operation(old: str, new: str) -> str:
    return "edit" if old and new else "create" if new else "delete"
