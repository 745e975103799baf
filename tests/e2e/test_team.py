"""What a team relies on: digests and lists on demand, programs that hand over, workers that come and go."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import sys
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.core.model import Mode
from bot.superdocs.client import SuperDocs
from tests.e2e.process import ROOT, beside, launch, running, spawn
from tests.e2e.relay import (
    CONTRACT,
    COUNSEL,
    GUEST,
    ONE,
    REQUESTER,
    REVIEWER,
    TWO,
    Story,
    given,
    offered,
    said,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.sandbox.slack.messages import Message

TOKEN = "a-token-of-some-length"
DRAINED_WITHIN_S = 10


async def started_elsewhere(environment: Mapping[str, str], instruction: str = ONE) -> str:
    """Have another program start a job, and return its id."""
    documents = SuperDocs(environment["SUPERDOCS_BASE_URL"], environment["SUPERDOCS_API_KEY"])
    job_id = await documents.start("nightly-build", instruction, Mode.REVIEW, CONTRACT)
    await documents.close()
    return job_id


async def called(environment: Mapping[str, str], method: str, path: str, **more: Any) -> tuple[int, Any]:
    """Call the relay's own API as a program does; return status and JSON."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"http://127.0.0.1:{environment['PORT']}{path}"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, **more) as answer,
    ):
        return answer.status, await answer.json()


