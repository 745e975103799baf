"""What work may raise, and how far that gets: to the log."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import GoneError, RelayError

if TYPE_CHECKING:
    from collections.abc import Iterator

_log: Final = structlog.get_logger(__name__)


@contextmanager
def contained(name: str, ref: str = "") -> Iterator[None]:
    """Let nothing out: the record says what is still to be done, and the sweep finds it.

    Args:
        name: Of the step or the chore.
        ref: Of the record, if it is about one.
    """
    try:
        yield
    except GoneError:
        _log.info("task.dropped", step=name, ref=ref)
    except RelayError as error:
        _log.warning("task.failed", step=name, ref=ref, reason=str(error))
    except Exception:  # noqa: BLE001 -- the one place where a bug stops a work item and not the worker
        _log.exception("task.broken", step=name, ref=ref)
