"""Finding what an instruction speaks of: a phrase as it stands, or the block that is about something."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.sandbox.superdocs.editor.document import Chunk

_QUOTES: Final = {"'": "['’‘]", '"': '["“”„«»]', "-": "[-‐‑–]"}
_EMPTY_WORDS: Final = frozenset(
    {
        "about",
        "after",
        "all",
        "and",
        "any",
        "are",
        "clause",
        "clauses",
        "for",
        "from",
        "into",
        "its",
        "make",
        "more",
    }
    | {"new", "not", "our", "paragraph", "please", "section", "that", "the", "this", "use", "with", "words"}
)
_HEADING_SHARE: Final = 0.5
"""How much a word in the heading above counts, against one in the block itself."""


def phrase(text: str, *, any_case: bool = False) -> re.Pattern[str]:
    """Return a pattern for these words, whatever white space and typographic quotes they have.

    It matches whole words and whole numbers only: `30` is not found in `300`.
    """
    words = (_letters(word) for word in text.split())
    before = r"(?<!\w)" if text[:1].isalnum() else ""
    after = r"(?!\w)" if text.rstrip()[-1:].isalnum() else ""
    return re.compile(before + r"\s+".join(words) + after, re.IGNORECASE if any_case else 0)


def _letters(word: str) -> str:
    return "".join(_QUOTES.get(letter, re.escape(letter)) for letter in word)


def about(chunks: Sequence[Chunk], words: str) -> list[Chunk]:
    """Return the chunks that have to do with some words, the closest first; headings only after what they head."""
    wanted = _roots(words)
    scores: list[tuple[float, int]] = []
    above: set[str] = set()
    for index, chunk in enumerate(chunks):
        roots = _roots(chunk.text)
        above = roots if chunk.is_heading else above
        score = len(wanted & roots) + _HEADING_SHARE * len(wanted & above)
        if score:
            scores.append((-score if not chunk.is_heading else -_HEADING_SHARE / 2, index))
    return [chunks[index] for _, index in sorted(scores)]


def numbered(chunks: Iterable[Chunk], number: str) -> Chunk | None:
    """Return the block that begins with a clause number such as `7.2`."""
    opening = re.compile(rf"{re.escape(number)}(?![\d]|\.\d)")
    return next((chunk for chunk in chunks if opening.match(chunk.text)), None)


def section_of(chunks: Sequence[Chunk], heading: Chunk) -> list[Chunk]:
    """Return a heading and what stands under it, up to the next heading of its rank or a higher one."""
    start = chunks.index(heading)
    end = next(
        (
            index
            for index in range(start + 1, len(chunks))
            if chunks[index].is_heading and chunks[index].tag <= heading.tag
        ),
        len(chunks),
    )
    return list(chunks[start:end])


def _roots(text: str) -> set[str]:
    """Return the words that carry meaning, in lower case and without their commonest endings."""
    words = re.findall(r"[^\W_]{3,}", text.lower())
    return {re.sub(r"(?:ing|ies|es|s|e|y)$", "", word) for word in words if word not in _EMPTY_WORDS}
