"""SuperDocs, one method a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.core.sighting import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from bot.core.formats import Format
    from bot.core.model import Mode
    from bot.core.sighting import Balance, Exported, Glimpse, Listed, Options, Rostered, Sighting, Uploaded
    from bot.core.submitting import Answer


class DocumentService(Protocol):
    """SuperDocs."""

    async def start(
        self,
        session_id: str,
        message: str,
        mode: Mode,
        document_html: str | None,
        options: Options = DEFAULTS,
    ) -> str:
        """Start a job and return its id. The document is left out when the session has it already."""

    async def upload(self, session_id: str, name: str, content: bytes) -> Uploaded:
        """Have a file made the session's document, in place of what it had; repeated, it is the same."""

    async def export(self, session_id: str, form: Format, name: str, document_id: str = "") -> Exported:
        """Have the session's document written as a file of some format."""

    async def roster(self, session_id: str) -> tuple[Rostered, ...]:
        """List the documents of a session."""

    async def read(self, job_id: str) -> Sighting:
        """Read a job: the truth. A job that is not known is a sighting too (GONE), not an error."""

    def follow(self, session_id: str, job_id: str, last_sequence: int) -> AsyncGenerator[Glimpse, None]:
        """Follow a job's stream from after an event. Ends when the stream does; the caller limits the time."""

    async def submit(self, session_id: str, job_id: str, answers: Sequence[Answer]) -> bool:
        """Send all answers of a round in one call; True when SuperDocs calls the batch complete."""

    async def resume(self, session_id: str, job_id: str, *, goes_on: bool) -> None:
        """Answer a continue prompt."""

    async def cancel(self, job_id: str) -> None:
        """Stop a job."""

    async def jobs_of(self, session_id: str) -> tuple[Listed, ...]:
        """List a session's jobs, newest first."""

    async def waiting(self) -> tuple[Listed, ...]:
        """List the jobs of this key that wait for an approval."""

    async def balance(self) -> Balance:
        """Read what the account has left."""
