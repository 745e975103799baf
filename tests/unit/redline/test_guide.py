import doctest
import re
from pathlib import Path

from bot.redline import caps, redline
from bot.redline.flags.names import DANGEROUS, NAMED
from bot.redline.terminal import render

GUIDE = Path(__file__).parents[3] / "docs" / "redline.md"
ROW = re.compile(r"^\| `([a-z-]+)` \| (yes|no) \|", re.MULTILINE)


def test_the_examples_of_the_guide_are_true() -> None:
    """Whoever copies one gets what it says."""
    results = doctest.testfile(str(GUIDE), module_relative=False, encoding="utf-8")
    assert results.attempted > 8
    assert results.failed == 0


def test_the_command_prints_what_the_guide_shows() -> None:
    """For the first example."""
    old, new = re.findall(r'^\.\.\.     "(.*)",$', GUIDE.read_text("utf-8"), re.MULTILINE)[:2]
    assert f"new.html\n{render(redline(old, new), colour=False)}```" in GUIDE.read_text("utf-8")


def test_the_table_of_flags_is_the_code_s() -> None:
    """Every flag, in the order of danger, and no other."""
    assert ROW.findall(GUIDE.read_text("utf-8")) == [
        *((name, "yes") for name in DANGEROUS),
        *((name, "no") for name in NAMED),
    ]


def test_the_caps_of_the_guide_are_the_code_s() -> None:
    """Numbers that are written down twice are compared."""
    said = (
        f"{caps.MAX_BYTES // 1024} KiB, {caps.MAX_TAGS:,} tags, {caps.MAX_DEPTH} levels, "
        f"{caps.MAX_ATTRIBUTES} attributes of a tag, {caps.MAX_WORDS:,} words"
    )
    assert said in GUIDE.read_text("utf-8")
