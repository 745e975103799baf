"""What is counted for whoever watches over the relay, in Prometheus' words.

Counters follow from the difference between two versions of a record, as the audit does, so that no step can forget
one. Gauges are read from the store when somebody asks; they are the fleet's, and every worker shows the same, except
for what Slack told this worker of its connections.
A label is one of our own words, never text from outside. What to alert on: `docs/alerts.md`.

Source: https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from aiohttp import web
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.core.lifecycle import ENDED_JOBS
from bot.core.model import ChangeState, Outcome, RoundState, Verdict, Via
from bot.web.guard import Reason
from bot.web.standing import PREFIX, Glance, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.model import Change, Decision, Job, Round
    from bot.relay.ports import Store
    from bot.web.standing import Snapshot

PATIENCE_S: Final = 2.0
"""Seconds that the store may take before the gauges are left out."""

_HOUR_S: Final = (10, 30, 60, 120, 300, 600, 900, 1200, 1800, 2400, 3000, 3600)
"""Bounds of the buckets for what happens within the hour that a change waits."""

_OUTCOMES: Final = (RoundState.CONFIRMED, RoundState.UNKNOWN, RoundState.LAPSED, RoundState.WITHDRAWN)
"""What may become of a round's answers."""


_SHOWN: Final = (Outcome.FOUND, Outcome.NOT_FOUND, Outcome.APPLIED_ANYWAY)
"""What the updated document may show of a change."""

_ENDS_OF_DIGESTS: Final = ("posted", "refused", "overtaken", "broken")

_FRESH_S: Final = 5.0
"""Seconds that a reading of the store is shown again, to however many ask: each costs the store and this process."""


class Metrics:
    """Counts what happens in this process (`bot.relay.ports.Meter`), and shows it."""

    def __init__(self) -> None:
        # They double what is sent, and process_start_time_seconds says the same.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._started = self._counter("edits_started", "Edits that were asked for, handed over or found")
        self._ended = self._counter("edits_ended", "Edits that ended, by their last state", "state")
        self._opened = self._counter("rounds_opened", "Rounds of changes that were shown for review")
        self._decisions = self._counter("decisions", "Decisions that people made", "verdict", "via")
        self._undone = self._counter("decisions_undone", "Decisions that people took back")
        self._attempts = self._counter("submission_attempts", "Calls that carried a round's answers")
        self._outcomes = self._counter("submissions", "What became of rounds", "outcome")
        self._lapsed = self._counter("changes_lapsed", "Changes that no answer reached in time")
        self._verified = self._counter(
            "changes_verified", "Changes whose outcome the updated document showed", "outcome"
        )
        self._held = self._counter("slack_rate_limited", "Calls that Slack put off (429)", "method")
        self._refused = self._counter(
            "slack_refused", "Requests that were not Slack's, or unusable", "reason"
        )
        self._streams = self._counter("stream_reconnects", "Streams of SuperDocs that broke")
        self._digests = self._counter("digests", "Digests that are done with, by how they ended", "outcome")
        self._ghosts = Gauge(
            f"{PREFIX}_ghost_connections",
            "Connections that Slack counted beyond the workers when this one connected last",
            registry=self.registry,
        )
        self._pondered = Histogram(
            f"{PREFIX}_decision_seconds",
            "From the first sight of a round to the decision that was sent",
            buckets=_HOUR_S,
            registry=self.registry,
        )
        self._begin_at_zero()

    def changed(self, before: Job | None, after: Job) -> None:
        """Count what a stored version of a record says that the one before did not."""
        if before is None:
            self._started.inc()
            return
        if before.state is not after.state and after.state in ENDED_JOBS:
            self._ended.labels(after.state.value).inc()
        for held in after.rounds:
            self._round_changed(before.numbered_round(held.number), held)

    def held_up(self, method: str) -> None:
        """Count that Slack asked to wait before a method is called again."""
        self._held.labels(method).inc()

    def lost_stream(self) -> None:
        """Count that a job's stream broke."""
        self._streams.inc()

    def closed_digest(self, outcome: str) -> None:
        """Count a digest that is done with."""
        self._digests.labels(outcome).inc()

    def crowded(self, ghosts: int) -> None:
        """Show how many connections Slack counts that no worker has."""
        self._ghosts.set(ghosts)

    def refused(self, reason: Reason) -> None:
        """Count a request to Slack's address that was not let in."""
        self._refused.labels(reason.value).inc()

    def render(self, standing: Snapshot | None) -> bytes:
        """Return everything in Prometheus' text format; without a snapshot, the gauges are left out."""
        gauges = CollectorRegistry()
        gauges.register(Standing(standing))
        return generate_latest(self.registry) + generate_latest(gauges)

    def routes(self, store: Store, patience_s: float = PATIENCE_S) -> list[web.RouteDef]:
        """Give the route `/metrics`.

        Args:
            store: Read for the gauges, every few seconds at most.
            patience_s: Seconds that it may take.
        """
        glance = Glance(store, patience_s, _FRESH_S)

        async def show(_request: web.Request) -> web.Response:
            body = self.render(await glance.take())
            return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

        return [web.get("/metrics", show)]

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", meaning, labels, registry=self.registry)

    def _begin_at_zero(self) -> None:
        """Show each label from the start: a counter that appears with its first event hides that event from `rate`."""
        for state in ENDED_JOBS:
            self._ended.labels(state.value)
        for verdict, via in product(Verdict, Via):
            self._decisions.labels(verdict.value, via.value)
        for outcome in _OUTCOMES:
            self._outcomes.labels(outcome.value)
        for found in _SHOWN:
            self._verified.labels(found.value)
        for end in _ENDS_OF_DIGESTS:
            self._digests.labels(end)
        for reason in Reason:
            self._refused.labels(reason.value)

    def _round_changed(self, before: Round | None, after: Round) -> None:
        if before is None:
            self._opened.inc()
        elif before.state is not after.state:
            self._round_moved(before, after)
        self._lapsed.inc(max(0, _lapsed(after) - (_lapsed(before) if before else 0)))
        for change in after.changes:
            self._decided(before.change(change.number) if before else None, change)

    def _round_moved(self, before: Round, after: Round) -> None:
        if after.state in _OUTCOMES:
            self._outcomes.labels(after.state.value).inc()
        if after.state is RoundState.SUBMITTING:
            self._attempts.inc()
            if before.state is RoundState.OPEN:
                for decision in _counting(after):
                    seen_at = after.seen_at or after.opened_at
                    self._pondered.observe(max(0.0, (decision.at - seen_at).total_seconds()))

    def _decided(self, before: Change | None, after: Change) -> None:
        earlier = before.decisions if before else ()
        for decision in after.decisions:
            if decision not in earlier:
                self._decisions.labels(decision.verdict.value, decision.via.value).inc()
        self._undone.inc(sum(decision not in after.decisions for decision in earlier))
        known = before.outcome if before else Outcome.UNKNOWN
        if after.outcome is not known and after.outcome in _SHOWN:
            self._verified.labels(after.outcome.value).inc()


def _lapsed(held: Round) -> int:
    """Count the changes of a round that nobody's answer reached."""
    is_gone = held.state is RoundState.LAPSED
    return sum(is_gone or change.state is ChangeState.LAPSED for change in held.live)


def _counting(held: Round) -> Iterator[Decision]:
    """Give the decision that settled each change: the denial, or the approval that made it enough."""
    for change in held.live:
        if change.verdict is not None:
            yield change.denial or change.decisions[-1]
