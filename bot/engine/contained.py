"""What work may raise, and how far that gets: to the log."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import BugError, GoneError, RelayError

if TYPE_CHECKING:
    from collections.abc import Iterator

_log: Final = structlog.get_logger(__name__)


@dataclass(slots=True)
class Inside:
    """What became of contained work.

    Attributes:
        is_broken: Whether it raised what nobody expected, or what should never be.
    """

    is_broken: bool = False


@contextmanager
def contained(name: str, ref: str = "") -> Iterator[Inside]:
    """Let nothing out: the record says what is still to be done, and the sweep finds it.

    Args:
        name: Of the step or the chore.
        ref: Of the record, if it is about one.
    """
    inside = Inside()
    try:
        yield inside
    except GoneError:
        _log.info("task.dropped", step=name, ref=ref)
    except RelayError as error:
        inside.is_broken = isinstance(error, BugError)
        _log.warning("task.failed", step=name, ref=ref, reason=str(error))
    except Exception:  # noqa: BLE001 -- the one place where a bug stops a work item and not the worker
        inside.is_broken = True
        _log.exception("task.broken", step=name, ref=ref)
