"""Somebody asks for an edit, or takes the asking back: from a request to a job that runs at SuperDocs."""
