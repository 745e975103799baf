"""The guide for programs is true: every snippet in it is taken out and run, against the relay and the sandbox."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from redis.asyncio import Redis
from standardwebhooks import Webhook

from tests.e2e import process
from tests.e2e.relay import CONTRACT, ONE, Story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path


TOKEN = "a-token-of-some-length"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LETTERS = "<p>Zürich & 契約 \"😀\" \\ &amp; 'q'</p>"
"""What a careless program spoils on its way."""

GUIDE = process.ROOT / "docs" / "programs.md"
ENDS_WITHIN_S = 60
"""Long enough to compile on a busy machine."""

_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")

pytestmark = pytest.mark.mode("socket")

CALLS = {
    "edit.py": ((), (sys.executable, "edit.py")),
    "edit.mjs": ((), ("node", "edit.mjs")),
    "edit.go": (("go", "build", "-o", "edit", "edit.go"), ("./edit",)),
    "edit.rb": ((), ("ruby", "edit.rb")),
    "Edit.cs": (
        ("mcs", "-langversion:7.2", "-r:System.Net.Http", "-r:System.Runtime.Serialization", "Edit.cs"),
        ("mono", "Edit.exe"),
    ),
}
"""How each of the calls is compiled, and run."""


@cache
def snippets() -> Mapping[str, str]:
    """Return the guide's programs by their names."""
    found = re.findall(r"<!-- snippet: (\S+) -->\n```\w+\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return dict(found)


def free_port() -> int:
    """Find a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def settings() -> dict[str, str]:
    """Have the relay take edits from programs, and call back one address on this machine."""
    return {
        "RELAY_API_TOKEN": TOKEN,
        "CALLBACK_HOSTS": f"127.0.0.1:{free_port()}",
        "CALLBACK_SECRET": SECRET,
        "CALLBACK_PRIVATE": "true",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the guide's programs, and a contract."""
    for name, code in snippets().items():
        (tmp_path / name).write_text(code)
    (tmp_path / "supply.html").write_text(CONTRACT + LETTERS)
    return tmp_path


@pytest.fixture
def told(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Give what a program is told by its environment."""
    host = environment["CALLBACK_HOSTS"]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    address = f"http://127.0.0.1:{environment['PORT']}"
    return {
        **kept,
        "GO111MODULE": "off",
        "PYTHONUNBUFFERED": "1",
        "RELAY_URL": address,
        "RELAY_API_TOKEN": TOKEN,
        "QUEUE_URL": environment["REDIS_URL"],
        "CALLBACK_URL": f"http://{host}/outcomes",
        "CALLBACK_SECRET": SECRET,
        "DATABASE": str(folder / "outcomes.db"),
        "PORT": host.partition(":")[2],
    }


async def posted(url: str, key: str, wanted: Mapping[str, str]) -> tuple[int, str]:
    """Ask a relay for an edit; return the status, and the edit's ref or the problem's code."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": key}
    async with (
        aiohttp.ClientSession(url, headers=headers) as session,
        session.post("/v1/edits", json=wanted) as answer,
    ):
        said = await answer.json(content_type=None)
        return answer.status, said.get("ref") or said["code"]


async def run(folder: Path, told: Mapping[str, str], *command: str) -> str:
    """Run a program to its end, and return what it has written."""
    running = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=told, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(ENDS_WITHIN_S):
        out, errors = await running.communicate()
    assert running.returncode == 0, errors.decode()
    return out.decode().strip()


@asynccontextmanager
async def running(folder: Path, told: Mapping[str, str], name: str) -> AsyncIterator[asyncio.StreamReader]:
    """Run a program for a while, and read what it writes."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, name, cwd=folder, env=told, stdout=asyncio.subprocess.PIPE
    )
    assert started.stdout
    try:
        yield started.stdout
    finally:
        started.kill()
        await started.wait()


@asynccontextmanager
async def backend(folder: Path, told: Mapping[str, str]) -> AsyncIterator[aiohttp.ClientSession]:
    """Run the web backend, and give somebody who calls it."""
    async with running(folder, told, "backend.py") as output:
        assert "Running on" in await said_by(output)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{told['PORT']}") as session:
            yield session


async def said_by(output: asyncio.StreamReader) -> str:
    """Return the next line that a program writes."""
    async with asyncio.timeout(ENDS_WITHIN_S):
        return (await output.readline()).decode().strip()


def test_every_program_of_the_guide_is_run():
    """None stands there that no test knows."""
    assert set(snippets()) == {"cron.py", "worker.py", "backend.py", *CALLS}


async def test_one_key_at_once_on_two_workers_is_one_edit(story: Story, environment, told):
    """Everybody hears of the same one; whoever comes with another document under that key is refused, and it is not edited."""
    wanted = {"message": ONE, "document_html": CONTRACT}
    other = {**wanted, "document_html": CONTRACT.replace("30 days", "90 days")}
    port = free_port()
    urls = (told["RELAY_URL"], f"http://127.0.0.1:{port}")
    async with process.running({**environment, "PORT": str(port)}):
        first = await asyncio.gather(*(posted(urls[n % 2], "order 7", wanted) for n in range(8)))
        refused = await asyncio.gather(*(posted(url, "order 7", other) for url in urls))
        ((status, _ref),) = set(first)
        assert status == 202
        assert set(refused) == {(422, "idempotency_key")}
        await story.open_cards(1)
    assert len(story.superdocs.jobs) == len(story.messages("job")) == 1


@pytest.mark.parametrize("name", CALLS)
async def test_the_call_starts_an_edit_in_every_language(story: Story, folder, told, name):
    """With one key it is one edit, of the document to the letter; what is refused ends with an error that says why."""
    compiled, command = CALLS[name]
    for tool in (*compiled[:1], command[0]):
        if not tool.startswith("./") and shutil.which(tool) is None:
            pytest.skip(f"There is no {tool} on this machine.")
    if compiled:
        await run(folder, told, *compiled)
    refs = {await run(folder, told, *command, "supply.html", ONE, "order 7") for _time in range(2)}
    await story.open_cards(1)
    assert len(refs) == len(story.superdocs.jobs) == 1
    assert "A program asked for an edit of" in story.says("job")
    document = story.superdocs.sessions[story.superdocs.latest.session_id].document
    assert document
    assert document.html.endswith(LETTERS.removeprefix("<p>"))
    with pytest.raises(AssertionError, match=r"idempotency_key|HTTP Error 422"):
        await run(folder, told, *command, "supply.html", "Something else.", "order 7")


async def test_a_cron_job_starts_an_edit_and_fetches_it_later(story: Story, folder, told):
    """Started twice it is one edit; while people think there is nothing to fetch; then there is, once."""
    cron = (sys.executable, "cron.py")
    for _time in range(2):
        assert await run(folder, told, *cron, "start", "supply.html", ONE) == "supply.html: started"
    await story.open_cards(1)
    assert await run(folder, told, *cron, "fetch") == ""
    await story.press("round:1", "approve")
    await story.shows("job", "Applied 1 of 1")
    assert await run(folder, told, *cron, "fetch") == "supply.html: completed"
    assert "within 60 days" in (folder / "supply.edited.html").read_text()
    assert (folder / "supply.html").read_text() == CONTRACT + LETTERS
    assert await run(folder, told, *cron, "fetch") == ""
    assert len(story.superdocs.jobs) == 1


async def test_a_queue_worker_starts_one_edit_for_a_message_that_comes_twice(
    story: Story, relay: process.Process, folder, told
):
    """It died after the call and before it said so; and what is refused for ever is put aside, with the reason."""
    wanted = {"message": ONE, "document_html": CONTRACT, "document": "supply.html"}
    queue: Any  # Its types leave open what it answers.
    async with Redis.from_url(told["QUEUE_URL"], decode_responses=True) as queue:
        message_id = await queue.xadd("edits", wanted)
        await queue.xgroup_create("edits", "relay", id="0")
        await queue.xreadgroup("relay", "worker-1", {"edits": ">"})
        lost = {**wanted, "callback_url": told["CALLBACK_URL"]}
        _status, ref = await posted(told["RELAY_URL"], f"edits {message_id}", lost)
        refused_id = await queue.xadd("edits", {**wanted, "message": " "})
        async with backend(folder, told) as session, running(folder, told, "worker.py") as output:
            assert await said_by(output) == f"{message_id} {ref}"
            assert await said_by(output) == f"{refused_id} refused"
            await story.open_cards(1)
            await story.press("round:1", "approve")
            await relay.tells("callback.delivered")
            shown = await (await session.get(f"/edits/{ref}")).json()
        ((_id, refused),) = await queue.xrange("edits-refused")
    assert (shown["state"], "within 60 days" in shown["html"]) == ("completed", True)
    assert (refused["id"], '"pointer": "/message"' in refused["problem"]) == (refused_id, True)
    assert len(story.superdocs.jobs) == 1


async def test_a_web_backend_starts_edits_and_is_told_the_outcome(
    story: Story, relay: process.Process, folder, told
):
    """Two clicks are one edit; the outcome is believed because it is signed, and kept once however often it comes."""
    form = {"instruction": ONE, "html": CONTRACT, "name": "supply.html", "key": "form 7"}
    async with backend(folder, told) as session:
        refs = {(await (await session.post("/edits", json=form)).json())["ref"] for _click in range(2)}
        (ref,) = refs
        await story.open_cards(1)
        assert await (await session.get(f"/edits/{ref}")).json() == {"state": "under way", "html": None}
        await story.press("round:1", "approve")
        await relay.tells("callback.delivered")
        shown = await (await session.get(f"/edits/{ref}")).json()
        assert (shown["state"], "within 60 days" in shown["html"]) == ("completed", True)
        assert (
            await session.post("/outcomes", data=FORGED, headers=signed(FORGED, "whsec_" + "A" * 32))
        ).status == 401
        assert (await session.post("/outcomes", data=FORGED)).status == 401
        again = json.dumps({"data": {"ref": ref, "state": "failed", "document_html": None}})
        headers = signed(again, SECRET, f"msg_{ref}_completed")
        assert (await session.post("/outcomes", data=again, headers=headers)).status == 204
        assert await (await session.get(f"/edits/{ref}")).json() == shown


FORGED = '{"data": {"ref": "0123456789abcdef", "state": "completed", "document_html": "<p>Mine.</p>"}}'


def signed(body: str, secret: str, message_id: str = "msg_1") -> dict[str, str]:
    """Return the headers with which somebody who has a secret sends a message."""
    at = datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body),
    }
