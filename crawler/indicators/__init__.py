"""Who runs the page: one trace of shared operation a file.

An indicator is a docstring and `detect(page)`, which yields identifiers as they stand on the page. Whoever copies a
page copies its identifiers too: the same identifier on two sites is a lead, not a proof.
"""
