"""The audit over a server: sealed by whoever comes, read with its seals, and every meddling found where it was."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.audit import Entry
from bot.core.chain import Fault, Finding, Head, Link, Verdict, verify
from bot.store import audit
from bot.store.audit import RedisAudit, fields_of
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.meter import FakeMeter
from tests.make import OTHER, REVIEWER, TIMING, make_job

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = Keys("t")
JOB = make_job()


@pytest.fixture
def store(redis):
    """Give the records, whose changes are audited."""
    return RedisStore(redis, KEYS, TIMING, 60, FakeMeter())


@pytest.fixture
def workers(redis):
    """Give four workers' audits over one server."""
    return tuple(RedisAudit(redis, KEYS) for _worker in range(4))


async def refused(store: RedisStore, count: int) -> None:
    """Have so many refusals in the audit."""
    await store.note(*(Entry("decision.refused", JOB.ref, f"U{i}", change=1) for i in range(count)))


async def everything(one: RedisAudit, since: datetime | None = None) -> list[Link]:
    """Read the whole audit."""
    return [link async for page in one.pages(since) for link in page]


async def verdict(one: RedisAudit, head: str = "") -> Verdict:
    """Read the whole audit, and verify it."""
    return verify(await everything(one), head)


async def test_what_happened_is_sealed_in_its_order(store, workers):
    """A record's own entries and refusals alike; the head counts them and is the last one's seal."""
    assert await workers[0].head() is None
    await store.create(JOB)
    await refused(store, 2)
    assert (await verdict(workers[0])) == Verdict(0, "", unsealed=3)
    await workers[0].seal()
    links = await everything(workers[1])
    assert [dict(link.fields)["event"] for link in links] == ["edit.requested", *["decision.refused"] * 2]
    assert verify(links) == Verdict(3, links[-1].seal)
    assert await workers[2].head() == Head(3, links[-1].seal)


async def test_workers_that_seal_at_once_seal_the_same(store, workers, monkeypatch):
    """Each entry once, whoever was faster, while entries are added; and again changes nothing."""
    monkeypatch.setattr(audit, "_AT_ONCE", 7)
    for _ in range(5):
        await asyncio.gather(refused(store, 40), *(worker.seal() for worker in workers * 2))
    await asyncio.gather(*(worker.seal() for worker in workers))
    head = await workers[0].head()
    assert head is not None
    assert await verdict(workers[0]) == Verdict(200, head.seal)
    await workers[3].seal()
    assert await workers[0].head() == head


async def test_a_long_backlog_is_sealed_in_several_goes(store, workers, monkeypatch):
    """None of them keeps the server, or the chore, for long."""
    monkeypatch.setattr(audit, "_AT_ONCE", 3)
    monkeypatch.setattr(audit, "_GOES", 2)
    await refused(store, 10)
    counts = []
    for _ in range(2):
        await workers[0].seal()
        counts.append((await verdict(workers[0])).count)
    assert counts == [6, 10]


async def test_pages_fit_together(store, workers, monkeypatch):
    """However many entries one holds, and however far the seals have come."""
    await refused(store, 9)
    await workers[0].seal()
    await refused(store, 4)
    expected = await everything(workers[0])
    for size in range(1, 15):
        monkeypatch.setattr(audit, "_AT_ONCE", size)
        assert await everything(workers[0]) == expected
    assert verify(expected).unsealed == 4


async def test_what_is_added_while_it_is_read_is_left_for_the_next_time(store, workers, monkeypatch):
    """Read before it was there and sealed right after, it would look as if it had been taken out."""
    monkeypatch.setattr(audit, "_AT_ONCE", 2)
    await refused(store, 5)
    await workers[0].seal()
    seen: list[Link] = []
    async for page in workers[1].pages():
        seen += page
        await refused(store, 3)
        await workers[0].seal()
    assert (len(seen), verify(seen).is_whole) == (5, True)


async def test_the_audit_can_be_read_from_a_moment_on(workers, redis):
    """By the server's clock, to the millisecond; the seals stand with it."""
    for day in (1, 2, 3):
        at = datetime(2026, 10, day, tzinfo=UTC)
        await redis.xadd(KEYS.audit, {"entry": '{"event": "x"}'}, id=f"{int(at.timestamp()) * 1000}-0")
    await workers[0].seal()
    found = await everything(workers[0], datetime(2026, 10, 2, tzinfo=UTC))
    assert found == (await everything(workers[0]))[1:]


