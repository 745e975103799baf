"""Taking what a reviewer says: looked up, judged, stored; every refusal is a sentence for them, and in the audit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.model import ChangeState, JobState, MessageRef, RoundState, Verdict, Via
from bot.core.permission import Person
from bot.core.proposal import Content
from bot.core.summary import Action, Does, change_target, round_target
from bot.relay.acts import Answer, Heard, Reply
from bot.relay.deciding.decide import approve_read, decide, deny_all, offer, reply, send_now, undo
from bot.relay.deciding.recording import LONGEST_FEEDBACK
from bot.relay.ports import Reading
from tests.fakes.world import BOT, actor, under
from tests.make import (
    NOON,
    OTHER,
    REQUESTER,
    REVIEWER,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_round,
    posted,
    sent,
)

APPROVE, DENY = Verdict.APPROVE, Verdict.DENY
JOB_TS, ROUND_TS, CARD_TS = "100.000100", "101.000100", "102.000100"


async def reviewing(world, *changes, **rest):
    """Keep a job under review, with its messages up."""
    return await world.keep(posted(make_job(make_round(*changes, **rest))))


def target(number=1, digest=None):
    change = make_change(number)
    return change_target(make_job(), replace(change, digest=digest) if digest else change)


ROUND = round_target(make_job(), make_round())


def said(text, ts="200.000100", thread_ts=ROUND_TS, user_id=REVIEWER):
    return Reply(actor(user_id, ts), thread_ts, text)


async def refused(world, act, *arguments, **rest):
    """Return the code of a refusal, having seen that it is in the audit and that nothing else is."""
    before = world.store.jobs.copy()
    with pytest.raises(RefusedError) as refusal:
        await act(world.given, *arguments, **rest)
    assert world.store.jobs == before
    (entry,) = world.store.audit
    assert (entry.event, entry.detail) == ("decision.refused", refusal.value.code.partition(":")[0])
    return refusal.value.code


def job_with(changed, job):
    """Return a job with a change of its first round replaced."""
    return job.with_round(job.rounds[0].with_change(changed))


def verdicts(world):
    return [change.verdict for change in world.job().rounds[0].changes]


class TestDecide:
    """A button on a card, or in a dialog."""

    async def test_a_press_is_recorded_before_anything_follows(self, world):
        """With who, what and how; what follows is queued, not done."""
        await reviewing(world)
        await decide(world.given, actor(ts=ROUND_TS), target(), DENY, Via.DIALOG, "  Keep 30. ")
        (decision,) = world.job().rounds[0].changes[0].decisions
        assert (decision.reviewer_id, decision.verdict, decision.via) == (REVIEWER, DENY, Via.DIALOG)
        assert (decision.feedback, decision.at) == ("Keep 30.", NOON)
        assert world.queue.steps == ["refresh", "submit"]
        assert world.events() == ["decision.recorded", "change.decided"]
        assert world.documents.calls == []

    async def test_feedback_belongs_to_denials_and_has_a_length(self, world):
        """An approval carries none; what both fields of the dialog can hold arrives whole, more is refused and not cut."""
        await reviewing(world, make_change(1), make_change(2))
        await decide(world.given, actor(), target(1), APPROVE, Via.BUTTON, "Nice!")
        with pytest.raises(RefusedError, match="8,000 characters at most"):
            await decide(world.given, actor(), target(2), DENY, Via.DIALOG, "x" * (LONGEST_FEEDBACK + 1))
        await decide(world.given, actor(), target(2), DENY, Via.DIALOG, "x" * 6050)
        first, second = (change.decisions[0] for change in world.job().rounds[0].changes)
        assert first.feedback == ""
        assert second.feedback == "x" * 6050

    @pytest.mark.parametrize("place", [("C0LEGAL", "999.000100"), ("C0COPY", ROUND_TS)])
    async def test_a_copy_of_a_card_decides_nothing(self, world, place):
        """A forwarded message, or one of another channel: only the card itself counts."""
        await reviewing(world)
        channel, ts = place
        code = await refused(world, decide, actor(ts=ts, channel=channel), target(), APPROVE, Via.BUTTON)
        assert code == "foreign_card"
        assert world.store.audit[0].change == 1

    async def test_a_card_that_was_left_behind_says_where_it_is_decided(self, world):
        """The relay can no longer post in its channel."""
        await reviewing(world)
        world.store.put(replace(world.job(), channel="D0REQ", moved_from="C0OLD"))
        pressed = actor(ts="9.000100", channel="C0OLD")
        with pytest.raises(RefusedError, match="by <@U0REQ>, in direct messages"):
            await decide(world.given, pressed, target(), APPROVE, Via.BUTTON)

    async def test_a_press_may_be_quicker_than_the_post_s_answer(self, world):
        """The card stands in Slack, its id is not stored yet: the press counts."""
        job = make_job(make_round()).with_message("round:1", MessageRef("C0LEGAL", attempt=1))
        await world.keep(job)
        await decide(world.given, actor(ts="555.000100"), target(), APPROVE, Via.BUTTON)
        assert verdicts(world) == [APPROVE]

    async def test_a_card_of_a_round_with_several_counts_in_its_own_place(self, world):
        """Each change has a card of its own; another change's card is foreign to it."""
        await reviewing(world, make_change(1), make_change(2))
        await decide(world.given, actor(ts=CARD_TS), target(1), APPROVE, Via.BUTTON)
        world.store.audit.clear()
        assert (
            await refused(world, decide, actor(ts=CARD_TS), target(2), APPROVE, Via.BUTTON) == "foreign_card"
        )

    @pytest.mark.parametrize(
        ("person", "demands", "code"),
        [
            (Person(REVIEWER, is_guest=True), {}, "guest"),
            (Person(REVIEWER, is_member=False), {}, "not_a_member"),
            (Person(REVIEWER), {"reviewers": (OTHER,)}, "not_a_reviewer"),
            (Person(REVIEWER), {"reviewers": ("S0LEGAL",)}, "not_a_reviewer"),
            (Person(REVIEWER), {"closed": "The route names @gone."}, "unbound_route"),
        ],
    )
    async def test_who_may_not_is_refused_by_name_of_the_rule(self, world, person, demands, code):
        """Looked up when they press, not when the card was posted."""
        world.directory.people[REVIEWER], world.routes = person, under(**demands)
        await reviewing(world)
        assert await refused(world, decide, actor(), target(), APPROVE, Via.BUTTON) == code

    async def test_a_look_up_that_fails_refuses(self, world):
        """It is not recorded, and so not acked; whoever pressed sees that, and may press again."""
        world.directory.fails["person"] = [TransientError("Slack is down.")]
        await reviewing(world)
        with pytest.raises(TransientError):
            await decide(world.given, actor(), target(), APPROVE, Via.BUTTON)
        assert verdicts(world) == [None]

    @pytest.mark.parametrize(
        ("job", "code"),
        [
            (make_job(make_round(decided(make_change(), reviewer_id=OTHER))), "decided_by_other"),
            (make_job(make_round(decided(make_change()))), "decided_by_you"),
            (make_job(sent(make_round(decided(make_change())))), "sent"),
            (make_job(make_round(make_change(state=ChangeState.LAPSED))), "lapsed"),
            (make_job(make_round(make_change(state=ChangeState.WITHDRAWN))), "withdrawn"),
            (make_job(make_round(make_change(state=ChangeState.SUPERSEDED, superseded_by=2))), "superseded"),
            (make_job(make_round(make_change(uninspectable="Too deep."))), "uninspectable"),
            (make_job(make_round(make_change(2))), "unknown_change"),
        ],
    )
    async def test_every_refusal_says_what_happened_instead(self, world, job, code):
        """Always a sentence, always in the audit, never silent."""
        await world.keep(posted(job))
        assert await refused(world, decide, actor(), target(), APPROVE, Via.BUTTON) == code

    async def test_another_version_than_the_one_shown_is_refused(self, world):
        """The button names the digest that its card showed."""
        await reviewing(world)
        code = await refused(world, decide, actor(), target(digest="f" * 64), APPROVE, Via.BUTTON)
        assert code == "superseded"

    async def test_a_record_that_is_gone_is_refused(self, world):
        """Its button may stand in the channel for years."""
        assert await refused(world, decide, actor(), target(), APPROVE, Via.BUTTON) == "unknown_job"


