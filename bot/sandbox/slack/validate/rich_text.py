"""rich_text and everything that stands inside it.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.validate.shapes import choice, flag, items, record, text, typed, variant, whole

if TYPE_CHECKING:
    from bot.sandbox.slack.validate.place import Place
    from bot.sandbox.slack.validate.shapes import Check

NO_LIMIT = 10**6
"""Slack publishes no length for rich text: only the total of a message or view bounds it."""
HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def _color(value: Any, place: Place) -> None:
    if not isinstance(value, str) or not HEX_COLOR.fullmatch(value):
        place.fail("must be a hex color")


STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))
MENTION_STYLE = record(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), flag
    ),
)
IDENTIFIER = text(255, 1)
RAW_TEXT = record(typed("text") | {"text": text(NO_LIMIT, 1)}, {"style": STYLE})
LINK = record(
    typed("link") | {"url": text(NO_LIMIT, 1)}, {"text": text(NO_LIMIT), "unsafe": flag, "style": STYLE}
)
INLINE = variant(
    {
        "text": RAW_TEXT,
        "link": LINK,
        "emoji": record(
            typed("emoji") | {"name": text(255, 1)},
            {"unicode": text(255), "skin_tone": whole(1, 6), "style": STYLE},
        ),
        "user": record(typed("user") | {"user_id": IDENTIFIER}, {"style": MENTION_STYLE}),
        "usergroup": record(typed("usergroup") | {"usergroup_id": IDENTIFIER}, {"style": MENTION_STYLE}),
        "team": record(typed("team") | {"team_id": IDENTIFIER}, {"style": MENTION_STYLE}),
        "channel": record(typed("channel") | {"channel_id": IDENTIFIER}, {"style": MENTION_STYLE}),
        "broadcast": record(
            typed("broadcast") | {"range": choice("here", "channel", "everyone")}, {"style": STYLE}
        ),
        "date": record(
            typed("date") | {"timestamp": whole(0, 10**11), "format": text(NO_LIMIT, 1)},
            {"url": text(NO_LIMIT), "fallback": text(NO_LIMIT), "style": STYLE},
        ),
        "color": record(typed("color") | {"value": _color}, {"style": STYLE}),
    }
)


def inlines(check: Check) -> Check:
    """Want a list of inline elements, which may be empty."""
    return items(check, NO_LIMIT, 0)


BORDER = whole(0, 1)
SECTION = record(typed("rich_text_section") | {"elements": inlines(INLINE)})
PARTS = variant(
    {
        "rich_text_section": SECTION,
        "rich_text_list": record(
            typed("rich_text_list")
            | {
                "style": choice("bullet", "ordered"),
                "elements": items(variant({"rich_text_section": SECTION}), NO_LIMIT),
            },
            {"indent": whole(0, 8), "offset": whole(0, 10**6), "border": BORDER},
        ),
        "rich_text_preformatted": record(
            typed("rich_text_preformatted")
            | {"elements": inlines(variant({"text": RAW_TEXT, "link": LINK}))},
            {"border": BORDER, "language": text(255, 1)},
        ),
        "rich_text_quote": record(
            typed("rich_text_quote") | {"elements": inlines(INLINE)}, {"border": BORDER}
        ),
    }
)
RICH_TEXT = record(typed("rich_text") | {"elements": items(PARTS, NO_LIMIT)}, {"block_id": text(255)})
