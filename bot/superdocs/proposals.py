"""The changes that a job waits on, in every form in which SuperDocs has been seen to send them.

Nothing that arrives is left out, and nothing is guessed: a change that cannot be read whole gets a `defect`,
which takes its Approve button away, and its neighbours are none the worse for it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from bot.core.proposal import Content, Proposal
from bot.superdocs.decoding import Wire, clean, decoded, has_surrogate

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDE_LIMIT: Final = 2 * 1024 * 1024
"""Characters of one side of a change; beyond that nobody can be shown what it says."""

_NAME_LIMIT: Final = 500
"""Characters of an id or an operation."""

_WRAPPERS: Final = ("changes", "pending_changes", "content")
"""Under which names an object carries the changes: ``{batch_id, changes}``, ``{content: "…"}``."""

_DEPTH: Final = 4
"""How many of those objects are opened, one inside the other."""

_NAMES: Final = (
    "change_id",
    "operation",
    "chunk_id",
    "document_id",
    "insert_after_chunk_id",
    "insert_before_chunk_id",
)
_SIDES: Final = ("old_html", "new_html")
_KNOWN: Final = frozenset((*_NAMES, *_SIDES))
"""An object with one of these fields is a change; one without is at most a wrapping."""


class _Change(Wire):
    """One change as it is written. Every field but `change_id` may be absent or null.

    Source: https://docs.superdocs.app/guides/streaming and https://docs.superdocs.app/guides/human-in-the-loop
    """

    change_id: str | None = None
    operation: str | None = None
    chunk_id: str | None = None
    document_id: str | None = None
    old_html: str | None = None
    new_html: str | None = None
    ai_explanation: str | None = None
    insert_after_chunk_id: str | None = None
    insert_before_chunk_id: str | None = None


def parse_proposals(raw: object) -> tuple[Proposal, ...]:
    """Read a set of pending changes, in the order in which they came.

    A list, JSON in a string (in a string), an object that holds them, a single change, or null. Equal changes
    are one; two changes that share an id and differ are both kept.
    """
    distinct: dict[str, Proposal] = {}
    for told in _told(raw, _DEPTH):
        proposal = _parse_proposal(told)
        distinct.setdefault(proposal.digest, proposal)
    return tuple(distinct.values())


def _told(raw: object, depth: int) -> Iterator[dict[str, object]]:
    """Unwrap a set of changes, down to one object for each."""
    opened = decoded(raw)
    inner = _inner(opened) if depth else None
    if inner is not None:
        for item in inner:
            yield from _told(item, depth - 1)
    elif isinstance(opened, dict) and opened.keys() & _KNOWN:
        yield opened
    elif _is_nothing(opened):
        return
    elif isinstance(raw, str):
        # A bare string is the id of a change whose text was left out, as in compact answers.
        yield {"change_id": opened if isinstance(opened, str) else raw}
    else:
        # Nothing that we know: kept as if it were the text, which makes it a change that cannot be approved.
        yield {"new_html": opened}


def _is_nothing(opened: object) -> bool:
    return opened is None or opened in ({}, []) or (isinstance(opened, str) and not opened.strip())


def _inner(opened: object) -> list[object] | None:
    """Return what a list or a wrapping object holds; None when it is neither."""
    if isinstance(opened, list):
        return opened
    if isinstance(opened, dict) and not opened.keys() & _KNOWN:
        return next(([opened[name]] for name in _WRAPPERS if name in opened), None)
    return None


def _parse_proposal(told: dict[str, object]) -> Proposal:
    change, wrong = _validated(told)
    return _proposal(change, defect=" ".join(_defects(change, wrong)))


def _validated(told: dict[str, object]) -> tuple[_Change, tuple[str, ...]]:
    """Return a change, and which of its fields were not text; those hold their JSON, so that nothing is lost."""
    try:
        return _Change.model_validate(told), ()
    except ValidationError as error:
        wrong = tuple(str(problem["loc"][0]) for problem in error.errors(include_url=False))
        readable = {name: _as_json(told.get(name)) for name in wrong}
        return _Change.model_validate({**told, **readable}), wrong


def _as_json(value: object) -> str:
    try:
        return json.dumps(value, sort_keys=True)
    except RecursionError:
        return "(nested too deeply)"


def _proposal(change: _Change, defect: str) -> Proposal:
    return Proposal(
        change_id=change.change_id or "",
        operation=change.operation or "",
        content=Content(change.old_html, change.new_html, clean(change.ai_explanation or "")),
        chunk_id=change.chunk_id or "",
        after_id=change.insert_after_chunk_id or "",
        before_id=change.insert_before_chunk_id or "",
        document_id=change.document_id or "",
        defect=defect,
    )


def _defects(change: _Change, wrong: tuple[str, ...]) -> Iterator[str]:
    """Say in sentences why a change cannot be judged, if it cannot."""
    if not change.change_id:
        yield "SuperDocs sent this change without an id, so it cannot be approved."
    if change.old_html is None and change.new_html is None:
        yield "SuperDocs did not send what this change would do."
    if unreadable := ", ".join(name for name in wrong if name != "ai_explanation"):
        yield f"SuperDocs sent something other than text here: {unreadable}."
    yield from _text_defects(change)


def _text_defects(change: _Change) -> Iterator[str]:
    texts = {name: getattr(change, name) or "" for name in (*_NAMES, *_SIDES)}
    if broken := ", ".join(name for name, text in texts.items() if has_surrogate(text)):
        yield f"It holds halves of characters, which cannot be shown: {broken}."
    if big := ", ".join(name for name in _SIDES if len(texts[name]) > SIDE_LIMIT):
        yield f"It is longer than {SIDE_LIMIT:,} characters, too long to be compared: {big}."
    if long := ", ".join(name for name in _NAMES if len(texts[name]) > _NAME_LIMIT):
        yield f"It holds a name of more than {_NAME_LIMIT} characters: {long}."
