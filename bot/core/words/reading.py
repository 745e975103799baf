"""The dialogs: every change complete, page by page, and the form that takes feedback; and files beside them.

*Approve all* stands on the last page only: whoever presses it has been led past everything it approves. What takes
more pages than anybody turns is given as two files as well, and what cannot be inspected as its source.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.core.judging import Shown, compared, flags_of
from bot.core.model import Change, Job, Round, RoundState
from bot.core.summary import (
    Action,
    Attachment,
    CardSummary,
    Does,
    FeedbackSummary,
    ReadingSummary,
    change_target,
)
from bot.core.words.carding import approve_action, denials, dressed, passing_on, since_earlier
from bot.redline import UNDRAWN, excerpt, pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.core.proposal import Content
    from bot.redline import Excerpt, Redline

PAGE_BUDGET: Final = 9000
"""Characters of redline on a page; a view may have 250 kB, but a phone shows one screen at a time."""

SECTION_COST: Final = 900
"""Characters that a section takes beside its redline: title, claim, buttons."""

SINCE_BUDGET: Final = 2500
"""Characters of what changed since an earlier proposal."""

MANY_PAGES: Final = 12
"""More pages of a dialog than this nobody turns: a longer change is given as two files, too."""


Version = tuple[int, str]
"""A change's number and the digest of what is shown of it."""


def reading_page(
    job: Job, versions: tuple[Version, ...], contents: Mapping[str, Content], token: str, page: int
) -> ReadingSummary:  # fmt: skip
    """Return one page of a reading dialog.

    Args:
        job: The record as it stands now.
        versions: What the dialog shows, in order.
        contents: Its texts, by digest.
        token: Names the dialog.
        page: From 1; beyond the last is the last.
    """
    sheets = _paginated([part for version in versions for part in _parts(job, version, contents)])
    number = max(1, min(page, len(sheets)))
    is_last = number == len(sheets)
    approves = _approvable(job, versions, contents) if is_last and len(versions) > 1 else ()
    return ReadingSummary(
        token=token,
        title="Review changes" if len(versions) > 1 else "Review the change",
        page=number,
        pages=len(sheets),
        sections=tuple(sheets[number - 1]),
        approves=approves,
        note=_note(job, versions, approves, is_last=is_last),
    )


