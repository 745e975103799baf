"""The edge to SuperDocs: its words become ours here, and no further.

`client.py` calls (with `calls.py`), `stream.py` follows (with `framing.py` and `events.py`); `wire.py` turns what they bring into the records of the core, with
`proposals.py` for the changes, `decoding.py` for the JSON and `framing.py` for the bytes of a stream;
`documents.py` does the same for files that go in and out, and `exported.py` reads the words of those that come out;
`errors.py` (with `told.py`) turns every refusal and every broken connection into the one error tree.
"""

from bot.superdocs.client import SuperDocs

__all__ = ["SuperDocs"]
