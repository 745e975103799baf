"""Sensible pretend edits: what the AI does when an instruction does not say exactly what to write."""

import re
from typing import Final, NamedTuple

from bot.sandbox.superdocs.editor.document import Chunk
from bot.sandbox.superdocs.editor.draft import Draft
from bot.sandbox.superdocs.editor.markup import squeezed, swap
from bot.sandbox.superdocs.editor.search import about

MOST: Final = 3
"""How many changes a vague instruction gives at most."""
_FEWEST_WORDS: Final = 4
"""A shorter block is a label, and left alone."""

_ROW: Final = re.compile(r"<tr\b.*?</tr\s*>", re.DOTALL | re.IGNORECASE)
AMOUNT: Final = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)(?P<gap>\s*|-)"
    r"(?P<unit>%|(?:percent|per cent|(?:working |business |calendar )?(?:day|week|month|year|hour)s?)\b)|"
    r"(?P<money>(?:EUR|USD|GBP|€|\$|£)\s?)(?P<sum>\d+(?:[.,]\d+)*)",
    re.IGNORECASE,
)


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    new: str
    reason: str


def _rule(pattern: str, new: str, reason: str) -> _Rule:
    return _Rule(re.compile(pattern), new, reason)


_RULES: Final = (
    _rule(r"\b[Ii]n order to\b", "to", "“In order to” says no more than “to”."),
    _rule(r"\b[Ii]n the event that\b", "if", "Plain language: “if” instead of “in the event that”."),
    _rule(r"\b[Pp]rior to\b", "before", "Plain language: “before” instead of “prior to”."),
    _rule(
        r"\bat its sole discretion\b",
        "acting reasonably",
        "A sole discretion cannot be reviewed; this sets a standard.",
    ),
    _rule(
        r"\b(?:promptly|without undue delay|as soon as (?:reasonably )?(?:possible|practicable))\b",
        "within five working days",
        "Gives a date that both parties can count on.",
    ),
    _rule(
        r"\bbest (efforts|endeavours)\b", "reasonable efforts", "Brings the duty to a level that can be met."
    ),
    _rule(r"\bmay not\b", "shall not", "Makes the prohibition unmistakable."),
    _rule(r"\bmay\b", "shall", "Turns a permission into an obligation."),
    _rule(r"\b30 days\b", "60 days", "Gives both parties more time."),
    _rule(r"\bshould\b", "shall", "“Should” leaves open whether this is binding."),
    _rule(r"\b[Uu]tili[sz]e\b", "use", "Plain language: “use” instead of “utilise”."),
    _rule(r"\bwill\b", "shall", "Says that this is an obligation and not a forecast."),
    _rule(r"\bshall\b", "must", "Plain language: “must” is understood by everybody."),
    _rule(r"\bdoes not\b", "shall not", "States a duty instead of a fact."),
    _rule(r"\b(?:is|are)\b", "shall be", "States a duty instead of a fact."),
    _rule(r"\b(?:very|really|quite|basically|simply) ", "", "Leaves out a word that adds nothing."),
)


def freely(draft: Draft, instruction: str) -> None:
    """Draft one to three edits that could be what a vague instruction means.

    First an amount that it names, then rules of good wording: in the blocks that it is about, or where none
    applies there, anywhere. At the last, the instruction itself is written into a block.
    """
    near = about(draft.chunks, AMOUNT.sub("", instruction))
    made = int(set_amount(draft, near, instruction))
    prose = [chunk for chunk in draft.chunks if _is_prose(chunk)]
    near_prose = [chunk for chunk in near if chunk in prose]
    made = made or _by_rules(draft, near_prose) or _by_rules(draft, prose)
    if made:
        return
    if prose:
        _spell_out(draft, (near_prose or prose)[0], instruction)
    else:
        draft.notes.append("I found nothing in the document that this could be about.")


def set_amount(draft: Draft, chunks: list[Chunk], instruction: str) -> bool:
    """Bring an amount named in the instruction into the first of these chunks that has another one of its unit.

    In a table the number of the row that the instruction speaks of is taken, since its unit stands elsewhere.
    """
    wanted = list(AMOUNT.finditer(instruction))
    if not wanted:
        return False
    new = wanted[-1]
    if chunks and chunks[0].tag == "table":
        return _set_in_row(draft, chunks[0], instruction, new)
    for chunk in chunks:
        old = _amount_like(draft.words_of(chunk), new)
        if old is not None:
            html = swap(draft.html_of(chunk), re.compile(rf"(?<!\d){re.escape(old)}"), new.group(), count=1)
            return draft.rewrite(chunk, html, f"Changed {old} to {new.group()}, as asked.")
    return False