async def rewritten(redis: Any, entries: Sequence[tuple[bytes, dict[bytes, bytes]]]) -> None:
    """Write the audit anew, as somebody with the server's password can."""
    await redis.delete(KEYS.audit)
    for entry_id, entry in entries:
        await redis.xadd(KEYS.audit, entry, id=entry_id)


@pytest.mark.parametrize(
    ("meddle", "fault"),
    [
        (lambda s: [*s[:4], *s[5:]], Fault.MISSING),
        (lambda s: s[:4], Fault.MISSING),
        (lambda s: [*s[:4], (s[4][0], {b"entry": b'{"event": "nothing"}'}), *s[5:]], Fault.BROKEN),
        (lambda s: [*s[:4], (s[4][0], {b"entry": s[4][1][b"entry"] + b" "}), *s[5:]], Fault.BROKEN),
        (lambda s: [*s[:4], (s[4][0], s[4][1] | {b"more": b"1"}), *s[5:]], Fault.BROKEN),
        (lambda s: [*s[:4], (s[4][0], s[5][1]), (s[5][0], s[4][1]), *s[6:]], Fault.BROKEN),
        (lambda s: [*s[:4], (_after(s[3][0]), s[4][1]), *s[4:]], Fault.UNSEALED),
    ],
    ids=["dropped", "cut off", "changed", "a blank more", "a field more", "swapped", "put in"],
)
async def test_meddling_with_the_stream_is_found_at_its_position(workers, redis, meddle, fault):
    """The fifth of ten entries, whatever was done to it."""
    for i in range(10):
        at = 1_700_000_000_000 + 10 * i
        await redis.xadd(KEYS.audit, {"entry": json.dumps({"event": "e", "user_id": f"U{i}"})}, id=f"{at}-0")
    await workers[0].seal()
    await rewritten(redis, meddle(await redis.xrange(KEYS.audit)))
    found = await verdict(workers[0])
    assert [(one.position, one.fault) for one in found.findings] == [(5, fault)]


async def test_a_stream_that_was_trimmed_says_how_far_and_that_the_rest_is_whole(store, workers, redis):
    """By whoever runs short of memory; and where the seals were trimmed with it, that its beginning is gone."""
    await refused(store, 6)
    await workers[0].seal()
    await redis.xtrim(KEYS.audit, maxlen=2, approximate=False)
    found = await verdict(workers[0])
    assert (found.findings, found.count) == ((Finding(1, Fault.MISSING, 4),), 2)
    await redis.xtrim(KEYS.seals, maxlen=2, approximate=False)
    assert [one.fault for one in (await verdict(workers[0])).findings] == [Fault.ROOTLESS]


async def test_only_a_head_that_somebody_kept_tells_of_a_cut_through_both_streams(store, workers, redis):
    """Entries and seals are gone alike: what is left is whole, and is not all."""
    await refused(store, 6)
    await workers[0].seal()
    head = await workers[0].head()
    assert head is not None
    for stream in (KEYS.audit, KEYS.seals):
        for entry_id, _stored in (await redis.xrange(stream))[4:]:
            await redis.xdel(stream, entry_id)
    assert (await verdict(workers[0])).is_whole
    found = await verdict(workers[0], head.short)
    assert [(one.position, one.fault) for one in found.findings] == [(5, Fault.CUT_OFF)]


async def test_names_of_documents_are_found_while_records_are_kept(store, workers):
    """By ref; what is gone, or was never an edit, has none."""
    await store.create(JOB)
    assert await workers[0].documents([JOB.ref, JOB.ref, "gone", ""]) == {JOB.ref: JOB.document}
    assert await workers[0].documents([]) == {}


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[1]", b"[" * 100_000, b'{"a": 1.5}', b'{"a": null}', b'{"a": true}', b'{"a":1}', b'\xff{"a": 1}'],
)  # fmt: skip
def test_an_entry_that_is_not_ours_is_sealed_raw(raw):
    """Nothing escapes the seal for being odd."""
    assert fields_of({b"entry": raw}) == (("raw entry", raw.decode("utf-8", "surrogateescape")),)


def test_an_entry_of_a_newer_version_is_sealed_with_all_that_it_says():
    """A field that this version does not know counts as any other."""
    raw = json.dumps({"event": "e", "user_id": OTHER, "round": 2, "new": REVIEWER}).encode()
    assert fields_of({b"entry": raw}) == (
        ("event", "e"),
        ("new", REVIEWER),
        ("round", "2"),
        ("user_id", OTHER),
    )


def _after(entry_id: bytes) -> bytes:
    return entry_id.replace(b"-0", b"-1")
