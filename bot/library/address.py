"""From the address in DOCUMENTS_URL to a library of the right kind, or to a sentence that says what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.library.bucket import Bucket
from bot.library.errors import UnusableError, silent
from bot.library.folder import Folder
from bot.library.plain import Plain

if TYPE_CHECKING:
    from bot.library.store import Store

_FORM: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
"""fsspec takes a single letter for a drive of this machine, so none is a scheme."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

_LOCAL: Final = frozenset({"file", "local"})
_S3: Final = frozenset({"s3", "s3a"})

_NONE: Final = frozenset(
    {
        *(
            "http",
            "https",
            "data",
            "git",
            "github",
            "gist",
            "dvc",
            "wandb",
        ),  # cannot be listed, or not written
        *("zip", "tar", "libarchive"),  # a file, not a folder
        *("blockcache", "cached", "filecache", "simplecache"),  # do not see what others write
        *(
            "async_wrapper",
            "asynclocal",
            "asyncwrapper",
            "dask",
            "dir",
            "generic",
            "reference",
        ),  # around another
        *("jlab", "jupyter", "pyscript"),  # somebody's desk
    }
)
"""Schemes that fsspec knows, and that lead to no library."""

_BUCKET: Final = re.compile(r"(?:arn:[^?@]+|[^:?@/]+)(?:/[^?]*)?$")
"""A bucket and a prefix. Neither keys nor options belong here: the bucket's name is said where it is missing."""

_BUCKETS: Final = (
    "Write it as in s3://bucket/contracts, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a store that is not "
    "Amazon's, AWS_ENDPOINT_URL beside it."
)

_EXAMPLES: Final = "Set DOCUMENTS_URL to a folder (file:///srv/docs), a bucket (s3://bucket/contracts) or another store that fsspec can list and write."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a library is.

    Attributes:
        kind: The scheme, in small letters.
        rest: What follows; it may hold a password, and is never shown.
    """

    kind: str
    rest: str

    def __repr__(self) -> str:
        return f"Address({self.kind})"


def parse(url: str) -> Address:
    """Read an address, without looking whether anything is there.

    Raises:
        UnusableError: It can lead to no library.
    """
    if _CONTROL.search(url) or "::" in url:
        raise UnusableError("it is not the address of one folder", _EXAMPLES)
    form = _FORM.fullmatch(url)
    kind, rest = (form[1].lower(), form[2]) if form else ("file", url)
    if kind in _NONE:
        raise UnusableError(f"{kind}:// leads to no library that can be listed and written", _EXAMPLES)
    if kind in _LOCAL and not rest.rstrip("/").startswith("/"):
        cure = "Write the whole path of a folder, as in file:///srv/docs."
        raise UnusableError("it names no folder by its whole path", cure)
    if kind in _S3 and not _BUCKET.match(rest):
        raise UnusableError(
            "it does not name a bucket, and perhaps a folder in it, and nothing else", _BUCKETS
        )
    return Address(kind, rest)


def opened(address: Address) -> Store:
    """Open a library, which may take a while: some stores are connected to at once.

    Raises:
        UnusableError: The relay has no means to reach such a library.
        TransientError: It does not answer.
    """
    if address.kind in _LOCAL:
        return Folder(Path(address.rest))
    files, root = _file_system(address)
    if address.kind in _S3:
        bucket, prefix, _ = files.split_path(root)
        return Bucket(files, bucket, f"{prefix}/" if prefix else "")
    return Plain(files, root.rstrip("/"), address.kind)


def _file_system(address: Address) -> tuple[Any, str]:
    """Have fsspec make its file system, that keeps no listings: what others write must be seen at once."""
    # Who has no library, or a local one, does not wait for what these import.
    from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # noqa: PLC0415  # It ships no types.
    from fsspec.dircache import DirCache  # type: ignore[import-untyped]  # noqa: PLC0415  # It ships no types.

    try:
        files, root = url_to_fs(f"{address.kind}://{address.rest}", skip_instance_cache=True)
    except ImportError as error:
        raise _lacking(address.kind, error) from error
    except (TypeError, ValueError) as error:
        raise UnusableError(f"the relay cannot open this address of {address.kind}://", _EXAMPLES) from error
    except Exception as error:
        raise silent(error) from error
    files.dircache = DirCache(use_listings_cache=False)
    return files, str(root).rstrip("/")


def _lacking(kind: str, error: ImportError) -> UnusableError:
    what = f"what reads {kind}:// is not installed"
    if kind in _S3:
        return UnusableError(what, 'Install it with: pip install "superdocs-relay[s3]".')
    return UnusableError(what, f"{str(error).rstrip('.')}.")
