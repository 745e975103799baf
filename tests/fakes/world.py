"""A world of fakes: everything a step may touch, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.core.errors import RefusedError
from bot.core.permission import Person
from bot.core.routing import Route, Routes
from bot.core.schedule import Schedule
from bot.relay.acts import Actor
from bot.relay.world import World
from tests.fakes.audit import MemoryAudit
from tests.fakes.digests import MemoryDigests
from tests.fakes.documents import FakeDocuments
from tests.fakes.failing import Failing
from tests.fakes.meter import FakeMeter
from tests.fakes.notifier import FakeNotifier
from tests.fakes.store import MemoryStore
from tests.make import REVIEWER, TIMING, make_proposals

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.core.deadline import Timing
    from bot.core.model import Job
    from tests.fakes.callbacks import FakeCallbacks
    from tests.fakes.library import FakeLibrary

BOT = "U0RELAY"
CHANNEL = "C0LEGAL"


class FakeDirectory(Failing):
    """The `Directory` port: everybody is a member, unless a test says who they are.

    Attributes:
        people: Those who are something else.
        unreachable: Channels that the relay is not in.
        groups: Who is in which user group.
    """

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[str, Person] = {}
        self.unreachable: set[str] = set()
        self.groups: dict[str, set[str]] = {}

    async def person(self, user_id: str, team_id: str, channel: str) -> Person:
        self.note("person", user_id, team_id, channel)
        return self.people.get(user_id, Person(user_id))

    async def named(self, user_id: str) -> Person:
        self.note("named", user_id)
        return self.people.get(user_id, Person(user_id))

    async def groups_of(self, user_id: str, wanted: Collection[str]) -> frozenset[str]:
        self.note("groups_of", user_id, frozenset(wanted))
        return frozenset(group for group in wanted if user_id in self.groups.get(group, set()))

    async def check_reachable(self, channel: str) -> None:
        self.note("check_reachable", channel)
        if channel in self.unreachable:
            sentence = "The relay is not in that channel: invite it."
            raise RefusedError(sentence, code="not_in_channel")


class FakeQueue(Failing):
    """The `Queue` port: remembers what was added."""

    is_crowded = False

    async def add(self, step: str, ref: str, key: str) -> None:
        self.note("add", step, ref, key)

    @property
    def steps(self) -> list[str]:
        """Name the steps that were added, in order."""
        return [step for step, _ref, _key in self.called("add")]


@dataclass
class FakeWorld:
    """The ports as fakes, and the world that a step is given."""

    store: MemoryStore = field(default_factory=MemoryStore)
    documents: FakeDocuments = field(default_factory=FakeDocuments)
    notifier: FakeNotifier = field(default_factory=FakeNotifier)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    queue: FakeQueue = field(default_factory=FakeQueue)
    meter: FakeMeter = field(default_factory=FakeMeter)
    schedule: Schedule = field(default_factory=Schedule)
    adopts: bool = False
    routes: Routes = field(default_factory=Routes)
    timing: Timing = TIMING
    library: FakeLibrary | None = None
    callbacks: FakeCallbacks | None = None

    def __post_init__(self) -> None:
        self.digests = MemoryDigests(self.store.clock)
        self.audit = MemoryAudit(self.store)

    @property
    def given(self) -> World:
        """Return what a step is given."""
        return World(
            self.store,
            self.documents,
            self.notifier,
            self.directory,
            self.queue,
            self.digests,
            self.audit,
            self.meter,
            BOT,
            CHANNEL,
            self.timing,
            self.routes,
            self.schedule,
            self.adopts,
            self.library,
            self.callbacks,
        )

    def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass on the store's clock."""
        self.store.clock.move(seconds)

    async def keep(self, job: Job) -> str:
        """Keep a record, with the texts that the changes of `make_round` have, and return its ref."""
        self.store.put(job)
        await self.store.save_contents(job.ref, {p.digest: p.content for p in make_proposals(9)})
        return job.ref

    def job(self, ref: str = "ref0000000000001") -> Job:
        """Return a record as it stands."""
        return self.store.jobs[ref]

    def events(self) -> list[str]:
        """Name the audit's entries, in order."""
        return [entry.event for entry in self.store.audit]


def actor(user_id: str = REVIEWER, ts: str = "", channel: str = "C0LEGAL") -> Actor:
    """Return who does something."""
    return Actor(user_id, "T0HOME", channel, ts)


def under(**demands: Any) -> Routes:
    """Return one route for everything, with what it demands."""
    return Routes((Route(**demands),))
