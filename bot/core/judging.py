"""What a reader must know about one proposal before it has a card: where it stands, what it says, whether all is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from bot.core.model import RoundState
from bot.core.opening import Facts
from bot.redline import UNDRAWN, Redline, excerpt, explained, headline, place, redline
from bot.redline.flags.names import rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.core.model import Change, Job
    from bot.core.proposal import Content, Proposal
    from bot.redline import Excerpt, Flag

CARD_BUDGET: Final = 5500
"""Characters of redline on a card; with title, claim, buttons and the extra for each block it stays below 9,000."""

_LEAST: Final = 2000
"""Characters of redline that no flag takes away."""

_BESIDE: Final = 600
"""Characters of flags that stand beside a redline of full length."""

_SAID: Final = 1200
"""Characters of flags without alarm that a card says; warnings are said all of them."""

CHUNK_ATTRIBUTE: Final = "data-chunk-id"
"""By which SuperDocs marks the chunks of a document."""

HEADLINE: Final = 110
"""Characters of a change's one plain line."""

PLACE: Final = 60
"""Characters of a place."""

_NAMED: Final = 10
"""Characters that a card takes to name one that cannot be drawn: ``[U+E0041]``, and one to spare."""


def judge(proposal: Proposal, html: str | None) -> Facts:
    """Judge one proposal.

    Args:
        proposal: As SuperDocs sent it.
        html: The document it belongs to, as far as it is known.
    """
    warnings = _warnings(proposal.content, proposal.operation)
    if proposal.defect:
        return Facts(uninspectable=proposal.defect, warnings=warnings)
    seen = compared(proposal.content, proposal.operation)
    return Facts(
        place=place(html, _mark(proposal), proposal.content.old_html, PLACE),
        headline=headline(seen, HEADLINE),
        is_whole=on_card(proposal.content, proposal.operation).is_whole,
        uninspectable=seen.uninspectable,
        warnings=warnings,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a change, on its card or on a page of the reading dialog.

    Attributes:
        flags: Sentences of the flags without alarm.
        left_out: How many of these are not shown.
    """

    excerpt: Excerpt
    flags: tuple[str, ...]
    left_out: int = 0

    @property
    def is_whole(self) -> bool:
        """Say whether nothing that a reviewer must see is left out."""
        return self.excerpt.complete and not self.left_out


@lru_cache(maxsize=256)
def on_card(content: Content, operation: str) -> Shown:
    """Choose what of a change fits its card; see `fitted`."""
    return fitted(compared(content, operation), flags_of(content, operation))


def fitted(judged: Redline, flags: Sequence[Flag]) -> Shown:
    """Choose what of a redline fits a card: warnings are said in any case, the redline takes what they leave.

    Args:
        judged: The redline.
        flags: What is odd about it and about what is said of it.
    """
    named = tuple(flag.sentence for flag in flags if not flag.dangerous)
    said = sum(length <= _SAID for length in accumulate(map(len, named)))
    taken = sum(map(len, (*alarms(flags), *named[:said])))
    budget = max(_LEAST, CARD_BUDGET - max(0, taken - _BESIDE))
    return Shown(_drawable(judged, budget), named[:said], len(named) - said)


def _drawable(judged: Redline, budget: int) -> Excerpt:
    """Choose what of a redline fits when everything invisible in it is named."""
    shown = excerpt(judged, budget)
    room = budget
    while _drawn(shown) > budget:
        room //= 2
        shown = excerpt(judged, room)
    return shown


def _drawn(shown: Excerpt) -> int:
    """Count the characters that a card takes to draw an excerpt."""
    text = "".join(span.drawn for paragraph in shown.paragraphs for span in paragraph.spans)
    return len(text) + len(UNDRAWN.findall(text)) * (_NAMED - 1)


def afresh(job: Job, contents: Mapping[str, Content]) -> Job:
    """Return a record whose open changes are judged at least as strictly as is known now.

    A round may have been opened by an older version of the relay: what that did not see must not be approved unseen.
    """
    held = job.round
    if held is None or held.state is not RoundState.OPEN:
        return job
    return job.with_round(
        replace(held, changes=tuple(_afresh(change, contents.get(change.digest)) for change in held.changes))
    )


def _afresh(change: Change, content: Content | None) -> Change:
    if content is None or not change.is_live:
        return change
    seen = compared(content, change.operation)
    warnings = _warnings(content, change.operation)
    return replace(
        change,
        uninspectable=change.uninspectable or seen.uninspectable,
        warnings=tuple(dict.fromkeys((*warnings, *change.warnings))),
        is_whole=change.is_whole and on_card(content, change.operation).is_whole,
    )


@lru_cache(maxsize=256)
def flags_of(content: Content, operation: str) -> tuple[Flag, ...]:
    """Return what is odd about a change and about the words that explain it, most dangerous first."""
    flags = (*compared(content, operation).flags, *explained(content.explanation))
    return tuple(sorted(flags, key=lambda flag: rank(flag.name)))


def alarms(flags: Iterable[Flag]) -> tuple[str, ...]:
    """Return the sentences of what must be asked about again; two flags may share one."""
    return tuple(dict.fromkeys(flag.sentence for flag in flags if flag.dangerous))


def _warnings(content: Content, operation: str) -> tuple[str, ...]:
    return alarms(flags_of(content, operation))


def _mark(proposal: Proposal) -> tuple[str, str] | None:
    """Return what marks the chunk that says where a change stands: its own, or a new one's neighbour."""
    chunk_id = proposal.chunk_id or proposal.after_id or proposal.before_id
    return (CHUNK_ATTRIBUTE, chunk_id) if chunk_id else None


@lru_cache(maxsize=256)
def compared(content: Content, operation: str) -> Redline:
    """Return the redline of one change; a job's cards ask for the same ones again and again."""
    return redline(content.old_html, content.new_html, operation)
