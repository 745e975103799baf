"""A name says in which format a document is."""

from __future__ import annotations

import pytest

from bot.core.formats import Format, format_of


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("contract.html", Format.HTML),
        ("contract.htm", Format.HTML),
        ("CONTRACT.HTML", Format.HTML),
        ("a/b.c/contract.docx", Format.DOCX),
        ("contract.v2.pdf", Format.PDF),
        ("notes.md", Format.MARKDOWN),
        ("notes.markdown", Format.MARKDOWN),
        ("notes.TXT", Format.TEXT),
        ("notes.rtf", Format.RTF),
        ("Größe & Maß #1.html", Format.HTML),
    ],
)
def test_the_suffix_names_the_format(name: str, form: Format) -> None:
    """In any case, of the last part of a path, whatever stands before."""
    assert format_of(name) is form


@pytest.mark.parametrize(
    "name",
    ["", "contract", "contract.doc", "contract.html.zip", "html", ".html", "a.html/b", "a.html.", "a.xlsx"],
)
def test_what_has_no_such_suffix_is_not_taken(name: str) -> None:
    """Word's old format neither, nor a name that is only a suffix."""
    assert format_of(name) is None


def test_a_format_is_its_own_usual_suffix() -> None:
    """What is named by a format is known by that name again."""
    assert [format_of(f"a.{form}") for form in Format] == list(Format)
