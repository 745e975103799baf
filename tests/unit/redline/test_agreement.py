import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.redline.agreement import disagreement
from bot.redline.caps import uninspectable
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read
from bot.redline.reading.record import Reading
from bot.redline.words import Sort, Token

WORDS = [
    "the",
    "party",
    "shall",
    "not",
    "pay",
    "any",
    "fee",
    "of",
    "30",
    "days",
    "under",
    "clause",
    "4.1",
    "(a)",
    "unless",
    "agreed",
    "in",
    "writing;",
    "Größe",
    "“terms”",
    "1,000.50",
    "EUR",
    "Müller’s",
    "договор",
    "契約",
    "30%",
    "&amp;",
    "العقد",
]
INLINE = (
    "b",
    "i",
    "em",
    "strong",
    "u",
    "span",
    "a href='https://e.example/?a=1&amp;b=2'",
    "sup",
    "font",
    "del",
)
OPEN, END = re.compile(r"<[a-z][^>]*>"), re.compile(r"</[a-z0-9]+>")

Sloppiness = Callable[[random.Random, str], str]


def said(html: str) -> str:
    return disagreement(html, read(html, Looks()))


def text(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 12)))


def inline(chance: random.Random, depth: int = 0) -> str:
    if depth > 2 or chance.random() < 0.5:
        return text(chance)
    tag, space = chance.choice(INLINE), chance.choice(["", " "])
    return f"{text(chance)}{space}<{tag}>{inline(chance, depth + 1)}</{tag.split()[0]}>{space}{text(chance)}"


def block(chance: random.Random, depth: int = 0) -> str:
    """Make a block of a document, with others in it."""
    some = range(chance.randint(1, 3))
    if depth > 2:
        return f"<p>{inline(chance)}</p>"
    makers: list[Callable[[], str]] = [
        lambda: f"<p>{inline(chance)}<br>{text(chance)}<br/>{inline(chance)}</p>",
        lambda: f"<h2>{text(chance)}</h2><p>{inline(chance)}</p>",
        lambda: "<ol start=3>" + "".join(f"\n<li>{block(chance, depth + 1)}</li>" for _ in some) + "</ol>",
        lambda: f"<ul><li>{inline(chance)}<li>{inline(chance)}</ul>",
        lambda: f"<div class=x>{block(chance, depth + 1)}{block(chance, depth + 1)}</div>",
        lambda: (
            f"<blockquote>{block(chance, depth + 1)}</blockquote><pre>{text(chance)}\n  {text(chance)}</pre>"
        ),
        lambda: f"<p><img src=a.png alt='{text(chance)}'> {text(chance)}<svg><path d='M0 0'/></svg></p>",
        lambda: f"<style>p{{}}</style><!-- {text(chance)} --><dl><dt>{text(chance)}<dd>{inline(chance)}</dl>",
        lambda: (
            f"<table><caption>{text(chance)}</caption><tbody>{''.join(row(chance) for _ in some)}</table>"
        ),
    ]
    return chance.choice(makers)()


def row(chance: random.Random) -> str:
    return f"<tr>\n<td>{inline(chance)}</td><td>{inline(chance)}</td></tr>"


def ordinary(chance: random.Random) -> str:
    """Make a fragment as a document program writes it: blocks, or the rows, cells or items of one."""
    kind = chance.random()
    if kind < 0.1:
        return row(chance) + row(chance)
    if kind < 0.2:
        return f"<td>{inline(chance)}</td>"
    if kind < 0.3:
        return f"<li>{inline(chance)}</li><li>{inline(chance)}</li>"
    return inline(chance) if kind < 0.4 else "".join(block(chance) for _ in range(chance.randint(1, 3)))


def without(pattern: str) -> Sloppiness:
    """Drop one tag of these."""

    def drop(chance: random.Random, html: str) -> str:
        found = list(re.finditer(pattern, html))
        one = chance.choice(found) if found else None
        return html[: one.start()] + html[one.end() :] if one else html

    return drop


def with_any(*tags: str, at: re.Pattern[str] = OPEN) -> Sloppiness:
    """Put one of these somewhere beside a tag."""

    def put(chance: random.Random, html: str) -> str:
        places = [found.end() for found in at.finditer(html) if found[0][1:3] not in {"ta", "tb", "tr", "/t"}]
        place = chance.choice(places or [len(html)])
        return html[:place] + chance.choice(tags) + html[place:]

    return put


def crossed(chance: random.Random, html: str) -> str:
    """Let two end tags change places."""
    return re.sub(r"(</[a-z0-9]+>)(\s*)(</[a-z0-9]+>)", r"\3\2\1", html, count=chance.randint(1, 3))


