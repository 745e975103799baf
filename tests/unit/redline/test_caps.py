import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redline import redline
from bot.redline.caps import MAX_BYTES, uninspectable

FINE = "<p>fine</p>"


def reason(html: str) -> str:
    return uninspectable(FINE, html)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a" * (MAX_BYTES + 1), "The new HTML is larger than 512 KiB."),
        ("é" * (MAX_BYTES // 2 + 1), "The new HTML is larger than 512 KiB."),
        ("half \ud83d", "The new HTML holds half of a character (a lone surrogate)."),
        ("a\0b", "The new HTML holds a NUL character."),
        ("<div>" * 501, "The new HTML nests deeper than 500 elements."),
        ("</div>" * 300 + "<div>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<div/>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<div></x>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<rt>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<span><div></span></div>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<dd>x<li>x" * 251, "The new HTML nests deeper than 500 elements."),
        ("<svg>" + "<input>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<svg><p>" + "<g/>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<svg><title>" + "<g>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<svg>" + "<g><![CDATA[></g>]]>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<noscript>" + "<div>" * 501 + "</noscript>", "The new HTML nests deeper than 500 elements."),
        ("<i><script><!--<script></script></i>" * 501, "The new HTML nests deeper than 500 elements."),
        ("<div>" * 400 + "<br>" * 1500, "The new HTML leaves too many elements open for too long."),
        (
            "".join(f"<b x{number}>" for number in range(300)) + "<p>" * 201,
            "The new HTML leaves too many elements open for too long.",
        ),
        ("<b></b>" * 2_001, "The new HTML has more than 4,000 tags and comments."),
        ("x<!---->" * 4_001, "The new HTML has more than 4,000 tags and comments."),
        ("<!><?x></>" * 1_334, "The new HTML has more than 4,000 tags and comments."),
        ("<div>" * 400 + "word " * 15_100, "The new HTML leaves too many elements open for too long."),
        ("<div>" * 400 + "x<!---->" * 1500, "The new HTML leaves too many elements open for too long."),
        (
            "<p " + " ".join(f"a{n}=1" for n in range(201)) + ">",
            "The new HTML has a tag with more than 200 attributes.",
        ),
        ("a " * 30_001, "The new HTML has more than 30,000 words."),
        ("a," * 30_001, "The new HTML has more than 30,000 words."),
        ("(a)?! " * 10_001, "The new HTML has more than 40,000 punctuation marks."),
        ("?!" * 20_001, "The new HTML has more than 40,000 punctuation marks."),
        ("! " * 30_001, "The new HTML has more than 30,000 words."),
        ("<p>of the sum" * 3_999 + " a" * 18_004, "The new HTML has more than 30,000 words."),
        ("\u200b" * 40_001, "The new HTML has more than 40,000 characters that are not drawn."),
        ("\u200c\ue000" * 20_001, "The new HTML has more than 40,000 characters that are not drawn."),
        ("<textarea>" + "a " * 30_001, "The new HTML has more than 30,000 words."),
    ],
)
def test_what_is_beyond_a_cap_is_refused_with_the_reason(html: str, expected: str) -> None:
    """Each cap says in a sentence which side broke it."""
    assert reason(html) == expected
    assert uninspectable(html, FINE) == expected.replace("new", "old")


@pytest.mark.parametrize(
    "html",
    [
        "a" * (MAX_BYTES),
        "<div>" * 500,
        "<div></div>" * 501,
        "<ul>" + "<li><p>a<p>b" * 501 + "</ul>",
        "<table>" + "<tr><td>a<td>b" * 501 + "</table>",
        "<dl>" + "<dt>a<dd>b" * 501 + "</dl>",
        "<h1>a</h2>" * 501,
        "<p><b>a<i>b</b>c</i>" * 501,
        "<a name=x>a" * 501,
        "<select>" + "<option>a" * 501 + "</select>",
        "<ruby>a<rt>b</ruby>" * 501,
        "<td><p>a</td>" * 501,
        "<div><span>a</div>" * 501,
        "<li>" * 300,
        "<p>" * 300,
        "<br>" * 300,
        "<svg>" + "<path/>" * 300 + "</svg>",
        "<!--" + "<div>" * 300 + "-->",
        "<script>" + "<div>" * 300 + "</SCRIPT >",
        f'<p title="{"<div>" * 300}">',
        f"<p title='{'a ' * 300}'>",
        f"<!x {'<div ' * 300}>" + "</ " + "<div " * 300,
        "<b></b>" * 2_000,
        "x<!---->" * 4_000,
        "<div>" * 400 + "word " * 12_000,
        "<p " + " ".join(f"a{n}='1'" for n in range(200)) + "/>",
        "a " * 30_000,
        "(a)?! " * 10_000,
        "?!" * 20_000,
        "می\u200cروم " * 30_000,
        "\u200b" * 40_000,
        "<p title='" + "a " * 30_001 + "'>",
    ],
)
def test_what_stays_within_the_caps_is_inspected(html: str) -> None:
    """Neither rows of elements, nor tags in comments, scripts and attributes, count as nesting."""
    assert reason(html) == ""


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_nothing_on_both_sides_cannot_be_inspected(blank: str | None) -> None:
    """A change without any text says so and shows nothing."""
    change = redline(blank, blank, "delete")
    assert change.uninspectable == "There is neither old nor new text."
    assert change.paragraphs == ()


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<",
            "</",
            "<!",
            "<!--",
            "<a ",
            "<a b=",
            '<a b="',
            "<a b='\"",
            "<a/b=",
            "<?",
            "&",
            "<script>",
            "</script",
        ),
        *(
            "<p><",
            "<!-",
            "--",
            "<a =",
            "<textarea",
            "</ ",
            "<a b='<a b=\"",
            "\t",
            "<!-->",
            "<!--->",
            "<title>",
        ),
    ],
)
@pytest.mark.timeout(5)
def test_no_input_takes_longer_than_its_length(piece: str) -> None:
    """A long row of what makes backtracking parsers stop for minutes is scanned at once."""
    reason(piece * (MAX_BYTES // 4 // len(piece)))


@given(st.text(alphabet="<>/!-?ab='\" \n&;script"))
@settings(deadline=None)
def test_the_scan_never_fails(html: str) -> None:
    """Whatever comes, the answer is a sentence or nothing."""
    assert isinstance(reason(html), str)
