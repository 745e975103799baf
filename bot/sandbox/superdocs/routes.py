"""The operations of the API, each with its checks in the order in which a server makes them."""

from typing import Final, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from bot.sandbox.superdocs.account import Account, new_job_id
from bot.sandbox.superdocs.approval import Approval, decide
from bot.sandbox.superdocs.desk import Asked, Desk
from bot.sandbox.superdocs.errors import (
    RefusalError,
    not_awaiting,
    not_found,
    quota_exhausted,
    session_busy,
    too_large,
    unauthorised,
    wrong_resume_endpoint,
)
from bot.sandbox.superdocs.jobs import Job
from bot.sandbox.superdocs.session import SessionId
from bot.sandbox.superdocs.stream import follow, refuse
from bot.sandbox.superdocs.wire import Json, job_json
from bot.sandbox.superdocs.work import Worker

LONGEST_MESSAGE: Final = 100_000


class _Chat(BaseModel):
    """The body of `POST /v1/chat/async`; fields that change nothing here are ignored."""

    message: str = Field(max_length=LONGEST_MESSAGE)
    session_id: SessionId
    document_html: str | None = None
    approval_mode: str = "approve_all"
    response_mode: Literal["full", "compact"] = "full"
    document_id: str | None = None
    model_tier: str | None = None
    thinking_depth: str | None = None


class _Continue(BaseModel):
    """The body of `POST /v1/chat/{session_id}/continue`."""

    job_id: str
    go_on: bool = Field(alias="continue")


class _Stream(BaseModel):
    """The query of the stream."""

    job_id: str
    api_key: str | None = None
    last_sequence: int = Field(default=0, ge=0)


class _List(BaseModel):
    """The query of a list of jobs."""

    limit: int | None = Field(default=None, ge=1)
    status: str | None = None
    compact: bool = False


