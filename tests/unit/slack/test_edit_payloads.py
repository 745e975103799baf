"""Reading what the edit dialog sends. How odd payloads are refused stands in `test_payloads.py`."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.errors import RefusedError
from bot.core.model import Mode
from bot.core.request import Depth, LibraryFile, SourceFile, Tier
from bot.slack.edit_payloads import filled_in, parse_edit, parse_search, parse_shortcut
from bot.slack.modals import Memory
from bot.slack.payloads import parse_view
from tests.unit.slack.bench import shortcut

Json = dict[str, Any]

FILE = {"id": "F1", "name": "supply.docx", "url_private": "https://files.slack.com/f"}


def option(value: str | None) -> Json:
    """Give the state of a menu."""
    return {"selected_option": value and {"text": {"type": "plain_text", "text": value}, "value": value}}


def submitted(memory: Memory | None = None, **fields: Json) -> Json:
    """Give a submitted edit dialog with these fields filled in, beside the words and the place."""
    given = {"instruction": {"value": "shorter"}, "channel": {"selected_conversation": "C0LEGAL"}, **fields}
    return {
        "type": "view_submission",
        "user": {"id": "U0REQ", "team_id": "T0SANDBOX"},
        "view": {
            "id": "V0TOP",
            "private_metadata": (memory or Memory(channel="C0GENERAL")).dump(),
            "state": {"values": {name: {name: held} for name, held in given.items()}},
        },
    }


def test_a_file_is_the_document() -> None:
    """The library's menu may be there and empty."""
    wanted = parse_edit(submitted(document={"files": [FILE]}, library=option(None)))
    assert wanted.source == SourceFile("F1", "supply.docx", "https://files.slack.com/f")
    assert (wanted.tier, wanted.depth, wanted.continues_ref) == (None, None, "")


def test_a_document_of_the_library_is_the_document() -> None:
    """The file's field is there and empty then."""
    wanted = parse_edit(submitted(document={"files": []}, library=option("2026/lease.pdf")))
    assert wanted.source == LibraryFile("2026/lease.pdf")


@pytest.mark.parametrize("path", ["x" * 146 + ".html", "a\n.html", "a\0.html", "\x1b[2Ja.html"])
def test_a_path_that_was_never_offered_is_refused(path: str) -> None:
    """Only by hand can such a one be sent: too long for an option, or of more than one line."""
    with pytest.raises(RefusedError) as refusal:
        parse_edit(submitted(library=option(path)))
    assert refusal.value.code == "payload"
    assert parse_edit(submitted(library=option("x" * 145 + ".html"))).source == LibraryFile(
        "x" * 145 + ".html"
    )


def test_two_documents_are_refused_at_the_second_field() -> None:
    """Nobody guesses which was meant."""
    with pytest.raises(RefusedError, match="one document") as refusal:
        parse_edit(submitted(document={"files": [FILE]}, library=option("lease.pdf")))
    assert refusal.value.code == "library"


def test_an_edit_goes_on_from_the_one_that_the_dialog_remembers() -> None:
    """Its session has the document, so there is none to give."""
    wanted = parse_edit(submitted(Memory(channel="C0LEGAL", continues="ref0000000000001", name="a.html")))
    assert (wanted.source, wanted.continues_ref) == (None, "ref0000000000001")


@pytest.mark.parametrize(
    ("tier", "depth", "read"),
    [("max", "deep", (Tier.MAX, Depth.DEEP)), (None, None, (None, None)), ("gpt", "", (None, None))],
)
def test_model_and_thinking_are_taken_where_they_are_known(
    tier: str | None, depth: str | None, read: tuple[Tier | None, Depth | None]
) -> None:
    """Everything else is SuperDocs' own choice."""
    wanted = parse_edit(submitted(tier=option(tier), depth=option(depth)))
    assert (wanted.tier, wanted.depth) == read


def test_what_is_filled_in_so_far_is_read_from_an_open_dialog() -> None:
    """Whatever is empty is empty, and nothing of it is refused."""
    empty = submitted(instruction={"value": None}, channel={"selected_conversation": None})
    found = filled_in(parse_view(empty))
    assert (found.path, found.instruction, found.mode, found.channel) == ("", "", Mode.REVIEW, "")
    full = submitted(library=option("a.docx"), mode=option("approve_all"))
    found = filled_in(parse_view(full))
    assert (found.path, found.instruction, found.mode) == ("a.docx", "shorter", Mode.AUTOMATIC)


def test_a_search_is_of_whoever_types() -> None:
    """In the dialog, wherever they came from."""
    asked = parse_search({**submitted(), "type": "block_suggestion", "value": "sup"})
    assert (asked.actor.user_id, asked.actor.channel, asked.words) == ("U0REQ", "C0GENERAL", "sup")


@pytest.mark.parametrize(
    "name", ["a.html", "A.HTM", "a.docx", "a.PDF", "a.md", "a.markdown", "a.txt", "a.rtf"]
)
def test_the_first_file_that_can_be_edited_is_the_shortcut_s(name: str) -> None:
    """By its name, which is what decides how it is read."""
    others = [{"id": "F0PIC", "name": "a.png"}, {"id": "F0OLD", "name": "a.doc"}]
    assert parse_shortcut(shortcut(*others, {"id": "F0DOC", "name": name})).file_id == "F0DOC"


@pytest.mark.parametrize("name", ["a.doc", "a.xlsx", "html", "", "a.docx.zip"])
def test_other_files_are_not_the_shortcut_s(name: str) -> None:
    """Not even where Slack takes them for HTML."""
    chosen = parse_shortcut(shortcut({"id": "F0", "name": name, "filetype": "html"}))
    assert (chosen.file_id, chosen.name) == ("", "")
