"""Would an acked decision survive? Asked once, at start, of whatever server was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.errors import translated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redis.asyncio import Redis


async def faults(client: Redis) -> tuple[str, ...]:
    """Ask a server how it keeps its data, and name everything that could lose a decision, with its cure."""
    with translated():
        info = await client.info("everything")
    return judge(info)


def judge(info: Mapping[str, object]) -> tuple[str, ...]:
    """Name the faults in a server's INFO; empty when decisions survive a crash of it."""
    found = []
    if not int(str(info.get("aof_enabled", 0))):
        found.append("appendonly is off: set `appendonly yes`, or a crash of the server loses decisions")
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        found.append(
            f"maxmemory-policy is {policy}: set `maxmemory-policy noeviction`, or decisions are evicted"
        )
    if str(info.get("role", "master")) != "master":
        found.append("it is a replica: REDIS_URL must name the primary, which takes writes")
    return tuple(found)
