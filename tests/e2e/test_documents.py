"""Every way in and every way out: files of each format, a folder, a bucket, and the document that a session holds."""

from __future__ import annotations

import io
import logging
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import fsspec  # type: ignore[import-untyped]  # It ships no types.
import pytest
from moto.server import ThreadedMotoServer
from pypdf import PdfReader

from bot.sandbox.superdocs.files import writing
from tests.e2e.process import launch, running
from tests.e2e.relay import CONTRACT, ONE, REQUESTER, Story, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.sandbox.slack.state.files import File

PATH = "contracts/Supply agreement.html"
EDITED = "contracts/Supply agreement (edited).html"
CHUNKED = (
    "<h1 data-chunk-id='c1'>Supply</h1>\n"
    '<p data-chunk-id="c2" data-odd="a&quot;b" class=\'x y\' unknown>Paid within 30 days.</p>\r\n'
    "<p data-chunk-id='c3'  data-other  >The agreement runs for three years &amp; a day.</p>"
)
"""Nothing of this may change but what is decided: quotes, spaces, line ends and unknown attributes included."""

AGAIN_S = 60


def folder_of(tmp_path: Path, **documents: bytes) -> Path:
    """Fill a library in a folder."""
    folder = tmp_path / "library"
    (folder / "contracts").mkdir(parents=True)
    (folder / PATH).write_bytes(CONTRACT.encode())
    for name, content in documents.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a library in a folder."""
    return folder_of(tmp_path)


@pytest.fixture
def settings(folder: Path) -> dict[str, str]:
    """Have the relay know that library."""
    return {"DOCUMENTS_URL": folder.as_uri()}


async def edit_file(story: Story, name: str, content: bytes, instruction: str = ONE, **values: Any) -> None:
    """Have somebody give a file in the dialog."""
    person = story.slack.person(REQUESTER)
    shown = await person.slash(story.channel, "edit")
    assert shown.dialog is not None
    given = await person.upload(name, content)
    sent = await person.submit(shown.dialog, {"document": [given], "instruction": instruction, **values})
    assert sent.ok, sent


async def edit_found(story: Story, path: str, instruction: str = ONE, **values: Any) -> None:
    """Have somebody search the library in the dialog and take a document."""
    person = story.slack.person(REQUESTER)
    shown = await person.slash(story.channel, "edit")
    assert shown.dialog is not None
    words = path.rpartition("/")[2].partition(".")[0].lower()
    found = await person.search(shown.dialog, "library", words)
    (option,) = [option for option in found.options if option["value"] == path]
    sent = await person.submit(shown.dialog, {"library": option, "instruction": instruction, **values})
    assert sent.ok, sent


async def files_in_thread(story: Story, count: int, within_s: float = 20) -> dict[str, File]:
    """Wait until so many files stand in the job's thread, and return them by their titles."""

    def files() -> dict[str, File]:
        thread = story.slack.messages(story.channel, story.message("job").ts)
        return {file.title: story.slack.files[file.id] for message in thread for file in message.files}

    await story.slack.until(lambda: len(files()) == count, within_s=within_s)
    return files()


async def in_thread(story: Story, *words: str) -> str:
    """Wait until a message of the job's thread says something, and return it."""

    def look() -> list[str]:
        thread = story.slack.messages(story.channel, story.message("job").ts)
        return [text for text in map(said, thread) if all(word in text for word in words)]

    await story.slack.until(look, within_s=20)
    return look()[0]


async def decided(story: Story) -> None:
    """Have the one change of an edit approved."""
    await story.open_cards(1)
    await story.press("round:1", "approve")
    await story.ended()


