"""Go outward, a hop a round, from the pages that carry a story.

Does what the spider `site` does and, besides, fetches what the pages that are known to carry a story point at in
their body, on sites nobody named: up to a number of hops away from the crawled sites. Which pages carry a story is
read from table `mention`, so each round is a crawl and a `trace` after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler import scope, urls
from crawler.frontier import Target
from crawler.records import Reference
from crawler.spiders.site import Site

HOPS = 2  # away from the crawled sites, unless told otherwise

NEIGHBOURS = """
    SELECT DISTINCT capture.url, frontier.depth + 1, capture.urlkey, reference.detector, reference.zone,
                    reference.url, reference.urlkey, reference.site, reference.anchor, reference.context,
                    reference.wrapper
    FROM mention
    JOIN frontier ON frontier.urlkey = mention.urlkey
    JOIN capture ON capture.id = mention.capture
    JOIN reference ON reference.capture = mention.capture
    WHERE mention.zone = 'body' AND mention.stance NOT IN ('disputes', 'corrects') AND reference.zone = 'body'
      AND frontier.depth < ?
      AND reference.site NOT IN (SELECT site FROM site WHERE role IN ('outlet', 'platform', 'ignore'))
    ORDER BY reference.urlkey, frontier.depth, capture.urlkey
"""


class Snowball(Site):
    """Outward from the pages that carry a story, a hop a round."""

    name = "snowball"

    def __init__(self, run: Any, minutes: float | None = None, hops: str | None = None, **arguments: Any) -> None:
        super().__init__(run, minutes, **arguments)
        self.hops = int(hops) if hops else run.case.hops or HOPS

    def seeds(self) -> Iterator[Target]:
        yield from super().seeds()
        db = self.run.db
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'mention'").fetchone():
            for page, depth, urlkey, *columns in db.execute(NEIGHBOURS, [self.hops]).fetchall():
                reference = Reference(*columns)
                address = scope.referred(page, reference)
                if not urls.trap(address):
                    yield Target(address, reference.urlkey, reference.site, depth, scope.PRIORITY["link"], urlkey)
