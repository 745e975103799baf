"""Files over the wire: the document out, the document in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import MessageRef
from bot.core.request import SourceFile
from bot.relay.ports import Place
from bot.sandbox.faults import Fault
from bot.slack import limits
from bot.slack.files import bears_mark, marked_name
from tests.unit.slack.summaries import EXAMPLES

if TYPE_CHECKING:
    from bot.sandbox.slack import Slack
    from bot.slack.files import Files
    from bot.slack.notifier import SlackNotifier

HTML = "<p>Payment is due within 60 days – <b>net</b>.</p>"


@pytest.fixture
async def place(notifier: SlackNotifier) -> Place:
    """Give the place of a document in the thread of its job."""
    job = await notifier.post(Place("C0LEGAL", "ref1", "job"), EXAMPLES["job_reviewing"])
    return Place("C0LEGAL", "ref1", "document", thread_ts=job.ts)


async def test_a_document_is_posted_in_its_thread_with_a_sentence(
    slack: Slack, notifier: SlackNotifier, place: Place
) -> None:
    """The file has the document's name as its title, its exact bytes, and our sentence beside it."""
    ref = await notifier.publish(place, "Supply agreement.html", HTML, "*After* this edit, by <@U0REQ>: a<b.")
    message = slack.messages("C0LEGAL", place.thread_ts)[-1]
    assert (message.ts, message.text) == (ref.ts, "*After* this edit, by <@U0REQ>: a&lt;b.")
    (file,) = message.files
    assert (file.title, file.content) == ("Supply agreement.html", HTML.encode())
    assert file.name == "Supply agreement.ref1-document.html"


async def test_a_document_whose_answer_was_lost_is_found(
    slack: Slack, notifier: SlackNotifier, place: Place
) -> None:
    """A share of unknown outcome is looked for by the file's name before it is repeated."""
    assert await notifier.find(place) is None
    slack.faults.add(Fault("files.completeUploadExternal", "lost"))
    with pytest.raises(OutcomeUnknownError):
        await notifier.publish(place, "a.html", HTML, "Done.")
    ts = slack.messages("C0LEGAL", place.thread_ts)[-1].ts
    assert await notifier.find(place) == MessageRef("C0LEGAL", ts)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("files.getUploadURLExternal", "error", error="internal_error"),
        Fault("upload", "error"),
        Fault("upload", "lost"),
        Fault("files.getUploadURLExternal", "lost"),
    ],
)
async def test_before_anybody_sees_it_an_upload_may_be_repeated(
    slack: Slack, notifier: SlackNotifier, place: Place, fault: Fault
) -> None:
    """Whatever fails before the share shows nothing, and is tried again."""
    slack.faults.add(fault)
    with pytest.raises(TransientError):
        await notifier.publish(place, "a.html", HTML, "Done.")
    assert await notifier.find(place) is None
    await notifier.publish(place, "a.html", HTML, "Done.")


@pytest.mark.parametrize(
    "name", ["a.html", "a", "a/b\\c.html", "ref1-document", "x" * 300 + ".html", "..", ""]
)
def test_a_marked_name_is_known_again(name: str) -> None:
    """Whatever a document is called, its file's name says where it belongs, and is one name."""
    place = Place("C0LEGAL", "ref1", "card:3")
    marked = marked_name(name, place)
    assert bears_mark(marked, place)
    assert not bears_mark(marked, Place("C0LEGAL", "ref1", "card:33"))
    assert "/" not in marked
    assert len(marked) < 200


async def given(slack: Slack, content: bytes, name: str = "supply.html") -> SourceFile:
    """Let somebody upload a file, and give it as the dialog does."""
    file = await slack.person("U0REQ").upload(name, content)
    return SourceFile(file.id, file.name, file.payload()["url_private_download"])


async def test_a_given_file_is_fetched_to_the_last_byte(slack: Slack, files: Files) -> None:
    """What was uploaded is what is edited."""
    assert await files.download(await given(slack, HTML.encode())) == HTML.encode()


async def test_a_login_page_is_not_taken_for_the_document(slack: Slack, files: Files) -> None:
    """Without the permission, Slack answers 200 with a page to sign in: that is a refusal."""
    source = await given(slack, HTML.encode())
    slack.app.scopes.discard("files:read")
    with pytest.raises(RefusedError, match="files:read"):
        await files.download(source)


async def test_the_token_goes_to_slack_only(slack: Slack, files: Files) -> None:
    """A file that is kept elsewhere is refused before any call."""
    for url in (
        "https://evil.example/f",
        "http://files.slack.com/f",
        "https://files.slack.com@evil.example/f",
    ):
        with pytest.raises(RefusedError, match="not kept by Slack"):
            await files.download(SourceFile("F1", "a.html", url))
    assert slack.calls.named("download") == []


async def test_a_file_that_is_too_large_is_refused(slack: Slack, files: Files) -> None:
    """No more is read than a document may have."""
    source = await given(slack, b"x" * limits.FILE_BYTES)
    slack.files[source.file_id].content = b"x" * (limits.FILE_BYTES + 1)
    with pytest.raises(RefusedError, match="10 MB"):
        await files.download(source)


async def test_a_deleted_file_is_refused(slack: Slack, files: Files) -> None:
    """A file that is gone is gone."""
    source = await given(slack, b"x")
    del slack.files[source.file_id]
    with pytest.raises(RefusedError, match="no longer"):
        await files.download(source)


@pytest.mark.parametrize(
    "fault", [Fault("download", "error"), Fault("download", "lost", times=2), Fault("download", "rate")]
)
async def test_a_file_that_cannot_be_had_now_may_be_had_later(
    slack: Slack, files: Files, fault: Fault
) -> None:
    """Slack's own trouble is no refusal."""
    source = await given(slack, HTML.encode())
    slack.faults.add(fault)
    with pytest.raises(TransientError):
        await files.download(source)
    assert await files.download(source) == HTML.encode()
