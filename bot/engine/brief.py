"""What Docket says of a store that is away: a line, not a page for each second of it."""

from __future__ import annotations

import logging
from typing import Final

from docket import worker as _docket_worker
from redis.exceptions import RedisError

_TELLS: Final = logging.getLogger(_docket_worker.__name__)


def be_brief() -> None:
    """Have Docket name what the store did, and leave out where in its own code that was. Saying it twice is as good."""
    _TELLS.addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, RedisError):
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__})", ()
        record.exc_info = None
    return True
