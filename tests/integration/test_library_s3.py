"""A library in a bucket, against a server that speaks S3 on this machine."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from aiobotocore.client import AioBaseClient  # type: ignore[import-untyped]  # It ships no types.
from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # It ships no types.
from moto.server import ThreadedMotoServer

from bot.core.errors import RefusedError, TransientError
from bot.library.address import opened, parse
from bot.library.bucket import Bucket
from bot.library.errors import UnusableError
from bot.library.library import FsspecLibrary
from bot.library.store import LARGEST, version_of
from bot.library.writing import write
from bot.relay.ports import Written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

OLD, NEW, THEIRS = b"<p data-chunk-id='1'>old</p>\r\n\xff", b"<p>new</p>", b"<p>theirs</p>"
KNOWN = version_of(OLD)

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """Serve S3 on the loopback, and let nothing look for credentials anywhere else."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
            "AWS_SECRET_ACCESS_KEY": "secret-secret-secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        }.items():
            environment.setenv(name, value)
        yield
    server.stop()


@dataclass(frozen=True)
class Shelf:
    """A bucket, as its owner sees it."""

    calls: Any
    name: str

    def put(self, key: str, content: bytes, **more: object) -> None:
        """Put an object, whatever stands there."""
        self.calls.call_s3("put_object", Bucket=self.name, Key=key, Body=content, **more)

    def head(self, key: str) -> dict[str, Any]:
        """Return what is known of an object beside its bytes."""
        head: dict[str, Any] = self.calls.call_s3("head_object", Bucket=self.name, Key=key)
        return head

    def held(self) -> dict[str, bytes]:
        """Return all that is in the bucket."""
        listed = self.calls.call_s3("list_objects_v2", Bucket=self.name).get("Contents", ())
        bucket = Bucket(self.calls, self.name, "")
        return {one["Key"]: bucket.read(one["Key"], LARGEST) for one in listed}


@pytest.fixture
def shelf(request: pytest.FixtureRequest) -> Iterator[Shelf]:
    """Give a bucket of its own to each test, with one document and one that does not belong to the library."""
    store = opened(parse("s3://any"))
    assert isinstance(store, Bucket)
    shelf = Shelf(store.calls, f"b{abs(hash(request.node.name))}")
    shelf.calls.call_s3("create_bucket", Bucket=shelf.name)
    shelf.put("docs/a.html", OLD)
    shelf.put("docs2/other.html", OLD)
    yield shelf
    store.close()


@pytest.fixture
async def library(shelf: Shelf) -> AsyncIterator[FsspecLibrary]:
    library = FsspecLibrary(f"s3://{shelf.name}/docs")
    yield library
    await library.close()


@pytest.fixture
def store(shelf: Shelf) -> Iterator[Bucket]:
    store = opened(parse(f"s3://{shelf.name}/docs"))
    assert isinstance(store, Bucket)
    yield store
    store.close()


async def test_a_document_is_found_read_and_written_back(library: FsspecLibrary, shelf: Shelf) -> None:
    """The way that an edit takes; every byte stays what it is, and only the library's own are found."""
    await library.check()
    assert await library.search("", 10) == ("a.html",)
    held = await library.read("a.html")
    assert (held.content, held.version) == (OLD, KNOWN)
    assert await library.write("a.html", NEW, held.version) == Written("a.html", version_of(NEW))
    assert shelf.held() == {"docs/a.html": NEW, "docs2/other.html": OLD}


async def test_both_texts_stay_where_two_were_written(library: FsspecLibrary, shelf: Shelf) -> None:
    """Repeated after a crash, it is still one version beside the original."""
    shelf.put("docs/a.html", THEIRS)
    written = [await library.write("a.html", NEW, KNOWN) for _ in range(3)]
    assert written == [Written("a (edited).html", version_of(NEW), is_beside=True)] * 3
    assert shelf.held() == {"docs/a.html": THEIRS, "docs/a (edited).html": NEW, "docs2/other.html": OLD}


async def test_a_write_that_is_repeated_is_there_once(library: FsspecLibrary, shelf: Shelf) -> None:
    """Its answer may have been lost on the way."""
    assert [await library.write("a.html", NEW, KNOWN) for _ in range(2)] == [
        Written("a.html", version_of(NEW))
    ] * 2
    assert set(shelf.held()) == {"docs/a.html", "docs2/other.html"}


async def test_a_document_that_was_removed_meanwhile_stays_removed(
    library: FsspecLibrary, shelf: Shelf
) -> None:
    """The edited one stands where it would stand beside it."""
    shelf.calls.call_s3("delete_object", Bucket=shelf.name, Key="docs/a.html")
    assert (await library.write("a.html", NEW, KNOWN)).is_beside
    assert set(shelf.held()) == {"docs/a (edited).html", "docs2/other.html"}


