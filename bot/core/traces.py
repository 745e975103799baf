"""What a change leaves in a document: looked for where it stands, or else among all the words.

Where a change stands is told by its chunk: the passage that the chunk's id marks. Its words are compared line by line,
with single spaces, since a document may be laid out anew; a line stands in another only as whole words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.judging import CHUNK_ATTRIBUTE
from bot.core.model import Change, Outcome
from bot.redline import form, passages, visible_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.core.proposal import Content

MOST_PASSAGES = 40_000
"""A document of more is looked through by its words alone: each passage takes time, and the document is waited for."""

Lines = tuple[str, ...]
"""Words of a document, paragraph by paragraph."""


@dataclass(frozen=True, slots=True)
class Documents:
    """One document, twice, as HTML. Never logged.

    Attributes:
        updated: After the edit.
        before: Before it; None when that is not known.
    """

    updated: str
    before: str | None = None


class Wording:
    """What one change says, on both sides."""

    def __init__(self, change: Change, content: Content) -> None:
        self.change = change
        self.content = content
        self.old = _lines(visible_text(content.old_html or ""))
        self.new = _lines(visible_text(content.new_html or ""))
        self.added = tuple(line for line in dict.fromkeys(self.new) if line not in self.old)
        self.removed = tuple(line for line in dict.fromkeys(self.old) if line not in self.new)

    @property
    def is_silent(self) -> bool:
        """Say whether no words tell that it was made."""
        return self.old == self.new and bool(self.content.old_html) and bool(self.content.new_html)

    @property
    def new_form(self) -> str:
        """Return the normal form of what it proposes."""
        return form(self.content.new_html or "", CHUNK_ATTRIBUTE)

    @property
    def old_form(self) -> str:
        """Return the normal form of what it would replace."""
        return form(self.content.old_html or "", CHUNK_ATTRIBUTE)

    def may_explain(self, held: Lines, chunk_id: str) -> bool:
        """Say whether a passage may say what it says because of this change."""
        return self.change.chunk_id in {"", chunk_id} and _is_run(held, self.new)


class Traces:
    """A document after an edit, and before it as far as that is known, to look for changes in."""

    def __init__(self, documents: Documents) -> None:
        self._html = documents.updated
        self._updated = _Page(documents.updated)
        self._before = None if documents.before is None else _Page(documents.before)
        known = self._before.passages if self._before else {}
        # A document whose chunks were all named anew does not tell by a name that one is gone.
        self._is_stable = not known.keys().isdisjoint(self._updated.passages)
        named_anew = self._updated.passages.keys() - known.keys() if self._is_stable else ()
        self._fresh = frozenset(line for name in named_anew for line in self._updated.passages[name])

    def knows(self, wording: Wording) -> bool:
        """Say whether a change is about this document: it, or its neighbour, stands or stood there."""
        change = wording.change
        names = {change.chunk_id, change.after_id, change.before_id} - {""}
        pages = filter(None, [self._updated, self._before])
        return any(not names.isdisjoint(page.passages) for page in pages)

    def outcome(self, wording: Wording, later: Iterable[Wording] = ()) -> Outcome:
        """Say whether a change that was approved was made.

        Args:
            wording: The change.
            later: Changes of later rounds that were made: what they began with need not stand there any more.
        """
        if wording.is_silent:
            return self._outcome_by_form(wording)
        rest = self._left_by(later, wording)
        if rest != wording.new:
            is_made: bool | None = all(says(self._updated.lines, line) for line in rest)
        else:
            is_made = self._is_made_at_its_place(wording)
        if is_made is None:
            is_made = self._is_made_anywhere(wording)
        return Outcome.FOUND if is_made else Outcome.NOT_FOUND

    def has_at_its_place(self, denied: Wording, explaining: Iterable[Wording]) -> bool:
        """Say whether the passage of a change that was not to be made says what the change says, or is gone with it.

        Args:
            denied: The change.
            explaining: What was approved, or may have been: what it did is no surprise.
        """
        chunk_id = denied.change.chunk_id
        held = self._updated.passages.get(chunk_id)
        if held is None:
            return self._is_removed(denied, tuple(explaining))
        if denied.is_silent:
            return self._has_form(denied, explaining)
        earlier = self._before.passages.get(chunk_id, denied.old) if self._before else denied.old
        is_new = held == denied.new != earlier
        return is_new and not any(one.may_explain(held, chunk_id) for one in explaining)

    def has_anywhere(self, denied: Wording, explaining: Iterable[Wording]) -> bool:
        """Say whether a line that only this change says has come into the document."""
        if self._before is None:
            return False
        news = [one.new for one in explaining]
        return any(self._has_come(line, news) for line in denied.added)

    def _left_by(self, later: Iterable[Wording], wording: Wording) -> Lines:
        """Return the lines of a change without those that later ones took up: in its chunk, or in one that is new."""
        known = self._before.passages if self._before else {}
        taken_up = [
            one.old
            for one in later
            if one.change.chunk_id == wording.change.chunk_id or one.change.chunk_id not in known
        ]
        return tuple(line for line in wording.new if not any(line in old for old in taken_up))

    def _outcome_by_form(self, wording: Wording) -> Outcome:
        """Look for a change that no words show, such as a link's address; a passage written anew does not tell."""
        old, new = wording.old_form, wording.new_form
        held = self._updated.forms.get(wording.change.chunk_id)
        if held == new or (held is None and (wording.content.new_html or "") in self._html):
            return Outcome.FOUND
        is_as_before = held == old or (held is None and (wording.content.old_html or "") in self._html)
        return Outcome.NOT_FOUND if is_as_before else Outcome.UNKNOWN

    def _is_made_at_its_place(self, wording: Wording) -> bool | None:
        """Look at the change's own passage; None when that does not tell."""
        old, new, chunk_id = wording.old, wording.new, wording.change.chunk_id
        held = self._updated.passages.get(chunk_id)
        if held is None:
            return self._is_made_without_passage(wording)
        if held == new:
            return True
        # The passage may have kept its name for the first paragraph of several.
        is_beginning = bool(held) and new[: len(held)] == held
        if held == old:
            return is_beginning and all(self._is_new(line) for line in new[len(held) :])
        return all(says(self._updated.lines, line) for line in new) if is_beginning else None

    def _is_made_without_passage(self, wording: Wording) -> bool | None:
        if not self._is_stable:
            return None
        if not wording.old:
            return all(self._is_new(line) for line in wording.new)
        return True if wording.change.chunk_id and not wording.new else None

    def _is_made_anywhere(self, wording: Wording) -> bool:
        if not wording.new:
            return not any(says(self._updated.lines, line) for line in wording.old)
        return _stands(wording.new, wording.old, self._updated.lines)

    def _is_new(self, line: str) -> bool:
        """Say whether a line stands in the document that did not, or once more than it did."""
        if self._before is None:
            return says(self._updated.lines, line)
        if line in self._fresh or self._updated.count[line] > self._before.count[line]:
            return True
        return says(self._updated.lines, line) and not says(self._before.lines, line)

    def _has_form(self, denied: Wording, explaining: Iterable[Wording]) -> bool:
        chunk_id, new = denied.change.chunk_id, denied.new_form
        earlier = self._before.forms.get(chunk_id) if self._before else None
        is_new = self._updated.forms[chunk_id] == new != (earlier or denied.old_form)
        at_place = (one for one in explaining if one.change.chunk_id in {"", chunk_id})
        return is_new and all(one.new_form != new for one in at_place)

    def _is_removed(self, denied: Wording, explaining: Sequence[Wording]) -> bool:
        """Say whether what a change would remove is gone, and nothing that was approved removed it."""
        if self._before is None or denied.added:
            return False
        chunk_id, removed = denied.change.chunk_id, denied.removed
        if self._is_stable and chunk_id in self._before.passages:
            if denied.new or any(one.change.chunk_id == chunk_id for one in explaining):
                return False
            return not removed or not all(self._has_moved(line, self._before, explaining) for line in removed)
        return bool(removed) and all(self._is_gone(line, self._before, explaining) for line in removed)

    def _has_moved(self, line: str, before: _Page, explaining: Iterable[Wording]) -> bool:
        """Say whether a line stands now in a passage where it did not, and where nothing approved has brought it."""
        changed = {one.change.chunk_id for one in explaining if line in one.new}
        brought = (
            {name for name in self._updated.passages if name not in before.passages} if changed else set()
        )
        return any(
            line in lines and line not in before.passages.get(name, ())
            for name, lines in self._updated.passages.items()
            if name not in changed | brought
        )

    def _is_gone(self, line: str, before: _Page, explaining: Iterable[Wording]) -> bool:
        """Say whether a line stands less often in the document than what was approved leaves of it."""
        left = before.count[line] - sum(one.old.count(line) for one in explaining)
        return self._updated.count[line] < left

    def _has_come(self, line: str, news: Sequence[Lines]) -> bool:
        """Say whether a line has come into the document, and no approved text brings it."""
        before = self._before
        if before is None:
            return False
        brought = sum(new.count(line) for new in news)
        if self._updated.count[line] > before.count[line] + brought:
            return True
        return says(self._updated.lines, line) and not any(says(one, line) for one in (before.lines, *news))


