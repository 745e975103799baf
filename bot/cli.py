"""The command line: `superdocs-relay run | demo`. What goes wrong is one line on stderr and an exit code."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from bot import __version__, app, config, logs
from bot.core.errors import RelayError

if TYPE_CHECKING:
    from collections.abc import Coroutine

_MISCONFIGURED: Final = 2
"""Exit code for a setting that is missing, malformed or refused by what it names."""

_FAILED: Final = 1

cli = typer.Typer(
    name="superdocs-relay",
    help="Brings every change an AI proposes to a document before the person who must answer for it, in Slack.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    cli()


@cli.command()
def run() -> None:
    """Run the relay with the environment's settings, until it is told to stop."""
    settings = _settings()
    _finish(app.run(settings))


@cli.command()
def demo(
    port: Annotated[
        int, typer.Option(help="Where the page is to answer; 0 takes any free port.", min=0, max=65535)
    ] = 8765,
) -> None:
    """Run the relay against a sandbox of Slack and SuperDocs: no accounts, no network."""
    from bot.demo import show  # noqa: PLC0415 -- nothing but the demo needs the sandbox loaded

    _finish(show(port))


@cli.command()
def version() -> None:
    """Print the version."""
    sys.stdout.write(f"superdocs-relay {__version__}\n")


def _settings() -> config.Settings:
    try:
        settings = config.load()
    except config.ConfigurationError as error:
        _give_up(str(error), _MISCONFIGURED)
    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    return settings


def _finish(work: Coroutine[None, None, None]) -> None:
    """Do the work of a command; say in one line why it failed."""
    try:
        _run(work)
    except config.ConfigurationError as error:
        _give_up(str(error), _MISCONFIGURED)
    except RelayError as error:
        _give_up(str(error), _FAILED)
    except KeyboardInterrupt:
        _give_up("Interrupted.", _FAILED)


def _run(work: Coroutine[None, None, None]) -> None:
    """Run on uvloop where it exists: asyncio's own TLS costs five times the memory a connection."""
    try:
        import uvloop  # noqa: PLC0415 -- not on every platform
    except ModuleNotFoundError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def _give_up(sentence: str, code: int) -> NoReturn:
    sys.stderr.write(f"superdocs-relay: {sentence}\n")
    raise typer.Exit(code)