async def shell(environment: Mapping[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run the program beside the relay; return exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=ROOT, env=dict(environment), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(30):
        out, errors = await process.communicate()
    return process.returncode or 0, out.decode(), errors.decode()


async def answered(story: Story, words: str, user: str = REVIEWER) -> Message:
    """Type a command, and return the private answer."""
    shown = await story.slack.person(user).slash(story.channel, words)
    assert shown.message is not None, shown
    return shown.message


# What waits, on demand.


async def test_the_list_of_what_waits_leads_to_the_decision(story: Story):
    """Private, with a button that opens the change; a guest is refused, and without anything open it says so."""
    assert "Nothing waits" in said(await answered(story, "pending"))
    await story.edit(ONE)
    await story.open_cards(1)
    listed = await answered(story, "pending")
    assert "supply" in said(listed)
    dialog = await story.open_dialog(listed, "review_change")
    await story.press_in(dialog, "approve", 1)
    assert await story.submitted() == [(True, "")]
    assert "Guests never decide" in said(await answered(story, "pending", GUEST))


async def test_a_digest_on_demand_stands_in_the_channel_once(story: Story):
    """What is open, with its buttons; when nothing is, whoever asked is told so, and nobody else."""
    assert "Nothing" in said(await answered(story, "digest"))
    await story.edit(TWO)
    await story.open_cards(2)
    await answered(story, "digest", COUNSEL)
    digest = await story.reads("digest:1", "supply", "2 changes to review")
    assert offered(digest) == {"review_all"}
    dialog = await story.open_dialog(digest, "review_all")
    assert (await story.slack.person(REVIEWER).submit(dialog, {})).ok
    assert await story.submitted() == [(True, ""), (True, "")]
    assert len(story.messages("digest:1")) == 1


@given(APPROVAL_WINDOW_S="4", SUBMIT_MARGIN_S="2")
async def test_what_lapsed_is_asked_again_from_the_digest(story: Story):
    """Two edits that nobody answered: one button starts both anew, and a second press finds nothing left."""
    for count in (1, 2):
        await story.edit(ONE)
        await (await story.one_of(count)).shows("round:1", "Lapsed")
    await answered(story, "digest")
    digest = await story.reads("digest:1", "Ask all again")
    await story.press(digest, "ask_all_again")
    await story.told(REVIEWER, "2 edits", "asked again")
    await story.superdocs.until(lambda: len(story.superdocs.jobs) == 4)
    await story.press(digest, "ask_all_again", COUNSEL)
    await story.told(COUNSEL, "Nothing is left to ask again")


@pytest.mark.parametrize("words", ["help", "hlep", "approve 1"])
async def test_unknown_words_get_the_help(story: Story, words: str):
    """Every command is named, privately."""
    help_ = said(await answered(story, words))
    assert {
        word for word in ("edit", "pending", "digest", "help") if f"/superdocs {word}" not in help_
    } == set()


# Other programs.


@given(RELAY_API_TOKEN=TOKEN)
async def test_a_program_hands_over_and_hears_what_became_of_it(story: Story, environment):
    """Over HTTP: taken once however often it is handed over, reviewed like any edit, and told from request to result."""
    job_id = await started_elsewhere(environment)
    wanted = {
        "job_id": job_id,
        "session_id": "nightly-build",
        "document": "Supply agreement",
        "requester": REQUESTER,
    }
    for _ in range(2):
        status, taken = await called(environment, "POST", "/v1/watch", json=wanted)
        assert status == 202, taken
        assert (taken["job_id"], taken["channel"]) == (job_id, story.channel)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    assert await story.submitted() == [(True, "")]
    await story.shows("job", "Applied 1 of 1")
    status, report = await called(environment, "GET", f"/v1/watch/{job_id}")
    assert (status, report["state"]) == (200, "completed")
    assert [change["decided_by"] for held in report["rounds"] for change in held["changes"]] == [[REVIEWER]]
    assert len(story.messages("job")) == 1
    status, problem = await called(environment, "GET", "/v1/watch/unknown")
    assert (status, problem["code"]) == (404, "unknown_job")


async def test_the_command_line_hands_over(story: Story, environment):
    """Beside the relay that runs, by its settings; a job that SuperDocs does not know is refused in one line."""
    job_id = await started_elsewhere(environment)
    asked = ("watch", job_id, "--session", "nightly-build", "--channel", "#legal-review")
    assert await shell(environment, *asked) == (0, f"{job_id} is reviewed in {story.channel}.\n", "")
    await story.shows("round:1", "decide by")
    assert await shell(environment, *asked) == (0, f"{job_id} is reviewed in {story.channel} already.\n", "")
    code, out, errors = await shell(environment, "watch", "job_unknown", "--session", "s")
    assert (code, out, errors.count("\n")) == (1, "", 1)


@pytest.mark.mode("socket")
@given(ADOPT_JOBS="true")
async def test_what_nobody_handed_over_is_adopted(sandbox, environment):
    """A job that waits when the relay looks gets its card; the relay's own edits are not taken a second time."""
    story = Story(sandbox)
    await started_elsewhere(environment)
    await story.waits()
    async with running(environment):
        await story.open_cards(1)
        await story.press("round:1", "deny")
        assert await story.submitted() == [(False, "")]
        assert len(story.messages("job")) == 1


@pytest.mark.mode("socket")
async def test_what_waits_is_listed_for_a_shell(story: Story, environment):
    """A table for people, CSV and JSON for programs; both at once is a wrong argument."""
    assert "Nothing" in (await shell(environment, "pending"))[1]
    await story.edit(TWO)
    await story.open_cards(2)
    assert "supply.html" in (await shell(environment, "pending"))[1]
    (row,) = json.loads((await shell(environment, "pending", "--json"))[1])
    assert (row["document"], row["changes"]) == ("supply.html", [1, 2])
    (row,) = csv.DictReader(io.StringIO((await shell(environment, "pending", "--csv"))[1]))
    assert row["document"] == "supply.html"
    code, out, errors = await shell(environment, "pending", "--json", "--csv")
    assert (code, out, errors.count("\n")) == (2, "", 1)


# Running it.


async def test_who_supervises_sees_how_it_stands(story: Story, environment):
    """It lives, it is ready, and its numbers say what was decided; a worker without a port shows none of that."""
    await story.edit(ONE)
    await story.open_cards(1)
    url = f"http://127.0.0.1:{environment['PORT']}"
    async with aiohttp.ClientSession() as session:
        for path in ("/healthz", "/readyz"):
            async with session.get(url + path) as answer:
                assert answer.status == 200, await answer.text()
        async with session.get(f"{url}/metrics") as answer:
            metrics = await answer.text()
    assert "superdocs_relay_open_rounds 1.0" in metrics
    assert "supply" not in metrics


@pytest.mark.mode("http")
async def test_what_is_forged_is_refused_without_a_word(story: Story, environment, relay):
    """With another secret, or replayed when its time is over: 401, and nothing of it in the log."""
    address = f"http://127.0.0.1:{environment['PORT']}/slack/events"
    story.slack.listen_http(address, "another secret")
    person = story.slack.person(REQUESTER)
    assert (await person.slash(story.channel, "edit Quokka")).error == "dispatch_failed"
    async with aiohttp.ClientSession() as session, session.post(address, data="Quokka") as answer:
        assert (answer.status, await answer.text()) == (401, "")
    assert relay.told("request.refused")
    assert "Quokka" not in relay.said
    story.slack.listen_http(address)
    assert await story.slack.verify_url()


async def test_a_worker_that_is_told_to_stop_drains(sandbox, environment):
    """Told to stop with its hands full, it ends within ten seconds; another worker takes all of it up."""
    story = Story(sandbox)
    relay = await launch(environment)
    story.superdocs.behaviour.work_s = 6
    await story.edit(ONE)
    await story.superdocs.calls.wait_for("stream")
    async with running(beside(environment)):
        async with asyncio.timeout(DRAINED_WITHIN_S):
            assert await relay.stop() == 0
        await story.shows("round:1", "decide by")
    assert '"level": "error"' not in relay.said
    assert len(story.messages("round:1")) == 1


@pytest.mark.mode("socket")
async def test_a_store_that_hangs_keeps_no_relay_alive(environment):
    """It takes calls and answers none: told to stop, the relay ends all the same, within ten seconds."""
    async with Redis.from_url(environment["REDIS_URL"]) as store:
        pid = (await store.info("server"))["process_id"]
    relay = await launch(environment)
    os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(DRAINED_WITHIN_S):
            assert await relay.stop() == 1
    finally:
        os.kill(pid, signal.SIGCONT)
    assert relay.told("relay.not_drained")


@pytest.mark.mode("socket")
async def test_a_relay_that_still_starts_can_be_stopped(environment):
    """Whoever it waits for never answers: SIGTERM is heard at once."""
    async with silent() as (address, called):
        relay = spawn({**environment, "SLACK_API_URL": f"http://{address}/"})
        await called.wait()
        async with asyncio.timeout(DRAINED_WITHIN_S):
            assert await relay.stop() == 0


@asynccontextmanager
async def silent() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Listen on a port, take every call, and answer none; tell where, and when somebody has called."""
    called, writers = asyncio.Event(), list[asyncio.StreamWriter]()

    def take(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        called.set()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}", called
        for writer in writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
