"""The stories that are told while processes die, each in what its people do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.sandbox.superdocs.files.writing import write
from tests.crash.people import API_TOKEN
from tests.e2e.relay import CONTRACT, COUNSEL, ONE, REVIEWER, THREE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.crash.people import People

_WINDOW: Final = {"APPROVAL_WINDOW_S": "3", "SUBMIT_MARGIN_S": "2", "REMIND_BEFORE_S": "2"}


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """One story.

    Attributes:
        name: Short, for the names of points and tests.
        told: What people do; returns when they have done it all.
        jobs: How many edits it leaves.
        workers: How many relays share the work.
        settings: What these are set to beyond the usual.
        library: Documents of the library, by their names; none where there is no library.
    """

    name: str
    told: Callable[[People], Awaitable[None]]
    jobs: int = 1
    workers: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    library: Mapping[str, bytes] = field(default_factory=dict)


async def _single(people: People) -> None:
    await people.edit(ONE)
    await people.press("round:1", "approve")


async def _feedback(people: People) -> None:
    await people.edit(ONE)
    await people.deny_with("round:1", "make it 45 days")
    await people.press("round:2", "approve")


async def _reply(people: People) -> None:
    await people.edit(ONE)
    await people.reply("round:1", "approve")


async def _batch(people: People) -> None:
    await people.edit(THREE)
    await people.press("card:1", "approve")
    await people.press("card:2", "deny")
    await people.press("card:3", "approve")


async def _race(people: People) -> None:
    await people.edit(ONE)
    await asyncio.gather(
        people.press("round:1", "approve", REVIEWER), people.press("round:1", "deny", COUNSEL)
    )


async def _lapse(people: People) -> None:
    await people.edit(ONE)
    await people.follow("round:1", "ask_again", lambda: len(people.story.messages("job")) > 1)


async def _library(people: People) -> None:
    await people.edit_found("supply", ONE)
    await people.press("round:1", "approve")


async def _program(people: People) -> None:
    await people.program(ONE)
    await people.press("round:1", "approve")


_TOLD: Final = {
    "RELAY_API_TOKEN": API_TOKEN,
    "CALLBACK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "CALLBACK_PRIVATE": "true",
}


SCENARIOS: Final = (
    Scenario("S1 single approve", _single),
    Scenario("S2 deny with feedback", _feedback),
    Scenario("S3 reply in the thread", _reply),
    Scenario("S4 batch of three", _batch),
    Scenario("S5 two workers racing", _race, workers=2),
    Scenario("S6 nobody decides", _lapse, jobs=2, settings=_WINDOW),
    Scenario("S7 Word of the library", _library, library={"supply.docx": write(CONTRACT, "docx").content}),
    Scenario("S8 asked for by a program", _program, settings=_TOLD),
)
