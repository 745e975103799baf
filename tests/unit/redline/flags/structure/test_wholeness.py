"""Markup that is not whole any more is flagged, and whether it reaches beyond its place."""

from __future__ import annotations

import pytest

from bot.redline.flags.structure.wholeness import find
from tests.unit.redline.flags.comparing import sentences


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
    found = sentences(find, "<p>a</p>", new)
    assert words in found.get("malformed-html", "no such flag")
    assert ("escapes-chunk" in found) is escapes
