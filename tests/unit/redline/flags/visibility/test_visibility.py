"""Words that leave the page, come back, or read differently are flagged; words that only look different are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.compared import Compared
from bot.redline.flags.tree import parse
from bot.redline.flags.visibility import find
from bot.redline.reading.record import Reading

HIDDEN, CHANGED, DRAWN = "hidden-content", "visibility-changed", "css-generated-content"
STYLE, BIDI = "style-changed", "bidi-control"


def flags(old: str, new: str) -> dict[str, str]:
    """Return this family's sentences by the names of its flags."""
    found = list(find(Compared("edit", parse(old), parse(new), Reading(), Reading(), ())))
    assert len(found) == len({flag.name for flag in found})
    assert all(len(flag.sentence) <= 200 for flag in found)
    return {flag.name: flag.sentence for flag in found}


@pytest.mark.parametrize(
    ("old", "new", "name", "words"),
    [
        ("<p>Fee: 5.</p>", "<p>Fee: 5.<b style='opacity:0'>It rises.</b></p>", HIDDEN, "“It rises.”"),
        ("<p>Pays 5</p>", "<p>Pays <b hidden>-</b>5</p>", HIDDEN, "“-”"),
        ("<p>the a</p>", "<p>the a<b hidden>the</b></p>", HIDDEN, "“the”"),
        ("", "<p>Hi<template>Waived.</template></p>", HIDDEN, "“Waived.”"),
        (
            "<p>Hi</p>",
            "<p>Hi</p><p aria-hidden=true>Not liable</p>",
            HIDDEN,
            "pass it over (aria-hidden): “Not",
        ),
        ("<p>Hi</p>", "<p>Hi</p><input type=hidden name=fee value=900>", HIDDEN, "“900”"),
        ("<p>Hi</p>", "<p>Hi</p><b hidden>a</b><p>x</p><b hidden>b</b>", HIDDEN, "And 1 more."),
        (
            "<p>Unless waived, pay.</p>",
            "<p><b class=d-none>Unless waived,</b> pay.</p>",
            CHANGED,
            "“Unless waived,”",
        ),
        (
            "<p>10% per day.</p>",
            "<details><summary>Fee</summary>10% per day.</details>",
            CHANGED,
            "“10% per day.”",
        ),
        ("<p>x <b hidden>A B</b> C</p>", "<p>x <b hidden>A B C</b></p>", CHANGED, "“A B C”"),
        ("<p>x <b hidden>A B</b></p>", "<p>x A B</p>", CHANGED, "drawn now"),
        ("<p>A B C</p>", "<p><b aria-hidden=true>A B</b> C</p>", CHANGED, "“A B”"),
        ("<p>请付款，否则终止。</p>", "<p>请付款，<b hidden>否则终止。</b></p>", CHANGED, "“否则终止。”"),
        ("<p class=q>a b</p>", "<style>.q{display:none}</style><p class=q>a b</p>", CHANGED, "“a b”"),
        ("<p>a</p>", "<style>.other{visibility:hidden}</style><p>a</p>", CHANGED, ".other"),
        ("<p>a</p>", "<style>p::before{content:'Not '}</style><p>a</p>", DRAWN, "'Not '"),
        ("<p t=no>a</p>", "<style>p:after{content:attr(t)}</style><p t=no>a</p>", DRAWN, "“no”"),
        ("<p>a</p>", r"<style>p::before{content:'\4eot'}</style><p>a</p>", DRAWN, "not"),
        ("<ol><li>a</ol>", "<ol style='counter-reset:x 5'><li>a</ol>", DRAWN, "counter-reset:x 5"),
        ("<ul><li>a</ul>", "<ul style=\"list-style-type:'§ '\"><li>a</ul>", DRAWN, "§"),
        (
            "<p>It is due.</p>",
            "<p style='text-decoration:line-through'>It is due.</p>",
            STYLE,
            "“It is due.” is now",
        ),
        ("<p><b style='text-decoration:line-through'>a</b></p>", "<p>a</p>", STYLE, "no longer"),
        ("<p><s>a</s></p>", "<p><s style='text-decoration:none'>a</s></p>", STYLE, "text-decoration: none"),
        ("<p>us</p>", "<p style='text-transform:uppercase'>us</p>", STYLE, "text-transform: uppercase"),
        ("<p>a b</p>", "<p><b style='float:right'>a</b> b</p>", STYLE, "float: right"),
        ("<p>a b</p>", "<p style='font-family:Wingdings'>a b</p>", STYLE, "wingdings"),
        ("<p>a b</p>", "<p><b style='font-size:5pt'>a</b> b</p>", STYLE, "font-size: 5pt"),
        ("<p>10 6</p>", "<p>10 <b style='vertical-align:super'>6</b></p>", STYLE, "vertical-align: super"),
        ("<p>a</p>", "<p>a<b style='position:absolute'>b</b></p>", STYLE, "position: absolute"),
        ("<p>a</p>", "<style>p{writing-mode:vertical-rl}</style><p>a</p>", STYLE, "writing-mode"),
        ("<p>12</p>", "<p><bdo dir=rtl>12</bdo></p>", BIDI, "unicode-bidi"),
        (
            "<p>12</p>",
            "<p><b style='unicode-bidi:bidi-override;direction:rtl'>12</b></p>",
            BIDI,
            "direction: rtl",
        ),
    ],
)
def test_what_a_reader_would_not_see_is_flagged(old: str, new: str, name: str, words: str):
    """With the words, and the property or the reason."""
    assert words in flags(old, new).get(name, "no such flag")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>a b</p>", "<p><strong>a</strong> <u>b</u> <em style='color:red;text-align:right'>c</em></p>"),
        ("<p>a <b hidden>x y</b> b</p>", "<p>a <b hidden>x y</b> c</p>"),
        ("<p>a <b hidden>x y</b></p>", "<p>a</p>"),
        ("<p style='text-transform:uppercase'>a b</p>", "<p style='text-transform:uppercase'>a b c a</p>"),
        (
            "<ul><li style='float:left'>the x</ul>",
            "<ul><li style='float:left'>the x<li style='float:left'>the y</ul>",
        ),
        ("<p>a</p>", "<p>a</p><h2 style='text-transform:uppercase;color:#222'>New title</h2>"),
        ("<p>العقد</p>", "<p dir=rtl style='direction:rtl'>العقد ملغى</p>"),
        ("<p>a</p>", "<p>a <span class=lead style='font-family:Arial;font-size:10pt'>b</span></p>"),
        ("<p>a <b style='text-decoration:line-through'>b</b></p>", "<p>a</p>"),
        ("<details><summary>S</summary>a b</details>", "<details><summary>S t</summary>a b</details>"),
        ("<style>p{display:none}</style><p>a</p>", "<style>p{display:none}</style><p>a</p><i>b</i>"),
        ("<p>a b c</p>", "<p>a <mark>b</mark> c</p>"),
        ("<p>all of it</p>", ""),
    ],
)
def test_ordinary_edits_are_quiet(old: str, new: str):
    """Formatting, new words under old styles, and what is hidden on both sides."""
    assert flags(old, new) == {}


