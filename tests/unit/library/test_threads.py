"""What blocks keeps nobody else waiting."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from bot.core.errors import TransientError
from bot.library.threads import Threads


async def test_what_is_done_is_returned_and_what_breaks_is_raised() -> None:
    """As if it had been called here, and in another thread."""
    threads = Threads()
    assert await threads.run(threading.current_thread, 5) is not threading.current_thread()
    with pytest.raises(KeyError, match="x"):
        await threads.run(partial(dict[str, int]().__getitem__, "x"), 5)


async def test_what_takes_too_long_is_given_up_and_harms_nobody() -> None:
    """It ends later, and nobody hears of it; its place is free again then."""
    threads, gate = Threads(most=1), threading.Event()
    with pytest.raises(TransientError, match="in time"):
        await threads.run(gate.wait, 0.01)
    with pytest.raises(TransientError, match="in time"):
        await threads.run(threading.get_ident, 0.01)
    gate.set()
    assert await threads.run(threading.get_ident, 5)


async def test_more_than_may_work_wait_for_their_turn() -> None:
    """A burst is worked off, never more at once than there are places."""
    threads, at_once, most = Threads(most=2), 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.002)
        with lock:
            at_once -= 1

    await asyncio.gather(*(threads.run(work, 5) for _ in range(10)))
    assert most == 2


def test_a_thread_outlives_the_loop_in_peace() -> None:
    """A store that answers after the relay has stopped finds nobody, and that is no error."""
    gate = threading.Event()

    async def give_up() -> None:
        with pytest.raises(TransientError):
            await Threads().run(gate.wait, 0.01)

    asyncio.run(give_up())
    (left,) = (thread for thread in threading.enumerate() if thread.name == "library")
    assert left.daemon
    gate.set()
    left.join(5)
    assert not left.is_alive()
