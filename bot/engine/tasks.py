"""The tasks: one line each, from a name to a step of the relay, or to what is done by itself.

Names are permanent: an older worker drops the step that it does not know, and takes turns by the name of a chore.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.engine.due import sweep
from bot.relay.asking.begin import start
from bot.relay.asking.resume import resume
from bot.relay.asking.stop import stop
from bot.relay.deciding.catch_up import catch_up
from bot.relay.deciding.submit import submit
from bot.relay.reminding.digest import digest, digests
from bot.relay.reminding.remind import remind
from bot.relay.reminding.seal import seal
from bot.relay.returning.callback import deliver
from bot.relay.returning.publish import publish
from bot.relay.showing.announce import refresh
from bot.relay.showing.home import homes
from bot.relay.watching.survey import survey
from bot.relay.watching.watch import watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.relay.world import World

Step = Callable[["World", str], Awaitable[None]]
"""Does one thing for one job."""

STEPS: Final[Mapping[str, Step]] = {
    "start": start,
    "watch": watch,
    "submit": submit,
    "remind": remind,
    "resume": resume,
    "stop": stop,
    "refresh": refresh,
    "publish": publish,
    "deliver": deliver,
    "digest": digest,
}
"""Every step that is queued for one record: a job, or a digest."""

Chore = Callable[["World"], Awaitable[None]]
"""Does one thing for all jobs."""

CHORES: Final[Mapping[str, tuple[Chore, timedelta]]] = {
    "sweep": (sweep, timedelta(seconds=1)),
    "digests": (digests, timedelta(seconds=10)),
    # Until an entry is sealed, nothing would show that it was taken out.
    "seal": (seal, timedelta(seconds=5)),
    # What was decided elsewhere is to show within a minute, so less than that.
    "survey": (survey, timedelta(seconds=50)),
    # Who looks at their Home sees within seconds what happened elsewhere.
    "homes": (homes, timedelta(seconds=3)),
    # Slack gives up delivering a reply after a few tries, and a connection that died swallows it.
    "catch_up": (catch_up, timedelta(seconds=60)),
}
"""What is done by itself, by one worker of the fleet at a time, and how often."""
