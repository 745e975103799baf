"""Formatting, new items and headings, and what is broken on both sides, are no findings about structure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.structure import find
from tests.unit.redline.flags.comparing import sentences


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
    assert sentences(find, old, new) == {}


HTML = st.text(alphabet="<>/!-=' abdeiloprstu12&;")


@given(HTML, HTML)
def test_anything_is_looked_at(old: str, new: str):
    """Nothing raises; and what does not change is no finding."""
    sentences(find, old, new)
    assert sentences(find, new, new) == {}
