"""Rich text: the one carrier of words that are not ours.

The text elements of a ``rich_text`` block form no mention, no link and no markup, whatever they hold. Document
text, the AI's words and what people typed go nowhere else (but for ``plain_text``, which is as inert).
Our own sentences may name people, groups, channels and times; only what is spelled out here becomes alive.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from bot.redline import UNDRAWN, Kind, Mark
from bot.slack.limits import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.core.summary import Line
    from bot.redline import Excerpt, Paragraph

Json = dict[str, Any]

_STYLES: Final[dict[Mark, tuple[str, ...]]] = {
    Mark.KEEP: (),
    Mark.GAP: (),
    Mark.INSERT: ("bold", "underline"),
    Mark.DELETE: ("strike",),
}
_KIND_STYLES: Final[dict[Kind, tuple[str, ...]]] = {Kind.HEADING: ("bold",), Kind.CODE: ("code",)}
"""Code is a style of words here: a preformatted block would drop strike and underline, and so hide the change."""

_HIDDEN_STYLES: Final[dict[bool, tuple[str, ...]]] = {False: (), True: ("italic",)}
"""So that one sees where it ends; where it begins is said."""

_SECTION: Final = "rich_text_section"
_INDENT: Final = "\u2003"
_FATES: Final = frozenset({Mark.INSERT, Mark.DELETE})
_GAP: Final = "\u2009"
"""Drawn between what goes and what comes where nothing else parts them: a struck 30 and a bold 60 are not 3060."""

_ALIVE: Final = re.compile(
    r"""
    <@ (?P<user> [UW][A-Z0-9]+ ) (?: \| [^>]* )? >
    | <\# (?P<channel> [CDG][A-Z0-9]+ ) (?: \| [^>]* )? >
    | <!subteam\^ (?P<group> S[A-Z0-9]+ ) (?: \| [^>]* )? >
    | <!date\^ (?P<at> \d{1,11} ) \^ (?P<format> [^|>^]+ ) \| (?P<fallback> [^>]+ ) >
    | \* (?P<bold> [^*\s] (?: [^*\n]* [^*\s] )? ) \*
    """,
    re.VERBOSE,
)


def block(*parts: Json) -> Json:
    """Give a rich text block.

    Lines that follow each other become one section with line feeds, as Slack's own composer writes them: clients
    do not agree on whether a section begins a line of its own.
    """
    merged: list[Json] = []
    for kind, alike in groupby(parts, key=lambda part: part["type"]):
        run = list(alike)
        merged += [_joined(run)] if kind == _SECTION else run
    return {"type": "rich_text", "elements": merged}


def section(*elements: Json) -> Json:
    """Give a line of inline elements; empty ones are left out, since Slack refuses them."""
    return {"type": _SECTION, "elements": _kept(elements)}


def quote(*elements: Json) -> Json:
    """Give a line of inline elements with a bar beside it."""
    return {"type": "rich_text_quote", "elements": _kept(elements)}


def text(words: str, *styles: str) -> Json:
    """Give words as they are, with styles (``bold``, ``strike``…)."""
    element: Json = {"type": "text", "text": inert(words)}
    if styles:
        element["style"] = dict.fromkeys(styles, True)
    return element


def inert(words: str) -> str:
    """Name what cannot be drawn or sent, where it stands: ``[U+202E]``."""
    return UNDRAWN.sub(lambda found: f"[U+{ord(found.group()):04X}]", words)


def one_line(words: str, limit: int) -> str:
    """Bring somebody's words into one line of at most `limit` code points."""
    return cut(inert(" ".join(words.split())), limit)


def said(words: str, limit: int, *styles: str) -> Json:
    """Give somebody's words in quotation marks, in one line."""
    return text(f"“{one_line(words, limit)}”", *styles)


def status(line: Line, sentence_limit: int, quote_limit: int) -> list[Json]:
    """Give a status line: our sentence, alive, and the words it quotes, inert."""
    elements = list(sentence(cut(line.sentence, sentence_limit)))
    if line.link.startswith(("https://", "http://")):
        elements = [_linked(element, line.link) for element in elements]
    if line.quote:
        elements += [text(" "), said(line.quote, quote_limit)]
    return elements


