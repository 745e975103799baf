"""The dialog that starts an edit, as people see it and as Slack takes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.model import Mode
from bot.sandbox.slack.validate.suggestions import checked_suggestions
from bot.slack import limits
from bot.slack.edit_dialog import EditForm, documents, edit
from bot.slack.modals import Memory
from tests.unit.slack import summaries
from tests.unit.slack.judges import action_ids, check_view, texts, visible
from tests.unit.slack.summaries import EVIL

HERE = Memory(channel="C0LEGAL")
FORM = EditForm(Mode.REVIEW, "C0LEGAL")
LIBRARY = replace(FORM, has_library=True)


def fields(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give a dialog's inputs by block id."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def test_the_edit_dialog_asks_for_a_document_words_a_mode_and_a_place() -> None:
    """One file, what to change, whether to review, and where: nothing else is asked."""
    view = edit(EditForm(Mode.REVIEW, "C0LEGAL", "make it friendlier"), HERE)
    check_view(view)
    inputs = fields(view)
    assert list(inputs) == ["document", "instruction", "mode", "channel"]
    assert inputs["document"]["max_files"] == 1
    assert inputs["instruction"]["initial_value"] == "make it friendlier"
    assert inputs["channel"]["initial_conversation"] == "C0LEGAL"


@pytest.mark.parametrize(
    ("mode", "chosen", "said"),
    [
        (Mode.REVIEW, "Review each change", "Your choice is remembered for the next time."),
        (Mode.AUTOMATIC, "Apply automatically", "because you chose it the last time"),
    ],
)
def test_the_last_choice_of_mode_is_chosen_already_and_said(mode: Mode, chosen: str, said: str) -> None:
    """Whoever chose to apply automatically sees that it is chosen again, and why."""
    view = edit(EditForm(mode, "C0LEGAL"), HERE)
    assert fields(view)["mode"]["initial_option"]["text"]["text"] == chosen
    hint = next(block["hint"]["text"] for block in view["blocks"] if block.get("block_id") == "mode")
    assert said in hint


def test_without_a_default_channel_the_requester_must_choose_one() -> None:
    """No channel is prefilled when none is configured."""
    assert "initial_conversation" not in fields(edit(EditForm(Mode.REVIEW, ""), HERE))["channel"]


@settings(max_examples=40)
@given(words=summaries.words, mode=st.sampled_from(Mode))
def test_no_words_whatever_make_an_edit_dialog_that_slack_refuses(words: str, mode: Mode) -> None:
    """Whatever stands after the command, the dialog opens."""
    check_view(edit(EditForm(mode, "C0LEGAL", words), HERE))


def hint(view: dict[str, Any], block_id: str) -> str:
    """Give the sentence under a field."""
    found: str = next(block["hint"]["text"] for block in view["blocks"] if block.get("block_id") == block_id)
    return found


def test_every_format_that_is_edited_may_be_given() -> None:
    """The file's field takes them all and names them; without a library it must be filled in."""
    view = edit(FORM, HERE)
    taken = fields(view)["document"]["filetypes"]
    assert set(taken) == {"html", "htm", "docx", "pdf", "md", "markdown", "txt", "rtf"}
    assert hint(view, "document") == "HTML, Word, PDF, Markdown, text or RTF, at most 10 MB."
    assert next(block for block in view["blocks"] if block["block_id"] == "document")["optional"] is False


def test_without_a_library_nothing_of_one_shows() -> None:
    """Neither a field nor a word."""
    view = edit(FORM, HERE)
    assert "library" not in json.dumps(view).lower()
    check_view(view)


def test_with_a_library_a_file_or_one_of_its_documents_is_given() -> None:
    """Neither field must be filled in, for one of them is enough; the library is searched from the first click on."""
    view = edit(LIBRARY, HERE)
    check_view(view)
    assert list(fields(view)) == ["document", "library", "instruction", "mode", "channel"]
    assert [block["optional"] for block in view["blocks"][:2]] == [True, True]
    menu = fields(view)["library"]
    assert (menu["type"], menu["min_query_length"]) == ("external_select", 0)
    assert "initial_option" not in menu


def test_a_document_chosen_before_is_named_and_not_asked_for() -> None:
    """There is nothing else to choose then, whether there is a library or not."""
    view = edit(replace(LIBRARY, document="Offer.docx"), HERE)
    check_view(view)
    assert visible(view["blocks"][0]) == "Document: Offer.docx"
    assert list(fields(view)) == ["instruction", "mode", "channel"]


