"""The newer blocks: card, carousel, alert, container, plan, task card, video, charts.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from bot.sandbox.slack.validate.elements import BUTTON, IMAGE
from bot.sandbox.slack.validate.objects import URL, any_text, plain
from bot.sandbox.slack.validate.rich_text import NO_LIMIT, RICH_TEXT
from bot.sandbox.slack.validate.shapes import Check, choice, flag, items, number, record, text, typed, variant

ID = {"block_id": text(255)}

CARD = record(
    typed("card"),
    {
        **ID,
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "subtext": any_text(200),
        "icon": IMAGE,
        "hero_image": IMAGE,
        "actions": items(variant({"button": BUTTON}), 3),
    },
)
CAROUSEL = record(typed("carousel") | {"elements": items(variant({"card": CARD}), 10)}, ID)
ALERT = record(
    typed("alert") | {"text": any_text(200)},
    {**ID, "level": choice("default", "info", "warning", "error", "success")},
)
TASK_FIELDS: dict[str, Check] = {
    **ID,
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": items(record(typed("url") | {"url": text(URL, 1), "text": text(NO_LIMIT)}), 100),
}
TASK_NEEDS = typed("task_card") | {"task_id": text(255, 1), "title": text(NO_LIMIT, 1)}
PLANNED_TASK = record(
    TASK_NEEDS, TASK_FIELDS | {"status": choice("pending", "in_progress", "complete", "error")}
)
TASK_CARD = record(TASK_NEEDS, TASK_FIELDS | {"status": choice("in_progress", "complete", "error")})
"""A task card that stands by itself may not be pending."""
PLAN = record(
    typed("plan") | {"title": text(NO_LIMIT, 1)},
    {**ID, "tasks": items(variant({"task_card": PLANNED_TASK}), 50)},
)
VIDEO = record(
    typed("video")
    | {
        "alt_text": text(2000, 1),
        "title": plain(200),
        "thumbnail_url": text(URL, 1),
        "video_url": text(URL, 1),
    },
    {
        **ID,
        "author_name": text(50),
        "description": plain(200),
        "provider_icon_url": text(2000),
        "provider_name": text(50),
        "title_url": text(2000),
    },
)
SEGMENT = record({"label": text(20, 1), "value": number})
SERIES = record({"name": text(20, 1), "data": items(SEGMENT, 20)})
AXES = record({"categories": items(text(20, 1), 20)}, {"x_label": text(50), "y_label": text(50)})
CHART = variant(
    {
        "pie": record(typed("pie") | {"segments": items(SEGMENT, 12)}),
        **{
            name: record(typed(name) | {"series": items(SERIES, 12), "axis_config": AXES})
            for name in ("area", "bar", "line")
        },
    }
)
DATA_VISUALIZATION = record(typed("data_visualization") | {"title": text(50, 1), "chart": CHART}, ID)


def container(child: Check) -> Check:
    """Want a container of up to ten blocks, each of which passes `child`."""
    return record(
        typed("container") | {"child_blocks": items(child, 10)},
        {
            **ID,
            "title": any_text(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": any_text(150),
            "width": choice("narrow", "standard", "wide", "full"),
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
    )
