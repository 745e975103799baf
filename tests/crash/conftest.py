"""What crash runs take place on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.crash.grounds import Lanes, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

LANES: Final = 2
"""Runs at a time in one process of pytest: they mostly wait."""


@pytest.fixture(scope="session")
def lanes() -> Iterator[Lanes]:
    """Give the grounds of hurried runs."""
    with prepared(LANES) as lanes:
        yield lanes


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all runs, whichever process made them."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    for report in reports:
        for name, said in getattr(report, "user_properties", ()):
            if name == "crash":
                terminalreporter.write_line(f"crash {said}")
