"""What Slack's refusals and the network's failures mean to the relay: one table, applied at the edge.

Sources: the error lists of the methods' pages, for example
https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from __future__ import annotations

import math
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler

from bot.core.errors import (
    BugError,
    GoneError,
    OutcomeUnknownError,
    RefusedError,
    RelayError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from slack_sdk.http_retry.request import HttpRequest
    from slack_sdk.http_retry.response import HttpResponse
    from slack_sdk.http_retry.state import RetryState
    from slack_sdk.web.async_slack_response import AsyncSlackResponse
    from slack_sdk.webhook import WebhookResponse

    from bot.relay.ports import Meter

DEFAULT_RETRY_AFTER_S: Final = 30.0
"""How long to wait when Slack says that there were too many calls, and not for how long."""

SHORTEST_RETRY_AFTER_S: Final = 1.0
LONGEST_RETRY_AFTER_S: Final = 300.0
"""What is obeyed of what Slack says: a round has an hour, and asking again after five minutes tells more than waiting."""

_NOT_INSTALLED: Final = "Slack no longer accepts the relay: install the app again, and give it the new token."
_NO_CHANNEL: Final = "Slack does not know this channel, or the relay may not see it: invite the app to it."
_LATE: Final = "Slack gives a dialog only three seconds to open, and it took longer. Please press again."
_CLOSED: Final = "This dialog is no longer open."
_BUSY: Final = "Slack is not available at the moment."

REFUSALS: Final[Mapping[str, str]] = {
    "account_inactive": _NOT_INSTALLED,
    "invalid_auth": _NOT_INSTALLED,
    "not_authed": _NOT_INSTALLED,
    "token_expired": _NOT_INSTALLED,
    "token_revoked": _NOT_INSTALLED,
    "missing_scope": "The Slack app lacks a permission: install it again from the current manifest.",
    "not_allowed_token_type": "This Slack token is of the wrong kind: the bot's begins xoxb-, the app's xapp-.",
    "access_denied": "Slack does not let the relay do this.",
    "ekm_access_denied": "An administrator has suspended the relay's access in Slack.",
    "restricted_action": "A rule of this workspace keeps the relay from posting here.",
    "posting_to_channel_denied": "A rule of this workspace keeps the relay from posting here.",
    "channel_not_found": _NO_CHANNEL,
    "not_in_channel": "The relay is not a member of this channel: invite the app to it.",
    "is_archived": "This channel is archived.",
    "is_inactive": "This channel is archived.",
    "user_not_found": "Slack does not know this person, or the relay may not see them.",
    "user_not_visible": "Slack does not know this person, or the relay may not see them.",
    "user_not_in_channel": "This person is not in the channel.",
    "edit_window_closed": "A rule of this workspace keeps the relay from editing messages this old.",
    "cant_update_message": "Slack does not let the relay edit this message.",
    "file_not_found": "Slack no longer has this file, or the relay may not see it.",
    "file_deleted": "This file was deleted.",
    "expired_trigger_id": _LATE,
    "trigger_expired": _LATE,
    "trigger_exchanged": _LATE,
    "push_limit_reached": "Too many dialogs are open: close one, and press again.",
}
"""Slack's word for it, and what to tell a person. Repeating the call changes nothing."""

GONE: Final[Mapping[str, str]] = {
    "message_not_found": "This message was deleted.",
    "thread_not_found": "The thread of this edit was deleted.",
    "not_found": _CLOSED,
    "view_not_found": _CLOSED,
}

TRANSIENT: Final = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "hash_conflict",
        "internal_error",
        "org_login_required",
        "ratelimited",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Slack's own trouble; some of these come after the work was done."""

BUGS: Final = frozenset(
    {
        "block_mismatch",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_form_data",
        "invalid_json",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "json_not_object",
        "metadata_too_large",
        "missing_argument",
        "missing_post_type",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
        "unknown_method",
        "view_too_large",
    }
)
"""The call itself was wrong, and so are we."""

DUPLICATES: Final = frozenset({"duplicate_message_not_found", "duplicate_channel_not_found"})
"""A message with this ``client_msg_id`` was sent before: it stands somewhere, or an earlier call is under way."""

TRANSPORT: Final = (aiohttp.ClientError, OSError, TimeoutError)
"""What the network raises."""

_UNREADABLE: Final = (ValueError, AttributeError)
"""slack_sdk raises these when a proxy answers 200 with something other than a JSON object."""


