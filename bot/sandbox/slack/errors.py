"""What this Slack refuses, in Slack's words."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """A refusal: `ok: false` with one of Slack's error codes.

    Args:
        code: Slack's own word for it, for example `channel_not_found`.
        details: What the answer carries beside the code, for example `needed` and `provided`.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def answer(self) -> dict[str, Any]:
        """Give the body that Slack answers with."""
        return {"ok": False, "error": self.code, **self.details}


class RateLimitedError(SlackError):
    """Too many calls: HTTP 429 with `Retry-After`.

    Args:
        retry_after_s: Whole seconds until a call may be tried again.
    """

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("ratelimited")
        self.retry_after_s = retry_after_s


class ImpossibleActError(Exception):
    """A person cannot do this: the button, dialog or message is not there, or takes no such value."""
