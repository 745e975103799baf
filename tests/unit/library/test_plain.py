"""A library in a store that only fsspec knows, shown with the one that it has in memory."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import fsspec  # type: ignore[import-untyped]  # It ships no types.
import pytest

from bot.core.errors import TransientError
from bot.library.errors import UnusableError
from bot.library.plain import Plain
from bot.library.store import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD, NEW = b"<p>old</p>", b"<p>new</p>"


@pytest.fixture
def files() -> Iterator[Any]:
    """Give fsspec's memory, empty but for one document; it is one for the whole process."""
    memory = fsspec.filesystem("memory", skip_instance_cache=True)
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]
    memory.pipe_file("/docs/a.html", OLD)
    yield memory
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


@pytest.fixture
def store(files: Any) -> Plain:
    return Plain(files, "/docs", "memory")


class Broken:
    """A store that raises what it was told to, whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def ls(self, *_: object, **__: object) -> None:
        """Raise."""
        raise self._error


def test_a_folder_that_is_there_passes(store: Plain) -> None:
    """Nothing is said."""
    store.check()


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (FileNotFoundError("sftp://me:SECRET@host/x"), r"there is no such folder \(sftp\)"),
        (PermissionError("sftp://me:SECRET@host/x"), r"the relay may not list the folder \(sftp\)"),
    ],
)
def test_a_folder_that_cannot_be_listed_is_refused(error: Exception, found: str) -> None:
    """With what to do, and without the address."""
    with pytest.raises(UnusableError, match=found) as caught:
        Plain(Broken(error), "/x", "sftp").check()
    assert "SECRET" not in str(caught.value)
    assert caught.value.cure


def test_a_store_that_does_not_answer_may_do_so_later() -> None:
    """Whatever its library raises; the error's own words are not said."""
    with pytest.raises(TransientError, match=r"does not answer \(KeyError\)"):
        Plain(Broken(KeyError("SECRET")), "/x", "sftp").check()


def test_files_are_found_in_all_folders_and_the_uppermost_first(files: Any, store: Plain) -> None:
    """What is hidden is not found, and a folder that is closed is left out."""
    for path in ("x/y/c.html", "x/b.html", ".git/d.html", ".e.html"):
        files.pipe_file(f"/docs/{path}", OLD)
    found = [entry for entry in store.entries() if not entry.is_folder]
    assert [entry.path for entry in found] == ["a.html", "x/b.html", "x/y/c.html"]
    assert all(entry.modified > 0 for entry in found)


def test_folders_are_told_and_entered_as_long_as_a_name_in_them_can_be_given(
    files: Any, store: Plain
) -> None:
    """So a walk can end among empty ones, and none goes on for ever in a store that leads in a circle."""
    asked: list[str] = []

    def circle(path: str, **_: object) -> list[dict[str, str]]:
        asked.append(path)
        return [{"name": f"{path}/{'f' * 100}", "type": "directory"}]

    files.ls = circle
    assert [len(entry.path) for entry in store.entries()] == [101, 202, 303, 404, 505, 606]
    assert len(asked) == 6


def test_a_folder_inside_that_is_closed_is_left_out(
    files: Any, store: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are listed all the same; one that is closed at the top is an error."""
    files.pipe_file("/docs/x/b.html", OLD)
    listed = files.ls

    def closed(path: str, **how: object) -> object:
        if path.endswith("/x"):
            raise PermissionError
        return listed(path, **how)

    monkeypatch.setattr(files, "ls", closed)
    assert [entry.path for entry in store.entries()] == ["a.html", "x/"]
    with pytest.raises(PermissionError):
        list(Plain(files, "/docs/x", "memory").entries())


def test_times_are_read_as_stores_tell_them(store: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a moment or in seconds, under any of their names, or not at all."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    told: list[dict[str, object]] = [{"mtime": 5}, {"LastModified": moment}, {"updated": "yesterday"}, {}]
    listing = [{"name": f"/docs/{n}.html", "type": "file", **one} for n, one in enumerate(told)]
    monkeypatch.setattr(store.files, "ls", lambda *_, **__: listing)
    assert [entry.modified for entry in store.entries()] == [5.0, moment.timestamp(), 0.0, 0.0]


def test_a_document_is_read_as_it_is_unless_it_is_too_large(files: Any, store: Plain) -> None:
    """Also where the store does not tell its size."""
    assert store.read("a.html", len(OLD)) == OLD
    with pytest.raises(OSError, match="too large") as caught:
        store.read("a.html", len(OLD) - 1)
    assert caught.value.errno == errno.EFBIG
    files.mkdir("/docs/folder.html")
    with pytest.raises(IsADirectoryError):
        store.read("folder.html", 100)
    with pytest.raises(FileNotFoundError):
        store.read("gone.html", 100)


def test_a_store_that_tells_no_size_is_read_no_further(store: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted while it comes."""
    monkeypatch.setattr(store.files, "info", lambda _: {"type": "file", "size": None})
    with pytest.raises(OSError, match="too large"):
        store.read("a.html", len(OLD) - 1)


def test_a_document_is_replaced_only_as_it_was_read(files: Any, store: Plain) -> None:
    """Somebody's text stays, and a document that was removed does not come back."""
    assert store.replace("a.html", NEW, version_of(OLD))
    assert files.cat_file("/docs/a.html") == NEW
    assert not store.replace("a.html", b"third", version_of(OLD))
    assert not store.replace("gone.html", NEW, version_of(OLD))
    assert files.cat_file("/docs/a.html") == NEW
    assert not files.exists("/docs/gone.html")


def test_what_is_new_is_written_and_what_is_there_is_not_written_over(files: Any, store: Plain) -> None:
    """Whoever was first has the name."""
    assert store.create("b.html", NEW)
    assert not store.create("b.html", b"third")
    assert files.cat_file("/docs/b.html") == NEW


def test_trying_to_write_leaves_nothing_behind(files: Any, store: Plain) -> None:
    """The doctor looks, and nobody sees that it was there."""
    store.try_writing()
    assert files.find("/docs") == ["/docs/a.html"]
    store.close()


def test_what_is_printed_of_it_holds_no_password(store: Plain) -> None:
    """The file system knows one, and is left out."""
    assert repr(store) == "Plain(root='/docs', kind='memory')"
