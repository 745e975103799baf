"""A library in a bucket of S3, or of whatever speaks its protocol.

The bucket itself compares before it writes: ``If-Match`` with the tag of exactly the bytes that were read, and
``If-None-Match`` for what must be new. So workers and everybody else can write at the same moment, and none is lost.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bot.library.errors import UnusableError, silent
from bot.library.store import LARGEST, Entry, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEPT: Final = ("CacheControl", "ContentDisposition", "ContentLanguage", "ContentType", "Metadata")
"""What is known of an object beside its bytes, and stays when they change."""

_REFUSED: Final = frozenset({"PreconditionFailed", "412"})
_BUSY: Final = frozenset({"ConditionalRequestConflict", "409"})
"""Codes of a write whose condition does not hold, and of one that another write came into the way of."""

_PROBE: Final = ".superdocs-relay-probe"
_NO_TAG: Final = '"00000000000000000000000000000000"'

_KEYS: Final = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"})
_NAMELESS: Final = frozenset({"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"})
_SIGN_IN: Final = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or let the relay run with a role that may use the bucket."


@dataclass(frozen=True, slots=True)
class _Object:
    content: bytes
    tag: str
    known: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, or what stands under one prefix of it.

    Attributes:
        calls: s3fs' file system; it signs and retries, and knows where the bucket is.
        name: The bucket's.
        prefix: What the keys of all documents begin with, up to a ``/``; "" for everything in the bucket.
    """

    calls: Any = field(repr=False)
    name: str
    prefix: str

    def check(self) -> None:
        """Make sure that the bucket is there and can be listed."""
        try:
            self._page()
        except Exception as error:
            raise self._unusable(error) or silent(error) from error

    def entries(self) -> Iterator[Entry]:
        """Find the objects under the prefix, in the order of their keys."""
        more: dict[str, str] = {}
        while True:
            page = self._page(**more)
            for found in page.get("Contents", ()):
                yield Entry(found["Key"].removeprefix(self.prefix), found["LastModified"].timestamp())
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def read(self, path: str, at_most: int) -> bytes:
        """Read an object whole."""
        return self._fetched(path, at_most).content

    def replace(self, path: str, content: bytes, known: str) -> bool:
        """Write over an object if its version is the known one, as the bucket itself makes sure."""
        try:
            standing = self._fetched(path, LARGEST)
        except FileNotFoundError:
            return False
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise
            return False
        return version_of(standing.content) == known and self._put(
            path, content, IfMatch=standing.tag, **standing.known
        )

    def create(self, path: str, content: bytes) -> bool:
        """Write a new object; False when there is one of that name."""
        return self._put(path, content, IfNoneMatch="*")

    def try_writing(self) -> None:
        """Write over an object that does not exist, which a bucket refuses only after it has looked at the rights."""
        if not self._put(_PROBE, b"", IfMatch=_NO_TAG):
            return
        self.calls.call_s3("delete_object", Bucket=self.name, Key=f"{self.prefix}{_PROBE}")
        cure = "Use a store that knows If-Match and If-None-Match, or make sure that nobody else changes documents."
        raise UnusableError(
            "the bucket writes without comparing, so somebody's newer text could be lost", cure
        )

    def close(self) -> None:
        """Close the connections."""
        if self.calls._s3 is not None:
            self.calls.close_session(self.calls.loop, self.calls._s3creator)

    def _page(self, **more: str) -> Mapping[str, Any]:
        page: Mapping[str, Any] = self.calls.call_s3(
            "list_objects_v2", Bucket=self.name, Prefix=self.prefix, **more
        )
        return page

    def _fetched(self, path: str, at_most: int) -> _Object:
        """Read an object, its tag and what is known of it in one call, so that they belong together."""
        # Only with the whole file system is fsspec imported, and s3fs with it.
        from fsspec.asyn import sync  # type: ignore[import-untyped]  # noqa: PLC0415  # It ships no types.

        fetched: _Object = sync(self.calls.loop, _fetch, self.calls, self._where(path), at_most)
        return fetched

    def _put(self, path: str, content: bytes, **more: object) -> bool:
        """Write an object under a condition, and say whether it held."""
        try:
            self.calls.call_s3("put_object", **self._where(path), Body=content, **more)
        except FileExistsError:
            return False
        except FileNotFoundError as error:
            # What was to be written over is gone.
            return _not_the_bucket(error)
        except OSError as error:
            if _code(error) not in _REFUSED | _BUSY:
                raise
            return False
        return True

    def _where(self, path: str) -> dict[str, str]:
        return {"Bucket": self.name, "Key": f"{self.prefix}{path}"}

    def _unusable(self, error: Exception) -> UnusableError | None:
        """Say what is the matter with a bucket that cannot be listed; None when it may pass."""
        code = _code(error)
        if isinstance(error, FileNotFoundError):
            cure = "Make it, or set DOCUMENTS_URL to one that is there, as in s3://bucket/contracts."
            return UnusableError(f"there is no bucket {self.name}", cure)
        if type(error).__name__ in _NAMELESS:
            return UnusableError("there are no credentials for the bucket", _SIGN_IN)
        if code in _KEYS:
            return UnusableError("the store does not know the credentials, or they are over", _SIGN_IN)
        if isinstance(error, PermissionError):
            cure = "Allow the relay s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on its objects."
            return UnusableError(f"the relay may not list the bucket {self.name}", cure)
        if code == "InvalidBucketName" or type(error).__name__ == "ParamValidationError":
            return UnusableError("no bucket can have this name", "Write it as in s3://bucket/contracts.")
        return None


async def _fetch(calls: Any, where: Mapping[str, str], at_most: int) -> _Object:
    # What fsspec has to be awaited begins with an underscore: https://filesystem-spec.readthedocs.io/en/latest/async.html
    answer = await calls._call_s3("get_object", **where)
    async with answer["Body"] as body:
        if answer["ContentLength"] > at_most:
            raise OSError(errno.EFBIG, "too large")
        content = await body.read()
    return _Object(content, answer["ETag"], {name: answer[name] for name in _KEPT if name in answer})


def _code(error: BaseException) -> str:
    """Return S3's own word for an error, which s3fs translates and keeps as the cause."""
    response = getattr(error.__cause__, "response", None) or getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _not_the_bucket(error: FileNotFoundError) -> bool:
    if _code(error) == "NoSuchBucket":
        raise error
    return False
