"""Ordinary edits raise no alarm: whoever is alarmed by everything approves everything."""

from __future__ import annotations

import sys
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from bot.redline import redline
from tests.unit.redline.ordinary import KINDS, Edit, edits
from tests.unit.redline.prose import texts

if TYPE_CHECKING:
    from bot.redline import Flag

MOST = 0.02
"""Share of edits that may raise a false alarm."""

Wrong = list[tuple[Edit, "Flag"]]


@lru_cache(maxsize=1)
def judged() -> tuple[int, Wrong, Wrong]:
    """Return how many edits there are, their alarms, and what else is said of them that is not true."""
    made = list(edits())
    flagged = [(edit, flag) for edit in made for flag in flags_of(edit)]
    alarms = [(edit, flag) for edit, flag in flagged if flag.dangerous]
    untrue = [
        (edit, flag)
        for edit, flag in flagged
        if not flag.dangerous and flag.name.partition(" ")[0] not in edit.may_name
    ]
    return len(made), alarms, untrue


def flags_of(edit: Edit) -> tuple[Flag, ...]:
    change = redline(edit.old_html, edit.new_html, edit.operation)
    assert not change.uninspectable, change.uninspectable
    return change.flags


@pytest.mark.parametrize("what", ["alarms", "untrue names"])
def test_ordinary_edits_are_quiet(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    """At most two in a hundred raise an alarm, and at most two in a hundred are said to be what they are not."""
    count, alarms, untrue = judged()
    wrong = alarms if what == "alarms" else untrue
    share = len({id(edit) for edit, _ in wrong}) / count
    with capsys.disabled():
        sys.stdout.write(f"\n{what} on {count:,} ordinary edits: {share:.2%}{listed(wrong)}\n")
    assert share <= MOST


def listed(wrong: Wrong) -> str:
    """Give a line for each kind of edit and flag, with one of the sentences."""
    counts = Counter((edit.kind, flag.name) for edit, flag in wrong)
    sentences = {(edit.kind, flag.name): flag.sentence for edit, flag in wrong}
    return "".join(
        f"\n  {number:3} × {kind}: {name} ({sentences[kind, name]})"
        for (kind, name), number in counts.most_common()
    )


def test_there_are_enough_ordinary_edits_and_always_the_same() -> None:
    """At least a thousand, of every kind, from hundreds of texts, without chance."""
    made = list(edits())
    assert len(made) >= 1000
    assert {edit.kind for edit in made} == set(KINDS)
    assert len(texts()) > 300
    assert made == list(edits())


def test_an_edit_that_is_not_ordinary_would_be_counted() -> None:
    """The measure can fail."""
    odd = Edit("odd", "<p>a</p>", "<p>a &lt;!channel&gt;</p>", "edit", frozenset())
    assert [flag.dangerous for flag in flags_of(odd)] == [True]
