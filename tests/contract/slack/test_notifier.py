"""Messages over the wire: posted once, found again, kept current, told privately."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import MessageRef
from bot.core.summary import Line, fingerprint
from bot.relay.ports import Notifier, Place, Urgency
from bot.sandbox.faults import Fault
from bot.slack import threads
from tests.make import NOON
from tests.unit.slack.summaries import APPROVE, EVIL, EXAMPLES, card

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.slack import Slack
    from bot.slack.notifier import SlackNotifier
    from tests.unit.slack.bench import FreePacer

ROUND = Place("C0LEGAL", "ref1", "round:1")


def in_thread(ref: MessageRef, slot: str = "card:2") -> Place:
    """Name a place in the thread of a message."""
    return Place("C0LEGAL", "ref1", slot, thread_ts=ref.ts)


def test_it_is_what_the_relay_asks_for(notifier: SlackNotifier) -> None:
    """Every call that the relay makes is there, with its types."""
    port: Notifier = notifier
    assert port is notifier


@pytest.mark.parametrize("name", EXAMPLES)
async def test_slack_takes_every_message_and_every_edit_of_it(
    slack: Slack, notifier: SlackNotifier, name: str
) -> None:
    """Each kind of message is posted and changed without a complaint."""
    ref = await notifier.post(ROUND, EXAMPLES[name])
    await notifier.update(ref, EXAMPLES[name])
    (message,) = slack.messages("C0LEGAL")
    assert (message.channel, message.ts) == (ref.channel, ref.ts)
    assert ref.shown == fingerprint(EXAMPLES[name])


async def test_nothing_that_is_said_is_unfurled(slack: Slack, notifier: SlackNotifier) -> None:
    """A link in a document is never fetched by Slack."""
    await notifier.post(ROUND, card())
    (call,) = slack.calls.named("chat.postMessage")
    assert (call.arguments["unfurl_links"], call.arguments["unfurl_media"]) == (False, False)


async def test_a_card_stands_in_the_thread_of_its_round(slack: Slack, notifier: SlackNotifier) -> None:
    """A place with a thread is a reply."""
    above = await notifier.post(ROUND, EXAMPLES["round_open"])
    below = await notifier.post(in_thread(above), card())
    assert [message.ts for message in slack.messages("C0LEGAL", above.ts)] == [above.ts, below.ts]


@pytest.mark.parametrize("is_in_thread", [False, True])
async def test_a_message_whose_answer_was_lost_is_found(
    slack: Slack, notifier: SlackNotifier, is_in_thread: bool
) -> None:
    """A post of unknown outcome is an error of its own, and a look shows that it happened."""
    above = await notifier.post(Place("C0LEGAL", "ref1", "job"), EXAMPLES["job_reviewing"])
    place = in_thread(above) if is_in_thread else ROUND
    assert await notifier.find(place) is None
    slack.faults.add(Fault("chat.postMessage", "lost"))
    with pytest.raises(OutcomeUnknownError):
        await notifier.post(place, card())
    found = await notifier.find(place)
    assert found == MessageRef("C0LEGAL", slack.messages("C0LEGAL")[-1].ts)


async def test_a_direct_message_whose_answer_was_lost_is_found(slack: Slack, notifier: SlackNotifier) -> None:
    """It was posted to a user id, under which nothing can be read; the relay finds out which messages are theirs."""
    place = Place("U0REV", "ref1", "moved")
    slack.workspace.direct_with("U0OTHER")
    assert await notifier.find(place) is None
    slack.faults.add(Fault("chat.postMessage", "lost"))
    with pytest.raises(OutcomeUnknownError):
        await notifier.post(place, EXAMPLES["notice"])
    direct = slack.workspace.direct_with("U0REV").id
    (message,) = slack.messages(direct)
    assert await notifier.find(place) == MessageRef(direct, message.ts)


async def test_a_message_is_found_by_either_of_its_marks(slack: Slack, notifier: SlackNotifier) -> None:
    """Metadata or client_msg_id: one is enough, should Slack drop the other."""
    ref = await notifier.post(ROUND, card())
    (message,) = slack.messages("C0LEGAL")
    marks: list[dict[str, Any]] = [{"metadata": None}, {"client_msg_id": None}]
    for missing in marks:
        slack.workspace.messages.put(replace(message, **missing))
        assert await notifier.find(ROUND) == MessageRef("C0LEGAL", ref.ts)


async def test_somebody_elses_message_is_not_taken_for_ours(slack: Slack, notifier: SlackNotifier) -> None:
    """A mark on a message of another author proves nothing."""
    await notifier.post(ROUND, card())
    (message,) = slack.messages("C0LEGAL")
    slack.workspace.messages.put(replace(message, user="U0BOT2", bot_id="B0BOT2"))
    assert await notifier.find(ROUND) is None


async def test_another_place_is_another_message(notifier: SlackNotifier) -> None:
    """Neither another slot nor another job is found."""
    await notifier.post(ROUND, card())
    assert await notifier.find(Place("C0LEGAL", "ref1", "round:2")) is None
    assert await notifier.find(Place("C0LEGAL", "ref2", "round:1")) is None


async def test_where_slack_knows_repeated_posts_they_are_looked_for(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """A refusal as a duplicate means that the message may stand there."""
    slack.settings.client_msg_id = "honoured"
    await notifier.post(ROUND, card())
    with pytest.raises(OutcomeUnknownError):
        await notifier.post(ROUND, card())
    assert await notifier.find(ROUND)
    assert len(slack.messages("C0LEGAL")) == 1


async def test_a_lost_message_is_found_pages_away(slack: Slack, notifier: SlackNotifier) -> None:
    """Other people's talk does not hide a message that was posted before it."""
    ref = await notifier.post(ROUND, card())
    person = slack.person("U0REV")
    for count in range(threads._PAGE + 5):
        await person.say("C0LEGAL", f"talk {count}")
    assert await notifier.find(ROUND) == MessageRef("C0LEGAL", ref.ts)
    assert len(slack.calls.named("conversations.history")) == 2


