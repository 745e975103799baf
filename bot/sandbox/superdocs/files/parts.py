"""The form of an upload: `multipart/form-data`, taken apart without touching the bytes of its files."""

from email.message import Message
from email.parser import HeaderParser
from typing import Final, NamedTuple
from urllib.parse import unquote

_BLANK_LINE: Final = b"\r\n\r\n"


class Part(NamedTuple):
    """One field of a form."""

    content: bytes
    filename: str | None = None
    """The name of a file; None for a plain value."""

    @property
    def text(self) -> str:
        """The value as text."""
        return self.content.decode(errors="replace")


def parts_of(content_type: str, raw: bytes) -> dict[str, Part]:
    """Return the fields of a form by their names; none where the body is no such form."""
    boundary = _headers(f"Content-Type: {content_type}").get_boundary()
    if not boundary or not content_type.lower().startswith("multipart/form-data"):
        return {}
    pieces = (b"\r\n" + raw).split(b"\r\n--" + boundary.encode())
    return dict(_part(piece) for piece in pieces[1:-1] if _BLANK_LINE in piece)


def _part(piece: bytes) -> tuple[str, Part]:
    head, content = piece.split(_BLANK_LINE, 1)
    headers = _headers(head.decode(errors="replace").strip())
    name = headers.get_param("name", header="Content-Disposition")
    filename = headers.get_filename()
    return str(name), Part(content, unquote(filename) if filename else filename)


def _headers(text: str) -> Message:
    return HeaderParser().parsestr(text)
