"""What the doctor says of a library, and that it leaves everything as it was."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from bot.doctor.finding import State
from bot.doctor.library import shelves
from bot.library.errors import UnusableError
from bot.library.folder import Folder
from bot.library.library import FsspecLibrary
from bot.library.listing import Known, Listed

if TYPE_CHECKING:
    from pathlib import Path

    from bot.doctor.finding import Findings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_bytes(b"x")
    return tmp_path


def said(findings: Findings) -> list[tuple[str, State, str]]:
    return [(finding.name, finding.state, finding.found) for finding in findings]


async def test_a_library_that_is_well_has_three_lines(root: Path) -> None:
    """What is in it, and that it can be read and written; nothing is left behind."""
    (root / "b.docx").write_bytes(b"x")
    assert said(await shelves(str(root), 10)) == [
        ("DOCUMENTS_URL", State.OK, "2 documents that can be edited"),
        ("library reading", State.OK, "a document was read"),
        ("library writing", State.OK, "documents can be written back"),
    ]
    assert names(root) == {"a.html", "b.docx"}


@pytest.mark.parametrize(
    ("url", "found", "cure"),
    [
        ("file:///nonexistent/docs", "there is no folder /nonexistent/docs", "Make it"),
        ("https://me:SECRET@example.com/docs", "https:// leads to no library", "Set DOCUMENTS_URL to"),
        ("gs://bucket/docs", "what reads gs:// is not installed", "gcsfs"),
    ],
)
async def test_an_address_without_a_library_is_a_fault(url: str, found: str, cure: str) -> None:
    """In the words of the start, which would fail for the same reason."""
    (finding,) = await shelves(url, 10)
    assert (finding.name, finding.state) == ("DOCUMENTS_URL", State.FAULT)
    assert found in finding.found
    assert cure in finding.cure
    assert "SECRET" not in f"{finding}"


async def test_a_library_that_does_not_answer_is_a_fault(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may pass; the doctor says what is so now."""

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "SECRET")

    monkeypatch.setattr(Folder, "check", fail)
    (finding,) = await shelves(str(root), 10)
    assert (finding.state, finding.found) == (
        State.FAULT,
        "The document library does not answer (OSError).",
    )
    assert finding.cure.startswith("Look at the network")


async def test_a_library_without_documents_is_a_warning(root: Path) -> None:
    """It may be the wrong folder."""
    (root / "a.html").rename(root / "a.exe")
    findings = await shelves(str(root), 10)
    assert said(findings)[0] == ("DOCUMENTS_URL", State.WARNING, "no document that can be edited is there")
    assert [finding.name for finding in findings] == ["DOCUMENTS_URL", "library writing"]


async def test_a_library_beyond_measure_is_a_warning(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People would seek in vain what is there."""

    async def cut(_: FsspecLibrary) -> Listed:
        return Listed((Known("a.html", "a.html", "a.html"),), is_cut=True)

    monkeypatch.setattr(FsspecLibrary, "holding", cut)
    finding = (await shelves(str(root), 10))[0]
    assert (finding.state, finding.found) == (
        State.WARNING,
        "more than 1 documents: people find only those by searching",
    )


async def test_one_document_that_can_be_read_is_enough(root: Path) -> None:
    """The newest may be a link that leads nowhere in particular."""
    with (root / "large.html").open("wb") as file:
        file.truncate(11_000_000)
    assert ("library reading", State.OK, "a document was read") in said(await shelves(str(root), 10))


async def test_documents_that_cannot_be_read_are_a_fault(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listing them takes another right than reading them."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Folder, "read", refuse)
    assert ("library reading", State.FAULT, "The relay may not read a.html.") in said(
        await shelves(str(root), 10)
    )


async def test_a_library_that_cannot_be_written_is_a_warning(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edits come back in Slack all the same."""

    def refuse(*_: object) -> None:
        raise UnusableError("documents can be read, and cannot be written back", "Give it the right.")

    monkeypatch.setattr(Folder, "try_writing", refuse)
    finding = (await shelves(str(root), 10))[-1]
    assert (finding.name, finding.state, finding.cure) == (
        "library writing",
        State.WARNING,
        "Give it the right.",
    )


def names(root: Path) -> set[str]:
    """Name everything in the folder, also what is hidden."""
    return {path.name for path in root.iterdir()}
