"""Every way in which SuperDocs says no, or says nothing, as one error tree with sentences for people.

Two pure functions: `decipher` for an answer that is not a success, `translate` for a call without an answer.
No sentence holds a key, an address with a query, or text of a document: what SuperDocs writes is quoted only
when it is short and holds no markup.

Sources: https://docs.superdocs.app/errors/error-codes and https://docs.superdocs.app/errors/rate-limits ,
and what builders saw where those are silent (``session_busy``, "Job is not awaiting approval").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import httpx

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.superdocs.decoding import as_object, clean, decoded, parse_count

if TYPE_CHECKING:
    from collections.abc import Mapping


class Code(StrEnum):
    """What a `RefusedError` of this edge is about."""

    BAD_ADDRESS = "bad_address"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    INVALID = "invalid"
    KEY_REFUSED = "key_refused"
    NOT_AWAITING = "not_awaiting"
    NOT_CANCELLABLE = "not_cancellable"
    QUOTA_EXHAUSTED = "quota_exhausted"
    REFUSED = "refused"
    SESSION_BUSY = "session_busy"
    TOO_LARGE = "too_large"
    WRONG_ENDPOINT = "wrong_endpoint"


_QUOTE_LIMIT: Final = 200
"""Characters of SuperDocs' own words that a sentence of ours quotes."""

_SHORT_WAIT_S: Final = 3600
"""A `Retry-After` up to this is about traffic: a month's quota does not come back within the hour."""

_KEY: Final = re.compile(r"\b(?:sk|lce)_\w+")
_USED_UP: Final = re.compile(r"(?i)\bquota|\bmonthly|\boperations?\b|\bpayment")
_NOT_AWAITING: Final = re.compile(r"(?i)not awaiting")
_BUSY: Final = re.compile(r"(?i)session_?\s?busy|\bactive job|being processed")

_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Without a connection nothing can have happened at the other end."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the body of a refusal tells, whichever of its shapes it has.

    Attributes:
        text: In SuperDocs' words, fit to be quoted; "" when there is nothing fit.
        code: SuperDocs' own code; "" without.
        active_jobs: How many jobs keep the session busy; None when not said.
        is_json: Whether SuperDocs itself answered, and not a gateway before it.
    """

    text: str = ""
    code: str = ""
    active_jobs: int | None = None
    is_json: bool = False


def decipher(status: int, headers: Mapping[str, str], body: bytes, *, is_write: bool) -> RelayError:
    """Return the error that an answer other than a success means.

    Args:
        status: HTTP status.
        headers: Looked up by names in lower case.
        body: The beginning of the body suffices.
        is_write: Whether the call may have changed something: then a broken server leaves that unknown.
    """
    told = _told(body)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return _too_many(headers, told)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
        return _broken(status, headers, is_write=is_write)
    if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
        if _is_page(body):
            return TransientError(f"Something in front of SuperDocs answered in its place ({status}).")
        return GoneError(f"SuperDocs does not know what was asked for{_quote(told)}.", code=Code.GONE)
    return _refused(status, told)


def translate(error: Exception, *, is_write: bool) -> RelayError:
    """Return what a call without an answer means.

    Args:
        error: From httpx, or the `TimeoutError` of the whole call.
        is_write: Whether the call may have changed something.
    """
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return RefusedError("SUPERDOCS_BASE_URL is not an http address.", code=Code.BAD_ADDRESS)
    reason = _reason(error)
    if is_write and not isinstance(error, _NEVER_SENT):
        return OutcomeUnknownError(f"{reason} What was sent may have taken effect.")
    return TransientError(reason)


def _is_page(body: bytes) -> bool:
    """Say whether an answer is a web page: then it is a gateway's word and not SuperDocs'."""
    return body.lstrip()[:1] == b"<"


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "SuperDocs did not answer in time."
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "The certificate of SuperDocs' address is not trusted."
    if isinstance(error, _NEVER_SENT):
        return "SuperDocs could not be reached."
    return f"The connection to SuperDocs broke ({type(error).__name__})."


def _too_many(headers: Mapping[str, str], told: _Told) -> RelayError:
    """Tell the month's end of operations from a surge of traffic, which share a status.

    The quota comes as JSON with ``X-Usage-*`` headers; a surge as plain text, mostly without ``Retry-After``.
    Source: https://docs.superdocs.app/errors/rate-limits
    """
    retry_after_s = _retry_after_s(headers)
    if _is_quota(headers, told, retry_after_s):
        return _quota(headers)
    return TransientError("SuperDocs has too much to do and asks to wait.", retry_after_s=retry_after_s)


def _is_quota(headers: Mapping[str, str], told: _Told, retry_after_s: float | None) -> bool:
    remaining = parse_count(headers.get("x-usage-remaining"))
    if remaining is not None:
        return remaining == 0
    if _USED_UP.search(f"{told.code} {told.text}"):
        return True
    return told.is_json and (retry_after_s is None or retry_after_s > _SHORT_WAIT_S)


def _quota(headers: Mapping[str, str]) -> RefusedError:
    limit = parse_count(headers.get("x-usage-limit"))
    of_how_many = f" (all {limit:,})" if limit else ""
    sentence = f"The month's operations at SuperDocs are used up{of_how_many}."
    return RefusedError(sentence, code=Code.QUOTA_EXHAUSTED)


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read `Retry-After`, in seconds or as a date beside the answer's own; None for anything else."""
    told = headers.get("retry-after", "").strip()
    seconds = parse_count(told)
    if seconds is not None:
        return float(seconds)
    try:
        wait = parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(wait.total_seconds(), 0.0)


