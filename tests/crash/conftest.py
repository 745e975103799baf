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
