"""The demo: the relay against a sandbox of Slack and SuperDocs, with a contract and three changes waiting."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot import app, config, logs
from bot.core.errors import RelayError
from bot.sandbox.demo import CONTRACT_HTML, DOCUMENT_NAME, INSTRUCTION
from bot.sandbox.server import CHANNEL, Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping

_REQUESTER: Final = "U0REQ"
_WITHIN_S: Final = 30
_CHANGES: Final = 3
"""What the instruction brings."""

_OWN: Final = ("REDIS_URL", "DATA_DIR", "DOCUMENTS_URL", "CALLBACK_HOSTS", "RELAY_CONFIG")
"""Settings that the demo makes itself or goes without, whatever the environment says."""

_LIBRARY: Final = {
    f"Contracts/{DOCUMENT_NAME}": CONTRACT_HTML,
    "Policies/Returns.md": "# Returns\n\nGoods may be returned within 30 days.\n\nThe customer shall pay for the transport.\n",
}
"""The documents of the demo's library, by their paths."""


async def show(port: int) -> None:
    """Run the demo until it is interrupted.

    Args:
        port: Where its page answers, on this machine only; 0 takes any free port.

    Raises:
        RelayError: The port is taken, or a part does not start.
    """
    async with AsyncExitStack() as stack:
        try:
            sandbox = await stack.enter_async_context(Sandbox(port))
        except OSError as error:
            raise RelayError(_taken(port, error)) from error
        sandbox.slack.rates.is_strict = True
        data_dir = stack.enter_context(tempfile.TemporaryDirectory(prefix="superdocs-relay-"))
        await _relay(sandbox, data_dir)


def _taken(port: int, error: OSError) -> str:
    """Say what to type instead; `make demo` takes no port."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    command = f"{sys.argv[0]} demo --port 0"
    return f"The page cannot answer on port {port}: {reason}. `{command}` takes any that is free."


async def _relay(sandbox: Sandbox, data_dir: str) -> None:
    settings = _settings(sandbox.environment(), data_dir)
    logs.configure(os.environ.get("LOG_LEVEL", "warning"), "console", settings.secrets)
    ready = asyncio.Event()
    running = asyncio.create_task(app.run(settings, is_store_mortal=True, on_ready=ready.set))
    opening = asyncio.create_task(_open(sandbox, ready))
    await asyncio.wait({running, opening}, return_when=asyncio.FIRST_COMPLETED)
    if opening.done():
        opening.result()
    opening.cancel()
    await running


def _settings(sandbox: Mapping[str, str], data_dir: str) -> config.Settings:
    """Take everything that leads outside from the sandbox; durations may come from the environment."""
    for name in _OWN:
        os.environ.pop(name, None)
    # As fsspec reads it: nothing in the path is quoted.
    documents = f"file://{_library(Path(data_dir) / 'documents')}"
    os.environ.update(sandbox, DATA_DIR=data_dir, DOCUMENTS_URL=documents)
    os.environ.setdefault("PORT", "0")  # Nobody asks the demo for its health, and 8080 is often taken.
    return config.load()


def _library(folder: Path) -> Path:
    """Fill a folder with the demo's documents."""
    for name, content in _LIBRARY.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


async def _open(sandbox: Sandbox, ready: asyncio.Event) -> None:
    """Have Rita ask for an edit, wait until its changes stand in the channel, and say where to look."""
    await ready.wait()
    rita = sandbox.slack.person(_REQUESTER)
    opened = (await rita.slash(CHANNEL, "edit")).dialog
    if opened is None:
        sentence = "The edit dialog did not open; LOG_LEVEL=info says more."
        raise RelayError(sentence)
    file = await rita.upload(DOCUMENT_NAME, CONTRACT_HTML.encode())
    await rita.submit(opened, {"document": [file], "instruction": INSTRUCTION})
    try:
        await sandbox.slack.until(lambda: len(_cards(sandbox)) == _CHANGES, within_s=_WITHIN_S)
    except TimeoutError as error:
        sentence = f"The changes did not come within {_WITHIN_S} seconds; LOG_LEVEL=info says more."
        raise RelayError(sentence) from error
    sys.stdout.write(
        f"\nThe demo is open at {sandbox.url}/\n"
        "Three changes to a supply agreement wait for you. Decide as Bob Reviewer, or type /superdocs.\n"
        "Ctrl-C ends it; nothing is kept.\n\n"
    )
    sys.stdout.flush()


def _cards(sandbox: Sandbox) -> list[str]:
    """Return the notification lines of the cards in the channel's threads."""
    said = (message.text for message in sandbox.slack.messages(CHANNEL) if message.thread_ts)
    return [text for text in said if text.startswith("Change ")]
