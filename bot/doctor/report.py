"""What was found, for a person at a terminal or for a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from bot.doctor.finding import State

if TYPE_CHECKING:
    from bot.doctor.finding import Finding, Findings

_WORDS: Final = {State.FAULT: "FAULT"}
"""How a state is written where it should be seen at a glance; the others as they are."""

_COLUMN: Final = max(map(len, State)) + 2


def as_text(findings: Findings) -> str:
    """Say it in one line a finding, each cure below it, and count in the last line."""
    return "\n".join([*map(_lines, findings), "", _summary(findings), ""])


def as_json(findings: Findings) -> str:
    """Give the list of findings."""
    return json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n"


def _lines(finding: Finding) -> str:
    word = _WORDS.get(finding.state, finding.state.value)
    line = f"{word:<{_COLUMN}}{_one_line(finding.name)}: {_one_line(finding.found)}"
    return f"{line}\n{'':<{_COLUMN}}{_one_line(finding.cure)}" if finding.cure else line


def _one_line(text: str) -> str:
    """Keep what others wrote (a workspace's name, an answer) from moving the cursor or breaking the line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _summary(findings: Findings) -> str:
    """Count the faults, and the warnings if there are any."""
    faults, warnings, skipped = (
        sum(finding.state is state for finding in findings)
        for state in (State.FAULT, State.WARNING, State.NOT_CHECKED)
    )
    if not faults and not warnings:
        return "All is well."
    counts = [_counted(faults, "fault"), _counted(warnings, "warning")]
    said = ", ".join([*counts, *([f"{skipped} not checked"] if skipped else [])])
    return f"{said[0].upper()}{said[1:]}."


def _counted(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
