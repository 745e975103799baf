"""Every key the store writes, made in one class. One prefix; no key is ever searched for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

_PREFIX: Final = "superdocs-relay"

QUEUE: Final = f"{_PREFIX}-tasks"
"""Prefix of the keys of the queue, which are Docket's to shape."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Key shapes below one prefix."""

    prefix: str = _PREFIX

    def job(self, ref: str) -> str:
        """Return the hash {version, record} of one job."""
        return f"{self.prefix}:job:{ref}"

    def texts(self, ref: str) -> str:
        """Return the hash {digest: content} of a job's changes."""
        return f"{self.prefix}:texts:{ref}"

    def documents(self, ref: str) -> str:
        """Return the hash {name: html} of a job's documents."""
        return f"{self.prefix}:documents:{ref}"

    @property
    def due(self) -> str:
        """Return the sorted set of refs by the moment (ms) that something is due."""
        return f"{self.prefix}:due"

    @property
    def unended(self) -> str:
        """Return the set of refs of jobs that have not ended."""
        return f"{self.prefix}:unended"

    @property
    def ended(self) -> str:
        """Return the sorted set of refs of ended jobs by the moment (ms) that they ended."""
        return f"{self.prefix}:ended"

    @property
    def lapsed(self) -> str:
        """Return the set of refs of ended jobs that left something to ask for again."""
        return f"{self.prefix}:lapsed"

    def digest(self, name: str) -> str:
        """Return the hash {version, record} of one digest."""
        return f"{self.prefix}:digest:{name}"

    @property
    def unposted(self) -> str:
        """Return the set of names of digests that are not posted in full."""
        return f"{self.prefix}:unposted"

    @property
    def last_digests(self) -> str:
        """Return the hash {channel: moment (ms)} of the last daily digests."""
        return f"{self.prefix}:last-digests"

    @property
    def audit(self) -> str:
        """Return the stream of everything that was decided, refused, sent and found."""
        return f"{self.prefix}:audit"

    @property
    def seals(self) -> str:
        """Return the stream of the audit's seals, each with the id of its entry."""
        return f"{self.prefix}:seals"

    def of_job(self, job_id: str) -> str:
        """Return the string {ref} of one SuperDocs job."""
        return f"{self.prefix}:of-job:{job_id}"

    def at(self, channel: str, ts: str) -> str:
        """Return the string {ref} of the job that a message of ours belongs to."""
        return f"{self.prefix}:at:{channel}:{ts}"

    def reading(self, token: str) -> str:
        """Return the string of what one reading dialog shows."""
        return f"{self.prefix}:reading:{token}"

    def once(self, what: str) -> str:
        """Return the string that marks something as done; its name may hold anything."""
        return f"{self.prefix}:once:{hashlib.sha256(what.encode()).hexdigest()[:32]}"

    def in_hand(self, what: str) -> str:
        """Return the string that says of something whether it is done, or in somebody's hand; its name may hold anything."""
        return f"{self.prefix}:in-hand:{hashlib.sha256(what.encode()).hexdigest()[:32]}"

    def read(self, channel: str, thread_ts: str) -> str:
        """Return the string {message id} up to which a thread was read back."""
        return f"{self.prefix}:read:{channel}:{thread_ts}"

    @property
    def lookers(self) -> str:
        """Return the sorted set of those who look at their Home ("user team"), by the moment (ms) until which."""
        return f"{self.prefix}:lookers"

    def home(self, user_id: str) -> str:
        """Return the string that names what one Home shows."""
        return f"{self.prefix}:home:{user_id}"

    @property
    def preferences(self) -> str:
        """Return the hash {user id: mode}."""
        return f"{self.prefix}:preferences"

    def pace(self, what: str) -> str:
        """Return the string {ms} until which the turns of one paced thing are taken."""
        return f"{self.prefix}:pace:{what}"

    def waiting(self, what: str) -> str:
        """Return the hash {who: when and how urgently} of those who wait for a turn of one paced thing."""
        return f"{self.prefix}:waiting:{what}"

    def held(self, what: str) -> str:
        """Return the string {ms} before which one paced thing is held up."""
        return f"{self.prefix}:held:{what}"

    def limit(self, what: str) -> str:
        """Return the string {ms} until which what was taken from one bucket has come back."""
        return f"{self.prefix}:limit:{what}"

    def claim(self, what: str) -> str:
        """Return the string that says who claimed something first; its name may hold anything."""
        return f"{self.prefix}:claim:{hashlib.sha256(what.encode()).hexdigest()[:32]}"
