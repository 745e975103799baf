"""Which messages people need now, and where they stand once their channel is closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import JobState, MessageRef, RoundState
from bot.core.standing import arrived, is_here, is_left_behind, is_needed, moved, urgent_by
from tests.make import REQUESTER, decided, make_change, make_job, make_round

UP = MessageRef("C0LEGAL", "1.0", "shown", 1, "https://slack.example/1")


def reviewed(**rest):
    """Return a job in its second round, all of whose messages stand."""
    first = make_round(decided(make_change(1)), state=RoundState.CONFIRMED)
    second = make_round(make_change(2), make_change(3), number=2)
    slots = ("job", "round:1", "round:2", "card:2", "card:3", "source:3", "reminder:2:1")
    return make_job(first, second, messages=dict.fromkeys(slots, UP), **rest)


def test_the_messages_of_an_open_round_are_needed():
    """And the job's, where it is stopped; a settled round's and a reminder are not."""
    job = reviewed()
    needed = {slot for slot in job.messages if is_needed(job, slot)}
    assert needed == {"job", "round:2", "card:2", "card:3", "source:3"}
    assert not any(is_needed(replace(job, state=JobState.COMPLETED), slot) for slot in job.messages)


def test_a_question_is_needed_while_it_waits():
    """Only the last one."""
    job = make_job(state=JobState.PROMPTED, prompts=2)
    assert [is_needed(job, f"prompt:{number}") for number in (1, 2)] == [False, True]


def test_what_is_needed_moves_to_the_requester():
    """Anew, as copies; what is settled stays where it was, as it was."""
    job = moved(reviewed(), "C0OTHER")
    assert (job.channel, job.moved_from) == (REQUESTER, "C0LEGAL")
    along = {slot for slot, message in job.messages.items() if message == MessageRef("C0LEGAL", copies=1)}
    assert along == {"job", "round:2", "card:2", "card:3", "source:3"}
    assert job.messages["round:1"] == job.messages["reminder:2:1"] == UP


def test_answers_that_are_on_their_way_move_along():
    """Whoever gave them sees what becomes of them."""
    job = reviewed()
    sent = replace(job.rounds[1], state=RoundState.SUBMITTING)
    there = moved(job.with_round(sent), "")
    along = {slot for slot, message in there.messages.items() if not message.ts}
    assert along == {"job", "round:2", "card:2", "card:3"}


def test_a_post_of_unknown_outcome_is_left_behind():
    """It may stand where nobody can act on it."""
    job = reviewed().with_message("reminder:2:1", MessageRef("C0LEGAL", attempt=2))
    assert moved(job, "").messages["reminder:2:1"] == MessageRef("C0LEGAL", copies=1)


@pytest.mark.parametrize(
    ("requester", "fallback", "channel"),
    [("", "C0OTHER", "C0OTHER"), ("", "C0LEGAL", "C0LEGAL"), (REQUESTER, "C0OTHER", REQUESTER)],
)
def test_without_a_requester_there_is_the_relay_s_own_channel(requester, fallback, channel):
    """If that is another one; else it stays, and is tried again."""
    assert moved(reviewed(requester_id=requester), fallback).channel == channel


def test_a_job_moves_once():
    """Where its requester takes no messages either, there is nobody to go to."""
    once = moved(reviewed(), "C0OTHER")
    assert moved(once, "C0OTHER") is once


def test_the_first_message_says_where_the_requester_s_messages_are():
    """Their id is Slack's to tell; of a job that has not moved, none changes the channel."""
    job = moved(reviewed(), "")
    assert arrived(job, MessageRef("D0REQ", "2.0")).channel == "D0REQ"
    stays = reviewed()
    assert arrived(stays, MessageRef("D0REQ", "2.0")) is stays


def test_what_stands_elsewhere_is_not_here():
    """Of a moved job; for all others what stands, stands where it is reviewed."""
    job = reviewed()
    assert is_here(job, "round:1")
    assert not is_here(job, "card:9")
    there = arrived(moved(job, ""), MessageRef("D0REQ", "2.0"))
    there = there.with_message("job", MessageRef("D0REQ", "2.0"))
    assert [is_here(there, slot) for slot in ("job", "round:1", "round:2")] == [True, False, False]


def test_an_open_round_is_urgent_by_its_deadline():
    """Nothing else is."""
    job = reviewed()
    assert urgent_by(job) == job.rounds[1].submit_at
    assert urgent_by(job.with_round(replace(job.rounds[1], state=RoundState.CONFIRMED))) is None
    assert urgent_by(make_job()) is urgent_by(replace(job, state=JobState.STOPPED)) is None


def test_what_comes_to_stand_where_the_job_has_left_is_left_behind():
    """It moved meanwhile; a job that stays has left nothing."""
    there = moved(reviewed(), "")
    assert is_left_behind(there, MessageRef("C0LEGAL", "9.0"))
    assert not is_left_behind(there, MessageRef("D0REQ", "9.0"))
    assert not is_left_behind(reviewed(), MessageRef("C0LEGAL", "9.0"))
