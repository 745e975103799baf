"""What a reader must know about one proposal before it has a card: where it stands, what it says, whether all is shown."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.core.opening import Facts
from bot.redline import Redline, excerpt, headline, place, redline

if TYPE_CHECKING:
    from bot.core.model import Content, Proposal

CARD_BUDGET: Final = 5500
"""Characters of redline on a card; with title, claim, buttons and the extra for each block it stays below 9,000."""

CHUNK_ATTRIBUTE: Final = "data-chunk-id"
"""By which SuperDocs marks the chunks of a document."""

HEADLINE: Final = 110
"""Characters of a change's one plain line."""

PLACE: Final = 60
"""Characters of a place."""


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
        is_whole=excerpt(seen, CARD_BUDGET).complete,
        uninspectable=seen.uninspectable,
        warnings=tuple(flag.sentence for flag in seen.flags if flag.dangerous),
    )


def _mark(proposal: Proposal) -> tuple[str, str] | None:
    """Return what marks the chunk that says where a change stands: its own, or a new one's neighbour."""
    chunk_id = proposal.chunk_id or proposal.after_id or proposal.before_id
    return (CHUNK_ATTRIBUTE, chunk_id) if chunk_id else None


@lru_cache(maxsize=256)
def compared(content: Content, operation: str) -> Redline:
    """Return the redline of one change; a job's cards ask for the same ones again and again."""
    return redline(content.old_html, content.new_html, operation)
