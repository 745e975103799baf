"""The command line as people meet it: a process, its exit code, and one line that says what went wrong."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

import pytest

from bot import __version__, app, cli, config, errands, logs
from bot.core.chain import Link, sealed
from bot.core.errors import RefusedError, RelayError
from bot.core.model import JobState
from bot.core.request import Callback
from tests.fakes.store import MemoryStore
from tests.make import NOON, make_job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
    from pathlib import Path

GOOD: Final = {
    "SLACK_BOT_TOKEN": "xoxb-cli",
    "SLACK_APP_TOKEN": "xapp-cli",
    "SUPERDOCS_API_KEY": "sk_cli0",
    "RELAY_CHANNEL": "C0LEGAL",
}
MISCONFIGURED, FAILED = 2, 1


async def superdocs_relay(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run the program with nothing of this process's settings; return exit code, stdout, stderr."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        env={**plain, **environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(20):
        out, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


async def test_run_without_settings_says_in_one_line_what_is_missing():
    """Exit code 2, one line on stderr with the name and where to get it, no traceback."""
    code, out, errors = await superdocs_relay("run")
    assert (code, out) == (MISCONFIGURED, "")
    assert errors.startswith("superdocs-relay: SLACK_BOT_TOKEN is not set: take the Bot User OAuth Token")
    assert errors.count("\n") == 1


async def test_version_says_which():
    """The program's name and the version of the package."""
    assert await superdocs_relay("version") == (0, f"superdocs-relay {__version__}\n", "")


# The rest is faster without a process.


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Give a way to run the command line here, with these arguments and this environment only."""
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(logs, "configure", lambda *_: None)

    def run(*arguments: str, **environment: str) -> Result:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["superdocs-relay", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


Result = tuple[int, str, str]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xapp-canary"),
        ("SUPERDOCS_API_KEY", "canary"),
        ("REDIS_URL", "http://:canary@host"),
        ("RETAIN_DAYS", "canary"),
        ("REMIND_BEFORE_S", "1,2"),
        ("LOG_LEVEL", "canary"),
    ],
)
def test_a_malformed_setting_is_one_line_and_exit_code_2(main: Callable[..., Result], name: str, value: str):
    """The line names the setting and not its value."""
    code, out, errors = main("run", **{**GOOD, name: value})
    assert (code, out) == (MISCONFIGURED, "")
    assert errors.startswith(f"superdocs-relay: {name}")
    assert errors.count("\n") == 1
    assert "canary" not in errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (config.ConfigurationError("REDIS_URL: this server could lose decisions."), MISCONFIGURED),
        (RefusedError("Slack no longer accepts the relay: install the app again."), FAILED),
        (RelayError("The engine ended by itself (OSError)."), FAILED),
    ],
)
def test_a_relay_that_refuses_to_run_says_why(
    main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, error: RelayError, code: int
):
    """Its sentence on one line, and an exit code that tells a wrong setting from everything else."""

    async def run(_settings: config.Settings) -> None:
        raise error

    monkeypatch.setattr(app, "run", run)
    assert main("run", **GOOD) == (code, "", f"superdocs-relay: {error}\n")


def test_a_relay_that_was_told_to_stop_ends_well(
    main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
):
    """Exit code 0, and nothing said."""
    monkeypatch.setattr(app, "run", _nothing)
    assert main("run", **GOOD) == (0, "", "")


def test_ctrl_c_is_no_traceback(main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch):
    """Interrupted before it listens for signals, it says so in a word."""

    def interrupt(work: Coroutine[None, None, None]) -> None:
        work.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "run", _nothing)
    monkeypatch.setattr(cli, "_run", interrupt)
    assert main("run", **GOOD) == (FAILED, "", "superdocs-relay: Interrupted.\n")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["walk"], "walk"),
        (["run", "now"], "now"),
        (["run", "--fast"], "--fast"),
        (["demo", "--port", "seven"], "--port"),
        (["demo", "--port", "65536"], "--port"),
        (["version", "2"], "2"),
    ],
)
def test_wrong_arguments_are_refused_with_what_would_be_right(
    main: Callable[..., Result], arguments: list[str], named: str
):
    """Exit code 2, what was not understood, and how to be told more."""
    code, out, errors = main(*arguments)
    assert (code, out) == (MISCONFIGURED, "")
    assert named in errors
    assert "Usage: " in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("written", ["yesterday", "2026-13-01", "01.11.2026"])
def test_stats_since_no_date_is_one_line(main: Callable[..., Result], written: str):
    """Exit code 2, with how a date is written."""
    code, out, errors = main("stats", "--since", written, **GOOD)
    assert (code, out) == (MISCONFIGURED, "")
    assert errors == f"superdocs-relay: --since '{written}' is no date: write it like 2026-11-01.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--csv", "--json"], "--csv, --json and --verify: choose one."),
        (["--csv", "--verify"], "--csv, --json and --verify: choose one."),
        (
            ["--verify", "--since", "2026-11-01"],
            "--since is for what is printed: --verify looks at everything.",
        ),
        (["--since", "November"], "--since 'November' is no date: write it like 2026-11-01."),
        (["--head", "0123456789abcdef"], "--head goes with --verify."),
        (
            ["--verify", "--head", "012345"],
            "--head '012345' is none: it has 8 to 64 of the digits 0-9 and a-f.",
        ),
        (
            ["--verify", "--head", "head0123"],
            "--head 'head0123' is none: it has 8 to 64 of the digits 0-9 and a-f.",
        ),
    ],
)
def test_an_audit_that_nobody_can_mean_is_one_line(
    main: Callable[..., Result], arguments: list[str], said: str
):
    """Exit code 2, with what would be right."""
    assert main("audit", *arguments, **GOOD) == (MISCONFIGURED, "", f"superdocs-relay: {said}\n")


def _audits(page: Sequence[Link], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an audit in the store that is connected to."""

    @asynccontextmanager
    async def stored(*_: object) -> AsyncIterator[object]:
        yield SimpleNamespace(audit=_Audit(page))

    monkeypatch.setattr(app, "stored", stored)


