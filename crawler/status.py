"""Where a crawl stands: what was refused and why first, then what failed, what waits, and each site."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

RUNS = """
    SELECT spider, source, started_at, ifnull(finished_at, 'still running, or killed') AS finished_at,
           ifnull(reason, '') AS reason,
           (SELECT count(*) FROM capture WHERE capture.crawl = crawl.id) AS captures
    FROM crawl ORDER BY id DESC LIMIT 5
"""

NOT_FETCHED = """
    SELECT state, reason, count(*) AS urls, count(DISTINCT site) AS sites, min(url) AS for_example
    FROM frontier WHERE state IN ('refused', 'failed')
    GROUP BY state, reason ORDER BY state DESC, urls DESC, reason
"""

WAITING = """
    SELECT site, until, reason,
           (SELECT count(*) FROM frontier WHERE frontier.site = wait.site AND state = 'due') AS urls
    FROM wait WHERE until > strftime('%Y-%m-%dT%H:%M:%SZ', 'now') ORDER BY until, site
"""

SITES = """
    SELECT site,
           (SELECT group_concat(role, ' ') FROM (SELECT DISTINCT role FROM site
                                                 WHERE site.site = frontier.site ORDER BY role)) AS role,
           sum(state = 'due') AS due, sum(state = 'done') AS done,
           sum(state = 'failed') AS failed, sum(state = 'refused') AS refused,
           (SELECT count(*) FROM article JOIN capture ON capture.id = article.capture
            WHERE capture.site = frontier.site AND article.page_type = 'article') AS articles
    FROM frontier GROUP BY site ORDER BY refused DESC, failed DESC, due DESC, site
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for a person, under a heading."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def status(db: sqlite3.Connection) -> list[Table]:
    """Tables in the order of what needs attention; empty ones are left out. Only reads, also while a crawl runs."""
    found = []
    for heading, sql in (
        ("not fetched, and why", NOT_FETCHED),
        ("sites that are left alone for now", WAITING),
        ("runs, the last one first", RUNS),
        ("sites", SITES),
    ):
        cursor = db.execute(sql)
        rows = tuple(cursor.fetchall())
        if rows:
            found.append(Table(heading, tuple(column[0] for column in cursor.description), rows))
    return found
