"""What waits, as a digest shows it and as people are told who ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.core.summary import LINES, Action, BacklogLine, BacklogSummary, Does, Line
from bot.slack import limits
from bot.slack.cards import render
from tests.unit.slack import summaries
from tests.unit.slack.judges import action_ids, check_message, texts, visible
from tests.unit.slack.summaries import DIGEST, EVIL, LINK, lapsed, waiting

Json = dict[str, Any]

LONGEST_LINK = (
    f"https://{'w' * 21}.enterprise.slack.com/archives/C0123456789/p1795357920000100"
    "?thread_ts=1795357920.000100&cid=C0123456789"
)


def blocks(*is_open: BacklogLine, **more: Any) -> list[Json]:
    """Render some open lines."""
    return render(BacklogSummary("Waiting", "Waiting", open=is_open, **more)).blocks


def listed(shown: list[Json]) -> list[Json]:
    """Give the blocks of the lines."""
    return [block for block in shown if block["type"] == "section"]


def test_each_line_has_its_button_beside_it() -> None:
    """Eight edits, eight buttons, each on the edit that its line names; and one for all that lapsed."""
    shown = render(DIGEST).blocks
    assert action_ids(shown) == ["review_all"] * 5 + ["ask_again"] * 3 + ["ask_all_again"]
    beside = [block["accessory"] for block in listed(shown)]
    assert beside[0]["accessibility_label"] == "Review: Supply agreement.html"
    assert {button["value"] for button in beside} == {f"{summaries.REF}.1", summaries.REF}
    assert not any("style" in button for button in beside)


def test_what_lapsed_stands_below_what_is_open_under_a_heading_of_its_own() -> None:
    """A reader sees at a glance which hour still runs."""
    shown = visible(render(DIGEST).blocks)
    order = [
        "Digest of",
        "Open",
        "Lease Hamburg",
        "Lapsed, not yet asked again",
        "Warranty",
        "Decided since",
    ]
    assert sorted(order, key=shown.index) == order


def test_a_line_says_what_where_and_until_when() -> None:
    """The document and the change are plain text; what waits, until when and where are ours."""
    shown = blocks(waiting(status=Line("1 change to review", quote="“30” → “60”")))
    assert listed(shown)[0]["text"]["text"] == "Supply agreement.html · “30” → “60”"
    until = "decide by <!date^1795357920^{time}|14:32 UTC>"
    assert texts(shown, "mrkdwn") == [f"1 change to review · {until} · <{LINK}|Show>"]


def test_an_edit_without_a_name_is_still_a_line() -> None:
    """What has no name, no deadline and no button is told with what there is."""
    shown = blocks(BacklogLine("", Line("change 2 lapsed")))
    assert listed(shown)[0]["text"]["text"] == "A document"
    assert texts(shown, "mrkdwn") == ["Change 2 lapsed"]
    assert action_ids(shown) == []


def test_an_address_that_is_none_of_slack_s_is_no_link() -> None:
    """Only an address that cannot leave its markup becomes a link."""
    for address in (
        "javascript:alert(1)",
        "https://a.example/>|<!channel>",
        "https://a.example/" + "x" * 300,
    ):
        shown = blocks(waiting(link=address, deadline_at=None))
        assert texts(shown, "mrkdwn") == ["3 changes to review"]


def test_people_in_a_sentence_of_ours_are_named() -> None:
    """Who approved already is a mention that shows a name."""
    shown = blocks(waiting(status=Line("1 approved by <@U0REV>"), deadline_at=None, link=""))
    assert texts(shown, "mrkdwn") == ["1 approved by <@U0REV>"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(name=summaries.words, headline=summaries.words)
def test_no_words_of_others_change_what_is_alive(name: str, headline: str) -> None:
    """Whatever a document is called and a change says, the markup is the same as without them."""
    plain_line, line = waiting(), waiting(name, status=Line("3 changes to review", quote=headline))
    markup, shown = texts(blocks(plain_line), "mrkdwn"), blocks(line)
    assert texts(shown, "mrkdwn") == markup
    assert all(part.get("emoji") is False for part in _of_type(shown, "plain_text"))


def test_words_of_others_are_shown_as_they_are() -> None:
    """What would be a mention, a link, a style or an emoji elsewhere is just its characters here."""
    (line,) = listed(blocks(waiting(EVIL, status=Line("1 change to review", quote="*not* bold"))))
    assert line["text"]["type"] == "plain_text"
    assert line["text"]["text"].startswith("<!channel> <@U0REV> *bold* ~gone~")
    assert line["text"]["text"].endswith("*not* bold")


def test_as_many_lines_as_a_part_has_fit_whatever_they_say() -> None:
    """Twenty lines with the longest of everything, and long facts, leave none out."""
    status = Line("changes 11, 12, 13, 14, 15, 16, 17, 18 and 19 of them lapsed", quote="“w w” → “m m” " * 40)
    long = waiting("n" * 255, status=status, link=LONGEST_LINK, action=_review("Review all (99)"))
    everything = replace(
        DIGEST,
        title="t" * 400,
        open=(long,) * (LINES // 2),
        lapsed=(replace(long, action=summaries.AGAIN),) * (LINES // 2),
        facts=(Line("f" * 900, quote="q" * 900),) * 4,
        actions=(Action(Does.ASK_ALL_AGAIN, "Ask all again", "C0LEGAL", confirm="c" * 400),),
    )
    shown = render(everything).blocks
    assert len(listed(shown)) == LINES
    assert limits.measure(shown) <= limits.MESSAGE_TOTAL
    assert "more" not in visible(shown)
    check_message(shown)


def test_usual_lines_are_not_cut() -> None:
    """Twenty edits with usual names, quotes and addresses are shown whole; of long addresses, links go first."""
    for link, links in (
        ("https://acme-legal.slack.com/archives/C0123456789/p1795357920000100", LINES),
        (LONGEST_LINK, 0),
    ):
        usual = waiting(status=Line("1 change to review", quote="“in 30 days” → “in 60 days”"), link=link)
        shown = visible(blocks(*[usual] * LINES))
        assert shown.count("“in 30 days” → “in 60 days”") == LINES
        assert shown.count("|Show>") == links


def test_a_line_without_a_button_keeps_its_link() -> None:
    """A question of SuperDocs' is answered on its own message: the link is the only way there."""
    asks = waiting(status=Line("SuperDocs asks whether to go on"), link=LONGEST_LINK, action=None)
    shown = visible(blocks(asks, *[waiting("n" * 99, link=LONGEST_LINK)] * (LINES - 1)))
    assert shown.count(LONGEST_LINK) == 1


