"""Every act that is refused stands in the audit: who, what, why, and where there is one, of which edit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.model import MessageRef, Mode, Verdict, Via
from bot.core.permission import Person
from bot.relay.acts import EditRequest, Reply
from bot.relay.asking import resume, start, stop
from bot.relay.audited import Act, audited
from bot.relay.deciding import decide, review
from bot.relay.reminding import backlog, digest
from tests.fakes.world import actor
from tests.make import make_change, make_job, make_round

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.relay.world import World

GUEST = "U0GUEST"
REF = make_job().ref
ROUND, CHANGE = f"{REF}.1", f"{REF}.1.{make_change().digest}"
BY = actor(GUEST)
WANTED = EditRequest("key", BY, "C0LEGAL", "Shorten it.", Mode.REVIEW, None)

ACTS = {
    "approve": (lambda w: decide.decide(w, BY, CHANGE, Verdict.APPROVE, Via.BUTTON), "decision", REF),
    "undo": (lambda w: decide.undo(w, BY, CHANGE), "decision", REF),
    "deny all": (lambda w: decide.deny_all(w, BY, ROUND), "decision", REF),
    "approve all": (lambda w: decide.approve_read(w, BY, "unknown"), "decision", ""),
    "send now": (lambda w: decide.send_now(w, BY, ROUND), "decision", REF),
    "a reply": (lambda w: decide.reply(w, Reply(replace(BY, ts="9.0"), "1.0", "deny")), "decision", REF),
    "review": (lambda w: review.read_change(w, BY, CHANGE), "dialog", REF),
    "review all": (lambda w: review.read_round(w, BY, ROUND), "dialog", REF),
    "feedback": (lambda w: review.feedback_form(w, BY, CHANGE), "dialog", REF),
    "the edit dialog": (lambda w: start.preferred_mode(w, BY), "dialog", ""),
    "an edit": (lambda w: start.request(w, WANTED), "edit", ""),
    "ask again": (lambda w: start.ask_again(w, BY, REF), "again", REF),
    "ask all again": (lambda w: digest.ask_all_again(w, BY, "0" * 16), "again", ""),
    "stop": (lambda w: stop.request(w, BY, REF), "stop", REF),
    "continue": (lambda w: resume.answer(w, BY, REF, goes_on=True), "prompt", REF),
    "stop here": (lambda w: resume.answer(w, BY, REF, goes_on=False), "prompt", REF),
    "a digest": (lambda w: digest.request(w, BY, "key"), "digest", ""),
    "what waits": (lambda w: backlog.waiting_for(w, BY), "list", ""),
}  # fmt: skip


@pytest.mark.parametrize(("does", "act", "ref"), ACTS.values(), ids=ACTS)
async def test_a_refused_act_is_in_the_audit(
    world, does: Callable[[World], Awaitable[object]], act: str, ref: str
):
    """Once, with who tried it and the code of the rule; and the person is told all the same."""
    job = make_job(make_round()).with_message("round:1", MessageRef("C0LEGAL", "1.0"))
    await world.keep(job)
    world.directory.people[GUEST] = Person(GUEST, is_guest=True)
    with pytest.raises(RefusedError) as refused:
        await does(world.given)
    (entry,) = world.store.audit
    assert (entry.event, entry.ref, entry.user_id) == (f"{act}.refused", ref, GUEST)
    assert entry.detail == refused.value.code.partition(":")[0] + ("" if ref else " in C0LEGAL")


async def test_what_is_not_known_of_an_act_is_left_out(world):
    """A press in a dialog comes from no channel; a change is named where it is about one."""
    for where, number in (("", 0), ("C0LEGAL", 3)):
        with pytest.raises(RefusedError):
            async with audited(world.given, actor(channel=where), Act.STOP, "", number):
                raise RefusedError("No.", code="closed:rest")
    assert [(entry.detail, entry.change) for entry in world.store.audit] == [
        ("closed", 0),
        ("closed in C0LEGAL", 3),
    ]


async def test_what_was_not_refused_is_not_in_the_audit(world):
    """What works tells of itself, and what failed for now was not refused."""
    async with audited(world.given, BY, Act.STOP, REF):
        pass
    with pytest.raises(TransientError):
        async with audited(world.given, BY, Act.STOP, REF):
            raise TransientError("Later.")
    assert world.store.audit == []
