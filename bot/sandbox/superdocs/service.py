"""The sandbox's SuperDocs as tests and the sandbox's server hold it."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web

from bot.sandbox.calls import CallLog
from bot.sandbox.faults import Faults
from bot.sandbox.superdocs.account import Account, Scripted
from bot.sandbox.superdocs.behaviour import Behaviour
from bot.sandbox.superdocs.desk import Desk
from bot.sandbox.superdocs.files.operations import FileOperations
from bot.sandbox.superdocs.jobs import Job
from bot.sandbox.superdocs.routes import Operations
from bot.sandbox.superdocs.session import Session
from bot.sandbox.superdocs.work import Worker

Found = TypeVar("Found")


class SuperDocs:
    """One account of a pretend SuperDocs.

    Args:
        clock: Seconds since the epoch; tests move it, and `wake` those who wait.
        behaviour: How it behaves; can be changed at any time.
    """

    def __init__(self, clock: Callable[[], float] = time.time, behaviour: Behaviour | None = None) -> None:
        self._account = Account(clock=clock, behaviour=behaviour or Behaviour())
        self.faults = Faults()
        """What shall go wrong next."""
        self.calls = CallLog(clock)
        """What was asked."""
        desk = Desk(self._account, self.faults, self.calls)
        self._operations = Operations(self._account, Worker(self._account), desk)
        self._files = FileOperations(self._account, desk)

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves, to read and to change."""
        return self._account.behaviour

    @property
    def script(self) -> list[Scripted]:
        """Rounds that the AI proposes before it has ideas of its own: append lists of changes.

        Each job, and each revision after feedback, takes the first one.
        """
        return self._account.script

    @property
    def jobs(self) -> dict[str, Job]:
        """The jobs that are kept, by id, oldest first."""
        return self._account.jobs

    @property
    def sessions(self) -> dict[str, Session]:
        """The sessions and their documents, by id."""
        return self._account.sessions

    @property
    def approvals(self) -> list[dict[str, Any]]:
        """The bodies of all approvals received, oldest first, right or wrong."""
        return self._account.approvals

    @property
    def latest(self) -> Job:
        """The job that was started last."""
        return next(reversed(self.jobs.values()))

    def app_routes(self) -> list[web.RouteDef]:
        """Return the routes, beginning `/v1/`, to mount wherever the API shall stand."""
        return [*self._operations.routes(), *self._files.routes()]

    async def until(self, look: Callable[[], Found | None], *, within_s: float = 10) -> Found:
        """Wait until something holds of the jobs, and return what `look` gave.

        Raises:
            TimeoutError: It did not come to hold; the text says how the jobs stand.
        """
        try:
            return await self._account.bell.until(look, within_s=within_s)
        except TimeoutError:
            stand = ", ".join(f"{job.job_id} {job.status}" for job in self.jobs.values()) or "none"
            raise TimeoutError(f"waited {within_s} s in vain; jobs: {stand}") from None

    def wake(self) -> None:
        """Clean up what is over and let everybody look again: for tests that moved the clock."""
        self._account.sweep()
        self._account.bell.ring()

    async def close(self) -> None:
        """End all streams and all work. Call it before the server waits for its handlers."""
        self._account.is_closing = True
        self._account.bell.ring()
        tasks = [job.work for job in self.jobs.values() if job.work is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
