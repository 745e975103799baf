"""Every way in which SuperDocs says no, or says nothing, as one error tree with sentences for people.

Two pure functions: `decipher` for an answer that is not a success (`told.py` reads its body), `translate` for a
call without an answer.
No sentence holds a key, an address with a query, or text of a document: what SuperDocs writes is quoted only
when it is short and holds no markup.

Sources: https://docs.superdocs.app/errors/error-codes and https://docs.superdocs.app/errors/rate-limits ,
and what builders saw where those are silent (``session_busy``, "Job is not awaiting approval").
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import httpx

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.superdocs.decoding import parse_count
from bot.superdocs.told import parse_refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.superdocs.told import Told


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
    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported"
    WRONG_ENDPOINT = "wrong_endpoint"


_SHORT_WAIT_S: Final = 3600
"""A `Retry-After` up to this is about traffic: a month's quota does not come back within the hour."""

_LONGEST_WAIT_S: Final = 40 * 24 * 3600
"""A wait beyond a month is no date that anybody should be told."""

_YEARS: Final = range(2000, 3000)

_MB: Final = 1024 * 1024
_TEXT_MB: Final = 20
_FILE_MB: Final = 32
"""What the gateway was seen to take: https://docs.superdocs.app/errors/error-codes names no number."""

_USED_UP: Final = re.compile(r"(?i)\bquota|\bmonthly|\boperations?\b|\bpayment")
_NOT_AWAITING: Final = re.compile(r"(?i)not awaiting")
_ABOUT_A_FILE: Final = frozenset({400, 415, 422})
_UNSUPPORTED: Final = re.compile(r"(?i)\bunsupported|not supported|\bfile[ _](?:type|format)|\bextension")
_UNREADABLE: Final = re.compile(
    r"(?i)corrupt|damaged|\bencrypted|password|not a valid|"
    r"\b(?:cannot|could not|unable to|failed to) (?:be )?(?:read|parse|open|extract|process|convert)"
)
_BUSY: Final = re.compile(r"(?i)session_?\s?busy|\bactive job|being processed")

_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Without a connection nothing can have happened at the other end."""


def decipher(status: int, headers: Mapping[str, str], body: bytes, *, is_write: bool) -> RelayError:
    """Return the error that an answer other than a success means.

    Args:
        status: HTTP status.
        headers: Looked up by names in lower case.
        body: The beginning of the body suffices.
        is_write: Whether the call may have changed something: then a broken server leaves that unknown.
    """
    told = parse_refusal(body)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return _too_many(headers, told)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
        return _broken(status, headers, is_write=is_write)
    if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
        if _is_page(body):
            return TransientError(f"Something in front of SuperDocs answered in its place ({status}).")
        return GoneError(f"SuperDocs does not know what was asked for{told.quote}.", code=Code.GONE)
    return _refused(status, headers, told)


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


def _too_many(headers: Mapping[str, str], told: Told) -> RelayError:
    """Tell the month's end of operations from a surge of traffic, which share a status.

    The quota comes as JSON with ``X-Usage-*`` headers; a surge as plain text, mostly without ``Retry-After``.
    Source: https://docs.superdocs.app/errors/rate-limits
    """
    retry_after_s = _retry_after_s(headers)
    if _is_quota(headers, told, retry_after_s):
        return _used_up(headers, told)
    return TransientError("SuperDocs has too much to do and asks to wait.", retry_after_s=retry_after_s)


def _is_quota(headers: Mapping[str, str], told: Told, retry_after_s: float | None) -> bool:
    remaining = parse_count(headers.get("x-usage-remaining"))
    if remaining is not None:
        return remaining == 0
    if told.says(_USED_UP):
        return True
    return told.is_json and (retry_after_s is None or retry_after_s > _SHORT_WAIT_S)


def _used_up(headers: Mapping[str, str], told: Told) -> RefusedError:
    """Say that the month's operations are used up: how many of how many, and when to ask again."""
    limit = _count(headers, "x-usage-limit", told.limit)
    used = _count(headers, "x-usage-used", told.used)
    numbers = f": {used:,} of {limit:,}" if used and limit else f" (all {limit:,})" if limit else ""
    sentence = f"The month's operations at SuperDocs are used up{numbers}.{_asked_again(headers)}"
    return RefusedError(sentence, code=Code.QUOTA_EXHAUSTED)


def _count(headers: Mapping[str, str], name: str, otherwise: int | None) -> int | None:
    counted = parse_count(headers.get(name))
    return otherwise if counted is None else counted


