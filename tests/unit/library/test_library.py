"""The library as the relay sees it: searched, read, written back, and what a person is told when that fails."""

from __future__ import annotations

import errno
import threading
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.errors import RefusedError, RelayError, TransientError
from bot.library.errors import UnusableError
from bot.library.folder import Folder
from bot.library.library import FsspecLibrary
from bot.library.store import LARGEST, version_of
from bot.relay.ports import Held, Written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.relay.ports import Library

OLD, NEW, THEIRS = b"<p data-chunk-id='1'>old</p>\r\n\xff", b"<p>new</p>", b"<p>theirs</p>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_bytes(OLD)
    return tmp_path


@pytest.fixture
async def library(root: Path) -> AsyncIterator[FsspecLibrary]:
    library = FsspecLibrary(f"file://{root}")
    yield library
    await library.close()


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Exception], None]:
    """Give a way to let a folder raise something."""

    def break_(act: str, error: Exception) -> None:
        def fail(*_: object, **__: object) -> Any:
            raise error

        monkeypatch.setattr(Folder, act, fail)

    return break_


def names(root: Path) -> set[str]:
    """Name everything in the folder, also what is hidden."""
    return {path.name for path in root.iterdir()}


def test_it_is_a_library_to_the_relay(library: FsspecLibrary) -> None:
    """The types agree, which mypy checks."""
    port: Library = library
    assert port is library


async def test_a_document_is_found_read_and_written_back(library: FsspecLibrary, root: Path) -> None:
    """The way that an edit takes; every byte stays what it is."""
    await library.check()
    assert await library.search("A", 10) == ("a.html",)
    held = await library.read("a.html")
    assert held == Held(OLD, version_of(OLD))
    assert await library.write("a.html", NEW, held.version) == Written("a.html", version_of(NEW))
    assert (root / "a.html").read_bytes() == NEW


async def test_both_texts_stay_where_two_were_written(library: FsspecLibrary, root: Path) -> None:
    """And what stands beside it is found at the next search but one."""
    held = await library.read("a.html")
    await library.search("", 10)
    (root / "a.html").write_bytes(THEIRS)
    written = await library.write("a.html", NEW, held.version)
    assert written == Written("a (edited).html", version_of(NEW), is_beside=True)
    assert await library.write("a.html", NEW, held.version) == written
    assert (await library.read("a.html")).content == THEIRS
    assert (await library.read(written.path)).content == NEW
    assert set(await library.search("", 10)) < {"a.html", written.path}
    assert library._listing._next is not None
    await library._listing._next
    assert set(await library.search("", 10)) == {"a.html", written.path}


@pytest.mark.parametrize(
    "path",
    [
        "Ordner mit Leerzeichen/Größe #1? 100% [neu] & \"alt\" 'x'.html",
        "契約/契約書.html",
        "a%20b.html",
        "~.md",
    ],
)
async def test_odd_names_are_names(library: FsspecLibrary, root: Path, path: str) -> None:
    """Found, read, written and written beside, in any script."""
    place = root / path
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(OLD)
    (found,) = await library.search(path.rpartition("/")[2], 10)
    held = await library.read(found)
    assert (await library.write(found, NEW, held.version)).path == path
    beside = await library.write(found, THEIRS, held.version)
    assert (root / beside.path).read_bytes() == THEIRS
    assert place.read_bytes() == NEW


@pytest.mark.parametrize("path", ["../a.html", "/etc/passwd", "a.doc", ".a.html", "s3://x/a.html", ""])
async def test_what_is_no_name_is_refused_before_anything_is_looked_at(
    library: FsspecLibrary, path: str, breaking: Callable[[str, Exception], None]
) -> None:
    """Whoever gives it, to be read or to be written."""
    breaking("read", AssertionError("it was looked at"))
    for asked in (library.read(path), library.write(path, NEW, "")):
        with pytest.raises(RefusedError) as caught:
            await asked
        assert caught.value.code == "document"


async def test_a_document_that_is_not_there_is_named(library: FsspecLibrary) -> None:
    """Somebody may have moved it."""
    with pytest.raises(RefusedError, match=r"^The library has no b\.html\.$"):
        await library.read("b.html")
    with pytest.raises(RefusedError, match=r"^The library has no a\.html/b\.html\.$"):
        await library.read("a.html/b.html")


async def test_nothing_in_a_name_comes_alive_in_a_sentence(library: FsspecLibrary, root: Path) -> None:
    """A document can be called like a mention: the message that says what is wrong with it calls nobody."""
    (root / "<!subteam^S0LEGAL>.html").symlink_to("/etc/hostname")
    for path in ("<!subteam^S0LEGAL>.html", "<@U0BOSS> *gone*.html"):
        with pytest.raises(RefusedError) as caught:
            await library.read(path)
        assert not set("<>*") & set(str(caught.value))


async def test_a_document_that_is_too_large_is_refused(library: FsspecLibrary, root: Path) -> None:
    """As one given in the dialog would be; just as large is small enough."""
    with (root / "a.html").open("wb") as file:
        file.truncate(LARGEST)
    assert len((await library.read("a.html")).content) == LARGEST
    with (root / "a.html").open("ab") as file:
        file.write(b"x")
    with pytest.raises(RefusedError, match=r"^a\.html is larger than 10 MB\.$"):
        await library.read("a.html")


