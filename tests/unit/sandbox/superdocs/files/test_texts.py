"""The formats that are text: plain, Markdown, Rich Text and HTML."""

import pytest

from bot.sandbox.superdocs.files import markdown, rtf, text
from bot.sandbox.superdocs.files.blocks import Block, Paragraph, html_of
from bot.sandbox.superdocs.files.webpage import uploaded


def test_markdown_comes_back(blocks: list[Block]) -> None:
    """What is written is read as the same."""
    assert markdown.read(markdown.write(blocks).encode()) == blocks


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# A #\ntext\nmore", "<h1>A</h1>\n<p>text more</p>"),
        ("* one\n+ two\n  goes on\n\n2) first", "<ul>\n<li>one</li>\n<li>two goes on</li>\n</ul>\n<ol>\n<li>first</li>\n</ol>"),
        ("a **b *c* d** _e_ snake_case_name", "<p>a <strong>b <em>c</em> d</strong> <em>e</em> snake_case_name</p>"),
        ("2 * 3 * 4 \\*x\\*", "<p>2 * 3 * 4 *x*</p>"),
        ("a  \nb\\\nc", "<p>a<br>b<br>c</p>"),
        ("| A | B |\n|---|:-:|\n| 1 | **2** |", "<table><tr><td>A</td><td>B</td></tr><tr><td>1</td><td><strong>2</strong></td></tr></table>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<p>b</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_markdown_that_people_write(source: str, html: str) -> None:
    """Headings, lists, tables, breaks and emphasis; underscores and stars in words are just that."""
    assert html_of(markdown.read(source.encode())) == html


@pytest.mark.parametrize(
    ("content", "html"),
    [
        (b"a\nb\r\n\r\nc", "<p>a b</p>\n<p>c</p>"),
        ("- a\n- b\nrest\n\n• c".encode(), "<ul>\n<li>a</li>\n<li>b rest</li>\n<li>c</li>\n</ul>"),
        ("é".encode("utf-16"), "<p>é</p>"),
        ("é".encode("utf-8-sig"), "<p>é</p>"),
        ("é €".encode("cp1252"), "<p>é €</p>"),
        (b" \n\n ", ""),
    ],
)
def test_plain_text_is_read(content: bytes, html: str) -> None:
    """Paragraphs, items, and whatever encoding it has."""
    assert html_of(text.read(content)) == html


def test_bytes_that_are_no_text() -> None:
    """They are refused instead of guessed at."""
    with pytest.raises(ValueError, match="not text"):
        text.read(b"MZ\x00\x01")


def test_plain_text_is_written(blocks: list[Block]) -> None:
    """Items have marks, a table has a line for each row, and every paragraph stands alone."""
    written = text.write(blocks)
    assert (
        "\n\n- two\n\n1. first\n\n2. second\n\nBetween.\n\n1. first again\n\nItem\tPrice\nShaft\t412.00\n\n"
        in written
    )
    assert [block.text in written for block in blocks if isinstance(block, Paragraph)] == [True] * 11


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (r"{\rtf1\outlinelevel1 Title\par\pard {\b bold} {\i it\b0 alic} plain\par}", "<h2>Title</h2>\n<p><strong>bold</strong> <em>italic</em> plain</p>"),
        (r"{\rtf1 caf\'e9 \u8364?5 {\uc0\u946}\u-10179?\u-8704? a\~b\_c\-d\{x\}}", "<p>café €5 β😀 a\N{NO-BREAK SPACE}b-cd{x}</p>"),
        (r"{\rtf1{\*\generator gone}{\info{\title gone}}\ldblquote kept\rdblquote\line\emdash}", "<p>“kept”<br>—</p>"),
        ("{\\rtf1{\\listtext\\bullet\\tab}one\\par\\pard two\\\nthree}", "<ul>\n<li>one</li>\n</ul>\n<p>two</p>\n<p>three</p>"),
        (r"{\rtf1 \b a\plain b}}", "<p><strong>a</strong>b</p>"),
    ],
)  # fmt: skip
def test_rich_text_is_read(source: str, html: str) -> None:
    """Headings, items, looks, and letters in each of the ways that it has for them."""
    assert html_of(rtf.read(source.encode())) == html


def test_what_is_no_rich_text() -> None:
    """A file that only has the suffix is refused."""
    with pytest.raises(ValueError, match="not Rich Text"):
        rtf.read(b"Dear Sir")


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<p data-a data-b="1 > 0" data-c=x class="c d">t</p>', '<p class="c d">t</p>'),
        ("<!-- gone --><!DOCTYPE html><p>data-a stays</p>", "<!DOCTYPE html><p>data-a stays</p>"),
        ("<script>let a = '<!-- x -->'</script>", "<script>let a = '<!-- x -->'</script>"),
    ],
)
def test_what_an_upload_keeps_of_html(html: str, kept: str) -> None:
    """No comment and no own data; everything else keeps its bytes."""
    assert uploaded(html) == kept
