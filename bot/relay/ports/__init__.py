"""What the relay needs of the world, declared where it is used. Edges implement these; `app.py` ties them.

Every method may raise `TransientError` (try again later). A method that writes to SuperDocs or Slack may raise
`OutcomeUnknownError` (it may have happened: look first) and `RefusedError` (no, and repeating changes nothing).
"""

from bot.relay.ports.callbacks import Callbacks
from bot.relay.ports.engine import Meter, Queue
from bot.relay.ports.library import Held, Library, Written
from bot.relay.ports.slack import Check, Directory, Notifier, Place, Urgency, unchecked
from bot.relay.ports.store import Audit, DigestModifier, Digests, Looker, Modifier, Reading, Room, Store
from bot.relay.ports.superdocs import DocumentService

__all__ = [
    "Audit",
    "Callbacks",
    "Check",
    "DigestModifier",
    "Digests",
    "Directory",
    "DocumentService",
    "Held",
    "Library",
    "Looker",
    "Meter",
    "Modifier",
    "Notifier",
    "Place",
    "Queue",
    "Reading",
    "Room",
    "Store",
    "Urgency",
    "Written",
    "unchecked",
]
