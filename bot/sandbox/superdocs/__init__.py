"""A pretend SuperDocs, as strict as the real one, written from the public documents.

1. A request comes to the `desk.py`, where a fault may befall it, and its operation is in `routes.py`,
   or in `files/` where it is about documents as files.
2. It changes the `account.py`: each `session.py` with its documents, and `jobs.py`.
3. `work.py` is the AI's side: it proposes with the `editor/` and pauses; `settling.py` applies what was approved.
4. `stream.py` tells it as it happens; `wire.py` and `errors.py` have the forms, `behaviour.py` the choices.
"""

from bot.sandbox.superdocs.behaviour import Behaviour
from bot.sandbox.superdocs.editor.proposals import Proposal
from bot.sandbox.superdocs.service import SuperDocs

__all__ = ["Behaviour", "Proposal", "SuperDocs"]
