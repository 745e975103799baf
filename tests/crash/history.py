"""What a run has left outside the relay: at SuperDocs, in Slack, in the record, in the audit, in the logs.

Plain values, so that a history can also be written by hand, with a fault in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from bot.core.judging import afresh
from bot.core.words.carding import card
from bot.core.words.wording import job_message, round_message
from bot.slack.cards import render
from bot.store.codec import CONTENT, JOB
from bot.store.codec import text as text_of
from bot.store.keys import Keys
from tests.e2e.relay import offered, said, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from redis.asyncio import Redis

    from bot.core.model import Job
    from bot.core.proposal import Content
    from bot.core.summary import Summary
    from bot.sandbox.server import Sandbox
    from tests.crash.front import Outcome
    from tests.crash.people import Act, People

    _Stream = list[tuple[bytes, dict[bytes, bytes]]]


@dataclass(frozen=True, slots=True)
class Approval:
    """One `/approve` call that SuperDocs received.

    Attributes:
        answers: (change id, approved, feedback) of each change, in order.
        was_taken: Whether SuperDocs took it.
    """

    job_id: str
    answers: tuple[tuple[str, bool, str], ...]
    was_taken: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Audited:
    """One entry of the audit, in the order of the stream."""

    at: datetime
    event: str
    ref: str
    user_id: str = ""
    round: int = 0
    change: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the relay as it stands in Slack."""

    ref: str
    slot: str
    words: str
    offers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class History:
    """Everything of one run.

    Attributes:
        jobs: The records.
        started: SuperDocs' jobs: id → what became of each change, as (change id, word).
        wanted: What the messages should say by the records: (ref, slot) → words.
        edits: How many jobs the people's acts amount to.
        secrets: What must stand nowhere.
        troubles: What went wrong with the run itself.
        files: The names of the relay's files as they stand in Slack, each as often as it does.
        outcomes: What a program was told, each time.
        library: Its documents afterwards, by their names.
    """

    jobs: tuple[Job, ...]
    started: Mapping[str, tuple[tuple[str, str], ...]]
    approvals: tuple[Approval, ...]
    audit: tuple[Audited, ...]
    messages: tuple[Shown, ...]
    wanted: Mapping[tuple[str, str], str]
    acts: tuple[Act, ...] = ()
    edits: int = 1
    log: str = ""
    secrets: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    library: Mapping[str, bytes] = field(default_factory=dict)


async def jobs_in(redis: Redis) -> tuple[Job, ...]:
    """Read all records, in the order in which they were made."""
    keys = [key async for key in redis.scan_iter(match=Keys().job("*"), count=1000)]
    stored = [await redis.hget(key, "record") for key in keys]
    jobs = [JOB.load(record) for record in stored if record is not None]
    return tuple(sorted(jobs, key=lambda job: job.created_at))


async def collect(
    redis: Redis, sandbox: Sandbox, people: People, edits: int, log: str, troubles: Sequence[str]
) -> History:  # fmt: skip
    """Gather everything that a run has left."""
    jobs = await jobs_in(redis)
    app = sandbox.slack.app
    return History(
        jobs=jobs,
        started={job.job_id: tuple(job.statuses) for job in sandbox.superdocs.jobs.values()},
        approvals=tuple(_approvals(sandbox)),
        audit=tuple(map(_audited, cast("_Stream", await redis.xrange(Keys().audit)))),
        messages=tuple(_messages(sandbox)),
        wanted={place: words for job in jobs for place, words in (await _wanted(redis, job)).items()},
        acts=tuple(people.acts),
        edits=edits,
        log=log,
        secrets=(app.bot_token, app.app_token, app.signing_secret, sandbox.superdocs.behaviour.api_key),
        troubles=tuple(troubles),
        files=tuple(_files(sandbox)),
    )


def documents_in(library: Path | None) -> dict[str, bytes]:
    """Read what stands in a library. What a dead process has left half-written there is hidden, and no document."""
    paths = library.iterdir() if library else ()
    return {path.name: path.read_bytes() for path in paths if not path.name.startswith(".")}


def _files(sandbox: Sandbox) -> Iterator[str]:
    messages = (m for channel in sandbox.slack.channels for m in sandbox.slack.messages(channel))
    return (file.name for message in messages for file in message.files)


def _approvals(sandbox: Sandbox) -> Iterator[Approval]:
    for call in sandbox.superdocs.calls.named("approve"):
        answers = tuple(
            (change["change_id"], change["approved"], change.get("feedback") or "")
            for change in call.arguments["changes"]
        )
        was_taken = call.status == 200
        yield Approval(call.arguments["job_id"], answers, was_taken, datetime.fromtimestamp(call.at, UTC))


def _audited(stored: tuple[bytes, dict[bytes, bytes]]) -> Audited:
    at, fields = stored
    moment = datetime.fromtimestamp(int(at.partition(b"-")[0]) / 1000, UTC)
    entry: dict[str, Any] = json.loads(fields[b"entry"])
    return Audited(moment, **entry)


def _messages(sandbox: Sandbox) -> Iterator[Shown]:
    messages = (m for channel in sandbox.slack.channels for m in sandbox.slack.messages(channel))
    for message in messages:
        its = (message.metadata or {}).get("event_payload") or {}
        if "slot" in its:
            yield Shown(its["ref"], its["slot"], _plain(said(message)), frozenset(offered(message)))


async def _wanted(redis: Redis, job: Job) -> dict[tuple[str, str], str]:
    """Say what every message of a job should say, by its record alone."""
    texts = await redis.hgetall(Keys().texts(job.ref))
    contents = {text_of(digest): CONTENT.load(text) for digest, text in texts.items()}
    summaries = dict(_summaries(afresh(job, contents), contents))
    return {(job.ref, slot): _words(summary) for slot, summary in summaries.items()}


def _summaries(job: Job, contents: Mapping[str, Content]) -> Iterator[tuple[str, Summary]]:
    yield "job", job_message(job)
    for held in job.rounds:
        if len(held.changes) > 1:
            yield f"round:{held.number}", round_message(job, held)
        for change in held.changes:
            slot = f"card:{change.number}" if len(held.changes) > 1 else f"round:{held.number}"
            yield slot, card(job, held, change, contents)


def _words(summary: Summary) -> str:
    payload = render(summary)
    return _plain(f"{payload.text} {words_of(payload.blocks)}")


def _plain(text: str) -> str:
    return " ".join(text.split())
