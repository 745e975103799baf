"""Settings of the sandbox's SuperDocs."""

import pytest

from bot.sandbox.superdocs import Behaviour


def test_several_settings_change_at_once() -> None:
    """Settings come as a mapping, as the control interface sends them."""
    behaviour = Behaviour()
    behaviour.change({"age": "five", "work_s": 2})
    assert (behaviour.age, behaviour.work_s, behaviour.is_new) == ("five", 2.0, False)


@pytest.mark.parametrize("settings", [{"colour": "blue"}, {"age": "six"}, {"work_s": -1}, {"work_s": "soon"}])
def test_a_wrong_setting_changes_nothing(settings: dict[str, object]) -> None:
    """A misspelt name or value is refused, and the right ones beside it are not taken either."""
    behaviour = Behaviour()
    with pytest.raises(ValueError, match=next(iter(settings))):
        behaviour.change({"plain_denial": "drops", **settings})
    assert behaviour == Behaviour()


def test_an_assignment_is_checked_too() -> None:
    """A test that misspells a value fails where it does so."""
    with pytest.raises(ValueError, match="partial_decisions"):
        Behaviour().partial_decisions = "sometimes"  # type: ignore[assignment] # The wrong value is the point.
