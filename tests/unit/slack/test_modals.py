"""Dialogs as people see them, and as Slack takes them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.core.passing import LONGEST_NOTE
from bot.core.summary import FeedbackSummary, PassingSummary, ReadingSummary
from bot.redline import Mark
from bot.slack import limits
from bot.slack.modals import Memory, feedback, fits, notice, passing, reading, seal
from tests.unit.slack import summaries
from tests.unit.slack.judges import action_ids, check_view, texts, visible
from tests.unit.slack.summaries import APPROVE, DENY, EVIL, FEEDBACK, TARGET, card, excerpt, paragraph

HERE = Memory(channel="C0LEGAL")
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)

READING = ReadingSummary(
    token="5e6f" * 6,
    title="Review changes",
    page=2,
    pages=3,
    sections=(card(), card(title="Change 3 · New", warnings=("A warning.",))),
)

DENIAL = FeedbackSummary(TARGET, "Deny change 2", card(actions=()), "within 60 days")


def fields(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give a dialog's inputs by block id."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def test_the_reading_dialog_shows_each_change_with_its_own_buttons() -> None:
    """Each section has its title, its warnings, its redline and its buttons."""
    view = reading(READING, HERE)
    check_view(view)
    assert action_ids(view["blocks"]) == [
        *["approve", "deny", "deny_with_feedback"] * 2,
        "page_back",
        "page_on",
    ]
    assert visible(view["blocks"]).index("A warning.") < visible(view["blocks"]).rindex("is due within")
    assert "submit" not in view


@pytest.mark.parametrize(
    ("page", "pages", "turns"),
    [(1, 1, []), (1, 2, ["page_on"]), (2, 2, ["page_back"]), (2, 3, ["page_back", "page_on"])],
)
def test_page_buttons_lead_only_where_there_is_a_page(page: int, pages: int, turns: list[str]) -> None:
    """The first page has no page before it, the last none after it, a single one neither."""
    view = reading(replace(READING, page=page, pages=pages, sections=(card(actions=()),)), HERE)
    assert action_ids(view["blocks"]) == turns


def test_page_buttons_carry_the_page_they_lead_to() -> None:
    """From page 2 one gets to pages 1 and 3."""
    row = reading(READING, HERE)["blocks"][-1]["elements"]
    assert [element["value"] for element in row] == ["1", "3"]


def test_approve_all_is_the_submit_button_and_counts_what_it_approves() -> None:
    """The submit button is there only when it would approve something."""
    view = reading(replace(READING, approves=(2, 3)), HERE)
    check_view(view)
    assert view["submit"]["text"] == "Approve all (2)"


def test_the_reading_dialog_remembers_what_it_shows() -> None:
    """Its metadata names the versions and the page, and where the person came from."""
    memory = Memory.load(reading(READING, HERE)["private_metadata"])
    assert memory == Memory(channel="C0LEGAL", token=READING.token, page=2)


@pytest.mark.parametrize("numbers", [(), (1,), (2, 3), (1, 64, 999), tuple(range(1, 5000))])
def test_the_reading_dialog_remembers_what_its_button_offers(numbers: tuple[int, ...]) -> None:
    """However many, within the limit of its metadata; and no more of it once it offers nothing."""
    written = reading(replace(READING, approves=numbers), HERE)["private_metadata"]
    assert len(written) < limits.PRIVATE_METADATA
    assert Memory.load(written).offered == frozenset(numbers)
    assert Memory.load(reading(READING, Memory.load(written))["private_metadata"]).offered == frozenset()


def test_a_page_that_is_too_large_says_so_and_approves_nothing() -> None:
    """What cannot be shown whole cannot be approved, even by the submit button."""
    huge = card(excerpt(paragraph((Mark.INSERT, "x" * 260_000))))
    view = reading(replace(READING, sections=(huge,), approves=(2,)), HERE)
    check_view(view)
    assert "too large to show" in visible(view["blocks"])
    assert "submit" not in view
    assert action_ids(view["blocks"]) == ["page_back", "page_on"]


def test_the_dialog_quotes_more_of_the_ai_s_words_than_a_card() -> None:
    """A card cuts them first; whoever wants to read them all opens the dialog."""
    long = card(claim="y" * 2900, warnings=("A warning.",), flags=("A flag.",))
    shown = visible(reading(replace(READING, sections=(long,)), HERE)["blocks"])
    assert "y" * 2900 in shown
    assert "⚠ A warning." in shown
    assert "A flag" in shown


def test_a_page_with_nothing_on_it_says_so() -> None:
    """A dialog is never empty."""
    view = reading(replace(READING, sections=(), pages=1), HERE)
    check_view(view)
    assert "nothing left to show" in visible(view["blocks"])


@settings(max_examples=40, suppress_health_check=SLOW)
@given(summary=summaries.readings)
def test_no_summary_whatever_makes_a_reading_dialog_that_slack_refuses(summary: ReadingSummary) -> None:
    """Whatever is in a page, its dialog stays within every limit, and offers approval only if it shows all."""
    view = reading(summary, HERE)
    check_view(view)
    assert fits(view)
    shown = visible(view["blocks"])
    assert "submit" not in view or "too large to show, so nothing" not in shown


def test_the_feedback_dialog_shows_the_change_again_and_asks_what_should_differ() -> None:
    """The redline stands above the question; the exact wording is prefilled and may be left alone."""
    view = feedback(DENIAL, HERE)
    check_view(view)
    assert "is due within" in visible(view["blocks"])
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert not inputs["feedback_0"]["optional"]
    assert "initial_value" not in inputs["feedback_0"]["element"]
    assert inputs["wording"]["optional"]
    assert inputs["wording"]["element"]["initial_value"] == "within 60 days"
    assert view["submit"]["text"] == "Deny"


def test_the_feedback_dialog_offers_phrases_to_start_from() -> None:
    """Four phrases are a press away."""
    row = next(block for block in feedback(DENIAL, HERE)["blocks"] if block["type"] == "actions")
    assert [e["value"] for e in row["elements"]] == [
        "Keep the original",
        "Shorter",
        "Too strong",
        "Wrong place",
    ]


def test_a_taken_phrase_stands_in_a_new_field() -> None:
    """Slack keeps what is typed in a block that keeps its id, so a phrase comes in a block of a new one."""
    view = feedback(DENIAL, replace(HERE, phrases=1), "Shorter.")
    assert fields(view)["feedback_1"]["initial_value"] == "Shorter."


@pytest.mark.parametrize(
    ("proposed", "said"), [("within 60 days", "Change this text"), (" ", "What you write here")]
)
def test_the_wording_is_asked_for_as_it_is_there(proposed: str, said: str) -> None:
    """A proposed deletion has no text to change: the reviewer writes one."""
    blocks = feedback(replace(DENIAL, proposed=proposed), HERE)["blocks"]
    (hint,) = [block["hint"]["text"] for block in blocks if block.get("block_id") == "wording"]
    assert hint.startswith(said)


def test_a_wording_too_long_for_a_field_is_not_offered() -> None:
    """A cut wording would be sent as if it were meant: then none is suggested."""
    view = feedback(replace(DENIAL, proposed="x" * 3001), HERE)
    check_view(view)
    assert "wording" not in fields(view)
    assert Memory.load(view["private_metadata"]).wording == ""


@settings(max_examples=40, suppress_health_check=SLOW)
@given(summary=summaries.feedbacks, words=summaries.words)
def test_no_summary_whatever_makes_a_feedback_dialog_that_slack_refuses(
    summary: FeedbackSummary, words: str
) -> None:
    """Whatever the change and the words, the dialog stays within every limit."""
    check_view(feedback(summary, HERE, words))


def test_words_of_others_come_alive_in_no_dialog() -> None:
    """Titles, redlines and prefilled texts stand in inert objects only; what stands above a page is a sentence of ours."""
    evil = card(
        excerpt(paragraph((Mark.DELETE, EVIL))), title=EVIL, claim=EVIL, notes=(EVIL,), warnings=(EVIL,)
    )
    views = [
        reading(replace(READING, title=EVIL, sections=(evil,)), HERE),
        feedback(FeedbackSummary(TARGET, EVIL, evil, EVIL), HERE, EVIL),
    ]
    for view in views:
        assert not any("evil" in markup for markup in texts(view, "mrkdwn"))
        assert '"type": "user"' not in json.dumps(view)


def test_a_notice_says_one_sentence() -> None:
    """A dialog that only says something has nothing to press but Close."""
    view = notice("Nothing was approved", "<@U0CAROL> was first.")
    check_view(view)
    assert view["blocks"][0]["elements"][0]["elements"][0] == {"type": "user", "user_id": "U0CAROL"}
    assert "submit" not in view


def test_a_seal_sees_words_and_not_white_space() -> None:
    """Slack may bring a text back with other line ends; that is not another wording."""
    assert seal("a\nb ") == seal("a b")
    assert seal("a b") != seal("a c")


@pytest.mark.parametrize("headline", ["“30” → “60”", "", EVIL])
def test_somebody_is_chosen_to_pass_a_change_on_to(headline: str) -> None:
    """The dialog names the change, asks for one person, and takes a note that is short."""
    view = passing(PassingSummary(TARGET, "Pass on change 2", "Change 2 · Edit · 4.1 Terms", headline), HERE)
    check_view(view)
    assert Memory.load(view["private_metadata"]).target == TARGET
    fields = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert fields["person"]["element"]["type"] == "users_select"
    assert fields["note"]["optional"]
    assert fields["note"]["element"]["max_length"] == LONGEST_NOTE


def test_a_memory_comes_back_as_it_was() -> None:
    """What a dialog remembers survives Slack, within the limit of its metadata."""
    memory = Memory("C0LEGAL", "5e6f" * 6, 3, TARGET, seal("x"), 2)
    assert Memory.load(memory.dump()) == memory
    assert len(memory.dump()) < limits.PRIVATE_METADATA
    assert Memory.load("") == Memory()


@pytest.mark.parametrize("strange", ["[]", "{", '{"page": "2"}', '{"other": 1}', '{"page": true}'])
def test_a_memory_that_is_none_of_ours_is_refused(strange: str) -> None:
    """Metadata of another shape is never guessed at."""
    with pytest.raises(ValueError):  # noqa: PT011 -- json's own errors are of this kind, too.
        Memory.load(strange)


def test_the_buttons_of_a_page_are_those_of_its_sections() -> None:
    """What the relay offers for a change is what its section offers."""
    view = reading(
        replace(READING, pages=1, sections=(card(actions=(APPROVE, DENY)), card(actions=(FEEDBACK,)))), HERE
    )
    assert action_ids(view["blocks"]) == ["approve", "deny", "deny_with_feedback"]
