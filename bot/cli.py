"""The command line: one command, one function. What goes wrong is one line on stderr and an exit code."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import structlog
import typer

from bot import __version__, app, config, errands, logs
from bot.core.errors import RelayError
from bot.core.pending import Style
from bot.relay.asking.handover import HandOver

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_MISCONFIGURED: Final = 2
"""Exit code for a setting that is missing, malformed or refused by what it names."""

_FAILED: Final = 1

_QUIET: Final = "error"
"""What a command that is done at once logs: it says the rest itself."""

_LONGEST_S: Final = 30.0
"""Seconds that such a command may take."""

_log: Final = structlog.get_logger(__name__)

_AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a program.")]

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
def doctor(*, as_json: _AsJson = False) -> None:
    """Check settings, tokens, scopes, the store and SuperDocs, and say what to do about each fault."""
    from bot.doctor.examination import doctor as examine  # noqa: PLC0415 -- nobody else needs it loaded

    logs.configure(_QUIET, None, ())
    code = 0

    async def examined() -> None:
        nonlocal code
        code = await examine(_print, as_json=as_json)

    _finish(examined())
    raise typer.Exit(code)


@cli.command()
def watch(
    job_id: Annotated[str, typer.Argument(help="SuperDocs' id of the job.")],
    session: Annotated[str, typer.Option(help="The session that it runs in.")],
    channel: Annotated[str, typer.Option(help="Where it is reviewed, by id or #name.")] = "",
    document: Annotated[str, typer.Option(help="The document's name, for people.")] = "",
    requester: Annotated[str, typer.Option(help="Slack user id of who asked for it.")] = "",
) -> None:
    """Hand over a job that another program started: its changes are reviewed in Slack from then on."""
    wanted = HandOver(job_id, session, channel, requester, document)
    _say(errands.watch(_settings(_QUIET), wanted))


@cli.command()
def redrive(
    job_id: Annotated[str, typer.Argument(help="The job's id.")] = "",
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every outcome that was tried for a day, or refused.")
    ] = False,
) -> None:
    """Deliver an outcome again to the program that asked for it, at once and then for another day."""
    if bool(job_id) is everything:
        _give_up("Name one job, or --all.", _MISCONFIGURED)
    _say(errands.redrive(_settings(_QUIET), job_id))


@cli.command()
def pending(
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for a spreadsheet.")] = False,
    as_json: _AsJson = False,
) -> None:
    """List what waits for somebody: open rounds, and what lapsed and was not asked for again."""
    if as_csv and as_json:
        _give_up("--csv and --json: choose one.", _MISCONFIGURED)
    style = Style.CSV if as_csv else Style.JSON if as_json else Style.TABLE
    _say(errands.pending(_settings(_QUIET), style))


@cli.command()
def stats(
    *,
    as_json: _AsJson = False,
    since: Annotated[
        str, typer.Option(help="Only what was settled from this day on (UTC): 2026-11-01.")
    ] = "",
) -> None:
    """Count how much waits, and how fast and how was decided, where, by which route and by whom, over all edits that are kept."""
    _say(errands.stats(_settings(_QUIET), _day(since), for_a_program=as_json))


@cli.command()
def audit(
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for a spreadsheet.")] = False,
    as_json: _AsJson = False,
    since: Annotated[str, typer.Option(help="Only what happened from this day on (UTC): 2026-11-01.")] = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="Print none of it: say whether it is whole.")
    ] = False,
    head: Annotated[
        str, typer.Option(help="With --verify: a head that a digest showed must stand in it.")
    ] = "",
) -> None:
    """Print what was proposed, decided, refused, sent and found; or verify that nothing of it was changed."""
    if as_csv + as_json + verify > 1:
        _give_up("--csv, --json and --verify: choose one.", _MISCONFIGURED)
    if verify and since:
        _give_up("--since is for what is printed: --verify looks at everything.", _MISCONFIGURED)
    if head and not verify:
        _give_up("--head goes with --verify.", _MISCONFIGURED)
    if verify:
        wanted = _head(head)
        _tell(lambda write: errands.verify_audit(_settings(_QUIET), wanted, write))
    else:
        style, day = Style.CSV if as_csv else Style.JSON if as_json else Style.TABLE, _day(since)
        _tell(lambda write: errands.export_audit(_settings(_QUIET), style, day, write))


@cli.command()
def redline(
    old: Annotated[Path, typer.Argument(help="HTML as it is; an empty file for a new text.")],
    new: Annotated[Path, typer.Argument(help="HTML as it would be; an empty file for a deletion.")],
    *,
    as_json: _AsJson = False,
) -> None:
    """Show what a change does, as the cards do: what is odd about it first, then its redline."""
    from bot.redline import terminal  # noqa: PLC0415 -- nobody else needs it loaded

    try:
        change = terminal.between(old, new)
    except terminal.UnreadableError as error:
        _give_up(str(error), _MISCONFIGURED)
    colour = terminal.has_colour(is_terminal=sys.stdout.isatty(), environment=os.environ)
    _print(terminal.as_json(change) if as_json else terminal.render(change, colour=colour))


@cli.command()
def version() -> None:
    """Print the version."""
    _print(f"superdocs-relay {__version__}\n")


def _day(written: str) -> datetime | None:
    """Read the beginning of a day, in UTC; None when none is written."""
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC) if written else None
    except ValueError:
        _give_up(f"--since {written!r} is no date: write it like 2026-11-01.", _MISCONFIGURED)


def _head(written: str) -> str:
    """Read the head of an audit's chain, or how it begins; "" when none is written."""
    head = written.strip().rstrip("….").lower()
    if head and not re.fullmatch(r"[0-9a-f]{8,64}", head):
        _give_up(f"--head {written!r} is none: it has 8 to 64 of the digits 0-9 and a-f.", _MISCONFIGURED)
    return head


