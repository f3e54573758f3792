"""What every spider has in common: a case, a queue in its database, and what is done with a response."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import Request, signals

from crawler import case as cases
from crawler import errors, outcome, platforms, scope, urls, wrappers
from crawler.addresses import networks
from crawler.exchange import Exchange
from crawler.frontier import Due, Target
from crawler.pool import Pool
from crawler.records import Facts
from crawler.run import Run
from crawler.warc import NoSpaceError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

GROUP_SECONDS = 0.5  # the longest that a capture waits for its commit


class CaseSpider(scrapy.Spider):
    """A spider that works on a case. Arguments, all text as `scrapy crawl NAME -a case=…` gives them:

    case      a folder with stories.csv and sites.csv, or its name under seeds/
    output    where results go instead of output/NAME
    archives  WARC or WACZ files to read instead of the live web, separated by newlines
    pages     stop after so many requests; the rest waits for the next run
    minutes   stop after so many minutes
    """

    def __init__(self, run: Run, minutes: float | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.run = run
        self.minutes = minutes
        self.pool: Pool | None = None

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        case: str,
        output: str | None = None,
        archives: str = "",
        pages: str | None = None,
        minutes: str | None = None,
        **arguments: Any,
    ) -> CaseSpider:
        read = cases.read(case, output)
        files = tuple(Path(line) for line in archives.splitlines() if line)
        apply_case(crawler, read, files)
        run = Run(
            read,
            spider=cls.name,
            archives=files,
            pages=int(pages) if pages else read.pages,
            settings=told(crawler, read),
        )
        spider = cls(run, float(minutes) if minutes else read.minutes, name=cls.name, **arguments)
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.opened, signal=signals.spider_opened)
        crawler.signals.connect(spider.closed_, signal=signals.spider_closed)
        return spider

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def opened(self) -> None:
        self.pool = Pool(archives=frozenset(self.run.case.archives))
        loop = asyncio.get_running_loop()
        self._ticker = loop.create_task(self._tick())
        if self.minutes is not None:
            loop.call_later(self.minutes * 60, self._stop, "time_limit")

    async def closed_(self, reason: str) -> None:
        self._ticker.cancel()
        if self.pool:
            self.pool.close()
        self.run.close(self.run.stopped or ("interrupted" if reason == "shutdown" else reason))

    async def _tick(self) -> None:
        """Commit what has waited long enough, also while nothing arrives."""
        while True:
            await asyncio.sleep(GROUP_SECONDS)
            try:
                self.run.store.commit()
            except (OSError, sqlite3.OperationalError, NoSpaceError) as error:  # nothing more can be kept
                self._give_up(error)
                return

    def _stop(self, reason: str) -> None:
        self.run.stopped = self.run.stopped or reason

    def _give_up(self, error: Exception) -> None:
        self.run.broken = error
        self._stop("no_space" if is_no_space(error) else "internal_error")
        assert self.crawler.engine
        self._ending = asyncio.ensure_future(
            self.crawler.engine.close_spider_async(reason=self.run.stopped or "internal_error")
        )

    # ── policy ───────────────────────────────────────────────────────────────────────────────────────────────

    def seeds(self) -> Iterable[Target]:
        """Where the spider starts from."""
        raise NotImplementedError

    def follow(self, row: Due, page: str, facts: Facts) -> Iterator[Target]:
        """What a page points at and is to be fetched."""
        return scope.follow(facts, row, page, self.run.scope)

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def start(self) -> AsyncIterator[Any]:
        for target in self.seeds():
            yield Request(target.url, meta={"target": target}, dont_filter=True)

    async def parse(self, response: Response) -> None:
        """Take a response apart in a worker, and write down what came of it."""
        row: Due = response.meta["row"]
        with self.accounted_for(row):
            exchange: Exchange = response.meta["exchange"]
            facts = await self.extract(exchange)
            targets = list(self.follow(row, exchange.url, facts)) if facts else []
            if location := exchange.header("location") if exchange.status in outcome.REDIRECTS else None:
                address = urls.absolute(exchange.url, location)
                hop = scope.hop(address, row, self.run.scope) if address else None
                targets += [hop] if hop and hop.urlkey != row.urlkey else []
            self.run.answered(row, exchange, facts, more=response.meta.get("more", False), targets=targets)

    async def extract(self, exchange: Exchange) -> Facts | None:
        """The facts of a page whose outcome is ok; None for all others."""
        if outcome.outcome(exchange) != "ok":
            return None
        assert self.pool
        return await asyncio.wrap_future(self.pool.submit(exchange.page()))

    def failed(self, failure: TwistedFailure) -> None:
        """There is no response."""
        request: Request = failure.request  # type: ignore[attr-defined]
        with self.accounted_for(request.meta["row"]):
            self.run.failed(
                request.meta["row"], errors.failure(failure.value or RuntimeError(), urls.host(request.url))
            )

    @contextmanager
    def accounted_for(self, row: Due) -> Iterator[None]:
        """Whatever goes wrong with a page costs only that page, and is written down; a full disk ends the run."""
        try:
            yield
        except (OSError, sqlite3.OperationalError, NoSpaceError) as error:
            self._give_up(error)
        except Exception as error:
            self.logger.exception("internal error at %s", row.url)
            self.run.failed(row, errors.failure(error, None))
            self.run.warnings.append(f"{row.url}: internal error ({type(error).__name__}); this is a bug of mayfly")


def is_no_space(error: Exception) -> bool:
    """Is the disk full?"""
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(error)
    return full or isinstance(error, NoSpaceError)


def apply_case(crawler: Crawler, case: cases.Case, archives: tuple[Path, ...]) -> None:
    """What the case says of how to crawl becomes Scrapy settings."""
    settings = crawler.settings
    proxy = case.egress if case.egress not in (None, "direct") and not archives else None
    settings.set("MAYFLY_PROXY", proxy, "spider")
    allowed = networks((*settings.getlist("MAYFLY_ALLOW_PRIVATE"), *case.allow_private))
    settings.set("MAYFLY_ALLOW_PRIVATE", allowed, "spider")
    settings.set("MAYFLY_PORTS", frozenset(urls.port(start.url) for start in cases.start_urls(case)), "spider")
    if case.delay is not None:
        settings.set("DOWNLOAD_DELAY", case.delay, "spider")
        settings.set("AUTOTHROTTLE_START_DELAY", case.delay, "spider")
        settings.set("AUTOTHROTTLE_ENABLED", case.delay > 0, "spider")
    if case.contact:
        settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{case.contact})", "spider")
    if archives:  # what was captured is read: nobody is disturbed by it
        handler = "crawler.replay.Replay"
        settings.set("DOWNLOAD_HANDLERS", {"http": handler, "https": handler}, "spider")
        settings.set("DOWNLOAD_DELAY", 0, "spider")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 32, "spider")
        settings.set("AUTOTHROTTLE_ENABLED", False, "spider")
        components = {**settings.getdict("DOWNLOADER_MIDDLEWARES"), "crawler.guard.Guard": None}
        settings.set("DOWNLOADER_MIDDLEWARES", components, "spider")


def told(crawler: Crawler, case: cases.Case) -> dict[str, Any]:
    """How this run crawls, for the record."""
    settings = crawler.settings
    return {
        "user_agent": settings["USER_AGENT"],
        "egress": urls.without_login(case.egress) if case.egress else None,
        "platforms": platforms.VERSION,
        "wrappers": wrappers.VERSION,
        "delay": settings.getfloat("DOWNLOAD_DELAY"),
        "robots_ignored": sorted(row.site for row in case.sites if row.robots == "ignore"),
    }
