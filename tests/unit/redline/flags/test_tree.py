"""A side as a browser would build it: nothing of it is lost, and what belongs together is together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.tree import parse


def test_elements_have_their_attributes_styles_and_text():
    """Names in lower case, values decoded, texts of everything below."""
    link = parse('<p>See <a HREF="x&#x2f;y" style="Color:RED" class="a b">the <b>terms</b></a></p>').of("a")[
        0
    ]
    assert (link.attributes["href"], link.attributes["class"]) == ("x/y", "a b")
    assert dict(link.styles) == {"color": "red"}
    assert link.text == "the terms"
    assert [outer.tag for outer in link.ancestors()] == ["a", "p"]
    assert link.within("p", "div") is link.parent


def test_a_part_of_a_table_stays_one():
    """A chunk may be a row or a cell alone: a parser that starts in a body would drop its tags."""
    assert [element.tag for element in parse("<tr><td>1<td>2").elements] == ["tr", "td", "td"]
    assert [element.tag for element in parse('<td id="x">1</td>').elements] == ["td"]


def test_texts_that_are_not_drawn_are_there_as_well():
    """In scripts, templates and shadow roots; comments stand apart."""
    tree = parse("<script>a</script><template><i>b</i></template><!-- c -->d")
    assert [run.text for run in tree.runs] == ["a", "b", "d"]
    assert tree.comments == (" c ",)
    assert tree.runs[-1].holder is None


@given(st.text(alphabet="<>/=\"'&;abcdiptr -!"))
def test_anything_is_a_tree(html: str):
    """However broken; each run is held by all its ancestors."""
    tree = parse(html)
    for run in tree.runs:
        assert run.holder is None or all(run in outer.runs for outer in run.holder.ancestors())
