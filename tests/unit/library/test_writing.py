"""Nothing is lost: neither somebody's newer text, nor the edited one, nor what a crash interrupted."""

from __future__ import annotations

import errno
import subprocess
import sys
from contextlib import contextmanager, suppress
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from bot.core.errors import RefusedError
from bot.library.folder import Folder
from bot.library.store import LARGEST, version_of
from bot.library.writing import write
from bot.relay.ports import Written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD, NEW, THEIRS = b"<p>old</p>", b"<p>new</p>", b"<p>theirs</p>"
KNOWN = version_of(OLD)
HERE = Written("a.html", version_of(NEW))
BESIDE = Written("a (edited).html", version_of(NEW), is_beside=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_bytes(OLD)
    return tmp_path


@pytest.fixture
def store(root: Path) -> Folder:
    return Folder(root)


def held(root: Path) -> dict[str, bytes]:
    """Return all that is in the folder."""
    return {path.name: path.read_bytes() for path in root.iterdir()}


def test_a_document_that_stayed_as_it_was_is_written_under_its_name(root: Path, store: Folder) -> None:
    """And is where everybody looks for it."""
    assert write(store, "a.html", NEW, KNOWN) == HERE
    assert held(root) == {"a.html": NEW}


def test_a_document_that_changed_meanwhile_keeps_its_text(root: Path, store: Folder) -> None:
    """The edited one stands beside it, and both can be compared."""
    (root / "a.html").write_bytes(THEIRS)
    assert write(store, "a.html", NEW, KNOWN) == BESIDE
    assert held(root) == {"a.html": THEIRS, "a (edited).html": NEW}


def test_a_document_that_was_removed_meanwhile_stays_removed(root: Path, store: Folder) -> None:
    """Somebody wanted that; the edited one is not lost for it."""
    (root / "a.html").unlink()
    assert write(store, "a.html", NEW, KNOWN) == BESIDE
    assert held(root) == {"a (edited).html": NEW}


def test_a_document_that_grew_beyond_measure_keeps_its_text(root: Path, store: Folder) -> None:
    """It is not even read."""
    with (root / "a.html").open("wb") as file:
        file.truncate(LARGEST + 1)
    assert write(store, "a.html", NEW, KNOWN) == BESIDE
    assert (root / "a.html").stat().st_size == LARGEST + 1


def test_a_document_that_is_new_is_written_under_its_name(root: Path, store: Folder) -> None:
    """As when it comes back in another format; nothing stood there, and nothing may."""
    assert write(store, "b.html", NEW, "") == Written("b.html", version_of(NEW))
    assert write(store, "b.html", NEW, "") == Written("b.html", version_of(NEW))
    assert write(store, "b.html", THEIRS, "").path == "b (edited).html"
    assert write(store, "a.html", NEW, "") == BESIDE
    assert held(root)["a.html"] == OLD


def test_an_edited_version_that_somebody_has_is_not_written_over(root: Path, store: Folder) -> None:
    """The next name is taken."""
    for name in ("a.html", "a (edited).html", "a (edited 2).html"):
        (root / name).write_bytes(THEIRS)
    assert write(store, "a.html", NEW, KNOWN).path == "a (edited 3).html"
    assert held(root)["a (edited).html"] == THEIRS


def test_a_hundred_edited_versions_are_enough(root: Path, store: Folder) -> None:
    """Then somebody has to tidy up, and is told so."""
    for number in ("", *(f" {n}" for n in range(2, 101))):
        (root / f"a (edited{number}).html").write_bytes(THEIRS)
    (root / "a.html").write_bytes(THEIRS)
    with pytest.raises(RefusedError, match=r"100 edited versions of a\.html"):
        write(store, "a.html", NEW, KNOWN)


def test_an_edit_that_changed_nothing_writes_nothing(root: Path, store: Folder) -> None:
    """What stands there is what was to be written."""
    before = (root / "a.html").stat()
    assert write(store, "a.html", OLD, KNOWN) == Written("a.html", KNOWN)
    assert (root / "a.html").stat().st_mtime_ns == before.st_mtime_ns


def test_a_document_larger_than_any_that_is_read_knows_its_own_write(root: Path, store: Folder) -> None:
    """An edit may let a document grow beyond what would be read."""
    large = b"x" * (LARGEST + 1)
    assert not write(store, "a.html", large, KNOWN).is_beside
    assert not write(store, "a.html", large, KNOWN).is_beside
    assert list(held(root)) == ["a.html"]


# Crashes.


def test_a_write_that_is_repeated_is_there_once(root: Path, store: Folder) -> None:
    """Whether the crash came before or after it, under the document's name."""
    assert [write(store, "a.html", NEW, KNOWN) for _ in range(3)] == [HERE] * 3
    assert held(root) == {"a.html": NEW}


def test_a_write_beside_that_is_repeated_is_there_once(root: Path, store: Folder) -> None:
    """Also where others stand before it."""
    (root / "a.html").write_bytes(THEIRS)
    (root / "a (edited).html").write_bytes(THEIRS)
    written = [write(store, "a.html", NEW, KNOWN) for _ in range(3)]
    assert [one.path for one in written] == ["a (edited 2).html"] * 3
    assert held(root) == {"a.html": THEIRS, "a (edited).html": THEIRS, "a (edited 2).html": NEW}


class Dying(Folder):
    """A folder whose process dies at one of the steps of a write."""

    def __init__(self, root: Path, step: str) -> None:
        super().__init__(root)
        self.step = step

    def replace(self, path: str, content: bytes, known: str) -> bool:
        """Die before or after."""
        return self._dying("replace", lambda: Folder.replace(self, path, content, known))

    def create(self, path: str, content: bytes) -> bool:
        """Die before or after."""
        return self._dying("create", lambda: Folder.create(self, path, content))

    def _dying(self, name: str, act: object) -> bool:
        assert callable(act)
        if self.step == f"before {name}":
            raise KeyboardInterrupt
        done = bool(act())
        if self.step == f"after {name}":
            raise KeyboardInterrupt
        return done


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("standing", "step"), [(OLD, "replace"), (THEIRS, "create")])
def test_a_crash_at_any_step_loses_nothing_and_doubles_nothing(
    root: Path, standing: bytes, step: str, moment: str
) -> None:
    """Whoever takes it up again ends where it would have ended."""
    (root / "a.html").write_bytes(standing)
    with pytest.raises(KeyboardInterrupt):
        write(Dying(root, f"{moment} {step}"), "a.html", NEW, KNOWN)
    assert write(Folder(root), "a.html", NEW, KNOWN) == (HERE if standing == OLD else BESIDE)
    assert sorted(held(root).values()) == sorted({NEW, standing} - {OLD})


