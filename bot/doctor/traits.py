"""What a store tells about itself, and its address about the way to it: would it keep an acked decision, and to itself?"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.doctor.addresses import has_password, hosts, is_loopback, is_private
from bot.doctor.finding import Finding, State, fault, ok, warning
from bot.doctor.refusals import NEWER
from bot.store import durability

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.doctor.finding import Findings

    Info = Mapping[str, Any]

_OLDEST: Final = (6, 2)
_APART: Final = timedelta(seconds=60)
"""How far two clocks may differ: cards show minutes."""

_TLS: Final = "Have the server speak TLS, and begin REDIS_URL with rediss://."
_LOCKED: Final = (
    "Have the server ask for one (requirepass, or an ACL user): redis://USER:PASSWORD@HOST:PORT/0. "
    "Whoever gets into the store can run code in the relay."
)


def exposure(url: str) -> Findings:
    """Warn of an address that others could listen in on, or walk in at. Nobody is asked: the address says it."""
    elsewhere = [host for host in hosts(url) if not is_loopback(host)]
    found = []
    if not url.startswith("rediss://") and not all(map(is_private, elsewhere)):
        sentence = "REDIS_URL leads out of this network without TLS"
        found.append(warning("store encryption", sentence, _TLS))
    if elsewhere and not has_password(url):
        sentence = "the store is not on this machine, and REDIS_URL has no password"
        found.append(warning("store password", sentence, _LOCKED))
    return tuple(found)


def version(info: Info) -> Finding:
    """Say whether a server is young enough."""
    told = re.match(r"(\d+)\.(\d+)", str(info.get("redis_version", "")))
    if told is None:
        return warning("store version", "the server does not tell which commands it knows", NEWER)
    if tuple(map(int, told.groups())) < _OLDEST:
        return fault("store version", f"{program(info)} is too old: the relay uses commands of 6.2", NEWER)
    return ok("store version", f"{program(info)} knows every command that the relay uses")


def program(info: Info) -> str:
    """Name a server; Valkey tells a version of Redis besides its own, for those who ask for it."""
    if "valkey_version" in info:
        return f"Valkey {info['valkey_version']}"
    return f"Redis {info.get('redis_version', '')}".rstrip()


def durable(info: Info, *, may_forget: bool) -> Findings:
    """Name everything that could lose a decision.

    Args:
        info: The server's INFO.
        may_forget: Whether the relay runs all the same. On a replica it cannot: nothing can be written there.
    """
    forgets = durability.judge({**info, "role": "master"})
    takes_no_writes = durability.judge({"aof_enabled": 1, "role": info.get("role", "master")})
    state = State.WARNING if may_forget else State.FAULT
    found = (
        *(_undurable(sentence, state) for sentence in forgets),
        *(_undurable(sentence, State.FAULT) for sentence in takes_no_writes),
    )
    return found or (ok("store durability", "a decision survives a crash of the server"),)


def _undurable(sentence: str, state: State) -> Finding:
    """Split what `bot.store.durability` says into what is and what to do."""
    found, _, cure = sentence.partition(": ")
    return Finding("store durability", state, found, f"{cure[:1].upper()}{cure[1:]}.")


def agreement(store: datetime, here: datetime) -> Finding:
    """Compare the store's clock, which decides, with this machine's."""
    apart = store - here
    if abs(apart) <= _APART:
        return ok("store clock", "agrees with this machine's")
    way = "ahead of" if apart > timedelta() else "behind"
    found = (
        f"{abs(apart).total_seconds():,.0f} seconds {way} this machine's: the times on cards are the store's"
    )
    return warning("store clock", found, "Have both machines keep the time by NTP.")
