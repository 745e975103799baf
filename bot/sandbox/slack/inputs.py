"""What inputs hold: empty, as the app prefilled them, as a person fills them; and what Slack checks before it sends.

Source: https://docs.slack.dev/reference/views (the state object)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.controls import controls
from bot.sandbox.slack.errors import ImpossibleActError
from bot.sandbox.slack.state.files import File

Json = dict[str, Any]
State = dict[str, dict[str, Json]]


@dataclass(frozen=True)
class Kind:
    """How one type of input keeps its value: under which key, and where the app prefills it."""

    key: str
    initial: str
    empty: Any = None
    shape: str = "plain"
    """`plain` values, `option` objects, a list of `options`, or `files`."""


TYPED = Kind("value", "initial_value")
KINDS: dict[str, Kind] = {
    "plain_text_input": TYPED,
    "email_text_input": TYPED,
    "url_text_input": TYPED,
    "number_input": TYPED,
    "rich_text_input": Kind("rich_text_value", "initial_value"),
    "static_select": Kind("selected_option", "initial_option", shape="option"),
    "external_select": Kind("selected_option", "initial_option", shape="option"),
    "radio_buttons": Kind("selected_option", "initial_option", shape="option"),
    "multi_static_select": Kind("selected_options", "initial_options", [], "options"),
    "multi_external_select": Kind("selected_options", "initial_options", [], "options"),
    "checkboxes": Kind("selected_options", "initial_options", [], "options"),
    "users_select": Kind("selected_user", "initial_user"),
    "multi_users_select": Kind("selected_users", "initial_users", []),
    "conversations_select": Kind("selected_conversation", "initial_conversation"),
    "multi_conversations_select": Kind("selected_conversations", "initial_conversations", []),
    "channels_select": Kind("selected_channel", "initial_channel"),
    "multi_channels_select": Kind("selected_channels", "initial_channels", []),
    "datepicker": Kind("selected_date", "initial_date"),
    "timepicker": Kind("selected_time", "initial_time"),
    "datetimepicker": Kind("selected_date_time", "initial_date_time"),
    "file_input": Kind("files", "", [], "files"),
}

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def initial_state(blocks: list[Json]) -> State:
    """Give the state of untouched blocks: what the app prefilled, and nothing elsewhere."""
    state: State = {}
    for block, element in controls(blocks):
        kind = KINDS.get(element["type"])
        if kind:
            value = element.get(kind.initial, kind.empty)
            state.setdefault(block["block_id"], {})[element["action_id"]] = {
                "type": element["type"],
                kind.key: value,
            }
    return state


def with_values(blocks: list[Json], state: State, values: dict[str, Any]) -> State:
    """Give the state after a person filled in some inputs.

    Args:
        blocks: The blocks with the inputs.
        state: What is in them so far.
        values: What goes into them, under the input's block_id or action_id: words, an option's value or a list
            of these, an id, a date, `File` objects. Or, as Slack writes it, `{action_id: {"type": …, …}}` under a
            block_id.

    Raises:
        ImpossibleActError: There is no such input, or it does not offer that option.
    """
    filled = {block: dict(actions) for block, actions in state.items()}
    for name, value in values.items():
        block, element = _input_named(blocks, name)
        entries = value if _is_state(value) else {element["action_id"]: entered(element, value)}
        filled[block["block_id"]] = {**filled.get(block["block_id"], {}), **entries}
    return filled


def entered(element: Json, value: Any) -> Json:
    """Give the state entry of one input into which a person put a value."""
    kind = KINDS[element["type"]]
    return {"type": element["type"], kind.key: _shaped(element, kind, value)}


def option_of(element: Json, value: str) -> Json:
    """Find the option with this value.

    Raises:
        ImpossibleActError: It is not offered.
    """
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    for option in element.get("options", []) + grouped:
        if option["value"] == value:
            return dict(option)
    raise ImpossibleActError(f"{element['action_id']} offers no option {value!r}")


def complaints(blocks: list[Json], state: State) -> dict[str, str]:
    """Give what Slack itself tells a person before it sends a form: a sentence for each field that is not right."""
    found = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            entry = state.get(block["block_id"], {}).get(element["action_id"], {})
            complaint = _complaint(
                element, entry.get(KINDS[element["type"]].key), optional=block.get("optional", False)
            )
            if complaint:
                found[block["block_id"]] = complaint
    return found


def _is_state(value: Any) -> bool:
    """Say whether a value is what Slack writes under a block_id: action_id → an entry with its type."""
    return isinstance(value, dict) and all(isinstance(one, dict) and "type" in one for one in value.values())


def _input_named(blocks: list[Json], name: str) -> tuple[Json, Json]:
    for block, element in controls(blocks):
        if element["type"] in KINDS and name in (block["block_id"], element["action_id"]):
            return block, element
    raise ImpossibleActError(f"there is no input {name!r}")


def _shaped(element: Json, kind: Kind, value: Any) -> Any:
    """Give a value the shape that the state has for this kind of input."""
    if kind.shape == "option" and isinstance(value, str):
        return option_of(element, value)
    if kind.shape == "options":
        return [option_of(element, one) if isinstance(one, str) else one for one in value]
    if kind.shape == "files":
        return [one.payload() if isinstance(one, File) else one for one in value]
    if element["type"] == "rich_text_input" and isinstance(value, str):
        return {"type": "rich_text", "elements": [_paragraph(value)]}
    return value


def _paragraph(text: str) -> Json:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}


def _complaint(element: Json, value: Any, *, optional: bool) -> str | None:
    """Say what is wrong with one field, or None."""
    if value in (None, "", []):
        return None if optional else "Please complete this required field."
    if element["type"] == "file_input":
        return _file_complaint(element, value)
    if element["type"] == "number_input":
        return _number_complaint(element, value)
    return _text_complaint(element, value) if isinstance(value, str) else None


def _text_complaint(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if element["type"] == "plain_text_input" and len(value) < least:
        return f"This field needs at least {least} characters."
    if element["type"] == "plain_text_input" and len(value) > most:
        return f"This field takes at most {most} characters."
    if element["type"] == "email_text_input" and not EMAIL.fullmatch(value):
        return "Please enter an email address."
    if element["type"] == "url_text_input" and not URL.fullmatch(value):
        return "Please enter a full web address."
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    if not NUMBER.fullmatch(value) or ("." in value and not element["is_decimal_allowed"]):
        return "Please enter a number."
    least, most = element.get("min_value"), element.get("max_value")
    if (least and float(value) < float(least)) or (most and float(value) > float(most)):
        return "Please enter a number within the limits."
    return None


def _file_complaint(element: Json, files: list[Json]) -> str | None:
    wanted = element.get("filetypes")
    if len(files) > element.get("max_files", 10):
        return "Too many files."
    if wanted and any(file["name"].rpartition(".")[2].lower() not in wanted for file in files):
        return "This file type is not allowed."
    return None
