"""The relay as a process, and the words in which stories about it are told."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.server import CHANNEL, Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.people.shown import Shown
    from bot.sandbox.slack.views import View

REQUESTER, REVIEWER, COUNSEL, GUEST = "U0REQ", "U0REV", "U0CAROL", "U0GUEST"
WITHIN_S = 15
"""Long enough for a busy machine; a story that goes well never waits for it."""

CONTRACT = (
    "<h1>Supply agreement</h1><h2>4. Payment</h2><p>The Buyer pays within 30 days of the invoice.</p>"
    "<h2>5. Term</h2><p>The agreement runs for three years.</p><h2>6. Law</h2><p>German law applies.</p>"
)
ONE = 'replace "30 days" with "60 days"'
THREE = 'replace "30 days" with "60 days"; replace "three years" with "five years"; replace "German law" with "Irish law"'


@dataclass
class Process:
    """One running relay."""

    process: asyncio.subprocess.Process
    log: list[str] = field(default_factory=list)
    _reader: asyncio.Task[None] | None = None

    async def ready(self) -> None:
        """Wait until it listens."""
        told = asyncio.Event()
        self._reader = asyncio.create_task(self._read(told))
        async with asyncio.timeout(WITHIN_S * 2):
            await told.wait()
        assert self.process.returncode is None, "".join(self.log)

    async def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        await self._gone()

    async def stop(self) -> int:
        """End it in order, and return its exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        return await self._gone()

    async def _gone(self) -> int:
        async with asyncio.timeout(WITHIN_S):
            code = await self.process.wait()
            if self._reader is not None:
                await self._reader
        return code

    async def _read(self, told: asyncio.Event) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode())
            if b"relay.ready" in line:
                told.set()
        told.set()


async def launch(environment: dict[str, str]) -> Process:
    """Start a relay with an environment, and wait until it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env={**_plain_environment(), **environment},
        stderr=asyncio.subprocess.PIPE,
        limit=1024 * 1024,
    )
    relay = Process(process)
    await relay.ready()
    return relay


def _plain_environment() -> dict[str, str]:
    """Return what a process needs of this one's environment: none of the relay's own settings."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


@asynccontextmanager
async def running(environment: dict[str, str]) -> AsyncIterator[Process]:
    """Run a relay for a story; a traceback in its log fails the story."""
    relay = await launch(environment)
    try:
        yield relay
    finally:
        await relay.stop()
    assert "Traceback" not in "".join(relay.log)


class Story:
    """What people do and see, in the words of the stories.

    Args:
        sandbox: Where it happens.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.slack = sandbox.slack
        self.superdocs = sandbox.superdocs

    async def edit(
        self, instruction: str, *, html: str = CONTRACT, user: str = REQUESTER, **values: Any
    ) -> Shown:
        """Have somebody type `/superdocs edit` and fill in the dialog."""
        person = self.slack.person(user)
        shown = await person.slash(CHANNEL, "edit")
        assert shown.dialog is not None, person.notices
        file = await person.upload("supply.html", html.encode())
        given = {"document": [file], "instruction": instruction, **values}
        sent = await person.submit(shown.dialog, given)
        assert sent.error is None
        return sent

    def message(self, slot: str, nth: int = -1) -> Message:
        """Return the message that stands for a slot (`job`, `round:1`, `card:2`); of several jobs the last one's."""
        found = self._of(slot)
        assert found, f"no message {slot}; there are {[_slot(m) for m in self.slack.messages(CHANNEL)]}"
        return found[nth]

    def count(self, slot: str) -> int:
        """Count the messages that stand for a slot."""
        return len(self._of(slot))

    async def shows(self, slot: str, *words: str) -> Message:
        """Wait until a message says something, and return it."""

        def look() -> bool:
            said = _said(self._of(slot)[-1]) if self._of(slot) else ""
            return all(word in said for word in words)

        try:
            await self.slack.until(look, within_s=WITHIN_S)
        except TimeoutError:
            said = _said(self._of(slot)[-1]) if self._of(slot) else "nothing"
            raise AssertionError(f"{slot} does not say {words}; it says: {said}") from None
        return self.message(slot)

    async def open_cards(self, count: int) -> None:
        """Wait until so many cards, or the one message, can be decided."""
        for number in range(1, count + 1):
            await self.shows("round:1" if count == 1 else f"card:{number}", "decide by")

    async def press(self, slot: str, action: str, user: str = REVIEWER) -> Shown:
        """Have somebody press a button on a message."""
        return await self.slack.person(user).press(self.message(slot), action)

    async def told(self, user: str, words: str) -> None:
        """Wait until somebody was told something privately."""
        person = self.slack.person(user)

        def look() -> bool:
            return any(words in _said(m) for m in person.ephemerals(CHANNEL))

        try:
            await self.slack.until(look, within_s=WITHIN_S)
        except TimeoutError:
            heard = [_said(m) for m in person.ephemerals(CHANNEL)]
            raise AssertionError(f"{user} was not told {words!r}, but {heard}") from None

    async def submitted(self, count: int = 1) -> dict[str, Any]:
        """Wait for the n-th round that SuperDocs received, and return its body."""
        await self.superdocs.calls.wait_for("approve", count=count, within_s=WITHIN_S)
        return self.superdocs.approvals[count - 1]

    async def ended(self, status: str = "completed") -> str:
        """Wait until SuperDocs' latest job has ended, and return its document."""
        await self.superdocs.until(lambda: self.superdocs.latest.status == status, within_s=WITHIN_S)
        document = self.superdocs.sessions[self.superdocs.latest.session_id].document
        return document.html if document else ""

    def _of(self, slot: str) -> list[Message]:
        return [m for m in self.slack.messages(CHANNEL) if _slot(m) == slot]


def verdicts(body: dict[str, Any]) -> dict[str, bool]:
    """Return {change id: approved} of an approval's body."""
    return {change["change_id"]: change["approved"] for change in body["changes"]}


def dialog_says(view: View | None) -> str:
    """Return every word of a dialog."""
    assert view is not None
    return _words(view.blocks)


def _slot(message: Message) -> str:
    return str(((message.metadata or {}).get("event_payload") or {}).get("slot", ""))


def _said(message: Message) -> str:
    return f"{message.text} {_words(message.blocks)}"


def _words(value: Any) -> str:
    """Return the texts of blocks, joined: what a person could read."""
    if isinstance(value, dict):
        own = value.get("text") if isinstance(value.get("text"), str) else ""
        rest = " ".join(_words(part) for key, part in value.items() if key not in {"text"} or not own)
        mention = f"<@{value['user_id']}>" if value.get("type") == "user" else ""
        return f"{own or ''} {mention} {rest}"
    if isinstance(value, list):
        return " ".join(_words(part) for part in value)
    return ""