def sentence(words: str) -> Iterator[Json]:
    """Give a sentence of ours, with the people, times and bold words that it names."""
    end = 0
    for found in _ALIVE.finditer(words):
        if found.start() > end:
            yield text(words[end : found.start()])
        yield _alive(found)
        end = found.end()
    if end < len(words):
        yield text(words[end:])


def mrkdwn(words: str) -> str:
    """Give a sentence of ours as Slack markup where rich text is not taken; all but our own markup is escaped."""
    return "".join(_markup(element) for element in sentence(words))


def unmarked(words: str) -> str:
    """Give a sentence of ours where Slack takes neither rich text nor markup."""
    names = {"user": "somebody", "channel": "the channel", "usergroup": "a group"}
    read = "".join(
        element.get("text") or element.get("fallback") or names[element["type"]]
        for element in sentence(words)
    )
    return read[:1].upper() + read[1:]


def redline(excerpt: Excerpt) -> Json | None:
    """Give a redline: deleted words struck, inserted words bold and underlined; None when it shows nothing."""
    parts = [_paragraph(paragraph) for paragraph in excerpt.paragraphs]
    return block(*parts) if parts else None


def _joined(sections: list[Json]) -> Json:
    elements = list(sections[0]["elements"])
    for following in sections[1:]:
        elements += [{"type": "text", "text": "\n"}, *following["elements"]]
    return {"type": _SECTION, "elements": elements}


def _paragraph(paragraph: Paragraph) -> Json:
    elements = [*_label(paragraph), *_words(paragraph)]
    return quote(*elements) if paragraph.kind is Kind.QUOTE else section(*elements)


def _label(paragraph: Paragraph) -> Iterator[Json]:
    """Give a list item's number or bullet, at its depth; it shares the fate of the item's words."""
    if paragraph.label:
        marks = {span.mark for span in paragraph.spans}
        fate = marks.pop() if len(marks) == 1 else Mark.KEEP
        yield text(_INDENT * max(0, paragraph.level - 1))
        yield text(paragraph.label, *_STYLES[fate])
        yield text(" ")


def _words(paragraph: Paragraph) -> Iterator[Json]:
    styles = _KIND_STYLES.get(paragraph.kind, ())
    before = ""
    for (mark, is_hidden), spans in groupby(paragraph.spans, key=lambda span: (span.mark, span.hidden)):
        words = "".join(span.drawn for span in spans)
        if before and mark in _FATES and not before[-1].isspace() and not words[:1].isspace():
            yield text(_GAP)
        yield text(words, *styles, *_STYLES[mark], *_HIDDEN_STYLES[is_hidden])
        before = words if mark in _FATES else ""


def _alive(found: re.Match[str]) -> Json:
    """Give the element that stands for one thing named in a sentence of ours."""
    if found["bold"]:
        return text(found["bold"], "bold")
    if found["at"]:
        at = {"timestamp": int(found["at"]), "format": found["format"], "fallback": found["fallback"]}
        return {"type": "date", **at}
    if found["user"]:
        return {"type": "user", "user_id": found["user"]}
    if found["channel"]:
        return {"type": "channel", "channel_id": found["channel"]}
    return {"type": "usergroup", "usergroup_id": found["group"]}


def _markup(element: Json) -> str:
    match element["type"]:
        case "user":
            return f"<@{element['user_id']}>"
        case "channel":
            return f"<#{element['channel_id']}>"
        case "usergroup":
            return f"<!subteam^{element['usergroup_id']}>"
        case "date":
            return f"<!date^{element['timestamp']}^{element['format']}|{element['fallback']}>"
    words = escaped(element["text"])
    return f"*{words}*" if "style" in element else words


def escaped(words: str) -> str:
    """Escape the three characters from which Slack makes markup alive.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _linked(element: Json, url: str) -> Json:
    return {**element, "type": "link", "url": url} if element["type"] == "text" else element


def _kept(elements: Iterable[Json]) -> list[Json]:
    return [element for element in elements if element.get("text") != ""] or [text(" ")]
