"""Two pieces of HTML to what a person must see before saying yes. Pure; knows nothing of Slack or SuperDocs.

>>> change = redline(
...     "<p>The buyer shall be liable for any delay of more than 30 days.</p>",
...     "<p>The buyer shall <b>not</b> be liable for any delay of more than 60 days.</p>",
... )
>>> for span in change.paragraphs[0].spans:
...     print(span.mark, repr(span.text))
keep 'The buyer shall '
insert 'not '
keep 'be liable for any delay of more than '
delete '30'
insert '60'
keep ' days.'

The old text and the new one can be read back from it, whatever it is made of:

>>> change.old_text
'The buyer shall be liable for any delay of more than 30 days.'
>>> change.new_text
'The buyer shall not be liable for any delay of more than 60 days.'

What is odd about it is said, most dangerous first:

>>> for flag in redline("<p>The fee is 5%.</p>", "<p>The fee is 50%. — End of change —</p>").flags:
...     print(flag.name, "alarms:" if flag.dangerous else "is named:", flag.sentence)
spoofed-chrome alarms: The text imitates this card's own words: “End of change”.
risk-word is named: Watch: “5%” → “50%”.

What no word shows is said in a sentence:

>>> redline('<a href="https://a.example">Terms</a>', '<a href="https://b.example">Terms</a>').remark
"The words are the same; the markup differs (a link's target)."

A card is short, so it shows an excerpt, which says what it leaves out; the reading dialog shows pages, which leave
out nothing that changes; a notification has one line:

>>> headline(change, 80)
'added: “not” and 1 more edit'
>>> excerpt(change, budget=1000).complete
True

How it is made, one module a step: `caps` refuses what cannot be inspected, `reading` turns HTML into paragraphs of
`words`, `difference` finds the smallest difference, `tidy` makes it readable, `compose` writes it as paragraphs
(`model`), `flags` say what is odd about it, `markup` which words a page hides or draws otherwise and `remark` what
else the words do not show, `excerpt` (`edits`, `headline`) shortens. `outline` finds its place, and `reading.passages` tells what stands in each.
"""

from dataclasses import replace
from html import escape
from itertools import chain

from bot.redline.agreement import disagreement
from bot.redline.caps import uninspectable
from bot.redline.compose import compose, count
from bot.redline.difference import compare
from bot.redline.excerpt import Excerpt, excerpt, headline, pages
from bot.redline.flags import UncheckedError, flagged
from bot.redline.flags.compared import Compared
from bot.redline.flags.disguise import SHOWN_OF_EXPLANATION, of_explanation
from bot.redline.flags.names import rank
from bot.redline.flags.tree import parse
from bot.redline.markup.formatting import formatting
from bot.redline.markup.unseen import with_hidden
from bot.redline.model import UNDRAWN, Counts, Flag, Kind, Mark, Paragraph, Redline, Span
from bot.redline.outline import place, visible_text
from bot.redline.reading.looks import Looks
from bot.redline.reading.passages import Passage, form, passages
from bot.redline.reading.reader import read
from bot.redline.reading.record import Reading
from bot.redline.remark import Source, has_new_looks, remark_beside_edits, remark_without_edits
from bot.redline.tidy import Sides, tidy
from bot.redline.words import Token, keys

__all__ = [
    "UNDRAWN",
    "Counts",
    "Excerpt",
    "Flag",
    "Kind",
    "Mark",
    "Paragraph",
    "Passage",
    "Redline",
    "Span",
    "excerpt",
    "explained",
    "form",
    "headline",
    "pages",
    "passages",
    "place",
    "redline",
    "visible_text",
]

_OF_CHARACTERS = {"bidi-control", "combining-overlay", "confusable", "invisible-char", "private-use-char"}
"""Flags about characters: these are as odd in an explanation as in a document."""


def redline(old_html: str | None, new_html: str | None, operation: str = "edit") -> Redline:
    """Compare both sides of a change.

    Args:
        old_html: What the document has now; None or blank if it has nothing there.
        new_html: What it would have; None or blank if nothing would be left.
        operation: What the provider calls the change. It is passed on, and tells which side may be missing.

    Returns:
        The complete redline, or one that says why the change is `uninspectable` and shows nothing. Never raises.
    """
    old_html, new_html = old_html or "", new_html or ""
    if reason := uninspectable(old_html, new_html):
        return _uninspectable(operation, reason)
    looks = Looks()
    old, new = Source(old_html, read(old_html, looks)), Source(new_html, read(new_html, looks))
    unsure = disagreement(old.html, old.reading) or disagreement(new.html, new.reading)
    sides = Sides(_tokens(old.reading), _tokens(new.reading))
    script = tidy(compare(*map(keys, sides)), sides)
    paragraphs = compose(old.reading.blocks, new.reading.blocks, script, sides)
    compared = _compared(operation, old, new, paragraphs)
    try:
        flags = flagged(compared)
    except UncheckedError as error:
        return _uninspectable(operation, str(error))
    if unsure:
        return replace(_uninspectable(operation, unsure), flags=flags)
    paragraphs = with_hidden(compared)
    counts = count(paragraphs)
    has_looks = has_new_looks(script, sides)
    if counts.edits:
        said = {flag.name for flag in flags}
        remark = remark_beside_edits(operation, old, new, has_new_looks=has_looks, said=said)
    else:
        looks_now = formatting(compared.old, compared.new)
        remark = remark_without_edits(operation, old, new, has_new_looks=has_looks, formatting=looks_now)
    return Redline(operation, paragraphs, counts, remark, flags=flags)


def explained(text: str) -> tuple[Flag, ...]:
    """Say what is odd about the words with which a change is explained: they come from where the change comes from.

    Returns:
        One flag a name, most dangerous first; `truncated` when a card cannot show all of it.
    """
    shown = " ".join(text.split())[:SHOWN_OF_EXPLANATION]
    odd = redline(None, f"<p>{escape(shown)}</p>", "create").flags
    named = [
        replace(flag, sentence=f"In the explanation: {flag.sentence}")
        for flag in odd
        if flag.name.partition(" ")[0] in _OF_CHARACTERS
    ]
    return tuple(sorted((*of_explanation(text), *named), key=lambda flag: rank(flag.name)))


def _uninspectable(operation: str, reason: str) -> Redline:
    return Redline(operation, (), Counts(0, 0, 0), uninspectable=reason)


def _compared(operation: str, old: Source, new: Source, paragraphs: tuple[Paragraph, ...]) -> Compared:
    return Compared(operation, parse(old.html), parse(new.html), old.reading, new.reading, paragraphs)


def _tokens(reading: Reading) -> list[Token]:
    return list(chain.from_iterable(block.tokens for block in reading.blocks))
