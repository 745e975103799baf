"""Redis' exceptions become ours at once: a write whose answer is lost is unknown, everything else can be tried again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from bot.core.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def translated() -> Iterator[None]:
    """Translate what redis-py raises.

    A write with a lost answer counts as not done as well: the caller does not ack, and whoever tries again
    re-reads the record first, so that finding it done already is a good answer.
    """
    try:
        yield
    except (RedisError, OSError) as error:
        kind = type(error).__name__
        sentence = f"The store does not answer ({kind}); nothing was confirmed as stored. Please try again."
        raise TransientError(sentence) from error
