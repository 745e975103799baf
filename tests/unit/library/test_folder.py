"""A library in a local folder: what is read from it, what is written into it, and what is not."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from typing import TYPE_CHECKING

import pytest

from bot.core.errors import RefusedError
from bot.library import folder
from bot.library.errors import UnusableError
from bot.library.folder import Folder
from bot.library.listing import listed
from bot.library.store import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD, NEW = b"<p>old</p>", b"<p>new</p>"

is_root = os.geteuid() == 0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a library with one document."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.html").write_bytes(OLD)
    return tmp_path / "docs"


@pytest.fixture
def store(root: Path) -> Folder:
    return Folder(root)


def files(store: Folder) -> list[str]:
    """Name the files that are found, without the folders."""
    return [entry.path for entry in store.entries() if not entry.is_folder]


def names(root: Path) -> set[str]:
    """Name everything in the folder, also what is hidden."""
    return {path.name for path in root.iterdir()}


# Checking.


def test_a_folder_that_is_there_passes(store: Folder) -> None:
    """Nothing is said."""
    store.check()


def test_a_folder_that_is_missing_is_named(root: Path) -> None:
    """With what to do about it."""
    with pytest.raises(UnusableError, match=r"^DOCUMENTS_URL: there is no folder .*/docs/x\. Make it"):
        Folder(root / "x").check()


def test_a_file_is_no_folder(root: Path) -> None:
    """The address of one document is no library."""
    with pytest.raises(UnusableError, match=r"a\.html is no folder"):
        Folder(root / "a.html").check()


def test_a_folder_without_rights_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may be root, to whom no folder is closed; so the answer is given here."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UnusableError, match="may not read the folder"):
        Folder(root).check()


# Listing.


def test_files_are_found_in_all_folders_and_the_uppermost_first(root: Path, store: Folder) -> None:
    """With the moment at which they changed; what is hidden is not found."""
    (root / "x" / "y").mkdir(parents=True)
    (root / ".git").mkdir()
    for path in ("x/y/c.html", "x/b.html", ".git/d.html", ".e.html"):
        (root / path).write_bytes(OLD)
    os.utime(root / "x" / "b.html", (1000, 2000))
    assert files(store) == ["a.html", "x/b.html", "x/y/c.html"]
    assert {entry.path: entry.modified for entry in store.entries()}["x/b.html"] == 2000


def test_links_are_found_where_they_stay_inside(root: Path, store: Folder, tmp_path: Path) -> None:
    """One to a folder is not followed: it may lead in a circle."""
    (tmp_path / "secret.html").write_bytes(OLD)
    (root / "in.html").symlink_to("a.html")
    (root / "out.html").symlink_to(tmp_path / "secret.html")
    (root / "nowhere.html").symlink_to("gone.html")
    (root / "circle").symlink_to(root)
    os.mkfifo(root / "pipe.html")
    assert set(files(store)) == {"a.html", "in.html"}


def test_a_folder_inside_that_is_closed_is_left_out(
    root: Path, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are listed all the same. To root no folder is closed; so the answer is given here."""
    (root / "closed").mkdir()
    scan = os.scandir

    def refuse(place: Path) -> object:
        if place.name == "closed":
            raise PermissionError(errno.EACCES, "closed")
        return scan(place)

    monkeypatch.setattr(os, "scandir", refuse)
    assert files(store) == ["a.html"]


def test_a_folder_that_vanishes_is_an_error_only_at_the_top(root: Path, store: Folder) -> None:
    """Below it, somebody is just tidying up."""
    (root / "x").mkdir()
    entries = store.entries()
    assert {next(entries).path, next(entries).path} == {"a.html", "x/"}
    (root / "x").rmdir()
    assert list(entries) == []
    with pytest.raises(FileNotFoundError):
        next(Folder(root / "gone").entries())


