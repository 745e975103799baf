"""`python -m bot.sandbox --port 8000`: the sandbox alone, for a browser and for curl."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from bot.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable


async def serve(port: int, *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted, and say where.

    Args:
        port: Where to listen; 0 takes any free port.
        on_ready: Called once it listens and has said so.
    """
    async with Sandbox(port) as sandbox:
        sandbox.slack.rates.is_strict = True
        say_where(sandbox)
        on_ready()
        await asyncio.Event().wait()


def say_where(sandbox: Sandbox) -> None:
    """Say where the sandbox listens, and what a relay needs to be told."""
    lines = [f"{sandbox.url}/", *(f"{name}={value}" for name, value in sandbox.environment().items())]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="0 takes any free port")
    try:
        asyncio.run(serve(parser.parse_args().port))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
