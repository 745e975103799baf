"""What the AI says of its change, held against what the redline shows.

The law: only what is certain is called a contradiction. Phrases are looked for, in English; what is hedged, denied, or
said beside another deed passes in silence, and so does every other language. Words are counted in the claim's favour:
one that moved, or is written in other letters or with other punctuation, did not change.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.redline import Mark
from bot.redline.words import word_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.redline import Redline

_LONGEST: Final = 4000
"""Characters of a claim that are read; a card shows far fewer."""

_QUOTED: Final = 60
"""Characters of a quotation in a sentence."""

_MANY_FOR_A_TYPO: Final = 8
"""Words. A misspelling is in one of them; so many cannot be one."""


class _Kind(StrEnum):
    """What a phrase claims of the whole change."""

    LOOKS = "no word changes"
    MEANING = "no word changes that turns the meaning"
    AMOUNTS = "no number changes"
    TYPO = "one misspelling changes"
    NOTHING_REMOVED = "no word goes"
    NOTHING_ADDED = "no word comes"


_LOOK: Final = (
    r"(formatting|format|cosmetic|layout|styling|white ?space|spacing|punctuation|capitali[sz]ation)"
)
_TEXT: Final = r"(text|words?|wording|language|content)"
_SENSE: Final = (
    r"(the |its |any )?(legal |overall |substantive )?(meaning|substance|sense|obligations?|legal effect)"
)
_SAME: Final = r"(is|are|was|were|stays?|remains?) (completely |entirely |all )?(unchanged|unaltered|untouched|identical|the same)"
_FIGURES: Final = r"(numbers?|figures?|amounts?|dates?)"
_ONE: Final = r"(a|one|the|an obvious)( (single|small|minor|simple|obvious))?"
_WERE: Final = r"((is|was|are|were|has been|have been) )?"

_PHRASES: Final[dict[_Kind, tuple[str, ...]]] = {
    _Kind.LOOKS: (
        rf"(only|just|purely|merely|solely|simply) (a |the |some |minor )*{_LOOK}( (changes?|adjustments?|fix(es)?))?",
        rf"{_LOOK}( (changes?|adjustments?|fix(es)?|clean-?up))?[ -]only",
        rf"no changes? (to|in|of) (the )?{_TEXT}",
        rf"no {_TEXT} {_WERE}chang(es?|ed)",
        rf"no {_TEXT} {_WERE}(added|removed|changed)(, (added|removed|changed))?,? or (added|removed|changed)",
        rf"{_TEXT} (itself )?{_SAME}",
        rf"without (any )?chang(ing|es? (to|in)) (the )?{_TEXT}",
        rf"did(n't| not) change (the |any )?{_TEXT}",
    ),
    _Kind.MEANING: (
        r"no (substantive|substantial|material|semantic|legal) (changes?|effect|impact|difference|modifications?)",
        rf"no (changes?|difference|effect|impact) (to|in|of|on) {_SENSE}",
        rf"without (any )?(changing|altering|affecting|changes? (to|in|of)) {_SENSE}",
        rf"(does|do|did)(n't| not) (change|alter|affect) {_SENSE}",
        rf"(meaning|substance|sense) ({_SAME}|(is|was) preserved)",
        r"(keep(s|ing)?|kept|preserv(es?|ed|ing)|retain(s|ed|ing)?) the (exact |same |original )*(meaning|substance|sense)",
        r"(purely|only|just|merely) (a )?(stylistic|editorial)( changes?)?",
    ),
    _Kind.AMOUNTS: (
        rf"no (changes? (to|in|of) (the |any )?)?{_FIGURES}( (or|and) {_FIGURES})?( {_WERE}(changed|altered|affected))?",
        rf"{_FIGURES} {_SAME}",
    ),
    _Kind.TYPO: (
        rf"(fix(e[sd]|ing)?|correct(s|ed|ing)?|correction of)( {_ONE})? (typo|misspelling|spelling (mistake|error))",
        r"(minor |small |simple )?typo(graphical)? (fix|correction)",
    ),
    _Kind.NOTHING_REMOVED: (rf"(nothing|no {_TEXT}) {_WERE}(removed|deleted|lost)",),
    _Kind.NOTHING_ADDED: (rf"(nothing|no {_TEXT}) {_WERE}(added|inserted)",),
}
"""What people write for each. Longer phrases before those that they begin with."""

_OF_WHOLE: Final = {
    kind: re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE) for kind, phrases in _PHRASES.items()
}

_COUNTS: Final = {
    "a single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
}  # fmt: skip

_WORDS_COUNTED: Final = re.compile(
    rf"\b(?P<verb>add|insert|remov|delet|chang|replac|correct|alter)(?:s|es|ed|d|e|ing)? (?:only |just |exactly |the )?"
    rf"(?P<count>{'|'.join(_COUNTS)}|\d{{1,4}}) (?:extra |more )?words?\b(?! of\b)",
    re.IGNORECASE,
)

_VALUE: Final = r"(?:[$€£¥] ?)?(\d+(?:[.,]\d+)*)"
_VALUES: Final = re.compile(
    rf"\b(?:chang|increas|decreas|rais|extend|reduc|lower|shorten|updat|adjust|amend|replac)\w* (?:[^.;]{{0,80}}?\bfrom )?"
    rf"(?:the )?{_VALUE}(?: ?%)?(?: [a-z]+){{0,2}} (?:to|with|by) {_VALUE}",
    re.IGNORECASE,
)

_SAID: Final = r"(?:the )?(?:(?:words?|phrase|term|sentence|text|clause) )?\"([^\"]{3,300})\""
_ENDED: Final = r"(?=$|[.,;]| (?:from|to|in|at|after|before|because|since|so|as|for)\b)"
_REMOVED: Final = re.compile(
    rf"\b(?:removed|removes|deleted|deletes|dropped|omitted) {_SAID}{_ENDED}", re.IGNORECASE
)
_ADDED: Final = re.compile(
    rf"\b(?:(?:added|adds|inserted|inserts)|(?:replaced|replaces) {_SAID} (?:with|by)) {_SAID}{_ENDED}",
    re.IGNORECASE,
)

_HEDGE: Final = re.compile(
    r"\b(otherwise|apart|aside|besides|except|other than|rest|remain\w*|most|mostly|mainly|largely|elsewhere|also"
    r"|addition\w*|plus|more than|further\w*|but|however|although|while|then)\b",
    re.IGNORECASE,
)
"""Where one of these stands, a phrase may not be all that is claimed."""

_DEED: Final = re.compile(
    r"\b((add|insert|remov|delet|replac|increas|decreas|reduc|rais|lower|extend|shorten|rephras|reword|rewr[io]t"
    r"|restat|swap|substitut|clarif|strengthen|soften|tighten|simplif|merg|split|renam|expand|introduc|mov|align|restruct"
    r"|harmoni|moderni|improv)\w*|now|and \w+ed"
    r"|(chang|updat|adjust|correct|modif|set)\w* [^.]{0,80}?(to|from|with|by)) ",
    re.IGNORECASE,
)
"""A claim that names a second deed is not held to the first one alone."""

_DENIED: Final = re.compile(
    r"(\bnot|n't|\bnever|\bmore than|\binstead of|\bif|\brather than)( \w+)? \Z", re.IGNORECASE
)
"""What stands before a phrase that is denied."""

_NEGATIONS: Final = frozenset({"not", "no", "never", "none", "without"})
_TURNS: Final = (_NEGATIONS, frozenset({"unless", "except"}), frozenset({"shall", "must"}))
"""Words that turn an obligation. Those of one group stand for each other: only how many there are tells a turn."""

_DIGITS: Final = re.compile(r"\d+(?:[.,'\u00a0\u202f]\d+)*")
_NO_DIGIT: Final = re.compile(r"\D+")
_REFERENCE: Final = re.compile(
    r"(section|clause|article|paragraph|annex|schedule|exhibit|appendix|page|part|item|no\.|§)s?\W*\Z",
    re.IGNORECASE,
)
"""Before a number that only says where something stands."""

_ALIKE: Final = str.maketrans("“”„«»‘’–—‑", '"""""\'\'---')


