"""The documents that a deployment keeps, under one address: a folder, a bucket, or any store that fsspec knows.

Inwards: `names.py` says what may be asked for. `library.py` is the port; it runs everything that blocks in `threads.py`,
and `listing.py` answers searches from what was listed a while ago.
Outwards: `folder.py`, `bucket.py` and `plain.py` are three ways to list, read and write; `address.py` chooses one.
`writing.py` never writes over what was not read.
"""
