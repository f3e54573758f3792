"""Progress of a crawl: a bar on a terminal, a line a minute elsewhere."""

from __future__ import annotations

import asyncio
import sys
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.run import Run

EVERY = 1  # seconds, on a terminal
EVERY_LINE = 60  # seconds, elsewhere


class Progress:
    """Scrapy extension: pages, rate, sites and errors, on stderr."""

    def __init__(self, crawler: Crawler) -> None:
        self.run: Run = crawler.spider.run  # type: ignore[union-attr]
        self.begun = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        progress = cls(crawler)
        crawler.signals.connect(progress.opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.closed, signal=signals.spider_closed)
        return progress

    async def opened(self) -> None:
        show = self._bar if sys.stderr.isatty() else self._lines
        self._task = asyncio.get_running_loop().create_task(show())

    async def closed(self) -> None:
        self._task.cancel()

    def line(self) -> str:
        """`812 pages · 24.1/s · 132 sites · 1,204 due · 3 errors`"""
        counts = self.run.counts
        seconds = max(monotonic() - self.begun, 1e-9)
        pages = sum(counts.values())
        errors = sum(n for outcome, n in counts.items() if outcome not in ("ok", "redirect", "not_archived"))
        parts = [f"{pages:,} pages", f"{pages / seconds:.1f}/s", f"{len(self.run.sites_seen):,} sites"]
        parts += [f"{self.run.due():,} due", f"{errors:,} errors"]
        return " · ".join(parts)

    async def _bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (
            TextColumn("crawl"),
            BarColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            while True:
                done = sum(self.run.counts.values())
                bar.update(task, description=self.line(), completed=done, total=done + self.run.due())
                await asyncio.sleep(EVERY)

    async def _lines(self) -> None:
        while True:
            await asyncio.sleep(EVERY_LINE)