def contradictions(claim: str, judged: Redline) -> tuple[str, ...]:
    """Say where a claim is contradicted by the change that it is about.

    Args:
        claim: The explanation, as it came.
        judged: The complete redline.

    Returns:
        Sentences of ours that quote the claim: ``SuperDocs says “only formatting”, but 3 words are added.`` Mostly none.
    """
    if judged.uninspectable:
        return ()
    said = " ".join(claim[:_LONGEST].translate(_ALIKE).split())
    facts = _Facts(judged)
    looks = (_of_whole, _of_counts, _of_values, _of_removed, _of_added)
    return tuple(dict.fromkeys(sentence for look in looks for sentence in look(said, facts)))


class _Facts:
    """What the redline shows, counted in the claim's favour."""

    def __init__(self, judged: Redline) -> None:
        self.judged = judged

    @cached_property
    def old(self) -> str:
        return _plain(self.judged.old_text)

    @cached_property
    def new(self) -> str:
        return _plain(self.judged.new_text)

    @cached_property
    def removed(self) -> Counter[str]:
        """Words that the new text has no longer, or fewer times."""
        return _words(self.old) - _words(self.new)

    @cached_property
    def added(self) -> Counter[str]:
        """Words that the old text did not have, or fewer times."""
        return _words(self.new) - _words(self.old)

    @property
    def has_other_words(self) -> bool:
        """Say whether words came or went, and not only spaces, hyphens or capitals in them."""
        return bool(self.removed or self.added) and _letters(self.old) != _letters(self.new)

    @property
    def extent(self) -> str:
        """Say how many words change, as the card's legend counts them."""
        counts = self.judged.counts
        sides = [(n, fate) for n, fate in ((counts.inserted, "added"), (counts.deleted, "removed")) if n]
        (count, fate), *others = sides or [(0, "changed")]
        first = f"{count} {'word is' if count == 1 else 'words are'} {fate}"
        return " and ".join([first, *(f"{count} {fate}" for count, fate in others)])

    @property
    def turned(self) -> list[str]:
        """Say which words that turn an obligation come or go."""
        told = []
        for group in _TURNS:
            gone, come = (sorted(side & group) for side in (self.removed.keys(), self.added.keys()))
            if sum(self.removed[word] for word in gone) != sum(self.added[word] for word in come):
                told += [f"“{word}” is removed" for word in gone] + [f"“{word}” is added" for word in come]
        return told

    @cached_property
    def swaps(self) -> list[tuple[str, str]]:
        """List the numbers of which each became another while the words around it stayed."""
        found: list[tuple[str, str]] = []
        for paragraph in self.judged.paragraphs:
            kept = ""
            for first, second in pairwise(paragraph.spans):
                if (first.mark, second.mark) == (Mark.DELETE, Mark.INSERT):
                    found += _swapped(kept, first.text, second.text)
                kept = first.text
        return found

    @property
    def renumbered(self) -> list[str]:
        """Say which numbers became others."""
        return [f"{old} becomes {new}" for old, new in self.swaps]


