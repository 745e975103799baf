"""What people type, and what becomes of it."""

from __future__ import annotations

import pytest

from bot.sandbox.slack.people import writing
from bot.sandbox.slack.state.workspace import Workspace

CASES = {
    "plain words": "plain words",
    "a < b & c > d": "a &lt; b &amp; c &gt; d",
    "@bob": "<@U0REV>",
    "hi @bob, @nobody": "hi <@U0REV>, @nobody",
    "<@U0REV> and <@U0NONE>": "<@U0REV> and &lt;@U0NONE&gt;",
    "mail me@bob.example": "mail me@bob.example",
    "in #general": "in <#C0GENERAL>",
    "issue #7": "issue #7",
    "see https://a.example/x?y=1&z=2.": "see <https://a.example/x?y=1&z=2>.",
    "&amp;": "&amp;amp;",
    "": "",
}


@pytest.fixture
def workspace() -> Workspace:
    """Give a workspace with its people and channels."""
    return Workspace()


@pytest.mark.parametrize("text", CASES)
def test_typed(workspace: Workspace, text: str) -> None:
    """Names become mentions, links are marked, and the rest is escaped."""
    assert writing.stored_text(writing.typed(workspace, text)) == CASES[text]


@pytest.mark.parametrize(
    "wire", ["a &lt; b &amp; c", "<@U0REV> &lt;@U0REV&gt;".replace("&lt;@U0REV&gt;", "x"), "<#C0GENERAL>"]
)
def test_on_the_wire(workspace: Workspace, wire: str) -> None:
    """What a client has marked and escaped comes out as it went in."""
    assert writing.stored_text(writing.on_wire(workspace, wire)) == wire


def test_commands(workspace: Workspace) -> None:
    """A command gets ids with names, or what was typed, as its app asked."""
    written = writing.typed(workspace, "tell @bob in #general <now>")
    assert writing.command_text(workspace, written, should_escape=True) == (
        "tell <@U0REV|bob> in <#C0GENERAL|general> &lt;now&gt;"
    )
    assert (
        writing.command_text(workspace, written, should_escape=False) == "tell @bob in #general &lt;now&gt;"
    )


def test_blocks(workspace: Workspace) -> None:
    """A typed message has the rich_text block that Slack's composer makes."""
    block = writing.as_blocks(writing.typed(workspace, "hi @bob"))[0]
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "hi "},
        {"type": "user", "user_id": "U0REV"},
    ]
    assert writing.as_blocks([]) == []
