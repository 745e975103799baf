"""What the command line does once, beside the relay that runs: hand over a job, list what waits, deliver again.

It works on the record, as any worker does; whatever is to be done next, a running relay finds there.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot import app
from bot.app import Lifetime
from bot.core.chain import SHORT, Fault, Verification
from bot.core.errors import RelayError
from bot.core.export import Writer, row
from bot.core.lifecycle import has_ended
from bot.core.pending import Style, render, rows
from bot.core.routing import NO_ROUTES
from bot.core.stats import count
from bot.core.words.figures import as_json, as_table
from bot.engine.worker import Engine
from bot.relay.asking.handover import HandOver, take_over
from bot.relay.reminding.backlog import everything
from bot.relay.returning import callback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.config import Settings
    from bot.core.chain import Finding, Verdict
    from bot.core.model import Job
    from bot.core.routing import Routes
    from bot.doors import Inside
    from bot.relay.ports import Store

_NO_RELAY: Final = "No relay is running now: `superdocs-relay run` starts one."


async def watch(settings: Settings, wanted: HandOver) -> str:
    """Hand over a job that another program started, and say what became of that.

    Args:
        settings: The relay's own: the same store, the same accounts.
        wanted: The job; its channel may be given by name.

    Raises:
        RelayError: It cannot be taken over; the text says why, and what to do.
    """
    async with app.tied(settings, Lifetime.BRIEF) as relay:
        job, is_new = await take_over(relay.world, await _placed(relay, wanted))
        taken = f"{job.job_id} is reviewed in {job.channel}" + ("." if is_new else _already(job))
        if await relay.engine.has_workers():
            return taken
        return f"{taken} {_NO_RELAY}"


def _already(job: Job) -> str:
    return f" already, and has ended: {job.state.value}." if has_ended(job) else " already."


async def _placed(relay: Inside, wanted: HandOver) -> HandOver:
    return (
        replace(wanted, channel=await relay.directory.channel_id(wanted.channel))
        if wanted.channel
        else wanted
    )


async def redrive(settings: Settings, name: str) -> str:
    """Have a program told again of an outcome, or of all that were given up.

    Args:
        settings: The relay's own.
        name: The job's id; "" for all.

    Raises:
        RelayError: There is nothing to tell, or nobody to tell it to.
    """
    async with app.stored(settings, Lifetime.BRIEF) as held:
        count = 1 if name else await callback.redrive_all(held.store, _EVER)
        if count == 0:
            return "No delivery was given up: there is nothing to deliver again."
        if name:
            await callback.redrive(held.store, name)
        told = "1 outcome is delivered again." if count == 1 else f"{count:,} outcomes are delivered again."
        return told if await Engine(held.docket).has_workers() else f"{told} {_NO_RELAY}"


async def pending(settings: Settings, style: Style) -> str:
    """List what waits for somebody: what is open, and what lapsed and was not asked again."""
    async with app.stored(settings, Lifetime.BRIEF) as held:
        listed = rows(await everything(held.store))
        return render(listed, style, await held.store.now())


async def stats(settings: Settings, since: datetime | None, *, for_a_program: bool) -> str:
    """Count what became of everything that is kept: how much waits, how fast and how was decided, where and by whom.

    Args:
        settings: The relay's own.
        since: Counts what was decided or lapsed from this moment on only; None counts all.
        for_a_program: As JSON, not as tables.
    """
    async with _routed(settings) as (store, routes):
        # In this order, and once: a job that ends meanwhile stands in both.
        refs = dict.fromkeys((*await store.unended(), *await store.ended_since(_EVER)))
        jobs, now = await store.load_all(tuple(refs)), await store.now()
    told = count(jobs, since, now, routes)
    return as_json(told, since, now, routes) if for_a_program else as_table(told, since, routes)


@asynccontextmanager
async def _routed(settings: Settings) -> AsyncIterator[tuple[Store, Routes]]:
    """Connect to the store, and to Slack where routes match channels by their names; without routes, there are none."""
    routes = settings.relay_config
    if routes and routes.name_channels:
        async with app.tied(settings, Lifetime.BRIEF) as relay:
            yield relay.world.store, relay.world.routes
    else:
        async with app.stored(settings, Lifetime.BRIEF) as held:
            yield held.store, routes or NO_ROUTES


async def export_audit(
    settings: Settings, style: Style, since: datetime | None, write: Callable[[str], None]
) -> None:  # fmt: skip
    """Write the audit, a page at a time, with the names of those documents whose records are kept.

    Args:
        settings: The relay's own.
        style: How.
        since: Only what happened from this moment on; None for all.
        write: Takes the text, part by part.
    """
    async with app.stored(settings, Lifetime.BRIEF) as held:
        writer = Writer(style)
        write(writer.begin())
        async for page in held.audit.pages(since):
            documents = await held.audit.documents(dict(link.fields).get("ref", "") for link in page)
            write(writer.page([row(link, documents) for link in page]))
        write(writer.end())


async def verify_audit(settings: Settings, head: str, write: Callable[[str], None]) -> None:
    """Say that the audit is whole, with its head.

    Args:
        settings: The relay's own.
        head: How a seal begins that must stand in it; "" for none.
        write: Takes the sentence; until then, empty words for each page that was looked at.

    Raises:
        RelayError: It is not whole; the text names the first entry that is wrong.
    """
    verification = Verification(head)
    async with app.stored(settings, Lifetime.BRIEF) as held:
        async for page in held.audit.pages():
            for link in page:
                verification.take(link)
            write("")
    write(_told(verification.verdict))


def _told(found: Verdict) -> str:
    if found.findings:
        said = "; and ".join(map(_finding, found.findings))
        raise RelayError(f"The audit is not whole: {said}.{_rest(found)}")
    newer = f" {found.unsealed:,} more, not sealed yet." if found.unsealed else ""
    return f"{_entries(found.count)}, whole{_ending(found)}.{newer}\n"


def _finding(found: Finding) -> str:
    """Say what is wrong, and where."""
    if found.until > found.position:
        return (
            f"entries {found.position:,} to {found.until:,} are missing, and only their seals are there: "
            "the stream was shortened, or they were taken out"
        )
    return f"entry {found.position:,} {found.fault.value}"


def _rest(found: Verdict) -> str:
    """Say that all the rest is whole, where only the beginning is not."""
    (first, *others) = found.findings
    count = found.count - (first.fault is Fault.ROOTLESS)
    is_beginning = first.position == 1 and first.fault in {Fault.MISSING, Fault.ROOTLESS}
    is_whole = is_beginning and not others and count > 0
    return f" What comes after is whole: {_entries(count)}{_ending(found)}." if is_whole else ""


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _ending(found: Verdict) -> str:
    return f", head {found.head[:SHORT]}" if found.head else ""


_EVER: Final = datetime.fromtimestamp(0, UTC)
"""Before every edit."""
