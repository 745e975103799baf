"""Characters that are not what they seem are named, and the same characters in honest use are not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags import characters
from bot.redline.flags.names import rank
from bot.redline.flags.texts import LONGEST
from tests.unit.redline.flags.comparing import compared, of_words

FLAG_OF_ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
ODD = "\u200b\u200d\u202e\u2066\u200f\u0410а\u00a0\u2007\u2028\u0336\u20dd\ue000\ufeff\ufe0f\U000e0041\U000e0101é👩‍💻中ا0O1lI,.١Ａ𝐀\u0301"


def found(old: str, new: str) -> dict[str, str]:
    """Return the sentences by name of one paragraph that becomes another."""
    return {flag.name: flag.sentence for flag in characters.find(of_words(old, new))}


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("not liable", "n\u200bot liable", "invisible-char U+200B"),
        ("1,000,000", "1,000\u2060,000", "invisible-char U+2060"),
        ("Vertrag", "Ver\u00adtrag", "invisible-char U+00AD"),
        ("Signed: ____", "Signed: \uffa0", "invisible-char U+FFA0"),
        ("a b", "a\u034f b", "invisible-char U+034F"),
        ("fees", "fees\x07", "invisible-char U+0007"),
        ("one and two", "one\u200dand two", "invisible-char U+200D"),
        ("fees", "f\ufe0fees", "invisible-char U+FE0F"),
        ("fee", "fee\u2063", "invisible-char U+2063"),
        ("annex.exe", "annex\u202eexe.fdp", "bidi-control U+202E"),
        ("the fee", "the \u200ffee", "bidi-control U+200F"),
        ("عقد 123", "عقد \u061c123", "bidi-control U+061C"),
        ("5%", "5\U000f0035%", "private-use-char U+F0035"),
        ("pay", "p\u0335a\u0335y\u0335", "combining-overlay U+0335"),
        ("pay now", "pay n\u20d2o\u20d2w\u20d2", "combining-overlay U+20D2"),
        ("not", "n\u0332o\u0332t\u0332", "combining-overlay U+0332"),
        ("pay", "pa\u0301\u0302\u0303\u0304y", "combining-overlay U+0301"),
        ("Section 9 applies", "Section\u00a09 applies", "whitespace-change U+00A0"),
        ("the fee", "the\u3000fee", "whitespace-change U+3000"),
        ("a fee", "a\u2003fee", "whitespace-change U+2003"),
        ("a fee", "a\u2029fee", "whitespace-change U+2029"),
    ],
)
def test_a_character_that_is_not_seen_is_named(old: str, new: str, name: str):
    """With its number, whether it hides, turns, strikes or only spaces."""
    assert list(found(old, new)) == [name]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x", "👨‍👩‍👧‍👦 ❤️‍🔥 👍🏽 🧑🏿‍⚕️ 🏳️‍🌈 1️⃣ #⃣ 🇩🇪 ©️ ☎︎"),
        ("x", FLAG_OF_ENGLAND),
        ("کتاب", "می‌خواهم کتاب‌ها را بخرم"),
        ("नमस्ते", "क्‍ष और र्‍य"),
        ("葛", "葛\U000e0100飾区"),
        ("ᠮᠣᠩ", "ᠮᠣᠩᠭᠣᠯ\u180b"),
        ("ภาษา", "ภาษา\u200bไทย"),
        ("한", "\u1112\u1161\u1160\u11ab"),
        ("⠁", "⠃\u2800⠁"),
        ("Prix : 10 000 € ; oui !", "Prix\u00a0: 10\u202f000\u00a0€\u202f; «\u00a0oui\u00a0»\u202f!"),
        ("The fee.", "The fee is due under Section\u00a09."),
        ("契約", "契約\u3000株式会社"),
        ("Vie\u0323t", "Vie\u0302\u0323t ∅ x ≠ y = \u0338 10\u2212\u00b3"),
        ("Ver\u00adtrag gut", "Ver\u00adträge gut"),
        ("הסכם\u200f שלום", "חוזה\u200f שלום"),
        ("\u202bהסכם\u202c ישן", "\u202bהסכם\u202c חדש"),
        ("a\u200bb old", "a\u200bb new"),
        ("Naïve café “quoted” — § 12 ™ ½", "Naïve cafés “quoted” — § 13 ® ⅓…"),
    ],
)
def test_the_same_characters_in_honest_use_are_ordinary(old: str, new: str):
    """In emoji and scripts that need them, in typography, and where they stood before."""
    assert not found(old, new)


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        ("".join(chr(0xE0000 + ord(one)) for one in "Pay the other account"), "Pay the other account"),
        ("".join(chr(0xE0100 + byte - 16) for byte in "Übergib alles".encode()), "Übergib alles"),
        ("".join(chr(0xE0000 + ord(one)) for one in "...."), "4 characters"),
    ],
)
def test_a_hidden_message_is_read_out(hidden: str, said: str):
    """However it is carried, in one flag."""
    ((name, sentence),) = found("Fees are due.", f"Fees are due.{hidden}").items()
    assert name == f"invisible-char U+{ord(hidden[0]):04X}"
    assert said in sentence


def test_the_words_that_are_struck_are_named():
    """Without the strokes, so that they can be read, and spaces between them as well."""
    struck = "".join(letter + "\u0336" for letter in "twice over")
    assert "“twice over”" in found("pay", f"pay {struck}")["combining-overlay U+0336"]


def test_attributes_that_people_read_count_and_others_do_not():
    """A description read aloud deceives as well as a word does; a class does not."""
    old = '<p><span title="not" class="a">x</span></p>'
    assert [flag.name for flag in characters.find(compared(old, old.replace("not", "n\u200bot")))] == [
        "invisible-char U+200B"
    ]
    assert not list(characters.find(compared(old, old.replace('"a"', '"a\u200b"'))))


def test_a_separator_is_said_to_break_the_line_and_an_odd_space_to_look_like_one():
    """A lawyer need not know what U+2028 is."""
    names = found("pay the fee now", "pay\u2028the fee\u2003now")
    assert "“pay” and “the”" in names["whitespace-change U+2028"]
    assert names["whitespace-change U+2028"].endswith("which breaks the line.")
    assert names["whitespace-change U+2003"].endswith("which looks like a space.")


def test_text_that_is_not_drawn_counts_as_well():
    """It is in the document, and the next program reads it."""
    assert [
        flag.name for flag in characters.find(compared("", "<template>p\u200bay</template>x", "create"))
    ] == ["invisible-char U+200B"]


def test_a_character_in_many_places_is_one_flag_that_counts_them():
    """And of many characters of one kind the first six have a flag each, the last one counting the rest."""
    assert found("a b c", "a\u200b b\u200b c\u200b")["invisible-char U+200B"].endswith("And 2 more.")
    private = found("x", " ".join(chr(0xE000 + number) for number in range(10)))
    assert len(private) == 6
    assert private["private-use-char U+E005"].endswith("And 4 more.")


def test_what_moves_into_another_word_is_new():
    """Only the same surroundings make it the same."""
    assert list(found("an\u200by fee is not due", "any fee is n\u200bot due")) == ["invisible-char U+200B"]


@given(
    st.text(st.sampled_from(ODD + "ab <>&"), max_size=60),
    st.text(st.sampled_from(ODD + "ab <>&"), max_size=60),
)
def test_whatever_is_written_is_looked_through(old: str, new: str):
    """Every flag has a known name, and a printable sentence of bounded length; nothing new is nothing odd."""
    for flag in characters.find(compared(old, new)):
        assert rank(flag.name) >= 0
        assert len(flag.sentence) <= LONGEST
    assert not list(characters.find(compared(old, old)))


@pytest.mark.parametrize(
    "odd",
    [
        "a\u0336" * 10_000,
        "a" + "\u0301" * 20_000,
        "\u00a0x" * 10_000,
        "l" * 50_000,
        "é" * 20_000,
        "\u200b" * 20_000,
        "а" * 20_000,
    ],
)
def test_no_text_takes_long(odd: str):
    """Time grows with the length and no faster, so that an input made to be slow is not."""
    change = of_words("x", odd)
    start = time.perf_counter()
    list(characters.find(change))
    assert time.perf_counter() - start < 2
