"""What a reader must know about one proposal before it has a card: where it stands, what it says, whether all is shown."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.core.opening import Facts
from bot.redline import Redline, excerpt, headline, place, redline

if TYPE_CHECKING:
    from bot.core.model import Content, Proposal
    from bot.redline import Excerpt

CARD_BUDGET: Final = 5500
"""Characters of redline on a card; with title, claim, buttons and the extra for each block it stays below 9,000."""

CHUNK_ATTRIBUTE: Final = "data-chunk-id"
"""By which SuperDocs marks the chunks of a document."""

HEADLINE: Final = 110
"""Characters of a change's one plain line."""

PLACE: Final = 60
"""Characters of a place."""

_NAMED: Final = 10
"""Characters that a card takes to name one that cannot be drawn: ``[U+E0041]``, and one to spare."""

_UNDRAWN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of what is named instead of drawn."""


def judge(proposal: Proposal, html: str | None) -> Facts:
    """Judge one proposal.

    Args:
        proposal: As SuperDocs sent it.
        html: The document it belongs to, as far as it is known.
    """
    if proposal.defect:
        return Facts(uninspectable=proposal.defect)
    seen = compared(proposal.content, proposal.operation)
    return Facts(
        place=place(html, _mark(proposal), proposal.content.old_html, PLACE),
        headline=headline(seen, HEADLINE),
        is_whole=_fits_whole(excerpt(seen, CARD_BUDGET)),
        uninspectable=seen.uninspectable,
        warnings=tuple(flag.sentence for flag in seen.flags if flag.dangerous),
    )


def _fits_whole(shown: Excerpt) -> bool:
    """Say whether a card shows all of an excerpt, with everything invisible in it named."""
    spans = (span for paragraph in shown.paragraphs for span in paragraph.spans)
    return shown.complete and sum(map(_drawn, "".join(span.text for span in spans))) <= CARD_BUDGET


def _drawn(character: str) -> int:
    is_named = character not in "\t\n" and unicodedata.category(character) in _UNDRAWN
    return _NAMED if is_named else 1


def _mark(proposal: Proposal) -> tuple[str, str] | None:
    """Return what marks the chunk that says where a change stands: its own, or a new one's neighbour."""
    chunk_id = proposal.chunk_id or proposal.after_id or proposal.before_id
    return (CHUNK_ATTRIBUTE, chunk_id) if chunk_id else None


@lru_cache(maxsize=256)
def compared(content: Content, operation: str) -> Redline:
    """Return the redline of one change; a job's cards ask for the same ones again and again."""
    return redline(content.old_html, content.new_html, operation)
