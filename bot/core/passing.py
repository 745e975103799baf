"""Handing over: a reviewer passes a change on to another one, who is asked by name; both may decide it all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.core.deciding import as_shown, refuse_settled
from bot.core.errors import RefusedError
from bot.core.model import Verdict
from bot.core.permission import check

if TYPE_CHECKING:
    from bot.core.model import Job, Passing
    from bot.core.permission import Person, Policy

LONGEST_NOTE: Final = 500
"""Characters of what one says to whom one passes a change on."""

_MOST: Final = 10
"""How often one change is passed on; each time somebody is asked by name."""

_WHY_NOT: Final = {
    "bot": "bots never decide",
    "deactivated": "the account is deactivated",
    "stranger": "people of other workspaces never decide here",
    "guest": "guests never decide",
    "not_a_reviewer": "only the reviewers named for this edit do",
    "not_a_member": "only members of its channel do",
    "own_edit": "they asked for this edit, or their feedback shaped it",
}
"""Why somebody else may not decide, by the code of what they would be told themselves."""


def pass_on(job: Job, number: int, digest: str, passing: Passing) -> Job:
    """Record that a change is passed on.

    Args:
        job: The record as it stands now.
        number: The change's number in the job.
        digest: What the person was shown; a prefix of 12 characters or more will do.
        passing: From whom to whom; both may decide, see `check_receiver`.

    Raises:
        RefusedError: It cannot be; the text says why.
    """
    held, change = as_shown(job, number, digest)
    refuse_settled(change, passing.at)
    if passing.to_id == passing.by_id:
        raise RefusedError("It is your turn already: choose somebody else.", code="oneself")
    if any(decision.reviewer_id == passing.to_id for decision in change.decisions):
        sentence = "This person has approved it already: somebody else must, too."
        raise RefusedError(sentence, code="has_decided")
    if len(change.passings) >= _MOST:
        sentence = f"Change {number} has been passed on {_MOST} times already. Please talk to each other."
        raise RefusedError(sentence, code="too_often")
    if len(passing.note) > LONGEST_NOTE:
        raise RefusedError(f"A note may have {LONGEST_NOTE} characters at most.", code="too_long")
    passed = replace(change, passings=(*change.passings, passing))
    return job.with_round(held.with_change(passed)).touched(passing.at)


def check_receiver(person: Person, policy: Policy, job: Job, number: int) -> None:
    """Let a change be passed on to somebody, if they may approve it.

    Raises:
        RefusedError: They may not; the sentence names the rule, for whoever chose them.
    """
    try:
        check(person, policy, job, number, Verdict.APPROVE)
    except RefusedError as refusal:
        why = _WHY_NOT.get(refusal.code)
        if why is None:
            raise
        raise RefusedError(f"This person may not decide it: {why}.", code="receiver") from refusal
