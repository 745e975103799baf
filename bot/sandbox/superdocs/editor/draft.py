"""A draft of changes to one document: each chunk is changed at most once, however many instructions touch it."""

import re
from dataclasses import dataclass

from bot.sandbox.superdocs.editor.document import Chunk, Document
from bot.sandbox.superdocs.editor.markup import plain
from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.editor.search import phrase


@dataclass
class _Change:
    """What is meant to become of one chunk; no HTML means that it goes."""

    new_html: str | None
    reasons: list[str]


class Draft:
    """Changes being collected, in the order of the document."""

    def __init__(self, document: Document) -> None:
        self.chunks = document.chunks
        self.notes: list[str] = []
        """What could not be done, in sentences for the answer."""
        self._changes: dict[str, _Change] = {}
        self._creations: list[Proposal] = []

    def html_of(self, chunk: Chunk) -> str:
        """Return a chunk's HTML as the draft has it; empty when it is to go."""
        change = self._changes.get(chunk.chunk_id)
        return chunk.html if change is None else change.new_html or ""

    def words_of(self, chunk: Chunk) -> str:
        """Return a chunk's words as the draft has them."""
        change = self._changes.get(chunk.chunk_id)
        return chunk.words if change is None else plain(change.new_html or "")

    def containing(self, text: str) -> tuple[re.Pattern[str], list[Chunk]]:
        """Find a phrase: as it is written, or if it is nowhere so, in any case."""
        pattern = phrase(text)
        for pattern in (phrase(text), phrase(text, any_case=True)):
            chunks = [chunk for chunk in self.chunks if pattern.search(self.words_of(chunk))]
            if chunks:
                return pattern, chunks
        return pattern, []

    def rewrite(self, chunk: Chunk, new_html: str, reason: str) -> bool:
        """Let a chunk become this; say whether that changes anything."""
        if new_html == self.html_of(chunk):
            return False
        self._change(chunk, new_html, reason)
        return True

    def delete(self, chunk: Chunk, reason: str) -> None:
        """Let a chunk go."""
        self._change(chunk, None, reason)

    def insert(self, after: Chunk | None, new_html: str, reason: str) -> None:
        """Put a new block after a chunk; None is the end of the document."""
        place = after.chunk_id if after else None
        self._creations.append(
            Proposal("create", new_html=new_html, explanation=reason, insert_after_chunk_id=place)
        )

    def is_touched(self, chunk: Chunk) -> bool:
        """Say whether the draft changes a chunk already."""
        return chunk.chunk_id in self._changes

    def proposals(self) -> list[Proposal]:
        """Return the changes in reading order; new blocks follow the chunk they stand after."""
        ordered: list[Proposal] = []
        for chunk in self.chunks:
            ordered += self._proposed(chunk)
            ordered += [new for new in self._creations if new.insert_after_chunk_id == chunk.chunk_id]
        return ordered + [new for new in self._creations if new.insert_after_chunk_id is None]

    def _change(self, chunk: Chunk, new_html: str | None, reason: str) -> None:
        earlier = self._changes.get(chunk.chunk_id)
        reasons = [*(earlier.reasons if earlier else []), reason]
        self._changes[chunk.chunk_id] = _Change(new_html, list(dict.fromkeys(reasons)))

    def _proposed(self, chunk: Chunk) -> list[Proposal]:
        change = self._changes.get(chunk.chunk_id)
        if change is None or change.new_html == chunk.html:
            return []
        operation = "delete" if change.new_html is None else "edit"
        explanation = " ".join(change.reasons)
        return [Proposal(operation, chunk.chunk_id, chunk.html, change.new_html, explanation)]