class _Page:
    """One text of a document, read once."""

    def __init__(self, html: str) -> None:
        self.lines = _lines(visible_text(html))
        self.count = Counter(self.lines)
        marked = passages(html, CHUNK_ATTRIBUTE) if html.count(CHUNK_ATTRIBUTE) <= MOST_PASSAGES else {}
        self.passages = {name: _lines(one.text) for name, one in marked.items()}
        self.forms = {name: one.form for name, one in marked.items()}


def says(lines: Iterable[str], wanted: str) -> bool:
    """Say whether a line stands in one of these lines, as whole words."""
    return any(_says(line, wanted) for line in lines)


def _says(line: str, wanted: str) -> bool:
    start = line.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not _is_within_word(line, start) and not _is_within_word(line, end):
            return True
        start = line.find(wanted, start + 1)
    return False


def _is_within_word(line: str, place: int) -> bool:
    return line[max(0, place - 1) : place].isalnum() and line[place : place + 1].isalnum()


def _stands(new: Lines, old: Lines, lines: Lines) -> bool:
    """Say whether the new lines stand in a text by themselves: within the old line, half of it proves nothing."""
    halves = [line for line in old if any(part != line and part in line for part in new)]
    text = "\n".join(lines)
    for line in halves:
        text = text.replace(line, "")
    return all(says(text.split("\n"), line) for line in new)


def _is_run(part: Lines, whole: Lines) -> bool:
    """Say whether some lines stand one after another among others."""
    return any(whole[start : start + len(part)] == part for start in range(len(whole) - len(part) + 1))


def _lines(text: str) -> Lines:
    """Return the lines that hold something; white space counts once, since a document may be laid out anew."""
    return tuple(line for told in text.splitlines() if (line := " ".join(told.split())))
