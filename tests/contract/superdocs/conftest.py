"""SuperDocs' edge over the wire: the sandbox's SuperDocs on the loopback, and the real client in between."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from bot.core.model import Mode
from bot.core.sighting import Hint
from bot.core.submitting import Answer
from bot.sandbox.superdocs import SuperDocs as Sandbox
from bot.superdocs import SuperDocs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.core.proposal import Proposal
    from bot.core.sighting import Glimpse, Sighting

KEY = "sk_sandbox"
DOCUMENT = "<h1>Supply agreement</h1><p>Payment is due within 30 days.</p><p>Notice takes 30 days.</p>"


class Bench:
    """A sandbox that listens, and the client that talks to it."""

    docs: SuperDocs

    def __init__(self, runner: web.AppRunner) -> None:
        self.now = 1_756_717_200.0
        self.sandbox = Sandbox(clock=lambda: self.now)
        self.sandbox.behaviour.change({"work_s": 0, "api_key": KEY})
        self._runner = runner

    @property
    def connections(self) -> int:
        """How many connections the sandbox serves."""
        server = self._runner.server
        return len(server.connections) if server else 0

    async def start(self, *rounds: list[dict[str, Any]], session_id: str = "s-1") -> str:
        """Start a job that proposes these rounds."""
        self.sandbox.script.extend(list(changes) for changes in rounds)
        return await self.docs.start(session_id, "Lengthen the notice.", Mode.REVIEW, DOCUMENT)

    async def paused(self, job_id: str) -> Sighting:
        """Wait for the job's pause, and read it."""
        await self.stands(job_id, "awaiting_approval")
        return await self.docs.read(job_id)

    async def stands(self, job_id: str, status: str) -> None:
        """Wait until a job stands so."""
        await self.sandbox.until(lambda: self.sandbox.jobs[job_id].status == status or None)

    async def glimpses(
        self, job_id: str, last_sequence: int = 0, *, until: Hint = Hint.ENDED
    ) -> list[Glimpse]:
        """Follow a job up to a hint, or to the end."""
        seen: list[Glimpse] = []
        async with aclosing(self.docs.follow("s-1", job_id, last_sequence)) as glimpses:
            async for glimpse in glimpses:
                seen.append(glimpse)
                if glimpse.hint is until:
                    break
        return seen

    async def approve(self, job_id: str, proposals: tuple[Proposal, ...]) -> bool:
        """Approve all of a round."""
        return await self.docs.submit(
            "s-1", job_id, [Answer(p.change_id, is_approved=True) for p in proposals]
        )


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A sandbox without patience, and a client of it."""
    root, api = web.Application(), web.Application()
    runner = web.AppRunner(root)
    made = Bench(runner)
    api.add_routes(made.sandbox.app_routes())
    root.add_subapp("/superdocs", api)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.docs = SuperDocs(f"{site.name}/superdocs", KEY)
    yield made
    await made.docs.close()
    await made.sandbox.close()
    await runner.cleanup()
