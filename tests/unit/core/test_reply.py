"""A reply is a command as a whole, or it is talk; talk decides nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Verdict
from bot.core.reply import Command, parse_reply

BOT = "U0RELAY"
APPROVE, DENY = Verdict.APPROVE, Verdict.DENY

COMMANDS = {
    "approve": Command(APPROVE),
    "Approve": Command(APPROVE),
    "APPROVE!": Command(APPROVE),
    "  approve .  ": Command(APPROVE),
    "deny": Command(DENY),
    "deny!": Command(DENY),
    "approve 2": Command(APPROVE, (2,)),
    "approve #2": Command(APPROVE, (2,)),
    "approve 2.": Command(APPROVE, (2,)),
    "approve 1,3": Command(APPROVE, (1, 3)),
    "approve 1, 3": Command(APPROVE, (1, 3)),
    "approve 1 and 3": Command(APPROVE, (1, 3)),
    "approve #1 and #3": Command(APPROVE, (1, 3)),
    "approve 1-3": Command(APPROVE, (1, 2, 3)),
    "approve 1 - 3": Command(APPROVE, (1, 2, 3)),
    "approve 1-2, 5 and 7": Command(APPROVE, (1, 2, 5, 7)),
    "approve 2, 2": Command(APPROVE, (2,)),
    "approve all": Command(APPROVE, is_all=True),
    "Approve All!": Command(APPROVE, is_all=True),
    "deny 2": Command(DENY, (2,)),
    "deny all": Command(DENY, is_all=True),
    "deny: keep the original": Command(DENY, feedback="keep the original"),
    "deny 2: keep the original": Command(DENY, (2,), feedback="keep the original"),
    "deny all: too strong": Command(DENY, is_all=True, feedback="too strong"),
    "deny 2:keep it": Command(DENY, (2,), feedback="keep it"),
    "deny 2 : two\nlines, even: so": Command(DENY, (2,), feedback="two\nlines, even: so"),
    "deny 2: Approve this instead!": Command(DENY, (2,), feedback="Approve this instead!"),
    "<@U0RELAY> approve 2": Command(APPROVE, (2,)),
    "<@U0RELAY|relay>: approve": Command(APPROVE),
    "<@U0RELAY>, deny 1: no": Command(DENY, (1,), feedback="no"),
    "approve\n2": Command(APPROVE, (2,)),
}

TALK = [
    # Not a command at all, whatever it means.
    "", " ", "yes", "no", "ok", "okay", "y", "+1", "👍", ":+1:", "✅", "lgtm", "LGTM!", "sounds good", "fine by me",
    "sure, go ahead", "do it", "ship it", "agreed", "accept", "accepted", "reject", "decline", "not yet", "wait",
    # The word is in it, but is not all of it.
    "I don't approve", "I do not approve", "don't approve", "do not approve 2", "not approve", "never approve this",
    "I approve", "I approve 2", "we approve all", "approved", "approves", "approving 2", "approval", "disapprove",
    "deny nothing", "denied", "I deny", "deny it", "approve it", "approve this", "approve the first one", "approve both",
    "approve please", "approve 2 please", "please approve 2", "ok approve", "ok, approve 2", "yes approve all",
    "approve 1-3-5", "approve 1-2-3", "approve 1--3",
    "approve?", "approve 2?", "should I approve?", "can you approve 2", "approve or deny?", "approve / deny",
    "approve 2 if legal agrees", "approve all but 3", "approve all except 2", "approve 2, not 3", "approve 2 or 3",
    "approve unless Carol objects", "approve tomorrow", "approve 2 tomorrow", "approve... not!", "approve!!", "approve.!",
    "approve 😀", "approve 👍", "approve everything", "approve none", "approve 0-", "approve -1", "approve two",
    "approve 1.5", "approve 1;2", "approve 1/2", "approve 1 2", "approve 2a", "approve all 2", "approve2", "approveall",
    "approve ##2", "approve # 2",
    # Feedback goes with a denial only: an approval with words is talk.
    "approve: but shorter", "approve 2: nice", "approve all: thanks",
    # A colon without words.
    "deny 2:", "deny:", "deny: ", "approve:", "deny all:\n",
    # Several lines, several commands.
    "approve 1\napprove 2", "approve 1\ndeny 2", "deny 1\nthanks", "approve\n\nthanks", "hi\napprove 2",
    # Quoted, formatted, from somebody else.
    "> approve 2", "&gt; approve 2", '"approve 2"', "'approve'", "`approve 2`", "```approve```", "*approve*", "_approve_",
    "~approve~", "“approve 2”", "(approve)", "/approve 2", "approve <@U0BOB>", "<@U0BOB> approve 2", "<@U0BOB>: approve",
    "<@U0RELAY> <@U0RELAY> approve", "approve 2 <@U0RELAY>", "<!here> approve", "<https://x.example|approve>",
    # Other languages.
    "genehmigt", "ich genehmige das nicht", "ja", "nein", "freigeben", "ablehnen", "approuver", "j'approuve", "oui",
    "je n'approuve pas", "aprobar", "aprobado", "sí", "no apruebo", "approvare", "approvo", "non approvo", "aprovar",
    "одобрить", "да", "не одобряю", "批准", "不批准", "承認", "承認しません", "승인", "موافق", "אשר",
    # Look-alikes: letters that are not those of the command.
    "аpprove", "approvе", "ａｐｐｒｏｖｅ", "approve\u200b", "\u200bapprove", "app\u00adrove", "approve\u202e", "a p p r o v e",
    # Numbers that make no sense.
    "approve 3-1", "approve 1-1000", "approve 1-99999999",
]  # fmt: skip


@pytest.mark.parametrize("text", COMMANDS)
def test_a_reply_that_is_a_command_is_understood(text):
    """Any case, trimmed, one closing mark, a leading mention of the relay, lists and spans."""
    assert parse_reply(text, BOT) == COMMANDS[text]


@pytest.mark.parametrize("text", TALK)
def test_everything_else_is_talk(text):
    """Whatever it means to a person, it decides nothing."""
    assert parse_reply(text, BOT) is None


def test_a_span_has_a_length():
    """More changes than any round has are talk."""
    assert parse_reply("approve 1-500", BOT) == Command(APPROVE, tuple(range(1, 501)))
    assert parse_reply("approve 1-501", BOT) is None


@pytest.mark.parametrize("verb", ["approve", "deny"])
@pytest.mark.parametrize("digit", ["２", "²", "٢", "२"])
def test_only_plain_digits_are_numbers(verb, digit):
    """A digit of another script is read as that number, or not at all; it is never another number."""
    command = parse_reply(f"{verb} {digit}", BOT)
    assert command is None or command.numbers == (2,)


@given(before=st.text(min_size=1), after=st.text())
def test_words_before_a_command_make_it_talk(before, after):
    """Nothing that begins otherwise than a command does approves, whatever surrounds the word."""
    text = f"{before}approve{after}"
    command = parse_reply(text, BOT)
    if command is not None and command.verdict is APPROVE:
        assert text.strip().lower().startswith("approve")


@given(feedback=st.text(min_size=1).filter(str.strip))
def test_feedback_arrives_as_it_was_written(feedback):
    """Only white space around it is lost."""
    assert parse_reply(f"deny 2: {feedback}", BOT) == Command(DENY, (2,), feedback=feedback.strip())


@given(text=st.text())
def test_any_text_is_read(text):
    """Nothing that a person writes raises."""
    parse_reply(text, BOT)
