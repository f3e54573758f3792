"""The download handler that answers from web archives (`--from`) instead of the live web."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

from crawler.guard import Refused
from crawler.urls import urlkey

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.run import Run


class Replay(BaseDownloadHandler):
    """Answers a request with the oldest capture of its address that the case does not have yet.

    Raises `Refused` with outcome `not_archived` where the archive holds none: no death, only a gap.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.run: Run = crawler.spider.run  # type: ignore[union-attr]

    async def download_request(self, request: Request) -> Response:
        exchange, more = self.run.next_held(urlkey(request.url) or "")
        if exchange is None:
            raise Refused("not_archived", "the archives do not hold it")
        request.meta["held"] = exchange
        request.meta["more"] = more
        return Response(exchange.url, status=exchange.status)
