"""The version of the rendering, by which the audit notes what each reviewer was shown."""

from __future__ import annotations

import json

from bot.core.words.carding import RENDERING
from tests.unit.slack.rendering import STORED, digests, what_to_do

NOW = {"number": "0123", "link": "4567"}


def test_the_version_goes_up_whenever_people_see_anything_else_of_the_same_changes() -> None:
    """Samples of cards and dialogs are drawn as they were when this version was given."""
    told = what_to_do(digests(), json.loads(STORED.read_text()))
    assert not told, told


def test_another_drawing_under_the_same_version_is_told_with_what_to_do() -> None:
    """With the samples that show it; and so is one under an older version."""
    for version in (RENDERING, RENDERING + 1):
        told = what_to_do(NOW, {"rendering": version, "samples": {**NOW, "link": "0000"}})
        assert "(link)" in told
        assert f"raise RENDERING in bot/core/words/carding.py to {version + 1}" in told


def test_a_raised_version_or_another_sample_wants_the_digests_stored() -> None:
    """Else the next change of the drawing would be measured by the one before, or not at all."""
    for version, samples in ((RENDERING - 1, {**NOW, "link": "0000"}), (RENDERING, {"number": "0123"})):
        assert what_to_do(NOW, {"rendering": version, "samples": samples}).startswith("RENDERING or the")
    assert what_to_do(NOW, {"rendering": RENDERING, "samples": NOW}) == ""
