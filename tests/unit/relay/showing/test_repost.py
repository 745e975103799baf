"""What somebody deletes comes back at once while people need it, and stays away when they do not."""

from __future__ import annotations

import pytest

from bot.core.model import ChangeState, JobState, MessageRef, RoundState
from bot.relay.showing.announce import refresh
from bot.relay.showing.repost import repost
from tests.make import decided, make_change, make_job, make_round, posted


async def keep(world, *changes, **rest):
    """Keep a job with one round of these changes, its messages up."""
    held = make_round(*changes, **{name: rest.pop(name) for name in ("state",) if name in rest})
    return await world.keep(posted(make_job(held, **rest)))


async def delete(world, slot):
    """Delete a message as a person does, and tell the relay."""
    ref = world.job().messages[slot]
    await repost(world.given, ref.channel, ref.ts)


@pytest.mark.parametrize("slot", ["job", "round:1", "card:1", "card:2"])
async def test_a_message_of_an_open_round_is_to_be_posted_anew(world, slot):
    """At once, and as a message of its own: it is not the one that was deleted."""
    await keep(world, make_change(1), decided(make_change(2)))
    await delete(world, slot)
    missing = world.job().messages[slot]
    assert (missing.ts, missing.copies) == ("", 1)
    assert world.queue.steps == ["refresh"]


async def test_the_card_stands_there_again(world):
    """With its buttons; and once, however often Slack tells that it was deleted."""
    await keep(world, make_change(1))
    gone = world.job().messages["round:1"]
    await repost(world.given, gone.channel, gone.ts)
    await refresh(world.given, world.job().ref)
    back = world.job().messages["round:1"]
    await repost(world.given, gone.channel, gone.ts)
    assert back.ts not in {"", gone.ts}
    assert world.job().messages["round:1"] == back
    assert world.notifier.slots().count("round:1") == 1


@pytest.mark.parametrize(
    ("rest", "slot"),
    [
        ({"state": RoundState.SUBMITTING}, "card:1"),
        ({"state": RoundState.CONFIRMED}, "round:1"),
    ],
)
async def test_what_is_settled_stays_deleted(world, rest, slot):
    """Nobody decides by it any more."""
    await keep(world, decided(make_change(1)), decided(make_change(2)), **rest)
    before = world.job()
    await delete(world, slot)
    assert world.job() == before


async def test_what_has_ended_stays_deleted(world):
    """The whole of it."""
    await world.keep(
        posted(
            make_job(
                make_round(),
            )
        )
    )
    world.store.put(posted(make_job(make_round(state=RoundState.LAPSED), state=JobState.LAPSED)))
    before = world.job()
    for slot in ("job", "round:1"):
        await delete(world, slot)
    assert world.job() == before


async def test_a_card_that_another_one_replaced_stays_deleted(world):
    """In an open round, too."""
    await keep(world, make_change(1, state=ChangeState.SUPERSEDED, superseded_by=2), make_change(2))
    before = world.job()
    await delete(world, "card:1")
    assert world.job() == before


@pytest.mark.parametrize(
    ("slot", "returns"), [("source:1", True), ("source:2", False), ("reminder:1:1", False)]
)
async def test_a_file_returns_while_its_change_is_open_and_a_reminder_never(world, slot, returns):
    """Whoever decides must be able to read it; a reminder said what it said."""
    await keep(world, make_change(1), decided(make_change(2)))
    world.store.put(world.job().with_message(slot, MessageRef("C0LEGAL", "500.000100")))
    await delete(world, slot)
    assert (world.job().messages[slot].ts == "") is returns


@pytest.mark.parametrize(("prompts", "returns"), [(1, True), (2, False)])
async def test_the_question_that_waits_for_an_answer_returns(world, prompts, returns):
    """An earlier one does not."""
    job = make_job(state=JobState.PROMPTED, prompts=prompts)
    await world.keep(job.with_message("prompt:1", MessageRef("C0LEGAL", "500.000100")))
    await delete(world, "prompt:1")
    assert (world.job().messages["prompt:1"].ts == "") is returns


async def test_what_others_delete_is_theirs(world):
    """Nothing happens."""
    await keep(world, make_change(1))
    before = world.job()
    await repost(world.given, "C0LEGAL", "1.000100")
    assert world.job() == before
