"""What must hold when everything is quiet again, whoever died when.

Each invariant reads a history, and says in sentences what is wrong with it. They are numbered as in the list of
promises, I1 to I10; I11 and I12 are about what comes back.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.core.lifecycle import CHANGE_TABLE, ROUND_TABLE, SENT_ROUNDS, has_ended
from bot.core.model import ChangeState, RoundState, Verdict
from bot.core.request import LibraryFile
from bot.core.returning import EXPORT, export_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.core.model import Change, Job, Round
    from tests.crash.history import Approval, Audited, History
    from tests.crash.people import Act

    Invariant = Callable[[History], Iterator[str]]

DEADLINE_LIMIT: Final = timedelta(seconds=60)
_APPLIED_CLAIMS: Final = ("applied, found in the document",)
_APPLIED: Final = frozenset({"approved", "auto_approved"})
_LIVE: Final = frozenset({"approve", "deny", "deny_with_feedback", "undo", "pass_on", "send_now"})


def violations(history: History) -> list[str]:
    """Return everything that is wrong, each in a sentence; nothing, when all promises were kept."""
    return [sentence for invariant in INVARIANTS for sentence in invariant(history)]


def i1_one_decision(history: History) -> Iterator[str]:
    """At most one decision per change; every call for a change says the same; none follows one that was taken."""
    for job, held, change in _changes(history):
        reviewers = [decision.reviewer_id for decision in change.decisions]
        if len(reviewers) > held.approvals or len(set(reviewers)) < len(reviewers):
            yield f"I1: change {change.number} of {job.ref} has decisions of {reviewers}."
    for (job_id, change_id), calls in _calls_of_changes(history).items():
        said = {answer for _, answer in calls}
        if len(said) > 1:
            yield f"I1: SuperDocs was told {sorted(said)} about {change_id} of {job_id}."
        if any(approval.was_taken for approval, _ in calls[:-1]):
            yield f"I1: {change_id} of {job_id} was sent again after SuperDocs had taken it."


def i2_nothing_lost(history: History) -> Iterator[str]:
    """Whoever was told that a press arrived finds it recorded or refused; what is recorded was delivered."""
    for act in history.acts:
        if act.is_acked and not any(_tells_of(entry, act) for entry in history.audit):
            yield f"I2: {act.user} {act.verdict}s {act.slot}, acked, and nothing of it is recorded."
    for job, held, change in _changes(history):
        if change.decisions and held.state is RoundState.CONFIRMED:
            yield from _undelivered(history, job, held, change)
    yield from _uncounted(history)


def _undelivered(history: History, job: Job, held: Round, change: Change) -> Iterator[str]:
    calls = _calls_of_changes(history).get((job.job_id, change.change_id), [])
    feedback = change.denial.feedback if change.denial else ""
    wanted = (change.verdict is Verdict.APPROVE and not held.is_stopped, feedback)
    if not any(approval.was_taken and answer == wanted for approval, answer in calls):
        yield f"I2: change {change.number} of {job.ref} was decided, and SuperDocs never took that."


def _uncounted(history: History) -> Iterator[str]:
    """One edit is one record and one job at SuperDocs: none is lost, and none is started twice."""
    if len(history.jobs) != history.edits:
        yield f"I2: {history.edits} edits were asked for, and there are {len(history.jobs)} records."
    known = Counter(job.job_id for job in history.jobs if job.job_id)
    for job_id in history.started.keys() ^ known.keys():
        yield f"I2: {job_id} runs at SuperDocs without a record, or stands in a record alone."


def i3_nothing_unasked(history: History) -> Iterator[str]:
    """Every approval that SuperDocs received was recorded before, by somebody, of exactly the bytes that were shown."""
    digests = {
        (job.job_id, change.change_id): (job.ref, change.number, change.digest)
        for job, _, change in _changes(history)
    }
    for approval in history.approvals:
        for change_id, is_approved, _ in approval.answers:
            known = digests.get((approval.job_id, change_id))
            if is_approved and not (known and _was_approved(history, *known, approval)):
                yield f"I3: {change_id} of {approval.job_id} was sent as approved, and nobody had approved it."


def _was_approved(history: History, ref: str, number: int, digest: str, approval: Approval) -> bool:
    return any(
        (entry.event, entry.ref, entry.change) == ("decision.recorded", ref, number)
        and entry.detail.startswith("approve ")
        and entry.detail.endswith(digest)
        and entry.at <= approval.at
        for entry in history.audit
    )


def i4_one_card(history: History) -> Iterator[str]:
    """Every message of a job stands there once, and none that is over has live buttons."""
    standing = Counter((message.ref, message.slot) for message in history.messages)
    for (ref, slot), count in standing.items():
        if count > 1:
            yield f"I4: {slot} of {ref} stands there {count} times."
    for ref, slot in history.wanted.keys() - standing.keys():
        yield f"I4: {slot} of {ref} stands nowhere."
    ended = {job.ref for job in history.jobs if has_ended(job)}
    for message in history.messages:
        if message.ref in ended and message.offers & _LIVE:
            yield f"I4: {message.slot} of {message.ref} still offers {sorted(message.offers & _LIVE)}."


def i5_in_time(history: History) -> Iterator[str]:
    """Every change is in a final state, at most a minute after its deadline."""
    for job, held, change in _changes(history):
        is_final = change.state not in {ChangeState.PROPOSED, ChangeState.AWAITING}
        if not is_final or held.state in {RoundState.OPEN, *SENT_ROUNDS}:
            yield f"I5: change {change.number} of {job.ref} is {change.state.value}, its round {held.state.value}."
        late = [
            e for e in history.audit if _ends_round(e, job, held) and e.at > held.deadline_at + DEADLINE_LIMIT
        ]
        if late:
            yield f"I5: round {held.number} of {job.ref} ended at {late[0].at}, its deadline was {held.deadline_at}."


def _ends_round(entry: Audited, job: Job, held: Round) -> bool:
    finals = {f"round.{state.value}" for state in set(RoundState) - set(ROUND_TABLE)}
    return entry.event in finals and (entry.ref, entry.round) == (job.ref, held.number)


def i6_nothing_claimed(history: History) -> Iterator[str]:
    """No card says "applied" unless SuperDocs applied it; every message says what the record says."""
    for job, held, change in _changes(history):
        slot = f"card:{change.number}" if len(held.changes) > 1 else f"round:{held.number}"
        word = dict(history.started.get(job.job_id, ())).get(change.change_id)
        claims = [m for m in history.messages if (m.ref, m.slot) == (job.ref, slot) and _claims(m.words)]
        if claims and word not in _APPLIED:
            yield f"I6: {slot} of {job.ref} says applied, and SuperDocs says {word or 'nothing'} of it."
    for message in history.messages:
        wanted = history.wanted.get((message.ref, message.slot))
        if wanted is not None and message.words != wanted:
            yield f"I6: {message.slot} of {message.ref} says “{message.words}” where the record says “{wanted}”."


def _claims(words: str) -> bool:
    return any(claim in words for claim in _APPLIED_CLAIMS)


def i7_who_decides(history: History) -> Iterator[str]:
    """So many distinct people approve as it takes, and one denial denies."""
    for job, held, change in _changes(history):
        approvers = {d.reviewer_id for d in change.decisions if d.verdict is Verdict.APPROVE}
        for approval, (is_approved, _) in _calls_of_changes(history).get((job.job_id, change.change_id), []):
            if is_approved and (change.denial or len(approvers) < held.approvals):
                yield f"I7: change {change.number} of {job.ref} was approved at {approval.at} against its decisions."


def i8_audit(history: History) -> Iterator[str]:
    """The audit tells each transition once, in an order that the tables allow, up to where the record stands.

    The entry of a call is not later than the call.
    """
    for job in history.jobs:
        for held in job.rounds:
            told = _told(history, "round", job.ref, held.number, 0)
            yield from _misled(f"round {held.number} of {job.ref}", told, held.state.value, _ROUNDS, "opened")
            for change in held.changes:
                told = _told(history, "change", job.ref, held.number, change.number)
                yield from _misled(
                    f"change {change.number} of {job.ref}", told, change.state.value, _CHANGES, "proposed"
                )
    yield from _late_entries(history)


_ROUNDS: Final = {s.value: {a.value for a in t.values()} for s, t in ROUND_TABLE.items()}
_CHANGES: Final = {s.value: {a.value for a in t.values()} for s, t in CHANGE_TABLE.items()}


def _told(history: History, kind: str, ref: str, held: int, change: int) -> list[str]:
    return [
        entry.event.partition(".")[2]
        for entry in history.audit
        if entry.event.startswith(f"{kind}.") and (entry.ref, entry.round, entry.change) == (ref, held, change)
    ]  # fmt: skip


def _misled(
    what: str, told: list[str], state: str, table: dict[str, set[str]], first: str
) -> Iterator[str]:  # fmt: skip
    if not told or told[0] != first or first in told[1:]:
        yield f"I8: the audit of {what} does not begin once with {first}: {told}."
        return
    states = table.keys() | {after for reached in table.values() for after in reached}
    # The rest tells what happened meanwhile: what kept a round, or whom a change was passed on to.
    path = ["open" if first == "opened" else first, *(step for step in told[1:] if step in states)]
    for before, after in pairwise(path):
        if after not in table.get(before, ()):
            yield f"I8: the audit of {what} goes from {before} to {after}."
    if path[-1] != state:
        yield f"I8: the audit of {what} ends with {path[-1]}, and the record says {state}."


def _late_entries(history: History) -> Iterator[str]:
    refs = {job.job_id: job.ref for job in history.jobs}
    sent: defaultdict[str, list[Approval]] = defaultdict(list)
    for approval in history.approvals:
        sent[refs.get(approval.job_id, "")].append(approval)
    for ref, approvals in sent.items():
        taken = [e for e in history.audit if (e.event, e.ref) == ("round.submitting", ref)]
        for number, approval in enumerate(approvals):
            earlier = [e for e in taken if e.at <= approval.at + timedelta(milliseconds=1)]
            if len(earlier) <= number:
                yield f"I8: call {number + 1} for {ref} came before its entry in the audit."


def i9_no_secrets(history: History) -> Iterator[str]:
    """No secret stands in a log, a message or the audit; and nothing was broken on the way."""
    said = [history.log, *(m.words for m in history.messages), *(e.detail for e in history.audit)]
    for secret in history.secrets:
        if any(secret in text for text in said):
            yield f"I9: {secret[:5]}… was told."
    if "Traceback" in history.log or '"event": "task.broken"' in history.log:
        lines = [line for line in history.log.splitlines() if "Traceback" in line or "task.broken" in line]
        yield f"I9: the log tells of a bug: {lines[0][-2000:]}"


def i10_settles(history: History) -> Iterator[str]:
    """After the last death, all that is left settles."""
    yield from history.troubles
    for job in history.jobs:
        if not has_ended(job) or job.refresh_at is not None or job.publish_at is not None:
            yield f"I10: {job.ref} is still {job.state.value}."


def i11_comes_back(history: History) -> Iterator[str]:
    """A document that was edited stands in the thread, in each of its formats, and in the library: each once."""
    for job in history.jobs:
        for slot in _owed(job):
            count = sum(f".{job.ref}-{slot}" in name for name in history.files)
            if count != 1:
                yield f"I11: the {slot} of {job.ref} stands {count} times in Slack."
        if isinstance(job.source, LibraryFile) and job.has_document:
            yield from _misplaced(history, job, job.source)


def _owed(job: Job) -> list[str]:
    if not job.has_document:
        return []
    return ["document", EXPORT] if export_form(job) else ["document"]


def _misplaced(history: History, job: Job, source: LibraryFile) -> Iterator[str]:
    """Say what is wrong with a library in which nobody else has changed anything."""
    held = history.library.get(source.path, b"")
    version = hashlib.sha256(held).hexdigest()
    if job.returned is None or (job.returned.path, job.returned.version) != (source.path, version):
        yield f"I11: {source.path} of the library is not what {job.ref} says that it put there."
    if version == source.version:
        yield f"I11: {source.path} of the library is as it was before {job.ref}."
    if len(history.library) > 1:
        yield f"I11: the library has {sorted(history.library)}."


def i12_told(history: History) -> Iterator[str]:
    """A program is told of its edit's end, by one id however often, and always the same."""
    for job in history.jobs:
        told = [one for one in history.outcomes if f"_{job.ref}_" in one.message_id]
        if (job.callback is not None) != bool(told):
            yield f"I12: the program of {job.ref} was told {len(told)} times."
        if len({(one.message_id, one.body) for one in told}) > 1:
            yield f"I12: the program of {job.ref} was told different things."
        for one in told[:1]:
            said = json.loads(one.body)
            if said["type"] != f"edit.{job.state.value}" or said["data"]["has_document"] != job.has_document:
                yield f"I12: the program of {job.ref} was told {said['type']}, and it is {job.state.value}."


