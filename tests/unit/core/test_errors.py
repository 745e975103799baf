"""The error tree: four kinds, because callers treat exactly these four differently."""

from __future__ import annotations

import re

import pytest

from bot.core import errors
from bot.core.errors import (
    BugError,
    GoneError,
    OutcomeUnknownError,
    RefusedError,
    RelayError,
    TransientError,
)


def drawn() -> dict[str, str]:
    """Read the tree at the top of the file: {class: its parent}."""
    parents: dict[str, str] = {}
    path: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^ {4}([│├└─ ]*)(\w+Error)\b", line)
        if match:
            depth = len(match[1]) // 4
            path[depth] = match[2]
            parents[match[2]] = path.get(depth - 1, "Exception")
    return parents


def test_the_drawing_is_the_tree():
    """What stands at the top of the file is what the classes are."""
    real = {
        name: kind.__mro__[1].__name__
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
    }
    assert drawn() == real


@pytest.mark.parametrize("kind", [TransientError, OutcomeUnknownError, RefusedError, BugError])
def test_no_kind_is_caught_with_another(kind):
    """Whoever catches one kind never catches another by accident."""
    others = {TransientError, OutcomeUnknownError, RefusedError, BugError} - {kind}
    assert issubclass(kind, RelayError)
    assert not any(issubclass(kind, other) for other in others)


def test_an_error_is_a_sentence_with_what_callers_need():
    """The text may be shown; how long to wait and the other side's word stand beside it."""
    busy = TransientError("Slack asks to wait.", retry_after_s=3.0)
    assert (str(busy), busy.retry_after_s) == ("Slack asks to wait.", 3.0)
    assert TransientError("No answer.").retry_after_s is None
    gone = GoneError("The message was deleted.", code="message_not_found")
    assert (str(gone), gone.code) == ("The message was deleted.", "message_not_found")
    assert RefusedError("No.").code == ""
