"""Slack's own time limits and habits, each of which a test may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Settings:
    """How this Slack behaves. The defaults are the documented ones."""

    ack_within_s: float = 3
    """Seconds that the app has to acknowledge a delivery."""
    trigger_s: float = 3
    """Seconds that a trigger_id is good for."""
    response_url_s: float = 1800
    """Seconds that a response_url is good for."""
    response_url_uses: int = 5
    """How often a response_url may be used."""
    retry_delays_s: tuple[float, ...] = (0, 60, 300)
    """Seconds before each repeated delivery of an event that was not acknowledged."""
    client_msg_id: Literal["honoured", "ignored", "dropped"] = "ignored"
    """What a second post with the same client_msg_id meets: an error, or nothing. Slack documents only the error.
    Dropped, it is not even to be seen in the channel's history."""
    history_metadata: bool = True
    """Whether conversations.history and .replies give messages' metadata to those who ask for it, as documented."""
    connections: int = 10
    """How many Socket Mode connections the app may hold at once."""
    dead_addresses: int = 0
    """How many of the next addresses for Socket Mode lead nowhere: their tickets are never good."""
    connection_s: float = 3600
    """Seconds that a Socket Mode connection lasts."""
    share_delay_s: float = 0
    """Seconds between the completion of an app's upload and the message that shares the file."""
    upload_bytes: int = 10 * 1024 * 1024
    """The size limit of one file given in a dialog."""