def words_of(name: str, content: bytes) -> str:
    """Read the words of a file, by other means than the relay's."""
    if name.endswith(".docx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read("word/document.xml").decode()
    if name.endswith(".pdf"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return content.decode()


FORMS: dict[str, writing.Format] = {"docx": "docx", "pdf": "pdf", "md": "markdown", "txt": "txt"}
"""By suffix, as SuperDocs calls them."""


@pytest.mark.parametrize(("suffix", "form"), FORMS.items())
async def test_a_file_comes_back_in_the_format_in_which_it_came(story: Story, suffix, form):
    """And as HTML: both hold what was approved."""
    await edit_file(story, f"Supply.{suffix}", writing.write(CONTRACT, form).content)
    await decided(story)
    files = await files_in_thread(story, 2)
    assert sorted(files) == sorted({"Supply-edited.html", f"Supply-edited.{suffix}"})
    for name, file in files.items():
        assert "60 days" in words_of(name, file.content)
    await story.shows("job", "Applied 1 of 1, found in the document")


@pytest.mark.mode("socket")
async def test_rtf_comes_back_as_html(story: Story):
    """SuperDocs reads it, and writes it not."""
    await edit_file(story, "Supply.rtf", rb"{\rtf1\ansi The Buyer pays within 30 days of the invoice.\par}")
    await decided(story)
    files = await files_in_thread(story, 1)
    assert list(files) == ["Supply-edited.html"]


@pytest.mark.mode("socket")
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("Supply.docx", b"no archive", "could not be"), ("Supply.pdf", b"%PDF-1.4 torn", "could not be")],
)
async def test_a_file_that_cannot_be_read_says_why(story: Story, name, content, says):
    """By its name, in the message of the edit; nothing hangs."""
    await edit_file(story, name, content)
    await story.shows("job", "Failed", name, says)


@pytest.mark.mode("socket")
async def test_an_export_that_is_behind_is_not_handed_out(story: Story):
    """SuperDocs still has the old text: the file comes when it holds what was approved."""
    story.superdocs.behaviour.stale_export_s = 3
    await edit_file(story, "Supply.docx", writing.write(CONTRACT, "docx").content)
    await decided(story)
    files = await files_in_thread(story, 2)
    assert "60 days" in words_of("a.docx", files["Supply-edited.docx"].content)
    assert len(story.superdocs.calls.named("export")) > 1


async def test_a_document_of_the_library_goes_back_to_it(story: Story, folder: Path):
    """Searched as one types, edited, approved, and in its place again; the thread says so."""
    await edit_found(story, PATH)
    await decided(story)
    told = await in_thread(story, "in the library is now the edited document")
    assert PATH in told
    assert "within 60 days" in (folder / PATH).read_text()
    assert [path.name for path in (folder / "contracts").iterdir() if not path.name.startswith(".")] == [
        "Supply agreement.html"
    ]


async def test_a_document_that_was_changed_meanwhile_keeps_both_texts(story: Story, folder: Path):
    """Somebody wrote to it while people decided: theirs stays, and ours stands beside it, named."""
    await edit_found(story, PATH)
    await story.open_cards(1)
    (folder / PATH).write_text("<p>Newer, by somebody else.</p>")
    await decided(story)
    await in_thread(story, PATH, EDITED, "changed by somebody else")
    assert (folder / PATH).read_text() == "<p>Newer, by somebody else.</p>"
    assert "within 60 days" in (folder / EDITED).read_text()


@pytest.mark.mode("socket")
async def test_a_word_document_of_the_library_goes_back_as_word(story: Story, folder: Path):
    """The library has what the thread has, byte for byte."""
    (folder / "contracts/Terms.docx").write_bytes(writing.write(CONTRACT, "docx").content)
    await edit_found(story, "contracts/Terms.docx")
    await decided(story)
    await in_thread(story, "in the library is now the edited document")
    files = await files_in_thread(story, 2)
    content = (folder / "contracts/Terms.docx").read_bytes()
    assert content == files["Terms-edited.docx"].content
    assert "60 days" in words_of("a.docx", content)


@pytest.mark.mode("socket")
async def test_what_nobody_decided_on_survives_byte_for_byte(story: Story, folder: Path):
    """Chunk ids, unknown attributes, quotes, spaces and line ends: only the approved words differ."""
    (folder / PATH).write_bytes(CHUNKED.encode())
    await edit_found(story, PATH)
    await decided(story)
    await in_thread(story, "in the library is now the edited document")
    assert (folder / PATH).read_bytes() == CHUNKED.replace("30 days", "60 days").encode()


