"""How Slack's requests come in, and who else may: Socket Mode or HTTP, the port, the API for programs; who is called back."""

from __future__ import annotations

import errno
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.callbacks.address import Allowed
from bot.callbacks.signing import Signer
from bot.core.errors import RefusedError, RelayError
from bot.doctor.addresses import is_loopback
from bot.doctor.finding import checked, fault, ok, warning
from bot.web.server import NAME, Server

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.doctor.finding import Finding, Findings

_SECRET: Final = re.compile(r"[0-9a-f]{32}")
"""What a signing secret of Slack's looks like."""

PATIENCE_S: Final = 2.0
"""How long whoever holds the port may take to say who it is; a relay says it at once."""

_ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 -- looked up, not bound
"""Where whatever listens on all addresses can be met from here."""


async def examine(settings: Settings, limit_s: float) -> Findings:
    """Look at the ways in, and at the one out to programs."""
    return (
        *way_in(settings),
        *await _http(settings, limit_s),
        hand_over(settings),
        *callbacks(settings),
    )


async def _http(settings: Settings, limit_s: float) -> Findings:
    if not settings.port:
        return ()
    return await checked("PORT", port(settings.host, settings.port), limit_s)


def way_in(settings: Settings) -> Findings:
    """Say which way Slack delivers, and what is wrong with it."""
    if settings.slack_app_token is not None:
        unused = "; SLACK_SIGNING_SECRET is set and not used" if settings.slack_signing_secret else ""
        return (ok("delivery", f"Socket Mode, since SLACK_APP_TOKEN is set{unused}"),)
    found = "HTTP, since SLACK_APP_TOKEN is not set: Event Subscriptions, Interactivity and the command post to /slack/events"
    return (ok("delivery", found), *_secret(settings), *_reachable(settings))


def _secret(settings: Settings) -> Findings:
    given = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
    if _SECRET.fullmatch(given):
        return (
            ok(
                "SLACK_SIGNING_SECRET",
                "of the shape that Slack gives; only a request of Slack's can prove it",
            ),
        )
    cure = "Take the Signing Secret from Basic Information of the app at https://api.slack.com/apps, 32 hexadecimal digits."
    return (warning("SLACK_SIGNING_SECRET", "not of the shape that Slack gives", cure),)


def _reachable(settings: Settings) -> Findings:
    if not settings.port:
        cure = "Set PORT, or let other workers of the same store take them."
        return (warning("PORT", "0: this worker takes no requests of Slack's", cure),)
    if is_loopback(settings.host):
        found = f"{settings.host}: only this machine can post to it, and Slack comes from outside"
        cure = "Have a proxy with TLS on this machine pass /slack/events on, or set HOST=0.0.0.0 behind one elsewhere."
        return (warning("HOST", found, cure),)
    return ()


async def port(host: str, number: int) -> Findings:
    """Listen for an instant, as the relay would. A port that a relay holds already is in good hands."""
    server = Server(host, number, ())
    try:
        await server.start()
    except RelayError as error:
        if _is_taken(error) and await _is_relay(host, number):
            return (ok("PORT", f"a relay already answers on {host} port {number}"),)
        name, _, said = str(error).partition(": ")
        found, _, cure = said.partition(". ")
        return (fault(name, found, cure),)
    await server.close()
    return (ok("PORT", f"{host} port {number} is free"),)


def _is_taken(error: RelayError) -> bool:
    return isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE


async def _is_relay(host: str, number: int) -> bool:
    """Ask whoever holds the port whether it lives, and who it is."""
    met = _ANYWHERE.get(host, host)
    address = f"http://[{met}]:{number}" if ":" in met else f"http://{met}:{number}"
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with (
            aiohttp.ClientSession(address, timeout=timeout) as session,
            session.get("/healthz") as answer,
        ):
            return answer.status == HTTPStatus.OK and answer.headers.get("Server") == NAME
    except (aiohttp.ClientError, OSError, ValueError):
        return False


def hand_over(settings: Settings) -> Finding:
    """Say whether programs may hand jobs over."""
    if settings.relay_api_token is None:
        return ok("RELAY_API_TOKEN", "not set: the API for programs is off")
    if not settings.port:
        return ok("RELAY_API_TOKEN", "set, and not used here: with PORT=0 this worker has no HTTP side")
    return ok(
        "RELAY_API_TOKEN",
        f"set: the API for programs answers under /v1 on {settings.host} port {settings.port}",
    )


def callbacks(settings: Settings) -> Findings:
    """Say whether outcomes can be delivered: to hosts that are written as hosts are, and signed."""
    if not settings.callback_hosts:
        return ()
    faults = (*_hosts(settings), *_signature(settings))
    listed = ", ".join(settings.callback_hosts)
    return faults or (ok("CALLBACK_HOSTS", f"programs may be called back at {listed}"),)


def _hosts(settings: Settings) -> Findings:
    try:
        Allowed.of(settings.callback_hosts, private=settings.callback_private)
    except RefusedError as error:
        cure = "Write hosts alone, with commas between them: hooks.example.com, *.example.com, hooks.example.com:8443."
        return (fault("CALLBACK_HOSTS", str(error).removesuffix("."), cure),)
    return ()


def _signature(settings: Settings) -> Findings:
    try:
        Signer(settings.callback_secret.get_secret_value() if settings.callback_secret else "")
    except RefusedError as error:
        return (fault("CALLBACK_SECRET", "no secret that outcomes can be signed with", str(error)),)
    return ()
