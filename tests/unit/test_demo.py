"""What the demo says when it does not open."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from bot import demo
from bot.core.errors import RelayError


class Waiting:
    """A sandbox in which an edit is asked for, and nothing comes of it."""

    url = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.slack = self

    def person(self, _user: str) -> Waiting:
        return self

    async def slash(self, *_words: object) -> SimpleNamespace:
        return SimpleNamespace(dialog="the edit dialog")

    async def upload(self, *_file: object) -> str:
        return "F1"

    async def submit(self, *_form: object) -> None:
        """Take the form."""

    async def until(self, _look: object, within_s: float) -> None:
        raise TimeoutError(within_s)


async def test_changes_that_do_not_come_are_not_called_a_busy_port() -> None:
    """Running out of time and a taken port are errors of the same kind to the system; people read different sentences."""
    ready = asyncio.Event()
    ready.set()
    with pytest.raises(RelayError, match="The changes did not come within 30 seconds"):
        await demo._open(Waiting(), ready)  # type: ignore[arg-type]  # as much of a sandbox as it needs


async def test_only_the_page_s_port_is_called_the_page_s_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses to the relay itself is not blamed on the page."""

    async def relay(*_arguments: object) -> None:
        raise PermissionError

    monkeypatch.setattr(demo, "_relay", relay)
    with pytest.raises(PermissionError):
        await demo.show(0)
