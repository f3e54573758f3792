"""Who the page points at: one detector a file.

A detector is a docstring and `detect(page)`, which yields (URL as written, zone, anchor, context). Where what is
written is not yet an address (it is defanged, or lacks its scheme), the file has `address(written)` too.
"""