def _broken(status: int, headers: Mapping[str, str], *, is_write: bool) -> RelayError:
    """A 504 also means that the AI worked for over 30 minutes; the job tells."""
    reason = f"SuperDocs is in trouble ({status})."
    if is_write:
        return OutcomeUnknownError(f"{reason} What was sent may have taken effect.")
    return TransientError(reason, retry_after_s=_retry_after_s(headers))


def _refused(status: int, told: _Told) -> RefusedError:
    sentence, code = _REFUSALS.get(status, ("SuperDocs refused", Code.REFUSED))
    if status == httpx.codes.CONFLICT and (told.active_jobs is not None or _says(told, _BUSY)):
        return _busy(told)
    if _says(told, _NOT_AWAITING):
        sentence, code = "The job does not wait for an answer any more", Code.NOT_AWAITING
    elif code is Code.FORBIDDEN and _says(told, _USED_UP):
        sentence, code = "The month's operations at SuperDocs are used up", Code.QUOTA_EXHAUSTED
    elif httpx.codes.is_redirect(status):
        sentence, code = "SUPERDOCS_BASE_URL leads elsewhere: use the address it leads to", Code.BAD_ADDRESS
    return RefusedError(f"{sentence} ({status}){_quote(told)}.", code=code)


_REFUSALS: Final[Mapping[int, tuple[str, Code]]] = {
    401: ("SuperDocs refused the key: check SUPERDOCS_API_KEY", Code.KEY_REFUSED),
    402: ("The month's operations at SuperDocs are used up", Code.QUOTA_EXHAUSTED),
    403: ("This key may not do that at SuperDocs", Code.FORBIDDEN),
    # The two ways to answer a pause refuse each other's jobs with 409, with and without a code.
    409: ("The job waits for another kind of answer", Code.WRONG_ENDPOINT),
    413: ("The document is too large for SuperDocs", Code.TOO_LARGE),
    422: ("SuperDocs did not accept what was sent", Code.INVALID),
}


def _says(told: _Told, pattern: re.Pattern[str]) -> bool:
    return pattern.search(f"{told.code} {told.text}") is not None


def _busy(told: _Told) -> RefusedError:
    """One active job per session: https://docs.superdocs.app/concepts/sessions ."""
    count = "another edit" if (told.active_jobs or 1) == 1 else f"{told.active_jobs} other edits"
    sentence = f"The session is busy with {count}. Wait for its end, or stop it."
    return RefusedError(sentence, code=Code.SESSION_BUSY)


def _quote(told: _Told) -> str:
    return f": {told.text.rstrip('.')}" if told.text else ""


def _told(body: bytes) -> _Told:
    """Read a refusal's body: ``{"detail": text | object | list}``, the same at the top level, or no JSON."""
    opened = decoded(body.decode("utf-8", "replace"))
    if not isinstance(opened, dict):
        return _Told(is_json=isinstance(opened, list))
    detail = opened.get("detail")
    inner = {**opened, **as_object(detail)}
    return _Told(
        text=_text(detail, inner),
        code=next((inner[key] for key in ("error_code", "code") if isinstance(inner.get(key), str)), ""),
        active_jobs=parse_count(inner.get("active_jobs")),
        is_json=True,
    )


def _text(detail: object, inner: Mapping[str, object]) -> str:
    if isinstance(detail, list):
        return _quotable("; ".join(filter(None, map(_problem, detail))))
    candidates = (detail, inner.get("message"), inner.get("error"))
    return _quotable(next((text for text in candidates if isinstance(text, str)), ""))


def _problem(item: object) -> str:
    """Name one field of a 422 and what is wrong with it, never what it held."""
    problem = as_object(item)
    place = problem.get("loc")
    named = ".".join(str(part) for part in place if part != "body") if isinstance(place, list) else ""
    message = problem.get("msg")
    return f"{named}: {message}" if named and isinstance(message, str) else ""


def _quotable(text: str) -> str:
    """Return SuperDocs' words as part of a sentence of ours; "" for markup, a page or a piece of a document."""
    line = _KEY.sub("(key)", " ".join(clean(text).split()))
    return "" if "<" in line else clean(line, _QUOTE_LIMIT)
