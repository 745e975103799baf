"""The finished document: looked into, and returned every way that it has to go."""
