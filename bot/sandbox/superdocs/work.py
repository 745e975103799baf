"""The AI at work: one task per job, from the request to its end.

pending → in_progress → awaiting_approval → in_progress → … → completed, failed or cancelled.
A pause is a future on the job; whoever decides sets it. Everything told goes into the job's events.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from bot.sandbox.superdocs.account import Account, Scripted, timestamp
from bot.sandbox.superdocs.editor.document import Document
from bot.sandbox.superdocs.editor.instructions import Plan, plan
from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.editor.revision import revised
from bot.sandbox.superdocs.errors import JobFailedError
from bot.sandbox.superdocs.jobs import Change, Decision, Decisions, Job, Session, Status
from bot.sandbox.superdocs.wire import Json, proposal_events

_log = logging.getLogger(__name__)

_THOUGHTS: Final = (
    "Analyzing document structure...",
    "Reading the sections concerned...",
    "Drafting changes...",
)
_WORKING, _WAITING, _APPLYING, _DONE = 10, 60, 80, 100
_NOISE: Final = (
    ("documents_changed", json.dumps({"documents": []})),
    ("model_fallback", "A different model is answering this request."),
    ("ui_pointer", json.dumps({"control": "export"})),
)


class Worker:
    """Works on the jobs of an account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def begin(self, job: Job) -> None:
        """Start to work on a new job, in the background."""
        self._account.start(job)
        job.work = asyncio.get_running_loop().create_task(self._run(job), name=f"sandbox {job.job_id}")

    def resume(self, job: Job, *, answer: Decisions | bool) -> None:
        """Let a paused job go on with what was decided, or with whether to continue."""
        job.remember(self._account.clock() + self._account.behaviour.stale_reads_s)
        job.pending, job.ledger, job.continue_prompt, job.paused_at = [], {}, None, None
        job.status, job.progress = "in_progress", _APPLYING
        if job.answer is not None:
            job.answer.set_result(answer)
        self._account.touch(job)

    def cancel(self, job: Job) -> None:
        """Stop a job; its stream ends with an error."""
        if job.work is not None:
            job.work.cancel()
        self._end(job, "cancelled", error="Job was cancelled")

    async def _run(self, job: Job) -> None:
        try:
            await self._carry_out(job)
        except JobFailedError as failure:
            self._end(job, "failed", error=str(failure))
        except Exception:  # noqa: BLE001 -- The worker's one net: a real server, too, reports its crash as a failed job.
            _log.exception("job.crashed")
            self._end(job, "failed", error="Internal server error")

    async def _carry_out(self, job: Job) -> None:
        """Think, propose, wait, apply; again while feedback brings new proposals."""
        session = self._account.session(job.session_id)
        await self._think(job, session)
        if not await self._may_continue(job):
            self._complete(job, session, ["Stopped, as you asked."])
            return
        intent = self._intent(job, session)
        if intent.new_document is not None:
            self._write(job, session, intent.new_document)
        proposals = intent.proposals
        while proposals:
            changes = self._numbered(job, proposals)
            decisions = await self._decided(job, changes)
            proposals = self._settle(job, session, changes, decisions)
            await self._pass_time(job, ["Applying what was decided..."])
        self._complete(job, session, intent.notes)

    async def _think(self, job: Job, session: Session) -> None:
        job.status, job.progress = "in_progress", _WORKING
        if self._account.behaviour.is_new:
            if job.brought_document and session.document:
                job.tell("document_sync", {"type": "document_sync", "content": session.document.html})
            for name, content in _NOISE if self._account.behaviour.noise else ():
                job.tell_in_sequence(name, content)
        await self._pass_time(job, _THOUGHTS)

    async def _pass_time(self, job: Job, thoughts: tuple[str, ...] | list[str]) -> None:
        """Say these thoughts, evenly over the time that the AI takes."""
        for thought in thoughts:
            job.tell_in_sequence("intermediate", thought, timestamp=timestamp(self._account.clock()))
            self._account.touch(job)
            await asyncio.sleep(self._account.behaviour.work_s / len(thoughts))

    async def _may_continue(self, job: Job) -> bool:
        """Ask whether to go on, if one of the next jobs shall."""
        if not self._account.behaviour.continue_prompts:
            return True
        self._account.behaviour.continue_prompts -= 1
        job.continue_prompt = "This is a large edit. Continue with a fresh time budget?"
        if self._account.behaviour.is_new:
            job.tell_in_sequence("continue_prompt", json.dumps({"message": job.continue_prompt}))
        return bool(await self._paused(job))

    def _intent(self, job: Job, session: Session) -> Plan:
        """Return what to propose: what a test scripted, or what the instruction asks for."""
        if self._account.script:
            return Plan(_scripted(self._account.script.pop(0)))
        intent = plan(job.message, session.document)
        if intent.failure is not None:
            raise JobFailedError(intent.failure)
        return intent

    def _numbered(self, job: Job, proposals: list[Proposal]) -> list[Change]:
        """Give a round's proposals their ids."""
        first = 1 if self._account.behaviour.repeat_change_ids else len(job.statuses) + 1
        ids = [
            (proposal.raw or {}).get("change_id") or f"ch_{number}"
            for number, proposal in enumerate(proposals, first)
        ]
        if len(proposals) == 1:
            return [Change(ids[0], proposals[0])]
        return [
            Change(change_id, proposal, ids[0], len(ids))
            for change_id, proposal in zip(ids, proposals, strict=True)
        ]

    async def _decided(self, job: Job, changes: list[Change]) -> Decisions:
        """Wait for a round's decisions; a job that does not ask approves everything itself."""
        if not job.asks_each_time:
            return {change.change_id: Decision(approved=True) for change in changes}
        job.pending = changes
        for name, content in proposal_events(changes, self._account.behaviour):
            job.tell_in_sequence(name, content)
        decisions: Decisions = await self._paused(job)
        return decisions

    async def _paused(self, job: Job) -> Any:
        """Wait until somebody resumes the job, and return what was decided."""
        job.answer = asyncio.get_running_loop().create_future()
        job.status, job.progress, job.paused_at = "awaiting_approval", _WAITING, self._account.clock()
        self._account.touch(job)
        return await job.answer

    def _settle(
        self, job: Job, session: Session, changes: list[Change], decisions: Decisions
    ) -> list[Proposal]:
        """Apply what was approved, and return what to propose again."""
        stopped = any(decision.stops for decision in decisions.values())
        habit = self._account.behaviour.plain_denial
        approved = [change for change in changes if _is_approved(change, decisions)]
        denied = [change for change in changes if change not in approved]
        for change in denied:
            job.statuses.append(
                (change.change_id, "denied" if change.change_id in decisions else "discarded")
            )
        if stopped and habit == "discards_siblings":
            job.statuses += [(change.change_id, "discarded") for change in approved]
            return []
        self._apply(job, session, approved)
        return [] if stopped and habit == "stops" else self._again(session, denied, decisions)

    def _write(self, job: Job, session: Session, html: str) -> None:
        """Take a brand-new document. It is never asked about, whatever the approval mode (seen at the real one)."""
        session.load(html)
        job.applied.append(Proposal("create", new_html=html))
        job.statuses.append(("ch_1", "auto_approved"))

    def _apply(self, job: Job, session: Session, approved: list[Change]) -> None:
        if not approved:
            return
        before = session.document or Document.of("")
        document, done = before.apply([change.proposal for change in approved], session.session_id)
        session.before, session.before_until = before, job.before_until
        session.put(document)
        word = "approved" if job.asks_each_time else "auto_approved"
        for change, applied in zip(approved, done, strict=True):
            job.statuses.append((change.change_id, word if applied else "failed"))
            job.applied += [change.proposal] if applied else []

    def _again(self, session: Session, denied: list[Change], decisions: Decisions) -> list[Proposal]:
        """Return the next round: what was denied with feedback, revised."""
        wanted = [
            (change.proposal, decision.feedback)
            for change in denied
            if (decision := decisions.get(change.change_id)) and not decision.stops and decision.feedback
        ]
        if wanted and self._account.script:
            return _scripted(self._account.script.pop(0))
        again = (revised(proposal, feedback) for proposal, feedback in wanted)
        return [proposal for proposal in again if proposal and _has_place(proposal, session)]

    def _complete(self, job: Job, session: Session, notes: list[str]) -> None:
        """End a job well: with its answer, the document if it changed, and the usage."""
        applied = len(job.applied)
        response = " ".join(
            [*notes, *([f"I applied {applied} of {len(job.statuses)} changes."] if job.statuses else [])]
        )
        usage = self._account.usage(charged=int(applied > 0))
        job.result = {
            "response": response or "There was nothing to change.",
            "session_id": job.session_id,
            "document_changes": _document_changes(job, session) if job.statuses else None,
            "usage": usage,
        }
        job.tell("final", {"content": job.result["response"], "result": job.result})
        job.tell("usage", usage)
        self._end(job, "completed")

    def _end(self, job: Job, status: Status, *, error: str | None = None) -> None:
        job.status, job.error, job.progress = status, error, _DONE
        job.pending, job.ledger, job.continue_prompt, job.paused_at = [], {}, None, None
        job.finished_at = self._account.clock()
        if error is not None:
            job.tell("error", {"error": error})
        self._account.touch(job)


def _is_approved(change: Change, decisions: Decisions) -> bool:
    decision = decisions.get(change.change_id)
    return decision is not None and decision.approved


def _has_place(proposal: Proposal, session: Session) -> bool:
    """Say whether the chunk that a revision speaks of is still there."""
    place = proposal.chunk_id or proposal.insert_after_chunk_id
    return session.document is not None and (place is None or session.document.chunk(place) is not None)


def _scripted(entries: Scripted) -> list[Proposal]:
    return [Proposal.scripted(entry) if isinstance(entry, Mapping) else entry for entry in entries]


def _document_changes(job: Job, session: Session) -> Json:
    """Return what became of the document; its text only where something was applied."""
    shown: Json = {
        "updated_html": session.document.html if session.document and job.applied else None,
        "version_id": session.version_id,
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
