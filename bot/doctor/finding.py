"""What a check found: one line, and one line on what to do about it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Coroutine

_log: Final = structlog.get_logger(__name__)


class State(StrEnum):
    """How it is, in a word that needs no colour."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What: a setting by its name, anything else in words.
        found: In one line. Never a secret.
        cure: What to click or to set, exactly; "" when there is nothing to do.
    """

    name: str
    state: State
    found: str
    cure: str = ""


Findings = tuple[Finding, ...]


def ok(name: str, found: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(name, State.OK, found)


def warning(name: str, found: str, cure: str) -> Finding:
    """Say that the relay would run, and not as well as it could."""
    return Finding(name, State.WARNING, found, cure)


def fault(name: str, found: str, cure: str) -> Finding:
    """Say what keeps the relay, or a part of it, from working."""
    return Finding(name, State.FAULT, found, cure)


def not_checked(name: str, needed: str) -> Finding:
    """Say that there was no way to look before another fault is cured."""
    return Finding(name, State.NOT_CHECKED, f"waits for {needed}")


async def checked(name: str, check: Coroutine[None, None, Findings], limit_s: float) -> Findings:
    """Make a check, which may neither last for ever nor stop the others.

    Args:
        name: What is at fault when the check comes to no end.
        check: One look at something.
        limit_s: Seconds that it may take.
    """
    try:
        async with asyncio.timeout(limit_s):
            return await check
    except TimeoutError:
        cure = "Look at the network between this machine and it, and try again."
        return (fault(name, f"no answer within {limit_s:g} seconds", cure),)
    except Exception as error:  # noqa: BLE001 -- a check that breaks must not hide what the others found
        _log.exception("check.broken", check=name)
        cure = "This is a mistake of the doctor's; please report it, with what was logged."
        return (fault(name, f"the check itself broke ({type(error).__name__})", cure),)
