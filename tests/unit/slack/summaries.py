"""Summaries to render: a few telling ones, and strategies for any.

The telling ones stand as JSON in ``cards/``, as Slack gets them. To write them anew after a wanted change::

    .venv/bin/python -m tests.unit.slack.summaries

and read the difference in git: it is what people will see.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from bot.core.model import Origin
from bot.core.summary import (
    Action,
    BacklogLine,
    BacklogSummary,
    CardSummary,
    ChangeLine,
    Does,
    FeedbackSummary,
    JobSummary,
    Line,
    NoticeSummary,
    PromptSummary,
    ReadingSummary,
    RoundSummary,
    Since,
    Summary,
)
from bot.redline import Excerpt, Kind, Mark, Paragraph, Span
from bot.slack.cards import render

CARDS: Final = Path(__file__).parent / "cards"
DEADLINE: Final = datetime(2026, 11, 22, 14, 32, tzinfo=UTC)
REF: Final = "4f1c0a9be2d37755"
TARGET: Final = f"{REF}.2.0123456789ab"
LINK: Final = "https://sandbox.slack.com/archives/C0LEGAL/p1"

APPROVE: Final = Action(Does.APPROVE, "Approve", TARGET)
DENY: Final = Action(Does.DENY, "Deny", TARGET)
FEEDBACK: Final = Action(Does.FEEDBACK, "Deny with feedback…", TARGET)
REVIEW: Final = Action(Does.REVIEW, "Review whole change", TARGET)


def paragraph(
    *spans: tuple[Mark, str], kind: Kind = Kind.PARAGRAPH, level: int = 0, label: str = ""
) -> Paragraph:
    """Make a paragraph of a redline."""
    return Paragraph(kind, level, label, tuple(Span(mark, text) for mark, text in spans))


def excerpt(*paragraphs: Paragraph, left_out_edits: int = 0, left_out_words: int = 0) -> Excerpt:
    """Make an excerpt of a redline."""
    return Excerpt(paragraphs, left_out_edits=left_out_edits, left_out_words=left_out_words)


TERM: Final = excerpt(
    paragraph(
        (Mark.GAP, "…"),
        (Mark.KEEP, " is due within "),
        (Mark.DELETE, "30"),
        (Mark.INSERT, "60"),
        (Mark.KEEP, " days of receipt."),
    )
)

EVERY_KIND: Final = excerpt(
    paragraph((Mark.KEEP, "4.1 Data "), (Mark.INSERT, "processing"), kind=Kind.HEADING, level=2),
    paragraph((Mark.INSERT, "by mail"), kind=Kind.LIST_ITEM, level=2, label="a)"),
    paragraph((Mark.KEEP, "by "), (Mark.DELETE, "fax"), kind=Kind.LIST_ITEM, level=1, label="•"),
    paragraph((Mark.KEEP, "Fee | "), (Mark.DELETE, "100"), (Mark.INSERT, "120"), kind=Kind.TABLE_ROW),
    paragraph((Mark.KEEP, "As agreed in "), (Mark.INSERT, "2025"), kind=Kind.QUOTE),
    paragraph((Mark.DELETE, "x = 1"), (Mark.INSERT, "x = 2"), kind=Kind.CODE),
)


def card(shown: Excerpt = TERM, **more: object) -> CardSummary:
    """Make the card of a change from 30 to 60 days, with anything else in its place."""
    usual: dict[str, object] = {
        "text": "Change 2 in Supply agreement: removed “30 days”, added “60 days”. Decide by 14:32 UTC.",
        "title": "Change 2 · Edit · 4.1 Data processing",
        "inserted": 1,
        "deleted": 1,
        "claim": "Gives the customer more time to pay.",
        "deadline_at": DEADLINE,
        "actions": (APPROVE, DENY, FEEDBACK),
    }
    return CardSummary(excerpt=shown, **(usual | more))  # type: ignore[arg-type] # Any field may be given.


def line(number: int, status: str = "Open", headline: str = "“30” → “60”") -> ChangeLine:
    """Make a change's line in the message of its round."""
    return ChangeLine(number, "✎", "4.1 Data processing", headline, Line(status), LINK)


