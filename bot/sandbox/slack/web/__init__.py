"""The HTTP side that the app calls."""
