"""Which rules an edit is reviewed by: routes, of which the first that matches counts.

A route is looked for whenever somebody acts, by what the record says then. What no route is for is not reviewed by
weaker rules: nobody may decide it, and no such edit starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from bot.core.errors import RefusedError
from bot.core.model import Job, Mode
from bot.core.permission import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.core.schedule import Schedule

CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{2,30}")
PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,30}")
GROUP: Final = re.compile(r"S[A-Z0-9]{2,30}")
"""Slack's ids; everything else that names something in a route begins with ``#`` or ``@``."""

_WILD: Final = frozenset("*?[")

_NO_ROUTE: Final = "No route of the relay is for this edit, so nobody may decide it here: whoever runs the relay can add one."


@dataclass(frozen=True, slots=True)
class Match:
    """Which edits a route is for: all that fit every pattern, by the rules of `fnmatch`, where case counts.

    Attributes:
        session: SuperDocs' id of the session.
        document: The document's name, as people gave it.
        channel: Where it is reviewed, by id.
    """

    session: str = "*"
    document: str = "*"
    channel: str = "*"

    def fits(self, session_id: str, document: str, channel: str) -> bool:
        """Say whether an edit is one of these."""
        told = ((session_id, self.session), (document, self.document), (channel, self.channel))
        return all(fnmatchcase(value, pattern) for value, pattern in told)


@dataclass(frozen=True, slots=True)
class Route:
    """Where some edits are reviewed, by whom, and what is demanded of them.

    Names (``#legal``, ``@carol``) stand in it as they were written until `bound` puts ids in their place.

    Attributes:
        channel: Where they are reviewed; "" for where whoever asks wants it.
        reviewers: People and user groups that may decide; empty for the members of the channel.
        approvals: How many different people must approve each change.
        own_edits: Whether the requester may approve, or whoever's feedback shaped the text.
        mention: People and user groups that are pinged once in the message of each round.
        schedule: When the digest of the route's channel is due; None for the deployment's own hour.
        closed: Why nothing is reviewed by this route now; "" when it can be.
    """

    match: Match = Match()
    channel: str = ""
    reviewers: tuple[str, ...] = ()
    approvals: int = 1
    own_edits: bool = True
    mention: tuple[str, ...] = ()
    schedule: Schedule | None = None
    closed: str = ""

    @property
    def policy(self) -> Policy:
        """Return what the route demands of those who decide."""
        groups = frozenset(filter(GROUP.fullmatch, self.reviewers))
        return Policy(frozenset(self.reviewers) - groups, groups, self.approvals, self.own_edits, self.closed)

    @property
    def place(self) -> str:
        """Return the one channel that the route is about; "" when it is about several."""
        return self.channel or ("" if is_pattern(self.match.channel) else self.match.channel)

    @property
    def named(self) -> tuple[str, ...]:
        """Return everything that is named in it and means something in Slack, as it was written, each once."""
        channels = (name for name in (self.match.channel, self.channel) if name and not is_pattern(name))
        return tuple(dict.fromkeys((*channels, *self.reviewers, *self.mention)))

    def bound(self, ids: Mapping[str, str]) -> Route:
        """Return the route with ids in place of names; closed, and as it is, where one means nothing.

        Args:
            ids: What the names mean; ids mean themselves and may be left out.
        """
        missing = [name for name in self.named if not is_id(name) and name not in ids]
        if missing:
            sentence = (
                f"The route for this edit names {', '.join(missing)}, which Slack does not know for certain. "
                "Whoever runs the relay can cure it: `superdocs-relay doctor` says how."
            )
            return replace(self, closed=sentence)
        return replace(
            self,
            match=replace(self.match, channel=ids.get(self.match.channel, self.match.channel)),
            channel=ids.get(self.channel, self.channel),
            reviewers=tuple(ids.get(name, name) for name in self.reviewers),
            mention=tuple(dict.fromkeys(ids.get(name, name) for name in self.mention)),
        )


ANYWHERE: Final = Route()
"""Demands nothing: what holds where nobody has said anything."""

