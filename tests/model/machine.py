"""The whole relay over a real store, in any order of events: the machine that holds it to its promises.

Two workers take the relay's own steps from a queue and go on call by call, each of which may fail, be done unheard,
or kill its worker. Meanwhile people press, reply, undo and delete, SuperDocs goes its own way, and time passes.
The machine keeps its own books of what was acked and of what SuperDocs was told, and in the end, when everything is
whole again, waits until all is quiet, and compares.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.core.deadline import STALE, next_due
from bot.core.errors import RefusedError, TransientError
from bot.core.lifecycle import has_ended
from bot.core.model import Mode, Outcome, Verdict, Via
from bot.core.request import Callback, LibraryFile, SourceFile
from bot.core.sighting import Status
from bot.core.summary import Does, NoticeSummary
from bot.engine import due
from bot.relay.acts import Actor, EditRequest, Reply
from bot.relay.asking import start, stop
from bot.relay.deciding import decide
from bot.relay.showing import announce
from bot.relay.showing.wanted import Wanted
from bot.relay.watching.survey import survey
from tests.fakes.library import version_of
from tests.fakes.world import actor
from tests.make import REQUESTER, TIMING
from tests.model.stage import KEYS, Stage
from tests.model.workers import DeadError, Fate, Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine
    from datetime import datetime

    from bot.core.model import Job
    from bot.core.proposal import Proposal
    from bot.core.summary import Action
    from bot.relay.world import World
    from tests.model.provider import Call, Edit

PATH: Final = "contracts/supply.html"
"""Of the library's one document."""

PEOPLE: Final = ("U0ANN", "U0BOB", "U0CARL")

WORK: Final = [
    *["catch up"] * 6, *["spoil"] * 6, *["time"] * 4, *["begin"] * 2, *["go"] * 4, "finish", "sweep", "survey",
    "fail", "lose", "die before", "die after",
]  # fmt: skip
PROVIDER: Final = [*["pause"] * 6, *["otherwise"] * 2, "elsewhere", "complete", "end", "hour"]
ACTS: Final = [*["press"] * 9, *["reply"] * 3, *["undo"] * 2, "send now", "stop", "ask", "delete", "write"]
"""What may happen, each as often as it stands here."""

