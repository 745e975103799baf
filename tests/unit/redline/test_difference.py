import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redline import difference as module
from bot.redline.difference import Script, Stretch, compare

numbers = st.lists(st.integers(0, 6), max_size=40)


def check(script: Script, old: Sequence[int], new: Sequence[int]) -> None:
    """Check that a script covers both sides in order, kept and changed in turn, and keeps only what is equal."""
    places = (0, 0)
    for stretch in script:
        assert (stretch.old_start, stretch.new_start) == places
        assert not stretch.is_empty
        if stretch.kept:
            assert old[stretch.old_start : stretch.old_end] == new[stretch.new_start : stretch.new_end]
        places = (stretch.old_end, stretch.new_end)
    assert places == (len(old), len(new))
    assert all(one.kept != other.kept for one, other in pairwise(script))


def kept(script: Script) -> int:
    return sum(stretch.old_end - stretch.old_start for stretch in script if stretch.kept)


def longest_common(old: Sequence[int], new: Sequence[int]) -> int:
    """Count the longest common subsequence, the slow way."""
    row = [0] * (len(new) + 1)
    for one in old:
        before = row
        row = [0]
        for place, other in enumerate(new):
            row.append(before[place] + 1 if one == other else max(row[place], before[place + 1]))
    return row[-1]


@given(numbers, numbers)
@settings(deadline=None)
def test_a_small_difference_is_the_smallest(old: list[int], new: list[int]) -> None:
    """As many numbers are kept as any script could keep."""
    script = compare(old, new)
    check(script, old, new)
    assert kept(script) == longest_common(old, new)


@pytest.mark.parametrize(
    "limits",
    [
        {"SPLIT_ABOVE": 4},
        {"SPLIT_ABOVE": 4, "MAX_ROUNDS": 1},
        {"SPLIT_ABOVE": 4, "EXACT_UP_TO": 4},
        {"SPLIT_ABOVE": 4, "EXACT_UP_TO": 4, "CLOSE_UP_TO": 16},
    ],
)
@given(st.lists(st.integers(0, 30), max_size=40), st.lists(st.integers(0, 30), max_size=40))
@settings(deadline=None)
def test_a_large_difference_covers_both_sides_in_order(
    limits: dict[str, int], old: list[int], new: list[int]
) -> None:
    """Whether split, solved exactly, solved closely or given up: the limits are lowered to get there."""
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in limits.items():
            patch.setattr(module, name, limit)
        check(compare(old, new), old, new)


def test_a_part_is_split_at_numbers_that_occur_once_on_each_side() -> None:
    """The longest row of them that comes in the same order is kept, and the parts between are solved by themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SPLIT_ABOVE", 0)
        patch.setattr(module, "CLOSE_UP_TO", 0)  # Whatever is kept now, is kept by a split.
        script = compare([1, 0, 2, 0, 3, 9, 0, 0, 4], [9, 1, 2, 0, 3, 4, 0])
    # 9 moved, and 0 occurs too often to split at; it is kept where it stands beside what was split.
    assert [stretch for stretch in script if stretch.kept] == [
        Stretch(kept=True, old_start=0, old_end=1, new_start=1, new_end=2),
        Stretch(kept=True, old_start=2, old_end=5, new_start=2, new_end=5),
        Stretch(kept=True, old_start=8, old_end=9, new_start=5, new_end=6),
    ]


def test_where_every_number_stands_twice_a_part_is_split_at_rows() -> None:
    """Rows of eight are as good as unique numbers: no edit of theirs is lost, and what lies between stays small."""
    chance = random.Random(1)  # noqa: S311 -- an example, the same in each run
    old = chance.choices(range(500), k=9000)
    edited = set(chance.sample(range(9000), 60))
    new = [1000 + place if place in edited else one for place, one in enumerate(old)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CLOSE_UP_TO", 100_000)  # A part that is larger would count as replaced.
        patch.setattr(module, "EXACT_UP_TO", 100_000)
        script = compare(old, new)
    check(script, old, new)
    assert kept(script) == 9000 - 60


@pytest.mark.parametrize("alike", [0, 1, 31, 32, 33, 1023, 1024, 1057, 2500])
def test_equal_ends_stay_to_the_last_number(alike: int) -> None:
    """However many they are, as they are compared many at once."""
    same = list(range(alike))
    for script in (compare([*same, -1], [*same, -2]), compare([-1, *same], [-2, *same])):
        assert kept(script) == alike
    assert kept(compare(same, [*same, *same])) == alike


def test_parts_are_split_again() -> None:
    """5 stands twice, but only once between each two of the numbers that stand once."""
    old, new = [1, 0, 5, 0, 2, 0, 5, 0, 3], [1, 9, 5, 9, 2, 9, 5, 9, 3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SPLIT_ABOVE", 0)
        patch.setattr(module, "CLOSE_UP_TO", 0)
        assert kept(compare(old, new)) == 5
        patch.setattr(module, "MAX_ROUNDS", 1)
        assert kept(compare(old, new)) == 3


def test_what_is_too_large_is_replaced_whole() -> None:
    """Beyond the last limit nothing is compared, yet equal ends stay."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SPLIT_ABOVE", 0)
        patch.setattr(module, "CLOSE_UP_TO", 3)
        script = compare([1, 2, 2, 3, 3, 4], [1, 3, 3, 2, 2, 4])
    assert [tuple(stretch) for stretch in script] == [
        (True, 0, 1, 0, 1),
        (False, 1, 5, 1, 5),
        (True, 5, 6, 5, 6),
    ]


@pytest.mark.timeout(10)
def test_a_contract_of_25_000_words_is_compared_at_once() -> None:
    """Splitting keeps what is solved exactly small: the whole table would have 600 million cells."""
    old = [number * 7919 % 3000 if number % 3 else 10_000 + number for number in range(25_000)]
    new = [50_000 if number % 100 == 50 else one for number, one in enumerate(old)]
    script = compare(old, new)
    check(script, old, new)
    assert kept(script) == 25_000 - 250


@pytest.mark.timeout(10)
def test_a_row_of_the_same_words_is_compared_at_once() -> None:
    """There is nothing to split at, and still an answer."""
    old, new = [0, 1, 2, 3] * 3000, [0, 1, 3, 2] * 3000
    check(compare(old, new), old, new)