class _Audit:
    """An audit of one page."""

    def __init__(self, page: Sequence[Link]) -> None:
        self._page = page

    async def pages(self, _since: object = None) -> AsyncIterator[Sequence[Link]]:
        yield self._page

    async def documents(self, refs: Iterable[str]) -> dict[str, str]:
        return dict.fromkeys(refs, "=supply.html")


ENTRIES = [Link(f"179000000000{i}-0", (("event", "decision.refused"), ("ref", f"r{i}"))) for i in range(3)]
SEALED = list(sealed("", ENTRIES))
HEAD = SEALED[-1].seal


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (SEALED, f"3 entries, whole, head {HEAD[:16]}."),
        (SEALED[:1], f"1 entry, whole, head {SEALED[0].seal[:16]}."),
        ([*SEALED[:1], *ENTRIES[1:]], f"1 entry, whole, head {SEALED[0].seal[:16]}. 2 more, not sealed yet."),
        ([], "0 entries, whole."),
    ],
)
def test_a_whole_audit_says_so_with_its_head(
    main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, page: list[Link], said: str
):
    """Exit code 0: what a digest showed can be compared with it."""
    _audits(page, monkeypatch)
    assert main("audit", "--verify", **GOOD) == (0, f"{said}\n", "")


def test_a_head_of_a_digest_is_looked_for(main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch):
    """As it was copied; one that does not stand in the audit says that it was cut off or written anew."""
    _audits(SEALED, monkeypatch)
    assert main("audit", "--verify", "--head", f"{SEALED[1].seal[:16].upper()}…", **GOOD)[0] == 0
    code, out, errors = main("audit", "--verify", "--head", "0123456789abcdef", **GOOD)
    assert (code, out) == (FAILED, "")
    assert errors.startswith("superdocs-relay: The audit is not whole: entry 4 is where the audit ends")


def test_an_audit_that_is_not_whole_names_the_first_entry_that_is_wrong(
    main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
):
    """Exit code 1, one line."""
    _audits([SEALED[0], SEALED[2]], monkeypatch)
    code, out, errors = main("audit", "--verify", **GOOD)
    assert (code, out, errors.count("\n")) == (FAILED, "", 1)
    assert errors.startswith("superdocs-relay: The audit is not whole: entry 2 does not follow")


BARE = [Link(link.id, (), link.seal) for link in SEALED]
GONE = "missing, and only its seal is there: the stream was shortened, or it was taken out"
ALL_GONE = "missing, and only their seals are there: the stream was shortened, or they were taken out"
ROOTLESS = (
    "entry 1 is not the first one ever: those before it were cut off, with their seals, or it was changed"
)
BROKEN = "does not follow from the one before it: it was changed or put in, or one before it was taken out"


@pytest.mark.parametrize(
    ("page", "said", "rest"),
    [
        ([*BARE[:2], *SEALED[2:]], f"entries 1 to 2 are {ALL_GONE}.", "1 entry"),
        ([*BARE[:1], *SEALED[1:]], f"entry 1 is {GONE}.", "2 entries"),
        (BARE, f"entries 1 to 3 are {ALL_GONE}.", ""),
        (SEALED[1:], f"{ROOTLESS}.", "1 entry"),
        (SEALED[2:], f"{ROOTLESS}.", ""),
        ([*SEALED[:2], BARE[2]], f"entry 3 is {GONE}.", ""),
        ([BARE[0], SEALED[2]], f"entry 1 is {GONE}; and entry 2 {BROKEN}.", ""),
    ],
)
def test_an_audit_that_was_shortened_says_how_far_and_whether_the_rest_is_whole(
    main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, page: list[Link], said: str, rest: str
):
    """Exit code 1 all the same: what is gone cannot be vouched for."""
    _audits(page, monkeypatch)
    after = f" What comes after is whole: {rest}, head {HEAD[:16]}." if rest else ""
    told = f"superdocs-relay: The audit is not whole: {said}{after}\n"
    assert main("audit", "--verify", **GOOD) == (FAILED, "", told)


