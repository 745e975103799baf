"""What the pretend AI proposes: one change to one chunk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Proposal:
    """A change before it has a number: what would be done, to what, and why.

    `edit` has old and new, `create` only new, `delete` only old (human-in-the-loop guide, "Operation types").
    """

    operation: str
    chunk_id: str | None = None
    old_html: str | None = None
    new_html: str | None = None
    explanation: str = ""
    insert_after_chunk_id: str | None = None
    document_id: str | None = None
    """The document it is for; None while that is not settled."""
    raw: Mapping[str, Any] | None = field(default=None, repr=False)
    """The change exactly as a test scripted it, with whatever it lacks or has too much; None if it was not scripted."""

    @classmethod
    def scripted(cls, raw: Mapping[str, Any]) -> "Proposal":
        """Take a change as a test wrote it; what is missing or unknown is nobody's fault."""
        return cls(
            operation=raw.get("operation", "edit"),
            chunk_id=raw.get("chunk_id"),
            old_html=raw.get("old_html"),
            new_html=raw.get("new_html"),
            explanation=raw.get("ai_explanation") or "",
            insert_after_chunk_id=raw.get("insert_after_chunk_id"),
            document_id=raw.get("document_id"),
            raw=dict(raw),
        )
