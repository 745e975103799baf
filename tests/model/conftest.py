"""Where crowds and outages take place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.model.stage import Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.embedded import Embedded


@pytest.fixture
async def stage(server: Embedded) -> AsyncIterator[Stage]:
    """Give an empty store with the relay around it."""
    stage = Stage(str(server.socket))
    await stage.redis.flushall()
    yield stage
    await stage.close()
