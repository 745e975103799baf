from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redline import Kind
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read
from bot.redline.reading.record import Block, Reading
from tests.unit.redline.drawing import htmls


def reading(html: str) -> Reading:
    return read(html, Looks())


def texts(html: str) -> list[str]:
    return [block.text for block in reading(html).blocks]


def shapes(html: str) -> list[tuple[Kind, int, str, str]]:
    return [(block.kind, block.level, block.label, block.text) for block in reading(html).blocks]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p><p>b</p>", ["a", "b"]),
        ("<p>a<p>b", ["a", "b"]),
        ("a<div>b<div>c</div>d</div>e", ["a", "b", "c", "d", "e"]),
        ("<p>10<sup>6</sup> u<b>nit</b>s</p>", ["106 units"]),
        ("<p> a <b> b </b> c </p>", ["a b c"]),
        ("<p>a\n\t b</p>\n<p>c</p>", ["a b", "c"]),
        ("<p></p><p> </p><p><br></p>", []),
        ("<p>a<br>b<br/>c</br>d<br></p>", ["a\nb\nc\nd"]),
        ("<p>a <br> b</p>", ["a\nb"]),
        ("<p>a\u00a0 \u00a0b\u2028c</p>", ["a\u00a0 \u00a0b\u2028c"]),
        ("foo<wbr>bar", ["foobar"]),
        ("<unknown>a</unknown><x-y>b</x-y>", ["ab"]),
        ("<p>one<hr>two", ["one", "two"]),
        ("<option>a<option>b", ["a", "b"]),
    ],
)
def test_text_is_read_as_a_browser_would_draw_it(html: str, expected: list[str]) -> None:
    """Blocks part words, inline tags do not; white space collapses, but only the ordinary one."""
    assert texts(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>T</h1><h3>U <b>v</b></h3>", [(Kind.HEADING, 1, "", "T"), (Kind.HEADING, 3, "", "U v")]),
        ("<blockquote>a<p>b</p></blockquote>c", [(Kind.QUOTE, 0, "", "a"), (Kind.QUOTE, 0, "", "b"), (Kind.PARAGRAPH, 0, "", "c")]),
        ("<pre>a</pre>", [(Kind.CODE, 0, "", "a")]),
        ("<p><code>a</code></p>", [(Kind.PARAGRAPH, 0, "", "a")]),
        ("<ul><li>a<li><p>b</p><p>c</p></ul>d", [
            (Kind.LIST_ITEM, 1, "•", "a"), (Kind.LIST_ITEM, 1, "•", "b"), (Kind.LIST_ITEM, 1, "", "c"), (Kind.PARAGRAPH, 0, "", "d"),
        ]),
        ("<ol start=3><li>a<ol type=a><li>b</ol></li><li>c</ol>", [
            (Kind.LIST_ITEM, 1, "3.", "a"), (Kind.LIST_ITEM, 2, "a.", "b"), (Kind.LIST_ITEM, 1, "4.", "c"),
        ]),
        ("<li>alone", [(Kind.LIST_ITEM, 1, "•", "alone")]),
        ("<ol><li></li></ol><p>a</p>", [(Kind.PARAGRAPH, 0, "", "a")]),
        ("<ol><li><h2>a</h2></ol>", [(Kind.HEADING, 2, "1.", "a")]),
        ("<li><blockquote>a</blockquote>b", [(Kind.QUOTE, 0, "•", "a"), (Kind.LIST_ITEM, 1, "", "b")]),
    ],
)  # fmt: skip
def test_a_paragraph_knows_what_it_is(html: str, expected: list[tuple[Kind, int, str, str]]) -> None:
    """Headings have their level, list items their depth and label; the innermost element counts."""
    assert shapes(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", ["A | B", "1 | 2"]),
        ("<table><tbody><tr><td>1<td>2<tr><td>3<td>4<tfoot><tr><td>5</table>x", ["1 | 2", "3 | 4", "5", "x"]),
        ("<tr><td></td><td>2</td><td></td></tr>", ["| 2 |"]),
        ("<tr><td><p>a</p><p>b</p></td><td><ul><li>c</ul>", ["a\nb | c"]),
        ("<tr><td><table><tr><td>in<td>ner</table><td>x</table>", ["in | ner", "x"]),
        ("<table><caption>C</caption><tr><td>a</table>", ["C", "a"]),
        ("<td>no row</td><td>at all</td>", ["no row", "at all"]),
    ],
)
def test_a_table_row_is_one_paragraph_with_borders(html: str, expected: list[str]) -> None:
    """Cells stand side by side; blocks in a cell become lines."""
    assert texts(html) == expected


def test_all_blocks_of_a_row_are_the_row() -> None:
    """A list in a cell does not end the row."""
    assert shapes("<tr><td><h1>a</h1><ul><li>b") == [(Kind.TABLE_ROW, 0, "", "a\nb")]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<pre>\na\n  b\n</pre>", ["a\n  b"]),
        ("<pre>  a <b> b</b>\n\nc</pre>", ["  a  b\n\nc"]),
        ("<pre><p>a  b</p>c</pre>d  e", ["a  b", "c", "d e"]),
        ("<textarea>\na<b>  c</textarea>d", ["a<b>  c", "d"]),
        ("<xmp>a <b></xmp>", ["a <b>"]),
        ("<plaintext>a</plaintext>", ["a</plaintext>"]),
    ],
)
def test_preformatted_text_keeps_its_space(html: str, expected: list[str]) -> None:
    """Only the line feed after the tag and before its end are not drawn."""
    assert texts(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img alt="Two\n words" src=a>', ["[image: Two words]"]),
        ("see <img src=a> here", ["see [image] here"]),
        ("<image alt=x>", ["[image: x]"]),
        ("<td><img alt=a><td><img alt=b>", ["[image: a]", "[image: b]"]),
    ],
)
def test_an_image_is_a_word(html: str, expected: list[str]) -> None:
    """A changed picture cannot go unseen."""
    assert texts(html) == expected


