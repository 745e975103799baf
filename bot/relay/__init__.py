"""The story, one step a file. Each step re-reads its record, may run twice, and sees the world through `ports/`."""
