"""What is counted, what is read, and that every alert names a metric that exists."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from bot.core.errors import TransientError
from bot.core.lifecycle import ENDED_JOBS, RoundEvent, advance_round
from bot.core.model import ChangeState, JobState, Outcome, RoundState, Verdict, Via
from bot.core.submitting import begin, confirm, lose_answer
from bot.relay.ports import Room
from bot.web.guard import Reason
from bot.web.metrics import Metrics
from bot.web.standing import PREFIX, Glance, Snapshot, judged, snapshot
from tests.fakes.store import MemoryStore
from tests.make import (
    NOON,
    OTHER,
    REVIEWER,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_round,
    sent,
)
from tests.unit.web.wire import request, send, serving

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

    from bot.core.model import Job
    from bot.relay.ports import Meter

DOCS = Path(__file__).parents[3] / "docs"
STANDING = Snapshot(2, 3, timedelta(seconds=90), timedelta(seconds=1.5), 4, Room(5000, 0.75))
NOTHING_WAITS = Snapshot(0, 0, None, timedelta(0), 0)


@pytest.fixture
def metrics() -> Metrics:
    """Give fresh counters."""
    return Metrics()


def shown(text: bytes) -> dict[str, float]:
    """Read what is shown as a scraper does; the name of a sample holds its labels."""
    families = text_string_to_metric_families(text.decode())
    return {
        " ".join([sample.name.removeprefix(f"{PREFIX}_"), *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


def counted(metrics: Metrics) -> dict[str, float]:
    """Give the counters that are not zero, without the process's own."""
    own = {name: value for name, value in shown(metrics.render(None)).items() if value}
    return {name: value for name, value in own.items() if not name.startswith("process_")}


def moved(before: Job | None, after: Job) -> dict[str, float]:
    """Count one stored change."""
    metrics = Metrics()
    metrics.changed(before, after)
    return counted(metrics)


def test_the_metrics_are_the_relays_meter(metrics: Metrics):
    """They fit the port."""
    meter: Meter = metrics
    meter.lost_stream()
    meter.held_up("chat.update")
    meter.held_up("chat.update")
    assert counted(metrics) == {"stream_reconnects_total": 1, "slack_rate_limited_total chat.update": 2}


def test_an_edit_is_counted_when_it_starts_and_when_it_ends():
    """By the state that it ended in; what lies between is neither."""
    working = make_job()
    assert moved(None, working) == {"edits_started_total": 1}
    assert moved(working, replace(working, progress="…")) == {}
    assert moved(working, replace(working, state=JobState.REVIEWING)) == {}
    for state in ENDED_JOBS:
        assert moved(working, replace(working, state=state)) == {f"edits_ended_total {state.value}": 1}


def test_a_round_is_counted_when_it_opens():
    """Once."""
    assert moved(make_job(), make_job(make_round())) == {"rounds_opened_total": 1}
    held = make_round()
    assert moved(make_job(held), make_job(replace(held, reminded=1))) == {}


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("via", Via)
def test_a_decision_is_counted_by_its_verdict_and_way(verdict: Verdict, via: Via):
    """Each once, whatever else changes."""
    before = make_job(make_round(make_change(1), make_change(2)))
    after = make_job(make_round(decided(make_change(1), verdict, via=via), make_change(2)))
    assert moved(before, after) == {f"decisions_total {verdict.value} {via.value}": 1}
    assert moved(after, after.touched(NOON)) == {}


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.UNKNOWN])
def test_what_the_document_shows_of_a_change_is_counted_once(outcome: Outcome):
    """That of what was denied is an alarm; what is not known is counted nowhere."""
    before = make_job(make_round(decided(make_change(1)), make_change(2)))
    held = before.rounds[0]
    after = before.with_round(held.with_change(replace(held.changes[0], outcome=outcome)))
    assert moved(before, after) == {f"changes_verified_total {outcome.value}": 1}
    assert moved(after, after.touched(NOON)) == moved(after, before) == {}


def test_a_second_approval_is_a_decision_of_its_own():
    """Where several are needed."""
    one = replace(make_change(), decisions=(make_decision(),))
    two = replace(
        one, decisions=(*one.decisions, make_decision(reviewer_id=OTHER)), state=ChangeState.DECIDED
    )
    assert moved(make_job(make_round(one)), make_job(make_round(two))) == {
        "decisions_total approve button": 1
    }


