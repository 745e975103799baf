"""The chain of the audit: whatever is done to it afterwards is found, and where."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.chain import DOMAIN, Fault, Finding, Head, Link, Verdict, seal, sealed, verify

if TYPE_CHECKING:
    from collections.abc import Callable

MUTATIONS = 10_000


def made(count: int) -> list[Link]:
    """Return a chain of so many entries."""
    entries = (
        Link(
            f"17000000{i:05}-{i % 3}",
            (("change", str(i)), ("event", "change.decided"), ("ref", f"ref{i % 5}"), ("user_id", f"U{i}")),
        )
        for i in range(count)
    )
    return list(sealed("", entries))


CHAIN = made(60)
HEAD = CHAIN[-1].seal

Mutation = tuple[list[Link], int]
"""What became of the chain, and the first position (from 1) at which it is not what it was."""


def drop(chance: random.Random) -> Mutation:
    """One is taken out, the last ones included."""
    at = chance.randrange(len(CHAIN))
    return CHAIN[:at] + CHAIN[at + 1 :], at + 1


def swap(chance: random.Random) -> Mutation:
    """Two change places."""
    one, other = sorted(chance.sample(range(len(CHAIN)), 2))
    mutated = list(CHAIN)
    mutated[one], mutated[other] = mutated[other], mutated[one]
    return mutated, one + 1


def flip(chance: random.Random) -> Mutation:
    """One bit of an id, a name, a value or a seal is another."""
    at = chance.randrange(len(CHAIN))
    link = CHAIN[at]
    place = chance.randrange(4)
    field = chance.randrange(len(link.fields))
    name, value = link.fields[field]
    fields = list(link.fields)
    if place == 0:
        link = replace(link, id=flipped(chance, link.id))
    elif place == 1:
        link = replace(link, seal=flipped(chance, link.seal))
    else:
        fields[field] = (flipped(chance, name), value) if place == 2 else (name, flipped(chance, value))
        link = replace(link, fields=tuple(fields))
    return [*CHAIN[:at], link, *CHAIN[at + 1 :]], at + 1


def strip(chance: random.Random) -> Mutation:
    """An entry loses its seal, or a seal its entry."""
    at = chance.randrange(len(CHAIN))
    bare = replace(CHAIN[at], seal="") if chance.random() < 0.5 else replace(CHAIN[at], fields=())
    return [*CHAIN[:at], bare, *CHAIN[at + 1 :]], at + 1


def insert(chance: random.Random) -> Mutation:
    """One is put in, with a seal of its own: none, one that somebody thought of, or one that fits what is before."""
    at = chance.randrange(len(CHAIN))
    new = Link(f"18{at}-0", (("event", "decision.recorded"),))
    fitting = seal(CHAIN[at - 1].seal if at else "", new.id, new.fields)
    own = chance.choice(["", f"{chance.getrandbits(256):064x}", fitting])
    # One that fits is not yet wrong; what comes after it is.
    return [*CHAIN[:at], replace(new, seal=own), *CHAIN[at:]], at + 1 + (own == fitting)


def truncate(chance: random.Random) -> Mutation:
    """The end is cut off."""
    at = chance.randrange(len(CHAIN))
    return CHAIN[:at], at + 1


def duplicate(chance: random.Random) -> Mutation:
    """One stands there twice."""
    one = chance.randrange(len(CHAIN))
    at = chance.randrange(one + 1, len(CHAIN) + 1)
    return [*CHAIN[:at], CHAIN[one], *CHAIN[at:]], at + 1


def flipped(chance: random.Random, words: str) -> str:
    """Return a text with one bit of it changed."""
    at = chance.randrange(len(words))
    return words[:at] + chr(ord(words[at]) ^ (1 << chance.randrange(7))) + words[at + 1 :]


KINDS: tuple[Callable[[random.Random], Mutation], ...] = (
    drop, swap, flip, strip, insert, truncate, duplicate,
)  # fmt: skip


def test_a_chain_that_nobody_touched_is_whole():
    """However long it is, none at all included; and its head stands for it."""
    assert verify(CHAIN) == verify(CHAIN, HEAD) == Verdict(len(CHAIN), HEAD)
    assert verify(CHAIN).is_whole
    assert verify([]) == Verdict(0, "")
    assert Head(len(CHAIN), HEAD).short == HEAD[:16]


def test_every_one_of_many_random_mutations_is_found_where_it_is():
    """Ten thousand: dropped, swapped, flipped, stripped, inserted, cut off, doubled; each by its position."""
    chance = random.Random(6)  # noqa: S311 -- the same mutations every time
    for number in range(MUTATIONS):
        kind = KINDS[number % len(KINDS)]
        mutated, position = kind(chance)
        found = verify(mutated, HEAD)
        assert (found.is_whole, found.findings[0].position) == (False, position), (number, kind.__name__)


def test_whoever_makes_all_later_seals_anew_is_betrayed_by_a_head_that_somebody_kept():
    """The chain alone is whole then: that is what the digest's head is for."""
    forged = list(sealed("", [*CHAIN[:30], *CHAIN[31:]]))
    assert verify(forged).is_whole
    found = verify(forged, CHAIN[40].seal[:16])
    assert found.findings == (Finding(60, Fault.CUT_OFF, 60),)


