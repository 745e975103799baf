"""The `Callbacks` port: remembers what programs were told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.fakes.failing import Failing

if TYPE_CHECKING:
    from datetime import datetime


class FakeCallbacks(Failing):
    """Every address may be called, and every program takes what it is told, unless a test says otherwise."""

    async def check(self, url: str) -> None:
        self.note("check", url)

    async def deliver(self, url: str, message_id: str, at: datetime, payload: bytes) -> None:
        self.note("deliver", url, message_id, at, payload)

    def told(self) -> list[dict[str, Any]]:
        """Return what was said, in order."""
        return [json.loads(payload) for *_, payload in self.called("deliver")]