def test_a_decision_that_is_taken_back_is_counted_as_that():
    """Counters never go down."""
    before, after = make_job(make_round(decided(make_change()))), make_job(make_round(make_change()))
    assert moved(before, after) == {"decisions_undone_total": 1}


def test_the_time_to_decide_runs_from_our_first_sight_to_the_decision_that_is_sent():
    """One observation for each change, when its round is first sent; the last of several approvals counts."""
    approvals = tuple(
        make_decision(reviewer_id=who, at=later(at)) for who, at in ((REVIEWER, 50), (OTHER, 250))
    )
    approved = replace(make_change(1), state=ChangeState.DECIDED, decisions=approvals)
    denied = decided(make_change(2), Verdict.DENY, at=later(70))
    held = make_round(approved, denied, make_change(3), seen_at=later(20), opened_at=later(-60))
    job = make_job(held)
    found = moved(job, begin(job, held, later(300)))
    assert found["decision_seconds_count"] == 2
    assert found["decision_seconds_sum"] == (250 - 20) + (70 - 20)
    assert found["decision_seconds_bucket 60.0"] == 1
    assert found["decision_seconds_bucket 300.0"] == 2


def test_a_further_attempt_is_an_attempt_and_no_further_decision():
    """What was decided is observed once."""
    held = advance_round(sent(make_round(decided(make_change()))), RoundEvent.LOSE_ANSWER)
    job = make_job(held)
    assert moved(job, begin(job, held, later(60))) == {"submission_attempts_total": 1}


def test_what_became_of_a_submission_is_counted():
    """Confirmed, or unknown each time that an answer is lost."""
    held = sent(make_round(decided(make_change())))
    job = make_job(held)
    assert moved(job, confirm(job, held, later(9))) == {"submissions_total confirmed": 1}
    assert moved(job, lose_answer(job, held, later(9))) == {"submissions_total unknown": 1}


def test_a_round_that_ended_elsewhere_is_withdrawn():
    """Nobody's fault, and no submission."""
    held = make_round()
    ended = replace(held, state=RoundState.WITHDRAWN)
    assert moved(make_job(held), make_job(ended)) == {"submissions_total withdrawn": 1}


def test_changes_that_nobody_decided_lapse_with_the_submission():
    """Each change once: the state that follows counts it no second time."""
    held = make_round(decided(make_change(1)), make_change(2), make_change(3))
    job = make_job(held)
    begun = begin(job, held, later(60))
    assert moved(job, begun)["changes_lapsed_total"] == 2
    assert "changes_lapsed_total" not in moved(begun, confirm(begun, begun.rounds[-1], later(70)))


def test_all_changes_of_a_round_that_is_gone_have_lapsed():
    """Those that somebody had decided, too: the answer did not arrive. What had lapsed before counts once."""
    lapsed = replace(make_change(1), state=ChangeState.LAPSED)
    withdrawn = replace(make_change(2), state=ChangeState.WITHDRAWN)
    held = make_round(lapsed, withdrawn, decided(make_change(3)), state=RoundState.UNKNOWN)
    gone = replace(held, state=RoundState.LAPSED)
    assert moved(make_job(held), make_job(gone)) == {"submissions_total lapsed": 1, "changes_lapsed_total": 1}


def test_a_refused_request_is_counted_by_its_reason(metrics: Metrics):
    """One of the guard's words."""
    metrics.refused(Reason.STALE)
    assert counted(metrics) == {"slack_refused_total stale": 1}


def test_every_label_of_ours_is_there_from_the_start(metrics: Metrics):
    """A counter that appears with its first event hides that event from `rate`."""
    names = shown(metrics.render(None))
    wanted = [f"edits_ended_total {state.value}" for state in ENDED_JOBS]
    wanted += [f"decisions_total {verdict.value} {via.value}" for verdict in Verdict for via in Via]
    wanted += [f"slack_refused_total {reason.value}" for reason in Reason]
    wanted += [f"submissions_total {word}" for word in ("confirmed", "unknown", "lapsed", "withdrawn")]
    assert {names[name] for name in wanted} == {0}