async def test_a_link_that_leads_out_is_refused(library: FsspecLibrary, root: Path) -> None:
    """And it is not found either."""
    (root / "b.html").symlink_to("/etc/hostname")
    assert await library.search("b", 10) == ()
    with pytest.raises(RefusedError, match="leads out of the library") as caught:
        await library.read("b.html")
    assert caught.value.code == "document"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(), "The relay may not read a.html."),
        (OSError(errno.ELOOP, "SECRET"), "a.html is a link that leads nowhere."),
        (IsADirectoryError(errno.EISDIR, "SECRET"), "a.html is no document."),
    ],
)
async def test_what_will_never_be_read_is_refused(
    library: FsspecLibrary, breaking: Callable[[str, Exception], None], error: Exception, sentence: str
) -> None:
    """In a sentence about the document; the error's own words are not said."""
    breaking("read", error)
    with pytest.raises(RefusedError) as caught:
        await library.read("a.html")
    assert (str(caught.value), caught.value.code) == (sentence, "document")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(), "The relay may not write a.html."),
        (OSError(errno.EROFS, "SECRET"), "The library can be read only, so a.html was not written."),
        (OSError(errno.ENOSPC, "SECRET"), "The library has no room left for a.html."),
        (OSError(errno.ENAMETOOLONG, "SECRET"), "The library takes no name as long as a.html."),
        (FileNotFoundError(), "The folder of a.html is gone from the library."),
    ],
)
async def test_what_will_never_be_written_is_refused(
    library: FsspecLibrary, breaking: Callable[[str, Exception], None], error: Exception, sentence: str
) -> None:
    """Here, where it would stand beside the original."""
    breaking("create", error)
    with pytest.raises(RefusedError) as caught:
        await library.write("a.html", NEW, "another version")
    assert (str(caught.value), caught.value.code) == (sentence, "document")


@pytest.mark.parametrize(
    "error", [OSError(errno.EIO, "SECRET"), ConnectionError("SECRET"), KeyError("SECRET")]
)
async def test_whatever_else_a_store_raises_may_pass(
    library: FsspecLibrary, breaking: Callable[[str, Exception], None], error: Exception
) -> None:
    """So it is tried again; only the error's kind is said."""
    breaking("read", error)
    breaking("entries", error)
    breaking("check", error)
    for asked in (library.read("a.html"), library.search("", 1), library.check()):
        with pytest.raises(TransientError) as caught:
            await asked
        assert str(caught.value) == f"The document library does not answer ({type(error).__name__})."


async def test_a_library_that_hangs_is_given_up_in_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task has seconds, and a network drive may have none."""
    gate = threading.Event()
    monkeypatch.setattr(Folder, "read", lambda *_: gate.wait())
    library = FsspecLibrary(f"file://{root}", limit_s=0.01)
    for asked in (library.read("a.html"), library.write("a.html", NEW, "x")):
        with pytest.raises(TransientError, match="in time"):
            await asked
    gate.set()
    await library.close()


async def test_a_library_that_is_not_there_says_what_to_do(root: Path) -> None:
    """At the start, to the doctor, and to whoever searches."""
    library = FsspecLibrary(f"file://{root}/gone")
    with pytest.raises(UnusableError, match=r"DOCUMENTS_URL: there is no folder .*/gone\. Make it") as caught:
        await library.check()
    assert caught.value.code == "documents_url"
    with pytest.raises(RelayError):
        await library.search("", 1)
    await library.close()


def test_what_can_be_no_library_is_refused_when_it_is_made() -> None:
    """Before the first call."""
    with pytest.raises(UnusableError, match="https:// leads to no library"):
        FsspecLibrary("https://example.com/docs")


async def test_a_library_that_could_be_written_is_left_as_it_was(library: FsspecLibrary, root: Path) -> None:
    """The doctor's look leaves no trace."""
    await library.try_writing()
    assert names(root) == {"a.html"}


@pytest.mark.parametrize("error", [PermissionError(), OSError(errno.EROFS, ""), OSError(errno.ENOLCK, "")])
async def test_a_library_that_cannot_be_written_says_so(
    library: FsspecLibrary, breaking: Callable[[str, Exception], None], error: Exception
) -> None:
    """Documents can still be read from it."""
    breaking("try_writing", error)
    with pytest.raises(UnusableError, match="can be read, and cannot be written back"):
        await library.try_writing()


async def test_a_library_that_fails_to_write_may_pass(
    library: FsspecLibrary, breaking: Callable[[str, Exception], None]
) -> None:
    """What is no matter of rights is tried again."""
    breaking("try_writing", OSError(errno.EIO, ""))
    with pytest.raises(TransientError):
        await library.try_writing()


async def test_a_large_library_says_how_much_of_it_is_offered(root: Path) -> None:
    """What is beyond is still read by its whole path."""
    for number in range(5):
        (root / f"{number}.html").write_bytes(OLD)
    library = FsspecLibrary(str(root), most=3)
    holding = await library.holding()
    assert (len(holding.documents), holding.is_cut) == (3, True)
    offered = await library.search("", 10)
    (left,) = sorted({f"{number}.html" for number in range(5)} | {"a.html"} - set(offered))[:1] or [""]
    assert (await library.read(left)).content == OLD
    await library.close()


async def test_a_library_in_memory_is_one_to_try() -> None:
    """As for a demo; it lasts as long as the process."""
    library = FsspecLibrary("memory://tried")
    with pytest.raises(UnusableError, match=r"no such folder \(memory\)"):
        await library.check()
    assert await library.write("a.html", NEW, "") == Written("a.html", version_of(NEW))
    await library.check()
    assert await library.search("a", 1) == ("a.html",)
    await library.close()


def test_what_is_printed_of_a_library_holds_no_password() -> None:
    """Neither in a log nor in a traceback."""
    assert "SECRET" not in repr(FsspecLibrary("ftp://me:SECRET@host/docs"))
