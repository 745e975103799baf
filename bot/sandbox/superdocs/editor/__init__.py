"""The sandbox's pretend AI: it reads a document and an instruction, and proposes changes.

1. `document.py` divides a document into chunks and applies changes to them, leaving all other bytes alone.
2. `instructions.py` turns an instruction into a `draft.py` of changes; `wording.py` helps where it is vague.
3. `revision.py` proposes a denied change again, altered as the feedback asks.

It is deterministic: the same words on the same document give the same proposals.
"""
