"""Files: uploaded by an app in three steps, or by a person in one."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from bot.sandbox.slack.state.users import TEAM_ID

TEXT_TYPES = {"md": "text/markdown", "diff": "text/x-diff", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}  # fmt: skip


@dataclass(eq=False)
class File:
    """A file as it is known so far.

    Source: https://docs.slack.dev/reference/objects/file-object
    """

    id: str
    name: str
    user: str
    content: bytes = b""
    has_come: bool = False
    """Whether its bytes have come."""
    title: str = ""
    created: int = 0
    url: str = ""
    """`url_private`: wants the bot token."""
    is_complete: bool = False
    """Whether the upload was finished; until then nobody sees the file."""
    expected_bytes: int | None = None
    """The length that was announced."""
    shares: tuple[tuple[str, str], ...] = ()
    """Pairs of channel and ts where it was shared."""

    @property
    def extension(self) -> str:
        """Give the end of its name, lower case, without the dot."""
        return PurePosixPath(self.name).suffix[1:].lower()

    @property
    def mimetype(self) -> str:
        """Guess its MIME type by its name."""
        guess = mimetypes.guess_type(self.name)[0]
        return TEXT_TYPES.get(self.extension) or guess or "application/octet-stream"

    @property
    def size(self) -> int:
        """Give its length in bytes."""
        return len(self.content)

    def path(self) -> str:
        """Give the part of its addresses that names it."""
        return f"{self.id}/{quote(self.name, safe='')}"

    def payload(self) -> dict[str, Any]:
        """Give the file object as files.info and messages carry it."""
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": {"txt": "text", "md": "markdown"}.get(self.extension, self.extension or "binary"),
            "pretty_type": self.extension.upper() or "Binary",
            "user": self.user,
            "user_team": TEAM_ID,
            "editable": False,
            "size": self.size,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": True,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": self.url,
            "url_private_download": f"{self.url}?download=1",
            "permalink": f"https://sandbox.slack.com/files/{self.user}/{self.path()}",
            "file_access": "visible",
            "channels": [channel for channel, _ in self.shares],
            "shares": {"public": {channel: [{"ts": ts, "team_id": TEAM_ID}] for channel, ts in self.shares}},
        }