def _of_whole(said: str, facts: _Facts) -> Iterator[str]:
    """Hold phrases about all of the change against it."""
    for kind, pattern in _OF_WHOLE.items():
        found = pattern.search(said)
        if found and _is_all(said, found) and (fact := _REFUTES[kind](facts)):
            yield _against(found[0], fact)


def _is_all(said: str, found: re.Match[str]) -> bool:
    """Say whether a phrase is the whole claim: neither denied nor hedged, and beside no other deed."""
    rest = f"{said[: found.start()]}{said[found.end() :]} "
    for pattern in _OF_WHOLE.values():
        rest = pattern.sub("", rest)
    return not (_DENIED.search(said[: found.start()]) or _HEDGE.search(rest) or _DEED.search(rest))


def _of_looks(facts: _Facts) -> str:
    return facts.extent if facts.has_other_words else ""


def _of_meaning(facts: _Facts) -> str:
    return " and ".join([*facts.turned, *facts.renumbered][:2])


def _of_amounts(facts: _Facts) -> str:
    return " and ".join(facts.renumbered[:2])


def _of_typo(facts: _Facts) -> str:
    removed, added = facts.removed, facts.added
    if max(removed.total(), added.total()) >= _MANY_FOR_A_TYPO:
        return facts.extent
    # A misspelled word becomes another one; a "not" that merely comes or goes was none.
    return " and ".join(facts.turned[:2]) if bool(removed) != bool(added) else ""


def _of_nothing_removed(facts: _Facts) -> str:
    return facts.extent if facts.removed.total() > facts.added.total() + 1 else ""


def _of_nothing_added(facts: _Facts) -> str:
    return facts.extent if facts.added.total() > facts.removed.total() + 1 else ""


