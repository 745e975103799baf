"""Reading back: every reply that nobody listened to is heard, once, in order, and at little cost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.core.errors import BugError, RefusedError, TransientError
from bot.core.model import JobState, MessageRef, RoundState, Verdict
from bot.relay.acts import Reply
from bot.relay.deciding.catch_up import _READS, catch_up, listen_again
from bot.relay.deciding.hear import hear
from tests.fakes.world import actor
from tests.make import OTHER, REVIEWER, decided, later, make_change, make_job, make_round, posted

JOB_TS, ROUND_TS = "100.000100", "101.000100"


async def reviewing(world, count=1, **rest):
    """Keep a job under review, with its messages up."""
    changes = [make_change(number) for number in range(1, count + 1)]
    return await keep(world, posted(make_job(make_round(*changes), **rest)))


async def keep(world, job):
    """Keep a job whose messages stand in Slack."""
    world.notifier.standing |= {message.ts: slot for slot, message in job.messages.items() if message.ts}
    return await world.keep(job)


def say(world, text, ts="200.000100", thread_ts=ROUND_TS, user_id=REVIEWER, **rest):
    return world.notifier.say(Reply(actor(user_id, ts), thread_ts, text, **rest))


def verdicts(world, ref="ref0000000000001"):
    return [change.verdict for change in world.job(ref).rounds[0].changes]


def looks(world):
    """Count the calls that reading back costs: of the channel, and of threads."""
    return len(world.notifier.called("latest_replies")), len(world.notifier.called("replies"))


@pytest.mark.parametrize("thread_ts", [JOB_TS, ROUND_TS])
async def test_a_decision_that_nobody_heard_is_heard(world, thread_ts):
    """In the thread of the round or of the edit; it is recorded and ticked, as if it had come live."""
    await reviewing(world)
    say(world, "approve", thread_ts=thread_ts)
    await catch_up(world.given)
    assert verdicts(world) == [Verdict.APPROVE]
    assert world.notifier.called("acknowledge") == [("C0LEGAL", "200.000100")]


async def test_what_was_said_in_two_threads_is_heard_in_the_order_in_which_it_was_said(world):
    """The first decision wins, wherever it stands."""
    await reviewing(world)
    say(world, "approve 1", ts="202.000100", thread_ts=JOB_TS)
    say(world, "deny: keep it", ts="201.000100", user_id=OTHER)
    await catch_up(world.given)
    assert verdicts(world) == [Verdict.DENY]
    ((user, sentence, _actions),) = world.notifier.told
    assert user == REVIEWER
    assert f"<@{OTHER}> denied" in sentence


@pytest.mark.parametrize("lives_first", [True, False])
async def test_each_reply_is_heard_once_whichever_way_it_comes_first(world, lives_first):
    """Live and read back, or read back and live: one answer, one entry."""
    await reviewing(world)
    reply = say(world, "approve 9")
    ways = [lambda: hear(world.given, reply), lambda: catch_up(world.given)]
    for way in ways if lives_first else reversed(ways):
        await way()
    assert len(world.notifier.told) == 1
    assert world.events() == ["decision.refused"]


async def test_a_thread_is_read_when_it_has_something_new_and_from_there_on(world):
    """One call a channel tells; a quiet minute costs no more than that."""
    await reviewing(world, count=2)
    await catch_up(world.given)
    assert looks(world) == (1, 0)
    say(world, "approve 1")
    await catch_up(world.given)
    await catch_up(world.given)
    assert looks(world) == (3, 1)
    say(world, "deny 2", ts="300.000100")
    await catch_up(world.given)
    assert world.notifier.called("replies")[-1] == ("C0LEGAL", ROUND_TS, "200.000100")
    assert verdicts(world) == [Verdict.APPROVE, Verdict.DENY]


async def test_a_long_thread_is_read_on_where_the_last_look_ended(world):
    """What one look does not reach waits for the next, and is not passed over."""
    world.notifier.page = 2
    await reviewing(world, count=3)
    for number in (1, 2, 3):
        say(world, f"approve {number}", ts=f"20{number}.000100")
    await catch_up(world.given)
    assert verdicts(world) == [Verdict.APPROVE, Verdict.APPROVE, None]
    await catch_up(world.given)
    assert verdicts(world) == [Verdict.APPROVE] * 3


async def test_a_thread_whose_beginning_is_out_of_sight_is_read_all_the_same(world):
    """A busy channel hides nobody's reply."""
    await reviewing(world)
    say(world, "approve")
    world.notifier.unseen.add(ROUND_TS)
    await catch_up(world.given)
    assert verdicts(world) == [Verdict.APPROVE]


