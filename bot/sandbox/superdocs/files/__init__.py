"""Documents as files: taken in by upload, given out by export.

`operations.py` answers the requests, with `parts.py` for the form of an upload. `reading.py` turns a file into
HTML and `writing.py` HTML into a file; between the two a document is a list of `blocks.py`. The modules named
after formats know one format each.
"""
