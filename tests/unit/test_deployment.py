"""The blocks of docs/deployment.md can be pasted: they are whole, and name what there is."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import cli
from bot.config import Settings
from bot.store.keys import Keys

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "deployment.md").read_text()
SETTINGS = {name.upper() for name in Settings.model_fields}
ROUTES = {"/healthz", "/readyz"}
USER = "65532"


def _block(language: str, holding: str = "") -> str:
    """Return the one block of a language that holds some words."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (block,) = (block for block in blocks if holding in block)
    return str(block)


def test_every_name_in_capitals_is_a_setting_or_explained_here():
    """A setting that was renamed is not recommended any longer."""
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`", PAGE))
    assert named <= SETTINGS


def test_every_command_of_the_relay_exists():
    """As it is typed, in a block or in a sentence."""
    commands = {
        command.name or command.callback.__name__ for command in cli.registered_commands if command.callback
    }
    assert set(re.findall(r"(?:bin/|\s|`)superdocs-relay ([a-z]+)\b(?=[\n`])", PAGE)) <= commands


def test_the_unit_of_systemd_is_whole():
    """It runs the relay, gives it time to stop, leaves its store alive until then, and does not retry wrong settings."""
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # The documented way to keep capitals.
    unit.read_string(_block("ini"))
    service = unit["Service"]
    assert service["ExecStart"].split()[1:] == ["run"]
    assert (service["KillMode"], service["RestartPreventExitStatus"]) == ("mixed", "2")
    assert int(service["TimeoutStopSec"]) >= 15
    assert {pair.split("=")[0] for pair in service["Environment"].split()} <= SETTINGS
    assert f"DATA_DIR=/var/lib/{service['StateDirectory']}" in service["Environment"]


@pytest.fixture(scope="module")
def pod() -> dict[str, Any]:
    """Give what a pod of the guide is made of."""
    (deployment, _service) = yaml.safe_load_all(_block("yaml"))
    assert deployment["spec"]["replicas"] == 2
    spec: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return spec


def test_the_pod_asks_what_the_relay_answers(pod: dict[str, Any]):
    """At the port that the image opens, by the name that the pod gives it."""
    (container,) = pod["containers"]
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("liveness", "readiness", "startup")]
    assert {probe["path"] for probe in probes} == ROUTES
    assert {probe["port"] for probe in probes} == {container["ports"][0]["name"]}
    assert container["ports"][0]["containerPort"] == Settings.model_fields["port"].default
    assert pod["terminationGracePeriodSeconds"] >= 15


def test_the_pod_has_no_right_that_it_does_not_need(pod: dict[str, Any]):
    """The image's user is a number, so that this can be checked before it runs."""
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert f"user {USER}" in PAGE
    assert f"USER {USER}:{USER}" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("block", [_block("nginx"), _block("text", "reverse_proxy")], ids=["nginx", "caddy"])
def test_a_proxy_lets_only_slack_in_and_waits_no_longer_than_slack(block: str):
    """Two relays behind it, one path, bodies as large as the relay takes, five seconds at most."""
    assert block.count("{") == block.count("}")
    assert re.findall(r"127\.0\.0\.1:(\d+)", block) == ["8080", "8081"]
    assert set(re.findall(r"(?:location = |handle )(/\S+)", block)) == {"/slack/events"}
    assert "404" in block
    assert re.search(r"(body_size|max_size) 1m", block, re.IGNORECASE)
    assert "5s" in block


def test_the_user_of_the_store_reaches_every_key_and_no_other():
    """And no command that could look around."""
    line = _block("text", "user relay on").split()
    assert f"~{Keys().prefix}*" in line
    assert [word for word in line if word.startswith("~")] == [f"~{Keys().prefix}*"]
    assert line.index("-@all") < line.index("-@dangerous") < line.index("+info")
    assert {"-scan", "-randomkey"} <= set(line)


def test_every_file_that_is_named_exists_and_every_block_is_a_command():
    """Nothing to paste has a quote that is left open."""
    for path in re.findall(r"`((?:tests|docs)/[\w/.]+|manifest\.yml|\.env\.example)`", PAGE):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            assert shlex.split(line, comments=True)
