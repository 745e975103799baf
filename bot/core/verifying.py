"""Is it in the document? Looked up in the updated document, never taken from what SuperDocs says.

Each change is looked for where it stands: the passage that its chunk id marks. Where the document has no such passage,
its words are looked for in all of it. What was approved is found, or not found. What was sent as denied must not be
there: where it is, that is an alarm, unless the document said so before, or something that was approved says so too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.model import Change, ChangeState, Job, Outcome, Round, RoundState, Verdict
from bot.core.traces import Documents, Traces, Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.core.proposal import Content


def outcomes(
    job: Job,
    contents: Mapping[str, Content],
    document: Documents,
    others: Mapping[str, Documents] | None = None,
) -> dict[int, Outcome]:
    """Say what became of every change that was sent, as far as the documents show it.

    Args:
        job: A job that has completed.
        contents: The texts of its changes, by digest; see `digests`. A change without its text stays unknown.
        document: The document, before and after.
        others: The session's further documents, by SuperDocs' ids, as far as they are known.

    Returns:
        By the change's number: of what was approved whether it is found, of the rest only what got in anyway.
    """
    desk = _Desk(job, contents, document, others or {})
    return {**desk.approved(), **desk.alarms()}


def noted(job: Job, found: Mapping[int, Outcome]) -> Job:
    """Return the job with what was found of its changes."""
    for held in job.rounds:
        changes = tuple(replace(c, outcome=found.get(c.number, c.outcome)) for c in held.changes)
        job = job.with_round(replace(held, changes=changes))
    return job


def digests(job: Job) -> list[str]:
    """Return what `outcomes` needs the texts of."""
    return [c.digest for held in job.rounds for c in held.changes if c.state is not ChangeState.SUPERSEDED]


def got_in(job: Job) -> tuple[Change, ...]:
    """Return the changes that are in the document although they were sent as denied."""
    return tuple(c for held in job.rounds for c in held.changes if c.outcome is Outcome.APPLIED_ANYWAY)


class _Desk:
    """All that is needed to judge the changes of one job."""

    def __init__(
        self,
        job: Job,
        contents: Mapping[str, Content],
        document: Documents,
        others: Mapping[str, Documents],
    ) -> None:
        self._job = job
        self._traces = Traces(document)
        self._others = {document_id: Traces(one) for document_id, one in others.items()}
        self._has_several = len({c.document_id for held in job.rounds for c in held.changes}) > 1
        self._wordings = {c.number: Wording(c, contents[c.digest]) for c in _all(job) if c.digest in contents}

    def approved(self) -> dict[int, Outcome]:
        """Judge what was sent as approved; the last first, since that may have gone on from an earlier one."""
        judged: dict[int, Outcome] = {}
        later: list[Wording] = []
        for held in reversed(self._job.rounds):
            sent = [self._wordings[c.number] for c in _approved(held) if c.number in self._wordings]
            found = {one.change.number: self._outcome(one, later) for one in sent}
            later += [one for one in sent if found[one.change.number] is Outcome.FOUND]
            judged |= found
        return judged

    def alarms(self) -> dict[int, Outcome]:
        """Judge what was sent as denied; nothing where it is not known what else may have come in."""
        may_be_in = [c for held in self._job.rounds for c in (*_approved(held), *_withdrawn(held))]
        if any(change.number not in self._wordings for change in may_be_in):
            return {}
        explaining = [self._wordings[change.number] for change in may_be_in]
        denied = [c for held in self._job.rounds for c in _denied(held) if c.number in self._wordings]
        return {
            change.number: Outcome.APPLIED_ANYWAY
            for change in denied
            if self._is_in(self._wordings[change.number], explaining)
        }

    def _outcome(self, wording: Wording, later: Sequence[Wording]) -> Outcome:
        traces = self._traces_of(wording)
        outcome = traces.outcome(wording, later)
        is_elsewhere = self._has_several and wording.change.document_id not in self._others
        if outcome is Outcome.NOT_FOUND and is_elsewhere and not traces.knows(wording):
            return Outcome.UNKNOWN  # It is about a document that nobody gave us.
        return outcome

    def _is_in(self, denied: Wording, explaining: Sequence[Wording]) -> bool:
        traces = self._traces_of(denied)
        return traces.has_at_its_place(denied, explaining) or traces.has_anywhere(denied, explaining)

    def _traces_of(self, wording: Wording) -> Traces:
        return self._others.get(wording.change.document_id, self._traces)


def _all(job: Job) -> Iterator[Change]:
    return (change for held in job.rounds for change in held.changes)


def _approved(held: Round) -> Iterator[Change]:
    """List what a round sent as approved."""
    return (c for c in held.changes if c.verdict is Verdict.APPROVE and not held.is_stopped)


def _denied(held: Round) -> Iterator[Change]:
    """List what a round sent as denied: what somebody denied, what nobody decided, and all of an edit that was stopped."""
    if held.state is not RoundState.CONFIRMED:
        return iter(())
    return (c for c in held.live if held.is_stopped or c.verdict is not Verdict.APPROVE)


def _withdrawn(held: Round) -> Iterator[Change]:
    """List what was decided elsewhere, if at all: nobody here knows how."""
    return (c for c in held.changes if c.state is ChangeState.WITHDRAWN)
