"""The `DocumentService` port: a SuperDocs that shows what a test lets it show."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.core.sighting import DEFAULTS, Balance, Exported, Glimpse, Listed, Rostered, Status, Uploaded
from tests.fakes.failing import Failing
from tests.make import seen

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from bot.core.formats import Format
    from bot.core.model import Mode
    from bot.core.sighting import Options, Sighting
    from bot.core.submitting import Answer


class FakeDocuments(Failing):
    """One job, as it is read.

    Attributes:
        shown: What a read tells.
        stream: What following tells: events, an error in their place, or None for silence without end.
        is_complete: Whether a submission is called complete.
        listed: The session's jobs.
        paused: The jobs that wait.
        account: What the account has left.
        uploaded: What an upload becomes.
        exported: What an export brings.
        rostered: The session's documents.
    """

    def __init__(self) -> None:
        super().__init__()
        self.shown: Sighting = seen(status=Status.WORKING)
        self.stream: list[Glimpse | Exception | None] = []
        self.is_complete = True
        self.listed: tuple[Listed, ...] = ()
        self.paused: tuple[Listed, ...] = ()
        self.account = Balance()
        self.uploaded = Uploaded("<p>Uploaded.</p>")
        self.exported = Exported(b"")
        self.rostered: tuple[Rostered, ...] = ()

    async def start(
        self,
        session_id: str,
        message: str,
        mode: Mode,
        document_html: str | None,
        options: Options = DEFAULTS,
    ) -> str:
        chosen = () if options == DEFAULTS else (options,)
        self.note("start", session_id, message, mode, document_html, *chosen)
        return "job_1"

    async def upload(self, session_id: str, name: str, content: bytes) -> Uploaded:
        self.note("upload", session_id, name, content)
        return self.uploaded

    async def export(self, session_id: str, form: Format, name: str, document_id: str = "") -> Exported:
        self.note("export", session_id, form, name, document_id)
        return self.exported

    async def roster(self, session_id: str) -> tuple[Rostered, ...]:
        self.note("roster", session_id)
        return self.rostered

    async def read(self, job_id: str) -> Sighting:
        self.note("read", job_id)
        return self.shown

    async def follow(self, session_id: str, job_id: str, last_sequence: int) -> AsyncGenerator[Glimpse, None]:
        self.note("follow", session_id, job_id, last_sequence)
        for event in self.stream:
            if isinstance(event, Exception):
                raise event
            if event is None:
                await asyncio.Event().wait()
            else:
                yield event

    async def submit(self, session_id: str, job_id: str, answers: Sequence[Answer]) -> bool:
        self.note("submit", session_id, job_id, tuple(answers))
        return self.is_complete

    async def resume(self, session_id: str, job_id: str, *, goes_on: bool) -> None:
        self.note("resume", session_id, job_id, goes_on)

    async def cancel(self, job_id: str) -> None:
        self.note("cancel", job_id)

    async def jobs_of(self, session_id: str) -> tuple[Listed, ...]:
        self.note("jobs_of", session_id)
        return self.listed

    async def waiting(self) -> tuple[Listed, ...]:
        self.note("waiting")
        return self.paused

    async def balance(self) -> Balance:
        self.note("balance")
        return self.account