def test_a_file_that_vanishes_is_no_reason_to_find_nothing(
    root: Path, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs that save leave files behind for a moment."""
    (root / "b.html").write_bytes(OLD)
    scan = os.scandir

    class Scanned:
        def __init__(self, place: Path) -> None:
            self._found = scan(place)

        def __enter__(self) -> Scanned:
            return self

        def __exit__(self, *_: object) -> None:
            self._found.close()

        def __iter__(self) -> Iterator[os.DirEntry[str]]:
            for found in self._found:
                if found.name == "b.html":
                    (root / "b.html").unlink()
                yield found

    monkeypatch.setattr(os, "scandir", Scanned)
    assert files(store) == ["a.html"]


def test_folders_are_told_so_that_a_walk_among_empty_ones_can_end(root: Path, store: Folder) -> None:
    """A tree without files would otherwise be walked for as long as it goes on."""
    for name in ("x/y", "x/z", ".git"):
        (root / name).mkdir(parents=True)
    assert {entry.path for entry in store.entries() if entry.is_folder} == {"x/", "x/y/", "x/z/"}
    looks = iter([False, False, True])
    assert listed(store.entries(), 10, lambda: next(looks)).is_cut


def test_folders_are_entered_as_long_as_a_name_in_them_can_be_given(root: Path, store: Folder) -> None:
    """Below a path of 512 characters nothing has a name, however deep the folders go."""
    deep = "/".join(["f" * 100] * 7)
    (root / deep).mkdir(parents=True)
    assert max(len(entry.path) for entry in store.entries()) == 6 * 101


# Reading.


def test_a_document_is_read_as_it_is(store: Folder) -> None:
    """Byte for byte."""
    assert store.read("a.html", 100) == OLD
    assert store.read("a.html", len(OLD)) == OLD


def test_what_is_too_large_is_not_read(store: Folder) -> None:
    """Its size says so beforehand."""
    with pytest.raises(OSError, match="too large") as caught:
        store.read("a.html", len(OLD) - 1)
    assert caught.value.errno == errno.EFBIG


def test_what_is_no_file_is_not_read(root: Path, store: Folder) -> None:
    """Neither a folder nor a pipe, which would never end."""
    (root / "folder.html").mkdir()
    os.mkfifo(root / "pipe.html")
    for path in ("folder.html", "pipe.html"):
        with pytest.raises(IsADirectoryError):
            store.read(path, 100)


@pytest.mark.parametrize("target", ["../secret.html", "/etc/hostname", "../docs2/a.html", "../gone.html"])
@pytest.mark.parametrize("through", ["link.html", "link/secret.html"])
def test_a_link_that_leads_out_is_refused(root: Path, store: Folder, target: str, through: str) -> None:
    """Whether it is the document or a folder before it, there or not; also into a folder of a similar name."""
    (root.parent / "secret.html").write_bytes(b"SECRET")
    (root.parent / "docs2").mkdir()
    if through == "link.html":
        (root / "link.html").symlink_to(target)
    else:
        (root / "link").symlink_to("..")
    for act in (
        lambda: store.read(through, 100),
        lambda: store.replace(through, NEW, version_of(b"SECRET")),
        lambda: store.create(through, NEW),
    ):
        with pytest.raises(RefusedError, match=f"{through} is a link that leads out of the library"):
            act()
    assert (root.parent / "secret.html").read_bytes() == b"SECRET"


@pytest.mark.parametrize("swapped", ["x", "x/y", "x/y/a.html"])
def test_what_becomes_a_link_between_the_look_and_the_reading_is_not_followed(
    root: Path, store: Folder, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    """Whoever may write into the library must not read by the relay what they may not read themselves."""
    for place in (root / "x" / "y", root.parent / "x" / "y"):
        place.mkdir(parents=True)
        (place / "a.html").write_bytes(OLD if place.is_relative_to(root) else b"SECRET")
    look = store._inside

    def swap(path: str) -> Path:
        place = look(path)
        (root / swapped).rename(root / "before")
        (root / swapped).symlink_to(root.parent / swapped)
        return place

    monkeypatch.setattr(store, "_inside", swap)
    with pytest.raises(OSError, match=r"Not a directory|symbolic links") as caught:
        store.read("x/y/a.html", 100)
    assert caught.value.errno in {errno.ENOTDIR, errno.ELOOP}


def test_a_link_that_stays_inside_is_read_and_written_through(root: Path, store: Folder) -> None:
    """The link stays one, and the document is what it led to."""
    (root / "b.html").symlink_to("a.html")
    assert store.read("b.html", 100) == OLD
    assert store.replace("b.html", NEW, version_of(OLD))
    assert (root / "b.html").is_symlink()
    assert (root / "a.html").read_bytes() == NEW


def test_a_library_that_is_itself_a_link_is_a_library(root: Path) -> None:
    """As when somebody moved it to a larger disk."""
    (root.parent / "link").symlink_to(root)
    assert Folder(root.parent / "link").read("a.html", 100) == OLD


# Writing.


def test_what_is_still_as_it_was_read_is_replaced(root: Path, store: Folder) -> None:
    """Whole, and nothing else is left in the folder."""
    assert store.replace("a.html", NEW, version_of(OLD))
    assert (root / "a.html").read_bytes() == NEW
    assert names(root) == {"a.html"}


def test_what_changed_or_is_gone_is_not_replaced(root: Path, store: Folder) -> None:
    """Somebody's text stays, and a document that was removed does not come back."""
    assert not store.replace("a.html", NEW, version_of(b"other"))
    assert not store.replace("gone.html", NEW, version_of(OLD))
    assert not store.replace("gone/b.html", NEW, version_of(OLD))
    assert (root / "a.html").read_bytes() == OLD
    assert names(root) == {"a.html"}


def test_what_is_new_is_written_and_what_is_there_is_not_written_over(root: Path, store: Folder) -> None:
    """Whoever was first has the name."""
    assert store.create("b.html", NEW)
    assert not store.create("b.html", b"third")
    assert (root / "b.html").read_bytes() == NEW
    assert names(root) == {"a.html", "b.html"}


def test_who_takes_a_name_at_the_last_moment_has_it(
    root: Path, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is given only where nobody has it, whatever a look said before."""
    (root / "b.html").write_bytes(b"theirs")
    monkeypatch.setattr("pathlib.Path.exists", lambda _: False)
    assert not store.create("b.html", NEW)
    assert (root / "b.html").read_bytes() == b"theirs"
    assert names(root) == {"a.html", "b.html"}


def test_a_file_system_without_second_names_takes_new_files(
    root: Path, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as FAT: the name is taken first, and then the file."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    assert store.create("b.html", NEW)
    assert not store.create("b.html", b"third")
    assert (root / "b.html").read_bytes() == NEW
    assert names(root) == {"a.html", "b.html"}


def test_what_cannot_be_named_is_an_error(root: Path, store: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """And leaves nothing behind."""

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "link", fail)
    with pytest.raises(OSError, match="full"):
        store.create("b.html", NEW)
    assert names(root) == {"a.html"}


def test_a_folder_that_is_gone_is_not_made_again(store: Folder) -> None:
    """Somebody removed it."""
    with pytest.raises(FileNotFoundError):
        store.create("gone/b.html", NEW)


def test_who_could_read_and_write_a_document_still_can(root: Path, store: Folder) -> None:
    """A new file in its place has the same rights."""
    (root / "a.html").chmod(0o640)
    assert store.replace("a.html", NEW, version_of(OLD))
    assert stat.S_IMODE((root / "a.html").stat().st_mode) == 0o640


@pytest.mark.skipif(not is_root, reason="only root may give files away")
def test_a_document_belongs_to_whom_it_belonged(root: Path, store: Folder) -> None:
    """As far as the relay may say so."""
    os.chown(root / "a.html", 12345, 54321)
    assert store.replace("a.html", NEW, version_of(OLD))
    state = (root / "a.html").stat()
    assert (state.st_uid, state.st_gid) == (12345, 54321)


def test_a_document_that_another_program_holds_is_waited_for(
    root: Path, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for ever; then it is as it was."""
    monkeypatch.setattr(folder, "_LOCK_LIMIT_S", 0.05)
    with (root / "a.html").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            store.replace("a.html", NEW, version_of(OLD))
    assert (root / "a.html").read_bytes() == OLD
    assert store.replace("a.html", NEW, version_of(OLD))


def test_a_file_that_took_the_place_of_the_locked_one_is_locked_instead(
    root: Path, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of a file that is gone from there holds nobody off."""
    lock = folder._lock
    locked: list[int] = []

    def lock_late(descriptor: int) -> None:
        if not locked:
            (root / "other").write_bytes(OLD)
            (root / "other").replace(root / "a.html")
        locked.append(os.fstat(descriptor).st_ino)
        lock(descriptor)

    monkeypatch.setattr(folder, "_lock", lock_late)
    assert store.replace("a.html", NEW, version_of(OLD))
    assert len(set(locked)) == 2


def test_a_document_that_may_be_replaced_but_not_written_is_locked_all_the_same(
    store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder shared by a group, a file may be its author's to write and everybody's to replace."""
    opened = os.open

    def open_for_reading_only(path: str | Path, flags: int, *rest: int, **where: int) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, "not yours")
        return opened(path, flags, *rest, **where)

    monkeypatch.setattr(os, "open", open_for_reading_only)
    assert store.replace("a.html", NEW, version_of(OLD))


def test_trying_to_write_leaves_nothing_behind(root: Path, store: Folder) -> None:
    """The doctor looks, and nobody sees that it was there."""
    store.try_writing()
    assert names(root) == {"a.html"}
    store.close()
