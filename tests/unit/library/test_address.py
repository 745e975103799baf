"""From an address to a library of the right kind, or to a sentence about it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from fsspec.registry import (  # type: ignore[import-untyped]  # It ships no types.
    _registry,
    known_implementations,
)

from bot.core.errors import TransientError
from bot.library import address
from bot.library.address import opened, parse
from bot.library.bucket import Bucket
from bot.library.errors import UnusableError
from bot.library.folder import Folder
from bot.library.plain import Plain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("form", ["file://{}", "local://{}", "{}", "FILE://{}", "file://{}/"])
def test_a_folder_is_named_by_its_whole_path(form: str, tmp_path: Path) -> None:
    """With a scheme or without one; nothing in it has a meaning of its own."""
    place = tmp_path / "Verträge #1 100%20?"
    place.mkdir()
    (place / "a.html").write_bytes(b"x")
    store = opened(parse(form.format(place)))
    assert isinstance(store, Folder)
    assert store.read("a.html", 9) == b"x"


@pytest.mark.parametrize(
    ("url", "name", "prefix"),
    [
        ("s3://docs", "docs", ""),
        ("s3://docs/", "docs", ""),
        ("s3://docs/contracts", "docs", "contracts/"),
        ("s3a://docs/a/b #/", "docs", "a/b #/"),
    ],
)
def test_a_bucket_is_named_with_what_its_keys_begin_with(url: str, name: str, prefix: str) -> None:
    """Nothing is connected to yet."""
    store = opened(parse(url))
    assert isinstance(store, Bucket)
    assert (store.name, store.prefix) == (name, prefix)
    assert repr(store) == f"Bucket(name='{name}', prefix='{prefix}')"
    store.close()


def test_any_other_store_is_taken_as_fsspec_takes_it() -> None:
    """Its listings are never kept: what others write must be seen."""
    store = opened(parse("memory://docs/x/"))
    assert isinstance(store, Plain)
    assert store.root == "/docs/x"
    assert not store.files.dircache.use_listings_cache


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://example.com/docs", "https:// leads to no library"),
        ("http://169.254.169.254/", "http:// leads to no library"),
        ("zip://a.html", "zip:// leads to no library"),
        ("zip://a.html::s3://bucket/x.zip", "not the address of one folder"),
        ("simplecache::s3://bucket/x", "not the address of one folder"),
        ("file:///a\0b", "not the address of one folder"),
        ("file:///a\nb", "not the address of one folder"),
        ("", "no folder by its whole path"),
        ("docs", "no folder by its whole path"),
        ("~/docs", "no folder by its whole path"),
        ("file://docs", "no folder by its whole path"),
        ("file:/docs", "no folder by its whole path"),
        ("c://docs", "no folder by its whole path"),
        ("file:///", "no folder by its whole path"),
        ("/", "no folder by its whole path"),
        ("s3://", "does not name a bucket"),
        ("s3:///docs", "does not name a bucket"),
        ("s3://docs?versionId=1", "does not name a bucket"),
        ("s3://AKIAKEY:PASSWORD@docs/x", "does not name a bucket"),
        ("s3://AKIAKEY:PASS/WORD@docs/x", "does not name a bucket"),
    ],
)
def test_what_cannot_be_a_library_is_refused(url: str, found: str) -> None:
    """Before anything is opened, with what to write instead, and without what was written."""
    with pytest.raises(UnusableError, match=found) as caught:
        parse(url)
    assert str(caught.value).startswith("DOCUMENTS_URL: ")
    assert caught.value.cure
    assert "PASS" not in str(caught.value)


def test_every_scheme_that_is_refused_is_one_of_fsspecs() -> None:
    """A misspelt one would refuse nothing."""
    assert set(known_implementations) >= address._NONE


@pytest.mark.parametrize("url", ["nosuch://x/y", "redis://:SECRET@host/0"])
def test_a_scheme_that_nobody_knows_is_refused(url: str) -> None:
    """When it is opened, since packages may bring schemes of their own."""
    with pytest.raises(UnusableError, match="cannot open this address") as caught:
        opened(parse(url))
    assert "SECRET" not in str(caught.value)


def test_a_package_that_is_missing_is_named() -> None:
    """Google's is not installed here."""
    with pytest.raises(UnusableError, match=r"what reads gs:// is not installed.*gcsfs"):
        opened(parse("gs://bucket/docs"))


def test_the_package_for_buckets_is_an_extra_of_the_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that is what is to be installed."""
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(_registry, "s3", raising=False)
    with pytest.raises(UnusableError, match=r'pip install "superdocs-relay\[s3\]"'):
        opened(parse("s3://docs"))


def test_a_store_that_is_connected_to_at_once_may_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later it may; the error's own words, which quote the address, are not said."""

    def fail(*_: object, **__: object) -> None:
        raise OSError("ftp://me:SECRET@host: no route")

    monkeypatch.setattr("fsspec.core.url_to_fs", fail)
    with pytest.raises(TransientError, match=r"does not answer \(OSError\)") as caught:
        opened(parse("ftp://me:SECRET@host/docs"))
    assert "SECRET" not in str(caught.value)


def test_what_is_printed_of_an_address_holds_no_password() -> None:
    """Neither in a log nor in a traceback."""
    assert "SECRET" not in f"{parse('ftp://me:SECRET@host/docs')!r}"


def test_a_local_library_imports_neither_fsspec_nor_s3fs() -> None:
    """Nor does a relay without a library: a start waits for neither."""
    script = (
        "import sys, bot.library.library as library; library.FsspecLibrary('/tmp')._opened(); "
        "print(sorted({'fsspec', 's3fs', 'botocore'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert said.stdout == "[]\n"
