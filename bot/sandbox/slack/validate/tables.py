"""Tables: the plain one and the data table.

Source: https://docs.slack.dev/reference/block-kit/blocks/table-block and .../data-table-block
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.validate.rich_text import NO_LIMIT, RICH_TEXT
from bot.sandbox.slack.validate.shapes import choice, flag, items, number, record, text, typed, variant, whole
from bot.sandbox.slack.validate.totals import characters

if TYPE_CHECKING:
    from bot.sandbox.slack.validate.place import Place
    from bot.sandbox.slack.validate.shapes import Check

TABLE_CHARACTERS = 10_000
DATA_TABLE_CHARACTERS = 20_000
COLUMNS = 20

RAW_TEXT = record(typed("raw_text") | {"text": text(NO_LIMIT, 1)})
RAW_NUMBER = record(typed("raw_number") | {"value": number}, {"text": text(NO_LIMIT, 1)})
CELL = variant({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT})


def _at_most(most: int) -> Check:
    """Rule: all cells together hold at most so many characters."""

    def check(value: dict[str, Any], place: Place) -> None:
        if characters(value["rows"]) > most:
            place.at("rows").fail(f"must be less than {most + 1} characters in all cells together")

    return check


def _even(value: dict[str, Any], place: Place) -> None:
    """Rule: all rows are equally long, and the header row is plain."""
    if len({len(row) for row in value["rows"]}) > 1:
        place.at("rows").fail("all rows must have the same number of cells")
    if any(cell["type"] == "rich_text" for cell in value["rows"][0]):
        place.at("rows").at(0).fail("the header row must not hold rich_text")


def _column(value: Any, place: Place) -> None:
    """Want the settings of one column; null leaves it as it is."""
    if value is not None:
        COLUMN(value, place)


COLUMN = record({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})
TABLE = record(
    typed("table") | {"rows": items(items(CELL, COLUMNS), 100)},
    {"block_id": text(255), "column_settings": items(_column, COLUMNS, 0)},
    _at_most(TABLE_CHARACTERS),
)
DATA_TABLE = record(
    typed("data_table") | {"caption": text(NO_LIMIT, 1), "rows": items(items(CELL, COLUMNS), 201, 2)},
    {
        "block_id": text(255),
        "page_size": whole(1, 100),
        "row_header_column_index": whole(0, COLUMNS - 1),
        "column_settings": items(_column, COLUMNS, 0),
    },
    _even,
    _at_most(DATA_TABLE_CHARACTERS),
)
