"""Somebody's Home: a summary in, a view out. Pure, like `cards.py`, and whatever is in the summary, Slack takes it.

Source: https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.core.summary import BacklogLine
from bot.slack import ids, limits
from bot.slack.blocks.backlog import SIZES, entry, remarks
from bot.slack.blocks.buttons import button, plain
from bot.slack.blocks.notes import DIVIDER, context, moment
from bot.slack.blocks.richtext import block, section, sentence
from bot.slack.edit_dialog import modes
from bot.slack.modals import fits

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.home import HomeSummary
    from bot.core.model import Mode
    from bot.core.summary import BacklogSummary
    from bot.slack.blocks.backlog import Size

Json = dict[str, Any]

_NONE_ASKED: Final = "Nothing lately. *Edit a document* asks for an edit."
_NONE_DECIDED: Final = "Nothing lately."
_SETTING: Final = "How your edits are reviewed, unless you choose otherwise as you start one:"


def home(summary: HomeSummary, at: datetime) -> Json:
    """Give somebody's Home.

    Args:
        summary: What it says.
        at: As of when.
    """
    if summary.waiting is None:
        return _view([block(section(*sentence(summary.refusal)))])
    shorter = (_view(_blocks(summary, summary.waiting, at, size)) for size in SIZES)
    return next(view for view in shorter if fits(view))


def _blocks(summary: HomeSummary, waiting: BacklogSummary, at: datetime, size: Size) -> list[Json]:
    asked = [part for line in summary.asked for part in entry(line, size)]
    decided = [
        part
        for one in summary.decided
        for part in entry(BacklogLine(one.document, one.status, link=one.link), size, moment(one.at))
    ]
    return [
        {"type": "actions", "elements": [_edit()]},
        _heading(waiting.title),
        *(part for line in waiting.open for part in entry(line, size)),
        *remarks(waiting),
        DIVIDER,
        _heading("Asked for by you"),
        *(asked or context(_NONE_ASKED)),
        DIVIDER,
        _heading("Your last decisions"),
        *(decided or context(_NONE_DECIDED)),
        DIVIDER,
        *_figures(summary.figures),
        _heading("Your setting"),
        _setting(summary.mode),
        *context(f"As of {moment(at)} · kept current for a quarter of an hour after you open it"),
    ]


def _view(blocks: list[Json]) -> Json:
    return {"type": "home", "blocks": blocks}


def _heading(words: str) -> Json:
    return {"type": "header", "text": plain(words, limits.HEADER)}


def _edit() -> Json:
    return {**button(ids.EDIT, "Edit a document", ids.EDIT), "style": "primary"}


def _figures(sentences: tuple[str, ...]) -> list[Json]:
    """Say what became of the last edits, where there is anything to say."""
    return [_heading("In figures"), *context("\n".join(sentences)), DIVIDER] if sentences else []


def _setting(chosen: Mode) -> Json:
    """Give the choice of a mode. Its block is another one for each: else clients keep showing what was chosen there."""
    options = modes()
    menu = {
        "type": "static_select",
        "action_id": ids.PREFERRED,
        "options": list(options.values()),
        "initial_option": options[chosen],
    }
    return {
        "type": "section",
        "block_id": f"{ids.PREFERRED}_{chosen.value}",
        "text": plain(_SETTING, limits.TEXT_OBJECT),
        "accessory": menu,
    }
