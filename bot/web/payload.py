"""Whether a genuine body is a payload at all: what Bolt takes for granted, it must be.

Bolt reads a payload before any listener does, and raises whatever it stumbles over. So a body that is no text, is
nested without end, has no end of fields, or has a list where Slack has an object, does not come that far.

Source: https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import parse_qsl

_MOST_FIELDS: Final = 100
"""Of a form; a command, which has the most, has about twenty."""

_MOST_BRACKETS: Final = 20_000
"""Opening ones, of lists and objects; the largest dialog has a few thousand. Counting is cheap, reading them is not."""

_BRACKETS: Final = ("[", "{", "%5B", "%7B", "%5b", "%7b")

_NULL: Final = type(None)

_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "type": (str,),
    "event": (dict,),
    "actions": (list,),
    "view": (dict, _NULL),
    "message": (dict, _NULL),
    "container": (dict, _NULL),
    "user": (dict, str, _NULL),
    "team": (dict, str, _NULL),
    "channel": (dict, str, _NULL),
    "enterprise": (dict, str, _NULL),
    "callback_id": (str, _NULL),
    "authorizations": (list, _NULL),
    "response_urls": (list, _NULL),
}
"""What each part is wherever it stands, if it does."""

_NEEDED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "event_callback": ("event", ("type",)),
    "view_submission": ("view", ("type", "callback_id")),
    "view_closed": ("view", ("type", "callback_id")),
    "block_actions": ("actions", ("type", "action_id")),
}
"""By a payload's type: the part that it is about, and that part's own texts."""


def is_payload(body: str, content_type: str) -> bool:
    """Say whether a body is something that Slack may have meant.

    Args:
        body: Known to be Slack's.
        content_type: Without parameters, in lower case; "" when not said.
    """
    if sum(map(body.count, _BRACKETS)) > _MOST_BRACKETS:
        return False
    try:
        return _is_sound(_parsed(body, content_type))
    except (ValueError, RecursionError):
        return False


def _parsed(body: str, content_type: str) -> object:
    """Read a body the way that Bolt chooses to."""
    if content_type == "application/json" or body.startswith("{"):
        return json.loads(body)
    fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    return json.loads(fields["payload"]) if "payload" in fields else fields


def _is_sound(payload: object) -> bool:
    """Say whether every part that Bolt looks at is there, and of its kind."""
    if not isinstance(payload, dict) or not payload:
        return False
    parts = [payload, *(part for name in _KINDS for part in _listed(payload.get(name)))]
    return all(map(_has_kinds, parts)) and _is_about_something(payload)


def _listed(part: object) -> list[object]:
    """Return what there is to look into: the entries of a list, or the part itself."""
    if isinstance(part, list):
        return part
    return [part] if isinstance(part, dict) else []


def _has_kinds(part: object) -> bool:
    if not isinstance(part, dict):
        return False
    return all(isinstance(part[name], kinds) for name, kinds in _KINDS.items() if name in part)


def _is_about_something(payload: dict[str, Any]) -> bool:
    """Say whether a payload has what its type promises."""
    name, texts = _NEEDED.get(payload.get("type") or "", ("", ()))
    found = _listed(payload.get(name))
    named = (isinstance(part, dict) and all(isinstance(part.get(t), str) for t in texts) for part in found)
    return not name or (bool(found) and all(named))
