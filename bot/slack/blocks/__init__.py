"""The pieces of Block Kit that messages and dialogs share."""
