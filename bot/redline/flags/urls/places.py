"""Where an element has its addresses, and what it says about them in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.tree import Element

_ADDRESSES: Final = frozenset({
    "action", "background", "cite", "code", "codebase", "data", "dynsrc", "formaction", "href", "longdesc", "lowsrc",
    "manifest", "ping", "poster", "src", "xlink:href",
})  # fmt: skip
DRAWING: Final = frozenset({"audio", "image", "img", "input", "source", "video"})
"""They draw or play what their address holds, and never run it."""
ANIMATING: Final = frozenset({"animate", "set"})
"""They can give another element an address."""
_MOST_CANDIDATES: Final = 300
"""Sizes of one image. No page has more."""


def addresses(element: Element) -> Iterator[tuple[str, str]]:
    """Give the names and values of its attributes that are addresses."""
    for name, value in element.attributes.items():
        if name in _ADDRESSES and not (name == "data" and element.tag != "object"):
            yield name, value
        elif name in {"srcset", "imagesrcset"}:
            candidates = value.split(",", _MOST_CANDIDATES)[:_MOST_CANDIDATES]
            yield from ((name, each.split()[0]) for each in candidates if each.strip())
        elif element.tag in ANIMATING and name in {"by", "from", "to", "values"}:
            yield from ((name, each) for each in value.split(";"))
        elif element.tag == "meta" and name == "content" and "refresh" in _equivalent(element):
            yield name, value.partition("=")[2].strip(" '\"")


def _equivalent(meta: Element) -> str:
    return meta.attributes.get("http-equiv", "").lower()


def words_in(element: Element, limit: int) -> str:
    """Return how the text of an element begins, white space made plain; takes no longer for a long text."""
    return " ".join("".join(_first_runs(element, 2 * limit)).split())[: limit + 1]


def _first_runs(element: Element, length: int) -> Iterator[str]:
    for run in element.runs:
        yield run.text[:length]
        length -= len(run.text)
        if length <= 0:
            return
