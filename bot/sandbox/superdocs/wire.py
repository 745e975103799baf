"""What goes over the wire: jobs, changes and events as JSON, in the forms that the documents show."""

import json
import re
from typing import Any, TypeAlias

from bot.sandbox.superdocs.account import timestamp
from bot.sandbox.superdocs.behaviour import Behaviour
from bot.sandbox.superdocs.editor.markup import squeezed
from bot.sandbox.superdocs.jobs import Change, Event, Job

Json: TypeAlias = dict[str, Any]


def change_json(change: Change, behaviour: Behaviour) -> Json:
    """Return one change; a scripted one exactly as it was scripted, with an id if it had none."""
    proposal = change.proposal
    if proposal.raw is not None:
        return {"change_id": change.change_id, **proposal.raw}
    shown = {
        "change_id": change.change_id,
        "operation": proposal.operation,
        "chunk_id": proposal.chunk_id,
        "old_html": _shown_html(proposal.old_html, proposal.chunk_id, behaviour),
        "new_html": _shown_html(proposal.new_html, proposal.chunk_id, behaviour),
        "ai_explanation": proposal.explanation,
        "batch_id": change.batch_id,
        "batch_total": change.batch_total,
        "insert_after_chunk_id": proposal.insert_after_chunk_id,
    }
    if not behaviour.is_new:
        return shown
    newer = {"document_id": proposal.document_id, "insert_before_chunk_id": None, "status": "pending"}
    return {**shown, **newer, **(_machine_checks(change) if behaviour.machine_checks else {})}


def _shown_html(html: str | None, chunk_id: str | None, behaviour: Behaviour) -> str | None:
    if html is None or chunk_id is None or not behaviour.chunk_ids_in_changes:
        return html
    return re.sub(r"^(\s*<[a-zA-Z][^\s/>]*)", rf'\1 data-chunk-id="{chunk_id}"', html, count=1)


def _machine_checks(change: Change) -> Json:
    old, new = squeezed(change.proposal.old_html or ""), squeezed(change.proposal.new_html or "")
    return {
        "machine_checks": {
            "claims": {"supported": True},
            "resolved": {},
            "words_new": len(new.split()),
            "words_old": len(old.split()),
            "blocks_new": int(bool(new)),
            "blocks_old": int(bool(old)),
            "kept_chars_ratio": 1.0 if old == new else 0.5,
        }
    }


def proposal_events(changes: list[Change], behaviour: Behaviour) -> list[tuple[str, str]]:
    """Return the events that announce a round: name and `content`, which is JSON in a string."""
    listed = [change_json(change, behaviour) for change in changes]
    if not behaviour.is_new or len(listed) == 1:
        return [("proposed_change", json.dumps(change)) for change in listed]
    batch = {"type": "batch_approval", "batch_id": changes[0].batch_id, "batch_total": len(changes)}
    return [("proposed_change_batch", json.dumps({**batch, "changes": listed}))]


def job_json(job: Job, behaviour: Behaviour, *, compact: bool = False) -> Json:
    """Return a job as `GET /v1/jobs/{id}` shows it.

    Args:
        job: The job, as reads see it.
        behaviour: Decides the forms.
        compact: Without the result's body and the stored events; of waiting changes only the ids.
    """
    return {
        "job_id": job.job_id,
        "session_id": job.session_id,
        "job_type": "chat",
        "status": job.status,
        "created_at": timestamp(job.created_at),
        "updated_at": timestamp(job.updated_at),
        "progress": job.progress,
        "organization_id": None,
        "user_id": "user_sandbox",
        "result": None if compact else job.result,
        "error": _error(job, behaviour),
        "metadata": _metadata(job, behaviour, compact=compact),
    }


def _error(job: Job, behaviour: Behaviour) -> str | Json | None:
    if job.error is None or not behaviour.error_as_object:
        return job.error
    return {"message": job.error, "code": f"job_{job.status}"}


def _metadata(job: Job, behaviour: Behaviour, *, compact: bool) -> Json:
    shown: Json = {
        "message": job.message,
        "document_html_provided": job.brought_document,
        "filename": None,
        "file_size": None,
        "content_type": None,
        "pending_changes": _pending(job, behaviour, compact=compact),
    }
    if not compact:
        shown["intermediate_responses"] = [
            {"type": event.name, **event.data} for event in job.events if event.sequence
        ]
    return {**shown, **_newer_metadata(job)} if behaviour.is_new else shown


def _newer_metadata(job: Job) -> Json:
    decided = {
        change_id: {"approved": decision.approved, "feedback": decision.feedback}
        for change_id, decision in job.ledger.items()
    }
    newer: Json = {"pending_batch_decisions": decided or None, "cumulative_tokens": 40 * len(job.message)}
    if job.status != "awaiting_approval":
        return newer
    if job.continue_prompt is None:
        return {**newer, "awaiting_kind": "change_review"}
    return {**newer, "awaiting_kind": "continue_prompt", "continue_prompt": {"message": job.continue_prompt}}


def _pending(job: Job, behaviour: Behaviour, *, compact: bool) -> Any:
    """Return the waiting changes in the form that is set; null when none wait."""
    if not job.pending:
        return None
    if compact:
        listed = [{"change_id": change.change_id} for change in job.pending]
    else:
        listed = [change_json(change, behaviour) for change in job.pending]
    if behaviour.pending_changes_as == "string":
        return json.dumps(listed)
    if behaviour.pending_changes_as == "object":
        return {"batch_id": job.pending[0].batch_id or job.pending[0].change_id, "changes": listed}
    return listed


def event_bytes(event: Event) -> bytes:
    """Return an event in the stream's own form."""
    return f"event: {event.name}\ndata: {json.dumps(event.data)}\n\n".encode()
