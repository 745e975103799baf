"""Messages as people see them, and as Slack takes them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.judging import judge
from bot.core.model import Origin
from bot.core.proposal import Content
from bot.core.summary import Action, CardSummary, Does, Line, RoundSummary, Since
from bot.core.words.carding import card as whole_card
from bot.redline import Mark
from bot.slack import limits
from bot.slack.cards import notification, render
from tests.make import make_change, make_job, make_proposal, make_round
from tests.unit.redline.drawing import changes
from tests.unit.slack import summaries
from tests.unit.slack.judges import action_ids, check_message, texts, visible
from tests.unit.slack.summaries import (
    CARDS,
    EVIL,
    EXAMPLES,
    JOB,
    PROMPT,
    TARGET,
    card,
    drawn,
    excerpt,
    line,
    paragraph,
)

if TYPE_CHECKING:
    from bot.core.summary import Summary

HUGE = excerpt(paragraph((Mark.INSERT, "word " * 2000)))
"""A redline longer than any message; the relay never asks for one on a card."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_is_what_was_looked_at_and_found_good(name: str) -> None:
    """Messages equal their stored JSON; see `summaries.py` for how to store them anew."""
    stored = json.loads((CARDS / f"{name}.json").read_text(encoding="utf-8"))
    assert stored == drawn(EXAMPLES[name])


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_passes_validators_of_others(name: str) -> None:
    """Three validators that know nothing of this code take every message."""
    check_message(render(EXAMPLES[name]).blocks)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(summary=summaries.summaries)
def test_no_summary_whatever_makes_a_message_that_slack_refuses(summary: Summary) -> None:
    """Whatever is in a summary, its message stays within every limit."""
    payload = render(summary)
    assert len(payload.blocks) <= limits.MESSAGE_BLOCKS
    assert limits.measure(payload.blocks) <= limits.MESSAGE_TOTAL
    assert 0 < len(payload.text.encode()) <= limits.TEXT_BYTES
    check_message(payload.blocks)


@pytest.mark.parametrize(
    "summary",
    [
        card(
            excerpt(paragraph((Mark.INSERT, EVIL))), claim=EVIL, notes=(EVIL,), warnings=(EVIL,), title=EVIL
        ),
        card(
            flags=(EVIL,), contradictions=(EVIL,), since=Since(EVIL, excerpt(paragraph((Mark.INSERT, EVIL))))
        ),
        card(uninspectable=EVIL, status=Line("Denied", quote=EVIL), asked=Line("Revises:", quote=EVIL)),
        replace(JOB, instruction=EVIL, document=EVIL, status=Line("Failed:", quote=EVIL)),
        replace(PROMPT, question=EVIL),
        RoundSummary(EVIL, EVIL, (replace(line(1, headline=EVIL), place=EVIL),), asked=(Line("", EVIL),)),
    ],
)
def test_words_of_others_come_alive_nowhere(summary: Summary) -> None:
    """Document text, the AI's words and what people typed stand in inert elements only, never in markup."""
    blocks = render(summary).blocks
    for markup in texts(blocks, "mrkdwn"):
        assert "channel" not in markup
        assert "evil" not in markup
    assert "<!channel>" in "".join(texts(blocks, "text") + texts(blocks, "plain_text"))
    assert all("evil" not in str(element.get("url")) for element in _elements(blocks, "link"))
    assert not [user for user in _elements(blocks, "user") if user["user_id"] == "U0REV"]


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        ({"requester_id": "U0REQ"}, "‹U0REQ› asked for an edit of Supply agreement"),
        ({"requester_id": ""}, "Somebody asked for an edit of Supply agreement"),
        (
            {"requester_id": "", "origin": Origin.HANDED_OVER},
            "A program handed over an edit of Supply agreement",
        ),
        (
            {"requester_id": "U0REQ", "origin": Origin.HANDED_OVER},
            "A program handed over an edit of Supply agreement, asked for by ‹U0REQ›",
        ),
        (
            {"requester_id": "", "origin": Origin.PROGRAM},
            "A program asked for an edit of Supply agreement",
        ),
        (
            {"requester_id": "U0REQ", "origin": Origin.PROGRAM},
            "A program asked for an edit of Supply agreement for ‹U0REQ›",
        ),
        (
            {"requester_id": "", "origin": Origin.FOUND, "document": ""},
            "Found waiting at SuperDocs: an edit of a document",
        ),
    ],
)
def test_a_job_s_message_says_how_it_came_here(traits: dict[str, Any], words: str) -> None:
    """And without an instruction it quotes none: Slack refuses an empty quote."""
    summary = replace(JOB, **{"instruction": " ", "asked_again": "", **traits})
    (elements,) = [part["elements"] for part in render(summary).blocks[0]["elements"]]
    line = "".join(e.get("text") or f"‹{e['user_id']}›" for e in elements)
    assert line.split("\n")[0] == words


