"""Things that are good for a while and for a few uses: trigger ids, response URLs, socket addresses."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.slack.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.slack.state.settings import Settings


@dataclass
class Trigger:
    """The right to open one dialog, given with each interaction."""

    user: str
    channel: str | None
    view_id: str | None
    """The dialog it was born in, if any."""
    expires_at: float
    is_used: bool = False


@dataclass
class ResponseTicket:
    """The right to answer an interaction at its response_url."""

    user: str
    channel: str
    expires_at: float
    uses_left: int
    origin_ts: str | None = None
    """The message that was acted on, for `replace_original` and `delete_original`."""


class Tickets:
    """All tickets that were handed out."""

    def __init__(self, clock: Callable[[], float], settings: Settings) -> None:
        self._clock = clock
        self._settings = settings
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseTicket] = {}
        self._sockets: set[str] = set()

    def trigger(self, user: str, *, channel: str | None = None, view_id: str | None = None) -> str:
        """Hand out a trigger_id."""
        trigger_id = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, channel, view_id, self._clock() + self._settings.trigger_s)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use up a trigger_id.

        Raises:
            SlackError: It is unknown, was used already, or is too old.
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() > trigger.expires_at:
            raise SlackError("expired_trigger_id")
        trigger.is_used = True
        return trigger

    def response(self, user: str, channel: str, *, origin_ts: str | None = None) -> str:
        """Hand out the last part of a response_url."""
        ticket_id = secrets.token_urlsafe(18)
        expires_at = self._clock() + self._settings.response_url_s
        self._responses[ticket_id] = ResponseTicket(
            user, channel, expires_at, self._settings.response_url_uses, origin_ts
        )
        return ticket_id

    def use_response(self, ticket_id: str) -> ResponseTicket:
        """Use a response_url once.

        Raises:
            SlackError: It is unknown, too old, or used up.
        """
        ticket = self._responses.get(ticket_id)
        if ticket is None:
            raise SlackError("invalid_url")
        if self._clock() > ticket.expires_at:
            raise SlackError("expired_url")
        if not ticket.uses_left:
            raise SlackError("used_url")
        ticket.uses_left -= 1
        return ticket

    def socket(self) -> str:
        """Hand out the ticket of a Socket Mode address, good for one connection, or dead as the settings want."""
        ticket = secrets.token_urlsafe(18)
        if self._settings.dead_addresses:
            self._settings.dead_addresses -= 1
        else:
            self._sockets.add(ticket)
        return ticket

    def use_socket(self, ticket: str) -> bool:
        """Use up the ticket of a Socket Mode address, and say whether it was good."""
        if ticket not in self._sockets:
            return False
        self._sockets.remove(ticket)
        return True