@pytest.mark.parametrize("at", [0, 40, 59])
def test_a_head_that_was_kept_may_be_an_earlier_one(at: int):
    """The audit has grown since; what stood then stands still."""
    assert verify(CHAIN, CHAIN[at].seal[:16]).is_whole


def test_what_is_too_new_to_be_sealed_is_counted_and_is_no_fault():
    """It is sealed within seconds. Before one that is sealed, it was put in."""
    new = [replace(link, seal="") for link in made(62)[60:]]
    assert verify(CHAIN + new) == Verdict(60, HEAD, unsealed=2)
    assert verify(new) == Verdict(0, "", unsealed=2)
    found = verify([*CHAIN[:10], new[0], *CHAIN[10:]])
    assert found.findings == (Finding(11, Fault.UNSEALED, 11),)


def test_a_seal_without_its_entry_says_that_it_is_missing():
    """Whoever deletes entries leaves their seals."""
    found = verify([*CHAIN[:5], replace(CHAIN[5], fields=()), *CHAIN[6:]])
    assert (found.findings, found.count) == ((Finding(6, Fault.MISSING, 6),), 5)


def test_a_chain_that_was_shortened_says_how_far_and_that_the_rest_is_whole():
    """The stream of entries was trimmed, the one of seals was not: the rest still follows from the last seal."""
    shortened = [*(replace(link, fields=()) for link in CHAIN[:20]), *CHAIN[20:]]
    assert verify(shortened) == Verdict(40, HEAD, findings=(Finding(1, Fault.MISSING, 20),))
    assert verify(shortened, CHAIN[7].seal[:16]).findings == (Finding(1, Fault.MISSING, 20),)
    assert verify([replace(link, fields=()) for link in CHAIN]).findings == (Finding(1, Fault.MISSING, 60),)


def test_a_chain_that_was_shortened_with_its_seals_has_no_beginning():
    """Nothing tells that from a first entry that was changed; the rest is whole in both."""
    changed = replace(CHAIN[0], fields=(("event", "nothing"),))
    for beginning in (CHAIN[20:], [changed, *CHAIN[1:]]):
        found = verify(beginning)
        assert (found.findings, found.head) == ((Finding(1, Fault.ROOTLESS, 1),), HEAD)


def test_what_is_wrong_in_the_rest_of_a_shortened_chain_is_found_too():
    """Whoever shortens it cannot hide behind that what they did besides."""
    rest = [*CHAIN[20:30], *CHAIN[31:]]
    shortened = [*(replace(link, fields=()) for link in CHAIN[:20]), *rest]
    assert [(one.position, one.fault) for one in verify(shortened).findings] == [
        (1, Fault.MISSING),
        (31, Fault.BROKEN),
    ]
    assert [one.position for one in verify(rest).findings] == [1, 11]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((("ab", "c"),), (("a", "bc"),)),
        ((("a", "b"), ("c", "d")), (("a", "bcd"),)),
        ((("a", ""),), (("", "a"),)),
        ((("a", "\ud800"),), (("a", "?"),)),
    ],
)
def test_no_two_entries_are_sealed_alike(one, other):
    """Where a part ends is sealed too."""
    assert seal("", "1-0", one) != seal("", "1-0", other)


def test_a_seal_can_be_made_with_nothing_of_ours():
    """The way that the documentation tells, so that anybody can check an export."""
    parts = [DOMAIN, CHAIN[6].seal, CHAIN[7].id, *(part for field in CHAIN[7].fields for part in field)]
    raw = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
    assert hashlib.sha256(raw).hexdigest() == CHAIN[7].seal