def test_a_notification_mentions_nobody() -> None:
    """A message's text escapes what would become a mention or a link."""
    said = notification(EVIL)
    assert "<" not in said
    assert "&lt;!channel&gt;" in said
    assert "\u202e" not in said


def test_a_notification_is_one_line_short_enough_to_be_edited() -> None:
    """However long and many-lined the words, the text is one line below Slack's limit, not cut in an escape."""
    said = notification("a\nb " + "&" * 4000)
    assert "\n" not in said
    assert len(said.encode()) <= limits.TEXT_BYTES
    assert said.endswith("&amp;…")


def test_struck_is_removed_and_bold_underlined_is_added() -> None:
    """A redline's marks are styles of text elements, in one rich text block."""
    parts = _redline(card())["elements"][0]["elements"]
    assert parts == [
        {"type": "text", "text": "…"},
        {"type": "text", "text": " is due within "},
        {"type": "text", "text": "30", "style": {"strike": True}},
        {"type": "text", "text": "\u2009"},
        {"type": "text", "text": "60", "style": {"bold": True, "underline": True}},
        {"type": "text", "text": " days of receipt."},
    ]


@pytest.mark.parametrize(
    ("inserted", "deleted", "legend"),
    [
        (12, 3, "+12 −3 words · struck = removed, bold underlined = added"),
        (33, 0, "+33 words · bold underlined = added"),
        (0, 23, "−23 words · struck = removed"),
        (0, 0, ""),
    ],
)
def test_the_legend_explains_the_marks_that_are_there(inserted: int, deleted: int, legend: str) -> None:
    """Where nothing is struck, nobody reads what struck means."""
    blocks = render(card(inserted=inserted, deleted=deleted, deadline_at=None)).blocks
    assert texts(blocks, "mrkdwn") == ([legend] if legend else [])


def test_a_change_without_a_place_leaves_no_gap_for_one() -> None:
    """Its sign is followed by its headline."""
    listed = replace(line(1), place="")
    assert "Change 1 ✎ · “30” → “60” · Open" in visible(render(RoundSummary("", "", (listed,))).blocks)


def test_document_text_stands_between_two_lines_that_no_text_can_draw() -> None:
    """A paragraph that says who approved stands where the document stands, not where we speak."""
    spoof = card(excerpt(paragraph((Mark.INSERT, "Approved by @bob · sent"))))
    kinds = [block["type"] for block in render(spoof).blocks]
    assert kinds == ["header", "divider", "rich_text", "divider", "rich_text", "context", "actions"]


def test_warnings_come_before_the_redline_and_the_claim_after_it() -> None:
    """A reviewer reads what is dangerous first, and what the AI says of its own work last."""
    shown = visible(render(card(warnings=("Hidden text.",))).blocks)
    assert shown.index("Hidden text.") < shown.index("is due within") < shown.index("SuperDocs says")


FLAGGED: dict[str, Any] = {
    "flags": ("“not” is added.", "A paragraph moved."),
    "notes": ("A note.",),
    "contradictions": ("SuperDocs says “only formatting”, but 1 word is added.",),
}


def test_what_is_odd_without_danger_is_one_line_after_the_redline() -> None:
    """Warnings, redline, where the claim is wrong, what else is odd, the claim: in this order."""
    shown = visible(render(card(warnings=("Hidden text.",), **FLAGGED)).blocks)
    parts = [
        "⚠ Hidden text.",
        "is due within",
        "but 1 word is added.",
        "“not” is added · A paragraph moved",
        "A note.",
        "SuperDocs says: ",
    ]
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)
    assert shown.count("⚠") == 2


def test_warnings_keep_their_order_and_are_never_cut() -> None:
    """Most dangerous first, as the flags come, each whole."""
    many = tuple(f"{'w' * 190} {number}." for number in range(15))
    redline = excerpt(paragraph((Mark.INSERT, "x" * 3000)))
    shown = visible(render(card(redline, warnings=many, claim="y" * 600, **FLAGGED)).blocks)
    places = [shown.index(f"⚠ {warning}") for warning in many]
    assert places == sorted(places)
    assert "x" * 3000 in shown


