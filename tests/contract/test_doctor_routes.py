"""The doctor on routes, over the wire: each name that does not work is found, with what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot import config
from bot.core.routefile import parse
from bot.core.schedule import Schedule
from bot.doctor import digest
from bot.doctor.finding import State
from bot.doctor.routes import examine
from bot.doctor.slack import examine as examine_slack
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.state.users import User

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.doctor.finding import Findings

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Give a Slack that grants what the manifest asks for."""
    async with Sandbox() as sandbox:
        sandbox.slack.install(yaml.safe_load(MANIFEST.read_text()))
        yield sandbox


async def examined(sandbox: Sandbox, keys: str) -> Findings:
    """Examine a file of one route."""
    async with aiohttp.ClientSession() as session:
        url = f"{sandbox.url}/slack/api/"
        client = AsyncWebClient(sandbox.slack.app.bot_token, base_url=url, session=session, retry_handlers=[])
        return await examine(client, "T0SANDBOX", parse(f"[[route]]\n{keys}\n", Schedule()))


async def test_where_every_name_means_something_that_is_said(sandbox: Sandbox):
    """Names and ids of channels, people and groups; who is only mentioned may be a guest."""
    keys = (
        'channel = "#legal-review"\nreviewers = ["@carol", "@legal", "U0REV", "S0LEGAL"]\nmention = ["@gus"]'
    )
    (found,) = await examined(sandbox, keys)
    assert (found.state, found.found) == (State.OK, "1 route; every name in it means something")


def shared(sandbox: Sandbox) -> None:
    """Let somebody else call themselves what a reviewer is called."""
    sandbox.slack.people["U0MALLORY"] = User("U0MALLORY", "Carol", "Mallory")


def forbidden(sandbox: Sandbox) -> None:
    """Take back the scope that groups need."""
    sandbox.slack.app.scopes.discard("usergroups:read")


def nothing(_sandbox: Sandbox) -> None:
    """Break nothing: the name itself is wrong."""


@pytest.mark.parametrize(
    ("break_it", "keys", "words", "cure"),
    [
        (nothing, 'channel = "#nowhere"', "#nowhere means nothing", "/invite @SuperDocs"),
        (nothing, 'match = { channel = "#nowhere" }', "#nowhere means nothing", "/invite @SuperDocs"),
        (nothing, 'channel = "#general"', "cannot post in #general (C0GENERAL)", "/invite @SuperDocs"),
        (nothing, 'channel = "C0NOWHERE"', "cannot post in C0NOWHERE", "or name another"),
        (nothing, 'reviewers = ["@nobody"]', "@nobody means nothing", "Copy member ID"),
        (nothing, 'mention = ["@nobody"]', "@nobody means nothing", "Copy member ID"),
        (nothing, 'reviewers = ["U0NOBODY"]', "U0NOBODY (U0NOBODY) may not decide", "Name somebody else"),
        (nothing, 'mention = ["U0NOBODY"]', "may not decide", "Name somebody else"),
        (nothing, 'reviewers = ["@gus"]', "@gus (U0GUEST) may not decide: Guests", "Name somebody else"),
        (nothing, 'reviewers = ["S0GONE"]', "nobody is in S0GONE", "Put people into the group"),
        (lambda s: s.slack.groups["S0LEGAL"].users.clear(), 'mention = ["@legal"]', "nobody is in @legal", "people"),
        (shared, 'reviewers = ["@carol"]', "@carol may mean U0CAROL or U0MALLORY", "Write the id"),
        (forbidden, 'reviewers = ["@carol"]', "cannot be looked up", "SLACK_BOT_TOKEN"),
        (forbidden, 'reviewers = ["S0LEGAL"]', "cannot be looked up", "its scopes"),
    ],
)  # fmt: skip
async def test_each_name_that_does_not_work_is_found_with_its_cure(
    sandbox: Sandbox, break_it: Callable[[Sandbox], object], keys: str, words: str, cure: str
):
    """As a fault of the file."""
    break_it(sandbox)
    (found,) = await examined(sandbox, keys)
    assert (found.name, found.state) == ("RELAY_CONFIG", State.FAULT)
    assert words in found.found
    assert cure in found.cure


async def test_every_fault_is_named(sandbox: Sandbox):
    """Not only the first."""
    found = await examined(sandbox, 'channel = "#nowhere"\nreviewers = ["@nobody", "@gus"]')
    assert [one.found.partition(" ")[0] for one in found] == ["#nowhere", "@nobody", "@gus"]


async def test_the_whole_look_at_slack_has_the_routes_in_it(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Where a file is named; and without a good token they are not looked at."""
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    (tmp_path / "routes.toml").write_text("[[route]]\n")
    given = {name.lower(): value for name, value in sandbox.environment().items()}
    settings = config.load(**given, relay_config=str(tmp_path / "routes.toml"))
    states = {one.name: one.state for one in await examine_slack(settings, 5)}
    assert states["RELAY_CONFIG"] is State.OK
    sandbox.slack.faults.add(Fault("auth.test", "error", error="token_revoked"))
    states = {one.name: one.state for one in await examine_slack(settings, 5)}
    assert states["RELAY_CONFIG"] is State.NOT_CHECKED
    without = config.load(**given)
    assert "RELAY_CONFIG" not in {one.name for one in await examine_slack(without, 5)}


def test_the_next_digest_of_each_channel_with_an_hour_of_its_own_is_named():
    """Beside the deployment's own."""
    text = '[[route]]\nchannel = "#legal"\ndigest = { at = "08:30" }\n'
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    (found,) = digest.of_channels(parse(text, Schedule()), noon)
    assert (found.name, found.state) == ("digest of #legal", State.OK)
    assert "Tuesday, 24 November 2026 at 08:30" in found.found
    assert digest.of_channels(None, noon) == ()
