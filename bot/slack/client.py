"""Slack's Web API for all workers together: a method that Slack wants left alone is called by nobody until then.

Source: https://docs.slack.dev/apis/web-api/rate-limits (per method, app and workspace)
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import TransientError
from bot.slack.errors import translated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_slack_response import AsyncSlackResponse

ANSWERS: Final = "response_url"
"""Names the answers to presses at their own addresses, which are no method."""

_CONNECT: Final = "apps.connections.open"
"""The socket's own method: slack_sdk waits by itself for as long as Slack says, and asks again."""


class Holds(Protocol):
    """What Slack wants left alone, known to all workers."""

    async def free(self, method: str) -> None:
        """Let a call be made.

        Raises:
            TransientError: Its method is held; `retry_after_s` says for how long.
        """

    async def hold(self, method: str, seconds: float) -> None:
        """Let nobody call a method for a while: Slack said so."""


@asynccontextmanager
async def heeding(holds: Holds, method: str) -> AsyncIterator[None]:
    """Make a call inside, unless its method is held; what Slack puts off holds the method for every worker.

    Nobody waits here: whoever presses has three seconds, and other methods are free.

    Raises:
        TransientError: The method is held, or the store does not say.
    """
    await holds.free(method)
    try:
        yield
    except (SlackApiError, TransientError) as error:
        wait_s = _asked_s(error)
        if wait_s is not None:
            await holds.hold(method, wait_s)
        raise


class HeedingClient(AsyncWebClient):
    """Slack's client, which heeds what any worker was told.

    Args:
        token: The bot's.
        holds: What is held.
        rest: See `AsyncWebClient`.
    """

    def __init__(self, token: str, holds: Holds, **rest: Any) -> None:
        super().__init__(token, **rest)
        self._holds = holds

    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        """Make a call, as every method of the client does.

        Raises:
            TransientError: The method is held; nothing was sent.
        """
        if api_method == _CONNECT:
            return await super().api_call(api_method, **request)
        async with heeding(self._holds, api_method):
            return await super().api_call(api_method, **request)


def _asked_s(error: SlackApiError | TransientError) -> float | None:
    """Return for how many seconds Slack wants to be left alone, if that is what it says."""
    ours = error if isinstance(error, TransientError) else translated(error)
    return ours.retry_after_s if isinstance(ours, TransientError) else None