def test_what_changed_since_the_last_round_is_framed_like_the_redline() -> None:
    """No text of the document can stand where we speak."""
    kinds = [block["type"] for block in render(EXAMPLES["card_since"]).blocks]
    assert kinds == [
        *("header", "rich_text", "divider", "rich_text", "divider", "rich_text", "rich_text", "divider"),
        *("rich_text", "context", "actions"),
    ]
    nothing = Since("Nothing has changed since round 1.", excerpt())
    assert "Nothing has changed since round 1." in visible(render(card(since=nothing)).blocks)
    partly = Since("Since round 1:", excerpt(*summaries.TERM.paragraphs, left_out_edits=3, left_out_words=9))
    assert "And 3 more." in visible(render(card(since=partly)).blocks)


def test_what_changed_since_goes_before_anything_that_must_be_seen() -> None:
    """The redline says all of it already."""
    long = excerpt(paragraph((Mark.INSERT, "x" * 6000)))
    since = Since("Since round 1:", excerpt(paragraph((Mark.INSERT, "z" * 2200))))
    shown = render(card(long, claim="y" * 600, since=since, **FLAGGED))
    assert "zz" not in visible(shown.blocks)
    assert "“not” is added" in visible(shown.blocks)
    assert "approve" in action_ids(shown.blocks)


def test_a_card_that_had_to_drop_what_is_odd_offers_no_approval() -> None:
    """A flag may be the only trace of a difference."""
    shown = render(card(TERM_WITH_ROOM_FOR_NOTHING, flags=("A flag. " * 10,)))
    assert "A flag." not in visible(shown.blocks)
    assert action_ids(shown.blocks) == ["review_change", "deny", "deny_with_feedback"]


def test_the_claim_goes_first_when_space_is_short() -> None:
    """With little space left, the AI's words are shortened, then left out; everything else stays."""
    long = excerpt(paragraph((Mark.INSERT, "x" * 7600)))
    shown = visible(render(card(long, claim="y" * 600, notes=("A note.",), warnings=("A warning.",))).blocks)
    assert "y" * 198 in shown
    assert "y" * 600 not in shown
    assert "A note." in shown
    longer = excerpt(paragraph((Mark.INSERT, "x" * 7850)))
    shown = visible(render(card(longer, claim="y" * 600, notes=("A note.",))).blocks)
    assert "yy" not in shown
    assert "A note." in shown


def test_a_card_that_had_to_drop_a_note_offers_no_approval() -> None:
    """A note may be the only trace of a difference: without it, the change is to be read in full first."""
    shown = render(card(TERM_WITH_ROOM_FOR_NOTHING, notes=("A note. " * 10,)))
    assert "x" * 7950 in visible(shown.blocks)
    assert "A note." not in visible(shown.blocks)
    assert action_ids(shown.blocks) == ["review_change", "deny", "deny_with_feedback"]


TERM_WITH_ROOM_FOR_NOTHING = excerpt(paragraph((Mark.INSERT, "x" * 7950)))


def test_a_card_that_cannot_show_its_change_says_so_and_offers_no_approval() -> None:
    """Nobody can approve on a card what the card does not show."""
    shown = render(card(HUGE, warnings=("A warning.",)))
    assert "too large to show on a card" in visible(shown.blocks)
    assert "A warning." in visible(shown.blocks)
    assert "word word" not in visible(shown.blocks)
    assert action_ids(shown.blocks) == ["review_change", "deny", "deny_with_feedback"]
    review = shown.blocks[-1]["elements"][0]
    assert review["value"] == TARGET
    assert "confirm" not in review


def test_a_card_of_the_size_that_the_relay_asks_for_shows_everything() -> None:
    """A redline of 5,500 characters, with a warning, flags, a long claim and feedback, fits without a cut."""
    redline = excerpt(paragraph((Mark.INSERT, "x" * 5500)))
    asked = Line("Revises change 1, which <@U0REV> denied:", quote="z" * 300)
    flags = ("f" * 200, "g" * 200, "h" * 190)
    summary = card(
        redline, claim="y" * 600, warnings=("A warning.",), flags=flags, notes=("A note.",), asked=asked
    )
    shown = visible(render(summary).blocks)
    assert "x" * 5500 in shown
    assert "y" * 600 in shown
    assert "z" * 300 in shown
    assert "approve" in action_ids(render(summary).blocks)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    change=changes(),
    times=st.integers(1, 60),
    claim=st.sampled_from(["", "Only formatting.", EVIL, "w " * 900]),
)
def test_the_card_offers_approval_exactly_when_the_record_says_that_it_shows_all(
    change: tuple[str, str], times: int, claim: str
) -> None:
    """What a reply may approve is what the card shows whole, for any change whatever."""
    old, new = (side * times for side in change)
    proposal = make_proposal(content=Content(old, new, claim))
    facts = judge(proposal, None)
    judged = {name: getattr(facts, name) for name in ("headline", "is_whole", "uninspectable", "warnings")}
    held = make_round(make_change(digest=proposal.digest, **judged))
    payload = render(whole_card(make_job(held), held, held.changes[0], {proposal.digest: proposal.content}))
    check_message(payload.blocks)
    assert limits.measure(payload.blocks) <= limits.MESSAGE_TOTAL
    assert len(payload.text.encode()) <= limits.TEXT_BYTES
    is_approved_here = "approve" in action_ids(payload.blocks)
    assert is_approved_here is (facts.is_whole and not facts.uninspectable)


