"""Forms, taken apart."""

import httpx
import pytest

from bot.sandbox.superdocs.files.parts import Part, parts_of


def sent(**fields: object) -> tuple[str, bytes]:
    """Return the type and the body of a form, as a real client writes them."""
    request = httpx.Request("POST", "http://x", **fields)  # type: ignore[arg-type] # Both kinds of fields go through.
    return request.headers["Content-Type"], request.read()


def test_the_bytes_of_a_file_are_not_touched() -> None:
    """Line ends of all kinds, zeros and dashes come as they were sent."""
    content = b"\r\n--\r\n\n\r--boundary\x00\xff\r\n"
    kind, raw = sent(data={"session_id": "s ä"}, files={"file": ('a "b" ü.pdf', content)})
    parts = parts_of(kind, raw)
    assert parts == {"session_id": Part("s ä".encode()), "file": Part(content, 'a "b" ü.pdf')}
    assert parts["session_id"].text == "s ä"


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/mixed; boundary=x", b"--x\r\n\r\na\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nno blank line\r\n--x--"),
        ("", b""),
    ],
)
def test_what_is_no_form(kind: str, raw: bytes) -> None:
    """It has no fields."""
    assert parts_of(kind, raw) == {}
