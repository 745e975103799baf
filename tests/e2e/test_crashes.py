"""Processes that die at the worst moment: what was acked arrives, once; what was promised still comes."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.faults import Fault
from bot.store import embedded
from tests.e2e.process import beside, launch, running
from tests.e2e.relay import ONE, Story, given

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox.faults import Faults

TAKEN_OVER_S = 45
"""A call whose worker died counts as lost after 15 s; on a busy machine all of it takes longer."""


async def under_way(faults: Faults) -> None:
    """Wait until a call has met the fault that waits for it."""
    async with asyncio.timeout(10):
        while len(faults):  # noqa: ASYNC110 -- faults ring no bell
            await asyncio.sleep(0.01)


@given(UNDO_S="2")
async def test_a_press_that_was_acked_survives_the_worker(sandbox, environment):
    """Killed right after the press, before anything was sent: the next relay sends the approval, once."""
    story = Story(sandbox)
    relay = await launch(environment)
    await story.edit(ONE)
    await story.open_cards(1)
    shown = await story.press("round:1", "approve")
    await relay.kill()
    assert shown.ok
    assert story.superdocs.approvals == []
    async with running(environment):
        assert await story.submitted(within_s=TAKEN_OVER_S) == [(True, "")]
        assert "60 days" in await story.ended()
    assert len(story.superdocs.approvals) == 1


async def with_hands_full(story: Story) -> tuple[Story, Story, Story]:
    """Bring a relay to where it submits one edit, watches the second and posts the card of the third."""
    await story.edit(ONE)
    submitted = await story.one_of(1)
    await submitted.open_cards(1)

    story.superdocs.behaviour.work_s = 30
    await story.edit(ONE)
    watched = await story.one_of(2)
    await story.superdocs.calls.wait_for("stream", where=lambda call: watched.ref in call.path)

    story.superdocs.behaviour.work_s = 0.3
    await story.edit(ONE)
    posted = await story.one_of(3)
    story.slack.faults.add(Fault(name="chat.postMessage", kind="slow", delay_s=3))
    await under_way(story.slack.faults)
    story.superdocs.faults.add(Fault(name="approve", kind="slow", delay_s=3))
    await submitted.press("round:1", "approve")
    await under_way(story.superdocs.faults)
    return submitted, watched, posted


async def test_a_worker_that_dies_with_its_hands_full_is_replaced(sandbox, environment):
    """Killed between a call and its answer, thrice: while it submits, while it watches, and while it posts.

    The next relay reads the job before anything else and submits no more, sees the pause that nobody watched,
    and finds the card that stands there already.
    """
    story = Story(sandbox)
    relay = await launch(environment)
    submitted, watched, posted = await with_hands_full(story)
    await relay.kill()
    assert story.superdocs.approvals == []
    assert watched.messages("round:1") == posted.messages("round:1") == []

    async with running(environment):
        await submitted.shows("round:1", "applied, found in the document", within_s=TAKEN_OVER_S)
        await watched.shows("round:1", "decide by", within_s=TAKEN_OVER_S)
        await posted.shows("job", "1 change to review", within_s=TAKEN_OVER_S)
        assert len(posted.messages("round:1")) == 1
        await posted.press("round:1", "approve")
        assert await story.submitted(2) == [(True, "")]
    assert len(story.superdocs.calls.named("approve")) == 2


@pytest.mark.parametrize("kind", ["lost", "error", "rate"])
async def test_slack_may_fail_at_a_post(story: Story, kind):
    """Posted and unanswered, or not posted at all: in the end each message stands there exactly once."""
    for _ in range(2):
        story.slack.faults.add(Fault(name="chat.postMessage", kind=kind, status=503, retry_after=1))
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    assert await story.submitted() == [(True, "")]
    assert len(story.messages("job")) == len(story.messages("round:1")) == 1


@given(UNDO_S="2")
async def test_two_relays_share_the_work(sandbox, environment):
    """Two workers on one store: each press reaches one of them, and when one dies the other has what it needs."""
    story = Story(sandbox)
    async with running(environment):
        other = await launch(beside(environment))
        await story.edit(ONE)
        await story.open_cards(1)
        await story.press("round:1", "approve")
        await other.kill()
        assert await story.submitted(within_s=TAKEN_OVER_S) == [(True, "")]
        assert "60 days" in await story.ended()
    assert len(story.superdocs.approvals) == 1


@given(UNDO_S="2")
async def test_a_relay_that_is_told_to_stop_ends_in_order(sandbox, environment):
    """SIGTERM: it ends by itself with 0, without a complaint; what was under way is taken up by the next one."""
    story = Story(sandbox)
    relay = await launch(environment)
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    assert await relay.stop() == 0
    assert relay.told("relay.stopping")
    assert '"level": "error"' not in relay.said
    async with running(environment):
        assert await story.submitted(within_s=TAKEN_OVER_S) == [(True, "")]
    assert len(story.superdocs.approvals) == 1


@pytest.fixture
async def homely(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """Give settings of a relay that brings its own server; end that server with the test."""
    without = {name: value for name, value in environment.items() if name != "REDIS_URL"}
    yield {**without, "DATA_DIR": str(tmp_path)}
    await (await embedded.ensure(tmp_path)).stop()


@given(UNDO_S="2")
async def test_the_server_that_comes_along_survives_relay_and_itself(sandbox, homely):
    """The relay's own server outlives it and is found again; killed too, it comes back with all that was acked."""
    story = Story(sandbox)
    relay = await launch(homely)
    server = await relay.tells("store.embedded")
    await story.edit(ONE)
    await story.open_cards(1)
    assert (await story.press("round:1", "approve")).ok
    await relay.kill()

    relay = await launch(homely)
    found = await relay.tells("store.embedded")
    assert (found["found"], found["pid"]) == (True, server["pid"])
    assert await story.submitted(within_s=TAKEN_OVER_S) == [(True, "")]
    await story.edit(ONE)
    again = await story.one_of(2)
    await again.open_cards(1)
    assert (await again.press("round:1", "deny")).ok
    await relay.kill()
    os.kill(server["pid"], signal.SIGKILL)

    async with running(homely) as relay:
        fresh = await relay.tells("store.embedded")
        assert (fresh["found"], fresh["pid"] != server["pid"]) == (False, True)
        assert await story.submitted(2, within_s=TAKEN_OVER_S) == [(False, "")]
    assert len(story.superdocs.approvals) == 2