_NOWHERE: Final = Route(closed=_NO_ROUTE)


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of a deployment, in their order; by default one for everything, which the channel's members decide."""

    listed: tuple[Route, ...] = (ANYWHERE,)

    def find(self, session_id: str, document: str, channel: str) -> Route:
        """Return the first route for an edit; a closed one when there is none.

        A route whose own channel is not known matches whatever its other patterns do: what it was meant for must not
        fall to the rules of the next.
        """
        fitting = (r for r in self.listed if _aim(r).fits(session_id, document, channel))
        return next(fitting, _NOWHERE)

    def of(self, job: Job) -> Route:
        """Return the route of a job as its record is now; one whose channel was closed keeps that channel's route."""
        return self.find(job.session_id, job.document, job.moved_from or job.channel)

    def number_of(self, job: Job) -> int:
        """Return which route a job's is, from 1, as they are listed; 0 when none is for it."""
        found = self.of(job)
        return self.listed.index(found) + 1 if found in self.listed else 0

    def match_of(self, number: int) -> Match:
        """Return which edits a route is for, by its number; everything, for none."""
        return self.listed[number - 1].match if number else Match()

    @property
    def name_channels(self) -> bool:
        """Say whether some route matches a channel by its name: which one that is, Slack knows."""
        return any(route.match.channel.startswith("#") for route in self.listed)

    def place(self, session_id: str, document: str, channel: str, mode: Mode) -> str:
        """Return where a new edit is reviewed: where its route says, or else in the channel that was wanted.

        Raises:
            RefusedError: No route is for it (``unbound_route``), or it is to be reviewed and was not to be (``mode``).
        """
        wanted = self.find(session_id, document, channel)
        place = wanted.channel or channel
        for route in (wanted, self.find(session_id, document, place)):
            if route.closed:
                raise RefusedError(route.closed, code="unbound_route")
            if mode is Mode.AUTOMATIC and route.policy.is_demanding:
                sentence = (
                    "Edits of this document are reviewed here, so they cannot be applied automatically."
                )
                raise RefusedError(sentence, code="mode")
        return place

    def continued_place(self, old: Job, channel: str, mode: Mode) -> str:
        """Return where an edit is reviewed that goes on with what another left: by no weaker rules than that one.

        Raises:
            RefusedError: As with `place`; or another channel is wanted, where the rules of the old one do not hold
                (``channel``).
        """
        place, rules = self.place(old.session_id, old.document, channel, mode), self.of(old)
        is_bound = bool(rules.closed) or rules.policy.is_demanding
        if is_bound and rules != self.find(old.session_id, old.document, place):
            where = old.moved_from or old.channel
            sentence = f"This document was reviewed by the rules of <#{where}>: have it reviewed there again."
            raise RefusedError(sentence, code="channel")
        return place

    def renewed_place(self, old: Job) -> str:
        """Return where an edit is reviewed that asks again for what another left.

        Raises:
            RefusedError: As with `place`; or the channel that had its rules is closed to the relay.
        """
        if old.moved_from and self.of(old) != self.find(old.session_id, old.document, old.channel):
            sentence = f"This was reviewed by the rules of <#{old.moved_from}>, which is closed to the relay: start a new edit."
            raise RefusedError(sentence, code="unbound_route")
        return self.place(old.session_id, old.document, old.channel, old.mode)

    @property
    def schedules(self) -> Mapping[str, Schedule]:
        """Return when the digest of a channel is due, for each that a route says it of; the first one counts."""
        said = [(route.place, route.schedule) for route in self.listed if not route.closed]
        return {place: schedule for place, schedule in reversed(said) if schedule}

    def bound(self, ids: Mapping[str, str]) -> Routes:
        """Return the routes with ids in place of names; see `Route.bound`."""
        return Routes(tuple(route.bound(ids) for route in self.listed))

    @property
    def named(self) -> Iterator[str]:
        """Give everything that a route names, each once."""
        yield from dict.fromkeys(name for route in self.listed for name in route.named)


NO_ROUTES: Final = Routes(())
"""Where nothing is told apart by routes."""


def _aim(route: Route) -> Match:
    return replace(route.match, channel="*") if route.match.channel.startswith("#") else route.match


def is_pattern(words: str) -> bool:
    """Say whether a match may fit several things."""
    return not _WILD.isdisjoint(words)


def is_id(name: str) -> bool:
    """Say whether something is named by its id."""
    return any(shape.fullmatch(name) for shape in (CHANNEL, PERSON, GROUP))
