"""HTML to paragraphs of words, and to a record of everything that is no word.

`reader` goes through the tags and keeps what they mean (`elements`, `numbering`, `looks`), `writer` turns the text
between them into words, and `record` holds the outcome.
"""
