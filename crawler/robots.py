"""robots.txt by RFC 9309: what a site asks crawlers not to fetch, and how fast it wants to be asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from protego import Protego
from scrapy import Request

from crawler.clock import iso, now
from crawler.errors import Failure, failure
from crawler.exchange import Exchange
from crawler.guard import Refused
from crawler.outcome import REDIRECTS
from crawler.urls import absolute, host, robots_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.run import Run

MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: a parser reads at least this much; nobody writes more in good faith
MAX_REDIRECTS = 5  # RFC 9309, 2.3.1.2
MAX_AGE = timedelta(days=1)  # RFC 9309, 2.4: a copy is not used for longer
MAX_DELAY = 30.0  # seconds: a longer Crawl-delay is taken for this


@dataclass(frozen=True, slots=True)
class Policy:
    """What the robots.txt of one host says to us. `failure` says why nothing may be fetched: RFC 9309, 2.3.1.4, takes
    a robots.txt that cannot be read for one that forbids everything."""

    rules: Protego | None = None  # None: it asks for nothing
    failure: Failure | None = None
    delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str, agent: str) -> bool:
        return self.rules is None or bool(self.rules.can_fetch(url, agent))


def policy(answer: Exchange | Failure, agent: str) -> Policy:
    """The policy that an answer stands for: 4xx, all is allowed; 5xx or no answer at all, nothing is."""
    if isinstance(answer, Failure):
        return Policy(failure=answer)
    if answer.status >= 500 or answer.status == 429:
        return Policy(failure=Failure("robots_unreachable", f"robots.txt answers {answer.status}"))
    if not 200 <= answer.status < 300:
        return Policy()
    rules = Protego.parse(body(answer)[:MAX_BYTES].decode("utf-8", "replace"))
    delay = rules.crawl_delay(agent)
    return Policy(
        rules,
        delay=min(max(float(delay), 0.0), MAX_DELAY) if delay is not None else None,
        sitemaps=tuple(sorted(set(rules.sitemaps))),
    )


class Robots:
    """Downloader middleware: asks each host's robots.txt before its first page, through all the other components,
    so that it is guarded, polite and archived as any page is. A copy in the case that is under a day old serves."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run: Run = crawler.spider.run  # type: ignore[union-attr]
        self.agent: str = crawler.settings["USER_AGENT"]
        self.policies: dict[str, asyncio.Future[Policy]] = {}  # by the robots.txt's URL

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        site = request.meta["download_slot"]
        found = await self.policy(robots_url(request.url), site)
        if self.run.archived or site in self.run.robots_ignored:
            return
        if found.failure:
            raise Refused(found.failure.outcome, f"robots.txt: {found.failure.detail}")
        if not found.allows(request.url, self.agent):
            raise Refused("robots", "robots.txt")

    async def policy(self, url: str, site: str) -> Policy:
        """The policy of the host whose robots.txt is at `url`; asked once, whoever else waits for it."""
        if url in self.policies:
            return await self.policies[url]
        self.policies[url] = asyncio.get_running_loop().create_future()
        found = policy(await self._ask(url, site), self.agent)
        if found.delay is not None:
            slow_down(self.crawler, site, found.delay)
        if found.failure is None:
            self.run.sitemaps(url, found.sitemaps)
        waiting = self.policies[url] if found.failure is None else self.policies.pop(url)  # a later try asks again
        waiting.set_result(found)
        return found

    async def _ask(self, url: str, site: str) -> Exchange | Failure:
        hop: str | None = url
        answer: Exchange | Failure = Failure("robots_unreachable", "no answer")
        for _ in range(MAX_REDIRECTS + 1):
            if hop is None:
                break
            answer = self.run.recent(hop, iso(now() - MAX_AGE)) or await self._fetch(hop, site)
            if isinstance(answer, Failure) or answer.status not in REDIRECTS:
                return answer
            hop = absolute(hop, answer.header("location") or "")
        return answer  # redirects without end, or to nowhere: as if it were not there

    async def _fetch(self, url: str, site: str) -> Exchange | Failure:
        request = Request(url, meta={"robots": True, "download_slot": site}, dont_filter=True)
        assert self.crawler.engine
        try:
            await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001  # whatever the network did: there is no answer
            found = failure(error, host(url))
            self.run.no_robots(url, found)
            return found
        exchange: Exchange = request.meta["exchange"]
        self.run.robots(exchange)
        return exchange


def body(exchange: Exchange) -> bytes:
    """The text of a robots.txt, its content-encoding taken off."""
    return exchange.page().body


def slow_down(crawler: Crawler, site: str, delay: float) -> None:
    """At least `delay` seconds between two requests to `site`."""
    assert crawler.engine
    downloader = crawler.engine.downloader
    downloader.per_slot_settings[site] = {"delay": max(delay, crawler.settings.getfloat("DOWNLOAD_DELAY"))}
    if slot := downloader.slots.get(site):
        slot.delay = max(slot.delay, delay)
