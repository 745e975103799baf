"""What the tests of spoilt requests share."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from bot import logs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Have the relay log as it does with LOG_LEVEL=debug, and see all of it; afterwards all is as before."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in logs._QUIET}
    logs.configure("debug", "json", ())
    # A logger that is kept from here would write past the tests that come later.
    structlog.configure(cache_logger_on_first_use=False)
    root.handlers = [caplog.handler]
    caplog.handler.setLevel(0)
    yield caplog
    root.handlers, root.level = handlers, level
    for name, quiet in levels.items():
        logging.getLogger(name).setLevel(quiet)
    structlog.reset_defaults()
