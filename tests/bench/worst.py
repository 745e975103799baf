"""How long the worst takes that the caps let through, and how much memory. Run `python -m tests.bench.worst`.

Each shape is one kind of piece, as often as the caps allow: what differs from piece to piece differs on the two sides
as well, so that nothing is equal that need not be. `prose` is the time beside a page of ordinary text (aim: 200 ms),
`both` that of the shape on both sides (aim: 500 ms): milliseconds of the processor, medians where they are short.
Memory is the most that Python's objects need at once, with the shape on both sides; to measure it takes long, so that
it is measured of the shapes that need the most. Names of shapes ask for these only, memory included.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from bisect import bisect_left
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline import redline
from bot.redline.caps import MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, uninspectable

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES: Final = 3
LONG: Final = 50
"""Milliseconds after which a shape is not measured again."""
MEBIBYTE: Final = 1024 * 1024
PROSE: Final = "<p>" + "The buyer shall pay within thirty days of the invoice. " * 30 + "</p>"


class Shape(NamedTuple):
    """Pieces between a beginning and an end.

    Attributes:
        name: What they are.
        piece: Writes one, from its number.
        before: What stands before all of them.
        after: What stands after them.
    """

    name: str
    piece: Callable[[int], str]
    before: str = ""
    after: str = ""

    def html(self, count: int, first: int) -> str:
        """Write so many pieces, numbered from `first`."""
        return self.before + "".join(map(self.piece, range(first, first + count))) + self.after

    def most(self) -> int:
        """Find how many pieces the caps let through."""
        longest = MAX_BYTES // max(1, len(self.piece(0).encode()))
        return bisect_left(
            range(1, longest + 2), True, key=lambda count: bool(uninspectable("", self.html(count, ODD)))
        )


ODD: Final = 1_000_001
"""The first number of the other side."""
_COMMON: Final = ("the", "party", "shall", "pay", "of", "and", "to", "in", "any", "within", "days", "under")


def _common(number: int) -> str:
    return _COMMON[hash((number, number // 7)) % len(_COMMON)]


def _letter(number: int, first: int, among: int) -> str:
    return chr(first + number * 7919 % among)


def _attributes(number: int, count: int) -> str:
    return " ".join(f"a{number % 97}{place}={number}" for place in range(count))


_NESTED: Final = "<div>" * (MAX_DEPTH - 20)
_DECLARATIONS: Final = (
    "color:red;background:#fff;top:1px;left:2px;margin:0;opacity:1;font-size:9pt;width:9px;height:9px;overflow:hidden;"
    "clip:auto;transform:none;filter:none;position:relative;text-indent:0;line-height:1"
)

_STYLED: Final = "".join(f'<div style="{_DECLARATIONS};z-index:{level}">' for level in range(MAX_DEPTH - 20))
_MARKED: Final = "".join(
    f'<div style="order:{level};scale:{level + 2};rotate:{level}deg;word-spacing:{level}px;mask:url({level})">'
    for level in range(MAX_DEPTH - 20)
)

SHAPES: Final = (
    Shape("items", lambda n: f"<li>w{n}"),
    Shape("empty items", lambda _: "<li>"),
    Shape("numbered items", lambda n: f"<li value={n % 999}>w{n}", "<ol>", "</ol>"),
    Shape("nested lists", lambda n: f"<ol><li>w{n}" + "</ol>" * (n % 2)),
    Shape("cells", lambda n: f"<td>w{n}", "<table><tr>", "</table>"),
    Shape("rows", lambda n: f"<tr><td>w{n}<td>{n}", "<table>", "</table>"),
    Shape("wide cells", lambda n: f"<tr><td rowspan=99 colspan=99>w{n}<td>{n}", "<table>", "</table>"),
    Shape("tables", lambda n: f"<table><tr><td>w{n}</table>"),
    Shape("tables in tables", lambda n: f"<table><tr><td>w{n}"),
    Shape("spans", lambda n: f"<span>w{n}</span>"),
    Shape("paragraphs", lambda n: f"<p>w{n}"),
    Shape("lines", lambda n: f"w{n}<br>"),
    Shape("bold and italics", lambda n: f"<b><i>w{n}</i></b> "),
    Shape("formatting that is not closed", lambda n: f"<p><b>w{n}"),
    Shape("spans within spans", lambda n: f"<span>w{n}"),
    Shape("meanings", lambda n: f"<del>w{n}</del><sup>{n}</sup>"),
    Shape("meanings in words", lambda n: f"a<sub>{n}</sub>"),
    Shape("headings", lambda n: f"<h{n % 6 + 1}>w{n}</h{n % 6 + 1}>"),
    Shape("tags that nothing closes", lambda n: f"</x{n}>w{n}"),
    Shape("chunks", lambda n: f"<p data-chunk-id=c{n}>w{n}</p>"),
    Shape("deep nesting", lambda n: f"<i>w{n}</i>", _NESTED),
    Shape("deep nesting with comments", lambda n: f"w{n}<!---->", _NESTED),
    Shape("deep nesting with styles", lambda n: f"<i>w{n}</i>", f'<div style="{_DECLARATIONS}">' * (MAX_DEPTH - 20)),
    Shape("deep nesting with directions", lambda n: f"<i>w{n}</i>", "<div dir=rtl>" * (MAX_DEPTH - 20)),
    Shape("deep links in styles", lambda n: f"<a href={n}>w{n}</a>", _STYLED),
    Shape("deep images in styles", lambda n: f"<img src=//h{n}.example/p>", _STYLED),
    Shape("deep cells over a text", lambda n: f"w{n} ", "<table><tr><td>" * (MAX_DEPTH // 4)),
    Shape("deep marks", lambda n: f"<i>w{n}</i>", _MARKED),
    Shape("deep links", lambda n: f"<a href={n}>w{n}</a>", _NESTED),
    Shape("deep meanings", lambda n: f"<i>w{n}</i>", "<q>" * (MAX_DEPTH - 20)),
    Shape("drawings", lambda n: f"<svg><text fill=none>w{n}</text></svg>"),
    Shape("links", lambda n: f"<a href=https://h{n}.example/a?b=%41>w{n}</a>"),
    Shape("links with lying texts", lambda n: f"<a href=//h{n}.example>www.t{n}.example</a>"),
    Shape("scripted links", lambda n: f"<a href=javascript:f({n}) onclick=g({n})>w{n}</a>"),
    Shape("images", lambda n: f"<img src=//h{n}.example/p alt=w{n}>"),
    Shape("sizes of images", lambda n: f"<img srcset='{f'a{n} 1x,' * 30}'>"),
    Shape("attributes", lambda n: f"<p {_attributes(n, MAX_ATTRIBUTES)}>"),
    Shape("attributes of each tag", lambda n: f"<p a{n}={n} title=t{n}>w"),
    Shape("classes", lambda n: f"<p class='c{n} is-hidden{n}'>w{n}</p>"),
    Shape("classes of one tag", lambda n: f"c{n} ", "<p class='", "'>w</p>"),
    Shape("styles", lambda n: f"<p style='{_DECLARATIONS};z-index:{n}'>w{n}</p>"),
    Shape("short styles", lambda n: f"<p style=color:#{n % 4096:03x}>w{n}</p>"),
    Shape("declarations of one tag", lambda n: f"p{n}:{n};", "<p style='", "'>w</p>"),
    Shape("rules", lambda n: f".c{n}{{{_DECLARATIONS}}}", "<style>", "</style><p class=c1>w</p>"),
    Shape("short rules", lambda n: f".c{n}{{top:0}}", "<style>", "</style><p class=c1>w</p>"),
    Shape("selectors", lambda n: f".c{n},", "<style>", f"b{{{_DECLARATIONS}}}</style><p class=c1>w</p>"),
    Shape("ruled paragraphs", lambda n: f"<p>w{n}", f"<style>*,p{{{_DECLARATIONS}}}</style>"),
    Shape("classes of a rule", lambda _: "c ", f"<style>.c{{{_DECLARATIONS}}}</style><p class='", "'>w</p>"),
    Shape("hidden texts", lambda n: f"<b hidden>h{n}</b>w{n} "),
    Shape("gradients", lambda _: "gradient(", "<p style='background:", "'>w</p>"),
    Shape("calls in a style", lambda n: f"scale({n})", "<p style='transform:", "'>w</p>"),
    Shape("escapes in a style", lambda n: f"\\{n % 999:x}", "<p style='content:\"", "\"'>w</p>"),
    Shape("a long address", lambda n: f"%{n % 90 + 10}", "<a href='//h.example/", "'>w</a>"),
    Shape("a long host", lambda n: f"xn--{n}.", "<a href='//", "'>w</a>"),
    Shape("a long value", lambda n: _letter(n, 0x200B, 5), "<p title='", "'>w</p>"),
    Shape("comments", lambda n: f"<!--{n}-->"),
    Shape("words and comments", lambda n: f"w{n % 999}<!---->"),
    Shape("declarations", lambda _: "<!>"),
    Shape("scripts", lambda n: f"<script>f({n})</script>"),
    Shape("frames", lambda n: f"<iframe src=//h{n}.example></iframe>"),
    Shape("fields", lambda n: f"<input type=hidden name=n{n} value={n}>"),
    Shape("words, all different", lambda n: f"w{n} "),
    Shape("words, all common", lambda n: f"{_common(n)} "),
    Shape("common words in paragraphs", lambda n: f"<p>{' '.join(map(_common, range(n * 9, n * 9 + 9)))}"),
    Shape("numbers", lambda n: f"{n}.5% "),
    Shape("words of risk", lambda n: "not $5,000 " if n % 2 else f"shall be liable {n} "),
    Shape("one word", lambda n: chr(97 + n % 26)),
    Shape("words with points", lambda n: f"w{n},"),
    Shape("words in brackets", lambda n: f"(w{n})?! "),
    Shape("changed words far apart", lambda n: f"{'w' if n % 9 else 'x'}{n % 9 and n % 1000} "),
    Shape("points", lambda n: "!?,;:."[hash((n, n)) % 6]),
    Shape("points and spaces", lambda n: "! ? "[n % 4]),
    Shape("Chinese", lambda n: _letter(n, 0x4E00, 0x5000)),
    Shape("Arabic", lambda n: f"{_letter(n, 0x0627, 36)}{_letter(n, 0x0627, 31)}{n} "),
    Shape("look-alikes", lambda n: f"p{_letter(n, 0x0430, 32)}y{n} "),
    Shape("zero-width spaces", lambda n: _letter(n, 0x200B, 3)),
    Shape("words with zero-width spaces", lambda n: f"w\u200b{n} "),
    Shape("bidirectional controls", lambda n: f"{_letter(n, 0x202A, 5)}w{n} "),
    Shape("overlays", lambda n: f"a{_letter(n, 0x0334, 5)}"),
    Shape("private letters", lambda n: _letter(n, 0xE000, 6000)),
    Shape("rare letters", lambda n: _letter(n, 0x1D400, 900)),
    Shape("letters in words", lambda n: f"{_letter(n, 0x1D400, 900)}{n} "),
    Shape("odd spaces", lambda n: f"w{n}{_letter(n, 0x2000, 10)}"),
    Shape("preserved spaces", lambda n: f"w{n}\n  ", "<pre>", "</pre>"),
    Shape("entities", lambda n: f"&#{n % 9000 + 200};"),
    Shape("named entities", lambda n: "&amp;" if n % 2 else "&zwnj;"),
    Shape("Slack's markup", lambda n: f"&lt;!channel&gt; *w{n}* :smile: "),
    Shape("chrome", lambda n: f"<p>Approved by w{n}</p>"),
    Shape("signs that begin a tag", lambda _: "<"),
)  # fmt: skip


HEAVY: Final = ("attributes", "words, all different", "odd spaces", "preserved spaces")
"""Those that need the most memory."""


class Figures(NamedTuple):
    """What a shape costs: milliseconds beside prose and on both sides, MiB (0: not measured), and the answer."""

    name: str
    pieces: int
    prose: float
    both: float
    memory: float
    answer: str


def measured(shape: Shape, *, with_memory: bool) -> Figures:
    """Measure a shape at its cap."""
    count = shape.most()
    old, new = shape.html(count, 1), shape.html(count, ODD)
    prose, _ = took(PROSE, new)
    both, answer = took(old, new)
    return Figures(shape.name, count, prose, both, memory(old, new) if with_memory else 0, answer)


def took(old: str, new: str) -> tuple[float, str]:
    """Return milliseconds, and why the change cannot be inspected, if so."""
    samples: list[float] = []
    answer = ""
    while len(samples) < TIMES and sum(samples) < LONG:
        begun = time.process_time()
        answer = redline(old, new).uninspectable or "shown"
        samples.append((time.process_time() - begun) * 1000)
    return median(samples), answer


def memory(old: str, new: str) -> float:
    """Return MiB."""
    tracemalloc.start()
    redline(old, new)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / MEBIBYTE


def main(names: list[str]) -> None:
    print(f"{'as often as the caps allow':<32}{'pieces':>8}{'prose':>9}{'both':>9}{'memory':>10}")
    found = []
    for shape in SHAPES:
        if names and shape.name not in names:
            continue
        each = measured(shape, with_memory=bool(names) or shape.name in HEAVY)
        found.append(each)
        needed = f"{each.memory:>6.0f} MiB" if each.memory else " " * 10
        print(
            f"{each.name:<32}{each.pieces:>8,}{each.prose:>6.0f} ms{each.both:>6.0f} ms{needed}  {each.answer[:60]}"
        )
    for title, worst in (
        ("beside prose", max(found, key=lambda each: each.prose)),
        ("on both sides", max(found, key=lambda each: each.both)),
        ("in memory", max(found, key=lambda each: each.memory)),
    ):
        print(f"worst {title}: {worst.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
