"""What a spoilt request costs: CPU of the whole exchange, by what is wrong with it. Run `python -m tests.bench.guard`.

Client, server, guard and Bolt share this process, so every figure is more than the relay's own share. Requests come
one after the other. Those that are not signed may cost 50 ms; those of 20 MB and of 100,000 brackets, 5 ms.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from random import Random
from statistics import quantiles
from typing import TYPE_CHECKING, Final

import structlog

from tests.contract.web.assault import Assault, knock
from tests.contract.web.mutations import JSON, Genuine, genuine, mutations
from tests.unit.web.wire import request

if TYPE_CHECKING:
    from bot.web.server import Server

COUNT: Final = 5000
TIMES: Final = 20


async def measured() -> dict[str, list[float]]:
    """Return the milliseconds of CPU of each exchange, by what is wrong with the request."""
    random, at = Random(20_260_923), int(time.time())  # noqa: S311 -- seeded on purpose
    real = genuine(random, at)
    unsigned = {
        "genuine": request(real.body, real.headers()),
        "unsigned, 20 MB": request(bytes(20_000_000)),
        "unsigned, 100,000 brackets": request(b"[" * 100_000),
        "forged, 1 MB": request(bytes(1_000_000), Genuine(b"", JSON, at).headers()),
    }
    sent = [*mutations(random, COUNT, at), *(pair for pair in unsigned.items() for _ in range(TIMES))]
    samples: dict[str, list[float]] = defaultdict(list)
    async with Assault().standing() as server:
        await knock(server, unsigned["genuine"])
        for kind, raw in sent:
            samples[kind].append(await _cost(server, raw))
    return samples


async def _cost(server: Server, raw: bytes) -> float:
    begun = time.process_time()
    await knock(server, raw)
    return (time.process_time() - begun) * 1000


def main() -> None:
    """Measure, and print a line for each kind."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    print(f"{'ms of CPU, both ends':32}{'p50':>8}{'p99':>8}{'max':>8}")
    for kind, costs in asyncio.run(measured()).items():
        cuts = quantiles(costs, n=100, method="inclusive")
        print(f"{kind:32}{cuts[49]:8.2f}{cuts[98]:8.2f}{max(costs):8.2f}")


if __name__ == "__main__":
    main()