@pytest.mark.parametrize(
    "job",
    [
        make_job(),
        make_job(make_round(decided(make_change()), state=RoundState.SUBMITTING)),
        make_job(make_round(state=RoundState.LAPSED), state=JobState.LAPSED),
    ],
    ids=["working", "sent", "ended"],
)
async def test_where_nothing_is_open_nothing_is_read(world, job):
    """Not even the channel."""
    await keep(world, posted(job))
    say(world, "approve")
    await catch_up(world.given)
    assert looks(world) == (0, 0)


async def test_where_nothing_is_posted_yet_nothing_is_read(world):
    """An intent has no thread."""
    await world.keep(make_job(make_round()).with_message("round:1", MessageRef("C0LEGAL", attempt=1)))
    await catch_up(world.given)
    assert looks(world) == (0, 0)


async def test_the_most_urgent_round_is_heard_first_and_the_rest_with_the_next_pass(world):
    """However many wait, one pass stays within what Slack allows."""
    for n in range(_READS + 1):
        ref, ts = f"ref{n:013}", f"1{n:03}.000100"
        held = make_round(deadline_at=later(3600 - n))
        await world.keep(make_job(held, ref=ref).with_message("round:1", MessageRef("C0LEGAL", ts)))
        say(world, "approve", ts=f"2{n:03}.000100", thread_ts=ts)
    await catch_up(world.given)
    assert looks(world) == (1, _READS)
    assert verdicts(world, f"ref{_READS:013}") == [Verdict.APPROVE]
    assert verdicts(world, f"ref{0:013}") == [None]
    await catch_up(world.given)
    assert verdicts(world, f"ref{0:013}") == [Verdict.APPROVE]


async def test_a_reply_that_cannot_be_heard_now_is_heard_later(world):
    """Its thread does not count as read; what others said elsewhere is heard meanwhile."""
    await reviewing(world)
    other = make_job(make_round(deadline_at=later(3700)), ref="ref0000000000002")
    await world.keep(other.with_message("round:1", MessageRef("C0LEGAL", "150.000100")))
    say(world, "approve")
    say(world, "approve", ts="300.000100", thread_ts="150.000100")
    world.directory.fails["person"] = [TransientError("Slack is slow.")]
    await catch_up(world.given)
    assert verdicts(world) == [None]
    assert verdicts(world, "ref0000000000002") == [Verdict.APPROVE]
    await catch_up(world.given)
    assert verdicts(world) == [Verdict.APPROVE]


@pytest.mark.parametrize("method", ["latest_replies", "replies"])
async def test_a_slack_that_is_away_is_asked_again(world, method):
    """The pass ends without a complaint louder than a line; whoever listens again looks again by itself."""
    await reviewing(world)
    say(world, "approve")
    world.notifier.fails[method] = [TransientError("Too many calls.", retry_after_s=30)]
    with capture_logs() as logged:
        await listen_again(world.given, pause_s=0)
    assert "replies.not_read" in [entry["event"] for entry in logged]
    assert verdicts(world) == [Verdict.APPROVE]


async def test_whoever_listens_again_stops_when_all_is_heard(world):
    """And gives it up to the clock after a few looks."""
    await reviewing(world)
    await listen_again(world.given, pause_s=0)
    assert looks(world) == (1, 0)
    world.notifier.fails["latest_replies"] = [TransientError("Away.")] * 9
    await listen_again(world.given, pause_s=0)
    assert looks(world) == (4, 0)


