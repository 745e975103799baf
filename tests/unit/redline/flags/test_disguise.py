"""Text that poses as Slack's markup or as the card is flagged, and text that only looks odd is not."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline import Flag, redline
from bot.redline.flags.disguise import of_explanation

MARKUP, SPOOF = "slack-markup-in-text", "spoofed-chrome"


def names(old: str, new: str) -> list[str]:
    """Name this family's flags of one paragraph that becomes another, both given as text."""
    change = redline(f"<p>{escape(old)}</p>", f"<p>{escape(new)}</p>")
    return [flag.name for flag in change.flags if flag.name in {MARKUP, SPOOF}]


def flag_of(new: str) -> Flag:
    return next(flag for flag in redline("<p>Fees.</p>", new).flags if flag.name in {MARKUP, SPOOF})


@pytest.mark.parametrize(
    "text",
    [
        "Dear <!everyone> please look",
        "<!subteam^S012|@legal> agrees",
        "<!date^1700000000^{date}|soon>",
        "agreed by <@U012ABC|carol>",
        "see <#C012ABC|general>",
        "<https://evil.example/a?b=1|the full text>",
        "<mailto:boss@evil.example|write us>",
        "&lt;!here&gt; for who reads it once more",
        "<!chan\u200bnel> in two parts",
        "＜!here＞ in wide signs",
        "@channel look here",
        "done :white_check_mark:",
        ":+1: from legal",
        "```\nnothing changes here\n```",
        "~not~ liable",
        "~~shall~~ may pay",
        "The fee is *50%*.",
        "(*including all taxes*)",
        "**struck out**, and more",
    ],
)
def test_what_slack_would_bring_to_life_is_flagged(text: str) -> None:
    """Mentions, labelled links, emoji by name, code fences, and the two marks that a redline uses."""
    assert names("Fees.", f"Fees. {text}") == [MARKUP]


@pytest.mark.parametrize(
    "text",
    [
        "— End of changes —",
        "No further differences.",
        "No more edits found.",
        "Nothing else changed.",
        "✅ Approved",
        "Approved ✔️",
        "Verified by @security",
        "Denied by <@ U1>",
        "Pre-approved by Legal",
        "SuperDocs says: “only formatting”",
        "The assistant says: fine",
        "Change 3 · Edit · 4.1 Fees",
        "3 changes to review",
        "decide by 14:32",
        "+12 −3 words",
        "struck = removed",
        "Bold means added",
        "[Approve] [Deny]",
        "【 Review whole change 】",
        "Approve / Deny",
        "Deny with feedback…",
        "and 14 more edits (212 words)",
        "Please click “Approve” below.",
        "It is safe to approve.",
        "2 of 2 approvals",
        "⚠ No warnings",
        "Formatting only.",
        "[image: Signature of the director]",
        "Ａpproved by @legal",
        "A\u0336p\u0336p\u0336roved by @legal",
    ],
)
def test_the_cards_own_words_are_flagged(text: str) -> None:
    """Its title, its status, its legend, its buttons, its claims, in whatever letters."""
    assert SPOOF in names("Fees.", f"Fees. {text}")


