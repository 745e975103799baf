"""Markup that says something, list numbers and whole HTML: what changes is flagged, formatting is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.compared import Compared
from bot.redline.flags.structure import find
from bot.redline.flags.tree import parse
from bot.redline.reading.record import Reading

MARKUP, NUMBERS, BROKEN, ESCAPES = (
    "markup-changed",
    "list-numbering-changed",
    "malformed-html",
    "escapes-chunk",
)


def flags(old: str, new: str) -> dict[str, str]:
    """Return this family's sentences by the names of its flags."""
    found = list(find(Compared("edit", parse(old), parse(new), Reading(), Reading(), ())))
    assert len(found) == len({flag.name for flag in found})
    assert all(len(flag.sentence) <= 200 for flag in found)
    return {flag.name: flag.sentence for flag in found}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<p>10<sup>6</sup> units</p>", "<p>106 units</p>", "“10<sup>6</sup>” becomes “106”"),
        ("<p>H<sub>2</sub>O</p>", "<p>H<sup>2</sup>O</p>", "“H<sup>2</sup>O”"),
        ("<p>x <sup>2</sup></p>", "<p>x 2</p>", "“2” was in <sup>, is plain"),
        ("<p>a <del>b c</del></p>", "<p>a b c</p>", "“b c” was in <del>"),
        ("<p>It is due</p>", "<p><strike>It is due</strike></p>", "“It is due” was plain, is in <s>"),
        ("<p>a</p>", "<p>a <ins>agreed</ins></p>", "“agreed” is new in <ins>"),
        ("<h2>Limits of</h2>", "<h3>Limits of</h3>", "was in <h2>, is in <h3>"),
        ("<h2>Limits of</h2>", "<p>Limits of</p>", "<h2>"),
        ("<p>Quoted words</p>", "<blockquote><p>Quoted words</p></blockquote>", "<blockquote>"),
        ("<p>a b</p>", "<p><code>a b</code></p>", "<code>"),
    ],
)
def test_markup_that_says_something_is_flagged(old: str, new: str, words: str):
    """When words that stay get it or lose it, or new words claim a decision."""
    assert words in flags(old, new).get(MARKUP, "no such flag")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "<ol><li>Pay<li>Go</ol>",
            "<ol start=4><li>Pay<li>Go</ol>",
            "“Pay” was 1. (ol), is 4. (ol start=4) now",
        ),
        ("<ol><li>Pay<li>Go</ol>", "<ul><li>Pay<li>Go</ul>", "is without a number (ul)"),
        ("<ul><li>Pay<li>Go</ul>", "<ol><li>Pay<li>Go</ol>", "is 1. (ol)"),
        ("<ol><li>Pay</ol>", "<ol type=a><li>Pay</ol>", "is a. (ol type=a)"),
        ("<ol><li>Pay<li>Go</ol>", "<ol reversed><li>Pay<li>Go</ol>", "is 2. (ol reversed)"),
        ("<ol><li>Pay<li>Go<li>Ask</ol>", "<ol><li>Pay<li value=7>Go<li>Ask</ol>", "“Go” was 2. (ol), is 7."),
        ("<ol><li>Pay<li>Ask</ol>", "<ol><li>Pay<li value=7>New<li>Ask</ol>", "“Ask” was 2. (ol), is 8."),
        ("<ol><li>Pay</ol>", "<ol style='list-style-type:upper-roman'><li>Pay</ol>", "is I."),
        ("<ol><li>Pay</ol>", "<ol style='list-style:none'><li>Pay</ol>", "without a number"),
        ("<ol><li>Pay x<li>Go x</ol>", "<ol start=3><li>Pay y<li>Go y</ol>", "is 3."),
    ],
)
def test_other_list_numbers_are_flagged(old: str, new: str, words: str):
    """When the list, or an item's own number, says so."""
    assert words in flags(old, new).get(NUMBERS, "no such flag")


