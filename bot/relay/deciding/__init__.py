"""People decide; what they say is recorded, and a round is sent once."""
