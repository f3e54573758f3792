"""Who the page points at: one detector a file.

A detector is a docstring and `detect(page)`, which yields (URL as written, zone, anchor, context). `IN_TEXT` says of
one that what it finds stands in the text, where nothing is relative to the page, and is perhaps defanged.
"""
