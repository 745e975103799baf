"""The audit as the command line prints it: as a table, as CSV or as JSON, page by page, however long it is."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.core.pending import Style, as_csv, printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.core.chain import Link

_KNOWN: Final = frozenset({"event", "ref", "user_id", "round", "change", "detail"})
"""Fields that have a column of their own."""

_WIDTHS: Final = (24, 24, 12, 16, 24, 5, 6, 40)
"""Characters of each column of the table but the last: pages are printed before the next one is known."""

_HEADING: Final = ("TIME", "EVENT", "USER", "REF", "DOCUMENT", "ROUND", "CHANGE", "DETAIL", "SEAL")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry.

    Attributes:
        time: RFC 3339 in UTC, by the store's clock, to the millisecond.
        id: The store's name for it, which is sealed with it.
        document: The document's name, which is not sealed; "" when the record is kept no longer.
        user: Slack user id; "" for the relay itself.
        round: 0 when it is about none.
        change: 0 when it is about none.
        seal: "" while it is not sealed.
    """

    time: str
    id: str
    event: str
    ref: str
    document: str
    user: str
    round: int
    change: int
    detail: str
    seal: str


def row(link: Link, documents: Mapping[str, str]) -> Row:
    """Return an entry as it is printed; what it holds beyond what this version knows stands in its detail.

    Args:
        link: The entry.
        documents: Names of documents by ref.
    """
    held = dict(link.fields)
    others = (f"{name}={value}" for name, value in link.fields if name not in _KNOWN)
    ref = held.get("ref", "")
    return Row(
        _time(link.id),
        link.id,
        held.get("event", ""),
        ref,
        documents.get(ref, ""),
        held.get("user_id", ""),
        _number(held.get("round", "")),
        _number(held.get("change", "")),
        "; ".join(filter(None, [held.get("detail", ""), *others])),
        link.seal,
    )


class Writer:
    """Writes rows as one text, a page at a time.

    Args:
        style: How.
    """

    def __init__(self, style: Style) -> None:
        self._style = style
        self._is_first = True

    def begin(self) -> str:
        """Return what stands before the first row."""
        if self._style is Style.JSON:
            return "["
        return (
            as_csv([[field.name for field in fields(Row)]]) if self._style is Style.CSV else _line(_HEADING)
        )

    def page(self, rows: Sequence[Row]) -> str:
        """Return some more rows."""
        if self._style is Style.CSV:
            return as_csv([[cell or "" for cell in astuple(one)] for one in rows])
        if self._style is Style.TABLE:
            return "".join(map(_line, map(_cells, rows)))
        before = "" if self._is_first or not rows else ","
        self._is_first = self._is_first and not rows
        return before + ",".join(f"\n  {_object(one)}" for one in rows)

    def end(self) -> str:
        """Return what stands after the last row."""
        return "\n]\n" if self._style is Style.JSON else ""


def _time(entry_id: str) -> str:
    moment = datetime.fromtimestamp(int(entry_id.partition("-")[0]) / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else 0


def _object(one: Row) -> str:
    return json.dumps({field.name: getattr(one, field.name) for field in fields(Row)})


def _cells(one: Row) -> tuple[str, ...]:
    numbers = (str(number or "") for number in (one.round, one.change))
    return (one.time, one.event, one.user, one.ref, one.document, *numbers, one.detail, one.seal[:16])


def _line(cells: Sequence[str]) -> str:
    padded = (printable(cell).ljust(width) for cell, width in zip(cells, (*_WIDTHS, 0), strict=True))
    return "  ".join(padded).rstrip() + "\n"
