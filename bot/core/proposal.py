"""What SuperDocs proposes: the texts of a change, exactly as they came, and the digest that names them.

The texts are kept apart from the record of a job: they never change, and no press has to carry them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """The texts of one change, exactly as SuperDocs sent them. Never logged.

    Attributes:
        old_html: None for a create.
        new_html: None for a delete.
        explanation: The AI's own words: a claim, not a fact.
    """

    old_html: str | None
    new_html: str | None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change as SuperDocs proposes it, before it has a number or a card.

    Attributes:
        change_id: SuperDocs' id; may repeat in later rounds.
        operation: ``edit``, ``create``, ``delete`` or a word we do not know.
        chunk_id: Which piece of the document; "" for a create.
        after_id: The chunk that a create stands after; "" when not said.
        before_id: The chunk that a create stands before; "" when not said.
        document_id: "" when not said.
        defect: Why it cannot be inspected, or "".
    """

    change_id: str
    operation: str
    content: Content
    chunk_id: str = ""
    after_id: str = ""
    before_id: str = ""
    document_id: str = ""
    defect: str = ""

    @property
    def digest(self) -> str:
        """Name exactly what would be applied: hex SHA-256 over every part that matters, length-prefixed."""
        parts = (
            "superdocs-relay change 1",
            self.change_id,
            self.operation,
            self.chunk_id,
            self.after_id,
            self.before_id,
            self.document_id,
            _present(self.content.old_html),
            _present(self.content.new_html),
        )
        seal = hashlib.sha256()
        for part in parts:
            encoded = part.encode("utf-8", "surrogatepass")
            seal.update(len(encoded).to_bytes(8, "big") + encoded)
        return seal.hexdigest()


def _present(html: str | None) -> str:
    """Tell an absent side from an empty one."""
    return "absent" if html is None else "present:" + html