async def test_a_deleted_message_is_gone(slack: Slack, notifier: SlackNotifier) -> None:
    """An update of a message that somebody deleted says so."""
    ref = await notifier.post(ROUND, card())
    slack.workspace.messages.remove(slack.messages("C0LEGAL")[0])
    with pytest.raises(GoneError):
        await notifier.update(ref, card())


async def test_an_update_that_fails_may_be_made_again(slack: Slack, notifier: SlackNotifier) -> None:
    """Saying the same thing twice does no harm: a lost answer is no unknown outcome."""
    ref = await notifier.post(ROUND, card())
    slack.faults.add(Fault("chat.update", "lost"))
    with pytest.raises(TransientError):
        await notifier.update(ref, card(status=Line("Approved by <@U0REV>")))


async def test_where_the_relay_may_not_post_it_says_what_to_do(notifier: SlackNotifier) -> None:
    """A channel without the app is refused with a sentence."""
    with pytest.raises(RefusedError, match="invite the app"):
        await notifier.post(Place("C0GENERAL", "ref1", "job"), card())


def call_of(notifier: SlackNotifier, method: str, ref: MessageRef) -> Awaitable[object]:
    """Have the notifier do something that calls a method."""
    replies = in_thread(ref)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "chat.postMessage": lambda: notifier.post(ROUND, card()),
        "chat.update": lambda: notifier.update(ref, card()),
        "chat.getPermalink": lambda: notifier.permalink(ref),
        "chat.postEphemeral": lambda: notifier.tell("C0LEGAL", "U0REV", "No."),
        "conversations.history": lambda: notifier.find(ROUND),
        "conversations.replies": lambda: notifier.find(replies),
        "files.getUploadURLExternal": lambda: notifier.publish(replies, "a.txt", "a", "A."),
        "files.completeUploadExternal": lambda: notifier.publish(replies, "a.txt", "a", "A."),
        "reactions.add": lambda: notifier.acknowledge("C0LEGAL", ref.ts),
    }
    return calls[method]()


CALLS = (
    "chat.postMessage", "chat.update", "chat.getPermalink", "chat.postEphemeral", "conversations.history",
    "conversations.replies", "files.getUploadURLExternal", "files.completeUploadExternal", "reactions.add",
)  # fmt: skip


@pytest.mark.parametrize("method", CALLS)
async def test_what_slack_holds_up_is_held_up_for_everybody(
    slack: Slack, notifier: SlackNotifier, pacer: FreePacer, method: str
) -> None:
    """A 429 stops the method that it was about, for as long as Slack says: nobody calls it before, whoever asks."""
    ref = await notifier.post(ROUND, card())
    slack.faults.add(Fault(method, "rate", retry_after=7))
    called = len(slack.calls.named(method))
    for _again in range(3):
        with pytest.raises(TransientError) as limited:
            await call_of(notifier, method, ref)
        assert limited.value.retry_after_s == 7
    assert pacer.holds == [(method, 7)]
    assert len(slack.calls.named(method)) == called + 1