class TestUndo:
    """Taking back one's own decision."""

    async def test_a_slip_is_taken_back(self, world):
        """The change is open again, and the round waits again."""
        await reviewing(world, decided(make_change()), send_at=later(10))
        await undo(world.given, actor(), target())
        assert verdicts(world) == [None]
        assert world.job().rounds[0].send_at is None

    async def test_what_is_not_theirs_stays(self, world):
        """Whoever decided it."""
        await reviewing(world, decided(make_change(), reviewer_id=OTHER))
        assert await refused(world, undo, actor(), target()) == "not_yours"


class TestAll:
    """Several changes with one word."""

    async def test_all_open_changes_of_a_round_are_denied_at_once(self, world):
        """What was decided before stays as it was."""
        await reviewing(world, decided(make_change(1), reviewer_id=OTHER), make_change(2), make_change(3))
        assert await deny_all(world.given, actor(), ROUND) == ""
        assert verdicts(world) == [APPROVE, DENY, DENY]
        assert world.job().rounds[0].send_at == later(10)

    @pytest.mark.parametrize(
        "job", [make_job(make_round(decided(make_change()))), make_job(sent(make_round()))]
    )
    async def test_when_nothing_is_open_that_is_said(self, world, job):
        """Decided, or sent."""
        await world.keep(job)
        assert await refused(world, deny_all, actor(), ROUND) == "closed"

    async def read(self, world, *changes, versions=None, **rest):
        """Keep a round, and a dialog that showed its changes."""
        ref = await reviewing(world, *changes, **rest)
        shown = versions or tuple((c.number, c.digest) for c in changes)
        await world.store.save_reading("token", Reading(ref, 1, shown))

    async def test_a_dialog_approves_exactly_what_it_showed(self, world):
        """What joined the round since is not approved; the round goes at once when it is complete."""
        changes = [make_change(number) for number in (1, 2, 3)]
        await self.read(world, *changes, versions=tuple((c.number, c.digest) for c in changes[:2]))
        assert await approve_read(world.given, actor(), "token") == ""
        assert verdicts(world) == [APPROVE, APPROVE, None]
        assert {d.via for c in world.job().rounds[0].changes for d in c.decisions} == {Via.DIALOG}

    async def test_what_was_decided_meanwhile_is_left_as_it_was(self, world):
        """Somebody denied one of them while the dialog was open: whoever approves the rest is told."""
        await self.read(world, decided(make_change(1), DENY, reviewer_id=OTHER), make_change(2))
        said = await approve_read(world.given, actor(), "token")
        assert said == f"1 change was approved. <@{OTHER}> denied change 1 just now."
        assert verdicts(world) == [DENY, APPROVE]

    async def test_of_many_that_were_decided_meanwhile_some_are_named(self, world):
        """And the others are counted."""
        others = [decided(make_change(n), DENY, reviewer_id=OTHER) for n in range(1, 9)]
        await self.read(world, *others, make_change(9))
        said = await approve_read(world.given, actor(), "token")
        assert said.count(f"<@{OTHER}> denied") == 5
        assert said.endswith("And 3 more could not be decided.")

    async def test_what_was_replaced_meanwhile_is_told_and_not_approved(self, world):
        """Nor what took its place: nobody has read that."""
        gone = make_change(1, state=ChangeState.SUPERSEDED, superseded_by=3)
        await self.read(
            world,
            gone,
            make_change(2),
            make_change(3),
            versions=tuple((c.number, c.digest) for c in (gone, make_change(2))),
        )
        assert "Change 1 was replaced by change 3" in await approve_read(world.given, actor(), "token")
        assert verdicts(world) == [None, APPROVE, None]

    async def test_what_the_button_did_not_offer_is_not_approved(self, world):
        """Somebody had approved it when the page was drawn, and took that back since."""
        await self.read(world, make_change(1), make_change(2))
        assert await approve_read(world.given, actor(), "token", frozenset({2})) == ""
        assert verdicts(world) == [None, APPROVE]

    async def test_what_one_has_approved_already_stands(self, world):
        """Where two must approve: the rest is approved, and the first approval is not asked for again."""
        mine = replace(make_change(1), decisions=(make_decision(),))
        await self.read(world, mine, make_change(2), approvals=2)
        assert await approve_read(world.given, actor(), "token") == ""
        assert [len(c.decisions) for c in world.job().rounds[0].changes] == [1, 1]
        with pytest.raises(RefusedError, match="You have approved all of these already"):
            await approve_read(world.given, actor(), "token")

    async def test_what_one_has_approved_is_not_denied_with_the_rest(self, world):
        """Where two must approve; the rest is, and they are told how to take their approval back."""
        mine = replace(make_change(1), decisions=(make_decision(),))
        await reviewing(world, mine, make_change(2), approvals=2)
        said = await deny_all(world.given, actor(), ROUND)
        assert said == "1 change was denied. You have approved change 1 already; *Undo* takes it back."
        assert verdicts(world) == [None, DENY]
        assert world.store.audit[-1].detail == "decided_by_you"

    async def test_one_version_that_is_no_more_keeps_nothing_else_back(self, world):
        """The others are what was read; of this one the reader is told to look again, and the audit knows."""
        await self.read(
            world, make_change(1), make_change(2), versions=((1, make_change(1).digest), (2, "f" * 64))
        )
        said = await approve_read(world.given, actor(), "token")
        assert said.startswith("1 change was approved. Change 2 is not what this card shows any more.")
        assert verdicts(world) == [APPROVE, None]
        refusal = world.store.audit[-1]
        assert (refusal.event, refusal.change, refusal.detail) == ("decision.refused", 2, "superseded")

    async def test_whose_feedback_shaped_one_of_them_approves_the_others(self, world):
        """Four eyes hold for each change by itself."""
        world.routes = under(own_edits=False)
        shaped = decided(make_change(1), DENY, feedback="Shorter")
        answers = (make_change(2, revises=1), make_change(3))
        rounds = (make_round(shaped, state=RoundState.CONFIRMED), make_round(*answers, number=2))
        ref = await world.keep(posted(make_job(*rounds)))
        await world.store.save_reading("token", Reading(ref, 2, tuple((c.number, c.digest) for c in answers)))
        said = await approve_read(world.given, actor(), "token")
        assert said.startswith("1 change was approved. You asked for this edit, or your feedback shaped it")
        assert [c.verdict for c in world.job().rounds[1].changes] == [None, APPROVE]

    async def test_what_was_decided_while_slack_was_asked_is_told(self, world):
        """Between the look at the record and the change of it."""
        await self.read(world, make_change(1), make_change(2))
        look_up = world.directory.person

        async def slowly(*who):
            world.store.put(job_with(decided(make_change(1), DENY, reviewer_id=OTHER), world.job()))
            return await look_up(*who)

        world.directory.person = slowly
        said = await approve_read(world.given, actor(), "token")
        assert said == f"1 change was approved. <@{OTHER}> denied change 1 just now."
        assert verdicts(world) == [DENY, APPROVE]

    async def test_a_refusal_that_cannot_be_noted_undoes_nothing(self, world, monkeypatch):
        """What could be decided is stored: nobody is told that it failed."""

        async def note(_entry):
            raise TransientError("No store.")

        await self.read(
            world, make_change(1), make_change(2), versions=((1, make_change(1).digest), (2, "f" * 64))
        )
        monkeypatch.setattr(world.store, "note", note)
        assert (await approve_read(world.given, actor(), "token")).startswith("1 change was approved.")

    async def test_when_none_may_be_approved_it_is_said_why(self, world):
        """Four eyes hold for each of them."""
        world.routes = under(own_edits=False)
        await self.read(world, make_change(1), make_change(2))
        assert await refused(world, approve_read, actor(REQUESTER), "token") == "own_edit"

    async def test_when_everything_was_decided_meanwhile_that_is_said(self, world):
        """There is nothing left to approve."""
        await self.read(world, decided(make_change(1)), decided(make_change(2)))
        assert await refused(world, approve_read, actor(), "token") == "closed"

    async def test_a_dialog_that_is_too_old_approves_nothing(self, world):
        """What it showed is not known any more."""
        with pytest.raises(RefusedError, match="too old"):
            await approve_read(world.given, actor(), "token")


