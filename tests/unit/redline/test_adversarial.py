"""What a deceptive change does is in sight, and a control raises no alarm.

The samples are deceptions of seven kinds: characters, links and attributes, hiding and styling, active content and
structure, wording, attacks on the card itself, and harmless controls. `adversarial.json` came from outside; `own.json`
is what we would try.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.redline import excerpt, explained, headline, pages, redline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline import Excerpt, Flag, Paragraph

SAMPLES = Path(__file__).parents[2] / "samples" / "changes"
CARD, PAGE, CLAIM, LINE = 5500, 8100, 600, 110
"""Characters that a reviewer sees of a change, on a card, on a page of the reading dialog, of an explanation, in a list."""

NAMED = re.compile(r"\[U\+([0-9A-F]{4,6})\]")


@dataclass(frozen=True)
class Seen:
    """What a reviewer has of a change."""

    text: str
    flags: tuple[Flag, ...]

    def shows(self, expected: str) -> bool:
        """Say whether an expectation is met: a flag's name, or words."""
        if expected == "flag: none":
            return not self.flags
        if expected.startswith("flag: "):
            return any(flag.name.startswith(expected.removeprefix("flag: ")) for flag in self.flags)
        return expected in self.text


def seen(case: dict[str, Any]) -> Seen:
    """Put all that there is to read about a change into one text."""
    change = redline(case["old_html"], case["new_html"], case["operation"])
    explanation = case.get("ai_explanation", "")
    flags = (*change.flags, *explained(explanation))
    read = [
        *(f"{flag.name}: {flag.sentence}" for flag in flags),
        headline(change, LINE),
        change.remark,
        change.uninspectable,
        " ".join(explanation.split())[:CLAIM],
        *(line for shown in (excerpt(change, CARD), *pages(change, PAGE)) for line in lines(shown)),
    ]
    text = "\n".join(read)
    return Seen(f"{text}\n{NAMED.sub(lambda name: chr(int(name[1], 16)), text)}", flags)


def lines(shown: Excerpt) -> Iterator[str]:
    """Give the paragraphs as they are drawn, and as one reads them who skips what is struck, or what is new."""
    for paragraph in shown.paragraphs:
        for fates in (
            {"keep", "gap", "delete", "insert"},
            {"keep", "gap", "delete"},
            {"keep", "gap", "insert"},
        ):
            yield _drawn(paragraph, fates)


def _drawn(paragraph: Paragraph, fates: set[str]) -> str:
    return "".join(span.text for span in paragraph.spans if span.mark in fates)


def load(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((SAMPLES / name).read_text("ascii"))
    return cases


@pytest.mark.parametrize("name", ["adversarial.json", "own.json"])
def test_every_deception_is_seen_and_every_control_is_quiet(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each expectation of each case is met; what is not is listed."""
    cases = [(case, seen(case)) for case in load(name)]
    misses = [
        (case["id"], expected, what)
        for case, what in cases
        for expected in case["what_must_be_visible"]
        if not what.shows(expected)
    ]
    alarms = sum(expected == "flag: none" for _, expected, _ in misses)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(cases)} cases of {name}: {len(misses) - alarms} misses, {alarms} false alarms\n"
        )
    assert not misses, table(misses)


def table(misses: list[tuple[str, str, Seen]]) -> str:
    return "".join(
        f"\n  {case_id:38} {expected!a:46} raised: {', '.join(flag.name for flag in what.flags) or 'nothing'}"
        for case_id, expected, what in misses
    )


@pytest.mark.parametrize(("name", "count"), [("adversarial.json", 61), ("own.json", 40)])
def test_all_seven_kinds_are_tried(name: str, count: int) -> None:
    """No sample goes missing unnoticed, and none is there twice."""
    ids = [case["id"] for case in load(name)]
    assert len(ids) == len(set(ids)) == count
    assert {case_id[0] for case_id in ids} == set("ABCDEFG")


def test_what_is_expected_can_be_missed() -> None:
    """A change that shows less than it should is told from one that shows all."""
    shown = seen({"old_html": "<p>30 days</p>", "new_html": "<p>60 days</p>", "operation": "edit"})
    assert shown.shows("30 days")
    assert shown.shows("60 days")
    assert not shown.shows("90 days")
    assert not shown.shows("flag: active-content")


@pytest.mark.parametrize("flag", ["flag: active-content", "flag: bidi-control U+202E"])
def test_an_unflagged_change_meets_no_flag(flag: str) -> None:
    """Nor does one without flags count as alarmed."""
    nothing = Seen("bidi-control U+202E", ())
    assert not nothing.shows(flag)
    assert nothing.shows("flag: none")
