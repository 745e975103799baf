"""What a person can press: buttons, the menu for what is rarely wanted, and the question asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.core.summary import Does
from bot.slack import ids, limits
from bot.slack.blocks.richtext import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.summary import Action

Json = dict[str, Any]

_PRIMARY: Final = (Does.APPROVE, Does.REVIEW, Does.REVIEW_ALL, Does.CONTINUE)
"""The first of these that is offered stands out; one primary button is enough for a message."""

_DANGER: Final = frozenset({Does.DENY, Does.DENY_ALL, Does.HALT, Does.STOP_OTHER})
_MENU: Final = frozenset(
    {Does.STOP, Does.STOP_OTHER, Does.ASK_AGAIN, Does.EDIT_AGAIN, Does.SEND_NOW, Does.HAND_ON}
)


def row(actions: Sequence[Action], about: str) -> list[Json]:
    """Give the block of a message's actions; none when there is nothing to do.

    Args:
        actions: What may be done. An action that must ask first has no place beside others in a menu, which
            asks for all its entries or for none.
        about: What the actions are about, for people who hear the button instead of seeing where it stands.
    """
    in_menu = [action for action in actions if action.does in _MENU]
    if len(in_menu) > 1:
        in_menu = [action for action in in_menu if not action.confirm]
    standing_out = next((does for does in _PRIMARY if any(a.does is does for a in actions)), None)
    elements = [_button(action, about, standing_out) for action in actions if action not in in_menu]
    if in_menu:
        elements.append(_menu(in_menu))
    return [{"type": "actions", "elements": elements}] if elements else []


def beside(action: Action, about: str) -> Json:
    """Give the button that stands beside one line of many. None stands out: the lines are equals."""
    return _button(action, about, standing_out=None)


def button(action_id: str, label: str, value: str, about: str = "") -> Json:
    """Give a plain button."""
    element: Json = {
        "type": "button",
        "action_id": action_id,
        "text": plain(label, limits.BUTTON),
        "value": limits.cut(value, limits.BUTTON_VALUE),
    }
    if about:
        element["accessibility_label"] = one_line(f"{label.rstrip(limits.ELLIPSIS)}: {about}", limits.BUTTON)
    return element


def plain(words: str, limit: int) -> Json:
    """Give a ``plain_text`` object of one line, in which nothing becomes markup or an emoji."""
    return {"type": "plain_text", "text": one_line(words, limit) or limits.ELLIPSIS, "emoji": False}


def _button(action: Action, about: str, standing_out: Does | None) -> Json:
    element = button(action.does.value, action.label, action.target, about)
    if action.does is standing_out:
        element["style"] = "primary"
    if action.does in _DANGER:
        element["style"] = "danger"
    if action.confirm:
        element["confirm"] = _confirm(action)
    return element


def _confirm(action: Action) -> Json:
    """Give the question; an ellipsis promised it, and what follows it asks nothing more."""
    style = "danger" if action.does in _DANGER else "primary"
    name = action.label.rstrip(limits.ELLIPSIS)
    return {
        "title": plain(name, limits.CONFIRM_TITLE),
        "text": plain(action.confirm, limits.CONFIRM_TEXT),
        "confirm": plain(name, limits.CONFIRM_BUTTON),
        "deny": plain("Cancel", limits.CONFIRM_BUTTON),
        "style": style,
    }


def _menu(actions: Sequence[Action]) -> Json:
    options = [
        {
            "text": plain(action.label, limits.OPTION_TEXT),
            "value": ids.menu_value(action.does, action.target),
        }
        for action in actions
    ]
    menu: Json = {"type": "overflow", "action_id": ids.MENU, "options": options}
    if actions[0].confirm:
        menu["confirm"] = _confirm(actions[0])
    return menu
