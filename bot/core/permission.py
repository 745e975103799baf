"""Who may decide. Evaluated when somebody decides, on facts looked up then; what is not known refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.errors import RefusedError
from bot.core.model import Verdict

if TYPE_CHECKING:
    from bot.core.model import Job


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, as the workspace says at this moment.

    Attributes:
        is_home: Belongs to the workspace that the relay is installed in.
        is_member: Is a member of the channel where the job is reviewed.
    """

    user_id: str
    is_home: bool = True
    is_member: bool = True
    is_guest: bool = False
    is_bot: bool = False
    is_deactivated: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """What a channel demands of its reviewers.

    Attributes:
        reviewers: User ids that may decide; empty for every member of the channel.
        own_edits: Whether the requester may approve, or whoever's feedback shaped the text.
    """

    reviewers: frozenset[str] = frozenset()
    own_edits: bool = True


def check(person: Person, policy: Policy, job: Job, number: int, verdict: Verdict) -> None:
    """Let somebody decide a change of a job, or refuse.

    Raises:
        RefusedError: The sentence names the rule; it is told to the person, privately.
    """
    check_person(person)
    if policy.reviewers and person.user_id not in policy.reviewers:
        sentence = "Only the reviewers named for this channel may decide here, and you are not one of them."
        raise RefusedError(sentence, code="not_a_reviewer")
    if not policy.reviewers and not person.is_member:
        sentence = (
            f"This edit is reviewed by <@{job.requester_id}> alone, since its channel is closed to the relay."
            if job.moved_from and job.requester_id
            else f"Only members of <#{job.channel}> may decide here: join the channel first."
        )
        raise RefusedError(sentence, code="not_a_member")
    if verdict is Verdict.APPROVE and not policy.own_edits and person.user_id in _authors(job, number):
        sentence = "You asked for this edit, or your feedback shaped it: somebody else must approve it."
        raise RefusedError(sentence, code="own_edit")


def check_person(person: Person) -> None:
    """Refuse those who never decide and never start edits, whatever the policy.

    Raises:
        RefusedError: The sentence names the rule.
    """
    refusals = (
        (person.is_bot, "bot", "Bots never decide."),
        (person.is_deactivated, "deactivated", "This account is deactivated."),
        (not person.is_home, "stranger", "People of other workspaces never decide or start edits here."),
        (person.is_guest, "guest", "Guests never decide or start edits."),
    )
    for applies, code, sentence in refusals:
        if applies:
            raise RefusedError(sentence, code=code)


def check_stop(person: Person, policy: Policy, job: Job) -> None:
    """Let somebody stop an edit, or refuse: whoever asked for it may, and whoever may deny its changes.

    Raises:
        RefusedError: The sentence names the rule; it is told to the person, privately.
    """
    check_person(person)
    if person.user_id != job.requester_id:
        check(person, policy, job, 0, Verdict.DENY)


def _authors(job: Job, number: int) -> set[str]:
    """Collect the requester and everybody whose feedback led, round by round, to this change."""
    authors = {job.requester_id} - {""}
    change = job.change(number)
    while change is not None and change.revises:
        change = job.change(change.revises)
        authors |= {d.reviewer_id for d in change.decisions if d.feedback} if change else set()
    return authors