def _settings(log_level: str = "") -> config.Settings:
    try:
        settings = config.load()
    except config.ConfigurationError as error:
        _give_up(str(error), _MISCONFIGURED)
    logs.configure(log_level or settings.log_level, settings.log_format, settings.secrets)
    return settings


def _say(work: Coroutine[None, None, str]) -> None:
    """Do the work of a command, and print what it says."""

    async def said(write: Callable[[str], None]) -> None:
        words = await work
        write(words if words.endswith("\n") else f"{words}\n")

    _tell(said)


def _tell(work: Callable[[Callable[[str], None]], Coroutine[None, None, None]]) -> None:
    """Do the work of a command that prints as it goes, with what it is given to write with."""
    _finish(_heard(work))


async def _heard(work: Callable[[Callable[[str], None]], Coroutine[None, None, None]]) -> None:
    """Wait for a command as long as it is heard of, if only by empty words: a store may take a call and never answer it."""
    heard = asyncio.Event()

    def write(words: str) -> None:
        _print(words)
        heard.set()

    doing = asyncio.ensure_future(work(write))
    while not doing.done():
        heard.clear()
        hearing = asyncio.ensure_future(heard.wait())
        await asyncio.wait({doing, hearing}, timeout=_LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
        hearing.cancel()
        if not doing.done() and not heard.is_set():
            _fall_silent()
    await doing


def _fall_silent() -> NoReturn:
    sys.stdout.flush()
    sys.stderr.write(
        f"superdocs-relay: No answer within {_LONGEST_S:.0f} seconds; `superdocs-relay doctor` says from whom.\n"
    )
    sys.stderr.flush()
    os._exit(_FAILED)  # Whoever does not answer does not let go in order, either.


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
    except typer.Exit:
        raise
    except Exception as bug:  # noqa: BLE001 -- Python would print what the error says, secrets included
        _log.error("bug", exc_info=bug)
        _give_up(f"This is a bug ({type(bug).__name__}); the log says where. Please report it.", _FAILED)


def _run(work: Coroutine[None, None, None]) -> None:
    """Run on uvloop where it exists: asyncio's own TLS costs five times the memory a connection."""
    try:
        import uvloop  # noqa: PLC0415 -- not on every platform
    except ModuleNotFoundError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def _print(words: str) -> None:
    """Print at once; end quietly where nobody reads any more, as with ``| head``."""
    try:
        sys.stdout.write(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whatever is left would be written, and fail, once more as the interpreter ends.
        # Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(_FAILED) from None


def _give_up(sentence: str, code: int) -> NoReturn:
    sys.stderr.write(f"superdocs-relay: {sentence}\n")
    raise typer.Exit(code)
