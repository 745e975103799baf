"""How long a redline takes: beside other libraries, as it grows, and under attack. Run `python -m tests.bench.redline`.

Only difflib is always there to compare with; `pip install diff-match-patch lxml redlines` beside the relay adds the
others. Each compares what it is made for: words or whole HTML. Figures are medians of milliseconds of one process.
"""

from __future__ import annotations

import importlib
import math
import random
import re
import time
from difflib import SequenceMatcher
from functools import partial
from itertools import chain, pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from bot.redline import redline
from bot.redline.caps import MAX_BYTES, MAX_TAGS, MAX_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES: Final = (80, 1_000, 25_000)
"""Words: a clause, a section, a contract."""

GROWING: Final = (3_500, 7_000, 14_000, 28_000)
EDITS: Final = 40
PARAGRAPH: Final = 80
FINE: Final = "<p>fine</p>"

_TOO_SLOW_S: Final = 3
"""A library that took so long is measured once."""

HOSTILE: Final = {
    "50,000 nested tags": "<div>" * 50_000,
    "50,000 tags that a slash does not close": "<div/>" * 50_000,
    "10,000 stray end tags": "<div></x>" * 9_999,
    "a drawing that holds what nests": "<svg><title>" + "<g>" * 19_000,
    "formatting that is opened again": "<p>"
    + "".join(f"<b a{n}>" for n in range(400))
    + "</p>"
    + "<p>x" * 15_000,
    "ruby without end": "<rt>x" * 19_000,
    "50,000 attributes": "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x",
    "100,000 entities": "&amp;" * 100_000,
    "2 MB of entities": "&amp;" * 400_000,
    "1 MB of <": "<" * 1024 * 1024,
    "20 MB": "a" * 20_000_000,
    "60,000 comments that do not end": "<!-" * 60_000,
    "NUL": "a\0" * 1000,
    "lone surrogates": "\ud800" * 1000,
}
LARGEST: Final = {
    "512 KiB of <": "<" * MAX_BYTES,
    "512 KiB of &a": "&a" * (MAX_BYTES // 2),
    "one word of 512 KiB": "a" * MAX_BYTES,
    "as many words": " ".join(f"w{n}" for n in range(MAX_WORDS)),
    "as many items": "<li>x" * MAX_TAGS,
    "as many cells": "<table>" + "<tr><td>a<td>b" * (MAX_TAGS // 3 - 1),
}
"""As much as the caps let through: nothing in it is odd but its size."""


def contract(words: int) -> tuple[str, str]:
    """Give a text in paragraphs of words that repeat, and the same with a few edits far apart."""
    chance = random.Random(words)  # noqa: S311 -- the same text in each run
    common = [
        "the",
        "party",
        "shall",
        "pay",
        "of",
        "and",
        "to",
        "in",
        "any",
        "agreement",
        "within",
        "days",
        "under",
    ]
    vocabulary = common * 20 + [f"word{number}" for number in range(1500)]
    old = [chance.choices(vocabulary, k=PARAGRAPH) for _ in range(words // PARAGRAPH)]
    new = [list(paragraph) for paragraph in old]
    for _ in range(min(EDITS, len(old))):
        paragraph, place = chance.choice(new), chance.randrange(PARAGRAPH - 2)
        paragraph[place : place + 1] = chance.choice([["changed"], ["not", paragraph[place]], []])
    return _html(old), _html(new)


def marked_up(words: int) -> tuple[str, str]:
    """Give the same contract as an importer writes it: ids and styles of paragraphs, bold and italic words in them."""
    old, new = (_MARKED.sub(r"<p>\1<strong>\2</strong>\3<em>\4</em>", html) for html in contract(words))
    return _numbered(old), _numbered(new)


_MARKED: Final = re.compile(r"<p>(\S+)((?: \S+){6})((?: \S+){20})( \S+)")


def _numbered(html: str) -> str:
    """Give each paragraph an id and a style, the same on both sides."""
    first, *others = html.split("<p>")
    tags = (
        f'<p data-chunk-id="11111111-1111-4111-8111-{number:012}" style="margin-left:{number % 4 * 12}pt">'
        for number in range(len(others))
    )
    return first + "".join(chain.from_iterable(zip(tags, others, strict=True)))


def _html(paragraphs: list[list[str]]) -> str:
    return "".join(f"<p>{' '.join(paragraph)}.</p>" for paragraph in paragraphs)


def by_difflib(old: str, new: str) -> None:
    SequenceMatcher(None, old.split(), new.split(), autojunk=False).get_opcodes()


def by_diff_match_patch(library: Any, old: str, new: str) -> None:
    library.diff_match_patch().diff_main(old, new)


def by_lxml(library: Any, old: str, new: str) -> None:
    library.htmldiff(old, new)


def by_redlines(library: Any, old: str, new: str) -> None:
    library.Redlines(old, new).output_markdown  # noqa: B018 -- the property does the work


def rivals() -> Iterator[tuple[str, Callable[[str, str], object]]]:
    """Give each other library that is installed."""
    yield "difflib", by_difflib
    for name, module, compare in (
        ("diff-match-patch", "diff_match_patch", by_diff_match_patch),
        ("lxml.html.diff", "lxml.html.diff", by_lxml),
        ("redlines", "redlines", by_redlines),
    ):
        try:
            yield name, partial(compare, importlib.import_module(module))
        except ModuleNotFoundError:
            print(f"({name} is not installed)")


def took(work: Callable[[], object], times: int = 5) -> float:
    """Return the median of milliseconds; of what is very slow the first one."""
    samples: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        samples.append((time.perf_counter() - begun) * 1000)
        if samples[0] > _TOO_SLOW_S * 1000:
            break
    return median(samples)


def exponent(samples: dict[int, float]) -> float:
    """Return how time grows with length: 1 is in proportion, 2 with its square."""
    return median(
        math.log(samples[more] / samples[less]) / math.log(more / less) for less, more in pairwise(samples)
    )


def main() -> None:
    ours = {words: took(partial(redline, *contract(words))) for words in SIZES}
    print(f"{'milliseconds':<22}" + "".join(f"{words:>10,}" for words in SIZES) + " words")
    print(
        f"{'redline, with flags':<22}" + "".join(f"{ours[words]:>10.1f}" for words in SIZES) + " (aim: 100)"
    )
    print(
        f"{'marked up':<22}"
        + "".join(f"{took(partial(redline, *marked_up(words))):>10.1f}" for words in SIZES)
    )
    for name, compare in rivals():
        theirs = {words: took(partial(compare, *contract(words))) for words in SIZES}
        print(f"{name:<22}" + "".join(f"{theirs[words] / ours[words]:>9.2f}x" for words in SIZES))
    growth = exponent({words: took(partial(redline, *contract(words))) for words in GROWING})
    print(f"time grows with length to the power of {growth:.2f} (aim: at most 1.2)")
    for title, inputs in (("under attack (aim: 200 ms)", HOSTILE), ("as large as may be", LARGEST)):
        print(f"\n{title}")
        for name, html in inputs.items():
            reason = redline(FINE, html).uninspectable or "shown"
            print(f"{took(partial(redline, FINE, html), 3):>9.0f} ms  {name:<42}{reason}")


if __name__ == "__main__":
    main()
