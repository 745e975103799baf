"""Files, both ways: what a person gave is fetched, what the relay made is uploaded.

Source: https://docs.slack.dev/messaging/working-with-files
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import aiohttp

from bot.core.errors import BugError, RefusedError, TransientError
from bot.slack.edit_payloads import source_of
from bot.slack.errors import ask
from bot.slack.limits import FILE_BYTES

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.core.request import SourceFile
    from bot.relay.ports import Place

_SLACK: Final = frozenset({("https", "files.slack.com"), ("https", "slack-files.com")})
_OK: Final = 200
_CLIENT_ERRORS: Final = range(400, 500)
_MOVED: Final = 300
_GONE: Final = frozenset({404, 410})
_TOO_MANY: Final = 429
_BROKEN: Final = 500
_CHUNK_BYTES: Final = 64 * 1024
_LOGIN: Final = re.compile(
    rb"slack[^<>]{0,200}(?:sign ?in|log ?in)|(?:sign ?in|log ?in)[^<>]{0,200}slack", re.IGNORECASE
)
_NAME_CHARACTERS: Final = 120
_UNSAFE: Final = re.compile(r"[/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Files:
    """Slack's files.

    Attributes:
        session: The one HTTP session that the process shares.
    """

    client: AsyncWebClient
    session: aiohttp.ClientSession

    async def upload(self, name: str, content: bytes) -> str:
        """Bring bytes to Slack, where nobody sees them yet; return the file's id.

        Args:
            name: Under which it is kept.
            content: The file.

        Raises:
            TransientError: Not now. Nobody sees anything of it.
        """
        data = await ask(self.client.files_getUploadURLExternal(filename=name, length=len(content)))
        url, file_id = data.get("upload_url"), data.get("file_id")
        if not isinstance(url, str) or not isinstance(file_id, str):
            raise TransientError("Slack did not say where to bring the file.")
        try:
            async with self.session.post(url, data=content) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TransientError("Slack cannot be reached.") from error
        if status in _CLIENT_ERRORS:
            raise RefusedError(f"Slack does not take the file: it answered {status}.", code="file")
        if status != _OK:
            raise TransientError(f"Slack did not take the file: it answered {status}.")
        return file_id

    async def share(self, file_id: str, title: str, place: Place, comment: str) -> None:
        """Let people see an uploaded file, in one message.

        Args:
            file_id: As `upload` returned it.
            title: The name that people see.
            place: Where.
            comment: What is said with it, as Slack's markup.

        Raises:
            OutcomeUnknownError: They may or may not see it.
        """
        call = self.client.files_completeUploadExternal(
            files=[{"id": file_id, "title": title}],
            channel_id=place.channel,
            thread_ts=place.thread_ts or None,
            initial_comment=comment,
        )
        await ask(call, posts=True)

    async def given(self, file_id: str) -> SourceFile:
        """Return a file as Slack has it now.

        Raises:
            RefusedError: It is gone, or the relay may not see it.
            TransientError: Not now.
        """
        answer = await ask(self.client.files_info(file=file_id))
        return source_of(answer.get("file"))

    async def download(self, source: SourceFile) -> bytes:
        """Fetch the file that somebody gave.

        The token goes to Slack's own hosts only, and is never taken along to another address.

        Raises:
            RefusedError: It is elsewhere, too large, or Slack does not hand it over.
            TransientError: Not now.
        """
        self._check_host(source.url)
        try:
            async with self.session.get(
                source.url, headers=self._authorization(), allow_redirects=False
            ) as answer:
                _check_answer(answer)
                content = await _read(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TransientError("Slack cannot be reached.") from error
        if _is_login_page(answer, content):
            raise _withheld()
        return content

    def _check_host(self, url: str) -> None:
        own = urlsplit(self.client.base_url)
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) not in _SLACK | {(own.scheme, own.netloc)}:
            sentence = "This file is not kept by Slack. Please upload it to Slack."
            raise RefusedError(sentence, code="foreign_file")

    def _authorization(self) -> dict[str, str]:
        if not self.client.token:
            raise BugError("The Slack client has no token.")
        return {"Authorization": f"Bearer {self.client.token}"}


def marked_name(name: str, place: Place) -> str:
    """Give the name under which a file is kept, so that it is known again by its name.

    People see its title, which stays as it was; whoever downloads it sees what it belongs to.
    """
    path = PurePosixPath(_UNSAFE.sub("-", name))
    return f"{path.stem[:_NAME_CHARACTERS]}{_mark(place)}{path.suffix[:10]}"


def bears_mark(name: str, place: Place) -> bool:
    """Say whether a file's name was given by `marked_name`, for the same place."""
    return PurePosixPath(name).stem.endswith(_mark(place)) or name.endswith(_mark(place))


def _mark(place: Place) -> str:
    copy = f"-copy-{place.copies}" if place.copies else ""
    return f".{place.ref}-{place.slot.replace(':', '-')}{copy}"


def _check_answer(answer: aiohttp.ClientResponse) -> None:
    """Refuse what is not the file: a redirect leads to a login page."""
    if answer.status >= _BROKEN or answer.status == _TOO_MANY:
        raise TransientError(f"Slack did not hand over the file: it answered {answer.status}.")
    if answer.status in _GONE:
        sentence = "Slack no longer has the file that was given."
        raise RefusedError(sentence, code="file_not_found")
    if answer.status >= _MOVED:
        raise _withheld()
    if (answer.content_length or 0) > FILE_BYTES:
        raise _too_large()


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """Read as much as a file may have, whatever was announced."""
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        content += chunk
        if len(content) > FILE_BYTES:
            raise _too_large()
    return bytes(content)


def _is_login_page(answer: aiohttp.ClientResponse, content: bytes) -> bool:
    """Say whether Slack asks to log in instead, which it does with a 200 and a page of its own.

    A file comes with the disposition of an attachment; a page does not.
    """
    is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")
    return not is_file and answer.content_type == "text/html" and bool(_LOGIN.search(content))


def _withheld() -> RefusedError:
    sentence = "Slack does not hand the file over to the relay: the app may lack the permission files:read."
    return RefusedError(sentence, code="file_withheld")


def _too_large() -> RefusedError:
    sentence = f"The file is larger than {FILE_BYTES // 1024 // 1024} MB."
    return RefusedError(sentence, code="too_large")
