"""What crash runs take place in: a zygote, a server, a folder for sockets and logs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.crash.fleet import Grounds, Zygote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.embedded import Embedded


@pytest.fixture(scope="session")
def grounds(server: Embedded) -> Iterator[Grounds]:
    """Give the grounds of hurried runs."""
    with tempfile.TemporaryDirectory(prefix="crash-") as folder, Zygote() as zygote:
        yield Grounds(zygote, server.socket, Path(folder))