@pytest.mark.parametrize(
    "text",
    [
        "Prices* are net. * Without tax.",
        "* first\n* second\n** footnote",
        "area = a*b*c and 2 * 3 * 4",
        "Name* and address* are required.",
        "*.txt and *.pdf, foo_*.py and *args",
        "~5 to ~10 °C, ~/home and ~/work",
        "5~10 or 6~11",
        "Signed: ______ on _____ 20__",
        "See <https://www.gnu.org/licenses/> and <legal@acme.example>.",
        "if a < b and c > d | e",
        "<!DOCTYPE html> and <!-- comment -->",
        "at 10:30:45, ratio 1:2:3, :ref:`target`",
        "The plan was approved by the Board.",
        "Approved by: ________ Date: ________",
        "Changes approved by the Client in writing apply.",
        "No further changes shall be made without consent.",
        "No Other Changes. The Agreement stays in force.",
        "The parties shall decide by 14:00 on Friday.",
        "The members decide by simple majority.",
        "☐ Approve ☐ Reject",
        "“Change” means any change under clause 3.",
        "The end of the change period.",
        "He says: we agree.",
        "Page 3 of 12 · Draft",
        "✓ tested with version 2",
        "⚠ Caution: hot surface",
        "Contact @acme, or me@here.example.",
        "This change request is reviewed monthly.",
        "- End of document -",
        "Only formatting tools may be used.",
    ],
)
def test_what_only_looks_odd_is_quiet(text: str) -> None:
    """Footnotes, bullets, products, addresses, approvals as contracts speak of them."""
    assert names("Fees.", f"Fees. {text}") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>Ask <!here> first</p>", "<p>Ask <!here> last</p>"),
        ("<p>Legend: struck = removed, at the end</p>", "<p>Legend: struck = removed, at the start</p>"),
        ("<p>*a* b</p><p>c</p>", "<p>c</p><p>*a* b</p>"),
        ("<p>the *expression* is</p>", "<p>The *Term* Is</p>"),
        ("<p>:white_check_mark: a</p>", "<p>a</p>"),
        ("<p>~a~</p>", None),
        ('<p><img src="a" alt="a"></p>', '<p>New words <img src="a" alt="a"></p>'),
        ("<p>a</p>", '<p>a <img src="b" alt="b"></p>'),
    ],
)
def test_what_the_document_had_already_is_no_news(old: str, new: str | None) -> None:
    """Beside other edits, moved, deleted; a real image is no imitation of one."""
    change = redline(
        old.replace("<!", "&lt;!"), new and new.replace("<!", "&lt;!"), "edit" if new else "delete"
    )
    assert not {MARKUP, SPOOF} & {flag.name for flag in change.flags}


def test_once_more_than_before_is_news() -> None:
    """A document that holds one mention does not excuse a second, nor emphasis a strike."""
    assert names("The *fee* is 5.", "The ~fee~ is 5.") == [MARKUP]
    assert names("The *fee* is 5.", "The *fee* is *6*.") == [MARKUP]
    assert names("Ask <!here>.", "Ask <!here>. Ask <!here>.") == [MARKUP]


def test_tags_within_a_phrase_do_not_hide_it() -> None:
    """The words count as they are drawn."""
    assert flag_of("<p>Fees. <b>Approved</b> <i>by</i> @legal</p>").name == SPOOF


def test_a_sentence_quotes_the_first_finding_and_counts_the_rest() -> None:
    """As it stands there, cut when long; at most 200 characters."""
    first = flag_of("<p>Fees. &lt;!channel&gt; &lt;@U1&gt; :white_check_mark:</p>")
    assert first.sentence == "The text holds Slack markup, shown as plain text: “<!channel>”. And 2 more."
    assert first.dangerous
    assert flag_of("<p>Fees. Signed Off By @Bob</p>").sentence.endswith("“Signed Off By @Bob”.")
    assert len(flag_of(f"<p>Fees. &lt;https://evil.example/{'a' * 900}|b&gt;</p>").sentence) <= 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Shortens the clause; **no obligation** changes. No further changes.", []),
        ("`shall` becomes `may`, as asked:\n\n* one\n* two", []),
        ("<!here> done", [MARKUP]),
        ("<https://evil.example|Open full diff>", [MARKUP]),
        ("Typo fixed. ✅ Approved by @legal", [SPOOF]),
        ("a " * 301, ["truncated"]),
        ("a" + "\n" * 900 + "b", []),
        ("<!here> [Approve] " + "a" * 600, [MARKUP, SPOOF, "truncated"]),
    ],
)
def test_an_explanation_is_looked_at_with_more_patience(text: str, expected: list[str]) -> None:
    """Markdown and "no further changes" are ordinary there; what would be alive, or poses as the card, is not."""
    flags = of_explanation(text)
    assert [flag.name for flag in flags] == expected
    assert all("explanation" in flag.sentence for flag in flags)


@given(st.text(alphabet="<>!@#|:~*`[]() aApproved✅\n.=+-−1&;lt"))
def test_any_text_can_be_looked_at(text: str) -> None:
    """And looks the same each time."""
    assert names("", text) == names("", text)
    assert of_explanation(text) == of_explanation(text)


@pytest.mark.parametrize(
    "unit", ["<", "<!a|", "~a ", "*a", ":a_", "[ ", "✅ ", "approved ", "change 1 ", "<a:b", "ﷺ", "&amp;", "+1", "⚠ ", "-\n."]
)  # fmt: skip
def test_nothing_makes_the_search_go_back_and_forth(unit: str) -> None:
    """A search that did would not end before the test is given up."""
    text = unit * (300_000 // len(unit))
    assert "truncated" in {flag.name for flag in of_explanation(text)}
