"""What docs/deployment.md promises about the store: a user that can do no more than needed, and a backup that is one."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis.asyncio import Redis

from tests.e2e.process import ROOT, running
from tests.e2e.relay import ONE, Story

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

GUIDE = (ROOT / "docs" / "deployment.md").read_text()
"""The page whose words are tried here."""


def _socket(environment: dict[str, str]) -> str:
    return environment["REDIS_URL"].removeprefix("unix://")


@pytest.mark.mode("socket")
async def test_the_relay_works_as_the_user_of_the_guide(environment: dict[str, str], sandbox: Sandbox):
    """From the command to the document, and nothing it asked of its store was refused."""
    (line,) = re.findall(r"^user (relay on .*)$", GUIDE, re.MULTILINE)
    path = _socket(environment)
    async with Redis(unix_socket_path=path) as admin:
        await admin.execute_command("ACL", "SETUSER", *line.split())
        async with running(environment | {"REDIS_URL": f"unix://relay:PASSWORD@{path}"}):
            story = Story(sandbox)
            await story.edit(ONE)
            await story.open_cards(1)
            await story.press("round:1", "approve")
            assert "within 60 days" in await story.ended()
        assert await admin.acl_log() == []


@pytest.mark.mode("socket")
async def test_what_waited_at_the_backup_is_in_the_restore(
    story: Story, environment: dict[str, str], tmp_path: Path
):
    """The files are copied as the guide says, while the store runs; `pending` reads the copy."""
    await story.edit(ONE)
    await story.open_cards(1)
    kept = Path(_socket(environment)).parent
    archive, restored = tmp_path / "backup.tar.gz", tmp_path / "restored"
    restored.mkdir(mode=0o700)
    await _done("tar", "-czf", archive, "-C", kept, "appendonlydir")
    await _done("tar", "-xzf", archive, "-C", restored)
    elsewhere = environment | {"REDIS_URL": "", "DATA_DIR": str(restored)}
    listed = await _done(sys.executable, "-m", "bot", "pending", "--json", environment=elsewhere)
    (row,) = json.loads(listed)
    assert row["channel"] == "C0LEGAL"


async def _done(*command: str | Path, environment: dict[str, str] | None = None) -> bytes:
    """Run a command of the guide to its end, and return what it said."""
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | (environment or {}), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _nothing = await process.communicate()
    assert process.returncode == 0
    return said
