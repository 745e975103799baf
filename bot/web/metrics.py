"""What is counted for whoever watches over the relay, in Prometheus' words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter

if TYPE_CHECKING:
    from bot.core.model import Job


class Metrics:
    """Counts what happens in this process (`bot.relay.ports.Meter`)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._held = Counter(
            "relay_slack_rate_limited", "Calls that Slack put off (429)", ["method"], registry=self.registry
        )
        self._streams = Counter(
            "relay_stream_reconnects", "Streams of SuperDocs that broke", registry=self.registry
        )

    def changed(self, before: Job | None, after: Job) -> None:
        """Count what a stored version of a record says that the one before did not."""

    def held_up(self, method: str) -> None:
        """Count that Slack asked to wait before a method is called again."""
        self._held.labels(method).inc()

    def lost_stream(self) -> None:
        """Count that a job's stream broke."""
        self._streams.inc()
