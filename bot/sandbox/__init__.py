"""A stranger: a SuperDocs and a Slack to try the relay against.

It speaks only the wire: it imports nothing else of `bot`, and it was written from the public
documents of the two services, so that a misreading by the relay is not shared here.
"""
