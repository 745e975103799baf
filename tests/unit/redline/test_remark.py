from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings

import bot.redline.flags
from bot.redline import redline
from bot.redline.flags import structure
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read
from bot.redline.remark import Source, ends_inside, remark_beside_edits
from tests.unit.redline.drawing import changes

IDENTICAL = "No visible change: old and new are identical."
SPACE = "No visible change; only white space between tags differs."
SPELLING = "No visible change; the source is spelled differently but reads the same."
UNFINISHED = "The new HTML ends inside a tag, a comment or raw text and would swallow what follows it."


@pytest.fixture(autouse=True, scope="module")
def unflagged() -> Iterator[None]:
    """Let the remark speak for itself: what flags say it would leave to them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.redline.flags, "FAMILIES", ())
        yield


def source(html: str) -> Source:
    return Source(html, read(html, Looks()))


def remark(old: str | None, new: str | None, operation: str = "edit") -> str:
    change = redline(old, new, operation)
    assert not change.uninspectable
    return change.remark


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<p>a b</p>", "<p>a b</p>", IDENTICAL),
        ("<p>a b</p>", "<p>a  b</p>\n", SPACE),
        ("<p>a &amp; b</p>", "<p>a & b</p>", SPELLING),
        ("<p class='x'>a</p>", "<P class=x>a</p>", SPELLING),
        ("<p a=1 b=2>a</p>", "<p b=2 a=1>a</p>", SPELLING),
        ("<p a=1>a</p>", "<p a=1 a=2>a</p>", SPELLING),
        ("<br/>a", "<br>a", SPELLING),
    ],
)
def test_no_visible_change_is_said(old: str, new: str, expected: str) -> None:
    """With what differs in the bytes, if anything does."""
    assert remark(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "classes"),
    [
        ("<p>a</p>", "<p class=x>a</p>", "attributes"),
        ("<p>a</p>", "<p data-id=x>a</p>", "attributes"),
        ("<p class=x>a</p><p>b</p>", "<p>a</p><p class=x>b</p>", "attributes"),
        ("<p class=x>a</p>", "<p><span class=y>a</span></p>", "tags, attributes"),
        ("<p>a</p>", "<div>a</div>", "tags"),
        ("<u>a</u><i></i> b", "<i></i><u>a</u> b", "tags"),
        ("<a href=x>a</a>", "<a href=y>a</a>", "a link's target"),
        ("<a>a</a>", "<a href=y>a</a>", "links"),
        ("<img src=x>", "<img src=y>", "an image's source"),
        ("<a href=x class=z>a</a>", "<a href=y>a</a>", "attributes, a link's target"),
        ("a<!-- x -->", "a<!-- y -->", "comments"),
        ("a<?x?>", "a<?y?>", "comments"),
        ("a<script>x</script>", "a<script>y</script>", "scripts or styles"),
        ("a<template>x</template>", "a<template>y</template>", "hidden parts"),
        ("a<script src=x></script>", "a<script src=y></script>", "attributes, scripts or styles"),
        (
            "a<style>x</style><iframe>x</iframe>",
            "a<style>y</style><iframe>y</iframe>",
            "scripts or styles, hidden parts",
        ),
        ("a<input>", "a<input checked>", "attributes"),
    ],
)
def test_where_no_word_differs_the_classes_that_do_are_named(old: str, new: str, classes: str) -> None:
    """A reviewer who sees no change in the words learns what kind of thing would change."""
    assert remark(old, new) == f"The words are the same; the markup differs ({classes})."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<a href=x>old</a>", "<a href=y>new</a>", "Besides the words, a link's target differs."),
        ("old", "<a href=y>new</a>", "Besides the words, links differ."),
        ("old<img src=x>", "new<img src=y>", "Besides the words, an image's source differs."),
        ("old<!-- x -->", "new<script>1</script>", "Besides the words, comments and scripts or styles differ."),
        ("old<input>", "new<input checked>", "Besides the words, embedded objects or form fields differ."),
        ("old <i>a b c</i>", "new <i style=x>a b c</i>", "Besides the words, the markup around unchanged words differs."),
        ("10<sup>6</sup> a b old", "106 a b new", "Besides the words, the markup around unchanged words differs."),
        ("<p>a b c old</p>", "<h1>a b c new</h1>", "Besides the words, the markup around unchanged words differs."),
    ],
)  # fmt: skip
def test_beside_changed_words_nothing_else_changes_unsaid(old: str, new: str, expected: str) -> None:
    """A changed word is no cover for a changed target, script or style."""
    assert remark(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "said", "expected"),
    [
        ("<a href=x>a</a>", "<a href=y>b</a>", {"link-target-changed"}, ""),
        ("a<img src=x>", "b<img src=y>", {"image-changed"}, ""),
        (
            "a",
            "b<!-- x --><style></style>",
            {"comment-changed"},
            "Besides the words, scripts or styles differ.",
        ),
        (
            "<a href=x>a</a>",
            "<a href=y>b</a>",
            {"image-changed"},
            "Besides the words, a link's target differs.",
        ),
        ("a", " ", {"operation-mismatch"}, ""),
        ("a", "b<textarea>", {"escapes-chunk"}, "Besides the words, embedded objects or form fields differ."),
    ],
)
def test_what_a_flag_says_is_not_said_twice(old: str, new: str, said: set[str], expected: str) -> None:
    """A flag names the thing; the remark knows no more than its class."""
    assert remark_beside_edits("edit", source(old), source(new), has_new_looks=False, said=said) == expected


def test_the_one_line_of_a_change_without_edits_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notification shows it and no flag."""
    monkeypatch.setattr(bot.redline.flags, "FAMILIES", (structure.find,))
    assert "escapes-chunk" in {flag.name for flag in redline("<p>a</p>", "<p>a</p><!--").flags}
    assert remark("<p>a</p>", "<p>a</p><!--").startswith(
        "The words are the same; the markup differs (comments)."
    )
    assert remark("<p>a</p>", "<p>a</p><!--").endswith(UNFINISHED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>a b c</p>", "<p>a b c</p><p class=x>new <b>words</b></p>"),
        ("<ul><li>a</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a b c</p>", "<p>a <b>new</b> b c</p>"),
        ("<p data-id=1>a b c</p>", "<p data-id=2>a b d</p>"),
        ("<p>a b c</p>", "<p>a b c <img src=x></p>"),
        ("<p>a b c</p><p>d</p>", "<p>a b c</p>"),
    ],
)
def test_ordinary_edits_have_no_remark(old: str, new: str) -> None:
    """What new words bring along by themselves is no news."""
    assert remark(old, new) == ""