def _set_in_row(draft: Draft, table: Chunk, instruction: str, new: re.Match[str]) -> bool:
    """Change the last number of the table row that has most words in common with the instruction."""
    html = draft.html_of(table)
    rows = [match.group() for match in _ROW.finditer(html) if re.search(r"\d", squeezed(match.group()))]
    asked = set(re.findall(r"\w{3,}", instruction.lower()))
    row = max(
        rows, key=lambda row: len(asked & set(re.findall(r"\w{3,}", squeezed(row).lower()))), default=None
    )
    if row is None:
        return False
    changed = swap(row, re.compile(r"\d+(?:[.,]\d+)*(?=\D*\Z)"), new["number"] or new["sum"])
    return draft.rewrite(
        table, html.replace(row, changed, 1), f"Changed one row of the table: {squeezed(changed)}."
    )


def _amount_like(words: str, new: re.Match[str]) -> str | None:
    """Return an amount of the same unit that stands among some words, and differs."""
    alike = (old.group() for old in AMOUNT.finditer(words) if _unit(old) == _unit(new))
    return next((old for old in alike if old.split() != new.group().split()), None)


def _unit(amount: re.Match[str]) -> str:
    unit = amount["unit"] or amount["money"]
    return unit.strip().lower().rstrip("s").split()[-1]


def _by_rules(draft: Draft, order: list[Chunk]) -> int:
    """Apply the first rules that fit, each in the first block that it fits and that nothing else has changed.

    Returns:
        How many blocks were changed.
    """
    made = 0
    for rule in _RULES:
        fitting = (
            chunk for chunk in order if rule.pattern.search(chunk.words) and not draft.is_touched(chunk)
        )
        chunk = next(fitting, None)
        if chunk is not None and made < MOST:
            made += draft.rewrite(chunk, _ruled(chunk.html, rule), rule.reason)
    return made


def _ruled(html: str, rule: _Rule) -> str:
    def cased(match: re.Match[str]) -> str:
        return rule.new.capitalize() if match.group()[0].isupper() else rule.new

    return swap(html, rule.pattern, cased)


def _spell_out(draft: Draft, chunk: Chunk, instruction: str) -> None:
    """Write the instruction behind the last word of a block."""
    sentence = f" For the avoidance of doubt: {' '.join(instruction.split())[:200].rstrip('.')}."
    html = swap(draft.html_of(chunk), re.compile(r"\S\s*\Z"), lambda end: end.group().rstrip() + sentence)
    draft.rewrite(chunk, html, "Says in so many words what was asked for.")


def _is_prose(chunk: Chunk) -> bool:
    return not chunk.is_heading and chunk.tag != "table" and len(chunk.words.split()) >= _FEWEST_WORDS


_CLAUSES: Final = {
    "confidential": (
        "Each party shall keep the other party’s confidential information secret, use it only for this agreement, "
        "and return or destroy it when the agreement ends."
    ),
    "data protection": (
        "Each party shall process personal data only in accordance with applicable data protection law and on "
        "documented instructions, and shall notify the other party of a personal data breach within 48 hours."
    ),
    "gdpr": (
        "Each party shall process personal data in accordance with Regulation (EU) 2016/679 (GDPR) and shall enter "
        "into a data processing agreement where Article 28 requires one."
    ),
    "force majeure": (
        "Neither party is liable for a delay caused by events beyond its reasonable control, provided that it tells "
        "the other party of them within three working days."
    ),
    "liability": (
        "The total liability of either party under this agreement is limited to the fees paid in the twelve months "
        "before the event that gave rise to it. Nothing limits liability for intent or gross negligence."
    ),
    "insurance": "The Supplier shall hold liability insurance of at least EUR 2,000,000 and prove it on request.",
}


def clause_about(subject: str) -> str:
    """Return the text of a new clause on a subject; for an unknown one, a text that names it."""
    known = next((text for key, text in _CLAUSES.items() if key in subject.lower()), None)
    return known or (
        f"The parties shall agree in writing on {subject.strip(' .')}, and shall review what they agreed once a year."
    )
