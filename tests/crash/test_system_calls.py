"""A relay, or the server that comes with it, dies at its n-th system call of a kind: strace sees to that.

Only in a soak. uvloop and the server read and write their sockets by these calls; there is no `sendto` in either.
"""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest

from bot.store import embedded
from tests.crash.invariants import violations
from tests.crash.runs import figures, run, told
from tests.crash.scenarios import SCENARIOS
from tests.crash.selection import IS_SOAK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.fleet import Fleet
    from tests.crash.grounds import Lanes

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(not IS_SOAK, reason="SOAK=1 has every n-th system call died at."),
    pytest.mark.skipif(shutil.which("strace") is None, reason="There is no strace on the PATH."),
]

OF_RELAY = ("read", "write", "epoll_pwait")
OF_SERVER = ("read", "write", "fdatasync")
NUMBERS = (*range(1, 20, 2), *range(20, 200, 12)) if IS_SOAK else (1,)
"""Of the first 200: most of the early ones, some of the rest."""


async def traced(pid: int, call: str, number: int) -> None:
    """Have a process killed at a system call, counted from now; returns when it has ended, if it ever does."""
    inject = f"inject={call}:signal=KILL:when={number}"
    words = ["-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, "-p", str(pid)]
    strace = await asyncio.create_subprocess_exec("strace", *words)
    try:
        await strace.wait()
    finally:
        if strace.returncode is None:
            strace.terminate()
            await strace.wait()


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("call", OF_RELAY)
async def test_a_relay_may_die_at_any_system_call(lanes: Lanes, call, number, record_property):
    """Every invariant holds again, wherever between two system calls the relay died."""

    async def die(fleet: Fleet) -> None:
        relay = fleet.relays[0]
        relay.was_killed = True
        await traced(relay.pid, call, number)

    made = await run(lanes[0], SCENARIOS[number % len(SCENARIOS)], ordeal=die)
    record_property("crash", f"relay {call} #{number}: {figures([made])}")
    assert violations(made.history) == [], told(made)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("call", OF_SERVER)
async def test_the_server_may_die_at_any_system_call(lanes: Lanes, call, number, record_property):
    """What was acked has been flushed before: a server that is started again knows it, and the relay goes on."""
    folder: Path = lanes[0].folder

    async def die(_: Fleet) -> None:
        await traced(before, call, number)
        await embedded.ensure(folder, dies_with_parent=True)

    before = (await embedded.ensure(folder)).pid
    made = await run(lanes[0], SCENARIOS[number % len(SCENARIOS)], ordeal=die)
    after = (await embedded.ensure(folder, dies_with_parent=True)).pid
    record_property("crash", f"server {call} #{number}, died: {after != before}: {figures([made])}")
    assert violations(made.history) == [], told(made)
