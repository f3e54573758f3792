"""Scrapy's scheduler, over the frontier in the case's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spider import CaseSpider


class Scheduler(BaseScheduler):
    """Hands out what is due, and needs no flag to resume: the frontier is where it was left."""

    def __init__(self, spider: CaseSpider) -> None:
        self.spider = spider
        self.run = spider.run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Scheduler:
        return cls(crawler.spider)  # type: ignore[arg-type]

    def has_pending_requests(self) -> bool:
        return self.run.pending()

    def enqueue_request(self, request: Request) -> bool:
        """Requests that a spider yields are seeds: they carry their `Target`."""
        self.run.add([request.meta["target"]])
        return True

    def next_request(self) -> Request | None:
        row = self.run.next()
        if row is None:
            return None
        return Request(
            row.url,
            callback=self.spider.parse,
            errback=self.spider.failed,
            meta={"row": row, "download_slot": row.site},
            dont_filter=True,
        )
