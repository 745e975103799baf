"""Every key is made in one place, below one prefix."""

from __future__ import annotations

from bot.store.keys import Keys

KEYS = Keys("p")


def test_every_key_stands_below_the_prefix():
    """A server may be shared with others."""
    keys = [
        KEYS.job("r"), KEYS.texts("r"), KEYS.documents("r"), KEYS.due, KEYS.unended, KEYS.audit, KEYS.seals, KEYS.of_job("j"),
        KEYS.at("C", "1.0"), KEYS.reading("t"), KEYS.once("w"), KEYS.in_hand("w"), KEYS.read("C", "1.0"),
        KEYS.preferences, KEYS.pace("x"), KEYS.waiting("x"), KEYS.held("x"),
    ]  # fmt: skip
    assert all(key.startswith("p:") for key in keys)
    assert len(set(keys)) == len(keys)


def test_a_mark_s_name_may_hold_anything():
    """Whatever people write, the key is short and plain; and different things have different marks."""
    key = KEYS.once("offer r 1\nU0 " + "ä" * 1000)
    assert key.isascii()
    assert len(key) < 60
    assert KEYS.once("a") != KEYS.once("b")


def test_two_prefixes_never_meet():
    """Two relays on one server do not see each other."""
    assert Keys("p").job("r") != Keys("q").job("r")
    assert Keys().job("r").startswith("superdocs-relay:")
