"""Five thousand spoilt requests at the real server, with the real Bolt behind it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING

from tests.contract.web.assault import Assault, knock
from tests.contract.web.mutations import CANARY, REFUSED, genuine, mutations
from tests.unit.web.wire import request

if TYPE_CHECKING:
    import pytest

COUNT = 5000
AT_ONCE = 24
"""Connections at a time: some wait until the server gives them up."""


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
