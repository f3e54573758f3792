"""A crawl from beginning to end: what it will look like from outside, the spider's life, and how it ended."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from crawler import case as cases
from crawler import urls

if TYPE_CHECKING:
    from scrapy.settings import Settings


@dataclass(frozen=True, slots=True)
class Result:
    """How a crawl ended: `finished`, `page_limit`, `time_limit`, `interrupted`, `no_space` or `internal_error`, and
    how many attempts it made, by outcome."""

    reason: str
    outcomes: Mapping[str, int]
    warnings: tuple[str, ...] = ()


def crawl(
    case: cases.Case,
    *,
    spider: str = "site",
    archives: tuple[Path, ...] = (),
    pages: int | None = None,
    minutes: float | None = None,
    hops: int | None = None,
    allow_private: tuple[str, ...] = (),
    stderr: TextIO = sys.stderr,
) -> Result:
    """Fetch what is due, until nothing is or a limit is reached. Once in a process: the reactor cannot start twice.

    Raises CaseError where the case does not say how to go out (`egress`), Held where another run holds the case,
    and what the disk says where it is full.
    """
    if not archives and not case.egress:
        raise cases.CaseError([no_egress(case)])
    if not archives:
        print(seen_from_outside(case), file=stderr)

    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.spiderloader import SpiderLoader

    settings = settings_of_ours()
    settings.set("MAYFLY_ALLOW_PRIVATE", list(allow_private))
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(SpiderLoader.from_settings(settings).load(spider))
    arguments = {
        "case": str(case.folder),
        "output": str(case.output),
        "archives": "\n".join(str(path) for path in archives),
        "pages": str(pages) if pages is not None else None,
        "minutes": str(minutes) if minutes is not None else None,
        **({"hops": str(hops)} if hops is not None and spider == "snowball" else {}),
    }
    task = process.crawl(crawler, **arguments)
    process.start()
    if error := task.exception():
        raise error
    run = crawler.spider.run  # type: ignore[union-attr]
    if run.broken:
        raise run.broken
    return Result(run.reason, dict(run.counts), tuple(run.warnings))


def settings_of_ours() -> Settings:
    """Scrapy's settings, with those of crawler/settings.py."""
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    return settings


def no_egress(case: cases.Case) -> str:
    return (
        f'{case.folder / "case.toml"}: a live crawl needs `egress`: write egress = "direct" to go out from this '
        "machine's own address, or the URL of an HTTP proxy; to read archives instead, give --from FILE"
    )


def seen_from_outside(case: cases.Case) -> str:
    """What the crawled sites will see of us, in a line."""
    from crawler.settings import DOWNLOAD_DELAY, USER_AGENT

    way = (
        "from this machine's own address"
        if case.egress == "direct"
        else f"through the proxy {urls.without_login(case.egress or '')}"
    )
    crawled = {row.site for row in case.sites if row.role in cases.CRAWLED}
    delay = case.delay if case.delay is not None else DOWNLOAD_DELAY
    ignored = sorted(row.site for row in case.sites if row.robots == "ignore")
    robots = f"obeyed, except at {', '.join(ignored)}" if ignored else "obeyed"
    return (
        f"mayfly: {len(crawled)} sites will see requests {way}, as `{USER_AGENT}"
        f"{f' (+{case.contact})' if case.contact else ''}`, contact {case.contact or 'not given'}, "
        f"robots.txt {robots}, {delay} s between two requests to a site"
    )
