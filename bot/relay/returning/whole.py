"""Show in a job's thread what an edit changed that nobody was asked about: the redline of the whole document.

Before: `publish.py`, after the document itself. After: people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.proposal import Content
from bot.core.words.whole import CHANGES, WHOLE, Whole, is_untold, whole
from bot.relay.aside import aside
from bot.relay.showing.filing import Paper, file, is_filed, stand
from bot.relay.watching.texts import before

if TYPE_CHECKING:
    from bot.core.model import Job, MessageRef
    from bot.relay.ports import Check, Place
    from bot.relay.showing.posting import Pass


async def show_whole(one: Pass, job: Job, html: str) -> Job:
    """Post the redline as a message, and as a page beside it; return the record that says where they stand.

    Whatever comes again finds what stands there already, and compares nothing when all of it does.

    Args:
        one: The pass that does it.
        job: A job that has completed.
        html: The document after it.

    Raises:
        TransientError: Not now.
        OutcomeUnknownError: It may stand there.
        RefusedError: Slack does not take it.
    """
    if not is_untold(job) or (is_filed(job, WHOLE) and is_filed(job, CHANGES)):
        return job
    earlier = await before(one.world, job)
    told = await aside([Content(earlier, html)], lambda: whole(job, earlier, html))
    if told is None:
        return job
    job = await _say(one, job, told)
    if not told.page:
        return job
    return await file(one, job, Paper(CHANGES, told.name, told.page, told.sentence))


async def _say(one: Pass, job: Job, told: Whole) -> Job:
    async def put(place: Place, check: Check) -> MessageRef:
        return await one.world.notifier.post(place, told.summary, check)

    return await stand(one, job, WHOLE, put)