@pytest.mark.parametrize(
    ("old", "new", "operation", "expected"),
    [
        (None, "<p>a</p>", "create", ""),
        ("", "<p><a href=x>a</a></p>", "create", ""),
        ("<p><a href=x>a</a></p>", None, "delete", ""),
        (None, "<p>a</p>", "edit", "There is no old text."),
        (" ", "<p>a</p>", "replace_all", "There is no old text."),
        ("<p>a</p>", None, "edit", "There is no new text."),
        ("<p>a</p>", "", "create", "There is no new text."),
        (None, "<p>a</p>", "delete", "There is no old text."),
        (None, "<p>a</p><!-- x -->", "create", "Besides the words, comments differ."),
        (None, "<p></p>", "edit", "There is no old text. The words are the same; the markup differs (tags)."),
    ],
)
def test_a_missing_side_is_said_where_it_should_be_there(
    old: str | None, new: str | None, operation: str, expected: str
) -> None:
    """What is created has no old text, what is deleted no new one; everything else has both."""
    assert remark(old, new, operation) == expected


@pytest.mark.parametrize(
    "end",
    ["<p", "<p class='", "<!-- ", "<script>", "<textarea>", "<title>", "</p", "<plaintext>", "<", "<!x"],
)
def test_html_that_would_swallow_what_follows_is_said(end: str) -> None:
    """Put back into its document, an open comment takes the next clause with it."""
    assert remark("<p>a</p>", f"<p>a</p>{end}").endswith(UNFINISHED) is (end != "<")
    assert ends_inside(end) is (end != "<")


def test_html_that_is_whole_swallows_nothing() -> None:
    """Open elements are closed by the next tags; only tags, comments and raw text are not."""
    assert not ends_inside("<p><b>a & b < c")


@given(changes())
@example(("a<p", "a"))
@settings(max_examples=100, deadline=None)
def test_no_byte_differs_unsaid(change: tuple[str, str]) -> None:
    """Either words are marked, or there is a remark."""
    result = redline(*change)
    assert result.counts.edits or result.remark or result.uninspectable
    assert ("identical" in result.remark) == (change[0] == change[1] and not result.uninspectable)
