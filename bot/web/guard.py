"""What stands before Slack's requests: nothing of one is parsed, kept or logged before it is known to be genuine.

The headers are examined first (`Guard.examine`), so that most forgeries are refused before their body is read;
then the raw bytes of the body are verified (`Guard.verify`). Nothing here raises, whatever the bytes.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST: Final = 1024 * 1024
"""Bytes of a body. Slack's largest, a dialog that comes back with everything typed into it, stay far below."""

WINDOW_S: Final = 300
"""Seconds that a request's timestamp may differ from our clock, in both directions."""

_TIMESTAMP: Final = "x-slack-request-timestamp"
_SIGNATURE: Final = "x-slack-signature"
_LENGTH: Final = "content-length"

_SECONDS: Final = re.compile(r"[0-9]{1,11}")
_SEAL: Final = re.compile(r"v0=[0-9a-f]{64}")
_BYTES: Final = re.compile(r"[0-9]{1,18}")


class Reason(StrEnum):
    """Why a request is refused; the only word about it that is ever counted or logged."""

    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    STALE = "stale"
    FORGED = "forged"
    BROKEN = "broken"
    SLOW = "slow"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Claim:
    """What well-formed headers claim; true only once the body is verified.

    Attributes:
        timestamp: Seconds since the epoch, as Slack wrote them: they are signed as text.
        signature: ``v0=`` and the HMAC in hex.
    """

    timestamp: str
    signature: str


class Guard:
    """Tells Slack's requests from everybody else's.

    Args:
        secret: The app's signing secret; must not be empty, since anybody can sign with nothing.
    """

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("A guard needs a signing secret.")
        self._key = secret.encode()

    def examine(self, headers: Iterable[tuple[str, str]], now: float) -> Claim | Reason:
        """Judge a request by its headers alone.

        Args:
            headers: Name and value of each as it came, doubled ones twice.
            now: Seconds since the epoch.
        """
        given = _grouped(headers)
        length, timestamp, signature = (given.get(name, []) for name in (_LENGTH, _TIMESTAMP, _SIGNATURE))
        if reason := _judged_length(length):
            return reason
        if not (_is_one(timestamp, _SECONDS) and _is_one(signature, _SEAL)):
            return Reason.MALFORMED
        if abs(now - int(timestamp[0])) > WINDOW_S:
            return Reason.STALE
        return Claim(timestamp[0], signature[0])

    def verify(self, claim: Claim, body: bytes) -> Reason | None:
        """Judge a body by what its headers claim; None for a genuine one."""
        if len(body) > LARGEST:
            return Reason.TOO_LARGE
        signed = hmac.new(self._key, f"v0:{claim.timestamp}:".encode(), hashlib.sha256)
        signed.update(body)
        is_genuine = hmac.compare_digest(f"v0={signed.hexdigest()}", claim.signature)
        return None if is_genuine else Reason.FORGED


def _grouped(headers: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Gather the values of the headers that count; names know no case."""
    given: dict[str, list[str]] = {}
    for name, value in headers:
        given.setdefault(name.lower(), []).append(value)
    return given


def _judged_length(declared: list[str]) -> Reason | None:
    """Judge the length that a request declares; one that comes in chunks declares none."""
    if not declared:
        return None
    if not _is_one(declared, _BYTES):
        return Reason.MALFORMED
    return Reason.TOO_LARGE if int(declared[0]) > LARGEST else None


def _is_one(values: list[str], shape: re.Pattern[str]) -> bool:
    return len(values) == 1 and shape.fullmatch(values[0]) is not None