@pytest.mark.parametrize("arguments", [["version"], ["redline", "/dev/null", "/dev/null"], ["--help"]])
async def test_a_reader_that_has_seen_enough_is_no_error_to_speak_of(arguments: list[str]):
    """As with `| head`: nothing on stderr, neither at once nor as the interpreter ends."""
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        env={"PATH": os.environ["PATH"]}, stdout=writing, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    os.close(writing)
    async with asyncio.timeout(20):
        _out, errors = await process.communicate()
    assert (process.returncode, errors) == (FAILED, b"")


class _Deaf(io.StringIO):
    """What nobody reads any more."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def flush(self) -> None:
        raise BrokenPipeError


def test_a_reader_that_goes_in_the_midst_of_the_audit_ends_it(
    main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """It is no bug of the relay, and nothing is said of it."""
    _audits(SEALED, monkeypatch)
    with (tmp_path / "pipe").open("w") as pipe:
        monkeypatch.setattr(sys, "stdout", _Deaf(pipe.fileno()))
        assert main("audit", **GOOD) == (FAILED, "", "")


def test_the_audit_is_printed_in_each_style(main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch):
    """With the names of documents, of which no spreadsheet runs any."""
    _audits(SEALED, monkeypatch)
    code, out, _errors = main("audit", **GOOD)
    assert (code, out.count("decision.refused")) == (0, 3)
    code, out, _errors = main("audit", "--csv", "--since", "2026-09-01", **GOOD)
    assert (code, out.count(",'=supply.html,")) == (0, 3)
    code, out, _errors = main("audit", "--json", **GOOD)
    assert [one["seal"] for one in json.loads(out)] == [link.seal for link in SEALED]


def _callbacks(
    monkeypatch: pytest.MonkeyPatch, *callbacks: Callback | None, works: bool = True
) -> MemoryStore:
    """Have ended jobs in the store that is connected to, with these callbacks; return it."""
    store = MemoryStore()
    for number, callback in enumerate(callbacks, 1):
        ended = {
            "ref": f"ref{number}",
            "job_id": f"job_{number}",
            "state": JobState.COMPLETED,
            "ended_at": NOON,
        }
        store.put(make_job(**ended, callback=callback))

    @asynccontextmanager
    async def stored(*_: object) -> AsyncIterator[object]:
        yield SimpleNamespace(store=store, docket=None)

    async def has_workers() -> bool:
        return works

    monkeypatch.setattr(app, "stored", stored)
    monkeypatch.setattr(errands, "Engine", lambda _docket: SimpleNamespace(has_workers=has_workers))
    return store


def test_an_outcome_is_delivered_again_by_hand(main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch):
    """One by its job, or all that were given up; a relay that runs finds them."""
    lost, url = Callback("https://a.example/", attempts=8, trouble="No."), "https://a.example/"
    store = _callbacks(monkeypatch, lost, lost, Callback(url, delivered_at=NOON))
    assert main("redrive", "job_3", **GOOD) == (0, "1 outcome is delivered again.\n", "")
    assert store.jobs["ref3"].callback == Callback(url, next_at=NOON)
    assert main("redrive", "--all", **GOOD) == (0, "2 outcomes are delivered again.\n", "")
    assert (
        main("redrive", "--all", **GOOD)[1]
        == "No delivery was given up: there is nothing to deliver again.\n"
    )


def test_redriving_says_when_no_relay_runs(main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch):
    """It is in the record, and waits for one."""
    _callbacks(monkeypatch, Callback("https://a.example/", attempts=1), works=False)
    said = "1 outcome is delivered again. No relay is running now: `superdocs-relay run` starts one.\n"
    assert main("redrive", "job_1", **GOOD) == (0, said, "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], MISCONFIGURED, "Name one job, or --all."),
        (["job_1", "--all"], MISCONFIGURED, "Name one job, or --all."),
        (["job_1"], FAILED, "Nobody asked to be called about job job_1."),
        (["job_9"], FAILED, "There is no job job_9 here, or it was retained no longer."),
    ],
)
def test_what_cannot_be_redriven_is_one_line(
    main: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
):
    """With the exit code of a command that means nothing, or of one that failed."""
    _callbacks(monkeypatch, None)
    assert main("redrive", *arguments, **GOOD) == (code, "", f"superdocs-relay: {said}\n")


@pytest.mark.parametrize("arguments", [["--help"], []])
def test_help_names_every_command(main: Callable[..., Result], arguments: list[str]):
    """Asked for, or with nothing to do."""
    _code, out, errors = main(*arguments)
    assert all(command in out + errors for command in ("run", "demo", "version"))


async def _nothing(_settings: config.Settings) -> None:
    """Run until told to stop, at once."""
