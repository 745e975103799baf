"""SuperDocs works: follow it, and take in what it proposes."""
