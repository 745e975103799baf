"""The state of the one account that the sandbox's key belongs to: its sessions, its jobs, its quota."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import uuid4

from bot.sandbox.bell import Bell
from bot.sandbox.superdocs.behaviour import Behaviour
from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.errors import not_found
from bot.sandbox.superdocs.jobs import Job
from bot.sandbox.superdocs.session import Session

Scripted: TypeAlias = list[Proposal | Mapping[str, Any]]
"""The proposals of one round, as a test wrote them."""


@dataclass
class Account:
    """Everything that the sandbox's SuperDocs remembers."""

    clock: Callable[[], float] = time.time
    """Seconds since the epoch; tests move it."""
    behaviour: Behaviour = field(default_factory=Behaviour)
    bell: Bell = field(default_factory=Bell)
    """Rung at each change of a job."""
    sessions: dict[str, Session] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    """By id, oldest first."""
    script: list[Scripted] = field(default_factory=list)
    """Rounds to propose before the AI has ideas of its own."""
    approvals: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of all approvals received, right or wrong."""
    is_closing: bool = False

    def session(self, session_id: str) -> Session:
        """Return a session, which begins when it is first spoken of."""
        return self.sessions.setdefault(session_id, Session(session_id))

    def start(self, job: Job) -> None:
        """Take a new job in."""
        self.jobs[job.job_id] = job
        self.bell.ring()

    def job(self, job_id: str, session_id: str | None = None) -> Job:
        """Return a job that is still kept.

        Raises:
            RefusalError: 404; it never existed, was cleaned up, or belongs to another session.
        """
        self.sweep()
        job = self.jobs.get(job_id)
        if job is None or session_id not in (None, job.session_id):
            raise not_found()
        return job

    def seen(self, job: Job) -> Job:
        """Return a job as a read shows it, which may be the state before the last approval."""
        return job.before if job.before and self.clock() < job.before_until else job

    def busy_jobs(self, session_id: str) -> int:
        """Count the jobs that keep a session busy."""
        self.sweep()
        return sum(job.session_id == session_id and self._keeps_busy(job) for job in self.jobs.values())

    def _keeps_busy(self, job: Job) -> bool:
        rests = job.finished_at is not None and self.clock() >= job.finished_at + self.behaviour.busy_after_s
        return job.is_active or not rests

    def sweep(self) -> None:
        """Clean up the jobs whose time is over."""
        over = [job for job in self.jobs.values() if self.time_left_s(job) <= 0]
        for job in over:
            del self.jobs[job.job_id]
            job.gone = True
            if job.work is not None:
                job.work.cancel()
        if over:
            self.bell.ring()

    def time_left_s(self, job: Job) -> float:
        """Return the seconds until a job is cleaned up; infinite while it works."""
        if job.finished_at is not None:
            return job.finished_at + self.behaviour.retention_s - self.clock()
        if job.paused_at is None:
            return float("inf")
        counts_from_pause = self.behaviour.window_counts_from == "pause"
        start = job.paused_at if counts_from_pause else job.created_at
        return start + self.behaviour.approval_window_s - self.clock()

    def touch(self, job: Job) -> None:
        """Note that a job changed just now, and wake everybody who watches."""
        job.updated_at = self.clock()
        self.bell.ring()

    def tell_documents(self, session: Session) -> None:
        """Tell the jobs that a session is busy with which documents it has; only the new API does."""
        if not self.behaviour.is_new:
            return
        roster = json.dumps({"documents": session.roster(self.clock())})
        for job in self.jobs.values():
            if job.session_id == session.session_id and job.is_active:
                job.tell_in_sequence("documents_changed", roster)
        self.bell.ring()

    def usage(self, charged: int = 0) -> dict[str, Any]:
        """Use up operations, and return the usage as jobs report it."""
        mine = self.behaviour
        mine.quota_remaining = max(0, mine.quota_remaining - charged)
        report = {
            "monthly_used": max(0, mine.monthly_limit - mine.quota_remaining),
            "monthly_limit": mine.monthly_limit,
            "monthly_remaining": mine.quota_remaining,
            "was_billable": charged > 0,
            "subscription_tier": "free",
        }
        newer = {"ops_charged": charged, "quota_exhausted": mine.quota_remaining == 0}
        return {**report, **newer} if mine.is_new else report


def new_job_id() -> str:
    """Return an id of the form that the documents show."""
    return f"job_{uuid4().hex[:12]}"


def timestamp(at: float) -> str:
    """Write a time as the documents do."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
