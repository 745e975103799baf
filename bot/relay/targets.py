"""What a button names: ``ref.number.digest`` a change in one version, ``ref.number`` a round, ``ref`` a job.

Targets come back from outside. They say which record is meant; whether it may be done is the record's to say.
"""

from __future__ import annotations

import re
from typing import Final

from bot.core.errors import RefusedError

_REF: Final = r"[0-9a-z]{8,64}"
_CHANGE: Final = re.compile(rf"({_REF})\.(\d{{1,6}})\.([0-9a-f]{{12,64}})")
_ROUND: Final = re.compile(rf"({_REF})\.(\d{{1,6}})")
_JOB: Final = re.compile(_REF)


def change_of(target: str) -> tuple[str, int, str]:
    """Return (ref, change number, digest).

    Raises:
        RefusedError: It names no change.
    """
    ref, number, digest = _matched(_CHANGE, target).groups()
    return ref, int(number), digest


def round_of(target: str) -> tuple[str, int]:
    """Return (ref, round number).

    Raises:
        RefusedError: It names no round.
    """
    ref, number = _matched(_ROUND, target).groups()
    return ref, int(number)


def job_of(target: str) -> str:
    """Return the ref.

    Raises:
        RefusedError: It names no job.
    """
    return _matched(_JOB, target.partition(".")[0]).group()


def _matched(shape: re.Pattern[str], target: str) -> re.Match[str]:
    match = shape.fullmatch(target)
    if match is None:
        sentence = "The relay does not know this button. Use a newer message."
        raise RefusedError(sentence, code="bad_target")
    return match
