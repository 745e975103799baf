"""Take what a reviewer says: look up who they are, apply the rules, store it. Whoever called may ack after that.

Every refusal is raised as a sentence for the person, and stands in the audit.

Before: a card, a dialog or a reply. After: `submit.py`, and `announce.py` for what the cards say then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.core import deciding
from bot.core.errors import RefusedError
from bot.core.lifecycle import has_ended
from bot.core.model import Change, Job, Round, RoundState, Verdict, Via
from bot.core.permission import check
from bot.core.reply import Command, parse_reply
from bot.core.summary import Action, Does, change_target
from bot.core.words import pieces
from bot.relay.acts import Answer, Heard, order
from bot.relay.audited import Act, audited
from bot.relay.deciding.recording import Said, record, record_most
from bot.relay.deciding.roster import decider
from bot.relay.targets import change_of, round_of
from bot.relay.watching.afresh import load_afresh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.deadline import Timing
    from bot.core.model import Decision, MessageRef
    from bot.relay.acts import Actor, Reply
    from bot.relay.deciding.recording import Left
    from bot.relay.world import World

UNREAD: Final = "unread:"
"""Leads the code of a refusal that a look at the whole change would lift; its target follows."""

_ALL_YOURS: Final = "You have approved all of these already: somebody else must, too."

_SAID_AT_MOST: Final = 5
"""Changes of which a dialog says what happened to them meanwhile; the others are counted."""


async def decide(
    world: World, actor: Actor, target: str, verdict: Verdict, via: Via, feedback: str = ""
) -> None:  # fmt: skip
    """Record one person's verdict on one change.

    Raises:
        RefusedError: It was not recorded; the text says why.
    """
    ref, number, digest = change_of(target)
    async with audited(world, actor, Act.DECISION, ref, number):
        job = await load_afresh(world, ref)
        _refuse_foreign_card(job, actor, number)
        if verdict is Verdict.APPROVE:
            _refuse_uninspectable(job, number)
        await record(world, actor, ref, [(number, digest)], Said(verdict, via, feedback))


async def undo(world: World, actor: Actor, target: str) -> None:
    """Take back one's own decision.

    Raises:
        RefusedError: It is not theirs, or the round has been sent.
    """
    ref, number, _digest = change_of(target)
    async with audited(world, actor, Act.DECISION, ref, number):
        await world.change(ref, lambda job, now: deciding.undo(job, number, actor.user_id, now))


async def deny_all(world: World, actor: Actor, target: str) -> str:
    """Deny every open change of a round, without feedback; return what became of the others, "" without any.

    There is no such thing as approving them: an approval names the versions that were shown.

    Raises:
        RefusedError: Nothing was recorded; the text says why.
    """
    ref, number = round_of(target)
    async with audited(world, actor, Act.DECISION, ref):
        held = deciding.opened(await world.store.load(ref), number)
        versions = [(c.number, c.digest) for c in held.undecided]
        said = Said(Verdict.DENY, Via.BUTTON)
        return _told(versions, await record_most(world, actor, ref, versions, said), said.verdict)


async def approve_read(
    world: World, actor: Actor, token: str, offered: frozenset[int] = frozenset()
) -> str:  # fmt: skip
    """Approve exactly the versions that a reading dialog showed; return what became of the others, "" without any.

    Args:
        world: Everything.
        actor: Who submits the dialog.
        token: Names the dialog.
        offered: Numbers of the changes that its button promised to approve: one that somebody had decided then, and
            took back since, is not among them. Empty for all, as older dialogs promised.

    Raises:
        RefusedError: Nothing was recorded; the text says why.
    """
    reading = await world.store.reading(token)
    async with audited(world, actor, Act.DECISION, reading.ref if reading else ""):
        if reading is None:
            sentence = "This dialog is too old to approve anything. Please open it again."
            raise RefusedError(sentence, code="expired")
        job = await load_afresh(world, reading.ref)
        promised = [version for version in reading.versions if not offered or version[0] in offered]
        still_open = {c.number: c for held in job.rounds for c in held.undecided if not _said_yes(actor, c)}
        versions = [version for version in promised if version[0] in still_open]
        for number, _digest in versions:
            _refuse_together(still_open[number], len(reading.versions))
        said = Said(Verdict.APPROVE, Via.DIALOG)
        others = [version for version in promised if version[0] not in still_open]
        meanwhile = _meanwhile(job, others, said.at(actor, await world.store.now()), world.timing)
        if not versions:
            sentence = (
                _reasons(meanwhile) or "You have approved all of these already: somebody else must, too."
            )
            raise RefusedError(sentence, code="closed")
        left = await record_most(world, actor, reading.ref, versions, said)
        return _told(versions, left, said.verdict, meanwhile)


async def send_now(world: World, actor: Actor, target: str) -> None:
    """Have a round sent as it stands: what nobody approved is denied.

    Raises:
        RefusedError: They may not, or the round is no longer open.
    """
    ref, number = round_of(target)
    async with audited(world, actor, Act.DECISION, ref):
        job = await world.store.load(ref)
        person = await decider(world, actor, job)
        check(person, world.policy_of(job), job, 0, Verdict.DENY)
        await world.change(ref, lambda stored, now: deciding.send_now(stored, number, actor.user_id, now))


async def reply(world: World, said: Reply) -> Answer:
    """Take a reply in a thread of ours as a command, or leave it as talk.

    Raises:
        RefusedError: It was a command, and it was not recorded; the text says why.
    """
    ref = await world.store.ref_at(said.actor.channel, said.thread_ts)
    if ref is None:
        return Answer(Heard.NOT_OURS)
    job = await load_afresh(world, ref)
    held = _addressed(job, said)
    command = parse_reply(said.text, world.bot_user_id)
    if said.actor.ts in job.heard:
        return Answer(Heard.TAKEN)
    if command is None:
        return Answer(Heard.NOT_OURS if held is None else Heard.TALK)
    async with audited(world, said.actor, Act.DECISION, ref):
        _refuse_edited(said)
        versions = _named(job, held, command, said)
        words = Said(command.verdict, Via.REPLY, command.feedback)
        if not command.is_all:
            await record(world, said.actor, ref, versions, words)
            return Answer(Heard.TAKEN)
        left = await record_most(world, said.actor, ref, versions, words)
        return Answer(Heard.TAKEN, _told(versions, left, command.verdict))


@dataclass(frozen=True, slots=True)
class Offer:
    """What is said, privately, to somebody who talked where changes are open.

    Attributes:
        action: Denies the one open change with what was said; None where several are open.
    """

    sentence: str
    action: Action | None = None


async def offer(world: World, said: Reply) -> Offer | None:
    """Offer, once per person and round, to deny with what was said; None when there is nothing to offer."""
    ref = await world.store.ref_at(said.actor.channel, said.thread_ts)
    job = await world.store.load(ref) if ref else None
    held = _addressed(job, said) if job else None
    if job is None or held is None or not held.undecided:
        return None
    if not _has_seen(said, job.messages.get(f"round:{held.number}")):
        return None  # It was about something else.
    if not await world.store.once(f"offer {job.ref} {held.number} {said.actor.user_id}"):
        return None
    return _offered(job, held.undecided)


def _offered(job: Job, undecided: tuple[Change, ...]) -> Offer:
    if len(undecided) > 1:
        example = f"`deny {undecided[0].number}: …`"
        return Offer(
            f"This was not taken as a decision. To deny a change with it, say {example} with its number."
        )
    action = Action(Does.FEEDBACK, "Deny with this as feedback", change_target(job, undecided[0]))
    return Offer("This was not taken as a decision. If it says why the change should be denied:", action)


def _addressed(job: Job, said: Reply) -> Round | None:
    """Find the open round that a reply in this thread speaks to: the thread's own, else the job's."""
    threads = {m.ts: slot for slot, m in job.messages.items() if m.channel == said.actor.channel}
    slot = threads.get(said.thread_ts, "")
    held = job.round
    if has_ended(job) or held is None or held.state is not RoundState.OPEN:
        return None
    return held if slot in {"job", f"round:{held.number}"} else None


def _named(job: Job, held: Round | None, command: Command, said: Reply) -> list[tuple[int, str]]:
    """Return the versions that a command names, or refuse what a reply may not decide."""
    if held is None:
        sentence = "Nothing is open in this thread now."
        raise RefusedError(sentence, code="closed")
    changes = _pick(held, command, said.actor)
    for change in changes:
        _refuse_unseen(job, held, change, said)
        if command.verdict is Verdict.APPROVE:
            _refuse_unread(job, change)
    return [(c.number, c.digest) for c in changes]


def _pick(held: Round, command: Command, actor: Actor) -> Sequence[Change]:
    if command.is_all:
        return _to_decide(held, command.verdict, actor)
    if not command.numbers:
        if len(held.undecided) > 1:
            numbers = [str(c.number) for c in held.undecided]
            verb = command.verdict.value
            sentence = (
                f"Which one? Open are {', '.join(numbers)}: "
                f"say `{verb} {numbers[0]}`, `{verb} {','.join(numbers[:2])}` or `{verb} all`."
            )
            raise RefusedError(sentence, code="ambiguous")
        return held.undecided
    unknown = [n for n in command.numbers if held.change(n) is None]
    if unknown:
        sentence = f"There is no change {unknown[0]} in this round; nothing was recorded."
        raise RefusedError(sentence, code="unknown_change")
    return [c for c in held.changes if c.number in command.numbers]


def _to_decide(held: Round, verdict: Verdict, actor: Actor) -> Sequence[Change]:
    """Return what *all* means to somebody: what is open, but for what they have approved already and approve again."""
    rest = [c for c in held.undecided if verdict is Verdict.DENY or not _said_yes(actor, c)]
    if held.undecided and not rest:
        raise RefusedError(_ALL_YOURS, code="decided_by_you")
    return rest


def _refuse_unseen(job: Job, held: Round, change: Change, said: Reply) -> None:
    """A reply decides only cards that were up when it was written; the list of a round is no card."""
    slot = f"card:{change.number}" if len(held.changes) > 1 else f"round:{held.number}"
    shown = job.messages.get(slot)
    if not _has_seen(said, shown):
        sentence = f"You wrote this before change {change.number} was shown; nothing was recorded. Please look at it."
        raise RefusedError(sentence, code="before_card")


def _has_seen(said: Reply, shown: MessageRef | None) -> bool:
    """Say whether a message of ours stood there when a reply was written."""
    return shown is not None and shown.ts != "" and order(shown.ts) < order(said.actor.ts)


def _refuse_edited(said: Reply) -> None:
    """Refuse what may have said something else when it was written: an edit never decides, whenever it is read."""
    if said.is_edited:
        sentence = "You edited this before it could be read; nothing was recorded. Please say it again, in a new reply."
        raise RefusedError(sentence, code="edited")


def _said_yes(actor: Actor, change: Change) -> bool:
    """Say whether somebody's approval of a change stands already, and waits for somebody else's."""
    return any(decision.reviewer_id == actor.user_id for decision in change.decisions)


def _meanwhile(
    job: Job, versions: Sequence[tuple[int, str]], decision: Decision, timing: Timing
) -> tuple[Left, ...]:  # fmt: skip
    """Say why versions cannot be decided any more, as a press on each would be told; nothing of one's own approvals."""
    left = []
    for number, digest in versions:
        try:
            deciding.decide(job, number, digest, decision, timing)
        except RefusedError as refusal:
            if refusal.code != "decided_by_you":
                left.append((number, refusal))
    return tuple(left)


