"""A session: a conversation, and the documents that are open in it, one of them focused."""

import re
import uuid
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import StringConstraints

from bot.sandbox.superdocs.editor.document import Document

PRIMARY: Final = "doc_primary"
"""The id of a session's first document."""

SessionId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=256)]
"""What a request may call a session."""

OpenMode: TypeAlias = Literal["replace", "new_focused", "new_tab", "background"]
"""Where an uploaded document goes: in the place of the focused one, or beside it, in front or behind."""

PAGE_SETUP: Final = {"paper_size": "a4", "orientation": "portrait"}
"""The pages of every document here."""

_NAMES: Final = uuid.UUID("5d0c5d0c-0000-4000-8000-000000000002")
_EVERYWHERE: Final = re.compile(
    r",?\s+(?:in|throughout|across)\s+(?:both|all|each)(?:\s+of)?(?:\s+the|\s+these)?(?:\s+\w+)?"
    r"\s+(?:document|agreement|contract|file)s?(?![\w\"])",
    re.IGNORECASE,
)


@dataclass
class Slot:
    """The place of one document in a session, and what stands in it."""

    document_id: str
    document: Document
    title: str | None = None
    """The name of its file, or its first heading."""
    durable_id: str | None = None
    """Its permanent id, which it has once it is saved, as an upload is at once."""
    version: int = 1
    """Counts its states."""
    before: Document | None = field(default=None, repr=False)
    """The state before the last approval."""
    reads_stale_until: float = 0
    """Until then, in seconds since the epoch, reads show `before`."""
    exports_stale_until: float = 0
    """Until then exports hold `before`."""

    @property
    def version_id(self) -> str:
        """The id of the document's present state."""
        return f"v{self.version}"

    def change(self, document: Document, *, reads_stale_until: float, exports_stale_until: float) -> None:
        """Take the next state of the document."""
        self.before, self.document = self.document, document
        self.reads_stale_until, self.exports_stale_until = reads_stale_until, exports_stale_until
        self.version += 1

    def read(self, now: float) -> Document:
        """Return the document as a read shows it."""
        return self.before if self.before and now < self.reads_stale_until else self.document

    def entry(self, now: float, *, include_html: bool = False, focused: bool = False) -> dict[str, Any]:
        """Return what a roster says of it."""
        document = self.read(now)
        told: dict[str, Any] = {
            "document_id": self.document_id,
            "durable_document_id": self.durable_id,
            "title": self.title,
            "version_id": self.version_id,
            "chunks_count": len(document.chunks),
            "focused": focused,
            "page_setup": PAGE_SETUP,
        }
        return {**told, "html": document.html} if include_html else told

    def exported(self, now: float) -> Document:
        """Return the document as an export has it."""
        return self.before if self.before and now < self.exports_stale_until else self.document


@dataclass
class Session:
    """A conversation and its documents."""

    session_id: str
    slots: list[Slot] = field(default_factory=list)
    """In the order of their tabs."""
    focused: Slot | None = None
    """Where an edit goes that says nothing else, and what an export holds; None while there is no document."""
    loads: int = 0
    """How many documents were uploaded, so that each gets chunk ids of its own."""

    @property
    def document(self) -> Document | None:
        """The focused document."""
        return self.focused.document if self.focused else None

    def slot(self, document_id: str | None) -> Slot | None:
        """Return a slot by its own id or by its document's permanent one; None if there is none."""
        wanted = (slot for slot in self.slots if document_id in (slot.document_id, slot.durable_id))
        return next(wanted, None) if document_id else None

    def roster(self, now: float, *, include_html: bool = False) -> list[dict[str, Any]]:
        """Return the open documents, the focused one first."""
        return [
            slot.entry(now, include_html=include_html, focused=slot is self.focused)
            for slot in self._in_order(self.slots)
        ]

    def load(self, html: str, slot: Slot | None = None) -> Slot:
        """Take a document that came with a request, in the place of whatever was there. Its chunk ids are kept."""
        document = Document.of(html, self.session_id)
        return self._place(document, _heading(document), slot or self.focused)

    def upload(self, html: str, name: str, mode: OpenMode = "replace", index: int | None = None) -> Slot:
        """Take an uploaded document. It gets new chunk ids, even if it was uploaded before.

        Args:
            html: What was read of the file, without ids.
            name: The file's name.
            mode: Where it goes.
            index: Where among the tabs; None for the last place.
        """
        self.loads += 1
        document = Document.of(html, f"{self.session_id}/{self.loads}")
        slot = self._place(document, name, self.focused if mode == "replace" else None, index)
        slot.durable_id = str(uuid.uuid5(_NAMES, f"{self.session_id}/{self.loads}"))
        if mode != "background":
            self.focused = slot
        return slot

    def _place(
        self, document: Document, title: str | None, slot: Slot | None, index: int | None = None
    ) -> Slot:
        if slot is None:
            slot = Slot(self._new_id(), document, title)
            self.slots.insert(len(self.slots) if index is None else index, slot)
            self.focused = self.focused or slot
            return slot
        slot.document, slot.title, slot.before, slot.durable_id = document, title, None, None
        slot.version += 1
        return slot

    def _new_id(self) -> str:
        """Return the id of the next slot; none is ever taken away."""
        if not self.slots:
            return PRIMARY
        return f"doc_{uuid.uuid5(_NAMES, f'{self.session_id}#{len(self.slots)}').hex[:8]}"

    def addressed(self, message: str, pinned: str | None) -> tuple[list[Slot], str]:
        """Return the documents that a message is about, the focused one first, and the message without their names.

        A pinned document wins. Otherwise: *in both documents* means all, a title means that one, and without
        either it is the focused document.
        """
        if pinned or len(self.slots) < 2:  # noqa: PLR2004 -- With one document there is nothing to choose.
            return [slot for slot in (self.slot(pinned) or self.focused,) if slot], message
        if _EVERYWHERE.search(message):
            return self._in_order(self.slots), _EVERYWHERE.sub("", message)
        named = [slot for slot in self.slots if _named(slot).search(message)]
        for slot in named:
            message = _named(slot).sub("", message)
        return self._in_order(named or self.slots[:0]) or [slot for slot in (self.focused,) if slot], message

    def _in_order(self, slots: list[Slot]) -> list[Slot]:
        return sorted(slots, key=lambda slot: slot is not self.focused)


def _heading(document: Document) -> str | None:
    return next((chunk.text for chunk in document.chunks if chunk.is_heading), None)


def _named(slot: Slot) -> re.Pattern[str]:
    """Return a pattern for a document's name as a place: `in Supply agreement.docx and`."""
    stem, _, suffix = (slot.title or slot.document_id).rpartition(".")
    name = re.escape(stem or suffix) + (rf"(?:\.{re.escape(suffix)})?" if stem else "")
    return re.compile(rf",?\s+(?:in|and)\s+(?:the\s+)?[\"“]?{name}[\"”]?(?!\w)", re.IGNORECASE)
