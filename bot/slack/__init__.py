"""Slack: what people see there, what they do there, and the calls in between.

Inwards: `listeners.py` hears, `payloads.py` reads, the relay's steps decide. Outwards: `notifier.py` posts what
`cards.py` renders, `modals.py` renders the dialogs, `directory.py` knows the people. Slack's words stop here.
"""
