import pytest

from bot.redline.difference import Script, Stretch
from bot.redline.tidy import Sides, slide
from bot.redline.words import Sort, Token
from tests.unit.redline.drawing import lines, of_words


def line(old: str, new: str) -> str:
    (one,) = lines(f"<p>{old}</p>", f"<p>{new}</p>")
    return one


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("A b. C d.", "A b. X y. C d.", "A b. {+X y. +}C d."),
        ("A b. X y. C d.", "A b. C d.", "A b. [-X y. -]C d."),
        ("The cost.", "The fee. The cost.", "{+The fee. +}The cost."),
        ("See the cat here now.", "See the dog the cat here now.", "See {+the dog +}the cat here now."),
        ("one two", "one two three", "one two{+ three+}"),
        ('x " a y', 'x " a b "a y', 'x " {+a b "+}a y'),
        ("red, blue and green", "red, pink, blue and green", "red{+, pink+}, blue and green"),
    ],
)
def test_an_insertion_or_deletion_stands_where_a_sentence_ends(old: str, new: str, expected: str) -> None:
    """Of all places where it says the same, one takes whole sentences, else the one that begins first."""
    assert line(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["The cost."], ["The fee.", "The cost."], ["{+The fee.+}", "The cost."]),
        (["A fee.", "A cost.", "A sum."], ["A fee.", "A sum."], ["A fee.", "[-A cost.-]", "A sum."]),
        (["A fee."], ["A fee.", "A fee."], ["A fee.", "{+A fee.+}"]),
        (["A fee."], ["A fee.", "B."], ["A fee.", "{+B.+}"]),
        (["A fee."], ["A sum.", "B c."], ["A [-fee-]{+sum+}.", "{+B c.+}"]),
        (["one", "two", "three"], ["four five"], ["[-one-]{+four five+}", "[-two-]", "[-three-]"]),
        (["one"], ["two", "three", "four"], ["[-one-]{+two+}", "{+three+}", "{+four+}"]),
        (["one two three four", "five"], ["one two three"], ["one two three[- four-]", "[-five-]"]),
    ],
)
def test_paragraphs_answer_to_each_other(old: list[str], new: list[str], expected: list[str]) -> None:
    """Whole paragraphs are inserted and deleted, and a rewritten one stands beside what it replaces."""
    old_html, new_html = ("".join(f"<p>{text}</p>" for text in texts) for texts in (old, new))
    assert lines(old_html, new_html) == expected


def test_ends_are_matched_only_within_the_change() -> None:
    """A kept word before it that happens to be the same as the one after it stays where it is."""
    assert lines("<p>a b d b.</p>", "<p>a b.</p><p>c b.</p>") == ["a b[- d -]{+.+}{+¶+}", "{+c +}b."]


def test_a_change_does_not_move_where_a_space_would_then_differ() -> None:
    """The kept full stop has a space before it on both sides; the inserted one has none, and stays inserted."""
    x, stop, a, spaced_stop = (
        Token(sort, text, spaced, 0)
        for sort, text, spaced in (
            (Sort.WORD, "x", False), (Sort.POINT, ".", False), (Sort.WORD, "a", True), (Sort.POINT, ".", True),
        )
    )  # fmt: skip
    script = Script([Stretch(True, 0, 1, 0, 1), Stretch(False, 1, 1, 1, 3), Stretch(True, 1, 2, 3, 4)])
    assert slide(script, Sides([x, spaced_stop], [x, stop, a, spaced_stop])) == script
    assert slide(script, Sides([x, stop], [x, stop, a, stop])) != script


def test_a_split_and_a_merge_keep_their_words() -> None:
    """Only the break is marked, however alike the paragraphs end."""
    assert lines("<p>A b. C d.</p>", "<p>A b.</p><p>C d.</p>") == ["A b.[- -]{+¶+}", "C d."]
    assert lines("<p>A b.</p><p>C d.</p>", "<p>A b. C d.</p>") == ["A b.[-¶-]{+ +}C d."]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a one two b", "x one two y", "[-a one two b-]{+x one two y+}"),
        ("a one two three b", "x one two three y", "[-a-]{+x+} one two three [-b-]{+y+}"),
        ("a, one, two. b", "x, one, two. y", "[-a, one, two. b-]{+x, one, two. y+}"),
        ("one two three", "a one b two c three", "[-one two-]{+a one b two c+} three"),
    ],
)
def test_islands_of_fewer_than_three_words_are_joined(old: str, new: str, expected: str) -> None:
    """Two words between two changes are read as part of the change; punctuation is no word."""
    assert line(old, new) == expected


def test_an_island_in_a_long_rewrite_is_joined() -> None:
    """Four words that two long sentences happen to share, in the same order, do not tear the rewrite apart."""
    old = [f"old{number}" for number in range(20)]
    new = [f"new{number}" for number in range(20)]
    same = ["and", "so", "it", "is"]
    assert (
        of_words(" ".join(old[:10] + same + old[10:]), " ".join(new[:10] + same + new[10:])).counts.edits == 1
    )
    assert of_words(" ".join(old[:3] + same + old[3:]), " ".join(new[:3] + same + new[3:])).counts.edits == 2


def test_a_sentence_between_two_new_ones_is_kept() -> None:
    """Long insertions before and after it do not make it a rewrite: it was not rewritten."""
    before, after = (" ".join(f"{side}{number}" for number in range(60)) for side in ("b", "a"))
    assert line("it is kept", f"{before} it is kept {after}") == f"{{+{before} +}}it is kept{{+ {after}+}}"


def test_cells_are_never_joined() -> None:
    """Two changed numbers in a row are two edits, each in its cell."""
    old, new = ("<tr><td>Fee<td>{}<td>{}".format(*numbers) for numbers in ((5, 10), (6, 11)))
    assert lines(old, new) == ["Fee | [-5-]{+6+} | [-10-]{+11+}"]


def test_paragraphs_are_never_joined() -> None:
    """A change at the end of one and at the beginning of the next are two edits."""
    assert lines("<p>a one b</p><p>c two d</p>", "<p>a one x</p><p>y two d</p>") == [
        "a one [-b-]{+x+}",
        "[-c-]{+y+} two d",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("see Section\u00a09 here", "see Section 9 here", "see [-Section\u00a09-]{+Section 9+} here"),
        ("one\u2003two", "one two", "[-one\u2003two-]{+one two+}"),
        ("not ,able to", "not, able to", "[-not ,able-]{+not, able+} to"),
        ("one \u200b two", "one two", "[-one \u200b two-]{+one two+}"),
        ("not<br>able to", "notable to", "[-not-][-↵-][-able-]{+notable+} to"),
        ("one<br>two", "one two", "one[-↵-]{+ +}two"),
        ("one two", "one<br>two", "one[- -]{+↵\n+}two"),
        ("\u00a0", "x", "[-\u00a0-]{+x+}"),
    ],
)
def test_a_change_of_white_space_is_seen(old: str, new: str, expected: str) -> None:
    """It takes in the words around it, or has a mark of its own."""
    assert line(old, new) == expected


def test_white_space_in_code_is_seen() -> None:
    """An indent that changes marks the words around it."""
    assert lines("<pre>a\n  b\nc</pre>", "<pre>a\n    b\nc</pre>") == ["[-a\n  b-]{+a\n    b+}\nc"]


def test_white_space_alone_in_a_paragraph_changes_alone() -> None:
    """There is nothing around it to take in."""
    assert lines("<p>a</p><p>\u00a0</p><p>b</p>", "<p>a</p><p>\u2003</p><p>b</p>") == [
        "a",
        "[-\u00a0-]{+\u2003+}",
        "b",
    ]
