"""The image holds the relay and nothing else, runs it as nobody, and can be asked whether it is well."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.config import Settings
from tests import image

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = image.ROOT
READ = image.instructions((ROOT / "Dockerfile").read_text())
BUILD, FINAL = 0, 1


def _rests(word: str, stage: int) -> list[str]:
    return [step.rest for step in READ if (step.word, step.stage) == (word, stage)]


# What goes in.


def test_there_is_a_stage_that_builds_and_one_that_runs():
    """The last one takes files from the first, which has a name, and runs no command: it has no shell for it."""
    assert [step.rest for step in READ if step.word == "FROM"] == [
        "debian:trixie-slim AS build",
        "gcr.io/distroless/python3-debian13:nonroot",
    ]
    assert _rests("RUN", FINAL) == []
    assert all(line.startswith("--from=build ") for line in _rests("COPY", FINAL))


def test_everything_that_is_copied_exists_and_is_let_through():
    """A file that .dockerignore keeps out fails the build, and only there."""
    for line in _rests("COPY", BUILD):
        *names, _target = line.split()
        for name in names:
            assert (ROOT / name).exists()
            assert image.is_let_through(name, image.patterns()), name


@pytest.mark.parametrize(
    ("path", "is_let_through"),
    [
        ("pyproject.toml", True),
        ("bot/app.py", True),
        ("bot/store/scripts/change.lua", True),
        ("bot/sandbox/page/dist/app.js", True),
        (".env", False),
        (".git/config", False),
        ("tests/make.py", False),
        ("bot/__pycache__/app.cpython-313.pyc", False),
        ("bot/sandbox/page/node_modules/x/index.js", False),
        ("bot/sandbox/page/src/main.tsx", False),
    ],
)
def test_nothing_is_let_through_that_the_image_does_not_need(path: str, is_let_through: bool):
    """Least of all secrets: what is not named stays out."""
    assert image.is_let_through(path, image.patterns()) is is_let_through


def test_what_is_installed_is_what_the_lock_file_says():
    """Without the tools of development, and not linked to a source folder that the image does not have."""
    *_dependencies, whole = [line for line in _rests("RUN", BUILD) if "uv sync" in line]
    assert {"--frozen", "--no-dev", "--no-editable"} <= set(whole.split())


def test_the_environment_is_built_where_it_will_be():
    """Its links and first lines name paths: of the interpreter, and of itself."""
    built = image.environment(READ, BUILD)
    assert built["UV_PYTHON"] == "/usr/bin/python3.13"  # the path in distroless, too
    assert f"--from=build {built['UV_PROJECT_ENVIRONMENT']} /app" in _rests("COPY", FINAL)
    assert _rests("ENTRYPOINT", FINAL) == ['["/app/bin/superdocs-relay"]']


# How it runs.


def test_it_runs_as_nobody_in_particular():
    """By number, so that Kubernetes can tell that it is not root, and what it writes belongs to that number."""
    assert _rests("USER", FINAL) == ["65532:65532"]
    words = [step.word for step in READ if step.stage == FINAL]
    assert words.index("USER") < words.index("ENTRYPOINT") < words.index("CMD")
    assert "--from=build --chown=65532:65532 /data /data" in _rests("COPY", FINAL)


def test_its_environment_is_made_of_settings_and_holds_no_secret():
    """Settings of the relay, and two of Python."""
    names = set(image.environment(READ, FINAL))
    of_python = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    assert names - of_python <= {name.upper() for name in Settings.model_fields}
    assert not [name for name in names if re.search("TOKEN|KEY|SECRET|PASSWORD|URL", name)]
    # An argument stays in the image's history; this one names what is to be installed beside the relay.
    assert [step.rest for step in READ if step.word == "ARG"] == ['EXTRAS=""']


def test_it_listens_beyond_itself_and_keeps_its_data_on_a_volume():
    """At the port that is the settings' default."""
    given = image.environment(READ, FINAL)
    assert given["HOST"] == "0.0.0.0"  # noqa: S104 -- the container's own addresses
    assert [given["DATA_DIR"]] == _rests("VOLUME", FINAL)
    assert _rests("EXPOSE", FINAL) == [str(Settings.model_fields["port"].default)]
    assert _rests("STOPSIGNAL", FINAL) == ["SIGTERM"]


# Whether it is well.


class _Server(HTTPServer):
    """Answers every request with one code, and remembers what was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.code = 200
        self.paths: list[str] = []


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.paths.append(self.path)
        self.send_response(self.server.code)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[_Server]:
    """Serve on a free port."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _asked(port: int) -> int:
    _python, *words = image.health_check(READ)
    asked = subprocess.run(
        [sys.executable, *words], env={"PORT": str(port)}, check=False, capture_output=True
    )
    return asked.returncode


@pytest.mark.parametrize(("code", "is_well"), [(200, True), (503, False)])
def test_the_health_check_believes_the_relay(server: _Server, code: int, is_well: bool):
    """It asks for /healthz, and anything but 200 is a fault."""
    server.code = code
    assert (_asked(server.server_port) == 0) is is_well
    assert server.paths == ["/healthz"]


def test_a_relay_that_does_not_listen_is_not_well(server: _Server):
    """Nobody answers at a port that was given back; a worker without an HTTP side has nothing to answer with."""
    server.server_close()
    assert _asked(server.server_port) == 1
    assert _asked(0) == 0


# What builds it elsewhere.


def test_the_size_is_checked_where_it_is_built():
    """The workflow's limit is the one that is promised here."""
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    assert f"-lt {image.LIMIT_BYTES}" in workflow
    assert yaml.safe_load(workflow)["permissions"] == {"contents": "read"}
