"""What a bug of ours leaves in the log when a route breaks: its kind and its place, and nothing of the request."""

from __future__ import annotations

from typing import Final

import structlog

_log: Final = structlog.get_logger(__name__)


def note(error: BaseException | None) -> None:
    """Log what broke. An exception's text may quote the request, so only its kind and its place are told.

    Args:
        error: None when an answer took too long.
    """
    kind = type(error).__name__ if error else "TimeoutError"
    _log.error("request.broken", kind=kind, at=_place(error))


def _place(error: BaseException | None) -> str:
    """Return the file and line where something broke, or ""."""
    trace = error.__traceback__ if error else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
