"""Signatures that any implementation of the standard takes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from bot.callbacks.signing import Signer
from bot.core.errors import RefusedError
from tests.unit.callbacks.conftest import SECRET

PAYLOAD = '{"type":"edit.completed","name":"Müller"}'.encode()


def signed(at: datetime | None = None, payload: bytes = PAYLOAD) -> dict[str, str]:
    """Return the headers of a payload."""
    return Signer(SECRET).headers("msg_1", at or datetime.now(UTC), payload)


def test_the_library_takes_the_signature():
    """As a receiver has it, whatever letters are in the payload."""
    assert Webhook(SECRET).verify(PAYLOAD, signed()) == {"type": "edit.completed", "name": "Müller"}


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp"])
def test_what_is_signed_cannot_be_exchanged(header):
    """The id and the time are signed with the payload."""
    headers = signed()
    headers[header] = headers[header][:-1] + ("1" if headers[header][-1] != "1" else "2")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(PAYLOAD, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(PAYLOAD + b" ", signed())


def test_the_signature_is_the_standard_s():
    """HMAC-SHA256 over id, seconds and payload, with dots between them."""
    at = datetime(2026, 11, 23, 12, 0, 0, 999_999, tzinfo=UTC)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = hmac.new(key, b"msg_1.1795435200." + PAYLOAD, hashlib.sha256).digest()
    assert signed(at) == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1795435200",
        "webhook-signature": f"v1,{base64.b64encode(expected).decode()}",
    }


def test_a_moment_is_the_same_in_every_zone():
    """The library would take the hour of another zone for one of UTC."""
    at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert signed(at.astimezone(timezone(timedelta(hours=5)))) == signed(at)


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "secret", "whsec_secret", "whsec_" + base64.b64encode(b"23 bytes are too few...").decode(), "whsec_%%%%" * 10,
     base64.b64encode(b"a secret of thirty two bytes....").decode(), "WHSEC_" + base64.b64encode(b"x" * 32).decode(), "whsec_ü" * 20],
)  # fmt: skip
def test_what_is_no_secret_is_refused_in_one_line(secret):
    """With the command that makes one, and never with what was given."""
    with pytest.raises(RefusedError) as refused:
        Signer(secret)
    said = str(refused.value)
    assert said.startswith("It must be whsec_ and then 24 random bytes or more in base64")
    assert "\n" not in said
    assert not secret or secret.removeprefix("whsec_") not in said or secret == "whsec_"


@pytest.mark.parametrize("length", [24, 25, 26, 64])
def test_a_secret_may_be_written_without_its_padding(length):
    """As some generators do; spaces around it are nobody's."""
    secret = "whsec_" + base64.b64encode(b"x" * length).decode().rstrip("=")
    headers = Signer(f" {secret}\n").headers("msg_1", datetime.now(UTC), PAYLOAD)
    assert Webhook(secret).verify(PAYLOAD, headers)


def test_a_signer_does_not_tell_its_secret():
    """In no representation."""
    assert SECRET.removeprefix("whsec_") not in repr(Signer(SECRET))
