"""The examination: every family of checks at once, in the order of a person's first steps with the relay."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from bot import config, logs
from bot.doctor import delivery, digest, library, report, slack, store, superdocs
from bot.doctor.finding import State, fault, not_checked, ok
from bot.logs import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.config import ConfigurationError, Settings
    from bot.doctor.finding import Finding, Findings

WELL: Final = 0
FAULTY: Final = 1
UNREADABLE: Final = 2
"""Exit codes: nothing but warnings, some fault, settings that cannot be read."""

LIMIT_S: Final = 10.0
"""How long one look may take."""

_OTHERS: Final = ("Slack", "the store", "SuperDocs", "HTTP")


async def doctor(write: Callable[[str], object], *, as_json: bool = False) -> int:
    """Examine what the environment's settings lead to, say what was found, and return the exit code.

    Args:
        write: Takes the whole report, once.
        as_json: A list for a program instead of lines for a person.
    """
    try:
        settings = config.load()
    except config.ConfigurationError as error:
        write(_said(unreadable(error), (), as_json=as_json))
        return UNREADABLE
    logs.configure("error", settings.log_format, settings.secrets)
    findings = await examine(settings)
    write(_said(findings, settings.secrets, as_json=as_json))
    return FAULTY if any(finding.state is State.FAULT for finding in findings) else WELL


def _now() -> datetime:
    return datetime.now(UTC)


async def examine(
    settings: Settings, *, clock: Callable[[], datetime] = _now, limit_s: float = LIMIT_S
) -> Findings:
    """Make every check, and return what each found. Nothing is changed anywhere.

    Args:
        settings: What the deployment chose.
        clock: This machine's time, in UTC.
        limit_s: Seconds that one look may take.
    """
    families = await asyncio.gather(
        slack.examine(settings, limit_s),
        store.examine(settings, clock, limit_s),
        superdocs.examine(settings, limit_s),
        library.examine(settings, limit_s),
        delivery.examine(settings, limit_s),
    )
    readable = ok("settings", "all of them can be read")
    now = clock()
    by_route = digest.of_channels(settings.relay_config, now)
    return (readable, *chain.from_iterable(families), digest.examine(settings.schedule, now), *by_route)


def unreadable(error: ConfigurationError) -> Findings:
    """Say what is wrong with the settings; everything else needs them."""
    return (*map(_malformed, error.sentences), *(not_checked(other, "the settings") for other in _OTHERS))


def _malformed(sentence: str) -> Finding:
    head, _, cure = sentence.partition(": ")
    setting, _, found = head.partition(" ")
    return fault(setting, found or "is malformed", f"{cure[:1].upper()}{cure[1:]}")


def _said(findings: Findings, secrets: Iterable[str], *, as_json: bool) -> str:
    """Write a report. No check says a secret; what others wrote into an answer is gone over all the same."""
    clean = Redactor(secrets).clean
    spoken = tuple(replace(finding, found=clean(finding.found)) for finding in findings)
    return report.as_json(spoken) if as_json else report.as_text(spoken)
