"""Signatures by which a program knows that an outcome comes from its relay.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC
from typing import TYPE_CHECKING, Final

from standardwebhooks import Webhook

from bot.core.errors import RefusedError

if TYPE_CHECKING:
    from datetime import datetime

_PREFIX: Final = "whsec_"
_SHORTEST: Final = 24
"""Bytes of a secret, as the standard has it."""

_WRONG: Final = (
    f"It must be {_PREFIX} and then {_SHORTEST} random bytes or more in base64: "
    f'`echo "{_PREFIX}$(openssl rand -base64 32)"` makes one.'
)


class Signer:
    """Signs with one secret, which stands in no representation and no error.

    Args:
        secret: ``whsec_…``.

    Raises:
        RefusedError: It is no secret.
    """

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(_parsed(secret.strip()))

    def headers(self, message_id: str, at: datetime, payload: bytes) -> dict[str, str]:
        """Return the headers that sign a payload.

        Args:
            message_id: Stays the same however often the message is sent.
            at: When it is sent this time, aware: a receiver refuses what is minutes old.
            payload: UTF-8.
        """
        moment = at.astimezone(UTC)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": self._webhook.sign(message_id, moment, payload.decode()),
        }


def _parsed(secret: str) -> bytes:
    encoded = secret.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or len(key) < _SHORTEST:
        raise RefusedError(_WRONG)
    return key
