"""Why a store could not be asked, in words of ours: what was raised may quote a password."""

from __future__ import annotations

import pytest
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,  # noqa: A004 -- redis-py's
    NoPermissionError,
    ResponseError,
)

from bot.doctor.finding import State
from bot.doctor.refusals import unanswered


@pytest.mark.parametrize(
    ("error", "found", "cure"),
    [
        (AuthenticationError("invalid username-password pair: secret"), "another password", "USER:PASSWORD"),
        (MasterNotFoundError("secret"), "no sentinel answers", "redis+sentinel://"),
        (ConnectionError("[SSL: CERTIFICATE_VERIFY_FAILED] secret"), "certificate is not trusted", "ssl_ca_certs"),
        (NoPermissionError("secret"), "may not ask", "ACL SETUSER"),
        (ResponseError("DB index is out of range"), "refuses: DB index is out of range", "/0"),
        (ResponseError("unknown command `HELLO`, with args: `3` `AUTH` `secret`"), "does not know", "6.2 or newer"),
        (ResponseError("no such thing, with args beginning with `secret`"), "refuses: no such thing", "HOST:PORT"),
        (ValueError("Port could not be cast: secret"), "cannot be read", "HOST:PORT"),
        (BusyLoadingError("Redis is loading"), "no Redis answers", "Start that server"),
        (ConnectionRefusedError(111, "secret"), "(ConnectionRefusedError)", "without REDIS_URL"),
        (UnicodeError("label too long: secret"), "no Redis answers", "correct REDIS_URL"),
    ],
)  # fmt: skip
def test_each_refusal_has_a_reason_and_a_cure(error: Exception, found: str, cure: str):
    """The server is named as it may be shown."""
    finding = unanswered("REDIS_URL", error, "redis://host")
    assert finding.state is State.FAULT
    assert finding.found.startswith("redis://host: ")
    assert found in finding.found
    assert cure in finding.cure
    assert "secret" not in finding.found


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        (
            AuthenticationError("HELLO must be called with the client already authenticated"),
            "another password",
        ),
        (ResponseError("DB index is out of range"), "refuses: DB index"),
        (OSError(111, "refused"), "no Redis answers"),
    ],
)
def test_a_refused_greeting_is_no_broken_connection(cause: Exception, found: str):
    """The library tells it as one; what the server said is behind it."""
    broken = ConnectionError("told by the library")
    broken.__cause__ = cause
    assert found in unanswered("REDIS_URL", broken, "redis://host").found