@pytest.mark.parametrize(
    ("html", "hidden"),
    [
        ("<script>if(a<b)</script>", "if(a<b)"),
        ("<style>p{}</style>", "p{}"),
        ("<template><p>t</template>", "t"),
        ("<title>t</title>", "t"),
        ("<noscript><p>n</noscript>", "<p>n"),
        ("<iframe><p>n</iframe>", "<p>n"),
    ],
)
def test_what_is_not_drawn_is_noted_apart(html: str, hidden: str) -> None:
    """Scripts, style sheets and templates are no prose, and nothing after them is lost."""
    read = reading(f"<p>a {html}b</p><p>c</p>")
    assert [block.text for block in read.blocks] == ["a b", "c"]
    assert hidden in read.hidden + read.scripts


@pytest.mark.parametrize(
    "html",
    [
        "<svg><style><p>shown</style></svg>",
        "<math><title>shown</title></math>",
        "<svg><![CDATA[shown]]></svg>",
    ],
)
def test_in_a_drawing_everything_is_shown(html: str) -> None:
    """There a browser may read text where elsewhere it hides it, so in doubt it is shown."""
    assert "shown" in reading(html).text


def test_a_drawing_that_closes_itself_is_over() -> None:
    """`<svg/>` and `<path/>` are closed by their slash, `<p/>` is not."""
    assert texts("<svg/><script>1</script>a<svg><path/></svg><script>2</script><template/>b") == ["a"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<!-- open <p>b</p>", ["a"]),
        ("a<p", ["a"]),
        ("a<p class='x>b</p>", ["a"]),
        ("<p>a<script>b</p>c", ["a"]),
        ("a</>b</ c>d<!e>f<?g>h", ["abdfh"]),
        ("a < b <3 & c", ["a < b <3 & c"]),
        ("a<b", ["a"]),
        ("&amp &copy &notit; &bogus; &#65 &amp;amp;", ["& © ¬it; &bogus; A &amp;"]),
        ("a&#0;b&#xD800;c", ["a\ufffdb\ufffdc"]),
        ("<!DOCTYPE html><title>t</title><p>a", ["a"]),
        ("<p>a</b></p></div>b", ["a", "b"]),
        ("<b><p>a</b>b</p>c", ["ab", "c"]),
        ("<ul><li><b>a<li>b</ul>c", ["a", "b", "c"]),
        ("<div><template></div>t</template>a</div>b", ["a", "b"]),
        ("<b><template></b>t</template>a", ["a"]),
        ("<template><p>t</template>a", ["a"]),
        ("<script><!--<script></script>--></script>a", ["a"]),
        ("\r\na\rb", ["a b"]),
    ],
)
def test_broken_html_is_read_as_the_standard_says(html: str, expected: list[str]) -> None:
    """What is never closed swallows the rest, stray ends are ignored, references need no semicolon."""
    assert texts(html) == expected


def test_the_first_of_two_equal_attributes_counts() -> None:
    """As in a browser, a repeated attribute is dropped."""
    assert reading("<a href=first HREF=second>x</a>").links == ["first"]


def test_everything_that_is_no_word_is_noted() -> None:
    """Tags, attributes, targets, sources, comments and form fields stand in lists of their own."""
    read = reading(
        '<p id=b class=a>x<a href="u&amp;v">y</a><img src=s alt=t><!-- c --><?pi?><input checked></p>'
    )
    assert read.tags == ["p", "a", "/a", "img", "input", "/p"]
    assert read.attributes == [(("class", "a"), ("id", "b")), (), (("alt", "t"),), (("checked", ""),)]
    assert (read.links, read.images, read.comments) == (["u&v"], ["s"], ["<!-- c -->", "<?pi?>"])
    assert read.embedded == [("input", (("checked", ""),))]


def test_a_hidden_element_is_noted_with_its_attributes() -> None:
    """A script without text still has a source."""
    assert reading("<script src=a></script>").scripts != reading("<script src=b></script>").scripts


def test_data_for_programs_does_not_change_the_look_of_words() -> None:
    """An identifier that an editor keeps with a paragraph is no formatting, a style is."""
    looks = Looks()
    plain, named, styled = (
        read(f"<p {attribute}>x</p>", looks).blocks[0].tokens[0].look
        for attribute in ("", "data-id=1", "style=a")
    )
    assert plain == named != styled


@given(st.lists(htmls | st.sampled_from(["<p>\nx</p>", "<pre>\nx</pre>", "<p>\nx<br></p>"]), max_size=4))
@settings(max_examples=150)
def test_what_was_read_before_is_read_alike(htmls: list[str]) -> None:
    """What both sides have is read once, and yet as if each were read alone."""
    looks = Looks()
    for html in [*htmls, *htmls]:
        again, alone = (read(html, each).blocks for each in (looks, Looks()))
        assert [_unlooked(block) for block in again] == [_unlooked(block) for block in alone]


def _unlooked(block: Block) -> Block:
    return replace(block, tokens=tuple(token._replace(look=0) for token in block.tokens))


@given(htmls)
@settings(max_examples=150)
def test_a_paragraph_is_never_empty_and_always_ended(html: str) -> None:
    """Each block shows something, and its last token is its end."""
    for block in reading(html).blocks:
        assert block.text
        assert block.tokens[-1].text == "\n"


@given(st.text())
@settings(deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    """There is no such thing as invalid HTML."""
    reading(text)
