"""Everything that a step may touch, and the one way to change a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.deadline import Timing, due
from bot.core.errors import TransientError
from bot.core.routing import Routes
from bot.core.schedule import Schedule

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.core.permission import Policy
    from bot.relay.ports import (
        Audit,
        Callbacks,
        Digests,
        Directory,
        DocumentService,
        Library,
        Meter,
        Modifier,
        Notifier,
        Queue,
        Store,
    )

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class World:
    """The ports, and what a deployment chose.

    Attributes:
        bot_user_id: The relay's own Slack user id.
        channel: Where changes are reviewed unless somebody says otherwise (channel id).
        routes: By which rules edits are reviewed.
        schedule: When the daily digest is due where no route says otherwise.
        library: The documents that the deployment keeps; None when it keeps none.
        callbacks: Those who may hear of outcomes; None when nobody may.
        adopts: Whether paused jobs that nobody handed over are taken over, too.
    """

    store: Store
    documents: DocumentService
    notifier: Notifier
    directory: Directory
    queue: Queue
    digests: Digests
    audit: Audit
    meter: Meter
    bot_user_id: str
    channel: str
    timing: Timing = Timing()  # noqa: RUF009 -- frozen, so one default serves all
    routes: Routes = Routes()  # noqa: RUF009 -- likewise
    schedule: Schedule = Schedule()  # noqa: RUF009 -- likewise
    adopts: bool = False
    library: Library | None = None
    callbacks: Callbacks | None = None

    def policy_of(self, job: Job) -> Policy:
        """Return what the route of a job demands of those who decide, as things are now."""
        return self.routes.of(job).policy

    def schedule_of(self, channel: str) -> Schedule:
        """Return when the digest of a channel is due: at its own hour, or else at that of the default channel."""
        own = self.routes.schedules
        return own.get(channel) or own.get(self.channel) or self.schedule

    async def change(self, ref: str, modifier: Modifier) -> Job:
        """Change a record, and have done at once what that made due.

        The record is what counts: work that is not queued here, because a crash came between, is found by the
        sweep in the index that the same change wrote.
        """
        changed = await self.store.change(ref, modifier)
        await self.hurry(changed)
        return changed

    async def hurry(self, job: Job) -> None:
        """Queue every step of a job that may be done now; what the queue does not take, the sweep finds."""
        try:
            now = await self.store.now()
            for item in due(job, self.timing):
                if item.at <= now:
                    await self.queue.add(item.step, job.ref, item.key)
        except TransientError as error:
            _log.warning("queue.unreachable", ref=job.ref, reason=str(error))
