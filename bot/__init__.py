"""SuperDocs approval relay: the story in ten lines.

1. Someone asks for an edit of a document, or a program does, or it hands over a running job.
2. SuperDocs works, then pauses and proposes changes: a round.
3. Each change becomes a card in a Slack channel: the redline first, the AI's claim after it.
4. A reviewer decides, by button, dialog or thread reply; the decision is stored before it is acked.
5. When the last decision is in, or the deadline comes, the round is submitted in one call.
6. The job is read again: what really happened is what the cards say.
7. Feedback opens the next round; a change that nobody decided has lapsed, and can be asked again.
8. The finished document is looked into, and goes back: to the thread, the library, the program.
"""

__version__ = "0.1.0"
