"""Why a store could not be asked: the errors of redis-py and Docket, and what to do about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import (
    AuthenticationError,
    ConnectionError,  # noqa: A004 -- redis-py's
    NoPermissionError,
    RedisError,
    ResponseError,
)

from bot.doctor.finding import fault

if TYPE_CHECKING:
    from bot.doctor.finding import Finding

_FORM: Final = (
    "Set REDIS_URL as redis://USER:PASSWORD@HOST:PORT/0 (rediss:// with TLS), "
    "whatever is no letter or digit in the password percent-encoded."
)
_GRANT: Final = (
    "Grant the user of REDIS_URL what the relay does: "
    "ACL SETUSER NAME ~superdocs-relay* &superdocs-relay* +@all -@dangerous +info."
)
_AUTHORITY: Final = "Name who signed it at the end of REDIS_URL: ?ssl_ca_certs=/path/to/ca.pem."
_SENTINELS: Final = (
    "Set REDIS_URL as redis+sentinel://HOST:26379,HOST:26379/NAME, with the name that the sentinels watch."
)
NEWER: Final = "Run Valkey, or Redis 6.2 or newer."
_START: Final = (
    "Start that server, or correct REDIS_URL; without REDIS_URL the relay brings a server of its own."
)


def unanswered(name: str, error: Exception, where: str) -> Finding:
    """Say why a server could not be asked.

    Args:
        name: The setting that names it.
        error: What was raised; its text may quote the address, so it is said only where it is the server's own.
        where: The server, as it may be shown.
    """
    refusal = _within(error)
    found, cure = _reason(refusal, str(refusal))
    return fault(name, f"{where}: {found}", cure)


def _within(error: Exception) -> Exception:
    """Return the refusal itself: what a server says no to while it is greeted, redis-py calls a broken connection."""
    cause = error.__cause__ or error.__context__
    return cause if type(error) is ConnectionError and isinstance(cause, RedisError) else error


def _reason(error: Exception, text: str) -> tuple[str, str]:
    if isinstance(error, AuthenticationError):
        return "the server wants another password, or another user", _FORM
    if isinstance(error, MasterNotFoundError):
        return "no sentinel answers that knows the primary", _SENTINELS
    if "CERTIFICATE" in text.upper():
        return "the server's certificate is not trusted", _AUTHORITY
    if isinstance(error, NoPermissionError):
        return "the user may not ask the server how it is", _GRANT
    return _other_reason(error, text)


def _other_reason(error: Exception, text: str) -> tuple[str, str]:
    if "unknown command" in text:
        return "the server does not know what it is asked", NEWER
    if isinstance(error, ResponseError):
        # After the first comma a server may quote what it was sent, and that may be the password.
        return f"the server refuses: {text.partition(',')[0]}", _FORM
    if type(error) is ValueError:
        return "this address cannot be read", _FORM
    return f"no Redis answers there ({type(error).__name__})", _START
