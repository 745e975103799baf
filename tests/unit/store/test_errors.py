"""What Redis raises becomes ours at once, with no word of what was being stored."""

from __future__ import annotations

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from bot.core.errors import GoneError, TransientError
from bot.store.errors import translated


@pytest.mark.parametrize(
    "error", [RedisConnectionError("secret"), ResponseError("secret"), ConnectionResetError("secret")]
)
def test_what_the_store_raises_can_be_tried_again(error):
    """Its kind is named, its words are not: they may hold what was to be stored."""
    with pytest.raises(TransientError, match=type(error).__name__) as raised, translated():
        raise error
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is error


def test_our_own_errors_pass():
    """They are translated already."""
    with pytest.raises(GoneError), translated():
        raise GoneError("No.")
