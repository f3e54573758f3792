"""The graph of sites: who points at whom, and who passes on the stories of which lookalike.

Two sorts of edge stand in one table. `reference` is the web as it is: every hyperlink, written-out address and
embed in the body of a page that leads to another site. The other kinds are those of the mentions that count by the
standard rule (view `amplification`): from the site that speaks to the site that the story stood on.
"""

from __future__ import annotations

import sqlite3

from analysis.sightings import READ

# A page is read as its latest capture shows it (two of one second count as one look, so that row ids decide
# nothing); the first and last sight of an edge are those of all captures. A weight of 0 means that every page has
# since dropped the link: no edge. (A tuple of words is written in SQL as in Python.)
REFERENCES = f"""
    INSERT INTO edge (source, target, kind, weight, first_seen, last_seen)
    SELECT capture.site, reference.site, 'reference',
           count(DISTINCT CASE WHEN capture.fetched_at = latest.fetched_at THEN capture.urlkey END) AS weight,
           min(capture.fetched_at), max(capture.fetched_at)
    FROM capture
    JOIN (
        SELECT urlkey, max(fetched_at) AS fetched_at FROM capture
        WHERE outcome IN {READ} GROUP BY urlkey
    ) AS latest ON latest.urlkey = capture.urlkey
    JOIN reference ON reference.capture = capture.id
    WHERE capture.outcome IN {READ}
      AND reference.zone = 'body' AND reference.site <> capture.site
    GROUP BY capture.site, reference.site
    HAVING weight > 0
"""

AMPLIFICATIONS = """
    INSERT INTO edge (source, target, kind, weight, first_seen, last_seen)
    SELECT site, target, kind, count(DISTINCT page), min(first_seen), max(last_seen)
    FROM page_domain
    WHERE site <> target
    GROUP BY site, target, kind
"""


def graph(db: sqlite3.Connection) -> None:
    """Fill `edge` from `reference` and `mention`, in one transaction; what stood there before is replaced.

    A weight is a number of distinct pages: pages as they are for `reference`, pages without their print, AMP and
    mobile twins for the kinds of mention. An edge of a site to itself is none. The database does the work, on
    disk where it must, so that memory stays flat over millions of references.
    """
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM edge")
        db.execute(REFERENCES)
        db.execute(AMPLIFICATIONS)