@pytest.mark.mode("socket")
async def test_a_denied_edit_leaves_the_library_as_it_was(story: Story, folder: Path):
    """Nothing was approved, so nothing is written."""
    before = (folder / PATH).read_bytes()
    await edit_found(story, PATH)
    await story.open_cards(1)
    await story.press("round:1", "deny")
    await story.shows("job", "nothing was approved")
    assert (folder / PATH).read_bytes() == before


async def test_a_finished_edit_can_be_taken_further(story: Story, folder: Path):
    """*Edit again*: the session has the document, and the library gets it once more, in its place."""
    await edit_found(story, PATH)
    await decided(story)
    await in_thread(story, "in the library is now the edited document")
    await story.offers("job", "edit_again")
    dialog = await story.open_dialog("job", "edit_again", REQUESTER)
    assert "as the last edit left it" in str(dialog.blocks)
    sent = await story.slack.person(REQUESTER).submit(
        dialog, {"instruction": 'replace "60 days" with "90 days"'}
    )
    assert sent.ok, sent
    again = await story.one_of(2)
    await decided(again)
    await in_thread(again, "in the library is now the edited document")
    assert "within 90 days" in (folder / PATH).read_text()
    assert len(story.superdocs.sessions) == 1


@pytest.mark.mode("socket")
async def test_a_relay_that_dies_after_the_end_delivers_once(sandbox, environment, folder: Path):
    """Killed when SuperDocs has finished: the next one writes the library and posts the file, each once."""
    story = Story(sandbox)
    relay = await launch(environment)
    await edit_found(story, PATH)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    await story.ended()
    await relay.kill()
    async with running(environment):
        await story.shows("job", "Applied 1 of 1", within_s=AGAIN_S)
        files = await files_in_thread(story, 1, within_s=AGAIN_S)
        assert list(files) == ["Supply agreement-edited.html"]
        await in_thread(story, "in the library is now the edited document")
    assert "within 60 days" in (folder / PATH).read_text()
    assert [path.name for path in (folder / "contracts").iterdir() if not path.name.startswith(".")] == [
        "Supply agreement.html"
    ]


@dataclass(frozen=True)
class Bucket:
    """A bucket, as its owner sees it, and the environment of those who may use it."""

    calls: Any
    root: str
    environment: dict[str, str]

    def read(self, path: str) -> bytes:
        """Return what stands under a name."""
        content: bytes = self.calls.cat_file(f"{self.root}/{path}")
        return content


class TestBucket:
    """The same with a bucket, behind a server that speaks S3."""

    @pytest.fixture
    def bucket(self) -> Iterator[Bucket]:
        """Serve a bucket with a document on the loopback."""
        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        environment = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
            "AWS_SECRET_ACCESS_KEY": "secret-secret-secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        calls = fsspec.filesystem(
            "s3",
            key=environment["AWS_ACCESS_KEY_ID"],
            secret=environment["AWS_SECRET_ACCESS_KEY"],
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            use_listings_cache=False,
            skip_instance_cache=True,
        )
        root = f"documents-{uuid4().hex}/legal"  # one server after the other has the same buckets
        calls.mkdir(root.partition("/")[0])
        calls.pipe_file(f"{root}/{PATH}", CONTRACT.encode())
        yield Bucket(calls, root, environment)
        server.stop()

    @pytest.fixture
    def settings(self, bucket: Bucket) -> dict[str, str]:
        """Have the relay know that bucket."""
        return {"DOCUMENTS_URL": f"s3://{bucket.root}", **bucket.environment}

    @pytest.mark.mode("socket")
    async def test_a_document_goes_back_to_its_bucket(self, story: Story, bucket):
        """In its place."""
        await edit_found(story, PATH)
        await decided(story)
        await in_thread(story, "in the library is now the edited document")
        assert b"within 60 days" in bucket.read(PATH)

    @pytest.mark.mode("socket")
    async def test_a_newer_text_in_the_bucket_stays(self, story: Story, bucket):
        """And ours stands beside it."""
        await edit_found(story, PATH)
        await story.open_cards(1)
        bucket.calls.pipe_file(f"{bucket.root}/{PATH}", b"<p>Newer.</p>")
        await decided(story)
        await in_thread(story, PATH, EDITED, "changed by somebody else")
        assert bucket.read(PATH) == b"<p>Newer.</p>"
        assert b"within 60 days" in bucket.read(EDITED)
