"""Repeat deaths by name: ``python -m tests.crash "S1" "superdocs approve" 1 lost`` (before, lost, unrecorded).

Without a call it lists those of the story; with ``unhurried`` at the end the relay waits as long as it usually does.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from tests.crash.grounds import prepared
from tests.crash.invariants import violations
from tests.crash.runs import run
from tests.crash.scenarios import SCENARIOS
from tests.crash.wires import Phase, Point

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str]) -> int:
    """Make one run and say what was wrong with it; 1 when something was."""
    scenario = next(one for one in SCENARIOS if one.name.startswith(words[0]))
    is_hurried, given = "unhurried" not in words, [word for word in words[1:] if word != "unhurried"]
    point = Point(given[0], int(given[1]), Phase[given[2].upper()]) if given else None
    with prepared(1, is_hurried=is_hurried) as (grounds,):
        made = asyncio.run(run(grounds, scenario, point, patience=1 if is_hurried else 6))
    wrong = violations(made.history)
    listed = [] if point else [f"{number} {name}" for number, name in enumerate(made.calls, start=1)]
    end = f"{made.kills} killed, settled after {made.recovery_s:.2f} s, {len(wrong)} violations"
    sys.stdout.write("\n".join([*listed, *wrong, end, ""]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
