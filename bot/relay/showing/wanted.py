"""What a record wants to be read: its messages and files, parents before their threads.

Before: every step that changes a record. After: `announce.py` makes it so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.core.backlog import to_remind
from bot.core.model import Job, Round, RoundState
from bot.core.permission import Policy
from bot.core.returning import export_notice, returned_notice
from bot.core.words.carding import card
from bot.core.words.reading import attachments
from bot.core.words.wording import (
    job_message,
    moved_message,
    passed_on,
    prompt_message,
    reminder,
    round_message,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.core.proposal import Content
    from bot.core.summary import Attachment, Summary


_ANYBODY: Final = Policy()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message as the record wants it.

    Attributes:
        thread_slot: The slot of the message that it answers; "" for the channel itself.
    """

    slot: str
    summary: Summary
    thread_slot: str = ""


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file as the record wants it, in a thread."""

    attachment: Attachment
    thread_slot: str

    @property
    def slot(self) -> str:
        """Return the slot that it takes."""
        return self.attachment.slot


def messages(
    job: Job, contents: Mapping[str, Content], policy: Policy = _ANYBODY
) -> Iterator[Wanted | WantedFile]:  # fmt: skip
    """List every message and file that a record wants; a card only where its text is given.

    Args:
        job: The record.
        contents: Texts of changes, by digest.
        policy: Who may decide.
    """
    if job.moved_from:
        yield Wanted("moved", moved_message(job))
    yield Wanted("job", job_message(job))
    for held in job.rounds:
        yield from _round_messages(job, held, contents, policy)
    if job.prompts:
        yield Wanted(f"prompt:{job.prompts}", prompt_message(job), thread_slot="job")
    for slot, notice in (("export_trouble", export_notice(job)), ("returned", returned_notice(job))):
        if notice is not None:
            yield Wanted(slot, notice, thread_slot="job")


def _round_messages(
    job: Job, held: Round, contents: Mapping[str, Content], policy: Policy
) -> Iterator[Wanted | WantedFile]:  # fmt: skip
    slot = f"round:{held.number}"
    if len(held.changes) == 1:
        only = held.changes[0]
        if only.digest in contents:
            yield Wanted(slot, card(job, held, only, contents))
    else:
        yield Wanted(slot, round_message(job, held))
        for change in held.changes:
            if change.digest in contents:
                summary = card(job, held, change, contents)
                yield Wanted(f"card:{change.number}", summary, thread_slot=slot)
    yield from _asked_by_name(job, held)
    if held.reminded_at is not None and held.state is RoundState.OPEN and held.undecided:
        yield Wanted(
            f"reminder:{held.number}:{held.reminded}",
            reminder(held, to_remind(job, policy)),
            thread_slot=slot,
        )
    yield from (WantedFile(attachment, slot) for attachment in attachments(job, held, contents))


def _asked_by_name(job: Job, held: Round) -> Iterator[Wanted]:
    """List what is said to whoever a change was passed on to, as long as it is their turn."""
    if held.state is not RoundState.OPEN:
        return
    for change in held.undecided:
        for count, passing in enumerate(change.passings, 1):
            slot = f"passed:{change.number}:{count}"
            yield Wanted(slot, passed_on(job, held, change, passing), thread_slot=f"round:{held.number}")
