"""The image, as far as it can be seen without a container engine: `make image` rehearses its steps here.

What the Dockerfile says is read, not repeated: its RUN lines are run in a scratch folder on a copy of what
.dockerignore lets through, and what comes out is started with the last stage's environment, asked by the image's own
health check, and told to stop.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.sandbox.server import Sandbox
from bot.store import embedded

ROOT: Final = Path(__file__).parents[1]
LIMIT_BYTES: Final = 150_000_000
BASE_BYTES: Final = 61_000_000
"""What the last stage starts from; docs/adr/0013-a-small-image.md says how it was measured."""

_NEEDS_DEBIAN: Final = ("apt-get", "/uv/bin/pip", "install --directory")
"""RUN lines that prepare the builder or the last stage, and not what is put into it."""

_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile: `RUN`, and what follows it in one line; `stage` counts from 0."""

    stage: int
    word: str
    rest: str


def instructions(text: str) -> list[Instruction]:
    """Read a Dockerfile: comments go, continued lines become one."""
    bare = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    read: list[Instruction] = []
    stage = -1
    for line in filter(str.strip, bare.replace("\\\n", " ").splitlines()):
        word, _, rest = line.strip().partition(" ")
        stage += word == "FROM"
        read.append(Instruction(stage, word, " ".join(rest.split()) if word != "HEALTHCHECK" else rest))
    return read


def environment(read: list[Instruction], stage: int) -> dict[str, str]:
    """Return what a stage's ENV lines set."""
    lines = [step.rest for step in read if (step.stage, step.word) == (stage, "ENV")]
    return dict(pair.split("=", 1) for line in lines for pair in shlex.split(line))


def health_check(read: list[Instruction]) -> list[str]:
    """Return the command that asks whether the relay is well."""
    (rest,) = (step.rest for step in read if step.word == "HEALTHCHECK")
    words: list[str] = json.loads(rest.partition(" CMD ")[2])
    return words


def is_let_through(path: str, patterns: list[str]) -> bool:
    """Say whether .dockerignore lets a path (from the root, with slashes) into the build: the last match wins.

    Source: https://docs.docker.com/build/concepts/context/#dockerignore-files
    """
    is_kept = True
    for pattern in patterns:
        body = re.escape(pattern.removeprefix("!")).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        if re.fullmatch(f"{body}(?:/.*)?", path):
            is_kept = pattern.startswith("!")
    return is_kept


def patterns() -> list[str]:
    """Return the lines of .dockerignore that say something."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def rehearse(scratch: Path) -> None:
    """Build what the image would hold in a scratch folder, weigh it, start it, ask it, and stop it."""
    read = instructions((ROOT / "Dockerfile").read_text())
    _build(read, scratch)
    size = sum(path.lstat().st_size for path in (scratch / "app").rglob("*"))
    _say(f"the environment: {size / 1e6:.1f} MB; with its base: {(size + BASE_BYTES) / 1e6:.1f} MB")
    if size + BASE_BYTES >= LIMIT_BYTES:
        sys.exit(f"The image would have {(size + BASE_BYTES) / 1e6:.1f} MB.")
    try:
        asyncio.run(_try_it(read, scratch))
    finally:
        asyncio.run(_end_store(scratch / "data"))


def _build(read: list[Instruction], scratch: Path) -> None:
    """Do the builder's COPY and RUN lines, each below the scratch folder."""
    source = scratch / "src"
    source.mkdir()
    settings = os.environ | environment(read, 0)
    settings |= {"UV_PYTHON": sys.executable, "UV_PROJECT_ENVIRONMENT": str(scratch / "app")}
    settings.pop("VIRTUAL_ENV", None)
    for step in (step for step in read if step.stage == 0):
        if step.word == "COPY":
            *names, _target = step.rest.split()
            for name in names:
                _copy(name, source)
        elif step.word == "RUN" and not any(word in step.rest for word in _NEEDS_DEBIAN):
            line = step.rest.replace("/uv/bin/uv", str(ROOT / ".uv" / "bin" / "uv"))
            line = re.sub(r"(?<=[ ])/app\b", str(scratch / "app"), f" {line}")
            _say(f"RUN{line}")
            subprocess.run(line, shell=True, cwd=source, env=settings, check=True)  # noqa: S602 -- the Dockerfile's own lines


def _copy(name: str, target: Path) -> None:
    """Copy a file or a folder as COPY does: what .dockerignore lets through."""
    whole = ROOT / name
    for path in [whole] if whole.is_file() else whole.rglob("*"):
        inner = path.relative_to(ROOT)
        if path.is_file() and is_let_through(inner.as_posix(), patterns()):
            (target / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / inner)


async def _try_it(read: list[Instruction], scratch: Path) -> None:
    """Run it against the sandbox until its health check passes, and see it stop when it is told to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    async with Sandbox(port=0) as sandbox:
        given = environment(read, 1) | sandbox.environment()
        given |= {"DATA_DIR": str(scratch / "data"), "PORT": port, "HOST": "127.0.0.1"}
        begun = time.monotonic()
        relay = await asyncio.create_subprocess_exec(
            scratch / "app" / "bin" / "superdocs-relay", "run", env=given, cwd="/"
        )
        try:
            _program, *words = health_check(read)
            while await _code(scratch / "app" / "bin" / "python", *words, env=given):
                if relay.returncode is not None or time.monotonic() - begun > _WITHIN_S:
                    sys.exit("The health check did not pass.")
            _say(f"healthy after {time.monotonic() - begun:.1f} s")
        finally:
            relay.terminate()
        stopping = time.monotonic()
        if await relay.wait():
            sys.exit("It did not stop in order.")
        _say(f"stopped after {time.monotonic() - stopping:.1f} s")


async def _end_store(data: Path) -> None:
    """End the embedded server: outside a container it outlives its relay."""
    server = await embedded.ensure(data)
    await server.stop()


async def _code(*command: str | Path, env: dict[str, str]) -> int:
    asked = await asyncio.create_subprocess_exec(*command, env=env, stderr=asyncio.subprocess.DEVNULL)
    return await asked.wait()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="image-") as folder:
        rehearse(Path(folder))
