"""Crawl the sites whose role is crawled, and every address of a story.

Starts from their start URLs or home pages, and from every story address; goes on through robots.txt's sitemaps,
feeds and links, and stays inside these sites. Known shorteners and redirectors are fetched wherever they are linked.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawler import case, scope
from crawler.frontier import Target
from crawler.spider import CaseSpider


class Site(CaseSpider):
    """The crawled sites and the stories' addresses, and nothing else."""

    name = "site"

    def seeds(self) -> Iterator[Target]:
        for start in case.start_urls(self.run.case):
            kind = "story" if start.urlkey in self.run.scope.stories else "seed"
            yield Target(start.url, start.urlkey, start.site, 0, scope.PRIORITY[kind], start.file)
