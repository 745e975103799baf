"""The AI at work: one task per job, from the request to its end.

pending → in_progress → awaiting_approval → in_progress → … → completed, failed or cancelled.
A pause is a future on the job; whoever decides sets it. Everything told goes into the job's events.
"""

import asyncio
import json
import logging
import math
from dataclasses import replace
from typing import Any, Final

from bot.sandbox.superdocs.account import Account, timestamp
from bot.sandbox.superdocs.editor.instructions import Plan, plan
from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.errors import JobFailedError
from bot.sandbox.superdocs.jobs import Change, Decision, Decisions, Job, Status
from bot.sandbox.superdocs.session import PRIMARY, Session
from bot.sandbox.superdocs.settling import document_changes, scripted, settle
from bot.sandbox.superdocs.wire import proposal_events

_log = logging.getLogger(__name__)

_THOUGHTS: Final = (
    "Analyzing document structure...",
    "Reading the sections concerned...",
    "Drafting changes...",
)
_SECTIONS_PER_OPERATION: Final = 25
"""An operation of the quota covers so many changed sections of one request."""
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
            proposals = settle(self._account, job, session, changes, decisions)
            await self._say(job, "Applying what was decided...")
        self._complete(job, session, intent.notes)

    async def _think(self, job: Job, session: Session) -> None:
        job.status, job.progress = "in_progress", _WORKING
        if self._account.behaviour.is_new:
            self._tell_what_is_there(job, session)
        thoughts = _thoughts(self._account.behaviour.thoughts)
        for number, thought in enumerate(thoughts):
            job.progress = _WORKING + (_WAITING - _WORKING) * number // len(thoughts)
            await self._say(job, thought, share=len(thoughts))
        if not thoughts:
            await asyncio.sleep(self._account.behaviour.work_s)

    def _tell_what_is_there(self, job: Job, session: Session) -> None:
        """Tell a document that came with the request, the documents if there are several, and what concerns nobody."""
        slot = session.slot(job.document_id) or session.focused
        several = len(session.slots) > 1
        if job.brought_document and slot and session.focused:
            focus = {"focused_document_id": session.focused.document_id} if several else {}
            job.tell("document_sync", {"type": "document_sync", "content": slot.document.html, **focus})
        if several:
            self._account.tell_documents(session)
        for name, content in _NOISE if self._account.behaviour.noise else ():
            job.tell_in_sequence(name, content)

    async def _say(self, job: Job, thought: str, *, share: int = 1) -> None:
        """Say a thought, and take its share of the time that the AI needs."""
        job.tell_in_sequence("intermediate", thought, timestamp=timestamp(self._account.clock()))
        self._account.touch(job)
        await asyncio.sleep(self._account.behaviour.work_s / share)

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
        slots, message = session.addressed(job.message, job.document_id)
        if self._account.script:
            target = slots[0].document_id if slots else PRIMARY
            return Plan(scripted(self._account.script.pop(0), target))
        if not slots:
            return _possible(plan(message, None))
        plans = {slot.document_id: _possible(plan(message, slot.document)) for slot in slots}
        return Plan(
            [
                replace(proposal, document_id=document_id)
                for document_id, intent in plans.items()
                for proposal in intent.proposals
            ],
            list(dict.fromkeys(note for intent in plans.values() for note in intent.notes)),
        )

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

    def _write(self, job: Job, session: Session, html: str) -> None:
        """Take a brand-new document. It is never asked about, whatever the approval mode (seen at the real one)."""
        slot = session.load(html)
        job.applied.append(Proposal("create", new_html=html, document_id=slot.document_id))
        job.statuses.append(("ch_1", "auto_approved"))
        self._account.tell_documents(session)

    def _complete(self, job: Job, session: Session, notes: list[str]) -> None:
        """End a job well: with its answer, the document if it changed, and the usage."""
        applied = len(job.applied)
        response = " ".join(
            [*notes, *([f"I applied {applied} of {len(job.statuses)} changes."] if job.statuses else [])]
        )
        usage = self._account.usage(charged=math.ceil(applied / _SECTIONS_PER_OPERATION))
        job.result = {
            "response": response or "There was nothing to change.",
            "session_id": job.session_id,
            "document_changes": document_changes(job, session) if job.statuses else None,
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


def _thoughts(count: int) -> list[str]:
    """Return so many things to say while the AI works."""
    more = (f"Drafting changes ({number} of {count})..." for number in range(len(_THOUGHTS) + 1, count + 1))
    return [*_THOUGHTS, *more][:count]


def _possible(intent: Plan) -> Plan:
    """Return a plan that can be carried out; one that cannot fails the job."""
    if intent.failure is not None:
        raise JobFailedError(intent.failure)
    return intent
