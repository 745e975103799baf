"""What happens in Slack while the relay does not listen: it is read back, treated as if it had come live, and once."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.faults import Fault
from tests.e2e.process import launch, running
from tests.e2e.relay import COUNSEL, GUEST, ONE, REVIEWER, THREE, TWO, Story, given, said

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox
    from bot.sandbox.slack.messages import Message

TAKEN = (("white_check_mark", ("U0RELAY",)),)
OPEN_CARD = ("approve", "deny", "deny_with_feedback", "pass_on")
DUE_S = 5


@pytest.fixture(autouse=True)
def _forgetful(sandbox: Sandbox) -> None:
    """Let Slack deliver an event once, and never again: what was not heard then is only to be read back."""
    sandbox.slack.settings.retry_delays_s = ()


async def ticked(story: Story, reply: Message) -> None:
    """Wait until a reply is ticked."""

    def look() -> bool:
        return any(m.ts == reply.ts and m.reactions == TAKEN for m in story.slack.messages(story.channel))

    await story.slack.until(look, within_s=20)


def told(story: Story, user: str) -> list[str]:
    """Return everything that somebody was told privately."""
    return [said(message) for message in story.slack.person(user).ephemerals(story.channel)]


async def test_what_was_said_while_the_relay_was_dead_is_heard(sandbox, environment):
    """Decisions are taken and ticked, refusals and offers are told; and none of it a second time."""
    story = Story(sandbox)
    relay = await launch(environment)
    await story.edit(THREE)
    await story.open_cards(3)
    await relay.kill()
    taken = [
        await story.reply("round:1", "approve 1"),
        await story.reply("job", "deny 2: make it\nfour years", COUNSEL),
    ]
    await story.reply("round:1", "approve 3", GUEST)
    await story.reply("round:1", "I am not sure about the law", COUNSEL)
    edited = await story.reply("round:1", "deny 3")
    await story.slack.person(REVIEWER).edit(story.channel, edited.ts, "approve 3")
    withdrawn = await story.reply("round:1", "approve 3")
    await story.slack.person(REVIEWER).delete(story.channel, withdrawn.ts)
    async with running(environment):
        for reply in taken:
            await ticked(story, reply)
        await story.told(GUEST, "Guests never decide")
        await story.told(COUNSEL, "was not taken as a decision")
        await story.told(REVIEWER, "edited this")
        assert story.superdocs.approvals == []
    async with running(environment):
        assert [len(told(story, user)) for user in (REVIEWER, COUNSEL, GUEST)] == [1, 1, 1]
        await ticked(story, await story.reply("round:1", "approve 3"))
        assert await story.submitted() == [(True, ""), (False, "make it\nfour years"), (True, "")]
    assert len(story.superdocs.approvals) == 1


async def test_what_was_written_before_the_card_decides_nothing_whenever_it_is_read(sandbox, environment):
    """`approve all`, written while SuperDocs still worked and nobody listened: refused, with the reason."""
    story = Story(sandbox)
    story.superdocs.behaviour.work_s = 2
    relay = await launch(environment)
    await story.edit(ONE)
    await story.shows("job", "Starting")
    await story.superdocs.calls.wait_for("stream", within_s=20)
    await relay.kill()
    await story.reply("job", "approve all")
    await story.waits()
    async with running(environment):
        await story.offers("round:1", *OPEN_CARD)
    async with running(environment):
        await story.told(REVIEWER, "before change 1 was shown")
        await story.offers("round:1", *OPEN_CARD)
    assert story.superdocs.approvals == []


@pytest.mark.mode("socket")
@given(APPROVAL_WINDOW_S=str(2 * DUE_S), SUBMIT_MARGIN_S=str(DUE_S))
async def test_a_round_that_is_due_when_the_relay_starts_is_sent_with_what_was_said(sandbox, environment):
    """The threads are read before anything is sent: an approval in time is not overtaken by the deadline."""
    story = Story(sandbox)
    relay = await launch(environment)
    await story.edit(TWO)
    await story.open_cards(2)
    due_at = time.monotonic() + DUE_S
    await relay.kill()
    await story.reply("round:1", "approve 2")
    await asyncio.sleep(max(0, due_at - time.monotonic()))  # Nothing is to happen until then.
    async with running(environment):
        assert await story.submitted() == [(False, ""), (True, "")]


@pytest.mark.mode("socket")
async def test_what_a_connection_swallowed_is_heard_when_the_next_one_stands(sandbox, environment):
    """A reply that Slack sent and nobody got: taken when the connection is renewed, without a restart."""
    story = Story(sandbox)
    async with running(environment):
        await story.edit(ONE)
        await story.open_cards(1)
        story.slack.faults.add(Fault(name="envelope", kind="refuse"))
        swallowed = await story.reply("round:1", "approve")
        assert swallowed.reactions == ()
        await story.slack.sockets.disconnect()
        await ticked(story, swallowed)
        assert await story.submitted() == [(True, "")]


async def test_a_card_that_is_deleted_comes_back_while_it_can_be_decided(sandbox, environment):
    """At once, with its buttons, which work; when all is settled, what is deleted stays deleted."""
    story = Story(sandbox)
    story.slack.people[COUNSEL].is_admin = True
    tidy = story.slack.person(COUNSEL)
    async with running(environment):
        await story.edit(TWO)
        await story.open_cards(2)
        deleted = story.message("card:2")
        await tidy.delete(story.channel, deleted.ts)
        card = await story.offers("card:2", *OPEN_CARD)
        assert card.ts != deleted.ts
        await story.press("card:1", "approve")
        await story.press(card, "approve")
        assert await story.submitted() == [(True, ""), (True, "")]
        await story.shows("job", "Applied 2 of 2")
        await story.shows("card:2", "found in the document")
        await tidy.delete(story.channel, card.ts)
        assert story.messages("card:2") == []
        # What the relay does about the news is done when Slack has its receipt.
        assert (await story.reply("round:1", "thank you")).reactions == ()
        assert story.messages("card:2") == []