_REFUTES: Final[dict[_Kind, Callable[[_Facts], str]]] = {
    _Kind.LOOKS: _of_looks,
    _Kind.MEANING: _of_meaning,
    _Kind.AMOUNTS: _of_amounts,
    _Kind.TYPO: _of_typo,
    _Kind.NOTHING_REMOVED: _of_nothing_removed,
    _Kind.NOTHING_ADDED: _of_nothing_added,
}
"""What the facts say against each kind; "" when they do not."""


def _of_counts(said: str, facts: _Facts) -> Iterator[str]:
    """Hold a number of words against theirs. What is one word is told in more than one way, so there is some room."""
    found = _WORDS_COUNTED.search(said)
    if not found or not _is_all(said, found) or " and " in said:
        return
    count = _COUNTS.get(found["count"].lower()) or int(found["count"])
    least, most = _extremes(found["verb"].lower(), facts)
    if least > 2 * count + 1 or 2 * most < count:
        yield _against(found[0], facts.extent)


def _extremes(verb: str, facts: _Facts) -> tuple[int, int]:
    """Return how many words at least and at most are added, removed or changed."""
    counts = facts.judged.counts
    added, removed = facts.added.total(), facts.removed.total()
    if verb in {"add", "insert"}:
        return added, counts.inserted
    if verb in {"remov", "delet"}:
        return removed, counts.deleted
    return removed or added, max(counts.inserted, counts.deleted)


def _of_values(said: str, facts: _Facts) -> Iterator[str]:
    """Hold a number that is said to become another one against what it becomes."""
    for found in _VALUES.finditer(said):
        before, after = map(_digits, found.groups())
        became = {_digits(new): new for old, new in facts.swaps if _digits(old) == before}
        if became and after not in became:
            yield _against(found[0], f"{found[1]} becomes {' and '.join(sorted(became.values()))}")


def _of_removed(said: str, facts: _Facts) -> Iterator[str]:
    """Look for words that are said to go, and still stand as often as before."""
    for found in _REMOVED.finditer(said):
        words = _bare(found[1])
        is_left = 0 < _occurrences(words, facts.old) <= _occurrences(words, facts.new)
        if is_left and not _DENIED.search(said[: found.start()]):
            yield _against(found[0], "that still stands in the new text")


def _of_added(said: str, facts: _Facts) -> Iterator[str]:
    """Look for words that are said to come, and stand nowhere."""
    for found in _ADDED.finditer(said):
        words = _bare(found[2])
        is_quotation = "..." not in words and "…" not in words
        if is_quotation and words not in facts.new and not _DENIED.search(said[: found.start()]):
            yield _against(found[0], "that stands nowhere in the new text")


def _against(phrase: str, fact: str) -> str:
    """Say what is claimed, cut, and what is so."""
    quoted = phrase.replace('"', "'")
    if len(quoted) > _QUOTED:
        quoted = quoted[: _QUOTED - 1].rstrip() + "…"
    return f"SuperDocs says “{quoted}”, but {fact}."


def _plain(text: str) -> str:
    """Bring a text into a form in which only words matter."""
    plain = unicodedata.normalize("NFKC", text.translate(_ALIKE)).casefold()
    return " ".join(plain.replace("n't", " not").replace("cannot", "can not").split())


def _bare(quotation: str) -> str:
    return _plain(quotation).strip(" .,;:")


def _words(plain: str) -> Counter[str]:
    return Counter(plain[start:end] for start, end in word_places(plain))


def _letters(plain: str) -> str:
    return "".join(filter(str.isalnum, plain))


def _digits(number: str) -> str:
    return _NO_DIGIT.sub("", number)


def _occurrences(words: str, plain: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(words)}(?!\w)", plain))


def _swapped(kept: str, old: str, new: str) -> Iterator[tuple[str, str]]:
    """Give the numbers that differ between two texts that are otherwise the same, but for references to other places."""
    if _DIGITS.sub("#", _plain(old)) != _DIGITS.sub("#", _plain(new)):
        return
    for before, after in zip(_DIGITS.finditer(old), _DIGITS.finditer(new), strict=False):
        is_reference = _REFERENCE.search(kept + old[: before.start()])
        if _digits(before[0]) != _digits(after[0]) and not is_reference:
            yield before[0], after[0]