@pytest.mark.parametrize(
    ("new", "words", "escapes"),
    [
        ("<p>a</p><!-- ", "ends inside", True),
        ("<p>a</p><a href='x", "ends inside", True),
        ("<p>a</p><?php", "ends inside", True),
        ("<p>a</p><textarea>", "<textarea>", True),
        ("<p>a</p><title>", "<title>", True),
        ("<p>a</p><script>x", "<script>", True),
        ("<p>a</p><plaintext>", "<plaintext>", True),
        ("<p>a</p><select><option>b", "<select>", True),
        ("<p>a</p><div hidden>", "<div>", True),
        ("<div/><p>a</p>", "<div>", True),
        ("<svg/><div/><p>a</p>", "<div>", True),
        ("<p>a <a href=x>b</p>", "<a>", True),
        ("<p>a</p></div></body>", "</div>", True),
        ("<p>a</p></td></tr></table>", "</td>", True),
        ("<p>a <span>b</p>", "<span>", False),
        ("<b><i>a</b></i>", "<i>", False),
        ("<p><ul><li>a</ul></p>", "</p>", False),
        ("<p>a</span></p>", "</span>", False),
        ("<table>no<tr><td>a</table>", "between the cells", False),
        ("<table><tr><b>no</b><td>a</table>", "<b> between the cells", False),
        ("<a href=x>a<a href=y>b</a></a>", "inside another", False),
        ("<p>" + "<span>" * 150 + "a" + "</span>" * 150, "nests so deep", False),
    ],
)
def test_html_that_is_not_whole_is_flagged(new: str, words: str, escapes: bool):
    """And whether what stands around it in the document is touched."""
    found = flags("<p>a</p>", new)
    assert words in found.get(BROKEN, "no such flag")
    assert (ESCAPES in found) is escapes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>a b c</p>", "<p>a <b>b</b> <i>c</i> <u>d</u> <small>e</small></p>"),
        ("<p>m<sup>2</sup> area</p>", "<p>m<sup>2</sup> zone</p>"),
        ("<p>a</p>", "<p>a<sup>1</sup></p><h3>New</h3><p>more a</p>"),
        ("<h2>Old title</h2><p>x</p>", "<h2>New title</h2><p>x</p>"),
        ("<ol><li>a<li>b</ol>", "<ol><li>x<li>a<li>b</ol>"),
        ("<ol><li>a<li>b</ol>", "<ol><li>b<li>a</ol>"),
        ("<ol><li>a</li><li>b</li></ol>", "<ol><li>a</li></ol><p>x</p><ol start=2><li>b</li></ol>"),
        ("<ol start=3><li>a</ol>", "<ol start=3><li>a<li>b</ol>"),
        ("<ul><li>a</ul>", "<ul><li>a<ul><li>c</ul></ul>"),
        ("", "<h1>T</h1><p>a<p>b<ul><li>x<li>y</ul><table><tr><td>a<td>b</table><dl><dt>a<dd>b</dl>"),
        ("<td>a</td>", "<td>a b</td>"),
        ("<p>a</p>", "<html><head></head><body><p>a</p></body></html>"),
        ("<p>a</p>", "<p>a</p><svg><g><path d=''/></g></svg><p>a<br/><img src=x /> <o:p></o:p></p>"),
        ("<p>a</p>", "<table><caption>c</caption><colgroup><col></colgroup><thead><tr><th>a</table>"),
        ("<p>a & b < c</p>", "<p>a & b < d</p>"),
        ("<div><b>x</b></p>", "<div><b>y</b></p>"),
        ("<h2>all <sup>of</sup> it</h2>", ""),
    ],
)
def test_ordinary_edits_are_quiet(old: str, new: str):
    """Formatting, new items and headings, left-out end tags; and what is broken on both sides."""
    assert flags(old, new) == {}


HTML = st.text(alphabet="<>/!-=' abdeiloprstu12&;")


@given(HTML, HTML)
def test_anything_is_looked_at(old: str, new: str):
    """Nothing raises; and what does not change is no finding."""
    flags(old, new)
    assert flags(new, new) == {}
