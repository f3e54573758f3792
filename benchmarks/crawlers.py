"""The programs that a crawl is set beside: each fetches a list of pages, in a process of its own.

    python -m benchmarks.crawlers NAME FOLDER COUNT OUT PORT

FOLDER holds the pages (benchmarks.web.keep), of which the first COUNT are fetched from the server on PORT; results go
to the folder OUT. The last line printed is the number of pages that it got.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.web import kept

CONCURRENT = 32  # requests of Scrapy at a time


def reading(folder: Path, count: int, out: Path, port: int) -> int:  # noqa: ARG001
    """trafilatura with metadata, in the mode that crawler/article.py chose, on pages in memory."""
    pages = kept(folder, count)
    for page in pages:
        text(page.body, page.url)
    return len(pages)


def text(body: bytes, url: str) -> dict[str, Any]:
    """The article on a page."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(body, url=url, fast=True, include_comments=False, with_metadata=True)
    return {"title": found.title, "date": found.date, "author": found.author, "text": found.text} if found else {}


def scrapy_alone(folder: Path, count: int, out: Path, port: int) -> int:
    """Bare Scrapy: links by its LinkExtractor, found and not followed, and a WARC by warcio."""
    return _scrapy(folder, count, out, port, None)


def scrapy_and_trafilatura(folder: Path, count: int, out: Path, port: int) -> int:
    """The same, with trafilatura in the callback and its results as lines of JSON."""
    with (out / "articles.jsonl").open("w", encoding="utf-8") as file:

        def read(body: bytes, url: str) -> None:
            file.write(json.dumps(text(body, url)) + "\n")

        return _scrapy(folder, count, out, port, read)


def _scrapy(folder: Path, count: int, out: Path, port: int, read: Callable[[bytes, str], None] | None) -> int:
    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.linkextractors import LinkExtractor
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    urls = [page.url for page in kept(folder, count)]
    done: list[str] = []
    archive = (out / "bare.warc.gz").open("wb")
    writer = WARCWriter(archive, gzip=True)
    links = LinkExtractor()

    class Bare(scrapy.Spider):
        name = "bare"

        async def start(self) -> Any:
            for url in urls:
                yield scrapy.Request(url, meta={"proxy": f"http://127.0.0.1:{port}"})

        def parse(self, response: Any) -> Iterator[Any]:
            headers = [(name.decode(), value.decode()) for name, found in response.headers.items() for value in found]
            record = writer.create_warc_record(
                response.url, "response", payload=BytesIO(response.body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )  # fmt: skip
            writer.write_record(record)
            if hasattr(response, "selector"):
                links.extract_links(response)
            if read:
                read(response.body, response.url)
            done.append(response.url)
            return iter(())

    process = AsyncCrawlerProcess(
        {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "CONCURRENT_REQUESTS": CONCURRENT}
    )
    process.crawl(Bare)
    process.start()
    archive.close()
    return len(done)


def trafilatura_alone(folder: Path, count: int, out: Path, port: int) -> int:
    """What trafilatura's own crawler does with a page, and its text: its threads download, its spider looks for links
    inside the site, the text goes into lines of JSON, the page into a gzipped file as its command keeps them.

    Its `--crawl` keeps no text and follows links, its `-i` finds none: here are both halves in one pass, on a list.
    It knows no HTTP proxies: every name stands for the server.
    """
    import gzip
    from urllib.robotparser import RobotFileParser

    from trafilatura import spider
    from trafilatura.downloads import buffered_response_downloads
    from trafilatura.settings import Extractor
    from trafilatura.utils import Response

    from benchmarks.web import to_loopback

    to_loopback(port)
    options = Extractor(fast=True, comments=False, with_metadata=True)
    options.config.set("DEFAULT", "SSRF_PROTECTION", "off")
    rules = RobotFileParser()
    rules.parse([])  # everything is allowed
    urls = [page.url for page in kept(folder, count)]
    done = 0
    with (out / "articles.jsonl").open("w", encoding="utf-8") as file:
        for url, response in buffered_response_downloads(urls, 8, options=options):
            if not isinstance(response, Response) or not response.data:
                continue
            spider.process_response(response, spider.CrawlParameters(url, rules=rules))
            file.write(json.dumps(text(response.data, url)) + "\n")
            with gzip.open(out / f"{done}.html.gz", "wb") as page:
                page.write(response.data)
            done += 1
    return done


PROGRAMS = {
    "reading": reading,
    "scrapy": scrapy_alone,
    "scrapy_trafilatura": scrapy_and_trafilatura,
    "trafilatura": trafilatura_alone,
}


def main() -> None:
    name, folder, count, out, port = sys.argv[1:]
    os.chdir(out)
    print(PROGRAMS[name](Path(folder), int(count), Path(out), int(port)))


if __name__ == "__main__":
    main()
