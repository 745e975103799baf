"""What a record says becomes messages that people read."""
