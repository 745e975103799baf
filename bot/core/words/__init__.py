"""What people read, in the one place where it is said: cards, messages, dialogs, digests and figures."""