class TestSendNow:
    """Having a round sent as it stands."""

    async def test_a_round_is_hurried(self, world):
        """Who did it is in the record, and the submission is queued."""
        await reviewing(world, decided(make_change(1)), make_change(2))
        await send_now(world.given, actor(OTHER), ROUND)
        assert (world.job().rounds[0].send_at, world.job().rounds[0].hurried_by) == (NOON, OTHER)
        assert "submit" in world.queue.steps

    async def test_what_was_sent_is_not_hurried(self, world):
        """And guests hurry nothing."""
        await world.keep(make_job(sent(make_round())))
        assert await refused(world, send_now, actor(), ROUND) == "closed"
        world.store.audit.clear()
        world.directory.people[OTHER] = Person(OTHER, is_guest=True)
        await reviewing(world)
        assert await refused(world, send_now, actor(OTHER), ROUND) == "guest"


class TestReply:
    """A reply in the thread of a round, or of its job."""

    @pytest.mark.parametrize("thread_ts", [JOB_TS, ROUND_TS])
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("approve 1,3", [APPROVE, None, APPROVE]),
            ("deny all: too long", [DENY, DENY, DENY]),
            (f"<@{BOT}> approve 2.", [None, APPROVE, None]),
        ],
    )
    async def test_a_command_is_taken(self, world, thread_ts, text, expected):
        """In either thread, of whichever changes it names."""
        await reviewing(world, make_change(1), make_change(2), make_change(3))
        assert await reply(world.given, said(text, thread_ts=thread_ts)) == Answer(Heard.TAKEN)
        assert verdicts(world) == expected

    async def test_approving_all_leaves_what_one_has_approved_already(self, world):
        """Where two must approve: the rest is taken, and there is nothing to say of the first."""
        mine = replace(make_change(1), decisions=(make_decision(),))
        await reviewing(world, mine, make_change(2), approvals=2)
        assert await reply(world.given, said("approve all")) == Answer(Heard.TAKEN)
        assert [len(c.decisions) for c in world.job().rounds[0].changes] == [1, 1]
        with pytest.raises(RefusedError, match="approved all of these already: somebody else must, too"):
            await reply(world.given, said("approve all", ts="201.000100"))

    async def test_denying_all_says_what_one_would_have_to_take_back(self, world):
        """The rest is taken, and the reply is not taken again."""
        mine = replace(make_change(1), decisions=(make_decision(),))
        await reviewing(world, mine, make_change(2), approvals=2)
        told = "1 change was denied. You have approved change 1 already; *Undo* takes it back."
        assert await reply(world.given, said("deny all: keep it")) == Answer(Heard.TAKEN, told)
        assert await reply(world.given, said("deny all: keep it")) == Answer(Heard.TAKEN)
        assert verdicts(world) == [None, DENY]

    async def test_its_feedback_is_recorded(self, world):
        """As it was written, by a way that sends the round at once."""
        await reviewing(world)
        await reply(world.given, said("deny: keep\nthe original"))
        (decision,) = world.job().rounds[0].changes[0].decisions
        assert (decision.feedback, decision.via) == ("keep\nthe original", Via.REPLY)
        assert world.job().rounds[0].send_at == NOON

    async def test_without_a_number_the_only_open_one_is_meant(self, world):
        """What was decided before is not in question."""
        await reviewing(world, decided(make_change(1), reviewer_id=OTHER), make_change(2))
        assert await reply(world.given, said("approve")) == Answer(Heard.TAKEN)
        assert verdicts(world) == [APPROVE, APPROVE]

    async def test_without_a_number_nothing_is_guessed(self, world):
        """With two open, it is asked which."""
        await reviewing(world, make_change(1), make_change(2))
        assert await refused(world, reply, said("approve")) == "ambiguous"

    @pytest.mark.parametrize(
        ("text", "code"),
        [("approve 7", "unknown_change"), ("approve 1,7", "unknown_change"), ("approve", "closed"), ("deny all", "closed"),
         ("approve 1", "decided_by_you")],
    )  # fmt: skip
    async def test_what_cannot_be_taken_is_refused_as_a_whole(self, world, text, code):
        """A number that does not exist, nothing open any more, or decided before."""
        await reviewing(world, decided(make_change(1)))
        assert await refused(world, reply, said(text)) == code

    async def test_a_reply_decides_only_what_was_up_when_it_was_written(self, world):
        """It came before the card, in the same second, or while the card was being posted."""
        await reviewing(world, make_change(1), make_change(2))
        for ts in ("99.000100", "103.000100", "103.000099"):
            world.store.audit.clear()
            assert await refused(world, reply, said("approve 2", ts=ts)) == "before_card"
        assert await reply(world.given, said("approve 2", ts="103.000101")) == Answer(Heard.TAKEN)

    async def test_a_reply_that_is_delivered_again_changes_nothing(self, world):
        """Slack's receipt was lost: it is not refused as late, and does not decide again what was taken back since."""
        await reviewing(world)
        assert await reply(world.given, said("approve")) == Answer(Heard.TAKEN)
        assert await reply(world.given, said("approve")) == Answer(Heard.TAKEN)
        await undo(world.given, actor(), target())
        assert await reply(world.given, said("approve")) == Answer(Heard.TAKEN)
        assert verdicts(world) == [None]
        assert await reply(world.given, said("approve", ts="201.000100")) == Answer(Heard.TAKEN)
        assert verdicts(world) == [APPROVE]

    @pytest.mark.parametrize("words", ["approve all", "approve 2"])
    async def test_the_list_of_a_round_is_no_card(self, world, words):
        """Its message is up, the card of change 2 is still to come: nobody has seen what it would do."""
        job = posted(make_job(make_round(make_change(1), make_change(2))))
        del job.messages["card:2"]
        await world.keep(job)
        assert await refused(world, reply, said(words)) == "before_card"

    @pytest.mark.parametrize("message", [None, MessageRef("C0LEGAL", attempt=1)])
    async def test_a_card_that_is_not_up_cannot_have_been_read(self, world, message):
        """Nobody decides what they were not shown."""
        job = make_job(make_round(make_change())).with_message("job", MessageRef("C0LEGAL", JOB_TS))
        await world.keep(job.with_message("round:1", message) if message else job)
        assert await refused(world, reply, said("approve", thread_ts=JOB_TS)) == "before_card"

    @pytest.mark.parametrize("trait", [{"is_whole": False}, {"warnings": ("Hidden text.",)}])
    async def test_what_must_be_read_in_full_is_never_approved_by_reply(self, world, trait):
        """The refusal names what to open; denying it by reply is taken."""
        await reviewing(world, make_change(**trait))
        assert await refused(world, reply, said("approve")) == f"unread:{target()}"
        assert await reply(world.given, said("deny")) == Answer(Heard.TAKEN)

    async def test_what_cannot_be_inspected_is_refused_as_that(self, world):
        """There is nothing to read in full."""
        await reviewing(world, make_change(uninspectable="Too deep.", is_whole=False))
        assert await refused(world, reply, said("approve")) == "uninspectable"

    @pytest.mark.parametrize("text", ["I don't approve", "approve?", "yes", "ok approve"])
    async def test_talk_decides_nothing(self, world, text):
        """It is talk in a thread of ours, and nothing is recorded, in the audit neither."""
        await reviewing(world)
        assert await reply(world.given, said(text)) == Answer(Heard.TALK)
        assert verdicts(world) == [None]
        assert world.events() == []

    async def test_other_threads_are_not_ours(self, world):
        """Whatever is said there; and so is talk where nothing is open."""
        await reviewing(world)
        assert await reply(world.given, said("approve", thread_ts="1.0")) == Answer(Heard.NOT_OURS)
        await world.keep(posted(make_job(sent(make_round()))))
        assert await reply(world.given, said("nice")) == Answer(Heard.NOT_OURS)

    @pytest.mark.parametrize(
        "job",
        [
            make_job(sent(make_round())),
            make_job(make_round(), state=JobState.LAPSED),
            make_job(),
            make_job(make_round(state=RoundState.CONFIRMED), make_round(make_change(2), number=2)),
        ],
    )
    async def test_a_command_where_nothing_is_open_is_told_so(self, world, job):
        """Sent, ended, not proposed yet, or the thread of an earlier round."""
        await world.keep(posted(job).with_message("round:1", MessageRef("C0LEGAL", ROUND_TS)))
        assert await refused(world, reply, said("approve")) == "closed"

    async def test_who_may_not_decide_may_not_by_reply(self, world):
        """The same rule, the same refusal."""
        world.directory.people[REVIEWER] = Person(REVIEWER, is_guest=True)
        await reviewing(world)
        assert await refused(world, reply, said("approve")) == "guest"


