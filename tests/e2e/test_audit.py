"""The audit of a story: exported, verified with what the digest showed, and found out when somebody meddles with it."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis

from bot.store.keys import Keys
from tests.e2e.relay import CONTRACT, GUEST, ONE, REVIEWER, WITHIN_S, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.relay import Story


async def audit(environment: Mapping[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run `superdocs-relay audit` beside the relay; return exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "audit", *arguments,
        env={"PATH": os.environ["PATH"], **environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(WITHIN_S):
        out, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


async def whole(environment: Mapping[str, str], *arguments: str) -> str:
    """Wait until everything is sealed, and return what `--verify` says then."""
    async with asyncio.timeout(2 * WITHIN_S):
        while True:
            code, out, errors = await audit(environment, "--verify", *arguments)
            assert (code, errors) == (0, ""), errors
            if "not sealed" not in out:
                return out


async def exported(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the audit as a program reads it."""
    code, out, errors = await audit(environment, "--json")
    assert code == 0, errors
    found: list[dict[str, Any]] = json.loads(out)
    return found


async def told(story: Story) -> None:
    """Have a guest refused, a change approved, and the edit end."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve", GUEST)
    await story.press("round:1", "approve")
    await story.ended()
    await story.shows("job", "found in the document")


async def test_a_story_s_audit_is_exported_and_verified(story: Story, environment: dict[str, str]):
    """Who was refused and who approved, in order; in CSV the same; and every seal can be made with nothing of ours."""
    await told(story)
    await whole(environment)
    entries = await exported(environment)
    events = [entry["event"] for entry in entries]
    assert events[0] == "edit.requested"
    refused, approved = (entries[events.index(name)] for name in ("decision.refused", "decision.recorded"))
    assert (refused["user"], refused["detail"], approved["user"]) == (GUEST, "guest", REVIEWER)
    assert approved["detail"].startswith("approve by button in rendering ")
    assert {entry["document"] for entry in entries if entry["ref"]} == {"supply.html"}
    assert CONTRACT not in json.dumps(entries)
    assert list(sealed_by_hand(entries)) == [entry["seal"] for entry in entries]
    _code, out, _errors = await audit(environment, "--csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [row["id"] for row in rows][: len(entries)] == [entry["id"] for entry in entries]


async def test_a_digest_s_head_betrays_whoever_writes_the_audit_anew(
    story: Story, environment: dict[str, str]
):
    """What was changed is named by its position; a chain that was made anew is whole, and not the digest's."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve", GUEST)
    await whole(environment)
    await story.slack.person(REVIEWER).slash(story.channel, "digest")
    head = await shown_head(story)
    assert "whole, head" in await whole(environment, "--head", head)
    async with Redis.from_url(environment["REDIS_URL"]) as redis:
        position = await forge(redis, "decision.refused")
    code, _out, errors = await audit(environment, "--verify")
    assert (code, f"entry {position} " in errors) == (1, True), errors
    async with Redis.from_url(environment["REDIS_URL"]) as redis:
        await redis.delete(Keys().seals)
    await whole(environment)
    code, _out, errors = await audit(environment, "--verify", "--head", head)
    assert (code, "cut off, or written anew" in errors) == (1, True), errors


async def shown_head(story: Story) -> str:
    """Wait for a digest, and return the head that it shows."""

    def heads() -> list[str]:
        return [
            found[1]
            for message in story.slack.messages(story.channel)
            if (found := re.search(r"Audit: \d+ entries, head ([0-9a-f]{16})\.", said(message)))
        ]

    await story.slack.until(heads, within_s=WITHIN_S)
    return heads()[-1]


async def forge(redis: Any, event: str) -> int:
    """Write the audit anew with another name in an entry; return the entry's position."""
    entries = await redis.xrange(Keys().audit)
    position = next(i for i, (_, stored) in enumerate(entries, 1) if event.encode() in stored[b"entry"])
    await redis.delete(Keys().audit)
    for number, (entry_id, stored) in enumerate(entries, 1):
        forged = stored[b"entry"].replace(GUEST.encode(), b"U0FORGED")
        await redis.xadd(
            Keys().audit, {"entry": forged if number == position else stored[b"entry"]}, id=entry_id
        )
    return position


def sealed_by_hand(entries: list[dict[str, Any]]) -> Any:
    """Make every seal as the documentation tells."""
    previous = ""
    for entry in entries:
        names = {
            name: "user" if name == "user_id" else name
            for name in ("change", "detail", "event", "ref", "round", "user_id")
        }
        held = [part for name, shown in names.items() if entry[shown] for part in (name, str(entry[shown]))]
        parts = ["superdocs-relay audit 1", previous, entry["id"], *held]
        raw = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
        previous = hashlib.sha256(raw).hexdigest()
        yield previous
