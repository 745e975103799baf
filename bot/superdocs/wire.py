"""SuperDocs' JSON into our records, and our answers into its JSON. Pure: no call is made here.

What SuperDocs writes differs with the age of its documentation and of the account; each function takes every
form that was documented or reported. An answer that is no object at all raises `TransientError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pydantic import Field

from bot.core.errors import RefusedError, TransientError
from bot.core.sighting import ENDED, Balance, Listed, Sighting, Status
from bot.superdocs.decoding import Count, Instant, Object, Wire, Word, Words, as_object, clean, decoded
from bot.superdocs.proposals import parse_proposals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.model import Mode
    from bot.core.proposal import Proposal
    from bot.core.sighting import Options
    from bot.core.submitting import Answer

_TEXT_LIMIT: Final = 10_000
"""Characters of what SuperDocs says about a job; all of it ends up in messages."""

_QUOTE_LIMIT: Final = 300
"""Characters of an instruction that a list gives."""

_AWAITING: Final = "awaiting_approval"
_CONTINUE: Final = "continue_prompt"

# The first six are documented (https://docs.superdocs.app/guides/async-jobs); clients have met the others.
_STATUSES: Final = {
    "pending": Status.WORKING,
    "in_progress": Status.WORKING,
    "completed": Status.COMPLETED,
    "failed": Status.FAILED,
    "cancelled": Status.CANCELLED,
    "queued": Status.WORKING,
    "processing": Status.WORKING,
    "succeeded": Status.COMPLETED,
    "canceled": Status.CANCELLED,
}

_COUNTED: Final = ("monthly_used", "monthly_limit", "monthly_remaining", "ops_charged")


_UNAPPLIED: Final = frozenset(
    {"failed", "error", "not_applied", "skipped", "discarded", "denied", "rejected"}
)
"""What SuperDocs says of a change that is not in the document; every other word leaves that to the document."""


class _Usage(Wire):
    monthly_used: Count = None
    monthly_limit: Count = None
    monthly_remaining: Count = None
    ops_charged: Count = None
    quota_exhausted: Any = None


class _Metadata(Wire):
    message: Word = ""
    awaiting_kind: Word = ""
    continue_prompt: Words = ""
    pending_changes: Any = None
    pending_change_ids: Any = None


class _Job(Wire):
    """A job. Source: https://docs.superdocs.app/api-reference/v1/get-job ."""

    job_id: Word = ""
    session_id: Word = ""
    status: Word = ""
    updated_at: Instant = None
    error: Words = ""
    usage: Object = Field(default_factory=dict)
    metadata: Object = Field(default_factory=dict)
    result: Object = Field(default_factory=dict)
    pending_changes: Any = None
    pending_change_ids: Any = None


class _DocumentChanges(Wire):
    updated_html: Word = ""
    pending_changes: Any = None
    changes: Any = None


class _Settled(Wire):
    """What became of one change."""

    change_id: Word = ""
    status: Word = ""


class _Result(Wire):
    response: Word = ""
    usage: Object = Field(default_factory=dict)
    document_changes: Object = Field(default_factory=dict)


class _Started(Wire):
    job_id: Word = ""


class _Submitted(Wire):
    batch_complete: Any = None


class _Quota(Wire):
    remaining: Count = None
    monthly_limit: Count = None


class _Account(Wire):
    tier: Word = ""
    quota: Object = Field(default_factory=dict)


def parse_job(payload: object) -> Sighting:
    """Read a job, as `GET /v1/jobs/{job_id}` gives it, whole or compact.

    A pause without an `awaiting_kind` is a review if there are changes, otherwise a prompt. A status that we
    do not know is a job that works.
    """
    job = _Job.model_validate(_object(payload))
    metadata = _Metadata.model_validate(job.metadata)
    result = _Result.model_validate(job.result)
    document = _DocumentChanges.model_validate(result.document_changes)
    proposals = _pending(job, metadata, document) if job.status == _AWAITING else ()
    status = _status(job, metadata, otherwise=Status.REVIEW if proposals else Status.PROMPT)
    return Sighting(
        status=status,
        job_id=job.job_id,
        session_id=job.session_id,
        proposals=proposals if status is Status.REVIEW else (),
        updated_at=job.updated_at,
        prompt=clean(metadata.continue_prompt, _TEXT_LIMIT) if status is Status.PROMPT else "",
        response=clean(result.response, _TEXT_LIMIT),
        updated_html=(document.updated_html or None) if status in ENDED else None,
        error=clean(job.error, _TEXT_LIMIT),
        usage=_usage(job.usage, result.usage),
        is_quota_spent=any(
            _Usage.model_validate(told).quota_exhausted is True for told in (job.usage, result.usage)
        ),
        unapplied=_unapplied(document.changes),
    )


def parse_list(payload: object) -> tuple[Listed, ...]:
    """Read a list of jobs, ``{"jobs": […], "total": n}`` or the bare list, in its order; newest is first.

    Compact lists may leave out what a paused job waits for: then it counts as a review, and a full read says.
    """
    jobs = payload if isinstance(payload, list) else decoded(_object(payload).get("jobs"))
    found = jobs if isinstance(jobs, list) else []
    named = (_Job.model_validate(item) for item in found if isinstance(item, dict))
    return tuple(_listed(job) for job in named if job.job_id)


