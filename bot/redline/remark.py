"""What no word shows. The law: if the two sides differ in a single byte, either the words or the remark say so.

The remark names the classes of things that differ and no more: it is a sentence or two beside the redline, not a
second redline. Beside changed words it keeps quiet about what new words bring along by themselves, such as tags, and
about what a flag says already, with names. Without changed words it is the one line that there is (a notification has
no other), so it names all of them.
"""

from collections.abc import Iterator, Set
from typing import NamedTuple

import turbohtml

from bot.redline.difference import Script
from bot.redline.markup.formatting import Formatting
from bot.redline.reading.record import Reading
from bot.redline.tidy import Sides

_PROBE = "redline-probe"


class Source(NamedTuple):
    """One side of a change: what came, and what was read of it."""

    html: str
    reading: Reading

    @property
    def is_missing(self) -> bool:
        """Whether the side is absent or blank."""
        return not self.html.strip()


class _Class(NamedTuple):
    """A class of things that can differ."""

    name: str
    is_plural: bool = True


_TAGS = _Class("tags")
_ATTRIBUTES = _Class("attributes")
_LINKS = _Class("links")
_TARGET = _Class("a link's target", is_plural=False)
_IMAGES = _Class("images")
_SOURCE = _Class("an image's source", is_plural=False)
_COMMENTS = _Class("comments")
_SCRIPTS = _Class("scripts or styles")
_HIDDEN = _Class("hidden parts")
_EMBEDDED = _Class("embedded objects or form fields")
_LOOKS = _Class("the markup around unchanged words", is_plural=False)

_OF_FORMATTING = (_TAGS, _ATTRIBUTES, _LOOKS)

_SAYING = {
    _TARGET: frozenset({"link-target-changed"}),
    _LINKS: frozenset({"link-target-changed"}),
    _SOURCE: frozenset({"image-changed"}),
    _COMMENTS: frozenset({"comment-changed"}),
    _LOOKS: frozenset({"markup-changed", "style-changed", "visibility-changed"}),
}
"""Flags that say of a class all that the remark would."""


def remark_without_edits(
    operation: str, old: Source, new: Source, *, has_new_looks: bool, formatting: Formatting
) -> str:
    """Say what differs although no word does."""
    if old.html == new.html:
        return "No visible change: old and new are identical."
    classes = [*_plain_classes(old, new), *_hidden_classes(old.reading, new.reading)]
    if has_new_looks and not classes:
        classes = [_LOOKS]
    if formatting.told:
        named = _formatted(formatting, classes)
    elif classes:
        named = f"The words are the same; {_differing(classes)}."
    elif _without_space(old.html) == _without_space(new.html):
        named = "No visible change; only white space between tags differs."
    else:
        named = "No visible change; the source is spelled differently but reads the same."
    return _joined(_missing(operation, old, new), named, _unfinished(new))


def _formatted(formatting: Formatting, classes: list[_Class]) -> str:
    """Say which words look otherwise, and what else differs."""
    others = [one for one in classes if one not in _OF_FORMATTING] if formatting.is_all else classes
    if others:
        return formatting.sentence("The words are the same, but ", f"; {_differing(others)}")
    return formatting.sentence("Formatting only: " if formatting.is_plain else "The words are the same, but ")


def _differing(classes: list[_Class]) -> str:
    return f"the markup differs ({', '.join(one.name for one in classes)})"


def remark_beside_edits(
    operation: str, old: Source, new: Source, *, has_new_looks: bool, said: Set[str]
) -> str:
    """Say what differs beside the words that the redline marks, and is in none of the flags of these names."""
    classes = list(_hidden_classes(old.reading, new.reading))
    if old.reading.embedded != new.reading.embedded:
        classes.append(_EMBEDDED)
    if has_new_looks:
        classes.append(_LOOKS)
    if not old.is_missing and not new.is_missing:
        # A new image is seen, as a word of its own.
        classes += [one for one in _targets(old.reading, new.reading) if one is not _IMAGES]
    unsaid = [one for one in classes if not said & _SAYING.get(one, frozenset())]
    missing = "" if "operation-mismatch" in said else _missing(operation, old, new)
    return _joined(missing, _named_beside(unsaid), "" if "escapes-chunk" in said else _unfinished(new))


def has_new_looks(script: Script, sides: Sides) -> bool:
    """Say whether any word that stays stands in other markup than before."""
    # Most tokens that stay are one object on both sides.
    return any(
        old is not new and old.look != new.look
        for stretch in script
        if stretch.kept
        for old, new in zip(
            sides.old[stretch.old_start : stretch.old_end],
            sides.new[stretch.new_start : stretch.new_end],
            strict=True,
        )
    )


def ends_inside(html: str) -> bool:
    """Say whether the HTML ends inside a tag, a comment or raw text, and would swallow what follows it.

    The tokenizer itself is asked: a tag put after the end is either seen as a tag or swallowed.
    """
    *_, last = [None, *turbohtml.tokenize(f"{html}<{_PROBE}>")]
    return last is None or last.tag != _PROBE


def _plain_classes(old: Source, new: Source) -> Iterator[_Class]:
    has_other_tags = old.reading.tags != new.reading.tags
    if has_other_tags:
        yield _TAGS
    if _attributes(old.reading, with_none=not has_other_tags) != _attributes(
        new.reading, with_none=not has_other_tags
    ):
        yield _ATTRIBUTES
    yield from _targets(old.reading, new.reading)


def _attributes(reading: Reading, *, with_none: bool) -> list[tuple[tuple[str, str], ...]]:
    """List what each tag carries. Where tags come or go, those that carry nothing are no sign of a difference."""
    return [attributes for attributes in reading.attributes if attributes or with_none]


def _targets(old: Reading, new: Reading) -> Iterator[_Class]:
    if old.links != new.links:
        yield _TARGET if len(old.links) == len(new.links) else _LINKS
    if old.images != new.images:
        yield _SOURCE if len(old.images) == len(new.images) else _IMAGES


def _hidden_classes(old: Reading, new: Reading) -> Iterator[_Class]:
    if old.comments != new.comments:
        yield _COMMENTS
    if old.scripts != new.scripts:
        yield _SCRIPTS
    if old.hidden != new.hidden:
        yield _HIDDEN


def _named_beside(classes: list[_Class]) -> str:
    if not classes:
        return ""
    *others, last = [one.name for one in classes]
    names = f"{', '.join(others)} and {last}" if others else last
    return f"Besides the words, {names} {'differ' if others or classes[0].is_plural else 'differs'}."


def _missing(operation: str, old: Source, new: Source) -> str:
    if old.is_missing and operation != "create":
        return "There is no old text."
    return "There is no new text." if new.is_missing and operation != "delete" else ""


def _unfinished(new: Source) -> str:
    if ends_inside(new.html):
        return "The new HTML ends inside a tag, a comment or raw text and would swallow what follows it."
    return ""


def _without_space(html: str) -> str:
    return "".join(html.split())


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
