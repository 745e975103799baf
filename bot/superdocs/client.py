"""SuperDocs, as the relay's port `DocumentService` wants it: one method a call.

Nothing is retried here: SuperDocs has no idempotency key, and whoever calls knows what a repetition means.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import httpx
import structlog

from bot import __version__
from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.formats import format_of
from bot.core.sighting import DEFAULTS, Balance, Exported, Sighting, Status
from bot.core.words.pieces import inert
from bot.superdocs import calls, stream
from bot.superdocs.calls import (
    BODY_LIMIT,
    READ_LIMIT,
    WRITE_LIMIT,
    Calls,
    TooLargeError,
    parse_success,
    within,
)
from bot.superdocs.documents import (
    check_exported,
    count_warnings,
    media_type,
    parse_roster,
    parse_uploaded,
    render_export,
    render_file_name,
    render_upload,
)
from bot.superdocs.errors import Code, translate
from bot.superdocs.exported import text_of
from bot.superdocs.stream import Follower
from bot.superdocs.wire import (
    parse_balance,
    parse_job,
    parse_list,
    parse_started,
    parse_submitted,
    render_answers,
    render_continue,
    render_segment,
    render_start,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence

    from bot.core.formats import Format
    from bot.core.model import Mode
    from bot.core.sighting import Glimpse, Listed, Options, Rostered, Uploaded
    from bot.core.submitting import Answer
    from bot.superdocs.calls import Reply

MESSAGE_LIMIT: Final = 100_000
"""Characters of an instruction; SuperDocs answers 422 to more."""

_LIST_LIMIT: Final = 100
"""Jobs of a list. There are no pages, and what SuperDocs gives without being asked is not documented."""

_LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=20)
"""The default of 100 connections would let the 101st stream wait for the end of another."""

_log = structlog.get_logger()

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADERS: Final = {
    "User-Agent": f"superdocs-relay/{__version__}",
    # A small compressed answer can grow without bound when it is unpacked.
    "Accept-Encoding": "identity",
}


class SuperDocs:
    """SuperDocs behind its address.

    Streams and calls have a client each: a call on a client that holds a thousand streams takes three times
    as long.

    Args:
        base_url: Such as ``https://api.superdocs.app``.
        api_key: ``sk_…`` or ``lce_…``; in no log, error or representation.
        transport: In place of the network, for tests.

    Raises:
        RefusedError: The address or the key cannot be one.
    """

    def __init__(
        self, base_url: str, api_key: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        address, key = _checked_address(base_url), _checked_key(api_key)
        # The environment's proxy is for the world outside, not for the sandbox on this machine.
        trusts_env = address.host not in _LOOPBACK
        certificates = transport is not None or httpx.create_ssl_context(trust_env=trusts_env)

        def client(timeout: httpx.Timeout, headers: dict[str, str]) -> httpx.AsyncClient:
            return httpx.AsyncClient(
                base_url=address,
                timeout=timeout,
                headers=_HEADERS | headers,
                limits=_LIMITS,
                verify=certificates,
                trust_env=trusts_env,
                transport=transport,
            )

        self._clients = (
            client(calls.TIMEOUT, {"Authorization": f"Bearer {key}"}),
            client(stream.TIMEOUT, {}),
        )
        self._calls = Calls(self._clients[0])
        self._follower = Follower(self._clients[1], key)

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients:
            await client.aclose()

    async def start(
        self,
        session_id: str,
        message: str,
        mode: Mode,
        document_html: str | None,
        options: Options = DEFAULTS,
    ) -> str:
        """Start a job and return its id. The document is left out when the session has it already.

        Raises:
            TransientError: It was certainly not started; later it may be.
            OutcomeUnknownError: It may have been started: look at the session's jobs.
            RefusedError: With a `Code`: `SESSION_BUSY`, `QUOTA_EXHAUSTED`, `TOO_LARGE`…

        Source: https://docs.superdocs.app/api-reference/v1/async-chat
        """
        _check_message(message)
        body = render_start(session_id, message, mode, document_html, options)
        answer = await self._calls.post("/v1/chat/async", body)
        job_id = parse_started(parse_success(answer))
        if not job_id:
            raise OutcomeUnknownError("SuperDocs took the edit but did not name the job.")
        return job_id

    async def read(self, job_id: str) -> Sighting:
        """Read a job: the truth. A job that is not known is a sighting too (GONE), not an error.

        An answer too large to be read is asked for again in its compact form: its changes come without their
        texts then, and can only be denied.

        Raises:
            TransientError: It could not be read now.
            RefusedError: The key was refused.

        Source: https://docs.superdocs.app/api-reference/v1/get-job
        """
        path = f"/v1/jobs/{render_segment(job_id)}"
        async with within(READ_LIMIT, is_write=False):
            try:
                answer = await self._calls.get(path)
            except TooLargeError:
                answer = await self._calls.get(path, {"compact": "true"})
            except GoneError:
                return Sighting(Status.GONE)
        sighting = parse_job(answer)
        if sighting.job_id not in {"", job_id}:
            raise TransientError("SuperDocs answered about another job.")
        return replace(sighting, job_id=job_id)

    def follow(self, session_id: str, job_id: str, last_sequence: int = 0) -> AsyncGenerator[Glimpse, None]:
        """Follow a job's stream from after an event; see `Follower.follow`."""
        return self._follower.follow(session_id, job_id, last_sequence)

    async def submit(self, session_id: str, job_id: str, answers: Sequence[Answer]) -> bool:
        """Send all answers of a round in one call; True when SuperDocs calls the batch complete.

        Raises:
            TransientError: It was certainly not taken.
            OutcomeUnknownError: It may have been taken: read the job before anything else.
            RefusedError: `NOT_AWAITING` when the job waits for nothing, which an earlier call that seemed lost
                may have brought about; `WRONG_ENDPOINT` when it waits for a continue.

        Source: https://docs.superdocs.app/api-reference/v1/approve-change
        """
        path = f"/v1/chat/{render_segment(session_id)}/approve"
        return parse_submitted(parse_success(await self._calls.post(path, render_answers(job_id, answers))))

    async def resume(self, session_id: str, job_id: str, *, goes_on: bool) -> None:
        """Answer a continue prompt. Raises what `submit` does."""
        path = f"/v1/chat/{render_segment(session_id)}/continue"
        await self._calls.post(path, render_continue(job_id, goes_on=goes_on))

    async def cancel(self, job_id: str) -> None:
        """Stop a job.

        Raises:
            RefusedError: `NOT_CANCELLABLE`: it waits for an answer, or has ended. Denying all of its changes
                without feedback ends a job that waits.
            GoneError: It no longer exists.

        Source: https://docs.superdocs.app/guides/async-jobs
        """
        try:
            await self._calls.post(f"/v1/jobs/{render_segment(job_id)}/cancel", {})
        except GoneError:
            raise
        except RefusedError as error:
            if error.code in {Code.KEY_REFUSED, Code.BAD_ADDRESS}:
                raise
            raise RefusedError(
                "SuperDocs does not cancel this job now.", code=Code.NOT_CANCELLABLE
            ) from error

    async def jobs_of(self, session_id: str) -> tuple[Listed, ...]:
        """List a session's jobs, newest first. A session that is not known has none.

        Source: https://docs.superdocs.app/api-reference/v1/list-session-jobs
        """
        try:
            return await self._list(f"/v1/sessions/{render_segment(session_id)}/jobs", {})
        except GoneError:
            return ()

    async def waiting(self) -> tuple[Listed, ...]:
        """List the jobs of this key that wait for an approval or a continue.

        Source: https://docs.superdocs.app/api-reference/v1/list-jobs
        """
        listed = await self._list("/v1/jobs", {"status": "awaiting_approval"})
        return tuple(job for job in listed if job.status in {Status.REVIEW, Status.PROMPT})

    async def upload(self, session_id: str, name: str, content: bytes) -> Uploaded:
        """Give a session its document, in the place of the one that it had.

        An attempt that was not answered may be repeated: the file takes its own place, with other chunk ids.

        Raises:
            TransientError: Later it may be taken.
            RefusedError: With a `Code`: `UNSUPPORTED`, `UNREADABLE`, `TOO_LARGE`, `SESSION_BUSY`… The sentence
                names the document.

        Source: https://docs.superdocs.app/concepts/documents
        """
        file = (render_file_name(name), content, media_type(format_of(name)))
        with _naming(f"{name} could not be given to SuperDocs."):
            async with within(WRITE_LIMIT, is_write=False):
                answer = await self._calls.upload("/v1/documents/upload", render_upload(session_id), file)
            uploaded = parse_uploaded(answer)
            html = uploaded.html or await self._text_of(session_id, uploaded.document_id)
            if not html:
                raise RefusedError("SuperDocs found no text in it.", code=Code.UNREADABLE)
        return replace(uploaded, html=html)

    async def export(self, session_id: str, form: Format, name: str, document_id: str = "") -> Exported:
        """Fetch the document of a session as a file, as it is by then.

        What is exported is the document in focus, so `document_id` gets the focus first. Right after an approval
        the file may hold the old text: look for the new one in `Exported.text`.

        Raises:
            TransientError: Later it may be had.
            RefusedError: With a `Code`: `UNSUPPORTED`, `TOO_LARGE`, `GONE`… The sentence names the document.

        Source: https://docs.superdocs.app/guides/multi-document
        """
        with _naming(f"{name} could not be had from SuperDocs as {form.name}."):
            reply = await self._exported(session_id, render_export(session_id, form, name), document_id)
        check_exported(reply.body, reply.headers.get("content-type", ""), form)
        if warnings := count_warnings(reply.headers.get("x-export-warnings", "")):
            _log.info("export.warnings", session_id=session_id, form=form.value, count=warnings)
        return Exported(reply.body, await asyncio.to_thread(text_of, reply.body, form))

    async def roster(self, session_id: str) -> tuple[Rostered, ...]:
        """List a session's documents with their texts, the one in focus first. An unknown session has none.

        When the texts together are too large to be read, they are left out.

        Source: https://docs.superdocs.app/guides/multi-document
        """
        path = f"/v1/sessions/{render_segment(session_id)}/documents"
        async with within(READ_LIMIT, is_write=False):
            try:
                return parse_roster(await self._calls.get(path, {"include_html": "true"}))
            except TooLargeError:
                return parse_roster(await self._calls.get(path))
            except GoneError:
                return ()

    async def balance(self) -> Balance:
        """Read what the key's account has left."""
        async with within(READ_LIMIT, is_write=False):
            return parse_balance(await self._calls.get("/v1/agents/whoami"))

    async def _exported(self, session_id: str, wanted: dict[str, object], document_id: str) -> Reply:
        async with within(WRITE_LIMIT, is_write=False):
            if document_id:
                path = f"/v1/sessions/{render_segment(session_id)}/documents/{render_segment(document_id)}"
                await self._calls.ask(f"{path}/focus", {})
            try:
                return await self._calls.ask("/v1/documents/export", wanted)
            except TooLargeError as error:
                sentence = f"It is larger than {BODY_LIMIT // 1024 // 1024} MB."
                raise RefusedError(sentence, code=Code.TOO_LARGE) from error

    async def _text_of(self, session_id: str, document_id: str) -> str:
        """Return the text of a document that was just taken, where the answer to that left it out."""
        documents = await self.roster(session_id)
        return next((told.html for told in documents if document_id in {"", told.document_id}), "")

    async def _list(self, path: str, query: Mapping[str, str]) -> tuple[Listed, ...]:
        async with within(READ_LIMIT, is_write=False):
            try:
                asked = {**query, "compact": "true", "limit": str(_LIST_LIMIT)}
                return parse_list(await self._calls.get(path, asked))
            except RefusedError as error:
                if error.code != Code.INVALID:
                    raise
                # Nobody says which limits are allowed; all that older servers know is the status.
                return parse_list(await self._calls.get(path, query))


@contextmanager
def _naming(beginning: str) -> Iterator[None]:
    """Have every refusal say which document it is about; nothing in its name comes alive in a message."""
    try:
        yield
    except RefusedError as error:
        raise type(error)(f"{inert(beginning)} {error}", code=error.code) from error


def _check_message(message: str) -> None:
    if not message.strip():
        raise RefusedError("An edit needs an instruction.", code=Code.INVALID)
    if len(message) > MESSAGE_LIMIT:
        sentence = f"The instruction has {len(message):,} characters; SuperDocs takes {MESSAGE_LIMIT:,}."
        raise RefusedError(sentence, code=Code.TOO_LARGE)


def _checked_address(base_url: str) -> httpx.URL:
    try:
        address = httpx.URL(base_url.strip())
    except httpx.InvalidURL as error:
        raise translate(error, is_write=False) from None
    if address.scheme not in {"http", "https"} or not address.host:
        raise translate(httpx.UnsupportedProtocol(""), is_write=False)
    return address


def _checked_key(api_key: str) -> str:
    key = api_key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise RefusedError("SUPERDOCS_API_KEY is not a key: sk_… or lce_….", code=Code.KEY_REFUSED)
    return key