def parse_started(payload: object) -> str:
    """Return the job id of an accepted request; "" when there is none in it."""
    return _Started.model_validate(as_object(payload)).job_id


def parse_submitted(payload: object) -> bool:
    """Say whether SuperDocs calls the batch complete. An answer that does not say so does not mean yes."""
    return _Submitted.model_validate(as_object(payload)).batch_complete is True


def parse_balance(payload: object) -> Balance:
    """Read the account behind a key, as `GET /v1/agents/whoami` gives it."""
    account = _Account.model_validate(_object(payload))
    quota = _Quota.model_validate(account.quota)
    return Balance(account.tier, quota.remaining, quota.monthly_limit)


def render_start(
    session_id: str, message: str, mode: Mode, document_html: str | None, options: Options
) -> dict[str, object]:
    """Return the body of `POST /v1/chat/async`.

    The mode is always said: SuperDocs takes a word that it does not know for "apply everything". What is not
    chosen is left out.
    """
    body: dict[str, object] = {"message": message, "session_id": session_id, "approval_mode": mode.value}
    chosen = {
        "document_html": document_html,
        "model_tier": options.tier,
        "thinking_depth": options.depth,
        "document_id": options.document_id or None,
    }
    return body | {name: value for name, value in chosen.items() if value is not None}


def render_answers(job_id: str, answers: Iterable[Answer]) -> dict[str, object]:
    """Return the body of `POST /v1/chat/{session_id}/approve`.

    Every change has its own word; the one at the top, which SuperDocs demands, is only a yes when there are
    changes and all of them are approved. A change without an id cannot be named, but its denial makes the word
    at the top a no.
    """
    given = list(answers)
    is_approved = bool(given) and all(answer.is_approved for answer in given)
    named = [_entry(answer) for answer in given if answer.change_id]
    return {"job_id": job_id, "approved": is_approved, "changes": named}


def render_continue(job_id: str, *, goes_on: bool) -> dict[str, object]:
    """Return the body of `POST /v1/chat/{session_id}/continue`."""
    return {"job_id": job_id, "continue": goes_on}


def render_segment(name: str) -> str:
    """Return an id as one segment of a path, whatever it holds.

    Raises:
        RefusedError: It would not be a segment: empty, or a step up the path.
    """
    if name.strip(".") == "":
        raise RefusedError(f"“{name}” is not an id.")
    return quote(name, safe="", errors="replace")


def _entry(answer: Answer) -> dict[str, object]:
    entry: dict[str, object] = {"change_id": answer.change_id, "approved": answer.is_approved}
    has_feedback = answer.feedback and not answer.is_approved
    return {**entry, "feedback": answer.feedback} if has_feedback else entry


def _object(payload: object) -> dict[str, Any]:
    if not isinstance(payload, dict):
        raise TransientError("SuperDocs answered with something that is not an object.")
    return payload


def _status(job: _Job, metadata: _Metadata, otherwise: Status) -> Status:
    """Tell the two meanings of ``awaiting_approval`` apart; `otherwise` counts when SuperDocs does not say."""
    if job.status != _AWAITING:
        return _STATUSES.get(job.status, Status.WORKING)
    if metadata.awaiting_kind == _CONTINUE:
        return Status.PROMPT
    return Status.REVIEW if metadata.awaiting_kind else otherwise


def _pending(job: _Job, metadata: _Metadata, document: _DocumentChanges) -> tuple[Proposal, ...]:
    """Return the changes from the first place that has any; the metadata is the documented one."""
    places = (
        metadata.pending_changes,
        job.pending_changes,
        document.pending_changes,
        metadata.pending_change_ids,
        job.pending_change_ids,
    )
    return next(filter(None, map(parse_proposals, places)), ())


def _unapplied(told: object) -> frozenset[str]:
    opened = decoded(told)
    changes = opened if isinstance(opened, list) else []
    settled = (_Settled.model_validate(change) for change in changes if isinstance(change, dict))
    return frozenset(change.change_id for change in settled if change.status.lower() in _UNAPPLIED)


def _listed(job: _Job) -> Listed:
    metadata = _Metadata.model_validate(job.metadata)
    proposals = _pending(job, metadata, _DocumentChanges())
    named = dict.fromkeys(p.change_id for p in proposals if p.change_id)
    return Listed(
        job.job_id,
        job.session_id,
        _status(job, metadata, otherwise=Status.REVIEW),
        change_ids=tuple(named),
        message=clean(metadata.message, _QUOTE_LIMIT),
    )


def _usage(*reports: dict[str, Any]) -> dict[str, int]:
    """Return what the reports count; a later one is the better one."""
    told: dict[str, int] = {}
    for report in reports:
        counted = _Usage.model_validate(report)
        told |= {name: n for name in _COUNTED if (n := getattr(counted, name)) is not None}
    return told
