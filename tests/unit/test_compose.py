"""compose.yaml and .env.example say nothing that is not so, and their store keeps every decision."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff, NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.config import Settings, load
from bot.store import durability, embedded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE: Json = yaml.safe_load(TEXT)
RELAY: Json = COMPOSE["services"]["relay"]
STORE: Json = COMPOSE["services"]["store"]
EXAMPLE = (ROOT / ".env.example").read_text()
NAMES = re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE)

PASSWORD: Final = "5" * 64
STORE_PASSWORD: Final = "REDIS_PASSWORD"
FILLED: Final = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SUPERDOCS_API_KEY": "sk_1",
    "RELAY_CHANNEL": "#legal-review",
}


def _filled_in(text: str) -> str:
    """Put the password where compose would, and turn its doubled dollars into single ones."""
    return re.sub(rf"\$\{{{STORE_PASSWORD}:[^}}]*\}}", PASSWORD, text).replace("$$", "$")


# The routes.


def test_the_routes_are_mounted_once_three_lines_are_no_comments_any_more():
    """The guide shows the same lines, and the relay finds the file where it looks for it."""
    lines = re.sub(r"^( +)# (RELAY_CONFIG:|volumes:|  - \./routes\.toml)", r"\1\2", TEXT, flags=re.MULTILINE)
    relay: Json = yaml.safe_load(lines)["services"]["relay"]
    (mounted,) = relay["volumes"]
    ours, theirs, access = mounted.split(":")
    assert (ours, theirs, access) == ("./routes.toml", relay["environment"]["RELAY_CONFIG"], "ro")
    assert relay["environment"]["REDIS_URL"] == RELAY["environment"]["REDIS_URL"]
    guide = (ROOT / "docs" / "routes.md").read_text()
    assert f"RELAY_CONFIG: {theirs}\n" in guide
    assert f"- {mounted}\n" in guide


# The settings.


def test_the_example_names_settings_and_gives_away_none():
    """Every name is a setting, but for the store's password; there is no value that somebody might forget to change."""
    assert set(NAMES) - {STORE_PASSWORD} <= {name.upper() for name in Settings.model_fields}
    assert re.findall(r"^[A-Z_]+=(.+)$", EXAMPLE, re.MULTILINE) == []
    assert len(NAMES) == len(set(NAMES))


def test_the_example_names_everything_that_is_needed():
    """Whoever fills in what the comments ask for has a relay that starts."""
    needed = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert needed <= set(NAMES)


def test_what_the_example_leaves_empty_is_as_if_it_were_not_there(monkeypatch):
    """Empty lines of the file reach the relay as empty variables, and the defaults hold."""
    for name in NAMES:
        monkeypatch.setenv(name, FILLED.get(name, ""))
    assert load().digest_tz.key == "UTC"


def test_compose_asks_for_nothing_that_the_example_does_not_name():
    """What stands in braces comes from the file, and compose says what is missing."""
    assert set(re.findall(r"(?<!\$)\$\{([A-Z_]+):\?", TEXT)) == {STORE_PASSWORD} <= set(NAMES)
    assert len(re.findall(r"(?<!\$)\$\{", TEXT)) == len(re.findall(r"(?<!\$)\$\{[A-Z_]+:\?", TEXT))


def test_the_relay_is_told_where_its_store_is(monkeypatch):
    """By the name of the service, with the password, as a setting that the relay takes."""
    assert set(RELAY["environment"]) <= {name.upper() for name in Settings.model_fields}
    url = _filled_in(RELAY["environment"]["REDIS_URL"])
    assert url == f"redis://:{PASSWORD}@store:6379/0"
    for name, value in (FILLED | {"REDIS_URL": url}).items():
        monkeypatch.setenv(name, value)
    assert PASSWORD in load().secrets


# The containers.


@pytest.mark.parametrize("service", [RELAY, STORE], ids=["relay", "store"])
def test_nobody_can_do_more_than_needed(service: Json):
    """No capability, no way to gain one, and no file but in the volume and in memory."""
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == "/tmp"  # noqa: S108 -- a folder in memory
    assert service["restart"] == "unless-stopped"


def test_nobody_reaches_the_store_but_the_relays():
    """It has no port on the machine, and its network leads nowhere."""
    assert "ports" not in STORE
    assert STORE["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all(port.startswith("127.0.0.1:") for port in RELAY["ports"])


def test_there_are_ports_for_all_relays_and_time_to_stop():
    """Several relays cannot have one port; a worker needs less than ten seconds to give back its work."""
    (first, last) = re.findall(r":(\d+)-(\d+):", RELAY["ports"][0])[0]
    assert 1 < RELAY["deploy"]["replicas"] <= int(last) - int(first) + 1
    assert int(RELAY["stop_grace_period"].removesuffix("s")) >= 15


def test_a_relay_starts_when_its_store_answers():
    """Not before: it would refuse to start, and say so again and again."""
    assert RELAY["depends_on"]["store"]["condition"] == "service_healthy"
    assert "ping" in STORE["healthcheck"]["test"][1]


# The store.


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Path]:
    """Run a server with the very words of compose.yaml, behind a socket; give the socket."""
    _program, *words = map(_filled_in, STORE["command"])
    path = tmp_path / "s"
    here = ["--port", "0", "--unixsocket", str(path), "--dir", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(
        embedded.program(), *words, *here, stdout=asyncio.subprocess.DEVNULL
    )
    until_it_listens = Retry(ConstantBackoff(0.02), 200, supported_errors=(RedisConnectionError,))
    async with Redis(unix_socket_path=str(path), password=PASSWORD, retry=until_it_listens) as client:
        await client.ping()
    yield path
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_its_store_loses_no_decision(store: Path):
    """The relay's own check at start finds no fault, and each write is on disk before its answer."""
    async with Redis(unix_socket_path=str(store), password=PASSWORD) as client:
        assert await durability.faults(client) == ()
        assert await client.config_get("appendfsync") == {"appendfsync": "always"}


async def test_its_store_asks_for_the_password(store: Path):
    """Whoever gets into the network has still to know it."""
    async with Redis(unix_socket_path=str(store), password="guessed", retry=Retry(NoBackoff(), 0)) as client:
        with pytest.raises(RedisConnectionError, match="invalid username-password"):
            await client.ping()
