"""Signed requests to the app's request URL.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.delivery import Ack, Kind, Retry, UndeliveredError

if TYPE_CHECKING:
    from bot.sandbox.faults import Faults
    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]
GOOD = range(200, 300)


class SignedPosts:
    """Posts payloads to a URL.

    Args:
        workspace: For the clock and the time the app has.
        faults: What happens to a payload on its way (``envelope``), as over a socket.
        url: The app's request URL, for events and interactions alike; options of menus are asked for elsewhere.
        secret: Signs the requests.
    """

    def __init__(self, workspace: Workspace, faults: Faults, url: str, secret: str) -> None:
        self._workspace = workspace
        self._faults = faults
        self._url = url
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Ack:
        """Post a payload and wait for the answer."""
        fault = self._faults.take("envelope")
        if fault is not None:
            if fault.kind != "slow":
                raise UndeliveredError("dispatch_failed", "connection_failed")
            await asyncio.sleep(fault.delay_s)
        body, content_type = _written(kind, payload)
        headers = {"Content-Type": content_type, **self.signature(body)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        try:
            return await self._post(self._address(payload), body, headers)
        except TimeoutError as error:
            raise UndeliveredError("operation_timeout", "http_timeout") from error
        except aiohttp.ClientError as error:
            raise UndeliveredError("dispatch_failed", "connection_failed") from error

    def signature(self, body: bytes) -> dict[str, str]:
        """Give the headers that sign a body."""
        timestamp = str(int(self._workspace.clock()))
        digest = hmac.new(
            self._secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256
        ).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}

    async def verify(self) -> bool:
        """Ask the URL to prove that it is the app's: it must send back a challenge."""
        challenge = secrets.token_urlsafe(32)
        ack = await self.send("events_api", {"type": "url_verification", "token": "", "challenge": challenge})
        return ack.body in (challenge, {"challenge": challenge})

    async def close(self) -> None:
        """Close the connections to the app."""
        if self._session:
            await self._session.close()

    def _address(self, payload: Json) -> str:
        """Give where a payload goes: what asks for options has an address of its own, if the app gave one.

        Source: https://docs.slack.dev/interactivity/handling-user-interaction (options load URL)
        """
        if payload.get("type") != "block_suggestion":
            return self._url
        if not self._workspace.app.options_url:
            raise UndeliveredError("dispatch_failed", "no_options_url")
        return self._workspace.app.options_url

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Ack:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=self._workspace.settings.ack_within_s)
        async with self._session.post(
            url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as answer:
            text = await answer.text()
            if answer.status not in GOOD:
                is_final = answer.headers.get("X-Slack-No-Retry") == "1"
                raise UndeliveredError("dispatch_failed", "http_error", is_final=is_final)
            is_json = answer.content_type == "application/json" and text
            return Ack(json.loads(text) if is_json else text or None)


def _written(kind: Kind, payload: Json) -> tuple[bytes, str]:
    """Give a payload as it is posted: events as JSON, commands as a form, interactions as JSON in a form."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"