def _told(
    versions: Sequence[tuple[int, str]],
    left: Sequence[Left],
    verdict: Verdict,
    meanwhile: Sequence[Left] = (),
) -> str:
    """Say how many of several versions were decided, and why the others were not; "" when all were."""
    others = (*meanwhile, *left)
    if not others:
        return ""
    count = len(versions) - len(left)
    did = "approved" if verdict is Verdict.APPROVE else "denied"
    return f"{pieces.changes(count)} {'was' if count == 1 else 'were'} {did}. {_reasons(others)}"


def _reasons(left: Sequence[Left]) -> str:
    rest = len(left) - _SAID_AT_MOST
    more = [f"And {rest} more could not be decided."] if rest > 0 else []
    return " ".join([*(str(refusal) for _number, refusal in left[:_SAID_AT_MOST]), *more])


def _refuse_uninspectable(job: Job, number: int) -> None:
    change = job.change(number)
    if change is not None and change.uninspectable:
        sentence = f"Change {number} cannot be inspected, so it can only be denied. {change.uninspectable}"
        raise RefusedError(sentence, code="uninspectable")


def _refuse_together(change: Change, count: int) -> None:
    """Refuse to approve with others what must be asked about by itself."""
    if change.uninspectable or (change.warnings and count > 1):
        sentence = f"Change {change.number} must be looked at by itself; nothing was approved."
        raise RefusedError(sentence, code="warned")


def _refuse_unread(job: Job, change: Change) -> None:
    if change.uninspectable or (change.is_whole and not change.warnings):
        return
    sentence = (
        f"Change {change.number} must be read in full before it is approved: use *Review whole change*."
    )
    raise RefusedError(sentence, code=f"{UNREAD}{change_target(job, change)}")


def _refuse_foreign_card(job: Job, actor: Actor, number: int) -> None:
    """A press counts only on the card itself: a copied or forwarded message decides nothing."""
    held = job.round_of(number)
    if not actor.ts or held is None:
        return
    slots = (f"card:{number}", f"round:{held.number}")
    ours = [message for slot in slots if (message := job.messages.get(slot))]
    # A quick press may come before the post's answer is stored; until then no other message could be ours.
    is_being_posted = any(message.attempt and not message.ts for message in ours)
    if not is_being_posted and (actor.channel, actor.ts) not in {(m.channel, m.ts) for m in ours}:
        sentence = "This is a copy of a card, or an old one. Please decide on the card itself."
        if actor.channel == job.moved_from:
            sentence = "The relay can no longer post here, so this is decided elsewhere" + (
                f": by <@{job.requester_id}>, in direct messages." if job.requester_id else "."
            )
        raise RefusedError(sentence, code="foreign_card")