SLOPPY: dict[str, Sloppiness] = {
    "as it should be": lambda _, html: html,
    "no end tags": lambda _, html: re.sub(r"</(p|li|td|tr|dt|dd)>", "", html),
    "capitals": lambda _, html: END.sub(lambda tag: tag[0].upper(), html),
    "an inline element never ends": without(r"</(b|i|em|strong|u|span|a|sup|font|del)>"),
    "an end tag of nothing": with_any("</b>", "</span>", "</font>", "</em>", at=END),
    "an end tag of what holds it": lambda chance, html: (
        f"{html}{chance.choice(['</div>', '</ul>', '</td>'])}{html}"
    ),
    "a paragraph that ends twice": lambda _, html: html.replace("</p>", "</p></p>"),
    "crossed end tags": crossed,
    "Word's own": with_any(
        "<o:p></o:p>", "<a name=x></a>", "<![if !x]>", "<?xml:x />", "<wbr>", "<font face=A>"
    ),
    "bare signs": with_any(" & ", " < ", " A&B ", " x<5 ", "&copy", "&nbsp", "&notit;", "&#0;", "&#x110000;"),
    "a link in a link": with_any("<a href=y>"),
    "cut off": lambda chance, html: html[: chance.randrange(len(html))],
}


@pytest.mark.parametrize("sloppiness", SLOPPY)
def test_both_parsers_read_ordinary_and_sloppy_html_alike(sloppiness: str) -> None:
    """Of some thousand fragments, none is refused for how people and programs really write."""
    chance = random.Random(sloppiness)  # noqa: S311 -- examples, the same in each run
    htmls = [SLOPPY[sloppiness](chance, ordinary(chance)) for _ in range(200)]
    inspected = [html for html in htmls if not uninspectable("<p>", html)]
    refused = [html for html in inspected if said(html)]
    print(f"{sloppiness}: {len(refused)} of {len(inspected)} fragments refused")  # noqa: T201 -- the share
    assert not refused
    assert len(inspected) > 190


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n",
        "<tr><td>a</td><td>b</td></tr>",
        "<td>a<td>b",
        "<tr><td>a | b<td>|<td>c</tr><p>|",
        "<li>a<li>b",
        "<caption>a</caption><tr><td>b",
        "<option>a<option>b",
        "<svg><![CDATA[a]]><title>b</title><text>c</text></svg>d",
        "a<template>b</template><noscript>c</noscript><iframe>d</iframe>e",
        "<script>a<b>c</script><style>d</style><title>e</title>f",
        "<pre>\na\n b</pre><textarea><b>c</textarea>",
        "10<sup>6</sup> not<b>able</b> a<!-- c -->b",
        "<p>a<table><tr><td>b</table>c",
        "\ufeffa\u00a0b\u2003c\u200bd\r\ne\x0cf\x85g",
        "<img alt=' a  b '>c<image>d",
        "<html><head><title>a</title></head><body>b</body></html>",
    ],
)
def test_what_looks_odd_but_is_read_one_way_is_no_disagreement(html: str) -> None:
    """A fragment is read in the context that its first tag asks for, and what is not drawn is in neither reading."""
    assert said(html) == ""


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<table><tr><td>shall</td>not<td>pay</table>", "a browser draws `not` above the table"),
        ("<p>The fee is 1<td>000", "a browser draws 1000"),
        (
            "<svg><style>a</style><p><style>b</style>",
            "the paragraph ends the drawing, so the last style is one",
        ),
        ("<body><p>1</p>2</body>000", "a browser draws 2000"),
        ("<noscript>a<!--</noscript>b-->c", "what a browser shows depends on whether it runs programs"),
        ("<svg><script><p>a", "in a drawing a script may hold a paragraph, which ends both"),
    ],
)
def test_what_a_browser_draws_otherwise_is_a_disagreement(html: str, why: str) -> None:
    """The flat reading shows other words, or shows them in another place."""
    assert said(html), why


def lost_word(token: Token) -> Token | None:
    return None if token.text == "not" else token


def deep_word(token: Token) -> Token | None:
    return token if token.look < 3 else None


def joined_words(token: Token) -> Token | None:
    return token._replace(spaced=False) if token.text == "able" else token


def other_letters(token: Token) -> Token | None:
    return token._replace(text=token.text.replace("\u0430", "a"))


def no_lines(token: Token) -> Token | None:
    return None if token.sort is Sort.LINE else token


def border_for_bar(token: Token) -> Token:
    return token._replace(sort=Sort.CELL) if token.text == "|" else token


@pytest.mark.parametrize(
    ("defect", "html"),
    [
        (lost_word, "<p>It is <b>not</b> allowed."),
        (deep_word, "<div><p>It <i><b>is"),
        (joined_words, "<p>not able"),
        (other_letters, "<p>p\u0430y"),
        (no_lines, "<p>1<br>000"),
        (border_for_bar, "<p>1 | 000"),
    ],
)
def test_a_reading_that_is_wrong_is_found_out(defect: Callable[[Token], Token | None], html: str) -> None:
    """A defect planted in one reading is a disagreement, whose sentence says where it begins."""
    right = read(html, Looks())
    blocks = [
        replace(part, tokens=tuple(one for token in part.tokens if (one := defect(token))))
        for part in right.blocks
    ]
    assert disagreement(html, right) == ""
    assert re.fullmatch(
        r"Two parsers read its text differently from word \d on, so nobody can say what a page would show\.",
        disagreement(html, Reading(blocks=blocks)),
    )


def test_a_word_too_many_is_found_out_as_well_as_a_word_too_few() -> None:
    """Also where one reading is the beginning of the other."""
    assert "from word 2 on" in disagreement("<p>a", read("<p>a b", Looks()))
    assert "from word 2 on" in disagreement("<p>a b", read("<p>a", Looks()))
    assert "from word 1 on" in disagreement("", read("<p>a", Looks()))
