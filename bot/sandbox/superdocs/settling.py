"""What becomes of decided changes: in the documents, in the job's record, and in what is proposed next."""

from collections.abc import Mapping
from dataclasses import replace

from bot.sandbox.superdocs.account import Account, Scripted
from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.editor.revision import revised
from bot.sandbox.superdocs.jobs import Change, Decisions, Job
from bot.sandbox.superdocs.session import Session
from bot.sandbox.superdocs.wire import Json


def settle(
    account: Account, job: Job, session: Session, changes: list[Change], decisions: Decisions
) -> list[Proposal]:
    """Apply what was approved, and return what to propose again."""
    habit = account.behaviour.plain_denial
    stopped = any(decision.stops for decision in decisions.values())
    approved = [change for change in changes if _is_approved(change, decisions)]
    denied = [change for change in changes if change not in approved]
    job.statuses += [
        (change.change_id, "denied" if change.change_id in decisions else "discarded") for change in denied
    ]
    if stopped and habit == "discards_siblings":
        job.statuses += [(change.change_id, "discarded") for change in approved]
        approved = []
    _apply(account, job, session, approved, denied)
    return [] if stopped and habit != "drops" else _again(account, session, denied, decisions)


def _apply(
    account: Account, job: Job, session: Session, approved: list[Change], denied: list[Change]
) -> None:
    """Apply approved changes; as faults have it, leave some out, and let some denied ones in."""
    faults = account.behaviour
    failing, intruding = approved[: faults.fails_to_apply], denied[: faults.applies_denied]
    faults.fails_to_apply -= len(failing)
    faults.applies_denied -= len(intruding)
    wanted = [change for change in approved if change not in failing] + intruding
    carried = _carried_out(account, job, session, wanted)
    word = "approved" if job.asks_each_time else "auto_approved"
    job.statuses += [(change.change_id, word if change in carried else "failed") for change in approved]
    job.applied += [change.proposal for change in carried]


def _carried_out(account: Account, job: Job, session: Session, changes: list[Change]) -> list[Change]:
    """Bring changes into their documents, and return those that could be."""
    if changes and not session.slots:
        session.load("")
    carried = []
    for slot in session.slots:
        mine = [change for change in changes if session.slot(change.proposal.document_id) is slot]
        if not mine:
            continue
        document, done = slot.document.apply([change.proposal for change in mine], session.session_id)
        slot.change(
            document,
            reads_stale_until=job.before_until,
            exports_stale_until=account.clock() + account.behaviour.stale_export_s,
        )
        carried += [change for change, applied in zip(mine, done, strict=True) if applied]
    return [change for change in changes if change in carried]


def _again(account: Account, session: Session, denied: list[Change], decisions: Decisions) -> list[Proposal]:
    """Return the next round: what was denied with feedback, revised."""
    wanted = [
        (change.proposal, decision.feedback)
        for change in denied
        if (decision := decisions.get(change.change_id)) and not decision.stops and decision.feedback
    ]
    if wanted and account.script:
        return scripted(account.script.pop(0), wanted[0][0].document_id)
    again = (revised(proposal, feedback) for proposal, feedback in wanted)
    return [proposal for proposal in again if proposal and _has_place(proposal, session)]


def _is_approved(change: Change, decisions: Decisions) -> bool:
    decision = decisions.get(change.change_id)
    return decision is not None and decision.approved


def _has_place(proposal: Proposal, session: Session) -> bool:
    """Say whether the chunk that a revision speaks of is still there."""
    slot = session.slot(proposal.document_id)
    place = proposal.chunk_id or proposal.insert_after_chunk_id
    return slot is not None and (place is None or slot.document.chunk(place) is not None)


def scripted(entries: Scripted, document_id: str | None) -> list[Proposal]:
    """Return a round as a test wrote it; what names no document is for this one."""
    proposals = [Proposal.scripted(entry) if isinstance(entry, Mapping) else entry for entry in entries]
    return [replace(proposal, document_id=proposal.document_id or document_id) for proposal in proposals]


def document_changes(job: Job, session: Session) -> Json:
    """Return what became of the document; its text only where something was applied.

    Of several documents it is the first that was changed, the focused one if that is among them; the roster
    has them all.
    """
    slot = session.slot(job.applied[0].document_id) if job.applied else session.focused
    shown: Json = {
        "updated_html": slot.document.html if slot and job.applied else None,
        "version_id": slot.version_id if slot else None,
        "changes_summary": f"{len(job.applied)} changes applied by AI"
        if job.applied
        else "No changes applied",
        "requires_approval": False,
        "pending_changes": [],
        "changes": [{"change_id": change_id, "status": status} for change_id, status in job.statuses],
    }
    if job.response_mode != "compact":
        return shown
    diffs = [
        {"chunk_id": change.chunk_id, "old_html": change.old_html, "new_html": change.new_html}
        for change in job.applied
    ]
    return {**shown, "updated_html": None, "chunk_diffs": diffs}
