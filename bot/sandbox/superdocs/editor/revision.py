"""A denied change, proposed again as the feedback asks.

Understood, in any case: *use exactly: TEXT* (or in quotes), *keep the original*, `replace "X" with "Y"`,
`"X" instead of "Y"`, a single quoted wording, *shorter*, *softer* (too strong) and *stronger*, and amounts or
bare numbers. Whatever else it says shows in the revision all the same.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from bot.sandbox.superdocs.editor.markup import plain, retold, squeezed, swap
from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.editor.search import phrase
from bot.sandbox.superdocs.editor.wording import AMOUNT

_KEEP: Final = re.compile(
    r"\b(?:keep|leave|restore)\b.{0,30}\b(?:original|as (?:it )?(?:is|was)|unchanged|alone)\b|\bwithdraw\b",
    re.IGNORECASE,
)
_BUT: Final = re.compile(r"\bbut\b|\band\s+(?:then\s+)?add\b", re.IGNORECASE)
_EXACTLY: Final = re.compile(
    r"\bexactly\b(?:\s+(?:this|the following|these))?(?:\s+(?:text|wording|words|sentence))?\s*:?\s*(?P<text>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_EXCHANGES: Final = (
    re.compile(r'(?:replace|change)\s+"(?P<old>[^"]+)"\s+(?:with|by|to)\s+"(?P<new>[^"]+)"', re.IGNORECASE),
    re.compile(r'"(?P<new>[^"]+)"\s+(?:instead of|rather than|not)\s+"(?P<old>[^"]+)"', re.IGNORECASE),
    re.compile(r'"(?P<old>[^"]+)"\s*(?:→|->|=>)\s*"(?P<new>[^"]+)"'),
)
_SOFTER: Final = {"must": "should", "shall": "should", "immediately": "promptly", "any and all": "any"}
_STRONGER: Final = {"should": "shall", "may": "shall", "promptly": "immediately"}


def revised(denied: Proposal, feedback: str) -> Proposal | None:
    """Propose a denied change again, with the feedback worked in.

    A deletion that is denied becomes an edit: the feedback says what to do instead.

    Returns:
        The next proposal for the same place, or None where the feedback wants the original kept.
    """
    text = _exact_text(feedback)
    keeps = text is None and _KEEP.search(feedback)
    if keeps and not _BUT.search(feedback):
        return None
    wanted = denied.new_html if denied.new_html is not None and not keeps else denied.old_html or ""
    new_html = retold(wanted, text) if text is not None else _reworked(wanted, denied.old_html, feedback)
    if new_html == denied.old_html:
        return None
    return replace(
        denied,
        operation="edit" if denied.operation == "delete" else denied.operation,
        new_html=new_html,
        explanation=f"Revised after your feedback: “{' '.join(feedback.split())[:300]}”",
        raw=None,
    )


def _exact_text(feedback: str) -> str | None:
    """Return the wording that the feedback dictates, without the quotes around it."""
    match = _EXACTLY.search(feedback)
    if match is None:
        return None
    text = match["text"].strip()
    quoted = re.match(r'["“„«](.+)["”“»]\s*\.?$', text, re.DOTALL)
    return quoted[1] if quoted else text


_Rework: TypeAlias = Callable[[str, str | None, str], str]
"""Takes the wanted HTML, the old HTML and the feedback; gives the HTML back unchanged if it does not apply."""


def _reworked(wanted: str, old: str | None, feedback: str) -> str:
    """Apply the first way of reading the feedback that changes anything; at the last, quote it."""
    straight = re.sub("[“”„«»]", '"', feedback)
    ways: tuple[_Rework, ...] = (_exchange, _quoted, _shorter, _tone, _amounts, _remark)
    return next((html for way in ways if (html := way(wanted, old, straight)) != wanted), wanted)


def _exchange(wanted: str, _old: str | None, feedback: str) -> str:
    match = next((match for pattern in _EXCHANGES if (match := pattern.search(feedback))), None)
    return swap(wanted, phrase(match["old"], any_case=True), match["new"]) if match else wanted


def _quoted(wanted: str, old: str | None, feedback: str) -> str:
    """Put a single quoted wording in the place of the first words that the change would have brought in."""
    quotes = re.findall(r'"([^"]+)"', feedback)
    if len(quotes) != 1:
        return wanted
    before, after = squeezed(old or "").split(), squeezed(wanted).split()
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    start, end = next(((a, b) for step, _, _, a, b in steps if step in ("insert", "replace")), (0, 0))
    last = quotes[0].split()[-1]
    end += int(end > start and [word.rstrip(".,;:") for word in after[end : end + 1]] == [last])
    words = " ".join(after[start:end]).rstrip(".,;:")
    return swap(wanted, phrase(words), quotes[0], count=1) if words else wanted


def _shorter(wanted: str, _old: str | None, feedback: str) -> str:
    """Leave out the last sentence; of a single sentence its last part, or else its second half."""
    if not re.search(r"\b(?:short(?:er|en)?|briefer|concise|trim)\b", feedback, re.IGNORECASE):
        return wanted
    text = squeezed(wanted)
    for end in (r"(?<=[.!?])\s+(?=[^\W\d_])", r"[,;]\s+|\s+(?=(?:and|or|but)\s)"):
        *earlier, _last = re.split(end, text)
        if earlier:
            return _cut_after(wanted, text[: text.rindex(earlier[-1]) + len(earlier[-1])])
    words = text.split()
    return _cut_after(wanted, " ".join(words[: (len(words) + 1) // 2]))


def _cut_after(wanted: str, kept: str) -> str:
    """Leave out what follows these words, with which the text begins, and close with a full stop."""
    beginning = kept.rstrip(".,;: ")
    pattern = re.compile(rf"({phrase(beginning).pattern}).*\S", re.DOTALL)
    return swap(wanted, pattern, lambda match: f"{match[1]}.", count=1)


def _tone(wanted: str, _old: str | None, feedback: str) -> str:
    softer = re.search(r"\b(?:soft(?:er|en)?|too strong|too harsh|weaker|gentler)\b", feedback, re.IGNORECASE)
    stronger = re.search(r"\b(?:strong|strict)er\b|\btoo (?:weak|soft)\b", feedback, re.IGNORECASE)
    words = _SOFTER if softer else _STRONGER if stronger else {}
    for old, new in words.items():
        wanted = swap(wanted, phrase(old), new)
    return wanted


def _amounts(wanted: str, old: str | None, feedback: str) -> str:
    """Bring the amount or number of the feedback in, in the place of the one that the change would have brought."""
    amount = AMOUNT.search(feedback)
    number = re.search(r"(?<![\w.])\d+(?:[.,]\d+)*", feedback)
    if number is None:
        return wanted
    kept = re.findall(r"\d+(?:[.,]\d+)*", plain(old or ""))
    there = re.findall(r"\d+(?:[.,]\d+)*", plain(wanted))
    place = next((found for found in there if found not in kept), there[0] if there else None)
    new = (amount["number"] or amount["sum"]) if amount else number.group()
    return swap(wanted, phrase(place), new, count=1) if place else wanted


def _remark(wanted: str, _old: str | None, feedback: str) -> str:
    """Write the feedback behind the last word, so that everybody sees that it was heard."""
    remark = f" This takes into account: {' '.join(feedback.split())[:200].rstrip('.!?')}."
    return swap(wanted, re.compile(r"\S\s*\Z"), lambda end: end.group().rstrip() + remark)
