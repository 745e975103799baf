"""Routes: a file says where edits are reviewed, by whom, and by how many; people meet its rules where they act."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.slack.state.channels import Channel
from tests.e2e.relay import COUNSEL, ONE, REQUESTER, REVIEWER, TWO, Story
from tests.e2e.test_team import shell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.sandbox.server import Sandbox

OPEN_CARD = {"approve", "deny", "deny_with_feedback"}
BOARD = "C0BOARD"


def routed(text: str) -> pytest.MarkDecorator:
    """Run a story's relay with these routes."""
    return pytest.mark.parametrize("routes", [text], ids=[""])


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path, routes: str) -> dict[str, str]:
    """Write the file, and give the workspace one more channel, `#board`."""
    sandbox.slack.channels[BOARD] = Channel(BOARD, "board", [REQUESTER, REVIEWER, COUNSEL, "U0RELAY"])
    file = tmp_path / "routes.toml"
    file.write_text(routes)
    return {"RELAY_CONFIG": str(file)}


@routed("[[route]]\napprovals = 2\n")
async def test_two_people_must_approve(story: Story):
    """The card counts them; the same person twice is one; the second one's press sends it."""
    await story.edit(ONE)
    await story.shows("round:1", "2 people must approve", "decide by")
    await story.press("round:1", "approve", REVIEWER)
    await story.shows("round:1", "1 of 2 approvals", f"<@{REVIEWER}>")
    await story.press("round:1", "approve", REVIEWER)
    await story.told(REVIEWER, "You have approved change 1 already")
    assert story.superdocs.approvals == []
    await story.press("round:1", "approve", COUNSEL)
    assert await story.submitted() == [(True, "")]
    await story.shows("round:1", "Approved by", f"<@{REVIEWER}>", f"<@{COUNSEL}>")


@routed("[[route]]\napprovals = 2\n")
async def test_the_first_of_two_takes_it_back_and_one_denial_denies(story: Story):
    """What was taken back counts no more; however many must approve, one no is enough."""
    await story.edit(ONE)
    await story.shows("round:1", "decide by")
    await story.press("round:1", "approve", REVIEWER)
    await story.shows("round:1", "1 of 2 approvals")
    await story.press("round:1", "undo", REVIEWER)
    await story.shows("round:1", "2 people must approve")
    await story.press("round:1", "approve", COUNSEL)
    await story.shows("round:1", "1 of 2 approvals", f"<@{COUNSEL}>")
    await story.press("round:1", "deny", REVIEWER)
    assert await story.submitted() == [(False, "")]


@routed('[[route]]\nreviewers = ["@legal"]\n')
async def test_the_members_of_a_group_decide(story: Story):
    """Named by its handle; who is in it counts when somebody presses, and others hear that they are not."""
    story.slack.groups["S0LEGAL"].users.remove(COUNSEL)
    await story.edit(ONE)
    await story.shows("round:1", "decide by")
    await story.press("round:1", "approve", COUNSEL)
    await story.told(COUNSEL, "Only the reviewers named for this edit may decide it")
    await story.press("round:1", "approve", REQUESTER)
    await story.told(REQUESTER, "you are not one of them")
    assert story.superdocs.approvals == []
    await story.press("round:1", "approve", REVIEWER)
    assert await story.submitted() == [(True, "")]


@routed("[[route]]\nown_edits = false\n")
async def test_whoever_asked_does_not_approve(story: Story):
    """They may deny; and they cannot have it applied without a review instead."""
    await story.edit(ONE)
    await story.shows("round:1", "decide by")
    await story.press("round:1", "approve", REQUESTER)
    await story.told(REQUESTER, "somebody else must approve it")
    await story.deny_with("round:1", "45 days", REQUESTER)
    assert await story.submitted() == [(False, "45 days")]
    await story.shows("round:2", "decide by")
    await story.press("round:2", "approve", REVIEWER)
    assert await story.submitted(2) == [(True, "")]


@routed(f'[[route]]\nmention = ["S0LEGAL", "{COUNSEL}"]\n')
async def test_whom_a_route_mentions_is_called_once_in_the_round_s_message(story: Story):
    """Apart from who may decide: every member of the channel still does."""
    await story.edit(TWO)
    await story.open_cards(2)
    groups = [
        element for element in _elements(story.message("round:1").blocks) if element["type"] == "usergroup"
    ]
    assert [element["usergroup_id"] for element in groups] == ["S0LEGAL"]
    assert f"<@{COUNSEL}>" in story.says("round:1")
    assert "For" not in story.says("card:1").split("Change 1")[0]
    assert not [
        element for element in _elements(story.message("card:1").blocks) if element["type"] == "usergroup"
    ]
    await story.press("card:1", "approve", REVIEWER)
    await story.press("card:2", "approve", REVIEWER)
    assert await story.submitted() == [(True, ""), (True, "")]


@routed(
    '[[route]]\nmatch = { document = "supply*" }\nchannel = "#board"\nreviewers = ["@carol"]\n\n[[route]]\n'
)
async def test_a_document_is_reviewed_in_its_route_s_channel(story: Story):
    """Whoever asked somewhere else is told where it goes on."""
    await story.edit(ONE)
    board = Story(story.sandbox, channel=BOARD)
    await board.shows("round:1", "decide by")
    await story.told(REQUESTER, "This edit is reviewed in")
    assert story.messages("round:1") == []
    await board.press("round:1", "approve", COUNSEL)
    assert await board.submitted() == [(True, "")]


@routed('[[route]]\nmatch = { document = "contract*" }\n')
async def test_what_no_route_is_for_does_not_start(story: Story):
    """The dialog stays open and says so."""
    person = story.slack.person(REQUESTER)
    shown = await person.slash(story.channel, "edit")
    assert shown.dialog is not None
    file = await person.upload("supply.html", b"<p>30 days</p>")
    sent = await person.submit(shown.dialog, {"document": [file], "instruction": ONE})
    assert not sent.ok
    assert "No route of the relay is for this edit" in str(sent)
    assert story.superdocs.jobs == {}


@routed('[[route]]\nreviewers = ["@nobody-here"]\n\n')
async def test_a_name_that_means_nothing_closes_its_route(story: Story, relay):
    """The relay runs, the log names the route, and no edit starts under it."""
    assert relay.told("route.closed")
    person = story.slack.person(REQUESTER)
    shown = await person.slash(story.channel, "edit")
    assert shown.dialog is not None
    file = await person.upload("supply.html", b"<p>30 days</p>")
    sent = await person.submit(shown.dialog, {"document": [file], "instruction": ONE})
    assert "@nobody-here" in str(sent)
    assert story.superdocs.jobs == {}


def _elements(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List the elements of rich text."""
    sections = (part for block in blocks if block["type"] == "rich_text" for part in block["elements"])
    return [element for part in sections for element in part["elements"]]


@pytest.mark.mode("socket")
@routed('[[route]]\nmatch = { channel = "#board" }\n\n[[route]]\napprovals = 2\n')
async def test_what_was_decided_is_counted_by_route(story: Story, environment: Mapping[str, str]):
    """Each by its place in the file, although a channel is only named in it."""
    await story.edit(ONE)
    await story.shows("round:1", "decide by")
    code, out, errors = await shell(environment, "stats", "--json")
    assert (code, errors) == (0, "")
    assert [(one["route"], one["open"]) for one in json.loads(out)["routes"]] == [(2, 1)]
    assert "2: everything else" in (await shell(environment, "stats"))[1]
