"""From an instruction in words to proposed changes.

Several instructions may stand in one message, divided by new lines, `;`, "and then", or a comma or "and"
before another command. Understood, in any case:

- `replace "X" with "Y"`, `change X to Y`, `change the payment term from X to Y`
- `delete "X"` (the block it stands in), `delete the words "X"`, `remove the paragraph about X`, `remove clause 7.2`
- `add "TEXT" after "X"`, `add: TEXT`, `add a clause about X`
- `make X bold` (or italic, underlined)

After a line such as "Propose only this again:" nothing before it counts.
A message in which nothing of this is found gets `wording.py`'s pretend edits; beside a command, other words
are taken for its context. `answer only` anywhere in the message changes nothing, nor does a question such as
"what is …?"; an instruction that begins with `fail` makes the job fail.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.sandbox.superdocs.editor import wording
from bot.sandbox.superdocs.editor.document import Chunk, Document
from bot.sandbox.superdocs.editor.draft import Draft
from bot.sandbox.superdocs.editor.markup import escaped, swap, wrapped
from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.editor.search import about, numbered, phrase, section_of


@dataclass(frozen=True)
class Plan:
    """What the AI means to do about a message."""

    proposals: list[Proposal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What it could not do, in sentences."""
    failure: str | None = None
    """Why the job fails, if it does."""
    new_document: str | None = None
    """A document that it wrote because there was none."""


def plan(message: str, document: Document | None) -> Plan:
    """Read a message and propose what it asks for, in the order of the document."""
    instructions = divided(_ONLY.split(message)[-1])
    if any(re.match(r"fail\b", instruction, re.IGNORECASE) for instruction in instructions):
        return Plan(failure="The model could not complete this request.")
    if document is None:
        return _without_document(message)
    if _QUESTION.search(message):
        return Plan(notes=["Nothing was changed, as you asked for an answer only."])
    draft = Draft(document)
    followed = [_follow(draft, instruction) for instruction in instructions]
    if not any(followed):
        wording.freely(draft, " ".join(instructions))
    return Plan(draft.proposals(), draft.notes)


_ONLY: Final = re.compile(r"^[^\n]*\bonly (?:this|these)\b[^\n]*:[ \t]*\n", re.IGNORECASE | re.MULTILINE)
"""A line that says that only what follows it is wanted: *Propose only this again, as it was:*."""

_QUESTION: Final = re.compile(
    r"\banswer only\b|\A\s*(?:what|which|who|when|where|why|how)\b[^\n]*\?\s*\Z", re.IGNORECASE
)


def _without_document(message: str) -> Plan:
    """Write a document where a new one is asked for; anything else needs one that is there."""
    if not re.match(r"(?:create|draft|write)\b", message.strip(), re.IGNORECASE):
        return Plan(notes=["There is no document in this session yet."])
    subject = escaped(" ".join(message.split()))
    return Plan(notes=["I wrote a new document."], new_document=f"<h1>New document</h1>\n<p>{subject}</p>")


_COMMANDS: Final = r"add|append|change|cut|delete|drop|extend|insert|make|raise|reduce|remove|rename|replace|rewrite|shorten|strike"
_QUOTED_REST: Final = r'(?=(?:[^"]*"[^"]*")*[^"]*$)'
_DIVIDERS: Final = re.compile(
    rf"(?:[;\n]|,?\s+and\s+then\s|,\s+(?:and\s+|then\s+)?(?=(?:{_COMMANDS})\b)|\s+and\s+(?=(?:{_COMMANDS})\b))"
    + _QUOTED_REST,
    re.IGNORECASE,
)