def test_a_document_that_is_edited_again_is_named_as_what_the_last_edit_left() -> None:
    """It is not the file that was given first."""
    view = edit(replace(FORM, document="Offer.docx", is_kept=True), HERE)
    assert visible(view["blocks"][0]) == "Document: Offer.docx, as the last edit left it"


def test_what_is_rarely_wanted_shows_on_demand() -> None:
    """One button first, which then gives way to two fields with SuperDocs' own choice in them."""
    narrow = edit(FORM, HERE)
    assert action_ids(narrow["blocks"]) == ["more_fields"]
    wide = edit(replace(FORM, is_wide=True), HERE)
    check_view(wide)
    assert action_ids(wide["blocks"]) == []
    assert list(fields(wide))[-2:] == ["tier", "depth"]
    names = [
        [option["text"]["text"] for option in fields(wide)[name]["options"]] for name in ("tier", "depth")
    ]
    assert names == [["Standard (core)", "Turbo", "Pro", "Max"], ["Fast", "Balanced", "Deep"]]
    chosen = [fields(wide)[name]["initial_option"]["value"] for name in ("tier", "depth")]
    assert chosen == ["core", "balanced"]
    assert "deserve Pro or Max" in hint(wide, "tier")


@pytest.mark.parametrize("has_library", [True, False])
def test_showing_more_leaves_every_other_field_in_its_place(*, has_library: bool) -> None:
    """Slack keeps what was filled in where block_id and action_id are the same."""
    form = replace(FORM, has_library=has_library)
    before, after = fields(edit(form, HERE)), fields(edit(replace(form, is_wide=True), HERE))
    kept = {name: element["action_id"] for name, element in before.items()}
    assert kept.items() <= {name: element["action_id"] for name, element in after.items()}.items()


def test_what_was_filled_in_so_far_is_filled_in_again() -> None:
    """For fields that nobody touched; the mode's hint still tells of the remembered choice, not of the new one."""
    form = replace(LIBRARY, instruction="shorter", path="a/b.docx", picked=Mode.AUTOMATIC, is_wide=True)
    view = edit(form, HERE)
    check_view(view)
    inputs = fields(view)
    assert inputs["instruction"]["initial_value"] == "shorter"
    assert inputs["library"]["initial_option"] == documents(["a/b.docx"])[0]
    assert inputs["mode"]["initial_option"]["value"] == "approve_all"
    assert hint(view, "mode") == "Your choice is remembered for the next time."


def test_of_a_long_path_the_end_is_shown_and_the_whole_is_sent() -> None:
    """Documents in one folder differ at the end; what is too long to be sent is not offered."""
    long, longest = f"{'f' * 100}/Supply.docx", f"{'f' * 150}.docx"
    (option,) = documents([long, longest, ""])
    assert option["text"]["text"].startswith("…f")
    assert option["text"]["text"].endswith("/Supply.docx")
    assert len(option["text"]["text"]) == limits.OPTION_TEXT
    assert option["value"] == long


@settings(max_examples=60)
@given(paths=st.lists(st.text(max_size=200), max_size=60))
def test_no_paths_whatever_make_options_that_slack_refuses(paths: list[str]) -> None:
    """Odd characters are named, and long names cut: the answer is taken."""
    assert checked_suggestions({"options": documents(paths)})


@settings(max_examples=40)
@given(
    name=summaries.words,
    path=st.text(min_size=1, max_size=150),
    has_library=st.booleans(),
    is_wide=st.booleans(),
)
def test_no_name_whatever_makes_an_edit_dialog_that_slack_refuses(
    *, name: str, path: str, has_library: bool, is_wide: bool
) -> None:
    """Documents may be called anything."""
    check_view(edit(replace(FORM, document=name, is_kept=True, is_wide=is_wide), HERE))
    check_view(edit(replace(FORM, has_library=has_library, path=path, is_wide=is_wide), HERE))


def test_words_of_others_come_alive_in_no_edit_dialog() -> None:
    """Names and prefilled texts stand in inert objects only."""
    for form in (
        EditForm(Mode.REVIEW, "C0LEGAL", EVIL),
        replace(FORM, document=EVIL),
        replace(LIBRARY, path=EVIL[:150]),
    ):
        assert not any("evil" in markup for markup in texts(edit(form, HERE), "mrkdwn"))
