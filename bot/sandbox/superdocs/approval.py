"""Reading an approval: which changes it decides, and whether it may."""

from typing import Any

from pydantic import BaseModel

from bot.sandbox.superdocs.behaviour import Behaviour
from bot.sandbox.superdocs.errors import (
    RefusalError,
    internal,
    not_awaiting,
    unprocessable,
    wrong_resume_endpoint,
)
from bot.sandbox.superdocs.jobs import Decision, Decisions, Job


class Approval(BaseModel):
    """The body of `POST /v1/chat/{session_id}/approve`; unknown fields are ignored."""

    job_id: str
    approved: bool
    """Required even beside `changes`, where it is the default of entries that do not say."""
    change_id: str | None = None
    feedback: str | None = None
    changes: list[dict[str, Any]] | None = None


def decide(job: Job, approval: Approval, behaviour: Behaviour) -> Decisions | None:
    """Note what an approval decides.

    Returns:
        The decisions that end the pause; None while it goes on, because the approval names no change
        or because others of the batch are still to be decided.

    Raises:
        RefusalError: The job does not wait for approval, or not for this change. Nothing was noted.
    """
    _must_await_approval(job)
    named = _decisions(approval)
    waiting = {change.change_id for change in job.pending}
    for change_id in named:
        if change_id not in waiting:
            raise _unknown_change(change_id, behaviour)
        if change_id in job.ledger:
            raise not_awaiting()
    if behaviour.partial_decisions == "closes_job":
        return named or None
    job.ledger.update(named)
    return dict(job.ledger) if waiting <= job.ledger.keys() else None


def _must_await_approval(job: Job) -> None:
    if job.status != "awaiting_approval":
        raise not_awaiting()
    if job.continue_prompt is not None:
        raise wrong_resume_endpoint("POST /v1/chat/{session_id}/continue")


def _unknown_change(change_id: str, behaviour: Behaviour) -> RefusalError:
    if behaviour.unknown_change_status == 500:  # noqa: PLR2004 -- The HTTP status itself is the setting.
        return internal()
    return RefusalError(400, f"Change {change_id} is not pending")


def _decisions(approval: Approval) -> Decisions:
    """Return what an approval says about each change that it names."""
    if approval.changes:
        return _listed(approval.changes, default=approval.approved)
    if approval.change_id is None:
        return {}
    return {approval.change_id: Decision(approval.approved, approval.feedback)}


def _listed(entries: list[dict[str, Any]], *, default: bool) -> Decisions:
    decisions: Decisions = {}
    for index, entry in enumerate(entries):
        # An entry with `chunk_id` in the place of `change_id` was seen to break the server.
        if "change_id" not in entry:
            raise internal()
        approved = entry.get("approved")
        if approved is not None and not isinstance(approved, bool):
            raise _not_a_boolean(index, approved)
        if entry["change_id"] in decisions:
            raise RefusalError(400, f"Change {entry['change_id']} is decided twice")
        decisions[entry["change_id"]] = Decision(
            default if approved is None else approved, entry.get("feedback")
        )
    return decisions


def _not_a_boolean(index: int, given: object) -> RefusalError:
    problem = {
        "type": "bool_parsing",
        "loc": ["body", "changes", index, "approved"],
        "msg": "Input should be a valid boolean, unable to interpret input",
        "input": given,
    }
    return unprocessable([problem])