ENDS: Final = (Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.GONE)


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance decides about one event.

    Attributes:
        which: Of the workers, the edits, the people.
        back: Which of the buttons that ever were, counted from the newest.
        seconds: How long nothing happens.
        fate: What becomes of the store's call behind a press.
        spoils: What becomes of one call of a worker.
        after: How many calls of the worker go well before.
    """

    which: int
    back: int
    seconds: float
    lag: float
    verdict: Verdict
    via: Via
    end: Status
    fate: Fate
    spoils: Fate
    after: int


CHANCES: Final = st.builds(
    Chance,
    which=st.integers(0, 5),
    back=st.integers(0, 7),
    seconds=st.sampled_from([0.5, 3, 5, 12, 20, 60, 900]),
    lag=st.sampled_from([0.0, 0.0, 3.0]),
    verdict=st.sampled_from(Verdict),
    via=st.sampled_from([Via.BUTTON, Via.BUTTON, Via.DIALOG]),
    end=st.sampled_from(ENDS),
    fate=st.sampled_from([*[Fate.GO] * 4, *[fate for fate in Fate if fate is not Fate.GO]]),
    spoils=st.sampled_from([fate for fate in Fate if fate is not Fate.GO]),
    after=st.integers(0, 12),
)
NAMES: Final = st.lists(st.integers(1, 3), min_size=1, unique=True)


class Books:
    """What the machine knows by itself.

    Attributes:
        said: By (ref, change number), who said what and was told that it was taken.
        feedback: By (ref, change number), the words of its denial.
        buttons: Every button that was ever to be seen, with the message that it stood on.
        deleted: Messages that people deleted, as (ref, slot).
        stopped: The edits that somebody stopped.
        written: What people wrote into the library's document, one after the other.
    """

    def __init__(self) -> None:
        self.said: dict[tuple[str, int], dict[str, Verdict]] = {}
        self.feedback: dict[tuple[str, int], str] = {}
        self.buttons: dict[tuple[str, str, str], None] = {}
        self.deleted: set[tuple[str, str]] = set()
        self.stopped: set[str] = set()
        self.written: list[bytes] = []
        self.checked_calls = 0


class Whole(RuleBasedStateMachine):
    """The relay, SuperDocs, Slack, and time."""

    socket: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        # However slow the machine is that this runs on, no time limit of a step ends meanwhile.
        self.loop.time = lambda: monotonic() / 1000  # type: ignore[method-assign]  # the loop's own clock, slower
        self.stage = stage = Stage(self.socket)
        self.clock, self.redis, self.queue, self.world = stage.clock, stage.redis, stage.queue, stage.world
        self.provider, self.slack, self.store = stage.provider, stage.slack, stage.store
        self.workers = (Worker(self.world, self.queue), Worker(self.world, self.queue))
        self.library, self.callbacks = stage.library, stage.callbacks
        self.books = Books()
        self._write()
        self.asked = 0
        self.replies = 0
        self.run(self.redis.flushall())

    def run(self, work: Awaitable[Any]) -> Any:
        """Do something on the machine's own loop."""
        return self.loop.run_until_complete(work)

    # What happens.

    @initialize(names=NAMES, chance=CHANCES)
    def begin(self, names: list[int], chance: Chance) -> None:
        """Somebody asks for an edit, SuperDocs proposes something, and it is shown, unless chance spoils that."""
        self.ask()
        self.run(self._catch_up(chance if chance.which % 2 else None))
        while not self.provider.edits:
            self.clock.move(20)
            self.run(self._catch_up())
        self.provider.pause(self.provider.edits[0], names, 0)
        self.clock.move(5)
        self.run(self._catch_up(None if chance.which % 2 else chance))

    @rule(event=st.sampled_from([*WORK, *WORK, *PROVIDER, *ACTS]), names=NAMES, chance=CHANCES)
    def happen(self, event: str, names: list[int], chance: Chance) -> None:
        """One rule for everything, so that no story leaves a part of it out."""
        if event in PROVIDER:
            self.go_on_at_superdocs(event, names, chance)
        elif event in ACTS:
            self.act(event, chance)
        else:
            self.run(self._work(event, chance))

    async def _work(self, event: str, chance: Chance) -> None:
        """Time passes; a worker goes on, fails, or dies."""
        worker = self.workers[chance.which % 2]
        match event:
            case "time":
                self.clock.move(chance.seconds)
                self.provider.lag = chance.lag
            case "catch up" | "spoil":
                await self._catch_up(chance if event == "spoil" else None)
            case "sweep":
                await due.sweep(self.world)
            case "survey":
                await survey(self.world)
            case "begin" if not worker.is_busy:
                await worker.begin()
            case "finish":
                await worker.finish()
            case _ if worker.is_busy:
                await worker.go_on(_FATES.get(event, Fate.GO))

    def go_on_at_superdocs(self, event: str, names: list[int], chance: Chance) -> None:
        """SuperDocs pauses, proposes otherwise, is answered elsewhere, or ends."""
        if not self.provider.edits:
            return
        edit = self.provider.edits[chance.which % len(self.provider.edits)]
        status = edit.sighting.status
        match event:
            case "pause" if status is Status.WORKING:
                self.provider.pause(edit, names, 0)
            case "otherwise" if status is Status.REVIEW:
                self.provider.pause(edit, names, chance.back)
            case "elsewhere" if status is Status.REVIEW:
                self.provider.work(edit)
            case "complete" if status is Status.WORKING:
                self.provider.end(edit, Status.COMPLETED)
            case "end" if status in {Status.WORKING, Status.REVIEW}:
                self.provider.end(edit, chance.end)
            case "hour":
                self.clock.move(1800)

    def act(self, event: str, chance: Chance) -> None:
        """Somebody presses what they see or once saw, replies, asks for an edit, or deletes a message."""
        self._look_at_the_buttons()
        who = PEOPLE[chance.which % len(PEOPLE)]
        match event:
            case "press" if self.books.buttons:
                self._press(who, chance)
            case "reply" if self.slack.standing:
                self._reply(who, chance)
            case "undo" | "send now" | "stop":
                self._press_other(Does[event.upper().replace(" ", "_")], who, chance)
            case "ask" if self.asked < 2:
                self.ask()
            case "delete" if self.slack.standing:
                self._delete(chance)
            case "write":
                self._write()

    def ask(self) -> None:
        """Somebody asks for an edit."""
        self.asked += 1
        file = SourceFile("F1", "supply.html", "https://files.example/1")
        source = LibraryFile(PATH) if self.asked == 1 else file
        wanted = EditRequest(f"key {self.asked}", actor(REQUESTER), "C0LEGAL", "Longer.", Mode.REVIEW, source)
        ref = self.run(start.request(self.world, wanted))
        if self.asked == 1:
            self.run(
                self.store.change(ref, lambda job, _now: replace(job, callback=Callback("https://a.example")))
            )

    def _look_at_the_buttons(self) -> None:
        for ts, summary in self.slack.standing.items():
            for action in _actions(summary):
                self.books.buttons.setdefault((action.does, action.target, ts))

    def _buttons(self, *does: Does) -> list[tuple[str, str, str]]:
        return [button for button in reversed(self.books.buttons) if button[0] in does]

    def _press(self, who: str, chance: Chance) -> None:
        buttons = self._buttons(Does.APPROVE, Does.DENY, Does.DENY_ALL)
        if not buttons:
            return
        does, target, ts = buttons[chance.back % len(buttons)]
        world, pressed_by = self._gate(chance.fate), actor(who, ts)
        if does == Does.DENY_ALL:
            self._heard(target, who, Verdict.DENY, decide.deny_all(world, pressed_by, target))
            return
        words = "Shorter." if chance.verdict is Verdict.DENY and chance.via is Via.DIALOG else ""
        act = decide.decide(world, pressed_by, target, chance.verdict, chance.via, words)
        ref, number = target.split(".")[:2]
        had_said = self.books.said.get((ref, int(number)), {}).get(who)
        is_acked = self._heard(ref, who, chance.verdict, act)
        says = self.books.said.get((ref, int(number)), {}).get(who)
        assert says is chance.verdict or not is_acked, "acked is stored"
        if says is not had_said:
            self.books.feedback[ref, int(number)] = words

    def _reply(self, who: str, chance: Chance) -> None:
        ts = [*self.slack.standing][-1 - chance.back % len(self.slack.standing)]
        self.replies += 1
        replied = Actor(who, "T0HOME", "C0LEGAL", f"{1000 + self.replies}.000000")
        said = Reply(replied, ts, f"{chance.verdict} all")
        self._heard(
            self.slack.places[ts].ref, who, chance.verdict, decide.reply(self._gate(chance.fate), said)
        )

    def _press_other(self, does: Does, who: str, chance: Chance) -> None:
        buttons = self._buttons(does)
        if not buttons:
            return
        _does, target, ts = buttons[chance.back % len(buttons)]
        doing: dict[Does, Any] = {
            Does.UNDO: decide.undo,
            Does.SEND_NOW: decide.send_now,
            Does.STOP: stop.request,
        }
        self._heard(target, who, None, doing[does](self._gate(chance.fate), actor(who, ts), target))

    def _delete(self, chance: Chance) -> None:
        ts = [*self.slack.standing][chance.back % len(self.slack.standing)]
        place = self.slack.places[ts]
        self.books.deleted.add((place.ref, place.slot))
        self.slack.delete(ts)

    def _write(self) -> None:
        """Somebody writes another text into the library, whoever is editing it."""
        self.books.written.append(f"<p>Theirs, {len(self.books.written)}.</p>".encode())
        self.library.documents[PATH] = self.books.written[-1]

    def _gate(self, fate: Fate) -> World:
        """Give the world as a listener sees it, whose first change of the store has a fate."""
        listener = Worker(self.world, self.queue)
        fates = iter([fate])
        listener.plan = lambda call: next(fates, Fate.GO) if call == "store.change" else Fate.GO
        return listener.world

    def _heard(self, target: str, who: str, verdict: Verdict | None, act: Coroutine[Any, Any, Any]) -> bool:
        """Have an act done, and write into the books what it changed; say whether it was acked.

        Without an ack it may be stored or not; what was refused is not stored, and nobody speaks for somebody else.
        """
        ref = target.partition(".")[0]
        before = self._recorded(ref)
        is_acked = is_refused = False
        try:
            self.run(act)
            is_acked = True
        except RefusedError:
            is_refused = True
        except (DeadError, TransientError):
            pass
        after = self._recorded(ref)
        assert not is_refused or after == before, "refused is not stored"
        for number, user in {*before} ^ {*after}:
            assert user == who, "everybody speaks for themselves"
            assert (number, user) in before or after[number, user] is verdict, (
                "what was said is what is stored"
            )
        assert all(before[key] is after[key] for key in {*before} & {*after}), "no verdict turns into another"
        for number in {number for number, _user in {*before, *after}}:
            said = {user: verdict for (of, user), verdict in after.items() if of == number}
            self.books.said[ref, number] = said
        self.books.stopped |= {ref} if self._job(ref).stop_requested_by else set()
        return is_acked

    # What is looked at.

    def _job(self, ref: str) -> Job:
        found: Job = self.run(self.store.load(ref))
        return found

    def _jobs(self) -> list[Job]:
        refs = sorted({place.ref for place in self.slack.places.values()} | {*self._refs()})
        return [self._job(ref) for ref in refs]

    def _refs(self) -> list[str]:
        return [start.ref_of(f"key {number}") for number in range(1, self.asked + 1)]

    def _recorded(self, ref: str) -> dict[tuple[int, str], Verdict]:
        return {
            (change.number, decision.reviewer_id): decision.verdict
            for held in self._job(ref).rounds
            for change in held.changes
            for decision in change.decisions
        }

    # What must hold, whatever happens.

    @invariant()
    def what_was_acked_stands(self) -> None:
        """No decision is lost, and none appears that nobody made."""
        for ref in self._refs():
            said = {
                (n, who): v
                for (of, n), all_ in self.books.said.items()
                if of == ref
                for who, v in all_.items()
            }
            assert self._recorded(ref) == said

    @invariant()
    def what_is_sent_is_what_was_said(self) -> None:
        """Each call has every change of its round, each as its reviewers said; and comes again only after a look."""
        for index in range(self.books.checked_calls, len(self.provider.calls)):
            self._check(self.provider.calls[index], self.provider.calls[:index])
        self.books.checked_calls = len(self.provider.calls)

    def _check(self, call: Call, earlier: list[Call]) -> None:
        job = next(job for job in self._jobs() if job.job_id == call.job_id)
        held = job.rounds[-1]
        assert held.submission is not None, "the intent is stored before the call"
        assert {a.change_id for a in call.answers} == {c.change_id for c in held.live}, "the set is complete"
        for answer, change in zip(call.answers, held.live, strict=True):
            said = {*self.books.said.get((job.ref, change.number), {}).values()}
            is_wanted = said == {Verdict.APPROVE} and not held.is_stopped
            assert answer.is_approved is is_wanted, "approved is what was approved, and nothing else"
            words = self.books.feedback.get((job.ref, change.number), "")
            assert answer.feedback in {"", words}, "words are those that were said"
        assert call.at <= held.deadline_at + timedelta(minutes=1), "nothing is sent as if in time"
        for other in (other for other in earlier if (other.job_id, other.pause) == (call.job_id, call.pause)):
            assert not other.took_effect, "nothing is sent again that took effect"
            assert self._was_read_between(call.job_id, other.at + STALE, call.at), (
                "a look comes before a repetition"
            )
        if call.took_effect and not call.is_of_old:
            self._check_shown(held.live, call.proposals)

    def _check_shown(self, live: Any, proposals: tuple[Proposal, ...]) -> None:
        assert {c.digest for c in live} == {p.digest for p in proposals}, "what is applied is what was shown"

    def _was_read_between(self, job_id: str, first: datetime, last: datetime) -> bool:
        return any(job == job_id and first <= at <= last for job, at in self.provider.reads)

    @invariant()
    def one_card_stands(self) -> None:
        """Whatever was repeated, at most one message stands for each slot."""
        standing = Counter(
            (self.slack.places[ts].ref, self.slack.places[ts].slot) for ts in self.slack.standing
        )
        assert [slot for slot, count in standing.items() if count > 1] == []

    def every_decision_is_audited_once(self) -> None:
        """The audit tells of each decision that stands, once."""
        told = Counter(entry["event"] for entry in self.run(self._audit()))
        stands = sum(len(self._recorded(ref)) for ref in self._refs())
        assert told["decision.recorded"] - told["decision.taken_back"] == stands

    async def _audit(self) -> list[dict[str, Any]]:
        entries: Any = await self.redis.xrange(KEYS.audit)
        return [json.loads(fields[b"entry"]) for _id, fields in entries]

    # The end: everything is whole again, and becomes quiet.

    def teardown(self) -> None:
        """Wait until all is quiet, and compare what is shown with what is recorded with what is true."""
        try:
            if not self._has_failed():
                self.run(self._become_quiet())
                self.what_was_acked_stands()
                self.what_is_sent_is_what_was_said()
                self.one_card_stands()
                self.every_decision_is_audited_once()
                assert len(self.provider.edits) <= self.asked, "an edit is started once"
                for job in self._jobs():
                    self._check_end(job)
        finally:
            self.run(self.stage.close())
            self.loop.close()

    def _has_failed(self) -> bool:
        return sys.exc_info()[0] is not None

    async def _become_quiet(self) -> None:
        """Let everything that is due be done, to the end of every edit; it must come to one."""
        self.provider.lag = 0
        for worker in self.workers:
            await worker.finish()
        for _ in range(QUIET_AFTER):
            for edit in self.provider.edits:
                if edit.sighting.status is Status.WORKING:
                    self.provider.end(edit, Status.COMPLETED)
            await self._catch_up()
            moments = [at for job in await self._loaded() if (at := next_due(job, TIMING))]
            if not moments:
                return
            self.clock.now = max(self.clock.now + timedelta(seconds=1), min(moments))
        raise AssertionError("it never becomes quiet")

    async def _loaded(self) -> list[Job]:
        return [await self.store.load(ref) for ref in self._refs()]

    async def _catch_up(self, chance: Chance | None = None) -> None:
        """Have everything done that is due now, by one worker; chance may spoil one call of it."""
        fates = iter([*[Fate.GO] * chance.after, chance.spoils] if chance else [])
        await due.sweep(self.world)
        for _ in range(AT_ONCE):
            await self.workers[0].finish(lambda _call: next(fates, Fate.GO))
            await self.workers[0].begin()

    def _check_end(self, job: Job) -> None:
        assert has_ended(job), "every edit comes to an end"
        edit = next((edit for edit in self.provider.edits if edit.job_id == job.job_id), None)
        for change in (change for held in job.rounds for change in held.changes):
            assert not change.is_open, "every change ends decided or lapsed"
            if change.outcome is Outcome.FOUND:
                assert edit is not None
                assert self._text(change.digest, edit) in edit.applied, "found is what is there"
        self._check_messages(job)
        self._check_library(job, edit)
        self._check_told(job)

    def _check_library(self, job: Job, edit: Edit | None) -> None:
        """What SuperDocs was given is what the record says; and nobody's text is lost for what came of it."""
        if not isinstance(job.source, LibraryFile):
            return
        if edit is not None:
            assert version_of(str(edit.given).encode()) == job.source.version, "it begins with what is noted"
        assert (job.returned is not None) == job.has_document, "what was edited goes back"
        last = self.books.written[-1]
        is_replaced = job.has_document and version_of(last) == job.source.version
        assert (self.library.documents[PATH] == last) is not is_replaced, (
            "nobody's newer text is written over"
        )
        assert len(self.library.documents) <= 1 + job.has_document, "it stands there once"

    def _check_told(self, job: Job) -> None:
        ids = {
            message_id for _url, message_id, *_ in self.callbacks.called("deliver") if job.ref in message_id
        }
        assert ids == ({f"msg_{job.ref}_{job.state}"} if job.callback else set()), (
            "its program hears of one end"
        )
        assert job.callback is None or job.callback.delivered_at is not None, "its program has heard"

    def _text(self, digest: str, edit: Edit) -> str:
        proposals = (p for _at, sighting in edit.past for p in sighting.proposals)
        return next(str(p.content.new_html) for p in proposals if p.digest == digest)

    def _check_messages(self, job: Job) -> None:
        """Every message that nobody deleted stands, and says what the record says."""
        for wanted in self.run(announce._wanted(self.world, job)):
            if (job.ref, wanted.slot) in self.books.deleted or not isinstance(wanted, Wanted):
                continue
            if wanted.thread_slot and (job.ref, wanted.thread_slot) in self.books.deleted:
                continue
            assert wanted.slot in job.messages, f"{wanted.slot} is missing"
            said = self.slack.standing[job.messages[wanted.slot].ts]
            is_notice = isinstance(wanted.summary, NoticeSummary)
            assert is_notice or said == wanted.summary, f"{wanted.slot} says what is not so"


AT_ONCE: Final = 20
"""Steps that one look at what is due leads to, at most."""

QUIET_AFTER: Final = 300
"""Looks at what is due, after each of which the clock goes on to the next moment."""

_FATES: Final = {
    "fail": Fate.FAIL,
    "lose": Fate.LOSE,
    "die before": Fate.DIE_BEFORE,
    "die after": Fate.DIE_AFTER,
}


def _actions(summary: object) -> tuple[Action, ...]:
    actions: tuple[Action, ...] = getattr(summary, "actions", ())
    return actions
