"""The SuperDocs that tests hold."""

from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.superdocs import SuperDocs

Start = Callable[..., Awaitable[str]]


async def test_waiting_gives_what_was_waited_for(start: Start, superdocs: SuperDocs) -> None:
    """A test gets the thing itself, as soon as it is there."""
    await start('replace "30 days" with "60 days"')
    (change,) = await superdocs.until(lambda: superdocs.latest.pending, within_s=5)
    assert change.change_id == "ch_1"


async def test_waiting_in_vain_says_how_the_jobs_stand(start: Start, superdocs: SuperDocs) -> None:
    """The error names each job and its status."""
    job_id = await start("answer only")
    await superdocs.until(lambda: superdocs.latest.finished_at, within_s=5)
    with pytest.raises(TimeoutError, match=f"{job_id} completed"):
        await superdocs.until(lambda: False, within_s=0.01)


async def test_waiting_without_any_job() -> None:
    """Nothing is told as none."""
    with pytest.raises(TimeoutError, match="jobs: none"):
        await SuperDocs().until(lambda: False, within_s=0.01)


async def test_closing_ends_the_work(start: Start, superdocs: SuperDocs) -> None:
    """No task is left behind, however long it wanted to think."""
    superdocs.behaviour.work_s = 60
    await start("answer only")
    await superdocs.close()
    assert superdocs.latest.work is not None
    assert superdocs.latest.work.cancelled()
