"""Each limit of Block Kit, at its number and one beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.slack.validate import message_problems, view_problems

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Build = "Callable[[int], Json]"


def plain(words: str) -> Json:
    """Give a plain_text object."""
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    """Give a mrkdwn object."""
    return {"type": "mrkdwn", "text": words}


def button(**more: Any) -> Json:
    """Give a button."""
    return {"type": "button", "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    """Give an actions block."""
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    """Give a section."""
    return {"type": "section", "text": mrkdwn("x"), **more}


def option(number: int = 0, **more: Any) -> Json:
    """Give an option with a value of its own."""
    return {"text": plain(f"option {number}"), "value": f"v{number}", **more}


def options(count: int) -> list[Json]:
    """Give so many options."""
    return [option(number) for number in range(count)]


def confirm(**more: Any) -> Json:
    """Give a button that asks again."""
    words = {"title": plain("t"), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}
    return actions(button(confirm={**words, **more}))


def image(**more: Any) -> Json:
    """Give an image block."""
    return {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "i", **more}


def select(**more: Any) -> Json:
    """Give an actions block with a select."""
    return actions({"type": "static_select", "options": options(1), **more})


def field(element: Json, **more: Any) -> Json:
    """Give an input block."""
    return {"type": "input", "label": plain("l"), "element": element, **more}


def typing(**more: Any) -> Json:
    """Give an input block to type into."""
    return field({"type": "plain_text_input", **more})


def rich(*elements: Json) -> Json:
    """Give a rich_text block."""
    return {"type": "rich_text", "elements": list(elements)}


def listed(**more: Any) -> Json:
    """Give a rich_text block with a list."""
    one = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    return rich({"type": "rich_text_list", "style": "bullet", "elements": [one], **more})


def cell(words: str = "x") -> Json:
    """Give a table's cell."""
    return {"type": "raw_text", "text": words}


def table(rows: list[list[Json]], **more: Any) -> Json:
    """Give a table."""
    return {"type": "table", "rows": rows, **more}


def data_table(rows: list[list[Json]], **more: Any) -> Json:
    """Give a data table."""
    return {"type": "data_table", "caption": "c", "rows": rows, **more}


MESSAGE: dict[str, tuple[int, Callable[[int], Json]]] = {
    "section text": (3000, lambda n: section(text=mrkdwn("x" * n))),
    "section fields": (10, lambda n: section(fields=[plain("x")] * n)),
    "section field": (2000, lambda n: section(fields=[plain("x" * n)])),
    "block_id": (255, lambda n: section(block_id="x" * n)),
    "action_id": (255, lambda n: actions(button(action_id="x" * n))),
    "header": (150, lambda n: {"type": "header", "text": plain("x" * n)}),
    "context elements": (10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}),
    "actions elements": (25, lambda n: actions(*[button()] * n)),
    "markdown": (12_000, lambda n: {"type": "markdown", "text": "x" * n}),
    "button text": (75, lambda n: actions(button(text=plain("x" * n)))),
    "button value": (2000, lambda n: actions(button(value="x" * n))),
    "button url": (3000, lambda n: actions(button(url="x" * n))),
    "button label": (75, lambda n: actions(button(accessibility_label="x" * n))),
    "confirm title": (100, lambda n: confirm(title=plain("x" * n))),
    "confirm text": (300, lambda n: confirm(text=mrkdwn("x" * n))),
    "confirm yes": (30, lambda n: confirm(confirm=plain("x" * n))),
    "confirm no": (30, lambda n: confirm(deny=plain("x" * n))),
    "option text": (75, lambda n: select(options=[option(text=plain("x" * n))])),
    "option value": (150, lambda n: select(options=[option(value="x" * n)])),
    "option description": (75, lambda n: select(options=[option(description=plain("x" * n))])),
    "select options": (100, lambda n: select(options=options(n))),
    "select groups": (
        100,
        lambda n: actions(
            {"type": "static_select", "option_groups": [{"label": plain("g"), "options": options(1)}] * n}
        ),
    ),
    "group label": (
        75,
        lambda n: actions(
            {"type": "static_select", "option_groups": [{"label": plain("x" * n), "options": options(1)}]}
        ),
    ),
    "select placeholder": (150, lambda n: select(placeholder=plain("x" * n))),
    "overflow options": (5, lambda n: actions({"type": "overflow", "options": options(n)})),
    "checkboxes": (10, lambda n: actions({"type": "checkboxes", "options": options(n)})),
    "radio buttons": (10, lambda n: actions({"type": "radio_buttons", "options": options(n)})),
    "image url": (3000, lambda n: image(image_url="x" * n)),
    "image alt": (2000, lambda n: image(alt_text="x" * n)),
    "image title": (2000, lambda n: image(title=plain("x" * n))),
    "input label": (2000, lambda n: typing() | {"label": plain("x" * n)}),
    "input hint": (2000, lambda n: typing() | {"hint": plain("x" * n)}),
    "input placeholder": (150, lambda n: typing(placeholder=plain("x" * n))),
    "input max_length": (3000, lambda n: typing(max_length=n)),
    "input initial value": (7, lambda n: typing(max_length=7, initial_value="x" * n)),
    "list indent": (8, lambda n: listed(indent=n)),
    "list border": (1, lambda n: listed(border=n)),
    "table rows": (100, lambda n: table([[cell()]] * n)),
    "table columns": (20, lambda n: table([[cell()] * n])),
    "table settings": (20, lambda n: table([[cell()]], column_settings=[{"is_wrapped": True}] * n)),
    "table characters": (10_000, lambda n: table([[cell("x" * (n - 1)), cell()]])),
    "data table rows": (201, lambda n: data_table([[cell()]] * n)),
    "data table page": (100, lambda n: data_table([[cell()]] * 2, page_size=n)),
    "data table characters": (20_000, lambda n: data_table([[cell()], [cell("x" * (n - 1))]])),
    "card title": (150, lambda n: {"type": "card", "title": plain("x" * n)}),
    "card body": (200, lambda n: {"type": "card", "body": mrkdwn("x" * n)}),
    "card buttons": (3, lambda n: {"type": "card", "actions": [button()] * n}),
    "carousel": (10, lambda n: {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * n}),
    "container": (10, lambda n: {"type": "container", "child_blocks": [{"type": "divider"}] * n}),
    "container title": (
        150,
        lambda n: {"type": "container", "title": plain("x" * n), "child_blocks": [{"type": "divider"}]},
    ),
}


