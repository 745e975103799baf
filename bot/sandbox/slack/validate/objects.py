"""Composition objects: texts, options, confirm dialogs.

Source: https://docs.slack.dev/reference/block-kit/composition-objects
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.validate.shapes import choice, flag, items, record, text, typed, variant

if TYPE_CHECKING:
    from bot.sandbox.slack.validate.place import Place
    from bot.sandbox.slack.validate.shapes import Check

TEXT = 3000
URL = 3000


def plain(most: int) -> Check:
    """Want a plain_text object of 1 to `most` characters."""
    return record(typed("plain_text") | {"text": text(most, 1)}, {"emoji": flag})


def mrkdwn(most: int) -> Check:
    """Want a mrkdwn object of 1 to `most` characters."""
    return record(typed("mrkdwn") | {"text": text(most, 1)}, {"verbatim": flag})


def any_text(most: int) -> Check:
    """Want a plain_text or a mrkdwn object of 1 to `most` characters."""
    return variant({"plain_text": plain(most), "mrkdwn": mrkdwn(most)})


PLACEHOLDER = plain(150)
CONFIRM = record(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
OPTION = record({"text": plain(75), "value": text(150, 1)}, {"description": plain(75)})
RICH_OPTION = record({"text": any_text(75), "value": text(150, 1)}, {"description": any_text(75)})
"""An option of checkboxes or radio buttons."""
OVERFLOW_OPTION = record(
    {"text": plain(75), "value": text(150, 1)}, {"description": plain(75), "url": text(URL)}
)
OPTION_GROUP = record({"label": plain(75), "options": items(OPTION, 100)})
DISPATCH = record({"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)})
SLACK_FILE = record({}, {"id": text(255, 1), "url": text(URL, 1)})


def _some_filter(value: dict[str, object], place: Place) -> None:
    if not value:
        place.fail("must define at least one filter")


FILTER = record(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
    _some_filter,
)
