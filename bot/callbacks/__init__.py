"""Outcomes of edits, delivered to addresses that programs give: signed, and nowhere but where that is allowed.

An address passes `address.py` (how it is written, and whether its host is listed), then `transport.py` (what its
name stands for), and the connection goes to the very machine that was looked at. `sender.py` makes the call.
"""
