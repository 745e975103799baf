"""Flags: what is odd about a change, each in one sentence that a lawyer understands, most dangerous first.

Each module beside this one is a family: it looks at one kind of oddity, and knows nothing of the others.
"""
