import pytest

from bot.redline.reading.numbering import Numbering


def labels(attributes: dict[str, str], *values: str | None) -> list[str]:
    numbering = Numbering("ol", attributes, 1)
    return [numbering.label(value) for value in values or (None, None, None)]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, ["1.", "2.", "3."]),
        ({"start": "9"}, ["9.", "10.", "11."]),
        ({"start": "-1"}, ["-1.", "0.", "1."]),
        ({"type": "a", "start": "26"}, ["z.", "aa.", "ab."]),
        ({"type": "A"}, ["A.", "B.", "C."]),
        ({"type": "i", "start": "3"}, ["iii.", "iv.", "v."]),
        ({"type": "I", "start": "1998"}, ["MCMXCVIII.", "MCMXCIX.", "MM."]),
        ({"type": "i", "start": "3999"}, ["mmmcmxcix.", "4000.", "4001."]),
        ({"type": "a", "start": "0"}, ["0.", "a.", "b."]),
        ({"type": "disc"}, ["1.", "2.", "3."]),
        ({"start": "3", "reversed": ""}, ["3.", "2.", "1."]),
        ({"start": "many"}, ["1.", "2.", "3."]),
        ({"start": "9" * 5000}, ["999999999.", "1000000000.", "1000000001."]),
        ({"start": "٣"}, ["1.", "2.", "3."]),
    ],
)
def test_items_carry_the_numbers_that_a_browser_draws(
    attributes: dict[str, str], expected: list[str]
) -> None:
    """Start, style and direction are obeyed; nonsense is ignored, and no number is too large."""
    assert labels(attributes) == expected


def test_an_item_may_have_a_number_of_its_own() -> None:
    """The items after it count on from there."""
    assert labels({}, None, "7", None, "x") == ["1.", "7.", "8.", "9."]


def test_a_list_that_counts_down_without_a_start_has_bullets() -> None:
    """Its first number is its length, which is not known; a wrong number would be worse than none."""
    assert labels({"reversed": ""}) == ["•", "•", "•"]


def test_other_lists_have_bullets() -> None:
    """Whatever number an item of an unordered list claims."""
    assert Numbering("ul", {}, 1).label("3") == "•"
