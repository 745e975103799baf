"""A redline for a terminal, and for programs. The law: odd things first, and nothing that changes is left out.

`render` and `as_json` are pure; `between` is the one place of the package that reads files.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from bot.redline import UNDRAWN, Kind, Mark, Paragraph, Redline, Span, redline

_ALARM, _DELETED, _INSERTED, _ASIDE, _PLAIN = "\x1b[1;33m", "\x1b[9;31m", "\x1b[1;32m", "\x1b[2m", "\x1b[0m"
_STYLES = {Mark.DELETE: _DELETED, Mark.INSERT: _INSERTED}
_SIGNS = {Mark.DELETE: ("[-", "-]"), Mark.INSERT: ("{+", "+}")}
_STARTS = {Kind.QUOTE: "> ", Kind.CODE: "    ", Kind.TABLE_ROW: "| "}


class UnreadableError(Exception):
    """A file cannot be compared; the text says which and why, in one line."""


def between(old: Path, new: Path) -> Redline:
    """Compare two files of HTML. An empty one stands for nothing: then the other was created or deleted.

    Raises:
        UnreadableError: One of them is missing, may not be read, or is no UTF-8.
    """
    old_html, new_html = _html_in(old), _html_in(new)
    operation = (
        "edit" if old_html.strip() and new_html.strip() else "delete" if old_html.strip() else "create"
    )
    return redline(old_html, new_html, operation)


def has_colour(*, is_terminal: bool, environment: Mapping[str, str]) -> bool:
    """Say whether colours may be drawn. Source: https://no-color.org (read 2026-11-22)."""
    return is_terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def render(change: Redline, *, colour: bool) -> str:
    """Draw a redline, ended by a line feed: its flags, what it amounts to, and each paragraph that changes.

    Args:
        change: The redline.
        colour: Strike what goes in red, and print what comes in bold green. Otherwise `[-old-]{+new+}` is written.
    """
    lines = [*_flags(change, colour=colour), _summary(change)]
    if change.remark:
        lines.append(_named(change.remark))
    lines += _paragraphs(change, colour=colour)
    return "\n".join(lines) + "\n"


def as_json(change: Redline) -> str:
    """Write everything that a redline holds, in ASCII: nothing in it is invisible, nor obeyed by a terminal."""
    return json.dumps(asdict(change), indent=2) + "\n"


def _html_in(file: Path) -> str:
    name = _named(str(file)).replace("\n", "[U+000A]")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{name} is not UTF-8: byte {error.start + 1} fits no character.") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such name can be"
        raise UnreadableError(f"{name} cannot be read: {why}.") from error


def _flags(change: Redline, *, colour: bool) -> Iterator[str]:
    """Draw each sentence once, after the names of the flags that say it."""
    for (sentence, is_dangerous), group in groupby(
        change.flags, lambda flag: (flag.sentence, flag.dangerous)
    ):
        names = ", ".join(flag.name for flag in group)
        line = f"{'!' if is_dangerous else '-'} {names}: {_named(sentence)}"
        yield f"{_ALARM}{line}{_PLAIN}" if colour and is_dangerous else line


def _summary(change: Redline) -> str:
    if change.uninspectable:
        return f"This change cannot be inspected. {_named(change.uninspectable)}"
    counts = change.counts
    edits = f"{counts.edits} edit" if counts.edits == 1 else f"{counts.edits} edits"
    return f"{edits}: +{counts.inserted} -{counts.deleted} words"


def _paragraphs(change: Redline, *, colour: bool) -> Iterator[str]:
    """Draw the paragraphs that change, with the headings between them; count the others."""
    for is_shown, group in groupby(change.paragraphs, key=_is_shown):
        paragraphs = list(group)
        if is_shown:
            yield from (_drawn(paragraph, colour=colour) for paragraph in paragraphs)
        else:
            several = "paragraphs" if len(paragraphs) > 1 else "paragraph"
            aside = f"… {len(paragraphs)} unchanged {several}"
            yield f"{_ASIDE}{aside}{_PLAIN}" if colour else aside


def _is_shown(paragraph: Paragraph) -> bool:
    return paragraph.changed or paragraph.kind is Kind.HEADING


def _drawn(paragraph: Paragraph, *, colour: bool) -> str:
    start = _STARTS.get(paragraph.kind, "")
    if paragraph.kind is Kind.HEADING:
        start = f"{'#' * paragraph.level} "
    elif paragraph.label:
        start = f"{'  ' * (paragraph.level - 1)}{paragraph.label} "
    return start + "".join(_span(span, colour=colour) for span in paragraph.spans)


def _span(span: Span, *, colour: bool) -> str:
    text = _named(span.drawn)
    if not span.changed:
        return text
    if colour:
        # Some terminals carry a colour over the end of a line, some do not.
        return "\n".join(f"{_STYLES[span.mark]}{line}{_PLAIN}" if line else "" for line in text.split("\n"))
    before, after = _SIGNS[span.mark]
    return f"{before}{text}{after}"


def _named(text: str) -> str:
    """Name what a terminal would not draw, or would obey."""
    return UNDRAWN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)