@contextmanager
def worker(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a process that writes each line that it is told, and says where it stands."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(root), KNOWN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


WORKER = """
import sys
from pathlib import Path
from bot.library.folder import Folder
from bot.library.writing import write

print("ready", flush=True)
for line in sys.stdin:
    text = line.strip().encode() * (1 if len(line) < 5 else 100_000)
    print(write(Folder(Path(sys.argv[1])), "a.html", text, sys.argv[2]).path, flush=True)
"""


def told(process: subprocess.Popen[str], text: bytes) -> None:
    """Tell a worker what to write."""
    assert process.stdin is not None
    process.stdin.write(f"{text.decode()}\n")
    process.stdin.flush()


@pytest.mark.parametrize("delay", [0.0005, 0.002, 0.005])
def test_a_process_that_is_killed_while_it_writes_leaves_the_document_whole(root: Path, delay: float) -> None:
    """It is the old one or the new one; what is left over is hidden, and no document."""
    with worker(root) as process:
        told(process, b"a large document")
        with suppress(subprocess.TimeoutExpired):
            process.wait(delay)
        process.kill()
    large = b"a large document" * 100_000
    assert (root / "a.html").read_bytes() in {OLD, large}
    assert {entry.path for entry in Folder(root).entries()} == {"a.html"}
    assert not write(Folder(root), "a.html", large, KNOWN).is_beside


# Several at once.


class Hasty(Folder):
    """A folder in which somebody writes just before the relay does."""

    def __init__(self, root: Path, *texts: bytes) -> None:
        super().__init__(root)
        self._root_ = root
        self._texts = list(texts)

    def replace(self, path: str, content: bytes, known: str) -> bool:
        """Let the other one be faster."""
        if self._texts:
            (self._root_ / path).write_bytes(self._texts.pop(0))
        return super().replace(path, content, known)


def test_who_writes_between_the_look_and_the_write_keeps_the_text(root: Path) -> None:
    """The store itself compares once more."""
    assert write(Hasty(root, THEIRS), "a.html", NEW, KNOWN) == BESIDE
    assert held(root) == {"a.html": THEIRS, "a (edited).html": NEW}


def test_a_store_that_never_agrees_with_itself_is_not_asked_for_ever(root: Path) -> None:
    """Then the edited version stands beside it."""

    class Denying(Folder):
        def replace(self, *_: object) -> bool:
            """Say no."""
            return False

    assert write(Denying(root), "a.html", NEW, KNOWN) == BESIDE


def test_a_store_that_cannot_be_read_is_an_error(root: Path) -> None:
    """Not knowing what stands there is no reason to write."""

    class Broken(Folder):
        def read(self, *_: object) -> bytes:
            """Fail."""
            raise OSError(errno.EIO, "broken")

    with pytest.raises(OSError, match="broken"):
        write(Broken(root), "a.html", NEW, KNOWN)
    assert held(root) == {"a.html": OLD}


def test_threads_that_write_at_once_have_one_winner(root: Path) -> None:
    """The others go beside, each with a name of its own, and no text is lost."""
    texts = [b"%d" % number for number in range(6)]
    start = Barrier(len(texts))
    written: list[Written] = []

    def work(text: bytes) -> None:
        start.wait()
        written.append(write(Folder(root), "a.html", text, KNOWN))

    threads = [Thread(target=work, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(not one.is_beside for one in written) == 1
    assert len({one.path for one in written}) == len(texts)
    assert sorted(held(root).values()) == texts


def test_processes_that_write_at_once_have_one_winner(root: Path) -> None:
    """Two workers of one relay do not know of each other."""
    texts = [b"1", b"2"]
    with worker(root) as one, worker(root) as other:
        for _ in range(10):
            for path in root.iterdir():
                path.unlink()
            (root / "a.html").write_bytes(OLD)
            for process, text in zip((one, other), texts, strict=True):
                told(process, text)
            answers = {process.stdout.readline().strip() for process in (one, other) if process.stdout}
            assert answers == {"a.html", "a (edited).html"} == set(held(root))
            assert sorted(held(root).values()) == texts


def test_workers_that_write_the_same_at_once_write_it_once(root: Path) -> None:
    """Two of them may have taken up the same job after a crash."""
    start = Barrier(4)
    written: list[Written] = []

    def work() -> None:
        start.wait()
        written.append(write(Folder(root), "a.html", NEW, KNOWN))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written == [HERE] * 4
    assert held(root) == {"a.html": NEW}
