"""Whether SuperDocs would still find the sections: their ids, and what words are in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from bot.redline.flags import urls
from bot.redline.flags.attributes.differences import Told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.redline.flags.attributes.matching import Matched
    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Tree

_CHUNK: Final = "data-chunk-id"


def chunks(change: Compared, matched: Matched) -> Iterator[Told]:
    """Tell which sections are no longer where they were; where their words are says so.

    A section that is deleted with its words, or joined to another one, is no finding.
    """
    old, new = _ids(change.old), _ids(change.new)
    moved = _moved(matched)
    stays = any(each in new for each in old)
    successor = next((each for each in new if each not in old), "")
    for each in old:
        place = moved.get(each, each if stays else successor)
        if each not in new and place not in old:
            now = f"is {_short(place)} now" if place else "has lost its id"
            yield _told(f"Section {_short(each)} {now}: later edits would not find it.")
        elif each in new and place not in {"", each}:
            yield _told(f"The words of section {_short(each)} are in section {_short(place)} now.")
    for each, count in new.items():
        if old and count > max(1, old[each]):
            yield _told(f"The id of section {_short(each)} stands {count} times.")


def _told(sentence: str) -> Told:
    return Told("chunk-id-changed", lambda: sentence)


def _ids(tree: Tree) -> Counter[str]:
    return Counter(each.attributes[_CHUNK] for each in tree.elements if each.attributes.get(_CHUNK))


def _moved(matched: Matched) -> Mapping[str, str]:
    """Say which section most of the kept words of each are in now; empty for none."""
    homes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    known: dict[Element, str] = {}
    for (old, new), count in matched.held.items():
        homes[_section_of(old, known)][_section_of(new, known)] += count
    return {home: places.most_common(1)[0][0] for home, places in homes.items() if home}


def _section_of(element: Element | None, known: dict[Element, str]) -> str:
    """Return the id of the section that an element is in; climbs no way twice."""
    climbed = []
    while element is not None and element not in known and not element.attributes.get(_CHUNK):
        climbed.append(element)
        element = element.parent
    found = "" if element is None else known.get(element) or element.attributes.get(_CHUNK, "")
    known.update(dict.fromkeys(climbed, found))
    return found


def _short(chunk_id: str) -> str:
    """Write as much of an id as tells it from others."""
    return urls.legible(chunk_id, len("11111111…"))
