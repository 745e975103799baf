"""Letters and digits that pass for others are named, measured against the document's own scripts."""

from __future__ import annotations

import pytest

from bot.redline.flags import characters
from bot.redline.flags.characters.look_alikes import TWINS, twin
from tests.unit.redline.flags.comparing import of_words


def confusables(old: str, new: str) -> list[str]:
    return [flag.name.removeprefix("confusable ") for flag in characters.find(of_words(old, new))]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Payable to Nordic AB.", "Payable to Νordic AB.", "U+039D"),
        ("Payable.", "Payable to Acmе.", "U+0435"),
        ("Pay Acme", "Pay Ꭺcme", "U+13AA"),
        ("Payable.", "Payable to Bоёb.", "U+043E"),
        ("Договор с банком", "Договор с бaнком", "U+0061"),
        ("Сделка с МОСТ", "Сделка с MОСТ", "U+004D"),
        ("Appendix A", "Appendix А", "U+0410"),
        ("The cap is due", "The сар is due", "U+0441"),
        ("The fee", "The ｆee", "U+FF46"),
        ("The fee", "𝗮𝗽𝗽𝗿𝗼𝘃𝗲𝗱", "U+1D5EE"),
        ("Kelvin", "\u212aelvin", "U+212A"),
        ("The good", "The \u0261ood", "U+0261"),
        ("a fee", "a fee of 1\u0660\u0660", "U+0660"),
        ("a fee of 100", "a fee of 1𝟎0", "U+1D7CE"),
        ("10,000", "1O,000", "U+004F"),
        ("a fee", "a fee of I,500", "U+0049"),
        ("in 30 days", "in 3O days", "U+004F"),
        ("115", "1l5", "U+006C"),
        ("Pay PayPal", "Pay PayPaI", "U+0049"),
        ("Google Inc", "G00gle Inc", "U+0030"),
        ("fees; costs", "fees\u037e costs", "U+037E"),
        ("1,000", "1\u201a000", "U+201A"),
    ],
)
def test_what_passes_for_another_is_named(old: str, new: str, expected: str):
    """One letter of another script, a word in disguise, a costume, a letter in a number and the other way about."""
    assert confusables(old, new)[0] == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The agreement.", "The agreement with ООО «Ромашка», Москва, а также с Анной."),
        ("Договор подписан.", "Договор с IT-отделом Acme Ltd о 5 кВт расторгнут, см. п. А."),
        ("Ελλάδα", "Η Ελλάδα και ο Α"),
        ("Dose", "α = 0.05, β-blocker, Δt, χ² test, πr², Ω, 5 μg, 10 µm, λx"),
        ("x", "H2O B2B O2 10l 2L I95 COVID-19 v1 A4 MP3 1st 5S 20I7B ISO9001"),
        ("Article 1", "Article I"),
        ("Article II", "Article 11"),
        ("10O apples, lf not", "100 apples, If not"),
        ("Acmе Ltd", "Acme Ltd"),
        ("契約", "契約ＡＢＣ１２３、株式会社"),
        ("x", "Ⅳ 𝑥 ℓ 5ℓ ℝ 20 Å №5 1ª n.º ﬁnal İstanbul kapı Łódź Đà Nẵng þing"),
        ("عقد", "عقد ١٢٣ يوم"),
        ("करार", "करार १३ दिन"),
        ("said", "/ˈɡuːɡəl/"),
        ("1 1/2", "1\u20441 a ‚quote‘ “don’t” ‹x›"),
        ("Of it", "of It"),
    ],
)
def test_scripts_formulas_names_and_repairs_are_ordinary(old: str, new: str):
    """What is written as its readers write it deceives nobody."""
    assert not confusables(old, new)


def test_a_word_of_look_alikes_is_ordinary_in_a_document_that_has_its_script():
    """The Russian side of a contract in two languages may be edited."""
    assert confusables("The cap.", "The сор.")
    assert not confusables("The cap. Договор подписан сторонами.", "The сор. Договор подписан сторонами.")


def test_the_sentence_names_both():
    """The word as it is and as it was, and the letter's own name."""
    (flag,) = characters.find(of_words("Pay Acme now", "Pay Аcme now"))
    assert flag.sentence == "“Аcme” is not “Acme”: “А” is U+0410 (cyrillic capital letter a)."
    assert flag.dangerous


def test_the_table_holds_single_letters_that_stand_for_plain_ones():
    """Accents do not hide a look-alike, and a plain letter is none."""
    assert all(
        len(one) == len(letter) == 1 and letter.isascii() and not one.isascii()
        for one, letter in TWINS.items()
    )
    assert (twin("ё"), twin("а"), twin("ж"), twin("a"), twin("é")) == ("e", "a", "", "", "")
