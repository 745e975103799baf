"""The list that the command line prints: every edit that waits, as a table, as CSV or as JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.core.again import is_lapsed, leftovers
from bot.core.backlog import deadline, is_held_up, is_open, newest_first, urgent_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.core.model import Change, Job

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet would run. Source: https://owasp.org/www-community/attacks/CSV_Injection"""

_WIDEST: Final = 40
"""Characters of one column of the table."""


class Kind(StrEnum):
    """Why an edit is in the list."""

    OPEN = "open"
    HELD_UP = "held up"
    LAPSED = "lapsed"


class Style(StrEnum):
    """How the list is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Row:
    """One edit that waits.

    Attributes:
        requester: Slack user id; "" when another program asked.
        round: Number of its last round; 0 before the first.
        changes: Numbers of the changes that wait, or are left over.
        deadline: Until when a decision counts, RFC 3339 in UTC; "" when that is over, or not known.
        link: Address of the message where it is decided, or "".
        trouble: What keeps, or kept, its decisions from SuperDocs; "" when nothing does.
    """

    kind: Kind
    ref: str
    job_id: str
    session_id: str
    channel: str
    document: str
    requester: str
    round: int
    changes: tuple[int, ...]
    deadline: str
    link: str
    trouble: str = ""


def rows(jobs: Iterable[Job]) -> tuple[Row, ...]:
    """List the jobs that wait: for somebody, then for SuperDocs, most urgent first, then the lapsed, newest first."""
    known = tuple(jobs)
    opened = urgent_first(job for job in known if is_open(job))
    held_up = urgent_first(job for job in known if is_held_up(job))
    lapsed = newest_first(job for job in known if is_lapsed(job))
    return (*map(_open, opened), *map(_held_up, held_up), *map(_lapsed, lapsed))


def render(listed: Sequence[Row], style: Style, now: datetime) -> str:
    """Write the list as one text, its last line ended.

    Args:
        listed: See `rows`.
        style: How.
        now: The store's time; the table says how much time is left.
    """
    return _WRITERS[style](listed, now)


def table(lines: Sequence[Sequence[str]]) -> str:
    """Write lines of cells, the heading first, as columns that a terminal prints and does not obey."""
    cells = [[printable(cell) or "–" for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    padded = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)
    return "\n".join(padded) + "\n"


def rfc3339(moment: datetime) -> str:
    """Write a moment for a program: in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Write rows as RFC 4180 has them, every cell inert: a spreadsheet runs nothing of what somebody wrote."""
    written = io.StringIO()
    writer = csv.writer(written)
    for row in rows:
        writer.writerow(_inert(str(cell)) for cell in row)
    return written.getvalue()


def printable(cell: str) -> str:
    """Return a cell that a terminal prints and does not obey."""
    plain = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in cell
    )
    return plain if len(plain) <= _WIDEST else f"{plain[: _WIDEST - 1]}…"


def _open(job: Job) -> Row:
    held = job.round
    until = deadline(job)
    is_round = held is not None and until is not None
    slot = f"round:{held.number}" if held and is_round else f"prompt:{job.prompts}"
    waiting = held.undecided if held and is_round else ()
    return _row(Kind.OPEN, job, waiting, slot, rfc3339(until) if until else "")


def _held_up(job: Job) -> Row:
    held = job.rounds[-1]
    return _row(Kind.HELD_UP, job, held.live, f"round:{held.number}", rfc3339(held.deadline_at))


def _lapsed(job: Job) -> Row:
    left = leftovers(job)
    held = job.round_of(left[-1].number) if left else None
    return _row(Kind.LAPSED, job, left, f"round:{held.number}" if held else "job", "")


def _row(kind: Kind, job: Job, changes: tuple[Change, ...], slot: str, until: str) -> Row:
    message = job.messages.get(slot)
    return Row(
        kind,
        job.ref,
        job.job_id,
        job.session_id,
        job.channel,
        job.document,
        job.requester_id,
        job.round.number if job.round else 0,
        tuple(change.number for change in changes),
        until,
        message.permalink if message else "",
        job.round.trouble if job.round else "",
    )


def _csv(listed: Sequence[Row], _now: datetime) -> str:
    names = [field.name for field in fields(Row)]
    cells = ({**asdict(row), "changes": " ".join(map(str, row.changes))}.values() for row in listed)
    return as_csv([names, *cells])


def _inert(cell: str) -> str:
    """Keep a spreadsheet from running what somebody named a document."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _json(listed: Sequence[Row], _now: datetime) -> str:
    return json.dumps([asdict(row) for row in listed], indent=2) + "\n"


def _table(listed: Sequence[Row], now: datetime) -> str:
    if not listed:
        return "Nothing waits.\n"
    heading = ("WAITS", "TIME LEFT", "DOCUMENT", "CHANGES", "REQUESTER", "CHANNEL", "REF", "TROUBLE")
    lines = [heading, *(_cells(row, now) for row in listed)]
    return table(lines)


def _cells(row: Row, now: datetime) -> tuple[str, ...]:
    numbers = ", ".join(map(str, row.changes))
    return (
        row.kind.value,
        _left(row, now),
        row.document,
        numbers,
        row.requester,
        row.channel,
        row.ref,
        row.trouble,
    )


def _left(row: Row, now: datetime) -> str:
    if not row.deadline:
        return ""
    seconds = (datetime.fromisoformat(row.deadline) - now).total_seconds()
    return f"{int(seconds // 60)} min" if seconds > 0 else "over"


_WRITERS: Final[Mapping[Style, Callable[[Sequence[Row], datetime], str]]] = {
    Style.TABLE: _table,
    Style.CSV: _csv,
    Style.JSON: _json,
}