ROUND_ACTIONS: Final = (
    Action(Does.REVIEW_ALL, "Review all (3)", f"{REF}.1"),
    Action(Does.APPROVE_ALL, "Approve all…", f"{REF}.1"),
    Action(Does.DENY_ALL, "Deny all…", f"{REF}.1", confirm="3 changes will be denied without feedback."),
    Action(Does.SEND_NOW, "Send now, deny the rest", f"{REF}.1", confirm="3 changes will be denied."),
)

JOB: Final = JobSummary(
    text="Edit of Supply agreement: 3 changes to review",
    requester_id="U0REQ",
    instruction="Make the payment terms friendlier.\nLeave the rest.",
    document="Supply agreement",
    status=Line("3 changes to review", link=LINK),
    asked_again="Asked again for change 4 of the edit before.",
    actions=(Action(Does.STOP, "Stop this edit", REF, confirm="Nothing more is proposed or applied."),),
)

PROMPT: Final = PromptSummary(
    text="SuperDocs asks whether to go on with Supply agreement.",
    question="I have done 10 of 24 sections. Continue?",
    actions=(Action(Does.CONTINUE, "Continue", REF), Action(Does.HALT, "Stop here", REF)),
)

REVIEW_ROUND: Final = Action(Does.REVIEW_ALL, "Review", f"{REF}.1")
AGAIN: Final = Action(Does.ASK_AGAIN, "Ask again", REF)


def waiting(document: str = "Supply agreement.html", **more: object) -> BacklogLine:
    """Make the line of an edit with three changes to review, with anything else in its place."""
    usual: dict[str, object] = {
        "status": Line("3 changes to review"),
        "deadline_at": DEADLINE,
        "link": LINK,
        "action": REVIEW_ROUND,
    }
    return BacklogLine(document, **(usual | more))  # type: ignore[arg-type] # Any field may be given.


def lapsed(document: str = "Data processing terms.html", **more: object) -> BacklogLine:
    """Make the line of an edit whose second change lapsed, with anything else in its place."""
    usual: dict[str, object] = {
        "status": Line("change 2 lapsed", quote="“7 years” → “10 years”"),
        "deadline_at": None,
        "action": AGAIN,
    }
    return waiting(document, **(usual | more))


FACTS: Final = (
    Line("Decided since Friday 09:00: 12 approved, 3 denied, 2 lapsed, by <@U0REV> and <@U0CAROL>."),
    Line("Half of them within 4 minutes. Operations used this month: 318 of 1,000."),
)

DIGEST: Final = BacklogSummary(
    text="5 edits to review, 3 lapsed and not yet asked again.",
    title="Digest of Monday, 23 November",
    open=(
        waiting(status=Line("1 change to review", quote="“30” → “60”")),
        waiting("Lease Hamburg.html", status=Line("2 changes to review, 1 approved by <@U0REV>")),
        waiting("Employment contract, senior staff, all sites but Hamburg, version 2026-11.html"),
        waiting("Price list.html", status=Line("12 changes to review")),
        waiting(""),
    ),
    lapsed=(
        lapsed(),
        lapsed("Warranty.html", status=Line("3 changes lapsed")),
        lapsed("Supply agreement.html", status=Line("sent, and never confirmed")),
    ),
    facts=FACTS,
    actions=(Action(Does.ASK_ALL_AGAIN, "Ask all again", "C0LEGAL", confirm="3 edits are asked for again."),),
)