@pytest.mark.parametrize(
    "path",
    [
        "Ordner/Größe #1? 100% [neu] & \"alt\" 'x' +.html",
        "契約/契約書.html",
        "a%20b.html",
        "a?versionId=1.html",
        " .html",
    ],
)
async def test_odd_names_are_names(library: FsspecLibrary, shelf: Shelf, path: str) -> None:
    """Found, read, written and written beside, in any script."""
    shelf.put(f"docs/{path}", OLD)
    assert path in await library.search("", 10)
    held = await library.read(path)
    assert (await library.write(path, NEW, held.version)).path == path
    beside = await library.write(path, THEIRS, held.version)
    assert shelf.held()[f"docs/{beside.path}"] == THEIRS
    assert shelf.held()[f"docs/{path}"] == NEW


async def test_what_is_known_of_a_document_stays_known(library: FsspecLibrary, shelf: Shelf) -> None:
    """Its type and its metadata are not the edit's business."""
    shelf.put(
        "docs/a.html", OLD, ContentType="text/html", Metadata={"owner": "legal"}, CacheControl="no-cache"
    )
    await library.write("a.html", NEW, KNOWN)
    head = shelf.head("docs/a.html")
    assert (head["ContentType"], head["Metadata"], head["CacheControl"]) == (
        "text/html",
        {"owner": "legal"},
        "no-cache",
    )


async def test_a_document_that_is_too_large_is_refused_unread(library: FsspecLibrary, shelf: Shelf) -> None:
    """Nor is it written over."""
    shelf.put("docs/large.html", b"x" * (LARGEST + 1))
    with pytest.raises(RefusedError, match=r"large\.html is larger than 10 MB"):
        await library.read("large.html")
    assert (await library.write("large.html", NEW, KNOWN)).path == "large (edited).html"


async def test_a_document_that_is_not_there_is_named(library: FsspecLibrary) -> None:
    """As in any library."""
    with pytest.raises(RefusedError, match=r"^The library has no b\.html\.$") as caught:
        await library.read("b.html")
    assert caught.value.code == "document"


async def test_an_empty_document_is_read(library: FsspecLibrary, shelf: Shelf) -> None:
    """There is nothing to ask for a part of."""
    shelf.put("docs/empty.html", b"")
    assert (await library.read("empty.html")).content == b""


# Several at once.


class Hasty(Bucket):
    """A bucket in which somebody writes between the relay's look and its write."""

    def _put(self, path: str, content: bytes, **more: object) -> bool:
        """Let the other one be faster."""
        self.calls.call_s3("put_object", Bucket=self.name, Key=f"{self.prefix}{path}", Body=THEIRS)
        return super()._put(path, content, **more)


def test_who_writes_between_the_look_and_the_write_keeps_the_text(store: Bucket) -> None:
    """The bucket itself compares."""
    hasty = Hasty(store.calls, store.name, store.prefix)
    assert not hasty.replace("a.html", NEW, KNOWN)
    assert store.read("a.html", 100) == THEIRS
    assert not hasty.create("b.html", NEW)
    assert store.read("b.html", 100) == THEIRS


def test_who_removes_between_the_look_and_the_write_is_obeyed(
    store: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The document does not come back by the edit."""
    put = Bucket._put

    def late(self: Bucket, path: str, content: bytes, **more: object) -> bool:
        self.calls.call_s3("delete_object", Bucket=self.name, Key=f"{self.prefix}{path}")
        return put(self, path, content, **more)

    monkeypatch.setattr(Bucket, "_put", late)
    assert not store.replace("a.html", NEW, KNOWN)
    with pytest.raises(FileNotFoundError):
        store.read("a.html", 100)


def test_workers_that_write_at_once_have_one_winner(store: Bucket, shelf: Shelf) -> None:
    """The others go beside, each with a name of its own, and no text is lost."""
    texts = [b"%d" % number for number in range(6)]
    start = Barrier(len(texts))

    def work(text: bytes) -> Written:
        start.wait()
        return write(store, "a.html", text, KNOWN)

    with ThreadPoolExecutor(len(texts)) as workers:
        written = list(workers.map(work, texts))
    assert sum(not one.is_beside for one in written) == 1
    assert sorted(shelf.held().values()) == sorted([*texts, OLD])


# Checking.


async def test_a_bucket_that_is_not_there_is_named() -> None:
    """With what to do about it."""
    library = FsspecLibrary("s3://no-such-bucket/docs")
    with pytest.raises(UnusableError, match=r"DOCUMENTS_URL: there is no bucket no-such-bucket\. Make it"):
        await library.check()
    await library.close()


async def test_a_name_that_no_bucket_can_have_is_refused() -> None:
    """Before anybody is asked."""
    library = FsspecLibrary("s3://No_Bucket!/docs")
    with pytest.raises(UnusableError, match="no bucket can have this name"):
        await library.check()
    await library.close()


async def test_a_bucket_without_credentials_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """And where they belong."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    library = FsspecLibrary("s3://bucket/docs")
    with pytest.raises(UnusableError, match=r"no credentials for the bucket\. Set AWS_ACCESS_KEY_ID"):
        await library.check()
    await library.close()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("AccessDenied", "the relay may not list the bucket"),
        ("InvalidAccessKeyId", "does not know the credentials"),
        ("SignatureDoesNotMatch", "does not know the credentials"),
        ("ExpiredToken", "does not know the credentials"),
    ],
)
def test_a_bucket_that_lets_nobody_in_says_why(
    store: Bucket, monkeypatch: pytest.MonkeyPatch, code: str, found: str
) -> None:
    """In the words of S3, which the server of these tests never says."""
    refuse(monkeypatch, code)
    with pytest.raises(UnusableError, match=found):
        store.check()