def form(job: Job, held: Round, change: Change, content: Content) -> FeedbackSummary:
    """Return the form that denies a change and says what should be different."""
    judged = compared(content, change.operation)
    card = dressed(job, held, change, content, _part(excerpt(judged, PAGE_BUDGET // 2), content, change))
    shown = replace(card, notes=(*card.notes, *_unanswered(held)), actions=())
    return FeedbackSummary(change_target(job, change), f"Deny change {change.number}", shown, judged.new_text)


def needed(job: Job, versions: Iterable[Version]) -> list[str]:
    """Return the digests of the texts that a reading dialog needs: what it shows, and what that revises."""
    digests = dict.fromkeys(digest for _number, digest in versions)
    shown = [change for held in job.rounds for change in held.changes if change.digest in digests]
    earlier = [job.change(change.revises) for change in shown if change.revises]
    return [*digests, *(change.digest for change in earlier if change and change.digest not in digests)]


def attachments(job: Job, held: Round, contents: Mapping[str, Content]) -> Iterator[Attachment]:
    """Give the files that belong to the cards of a round and are not up yet, as long as somebody may decide on them."""
    if held.state is not RoundState.OPEN:
        return
    for change in held.live:
        slots = [slot for slot in _slots(change, contents) if not _is_up(job, slot)]
        yield from (_file(change, contents[change.digest], slot) for slot in slots)


def _slots(change: Change, contents: Mapping[str, Content]) -> tuple[str, ...]:
    """Name the files that a change needs: its source, or its text before and after, or none."""
    if change.digest not in contents:
        return ()
    if change.uninspectable:
        return (f"source:{change.number}",)
    judged = compared(contents[change.digest], change.operation)
    is_long = _changed(judged) > MANY_PAGES * (PAGE_BUDGET - SECTION_COST)
    return (f"before:{change.number}", f"after:{change.number}") if is_long else ()


def _is_up(job: Job, slot: str) -> bool:
    message = job.messages.get(slot)
    return message is not None and message.ts != ""


def _file(change: Change, content: Content, slot: str) -> Attachment:
    kind = slot.partition(":")[0]
    name = f"change-{change.number}-{kind}.txt"
    if kind == "source":
        sentence = f"The source of change {change.number}, which cannot be inspected, as SuperDocs sent it."
        return Attachment(slot, name, _source(content), sentence)
    judged = compared(content, change.operation)
    text = judged.old_text if kind == "before" else judged.new_text
    sentence = f"The text {kind} change {change.number}, which is long: compare it with the other file."
    return Attachment(slot, name, named(text) or "(nothing)", sentence)


def _changed(judged: Redline) -> int:
    return sum(len(span.text) for paragraph in judged.paragraphs for span in paragraph.spans if span.changed)


def _source(content: Content) -> str:
    """Write both sides as they came; a text file, so that nothing in them comes alive."""
    sides = (("OLD", content.old_html), ("NEW", content.new_html))
    return "\n".join(f"=== {name} ===\n{named(html or '(nothing)')}\n" for name, html in sides)


def named(text: str) -> str:
    """Name every character that cannot be seen, such as ``[U+202E]``: no file of ours draws one."""
    return UNDRAWN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def _unanswered(held: Round) -> tuple[str, ...]:
    """Say why feedback may bring no new proposal: SuperDocs stops at a denial without words."""
    plain = next((c.number for c in held.live if c.denial and not c.denial.feedback), 0)
    if not plain:
        return ()
    return (f"Change {plain} was denied without feedback, which may end the edit before this is answered.",)


def _parts(job: Job, version: Version, contents: Mapping[str, Content]) -> list[CardSummary]:
    """Cut one change into sections; only the last, after everything was shown, has its buttons."""
    number, digest = version
    held = job.round_of(number)
    change = held.change(number) if held else None
    content = contents.get(digest)
    if held is None or change is None or content is None:
        return []
    shown = _sheets(content, change.operation)
    parts = [
        replace(dressed(job, held, change, content, _part(sheet, content, change)), actions=())
        for sheet in shown
    ]
    parts[1:] = [replace(part, claim="") for part in parts[1:]]
    parts[0] = replace(parts[0], since=since_earlier(job, change, contents, SINCE_BUDGET))
    parts[-1] = replace(parts[-1], actions=_actions(job, held, change))
    return parts


def _part(shown: Excerpt, content: Content, change: Change) -> Shown:
    """Show a part of a change, and say all that is odd about it."""
    flags = flags_of(content, change.operation)
    return Shown(shown, tuple(flag.sentence for flag in flags if not flag.dangerous))


@lru_cache(maxsize=256)
def _sheets(content: Content, operation: str) -> tuple[Excerpt, ...]:
    """Cut a change for a dialog's pages, once: whoever turns pages waits for each."""
    return tuple(pages(compared(content, operation), PAGE_BUDGET - SECTION_COST))


def _actions(job: Job, held: Round, change: Change) -> tuple[Action, ...]:
    target = change_target(job, change)
    if held.state is not RoundState.OPEN or not change.is_live:
        return ()
    if not change.is_open:
        return (Action(Does.UNDO, "Undo", target),)
    approval = () if change.uninspectable else (approve_action(change, target),)
    taken_back = (Action(Does.UNDO, "Undo", target),) if change.decisions else ()
    return (*approval, *denials(held, target), *taken_back, *passing_on(job, target))


def _paginated(parts: list[CardSummary]) -> list[list[CardSummary]]:
    """Lay sections on pages, in order, as many as a page takes."""
    sheets: list[list[CardSummary]] = [[]]
    room = PAGE_BUDGET
    for part in parts:
        size = SECTION_COST + _length(part)
        if sheets[-1] and size > room:
            sheets.append([])
            room = PAGE_BUDGET
        sheets[-1].append(part)
        room -= size
    return sheets


def _length(part: CardSummary) -> int:
    """Count what a section takes beside its usual cost; a second redline takes blocks of its own."""
    length = _spans_of(part.excerpt)
    return length + SECTION_COST + _spans_of(part.since.excerpt) if part.since else length


def _spans_of(shown: Excerpt) -> int:
    return sum(len(span.text) + 20 for paragraph in shown.paragraphs for span in paragraph.spans)


def _open(job: Job, versions: tuple[Version, ...]) -> list[Change]:
    found = [job.change(number) for number, _digest in versions]
    return [c for c in found if c is not None and c.is_open]


def _approvable(
    job: Job, versions: tuple[Version, ...], contents: Mapping[str, Content]
) -> tuple[int, ...]:  # fmt: skip
    """Return what *Approve all* would approve; nothing when one of them needs a look of its own, or is not shown."""
    changes = _open(job, versions)
    digests = dict(versions)
    is_barred = any(c.warnings or c.uninspectable or c.digest != digests[c.number] for c in changes)
    is_hidden = any(c.digest not in contents for c in changes)
    held = job.round
    if held is None or held.state is not RoundState.OPEN or is_barred or is_hidden:
        return ()
    return tuple(c.number for c in changes)


def _note(job: Job, versions: tuple[Version, ...], approves: tuple[int, ...], *, is_last: bool) -> str:
    if not is_last or approves or len(versions) == 1:
        return ""
    if any(c.warnings or c.uninspectable for c in _open(job, versions)):
        return "Some of these changes need a look of their own: decide them one by one."
    return ""