def test_a_rewording_of_hidden_text_names_only_what_is_new():
    """A stretch is hidden content when most of it is new, and a hiding when most of it was drawn."""
    rewritten = flags("<p>a <b hidden>one two three</b></p>", "<p>a <b hidden>one two four five six</b></p>")
    assert set(rewritten) == {HIDDEN}
    both = flags("<p>a b c</p>", "<p><b hidden>a b c and new words</b></p>")
    assert set(both) == {HIDDEN, CHANGED}


def test_words_under_many_declarations_are_judged_by_the_innermost_ones():
    """However deep they stand: more declarations around a text than anyone would write make it no slower."""
    around = "".join(f"<div style='order:{level};rotate:{level}deg'>" for level in range(200))
    assert "translate" in flags(f"{around}a b", f"{around}<b style='translate:9px'>a</b> b")[STYLE]
    assert flags(f"{around}a b", f"{around}a b c") == {}


HTML = st.text(alphabet="<>=\"' /:;-abdehinpsty0{}").map(
    lambda text: f'<p style="{text}">{text}</p><b hidden>{text}'
)


@given(HTML, HTML)
def test_anything_is_looked_at(old: str, new: str):
    """Nothing raises; and what does not change is no finding."""
    flags(old, new)
    assert flags(old, old) == {}
