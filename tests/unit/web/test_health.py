"""Whether the relay lives, and whether it is ready."""

from __future__ import annotations

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from bot.core.errors import TransientError
from bot.web.health import Health, Probe
from tests.unit.web.wire import Reply, request, send, serving


async def well() -> bool:
    """Say that all is well."""
    return True


async def ill() -> bool:
    """Say that something is not."""
    return False


async def silent() -> bool:
    """Never answer."""
    return await asyncio.Event().wait()


def raising(error: Exception) -> Probe:
    """Give a probe that fails."""

    async def fail() -> bool:
        raise error

    return fail


async def got(health: Health, path: str) -> Reply:
    """Ask over the wire."""
    async with serving(health.routes()) as server:
        return await send(server, request(method="GET", path=path))


async def test_a_process_that_answers_lives_whatever_its_parts_do():
    """Restarting the relay does not bring Redis back."""
    reply = await got(Health({"store": ill}), "/healthz")
    assert (reply.status, reply.body) == (200, b"ok\n")


async def test_ready_is_who_has_every_part_well():
    """Each by its name; nobody may keep the answer."""
    reply = await got(Health({"store": well, "engine": well}), "/readyz")
    assert reply.status == 200
    assert json.loads(reply.body) == {
        "ready": True,
        "draining": False,
        "parts": {"store": True, "engine": True},
    }
    assert reply.headers["content-type"].startswith("application/json")
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("probe", [ill, silent, raising(TransientError("away")), raising(KeyError("canary"))])
async def test_one_part_that_is_not_well_makes_the_relay_unready_and_is_named(probe: Probe):
    """It says no, does not answer, or breaks: all the same to whoever sends work."""
    reply = await got(Health({"store": probe, "engine": well}, patience_s=0.01), "/readyz")
    assert reply.status == 503
    assert json.loads(reply.body)["parts"] == {"store": False, "engine": True}


async def test_whoever_drains_is_not_ready_though_all_is_well():
    """Work goes to others before this one ends."""
    health = Health({"store": well})
    health.draining = True
    reply = await got(health, "/readyz")
    assert reply.status == 503
    assert json.loads(reply.body) == {"ready": False, "draining": True, "parts": {"store": True}}
    assert (await got(health, "/healthz")).status == 200


async def test_parts_are_asked_at_the_same_time():
    """Two that wait for each other are both well."""
    both = asyncio.Barrier(2)

    async def meet() -> bool:
        await both.wait()
        return True

    assert await Health({"store": meet, "engine": meet}).readiness() == {"store": True, "engine": True}


async def test_the_log_says_what_failed_by_its_kind():
    """Not with its text: it may hold an address with a password."""
    with capture_logs() as logs:
        await Health({"store": raising(OSError("redis://:canary@host"))}).readiness()
    assert logs == [{"event": "probe.failed", "probe": "store", "kind": "OSError", "log_level": "warning"}]