def divided(message: str) -> list[str]:
    """Divide a message into instructions; what stands in quotes is never divided."""
    straight = re.sub("[“”„«»]", '"', message)
    if '"' not in straight:
        straight = re.sub(r"(?<!\w)['‘]([^'‘’]+)['’](?!\w)", r'"\1"', straight)
    parts = (re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", part) for part in _DIVIDERS.split(straight))
    return [
        clean for part in parts if (clean := re.sub(r"^please\s+", "", part.strip(), flags=re.IGNORECASE))
    ]


def _phrase(name: str) -> str:
    """Return the pattern of a phrase that may stand in quotes."""
    return rf'(?:"(?P<{name}_quoted>[^"]+)"|(?P<{name}>[^"]+?))'


def _given(match: re.Match[str], name: str) -> str:
    words: str = match.groupdict().get(f"{name}_quoted") or match[name]
    return words.strip()


_Step: TypeAlias = Callable[[Draft, re.Match[str]], bool]
"""Follows one instruction; False if it turned out to mean something else."""


def _replace(draft: Draft, match: re.Match[str]) -> bool:
    old, new = _given(match, "old"), _given(match, "new")
    pattern, chunks = draft.containing(old)
    for chunk in chunks:
        html = swap(draft.html_of(chunk), pattern, new)
        draft.rewrite(chunk, html, f"Replaced “{old}” with “{new}”, as asked.")
    if chunks or match["old_quoted"]:
        draft.notes += [] if chunks else [f"I could not find “{old}” in the document."]
        return True
    return False


def _change_amount(draft: Draft, match: re.Match[str]) -> bool:
    """Change the amount in the block that an unquoted phrase is about; not an amount that the phrase itself names."""
    old, new = _given(match, "old"), _given(match, "new")
    if match["old_quoted"] or wording.AMOUNT.search(old) or not wording.AMOUNT.search(new):
        return False
    return wording.set_amount(draft, about(draft.chunks, old), f"{old} {new}")


def _change_from(draft: Draft, match: re.Match[str]) -> bool:
    old, new = _given(match, "old"), _given(match, "new")
    pattern, chunks = draft.containing(old)
    near = [chunk for chunk in about(draft.chunks, match["subject"]) if chunk in chunks] or chunks
    for chunk in near[:1]:
        html = swap(draft.html_of(chunk), pattern, new)
        draft.rewrite(chunk, html, f"Changed {match['subject'].strip()} from {old} to {new}, as asked.")
    return bool(near)


def _delete_words(draft: Draft, match: re.Match[str]) -> bool:
    old = match["old"].strip()
    pattern, chunks = draft.containing(old)
    with_gap = re.compile(rf"\s?{pattern.pattern}", pattern.flags)
    for chunk in chunks:
        draft.rewrite(chunk, swap(draft.html_of(chunk), with_gap, ""), f"Left out “{old}”, as asked.")
    draft.notes += [] if chunks else [f"I could not find “{old}” in the document."]
    return True


def _delete(draft: Draft, match: re.Match[str]) -> bool:
    old = _given(match, "old")
    _, chunks = draft.containing(old)
    if not match["old_quoted"]:
        by_number = numbered(draft.chunks, old)
        chunks = [by_number] if by_number else about(draft.chunks, old)
    whole_section = chunks and (match["kind"] or "").lower().startswith("section")
    for chunk in _section(draft, chunks[0]) if whole_section else chunks[:1]:
        draft.delete(chunk, f"Removed the text on “{old}”, as asked; nothing else refers to it.")
    draft.notes += [] if chunks else [f"I could not find anything on “{old}” in the document."]
    return True


def _section(draft: Draft, chunk: Chunk) -> list[Chunk]:
    """Return the section that a block stands in, or the block alone where there are no headings."""
    above = [other for other in draft.chunks if other.is_heading and other.start <= chunk.start]
    return section_of(draft.chunks, above[-1]) if above else [chunk]


def _add_at(draft: Draft, match: re.Match[str]) -> bool:
    text, place = _given(match, "new"), _given(match, "place")
    anchor = _place(draft, place, quoted=bool(match["place_quoted"]))
    if anchor is None:
        draft.notes.append(f"I could not find “{place}” in the document.")
        return True
    if match["where"].lower() in ("before", "above"):
        index = draft.chunks.index(anchor)
        anchor = draft.chunks[index - 1] if index else anchor
    subject = None if match["new_quoted"] else _SUBJECT.match(text)
    if subject:
        _insert_clause(draft, anchor, subject[1])
    else:
        _insert(draft, anchor, text, "Added where you asked for it.")
    return True


_SUBJECT: Final = re.compile(
    r"(?:an?\s+|the\s+)?(?:new\s+)?(?:clause|paragraph|section|provision)\s+(?:about|on|regarding)\s+(.+)",
    re.IGNORECASE,
)


def _place(draft: Draft, place: str, *, quoted: bool) -> Chunk | None:
    _, chunks = draft.containing(place)
    number = re.search(r"\d+(?:\.\d+)*", place)
    if not quoted and number and (by_number := numbered(draft.chunks, number.group())):
        return by_number
    return next(iter(chunks or about(draft.chunks, place)), None)


def _add_text(draft: Draft, match: re.Match[str]) -> bool:
    _insert(draft, draft.chunks[-1] if draft.chunks else None, _given(match, "new"), "Added, as asked.")
    return True


def _add_about(draft: Draft, match: re.Match[str]) -> bool:
    subject = _given(match, "new")
    near = about(draft.chunks, subject) or list(draft.chunks[-1:])
    _insert_clause(draft, near[0] if near else None, subject)
    return True


def _insert_clause(draft: Draft, after: Chunk | None, subject: str) -> None:
    text = f"{_next_number(draft, after)} {wording.clause_about(subject)}".strip()
    reason = f"The document did not settle {subject.strip(' .')} yet; this follows common practice."
    _insert(draft, after, text, reason)


def _next_number(draft: Draft, after: Chunk | None) -> str:
    """Return the number of a clause that follows a numbered one: 8.3 after 8.2, or 8.2a if there is an 8.3."""
    number = re.match(r"(?P<section>\d+)\.(?P<clause>\d+)(?=\s)", after.text) if after else None
    if number is None:
        return ""
    following = f"{number['section']}.{int(number['clause']) + 1}"
    return f"{number.group()}a" if numbered(draft.chunks, following) else following


def _insert(draft: Draft, after: Chunk | None, text: str, reason: str) -> None:
    tag = after.tag if after and after.tag in ("p", "li") else "p"
    draft.insert(after, f"<{tag}>{escaped(text)}</{tag}>", reason)


_TAGS: Final = {"bold": "strong", "italic": "em", "underline": "u"}


def _emphasise(draft: Draft, match: re.Match[str]) -> bool:
    words, look = _given(match, "old"), match["look"].lower()
    _, chunks = draft.containing(words)
    if not chunks and not match["old_quoted"]:
        place = _place(draft, words, quoted=False)
        chunks, words = [place] if place else [], ""
    for chunk in chunks[:1]:
        pattern = phrase(words, any_case=True) if words else re.compile(r"\S(?:.*\S)?", re.DOTALL)
        html = wrapped(draft.html_of(chunk), pattern, _TAGS[look])
        draft.rewrite(chunk, html, f"Set in {look}, as asked; the words are the same.")
    draft.notes += [] if chunks else [f"I could not find “{words}” in the document."]
    return True


_NOUN: Final = r"(?:paragraph|clause|section|sentence|bullet|item|provision|heading|table)s?"
_ABOUT: Final = r"(?:about|on|regarding|concerning|containing|saying|that says|number)"
_CHANGE: Final = r"(?:change|rename|amend|set|turn|extend|shorten|raise|reduce|increase|lower)"
_STRIKE: Final = r"(?:delete|remove|strike(?: out)?|drop|cut)"
_ADD: Final = r"(?:add|insert|append)"


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(rf"{source}\s*[.!]?", re.IGNORECASE | re.DOTALL)


_GRAMMAR: Final[tuple[tuple[re.Pattern[str], _Step], ...]] = (
    (
        _pattern(
            r"(?:replace|substitute|swap)\s+(?:the\s+(?:words?|phrase|text|term)\s+)?"
            rf"{_phrase('old')}\s+(?:with|by|for)\s+{_phrase('new')}"
            r"(?:\s+(?:everywhere|throughout\b.*))?"
        ),
        _replace,
    ),
    (
        _pattern(
            rf'{_CHANGE}\s+(?:the\s+)?(?P<subject>[^"]+?)\s+from\s+{_phrase("old")}\s+to\s+{_phrase("new")}'
        ),
        _change_from,
    ),
    (_pattern(rf"{_CHANGE}\s+(?:the\s+)?{_phrase('old')}\s+(?:in)?to\s+{_phrase('new')}"), _change_amount),
    (_pattern(rf"{_CHANGE}\s+(?:the\s+)?{_phrase('old')}\s+(?:in)?to\s+{_phrase('new')}"), _replace),
    (_pattern(rf'{_STRIKE}\s+the\s+(?:words?|phrase|text)\s+"(?P<old>[^"]+)"'), _delete_words),
    (
        _pattern(rf"{_STRIKE}\s+(?:the\s+)?(?P<kind>{_NOUN})\s+(?:{_ABOUT}\s+)?(?:the\s+)?{_phrase('old')}"),
        _delete,
    ),
    (_pattern(rf"{_STRIKE}\s+(?:the\s+)?{_phrase('old')}(?:\s+(?P<kind>{_NOUN}))?"), _delete),
    (
        _pattern(
            rf"{_ADD}\s+{_phrase('new')}\s+(?P<where>after|below|under|before|above)\s+{_phrase('place')}"
        ),
        _add_at,
    ),
    (
        _pattern(
            rf"{_ADD}\s+(?:an?\s+)?(?:new\s+)?{_NOUN}\s+(?:about|on|regarding|concerning)\s+{_phrase('new')}"
        ),
        _add_about,
    ),
    (
        _pattern(rf"{_ADD}\s+(?:an?\s+)?(?:new\s+)?(?P<new>[^\":]+?)\s+{_NOUN}"),
        _add_about,
    ),
    (
        _pattern(rf"{_ADD}(?:\s+(?:an?\s+)?(?:new\s+)?{_NOUN}(?:\s+saying)?)?\s*:?\s*{_phrase('new')}"),
        _add_text,
    ),
    (
        _pattern(
            rf"(?:make|set|put)\s+(?:the\s+(?:words?|phrase|text)\s+)?{_phrase('old')}"
            r"\s+(?:in\s+)?(?P<look>bold|italic|underline)(?:s|d|face)?"
        ),
        _emphasise,
    ),
)


def _follow(draft: Draft, instruction: str) -> bool:
    """Follow one instruction by the first rule that understands it; say whether one did."""
    matches = ((pattern.fullmatch(instruction), step) for pattern, step in _GRAMMAR)
    return any(match is not None and step(draft, match) for match, step in matches)