class Operations:
    """Answers the requests that the desk has received."""

    def __init__(self, account: Account, worker: Worker, desk: Desk) -> None:
        self._account = account
        self._worker = worker
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Return all routes, beginning `/v1/`."""
        keyed = [
            ("POST", "/v1/chat/async", "chat_async", self.chat_async),
            ("POST", "/v1/chat/{session_id}/approve", "approve", self.approve),
            ("POST", "/v1/chat/{session_id}/continue", "continue", self.resume),
            ("GET", "/v1/jobs", "list_jobs", self.list_jobs),
            ("GET", "/v1/jobs/{job_id}", "get_job", self.get_job),
            ("POST", "/v1/jobs/{job_id}/cancel", "cancel", self.cancel),
            ("GET", "/v1/sessions", "list_sessions", self.list_sessions),
            ("GET", "/v1/sessions/{session_id}/jobs", "session_jobs", self.list_jobs),
            ("GET", "/v1/agents/whoami", "whoami", self.whoami),
            ("GET", "/v1/users/me/{rest:.*}", "users_me", self.users_me),
        ]
        return [
            self._desk.route("GET", "/v1/chat/{session_id}/stream", "stream", self.stream),
            *(self._desk.keyed_route(method, path, name, answer) for method, path, name, answer in keyed),
        ]

    async def chat_async(self, asked: Asked) -> web.StreamResponse:
        """Start an edit."""
        chat = asked.parsed(_Chat)
        self._may_start(chat)
        session = self._account.session(chat.session_id)
        pinned = session.slot(chat.document_id)
        if chat.document_id and pinned is None:
            raise not_found("Document")
        if chat.document_html:
            session.load(chat.document_html, pinned)
        job = self._job(chat)
        self._worker.begin(job)
        told = {"job_id": job.job_id, "session_id": job.session_id, "status": "pending"}
        return web.json_response({**told, "message": "Chat request queued for processing"})

    def _job(self, chat: _Chat) -> Job:
        now = self._account.clock()
        return Job(
            job_id=new_job_id(),
            session_id=chat.session_id,
            message=chat.message,
            approval_mode=chat.approval_mode,
            brought_document=bool(chat.document_html),
            response_mode=chat.response_mode,
            created_at=now,
            updated_at=now,
            document_id=chat.document_id,
            model_tier=chat.model_tier,
            thinking_depth=chat.thinking_depth,
        )

    def _may_start(self, chat: _Chat) -> None:
        """Refuse an edit that cannot be started, saying why."""
        behaviour = self._account.behaviour
        if not chat.message.strip():
            raise RefusalError(400, "Message cannot be empty")
        if len((chat.document_html or "").encode(errors="surrogatepass")) > behaviour.max_html_bytes:
            raise too_large(behaviour.max_html_bytes)
        busy = self._account.busy_jobs(chat.session_id)
        if busy:
            raise session_busy(busy, nested=behaviour.busy_nested)
        if behaviour.quota_remaining <= 0:
            as_sentence = behaviour.quota_told_as == "sentence"
            raise quota_exhausted(behaviour.monthly_limit, as_sentence=as_sentence)

    async def approve(self, asked: Asked) -> web.StreamResponse:
        """Take decisions about a round."""
        if isinstance(asked.body, dict):
            self._account.approvals.append(asked.body)
        approval = asked.parsed(Approval)
        job = self._account.job(approval.job_id, asked.path("session_id"))
        decisions = decide(job, approval, self._account.behaviour)
        if decisions is not None:
            self._worker.resume(job, answer=decisions)
        else:
            self._account.touch(job)
        told: Json = {"status": "ok", "message": "Approval processed"}
        if self._account.behaviour.approve_tells_completion:
            told["batch_complete"] = decisions is not None
        return web.json_response(told)

    async def resume(self, asked: Asked) -> web.StreamResponse:
        """Go on, or stop, after a continue prompt."""
        wanted = asked.parsed(_Continue)
        job = self._account.job(wanted.job_id, asked.path("session_id"))
        if job.status != "awaiting_approval":
            raise not_awaiting()
        if job.continue_prompt is None:
            raise wrong_resume_endpoint("POST /v1/chat/{session_id}/approve")
        self._worker.resume(job, answer=wanted.go_on)
        return web.json_response({"status": "ok", "message": "Continuing" if wanted.go_on else "Stopping"})

    async def stream(self, asked: Asked) -> web.StreamResponse:
        """Follow a job."""
        try:
            wanted = self._stream_query(asked)
        except RefusalError as refusal:
            if refusal.status == web.HTTPUnauthorized.status_code and self._refuses_by_event():
                self._desk.record(asked, 200)
                return await refuse(asked.request, refusal.body["detail"])
            raise
        self._desk.record(asked, 200)
        try:
            job = self._account.job(wanted.job_id, asked.path("session_id"))
        except RefusalError as refusal:
            return await refuse(asked.request, refusal.body["detail"])
        return await self._follow(asked.request, job, wanted)

    async def _follow(self, request: web.Request, job: Job, wanted: _Stream) -> web.StreamResponse:
        behaviour = self._account.behaviour
        after = wanted.last_sequence if behaviour.is_new and behaviour.honours_last_sequence else 0
        return await follow(request, self._account, job, after)

    def _refuses_by_event(self) -> bool:
        return self._account.behaviour.stream_refuses_by == "event"

    def _stream_query(self, asked: Asked) -> _Stream:
        """Check the key where the stream looks for it, then the query."""
        place = self._account.behaviour.stream_auth
        key = asked.request.query.get("api_key")
        if place != "header" and key is not None:
            self._desk.check_key(key)
        elif place == "query":
            raise unauthorised("Missing api_key query parameter")
        else:
            self._desk.check_header(asked.request)
        return asked.queried(_Stream)

    async def get_job(self, asked: Asked) -> web.StreamResponse:
        """Show one job."""
        wanted = asked.queried(_List)
        job = self._account.seen(self._account.job(asked.path("job_id")))
        return web.json_response(job_json(job, self._account.behaviour, compact=wanted.compact))

    async def list_jobs(self, asked: Asked) -> web.StreamResponse:
        """Show the newest jobs, of the account or of one session."""
        wanted = asked.queried(_List)
        self._account.sweep()
        session_id = asked.request.match_info.get("session_id")
        jobs = [self._account.seen(job) for job in reversed(self._account.jobs.values())]
        jobs = [job for job in jobs if session_id in (None, job.session_id)]
        jobs = [job for job in jobs if wanted.status in (None, job.status)]
        behaviour = self._account.behaviour
        listed = [
            job_json(job, behaviour, compact=wanted.compact)
            for job in jobs[: wanted.limit or behaviour.list_limit]
        ]
        return web.json_response({"jobs": listed, "total": len(listed)})

    async def cancel(self, asked: Asked) -> web.StreamResponse:
        """Stop a job that has not ended; whether a paused one can be stopped depends."""
        job = self._account.job(asked.path("job_id"))
        behaviour = self._account.behaviour
        paused = job.status == "awaiting_approval"
        if not job.is_active or (paused and behaviour.cancel_paused == "refuses"):
            raise RefusalError(400, f"Job cannot be cancelled in status {job.status}")
        self._worker.cancel(job)
        return web.json_response(job_json(job, behaviour))

    async def list_sessions(self, _asked: Asked) -> web.StreamResponse:
        """Show all sessions: the call that tells whether a key works."""
        listed = [{"session_id": session_id} for session_id in self._account.sessions]
        return web.json_response({"sessions": listed, "total": len(listed)})

    async def whoami(self, _asked: Asked) -> web.StreamResponse:
        """Show the account and what is left of its quota."""
        behaviour = self._account.behaviour
        quota = {"remaining": behaviour.quota_remaining, "monthly_limit": behaviour.monthly_limit}
        told = {"tier": "free", "quota": quota, "account_id": "acc_sandbox"}
        return web.json_response({**told, "is_agent_account": False, "adopted": False, "hint": None})

    async def users_me(self, _asked: Asked) -> web.StreamResponse:
        """Refuse: these belong to the web application, an API key does not open them."""
        raise unauthorised("This endpoint requires a user session")