def test_what_does_not_fit_is_counted() -> None:
    """More lines than a part has, or longer ones than anybody writes, are told as a number."""
    shown = visible(blocks(*[waiting()] * (LINES + 2), lapsed=(lapsed(),), rest=4))
    assert "and 7 more" in shown
    asking = replace(_review("l" * 75), confirm="c" * 300)
    shown = visible(blocks(*[waiting("n" * 99, action=asking)] * LINES))
    count = shown.count("n" * 23 + "…")
    assert 0 < count < LINES
    assert f"and {LINES - count} more" in shown


def test_a_tight_line_still_says_until_when() -> None:
    """Where lines are so long that no small print fits, the deadline stands in UTC beside the name."""
    (line, *_) = listed(blocks(*[waiting("n" * 99, action=_review("l" * 75))] * LINES))
    assert line["text"]["text"] == f"{'n' * 23}… · 3 changes to review · decide by 14:32 UTC"


def test_a_heading_stands_only_where_it_tells_two_lists_apart() -> None:
    """A list of nothing but open edits needs none; one of nothing but lapsed ones must say so."""
    assert "Open" not in visible(blocks(waiting()))
    assert "Lapsed, not yet asked again" in visible(blocks(lapsed=(lapsed(),)))


@pytest.mark.parametrize("facts", [(), summaries.FACTS])
def test_nothing_that_waits_is_no_empty_list(facts: tuple[Line, ...]) -> None:
    """Where nothing is open and nothing lapsed, no heading stands above nothing."""
    shown = visible(blocks(facts=facts))
    assert "Open" not in shown
    assert "Lapsed" not in shown


def _review(label: str) -> Action:
    return Action(Does.REVIEW_ALL, label, f"{summaries.REF}.1")


def _of_type(part: Any, kind: str) -> list[Json]:
    if isinstance(part, list):
        return [found for one in part for found in _of_type(one, kind)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.get("type") == kind else []
    return own + [found for value in part.values() for found in _of_type(value, kind)]