def test_a_round_of_too_many_changes_lists_what_fits_and_counts_the_rest() -> None:
    """A message names as many changes as there is room for, and says how many more stand in the thread."""
    many = RoundSummary("200 changes", "200 changes", tuple(line(n) for n in range(1, 201)))
    shown = visible(render(many).blocks)
    listed = sum(f"Change {n} " in shown for n in range(1, 201))
    assert 80 < listed < 200
    assert f"and {200 - listed} more in the thread" in shown


def test_headlines_shrink_before_changes_are_left_out() -> None:
    """Every change is named, with less of its first words, before one is only counted."""
    some = RoundSummary("", "60 changes", tuple(line(n, headline="w" * 100) for n in range(1, 61)))
    shown = visible(render(some).blocks)
    assert "Change 60" in shown
    assert "w" * 23 in shown
    assert "w" * 100 not in shown
    assert "more in the thread" not in shown


def test_block_ids_are_new_whenever_a_message_says_something_else() -> None:
    """Slack wants new block ids when a message changes; the same content has the same ids."""
    first, same, other = render(card()), render(card()), render(card(status=Line("Approved by <@U0REV>")))
    assert first == same
    assert not {b["block_id"] for b in first.blocks} & {b["block_id"] for b in other.blocks}


def test_after_a_decision_the_words_stay_and_one_line_says_what_happened() -> None:
    """A decided card keeps title, redline and claim; who decided stands where the buttons were."""
    before, after = drawn(card())["blocks"], drawn(EXAMPLES["card_denied"])["blocks"]
    assert after[:5] == before[:5]
    assert action_ids(after) == []
    assert _elements(after, "user") == [{"type": "user", "user_id": "U0CAROL"}]
    assert "“keep the original wording”" in visible(after)


def test_the_deadline_is_told_in_the_readers_own_time() -> None:
    """The context line names the deadline as a date that Slack shows in each reader's zone."""
    (context,) = texts(render(card()).blocks, "mrkdwn")
    assert context == (
        "+1 −1 words · struck = removed, bold underlined = added · decide by <!date^1795357920^{time}|14:32 UTC>"
    )


def test_a_sentence_leads_where_it_says() -> None:
    """A status line with an address is a link; an address of another kind is none."""
    linked = render(EXAMPLES["job_reviewing"]).blocks
    assert [(e["text"], e["url"]) for e in _elements(linked, "link")] == [
        ("3 changes to review", summaries.LINK)
    ]
    evil = replace(JOB, status=Line("3 changes", link="javascript:alert(1)"))
    assert _elements(render(evil).blocks, "link") == []


def test_everything_that_people_can_do_has_a_button_or_a_menu_entry() -> None:
    """Each thing that a person can do is offered where a message says so, in a button or in the menu."""
    offered = tuple(Action(does, does.value, TARGET) for does in Does)
    elements = render(card(actions=offered)).blocks[-1]["elements"]
    menu = next(element for element in elements if element["type"] == "overflow")
    in_menu = [option["value"].split("|") for option in menu["options"]]
    assert {e["action_id"] for e in elements} | {does for does, _ in in_menu} == {*Does, "more"}
    assert {target for _, target in in_menu} == {TARGET}


def _redline(summary: CardSummary) -> dict[str, list[dict[str, list[object]]]]:
    return next(block for block in render(summary).blocks if block["type"] == "rich_text")


def _elements(part: object, kind: str) -> list[dict[str, str]]:
    """List the elements of a type in a payload."""
    if isinstance(part, list):
        return [found for one in part for found in _elements(one, kind)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.get("type") == kind else []
    return own + [found for value in part.values() for found in _elements(value, kind)]