def _asked_again(headers: Mapping[str, str]) -> str:
    """Say from when on SuperDocs wants to be asked again, by its own clock; "" when it does not say."""
    wait_s, now = _retry_after_s(headers), _date(headers.get("date", ""))
    if wait_s is None or now is None or not _SHORT_WAIT_S < wait_s < _LONGEST_WAIT_S:
        return ""
    moment = (now + timedelta(seconds=wait_s)).astimezone(UTC)
    return f" It may be asked again from {moment.day} {moment:%B %Y, %H:%M} UTC on."


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read `Retry-After`, in seconds or as a date beside the answer's own; None for anything else."""
    told = headers.get("retry-after", "").strip()
    seconds = parse_count(told)
    if seconds is not None:
        return float(seconds)
    until, now = _date(told), _date(headers.get("date", ""))
    if until is None or now is None:
        return None
    return max((until - now).total_seconds(), 0.0)


def _date(told: str) -> datetime | None:
    """Read a date as HTTP writes it; None for anything else, and for one that no clock shows."""
    try:
        known = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    return known.replace(tzinfo=known.tzinfo or UTC) if known.year in _YEARS else None


def _broken(status: int, headers: Mapping[str, str], *, is_write: bool) -> RelayError:
    """A 504 also means that the AI worked for over 30 minutes; the job tells."""
    reason = f"SuperDocs is in trouble ({status})."
    if is_write:
        return OutcomeUnknownError(f"{reason} What was sent may have taken effect.")
    return TransientError(reason, retry_after_s=_retry_after_s(headers))


def _refused(status: int, headers: Mapping[str, str], told: Told) -> RefusedError:
    if status == httpx.codes.CONFLICT and (told.active_jobs is not None or told.says(_BUSY)):
        return _busy(told)
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return _too_large(told)
    if status == httpx.codes.PAYMENT_REQUIRED or (status == httpx.codes.FORBIDDEN and told.says(_USED_UP)):
        return _used_up(headers, told)
    sentence, code = _meaning(status, told)
    return RefusedError(f"{sentence} ({status}){told.quote}.", code=code)


def _meaning(status: int, told: Told) -> tuple[str, Code]:
    if told.says(_NOT_AWAITING):
        return "The job does not wait for an answer any more", Code.NOT_AWAITING
    if httpx.codes.is_redirect(status):
        return "SUPERDOCS_BASE_URL leads elsewhere: use the address it leads to", Code.BAD_ADDRESS
    if status in _ABOUT_A_FILE and told.says(_UNSUPPORTED):
        return _REFUSALS[415]
    if status in _ABOUT_A_FILE and told.says(_UNREADABLE):
        return "SuperDocs cannot read this file", Code.UNREADABLE
    return _REFUSALS.get(status, ("SuperDocs refused", Code.REFUSED))


_REFUSALS: Final[Mapping[int, tuple[str, Code]]] = {
    401: ("SuperDocs refused the key: check SUPERDOCS_API_KEY", Code.KEY_REFUSED),
    403: ("This key may not do that at SuperDocs", Code.FORBIDDEN),
    # The two ways to answer a pause refuse each other's jobs with 409, with and without a code.
    409: ("The job waits for another kind of answer", Code.WRONG_ENDPOINT),
    415: ("SuperDocs does not take files of this kind", Code.UNSUPPORTED),
    422: ("SuperDocs did not accept what was sent", Code.INVALID),
}


def _too_large(told: Told) -> RefusedError:
    """Name the limit: the one that SuperDocs or the gateway before it says, else those that are known."""
    known = told.quote or f": it takes about {_TEXT_MB} MB of HTML, and files of {_FILE_MB} MB"
    said = f": it takes {_size(told.max_bytes)}" if told.max_bytes else known
    return RefusedError(f"The document is too large for SuperDocs (413){said}.", code=Code.TOO_LARGE)


def _size(count: int) -> str:
    return f"{count / _MB:,.0f} MB" if count >= _MB else f"{count:,} bytes"


def _busy(told: Told) -> RefusedError:
    """One active job per session: https://docs.superdocs.app/concepts/sessions ."""
    count = "another edit" if (told.active_jobs or 1) == 1 else f"{told.active_jobs} other edits"
    sentence = f"The session is busy with {count}. Wait for its end, or stop it."
    return RefusedError(sentence, code=Code.SESSION_BUSY)
