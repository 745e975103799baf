"""The record of what was asked of the sandbox."""

import asyncio

import pytest

from bot.sandbox.calls import CallLog


def a_log() -> CallLog:
    """Make a log whose clock stands at 1000."""
    return CallLog(clock=lambda: 1000.0)


def test_calls_are_numbered_and_dated_in_order() -> None:
    """A call keeps its place, its arguments and the time by the sandbox's clock."""
    log = a_log()
    log.record("approve", path="/v1/chat/s/approve", arguments={"job_id": "j"}, status=200)
    call = log.record("get_job", path="/v1/jobs/j", arguments={}, status=404)
    assert (call.number, call.name, call.status, call.at) == (2, "get_job", 404, 1000.0)
    assert [call.name for call in log] == ["approve", "get_job"]
    assert log.named("approve")[0].arguments == {"job_id": "j"}
    assert len(log) == 2


async def test_a_call_that_came_before_the_wait_counts() -> None:
    """A test may look for a call after it has happened."""
    log = a_log()
    log.record("approve", path="/", arguments={}, status=200)
    assert (await log.wait_for("approve", within_s=0.01)).number == 1


async def test_the_wait_ends_at_the_counted_matching_call() -> None:
    """Only calls of that name for which the condition holds are counted."""
    log = a_log()
    waiting = asyncio.create_task(
        log.wait_for("chat.update", count=2, where=lambda call: call.arguments["ts"] == "1")
    )
    for name, ts in [
        ("chat.update", "1"),
        ("chat.update", "2"),
        ("reactions.add", "1"),
        ("chat.update", "1"),
    ]:
        await asyncio.sleep(0)
        log.record(name, path="/", arguments={"ts": ts}, status=200)
    assert (await waiting).number == 4


async def test_a_wait_in_vain_says_what_was_called_instead() -> None:
    """The error of a failed test names what happened, so that nobody has to debug to see it."""
    log = a_log()
    log.record("get_job", path="/", arguments={}, status=404)
    with pytest.raises(TimeoutError, match="call 1 of approve, saw 0; recorded: 1 get_job 404"):
        await log.wait_for("approve", within_s=0.01)


async def test_a_wait_on_an_empty_log_says_that_nothing_was_called() -> None:
    """Silence is reported as silence."""
    with pytest.raises(TimeoutError, match="recorded: nothing"):
        await a_log().wait_for("approve", within_s=0.01)
