"""The people of the workspace, and what they can do with an app."""
