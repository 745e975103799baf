"""Slack is away, slow or strange: every card comes, once, the most urgent first; and an edit goes on where it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.faults import Fault
from tests.e2e.relay import ONE, REQUESTER, TWO, Story, given, said

if TYPE_CHECKING:
    from bot.sandbox.slack.messages import Message

LATER_S = 60
"""Longer than what is put off comes back, on a busy machine too."""


def its(message: Message) -> dict[str, Any]:
    """Return what a message stands for."""
    return (message.metadata or {}).get("event_payload") or {}


def rounds(story: Story) -> list[str]:
    """Name the edits whose round has its message, in the order in which those were posted."""
    return [its(message)["ref"] for message in story.messages("round:1")]


async def many(story: Story, count: int) -> None:
    """Have so many edits under way, each with its message, and none of them before its changes yet."""
    story.superdocs.behaviour.work_s = 4
    for number in range(1, count + 1):
        await story.edit(ONE)
        await story.one_of(number)


async def all_wait(story: Story) -> list[str]:
    """Wait until every job waits for its answers; name the edits by how soon that must be."""
    await story.superdocs.until(
        lambda: all(job.status == "awaiting_approval" for job in story.superdocs.jobs.values()), within_s=30
    )
    jobs = sorted(story.superdocs.jobs.values(), key=lambda job: job.updated_at)
    return [job.session_id.removeprefix("slack-") for job in jobs]


@pytest.mark.mode("socket")
async def test_after_an_outage_every_card_stands_there_once(story: Story) -> None:
    """Posts and edits fail, some of them after they were made: whatever became of each, it stands there once."""
    await many(story, 3)
    for method in ("chat.postMessage", "chat.update"):
        story.slack.faults.add(Fault(method, "error", times=3, status=503))
        story.slack.faults.add(Fault(method, "lost"))
        story.slack.faults.add(Fault(method, "refuse"))
    refs = await all_wait(story)
    await story.slack.until(lambda: len(set(rounds(story))) == 3, within_s=LATER_S)
    for ref in refs:
        of_one = Story(story.sandbox, ref=ref)
        await of_one.shows("job", "1 change to review", within_s=LATER_S)
        await of_one.press("round:1", "approve")
        await of_one.shows("round:1", "applied, found in the document", within_s=LATER_S)
    assert sorted(rounds(story)) == sorted(refs)
    assert len(story.messages("job")) == 3
    assert len(story.superdocs.approvals) == 3


@pytest.mark.mode("socket")
async def test_what_waited_for_slack_comes_the_most_urgent_first(story: Story) -> None:
    """Slack wants no message for a while: then they come by their deadlines, and not by who asked first."""
    await many(story, 7)
    story.slack.faults.add(Fault("chat.postMessage", "rate", retry_after=12))
    refs = await all_wait(story)
    await story.slack.until(lambda: len(rounds(story)) == 7, within_s=LATER_S)
    came = rounds(story)
    # Up to three turns may be taken at the same moment; which of their posts arrives first is nobody's to say.
    assert all(abs(came.index(ref) - place) <= 3 for place, ref in enumerate(refs))
    assert [call.status for call in story.slack.calls.named("chat.postMessage")].count(429) == 1


@pytest.mark.mode("socket")
async def test_in_a_storm_of_refusals_everything_arrives(story: Story) -> None:
    """Seven of ten calls are refused, whatever they are: cards come late, and once; what was decided is shown."""
    await story.edit(ONE)
    await story.one_of(1)
    story.slack.rates.refused_share = 0.7
    await story.shows("round:1", "decide by", within_s=LATER_S)
    story.slack.rates.refused_share = 0  # Looking up who presses has three seconds, and no second try.
    await story.press("round:1", "approve")
    story.slack.rates.refused_share = 0.7
    assert await story.submitted() == [(True, "")]
    await story.reads("job", "Applied 1 of 1", within_s=LATER_S)
    slots = [its(message)["slot"] for message in story.slack.messages(story.channel) if its(message)]
    assert sorted(slots) == sorted(set(slots))


BROKEN = {
    "history without metadata, ids not honoured": (False, "ignored"),
    "history without metadata, ids honoured": (False, "honoured"),
    "ids dropped": (True, "dropped"),
    "ids honoured": (True, "honoured"),
    "all well": (True, "ignored"),
}


@pytest.mark.mode("socket")
@pytest.mark.parametrize(("metadata", "client_msg_id"), BROKEN.values(), ids=BROKEN)
async def test_one_mechanism_is_enough(story: Story, *, metadata: bool, client_msg_id: Any) -> None:
    """The answers of two posts are lost: by metadata or by client_msg_id it is found, and no message stands there twice."""
    story.slack.settings.history_metadata = metadata
    story.slack.settings.client_msg_id = client_msg_id
    story.slack.faults.add(Fault("chat.postMessage", "lost", times=2))
    await story.edit(TWO)
    await story.open_cards(2)
    slots = [its(message)["slot"] for message in story.slack.messages(story.channel)]
    assert slots == ["job", "round:1", "card:1", "card:2"]
    await story.press("card:1", "approve")
    await story.press("card:2", "approve")
    assert await story.submitted() == [(True, "")] * 2


@pytest.mark.mode("socket")
async def test_where_nothing_can_be_looked_for_slack_s_own_refusal_keeps_it_single(story: Story) -> None:
    """History is closed and ids are honoured: the card is posted once, and a press on it counts."""
    story.slack.settings.client_msg_id = "honoured"
    story.slack.faults.add(
        Fault("conversations.history", "error", times=100, status=200, error="missing_scope")
    )
    await story.edit(ONE)
    await story.one_of(1)
    story.slack.faults.add(Fault("chat.postMessage", "lost"))
    await story.reads("round:1", "decide by")
    await story.slack.calls.wait_for("chat.postMessage", count=3, within_s=LATER_S)
    await story.press("round:1", "approve")
    assert await story.submitted() == [(True, "")]
    assert len(story.messages("round:1")) == 1
    story.slack.faults.clear()
    await story.shows("round:1", "applied", within_s=LATER_S)


@pytest.mark.mode("socket")
async def test_while_history_is_away_a_lost_post_is_not_repeated(story: Story) -> None:
    """It may stand there: as soon as it can be looked for, it is found."""
    await story.edit(ONE)
    await story.one_of(1)
    story.slack.faults.add(Fault("conversations.history", "error", times=3, status=503))
    story.slack.faults.add(Fault("chat.postMessage", "lost"))
    await story.shows("round:1", "decide by", within_s=LATER_S)
    assert len(story.messages("round:1")) == 1
    assert len([c for c in story.slack.calls.named("chat.postMessage") if c.status == 0]) == 1


def archive(story: Story) -> None:
    """Archive the channel."""
    story.slack.channels[story.channel].is_archived = True


def leave(story: Story) -> None:
    """Remove the app from the channel."""
    story.slack.channels[story.channel].members.remove(story.slack.app.user_id)


@pytest.mark.parametrize("close", [archive, leave])
async def test_an_edit_goes_on_with_its_requester_when_its_channel_is_closed(
    story: Story, close: Any
) -> None:
    """Told why in the first line, they decide there, by button and by reply; the result comes there, too."""
    story.superdocs.behaviour.work_s = 3
    await story.edit(TWO)
    await story.one_of(1)
    close(story)
    direct = story.slack.workspace.direct_with(REQUESTER).id
    there = Story(story.sandbox, channel=direct)
    await there.open_cards(2)
    assert "can no longer post" in said(story.slack.messages(direct)[0])
    await there.press("card:1", "approve", user=REQUESTER)
    await there.reply("round:1", "approve 2", user=REQUESTER)
    assert await there.submitted() == [(True, "")] * 2
    await there.shows("job", "Applied 2 of 2", within_s=LATER_S)
    assert len(there.returned()) == 1
    slots = [its(message)["slot"] for message in story.slack.messages(direct) if its(message)]
    assert sorted(slots) == sorted({*slots})


@pytest.mark.mode("socket")
async def test_where_it_goes_on_a_lost_answer_doubles_nothing(story: Story) -> None:
    """The first message to the requester stands, and its answer is lost: it is found in their direct messages."""
    story.superdocs.behaviour.work_s = 3
    await story.edit(TWO)
    await story.one_of(1)
    story.slack.faults.add(Fault("chat.postMessage", "error", status=200, error="is_archived"))
    story.slack.faults.add(Fault("chat.postMessage", "lost"))
    direct = story.slack.workspace.direct_with(REQUESTER).id
    await Story(story.sandbox, channel=direct).open_cards(2)
    slots = [its(message)["slot"] for message in story.slack.messages(direct) if its(message)]
    assert slots == ["moved", "job", "round:1", "card:1", "card:2"]


@pytest.mark.mode("socket")
@given(APPROVAL_WINDOW_S="60", SUBMIT_MARGIN_S="5", REMIND_BEFORE_S="54")
async def test_an_open_round_moves_with_its_cards(story: Story) -> None:
    """Its channel is archived while it waits: at the next message for it, its cards stand with the requester."""
    await story.edit(TWO)
    await story.open_cards(2)
    archive(story)
    there = Story(story.sandbox, channel=story.slack.workspace.direct_with(REQUESTER).id)
    await there.shows("card:2", "decide by", within_s=LATER_S)
    for slot in ("card:1", "card:2"):
        await there.press(slot, "approve", user=REQUESTER)
    assert await there.submitted() == [(True, "")] * 2


@pytest.mark.mode("socket")
async def test_a_settled_card_that_was_deleted_stays_deleted(story: Story) -> None:
    """Its job ends, and says so; nobody wants that card any more."""
    story.superdocs.faults.add(Fault("approve", "slow", delay_s=4))
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    await story.shows("round:1", "Approved")
    story.slack.workspace.messages.remove(story.message("round:1"))
    await story.shows("job", "Applied 1 of 1", within_s=LATER_S)
    assert story.messages("round:1") == []
