"""What the finished document shows: looked for, alarmed, and shown whole where nobody was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.sandbox.superdocs.editor.document import Document
from tests.e2e.relay import THREE, TWO, Story, said

if TYPE_CHECKING:
    from bot.sandbox.slack.state.files import File

NDA = "<h1>NDA</h1><h2>2. Secrecy</h2><p>Notice is given within 30 days.</p>"


def in_thread(story: Story) -> tuple[list[str], dict[str, File]]:
    """Return what the job's thread says, and its files by their titles."""
    thread = story.slack.messages(story.channel, story.message("job").ts)
    files = {file.title: story.slack.files[file.id] for message in thread for file in message.files}
    return [said(message) for message in thread], files


def tamper(story: Story, old: str, new: str) -> None:
    """Let something into SuperDocs' document that nobody approved."""
    slot = story.superdocs.sessions[story.superdocs.latest.session_id].focused
    assert slot is not None
    slot.document = Document.of(slot.document.html.replace(old, new))


async def test_what_was_applied_without_asking_is_shown_whole(story: Story):
    """The redline in the thread, and a page with every change; the document as ever."""
    await story.edit(THREE, mode="approve_all")
    await story.shows("job", "Completed, applied automatically.")
    shown = await story.reads("whole", "What changed in supply", "30 days", "Irish law", "+3 −3 words")
    assert shown.thread_ts == story.message("job").ts
    await story.slack.until(lambda: len(in_thread(story)[1]) == 2, within_s=20)
    page = in_thread(story)[1]["supply-changes.html"].content.decode()
    assert page.count("<ins>") == page.count("<del>") == 4  # One of each explains the signs.
    assert "4. Payment" in page


@pytest.mark.mode("socket")
async def test_what_was_denied_and_is_in_the_document_is_an_alarm(story: Story):
    """On the job's message first, on its card, in the audit's words, whatever SuperDocs says."""
    await story.edit(TWO)
    await story.open_cards(2)
    tamper(story, "three years", "five years")
    await story.press("card:1", "approve")
    await story.press("card:2", "deny")
    await story.ended()
    await story.shows(
        "job",
        "⚠ Change 2 was not approved, and is in the document all the same: please check it.",
        "Applied 1 of 2, found in the document",
    )
    await story.shows("card:2", "In the document all the same, although", "denied it")
    await story.shows("card:1", "applied, found in the document")


@pytest.mark.mode("socket")
async def test_what_superdocs_could_not_apply_is_said_by_it_and_by_the_document(story: Story):
    """Somebody else took the place of one change away meanwhile."""
    await story.edit(TWO)
    await story.open_cards(2)
    slot = story.superdocs.sessions[story.superdocs.latest.session_id].focused
    assert slot is not None
    gone = next(chunk for chunk in slot.document.chunks if "three years" in chunk.text)
    slot.document = Document.of(slot.document.html[: gone.start] + slot.document.html[gone.end :])
    await story.press("card:1", "approve")
    await story.press("card:2", "approve")
    await story.ended()
    await story.shows("job", "Applied 1 of 2; 1 approved but not found in the document.")
    await story.shows("card:2", "not found in the document, as SuperDocs says, too")


@pytest.mark.mode("socket")
async def test_changes_of_several_documents_name_theirs_and_are_found_there(story: Story):
    """On the cards, in the round's list, and in the end."""
    story.superdocs.behaviour.work_s = 1.5
    await story.edit('replace "30 days" with "60 days" in both documents')
    session = await story.superdocs.until(
        lambda: next((one for one in story.superdocs.sessions.values() if one.focused), None)
    )
    session.upload(NDA, "NDA.html", "background")
    await story.open_cards(2)
    await story.shows("card:2", "NDA.html · 2. Secrecy", "60 days")
    await story.shows("round:1", "2 changes to review", "NDA.html · 2. Secrecy", "4. Payment")
    await story.press("card:1", "approve")
    await story.press("card:2", "approve")
    await story.ended()
    await story.shows("job", "Applied 2 of 2, found in the document", within_s=30)
    assert "60 days" in session.slots[1].document.html