def test_no_name_or_label_holds_text_from_outside(metrics: Metrics):
    """Whatever a record says: ids, names, instructions and documents stay out."""
    canary = "canary-5e0b"
    change = replace(make_change(), change_id=canary, place=canary, headline=canary, operation=canary)
    named = decided(change, Verdict.DENY, reviewer_id=canary, feedback=canary)
    texts = {
        "ref": canary,
        "document": canary,
        "instruction": canary,
        "requester_id": canary,
        "channel": canary,
    }
    before, after = make_job(make_round(change), **texts), make_job(make_round(named), **texts)
    metrics.changed(None, before)
    metrics.changed(before, after)
    metrics.changed(after, begin(after, after.rounds[0], later(9)))
    assert canary.encode() not in metrics.render(STANDING)


def test_the_tally_counts_what_waits_for_people():
    """Open rounds, their undecided changes, and the first moment at which one is sent as it stands."""
    waiting = make_job(
        make_round(make_change(1), decided(make_change(2)), make_change(3), submit_at=later(900))
    )
    sooner = make_job(make_round(submit_at=later(400)))
    on_its_way = make_job(sent(make_round(decided(make_change()), submit_at=later(100))))
    found = judged([waiting, sooner, on_its_way, make_job()], later(100), timedelta(seconds=7), 5)
    assert found == Snapshot(2, 3, timedelta(seconds=300), timedelta(seconds=7), 5)


def test_where_nothing_waits_there_is_no_next_submission(metrics: Metrics):
    """The gauge is absent: no number would be true."""
    assert judged([make_job()], NOON, timedelta(0), 0) == NOTHING_WAITS
    assert "next_submission_seconds" not in shown(metrics.render(NOTHING_WAITS))


async def test_a_reading_serves_everybody_who_asks_at_once_and_soon_after():
    """However often somebody scrapes, the store is read once in a few seconds; what it did not answer, too."""
    now, reads = [100.0], list[float]()

    class Counted(MemoryStore):
        async def unended(self) -> tuple[str, ...]:
            reads.append(now[0])
            return ()

    store = Counted()
    glance = Glance(store, patience_s=1, fresh_s=5, clock=lambda: now[0])
    taken = await asyncio.gather(*(glance.take() for _ in range(10)))
    assert taken == [NOTHING_WAITS] * 10
    now[0] = 104.9
    await glance.take()
    now[0] = 105
    await glance.take()
    assert reads == [100, 105]


async def test_a_snapshot_is_read_from_the_store():
    """By the store's clock, which is not the worker's."""
    store = MemoryStore()
    store.put(make_job(make_round(submit_at=later(600), send_at=None)))
    store.put(make_job(ref="ref0000000000002", state=JobState.LAPSED, ended_at=NOON))
    store.clock.move(605)
    found = await snapshot(store)
    assert (found.rounds, found.changes, found.lapsed) == (1, 1, 1)
    assert found.next_submission == timedelta(seconds=-5)
    assert found.queue_age >= timedelta(seconds=5)


async def test_how_full_the_store_is_is_shown(metrics: Metrics):
    """The audit grows for ever, and a full server takes no decision."""
    found = shown(metrics.render(STANDING))
    assert (found["audit_entries"], found["store_memory_ratio"]) == (5000, 0.75)
    store = MemoryStore()
    await store.create(make_job())
    assert (await snapshot(store)).room == Room(len(store.audit))


async def test_a_scraper_gets_counters_and_gauges(metrics: Metrics):
    """In the text format, from one address."""
    store = MemoryStore()
    store.put(make_job(make_round()))
    async with serving(metrics.routes(store)) as server:
        reply = await send(server, request(method="GET", path="/metrics"))
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = shown(reply.body)
    assert (found["store_up"], found["open_rounds"], found["open_changes"]) == (1, 1, 1)
    assert found["next_submission_seconds"] == 3480
    assert found["edits_started_total"] == 0
    assert found["process_cpu_seconds_total"] > 0


