"""The doctor: what stands between this deployment and a relay that works, and what to do about each of it.

It looks and changes nothing: no message is posted, no key written, no server left running. `examination.py` asks
every family of checks at once, each family a file; a check that fails does not stop the others. `report.py` says
what was found.
"""
