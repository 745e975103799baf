"""Block elements: what can be pressed, chosen, filled in, or stands beside a text.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.validate.objects import (
    CONFIRM,
    DISPATCH,
    FILTER,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLACEHOLDER,
    RICH_OPTION,
    SLACK_FILE,
    URL,
    plain,
)
from bot.sandbox.slack.validate.rich_text import RICH_TEXT
from bot.sandbox.slack.validate.shapes import choice, flag, items, one_of, record, text, typed, variant, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sandbox.slack.validate.place import Place
    from bot.sandbox.slack.validate.shapes import Check

ACTION_ID = {"action_id": text(255)}
LABEL = {"accessibility_label": text(75)}
STYLE = {"style": choice("primary", "danger")}
ASKING = {"confirm": CONFIRM}
FOCUS = {"focus_on_load": flag}
HOLDER = {"placeholder": PLACEHOLDER}
IDS = items(text(255, 1), 100)
INPUT_TEXT = 3000


def matching(pattern: str, sentence: str) -> Check:
    """Want a string of a certain form."""
    form = re.compile(pattern)

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            place.fail(sentence)

    return check


DATE = matching(r"\d{4}-\d{2}-\d{2}", "must be a date YYYY-MM-DD")
TIME = matching(r"\d{2}:\d{2}", "must be a time HH:mm")
DECIMAL = matching(r"-?\d+(\.\d+)?", "must be a number as a string")


def _offered(value: Mapping[str, Any], place: Place) -> None:
    """Rule: what is chosen from the start is one of the options."""
    groups = value.get("option_groups", [])
    offered = value.get("options", []) + [option for group in groups for option in group["options"]]
    chosen = value.get("initial_options", []) + [one for one in (value.get("initial_option"),) if one]
    if any(option not in offered for option in chosen):
        place.fail("initial option must be one of the options")


def _fits(value: Mapping[str, Any], place: Place) -> None:
    """Rule: the prefilled text is no longer than the field takes, and the limits are in order."""
    if value.get("min_length", 0) > value.get("max_length", INPUT_TEXT):
        place.fail("min_length must not be greater than max_length")
    if len(value.get("initial_value", "")) > value.get("max_length", INPUT_TEXT):
        place.at("initial_value").fail(
            f"must be less than {value.get('max_length', INPUT_TEXT) + 1} characters"
        )


def _element(
    name: str, needs: Mapping[str, Check], *takes: Mapping[str, Check], rules: tuple[Check, ...] = ()
) -> Check:
    """Want an interactive element of one type."""
    optional = {key: check for some in takes for key, check in some.items()}
    return record(typed(name) | dict(needs), ACTION_ID | optional, *rules)


def _static(name: str, initial: Mapping[str, Check]) -> Check:
    """Want a select whose options the app lists."""
    lists = {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}
    return _element(
        name, {}, lists, initial, HOLDER, ASKING, FOCUS, rules=(one_of("options", "option_groups"), _offered)
    )


def _picking(name: str, *initial: Mapping[str, Check]) -> Check:
    """Want a select or picker whose choices Slack knows."""
    return _element(name, {}, HOLDER, ASKING, FOCUS, *initial)


def _typing(
    name: str, needs: Mapping[str, Check], *takes: Mapping[str, Check], rules: tuple[Check, ...] = ()
) -> Check:
    """Want a field that a person types into."""
    return _element(name, needs, HOLDER, FOCUS, {"dispatch_action_config": DISPATCH}, *takes, rules=rules)


MANY = {"max_selected_items": whole(1, 100)}
ONE_OPTION, MANY_OPTIONS = {"initial_option": OPTION}, {"initial_options": items(OPTION, 100)} | MANY
CONVERSING = {"default_to_current_conversation": flag, "filter": FILTER}
ANSWERING = {"response_url_enabled": flag}

IMAGE = record(
    typed("image") | {"alt_text": text(2000, 1)},
    {"image_url": text(URL, 1), "slack_file": SLACK_FILE},
    one_of("image_url", "slack_file"),
)
BUTTON = _element(
    "button", {"text": plain(75)}, {"url": text(URL), "value": text(2000)}, STYLE, ASKING, LABEL
)  # fmt: skip

SELECTS: dict[str, Check] = {
    "static_select": _static("static_select", ONE_OPTION),
    "multi_static_select": _static("multi_static_select", MANY_OPTIONS),
    "external_select": _picking(
        "external_select", {"initial_option": OPTION, "min_query_length": whole(0, 100)}
    ),
    "multi_external_select": _picking(
        "multi_external_select", MANY_OPTIONS, {"min_query_length": whole(0, 100)}
    ),
    "users_select": _picking("users_select", {"initial_user": text(255, 1)}),
    "multi_users_select": _picking("multi_users_select", {"initial_users": IDS}, MANY),
    "conversations_select": _picking(
        "conversations_select", {"initial_conversation": text(255, 1)}, CONVERSING, ANSWERING
    ),
    "multi_conversations_select": _picking(
        "multi_conversations_select", {"initial_conversations": IDS}, CONVERSING, MANY
    ),
    "channels_select": _picking("channels_select", {"initial_channel": text(255, 1)}, ANSWERING),
    "multi_channels_select": _picking("multi_channels_select", {"initial_channels": IDS}, MANY),
}
PICKERS: dict[str, Check] = {
    "datepicker": _picking("datepicker", {"initial_date": DATE}),
    "timepicker": _picking("timepicker", {"initial_time": TIME, "timezone": text(255)}),
    "datetimepicker": _element("datetimepicker", {}, {"initial_date_time": whole(10**9, 10**10 - 1)}, ASKING, FOCUS),
    "radio_buttons": _element(
        "radio_buttons", {"options": items(RICH_OPTION, 10)}, {"initial_option": RICH_OPTION}, ASKING, FOCUS,
        rules=(_offered,),
    ),
    "checkboxes": _element(
        "checkboxes", {"options": items(RICH_OPTION, 10)}, {"initial_options": items(RICH_OPTION, 10)}, ASKING,
        FOCUS, rules=(_offered,),
    ),
}  # fmt: skip
FIELDS: dict[str, Check] = {
    "plain_text_input": _typing(
        "plain_text_input",
        {},
        {
            "initial_value": text(INPUT_TEXT),
            "multiline": flag,
            "min_length": whole(0, INPUT_TEXT),
            "max_length": whole(1, INPUT_TEXT),
        },
        rules=(_fits,),
    ),
    "email_text_input": _typing("email_text_input", {}, {"initial_value": text(INPUT_TEXT)}),
    "url_text_input": _typing("url_text_input", {}, {"initial_value": text(INPUT_TEXT)}),
    "number_input": _typing(
        "number_input",
        {"is_decimal_allowed": flag},
        {"initial_value": DECIMAL, "min_value": DECIMAL, "max_value": DECIMAL},
    ),
    "rich_text_input": _typing("rich_text_input", {}, {"initial_value": RICH_TEXT}),
    "file_input": _element(
        "file_input", {}, {"filetypes": items(text(255, 1), 100), "max_files": whole(1, 10)}
    ),
}
WORKFLOW_BUTTON = _element(
    "workflow_button",
    {"text": plain(75), "workflow": record({"trigger": record({"url": text(URL, 1)}, {"customizable_input_parameters": items(
        record({"name": text(255, 1), "value": text(2000)}), 100)})})},
    STYLE,
    LABEL,
)  # fmt: skip
OVERFLOW = _element("overflow", {"options": items(OVERFLOW_OPTION, 5)}, ASKING)
FEEDBACK_CHOICE = record({"text": plain(75), "value": text(2000)}, LABEL)
FEEDBACK = _element(
    "feedback_buttons", {"positive_button": FEEDBACK_CHOICE, "negative_button": FEEDBACK_CHOICE}
)
ICON_BUTTON = _element(
    "icon_button",
    {"icon": choice("trash"), "text": plain(75)},
    {"value": text(2000), "visible_to_user_ids": items(text(255, 1), 10)},
    ASKING,
    LABEL,
)

PRESSABLE: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW, "workflow_button": WORKFLOW_BUTTON}
SURFACES = {
    "file_input": {"modal"},
    "email_text_input": {"modal"},
    "number_input": {"modal"},
    "url_text_input": {"modal"},
    "rich_text_input": {"modal", "home"},
    "datetimepicker": {"message", "modal"},
    "workflow_button": {"message"},
    "feedback_buttons": {"message"},
    "icon_button": {"message"},
}
"""Where an element may stand, if not everywhere."""


def elements(*kinds: Mapping[str, Check]) -> Check:
    """Want one of these elements, on a surface that takes it."""
    known = {name: check for some in kinds for name, check in some.items()}
    check_kind = variant(known)

    def check(value: Any, place: Place) -> None:
        name = value.get("type") if isinstance(value, dict) else None
        if name in known and place.surface not in SURFACES.get(name, {place.surface}):
            place.at("type").fail(
                f"{name} is not supported on this surface: {place.surface}", "unsupported_type"
            )
        else:
            check_kind(value, place)

    return check


ACCESSORY = elements(PRESSABLE, SELECTS, PICKERS, {"image": IMAGE})
ACTION = elements(PRESSABLE, SELECTS, PICKERS, {"rich_text_input": FIELDS["rich_text_input"]})
INPUT = elements(SELECTS, PICKERS, FIELDS)
CONTEXT_ACTION = elements({"feedback_buttons": FEEDBACK, "icon_button": ICON_BUTTON})
