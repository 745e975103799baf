"""What differs on an element that stays: where a link leads, which image it is, what a field holds, what a tag carries."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags import urls
from bot.redline.flags.texts import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.redline.flags.attributes.matching import Matched
    from bot.redline.flags.tree import Element


class Told(NamedTuple):
    """A finding. Its sentence is only made if there is room for it."""

    name: str
    """Of the flag."""
    sentence: Callable[[], str]


_ELSEWHERE: Final = frozenset({
    "aria-hidden", "class", "colspan", "data-chunk-id", "dir", "hidden", "http-equiv", "inert", "open", "popover",
    "rowspan", "srcdoc", "style",
})  # fmt: skip
"""What other families tell: what hides, what turns text round, what acts, how tables are built."""
_NUMBERING: Final = {"li": {"type", "value"}, "ol": {"reversed", "start", "type"}, "ul": {"type"}}
_ACTING: Final = frozenset(
    {"animate", "applet", "base", "embed", "frame", "iframe", "link", "object", "script", "set"}
)
_TARGETS: Final = frozenset({"action", "formaction", "href", "xlink:href"})
SOURCES: Final = frozenset({"alt", "background", "href", "poster", "src", "srcset", "xlink:href"})
LINKS: Final = frozenset({"a", "area"})
PICTURES: Final = frozenset({"audio", "feimage", "image", "img", "source", "track", "use", "video"})
_PICTURED: Final = PICTURES | {"body", "input", "table", "td", "th"}
FIELDS: Final = frozenset(
    {"button", "datalist", "fieldset", "input", "optgroup", "option", "select", "textarea"}
)
_STATES: Final = frozenset({"checked", "disabled", "readonly", "required", "selected", "value"})
_NAMES: Final = {"audio": "sound", "img": "image", "video": "film"}


def differences(matched: Matched) -> Iterator[Told]:
    """Tell what differs on elements that stay; links that lead to another host come first."""
    later = []
    for old, new in matched.pairs:
        for name in _differing(old, new):
            before, after = old.attributes.get(name), new.attributes.get(name)
            told = _difference(new, name, before, after)
            if told and told.name == "link-target-changed" and _host(before) != _host(after):
                yield told
            elif told:
                later.append(told)
    yield from later


def _differing(old: Element, new: Element) -> list[str]:
    if old.attributes == new.attributes:
        return []
    names = dict.fromkeys((*new.attributes, *old.attributes))
    return [
        name
        for name in names
        if old.attributes.get(name) != new.attributes.get(name) and not is_told_elsewhere(new, name)
    ]


def _difference(element: Element, name: str, before: str | None, after: str | None) -> Told | None:
    if name in SOURCES and element.tag in _PICTURED:
        return Told("image-changed", partial(_of_picture, element, name, before, after))
    if name in _TARGETS:
        return _of_target(element, before, after)
    if element.tag in FIELDS and name in _STATES:
        return Told("form-state-changed", partial(_of_state, element, name, before, after))
    if name == "id" or (name == "name" and element.tag in {"a", "map"}):
        return Told("anchor-changed", partial(_of_anchor, before, after))
    return Told("attribute-changed", partial(of_attribute, element, name, before, after))


def is_told_elsewhere(element: Element, name: str) -> bool:
    """Say whether another family tells what differs in this attribute."""
    return (
        name in _ELSEWHERE
        or name in _NUMBERING.get(element.tag, ())
        or (name.startswith("on") and name.isalpha() and len(name) >= len("oncut"))
        or (element.tag in _ACTING and name in {"content", "data", "href", "src", "type", "values"})
        or (element.tag == "meta" and "http-equiv" in element.attributes)
    )


def _host(address: str | None) -> str:
    return urls.read(address or "").host


def _of_picture(element: Element, name: str, before: str | None, after: str | None) -> str:
    what = kind_of(element)
    if name == "alt":
        old, new = urls.contrasted(before or "", after or "", 60)
        return f"The words that stand for the {what} change: “{old}” → “{new}”."
    words = quoted(element.attributes.get("alt", ""), 20)
    old, new = _addresses(before, after, 60)
    return f"The {what} {f'{words} ' if len(words) > len('“”') else ''}is another one: {old} → {new}."


def _of_target(element: Element, before: str | None, after: str | None) -> Told | None:
    """Tell where a link leads; nothing if only its spelling differs, and no alarm if it only becomes encrypted."""
    if before is None or after is None:
        return Told("attribute-changed", partial(_of_new_target, element, before, after))
    old, new = urls.read(before), urls.read(after)
    if old.goal == new.goal:
        return None
    if (old.scheme, new.scheme) == ("http", "https") and old.is_beside(new):
        return Told("attribute-changed", partial(_of_goals, element, "is encrypted now", before, after))
    return Told("link-target-changed", partial(_of_goals, element, "leads elsewhere", before, after))


def _of_new_target(element: Element, before: str | None, after: str | None) -> str:
    now = f"leads to {urls.shown(after)} now" if after else f"no longer leads to {urls.shown(before or '')}"
    return f"The {named_link(element, 24)} {now}."


def _of_goals(element: Element, what: str, before: str, after: str) -> str:
    old, new = _addresses(before, after, 64)
    return f"The {named_link(element, 20)} {what}: {old} → {new}."


def named_link(element: Element, limit: int) -> str:
    """Name what leads somewhere, a link by at most `limit` characters of its words."""
    words = urls.words_in(element, limit + 2) or element.attributes.get("alt", "")
    kind = "link" if element.tag in LINKS else urls.legible(element.tag, 12)
    return f"{kind} {quoted(words, limit)}" if words else kind


def _addresses(before: str | None, after: str | None, limit: int) -> tuple[str, str]:
    old, new = (
        "nothing" if each is None else urls.shown(each, 2000, is_drawn=False) or "nothing"
        for each in (before, after)
    )
    return urls.contrasted(old, new, limit)


def _of_state(element: Element, name: str, before: str | None, after: str | None) -> str:
    what = named_field(element)
    if name == "value":
        return f"{what} holds other data: {written(before, after, 40)}."
    return f"{what} is now {name}." if before is None else f"{what} is no longer {name}."


def kind_of(element: Element) -> str:
    """Say what an element is: ``image``, or its tag if there is no word for it."""
    return _NAMES.get(element.tag, urls.legible(element.tag, 12))


def named_field(element: Element) -> str:
    """Name a form field by its type and the words beside it."""
    kind = element.attributes.get("type", "field") if element.tag == "input" else element.tag
    holder = next((outer for outer in element.ancestors() if outer.runs), None)
    words = urls.words_in(holder, 60) if holder else ""
    return f"The {urls.legible(kind, 16)} in {quoted(words, 44)}" if words else f"A {urls.legible(kind, 16)}"


def _of_anchor(before: str | None, after: str | None) -> str:
    return f"The anchor that links lead to changes: {written(before, after, 50)}."


def of_attribute(element: Element, name: str, before: str | None, after: str | None) -> str:
    """Say how an attribute changes; None if it is not there."""
    words = urls.words_in(element, 26)
    where = f"<{urls.legible(element.tag, 12)}>" + (f" {quoted(words, 24)}" if words else "")
    return f"Unseen data of {where} changes: {urls.legible(name, 24)} {written(before, after, 42)}."


def written(before: str | None, after: str | None, limit: int) -> str:
    """Write two values, each in at most `limit` characters, so that both show where they differ."""
    old, new = urls.contrasted(before or "", after or "", limit)
    return " → ".join(
        f"“{shown}”" if value is not None else "nothing" for shown, value in ((old, before), (new, after))
    )