async def test_a_bucket_that_does_not_answer_may_do_so_later(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens at that port."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    library = FsspecLibrary(f"s3://{shelf.name}/docs", limit_s=1.0)
    with pytest.raises(TransientError):
        await library.check()
    await library.close()


# Writing at all.


async def test_a_bucket_that_could_be_written_is_left_as_it_was(library: FsspecLibrary, shelf: Shelf) -> None:
    """Not even a version of an object that was there for a moment."""
    before = shelf.held()
    shelf.calls.call_s3(
        "put_bucket_versioning", Bucket=shelf.name, VersioningConfiguration={"Status": "Enabled"}
    )
    await library.try_writing()
    assert shelf.held() == before
    versions = shelf.calls.call_s3("list_object_versions", Bucket=shelf.name)
    assert "DeleteMarkers" not in versions
    assert len(versions["Versions"]) == len(before)


async def test_a_bucket_that_cannot_be_written_says_so(
    library: FsspecLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents can still be read from it."""
    await library.check()
    refuse(monkeypatch, "AccessDenied")
    with pytest.raises(UnusableError, match="can be read, and cannot be written back"):
        await library.try_writing()
    with pytest.raises(RefusedError, match=r"may not write a\.html"):
        await library.write("a.html", NEW, "x")


async def test_a_store_that_does_not_compare_is_found_out(
    library: FsspecLibrary, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some that speak S3 ignore conditions: what the look wrote is taken away, and the doctor warns."""
    ignore_conditions(monkeypatch)
    before = shelf.held()
    with pytest.raises(UnusableError, match="writes without comparing"):
        await library.try_writing()
    assert shelf.held() == before


async def test_a_write_that_comes_into_another_ones_way_is_looked_at_again(
    store: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 says so with a 409; what then stands there is compared."""
    refuse(monkeypatch, "ConditionalRequestConflict", only="put_object")
    assert not store.replace("a.html", NEW, KNOWN)


async def test_a_write_to_a_bucket_that_is_gone_is_an_error(
    store: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not look like a document that is gone."""
    refuse(monkeypatch, "NoSuchBucket", only="put_object")
    with pytest.raises(FileNotFoundError):
        store.replace("a.html", NEW, KNOWN)


async def test_a_write_that_breaks_is_an_error(store: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not look like a document that changed."""
    refuse(monkeypatch, "InternalError", only="put_object")
    with pytest.raises(OSError, match="InternalError"):
        store.replace("a.html", NEW, KNOWN)


# Many documents.


async def test_a_bucket_is_listed_page_by_page_and_no_further_than_needed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page has three objects here, and a thousand elsewhere; what is beyond the most that are listed is left out, and that is said."""
    pages: list[str] = []
    page: Any = Bucket._page

    def small(self: Bucket, **more: Any) -> Any:
        pages.append(self.name)
        return page(self, MaxKeys=3, **more)

    monkeypatch.setattr(Bucket, "_page", small)
    for number in range(9):
        shelf.put(f"docs/x/{number}.html", b"x")
    library = FsspecLibrary(f"s3://{shelf.name}/docs")
    holding = await library.holding()
    assert (len(holding.documents), holding.is_cut, len(pages)) == (10, False, 4)
    await library.close()
    library = FsspecLibrary(f"s3://{shelf.name}", most=5)
    holding = await library.holding()
    assert (len(holding.documents), holding.is_cut, len(pages)) == (5, True, 6)
    await library.close()


def refuse(monkeypatch: pytest.MonkeyPatch, code: str, only: str = "") -> None:
    """Have the server's client say no, as S3 says it."""
    call = AioBaseClient._make_api_call

    async def no(self: object, operation: str, kwargs: dict[str, object]) -> object:
        name = {"PutObject": "put_object", "ListObjectsV2": "list_objects_v2"}.get(operation, "")
        if name and only in {"", name}:
            raise ClientError({"Error": {"Code": code, "Message": code}}, operation)
        return await call(self, operation, kwargs)

    monkeypatch.setattr(AioBaseClient, "_make_api_call", no)


def ignore_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have conditions get lost on the way, as in a store that does not know them."""
    call = AioBaseClient._make_api_call

    async def careless(self: object, operation: str, kwargs: dict[str, object]) -> object:
        kept = {name: value for name, value in kwargs.items() if name not in {"IfMatch", "IfNoneMatch"}}
        return await call(self, operation, kept)

    monkeypatch.setattr(AioBaseClient, "_make_api_call", careless)


async def test_listing_leaves_the_loop_free(library: FsspecLibrary) -> None:
    """Whoever waits for a bucket waits in a thread."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await library.search("", 10)
    ticking.cancel()
    assert ticks > 10
