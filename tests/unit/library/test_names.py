"""What may be asked of the library, and what stands beside a document."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library.names import LONGEST, besides, fault


@pytest.mark.parametrize(
    "path",
    [
        "contract.html",
        "a/b/c.docx",
        "Verträge 2026/Müller & Söhne #1 100% (final)?.html",
        "契約/契約書.pdf",
        "10:30 notes.md",
        "a/~b/[c]*.txt",
        " a .html",
        "a..b/c...html",
        "CONTRACT.HTM",
        f"{'a' * (LONGEST - 5)}.html",
    ],
)
def test_people_may_call_their_documents_as_they_like(path: str) -> None:
    """Spaces, scripts and punctuation are no reason to refuse."""
    assert fault(path) == ""


@pytest.mark.parametrize(
    "path",
    [
        *("../a.html", "a/../b.html", "a/..", "..", ".", "./a.html", "a/./b.html"),
        *("/a.html", "/etc/passwd", "//host/a.html", "a//b.html", "a.html/", "/"),
        *(".a.html", ".git/a.html", "a/.b/c.html", ".superdocs-relay-1.html"),
        *("a\\b.html", "..\\a.html", "C:\\a.html"),
        *("file:///a.html", "s3://bucket/a.html", "http://169.254.169.254/a.html", "zip://a::b.html"),
        *("simplecache::a.html", "a::b.html"),
        *("a\0.html", "a\n.html", "a\r.html", "a\x7f.html", "a\x85.html", "a\u2028.html", "a\ud800.html"),
        *("a\u202elmth.html", "\u2066a.html"),
        *("", f"{'a' * LONGEST}.html"),
        *("a", "a.doc", "a.html.zip", "a/b", "html"),
    ],
)
def test_what_could_lead_elsewhere_is_no_name(path: str) -> None:
    """Out of the library, to another store, to a hidden file, or to what SuperDocs does not edit."""
    sentence = fault(path)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@given(st.text(max_size=40))
def test_a_name_never_leaves_the_library(text: str) -> None:
    """Whatever passes has only plain parts."""
    path = f"{text}.html"
    if not fault(path):
        assert all(part and part not in {".", ".."} for part in path.split("/"))
        assert not path.startswith("/")


@pytest.mark.parametrize(
    ("path", "first", "third"),
    [
        ("a.html", "a (edited).html", "a (edited 3).html"),
        ("x/y/a.b.docx", "x/y/a.b (edited).docx", "x/y/a.b (edited 3).docx"),
        ("a (edited).html", "a (edited).html", "a (edited 3).html"),
        ("a (edited 7).html", "a (edited).html", "a (edited 3).html"),
        ("(edited).html", "(edited) (edited).html", "(edited) (edited 3).html"),
    ],
)
def test_an_edited_version_is_named_after_its_original(path: str, first: str, third: str) -> None:
    """In the same folder, numbered from two, and never edited twice by its name."""
    one, _, three = islice(besides(path), 3)
    assert (one, three) == (first, third)


@pytest.mark.parametrize(
    "path",
    [f"{'a' * 250}.html", f"{'ü' * 125}.html", f"x/{'契' * 83}.html", f"{'d/' * 200}{'a' * 100}.html"],
)
def test_a_long_name_is_cut_so_that_the_version_beside_it_fits(path: str) -> None:
    """In bytes, as file systems count, and never within a character."""
    assert not fault(path)
    for beside in islice(besides(path), 12):
        assert not fault(beside)
        assert len(beside.rpartition("/")[2].encode()) <= 255
        assert beside.endswith(").html")


@given(st.text(min_size=1, max_size=300))
def test_the_versions_beside_a_document_are_names_of_their_own(text: str) -> None:
    """Whatever may be read has names beside it that may be read, too, and each is another one."""
    path = f"{text}.html"
    if not fault(path):
        some = list(islice(besides(path), 12))
        assert len(set(some)) == len(some)
        assert not any(map(fault, some))
