"""What reviewers are shown of some changes, and which version of rendering that is: `bot.core.words.carding.RENDERING`.

``rendering.json`` holds that version and a digest of each sample. When a change of the code changes what people see of
a sample, and is meant to, raise `RENDERING` by one and write the digests anew::

    .venv/bin/python -m tests.unit.slack.rendering
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.core.model import Verdict
from bot.core.words.carding import RENDERING, card
from bot.core.words.reading import form, reading_page
from bot.slack.cards import render
from bot.slack.modals import Memory, feedback, reading
from tests.make import decided, make_job, make_round
from tests.telling import TELLING, Telling, reviewed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.model import Job
    from bot.core.proposal import Content

STORED: Final = Path(__file__).parent / "rendering.json"
_DECEPTIONS: Final = Path(__file__).parents[2] / "samples" / "changes" / "adversarial.json"

_UNSEEN: Final = frozenset({"block_id", "action_id", "callback_id", "value", "private_metadata"})
"""What is in messages and dialogs for programs only."""

_ALL_TOGETHER: Final = ("number", "moved", "cell", "deleted", "formatting")
"""Changes of one round that nothing is odd about: its dialog offers to approve them all."""


def digests() -> dict[str, str]:
    """Name what people see of each sample."""
    return {name: _digest(shown) for name, shown in _samples()}


def what_to_do(now: dict[str, str], stored: dict[str, Any]) -> str:
    """Say how to bring the stored version and digests in line with what is drawn now; "" when they are.

    Args:
        now: See `digests`.
        stored: What `STORED` holds.
    """
    others = _redrawn(now, stored)
    if others and stored["rendering"] >= RENDERING:
        named = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if others[5:] else "")
        return (
            f"People see something else of the same changes now ({named}). If that is meant: raise RENDERING in "
            f"bot/core/words/carding.py to {stored['rendering'] + 1}, since the audit notes by it what each reviewer was "
            "shown, then run `python -m tests.unit.slack.rendering`."
        )
    if (stored["rendering"], stored["samples"]) != (RENDERING, now):
        return "RENDERING or the samples were changed: run `python -m tests.unit.slack.rendering`."
    return ""


def _redrawn(now: dict[str, str], stored: dict[str, Any]) -> list[str]:
    """Name the samples that are drawn differently; one that is new or gone is not."""
    told: dict[str, str] = stored["samples"]
    return sorted(name for name in now.keys() & told.keys() if now[name] != told[name])


def _samples() -> Iterator[tuple[str, object]]:
    """Give what people see: the card and both dialogs of each telling change, and the cards of all deceptions."""
    for name, telling in TELLING.items():
        yield name, _drawn(*reviewed(telling))
    for case in json.loads(_DECEPTIONS.read_text(encoding="utf-8")):
        yield case["id"], _card(*reviewed(Telling("4. Terms", case["old_html"], case["new_html"])))
    job, contents = reviewed(*(TELLING[name] for name in _ALL_TOGETHER))
    yield "all together", _dialog(job, contents)
    yield "revised", _drawn(*_revised())


def _drawn(job: Job, contents: dict[str, Content]) -> list[object]:
    held = job.rounds[-1]
    change = held.changes[0]
    asked = feedback(form(job, held, change, contents[change.digest]), Memory())
    return [_card(job, contents), _dialog(job, contents), asked]


def _card(job: Job, contents: dict[str, Content]) -> list[object]:
    held = job.rounds[-1]
    payload = render(card(job, held, held.changes[0], contents))
    return [payload.text, payload.blocks]


def _dialog(job: Job, contents: dict[str, Content]) -> object:
    versions = tuple((change.number, change.digest) for change in job.rounds[-1].changes)
    return reading(reading_page(job, versions, contents, "token", 1), Memory())


def _revised() -> tuple[Job, dict[str, Content]]:
    """Return an edit in its second round: its change answers somebody's feedback on the first."""
    earlier = TELLING["number"]
    job, contents = reviewed(earlier, earlier._replace(new=str(earlier.new).replace("90", "60")))
    first, second = job.rounds[0].changes
    denied = decided(first, Verdict.DENY, feedback="Shorter")
    rounds = (make_round(denied), make_round(replace(second, revises=first.number), number=2))
    return make_job(*rounds, document=job.document), contents


def _digest(shown: object) -> str:
    seen = json.dumps(_seen(shown), sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _seen(part: Any) -> Any:
    """Return what people see of a message or a dialog."""
    if isinstance(part, dict):
        return {key: _seen(value) for key, value in part.items() if key not in _UNSEEN}
    return [_seen(one) for one in part] if isinstance(part, (list, tuple)) else part


def main() -> None:
    """Store what is drawn now, unless it would be called what it is not."""
    now = digests()
    if STORED.exists():
        stored = json.loads(STORED.read_text())
        if _redrawn(now, stored) and stored["rendering"] >= RENDERING:
            sys.exit(what_to_do(now, stored))
    STORED.write_text(json.dumps({"rendering": RENDERING, "samples": now}, indent=1) + "\n")


if __name__ == "__main__":
    main()
