"""A document in chunks."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.superdocs.editor.document import Document
from bot.sandbox.superdocs.editor.proposals import Proposal

PARTS = st.lists(
    st.sampled_from(
        [
            "<h1>Head</h1>",
            "<p>one",
            "</p>",
            "<p class='x'>two &amp; three</p>",
            "<ul>",
            "<li>item",
            "</ul>",
            "\n",
            "loose",
            "<table><tr><td><p>cell</p></td></tr></table>",
            "<div>",
            "</div>",
            "<b>bold</b>",
            "<!-- p -->",
            "<hr>",
        ]
    )
).map("".join)


def unmarked(html: str) -> str:
    """Return a source without chunk ids."""
    return re.sub(r' data-chunk-id="[^"]*"', "", html)


@given(PARTS)
def test_marking_adds_ids_and_nothing_else(html: str) -> None:
    """Whatever the source, taking the ids off again gives it back; ids are unique, and marking twice adds none."""
    document = Document.of(html)
    assert unmarked(document.html) in (html, f"<p>{html}</p>")
    ids = [chunk.chunk_id for chunk in document.chunks]
    assert len(set(ids)) == len(ids)
    assert all(ids)
    assert Document.of(document.html) == document


@given(PARTS)
def test_chunks_follow_each_other(html: str) -> None:
    """No chunk is inside another, and each is what the document has at its place."""
    document = Document.of(html)
    position = 0
    for chunk in document.chunks:
        assert position <= chunk.start < chunk.end
        assert unmarked(document.html[chunk.start : chunk.end]) == chunk.html
        position = chunk.end


@given(PARTS, st.data())
def test_applying_leaves_all_else_as_it_was(html: str, data: st.DataObject) -> None:
    """Replacing one chunk changes its stretch of the source only."""
    document = Document.of(html)
    if not document.chunks:
        return
    chunk = data.draw(st.sampled_from(document.chunks))
    changed, done = document.apply([Proposal("edit", chunk.chunk_id, chunk.html, "<p>NEW</p>")])
    assert done == [True]
    assert changed.html.startswith(document.html[: chunk.start])
    assert changed.html.endswith(document.html[chunk.end :])
    assert f'<p data-chunk-id="{chunk.chunk_id}">NEW</p>' in changed.html


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<h2>A</h2><p>one<p>two", ["A", "one", "two"]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["a b", "c"]),
        ("<table><tr><td>1</td><td>2</td></tr></table>after", ["1 2"]),
        ("<div>bare</div><div><p>in</p></div>", ["bare", "in"]),
        ("<div><p>open</div><p>next</p>", ["open", "next"]),
        ('<div data-chunk-id="x"><p>one</p><p>two</p></div>', ["one two"]),
        ("<dl><dt>term<dd>meaning</dl>", ["term", "meaning"]),
        ("<blockquote><p>quoted</p></blockquote>", ["quoted"]),
        ("<title><p>not</p></title><p>yes</p>", ["yes"]),
        ("<hr data-chunk-id='x'><p>after</p>", ["", "after"]),
        ("<div>never <b>closed", ["never closed"]),
        ("<div></div>no block holds this", []),
        ("only words", ["only words"]),
        ("", []),
    ],
)
def test_what_is_a_chunk(html: str, texts: list[str]) -> None:
    """Outermost blocks are chunks; end tags that may be left out are supplied as browsers do."""
    assert [chunk.text for chunk in Document.of(html).chunks] == texts


def test_ids_that_are_there_are_kept() -> None:
    """A document that comes back keeps its places, whatever quotes its attributes have."""
    document = Document.of("<p data-chunk-id=a>1</p><p class=x data-chunk-id='b'>2</p><p>3</p>")
    assert [chunk.chunk_id for chunk in document.chunks][:2] == ["a", "b"]
    assert [chunk.html for chunk in document.chunks] == ["<p>1</p>", "<p class=x>2</p>", "<p>3</p>"]


def test_the_same_document_gets_the_same_ids_in_a_session() -> None:
    """Ids are made from the session and the text, so that runs can be compared; other sessions have others."""
    assert Document.of("<p>x</p>", "s") == Document.of("<p>x</p>", "s")
    assert Document.of("<p>x</p>", "s") != Document.of("<p>x</p>", "t")


def test_all_three_operations_at_once() -> None:
    """Edits, deletions and insertions are applied together, insertions in their order."""
    document = Document.of('<p data-chunk-id="a">a</p><p data-chunk-id="b">b</p><p data-chunk-id="c">c</p>')
    changed, done = document.apply(
        [
            Proposal("create", new_html="<p>1</p>", insert_after_chunk_id="a"),
            Proposal("create", new_html="<p>2</p>", insert_after_chunk_id="a"),
            Proposal("edit", "b", new_html="<p>B</p>"),
            Proposal("delete", "c", "<p>c</p>"),
            Proposal("create", new_html="<p>end</p>"),
        ]
    )
    assert done == [True] * 5
    assert BeautifulSoup(changed.html, "html.parser").get_text("|") == "a|1|2|B|end"
    assert all(chunk.chunk_id for chunk in changed.chunks)


def test_what_cannot_be_applied_is_told() -> None:
    """A chunk that is gone, or is taken twice, changes nothing a second time."""
    document = Document.of('<p data-chunk-id="a">a</p>')
    proposals = [
        Proposal("edit", "nowhere", new_html="<p>x</p>"),
        Proposal("edit", "a", new_html="bare"),
        Proposal("delete", "a"),
        Proposal("create", new_html="<p>x</p>", insert_after_chunk_id="nowhere"),
    ]
    changed, done = document.apply(proposals)
    assert done == [False, True, False, False]
    assert changed.html == '<p data-chunk-id="a">bare</p>'


def test_the_first_block_of_an_empty_document() -> None:
    """Something can be put where nothing is."""
    changed, done = Document.of("").apply([Proposal("create", new_html="<p>first</p>")])
    assert done == [True]
    assert [chunk.text for chunk in changed.chunks] == ["first"]


def test_an_edit_that_brings_its_own_id_keeps_it() -> None:
    """HTML that shows the chunk id already does not get a second one."""
    changed, _ = Document.of('<p data-chunk-id="a">a</p>').apply(
        [Proposal("edit", "a", new_html='<p data-chunk-id="a">b</p>')]
    )
    assert changed.html == '<p data-chunk-id="a">b</p>'


@pytest.mark.parametrize("tag", ["<p class='x' data-chunk-id=\"a\" data-mine>", "<P data-chunk-id=a\n id=p>"])
def test_an_edit_leaves_the_tag_as_it_was(tag: str) -> None:
    """An edited chunk keeps its start tag byte for byte, the id in its place among the attributes."""
    document = Document.of(f"{tag}old</p><p>next</p>")
    new_html = document.chunks[0].html.replace("old", "new")
    changed, _ = document.apply([Proposal("edit", "a", new_html=new_html)])
    assert changed.html == document.html.replace("old", "new")