INVARIANTS: Final[tuple[Invariant, ...]] = (
    i1_one_decision,
    i2_nothing_lost,
    i3_nothing_unasked,
    i4_one_card,
    i5_in_time,
    i6_nothing_claimed,
    i7_who_decides,
    i8_audit,
    i9_no_secrets,
    i10_settles,
    i11_comes_back,
    i12_told,
)


def _changes(history: History) -> Iterator[tuple[Job, Round, Change]]:
    for job in history.jobs:
        for held in job.rounds:
            for change in held.changes:
                yield job, held, change


def _calls_of_changes(
    history: History,
) -> dict[tuple[str, str], list[tuple[Approval, tuple[bool, str]]]]:
    calls: defaultdict[tuple[str, str], list[tuple[Approval, tuple[bool, str]]]] = defaultdict(list)
    for approval in history.approvals:
        for change_id, is_approved, feedback in approval.answers:
            calls[approval.job_id, change_id].append((approval, (is_approved, feedback)))
    return calls


def _tells_of(entry: Audited, act: Act) -> bool:
    """Say whether an audit entry is the record, or the refusal, of what somebody did."""
    if entry.user_id != act.user or entry.event not in {"decision.recorded", "decision.refused"}:
        return False
    kind, _, number = act.slot.partition(":")
    is_there = entry.change == int(number) if kind == "card" else entry.round in {0, int(number)}
    return is_there and (entry.event == "decision.refused" or entry.detail.startswith(act.verdict))
