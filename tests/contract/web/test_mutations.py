"""Five thousand spoilt requests at the real server, with the real Bolt behind it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING

import pytest
import structlog

from bot import logs
from tests.contract.web.assault import Assault, knock
from tests.contract.web.mutations import CANARY, REFUSED, genuine, mutations
from tests.unit.web.wire import request

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 5000
AT_ONCE = 24
"""Connections at a time: some wait until the server gives them up."""


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


async def test_no_spoilt_request_is_a_server_error_or_leaves_a_word_in_the_log(
    logged: pytest.LogCaptureFixture,
) -> None:
    """Nor does one that is not signed reach Bolt; genuine ones still pass when all is over."""
    random = Random(20_260_923)  # noqa: S311 -- seeded on purpose
    assault = Assault()
    statuses: dict[str, Counter[int]] = defaultdict(Counter)
    at = int(time.time())
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(kind: str, raw: bytes) -> None:
        async with turn:
            statuses[kind][(await knock(server, raw)).status] += 1

    async with assault.standing() as server:
        await asyncio.gather(*(one(kind, raw) for kind, raw in mutations(random, COUNT, at)))
        real = genuine(random, at)
        assert (await knock(server, request(real.body, real.headers()))).status == 200

    assert sum(found.total() for found in statuses.values()) == COUNT
    failed = {kind: found for kind, found in statuses.items() if max(found) >= 500}
    assert failed == {}
    for kind in REFUSED:
        assert set(statuses[kind]) <= {400, 401, 413}, (kind, statuses[kind])
    assert "request.refused" in logged.text
    assert CANARY not in logged.text
    assert 0 < assault.dispatched < COUNT / 2
