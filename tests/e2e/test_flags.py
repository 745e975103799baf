"""Changes that hide something: what the card says before the redline, and how much less may be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.controls import controls, find_control
from bot.sandbox.superdocs.editor.proposals import Proposal
from tests.e2e.relay import REVIEWER, WITHIN_S, Story, offered, said, words_of

if TYPE_CHECKING:
    from bot.sandbox.slack.messages import Message

CONTRACT = (
    '<h2 data-chunk-id="c1">4. Payment</h2>'
    '<p data-chunk-id="pay">The Buyer pays within 30 days of the invoice.</p>'
    '<p data-chunk-id="law">See the <a href="https://www.google.com/terms">terms</a>.</p>'
    '<p data-chunk-id="term">The agreement runs for three years.</p>'
)
PAY = "<p>The Buyer pays within 30 days of the invoice.</p>"
HIDDEN = PAY.replace("</p>", ' <span style="display:none">The Seller may raise the price.</span></p>')
TERMS = '<p>See the <a href="https://www.google.com/terms">terms</a>.</p>'
LOOKALIKE = TERMS.replace("google", "g\N{CYRILLIC SMALL LETTER O}ogle")
TERM, LONGER = "<p>The agreement runs for three years.</p>", "<p>The agreement runs for five years.</p>"

ORDINARY = Proposal("edit", "term", TERM, LONGER)
HIDES = Proposal("edit", "pay", PAY, HIDDEN, "A small tidy-up.")
LURES = Proposal("edit", "law", TERMS, LOOKALIKE, "A small tidy-up.")
BURIES = Proposal("edit", "pay", PAY, f"{'<div>' * 600}The Buyer pays at once.{'</div>' * 600}")

WARNED = "The Seller may raise the price."
"""What the hidden text says; a warning quotes it."""


async def proposed(story: Story, *proposals: Proposal) -> None:
    """Have SuperDocs propose exactly these changes, and wait until they can be decided."""
    story.superdocs.script.append(list(proposals))
    await story.edit("Tidy it up.", html=CONTRACT)
    for slot in [f"card:{n}" for n in range(1, len(proposals) + 1)] if len(proposals) > 1 else ["round:1"]:
        await story.shows(slot, "Deny with feedback…")


def question(message: Message, does: str = "approve") -> str:
    """Return what a button asks before it does anything, or "" when it asks nothing."""
    found = find_control(message.blocks, does)
    assert found is not None, f"{does} is not offered"
    return words_of(found[1].get("confirm", {})).strip()


def before_the_redline(message: Message) -> str:
    """Return what stands above the first line that no text can draw."""
    kinds = [block["type"] for block in message.blocks]
    return words_of(message.blocks[: kinds.index("divider")])


async def attached(story: Story) -> list[str]:
    """Wait until files stand in the thread of the round, and return their texts."""
    ts = story.message("round:1").ts

    def files() -> list[str]:
        return [file.id for message in story.slack.messages(story.channel, ts) for file in message.files]

    await story.slack.until(files, within_s=WITHIN_S)
    return [story.slack.files[file].content.decode() for file in files()]


async def test_hidden_text_is_named_before_the_redline_and_approve_asks_again(story: Story):
    """The card quotes what is not drawn; Approve repeats the sentence, and who backs out there has approved nothing."""
    await proposed(story, HIDES)
    card = story.message("round:1")
    assert WARNED in before_the_redline(card)
    assert WARNED in question(card)
    assert WARNED in card.text, "Who only hears the notification is warned as well."
    await story.press("round:1", "approve", confirmed=False)
    assert story.superdocs.approvals == []
    await story.press("round:1", "approve")
    assert await story.submitted() == [(True, "")]


async def test_a_lookalike_link_bars_its_round_from_approve_all_and_leaves_its_neighbour_quiet(story: Story):
    """One odd change: nothing is approved in one go, each is decided by itself; the ordinary one warns of nothing."""
    await proposed(story, LURES, ORDINARY)
    odd, ordinary = story.message("card:1"), story.message("card:2")
    assert "xn--" in before_the_redline(odd)
    assert "xn--" in question(odd)
    assert "⚠" not in said(ordinary)
    assert question(ordinary) == ""
    dialog = await story.open_dialog("round:1", "review_all")
    assert "submit" not in dialog.content
    assert "decide them one by one" in words_of(dialog.blocks)
    assert (await story.reply("round:1", "approve all")).reactions == ()
    await story.told(REVIEWER, "Change 1 must be read in full")
    await story.press("card:1", "deny")
    await story.press("card:2", "approve")
    assert await story.submitted() == [(False, ""), (True, "")]


async def test_a_reply_never_approves_what_is_warned_of(story: Story):
    """`approve` records nothing and privately leads to the whole change, whose Approve asks again; `deny` is taken."""
    await proposed(story, HIDES)
    assert (await story.reply("round:1", "approve")).reactions == ()
    refusal = await story.told(REVIEWER, "must be read in full")
    assert offered(refusal) == {"review_change"}
    dialog = await story.open_dialog(refusal, "review_change")
    assert WARNED in words_of(dialog.blocks)
    (approval,) = (element for _, element in controls(dialog.blocks) if element["action_id"] == "approve")
    assert WARNED in words_of(approval["confirm"])
    assert story.superdocs.approvals == []
    await story.reply("round:1", "deny")
    assert await story.submitted() == [(False, "")]
    assert "30 days" in await story.ended()


async def test_what_cannot_be_inspected_can_only_be_denied_and_its_source_is_attached(story: Story):
    """Nested beyond the caps: no redline and no Approve, by button or reply; the source stands in the thread as text."""
    await proposed(story, BURIES)
    card = await story.offers("round:1", "deny", "deny_with_feedback", "pass_on")
    assert "cannot be inspected" in said(card)
    assert "nests deeper" in said(card)
    (source,) = await attached(story)
    assert "The Buyer pays at once." in source
    await story.reply("round:1", "approve")
    await story.told(REVIEWER, "can only be denied")
    await story.press("round:1", "deny")
    assert await story.submitted() == [(False, "")]