@pytest.mark.parametrize("method", ["latest_replies", "replies"])
async def test_a_channel_that_may_not_be_read_hides_no_other(world, method):
    """The relay was removed from one: that is logged, and the other is read."""
    gone = make_job(make_round(deadline_at=later(60)), ref="ref0000000000002", channel="C0GONE")
    await world.keep(gone.with_message("round:1", MessageRef("C0GONE", "90.000100")))
    world.notifier.say(Reply(actor(REVIEWER, "95.000100", "C0GONE"), "90.000100", "approve"))
    await reviewing(world)
    say(world, "approve")
    world.notifier.fails[method] = [RefusedError("Not in the channel.", code="not_in_channel")]
    with capture_logs() as logged:
        await catch_up(world.given)
    assert [entry.get("code") for entry in logged if entry["event"] == "replies.not_read"] == [
        "not_in_channel"
    ]
    assert verdicts(world) == [Verdict.APPROVE]


async def test_a_reply_older_than_its_card_decides_nothing(world):
    """It was written about something else, whenever it is read; its author is told."""
    await reviewing(world)
    say(world, "approve", ts="100.500000", thread_ts=JOB_TS)
    await catch_up(world.given)
    assert verdicts(world) == [None]
    assert "before change 1 was shown" in world.notifier.told[0][1]


async def test_only_the_round_that_is_open_is_read(world):
    """The threads of earlier rounds are closed."""
    earlier = make_round(decided(make_change(), Verdict.DENY), state=RoundState.CONFIRMED)
    held = replace(make_round(make_change(2)), number=2)
    await keep(world, posted(make_job(earlier, held)))
    say(world, "approve", thread_ts="101.000100")
    say(world, "approve", ts="201.000100", thread_ts="102.000100")
    await catch_up(world.given)
    assert [call[1] for call in world.notifier.called("replies")] == ["102.000100"]
    assert world.job().rounds[1].changes[0].verdict is Verdict.APPROVE


async def test_an_edit_with_which_something_is_wrong_holds_up_no_other(world):
    """What was said elsewhere is heard all the same."""
    await reviewing(world)
    other = posted(make_job(make_round(), ref="ref0000000000002", job_id="job_2"))
    moved = {slot: replace(m, ts=f"9{m.ts}") for slot, m in other.messages.items()}
    await keep(world, replace(other, messages=moved))
    say(world, "approve", ts="9200.000100")
    say(world, "approve", ts="9201.000100", thread_ts=moved["round:1"].ts)
    world.notifier.fails["replies"] = [BugError("A field is missing.")]
    with capture_logs() as logs:
        await catch_up(world.given)
    assert verdicts(world, "ref0000000000002") == [Verdict.APPROVE]
    assert {entry["log_level"] for entry in logs if entry["event"] == "replies.not_read"} == {"error"}


async def test_a_reply_that_cannot_be_answered_is_not_heard_again(world):
    """It would only fail again, and hold up what was said after it."""
    await reviewing(world, count=2)
    say(world, "approve 9", ts="200.000100")
    say(world, "approve 1", ts="201.000100")
    world.notifier.fails["tell"] = [BugError("Too long.")]
    for _pass in range(2):
        await catch_up(world.given)
    assert verdicts(world) == [Verdict.APPROVE, None]


async def test_threads_that_cannot_be_told_from_afar_are_read_in_turn(world):
    """However many there are, each is reached within a few minutes, and what is certainly new comes first."""
    refs = []
    for number in range(3 * _READS):
        job = posted(make_job(make_round(), ref=f"ref{number:013}", job_id=f"job_{number}"))
        there = {slot: replace(m, ts=f"{number + 1}{m.ts}") for slot, m in job.messages.items()}
        refs.append(await keep(world, replace(job, messages=there)))
        world.notifier.unseen |= {m.ts for m in there.values()}
    last = world.job(refs[-1]).messages["round:1"].ts
    say(world, "approve", ts="99999.000100", thread_ts=last)
    for _minute in range(6):
        await catch_up(world.given)
        world.pass_time(60)
    assert verdicts(world, refs[-1]) == [Verdict.APPROVE]
