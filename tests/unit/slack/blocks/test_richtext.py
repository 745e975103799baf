"""Words, alive and inert."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from bot.core.summary import Line
from bot.redline import Excerpt, Kind, Mark, Paragraph, Span
from bot.slack.blocks import richtext
from tests.unit.slack.summaries import EVERY_KIND, EVIL, excerpt, paragraph, words

BOLD = {"bold": True}


def redline(shown: Excerpt) -> list[dict[str, Any]]:
    """Give the parts of a redline's block."""
    whole = richtext.redline(shown)
    assert whole is not None
    parts: list[dict[str, Any]] = whole["elements"]
    return parts


def split(section: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Give the lines of a section."""
    lines: list[list[dict[str, Any]]] = [[]]
    for element in section["elements"]:
        if element == {"type": "text", "text": "\n"}:
            lines.append([])
        else:
            lines[-1].append(element)
    return lines


def test_a_sentence_of_ours_names_people_groups_channels_and_times() -> None:
    """What our own sentences name becomes alive, and only that."""
    sentence = (
        "Denied by <@U0BOB> of <!subteam^S0LEGAL> in <#C0LEGAL|legal> at <!date^60^{time}|00:01>: *gone*."
    )
    assert list(richtext.sentence(sentence)) == [
        {"type": "text", "text": "Denied by "},
        {"type": "user", "user_id": "U0BOB"},
        {"type": "text", "text": " of "},
        {"type": "usergroup", "usergroup_id": "S0LEGAL"},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": "C0LEGAL"},
        {"type": "text", "text": " at "},
        {"type": "date", "timestamp": 60, "format": "{time}", "fallback": "00:01"},
        {"type": "text", "text": ": "},
        {"type": "text", "text": "gone", "style": BOLD},
        {"type": "text", "text": "."},
    ]


@pytest.mark.parametrize(
    "words", ["<!channel>", "<!here>", "<https://evil.example|good>", "2 * 3 * 4", "<@bob>", "_i_"]
)
def test_nothing_else_comes_alive_in_a_sentence(words: str) -> None:
    """A broadcast, a link or a formula in a sentence is text."""
    assert list(richtext.sentence(words)) == [{"type": "text", "text": words}]


def test_a_quote_is_inert_whatever_it_says() -> None:
    """The words that a status line quotes are one text element in quotation marks."""
    *_, quote = richtext.status(Line("Denied:", quote="<@U0BOB> *no*"), 300, 300)
    assert quote == {"type": "text", "text": "“<@U0BOB> *no*”"}


def test_a_link_leaves_people_alive() -> None:
    """A linked sentence links its words; a person in it stays a person."""
    elements = richtext.status(Line("Sent by <@U0BOB>", link="https://a.example"), 300, 300)
    assert [element["type"] for element in elements] == ["link", "user"]


@pytest.mark.parametrize(
    ("character", "named"),
    [
        ("\u202e", "[U+202E]"),
        ("\ud800", "[U+D800]"),
        ("\x00", "[U+0000]"),
        ("\ufeff", "[U+FEFF]"),
        ("\u200b", "[U+200B]"),
    ],
)
def test_what_cannot_be_drawn_is_named(character: str, named: str) -> None:
    """Control characters, directions and halves of characters are named where they stand."""
    assert richtext.text(f"a{character}b")["text"] == f"a{named}b"


@given(words=words)
def test_whatever_is_said_can_be_sent(words: str) -> None:
    """No text makes a payload that cannot be written as UTF-8."""
    assert richtext.inert(words).encode().decode() == richtext.inert(words)


def test_line_feeds_and_emoji_are_not_named() -> None:
    """Ordinary words stay quiet."""
    assert richtext.inert("a\n\tb 👩‍👧 é") == "a\n\tb 👩‍👧 é"


def test_a_redline_draws_each_kind_of_paragraph() -> None:
    """Headings are bold, quotes have a bar, code is code, list items keep number and depth, rows their borders."""
    above, quoted, below = redline(EVERY_KIND)
    heading, deep, item, row = split(above)
    (code,) = split(below)
    added = {"bold": True, "underline": True}
    assert heading[0]["style"] == BOLD
    assert [e["text"] for e in deep] == ["\u2003", "a)", " ", "by mail"]
    assert deep[1]["style"] == added
    assert [e["text"] for e in item] == ["•", " ", "by ", "fax"]
    assert "style" not in item[0]
    assert [e["text"] for e in row] == ["Fee | ", "100", "\u2009", "120"]
    assert quoted["type"] == "rich_text_quote"
    assert [e.get("style") for e in code] == [{"code": True, "strike": True}, None, {"code": True, **added}]


def test_lines_are_parted_by_line_feeds_of_their_own() -> None:
    """Whether a client begins a line for each section or not, paragraphs never run together."""
    (part,) = redline(excerpt(paragraph((Mark.KEEP, "one")), paragraph((Mark.INSERT, "two"))))
    assert [e["text"] for e in part["elements"]] == ["one", "\n", "two"]
    assert "style" not in part["elements"][1]


def test_spans_of_one_fate_are_one_element() -> None:
    """A message does not spend its budget on many runs of one style."""
    (part,) = redline(excerpt(paragraph((Mark.KEEP, "a "), (Mark.KEEP, "b "), (Mark.INSERT, "c"))))
    assert [e["text"] for e in part["elements"]] == ["a b ", "c"]


def test_a_paragraph_of_nothing_is_an_empty_line() -> None:
    """Slack refuses empty texts: an empty paragraph is a space."""
    assert redline(excerpt(paragraph((Mark.KEEP, ""), kind=Kind.QUOTE))) == [
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": " "}]}
    ]


def test_an_excerpt_of_nothing_is_no_block() -> None:
    """Slack refuses a rich text block without parts."""
    assert richtext.redline(excerpt()) is None


def test_as_markup_only_what_is_ours_is_alive() -> None:
    """Where Slack takes markup only, everything but our own tokens is escaped."""
    said = richtext.mrkdwn(
        f"<@U0BOB> in <#C0LEGAL>, *please*, <!date^60^{{time}}|00:01>, <!subteam^S0LEGAL>: {EVIL[:10]}"
    )
    assert said == (
        "<@U0BOB> in <#C0LEGAL>, *please*, <!date^60^{time}|00:01>, <!subteam^S0LEGAL>: &lt;!channel&gt;"
    )


def test_without_markup_a_sentence_still_reads() -> None:
    """Where Slack takes plain words only, nobody reads brackets."""
    said = richtext.unmarked(
        "Only members of <#C0LEGAL> may: ask <@U0BOB> or *wait* until <!date^60^{time}|00:01>."
    )
    assert said == "Only members of the channel may: ask somebody or wait until 00:01."
    assert richtext.unmarked("<@U0BOB> was first.") == "Somebody was first."


def test_somebodys_words_are_brought_into_one_line() -> None:
    """Line feeds cannot make other people's words look like lines of ours."""
    assert richtext.one_line("a\n\n  b\tc", 4) == "a b…"


def test_hidden_words_say_so_and_are_set_apart() -> None:
    """One sees where they begin, and where they end."""
    spans = (Span(Mark.KEEP, "Pay."), Span(Mark.INSERT, " Fees", hidden=True), Span(Mark.INSERT, " apply."))
    line = redline(excerpt(Paragraph(Kind.PARAGRAPH, 0, "", spans)))[0]["elements"]
    assert [element["text"] for element in line] == ["Pay.", " [hidden] Fees", " apply."]
    assert [sorted(element.get("style", ())) for element in line] == [
        [],
        ["bold", "italic", "underline"],
        ["bold", "underline"],
    ]