EXAMPLES: Final[dict[str, Summary]] = {
    "card_open": card(),
    "card_dangerous": card(
        warnings=("Link target changed: example.com → xn--exmple-cua.com.",),
        notes=("The words are the same; the markup differs (a link's target).",),
        actions=(Action(Does.APPROVE, "Approve", TARGET, confirm="Link target changed."), DENY, FEEDBACK),
    ),
    "card_partly_shown": card(
        excerpt(*TERM.paragraphs, left_out_edits=14, left_out_words=212),
        notes=("And 14 more edits (212 words) that do not fit here.",),
        actions=(REVIEW, DENY, FEEDBACK),
    ),
    "card_flagged": card(
        flags=("“30” becomes “60”.", "The heading is now bold.", "“Fees” moved to the end."),
        contradictions=("SuperDocs says “only formatting”, but 1 word is added and 1 removed.",),
        claim="Only formatting.",
    ),
    "card_every_kind": card(EVERY_KIND),
    "card_uninspectable": card(
        excerpt(),
        uninspectable="The text is nested more than 200 levels deep.",
        actions=(DENY, FEEDBACK),
    ),
    "card_revised": card(
        asked=Line("Revises change 1, which <@U0CAROL> denied:", quote="*too* strong, <!channel>")
    ),
    "card_since": card(
        asked=Line("Revises change 1, which <@U0CAROL> denied:", quote="shorter than 90 days"),
        since=Since(
            "Since round 1:",
            excerpt(paragraph((Mark.DELETE, "90"), (Mark.INSERT, "60"), (Mark.KEEP, " days"))),
        ),
    ),
    "card_alone": card(document="Supply agreement"),
    "card_approved": card(
        status=Line("Approved by <@U0REV>"),
        deadline_at=None,
        actions=(Action(Does.UNDO, "Undo", TARGET),),
    ),
    "card_denied": card(
        status=Line("Denied by <@U0CAROL> → change 3:", quote="keep the original wording"),
        deadline_at=None,
        actions=(),
    ),
    "round_open": RoundSummary(
        text="3 changes to review in Supply agreement. Decide by 14:32 UTC.",
        title="3 changes to review in Supply agreement",
        lines=(line(1), line(2, "Approved by <@U0REV>"), line(3)),
        deadline_at=DEADLINE,
        actions=ROUND_ACTIONS,
    ),
    "job_reviewing": JOB,
    "job_handed_over": replace(JOB, origin=Origin.HANDED_OVER, instruction="", asked_again=""),
    "job_found": replace(
        JOB, origin=Origin.FOUND, requester_id="", instruction="", document="", asked_again=""
    ),
    "prompt_open": PROMPT,
    "notice": NoticeSummary(
        text="Unless somebody decides more, changes 2 and 3 lapse. Decide by 14:30 UTC.",
        sentence="Unless somebody decides more, changes 2 and 3 lapse.",
        deadline_at=DEADLINE,
    ),
    "notice_quoting": NoticeSummary(
        text="Change 2 is passed on to you. Decide by 14:30 UTC.",
        sentence="<@U0CAROL>, change 2 is passed on to you by <@U0REV>, who says:",
        deadline_at=DEADLINE,
        quote="You know the *old* terms, <!channel>.",
    ),
    "digest": DIGEST,
    "pending": BacklogSummary(
        text="1 edit waits for you.",
        title="1 edit waits for you",
        open=(waiting(),),
        rest=3,
    ),
    "pending_empty": BacklogSummary(text="Nothing waits for you.", title="Nothing waits for you"),
}

EVIL: Final = (
    "<!channel> <@U0REV> *bold* ~gone~ _i_ `code` ```pre``` <https://evil.example|good> :tada: & \u202etxt"
)
"""Everything that would come alive in Slack's markup."""

words = st.text(max_size=40) | st.sampled_from(
    ["", EVIL, "a" * 400, "&" * 5000, "\ud800", "\u202e", "word " * 1500]
)
"""Any text at all, and the sizes and characters that hurt."""

lines = st.builds(Line, sentence=words, quote=words, link=st.sampled_from(["", LINK, "javascript:alert(1)"]))

actions = st.lists(
    st.builds(Action, does=st.sampled_from(Does), label=words, target=st.just(TARGET), confirm=words),
    max_size=len(Does),
    unique_by=lambda action: action.does,
).map(tuple)

spans = st.builds(Span, mark=st.sampled_from(Mark), text=words)

paragraphs = st.builds(
    Paragraph,
    kind=st.sampled_from(Kind),
    level=st.integers(0, 9),
    label=st.sampled_from(["", "•", "3.", "iv)"]),
    spans=st.lists(spans, max_size=6).map(tuple),
)