async def ask(call: Awaitable[AsyncSlackResponse], *, posts: bool = False) -> dict[str, Any]:
    """Wait for a call's answer, in our errors instead of the library's.

    Args:
        call: One call of the Web API.
        posts: Whether doing it twice would show: then a lost answer is an unknown outcome.

    Raises:
        RelayError: As the tables in this module say.
    """
    try:
        answer = await call
    except (SlackClientError, *TRANSPORT, *_UNREADABLE) as error:
        raise translated(error, posts=posts) from error
    data = answer.data
    if not isinstance(data, dict):
        raise _lost(posts=posts)
    return data


def translated(error: Exception, *, posts: bool = False) -> RelayError:
    """Give our error for one of Slack's or of the network's."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return TransientError("Slack cannot be reached.")
    if not isinstance(error, SlackApiError):
        return _lost(posts=posts)
    status, code, retry_after = _answer(error)
    if status == _TOO_MANY or code in {"ratelimited", "rate_limited"}:
        return _put_off(retry_after)
    if not code or code in TRANSIENT:
        return _lost(posts=posts)
    return _refused(code)


def check_answered(answer: WebhookResponse) -> None:
    """Make sure that Slack took the answer to a press.

    Raises:
        TransientError: It did not.
    """
    if answer.status_code == _TOO_MANY:
        raise _put_off(_retry_after(answer.headers))
    if answer.status_code != HTTPStatus.OK:
        raise TransientError("Slack did not take the answer to a press.")


def _put_off(retry_after: str | None) -> TransientError:
    return TransientError("Slack wants fewer calls at the moment.", retry_after_s=_seconds(retry_after))


def _refused(code: str) -> RelayError:
    """Give the error for a clear no."""
    if code in DUPLICATES:
        return OutcomeUnknownError("Slack has had this message before.")
    if code in GONE:
        return GoneError(GONE[code], code=code)
    if code in BUGS:
        return BugError(f"The relay sent Slack something that it does not take: {code}.")
    return RefusedError(REFUSALS.get(code, f"Slack does not let the relay do this: {code}."), code=code)


_TOO_MANY: Final = HTTPStatus.TOO_MANY_REQUESTS


def _lost(*, posts: bool) -> RelayError:
    """Give the error for an answer that never came, or that says nothing about what was done."""
    return OutcomeUnknownError(_BUSY) if posts else TransientError(_BUSY)


def _answer(error: SlackApiError) -> tuple[int, str, str | None]:
    """Read status, error code and Retry-After of a failed call; the body need not be Slack's."""
    response = error.response
    data = getattr(response, "data", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    headers = getattr(response, "headers", None) or {}
    code = data.get("error") if isinstance(data, dict) else None
    return int(status), code if isinstance(code, str) else "", _retry_after(headers)


def _retry_after(headers: Mapping[str, str]) -> str | None:
    return next((value for name, value in headers.items() if name.lower() == "retry-after"), None)


def _seconds(retry_after: str | None) -> float:
    """Read how long Slack wants us to wait; what is no number of seconds says nothing."""
    try:
        wanted = float(retry_after or DEFAULT_RETRY_AFTER_S)
    except ValueError:
        return DEFAULT_RETRY_AFTER_S
    if math.isnan(wanted):
        return DEFAULT_RETRY_AFTER_S
    return min(max(SHORTEST_RETRY_AFTER_S, wanted), LONGEST_RETRY_AFTER_S)


class HeldUp(AsyncRetryHandler):
    """Tells the meter of every call that Slack puts off (429), whoever made it. It never has one repeated.

    slack_sdk shows each answer to the client's retry handlers: the one place that sees them all.
    """

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 -- slack_sdk's signature
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Count, and say no."""
        if _status(response, error) == _TOO_MANY:
            method = request.url.rpartition("/")[2]
            self._meter.held_up(method if _METHOD.fullmatch(method) else "other")
        return False


_METHOD: Final = re.compile(r"[a-z]+(\.[a-zA-Z]+){1,3}")
"""What a method of Slack's is called; nothing else becomes a label."""


def _status(response: HttpResponse | None, error: Exception | None) -> int:
    """Return an answer's status; one whose body is no JSON comes as an error, without the answer."""
    if response is not None:
        return 0 if error else response.status_code
    return _answer(error)[0] if isinstance(error, SlackApiError) else 0