def modal(**more: Any) -> Json:
    """Give a dialog."""
    return {"type": "modal", "title": plain("t"), "blocks": [{"type": "divider"}], **more}


def in_modal(block: Json) -> Json:
    """Give a dialog with one block that can be sent."""
    return modal(blocks=[block], submit=plain("s"))


VIEW: dict[str, tuple[int, Callable[[int], Json]]] = {
    "title": (24, lambda n: modal(title=plain("x" * n))),
    "submit": (24, lambda n: modal(submit=plain("x" * n))),
    "close": (24, lambda n: modal(close=plain("x" * n))),
    "callback_id": (255, lambda n: modal(callback_id="x" * n)),
    "external_id": (255, lambda n: modal(external_id="x" * n)),
    "private_metadata": (3000, lambda n: modal(private_metadata="x" * n)),
    "blocks": (100, lambda n: modal(blocks=[{"type": "divider"}] * n)),
    "home blocks": (100, lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}),
    "files": (10, lambda n: in_modal(field({"type": "file_input", "max_files": n}))),
    "alert": (200, lambda n: modal(blocks=[{"type": "alert", "text": mrkdwn("x" * n)}])),
}


@pytest.mark.parametrize("name", MESSAGE)
def test_in_messages(name: str) -> None:
    """A message's block may go up to its limit and no further."""
    most, build = MESSAGE[name]
    assert message_problems([build(most)]) == []
    assert message_problems([build(most + 1)]) != []


@pytest.mark.parametrize("name", VIEW)
def test_in_views(name: str) -> None:
    """A view may go up to its limit and no further."""
    most, build = VIEW[name]
    assert view_problems(build(most)) == []
    assert view_problems(build(most + 1)) != []


def test_blocks_of_a_message() -> None:
    """A message has at most fifty blocks."""
    assert message_problems([{"type": "divider"}] * 50) == []
    assert [one.line() for one in message_problems([{"type": "divider"}] * 51)] == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]


def test_code_points() -> None:
    """Lengths are counted in code points, whatever their bytes."""
    assert message_problems([{"type": "header", "text": plain("😀" * 150)}]) == []
    assert message_problems([{"type": "header", "text": plain("😀" * 151)}]) != []


def test_markdown_together() -> None:
    """The markdown blocks of a message share one limit."""
    halves = [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6000}]
    assert message_problems(halves) == []
    assert message_problems([*halves, {"type": "markdown", "text": "x"}]) != []


@pytest.mark.parametrize("name", ["overflow", "checkboxes", "radio_buttons", "static_select"])
def test_no_options(name: str) -> None:
    """A menu without options is none."""
    assert message_problems([actions({"type": name, "options": []})]) != []
