"""A document that has everything the formats have in common."""

import pytest

from bot.sandbox.superdocs.files.blocks import Block, Paragraph, Run, Table

BLOCKS: list[Block] = [
    Paragraph((Run("Supply agreement"),), "h1"),
    Paragraph((Run("1. Payment*"),), "h2"),
    Paragraph(
        (Run("Pay within "), Run("30 days", bold=True), Run(" & in "), Run("full", italic=True), Run("."))
    ),
    Paragraph(
        (Run("Both", bold=True, italic=True), Run(" are “meant” — 5 % <_>, \\ and"), Run("line\nbreak"))
    ),
    Paragraph((Run("one"),), "bullet"),
    Paragraph((Run("two"),), "bullet"),
    Paragraph((Run("first"),), "number"),
    Paragraph((Run("second", bold=True),), "number"),
    Paragraph((Run("Between."),)),
    Paragraph((Run("first again"),), "number"),
    Table((((Run("Item"),), (Run("Price", bold=True),)), ((Run("Shaft"),), (Run("412.00"),)))),
    Paragraph((Run("Ж 日本 😀"),)),
]


@pytest.fixture
def blocks() -> list[Block]:
    """Give the document."""
    return [
        Paragraph(_joined(block.runs), block.kind) if isinstance(block, Paragraph) else block
        for block in BLOCKS
    ]


def _joined(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Return runs as a reader gives them: neighbours of one look in one."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1][1:] == run[1:]:
            joined[-1] = joined[-1]._replace(text=joined[-1].text + run.text)
        else:
            joined.append(run)
    return tuple(joined)
