"""The rules: pure functions over frozen records. No await, no clock, no randomness, no logging, no environment."""