class TestOffer:
    """What is offered to somebody who talks."""

    async def test_talk_may_become_feedback_once_per_person_and_round(self, world):
        """Privately; the second time they are left in peace."""
        await reviewing(world)
        offered = await offer(world.given, said("too long"))
        assert offered is not None
        assert offered.action == Action(Does.FEEDBACK, "Deny with this as feedback", target())
        assert await offer(world.given, said("really too long")) is None
        assert await offer(world.given, said("hm", user_id=OTHER)) is not None

    async def test_between_several_open_changes_the_words_to_say_are_offered(self, world):
        """It is not known which is meant, so no button says it for them."""
        await reviewing(world, make_change(1), make_change(2))
        offered = await offer(world.given, said("too long"))
        assert offered is not None
        assert "`deny 1: …`" in offered.sentence
        assert offered.action is None
        assert await offer(world.given, said("really too long")) is None

    async def test_where_nothing_is_open_nothing_is_offered(self, world):
        """Nor in a thread that is not ours."""
        await reviewing(world)
        assert await offer(world.given, said("too long", thread_ts="1.0")) is None
        await world.keep(posted(make_job(sent(make_round()))))
        assert await offer(world.given, said("too long")) is None


class TestWhatIsKnownNow:
    """A round that an older version opened, and a dialog that is older than a warning, approve nothing unseen."""

    HIDDEN = Content("<p>Pay.</p>", "<p>Pay.<span style='display:none'>Twice.</span></p>")
    TORN = Content("<p>Pay.</p>", "<p>Pay.</p>" + "<div>" * 9_000)

    async def opened_before(self, world, content):
        """Keep a round in which nothing odd was seen when it was opened."""
        ref = await reviewing(world, make_change(1), make_change(2))
        await world.store.save_contents(ref, {make_change(2).digest: content})
        return ref

    async def test_a_dialog_approves_no_warned_change_with_others(self, world):
        """It did not offer that change when it was opened, or a warning came since."""
        ref = await self.opened_before(world, self.HIDDEN)
        both = tuple((n, make_change(n).digest) for n in (1, 2))
        await world.store.save_reading("token", Reading(ref, 1, both))
        assert await refused(world, approve_read, actor(), "token") == "warned"

    async def test_a_reply_approves_no_change_that_is_warned_of_now(self, world):
        """It leads to the dialog instead."""
        await self.opened_before(world, self.HIDDEN)
        assert (await refused(world, reply, said("approve 2"))).startswith("unread:")

    async def test_no_button_approves_what_cannot_be_inspected_now(self, world):
        """Not even one that an older version has drawn; denying it goes on."""
        await self.opened_before(world, self.TORN)
        assert await refused(world, decide, actor(), target(2), APPROVE, Via.BUTTON) == "uninspectable"
        world.store.audit.clear()
        await decide(world.given, actor(), target(2), DENY, Via.BUTTON)
        assert world.job().change(2).verdict is DENY