excerpts = st.builds(
    Excerpt,
    paragraphs=st.lists(paragraphs, max_size=6).map(tuple),
    left_out_edits=st.integers(0, 99),
    left_out_words=st.integers(0, 9999),
)

times = st.none() | st.just(DEADLINE)

sinces = st.none() | st.builds(Since, sentence=words, excerpt=excerpts)

cards = st.builds(
    CardSummary,
    document=words,
    text=words,
    title=words,
    excerpt=excerpts,
    inserted=st.integers(0, 10**6),
    deleted=st.integers(0, 10**6),
    claim=words,
    notes=st.lists(words, max_size=4).map(tuple),
    warnings=st.lists(words, max_size=4).map(tuple),
    flags=st.lists(words, max_size=4).map(tuple),
    contradictions=st.lists(words, max_size=3).map(tuple),
    since=sinces,
    uninspectable=words,
    asked=st.none() | lines,
    status=st.none() | lines,
    deadline_at=times,
    actions=actions,
)

change_lines = st.builds(
    ChangeLine,
    number=st.integers(1, 10**6),
    sign=st.sampled_from("✎＋−"),
    place=words,
    headline=words,
    status=lines,
    link=st.sampled_from(["", LINK]),
)

rounds = st.builds(
    RoundSummary,
    text=words,
    title=words,
    lines=st.lists(change_lines, max_size=8).flatmap(
        lambda few: st.integers(1, 40).map(lambda n: tuple(few * n))
    ),
    status=st.none() | lines,
    asked=st.lists(lines, max_size=12).map(tuple),
    deadline_at=times,
    actions=actions,
)

jobs = st.builds(
    JobSummary,
    text=words,
    requester_id=st.sampled_from(["", "U0REQ"]),
    instruction=words,
    document=words,
    status=lines,
    origin=st.sampled_from(Origin),
    asked_again=words,
    actions=actions,
)

prompts = st.builds(PromptSummary, text=words, question=words, status=st.none() | lines, actions=actions)

notices = st.builds(NoticeSummary, text=words, sentence=words, deadline_at=times, quote=words)

backlog_lines = st.builds(
    BacklogLine,
    document=words,
    status=lines,
    deadline_at=times,
    link=st.sampled_from(["", LINK, "javascript:alert(1)", "https://evil.example/>|<!channel>"]),
    action=st.none() | st.builds(Action, does=st.just(Does.REVIEW), label=words, target=st.just(TARGET)),
)

backlogs = st.builds(
    BacklogSummary,
    text=words,
    title=words,
    open=st.lists(backlog_lines, max_size=3).flatmap(
        lambda few: st.integers(1, 20).map(lambda n: tuple(few * n))
    ),
    lapsed=st.lists(backlog_lines, max_size=4).map(tuple),
    facts=st.lists(lines, max_size=6).map(tuple),
    rest=st.integers(0, 999),
    actions=actions.map(lambda some: some[:2]),
)

summaries = jobs | rounds | cards | prompts | notices | backlogs

readings = st.builds(
    ReadingSummary,
    token=st.just("5e6f" * 6),
    title=words,
    page=st.integers(1, 9),
    pages=st.integers(1, 9),
    sections=st.lists(cards, max_size=4).flatmap(lambda few: st.integers(1, 9).map(lambda n: tuple(few * n))),
    approves=st.lists(st.integers(1, 99), max_size=5).map(tuple),
    note=words,
)

feedbacks = st.builds(FeedbackSummary, target=st.just(TARGET), title=words, card=cards, proposed=words)


def drawn(summary: Summary) -> dict[str, Any]:
    """Give a message as it is stored in ``cards/``: without its block ids, which are new for any new content."""
    payload = render(summary)
    blocks = [{key: value for key, value in block.items() if key != "block_id"} for block in payload.blocks]
    return {"text": payload.text, "blocks": blocks}


def main() -> None:
    """Write the examples as Slack would get them."""
    for name, summary in EXAMPLES.items():
        stored = json.dumps(drawn(summary), indent=1, ensure_ascii=False)
        (CARDS / f"{name}.json").write_text(stored + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
