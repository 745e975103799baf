"""One line about a redline. The law: it quotes the first edits and counts the others; it is never the whole story.

`headline` is for the eye and for lists; `spoken` says the same in words only, for whoever hears it.
"""

import re

from bot.redline.edits import Edit, edits, runs
from bot.redline.model import ELLIPSIS, MERGE, SPLIT, Mark, Redline
from bot.redline.words import count_words, word_places

_WHITE = re.compile(r"[ \t\n\r\f]+")

_SPOKEN = 120
"""Characters of each quotation that is said."""

_POINT = re.compile(r"[^\w\s]{1,2}(?=\s|$)")
"""Punctuation that ends a phrase."""

_NEAR = 80
"""Characters. How far from an edit a word of context may begin or end."""


def headline(whole: Redline, limit: int) -> str:
    """Say in one plain line what changes, such as `“30 days” → “60 days” and 2 more edits`.

    Args:
        whole: The redline.
        limit: The longest line, in characters (code points); at least 1. Quotations are cut first, to `…`.
    """
    every = edits(whole.paragraphs)
    if not every:
        return _cut(whole.uninspectable or whole.remark, limit)
    first = every[0]
    more = len(every) - 1
    rest = f" {_more(more)}" if more else ""
    line = _break_alone(first) or _quoted(*_quotations(whole, first), limit - len(rest))
    return _cut(line + rest, limit)


def spoken(whole: Redline, limit: int) -> str:
    """Say in one line of words what changes: `removed “30 days”, added “60 days”; removed “not”; and 2 more edits`.

    Args:
        whole: The redline.
        limit: The longest line, in characters (code points). As many edits as fit are said, and how many more there are.
    """
    every = edits(whole.paragraphs)
    if not every:
        return _cut(whole.uninspectable or whole.remark, limit)
    said: list[str] = []
    room = limit
    for edit in every:
        words = _break_alone(edit) or _in_words(*_sayings(whole, edit)) or "white space changes"
        room -= len(words) + len("; ")
        if said and room < len(_more(len(every))):
            break
        said.append(words)
    return _cut("; ".join([*said, *filter(None, [_more(len(every) - len(said))])]), limit)


def _more(count: int) -> str:
    return f"and {count} more edit{'s' if count > 1 else ''}" if count else ""


def _in_words(old: str, new: str) -> str:
    sides = (("removed", old), ("added", new))
    return ", ".join(f"{verb} “{_cut(words, _SPOKEN)}”" for verb, words in sides if words)


def _break_alone(edit: Edit) -> str:
    """Name an edit that only splits or merges paragraphs; no quotation would show it."""
    if any(count_words(span.plain) for span in edit.spans):
        return ""
    if SPLIT in edit.spans:
        return "a paragraph is split"
    return "two paragraphs are merged" if MERGE in edit.spans else ""


def _quoted(old: str, new: str, limit: int) -> str:
    if not old or not new:
        sign = "added: " if new else "removed: "
        return f"{sign}“{_cut(new or old, limit - len(sign) - 2)}”"
    room = limit - len("“” → “”")
    # What the shorter one does not need, the longer one may have.
    return f"“{_cut(old, max(room // 2, room - len(new)))}” → “{_cut(new, max(room // 2, room - len(old)))}”"


def _quotations(whole: Redline, edit: Edit) -> tuple[str, str]:
    """Quote what an edit deletes and inserts, with a kept word if one word or a comma alone would say little."""
    old, new = (
        "".join(span.drawn for span in edit.spans if span.mark is mark) for mark in (Mark.DELETE, Mark.INSERT)
    )
    kept_before, kept_after = _neighbours(whole, edit)
    before, after = _last_word(kept_before), _first_word(kept_after)
    words = max(_count(edit, Mark.DELETE), _count(edit, Mark.INSERT))
    if words > 1 or (words and not (old and new)):
        before = after = ""
    elif words:
        before, after = ("", after) if after else (before, "")
    elif before and _has_ink(edit):
        after = ""
    return _plain(before + old + after), _plain(before + new + after)


def _sayings(whole: Redline, edit: Edit) -> tuple[str, str]:
    """Quote what an edit deletes and inserts for the ear: a phrase in another's place begins and ends as it reads."""
    old, new = _quotations(whole, edit)
    if not old or not new:
        return old, new
    parts = _neighbours(whole, edit)
    is_phrase = max(_count(edit, Mark.DELETE), _count(edit, Mark.INSERT)) > 1
    before = _plain(_last_word(parts[0])) if is_phrase else ""
    point = _POINT.match(parts[1])
    after = point[0] if point else ""
    return f"{before} {old}{after}".lstrip(), f"{before} {new}{after}".lstrip()


def _neighbours(whole: Redline, edit: Edit) -> tuple[str, str]:
    """Return the kept text right before an edit, and right after it."""
    parts = ["", *("".join(span.text for span in run) for run in runs(whole.paragraphs[edit.paragraph])), ""]
    return parts[edit.run], parts[edit.run + 2]


def _count(edit: Edit, mark: Mark) -> int:
    return sum(count_words(span.plain) for span in edit.spans if span.mark is mark)


def _has_ink(edit: Edit) -> bool:
    return any(span.plain.strip() for span in edit.spans)


def _first_word(text: str) -> str:
    """Take the first word, if nothing but a space stands before it."""
    for start, end in word_places(text[:_NEAR])[:1]:
        return "" if text[:start].strip() else text[:end]
    return ""


def _last_word(text: str) -> str:
    """Take the last word, if nothing but a space stands after it."""
    near = text[-_NEAR:]
    for start, end in word_places(near)[-1:]:
        return "" if near[end:].strip() else near[start:]
    return ""


def _plain(text: str) -> str:
    return _WHITE.sub(" ", text).strip(" ")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip(" ") + ELLIPSIS
