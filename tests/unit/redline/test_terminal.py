import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.redline import UNDRAWN, Counts, Flag, Redline, redline
from bot.redline.terminal import UnreadableError, as_json, between, has_colour, render
from tests.unit.redline.drawing import changes

OLD, NEW = "<p>The fee is 30.</p>", "<p>The fee is not 60.</p>"
STYLE = re.compile(r"\x1b\[[0-9;]+m")


def drawn(old: str | None, new: str | None) -> list[str]:
    """Draw a redline without colours and without what stands above its paragraphs."""
    change = redline(old, new)
    above = len(change.flags) + 1 + bool(change.remark)
    return render(change, colour=False).splitlines()[above:]


def test_without_colour_a_change_is_written_in_signs() -> None:
    """So that it can be piped, and read by anybody."""
    assert drawn(OLD, NEW) == ["The fee is [-30-]{+not 60+}."]


def test_with_colour_what_goes_is_struck_in_red_and_what_comes_is_bold_in_green() -> None:
    """The words are the same as without; only signs become colours."""
    line = render(redline(OLD, NEW), colour=True).splitlines()[-1]
    assert line == "The fee is \x1b[9;31m30\x1b[0m\x1b[1;32mnot 60\x1b[0m."


def test_a_colour_ends_where_its_line_ends() -> None:
    """Also within a paragraph."""
    text = render(redline("<p>a</p>", "<p>a<br>b</p>"), colour=True)
    assert all(line.count("\x1b[0m") * 2 == len(STYLE.findall(line)) for line in text.splitlines())


def test_flags_stand_first_and_alarms_are_told_apart() -> None:
    """Whatever else there is to read, without colour as well."""
    flags = (
        Flag("bidi-control U+202E", "It \u202eturns.", dangerous=True),
        Flag("risk-word", "Not.", dangerous=False),
    )
    change = Redline("edit", (), Counts(0, 0, 0), remark="Remark.", flags=flags)
    assert render(change, colour=False).splitlines() == [
        "! bidi-control U+202E: It [U+202E]turns.",
        "- risk-word: Not.",
        "0 edits: +0 -0 words",
        "Remark.",
    ]
    assert render(change, colour=True).startswith("\x1b[1;33m! bidi-control")


def test_what_cannot_be_inspected_says_why() -> None:
    """And shows nothing else."""
    said = render(redline(OLD, "a\0"), colour=False)
    assert "This change cannot be inspected. The new HTML holds a NUL character.\n" in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<p>a</p>", "<p>a</p>", ["… 1 unchanged paragraph"]),
        ("<p>a</p><p>b</p><p>c</p>", "<p>a</p><p>b</p><p>x</p>", ["… 2 unchanged paragraphs", "[-c-]{+x+}"]),
        ("<h2>T</h2><p>a</p>", "<h2>T</h2><p>b</p>", ["## T", "[-a-]{+b+}"]),
        ("<ol start=3><li>a</ol>", "<ol start=3><li>b</ol>", ["3. [-a-]{+b+}"]),
        ("<ul><li><ul><li>a</ul></ul>", "<ul><li><ul><li>b</ul></ul>", ["  • [-a-]{+b+}"]),
        ("<tr><td>a<td>b", "<tr><td>a<td>c", ["| a | [-b-]{+c+}"]),
        ("<blockquote>a</blockquote>", "<blockquote>b</blockquote>", ["> [-a-]{+b+}"]),
        ("<p>a", "<p>a\u202eb\u200b", ["[-a-]{+a[U+202E]b[U+200B]+}"]),
    ],
)
def test_paragraphs_look_like_what_they_are(old: str, new: str, expected: list[str]) -> None:
    """Unchanged ones are counted, headings stay, and what is invisible is named."""
    assert drawn(old, new) == expected


@given(changes())
@settings(deadline=None)
def test_a_terminal_is_given_nothing_to_obey(change: tuple[str, str]) -> None:
    """No control character of a document reaches it, and colours are all that is added."""
    compared = redline(change[0], f"{change[1]}\x1b[2J\r\x9b")
    plain, coloured = (render(compared, colour=colour) for colour in (False, True))
    assert not UNDRAWN.search(plain)
    assert not UNDRAWN.search(STYLE.sub("", coloured))


@given(changes())
@settings(deadline=None)
def test_as_json_everything_is_there(change: tuple[str, str]) -> None:
    """In ASCII, so that nothing in it is invisible."""
    compared = redline(*change)
    written = as_json(compared)
    assert written.isascii()
    assert json.loads(written) == json.loads(json.dumps(asdict(compared)))
    assert set(json.loads(written)) == {
        *("operation", "paragraphs", "counts", "remark", "uninspectable", "flags"),
    }


@pytest.mark.parametrize(
    ("is_terminal", "environment", "expected"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    is_terminal: bool, environment: dict[str, str], expected: bool
) -> None:
    """NO_COLOR counts when it is not empty, as its authors say."""
    assert has_colour(is_terminal=is_terminal, environment=environment) is expected


@pytest.mark.parametrize(
    ("old", "new", "operation"),
    [(OLD, NEW, "edit"), ("", NEW, "create"), (OLD, " \n", "delete"), ("", "", "create")],
)
def test_files_are_compared(tmp_path: Path, old: str, new: str, operation: str) -> None:
    """An empty one is a side that is not there; a byte order mark is no text."""
    one, other = tmp_path / "old.html", tmp_path / "new.html"
    one.write_text(old, encoding="utf-8-sig")
    other.write_text(new, encoding="utf-8")
    assert between(one, other) == redline(old, new, operation)


def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    """Missing, a folder, no UTF-8, or no name at all."""
    fine, latin = tmp_path / "fine.html", tmp_path / "latin.html"
    fine.write_text(NEW, encoding="utf-8")
    latin.write_bytes(b"<p>Gr\xf6\xdfe")
    for bad, said in (
        (latin, "latin.html is not UTF-8: byte 6 fits no character."),
        (tmp_path / "none\n.html", "none[U+000A].html cannot be read: No such file or directory."),
        (tmp_path, " cannot be read: Is a directory."),
        (tmp_path / "nul\0", "nul[U+0000] cannot be read: no such name can be."),
    ):
        with pytest.raises(UnreadableError, match=re.escape(said)) as refused:
            between(fine, bad)
        assert "\n" not in str(refused.value)


def test_hidden_words_are_marked_in_a_terminal_and_in_json() -> None:
    """As on a card."""
    change = redline("<p>Pay.</p>", "<p>Pay. <i hidden>Fees apply.</i></p>")
    assert render(change, colour=False).endswith("Pay.{+ [hidden] Fees apply.+}\n")
    spans = json.loads(as_json(change))["paragraphs"][0]["spans"]
    assert [span["hidden"] for span in spans] == [False, True]


def test_a_sentence_that_two_flags_share_is_drawn_once() -> None:
    """After both names."""
    old = '<p><a href="https://bank.example">bank.example</a></p>'
    drawn = render(redline(old, old.replace("https://bank", "https://evil")), colour=False)
    assert drawn.startswith("! link-text-mismatch, link-target-changed: The link “bank.example” now leads")
    assert drawn.count("bank.example →") == 1
