"""What has the wrong shape is refused: unknown types, keys and styles, missing fields, the wrong surface."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.slack.validate import message_problems, view_problems
from bot.sandbox.slack.validate.totals import characters, weight

Json = dict[str, Any]
X = {"type": "plain_text", "text": "x"}
DIVIDER = {"type": "divider"}
BUTTON = {"type": "button", "text": X, "action_id": "a"}
OPTION = {"text": X, "value": "v"}
CELL = {"type": "raw_text", "text": "a"}


def inline(*elements: Json) -> list[Json]:
    """Give a rich_text block with one section."""
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}]


def actions(*elements: Json) -> list[Json]:
    """Give an actions block."""
    return [{"type": "actions", "elements": list(elements)}]


def modal(*blocks: Json, **more: Any) -> Json:
    """Give a dialog."""
    return {"type": "modal", "title": X, "blocks": list(blocks), **more}


def field(kind: str, **more: Any) -> Json:
    """Give an input block."""
    return {"type": "input", "label": X, "element": {"type": kind, "action_id": "a", **more}}


BAD: dict[str, tuple[list[Json], str]] = {
    "no block": ([1], "must be an object [json-pointer:/blocks/0]"),  # type: ignore[list-item] # That is the point.
    "no type": ([{}], "missing required field: type [json-pointer:/blocks/0]"),
    "unknown block": ([{"type": "poem"}], "unsupported type: poem [json-pointer:/blocks/0/type]"),
    "file": ([{"type": "file"}], "unsupported type: file [json-pointer:/blocks/0/type]"),
    "unknown key": (
        [{**DIVIDER, "colour": "red"}],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "empty section": (
        [{"type": "section"}],
        "must define either `text` or `fields` [json-pointer:/blocks/0]",
    ),
    "empty text": (
        [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}],
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "mrkdwn header": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "must be one of: plain_text [json-pointer:/blocks/0/text/type]",
    ),
    "button style": (
        actions({**BUTTON, "style": "green"}),
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    "button value": (
        actions({**BUTTON, "value": 7}),
        "must be a string [json-pointer:/blocks/0/elements/0/value]",
    ),
    "same action_id": (
        actions(BUTTON, BUTTON),
        "`action_id` a already exists [json-pointer:/blocks/0/elements/1/action_id]",
    ),
    "same block_id": (
        [{**DIVIDER, "block_id": "b"}] * 2,
        "`block_id` b already exists [json-pointer:/blocks/1/block_id]",
    ),
    "no elements": (
        actions(),
        "must have at least 1 items [json-pointer:/blocks/0/elements]",
    ),
    "style of text": (
        inline({"type": "text", "text": "x", "style": {"highlight": True}}),
        "invalid additional property: highlight [json-pointer:/blocks/0/elements/0/elements/0/style]",
    ),
    "style is no flag": (
        inline({"type": "text", "text": "x", "style": {"bold": "yes"}}),
        "must be a boolean [json-pointer:/blocks/0/elements/0/elements/0/style/bold]",
    ),
    "empty rich text": (
        inline({"type": "text", "text": ""}),
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    "unknown inline": (
        inline({"type": "blink", "text": "x"}),
        "unsupported type: blink [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    "options and groups": (
        actions(
            {
                "type": "static_select",
                "options": [OPTION],
                "option_groups": [{"label": X, "options": [OPTION]}],
            }
        ),
        "must define exactly one of: options, option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    "initial option": (
        actions({"type": "static_select", "options": [OPTION], "initial_option": {"text": X, "value": "w"}}),
        "initial option must be one of the options [json-pointer:/blocks/0/elements/0]",
    ),
    "two images": (
        [{"type": "image", "alt_text": "x", "image_url": "https://x", "slack_file": {"id": "F1"}}],
        "must define exactly one of: image_url, slack_file [json-pointer:/blocks/0]",
    ),
    "empty row": (
        [{"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "a"}], []]}],
        "must have at least 1 items [json-pointer:/blocks/0/rows/1]",
    ),
    "two plans": (
        [{"type": "plan", "title": "p"}] * 2,
        "no more than 1 plan blocks allowed [json-pointer:/blocks]",
    ),
    "pending task card": (
        [{"type": "task_card", "task_id": "1", "title": "t", "status": "pending"}],
        "must be one of: in_progress, complete, error [json-pointer:/blocks/0/status]",
    ),
    "container in container": (
        [{"type": "container", "child_blocks": [{"type": "container", "child_blocks": [DIVIDER]}]}],
        "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]",
    ),
    "two focused": (
        [
            {**field("plain_text_input", focus_on_load=True), "block_id": "a"},
            {**field("plain_text_input", focus_on_load=True), "block_id": "b"},
        ],
        "only one element may have focus_on_load [json-pointer:/blocks]",
    ),
    "limits the wrong way round": (
        [field("plain_text_input", min_length=5, max_length=4)],
        "min_length must not be greater than max_length [json-pointer:/blocks/0/element]",
    ),
    "no flag": (
        [{"type": "section", "text": X, "expand": "yes"}],
        "must be a boolean [json-pointer:/blocks/0/expand]",
    ),
    "no integer": (
        [field("plain_text_input", min_length=True)],
        "must be an integer [json-pointer:/blocks/0/element/min_length]",
    ),
    "no number": (
        [{"type": "table", "rows": [[{"type": "raw_number", "value": "7"}]]}],
        "must be a number [json-pointer:/blocks/0/rows/0/0/value]",
    ),
    "no array": (
        [{"type": "actions", "elements": "all"}],
        "must be an array [json-pointer:/blocks/0/elements]",
    ),
    "text is no object": (
        [{"type": "header", "text": "x"}],
        "must be an object [json-pointer:/blocks/0/text]",
    ),
    "colour": (
        inline({"type": "color", "value": "green"}),
        "must be a hex color [json-pointer:/blocks/0/elements/0/elements/0/value]",
    ),
    "empty filter": (
        actions({"type": "conversations_select", "filter": {}}),
        "must define at least one filter [json-pointer:/blocks/0/elements/0/filter]",
    ),
    "rich header row": (
        [
            {
                "type": "data_table",
                "caption": "c",
                "rows": [[inline()[0]], [{"type": "raw_text", "text": "a"}]],
            }
        ],
        "the header row must not hold rich_text [json-pointer:/blocks/0/rows/0]",
    ),
    "rows of different lengths": (
        [{"type": "data_table", "caption": "c", "rows": [[CELL], [CELL, CELL]]}],
        "all rows must have the same number of cells [json-pointer:/blocks/0/rows]",
    ),
    "date": (
        actions({"type": "datepicker", "initial_date": "22.11.2026"}),
        "must be a date YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_refused(name: str) -> None:
    """Each mistake is found where it stands and said in one line."""
    blocks, line = BAD[name]
    assert [one.line() for one in message_problems(blocks)] == [line]


MODAL_ONLY = ("file_input", "email_text_input", "number_input", "url_text_input")


class TestSurfaces:
    @pytest.mark.parametrize("kind", [*MODAL_ONLY, "rich_text_input"])
    def test_inputs_of_dialogs(self, kind: str) -> None:
        """Some inputs stand in dialogs only; rich text on the Home tab too."""
        block = field(kind, is_decimal_allowed=True) if kind == "number_input" else field(kind)
        assert view_problems(modal(block, submit=X)) == []
        assert message_problems([block]) != []
        assert (view_problems({"type": "home", "blocks": [block]}) == []) is (kind == "rich_text_input")

    @pytest.mark.parametrize(
        ("block", "places"),
        [
            ({"type": "markdown", "text": "x"}, {"message"}),
            ({"type": "alert", "text": X}, {"modal"}),
            ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}, {"message", "home"}),
            ({"type": "container", "child_blocks": [DIVIDER]}, {"message", "home"}),
            ({"type": "plan", "title": "x"}, {"message"}),
            ({"type": "card", "title": X}, {"message", "modal", "home"}),
            (inline({"type": "text", "text": "x"})[0], {"message", "modal", "home"}),
        ],
        ids=lambda value: value["type"] if isinstance(value, dict) else "",
    )
    def test_blocks(self, block: Json, places: set[str]) -> None:
        """Each block stands where the documents say, and nowhere else."""
        found = {
            "message": message_problems([block]),
            "modal": view_problems(modal(block)),
            "home": view_problems({"type": "home", "blocks": [block]}),
        }
        assert {name for name, problems in found.items() if not problems} == places


class TestViews:
    @pytest.mark.parametrize(
        ("view", "line"),
        [
            (1, "must be an object [json-pointer:/view]"),
            ({"type": "window"}, "unsupported type: window [json-pointer:/view/type]"),
            ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
            (modal(field("plain_text_input")), "missing required field: submit [json-pointer:/view]"),
            (modal(hash="x"), "invalid additional property: hash [json-pointer:/view]"),
            (modal(DIVIDER, {"type": "poem"}), "unsupported type: poem [json-pointer:/view/blocks/1/type]"),
            (
                {"type": "home", "blocks": [], "title": X},
                "invalid additional property: title [json-pointer:/view]",
            ),
        ],
    )
    def test_refused(self, view: Any, line: str) -> None:
        """A view's mistakes are found where they stand."""
        assert [one.line() for one in view_problems(view)] == [line]


