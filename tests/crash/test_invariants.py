"""Every invariant can fail: a good history passes all of them, and each planted fault is found by the one it is for."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.core.model import Change, ChangeState, Decision, Job, JobState, Mode, Round, RoundState, Verdict, Via
from bot.core.request import Callback, LibraryFile, Returned
from tests.crash.front import Outcome
from tests.crash.history import Approval, Audited, History, Shown
from tests.crash.invariants import violations
from tests.crash.people import Act

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
APPLIED = "Approved by <@U0REV> · applied, found in the document"
ANSWER = (("ch_1", True, ""),)
APPROVE = Decision(Verdict.APPROVE, "U0REV", NOW, Via.BUTTON)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def entry(at: float, event: str, **more: object) -> Audited:
    return replace(Audited(after(at), event, "r"), **more)  # type: ignore[arg-type]  # fields by name


CHANGE = Change(1, "ch_1", "d1", "edit", state=ChangeState.DECIDED, decisions=(APPROVE,))
ROUND = Round(1, NOW, after(3600), after(3480), (CHANGE,), RoundState.CONFIRMED)
JOB = Job(
    "r", "s", "C0LEGAL", "U0REQ", "…", Mode.REVIEW, NOW, job_id="job_1", state=JobState.COMPLETED, rounds=(ROUND,)
)  # fmt: skip
AUDIT = (
    entry(0, "edit.requested", user_id="U0REQ"),
    entry(1, "change.proposed", round=1, change=1, detail="d1"),
    entry(1, "round.opened", round=1),
    entry(2, "change.awaiting", round=1, change=1),
    entry(
        3,
        "decision.recorded",
        user_id="U0REV",
        round=1,
        change=1,
        detail="approve by button in rendering 1 of d1",
    ),
    entry(3, "change.decided", round=1, change=1),
    entry(4, "round.submitting", round=1, detail="attempt 1"),
    entry(6, "round.confirmed", round=1, detail="attempt 1"),
    entry(6, "job.completed"),
)
GOOD = History(
    jobs=(JOB,),
    started={"job_1": (("ch_1", "approved"),)},
    approvals=(Approval("job_1", ANSWER, was_taken=True, at=after(5)),),
    audit=AUDIT,
    messages=(Shown("r", "job", "Applied 1 of 1"), Shown("r", "round:1", APPLIED)),
    wanted={("r", "job"): "Applied 1 of 1", ("r", "round:1"): APPLIED},
    acts=(Act("U0REV", "round:1", "approve", is_acked=True),),
    secrets=("xoxb-secret",),
)


def with_change(change: Change) -> History:
    return with_round(replace(ROUND, changes=(change,)))


def with_round(held: Round) -> History:
    return replace(GOOD, jobs=(replace(JOB, rounds=(held,)),))


def sent(*answers: tuple[bool, str], taken: bool = True) -> History:
    calls = (
        Approval("job_1", (("ch_1", *answer),), was_taken=taken, at=after(5 + number))
        for number, answer in enumerate(answers)
    )
    return replace(GOOD, approvals=tuple(calls))


def heard(*removed: str, added: tuple[Audited, ...] = ()) -> History:
    kept = tuple(one for one in AUDIT if one.event not in removed)
    return replace(GOOD, audit=tuple(sorted((*kept, *added), key=lambda one: one.at)))


def shown(*messages: Shown) -> History:
    return replace(GOOD, messages=messages)


WORD = b"PK edited"
BROUGHT = replace(
    JOB,
    has_document=True,
    source=LibraryFile("a.docx", "v1"),
    returned=Returned("a.docx", version=hashlib.sha256(WORD).hexdigest()),
    callback=Callback("http://127.0.0.1/called", delivered_at=NOW),
)
TOLD = Outcome("msg_r_completed", b'{"type":"edit.completed","data":{"has_document":true}}')
BACK = replace(
    GOOD,
    jobs=(BROUGHT,),
    files=("supply.r-document.html", "supply.r-export.docx"),
    outcomes=(TOLD, TOLD),
    library={"a.docx": WORD},
)
"""A document that came back every way, and whose program was told twice."""


BY_CAROL = replace(APPROVE, reviewer_id="U0CAROL")
DENIAL = replace(APPROVE, verdict=Verdict.DENY)
FAULTS: dict[str, tuple[str, Callable[[], History]]] = {
    "two decisions on one change": (
        "I1",
        lambda: with_change(replace(CHANGE, decisions=(APPROVE, BY_CAROL))),
    ),
    "one person counted twice": (
        "I1",
        lambda: with_round(
            replace(ROUND, approvals=2, changes=(replace(CHANGE, decisions=(APPROVE, APPROVE)),))
        ),
    ),
    "a double approve": ("I1", lambda: sent((True, ""), (True, ""))),
    "both verdicts sent": ("I1", lambda: sent((True, ""), (False, ""), taken=False)),
    "a lost press": ("I2", lambda: heard("decision.recorded")),
    "a decision that never arrived": ("I2", lambda: replace(GOOD, approvals=())),
    "a decision that SuperDocs did not take": ("I2", lambda: sent((True, ""), taken=False)),
    "an edit that was lost": ("I2", lambda: replace(GOOD, edits=2)),
    "an edit that was started twice": ("I2", lambda: replace(GOOD, started={**GOOD.started, "job_2": ()})),
    "an approval that nobody gave": ("I3", lambda: heard("decision.recorded")),
    "an approval of other bytes": ("I3", lambda: with_change(replace(CHANGE, digest="d2"))),
    "an approval before its press": (
        "I3",
        lambda: heard("decision.recorded", added=(replace(AUDIT[4], at=after(9)),)),
    ),
    "a double card": ("I4", lambda: shown(*GOOD.messages, Shown("r", "round:1", APPLIED))),
    "a card that was never posted": ("I4", lambda: shown(GOOD.messages[0])),
    "a button that outlives its round": (
        "I4",
        lambda: shown(GOOD.messages[0], Shown("r", "round:1", APPLIED, frozenset({"approve"}))),
    ),
    "a round that never ends": ("I5", lambda: with_round(replace(ROUND, state=RoundState.SUBMITTING))),
    "a change that stays open": ("I5", lambda: with_change(replace(CHANGE, state=ChangeState.AWAITING))),
    "an end two minutes after the deadline": (
        "I5",
        lambda: with_round(replace(ROUND, deadline_at=after(6 - 120))),
    ),
    "a card that says applied when it was not": (
        "I6",
        lambda: replace(GOOD, started={"job_1": (("ch_1", "failed"),)}),
    ),
    "a card that says something else than the record": (
        "I6",
        lambda: shown(GOOD.messages[0], Shown("r", "round:1", "Approved by <@U0REV>")),
    ),
    "an approval against a denial": (
        "I7",
        lambda: with_change(replace(CHANGE, decisions=(DENIAL,))),
    ),
    "one approval where two are needed": ("I7", lambda: with_round(replace(ROUND, approvals=2))),
    "a transition that is not in the audit": ("I8", lambda: heard("round.confirmed")),
    "a transition that is told twice": ("I8", lambda: heard(added=(AUDIT[2],))),
    "a transition that the tables do not allow": (
        "I8",
        lambda: heard("round.submitting"),
    ),
    "a call before its entry": (
        "I8",
        lambda: heard("round.submitting", added=(replace(AUDIT[6], at=after(5.5)),)),
    ),
    "a secret in the log": ("I9", lambda: replace(GOOD, log="token=xoxb-secret")),
    "a bug on the way": ("I9", lambda: replace(GOOD, log='{"event": "task.broken"}')),
    "a job that never ends": ("I10", lambda: replace(GOOD, jobs=(replace(JOB, state=JobState.REVIEWING),))),
    "a message that stays to be shown": ("I10", lambda: replace(GOOD, jobs=(replace(JOB, refresh_at=NOW),))),
    "a file that is lost": ("I11", lambda: replace(BACK, files=BACK.files[:1])),
    "a file that stands twice": ("I11", lambda: replace(BACK, files=(*BACK.files, BACK.files[0]))),
    "a document that is not what was returned": (
        "I11",
        lambda: replace(BACK, library={"a.docx": b"PK other"}),
    ),
    "a document that never went back": (
        "I11",
        lambda: replace(BACK, jobs=(replace(BROUGHT, returned=None),)),
    ),
    "a second copy beside it": (
        "I11",
        lambda: replace(BACK, library={**BACK.library, "a (edited).docx": WORD}),
    ),
    "a program that is told nothing": ("I12", lambda: replace(BACK, outcomes=())),
    "a program that is told something else by another id": (
        "I12",
        lambda: replace(BACK, outcomes=(TOLD, replace(TOLD, message_id="msg_r_failed"))),
    ),
    "a program that is told what is not so": (
        "I12",
        lambda: replace(BACK, outcomes=(replace(TOLD, body=TOLD.body.replace(b"true", b"false")),)),
    ),
    "a program that is told what it never asked for": (
        "I12",
        lambda: replace(BACK, jobs=(replace(BROUGHT, callback=None),)),
    ),
    "a run out of time": ("I10", lambda: replace(GOOD, troubles=("I10: it did not settle",))),
}


def test_a_good_history_is_not_blamed():
    """Where all promises were kept, nothing is said."""
    assert violations(GOOD) == []
    assert violations(BACK) == []


def test_a_call_that_was_not_taken_may_be_repeated():
    """An approve that SuperDocs never took, and the same one again, is no second effect."""
    again = entry(5.5, "round.unknown", round=1), entry(5.6, "round.submitting", round=1)
    calls = (replace(GOOD.approvals[0], was_taken=False), replace(GOOD.approvals[0], at=after(5.8)))
    assert violations(replace(heard(added=again), approvals=calls)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault):
    """The invariant that a fault breaks says so."""
    number, spoilt = FAULTS[fault]
    assert [sentence for sentence in violations(spoilt()) if sentence.startswith(f"{number}:")] != []