async def test_a_file_that_is_shared_and_cannot_be_looked_for_may_stand_there(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """Slack has it: whatever fails from then on, it is looked for before it is brought again."""
    ref = await notifier.post(ROUND, card())
    slack.faults.add(Fault("conversations.replies", "rate", retry_after=7))
    with pytest.raises(OutcomeUnknownError, match="does not say where"):
        await notifier.publish(in_thread(ref), "a.txt", "a", "A.")


async def test_calls_wait_for_their_turn(notifier: SlackNotifier, pacer: FreePacer) -> None:
    """A message a second in each channel, and fifty edits a minute in the workspace; no post waits behind an edit."""
    ref = await notifier.post(ROUND, card())
    await notifier.update(ref, card())
    assert pacer.turns == [("chat.postMessage C0LEGAL", 1.0, 5.0), ("chat.update", 1.31, 0.2)]
    assert await notifier.backlog("C0LEGAL") == timedelta(seconds=1)


async def test_turns_are_asked_for_by_name_and_urgency(notifier: SlackNotifier, pacer: FreePacer) -> None:
    """Who comes back is known again, and whose round ends first goes first."""
    urgency = Urgency(NOON, turns=3)
    ref = await notifier.post(replace(ROUND, urgency=urgency), card())
    await notifier.update(ref, card(), NOON)
    assert pacer.waiters == [("ref1 round:1", urgency), (f"C0LEGAL {ref.ts}", Urgency(NOON))]


async def test_what_is_not_wanted_any_more_when_its_turn_comes_is_not_done(
    slack: Slack, notifier: SlackNotifier, pacer: FreePacer
) -> None:
    """Right before each call whoever wants it is asked again; the turn came before that."""
    ref = await notifier.post(ROUND, card())

    async def check() -> None:
        raise TransientError(f"Too late, after {len(pacer.turns)} turns.")

    thread = in_thread(ref)
    for number, call in enumerate(
        (
            notifier.post(thread, card(), check),
            notifier.update(ref, card(), None, check),
            notifier.publish(thread, "a.txt", "a", "A.", check),
        ),
        start=2,
    ):
        with pytest.raises(TransientError, match=f"after {number} turns"):
            await call
    assert len(slack.calls.named("chat.postMessage")) == 1
    assert slack.calls.named("chat.update") == slack.calls.named("files.completeUploadExternal") == []


async def test_each_copy_of_a_message_is_one_of_its_own(slack: Slack, notifier: SlackNotifier) -> None:
    """One that was deleted is posted again, although Slack refuses what it has had; neither is taken for the other."""
    slack.settings.client_msg_id = "honoured"
    ref = await notifier.post(ROUND, card())
    again = replace(ROUND, copies=ref.without.copies)
    assert await notifier.find(again) is None
    second = await notifier.post(again, card())
    assert (second.copies, second.without.copies) == (1, 2)
    assert (await notifier.find(again), await notifier.find(ROUND)) == (
        MessageRef("C0LEGAL", second.ts, copies=1),
        MessageRef("C0LEGAL", ref.ts),
    )


async def test_a_message_has_an_address(slack: Slack, notifier: SlackNotifier) -> None:
    """A permalink leads to the message."""
    ref = await notifier.post(ROUND, card())
    assert ref.ts.replace(".", "") in await notifier.permalink(ref)
    assert slack.calls.named("chat.getPermalink")


async def test_only_one_person_is_told(slack: Slack, notifier: SlackNotifier) -> None:
    """A private answer is seen by its person alone, with what they may do about it."""
    sentence = "<@U0CAROL> approved this *12 seconds ago*."
    await notifier.tell("C0LEGAL", "U0REV", sentence, (APPROVE,))
    (told,) = slack.person("U0REV").ephemerals("C0LEGAL")
    words = told.blocks[0]["elements"][0]["elements"]
    assert [element["type"] for element in words] == ["user", "text", "text", "text"]
    assert told.blocks[1]["elements"][0]["action_id"] == "approve"
    assert slack.person("U0CAROL").ephemerals("C0LEGAL") == []
    assert slack.messages("C0LEGAL") == []


async def test_what_is_told_in_a_thread_stands_there(slack: Slack, notifier: SlackNotifier) -> None:
    """A private answer may stand in a thread."""
    ref = await notifier.post(ROUND, card())
    await notifier.tell("C0LEGAL", "U0REV", "No.", thread_ts=ref.ts)
    (told,) = slack.person("U0REV").ephemerals("C0LEGAL")
    assert told.thread_ts == ref.ts


async def test_words_of_others_in_a_private_answer_stay_inert(slack: Slack, notifier: SlackNotifier) -> None:
    """A file's name in a refusal becomes no mention."""
    await notifier.tell("C0LEGAL", "U0REV", f"{EVIL[:10]} is too large.")
    (told,) = slack.person("U0REV").ephemerals("C0LEGAL")
    assert "<!" not in told.text


async def test_a_reply_that_was_taken_gets_one_check_mark(slack: Slack, notifier: SlackNotifier) -> None:
    """Taken twice, it is marked once, without a complaint."""
    said = await slack.person("U0REV").say("C0LEGAL", "approve")
    for _ in range(2):
        await notifier.acknowledge("C0LEGAL", said.ts)
    (message,) = slack.messages("C0LEGAL")
    assert message.reactions == (("white_check_mark", ("U0RELAY",)),)


async def test_a_check_mark_that_fails_says_so(notifier: SlackNotifier) -> None:
    """The caller decides whether it matters."""
    with pytest.raises(GoneError):
        await notifier.acknowledge("C0LEGAL", "1.2")