def test_every_inline_element() -> None:
    """All inline elements that an app can send are taken, with every style."""
    style = {"bold": True, "italic": True, "strike": True, "underline": True, "code": True}
    elements: list[Json] = [
        {"type": "text", "text": "x", "style": style},
        {"type": "link", "url": "https://a.example", "text": "a", "style": style},
        {"type": "emoji", "name": "tada"},
        {"type": "user", "user_id": "U1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "team", "team_id": "T1"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1_800_000_000, "format": "{time}", "fallback": "soon"},
        {"type": "color", "value": "#00ff00"},
    ]
    quote = {"type": "rich_text_quote", "elements": elements, "border": 1}
    code = {"type": "rich_text_preformatted", "elements": elements[:2], "language": "diff"}
    one = {"type": "rich_text_section", "elements": elements}
    listed = {"type": "rich_text_list", "style": "ordered", "elements": [one], "indent": 1, "offset": 3}
    assert message_problems([{"type": "rich_text", "elements": [one, quote, code, listed]}]) == []


def test_what_counts() -> None:
    """All texts count against a message's total, wherever they stand; a bare link counts by its address."""
    assert characters([{"type": "header", "text": X}, *actions(BUTTON)]) == 2
    assert (
        characters(inline({"type": "text", "text": "abc"}, {"type": "link", "url": "https://a.example"}))
        == 20
    )
    assert characters(inline({"type": "link", "url": "https://a.example", "text": "ab"})) == 2
    assert weight([DIVIDER] * 3) == 300
