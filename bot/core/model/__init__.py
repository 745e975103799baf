"""The records: what the relay knows about one job, from the request to the result.

One job is one record. It holds its rounds, their changes and the decisions on them, and where each
message stands, so that one compare-and-swap changes all of it or nothing. The texts of the changes are
kept apart (`proposal.Content`), named by their digest: they never change, and no press has to carry them.

Times are aware UTC datetimes on the store's clock, never a worker's.
"""

from bot.core.model.change import Change, Decision, Passing
from bot.core.model.job import AskedAgain, Job, MessageRef
from bot.core.model.round import Round, Submission
from bot.core.model.states import ChangeState, JobState, Mode, Origin, Outcome, RoundState, Verdict, Via

__all__ = [
    "AskedAgain",
    "Change",
    "ChangeState",
    "Decision",
    "Job",
    "JobState",
    "MessageRef",
    "Mode",
    "Origin",
    "Outcome",
    "Passing",
    "Round",
    "RoundState",
    "Submission",
    "Verdict",
    "Via",
]
