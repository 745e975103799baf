"""Blocks: what is read of HTML, and how it is written again."""

import pytest

from bot.sandbox.superdocs.files.blocks import Paragraph, Run, Table, blocks_of, html_of, tidy


@pytest.mark.parametrize(
    "html",
    [
        "<h1>One</h1>\n<h6>Six</h6>\n<p>Text.</p>",
        "<p>a <strong>b</strong> <em>c</em> <strong><em>d</em></strong> e</p>",
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<ol>\n<li>first</li>\n</ol>",
        "<table><tr><td>1</td><td><strong>2</strong></td></tr><tr><td></td><td>4</td></tr></table>",
        "<p>line<br>next &amp; &lt;last&gt;</p>",
    ],
)
def test_plain_html_comes_back(html: str) -> None:
    """What the formats have in common is read and written without a loss."""
    assert html_of(blocks_of(html)[0]) == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("loose words<p>next", "<p>loose words</p>\n<p>next</p>"),
        ("<div>  a\n b<div>c</div>d</div>", "<p>a b</p>\n<p>c</p>\n<p>d</p>"),
        ("<title>no</title><script>no</script><style>no</style>yes", "<p>yes</p>"),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", "<table><tr><td>a b</td></tr></table>"),
        ("<table></table><p> </p>", ""),
        ("</p></td></ul>x", "<p>x</p>"),
        ("<td>stray</td>", "<p>stray</p>"),
        (
            "<ol><li>a<ul><li>b</ul><li>c</ol>",
            "<ol>\n<li>a</li>\n</ol>\n<ul>\n<li>b</li>\n</ul>\n<ol>\n<li>c</li>\n</ol>",
        ),
        ("<b>a</b><i> b </i>c", "<p><strong>a</strong><em> b </em>c</p>"),
    ],
)
def test_other_html_is_made_simple(html: str, expected: str) -> None:
    """Nesting is flattened, silence and scripts are left out, and broken HTML gives what can be read of it."""
    assert html_of(blocks_of(html)[0]) == expected


def test_embedded_images_are_told() -> None:
    """They cannot go into a file; images with an address are nothing to warn of."""
    blocks, warnings = blocks_of('<p>a<img src="data:x"><img src="https://x/y.png"><img>b</p>')
    assert (html_of(blocks), warnings) == ("<p>ab</p>", ["An embedded image was left out."])


def test_runs_are_tidied() -> None:
    """Single spaces, none at the ends and none after a line break; neighbours of one look are one."""
    runs = [Run("  a "), Run(" b\n"), Run(" c", bold=True), Run(" ", bold=True), Run("")]
    assert tidy(runs) == (Run("a b\n"), Run("c", bold=True))


def test_what_a_paragraph_knows() -> None:
    """Its words and, of a heading, its rank."""
    assert (Paragraph((Run("a"), Run("b", bold=True)), "h3").level, Paragraph((Run("a"),)).level) == (3, 0)
    assert Paragraph((Run("a"), Run("b", bold=True))).text == "ab"
    assert Table(()).rows == ()