class SilentStore(MemoryStore):
    """A store that refuses, or never answers."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__()
        self._error = error

    async def unended(self) -> tuple[str, ...]:
        if self._error is None:
            await asyncio.Event().wait()
        raise self._error or AssertionError


@pytest.mark.parametrize("error", [TransientError("The store does not answer."), None])
async def test_without_the_store_the_counters_are_still_given(metrics: Metrics, error: Exception | None):
    """And no gauge that would be a guess; that the store is away is a number of its own."""
    metrics.lost_stream()
    with capture_logs() as logs:
        async with serving(metrics.routes(SilentStore(error), patience_s=0.01)) as server:
            reply = await send(server, request(method="GET", path="/metrics"))
    found = shown(reply.body)
    assert reply.status == 200
    assert found["stream_reconnects_total"] == 1
    assert found["store_up"] == 0
    assert not {"open_rounds", "queue_age_seconds", "lapsed_edits", "store_memory_ratio"} & set(found)
    assert [entry["event"] for entry in logs] == ["metrics.store_silent"]


# What is alerted on.


def names_in(text: str) -> set[str]:
    """Find every metric that a text names."""
    return set(re.findall(rf"\b(?:{PREFIX}|process)_[a-z_]+[a-z]\b", text))


def families() -> list[Family]:
    """Give everything that the relay shows once it has been held up."""
    metrics = Metrics()
    metrics.held_up("chat.update")
    return list(text_string_to_metric_families(metrics.render(STANDING).decode()))


def every_name() -> set[str]:
    """Name every sample, and every histogram as a whole."""
    whole = {family.name for family in families() if family.type == "histogram"}
    return whole | {sample.name for family in families() for sample in family.samples}


def rules() -> dict[str, Any]:
    """Give the alerts by name."""
    groups = yaml.safe_load((DOCS / "alerts.rules.yml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


@pytest.mark.parametrize("page", ["alerts.md", "alerts.rules.yml"])
def test_every_metric_that_a_page_names_exists(page: str):
    """An alert on a name that nobody shows never fires."""
    named = names_in((DOCS / page).read_text())
    assert named
    assert named <= every_name()


def test_every_label_that_a_rule_names_exists():
    """With that value, on that metric."""
    samples = {(s.name, *pair) for family in families() for s in family.samples for pair in s.labels.items()}
    selected = [
        (name, label, value)
        for rule in rules().values()
        for name, label, values in re.findall(r'(\w+)\{(\w+)=~?"([^"]+)"\}', rule["expr"])
        for value in values.split("|")
    ]
    assert selected
    assert set(selected) <= samples


def test_every_metric_of_ours_is_explained():
    """On the page, with what it counts."""
    ours = {name for name in every_name() if name.startswith(PREFIX)}
    bare = {re.sub(r"_(?:bucket|count|sum)$", "", name) for name in ours}
    page = (DOCS / "alerts.md").read_text()
    assert {name for name in bare if f"`{name}" not in page} == set()


def test_the_page_and_the_rules_have_the_same_alerts():
    """Each with its expression, word for word, and a sentence on what to do."""
    page = (DOCS / "alerts.md").read_text()
    written = dict(re.findall(r"^### (\w+)\n.*?```promql\n(.*?)\n```", page, re.MULTILINE | re.DOTALL))
    assert written == {name: rule["expr"].strip() for name, rule in rules().items()}


def test_which_gauges_are_one_worker_s_own_is_said():
    """All others show the fleet; to add one of these up, or to trust one worker for all, would be wrong."""
    own = {
        family.name
        for family in text_string_to_metric_families(Metrics().render(None).decode())
        if family.type == "gauge" and family.name.startswith(PREFIX)
    } - {f"{PREFIX}_store_up"}
    head = (DOCS / "alerts.md").read_text().partition("## Metrics")[0]
    assert names_in(head) >= own == {f"{PREFIX}_ghost_connections"}


def test_every_rule_says_how_bad_it_is_and_where_to_read_on():
    """In Prometheus' own fields."""
    for name, rule in rules().items():
        assert rule["labels"]["severity"] in {"page", "ticket"}, name
        assert rule["annotations"]["summary"].endswith("."), name
        assert rule["annotations"]["runbook"] == f"docs/alerts.md#{name.lower()}", name
