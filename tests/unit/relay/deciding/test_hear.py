"""Hearing a reply: once, whichever way it comes, and never less than once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import Verdict
from bot.core.permission import Person
from bot.core.summary import Action, Does, change_target
from bot.relay.acts import Reply
from bot.relay.deciding.decide import undo
from bot.relay.deciding.hear import hear
from tests.fakes.world import BOT, actor
from tests.make import REVIEWER, make_change, make_decision, make_job, make_round, posted

ROUND_TS, CARD_TS, TS = "101.000100", "102.000100", "200.000100"
TAKEN = [("C0LEGAL", TS)]


@pytest.fixture
async def reviewing(world):
    """Give a world with one change under review, its card up."""
    await world.keep(posted(make_job(make_round())))
    return world


def said(text, ts=TS, thread_ts=ROUND_TS, **rest):
    return Reply(actor(REVIEWER, ts), thread_ts, text, **rest)


def ticked(world):
    return world.notifier.called("acknowledge")


def verdicts(world):
    return [change.verdict for change in world.job().rounds[0].changes]


async def test_a_decision_is_recorded_and_ticked(reviewing):
    """And nothing is said about it."""
    await hear(reviewing.given, said("approve"))
    assert verdicts(reviewing) == [Verdict.APPROVE]
    assert ticked(reviewing) == TAKEN
    assert reviewing.notifier.told == []


async def test_a_refusal_is_told_privately_in_the_thread(reviewing):
    """With the reason, and nothing is recorded."""
    reviewing.directory.people[REVIEWER] = Person(REVIEWER, is_guest=True)
    await hear(reviewing.given, said("approve"))
    assert reviewing.notifier.called("tell") == [("C0LEGAL", REVIEWER, ROUND_TS, "")]
    assert "Guests" in reviewing.notifier.told[0][1]
    assert verdicts(reviewing) == [None]


async def test_what_was_not_taken_of_a_reply_is_told_beside_the_tick(world):
    """Privately, in the thread; that it cannot be told undoes nothing."""
    mine = replace(make_change(1), decisions=(make_decision(),))
    await world.keep(posted(make_job(make_round(mine, make_change(2), approvals=2))))
    world.notifier.fails["tell"] = [TransientError("Slow.")]
    await hear(world.given, said("deny all"))
    assert verdicts(world) == [None, Verdict.DENY]
    await undo(world.given, actor(), change_target(world.job(), make_change(2)))
    await hear(world.given, said("deny all", ts="201.000100"))
    assert world.notifier.told[-1][1].startswith("1 change was denied. You have approved change 1 already")
    assert ticked(world) == [*TAKEN, ("C0LEGAL", "201.000100")]


async def test_a_refused_approval_leads_to_where_it_may_be_given(world):
    """What must be read in full comes with the button that shows it."""
    await world.keep(posted(make_job(make_round(make_change(is_whole=False)))))
    await hear(world.given, said("approve"))
    ((_user, _sentence, (action,)),) = world.notifier.told
    assert action.does is Does.REVIEW


async def test_talk_is_offered_as_feedback_with_its_words(reviewing):
    """The button carries them to the dialog."""
    await hear(reviewing.given, said("too long for me"))
    ((_user, _sentence, (action,)),) = reviewing.notifier.told
    assert isinstance(action, Action)
    assert reviewing.notifier.called("tell") == [("C0LEGAL", REVIEWER, ROUND_TS, "too long for me")]


async def test_talk_from_before_the_round_is_about_something_else(reviewing):
    """Nobody is asked about what they said when there was nothing to decide."""
    await hear(reviewing.given, said("good luck", ts="100.500000", thread_ts="100.000100"))
    assert reviewing.notifier.told == []


@pytest.mark.parametrize(("text", "answers"), [("approve", 0), ("approve 9", 1), ("hm", 1), ("nice", 1)])
async def test_what_is_heard_is_not_heard_again(reviewing, text, answers):
    """A decision, a refusal, talk: the second time there is no tick, no answer, no entry in the audit."""
    await hear(reviewing.given, said(text))
    before, calls = reviewing.events(), len(reviewing.notifier.calls)
    await hear(reviewing.given, said(text))
    assert reviewing.events() == before
    assert len(reviewing.notifier.calls) == calls
    assert len(reviewing.notifier.told) == answers


async def test_elsewhere_nothing_is_heard(reviewing):
    """A thread of others is theirs; nothing is noted about it."""
    await hear(reviewing.given, said("approve", thread_ts="1.0"))
    assert reviewing.notifier.calls == []
    assert reviewing.store.finished == set()


async def test_the_relay_does_not_hear_itself(reviewing):
    """Whatever words stand with a file of its own."""
    await hear(reviewing.given, Reply(actor(BOT, TS), ROUND_TS, "approve"))
    assert verdicts(reviewing) == [None]
    assert reviewing.notifier.calls == []


async def test_an_edited_reply_decides_nothing_and_its_author_hears_so(reviewing):
    """What it said when it was written is not known any more; edits never count."""
    await hear(reviewing.given, said("approve", is_edited=True))
    assert verdicts(reviewing) == [None]
    assert "edited" in reviewing.notifier.told[0][1]
    assert reviewing.events() == ["decision.refused"]


async def test_an_edit_after_it_was_taken_changes_nothing(reviewing):
    """Even when a crash came before it was noted as done: the record knows that it was taken."""
    await hear(reviewing.given, said("approve"))
    reviewing.store.finished.clear()
    await hear(reviewing.given, said("deny", is_edited=True))
    assert verdicts(reviewing) == [Verdict.APPROVE]
    assert reviewing.notifier.told == []


async def test_who_crashed_between_recording_and_noting_loses_nothing(reviewing):
    """The reply comes again: it is ticked, and recorded once."""
    reviewing.notifier.then["acknowledge"] = _die
    with pytest.raises(KeyboardInterrupt):
        await hear(reviewing.given, said("approve"))
    reviewing.notifier.then.clear()
    await hear(reviewing.given, said("approve"))
    assert verdicts(reviewing) == [Verdict.APPROVE]
    assert ticked(reviewing) == TAKEN * 2
    assert reviewing.events().count("decision.recorded") == 1


def _die():
    raise KeyboardInterrupt


async def test_an_answer_that_could_not_be_given_is_given_later(reviewing):
    """Slack is away: the reply is not done, and comes again."""
    reviewing.notifier.fails["tell"] = [TransientError("Slack is away.")]
    with pytest.raises(TransientError):
        await hear(reviewing.given, said("approve 9"))
    await hear(reviewing.given, said("approve 9"))
    assert len(reviewing.notifier.told) == 1


async def test_whom_slack_lets_nobody_tell_is_not_told_for_ever(reviewing):
    """Somebody who left the channel cannot be answered there: that is noted, and done."""
    reviewing.notifier.fails["tell"] = [RefusedError("Not in the channel.", code="user_not_in_channel")]
    await hear(reviewing.given, said("approve 9"))
    await hear(reviewing.given, said("approve 9"))
    assert len(reviewing.notifier.called("tell")) == 1


@pytest.mark.parametrize("error", [TransientError("Away."), OutcomeUnknownError("?"), RefusedError("No.")])
async def test_courtesies_that_fail_undo_nothing(reviewing, error):
    """Neither the tick nor the offer is worth hearing a reply again."""
    reviewing.notifier.fails["acknowledge"] = [error]
    reviewing.notifier.fails["tell"] = [error]
    await hear(reviewing.given, said("hm"))
    await hear(reviewing.given, said("approve", ts="201.000100"))
    assert verdicts(reviewing) == [Verdict.APPROVE]
    assert len(reviewing.store.finished) == 2


async def test_two_who_hear_the_same_reply_at_once_answer_it_once(reviewing):
    """Whoever comes second is told that somebody is at it, and does not say that it is done."""
    begun, may_end = asyncio.Event(), asyncio.Event()
    person = reviewing.directory.person

    async def slow(*who):
        begun.set()
        await may_end.wait()
        return await person(*who)

    reviewing.directory.person = slow
    first = asyncio.ensure_future(hear(reviewing.given, said("approve")))
    await begun.wait()
    with pytest.raises(TransientError):
        await hear(reviewing.given, said("approve"))
    may_end.set()
    await first
    assert ticked(reviewing) == TAKEN
