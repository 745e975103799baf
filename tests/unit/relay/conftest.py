"""A world of fakes for each test."""

from __future__ import annotations

import pytest

from tests.fakes.world import FakeWorld


@pytest.fixture
def world() -> FakeWorld:
    """Give a world in which everything works and nobody has done anything."""
    return FakeWorld()
