"""Which elements may be open, told from the tags alone. The law: what a browser has not closed for certain is open.

A browser nests by rules that need its tree (https://html.spec.whatwg.org/multipage/parsing.html#tree-construction).
Here each start tag opens an element, and an end tag closes one only where those rules leave no doubt, so that no parser
nests deeper than was counted. What may have been closed already is doubted: it counts, but no end tag closes it.
"""

from collections.abc import Iterable, Sequence, Set

from bot.redline.reading import elements

_MOST_BLOCKS = 7
"""Formatting that ends across more blocks than this may go on in them."""


def _names(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
_IN_DOUBT = "?"
"""Stands before the name of what may have ended already."""

_PARAGRAPH_IN_DOUBT = f"{_IN_DOUBT}p"
"""It is not counted: the next paragraph ends it anyhow."""

_WALLS = elements.DRAWINGS | _names("applet button caption html marquee object select table td template th")
"""No end tag of what is outside reaches through them."""

_CELLS_AND_ROWS = elements.CELLS | {"tr"}
_OF_TABLES = _CELLS_AND_ROWS | _names("caption colgroup table tbody template tfoot thead")
_WALLS_OF_TABLES = elements.DRAWINGS | _names("table template")
"""Nor do those of a table's parts through these."""

_WALLS_OF_ITEMS = elements.BLOCKS - _names("address div p") | _WALLS

_ALONE = _names("li dt dd tr td th thead tbody tfoot colgroup caption html head body form frameset")
"""What is in them may stay open when they end, as their start tags may have been ignored."""

_BLOCKS = elements.BLOCKS - _names("legend optgroup option") | _WALLS
_SPECIAL = _BLOCKS | _names("annotation-xml desc foreignobject mi mn mo ms mtext title")
"""An inline element that begins outside them does not end inside them."""

_ENDS_ALL_IN_IT = _BLOCKS - elements.DRAWINGS - _names("dialog plaintext search")
"""Whatever is in them ends with them. Not all parsers know the youngest of the others."""

_ENDS_PARAGRAPH = _names(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p plaintext pre section summary ul xmp"
)
_LEAVES_DRAWING = _ENDS_PARAGRAPH | _names(
    "b big body br code em embed font head i img meta nobr ruby s small span strong strike sub sup table tt u var "
    "annotation-xml desc foreignobject mi mn mo ms mtext"
)
"""A browser may read by the rules of HTML in them, or after them."""

_ITEMS = _names("dd dt")
_ENDED_BY: dict[str, tuple[tuple[Set[str], Set[str]], ...]] = {
    "li": ((_names("li"), _WALLS_OF_ITEMS),),
    "dd": ((_ITEMS, _WALLS_OF_ITEMS),),
    "dt": ((_ITEMS, _WALLS_OF_ITEMS),),
    "td": ((elements.CELLS, _WALLS_OF_TABLES),),
    "th": ((elements.CELLS, _WALLS_OF_TABLES),),
    "tr": ((elements.CELLS, _WALLS_OF_TABLES), (_names("tr"), _WALLS_OF_TABLES)),
    "button": ((_names("button"), _WALLS),),
}
"""Elements that the start tag of another ends, and what it does not reach through."""

_RUBY = _names("rb rp rt rtc")


class Opened:
    """The elements that may be open, outermost first."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._is_drawing = False
        """Whether a browser reads by the rules of drawings for certain: a slash ends an element."""
        self._had_drawing = False

    def __len__(self) -> int:
        return len(self._names)

    @property
    def depth(self) -> int:
        """Count them."""
        return sum(name != _PARAGRAPH_IN_DOUBT for name in self._names)

    @property
    def formatting(self) -> int:
        """Count those that a browser opens again when the block around them has ended."""
        return sum(name in _FORMATTING for name in self._names)

    def start(self, name: str, *, has_slash: bool) -> None:
        """Open an element."""
        if name in elements.DRAWINGS and not has_slash:
            self._had_drawing = self._is_drawing = True
        elif name in _LEAVES_DRAWING:
            self._leave_drawing()
        name = _one_heading(name)
        if not self._is_empty(name, has_slash=has_slash):
            self._end_implied(name)
            self._names.append(name)

    def end(self, name: str) -> None:
        """Close an element, if the end tag does so for certain."""
        name = _one_heading(name)
        if name in {"p", "br"}:
            self._leave_drawing()
        elif name in elements.DRAWINGS or self._names[-1:] != [name]:
            self._is_drawing = False
        if name not in self._names:
            return
        place = self._innermost({name}, _WALLS_OF_TABLES if name in _OF_TABLES else _WALLS)
        if place is None or f"{_IN_DOUBT}{name}" in self._names[place:]:
            self._doubt(name)
        elif name in _FORMATTING:
            self._end_formatting(place)
        elif name in _ALONE:
            self._take_out(place)
        elif name in _ENDS_ALL_IN_IT or not any(map(_is_special, self._names[place + 1 :])):
            self._names[place:] = [one for one in self._names[place + 1 :] if one in _FORMATTING]
        else:
            self._doubt(name)

    def _is_empty(self, name: str, *, has_slash: bool) -> bool:
        """Say whether an element holds nothing: no void one does but in a drawing, where a slash says so."""
        if has_slash and self._is_drawing:
            return True
        return name in elements.VOID and (
            name in _LEAVES_DRAWING or not self._had_drawing or elements.DRAWINGS.isdisjoint(self._names)
        )

    def _end_implied(self, name: str) -> None:
        """Close what a start tag closes; doubt what it may close."""
        if name in _ENDS_PARAGRAPH or name == "table":
            self._end_paragraph(is_certain=name != "table")
        if name in {"a", "nobr"}:
            self.end(name)
        elif name in _ENDED_BY:
            for ended, walls in _ENDED_BY[name]:
                self._take_out(self._innermost(ended, walls))
        elif name in {"optgroup", "select"} or (
            name == "table" and self._innermost({name}, _WALLS) is not None
        ):
            self._doubt(name)
        elif self._names and self._is_ended_by(name):
            self._names.pop()

    def _is_ended_by(self, name: str) -> bool:
        """Say whether the innermost element ends where this one begins, and only there."""
        last = self._names[-1]
        if name in {"h1", "option"}:
            return last == name
        return name in _RUBY and last in _RUBY and "ruby" in self._names

    def _end_paragraph(self, *, is_certain: bool) -> None:
        """End the innermost paragraph. Whether a table ends one depends on the document's age."""
        place = self._innermost({"p"}, _WALLS)
        if place is not None and is_certain:
            self._take_out(place)
        elif place is not None:
            self._names[place:] = _doubted(self._names[place:], self._names[:place])

    def _end_formatting(self, place: int) -> None:
        if sum(map(_is_special, self._names[place:])) <= _MOST_BLOCKS:
            del self._names[place]

    def _leave_drawing(self) -> None:
        self._is_drawing = False
        for name in elements.DRAWINGS if self._had_drawing else ():
            self._doubt(name)

    def _take_out(self, place: int | None) -> None:
        """Close an element that may not have been there: what is in it is doubted."""
        if place is not None:
            self._names[place:] = _doubted(self._names[place + 1 :], self._names[:place])

    def _doubt(self, name: str) -> None:
        """Doubt the innermost element of this name, if there is one, and all that is in it."""
        if name in self._names:
            place = len(self._names) - 1 - self._names[::-1].index(name)
            self._names[place:] = _doubted(self._names[place:], self._names[:place])

    def _innermost(self, names: Set[str], walls: Set[str]) -> int | None:
        """Find the innermost element of these names that no wall stands above."""
        for place in range(len(self._names) - 1, -1, -1):
            name = self._names[place]
            if name in names:
                return place
            if name.removeprefix(_IN_DOUBT) in walls:
                return None
        return None


def _is_special(name: str) -> bool:
    return name.startswith(_IN_DOUBT) or name in _SPECIAL


def _one_heading(name: str) -> str:
    """Name all headings alike: the end tag of each ends any other."""
    return "h1" if name in elements.HEADINGS else name


def _doubted(names: Iterable[str], under: Sequence[str]) -> list[str]:
    """Doubt these, which stand in others. A row of paragraphs is as good as one; formatting is opened again anyhow."""
    doubted: list[str] = []
    last = under[-1] if under else ""
    for name in names:
        one = name if name in _FORMATTING or name.startswith(_IN_DOUBT) else f"{_IN_DOUBT}{name}"
        if one != _PARAGRAPH_IN_DOUBT or last != one:
            doubted.append(one)
        last = one
    return doubted
