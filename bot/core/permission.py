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
        groups: Those of the reviewers' user groups that they belong to.
    """

    user_id: str
    is_home: bool = True
    is_member: bool = True
    is_guest: bool = False
    is_bot: bool = False
    is_deactivated: bool = False
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """What a route demands of those who decide.

    Attributes:
        reviewers: User ids that may decide; with no groups either, every member of the channel may.
        groups: Ids of user groups whose members may decide.
        approvals: How many different people must approve each change; one denial denies.
        own_edits: Whether the requester may approve, or whoever's feedback shaped the text.
        closed: Why nobody may decide, or start anything; "" when somebody may.
    """

    reviewers: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    approvals: int = 1
    own_edits: bool = True
    closed: str = ""

    @property
    def names_reviewers(self) -> bool:
        """Say whether being a member of the channel is not enough."""
        return bool(self.reviewers or self.groups)

    @property
    def is_demanding(self) -> bool:
        """Say whether more is demanded than that some member of the channel answers."""
        return self.names_reviewers or self.approvals > 1 or not self.own_edits


def check(person: Person, policy: Policy, job: Job, number: int, verdict: Verdict) -> None:
    """Let somebody decide a change of a job, or refuse.

    Raises:
        RefusedError: The sentence names the rule; it is told to the person, privately.
    """
    check_person(person)
    if policy.closed:
        raise RefusedError(policy.closed, code="unbound_route")
    _check_roster(person, policy, job)
    if verdict is Verdict.APPROVE and not policy.own_edits and person.user_id in _authors(job, number):
        sentence = "You asked for this edit, or your feedback shaped it: somebody else must approve it."
        raise RefusedError(sentence, code="own_edit")


def _check_roster(person: Person, policy: Policy, job: Job) -> None:
    """Refuse who is none of the reviewers: those who are named, or else the members of the channel."""
    is_named = person.user_id in policy.reviewers or not policy.groups.isdisjoint(person.groups)
    if policy.names_reviewers and not is_named:
        sentence = "Only the reviewers named for this edit may decide it, and you are not one of them."
        raise RefusedError(sentence, code="not_a_reviewer")
    if not policy.names_reviewers and not person.is_member:
        sentence = (
            f"This edit is reviewed by <@{job.requester_id}> alone, since its channel is closed to the relay."
            if job.moved_from and job.requester_id
            else f"Only members of <#{job.channel}> may decide here: join the channel first."
        )
        raise RefusedError(sentence, code="not_a_member")


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


def check_reader(person: Person, job: Job) -> None:
    """Let somebody see the document of an edit that is not theirs, or refuse: the members of its channel see it.

    Raises:
        RefusedError: The sentence names the rule; it is told to the person, privately.
    """
    check_person(person)
    if not person.is_member:
        sentence = f"Only members of <#{job.channel}> may go on with this document: join the channel first."
        raise RefusedError(sentence, code="not_a_reader")


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
