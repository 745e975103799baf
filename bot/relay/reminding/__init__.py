"""The clock: who is reminded of what, every morning and before it is too late."""
