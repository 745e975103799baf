"""How SuperDocs says no: a status, and a body in the shape that this status has."""

from typing import Any

from aiohttp import web
from pydantic import ValidationError

from bot.sandbox.faults import Fault


class RefusalError(Exception):
    """A request is answered with an error."""

    def __init__(self, status: int, detail: Any, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.body: dict[str, Any] = {"detail": detail}
        self.headers = headers or {}

    def answer(self) -> web.Response:
        """Return the answer to send."""
        return web.json_response(self.body, status=self.status, headers=self.headers)


class JobFailedError(Exception):
    """A job ends as failed; the text is its error."""


def unauthorised(reason: str) -> RefusalError:
    """No key, or not a key: 401."""
    return RefusalError(401, reason)


def not_found(what: str = "Job") -> RefusalError:
    """It does not exist, or not any more: 404."""
    return RefusalError(404, f"{what} not found")


def not_awaiting() -> RefusalError:
    """An approval that comes too early, too late or twice: 400."""
    return RefusalError(400, "Job is not awaiting approval")


def wrong_resume_endpoint(wanted: str) -> RefusalError:
    """The job waits for something else: 409."""
    return RefusalError(
        409, {"error_code": "wrong_resume_endpoint", "message": f"This job is waiting for {wanted}."}
    )


def session_busy(active_jobs: int, *, nested: bool) -> RefusalError:
    """Another job of the session is active: 409."""
    detail = {
        "error_code": "session_busy",
        "active_jobs": active_jobs,
        "message": "Another request is being processed for this session.",
    }
    refusal = RefusalError(409, detail)
    if not nested:
        refusal.body = {**detail, "detail": detail["message"]}
    return refusal


def quota_exhausted(limit: int, *, as_sentence: bool) -> RefusalError:
    """The month's operations are used up: 429 with a JSON body and the usage in its headers."""
    sentence = f"Monthly operation limit ({limit}) reached. Upgrade your plan for more operations."
    return RefusalError(
        429,
        sentence if as_sentence else {"error_code": "quota_exhausted", "message": sentence},
        headers={
            "X-Usage-Limit": str(limit),
            "X-Usage-Used": str(limit),
            "X-Usage-Remaining": "0",
            "Retry-After": "86400",
        },
    )


def too_large(limit: int) -> RefusalError:
    """The request or its document is too big: 413."""
    return RefusalError(
        413,
        {"error_code": "payload_too_large", "message": f"The limit is {limit} bytes.", "max_bytes": limit},
    )


def export_too_large(limit: int) -> RefusalError:
    """The document is too big to be exported: 413, with the way out that the web application offers."""
    refusal = too_large(limit)
    refusal.body["detail"] |= {"error_code": "export_too_large", "suggested_action": "email_request"}
    return refusal


def internal() -> RefusalError:
    """Something broke on the other side: 500."""
    return RefusalError(500, "Internal server error")


def invalid(error: ValidationError, place: str) -> RefusalError:
    """The request does not fit its schema: 422, with FastAPI's list of what and where."""
    problems = error.errors(include_url=False, include_context=False)
    return unprocessable([{**problem, "loc": [place, *problem["loc"]]} for problem in problems])


def unprocessable(problems: list[dict[str, Any]]) -> RefusalError:
    """A 422 with these entries."""
    return RefusalError(422, problems)


def missing(place: str, name: str) -> RefusalError:
    """A required parameter is not there: 422."""
    return unprocessable([{"type": "missing", "loc": [place, name], "msg": "Field required", "input": None}])


def fault_answer(fault: Fault) -> web.Response:
    """Return what an ordered `error` or `rate` looks like here.

    A traffic surge is plain text and has no `Retry-After` unless the fault says so.
    """
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.body is not None:
        kind = "application/json" if fault.body.lstrip().startswith(("{", "[")) else "text/plain"
        return web.Response(status=_status(fault), text=fault.body, content_type=kind, headers=headers)
    if fault.kind == "rate":
        return web.Response(status=429, text="Too Many Requests", headers=headers)
    return web.json_response(
        {"detail": fault.error or "Internal server error"}, status=fault.status, headers=headers
    )


def _status(fault: Fault) -> int:
    return 429 if fault.kind == "rate" else fault.status
