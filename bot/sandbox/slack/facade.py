"""A whole Slack: its HTTP side, its people, and every screw a test may turn."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.calls import CallLog
from bot.sandbox.faults import Faults
from bot.sandbox.slack.delivery.courier import Courier
from bot.sandbox.slack.delivery.signed import SignedPosts
from bot.sandbox.slack.delivery.sockets import Sockets
from bot.sandbox.slack.people.person import Person
from bot.sandbox.slack.state.workspace import Workspace
from bot.sandbox.slack.web.api import Api
from bot.sandbox.slack.web.edge import Edge
from bot.sandbox.slack.web.rates import Rates
from bot.sandbox.slack.web.responses import Responses
from bot.sandbox.slack.web.transfers import Transfers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.state.app import App
    from bot.sandbox.slack.state.channels import Channel
    from bot.sandbox.slack.state.files import File
    from bot.sandbox.slack.state.settings import Settings
    from bot.sandbox.slack.state.users import User, UserGroup


class Slack:
    """The workspace T0SANDBOX with one app in it.

    Args:
        clock: Gives the time in seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.workspace = Workspace(clock)
        self.calls = CallLog(clock)
        """Every request of the app, by method name; `upload`, `download` and `response_url` too."""
        self.faults = Faults()
        """What shall go wrong, by method name; `socket`, `envelope` and `ack` too."""
        self.rates = Rates(clock)
        self.sockets = Sockets(self.workspace, self.faults)
        self._signed: list[SignedPosts] = []
        self._courier = Courier(self.workspace, self.sockets)
        self.workspace.emit = self._courier.event

    # What is there; all of it may be changed.

    @property
    def app(self) -> App:
        """Give the installed app: tokens, scopes, events, commands."""
        return self.workspace.app

    @property
    def settings(self) -> Settings:
        """Give the time limits and habits."""
        return self.workspace.settings

    @property
    def people(self) -> dict[str, User]:
        """Give all users by id."""
        return self.workspace.users

    @property
    def groups(self) -> dict[str, UserGroup]:
        """Give all user groups by id."""
        return self.workspace.groups

    @property
    def channels(self) -> dict[str, Channel]:
        """Give all channels and direct messages by id."""
        return self.workspace.channels

    @property
    def files(self) -> dict[str, File]:
        """Give all files by id."""
        return self.workspace.files

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        """List a channel's messages that everybody sees, or those of one thread with its parent, oldest first."""
        if thread_ts:
            return self.workspace.messages.thread(channel, thread_ts)
        return self.workspace.messages.lasting(channel)

    def person(self, user_id: str) -> Person:
        """Give somebody who can act."""
        return Person(self.workspace, self._courier, self.workspace.user(user_id).id)

    async def until(self, condition: Callable[[], Any], *, within_s: float = 10) -> Any:
        """Wait until something about this Slack is true, and return it.

        Raises:
            TimeoutError: It was not within that many seconds.
        """
        return await self.workspace.changes.until(condition, within_s=within_s)

    # How it is set up.

    def install(self, manifest: Mapping[str, Any]) -> None:
        """Take scopes, events, commands, shortcuts and the options URL from an app manifest."""
        self.app.install(manifest)

    def listen_http(self, url: str, secret: str | None = None) -> None:
        """Deliver by signed requests to this URL from now on, and nothing over sockets.

        Args:
            url: For events and interactions alike, but for options of menus: see `App.options_url`.
            secret: Signs the requests; the app's own unless a forger is to be played.
        """
        self._signed.append(SignedPosts(self.workspace, self.faults, url, secret or self.app.signing_secret))
        self._courier.carrier = self._signed[-1]

    async def verify_url(self) -> bool:
        """Send `url_verification` to the URL of `listen_http`, and say whether it answered rightly."""
        return bool(self._signed) and await self._signed[-1].verify()

    def routes(self) -> list[web.RouteDef]:
        """Give the routes of everything that the app calls."""
        edge = Edge(self.calls, self.faults)
        api = Api(self.workspace, self.rates, edge)
        transfers = Transfers(self.workspace, edge)
        return [
            web.get("/api/{method}", api.handle),
            web.post("/api/{method}", api.handle),
            web.get("/socket", self.sockets.handle),
            web.post("/upload/{id}", transfers.upload),
            web.get("/files/{id}/{name}", transfers.download),
            web.post("/response/{id}", Responses(self.workspace, edge).handle),
        ]

    async def close(self) -> None:
        """Hang up and give up everything that is under way."""
        await self._courier.close()
        await self.sockets.close()
        for signed in self._signed:
            await signed.close()
