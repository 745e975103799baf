"""The courier: brings events, again if need be, and interactions, once.

Source: https://docs.slack.dev/apis/events-api (retries) and https://docs.slack.dev/interactivity (none)
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.delivery import Ack, Carrier, Kind, Retry, UndeliveredError
from bot.sandbox.slack.events import callback, wanted

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]


class Courier:
    """Brings what happens in the workspace to the app, by whichever carrier is chosen."""

    def __init__(self, workspace: Workspace, carrier: Carrier) -> None:
        self.carrier = carrier
        self._workspace = workspace
        self._tasks: set[asyncio.Task[None]] = set()

    def event(self, event: Json) -> asyncio.Future[bool]:
        """Bring an event if the app wants it, with retries in the background.

        Returns:
            Whether the first attempt was acknowledged, once that is known. An event that the app does not want counts.
        """
        first: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if not wanted(self._workspace, event):
            first.set_result(True)
            return first
        task = asyncio.create_task(self._bring(callback(self._workspace, event), first))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return first

    async def interaction(self, kind: Kind, payload: Json) -> Ack:
        """Bring an interaction, once.

        Raises:
            UndeliveredError: It was not acknowledged in time. The person must be told.
        """
        return await self.carrier.send(kind, payload)

    async def close(self) -> None:
        """Give up everything that is still to be brought."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _bring(self, payload: Json, first: asyncio.Future[bool]) -> None:
        retry: Retry | None = None
        for number, delay_s in enumerate([*self._workspace.settings.retry_delays_s, None], start=1):
            try:
                await self.carrier.send("events_api", payload, retry)
            except UndeliveredError as failure:
                _settle(first, was_taken=False)
                if failure.is_final or delay_s is None:
                    return
                await asyncio.sleep(delay_s)
                retry = Retry(number, failure.reason)
            else:
                _settle(first, was_taken=True)
                return


def _settle(first: asyncio.Future[bool], *, was_taken: bool) -> None:
    if not first.done():
        first.set_result(was_taken)
